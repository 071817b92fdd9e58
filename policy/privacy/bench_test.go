package privacy

import (
	"fmt"
	"strings"
	"testing"
)

// ordinary is the kind of text that offices publish: no personal data, but
// dates, amounts, document numbers, an office phone now and then.
const ordinary = `各乡镇人民政府、街道办事处，县政府各部门：为进一步推进政务公开工作，根据《中华人民共和国政府信息公开条例》（国务院令第711号）和省政府办公厅《2026年政务公开工作要点》（政办〔2026〕15号）精神，结合我县实际，制定本方案。一、总体要求。坚持以公开为常态、不公开为例外，2026年12月31日前完成基层政务公开标准化规范化建设，全年主动公开政府信息12,345条，财政拨款收入2,018.36万元，同比增长8.5%。二、重点任务。（一）推进决策公开。（二）推进执行公开。联系电话：0371-65588888。`

func BenchmarkScan(b *testing.B) {
	table := "<tr><td>%d</td><td>张三</td><td style=\"width:120px;text-align:center\">110101199003071233</td><td><span lang=\"EN-US\">13800138000</span></td><td>某乡某村</td></tr>\n"
	texts := []struct {
		name, text string
		f          Format
	}{
		{"ordinary plain", repeat(ordinary + "\n"), Plain},
		{"ordinary html", repeat("<p style=\"text-indent:2em;line-height:150%\"><span style=\"font-family:仿宋;font-size:16pt\">" + ordinary + "</span></p>\n"), HTML},
		{"ordinary markdown", repeat("## 标题\n\n" + ordinary + "\n\n"), Markdown},
		{"ascii", repeat("The quick brown fox jumps over the lazy dog in 2026. "), Plain},
		{"roster html", repeat(fmt.Sprintf(table, 7)), HTML},
		{"mobiles only", repeat("13800138000 "), Plain},
		{"hostile digits", repeat("1"), Plain},
		{"hostile spaced digits", repeat("1 3 "), Plain},
		{"hostile seams", repeat("1<b></b>"), HTML},
		{"hostile comments", repeat("<!--"), HTML},
		{"hostile open tags", repeat("<a "), HTML},
		{"hostile open tags markdown", repeat("<a "), Markdown},
		{"hostile stars", repeat("1*"), Markdown},
		{"hostile entities", repeat("&#49;"), HTML},
		{"hostile escapes", repeat("%31"), HTML},
		{"hostile zero width", repeat("1" + strings.Repeat("\u200b", 500)), Plain},
		{"hostile chinese digits", repeat("一三八〇"), Plain},
		{"hostile wrong ids", repeat("身份证110101199003071234"), Plain},
		{"hostile scripts", repeat("<script>"), HTML},
		{"hostile invalid", repeat("\xe4\x31\xff"), HTML},
		{"hostile plates", repeat("沪A"), Plain},
		{"hostile plates whole", repeat("沪A12345"), Plain},
		{"hostile signs for an at", repeat("a[at]"), Plain},
		{"hostile regions", repeat("香港身份证A"), Plain},
		{"hostile at signs", repeat("@"), Plain},
		{"hostile addresses", repeat("a@b."), Plain},
		{"hostile mail names", repeat(strings.Repeat("a.", 200) + "@"), HTML},
		{"hostile passports", repeat("E12345678 "), Plain},
		{"hostile letters", repeat("护照AAA1234567"), Plain},
		{"hostile accounts", repeat("账号12345678901234 "), Plain},
		{"hostile cards", repeat("622202020000123456"), Plain},
		{"hostile spaced cards", repeat("6222 0202 0000 1234 562 "), Plain},
		{"hostile insurance", repeat("社保号"), Plain},
		{"hostile home phones", repeat("家庭电话0371-65588888"), Plain},
		{"hostile holders", repeat("户名：张三账号：8020101234567 "), Plain},
	}
	for _, c := range texts {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.text)))
			b.ReportAllocs()
			for b.Loop() {
				Scan(c.text, c.f, Options{Now: today})
			}
		})
	}
}

func repeat(s string) string { return strings.Repeat(s, 1+1<<20/len(s)) }
