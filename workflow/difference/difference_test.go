package difference

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// brief writes stretches down: [-deleted-] {+inserted+} (format: text).
func brief(hs []Hunk) string {
	var b strings.Builder
	for _, h := range hs {
		switch h.Op {
		case Insert:
			b.WriteString("{+" + h.Text + "+}")
		case Delete:
			b.WriteString("[-" + h.Text + "-]")
		case Format:
			fmt.Fprintf(&b, "(%v>%v:%s)", h.Was, h.Now, h.Text)
		default:
			b.WriteString(h.Text)
		}
	}
	return b.String()
}

func TestTextsDifferByWordsAndCharacters(t *testing.T) {
	for _, c := range []struct{ name, was, now, want string }{
		{"nothing", "通知", "通知", "通知"},
		{"a word of two characters", "请各单位按时报送。", "请各科室按时报送。", "请各[-单位-]{+科室+}按时报送。"},
		{"a whole number", "共计1200元整。", "共计1350元整。", "共计[-1200-]{+1350+}元整。"},
		{"a Latin word", "use the old form", "use the new form", "use the [-old-]{+new+} form"},
		{"something came", "按时报送。", "按时报送，逾期不候。", "按时报送{+，逾期不候+}。"},
		{"all of it", "", "通知", "{+通知+}"},
		{"a character beyond the first plane", "𠮷林路一号", "𠮶林路一号", "[-𠮷-]{+𠮶+}林路一号"},
		{"what combines stays whole", "e\u0301\u0302 x", "e\u0301 x", "[-e\u0301\u0302-]{+e\u0301+} x"},
		{"chance characters are no equality", "张三等三人", "李四及全体三十人", "[-张三等三-]{+李四及全体三十+}人"},
	} {
		if got := brief(New().Text(c.was, c.now)); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestTwoLongInsertionsDoNotHideWhatStayed(t *testing.T) {
	middle := "各乡镇人民政府应当于本月底前完成整改。"
	first, second := strings.Repeat("甲乙丙丁戊", 30)+"。", strings.Repeat("己庚辛壬癸", 30)+"。"
	if got := brief(New().Text(middle+"特此通知。", first+middle+second+"特此通知。")); got != "{+"+first+"+}"+middle+"{+"+second+"+}特此通知。" {
		t.Error(got)
	}
}

func TestStretchesMakeBothTexts(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 7))
	letters := []rune("甲乙丙丁。，ab1 \n😀\u0301\u200d")
	text := func() []rune {
		out := make([]rune, r.IntN(300))
		for i := range out {
			out[i] = letters[r.IntN(len(letters))]
		}
		return out
	}
	for range 400 {
		was := text()
		now := slices.Clone(was)
		for range r.IntN(6) {
			i := r.IntN(len(now) + 1)
			j := i + r.IntN(len(now)-i+1)
			now = slices.Concat(now[:i], text()[:0], []rune("新"), now[j:])
		}
		if r.IntN(4) == 0 {
			now = text()
		}
		a, b := both(New().Text(string(was), string(now)))
		if a != string(was) || b != string(now) {
			t.Fatalf("%q and %q came out as %q and %q", string(was), string(now), a, b)
		}
	}
}

func both(hs []Hunk) (was, now string) {
	for _, h := range hs {
		if !utf8.ValidString(h.Text) {
			return "a broken character", ""
		}
		if h.Op != Insert {
			was += h.Text
		}
		if h.Op != Delete {
			now += h.Text
		}
	}
	return was, now
}

func lines(bs []Block) (out []string) {
	for _, b := range bs {
		s := strings.TrimSpace(b.Op + " " + b.Kind)
		if b.Was != "" {
			s += " was " + b.Was
		}
		if b.Same > 0 {
			s += fmt.Sprintf("×%d", b.Same)
		}
		out = append(out, strings.TrimSpace(s)+": "+brief(b.Hunks))
	}
	return out
}

