// Tables: cells with their spans, written as HTML.

package importer

import (
	"html"
	"strconv"
	"strings"
)

// cell of a table; html is inline HTML or paragraphs.
type cell struct {
	text, html string
	cols, rows int // spans; below 2 means one
}

// tableOf is a table of plain cells.
func tableOf(rows [][]string) block {
	cells := make([][]cell, len(rows))
	for i, row := range rows {
		for _, text := range row {
			cells[i] = append(cells[i], cell{text: text, html: html.EscapeString(text)})
		}
	}
	return spanned(cells)
}

// spanned is a table whose cells may cover others.
func spanned(rows [][]cell) block {
	b := block{tag: "table"}
	var out strings.Builder
	var lines []string
	out.WriteString("<table>")
	for _, row := range rows {
		texts := make([]string, len(row))
		out.WriteString("<tr>")
		for j, c := range row {
			texts[j] = c.text
			out.WriteString("<td" + span("colspan", c.cols) + span("rowspan", c.rows) + ">" + c.html + "</td>")
		}
		out.WriteString("</tr>")
		b.cells = append(b.cells, texts)
		lines = append(lines, strings.Join(texts, " | "))
	}
	out.WriteString("</table>")
	b.text, b.html = strings.Join(lines, "\n"), out.String()
	return b
}

func span(name string, n int) string {
	if n < 2 {
		return ""
	}
	return " " + name + `="` + strconv.Itoa(n) + `"`
}

// cellOf fills a cell; a single paragraph needs no tag of its own.
func cellOf(blocks []block) cell {
	var c cell
	for i, b := range blocks {
		if i > 0 {
			c.text += " "
		}
		c.text += b.text
		if b.tag[0] == 'h' { // a table is no place for the outline
			blocks[i].tag = "p"
		}
	}
	c.html = render(blocks)
	if len(blocks) == 1 && blocks[0].tag == "p" {
		c.html = blocks[0].html
	}
	return c
}
