// Lists in and out of CSV: whole or not at all, and every mistake in its place.

package lexicon

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
)

const head = "类别,词语,处理,更正,例外,应发现,应放行\n"

func TestTheBuiltinListDoesWhatItsSamplesSay(t *testing.T) {
	terms, bad := Read(builtinCSV)
	for _, p := range bad {
		t.Errorf("%+v", p)
	}
	for _, term := range terms {
		if len(term.Found) == 0 || term.Source == "" {
			t.Errorf("%s has no sample or no source", term.Term)
		}
		if (term.Kind == Wording) != (term.Correction != "") {
			t.Errorf("%s: wrong words have a correction, others have none", term.Term)
		}
	}
	if len(terms) < 150 {
		t.Errorf("only %d terms", len(terms))
	}
}

func TestAListSurvivesItsWayThroughASpreadsheet(t *testing.T) {
	want := []Term{
		{Kind: Wording, Term: "攻府", Correction: "政府", Severity: Ask, Except: []string{"主攻府邸", nearby + "游戏", column + "征集"}, From: "2026-01-31", To: "2027-12-31", Source: "某部,某处", Note: "注\"意\"", Found: []string{"县攻府", "市攻府"}, Fine: []string{"主攻府邸"}},
		{Kind: LeaderTitle, Term: "张建国", Correction: "县委书记|人大主任", Severity: Warn, Order: 1},
	}
	var b bytes.Buffer
	if err := Write(&b, want); err != nil {
		t.Fatal(err)
	}
	gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes(bytes.TrimPrefix(b.Bytes(), []byte("\ufeff")))
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"as written": b.Bytes(), "without the mark": bytes.TrimPrefix(b.Bytes(), []byte("\ufeff")), "in GB 18030": gb} {
		got, bad := Read(data)
		if len(bad) > 0 || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v %+v", name, got, bad)
		}
	}
}

func TestColumnsHaveTwoNamesAndAnyOrder(t *testing.T) {
	got, bad := Read([]byte("severity,Kind,term,correction,from\nask,wording,攻府,政府,2026/1/5\n,,,,\n"))
	if len(bad) > 0 || len(got) != 1 || got[0].Term != "攻府" || got[0].From != "2026-01-05" {
		t.Fatalf("%+v %+v", got, bad)
	}
}

