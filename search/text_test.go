// Folding, numbers and highlighting, seen from the inside.

package search

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestGramsOverlapAndTieNumbersToTheirCharacter(t *testing.T) {
	for text, want := range map[string]string{
		"在建工程2016年度":     "在建 建工 工程 程 2016 2016年 年度 度",
		"工程，公开":          "工程 程 公开 开",
		"ＰＭ２.５":          "pm 2 5",
		"〔2016〕115号":     "2016 115 115号 号",
		"字\u00ad母\ufe0f": "字母 母",
		"e\u0301té ①":    "été 1",
		"㈠":              "一",
		"\xff工\x00程":     "工 程",
	} {
		if got := strings.Join(grams(units(text)), " "); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestNumbersAreLookedUpWhateverTheirBrackets(t *testing.T) {
	for _, text := range []string{"区委办[2016]115号", "区委办（２０１６）１１５号", "区委办 (2016) 115号", "区委办【2016】115 号"} {
		if got, want := numberKey(text), numberKey("区委办〔2016〕115号"); got != want {
			t.Errorf("%s: %q is not %q", text, got, want)
		}
	}
	if numberKey("办〔2016〕115号") == numberKey("办〔20161〕15号") {
		t.Error("the place of the bracket does not matter")
	}
	if got, want := tailKey("区委办〔2016〕115号"), numberKey("(2016) 115号"); got != want {
		t.Errorf("tail %q is not %q", got, want)
	}
	if got := lookupKey("没有数字"); got != "" {
		t.Errorf("%q is no number", got)
	}
}

func TestHighlightMarksWhatWasFound(t *testing.T) {
	for _, c := range []struct {
		text, query string
		width       int
		want        string
	}{
		{"在建工程质量", "工程", 0, "在建<mark>工程</mark>质量"},
		{"青住建[2016] 115号文", "〔２０１６〕115号", 0, "青住建[<mark>2016] 115号</mark>文"},
		{"<b>工程</b> & \"引号\"", "工程 引号", 0, "&lt;b&gt;<mark>工程</mark>&lt;/b&gt; &amp; &#34;<mark>引号</mark>&#34;"},
		{"ＰＭ2.5和pm2.5", "PM2.5", 0, "<mark>ＰＭ2.5</mark>和<mark>pm2.5</mark>"},
		{"工程，公开", "工程公开", 0, "工程，公开"},
		{"關於規範廣告發布", "广告", 0, "關於規範<mark>廣告</mark>發布"},
		{"关于规范广告发布", "廣告 發佈", 0, "关于规范<mark>广告发布</mark>"},
		{"工程工程", "工程", 0, "<mark>工程工程</mark>"},
		{"在建工程", "在建工 建工程", 0, "<mark>在建工程</mark>"},
		{"一二三四五六七八九十工程", "工程", 8, "…五六七八九十<mark>工程</mark>"},
		{"工程一二三四五六七八九十", "没有", 4, "工程一二…"},
		{"工程一二三四五六七八九公开十工程", "工程 公开", 8, "…七八九<mark>公开</mark>十<mark>工程</mark>"},
		{"工\n程\x00", "工", 0, "<mark>工</mark> 程 "},
		{"", "工程", 10, ""},
		{"工程", "", 10, "工程"},
		{"\xff<工程", "工程", 10, "\ufffd&lt;<mark>工程</mark>"},
	} {
		if got := Highlight(c.text, c.query, c.width); got != c.want {
			t.Errorf("%q in %q: got %q, want %q", c.query, c.text, got, c.want)
		}
	}
}

func TestSynonymsAreMarkedAndHeld(t *testing.T) {
	words := [][]string{{"低保", "最低生活保障"}, {"pm-2-5"}}
	if got := Mark("最低生活保障与ＰＭ2.5、pm25", words, 0); got != "<mark>最低生活保障</mark>与<mark>ＰＭ2.5</mark>、pm25" {
		t.Error(got)
	}
	for text, want := range map[string]bool{"最低生活保障 PM2.5": true, "低保": false, "PM2.5": false, strings.Repeat("低保", 2*maxMarks) + "pm2.5": true} {
		if Holds(text, words) != want {
			t.Errorf("%.40q: not %v", text, want)
		}
	}
}

func TestOnlyWhatAsksIsTakenApart(t *testing.T) {
	for text, want := range map[string]string{
		"办身份证要什么材料": "身份证 材料", "國有土地怎麼辦": "国有土地", "身份证": "", "〔2016〕115号": "", "护照怎么办理": "", "2017年身份证材料": "", "身份证2016材料": "身份证 2016 材料",
	} {
		var held []string
		parts, err := instead(terms(text), text, func(words []term) (bool, error) {
			held = held[:0]
			for _, w := range words {
				if held = append(held, w.typed()); !slices.Contains([]string{"身份证", "材料", "国有土地", "2016"}, w.typed()) {
					return false, nil
				}
			}
			return len(words) > 1 || text != "身份证", nil
		})
		var got []string
		for _, p := range parts {
			got = append(got, p.typed())
		}
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
	probes := 0
	long := strings.Repeat("甲乙丙丁戊己庚辛", 25)
	if _, err := instead(terms(long), long, func([]term) (bool, error) { probes++; return false, nil }); err != nil || probes > maxProbes+1 {
		t.Errorf("%d looks into the index, %v", probes, err)
	}
}

func FuzzHighlightIsSafeText(f *testing.F) {
	f.Add("<script>工程</script>", "工程 script", 5)
	f.Add("㈠①ﬁ\u0301工程", "一 1 fi", 3)
	f.Fuzz(func(t *testing.T, text, query string, width int) {
		got := Highlight(text, query, width%200)
		plain := strings.NewReplacer("<mark>", "", "</mark>", "").Replace(got)
		if !utf8.ValidString(got) || strings.ContainsAny(plain, "<>\"'\x00") {
			t.Errorf("unsafe: %q", got)
		}
		if strings.Count(got, "<mark>") != strings.Count(got, "</mark>") {
			t.Errorf("unbalanced: %q", got)
		}
	})
}

func TestRankingPrefersTitlesValidDocumentsAndRecentDates(t *testing.T) {
	rank := func(title, text, validity string, age float64) float64 {
		e := makeEntry(&Doc{Title: title, Text: text, Validity: validity})
		return score(needles(terms("养老金")), unpackFeatures(e.rank), age)
	}
	often := strings.Repeat("养老金发放，", 50)
	better := []float64{
		rank("养老金调整", often, "in_force", 10), rank("养老金调整", "养老金", "in_force", 10), rank("养老金调整", "养老金", "in_force", 4000),
		rank("关于做好城乡居民养老金调整工作的通知", "养老金", "in_force", 4000), rank("养老金调整", "养老金", "abolished", 4000),
		rank("简报", often, "in_force", 10), rank("简报", "养老金"+strings.Repeat("其他内容，", 200), "in_force", 10),
	}
	if !slices.IsSortedFunc(better, func(a, b float64) int {
		if a > b {
			return -1
		}
		return 1
	}) {
		t.Errorf("not in this order: %.3f", better)
	}
}

func TestSlotsFollowDates(t *testing.T) {
	dates := []int64{-1 << 62, -5e12, -1000, 0, 1, 999, 1000, 1.7e12, 1 << 62}
	for i, d := range dates {
		if slotOf(d) < 1 || i > 0 && slotOf(d) < slotOf(dates[i-1]) {
			t.Errorf("date %d has slot %d", d, slotOf(d))
		}
	}
}
