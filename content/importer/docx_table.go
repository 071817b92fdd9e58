// Tables of Word files: cells merged across and down become spans.

package importer

import "strconv"

// table walks the rows, remembering for each column the cell above that may
// still reach down (vMerge).
func (d *docx) table(t *node) (block, bool) {
	var rows [][]cell
	above := map[int]*[2]int{} // column: row and position of the cell that is being merged
	for _, tr := range d.rowsOf(t.kids) {
		col := 0
		row := []cell{}
		if before := spanAt(tr.kid("trPr").kid("gridBefore")); tr.kid("trPr").kid("gridBefore") != nil {
			row = append(row, cell{cols: before})
			col = before
		}
		for _, tc := range d.cellsOf(tr.kids) {
			cols := spanAt(tc.kid("tcPr").kid("gridSpan"))
			merge := tc.kid("tcPr").kid("vMerge")
			if from := above[col]; merge != nil && merge.attr("val") != "restart" && from != nil {
				rows[from[0]][from[1]].rows++
			} else {
				c := d.cell(tc)
				c.cols, c.rows = cols, 1
				row = append(row, c)
				above[col] = nil
				if merge != nil {
					above[col] = &[2]int{len(rows), len(row) - 1}
				}
			}
			col += cols
		}
		rows = append(rows, row)
	}
	return spanned(rows), len(rows) > 0
}

// rowsOf looks into wrappers and drops rows that were deleted.
func (d *docx) rowsOf(kids []*node) []*node {
	var rows []*node
	for _, k := range kids {
		switch {
		case k.name == "tr" && k.kid("trPr").kid("del") != nil:
			d.flag("tracked_deletions")
		case k.name == "tr":
			rows = append(rows, k)
		case k.name == "sdt" || k.name == "sdtContent" || k.name == "customXml":
			rows = append(rows, d.rowsOf(k.kids)...)
		}
	}
	return rows
}

func (d *docx) cellsOf(kids []*node) []*node {
	var cells []*node
	for _, k := range kids {
		switch k.name {
		case "tc":
			cells = append(cells, k)
		case "sdt", "sdtContent", "customXml":
			cells = append(cells, d.cellsOf(k.kids)...)
		}
	}
	return cells
}

// cell reads its blocks apart from those of the page.
func (d *docx) cell(tc *node) cell {
	outer := d.blocks
	d.blocks = nil
	d.walk(tc.kids)
	c := cellOf(settle(d.blocks))
	d.blocks = outer
	return c
}

func spanAt(n *node) int {
	s, err := strconv.Atoi(n.attr("val"))
	if err != nil || s < 1 || s > 200 {
		return 1
	}
	return s
}
