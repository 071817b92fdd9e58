// What is found, what is let pass, and where it points to.

package lexicon

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"gongkai/policy/privacy"
)

var today = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

// list is a small one for tests.
func list(terms ...Term) *Lexicon { return New(List{"office", "3", terms}) }

// said is a hit as tests compare them: the words it points to, and its severity.
func said(text string, hits []Hit) string {
	var out []string
	for _, h := range hits {
		out = append(out, text[h.Start:h.End]+" "+h.Severity)
	}
	return strings.Join(out, "; ")
}

func TestMarksAndWordsOfTheBuiltinList(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"a mark with its term", "机密★20年", "机密★20年 block"},
		{"a mark without a term", "文件\n\n秘密★\n\n关于", "秘密★ block"},
		{"another star and blanks", "绝 密 ☆ 长期 急件", "绝 密 ☆ 长期 block"},
		{"full-width digits", "机密★２０年", "机密★２０年 block"},
		{"months", "秘密★6个月", "秘密★6个月 block"},
		{"until an event", "机密★启用前", "机密★启用前 block"},
		{"an asterisk before a term", "机密*20年", "机密*20年 block"},
		{"an asterisk of a footnote", "商业秘密*", ""},
		{"a level behind its label", "密级：机密", "密级：机密 block"},
		{"the label spaced", "密 级：机 密", "密 级：机 密 block"},
		{"a mark over two lines of running text", "机密\n★20年", "机密\n★20年 block"},
		{"a mark does not reach over a paragraph", "机密\n\n★20年", "机密 ask"},
		{"a mark that lost its star", "机密20年", "机密20年 ask"},
		{"a level alone in its line", "急件\n机密\n关于", "机密 ask"},
		{"a level alone in brackets", "（机密）", "机密 ask"},
		{"a level in a sentence is only said", "这是一份机密文件", "机密 warn"},
		{"laws and trade secrets are normal", "依据《中华人民共和国保守国家秘密法》，不得侵犯商业秘密。", ""},
		{"the sentence of all application forms", "涉及国家秘密、商业秘密、个人隐私的除外。", ""},
		{"a control phrase spaced as in a letterhead", "内 部 资 料", "内 部 资 料 ask"},
		{"a zero-width character inside", "不得\u200b外传", "不得\u200b外传 ask"},
		{"a radical that looks like the sign", "内部⽂件不转发", "内部⽂件 ask"},
		{"a phrase inside a longer word", "精密电子元件", ""},
		{"a consultation's own announcement", "关于《办法（征求意见稿）》公开征求意见的公告", ""},
		{"a draft that is not for consultation", "现印发办法（征求意见稿）", "征求意见稿 ask"},
		{"a wrong word", "县人民攻府办公室", "攻府 ask"},
		{"two words that only stand side by side", "工作小组领导  小姐", ""},
		{"digits written in Chinese", "一代一路", "一代一路 ask"},
		{"nothing", "", ""},
	} {
		hits := Builtin().Scan(c.text, privacy.Plain, today)
		if got := said(c.text, hits); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
		inWords(t, hits)
	}
}

// inWords wants all that speaks for a hit said in words.
func inWords(t *testing.T, hits []Hit) {
	t.Helper()
	for _, h := range hits {
		for _, e := range h.Evidence {
			if zh, en := Because(e); zh == "" || en == "" {
				t.Errorf("%s has no words", e)
			}
		}
	}
}

func TestMarkupHidesNothing(t *testing.T) {
	for _, c := range []struct {
		f          privacy.Format
		text, want string
	}{
		{privacy.HTML, "<p>机<b>密</b>★<i>20年</i></p>", "机<b>密</b>★<i>20年 block"},
		{privacy.HTML, "<p>绝&nbsp;密&#9733;</p>", "绝&nbsp;密&#9733; block"},
		{privacy.HTML, "<td>机密</td><td>★20年</td>", "机密 ask"},
		{privacy.HTML, "<p>公告</p><!-- 内部资料 -->", "内部资料 ask"},
		{privacy.HTML, `<img alt="机密★20年">`, "机密★20年 block"},
		{privacy.Markdown, "# 关于**领导**小姐的通知", "领导**小姐 ask"},
	} {
		if got := said(c.text, Builtin().Scan(c.text, c.f, today)); got != c.want {
			t.Errorf("%q: got %q, want %q", c.text, got, c.want)
		}
	}
}

