// Reading a document: its pages, and everything that no page shows.

package pdf

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Document is what a file holds.
type Document struct {
	Encrypted bool // it takes a password, and nothing could be read
	Damaged   bool // some of it could not be read
	Pages     []Page
	Texts     []Text
	Files     []File
}

// Page is a page in the order of the document.
type Page struct {
	Lines    string  // as it looks: lines, and tabs between cells
	Cells    string  // ruled tables whose cells have several lines, row by row
	Flow     string  // in the order in which it was drawn
	Hidden   string  // what is written in invisible ink, as it looks
	Pictures float64 // how much of the page pictures cover, 1 is all
	Letters  int
	Garbled  int // letters whose meaning the file does not tell
	Drawn    int // lines and curves, of which letters may be made
}

// Text is a text that stands on no page, and why.
type Text struct {
	Where  string // "annotation[2]", "property.author"
	Hidden string
	Text   string
	Markup bool // XML
}

// File is an attached file.
type File struct {
	Name string
	Data []byte
}

// Limits bound the work: bytes unpacked, and pages.
type Limits struct{ Bytes, Pages int }

// What one document may cost: steps of work, objects kept, bytes of text.
const (
	mostSteps   = 1 << 29
	mostObjects = 6 << 20
	mostText    = 64 << 20
)

// Read reads a document. Nothing in it can make the work endless; what did not
// fit is told by Damaged.
func Read(ctx context.Context, data []byte, limits Limits) Document {
	f := parse(data, newBudget(ctx, limits), nil)
	if f.secret {
		c, opens := f.cryptOf()
		if !opens {
			return Document{Encrypted: true}
		}
		f = parse(data, newBudget(ctx, limits), c)
	}
	b := f.budget
	r := &reader{file: f, used: map[*stream]bool{}, fonts: map[any]*font{}}
	r.layers()
	r.pages(limits.Pages)
	r.strings()
	r.files()
	r.leftovers()
	r.doc.Damaged = f.fault || b.steps < 0 || b.objects < 0 || len(r.doc.Pages) == 0
	return r.doc
}

func newBudget(ctx context.Context, limits Limits) *budget {
	return &budget{ctx: ctx, steps: mostSteps, asked: mostSteps, bytes: limits.Bytes, objects: mostObjects, text: mostText}
}

// reader puts a document together.
type reader struct {
	*file
	doc   Document
	used  map[*stream]bool // streams that were read
	fonts map[any]*font
	count map[string]int
	off   map[ref]bool // layers that are switched off
}

// layers reads which are off when the document is opened.
func (r *reader) layers() {
	r.off = map[ref]bool{}
	shown := r.dict(r.dict(r.dict(r.trailer["Root"])["OCProperties"])["D"])
	for _, o := range r.array(shown["OFF"]) {
		if layer, ok := o.(ref); ok {
			r.off[layer] = true
		}
	}
}

// pages reads the tree of pages, or whatever pages there are if it is broken.
func (r *reader) pages(most int) {
	seen := map[ref]bool{}
	var walk func(o any, inherited dict, depth int)
	walk = func(o any, inherited dict, depth int) {
		if number, ok := o.(ref); ok {
			if seen[number] {
				return
			}
			seen[number] = true
		}
		d := r.dict(o)
		if d == nil || depth > deepest || len(r.doc.Pages) >= most || !r.budget.spend(10) {
			r.fault = r.fault || d != nil
			return
		}
		d = inherit(d, inherited)
		kids := r.array(d["Kids"])
		if kids == nil {
			r.page(d)
			return
		}
		for _, kid := range kids {
			walk(kid, d, depth+1)
		}
	}
	if root := r.dict(r.dict(r.trailer["Root"])["Pages"]); root != nil {
		walk(r.dict(r.trailer["Root"])["Pages"], nil, 0)
	}
	if len(r.doc.Pages) > 0 {
		return
	}
	for _, v := range r.order {
		if d, ok := v.object.(dict); ok && v.last && r.name(d["Type"]) == "Page" && len(r.doc.Pages) < most {
			r.page(d)
		}
	}
}