func TestEveryMistakeIsSaidInItsPlace(t *testing.T) {
	for _, c := range []struct {
		name, csv    string
		line, column int
		says         string
	}{
		{"an empty file", "", 1, 0, "空的"},
		{"a missing column", "类别,词语\n", 1, 0, "缺少“处理”列"},
		{"an unknown column", "类别,词语,处理,颜色\n", 1, 4, "没有这一列"},
		{"a column twice", "类别,词语,处理,词语\n", 1, 4, "重复"},
		{"another delimiter", "类别;词语;处理\n", 1, 1, "没有这一列"},
		{"a kind that there is not", head + "颜色,攻府,须处理,,,,\n", 2, 1, "应为下列之一"},
		{"a severity that there is not", head + "\n表述错误,攻府,严重,,,,\n", 3, 3, "应为下列之一"},
		{"a row that ends early", head + "表述错误,攻府\n", 2, 3, "应为下列之一"},
		{"no term", head + "表述错误,,须处理,,,,\n", 2, 2, "至少两个字"},
		{"a term of one character", head + "表述错误,密 ,须处理,,,,\n", 2, 2, "至少两个字"},
		{"a term over two paragraphs", head + "表述错误,\"密\n\n密密\",须处理,,,,\n", 2, 2, "至少两个字"},
		{"a term twice", head + "表述错误,攻府,须处理,政府,,,\n表述错误,攻 府,提示,政府,,,\n", 3, 2, "与第 2 行重复"},
		{"a correction that is the term", head + "表述错误,攻府,须处理,攻府,,,\n", 2, 4, "与词语相同"},
		{"an exception without the term", head + "表述错误,攻府,须处理,政府,府邸,,\n", 2, 5, "更长的词"},
		{"a column without a name", head + "表述错误,攻府,须处理,政府,栏目：,,\n", 2, 5, "栏目名称"},
		{"a sample in which it is not found", head + "表述错误,攻府,须处理,政府,,县政府,\n", 2, 6, "没有被发现"},
		{"a sample in which it is found", head + "表述错误,攻府,须处理,政府,,,主攻府邸\n", 2, 7, "请补充例外"},
		{"a formula", head + "表述错误,攻府,须处理,=1+1,,,\n", 2, 4, "开头"},
		{"more cells than columns", head + "表述错误,攻府,须处理,政府,,,,多\n", 2, 8, "多于列名"},
		{"a stray quote", head + "表述错误,攻\"府,须处理,政府,,,\n", 2, 0, "引号"},
		{"a workbook", "PK\x03\x04\x00", 0, 0, "另存为"},
		{"UTF-16", "\xff\xfe{|", 0, 0, "另存为"},
		{"no encoding at all", "\xff\xff\xff", 0, 0, "另存为"},
		{"too large", strings.Repeat("a", MaxBytes+1), 0, 0, "2 MB"},
		{"a leader without title", "类别,词语,处理,顺序\n领导称谓,张建国,提示,1\n", 2, 0, "职务"},
		{"an order of no leader", "类别,词语,处理,顺序\n表述错误,攻府,提示,1\n", 2, 4, "只有领导称谓"},
		{"an order that is no number", "类别,词语,处理,顺序\n领导称谓,张建国,提示,一\n", 2, 4, "正整数"},
		{"a day that there is not", "类别,词语,处理,起始日期\n表述错误,攻府,提示,2026-02-30\n", 2, 4, "日期"},
		{"the end before the beginning", "类别,词语,处理,起始日期,截止日期\n表述错误,攻府,提示,2026-02-03,2026-02-02\n", 2, 5, "早于"},
	} {
		terms, bad := Read([]byte(c.csv))
		if len(bad) == 0 || terms != nil {
			t.Errorf("%s: taken, or half taken: %v", c.name, terms)
			continue
		}
		if p := bad[0]; p.Line != c.line || p.Column != c.column || !strings.Contains(p.Zh, c.says) || p.En == "" {
			t.Errorf("%s: %+v", c.name, p)
		}
	}
}

func TestAllMistakesOfAListAreSaidAtOnce(t *testing.T) {
	var b strings.Builder
	b.WriteString(head)
	for range 300 {
		b.WriteString("颜色,密,严重,,,,\n")
	}
	_, bad := Read([]byte(b.String()))
	if len(bad) < maxProblems || len(bad) > maxProblems+10 {
		t.Errorf("%d problems", len(bad))
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(head + "表述错误,攻府,须处理,政府,近:甲乙,县攻府,\n"))
	f.Add([]byte("kind,term,severity,order,correction\nleader_title,张三,ask,1,县长\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		terms, bad := Read(data)
		if len(bad) > 0 {
			return
		}
		var b bytes.Buffer
		if err := Write(&b, terms); err != nil {
			t.Fatal(err)
		}
		again, bad := Read(b.Bytes())
		if len(bad) > 0 || fmt.Sprintf("%+v", again) != fmt.Sprintf("%+v", terms) {
			t.Fatalf("%+v became %+v: %+v", terms, again, bad)
		}
	})
}

func TestFurtherChecksLookAtEveryCell(t *testing.T) {
	check := func(cell string) (zh, en string) {
		if cell == "县攻府" {
			return "不要这样写", "not so"
		}
		return "", ""
	}
	terms, bad := Read([]byte(head+"表述错误,攻府,须处理,政府,,县攻府,\n"), check)
	if terms != nil || len(bad) != 1 || bad[0].Line != 2 || bad[0].Column != 6 || bad[0].Zh != "不要这样写" {
		t.Errorf("%+v %+v", terms, bad)
	}
}