func TestExceptionsAreLongerWordsNeighboursAndColumns(t *testing.T) {
	l := list(Term{Kind: ControlPhrase, Term: "纪要", Severity: Ask, Except: []string{"纪要管理办法", nearby + "解读", column + "意见征集"}})
	for _, c := range []struct {
		text    string
		columns []string
		want    string
	}{
		{"纪要", nil, "纪要 ask"},
		{"纪要管理办法", nil, ""},
		{"纪要管理办法与纪要", nil, "纪要 ask"},
		{"纪要（政策解读）", nil, ""},
		{"解读了纪要", nil, ""},
		{"纪要" + strings.Repeat("字", near+1) + "解读", nil, "纪要 ask"},
		{"纪要\n\n解读", nil, "纪要 ask"},
		{"纪要", []string{"互动 意见征集（历史）"}, ""},
		{"纪要", []string{"要闻"}, "纪要 ask"},
		{"纪要", []string{"意见征集", "要闻"}, "纪要 ask"},
		{"纪要", []string{"意见征集", "互动 意见征集"}, ""},
	} {
		if got := said(c.text, l.In(c.columns...).Scan(c.text, privacy.Plain, today)); got != c.want {
			t.Errorf("%q in %v: got %q, want %q", c.text, c.columns, got, c.want)
		}
	}
}

func TestATermCountsFromItsFirstDayToItsLast(t *testing.T) {
	l := list(Term{Kind: Wording, Term: "旧名", Correction: "新名", Severity: Ask, From: "2026-11-22", To: "2026-11-23"})
	day := func(d, hour int) time.Time { return time.Date(2026, 11, d, hour, 0, 0, 0, time.UTC) }
	versions := map[string]bool{}
	for _, c := range []struct {
		at   time.Time
		want int
	}{{day(21, 15), 0}, {day(21, 16), 1}, {day(23, 15), 1}, {day(23, 16), 0}} { // midnight in China is 16:00 UTC
		if got := l.Scan("旧名", privacy.Plain, c.at); len(got) != c.want {
			t.Errorf("%s: %d hits, want %d", c.at, len(got), c.want)
		}
		versions[fmt.Sprint(c.want, l.Version(c.at))] = true
	}
	if len(versions) != 2 || len(l.Version(today)) != 8 {
		t.Errorf("the version must follow what counts on a day: %v", versions)
	}
}

func TestTheVersionChangesWithEveryList(t *testing.T) {
	term := Term{Kind: Wording, Term: "攻府", Correction: "政府", Severity: Ask}
	seen := map[string]string{}
	other := term
	other.Except = []string{"主攻府"}
	for name, l := range map[string]*Lexicon{"empty": New(), "one": New(List{"a", "1", []Term{term}}), "renamed": New(List{"b", "1", []Term{term}}), "newer": New(List{"a", "2", []Term{term}}), "excepted": New(List{"a", "1", []Term{other}})} {
		v := l.Version(today)
		if twin, there := seen[v]; there {
			t.Errorf("%s and %s have one version", name, twin)
		}
		seen[v] = name
	}
}

func TestTheVersionKnowsWhatIsNormalInTheColumns(t *testing.T) {
	l := list(Term{Kind: ControlPhrase, Term: "纪要", Severity: Ask, Except: []string{column + "征集", column + "意见"}})
	plain, version := l.Version(today), map[string]bool{}
	for _, columns := range [][]string{{"征集"}, {"意见"}, {"意见征集"}} {
		version[l.In(columns...).Version(today)] = true
	}
	if len(version) != 3 || version[plain] || l.In("要闻").Version(today) != plain || l.In("征集").Version(today) != l.In("栏目 征集", "征集").Version(today) {
		t.Errorf("%s %v", plain, version)
	}
}

