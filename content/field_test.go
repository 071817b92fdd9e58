package content

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"gongkai"
)

// all is a kind with a field of every type.
var all = Kind{Zh: "全部", En: "All", Own: []Field{
	{Name: "t", Type: "text", Zh: "文", En: "T", Max: 5},
	{Name: "no", Type: "text", Zh: "文号", En: "No", Format: "doc_no"},
	{Name: "code", Type: "text", Zh: "代码", En: "Code", Format: "uscc"},
	{Name: "rich", Type: "rich_text", Zh: "富", En: "R"},
	{Name: "n", Type: "number", Zh: "数", En: "N"},
	{Name: "d", Type: "date", Zh: "日", En: "D"},
	{Name: "c", Type: "choice", Zh: "选", En: "C", Choices: []Choice{{"a", "甲", "A"}, {"b", "乙", "B"}}},
	{Name: "m", Type: "multi_choice", Zh: "多", En: "M", Choices: []Choice{{"a", "甲", "A"}, {"b", "乙", "B"}}},
	{Name: "r", Type: "reference", Zh: "关", En: "R", Max: 2},
	{Name: "f", Type: "files", Zh: "附", En: "F", Max: 2},
	{Name: "tab", Type: "table", Zh: "表", En: "Tab", Max: 3},
}}

var digest = strings.Repeat("0a", 32)

func TestEveryFieldTypeTakesWhatIsGoodAndRefusesWhatIsBad(t *testing.T) {
	all.ID = "all"
	if err := all.Valid(); err != nil {
		t.Fatal(err)
	}
	file := func(name string) any { return []any{map[string]any{"digest": digest, "name": name}} }
	tested := map[string]bool{}
	for _, c := range []struct {
		field string
		in    any
		want  any    // normal form; nil: left out as empty
		code  string // refused
	}{
		{"t", "  甲乙 ", "甲乙", ""}, {"t", "", nil, ""}, {"t", " ", nil, ""}, {"t", "一二三四五六", nil, "too_long"}, {"t", 5.0, nil, "type"}, {"t", []any{}, nil, "type"},
		{"rich", `<p onclick="x()">甲<script>alert(1)</script></p>`, "<p>甲</p>", ""}, {"rich", 1.0, nil, "type"}, {"rich", strings.Repeat("甲", 1<<20), nil, "too_long"},
		{"n", "12.50", "12.50", ""}, {"n", "-3", "-3", ""}, {"n", 12.5, "12.5", ""}, {"n", 1e15, "1000000000000000", ""}, {"n", json.Number("7.10"), "7.10", ""}, {"n", "", nil, ""},
		{"n", "1/2", nil, "number"}, {"n", "1e5", nil, "number"}, {"n", "0x10", nil, "number"}, {"n", "1_000", nil, "number"}, {"n", "十", nil, "number"}, {"n", "NaN", nil, "number"}, {"n", true, nil, "number"}, {"n", strings.Repeat("9", 41), nil, "number"},
		{"d", "2024-02-29", "2024-02-29", ""}, {"d", "", nil, ""}, {"d", "2023-02-29", nil, "date"}, {"d", "2024-2-9", nil, "date"}, {"d", "2024年2月9日", nil, "date"}, {"d", "1899-12-31", nil, "date"}, {"d", "2201-01-01", nil, "date"}, {"d", 20240229.0, nil, "date"},
		{"c", "a", "a", ""}, {"c", "", nil, ""}, {"c", "z", nil, "choice"}, {"c", 1.0, nil, "choice"},
		{"m", []any{"b", "a", "b"}, []string{"a", "b"}, ""}, {"m", []any{}, nil, ""}, {"m", []any{"z"}, nil, "choice"}, {"m", []any{""}, nil, "choice"}, {"m", "a", nil, "type"}, {"m", []any{1.0}, nil, "type"},
		{"r", []any{"0123456789abcdef0123456789abcdef"}, []string{"0123456789abcdef0123456789abcdef"}, ""}, {"r", []any{"short"}, nil, "reference"}, {"r", []any{"../../etc/passwd"}, nil, "reference"}, {"r", []any{"0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcde1", "0123456789abcdef0123456789abcde2"}, nil, "type"},
		{"f", file(`C:\temp\名单.pdf`), []FileRef{{Digest: digest, Name: "名单.pdf", Type: "application/pdf"}}, ""}, {"f", []any{}, nil, ""},
		{"f", file("a/../../b.txt"), []FileRef{{Digest: digest, Name: "b.txt", Type: "text/plain"}}, ""},
		{"f", file(""), nil, "file_name"}, {"f", file("a\nb.txt"), nil, "file_name"}, {"f", file(strings.Repeat("长", 201)), nil, "file_name"}, {"f", file(".."), nil, "file_name"},
		{"f", []any{map[string]any{"digest": "abc", "name": "a.txt"}}, nil, "file"}, {"f", "a.txt", nil, "type"},
		{"tab", map[string]any{"head": []any{"甲"}, "rows": []any{[]any{"1"}}}, Table{[]string{"甲"}, [][]string{{"1"}}}, ""}, {"tab", map[string]any{}, nil, ""},
		{"tab", map[string]any{"head": []any{"甲", "乙"}, "rows": []any{[]any{"1"}}}, nil, "row"}, {"tab", map[string]any{"head": []any{"甲"}, "rows": []any{[]any{"1"}, []any{"1"}, []any{"1"}, []any{"1"}}}, nil, "too_long"},
		{"tab", map[string]any{"head": []any{1.0}}, nil, "type"}, {"tab", "x", nil, "type"},
	} {
		f, _ := all.Field(c.field)
		tested[f.Type] = true
		got, err := all.Normalise(Fields{c.field: c.in})
		if c.code != "" {
			checkRefused(t, err, c.field, c.code)
			continue
		}
		if err != nil || !reflect.DeepEqual(got[c.field], c.want) {
			t.Errorf("%s of %v: %#v, %v; want %#v", c.field, c.in, got[c.field], err, c.want)
		}
		if again, err := all.Normalise(got); err != nil || !reflect.DeepEqual(again, got) {
			t.Errorf("%s: the normal form is not stable: %v, %v", c.field, again, err)
		}
	}
	for _, ft := range FieldTypes {
		if !tested[ft.Name] {
			t.Errorf("no test of the field type %s", ft.Name)
		}
	}
}

