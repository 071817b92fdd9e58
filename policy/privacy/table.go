// Tables as others have read them: sheets, CSV files.

package privacy

import (
	"sort"
	"strings"
)

// Table is a sheet or a CSV file: rows of cells.
type Table struct{ Rows [][]string }

// CellFinding is a finding in a cell; its span counts in the cell's own text.
type CellFinding struct {
	Row, Col int
	Finding
}

// ScanTable finds personal data in a table. Headers, wherever they stand, and
// labels in front of values govern the cells; rows about persons are judged
// more strictly than others. The findings come row by row.
func ScanTable(t Table, opt Options) []CellFinding {
	text, places := t.text()
	s := newScanner(text, Plain, opt)
	g := &grid{scanner: s, mode: raw}
	at := 0
	for _, row := range t.Rows {
		g.row()
		for _, p := range places[at : at+len(row)] {
			g.add(p.start, p.end, 1, 1, false)
		}
		at += len(row)
	}
	g.close()
	s.young(s.hits)
	s.copies(s.opt.index)
	return t.place(s.findings(), places)
}

// cellPlace is where a cell stands in the text that the table is read as.
type cellPlace struct{ start, end, row, col int }

// text writes the cells one behind the other, parted by tabs.
func (t Table) text() (string, []cellPlace) {
	size, n := 0, 0
	for _, row := range t.Rows {
		for _, c := range row {
			size += len(c) + 1
		}
		n += len(row)
	}
	var b strings.Builder
	b.Grow(size)
	places := make([]cellPlace, 0, n)
	for r, row := range t.Rows {
		for c, text := range row {
			places = append(places, cellPlace{b.Len(), b.Len() + len(text), r, c})
			b.WriteString(text)
			b.WriteByte('\t')
		}
	}
	return b.String(), places
}

// place puts the findings back into their cells.
func (t Table) place(fs []Finding, places []cellPlace) []CellFinding {
	out := make([]CellFinding, 0, len(fs))
	for _, f := range fs {
		p := places[sort.Search(len(places), func(i int) bool { return places[i].end >= f.End })]
		f.Start -= p.start
		f.End -= p.start
		out = append(out, CellFinding{p.row, p.col, f})
	}
	return out
}
