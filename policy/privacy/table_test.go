package privacy

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// sheet reads rows of cells parted by "|" in which findings are marked.
func sheet(t *testing.T, marked string) (table Table, want []string) {
	t.Helper()
	for r, line := range strings.Split(marked, "\n") {
		var row []string
		for c, cell := range strings.Split(line, "|") {
			text, found := unmark(t, cell)
			for _, f := range found {
				want = append(want, fmt.Sprintf("%d:%d %s", r, c, f))
			}
			row = append(row, text)
		}
		table.Rows = append(table.Rows, row)
	}
	return table, want
}

// cells lists findings of a table as "row:col level kind value".
func cells(t Table, fs []CellFinding) (out []string) {
	for _, f := range fs {
		out = append(out, fmt.Sprintf("%d:%d %s %s %s", f.Row, f.Col, f.Level, f.Kind, t.Rows[f.Row][f.Col][f.Start:f.End]))
	}
	return out
}

var sheets = map[string]string{
	"the header governs its column": "姓名|身份证号|订单号\n张三|«i?110101199003071234»|13800138000",
	"titles stand above the header": "某县2026年低保公示|||\n单位：元|||2026年11月\n序号|户主姓名|家庭住址|金额\n1|张三|«a!城关镇李家村»|500",
	"a header on two levels":        "姓名|家庭住址|||联系电话\n|乡镇|村|组|\n张三|城关镇|«a!李家村»|«a!三组»|«m!13800138000»",
	"an office's part of a header":  "单位|办公||家庭\n|电话|地址|住址\n财政局|0371-65588888|城关镇人民路12号|",
	"the header comes again":        "姓名|出生日期\n张三|«d!1990-03-07»\n姓名|出生日期\n李四|«d!1991-03-07»",
	"another header takes over":     "姓名|出生日期\n张三|«d!1990-03-07»\n\n企业名称|成立日期\n某公司|1990-03-07",
	"spreadsheets write dates so":   "姓名|出生日期\n张三|«d!03-07-90»\n李四|«d!3/7/1990»",
	"a record in two columns":       "姓名|张三\n身份证号|«i!110101199003071233»\n出生日期|«d!1990年3月7日»\n家庭住址|«a!李家沟»",
	"a record in four columns":      "姓名|张三|性别|女\n民族|汉族|出生年月|«d~1990.3»\n家庭住址|«a!李家沟»||",
	"an ID proves the birth date":   "张三|«i!110101199003071233»|«d!1990-03-07»|2026-01-01",
	"an office directory stays":     "部门|负责人|办公电话|办公地址\n财政局|张三|0371-65588888|城关镇人民路12号3楼",
	"an organisation's account":     "单位名称|开户银行|账号\n某县财政局|中国银行某县支行|130501800956363177",
	"a person's account":            "姓名|开户银行|账号\n张三|中国银行某县支行|«b~130501800956363177»",
	"children in a list":            "«k?幼儿姓名»|班级|家长电话\n张小宝|大一班|«m!13800138000»",
	"university students are none":  "大学生姓名|毕业院校|联系电话\n张三|某大学|«m!13800138000»",
	"health and hardship":           "姓名|残疾类别|致贫原因|年收入\n张三|«h~肢体»|«h?因残»|«w?8000»\n李四|无|—|",
	"no ID of a licence":            "持证单位|证号\n某药店|E1234567号许可证",
	"figures are nobody's":          "指标|一季度|二季度\n138|0013|8000\n常住人口|12.3|13.4",
	"masked already":                "姓名|身份证号|家庭住址|出生日期\n张三|11*************233|城关镇****|1990-**-**",
	"cells of many lines":           "姓名|情况\n张三|身份证号：«i!110101199003071233»\r",
}

func TestSheets(t *testing.T) {
	for name, marked := range sheets {
		t.Run(name, func(t *testing.T) {
			table, want := sheet(t, marked)
			fs := ScanTable(table, Options{Now: today})
			if got := cells(table, fs); !slices.Equal(got, want) {
				t.Errorf("got  %q\nwant %q\n%v", got, want, fs)
			}
			checkCells(t, table)
		})
	}
}