func checkRefused(t *testing.T, err error, where, code string) {
	t.Helper()
	e, ok := err.(*gongkai.Error) //nolint:errorlint // unwrapped by contract
	if !ok || e.Kind != gongkai.Invalid || len(e.Details) != 1 || e.Details[0].Where != where || e.Details[0].Code != code {
		t.Errorf("%s: got %v, want %s", where, err, code)
	}
}

func TestEveryWrongFieldIsNamedAtOnce(t *testing.T) {
	_, err := all.Normalise(Fields{"n": "x", "d": "x", "nothing": 1})
	e, _ := err.(*gongkai.Error) //nolint:errorlint // unwrapped by contract
	if e == nil || len(e.Details) != 3 || e.Details[0].Where != "d" || e.Details[1].Code != "unknown_field" || e.Details[1].Where != "fields" || e.Details[2].Where != "n" {
		t.Errorf("%v", err)
	}
}

func TestDocumentNumbers(t *testing.T) {
	for in, want := range map[string]string{
		"淮政办秘〔2018〕108号": "淮政办秘〔2018〕108号", "区委办[2016]115号": "区委办〔2016〕115号", "国办发(2017)47号": "国办发〔2017〕47号", "国办发\uff082017\uff0947号": "国办发〔2017〕47号",
		"国办发【2017】47号": "国办发〔2017〕47号", " 县政发〈2020〉1号 ": "县政发〔2020〕1号", "政府令第51号": "政府令第51号", "HFGS-2022-7": "HFGS-2022-7",
		"办〔201675号": "", "国办发〔2017〕047号": "", "国办发〔2017〕第47号": "", "国办发〔17〕47号": "", "2017年47号": "", "A〔2017〕47号": "",
	} {
		got, err := all.Normalise(Fields{"no": in})
		if s, _ := got["no"].(string); s != want || (err != nil) != (want == "") {
			t.Errorf("%s: %q, %v", in, s, err)
		}
	}
	if DocNoYear("淮政办秘〔2018〕108号") != "2018" || DocNoYear("政府令第51号") != "" {
		t.Error("the year of a document number")
	}
	if w := Warnings(Fields{"doc_no": "淮政办秘〔2018〕108号", "date_written": "2019-01-02"}); len(w) != 1 || w[0].Where != "doc_no" {
		t.Errorf("another year is doubtful: %v", w)
	}
	if Warnings(Fields{"doc_no": "淮政办秘〔2018〕108号", "date_written": "2018-12-02"}) != nil {
		t.Error("the same year is not")
	}
}

func TestCreditCodes(t *testing.T) {
	good := []string{"11640112010148754W", "11441300007187648G", "11341702486344515H"}
	for _, code := range good {
		if !CreditCode(code) {
			t.Errorf("%s is real", code)
		}
		for i := range code { // one wrong character anywhere is found
			for _, c := range []byte{'0', '7', 'A', 'Y'} {
				if wrong := code[:i] + string(c) + code[i+1:]; wrong != code && CreditCode(wrong) {
					t.Errorf("%s passes for %s", wrong, code)
				}
			}
		}
	}
	for _, code := range []string{"", "11640112010148754", "11640112010148754w", "1164011201014875IW", "11640112010148754WW"} {
		if CreditCode(code) {
			t.Errorf("%q passes", code)
		}
	}
}

