// Forms of tables: how the same sheet is written by different hands and
// programs.

package corpustest

import (
	"fmt"
	"strconv"
	"strings"
)

// form writes a sheet in one way.
type form struct {
	name, format string
	write        func(*page, sheet)
}

var forms = []form{
	{"html", HTML, func(p *page, s sheet) {
		p.fill("<table><thead><tr><th>"+strings.Join(s.heads, "</th><th>")+"</th></tr></thead><tbody>").
			rows(s.rows, "<tr><td>", "</td><td>", "</td></tr>\n").fill("</tbody></table>")
	}},
	{"html, cells only", HTML, func(p *page, s sheet) {
		p.fill("<table border=1>\n").rows(append([][]string{s.heads}, s.rows...), "  <tr>\n    <td>", "</td>\n    <td>", "</td>\n  </tr>\n").fill("</table>")
	}},
	{"html of a word processor", HTML, func(p *page, s sheet) {
		const cell = `<td width="72" style="padding:0cm"><p class="MsoNormal" align="center"><span lang="EN-US">`
		p.fill(`<table class="MsoTable">`).rows(append([][]string{s.heads}, s.rows...), "<tr>"+cell, "</span></p></td>"+cell, "</span></p></td></tr>").fill("</table>")
	}},
	{"html, a title over the columns", HTML, func(p *page, s sheet) {
		p.fill(fmt.Sprintf(`<table><tr><td colspan="%d">%s</td></tr><tr><td colspan="%d">单位：元</td></tr>`, len(s.heads), s.title, len(s.heads))).
			rows(append([][]string{s.heads}, s.rows...), "<tr><td>", "</td><td>", "</td></tr>").fill("</table>")
	}},
	{"html, headers on two levels", HTML, twoLevels},
	{"html, headers at the left", HTML, func(p *page, s sheet) {
		p.fill("<table>")
		for i, head := range s.heads {
			p.fill("<tr><th>" + head + "</th>")
			for _, row := range s.rows {
				p.fill("<td>" + row[i] + "</td>")
			}
			p.fill("</tr>")
		}
		p.fill("</table>")
	}},
	{"html, an application form", HTML, func(p *page, s sheet) {
		p.fill("<table>")
		for i := range s.heads {
			if i%2 == 0 {
				p.fill("<tr>")
			}
			p.fill("<td>" + s.heads[i] + "</td><td>" + s.rows[0][i] + "</td>")
		}
		p.fill("</table>")
	}},
	{"html, merged rows", HTML, func(p *page, s sheet) {
		p.fill("<table><tr><th>村</th><th>" + strings.Join(s.heads, "</th><th>") + "</th></tr>")
		for i, row := range s.rows {
			p.fill("<tr>")
			if i%3 == 0 {
				p.fill(fmt.Sprintf(`<td rowspan="%d">%s</td>`, min(3, len(s.rows)-i), pick(p.Rand, villages)))
			}
			p.fill("<td>" + strings.Join(row, "</td><td>") + "</td></tr>")
		}
		p.fill("</table>")
	}},
	{"html without closing tags", HTML, func(p *page, s sheet) {
		p.fill("<TABLE>").rows(append([][]string{s.heads}, s.rows...), "<TR><TD>", "<TD>", "\n").fill("</TABLE>")
	}},
	{"html, headers spaced out", HTML, func(p *page, s sheet) {
		heads := make([]string, len(s.heads))
		for i, head := range s.heads {
			heads[i] = strings.Join(strings.Split(head, ""), pick(p.Rand, []string{"&nbsp;", " ", "", "<br>"}))
		}
		p.fill("<table><tr><td><b>"+strings.Join(heads, "</b></td><td><b>")+"</b></td></tr>").
			rows(s.rows, "<tr><td>", "&nbsp;</td><td>", "</td></tr>").fill("</table>")
	}},
	{"html, header repeated", HTML, func(p *page, s sheet) {
		half := len(s.rows) / 2
		rows := append(append([][]string{s.heads}, s.rows[:half]...), append([][]string{s.heads}, s.rows[half:]...)...)
		p.fill("<table>").rows(rows, "<tr><td>", "</td><td>", "</td></tr>").fill("</table>")
	}},
	{"html, rows of blocks", HTML, func(p *page, s sheet) {
		p.fill(`<div class="table"><div class="head"><div>`+strings.Join(s.heads, "</div><div>")+"</div></div>\n").
			rows(s.rows, `<div class="row"><div>`, "</div>\n<div>", "</div></div>\n").fill("</div>")
	}},
	{"html, rows of lists", HTML, func(p *page, s sheet) {
		p.rows(append([][]string{s.heads}, s.rows...), "<ul><li><span>", "</span></li><li><span>", "</span></li></ul>\n")
	}},
	{"markdown", Markdown, func(p *page, s sheet) {
		p.fill("| "+strings.Join(s.heads, " | ")+" |\n|"+strings.Repeat(" --- |", len(s.heads))+"\n").rows(s.rows, "| ", " | ", " |\n")
	}},
	{"markdown, bare", Markdown, func(p *page, s sheet) {
		p.fill(strings.Join(s.heads, "|")+"\n"+strings.TrimSuffix(strings.Repeat(":--:|", len(s.heads)), "|")+"\n").rows(s.rows, "", "|", "\n")
	}},
	{"markdown, emphasis and title", Markdown, func(p *page, s sheet) {
		p.fill("## "+s.title+"\n\n|**"+strings.Join(s.heads, "**|**")+"**|\n|"+strings.Repeat("---|", len(s.heads))+"\n").rows(s.rows, "|", "|", "|\n")
	}},
	{"html in markdown", Markdown, func(p *page, s sheet) {
		p.fill("附件：\n\n<table>\n").rows(append([][]string{s.heads}, s.rows...), "<tr><td>", "</td><td>", "</td></tr>\n").fill("</table>\n\n以上。\n")
	}},
	{"csv", Plain, func(p *page, s sheet) { p.rows(quoted(append([][]string{s.heads}, s.rows...)), "", ",", "\r\n") }},
	{"csv in quotes", Plain, func(p *page, s sheet) { p.rows(append([][]string{s.heads}, s.rows...), `"`, `","`, "\"\n") }},
	{"csv with a title", Plain, func(p *page, s sheet) {
		p.fill(s.title+strings.Repeat(",", len(s.heads)-1)+"\n").rows(quoted(append([][]string{s.heads}, s.rows...)), "", ",", "\n")
	}},
	{"csv, numbers as text", Plain, func(p *page, s sheet) {
		p.fill(strings.Join(s.heads, ",")+"\n").rows(s.rows, "\"\t", "\t\",\"\t", "\t\"\n")
	}},
	{"semicolons", Plain, func(p *page, s sheet) { p.rows(append([][]string{s.heads}, s.rows...), "", ";", "\n") }},
	{"tabs", Plain, func(p *page, s sheet) { p.rows(append([][]string{s.heads}, s.rows...), "", "\t", "\n") }},
	{"tabs below a title", Plain, func(p *page, s sheet) {
		p.fill(s.title+"\n\n").rows(append([][]string{s.heads}, s.rows...), "", "\t", "\n").fill("\n以上名单公示7天。\n")
	}},
	{"columns of blanks", Plain, func(p *page, s sheet) { p.rows(filled(append([][]string{s.heads}, s.rows...)), "", "   ", "\n") }},
	{"upright lines", Plain, func(p *page, s sheet) {
		p.rows(append([][]string{s.heads}, s.rows...), "│ ", " │ ", " │\n├────┼────┤\n")
	}},
	{"labels, a line each", Plain, func(p *page, s sheet) {
		for _, row := range s.rows {
			for i, cell := range row {
				p.fill(s.heads[i] + "：" + cell + "\n")
			}
			p.fill("\n")
		}
	}},
	{"labels in a line", Plain, func(p *page, s sheet) {
		for _, row := range s.rows {
			for i, cell := range row {
				p.fill(s.heads[i] + ":" + cell + pick(p.Rand, []string{"，", "；", "  ", " "}))
			}
			p.fill("\n")
		}
	}},
	{"labels in HTML", HTML, func(p *page, s sheet) {
		for _, row := range s.rows {
			for i, cell := range row {
				p.fill("<p><strong>" + s.heads[i] + "：</strong>" + cell + "</p>")
			}
		}
	}},
	{"list of definitions", HTML, func(p *page, s sheet) {
		p.fill("<dl>")
		for i, cell := range s.rows[0] {
			p.fill("<dt>" + s.heads[i] + "</dt><dd>" + cell + "</dd>")
		}
		p.fill("</dl>")
	}},
	{"labels in Markdown", Markdown, func(p *page, s sheet) {
		for n, row := range s.rows {
			p.fill("### " + strconv.Itoa(n+1) + "\n\n")
			for i, cell := range row {
				p.fill("- **" + s.heads[i] + "**：" + cell + "\n")
			}
		}
	}},
}