func TestOfOverlappingHitsTheGravestIsKept(t *testing.T) {
	l := list(Term{Kind: ControlPhrase, Term: "内部资料", Severity: Ask}, Term{Kind: ControlPhrase, Term: "资料汇编", Severity: Block},
		Term{Kind: ControlPhrase, Term: "内部", Severity: Warn}, Term{Kind: ControlPhrase, Term: "内部资料", Severity: Ask})
	for text, want := range map[string]string{"内部资料": "内部资料 ask", "内部资料汇编": "资料汇编 block", "内部会": "内部 warn", "内部内部资料": "内部 warn; 内部资料 ask"} {
		if got := said(text, l.Scan(text, privacy.Plain, today)); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestAHitNamesListVersionAndSource(t *testing.T) {
	l := list(Term{Kind: Wording, Term: "攻府", Correction: "政府", Severity: Ask, Source: "县委宣传部"})
	hits := l.Scan("县攻府", privacy.Plain, today)
	if len(hits) != 1 || hits[0].Correction != "政府" || hits[0].List != "office" || !slices.Equal(hits[0].Evidence, []string{"list:office@3", "source:县委宣传部"}) {
		t.Fatalf("%+v", hits)
	}
}

func TestTitlesAndOrderOfLeaders(t *testing.T) {
	leader := func(order int, name, titles string) Term {
		return Term{Kind: LeaderTitle, Term: name, Correction: titles, Order: order, Severity: Ask}
	}
	l := list(leader(1, "张建国", "县委书记"), leader(2, "李卫东", "县委副书记|县长"), leader(3, "王秀英", "县委常委|常务副县长"), leader(3, "赵国强", "副县长"))
	for _, c := range []struct{ text, want, correction string }{
		{"县委书记张建国主持会议，县长李卫东讲话。", "", ""},
		{"县委副书记、县长李卫东出席", "", ""},
		{"县长张建国讲话", "县长张建国 ask", "县委书记张建国"},
		{"县长 王秀英讲话", "县长 王秀英 ask", "县委常委王秀英"},
		{"副县长李卫东讲话", "副县长李卫东 ask", "县委副书记李卫东"},
		{"出席会议的有张建国、李卫东、王秀英。", "", ""},
		{"出席会议的有李卫东、张建国。", "张建国 ask", ""},
		{"李卫东、县委书记张建国出席", "张建国 ask", ""},
		{"李卫东讲话。张建国总结。", "", ""},
		{"王秀英、赵国强出席，赵国强、王秀英陪同", "", ""},
		{"张建国出席", "", ""},
	} {
		hits := l.Scan(c.text, privacy.Plain, today)
		if got := said(c.text, hits); got != c.want || len(hits) == 1 && hits[0].Correction != c.correction {
			t.Errorf("%s: got %q %+v, want %q", c.text, got, hits, c.want)
		}
		inWords(t, hits)
	}
}

func TestALongTextHasBoundedHits(t *testing.T) {
	text := strings.Repeat("攻府", 3*most)
	if n := len(Builtin().Scan(text, privacy.Plain, today)); n != most {
		t.Errorf("%d hits", n)
	}
	hits := Builtin().Scan(strings.Repeat("一份机密件，", 2*most)+"绝密★", privacy.Plain, today)
	if last := hits[len(hits)-1]; len(hits) != most+1 || last.Severity != Block {
		t.Errorf("a mark does not hide behind warnings: %d hits, the last %+v", len(hits), last)
	}
}

// withLeaders is the list of the program and some leaders.
func withLeaders() *Lexicon {
	leader := func(order int, name, titles string) Term {
		return Term{Kind: LeaderTitle, Term: name, Correction: titles, Order: order, Severity: Ask}
	}
	return New(BuiltinList(), List{"own", "1", []Term{leader(1, "张建国", "县长"), leader(2, "李卫东", "副县长|县委常委"), {Kind: Wording, Term: "top secret", Severity: Warn}}})
}

// whole reads everything again, as the sieve does where terms may stand.
func whole(l *Lexicon, text string, f privacy.Format) []Hit {
	s := search{Lexicon: l, text: text, day: dayOf(today), last: len(text)}
	privacy.EachPiece(text, f, func(p privacy.Piece) {
		s.again.fill(func(each func(rune, privacy.Span)) {
			p.Walk(func(start, end int) {
				for i, r := range text[start:end] {
					each(r, privacy.Span{Start: start + i, End: start + i + 3})
				}
			}, each)
		}, s.block)
	})
	return s.settle()
}

func sameAsWhole(t *testing.T, l *Lexicon, text string, f privacy.Format) []Hit {
	t.Helper()
	hits := l.Scan(text, f, today)
	if want := whole(l, text, f); fmt.Sprint(hits) != fmt.Sprint(want) {
		t.Fatalf("%s %q:\n%v\nwant\n%v", f, text, hits, want)
	}
	return hits
}

func TestTheSieveLosesNothing(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	parts := strings.Fields("机密 ★ 20年 * 密级 ： 秘密 国家 商业秘密 征求意见稿 公开征求意见 听证 会议 纪要 内部 资料 攻府 主攻府 邸 张建国 李卫东 县长 副县长 、 。 一代一路 top secret &#23494; <b> </b> <p title=\"机密★\"> <!--内部资料--> <td> ** ( ) | 工作 小姐 领导 件")
	parts = append(parts, "\n", "\n\n", "\t", " ", "　", "\u200b", strings.Repeat("字", 30), strings.Repeat("字，", 60), strings.Repeat("字", 1500))
	l, found := withLeaders(), 0
	for range 500 {
		var b strings.Builder
		for range random.IntN(60) {
			b.WriteString(parts[random.IntN(len(parts))])
		}
		for _, f := range []privacy.Format{privacy.Plain, privacy.HTML, privacy.Markdown} {
			found += len(sameAsWhole(t, l, b.String(), f))
		}
	}
	if found < 1500 {
		t.Errorf("only %d hits", found)
	}
}

func FuzzScan(f *testing.F) {
	for _, text := range []string{"机密★20年", "<p>机<b>密</b>★</p>", "密级：\n机密", "县长张建国、李卫东", "\xff\x00秘密*长期", "﹡★", "管理办法（征求意见稿）" + strings.Repeat("字", 38) + "听证"} {
		f.Add(text)
	}
	l := withLeaders()
	f.Fuzz(func(t *testing.T, text string) {
		for _, format := range []privacy.Format{privacy.Plain, privacy.HTML, privacy.Markdown} {
			last := 0
			for _, h := range sameAsWhole(t, l, text, format) {
				if h.Start < last || h.End <= h.Start || h.End > len(text) {
					t.Fatalf("%s: [%d:%d] behind %d in %d bytes", format, h.Start, h.End, last, len(text))
				}
				last = h.End
			}
		}
	})
}

func BenchmarkScan(b *testing.B) {
	clean := strings.Repeat("关于做好城乡居民最低生活保障工作的通知，各街道办事处、各有关单位：\n", 300)
	for name, text := range map[string]string{"clean": clean, "dense": strings.Repeat("涉及国家秘密、商业秘密的内部资料，", 500), "hostile": strings.Repeat("秘密", 10_000), "html": strings.ReplaceAll("<p class=\"a\">"+clean, "\n", "</p>\n<p class=\"a\">"), "cell": "张三"} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				Builtin().Scan(text, privacy.Plain, today)
			}
		})
	}
}

func TestATermOfLatinLettersIsFoundToo(t *testing.T) {
	l := list(Term{Kind: WorkSecret, Term: "Top Secret", Severity: Ask}, Term{Kind: WorkSecret, Term: "一二三", Severity: Ask})
	for text, want := range map[string]string{"a TOP  SECRET thing": "TOP  SECRET ask", "123": "123 ask", "&#22825;": ""} {
		if got := said(text, l.Scan(text, privacy.Plain, today)); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	if got := said("&#26426;&#23494;&#9733;", Builtin().Scan("&#26426;&#23494;&#9733;", privacy.HTML, today)); got != "&#26426;&#23494;&#9733; block" {
		t.Errorf("entities: %s", got)
	}
}
