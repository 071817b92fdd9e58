package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"gongkai/publication"
)

func (g got) hits() (out PublicHits) { g.t.Helper(); g.into(&out); return out }

func TestWordsAreFoundAndMarkedInTheTextOfThePage(t *testing.T) {
	c := newCounty(t)
	page, pub := notice("flood123", "关于防汛工作的<通知>", "<p>"+strings.Repeat("各镇各部门:", 60)+"</p><p>请做好<b>防汛</b>准备 & 值班。</p>")
	c.release(page, pub)
	other, otherPub := notice("drought1", "关于抗旱的通知", "<p>节约用水。</p>")
	c.release(other, otherPub)
	found := c.find("/search", "q", "防汛").hits()
	if len(found.Items) != 1 || found.Total != 1 || found.More || found.Next != "" {
		t.Fatalf("%+v", found)
	}
	hit := found.Items[0]
	if hit.TitleHTML != "关于<mark>防汛</mark>工作的&lt;通知&gt;" || !strings.Contains(hit.Snippet, "请做好<mark>防汛</mark>准备 &amp; 值班") {
		t.Errorf("title %q, snippet %q", hit.TitleHTML, hit.Snippet)
	}
	if hit.Column.Name != "通知公告" || hit.Href != "/content/v1/items/flood123?site=main" {
		t.Errorf("%+v", hit.PublicEntry)
	}
}

func TestSearchTakesAnyFilters(t *testing.T) {
	c := newCounty(t)
	library(c)
	for _, x := range []struct {
		pairs []string
		want  int
	}{
		{[]string{"site", "main"}, 5}, {[]string{"site", "town"}, 0}, {[]string{"column", "laws"}, 2}, {[]string{"unit", "county"}, 5}, {[]string{"unit", "baishi"}, 2},
		{[]string{"column", "open", "unit", "baishi", "kind", "policy", "year", "2025"}, 1}, {[]string{"kind", "notice", "sort", "newest"}, 2},
	} {
		found := c.find("/search", append(x.pairs, "q", "正文")...).hits()
		if len(found.Items) != x.want || found.Total != x.want {
			t.Errorf("%v: %d of %d", x.pairs, len(found.Items), found.Total)
		}
	}
	first := c.find("/search", "sort", "newest", "limit", "3").hits()
	rest := c.find("/search", "sort", "newest", "limit", "3", "after", first.Next).hits()
	if len(first.Items) != 3 || first.Total != 5 || len(rest.Items) != 2 || rest.Items[1].ID != "item0000" || rest.Next != "" {
		t.Errorf("pages: %d, then %d of %d", len(first.Items), len(rest.Items), rest.Total)
	}
	c.find("/search", "q", "别的", "after", first.Next).refused(http.StatusBadRequest, "search_cursor", "after")
}

func TestAQuestionFindsItsPartsAndSaysSo(t *testing.T) {
	c := newCounty(t)
	page, pub := notice("idcard12", "居民身份證申領指南", "<p>申請材料：戶口簿。</p>")
	c.release(page, pub)
	found := c.find("/search", "q", "办身份证要什么材料").hits()
	if len(found.Items) != 1 || found.Instead != "身份证 材料" {
		t.Fatalf("%+v", found)
	}
	if hit := found.Items[0]; hit.TitleHTML != "居民<mark>身份證</mark>申領指南" || !strings.Contains(hit.Snippet, "申請<mark>材料</mark>") {
		t.Errorf("%q, %q", hit.TitleHTML, hit.Snippet)
	}
	if found := c.find("/search", "q", "申领").hits(); len(found.Items) != 1 || found.Instead != "" {
		t.Errorf("%+v", found)
	}
}

func facetsOf(found PublicHits) string {
	var out []string
	for _, f := range found.Facets {
		for _, v := range f.Values {
			out = append(out, fmt.Sprintf("%s:%s%s=%d", f.Name, v.Value, v.Name, v.Count))
		}
	}
	return strings.Join(out, " ")
}

func TestFacetsCountWhatWasFoundAndTermsNarrowIt(t *testing.T) {
	c := newCounty(t)
	library(c)
	page, pub := notice("topical1", "政务公开安排", "<p>正文</p>")
	page.Kind, pub.Fields["topic"] = "plan", "综合政务"
	c.release(page, pub)
	found := c.find("/search", "q", "正文", "limit", "1", "facets", "kind,year,unit,topic,field.topic").hits()
	if got := facetsOf(found); !strings.HasPrefix(got, "kind:policy=3 kind:notice=2 kind:plan=1 year:2026=") || !strings.Contains(got, "field.topic:综合政务=4") || !strings.Contains(got, "unit:county") {
		t.Error(got)
	}
	if next := c.find("/search", "q", "正文", "limit", "1", "facets", "kind", "after", found.Next).hits(); next.Facets != nil || len(next.Items) != 1 {
		t.Errorf("%+v", next)
	}
	if found := c.find("/search", "q", "正文", "topic", "综合政务", "kind", "plan").hits(); len(found.Items) != 1 {
		t.Errorf("%+v", found)
	}
	if found := c.find("/search", "topic", "综合", "validity", "in_force").hits(); len(found.Items) != 0 {
		t.Errorf("%+v", found)
	}
	for _, name := range []string{"rank", "field.", "field.A;B", "kind,,", strings.Repeat("kind,", 11)} {
		if g := c.find("/search", "facets", name); g.status != http.StatusBadRequest || !strings.Contains(g.body, "facets") {
			t.Errorf("%s: %d %s", name, g.status, g.body)
		}
	}
}

