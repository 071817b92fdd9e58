// Rich text: paragraphs, headings, lists and tables out of HTML, and what
// differs between two.

package difference

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/html"
)

// block is a paragraph as it is read.
type block struct {
	kind   string // "p", "ul/li", "table"; with its alignment: "p right"
	tokens []token
	text   string
	table  *grid
}

// RichText compares two rich texts, block by block.
func (c *Comparer) RichText(was, now string) []Block {
	a, b := blocksOf(was), blocksOf(now)
	matches := c.align(blockTexts(a), blockTexts(b), func(i, j int) bool {
		if a[i].table != nil || b[j].table != nil {
			return a[i].table != nil && b[j].table != nil
		}
		return c.alike(textsOf(a[i].tokens), textsOf(b[j].tokens), 0.4)
	})
	out := make([]Block, 0, len(matches))
	for _, m := range matches {
		out = append(out, c.block(a, b, m))
	}
	return fold(out, c.Whole, func(b Block) bool { return b.Op == Equal }, func(b *Block, n int) {
		*b = Block{Op: Equal, From: b.From, To: b.To, Same: n}
	})
}

func blockTexts(list []block) []string {
	out := make([]string, len(list))
	for i, b := range list {
		out[i] = b.text
	}
	return out
}

func (c *Comparer) block(a, b []block, m match) Block {
	out := Block{Op: m.op, From: m.a + 1, To: m.b + 1}
	switch m.op {
	case Delete:
		out.Kind = a[m.a].kind
		out.Hunks, out.Table = only(Delete, textOf(a[m.a].tokens)), c.alone(Delete, a[m.a].table)
		return out
	case Insert:
		out.Kind = b[m.b].kind
		out.Hunks, out.Table = only(Insert, textOf(b[m.b].tokens)), c.alone(Insert, b[m.b].table)
		return out
	}
	was, now := a[m.a], b[m.b]
	if out.Kind = now.kind; was.kind != now.kind {
		out.Was = was.kind
	}
	if now.table != nil {
		t := c.grids(*was.table, *now.table)
		out.Table = &t
	} else {
		out.Hunks = c.hunks(was.tokens, now.tokens)
	}
	if m.op == Equal && (out.Was != "" || slices.ContainsFunc(out.Hunks, func(h Hunk) bool { return h.Op == Format })) {
		out.Op = Format
	}
	return out
}

// context is how many unchanged blocks or rows are kept beside what changed.
const context = 1

// fold leaves the middle of long stretches out that did not change.
func fold[T any](list []T, whole bool, same func(T) bool, folded func(*T, int)) []T {
	if whole {
		return list
	}
	var out []T
	for i, j := 0, 0; i < len(list); i = j {
		for j = i; j < len(list) && same(list[j]); j++ {
		}
		from, to := i, j // of what is left out
		if i > 0 {
			from += context
		}
		if j < len(list) {
			to -= context
		}
		if to > from+1 {
			out = append(out, list[i:from]...)
			folded(&list[from], to-from)
			out = append(append(out, list[from]), list[to:j]...)
		} else {
			out = append(out, list[i:j]...)
		}
		if j < len(list) {
			out = append(out, list[j])
			j++
		}
	}
	return out
}

// reader takes HTML apart, one token after the other: no tree, so that nothing
// is too deep for it.
type reader struct {
	out   []block
	open  []string       // blocks that are open
	lists []string       // ul, ol
	marks map[string]int // strong, em … and how often they are open
	links []string
	align string

	text  strings.Builder
	spans []span // where marks change in text
	kept  int    // preformatted: blanks are kept

	grid  *grid
	depth int // of tables
	cell  bool
}

type span struct {
	at    int
	marks string
}

// inline are the elements that show words otherwise, by what they mean.
var inline = map[string]string{"strong": "strong", "b": "strong", "em": "em", "i": "em", "u": "u", "s": "s", "sub": "sub", "sup": "sup", "code": "code"}

// blockElements begin and end a block.
var blockElements = map[string]bool{"p": true, "h2": true, "h3": true, "h4": true, "h5": true, "li": true, "blockquote": true, "pre": true, "div": true, "figure": true, "figcaption": true, "caption": true, "ul": true, "ol": true}

func blocksOf(source string) []block {
	r := &reader{marks: map[string]int{}}
	z := html.NewTokenizer(strings.NewReader(source))
	for {
		switch z.Next() {
		case html.ErrorToken:
			r.flush()
			r.endTable()
			return r.out
		case html.TextToken:
			r.write(z.Token().Data)
		case html.StartTagToken, html.SelfClosingTagToken:
			r.start(z.Token())
		case html.EndTagToken:
			r.end(z.Token().Data)
		}
	}
}

