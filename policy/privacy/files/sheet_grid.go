// A sheet as a table: what is empty is left out, so that a cell far away costs nothing.

package files

import "slices"

// compact is a sheet's cells closed up, with the way back.
type compact struct {
	rows  [][]string
	cells [][]int32 // index into sheet.cells plus one; 0 where there is none
	loose []int     // cells that found their place taken
}

// compact closes the sheet up: empty columns go, and of empty rows one stays,
// because it parts tables. Merged cells say their text in each of their places,
// as they do to a reader. It fails if there would be more than limit places.
func (sh *sheet) compact(limit int) (compact, bool) {
	rows := ranks(sh.cells, func(c *sheetCell) int32 { return c.row }, true)
	cols := ranks(sh.cells, func(c *sheetCell) int32 { return c.col }, false)
	widths, total := make([]int, rows.size), 0
	for i := range sh.cells {
		r := rows.of(sh.cells[i].row)
		widths[r] = max(widths[r], cols.of(sh.cells[i].col)+1)
	}
	for _, w := range widths {
		total += w
	}
	if total > limit {
		return compact{}, false
	}
	t := compact{rows: make([][]string, rows.size), cells: make([][]int32, rows.size)}
	texts, places := make([]string, total), make([]int32, total)
	for r, w := range widths {
		t.rows[r], texts = texts[:w:w], texts[w:]
		t.cells[r], places = places[:w:w], places[w:]
	}
	for i := range sh.cells {
		t.put(rows.of(sh.cells[i].row), cols.of(sh.cells[i].col), i, sh.cells[i].text)
	}
	sh.spread(t, rows, cols)
	return t, true
}

func (t *compact) put(row, col, i int, text string) {
	if t.cells[row][col] != 0 {
		t.loose = append(t.loose, i)
		return
	}
	t.rows[row][col], t.cells[row][col] = text, int32(i+1)
}

// mostSpread bounds the places that merged cells fill.
const mostSpread = 100_000

// spread repeats the text of merged cells.
func (sh *sheet) spread(t compact, rows, cols ranking) {
	left := mostSpread
	for _, m := range sh.merged {
		top, left0 := rows.of(m.top), cols.of(m.left)
		if top == rows.size || left0 == cols.size || rows.values[top] != m.top || cols.values[left0] != m.left || left0 >= len(t.rows[top]) {
			continue
		}
		text := t.rows[top][left0]
		for r := top; text != "" && r < rows.size && rows.values[r] <= m.bottom; r++ {
			for c := left0; c < len(t.rows[r]) && cols.values[c] <= m.right; c++ {
				if left--; left < 0 {
					return
				}
				if t.cells[r][c] == 0 && t.rows[r][c] == "" {
					t.rows[r][c] = text
				}
			}
		}
	}
}

// ranking numbers the rows or columns that are not empty.
type ranking struct {
	values []int32 // in order
	size   int
}

func ranks(cells []sheetCell, of func(*sheetCell) int32, gaps bool) ranking {
	values := make([]int32, 0, len(cells))
	for i := range cells {
		if v := of(&cells[i]); len(values) == 0 || values[len(values)-1] != v {
			values = append(values, v)
		}
	}
	if !slices.IsSorted(values) {
		slices.Sort(values)
	}
	values = slices.Compact(values)
	if gaps {
		values = withGaps(values)
	}
	return ranking{values, len(values)}
}

// withGaps adds one empty row wherever rows are missing.
func withGaps(values []int32) []int32 {
	out := make([]int32, 0, len(values))
	for i, v := range values {
		if i > 0 && values[i-1] < v-1 {
			out = append(out, v-1)
		}
		out = append(out, v)
	}
	return out
}

// of is the rank of a value, or of the next one if there is none of it.
func (r ranking) of(value int32) int {
	i, _ := slices.BinarySearch(r.values, value)
	return i
}

// hides says why a reader does not see the cell; covered are the places under
// merged cells.
func (sh *sheet) hides(c *sheetCell, looks []look) string {
	switch {
	case sh.rows[c.row]:
		return hiddenRow
	case sh.columns[min(c.col, lastCol)]:
		return hiddenColumn
	case int(c.style) < len(looks) && looks[c.style].hidden != "":
		return looks[c.style].hidden
	case sh.isCovered(c):
		return underMerged
	}
	return ""
}

// isCovered is asked of cells with a finding only.
func (sh *sheet) isCovered(c *sheetCell) bool {
	covers := func(a area) bool {
		return a.top <= c.row && c.row <= a.bottom && a.left <= c.col && c.col <= a.right && (c.row != a.top || c.col != a.left)
	}
	return slices.ContainsFunc(sh.byRow[c.row], covers) ||
		slices.ContainsFunc(sh.high, covers)
}
