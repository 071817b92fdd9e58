// Paper: a form laid out in rows and cells, before it is drawn.

package form

import "strings"

// grid is how many columns a paper has; the cells of a row share them.
const grid = 24

// Paper (纸面) is a form ready to be drawn.
type Paper struct {
	Title string
	Under []string // lines below the title
	Rows  []Row
	Notes []string // below the table
	Foot  string   // at the foot of each page
	Code  string   // address behind the QR code; "" for none
	Wide  bool     // landscape
	Made  int64
}

// Row is a row of cells whose widths make up the grid.
type Row struct {
	Cells []Cell
	Head  bool // head of a table: it stands again on each page that the rows below reach
	Room  int  // least height in lines: room to write by hand
}

// Cell is a text in its borders. An empty line in it is an empty line.
type Cell struct {
	Text  string
	Width int
	Label bool
}

func label(text string) Cell { return Cell{Text: text, Width: 4, Label: true} }

// Pair is a row of one label and its text.
func Pair(name, text string) Row {
	return Row{Cells: []Cell{label(name), {Text: text, Width: grid - 4}}}
}

// pairs is a row of two labels, each with its text.
func pairs(name, text, other, more string) Row {
	return Row{Cells: []Cell{label(name), {Text: text, Width: grid/2 - 4}, label(other), {Text: more, Width: grid/2 - 4}}}
}

// section is a row that begins a part of the form.
func section(name string) Row { return Row{Cells: []Cell{{Text: name, Width: grid, Label: true}}} }

// heads is the head of a table.
func heads(widths []int, names ...string) Row {
	r := line(widths, names...)
	r.Head = true
	for i := range r.Cells {
		r.Cells[i].Label = true
	}
	return r
}

// line is a row of a table.
func line(widths []int, texts ...string) Row {
	var r Row
	for i, t := range texts {
		r.Cells = append(r.Cells, Cell{Text: t, Width: widths[i]})
	}
	return r
}

// lines joins what is not empty.
func lines(texts ...string) string {
	var out []string
	for _, t := range texts {
		if t != "" {
			out = append(out, t)
		}
	}
	return strings.Join(out, "\n")
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
