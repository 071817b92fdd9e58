package privacy

import (
	"fmt"
	"slices"
	"testing"
)

// cells lists findings of a table as "row:col level kind value".
func cells(t Table, fs []CellFinding) (out []string) {
	for _, f := range fs {
		out = append(out, fmt.Sprintf("%d:%d %s %s %s", f.Row, f.Col, f.Level, f.Kind, t.Rows[f.Row][f.Col][f.Start:f.End]))
	}
	return out
}

func TestTheHeaderOfASheetGovernsItsColumn(t *testing.T) {
	sheet := Table{[][]string{
		{"姓名", "身份证号", "订单号"},
		{"张三", "110101199003071234", "13800138000"},
	}}
	got := cells(sheet, ScanTable(sheet, Options{Now: today}))
	if want := []string{"1:1 ask id_card 110101199003071234"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