func TestFacetsTellNothingOfWhatIsNotPublic(t *testing.T) {
	c := newCounty(t)
	counted := func(what, want string) {
		t.Helper()
		if got := facetsOf(c.find("/search", "q", "正文", "facets", "topic").hits()); got != want {
			t.Errorf("%s: %s", what, got)
		}
	}
	page, pub := notice("leaky123", "通知", "<p>正文有秘密词。</p>")
	pub.Fields["topic"] = "秘密"
	c.release(page, pub)
	counted("public", "topic:秘密=1")
	page.Seq, pub.Fields["topic"] = 2, "公开"
	c.show(page, pub)
	counted("another topic since", "")
	page.Seq, pub.Fields["topic"] = 3, "秘密"
	c.show(page, pub)
	counted("as it was, but later", "topic:秘密=1")
	page.Seq, pub.Fields["body"] = 4, "<p>更正。</p>"
	c.show(page, pub)
	counted("without the word", "")
	c.withdraw(page, publication.Suspended, "", "")
	counted("suspended, the index knows nothing of it", "")
}

// The index lags behind the pages, or runs ahead of them; it never tells more.
func TestSearchNeverShowsMoreThanThePage(t *testing.T) {
	c := newCounty(t)
	nothing := func(what string) {
		t.Helper()
		g := c.find("/search", "q", "秘密词")
		if found := g.hits(); len(found.Items) != 0 || found.Total != 0 {
			t.Errorf("%s: %s", what, g.body)
		}
	}
	page, pub := notice("leaky123", "通知", "<p>正文有秘密词。</p>")
	c.release(page, pub)
	if found := c.find("/search", "q", "秘密词").hits(); len(found.Items) != 1 {
		t.Fatalf("it is not found at first: %+v", found)
	}
	page.Seq, pub.Fields["body"] = 2, "<p>正文已更正。</p>"
	c.show(page, pub)
	nothing("the page was corrected, the index still has the old text")
	if found := c.find("/search", "q", "正文").hits(); len(found.Items) != 1 || strings.Contains(found.Items[0].Snippet, "秘密") {
		t.Errorf("what still stands there is found, with the present text: %+v", found)
	}
	if found := c.find("/search", "q", "正文 秘密词").hits(); len(found.Items) != 0 {
		t.Errorf("one word that is gone is enough to drop the hit")
	}
	c.withdraw(page, publication.Suspended, "", "")
	nothing("the page is suspended, the index knows nothing of it")

	ahead, aheadPub := notice("ahead123", "通知", "<p>旧文。</p>")
	c.show(ahead, aheadPub)
	ahead.Seq, aheadPub.Fields["body"] = 2, "<p>新文有秘密词。</p>"
	c.indexed(ahead, aheadPub)
	nothing("the index is ahead of the page")

	never, neverPub := notice("never123", "秘密词", "<p>秘密词</p>")
	c.indexed(never, neverPub)
	nothing("there is no such page")
}

func TestAPageThatOnlyMovedIsStillFound(t *testing.T) {
	c := newCounty(t)
	page, pub := notice("resumed1", "防汛通知", "<p>做好准备。</p>")
	page.DocNo = "清政发〔2026〕3号"
	c.release(page, pub)
	page.Seq = 3 // suspended and resumed before the index heard of it
	c.show(page, pub)
	for _, q := range []string{"防汛", "准备 防汛", "清政发〔2026〕3号"} {
		if found := c.find("/search", "q", q).hits(); len(found.Items) != 1 || found.Items[0].Seq != 3 {
			t.Errorf("%s: %+v", q, found)
		}
	}
}

func TestSearchSurvivesWhateverIsTyped(t *testing.T) {
	c := newCounty(t)
	library(c)
	for _, q := range []string{`"`, `a" OR "b`, "*", "正文 AND NOT", "(((", "NEAR(正文)", "rank:正文", "<script>", strings.Repeat("很长的问题", 90), "正文\n第1件", "\u202e文", "🙂"} {
		if g := c.find("/search", "q", q); g.status != http.StatusOK && g.status != http.StatusBadRequest {
			t.Errorf("%q: %d %s", q, g.status, g.body)
		}
	}
	if found := c.find("/search", "q", "正文\n第1件").hits(); len(found.Items) != 1 {
		t.Errorf("a line break parts words: %+v", fmt.Sprint(found))
	}
}

func TestALongTextIsFoundButNotSearchedForASnippet(t *testing.T) {
	c := newCounty(t)
	page, pub := notice("longtext", "长文", "<p>"+strings.Repeat("很长的正文。", 6000)+"末尾词</p>")
	c.release(page, pub)
	found := c.find("/search", "q", "末尾词").hits()
	if len(found.Items) != 1 || strings.Contains(found.Items[0].Snippet, "\ufffd") || len([]rune(found.Items[0].Snippet)) > snippetWidth+1 {
		t.Errorf("%+v", found)
	}
}
