package privacy

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// The cases are texts in which the expected findings are marked:
// «i!…» a certain ID, «m~…» a likely mobile, «m?…» one to ask about.
var (
	markKinds  = map[byte]string{'i': "id_card", 'm': "mobile", 'b': "bank_card", 'v': "plate", 't': "passport", 'e': "email", 'f': "phone", 's': "social_security", 'y': "medical_insurance", 'r': "regional_id"}
	markLevels = map[byte]Level{'!': Certain, '~': Likely, '?': Ask}
	today      = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
)

// unmark takes the marks out and says what they mean.
func unmark(t *testing.T, marked string) (text string, want []string) {
	t.Helper()
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(marked, "«")
		b.WriteString(before)
		if !found {
			return b.String(), want
		}
		inside, after, closed := strings.Cut(rest, "»")
		if !closed || markKinds[inside[0]] == "" || markLevels[inside[1]] == "" {
			t.Fatalf("bad mark in %q", marked)
		}
		want = append(want, fmt.Sprintf("%s %s %s", markLevels[inside[1]], markKinds[inside[0]], inside[2:]))
		b.WriteString(inside[2:])
		marked = after
	}
}

func runCases(t *testing.T, f Format, cases []string) {
	t.Helper()
	for _, c := range cases {
		context, marked, has := strings.Cut(c, "⇒")
		if !has {
			context, marked = "", c
		}
		t.Run(strings.ReplaceAll(c, "/", "∕"), func(t *testing.T) {
			text, want := unmark(t, marked)
			opt := Options{Now: today, Context: context}
			fs := Scan(text, f, opt)
			var got []string
			for _, f := range fs {
				got = append(got, fmt.Sprintf("%s %s %s", f.Level, f.Kind, text[f.Start:f.End]))
			}
			if strings.Join(got, "\n") != strings.Join(want, "\n") {
				t.Errorf("got  %q\nwant %q\n%v", got, want, fs)
			}
			checkProperties(t, text, f, opt)
		})
	}
}

func TestNumbersInPlainText(t *testing.T)   { runCases(t, Plain, plainCases) }
func TestDisguisesInPlainText(t *testing.T) { runCases(t, Plain, disguises) }
func TestLookAlikesStay(t *testing.T)       { runCases(t, Plain, lookAlikes) }
func TestNumbersInHTML(t *testing.T)        { runCases(t, HTML, htmlCases) }
func TestNumbersInMarkdown(t *testing.T)    { runCases(t, Markdown, markdownCases) }

func TestMasksKeepLayoutAndMarkup(t *testing.T) {
	for _, c := range []struct {
		f            Format
		text, masked string
	}{
		{Plain, "11010519491231002X", "11*************02X"},
		{Plain, "110105491231002", "11**********002"},
		{Plain, "13800138000", "138****8000"},
		{Plain, "１３８００１３８０００", "１３８****８０００"},
		{Plain, "138-0013-8000", "138-****-8000"},
		{Plain, "1 3 8 0 0 1 3 8 0 0 0 手机", "1 3 8 * * * * 8 0 0 0 手机"},
		{Plain, "110105 19491231 002X", "11**** ******** *02X"},
		{Plain, "1380\u200b0138\u00ad000", "138*\u200b***8\u00ad000"},
		{HTML, "<p>138<b class=x>0013</b>8000</p>", "<p>138<b class=x>****</b>8000</p>"},
		{HTML, "138&#48;&#x30;&#49;38000", "138****8000"},
		{HTML, "138<!--13900139000-->00138000", "138<!--139****9000-->****8000"},
		{HTML, "138<i title='110101199003071233'>0013</i>8000", "138<i title='11*************233'>****</i>8000"},
		{HTML, `<a href="tel:%31%33%38%30%30%31%33%38%30%30%30">x</a>`, `<a href="tel:%31%33%38****%38%30%30%30">x</a>`},
		{Markdown, "138**0013**8000", "138********8000"},
	} {
		if got := Mask(c.text, Scan(c.text, c.f, Options{Now: today})); got != c.masked {
			t.Errorf("%q\ngot  %q\nwant %q", c.text, got, c.masked)
		}
	}
}

func TestEveryFindingExplainsItselfWithoutTheValue(t *testing.T) {
	fs := Scan("身份证号：110101 19900307 1233", Plain, Options{Now: today})
	if len(fs) != 1 {
		t.Fatal(fs)
	}
	f := fs[0]
	if got := strings.Join(f.Evidence, " "); got != "checksum date region context:身份证号 split" {
		t.Error(got)
	}
	if f.Preview != "11*************233" || f.Folded != "110101199003071233" {
		t.Error(f.Preview)
	}
	shown := fmt.Sprintf("%v %+v %#v %s %v", f, f, f, f.LogValue(), fs)
	if strings.Contains(shown, "19900307") {
		t.Error("the value is shown:", shown)
	}
}

func TestTheAllowListIsAskedWithTheFoldedValue(t *testing.T) {
	opt := Options{Now: today, Allow: func(kind, folded string) bool { return kind == "mobile" && folded == "13800138000" }}
	fs := Scan("总机１３８-００１３-８０００，手机13900139000", Plain, opt)
	if len(fs) != 1 || fs[0].Folded != "13900139000" {
		t.Error(fs)
	}
}

func TestCodePointsCountRunes(t *testing.T) {
	text := "公开😀13800138000"
	f := Scan(text, Plain, Options{Now: today})[0]
	if start, end := CodePoints(text, f.Span); start != 3 || end != 14 {
		t.Error(start, end)
	}
}

func TestMaskSkipsWhatDoesNotFit(t *testing.T) {
	fs := []Finding{{Span: Span{4, 6}, Mask: "##"}, {Span: Span{0, 3}, Mask: "***"}, {Span: Span{2, 5}, Mask: "!!"}, {Span: Span{5, 99}, Mask: "?"}}
	if got := Mask("abcdefg", fs); got != "***d##g" {
		t.Error(got)
	}
}

func TestAMobileOfTheFutureDateIsNoBirthday(t *testing.T) {
	id := "110101203003071" // a birth in 2030
	for _, last := range "0123456789X" {
		for _, d := range "0123456789" {
			v := id + "0" + string(d) + string(last)
			if fs := Scan(v, Plain, Options{Now: today}); len(fs) != 0 {
				t.Fatal(fs)
			}
		}
	}
}

func TestEveryKindIsNamedThreeTimes(t *testing.T) {
	for _, k := range Kinds() {
		if k.Name == "" || k.Zh == "" || k.En == "" {
			t.Error(k)
		}
	}
}

func TestLongRunsAreJudgedInParts(t *testing.T) {
	var text strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&text, "138%08d ", i*7)
	}
	if fs := Scan(text.String(), Plain, Options{Now: today}); len(fs) != 3000 {
		t.Errorf("%d of 3000 in one line", len(fs))
	}
	lines := strings.ReplaceAll(text.String(), " ", "\n")
	if fs := Scan(lines, Plain, Options{Now: today}); len(fs) != 3000 {
		t.Errorf("%d of 3000 in lines", len(fs))
	}
	spaced := strings.ReplaceAll(text.String(), " ", "; ")
	if fs := Scan(spaced, HTML, Options{Now: today}); len(fs) != 3000 {
		t.Errorf("%d of 3000 in HTML", len(fs))
	}
}