// rows writes the rows between their marks.
func (p *page) rows(rows [][]string, open, between, shut string) *page {
	for _, row := range rows {
		p.fill(open + strings.Join(row, between) + shut)
	}
	return p
}

// quoted has quotes about the cells that hold commas.
func quoted(rows [][]string) [][]string {
	for _, row := range rows {
		for i, cell := range row {
			if cell == "{commas}" || cell == "{coord}" {
				row[i] = `"` + cell + `"`
			}
		}
	}
	return rows
}

// filled has a dash in every empty cell: blanks cannot show one.
func filled(rows [][]string) [][]string {
	for _, row := range rows {
		for i, cell := range row {
			if cell == "" {
				row[i] = "—"
			}
		}
	}
	return rows
}

// twoLevels puts the columns after the second under one head.
func twoLevels(p *page, s sheet) {
	p.fill("<table><tr>")
	for _, head := range s.heads[:2] {
		p.fill(`<th rowspan="2">` + head + "</th>")
	}
	p.fill(fmt.Sprintf(`<th colspan="%d">基本情况</th></tr><tr><th>`, len(s.heads)-2)+strings.Join(s.heads[2:], "</th><th>")+"</th></tr>").
		rows(s.rows, "<tr><td>", "</td><td>", "</td></tr>").fill("</table>")
}
