// Workbooks (xlsx): cells as tables, and every other text of the package beside them.

package files

import (
	"fmt"
	"io"
	"path"
	"strings"

	"gongkai/policy/charset"
	"gongkai/policy/privacy"
)

func scanXLSX(s *pass, f File) error              { return s.book(f, nil) }
func maskXLSX(s *pass, f File, w io.Writer) error { return s.book(f, w) }

// book is a workbook on its way through.
type book struct {
	office
	links        map[string]map[string]string // of each part: relation to target
	sheets       []*worksheet
	strings      sharedStrings
	looks        []look
	from1904     bool
	readers      []*partReader
	misshapen    []misshapen
	foundInParts [][]privacy.Finding // of each strand of each reader
	workbook     int                 // its member
	concealed    map[string]bool     // digits of what is masked
	cells        int                 // how many more the limit allows
}

// worksheet is a sheet, or a cache built like one.
type worksheet struct {
	sheet
	compact
	part     int    // its member
	label    string // "sheet[0]"
	hidden   string // why none of it is seen
	cached   bool   // of another workbook
	text     string // its XML; sheetData stands from from to to
	from, to int
	found    []privacy.CellFinding
	changes  map[int]cellChange // by index of the cell
}

// book reads everything before it judges anything: what one sheet proves is
// searched for in all the others, in comments, caches and properties.
func (s *pass) book(f File, w io.Writer) error {
	z, err := openZip(f, s.left.Limits)
	if err != nil {
		return err
	}
	b := &book{office: office{zip: z, names: map[string]int{}}, links: map[string]map[string]string{}, cells: s.left.Cells, concealed: map[string]bool{}}
	b.pass = b.watching(s)
	for _, step := range []func() error{b.unpackAll, b.readBook, b.readSheets, b.readParts, b.judge, b.settleAll} {
		if err := step(); err != nil {
			return err
		}
	}
	b.tidy()
	if err := b.others(w != nil); err != nil || w == nil {
		return err
	}
	b.followUp()
	return b.pack(w, b.rewritten)
}

// watching is the pass, remembering what is masked.
func (b *book) watching(s *pass) *pass {
	inner := *s
	if s.decide != nil {
		inner.decide = func(f Finding) (string, bool) {
			as, change := s.decide(f)
			if change {
				b.conceal(f.Folded)
			}
			return as, change
		}
	}
	return &inner
}

// readBook reads what sheets need: their order, strings and styles.
func (b *book) readBook() error {
	b.parts = make([]*xmlPart, len(b.data))
	for i, data := range b.data {
		if err := alive(b.ctx); err != nil {
			return err
		}
		b.data[i] = inUTF8(data)
		name := b.zip.File[i].Name
		switch root := rootOf(b.data[i]); {
		case !isXMLPart(name, data):
		case root == "Relationships":
			b.readLinks(name, string(b.data[i]))
		case root == "workbook":
			b.readOrder(i, string(b.data[i]))
		case root == "styleSheet":
			b.looks = readStyles(string(b.data[i]))
		case root == "sst":
			if err := b.strings.read(i, string(b.data[i]), b.left.Limits); err != nil {
				return err
			}
			b.data[i] = nil
		}
	}
	return nil
}

// inUTF8 turns the rare part in UTF-16 into one that is read like all others.
func inUTF8(data []byte) []byte {
	if !charset.Marked(data) {
		return data
	}
	text, _, ok := charset.Decode(data)
	if !ok {
		return data
	}
	if strings.HasPrefix(text, "<?xml") {
		_, text, _ = strings.Cut(text, "?>")
	}
	return []byte(text)
}

// rootOf is the name of the outermost element.
func rootOf(data []byte) string {
	x := xmlScan{text: string(data[:min(len(data), sniffed)])}
	for t := x.next(); t.kind != over; t = x.next() {
		if t.kind == opening || t.kind == empty {
			return t.name
		}
	}
	return ""
}

// readLinks reads the relations of a part.
func (b *book) readLinks(name, text string) {
	dir, base := path.Split(name)
	owner := path.Join(path.Dir(path.Clean(dir)), strings.TrimSuffix(base, ".rels"))
	targets := map[string]string{}
	x := xmlScan{text: text}
	for t := x.next(); t.kind != over; t = x.next() {
		if t.name == "Relationship" && x.attr(t, "TargetMode") != "External" {
			targets[x.attr(t, "Id")] = resolved(owner, unescaped(x.attr(t, "Target")))
		}
	}
	b.links[strings.ToLower(owner)] = targets
}

// resolved is the name of a member that a part points to.
func resolved(from, target string) string {
	if !strings.HasPrefix(target, "/") {
		target = path.Join("/", path.Dir(from), target)
	}
	return strings.ToLower(strings.TrimPrefix(path.Clean(target), "/"))
}

// readOrder reads which sheets there are, and which of them are hidden.
func (b *book) readOrder(part int, text string) {
	x := xmlScan{text: text}
	for t := x.next(); t.kind != over; t = x.next() {
		switch t.name {
		case "workbookPr":
			b.from1904 = isTrue(x.attr(t, "date1904"))
		case "sheet":
			if t.kind == ending {
				continue
			}
			b.sheets = append(b.sheets, &worksheet{
				part: -1, label: fmt.Sprintf("sheet[%d]", len(b.sheets)), hidden: sheetState[x.attr(t, "state")],
				text: relationID(&x, t), // until the relations are known
			})
		}
	}
	b.workbook = part
}

var sheetState = map[string]string{"hidden": hiddenSheet, "veryHidden": veryHidden}

// relationID is the attribute id of whatever prefix.
func relationID(x *xmlScan, t xmlTag) string {
	for _, name := range []string{"r:id", "id"} {
		if id := x.attr(t, name); id != "" {
			return id
		}
	}
	tag := x.text[t.from:t.to]
	if _, after, found := strings.Cut(tag, ":id="); found && len(after) > 1 {
		id, _, _ := strings.Cut(after[1:], after[:1])
		return id
	}
	return ""
}

// sharedText is a string by its number.
func (b *book) sharedText(i int32) string {
	if int(i) < len(b.strings.texts) {
		b.strings.used[i] = true
		return b.strings.texts[i]
	}
	return ""
}

// shown is a number as its style shows it, as far as that matters here.
func (b *book) shown(v string, style int) (text string, inexact bool) {
	if style < len(b.looks) && b.looks[style].date {
		if date, ok := dateOf(v, b.from1904); ok {
			return date, false
		}
	}
	digits := digitsOf(v)
	return digits, isInexact(digits)
}
