package privacy

import (
	"fmt"
	"strings"
	"testing"
)

// scanned says what was found in each part: level, kind, text, evidence.
func scanned(parts []Part, opt Options) []string {
	opt.Now = today
	out := make([]string, len(parts))
	for i, fs := range ScanParts(parts, opt) {
		var said []string
		for _, f := range fs {
			said = append(said, fmt.Sprintf("%s %s %s", f.Level, f.Kind, parts[i].Text[f.Start:f.End]))
		}
		out[i] = strings.Join(said, "; ")
	}
	return out
}

func TestWhatOnePartProvesIsFoundInAllOthers(t *testing.T) {
	parts := []Part{
		{Text: "张三，身份证号110101199003071233，手机13800138000，车主张三沪A12345"},
		{Text: "附件/表_110101199003071233001.pdf"},
		{Text: "订单号：138-00-138-000"},
		{Text: `<a href="/f?no=%31%33%38%30%30%31%33%38%30%30%30x">看</a><td>沪A</td><td>12345</td>`, Format: HTML},
		{Text: "公务用车：沪A·12345"},
		{Text: "合同编号1380013800012345"},
		{Text: "编号 1101 0119 9003 0712 33"},
		{Text: "138\t0013\t8000"},
	}
	want := []string{
		"certain id_card 110101199003071233; certain mobile 13800138000; certain plate 沪A12345",
		"certain id_card 110101199003071233",
		"certain mobile 138-00-138-000",
		"certain mobile %31%33%38%30%30%31%33%38%30%30%30",
		"certain plate 沪A·12345",
		"",
		"certain id_card 1101 0119 9003 0712 33",
		"",
	}
	for i, got := range scanned(parts, Options{}) {
		if got != want[i] {
			t.Errorf("part %d: %q, want %q", i, got, want[i])
		}
	}
}

func TestValuesKnownFromElsewhereAreCertain(t *testing.T) {
	opt := Options{Known: []Value{{"bank_card", "8020101234567890"}, {"mobile", "13800138000"}, {"email", "zs@163.com"}, {"birth_date", "1990年3月7日"}, {"nothing", "13900139000"}, {"mobile", "1"}}}
	got := scanned([]Part{{Text: "流水号8020101234567890，办公邮箱ZS＠163.com，1990年3月7日，订单号13900139000"}}, opt)[0]
	if got != "certain bank_card 8020101234567890; certain email ZS＠163.com" {
		t.Error(got)
	}
	opt = opt.Prepared()
	opt.Now = today
	fs := Scan("订单 13800138000", Plain, opt)
	if len(fs) != 1 || strings.Join(fs[0].Evidence, " ") != "known" || fs[0].Mask != "138****8000" {
		t.Error(fs)
	}
	opt.Allow = func(_, folded string) bool { return folded == "13800138000" }
	if fs := Scan("订单 13800138000", Plain, opt); len(fs) != 0 {
		t.Error(fs)
	}
	if cells := ScanTable(Table{[][]string{{"单号", "备注"}, {"8020101234567890", "无"}}}, opt); len(cells) != 1 || cells[0].Row != 1 || cells[0].Level != Certain {
		t.Error(cells)
	}
}

func TestHalfMaskedNumbersAreFindings(t *testing.T) {
	for _, c := range []struct{ masked, open, want string }{
		{"张三 138****1234", "订单号：13812341234", "ask mobile 13812341234"},
		{"张三 138xxxx1234", "13812341234元", "ask mobile 13812341234"},
		{"张三 １３８＊＊＊＊１２３４", "编号13812341234", "ask mobile 13812341234"},
		{"账号 6222********1234", "编号：6222000011111234", "ask bank_card 6222000011111234"},
		{"622200******1234", "编号：6222000011111234", "certain bank_card 6222000011111234"},
		{"11010119********33", "项目编号：110101199003071033", "certain id_card 110101199003071033"},
		{"138****1234", "订单号：13812345678", ""},
		{"138****1234", "订单号：138123412340", ""},
		{"11201035349493XX", "1120103534949312", ""},
		{"身份证号11*************133", "项目编号：118888888888888133", ""},
		{"1**********", "订单号：13812345678", ""},
		{"13812341234", "订单号：13812341234", "certain mobile 13812341234"},
	} {
		got := scanned([]Part{{Text: c.masked}, {Text: c.open}}, Options{})[1]
		if got != c.want {
			t.Errorf("%s beside %s: %q, want %q", c.open, c.masked, got, c.want)
		}
	}
	fs := ScanParts([]Part{{Text: "138****1234"}, {Text: "咨询电话：13812341234"}}, Options{Now: today})[1]
	if len(fs) != 1 || fs[0].Level != Likely || !strings.Contains(strings.Join(fs[0].Evidence, " "), "half-masked") {
		t.Error(fs)
	}
}

func TestMaskedPartsProveNothingMore(t *testing.T) {
	parts := []Part{{Text: "身份证号110101199003071233，手机13800138000"}, {Text: "表_110101199003071233001，订单号138-00-138-000"}, {Text: "138****8000"}}
	for i, fs := range ScanParts(parts, Options{Now: today}) {
		parts[i].Text = Mask(parts[i].Text, fs)
	}
	for i, fs := range ScanParts(parts, Options{Now: today}) {
		if len(fs) != 0 {
			t.Error(i, parts[i].Text, fs)
		}
	}
}

func TestLongPartsAreSearchedInChunks(t *testing.T) {
	filler := strings.Repeat("政务公开", 500)
	var text strings.Builder
	for range 40 {
		text.WriteString("编号13800138000号" + filler[:len(filler)-3*(text.Len()%7)])
	}
	fs := Scan(text.String(), Plain, Options{Now: today, Known: []Value{{"mobile", "13800138000"}}})
	if len(fs) != 40 {
		t.Errorf("%d of 40", len(fs))
	}
}
