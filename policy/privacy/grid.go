// The grid: a table, however it was written, as rows of cells that know their place.

package privacy

import "slices"

// cell is a cell of a grid: a piece of the source and its column.
type cell struct {
	start, end int
	col, cols  int
	head       bool // a header by its markup
}

const (
	mostColumns = 256  // columns that have headers; the cells beyond are read without
	slab        = 2000 // rows that are held at a time
	mostCells   = 20000

	longestRowOfCells = 4096 // beyond it another row begins
)

// grid collects the rows of one table, and has them judged in slabs: headers
// and counts go on from one slab to the next, the cells do not.
type grid struct {
	*scanner
	mode    mode
	cells   []cell
	rows    []int // where each row begins in cells
	until   []int // for each column the row down to which a cell above reaches
	height  int   // rows so far
	section section
	col     int
	buffers [2]buffer
	ahead   int // the row that buffers[1] holds
}

// row begins a new row.
func (g *grid) row() {
	if n := len(g.rows); n > 0 && g.rows[n-1] == len(g.cells) {
		g.rows = g.rows[:n-1] // an empty one
	} else if n >= slab || len(g.cells) >= mostCells {
		g.flush()
	}
	g.rows = append(g.rows, len(g.cells))
	g.height++
	g.col = 0
}

// add puts a cell into the row, in the first column that no cell from above
// reaches down to.
func (g *grid) add(start, end, cols, rows int, head bool) {
	if n := len(g.rows); n == 0 || len(g.cells)-g.rows[n-1] >= longestRowOfCells {
		g.row()
	}
	for g.col < len(g.until) && g.until[g.col] >= g.height {
		g.col++
	}
	cols = max(1, min(cols, mostColumns))
	g.cells = append(g.cells, cell{start, end, g.col, cols, head})
	if rows > 1 {
		for c := g.col; c < min(g.col+cols, mostColumns); c++ {
			for len(g.until) <= c {
				g.until = append(g.until, 0)
			}
			g.until[c] = g.height + rows - 1
		}
	}
	g.col += cols
}

// flush judges the rows that have been collected.
func (g *grid) flush() {
	if n := len(g.rows); n > 0 && g.rows[n-1] == len(g.cells) {
		g.rows = g.rows[:n-1]
	}
	for i := range g.rows {
		g.judge(i)
	}
	g.cells, g.rows = g.cells[:0], g.rows[:0]
}

// close judges what is left.
func (g *grid) close() {
	g.flush()
	g.closeSection()
}

// at is the cells of a row.
func (g *grid) at(i int) []cell {
	if i < 0 || i >= len(g.rows) {
		return nil
	}
	end := len(g.cells)
	if i+1 < len(g.rows) {
		end = g.rows[i+1]
	}
	return g.cells[g.rows[i]:end]
}

// field is a cell that has been read.
type field struct {
	cell
	line  line
	label label
}

// fields reads the cells of a row into a buffer.
func (g *grid) fields(i int, b *buffer) []field {
	b.atoms, b.fields = b.atoms[:0], b.fields[:0]
	for _, c := range g.at(i) {
		from := len(b.atoms)
		b.atoms = g.read(piece{c.start, c.end, g.mode, ""}, b.atoms)
		l := line(b.atoms[from:len(b.atoms):len(b.atoms)]).trim()
		b.fields = append(b.fields, field{c, l, labelOf(l)})
	}
	return b.fields
}

// buffer holds a row that has been read.
type buffer struct {
	atoms  []atom
	fields []field
}

// take reads a row, or finds it read already as the one behind the last.
func (g *grid) take(i int) (row, next []field) {
	if i == 0 || g.ahead != i {
		g.fields(i, &g.buffers[1])
	}
	g.buffers[0], g.buffers[1] = g.buffers[1], g.buffers[0]
	g.ahead = i + 1
	return filled(g.buffers[0].fields), filled(g.fields(i+1, &g.buffers[1]))
}

// filled drops the empty fields, in place.
func filled(fs []field) []field {
	return slices.DeleteFunc(fs, func(f field) bool { return len(f.line) == 0 })
}
