// Tables as others have read them: sheets, CSV files.

package privacy

// Table is a sheet or a CSV file: rows of cells.
type Table struct{ Rows [][]string }

// CellFinding is a finding in a cell; its span counts in the cell's own text.
type CellFinding struct {
	Row, Col int
	Finding
}

// ScanTable finds personal data in a table. The header of a column governs
// the cells below it. The findings come row by row.
func ScanTable(t Table, opt Options) []CellFinding {
	var out []CellFinding
	for r, row := range t.Rows {
		for c, text := range row {
			cell := opt
			if r > 0 && c < len(t.Rows[0]) {
				cell.Context = t.Rows[0][c]
			}
			for _, f := range Scan(text, Plain, cell) {
				out = append(out, CellFinding{r, c, f})
			}
		}
	}
	return out
}
