// The masked copy of a workbook: rewritten cells, no string that no cell shows, no caches of what is gone.

package files

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// rewritten is the content of a member in the masked copy.
func (b *book) rewritten(i int) []byte {
	p := b.parts[i]
	switch {
	case b.isStrings(i):
		return []byte(b.strings.without(b.shownStrings()))
	case p == nil:
		return b.data[i]
	}
	data := p.bytes()
	switch rootOf(p.raw) {
	case "worksheet", "macrosheet", "dialogsheet":
		return b.withCells(i, data)
	case "externalLink":
		if b.touched(i) || p.changed() {
			return cachedCells.ReplaceAll(data, nil)
		}
	case "pivotCacheDefinition", "pivotCacheRecords":
		if p.changed() {
			return asStrings(data)
		}
	case "workbook":
		if !b.calculates() {
			return data
		}
		return calcPr.ReplaceAllFunc(data, func(tag []byte) []byte {
			return calcPr.ReplaceAll(onLoad.ReplaceAll(tag, nil), []byte(`${1} fullCalcOnLoad="1"$2`))
		})
	}
	return data
}

var (
	cachedCells = regexp.MustCompile(`(?s)<((?:\w+:)?)sheetDataSet\b.*</(?:\w+:)?sheetDataSet>`)
	calcPr      = regexp.MustCompile(`(<(?:\w+:)?calcPr)\b([^<>]*>)`)
	onLoad      = regexp.MustCompile(`\sfullCalcOnLoad\s*=\s*(?:"[^"]*"|'[^']*')`)
)

// touched tells whether a cell of the part has changed.
func (b *book) touched(part int) bool {
	return slices.ContainsFunc(b.sheets, func(ws *worksheet) bool { return ws.part == part && len(ws.changes) > 0 })
}

// calculates tells whether a result has to be calculated anew.
func (b *book) calculates() bool {
	return slices.ContainsFunc(b.sheets, func(ws *worksheet) bool { return len(ws.changes) > 0 })
}

func (p *xmlPart) changed() bool {
	return slices.ContainsFunc(p.nodes, func(n *node) bool { return n.out != nil })
}

// withCells puts the rows back into a sheet, changed where they have to be.
func (b *book) withCells(part int, data []byte) []byte {
	for _, ws := range b.sheets {
		if ws.part != part || ws.from == ws.to {
			continue
		}
		rest := string(data)
		x := xmlScan{text: rest}
		for t := x.next(); t.kind != over; t = x.next() {
			if t.name == "sheetData" && t.kind == opening {
				return []byte(rest[:t.to] + b.rows(ws) + rest[t.to:])
			}
		}
	}
	return data
}

// rows are the rows of a sheet as the masked copy has them.
func (b *book) rows(ws *worksheet) string {
	changed := make([]int, 0, len(ws.changes))
	for i := range ws.changes {
		changed = append(changed, i)
	}
	slices.Sort(changed)
	var out strings.Builder
	done := int32(ws.from)
	for _, i := range changed {
		c := &ws.sheet.cells[i]
		out.WriteString(ws.text[done:c.from])
		out.WriteString(b.cellXML(ws, c, ws.changes[i]))
		done = c.to
	}
	out.WriteString(ws.text[done:ws.to])
	return out.String()
}

// cellXML is a changed cell. Whatever it was, it is a text of its own now.
func (b *book) cellXML(ws *worksheet, c *sheetCell, change cellChange) string {
	if !change.written {
		return withoutElement(ws.text[c.from:c.to], change.without)
	}
	x := xmlScan{text: ws.text[:c.to], at: int(c.from)}
	t := x.next()
	prefix := strings.TrimSuffix(tagName(ws.text[t.from:t.to]), t.name)
	out := "<" + prefix + t.name
	for _, name := range []string{"r", "s"} {
		if value := x.attr(t, name); value != "" {
			out += " " + name + `="` + value + `"`
		}
	}
	inner, rich := "", false
	if c.shared >= 0 && b.strings.rich[c.shared] {
		inner, rich = b.strings.runs(int(c.shared), change.text)
	}
	if !rich {
		inner = "<" + prefix + `t xml:space="preserve">` + escaped(change.text) + "</" + prefix + "t>"
	}
	return out + ` t="inlineStr"><` + prefix + "is>" + inner + "</" + prefix + "is></" + prefix + t.name + ">"
}

// tagName is the name in a tag, prefix included.
func tagName(tag string) string {
	name := strings.TrimLeft(tag, "</")
	if end := strings.IndexAny(name, " \t\r\n/>"); end >= 0 {
		name = name[:end]
	}
	return name
}

// withoutElement cuts an element with all that is in it.
func withoutElement(xml, name string) string {
	var out strings.Builder
	x := xmlScan{text: xml}
	done := 0
	for t := x.next(); t.kind != over; t = x.next() {
		if t.name != name || t.kind == ending {
			continue
		}
		out.WriteString(xml[done:t.from])
		x.inner(t, nil)
		done = x.at
	}
	out.WriteString(xml[done:])
	return out.String()
}

// runs is a string of several runs with another text of as many characters.
func (ss *sharedStrings) runs(i int, text string) (string, bool) {
	if utf8.RuneCountInString(text) != utf8.RuneCountInString(ss.texts[i]) {
		return "", false
	}
	element := withoutElement(withoutElement(ss.element(i), "rPh"), "phoneticPr")
	var out strings.Builder
	x := xmlScan{text: element}
	first, last := x.next(), 0
	done := first.to
	for t := x.next(); t.kind != over; t = x.next() {
		if t.name == "si" && t.kind == ending {
			last = t.from
		}
		if t.kind != chars && t.kind != verbatim || strings.TrimSpace(text) == "" {
			continue
		}
		n := utf8.RuneCountInString(x.said(t))
		cut := runeAt(text, n)
		out.WriteString(element[done:t.from])
		out.WriteString(escaped(text[:cut]))
		text, done = text[cut:], t.to
	}
	if last < done || text != "" {
		return "", false
	}
	out.WriteString(element[done:last])
	return out.String(), true
}

// runeAt is the place behind so many characters.
func runeAt(text string, n int) int {
	for i := range text {
		if n == 0 {
			return i
		}
		n--
	}
	return len(text)
}

// shownStrings are the strings that the masked copy still shows.
func (b *book) shownStrings() []bool {
	shown := make([]bool, len(b.strings.texts))
	for _, ws := range b.sheets {
		for i := range ws.sheet.cells {
			if c := &ws.sheet.cells[i]; c.shared >= 0 && int(c.shared) < len(shown) && !ws.changes[i].written {
				shown[c.shared] = true
			}
		}
	}
	return shown
}

// without empties the strings that nothing shows. Their places stay, because
// cells count them.
func (ss *sharedStrings) without(shown []bool) string {
	var out strings.Builder
	done := int32(0)
	for i, at := range ss.at {
		out.WriteString(ss.text[done:at[0]])
		element := ss.element(i)
		prefix := strings.TrimSuffix(tagName(element), "si")
		switch {
		case !shown[i]:
			out.WriteString("<" + prefix + "si><" + prefix + "t></" + prefix + "t></" + prefix + "si>")
		case ss.bare[i]:
			out.WriteString(withoutElement(withoutElement(element, "rPh"), "phoneticPr"))
		default:
			out.WriteString(element)
		}
		done = at[1]
	}
	out.WriteString(ss.text[done:])
	return out.String()
}