// inherit gives a node what its parents say for it.
func inherit(d, parent dict) dict {
	out := dict{}
	for _, key := range []name{"Resources", "MediaBox"} {
		if v, ok := parent[key]; ok {
			out[key] = v
		}
	}
	for k, v := range d {
		out[k] = v
	}
	return out
}

func (r *reader) painter() *painter {
	return &painter{file: r.file, used: r.used, fonts: r.fonts, off: r.off}
}

// page draws a page with all parts of its content as one.
func (r *reader) page(d dict) {
	p := r.painter()
	var data bytes.Buffer
	for _, o := range r.contents(d) {
		if s, ok := r.get(o).(*stream); ok {
			r.used[s] = true
			part := r.decode(s)
			r.fault = r.fault || part == nil && len(s.raw) > 0
			data.Write(part)
			data.WriteByte('\n')
		}
	}
	p.draw(data.Bytes(), r.dict(d["Resources"]))
	p.sortRules()
	n := len(r.doc.Pages)
	page := Page{Flow: p.flow(), Letters: len(p.letters), Garbled: garbled(p.letters), Drawn: p.paths}
	cells, outside := p.cells()
	page.Cells, page.Lines = cells, p.lines(outside)
	if box := r.numbers(r.array(d["MediaBox"])); len(box) == 4 {
		page.Pictures = p.picture / max(abs64((box.num(2)-box.num(0))*(box.num(3)-box.num(1))), 1)
	}
	page.Hidden = invisible(p)
	if !r.room(len(page.Lines) + len(page.Cells) + len(page.Flow)) {
		return
	}
	r.doc.Pages = append(r.doc.Pages, page)
	for _, text := range p.aside {
		r.note(fmt.Sprintf("page[%d].alt", n), "replacement text", text)
	}
}

func abs64(f float64) float64 { return max(f, -f) }

// contents are the streams of a page.
func (r *reader) contents(d dict) array {
	if a := r.array(d["Contents"]); a != nil {
		return a
	}
	return array{d["Contents"]}
}

// invisible are the letters that a page holds without showing them.
func invisible(p *painter) string {
	var hidden []letter
	for _, l := range p.letters {
		if l.hidden {
			hidden = append(hidden, l)
		}
	}
	return p.lines(hidden)
}

// garbled counts letters that mean nothing.
func garbled(ls []letter) (n int) {
	for _, l := range ls {
		r, _ := utf8.DecodeRuneInString(l.text)
		if r == utf8.RuneError || r < ' ' || unicode.Is(unicode.Co, r) {
			n++
		}
	}
	return n
}

// longest is what is kept as one text: nobody writes longer ones.
const longest = 8 << 20

// room takes from the bytes of text that may be handed out.
func (r *reader) room(n int) bool {
	r.budget.text -= n
	r.fault = r.fault || n > longest || r.budget.text < 0
	return r.budget.text >= 0
}

// note keeps a text of no page.
func (r *reader) note(where, hidden, text string) {
	if r.room(len(text)) && len(text) <= longest && strings.TrimSpace(text) != "" {
		r.doc.Texts = append(r.doc.Texts, Text{Where: where, Hidden: hidden, Text: text})
	}
}

// textOf reads a text string: UTF-16 or UTF-8 with a mark, else Latin.
func textOf(s str) string {
	switch {
	case strings.HasPrefix(string(s), "\xfe\xff"):
		return wideText(string(s[2:]))
	case strings.HasPrefix(string(s), "\xff\xfe"):
		swapped := []byte(s[2:])
		for i := 0; i+1 < len(swapped); i += 2 {
			swapped[i], swapped[i+1] = swapped[i+1], swapped[i]
		}
		return wideText(string(swapped))
	case strings.HasPrefix(string(s), "\xef\xbb\xbf"):
		return string(s[3:])
	case utf8.ValidString(string(s)):
		return string(s)
	}
	return fromGB(string(s))
}