func compareLines(t *testing.T, name string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestRichTextsDifferByBlocks(t *testing.T) {
	first := "<p>第一条　为了规范信息公开，制定本办法。</p>"
	second := "<p>第二条　本办法适用于全县各级行政机关。</p>"
	third := "<p>第三条　各单位应当按时报送有关材料。</p>"
	for _, c := range []struct {
		name, was, now string
		want           []string
	}{
		{"a paragraph came", first + third, first + second + third, []string{"equal p: 第一条 为了规范信息公开，制定本办法。", "insert p: {+第二条 本办法适用于全县各级行政机关。+}", "equal p: 第三条 各单位应当按时报送有关材料。"}},
		{"a paragraph went", first + second, second, []string{"delete p: [-第一条 为了规范信息公开，制定本办法。-]", "equal p: 第二条 本办法适用于全县各级行政机关。"}},
		{"a paragraph moved", first + second + third, third + first + second, []string{"move p: 第三条 各单位应当按时报送有关材料。", "equal p: 第一条 为了规范信息公开，制定本办法。", "equal p: 第二条 本办法适用于全县各级行政机关。"}},
		{"words in a paragraph", third, strings.Replace(third, "单位", "科室", 1), []string{"change p: 第三条 各[-单位-]{+科室+}应当按时报送有关材料。"}},
		{"bold", "<p>请按时报送。</p>", "<p>请<b>按时</b>报送。</p>", []string{"format p: 请([]>[strong]:按时)报送。"}},
		{"another way to be bold", "<p>请<strong>按时</strong>报送。</p>", "<p>请<b>按时</b>报送。</p>", []string{"equal p: 请按时报送。"}},
		{"a link leads elsewhere", `<p><a href="/a">附表</a></p>`, `<p><a href="/b">附表</a></p>`, []string{"format p: ([link:/a]>[link:/b]:附表)"}},
		{"a heading", "<p>总则</p>", "<h2>总则</h2>", []string{"format h2 was p: 总则"}},
		{"a list of another kind", "<ul><li>一</li></ul>", "<ol><li>一</li></ol>", []string{"format ol/li was ul/li: 一"}},
		{"to the right", "<p>县政府</p>", `<p align="right">县政府</p>`, []string{"format p right was p: 县政府"}},
		{"another picture", `<p><img src="/a.png" alt="图表"></p>`, `<p><img src="/b.png" alt="图表"></p>`, []string{"format p: ([img:/a.png]>[img:/b.png]:〔图：图表〕)"}},
		{"what stays is left out", first + second + third + "<p>附则</p>", first + second + third + "<p>附件</p>", []string{"equal×2: ", "equal p: 第三条 各单位应当按时报送有关材料。", "change p: 附[-则-]{+件+}"}},
		{"markup is crossed", "<p>甲<b>乙</p><p>丙</b>丁</p>", "<p>甲<b>乙</b></p><p>丙丁</p>", []string{"equal p: 甲乙", "format p: ([strong]>[]:丙)丁"}},
	} {
		compareLines(t, c.name, lines(New().RichText(c.was, c.now)), c.want)
	}
}

func TestTablesInRichTextsDifferByCells(t *testing.T) {
	table := func(rows ...string) string {
		return "<p>名单</p><table><tr><th>姓名</th><th>金额</th></tr>" + strings.Join(rows, "") + "</table>"
	}
	row := func(name, sum string) string { return "<tr><td><p>" + name + "</p></td><td>" + sum + "</td></tr>" }
	got := New().RichText(table(row("甲", "100"), row("乙", "200"), row("丙", "300")), table(row("甲", "100"), row("乙", "250"), row("丁", "300元"), row("丙", "300")))
	if len(got) != 2 || got[1].Op != Change || got[1].Kind != "table" {
		t.Fatalf("%+v", got)
	}
	compareLines(t, "rows", rows(*got[1].Table), []string{"equal 0=甲 1=100", "change 0=乙 1=[-200-]{+250+}", "insert 0={+丁+} 1={+300元+}", "equal 0=丙 1=300"})
}

func rows(table Table) (out []string) {
	for _, r := range table.Rows {
		s := r.Op
		if r.Same > 0 {
			s += fmt.Sprintf("×%d", r.Same)
		}
		for _, c := range r.Cells {
			s += fmt.Sprintf(" %d=%s", c.Column, brief(c.Hunks))
		}
		out = append(out, s)
	}
	return out
}

func columns(table Table) (out []string) {
	for _, c := range table.Columns {
		out = append(out, c.Op+" "+c.Was+">"+c.Now)
	}
	return out
}

func TestTablesDifferByRowsAndColumns(t *testing.T) {
	head := []string{"姓名", "单位", "金额"}
	var was [][]string
	for i := range 9 {
		was = append(was, []string{fmt.Sprintf("户主%d", i), "柳溪镇", fmt.Sprint(100 * i)})
	}
	now := slices.Clone(was)
	now[4] = []string{"户主4", "柳溪镇", "999"}
	now = slices.Delete(now, 7, 8)
	got := New().Grid(head, was, head, now)
	compareLines(t, "rows", rows(got), []string{"equal×3", "equal 0=户主3 1=柳溪镇 2=300", "change 0=户主4 1=柳溪镇 2=[-400-]{+999+}", "equal 0=户主5 1=柳溪镇 2=500", "equal 0=户主6 1=柳溪镇 2=600", "delete 0=[-户主7-] 1=[-柳溪镇-] 2=[-700-]", "equal 0=户主8 1=柳溪镇 2=800"})

	wide := [][]string{{"户主0", "一组", "柳溪镇", "0"}, {"户主1", "二组", "柳溪镇", "100"}}
	got = New().Grid(head, was[:2], []string{"姓名", "组别", "单位", "金额"}, wide)
	compareLines(t, "a column came", columns(got), []string{"equal 姓名>姓名", "insert >组别", "equal 单位>单位", "equal 金额>金额"})
	compareLines(t, "its cells", rows(got), []string{"equal 0=户主0 1={+一组+} 2=柳溪镇 3=0", "equal 0=户主1 1={+二组+} 2=柳溪镇 3=100"})

	got = New().Grid(head, was[:2], []string{"姓名", "所在单位", "金额"}, was[:2])
	compareLines(t, "a column was renamed", columns(got), []string{"equal 姓名>姓名", "change 单位>所在单位", "equal 金额>金额"})
	got = New().Grid(head, was[:2], head[:2], [][]string{was[0][:2], was[1][:2]})
	compareLines(t, "a column went", rows(got), []string{"equal 0=户主0 1=柳溪镇 2=[-0-]", "equal 0=户主1 1=柳溪镇 2=[-100-]"})
}

func TestManyRowsInTwoPlacesDoNotHideTheRest(t *testing.T) {
	many := func(name string, n int) (out [][]string) {
		for i := range n {
			out = append(out, []string{fmt.Sprintf("%s%d", name, i), fmt.Sprint(i)})
		}
		return out
	}
	was := many("户主", 300)
	now := slices.Concat(many("新增", 120), was[:150], many("补录", 120), was[150:])
	count := map[string]int{}
	for _, r := range New().Grid([]string{"姓名", "号"}, was, []string{"姓名", "号"}, now).Rows {
		count[r.Op] += max(1, r.Same)
	}
	if count[Insert] != 240 || count[Equal] != 300 || len(count) != 2 {
		t.Error(count)
	}
}

func file(name, digest string) Thing {
	return Thing{What: name, Keys: []string{name + digest, name, digest}, Attributes: []Attribute{{Name: "name", Now: name}, {Name: "digest", Now: digest}}}
}

func TestFilesComeGoChangeAndMove(t *testing.T) {
	for _, c := range []struct {
		name     string
		was, now []Thing
		want     string
	}{
		{"the same", []Thing{file("a", "1")}, []Thing{file("a", "1")}, "[]"},
		{"another content", []Thing{file("a", "1")}, []Thing{file("a", "2")}, "[{change a [{digest 1 2}]}]"},
		{"another name", []Thing{file("a", "1")}, []Thing{file("b", "1")}, "[{change b [{name a b}]}]"},
		{"one came, one went", []Thing{file("a", "1")}, []Thing{file("b", "2")}, "[{insert b [{name  b} {digest  2}]} {delete a [{name a } {digest 1 }]}]"},
		{"the order", []Thing{file("a", "1"), file("b", "2"), file("c", "3")}, []Thing{file("c", "3"), file("a", "1"), file("b", "2")}, "[{move c []}]"},
		{"two of one content", []Thing{file("a", "1"), file("b", "1")}, []Thing{file("b", "1")}, "[{delete a [{name a } {digest 1 }]}]"},
	} {
		if got := fmt.Sprint(Entries(c.was, c.now)); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// Costs are counted: elements that were compared, and memory.
func TestHostileTextsCostNoMoreThanTheBound(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	random := func(alphabet string, n int) string {
		out := make([]byte, n)
		for i := range out {
			out[i] = alphabet[r.IntN(len(alphabet))]
		}
		return string(out)
	}
	mb := 1 << 18 // a quarter, which grows no slower
	if os.Getenv("GONGKAI_LONG") != "" {
		mb = 1 << 20
	}
	for name, c := range map[string][2]string{
		"two letters at random":     {random("a,", mb/4), random("a,", mb/4)},
		"one letter":                {strings.Repeat(",", mb), strings.Repeat(",", mb-1) + "a"},
		"signs at random":           {random(",:-", mb), random(",:-", mb)},
		"nothing in common":         {strings.Repeat("甲", mb/3), strings.Repeat("乙", mb/3)},
		"a shift":                   {strings.Repeat("甲,乙-", mb/8), strings.Repeat("-甲,乙", mb/8)},
		"one word":                  {strings.Repeat("a", mb), strings.Repeat("a", mb-1)},
		"all combines":              {strings.Repeat("\u0301", mb/2), strings.Repeat("\u0301", mb/2-1)},
		"empty paragraphs":          {strings.Repeat("<p>", mb/3), strings.Repeat("<p></p>", mb/7)},
		"short paragraphs":          {strings.Repeat("<p>a", mb/16) + "x", strings.Repeat("<p>b", mb/16)},
		"deep":                      {strings.Repeat("<div><b><ul>", mb/12) + "x", strings.Repeat("<blockquote>", mb/12) + "x"},
		"bold at every letter":      {strings.Repeat("<b>x</b>y", mb/9), strings.Repeat("x<b>y</b>", mb/9)},
		"a long link around it all": {`<a href="/` + strings.Repeat("x", mb/2) + `">` + strings.Repeat("<b>y</b>z", mb/18), "y"},
		"one row":                   {"<table><tr>" + strings.Repeat("<td>1", mb/16), "<table>" + strings.Repeat("<tr><td>1", mb/16)},
		"tables in tables":          {strings.Repeat("<table><tr><td>", mb/15) + "x", strings.Repeat("<table>", mb/7)},
		"rows at random":            {manyRows(r, mb/32), manyRows(r, mb/32)},
	} {
		cost := New()
		before, began := allocated(), time.Now()
		if strings.Contains(c[0], "<") {
			cost.RichText(c[0], c[1])
		} else {
			cost.Text(c[0], c[1])
		}
		after := allocated()
		if spent := bound - cost.left; spent > bound+4*mb || (after-before)>>20 > 1500 {
			t.Errorf("%s: %d elements were compared, %d MB allocated", name, spent, (after-before)>>20)
		} else if testing.Verbose() {
			t.Logf("%s: %d elements, %d MB, coarse %v, %v", name, spent, (after-before)>>20, cost.Coarse, time.Since(began))
		}
	}
}

func manyRows(r *rand.Rand, n int) string {
	var b strings.Builder
	b.WriteString("<table>")
	for range n {
		fmt.Fprintf(&b, "<tr><td>%d<td>%d", r.IntN(1000), r.IntN(3))
	}
	return b.String()
}

func TestThePageEscapesAndSaysInWordsWhatColoursShow(t *testing.T) {
	c := New()
	d := Document{Form: "unmasked", From: &Version{}, Fields: []Field{
		{Name: "title", Op: Change, Hunks: c.Text("<script>旧</script>", "<script>新</script>")},
		{Name: "body", Op: Change, Blocks: c.RichText(`<p>请<a href="javascript:x">看</a></p>`, `<p>请<a href="/b?&quot;onload=1">看</a></p>`)},
	}}
	for _, layout := range []string{Inline, Side} {
		raw, err := Page(d, layout)
		if err != nil {
			t.Fatal(err)
		}
		page := string(raw)
		for _, want := range []string{"&lt;script&gt;", "［新增］", "［删除］", "版式：", "link:/b?&#34;onload=1"} {
			if !strings.Contains(page, want) {
				t.Errorf("%s: no %s", layout, want)
			}
		}
		for _, bad := range []string{"<script", `"onload`, "<a ", "http"} {
			if strings.Contains(page, bad) {
				t.Errorf("%s: %s", layout, bad)
			}
		}
	}
}
