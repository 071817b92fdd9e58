package privacy

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkTables reads rosters, and what is made to make a reader slow.
func BenchmarkTables(b *testing.B) {
	row := "张三,110101199003071233,1990年3月7日,某县城关镇李家村3组15号,13800138000,无\n"
	texts := map[string]string{
		"csv roster":  "姓名,身份证号,出生日期,家庭住址,联系电话,备注\n" + repeat(row),
		"a 5 MB row":  "姓名|住址|" + strings.Repeat("某镇某村3组|", 300000),
		"a 5 MB cell": "姓名|住址\n张三|" + strings.Repeat("某镇某村3组", 300000) + "\n",
	}
	run := func(name, text string, f Format) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				Scan(text, f, Options{Now: today})
			}
		})
	}
	for name, text := range texts {
		run(name, text, Plain)
	}
	run("a million cells", strings.Repeat("<td>", 1<<20), HTML)
	for _, c := range hostileTables {
		run("hostile "+c.name, repeat(c.unit), c.f)
	}
}

func BenchmarkSheet(b *testing.B) {
	table := Table{[][]string{{"序号", "姓名", "身份证号", "住址", "联系电话", "账号"}}}
	for i := range 15000 {
		table.Rows = append(table.Rows, []string{fmt.Sprint(i + 1), "张三", "110101199003071233", "城关镇李家村3组", fmt.Sprintf("138%08d", i), "6217997753262308895"})
	}
	b.ReportAllocs()
	for b.Loop() {
		ScanTable(table, Options{Now: today})
	}
}
