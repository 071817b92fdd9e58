// Tables: rows and columns aligned, then cell by cell.

package difference

import (
	"slices"
	"strings"
)

// grid is a table as it is read.
type grid struct {
	head []string
	rows [][]string
}

// Grid compares two tables.
func (c *Comparer) Grid(wasHead []string, wasRows [][]string, nowHead []string, nowRows [][]string) Table {
	return c.grids(grid{wasHead, wasRows}, grid{nowHead, nowRows})
}

// grids aligns columns by their heads or what stands in them, and rows by what
// stands in the columns of both.
func (c *Comparer) grids(a, b grid) Table {
	columns := c.align(headKeys(a), headKeys(b), func(i, j int) bool { return c.alike(a.column(i), b.column(j), 0.5) })
	out := Table{Columns: []Column{}, Rows: []Row{}}
	for _, m := range columns {
		out.Columns = append(out.Columns, Column{m.op, cellOf(a.head, m.a), cellOf(b.head, m.b)})
	}
	inA, inB := shared(columns)
	rowsA, rowsB := picked(a.rows, inA), picked(b.rows, inB)
	matches := c.align(keys(rowsA), keys(rowsB), func(i, j int) bool { return c.alikeRows(rowsA[i], rowsB[j]) })
	at := positions(columns)
	for _, m := range matches {
		out.Rows = append(out.Rows, Row{Op: m.op, From: m.a + 1, To: m.b + 1, Cells: c.cells(columns, at, rowOf(a.rows, m.a), rowOf(b.rows, m.b))})
	}
	reshaped := slices.ContainsFunc(columns, func(m match) bool { return m.op == Insert || m.op == Delete })
	out.Rows = fold(out.Rows, c.Whole || reshaped, func(r Row) bool { return r.Op == Equal }, func(r *Row, n int) {
		*r = Row{Op: Equal, From: r.From, To: r.To, Same: n}
	})
	return out
}

// headKeys are the heads of all columns; a column may have none.
func headKeys(g grid) []string {
	width := len(g.head)
	for _, row := range g.rows {
		width = max(width, len(row))
	}
	out := make([]string, width)
	copy(out, g.head)
	return out
}

// sampled is how many rows say whether two columns are the same.
const sampled = 200

func (g grid) column(i int) []string {
	var out []string
	for _, row := range g.rows[:min(len(g.rows), sampled)] {
		if s := cellOf(row, i); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// cellOf is the cell of a row, which may be shorter than others; none at -1.
func cellOf(row []string, i int) string {
	if i < 0 || i >= len(row) {
		return ""
	}
	return row[i]
}

func rowOf(rows [][]string, i int) []string {
	if i < 0 {
		return nil
	}
	return rows[i]
}

// shared are the columns that both tables have, in the order of the newer.
func shared(columns []match) (inA, inB []int) {
	for _, m := range columns {
		if m.a >= 0 && m.b >= 0 {
			inA, inB = append(inA, m.a), append(inB, m.b)
		}
	}
	return inA, inB
}

func picked(rows [][]string, columns []int) [][]string {
	out := make([][]string, len(rows))
	for i, row := range rows {
		for _, at := range columns {
			if at < len(row) {
				out[i] = append(out[i], row[at])
			}
		}
	}
	return out
}

func keys(rows [][]string) []string {
	out := make([]string, len(rows))
	for i, row := range rows {
		out[i] = strings.TrimRight(strings.Join(row, apart), apart)
	}
	return out
}

// alikeRows: half of the cells are the same, or most of the words.
func (c *Comparer) alikeRows(a, b []string) bool {
	return c.alike(a, b, 0.5) || c.alike(textsOf(tokens(strings.Join(a, " "))), textsOf(tokens(strings.Join(b, " "))), 0.7)
}

// positions say where the columns of either table stand among those of both.
func positions(columns []match) (at [2]map[int]int) {
	at = [2]map[int]int{{}, {}}
	for k, m := range columns {
		at[0][m.a], at[1][m.b] = k, k
	}
	return at
}

// cells compares two rows, or says those of one.
func (c *Comparer) cells(columns []match, at [2]map[int]int, was, now []string) []Cell {
	var out []Cell
	add := func(k int, was, now string) {
		if was != "" || now != "" {
			out = append(out, c.cell(k, was, now))
		}
	}
	for j, text := range now {
		k := at[1][j]
		add(k, cellOf(was, columns[k].a), text)
	}
	for i, text := range was {
		if k := at[0][i]; columns[k].b < 0 || columns[k].b >= len(now) {
			add(k, text, "")
		}
	}
	slices.SortFunc(out, func(a, b Cell) int { return a.Column - b.Column })
	return out
}

func (c *Comparer) cell(column int, was, now string) Cell {
	switch {
	case was == now:
		return Cell{column, Equal, only(Equal, now)}
	case was == "":
		return Cell{column, Insert, only(Insert, now)}
	case now == "":
		return Cell{column, Delete, only(Delete, was)}
	}
	return Cell{column, Change, c.Text(was, now)}
}

// alone is a table that stands in one version only.
func (c *Comparer) alone(op string, g *grid) *Table {
	if g == nil {
		return nil
	}
	var t Table
	if op == Delete {
		t = c.grids(*g, grid{})
	} else {
		t = c.grids(grid{}, *g)
	}
	return &t
}

// tableParts are the elements of tables that count here.
var tableParts = map[string]bool{"table": true, "tr": true, "td": true, "th": true}

// widest is how many cells of a row are told apart; what follows goes to the
// last: a row of 100,000 cells is no table for people.
const widest = 512

func (r *reader) startTable(name string) {
	switch {
	case name == "table":
		if r.depth == 0 {
			r.flush()
			r.grid = &grid{}
		}
		r.depth++
	case r.depth != 1: // a table in a cell is read as text
		r.write(" ")
	case name == "tr":
		r.endCell()
		r.grid.rows = append(r.grid.rows, nil)
	default:
		r.endCell()
		r.cell = true
	}
}

func (r *reader) leaveTable(name string) {
	switch {
	case r.depth == 0:
	case name == "table":
		if r.depth--; r.depth == 0 {
			r.endTable()
		}
	case r.depth > 1:
		r.write(" ")
	default:
		r.endCell()
	}
}

// endCell puts what was read into its cell; what stood outside one is a line
// before the table.
func (r *reader) endCell() {
	text := strings.TrimSpace(r.text.String())
	r.text.Reset()
	r.spans = r.spans[:0]
	switch {
	case !r.cell && text != "":
		r.out = append(r.out, block{kind: "caption", tokens: tokens(text), text: text})
	case r.cell:
		if len(r.grid.rows) == 0 {
			r.grid.rows = [][]string{nil}
		}
		row := &r.grid.rows[len(r.grid.rows)-1]
		if len(*row) < widest {
			*row = append(*row, text)
		}
	}
	r.cell = false
}

// endTable makes a block of the table. Its first row is the head: offices
// seldom mark it as one.
func (r *reader) endTable() {
	r.depth = 0
	if r.grid == nil {
		return
	}
	r.endCell()
	g := r.grid
	r.grid = nil
	if len(g.rows) == 0 {
		return
	}
	g.head, g.rows = g.rows[0], g.rows[1:]
	text := "\x1ftable\x1f" + strings.Join(g.head, apart) + "\n" + strings.Join(keys(g.rows), "\n")
	r.out = append(r.out, block{kind: "table", text: text, table: g})
}