func attribute(t html.Token, name string) string {
	for _, a := range t.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func (r *reader) start(t html.Token) {
	switch name := t.Data; {
	case name == "br":
		r.raw("\n")
	case name == "hr":
		r.flush()
		r.out = append(r.out, block{kind: "hr", text: "\x1fhr"})
	case name == "img":
		r.image(t)
	case inline[name] != "":
		r.marks[inline[name]]++
		r.mark()
	case name == "a":
		r.links = append(r.links, "link:"+short(attribute(t, "href")))
		r.mark()
	case tableParts[name]:
		r.startTable(name)
	case blockElements[name]:
		r.begin(name, attribute(t, "align"))
	}
}

func (r *reader) end(name string) {
	switch {
	case inline[name] != "":
		r.marks[inline[name]] = max(0, r.marks[inline[name]]-1)
		r.mark()
	case name == "a" && len(r.links) > 0:
		r.links = r.links[:len(r.links)-1]
		r.mark()
	case tableParts[name]:
		r.leaveTable(name)
	case blockElements[name]:
		r.close(name)
	}
}

// image stands in the text by its description.
func (r *reader) image(t html.Token) {
	r.links = append(r.links, "img:"+short(attribute(t, "src")))
	r.mark()
	r.raw("〔图：" + strings.Join(strings.Fields(attribute(t, "alt")), " ") + "〕")
	r.links = r.links[:len(r.links)-1]
	r.mark()
}

func (r *reader) begin(name, align string) {
	if r.depth > 0 {
		r.write(" ")
		return
	}
	r.flush()
	r.open, r.align = append(r.open, name), align
	if name == "ul" || name == "ol" {
		r.lists = append(r.lists, name)
	}
	if name == "pre" {
		r.kept++
	}
}

// near is how far up an element is looked for that ends: markup may be crossed.
const near = 16

func (r *reader) close(name string) {
	if r.depth > 0 {
		r.write(" ")
		return
	}
	r.flush()
	r.align = ""
	for n := len(r.open) - 1; n >= max(0, len(r.open)-near); n-- {
		if r.open[n] == name {
			r.open = r.open[:n]
			break
		}
	}
	if (name == "ul" || name == "ol") && len(r.lists) > 0 {
		r.lists = r.lists[:len(r.lists)-1]
	}
	if name == "pre" {
		r.kept = max(0, r.kept-1)
	}
}

// write adds text as it is read: blanks count as one.
func (r *reader) write(s string) {
	if r.kept > 0 {
		r.raw(s)
		return
	}
	for _, c := range s {
		if !unicode.IsSpace(c) {
			r.text.WriteRune(c)
		} else if n := r.text.Len(); n > 0 && !strings.HasSuffix(r.text.String()[n-1:], " ") {
			r.text.WriteByte(' ')
		}
	}
}

func (r *reader) raw(s string) { r.text.WriteString(s) }

// mark notes how the words from here on are shown.
func (r *reader) mark() {
	var on []string
	for name, n := range r.marks {
		if n > 0 {
			on = append(on, name)
		}
	}
	slices.Sort(on)
	if n := len(r.links); n > 0 {
		on = append(on, r.links[n-1])
	}
	if n := len(r.spans); n > 0 && r.spans[n-1].at == r.text.Len() {
		r.spans = r.spans[:n-1] // nothing was shown that way
	}
	r.spans = append(r.spans, span{r.text.Len(), strings.Join(on, apart)})
}

// short is an address, or the beginning of a long one with its digest: many
// words can be shown with it.
func short(address string) string {
	const most = 120
	if len(address) <= most {
		return address
	}
	sum := sha256.Sum256([]byte(address))
	return strings.ToValidUTF8(address[:most], "") + "…" + hex.EncodeToString(sum[:4])
}

// flush ends the block that is being read.
func (r *reader) flush() {
	if r.depth > 0 {
		return
	}
	text := strings.TrimRightFunc(r.text.String(), unicode.IsSpace)
	if text != "" {
		r.out = append(r.out, block{kind: r.kind(), tokens: marked(tokens(text), r.spans), text: text})
	}
	r.text.Reset()
	r.spans = r.spans[:0]
	r.mark()
}

// kind names the innermost block, an entry of a list with its list and depth.
func (r *reader) kind() string {
	out := "p"
	if n := len(r.open); n > 0 && r.open[n-1] != "div" {
		out = r.open[n-1]
	}
	if n := len(r.lists); out == "li" && n > 0 {
		out = r.lists[n-1] + "/li"
		if n > 1 {
			out += " " + strconv.Itoa(n)
		}
	}
	return strings.TrimSpace(out + " " + r.align)
}

// marked gives each token how it is shown; a word shown in several ways has
// all of them.
func marked(list []token, spans []span) []token {
	at, k, now := 0, 0, ""
	for i := range list {
		for ; k < len(spans) && spans[k].at <= at; k++ {
			now = spans[k].marks
		}
		list[i].marks = now
		at += len(list[i].text)
		for ; k < len(spans) && spans[k].at < at; k++ {
			if now = spans[k].marks; len(list[i].marks) < 200 {
				list[i].marks += apart + now
			}
		}
	}
	return list
}
