// Tables made of <div>, <ul> and their like: rows of as many cells each, below
// one of headers.

package privacy

import "strings"

// blocks are the elements that rows and cells are made of.
var blocks = setOf("div ul ol li dl dt dd section article p")

const (
	deepest      = 64 // elements in elements that are told apart
	mostBlock    = 40 // cells of a row
	fewestBlocks = 2  // rows, or their cells
)

// block is an element that is open.
type block struct {
	name  string
	start int // of its tag
	cells []Span
	words bool // text stands in it, outside of its cells
	rows  bool // or something that is no cell
}

// blockRow is a row: its place, and its cells.
type blockRow struct {
	Span
	cells []Span
}

// blockText scans HTML outside of tables; where blocks make a table, as a table.
func (s *scanner) blockText(p piece) {
	for rows := s.blockRows(p); len(rows) > 0; {
		n := s.sameRows(rows, p)
		if n > 1 {
			before := piece{p.start, rows[0].Start, p.mode, p.label}
			title := s.titleIn(before)
			s.running(before)
			s.blockGrid(rows[:n], p.mode, title)
			p.start = rows[n-1].End
		}
		rows = rows[max(1, n):]
	}
	s.running(p)
}

// blockGrid judges rows. Their cells are tiles, so that what tags carry belongs to one.
func (s *scanner) blockGrid(rows []blockRow, m mode, title line) {
	g := &grid{scanner: s, mode: m, section: section{above: title}}
	at := rows[0].Start
	for _, r := range rows {
		g.row()
		for i, c := range r.cells {
			end := c.End
			if i == len(r.cells)-1 {
				end = r.End
			}
			g.add(at, end, 1, 1, false)
			at = end
		}
	}
	g.close()
}

// sameRows counts the rows from the first that have as many cells, with nothing
// between them, if the first one is a header.
func (s *scanner) sameRows(rows []blockRow, p piece) int {
	if !s.blockHeader(rows[0], p) {
		return 1
	}
	n := 1
	for n < len(rows) && len(rows[n].cells) == len(rows[0].cells) && emptyHTML(s.text[rows[n-1].End:rows[n].Start]) {
		n++
	}
	return n
}

// blockHeader reports that at least half of the cells, and two of them, are labels.
func (s *scanner) blockHeader(row blockRow, p piece) bool {
	fields := make([]field, len(row.cells))
	for i, c := range row.cells {
		l := line(s.read(piece{c.Start, c.End, p.mode, ""}, nil)).trim()
		fields[i] = field{line: l, label: labelOf(l)}
	}
	t := count(fields)
	return t.labels > 1 && 2*t.labels >= len(fields) && !t.numbers && !t.long
}

// emptyHTML reports tags and blanks without any text.
func emptyHTML(s string) bool {
	for {
		s = strings.TrimLeft(s, " \t\r\n")
		switch {
		case s == "":
			return true
		case strings.HasPrefix(s, "&nbsp;"):
			s = s[len("&nbsp;"):]
		case s[0] == '<' && strings.IndexByte(s, '>') > 0:
			s = s[strings.IndexByte(s, '>')+1:]
		default:
			return false
		}
	}
}

// blockRows finds the elements that hold nothing but two cells or more.
func (s *scanner) blockRows(p piece) []blockRow {
	text := s.text[p.start:p.end]
	if strings.Count(text, "</li")+strings.Count(text, "</div")+strings.Count(text, "</dd") < fewestBlocks {
		return nil
	}
	w := blockWalker{}
	l := p.lexer(s.text)
	for from := l.at; ; from = l.at {
		i := strings.IndexByte(s.text[l.at:p.end], '<')
		if i < 0 {
			return w.rows
		}
		at := l.at + i
		l.at = at
		a, ok := l.tag()
		if !ok {
			l.at++
			w.text(s.text[from:l.at])
			continue
		}
		l.at = a.end
		w.text(s.text[from:at])
		if name, closing := blockName(s.text[at:a.end]); blocks[name] {
			w.tag(name, closing, at, a.end)
		}
	}
}

// blockName reads the name of a tag.
func blockName(tag string) (name string, closing bool) {
	tag = tag[1:]
	if closing = strings.HasPrefix(tag, "/"); closing {
		tag = tag[1:]
	}
	n := 0
	for n < len(tag) && n < len("section ") && isLetter(tag[n]) {
		n++
	}
	return strings.ToLower(tag[:n]), closing
}

// blockWalker follows the elements of a page.
type blockWalker struct {
	open []block
	rows []blockRow
}

// text notes words in the innermost element.
func (w *blockWalker) text(s string) {
	if n := len(w.open); n > 0 && !w.open[n-1].words && !emptyHTML(s) {
		w.open[n-1].words = true
	}
}

// tag opens and closes elements; some close without a tag of their own.
func (w *blockWalker) tag(name string, closing bool, start, end int) {
	n := len(w.open)
	switch {
	case closing:
		for i := n - 1; i >= 0; i-- {
			if w.open[i].name == name {
				for len(w.open) > i {
					w.pop(end)
				}
				return
			}
		}
	case n > 0 && w.open[n-1].name == name && (name == "li" || name == "p"):
		w.pop(start)
		fallthrough
	default:
		if len(w.open) < deepest {
			w.open = append(w.open, block{name: name, start: start})
		}
	}
}

// pop closes the innermost element: a cell, a row, or something else.
func (w *blockWalker) pop(end int) {
	n := len(w.open) - 1
	b := w.open[n]
	w.open = w.open[:n]
	cell, at := false, Span{b.start, end}
	switch {
	case b.rows:
	case len(b.cells) == 0, len(b.cells) == 1 && !b.words: // a cell, or what holds nothing but one
		cell = true
	case !b.words && len(b.cells) <= mostBlock:
		w.rows = append(w.rows, blockRow{at, b.cells})
	}
	if n == 0 {
		return
	}
	outer := &w.open[n-1]
	if cell && len(outer.cells) <= mostBlock {
		outer.cells = append(outer.cells, at)
	} else {
		outer.rows = true
	}
}