func TestIndexNumbers(t *testing.T) {
	for no, ok := range map[string]bool{
		"11640112010148754W/2022-00206": true, "11341702486344515H/202110-00013": true, "000014349/2017-00110": true, "0142768-8/2022-00185": true, "01527918X-2020-153077": true,
		"EFxxx-A0101-2007-001": true, "编号第一": false, "a b": false, "": true, "../../x": false, strings.Repeat("1", 81): false,
	} {
		f := Field{Name: "t", Type: "text", Format: "index_no"}
		if _, bad := checkText(f, no); (bad == nil) != ok {
			t.Errorf("%q: %v", no, bad)
		}
	}
}

func TestIndexNumberTemplates(t *testing.T) {
	u := Unit{USCC: "11640112010148754W"}
	u.ID = "county"
	eve := time.Date(2025, 12, 31, 17, 30, 0, 0, time.UTC) // the new year in Shanghai
	for _, c := range []struct{ template, counter, format, code string }{
		{"", "index_no:11640112010148754W/2026-%05d", "11640112010148754W/2026-%05d", ""},
		{"{uscc}/{yyyy}{mm}-{seq:5}", "index_no:11640112010148754W/202601-%05d", "11640112010148754W/202601-%05d", ""},
		{"{unit}-{seq}", "index_no:county-%d", "county-%d", ""},
		{"100%{seq:3}", "index_no:100%03d", "100%03d", ""},
		{"{uscc}", "", "", "index_template"}, {"{seq}{seq}", "", "", "index_template"}, {"{seq:0}", "", "", "index_template"}, {"{seq:x}", "", "", "index_template"}, {"{seq}-{dd}", "", "", "index_template"},
	} {
		counter, format, err := IndexTemplate(c.template, u, eve)
		if counter != c.counter || format != c.format || c.code != "" && gongkai.CodeOf(err) != c.code || c.code == "" && err != nil {
			t.Errorf("%q: %q %q %v", c.template, counter, format, err)
		}
	}
	if _, _, err := IndexTemplate("", Unit{USCC: "123"}, eve); gongkai.CodeOf(err) != "index_uscc" {
		t.Errorf("a unit without a credit code: %v", err)
	}
}

func TestMetadataMustBeCompleteAndAgree(t *testing.T) {
	k := BuiltIn[slices.IndexFunc(BuiltIn, func(k Kind) bool { return k.ID == "policy" })]
	good := Fields{"title": "通知", "body": "<p>甲</p>", "openness": Proactive, "publisher": "县政府", "date_written": "2026-01-05", "validity": "in_force"}
	if err := k.Complete(good); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		set   Fields // nil values are taken out
		where string
	}{
		{"no title", Fields{"title": nil}, "title"}, {"no body", Fields{"body": nil}, "body"}, {"no openness", Fields{"openness": nil}, "openness"},
		{"what the kind demands", Fields{"publisher": nil}, "publisher"},
		{"withheld without basis", Fields{"openness": Withheld}, "openness_basis"}, {"on application without basis", Fields{"openness": OnApplication}, "openness_basis"},
		{"lapsed before it took effect", Fields{"effective_from": "2026-02-01", "expires_at": "2026-01-01"}, "expires_at"},
		{"in force before it was written", Fields{"validity": "not_yet", "effective_from": "2026-01-01"}, "effective_from"},
		{"repealed without a date", Fields{"validity": "abolished"}, "abolished_at"},
	} {
		v := Fields{}
		for _, from := range []Fields{good, c.set} {
			for name, value := range from {
				if v[name] = value; value == nil {
					delete(v, name)
				}
			}
		}
		code := "required"
		if strings.Contains("expires_at effective_from", c.where) {
			code = "order"
		}
		t.Run(c.name, func(t *testing.T) { checkRefused(t, k.Complete(v), c.where, code) })
	}
	for name, instead := range map[string]any{"attachments": []FileRef{{Digest: digest}}, "tab": Table{Head: []string{"a"}, Rows: [][]string{{"1"}}}, "stored": map[string]any{"head": []any{"a"}, "rows": []any{[]any{"1"}}}} {
		v := Fields{"title": "t", "openness": Proactive, name: instead}
		if err := all.Complete(v); err != nil {
			t.Errorf("%s instead of a body: %v", name, err)
		}
	}
	checkRefused(t, all.Complete(Fields{"title": "t", "openness": Proactive, "tab": map[string]any{"head": []any{"a"}, "rows": []any{}}}), "body", "required")
}