// checkCells: findings stand in their cells in order, and masks leave nothing sure.
func checkCells(t *testing.T, table Table) {
	t.Helper()
	opt := Options{Now: today}
	masked := Table{make([][]string, len(table.Rows))}
	for r, row := range table.Rows {
		masked.Rows[r] = slices.Clone(row)
	}
	byCell := map[[2]int][]Finding{}
	for _, f := range ScanTable(table, opt) {
		if f.Row < 0 || f.Row >= len(table.Rows) || f.Col < 0 || f.Col >= len(table.Rows[f.Row]) {
			t.Fatalf("%v lies outside the table", f)
		}
		at := [2]int{f.Row, f.Col}
		byCell[at] = append(byCell[at], f.Finding)
	}
	for at, fs := range byCell {
		cell := table.Rows[at[0]][at[1]]
		checkOffsets(t, cell, fs)
		masked.Rows[at[0]][at[1]] = Mask(cell, fs)
	}
	for _, f := range ScanTable(masked, opt) {
		if f.Level != Ask {
			t.Errorf("the masked table has %v in %q", f, masked.Rows[f.Row][f.Col])
		}
	}
}

func TestARosterOf15000RowsIsFoundWhole(t *testing.T) {
	table := Table{[][]string{{"某县补贴名单"}, {"序号", "姓名", "身份证号", "住址", "联系电话", "账号"}}}
	for i := range 15000 {
		table.Rows = append(table.Rows, []string{fmt.Sprint(i + 1), "张三", "110101199003071233", "城关镇李家村3组", fmt.Sprintf("138%08d", i), "6217997753262308895"})
	}
	count := map[string]int{}
	for _, f := range ScanTable(table, Options{Now: today}) {
		count[f.Kind]++
	}
	for _, kind := range []string{"id_card", "address", "mobile", "bank_card"} {
		if count[kind] != 15000 {
			t.Errorf("%s: %d", kind, count[kind])
		}
	}
}

// hostileTables are made to make a reader of tables slow.
var hostileTables = []struct {
	name string
	f    Format
	unit string
}{
	{"cells without rows", HTML, "<td>"},
	{"rows without cells", HTML, "<tr>"},
	{"tables in tables", HTML, "<table><tr><td>姓名"},
	{"wide and deep cells", HTML, "<tr><td rowspan=65000 colspan=1000>1"},
	{"headers only", HTML, "<tr><td>姓名<td>住址"},
	{"rows of blocks", HTML, "<div><div>1</div><div>2</div></div>"},
	{"rows of blocks that are headers", HTML, "<div><div>姓名</div><div>住址</div></div>"},
	{"blocks that never end", HTML, "<div><li><p>"},
	{"pipes", Markdown, "|"},
	{"pipes in lines", Plain, "|a|\n"},
	{"headers in lines", Plain, "姓名,住址\n"},
	{"one endless header", Plain, "姓名,住址,"},
	{"quotes that never end", Plain, "姓名\t\"a\n"},
	{"birth without dates", Plain, "出生"},
	{"addresses without end", Plain, "住址某省某市某县某镇某村"},
	{"villagers of nowhere", Plain, "系村民"},
	{"men and women", Plain, "张三 男 "},
	{"IDs in one line", Plain, "110101199003071233 "},
	{"IDs in blocks", HTML, "<p>110101199003071233</p>"},
}

// Memory tells what time would on a quiet machine: four times the text needs
// about four times as much.
func TestHostileTablesCostNoMoreThanTheirSize(t *testing.T) {
	for _, c := range hostileTables {
		t.Run(c.name, func(t *testing.T) {
			cost := func(bytes int) float64 {
				text := strings.Repeat(c.unit, bytes/len(c.unit))
				return testing.AllocsPerRun(1, func() { Scan(text, c.f, Options{Now: today}) })
			}
			small, large := cost(16<<10), cost(64<<10)
			if large > 6*small+2000 {
				t.Errorf("%.0f allocations for 16 KB, %.0f for 64 KB", small, large)
			}
		})
	}
}

func TestNestedTablesAsDeepAsYouLike(t *testing.T) {
	text := strings.Repeat("<table><tr><td>", 10000) + "身份证号110101199003071233" + strings.Repeat("</td></tr></table>", 10000)
	if fs := Scan(text, HTML, Options{Now: today}); len(fs) != 1 {
		t.Error(fs)
	}
}

func FuzzScanTable(f *testing.F) {
	for _, marked := range sheets {
		f.Add(strings.NewReplacer("«", "", "»", "", "!", "", "~", "").Replace(marked))
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			return
		}
		var table Table
		for line := range strings.SplitSeq(text, "\n") {
			table.Rows = append(table.Rows, strings.Split(line, "|"))
		}
		checkCells(t, table)
	})
}
