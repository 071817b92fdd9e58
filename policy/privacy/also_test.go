// Another check beside ours: one list of findings, in order, without overlaps.

package privacy

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// wordCheck finds words, each with a level.
func wordCheck(words map[string]Level) func(string, Format) []Finding {
	return func(text string, _ Format) (out []Finding) {
		for word, level := range words {
			for at := 0; ; {
				i := strings.Index(text[at:], word)
				if i < 0 {
					break
				}
				at += i + len(word)
				out = append(out, Finding{Kind: "word", Span: Span{at - len(word), at}, Level: level, Mask: "〇"})
			}
		}
		slices.SortFunc(out, byPlace)
		return out
	}
}

func TestAnotherCheckLooksAtTheSameTexts(t *testing.T) {
	opt := Options{Also: wordCheck(map[string]Level{"机密": Certain, "手机": Ask, "13800138000": Ask, "0015": Certain})}
	said := func(fs []Finding) (out string) {
		for _, f := range fs {
			out += fmt.Sprintf("%s[%d:%d] ", f.Kind, f.Start, f.End)
		}
		return strings.TrimSpace(out)
	}
	for text, want := range map[string]string{
		"机密":               "word[0:6]",
		"手机13800138000机密":  "word[0:6] mobile[6:17] word[17:23]",
		"手机13800138001，机密": "word[0:6] mobile[6:17] word[20:26]",
		"平安":               "",
	} {
		if got := said(Scan(text, Plain, opt)); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
	if got := said(Scan("手机13800138000", Plain, Options{})); got != "mobile[6:17]" {
		t.Errorf("without another check: %s", got)
	}
	cells := ScanTable(Table{Rows: [][]string{{"姓名", "密级"}, {"张三", "机密"}}}, opt)
	if len(cells) != 1 || cells[0].Row != 1 || cells[0].Col != 1 || cells[0].Start != 0 || cells[0].End != 6 {
		t.Errorf("in a table: %v", cells)
	}
	if parts := ScanParts([]Part{{Text: "平安"}, {Text: "<b>机密</b>", Format: HTML}}, opt); len(parts[0]) != 0 || said(parts[1]) != "word[3:9]" {
		t.Errorf("in parts: %v", parts)
	}
}

func TestOverlappingFindingsOfTwoChecks(t *testing.T) {
	for name, c := range map[string]struct {
		ours, theirs Level
		want         string
	}{
		"what is certain wins":    {Ask, Certain, "word"},
		"else what is personal":   {Ask, Ask, "mobile"},
		"and if both are certain": {Certain, Certain, "mobile"},
		"a warning gives way":     {Likely, Warn, "mobile"},
	} {
		opt := Options{Also: func(string, Format) []Finding { return []Finding{{Kind: "word", Span: Span{3, 6}, Level: c.theirs}} }}
		got := opt.also("", Plain, []Finding{{Kind: "mobile", Span: Span{0, 5}, Level: c.ours}})
		if len(got) != 1 || got[0].Kind != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
