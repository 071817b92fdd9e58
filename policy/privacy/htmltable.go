// Tables in HTML: <table>, rows and cells with what they span, tables in cells.

package privacy

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

const nested = 24 // tables in tables that are told apart; deeper ones are cells of these

// walker goes through the tags of a piece. What lies outside cells is scanned
// as running text, each cell as one of its grid.
type walker struct {
	*scanner
	piece piece
	open  []*grid
	from  int // where the present cell, or the text between tables, begins
	cols  int // what the present cell spans
	rows  int
	head  bool
	in    []bool // for each table whether a cell is open
	depth int    // tables beyond the nested ones
	title line   // the last words outside a cell
}

// tables scans a piece of HTML or Markdown that may hold <table>s.
func (s *scanner) tables(p piece) {
	w := &walker{scanner: s, piece: p, from: p.start}
	l := p.lexer(s.text)
	for {
		i := strings.IndexByte(s.text[l.at:p.end], '<')
		if i < 0 {
			break
		}
		at := l.at + i
		l.at = at
		a, ok := l.tag()
		if !ok {
			l.at++
			continue
		}
		l.at = a.end
		w.tag(at, a.end)
	}
	w.cut(p.end)
	for len(w.open) > 0 {
		w.pop()
	}
}

// hasTable is a quick look for a cell.
func hasTable(text string) bool {
	return hasCell(text, "<t") || hasCell(text, "<T")
}

func hasCell(text, begin string) bool {
	for {
		_, rest, found := strings.Cut(text, begin)
		if !found {
			return false
		}
		if rest != "" && strings.IndexByte("dhrDHR", rest[0]) >= 0 {
			return true
		}
		text = rest
	}
}

// tag handles the tags that tables are made of.
func (w *walker) tag(start, end int) {
	name, closing := tagName(w.text[start:end])
	switch {
	case name == "table" && w.depth > 0 || name == "table" && !closing && len(w.open) >= nested:
		if closing {
			w.depth--
		} else {
			w.depth++
		}
	case name == "table" && !closing:
		w.cut(start)
		w.push()
	case name == "table":
		if len(w.open) > 0 {
			w.cut(start)
			w.pop()
			w.from = start
		}
	case name == "tr" && !closing:
		w.cut(start)
		w.grid().row()
	case (name == "td" || name == "th") && !closing:
		w.cut(start)
		w.grid()
		w.cols, w.rows = spans(w.text[start:end])
		w.head, w.in[len(w.in)-1] = name == "th", true
	case name == "td" || name == "th" || name == "tr":
		w.cut(end)
	}
}

// tagName reads the name of one of the tags above.
func tagName(tag string) (name string, closing bool) {
	tag = tag[1:]
	if closing = strings.HasPrefix(tag, "/"); closing {
		tag = tag[1:]
	}
	n := 0
	for n < len(tag) && n < 6 && (isLetter(tag[n]) || isDigit(tag[n])) {
		n++
	}
	if n == 0 || tag[0]|0x20 != 't' {
		return "", closing
	}
	return strings.ToLower(tag[:n]), closing
}

// spans reads colspan and rowspan.
func spans(tag string) (cols, rows int) {
	if len(tag) < len("<td colspan=2>") {
		return 1, 1
	}
	return spanOf(tag, "colspan"), spanOf(tag, "rowspan")
}

func spanOf(tag, name string) int {
	for i := 0; i+len(name) < len(tag) && i < 2048; i++ {
		if tag[i]|0x20 != name[0] || !strings.EqualFold(tag[i:i+len(name)], name) {
			continue
		}
		from, to, _ := attributeValue(tag, i+len(name))
		if n, err := strconv.Atoi(strings.TrimSpace(tag[from:min(to, from+8)])); err == nil && n > 0 {
			return min(n, 65534)
		}
		break
	}
	return 1
}

// grid is the innermost table; a row without one begins one.
func (w *walker) grid() *grid {
	if len(w.open) == 0 {
		w.push()
	}
	return w.open[len(w.open)-1]
}

func (w *walker) push() {
	w.open = append(w.open, &grid{scanner: w.scanner, mode: w.piece.mode, section: section{above: w.title}})
	w.in = append(w.in, false)
}

func (w *walker) pop() {
	n := len(w.open) - 1
	w.open[n].close()
	w.open, w.in = w.open[:n], w.in[:n]
}

// cut ends what began at from: a cell of the open table, or the text between.
func (w *walker) cut(at int) {
	if at <= w.from {
		return
	}
	n := len(w.in) - 1
	if n >= 0 && w.in[n] {
		g := w.open[n]
		g.add(w.from, at, w.cols, w.rows, w.head)
		w.in[n] = false
	} else {
		w.between(piece{w.from, at, w.piece.mode, w.piece.label})
	}
	w.from = at
}

// between scans what stands outside cells. Its last words, a heading or a
// caption, are the title of the table behind it.
func (w *walker) between(p piece) {
	w.flow(p)
	title := w.titleIn(p)
	if len(title) == 0 {
		return
	}
	w.title = title
	if n := len(w.open); n > 0 && w.open[n-1].height == 0 {
		w.open[n-1].section.above = title
	}
}

const titleReach = 300 // bytes in front of a table in which its title is looked for

// titleIn is the last line of a piece.
func (s *scanner) titleIn(p piece) line {
	if p.end-p.start < shortest {
		return nil
	}
	if from := p.end - titleReach; from > p.start {
		for !utf8.RuneStart(s.text[from]) {
			from++
		}
		if i := strings.IndexByte(s.text[from:p.end], '>'); p.mode == tags && i >= 0 {
			from += i + 1
		}
		p.start = from
	}
	l := line(s.read(p, nil)).trim()
	for i := len(l) - 1; i >= 0; i-- {
		if l[i].class == border || l[i].class == wrap {
			return l[i+1:]
		}
	}
	return l
}
