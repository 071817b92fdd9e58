package api

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gongkai/content"
	"gongkai/publication"
	"gongkai/store"
)

const where = "/pages?site=main&path="

func TestAnItemIsFoundByAllItsNames(t *testing.T) {
	c := newCounty(t)
	page, pub := notice("rain1234", "关于防汛的通知", "<p>做好防汛工作。</p>")
	page.IndexNo, page.DocNo = "11330000000000001X/2026-00012", "清政发〔2026〕3号"
	c.attach(&page, &pub, digestOfFile, "名单.csv", "text/csv", bytesOfFile)
	pub.Fields["openness_basis"], pub.Fields["source"] = "内部理由", "县应急\n管理局"
	pub.Files = append(pub.Files, content.PublicFile{Place: "attachments[1]", Digest: strings.Repeat("c", 64), Name: "撤下的.csv"}) // the page does not name it
	c.release(page, pub)

	item := c.get("/items/rain1234").item()
	for name, path := range map[string]string{"site": "/items/rain1234?site=main", "path": where + url.QueryEscape(page.Path),
		"index number": "/items/by-index-no?index_no=" + url.QueryEscape(page.IndexNo)} {
		if other := c.get(path); other.body != c.get("/items/rain1234").body {
			t.Errorf("by %s: %d %s", name, other.status, other.body)
		}
	}
	if item.Published != "2026-03-02T09:30:00+08:00" || item.Column.Name != "通知公告" || item.Unit.Name != "清溪县人民政府办公室" || item.Edition != 1 {
		t.Errorf("%+v", item)
	}
	if trail := item.Column.Breadcrumb; len(trail) != 2 || trail[0].Name != "政务公开" || trail[1].Path != "/open/notices" {
		t.Errorf("breadcrumb %+v", trail)
	}
	want := PageTags{SiteName: "清溪县人民政府", SiteDomain: "www.qingxi.example", SiteIDCode: "3300000001", ColumnName: "通知公告", ColumnType: "政务公开",
		ColumnDescription: "县政府的 通知", ColumnKeywords: "通知,公告", ArticleTitle: "关于防汛的通知", PubDate: "2026-03-02 09:30", ContentSource: "县应急 管理局", Digest: item.Digest}
	if item.PageTags != want {
		t.Errorf("page tags %+v", item.PageTags)
	}
	if len(item.Files) != 1 || item.Files[0].Href != "/content/v1/items/rain1234/files/"+digestOfFile || item.Files[0].Alt != "名单" {
		t.Errorf("files %+v", item.Files)
	}
	for _, inward := range []string{"openness_basis", "attachments", "related"} {
		if _, shown := item.Fields[inward]; shown {
			t.Errorf("readers see the field %s", inward)
		}
	}
	if item.Fields["body"] != "<p>做好防汛工作。</p>" {
		t.Errorf("fields %v", item.Fields)
	}
}

func TestOfAnItemOnTwoSitesTheReaderMayChoose(t *testing.T) {
	c := newCounty(t)
	page, pub := notice("twosites", "两处发布", "<p>一</p>")
	c.release(page, pub)
	other := page
	other.Site, other.Path, other.Column, other.ColumnPath = "town", "/news/1", "town-news", "/town-news/"
	c.show(other, pub)
	for path, site := range map[string]string{"/items/twosites": "main", "/items/twosites?site=town": "town", "/items/twosites?site=main": "main"} {
		if item := c.get(path).item(); item.Site != site {
			t.Errorf("%s answers with %s", path, item.Site)
		}
	}
	c.withdraw(page, publication.GoneState, "", "")
	if item := c.get("/items/twosites").item(); item.Site != "town" {
		t.Error("withdrawn on one site, it shows on the other")
	}
	c.get("/items/twosites?site=main").refused(http.StatusGone, "gone", "")
	c.get("/items/twosites?site=elsewhere").refused(http.StatusNotFound, "missing", "")
}

func TestWhatHasNotChangedIsNotSentAgain(t *testing.T) {
	c := newCounty(t)
	page, pub := notice("etag1234", "一", "<p>一</p>")
	c.release(page, pub)
	first := c.get("/items/etag1234")
	tag := first.header.Get("ETag")
	if !strings.HasPrefix(tag, `"`) || first.header.Get("Last-Modified") != "Mon, 02 Mar 2026 01:30:00 GMT" || first.header.Get("Cache-Control") != publicCache {
		t.Errorf("headers %v", first.header)
	}
	for _, known := range []string{tag, "W/" + tag, `"x", ` + tag, "*"} {
		again := c.get("/items/etag1234", "If-None-Match", known)
		if again.status != http.StatusNotModified || again.body != "" || again.header.Get("ETag") != tag {
			t.Errorf("If-None-Match %s: %d %q", known, again.status, again.body)
		}
	}
	head := c.ask(http.MethodHead, "/content/v1/items/etag1234")
	if head.status != http.StatusOK || head.body != "" || head.header.Get("ETag") != tag {
		t.Errorf("HEAD: %d %q", head.status, head.body)
	}
	page.Seq, pub.Fields["body"] = 2, "<p>二</p>"
	c.release(page, pub)
	if again := c.get("/items/etag1234", "If-None-Match", tag); again.status != http.StatusOK || again.header.Get("ETag") == tag {
		t.Error("a new edition is sent")
	}
	tag = c.get("/items/etag1234").header.Get("ETag")
	c.must(c.pages.CopyColumn(t.Context(), content.Column{Meta: store.Meta{ID: "open"}, Site: "main", Path: "/open/", SlugPath: "/open", Name: "信息公开", Updated: 2}))
	if again := c.get("/items/etag1234", "If-None-Match", tag); again.status != http.StatusOK {
		t.Error("a column's new name is part of the answer")
	}
}

func TestEachTombstoneAnswersAsItShould(t *testing.T) {
	c := newCounty(t)
	for _, x := range []struct {
		item, state, to, reason string
		status                  int
		code, location          string
	}{
		{"suspend1", publication.Suspended, "", "内部原因", 410, "suspended", ""},
		{"notice12", publication.Notice, "", "内容有误,已更正", 410, "withdrawn", ""},
		{"gone1234", publication.GoneState, "", "内部原因", 410, "gone", ""},
		{"vanish12", publication.Vanish, "", "内部原因", 404, "missing", ""},
		{"redirect", publication.Redirect, "/open/new", "", 308, "", "/content/v1/pages?path=%2Fopen%2Fnew&site=main"},
		{"outside1", publication.Redirect, "https://www.example.org/a?b=c", "", 308, "", "https://www.example.org/a?b=c"},
		{"script12", publication.Redirect, "javascript:alert(1)", "", 410, "gone", ""},
		{"slashes1", publication.Redirect, "//evil.example/", "", 410, "gone", ""},
	} {
		page, pub := notice(x.item, "机密标题", "<p>机密正文</p>")
		c.release(page, pub)
		c.withdraw(page, x.state, x.to, x.reason)
		for _, path := range []string{"/items/" + x.item, "/items/by-index-no?index_no=" + url.QueryEscape(page.IndexNo), where + page.Path} {
			g := c.get(path)
			if g.status != x.status || strings.Contains(g.body, "机密") || strings.Contains(g.body, "内部原因") {
				t.Errorf("%s: %d %s", path, g.status, g.body)
			}
			if x.status == 308 && x.location != "" && g.header.Get("Location") != x.location {
				t.Errorf("%s leads to %s", path, g.header.Get("Location"))
			}
			if x.status != 308 {
				g.refused(x.status, x.code, "")
			}
			if x.state == publication.Notice && !strings.Contains(g.body, x.reason) {
				t.Errorf("a notice gives its reason: %s", g.body)
			}
		}
		if ids, _ := c.find("/items", "site", "main").list(); ids != "" {
			t.Errorf("%s still stands in the list: %s", x.item, ids)
		}
	}
}

func TestWhatVanishedLooksLikeWhatNeverWas(t *testing.T) {
	c := newCounty(t)
	page, pub := notice("vanish12", "一", "<p>一</p>")
	c.release(page, pub)
	c.withdraw(page, publication.Vanish, "", "")
	same := func(a, b got) bool {
		clean := func(g got) string {
			id := g.header.Get("X-Request-Id")
			g.header.Del("X-Request-Id")
			g.header.Del("Date")
			return strings.ReplaceAll(g.body, id, "")
		}
		x, y := clean(a), clean(b)
		if x != y || a.status != b.status || len(a.header) != len(b.header) {
			return false
		}
		for name := range a.header {
			if a.header.Get(name) != b.header.Get(name) {
				return false
			}
		}
		return a.status == http.StatusNotFound
	}
	for vanished, never := range map[string]string{"/items/vanish12": "/items/neverwas", where + page.Path: where + "/open/notices/2026/neverwas",
		"/items/by-index-no?index_no=" + url.QueryEscape(page.IndexNo): "/items/by-index-no?index_no=none"} {
		if a, b := c.get(vanished), c.get(never); !same(a, b) {
			t.Errorf("%s: %d %s %v\n%s: %d %s %v", vanished, a.status, a.body, a.header, never, b.status, b.body, b.header)
		}
	}
}

func TestAFormerPathLeadsToThePresentOne(t *testing.T) {
	c := newCounty(t)
	page, pub := notice("moved123", "一", "<p>一</p>")
	c.release(page, pub)
	old := page.Path
	page.Seq, page.Path = 2, "/open/laws/2026/moved123"
	c.release(page, pub)
	g := c.get(where + old)
	if g.status != http.StatusPermanentRedirect {
		t.Fatalf("%d %s", g.status, g.body)
	}
	if item := c.ask(http.MethodGet, g.header.Get("Location")).item(); item.Path != page.Path {
		t.Errorf("it leads to %s", item.Path)
	}
	c.withdraw(page, publication.Notice, "", "已更正")
	c.get(where+old).refused(http.StatusGone, "withdrawn", "")
}

func TestOnlyRelatedItemsThatCanBeReadAreNamed(t *testing.T) {
	c := newCounty(t)
	open, openPub := notice("readable", "解读", "<p>解读</p>")
	c.release(open, openPub)
	gone, gonePub := notice("withdrawn", "撤下", "<p>撤下</p>")
	c.release(gone, gonePub)
	c.withdraw(gone, publication.GoneState, "", "")
	page, pub := notice("relating", "政策", "<p>政策</p>")
	pub.Fields["related"] = []string{"adraft-id", "withdrawn", "readable"}
	c.release(page, pub)
	g := c.get("/items/relating")
	if item := g.item(); len(item.Related) != 1 || item.Related[0].ID != "readable" || item.Related[0].Title != "解读" {
		t.Errorf("related %+v", item.Related)
	}
	if strings.Contains(g.body, "adraft-id") || strings.Contains(g.body, "withdrawn") {
		t.Error("ids of what cannot be read are told")
	}
}

func TestAStruckEditionIsNotShown(t *testing.T) {
	c := newCounty(t)
	page, pub := notice("struck12", "一", "<p>一</p>")
	c.release(page, pub)
	c.must(c.pages.Strike(t.Context(), "struck12", []int64{1}))
	c.get("/items/struck12").refused(http.StatusGone, "struck", "")
	if g := c.find("/search", "q", "一"); strings.Contains(g.body, "struck12") {
		t.Error("search shows a struck edition")
	}
}

func TestAnyWebPageMayReadWithoutCredentials(t *testing.T) {
	c := newCounty(t)
	page, pub := notice("origin12", "一", "<p>一</p>")
	c.release(page, pub)
	for _, path := range []string{"/items/origin12", "/items/neverwas", "/items?site=main&limit=x"} {
		g := c.get(path, "Origin", "https://portal.example")
		h := g.header
		if g.status >= 400 && h.Get("Cache-Control") != "no-cache" {
			t.Errorf("%s: a refusal may be kept: %v", path, h)
		}
		if h.Get("Access-Control-Allow-Origin") != "*" || h.Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("%s: %v", path, h)
		}
	}
	pre := c.ask(http.MethodOptions, "/content/v1/items/origin12", "Origin", "https://portal.example", "Access-Control-Request-Method", "GET")
	if pre.status != http.StatusNoContent || pre.header.Get("Access-Control-Allow-Methods") != "GET, HEAD, OPTIONS" {
		t.Errorf("preflight: %d %v", pre.status, pre.header)
	}
}

func TestHostileInputIsRefusedByName(t *testing.T) {
	c := newCounty(t)
	long := strings.Repeat("9", 3000)
	for _, x := range []struct{ path, param string }{
		{"/items/%00bad", ""},
		{"/items/" + long, "id"},
		{"/items/rain1234?site=%00", "site"},
		{"/items/rain1234?site=%ff", "site"},
		{"/items/by-index-no", "index_no"},
		{"/items/by-index-no?index_no=" + long, "index_no"},
		{"/pages?site=main", "path"},
		{"/pages?path=/a", "site"},
		{"/pages?site=main&path=%0a", "path"},
		{"/items", "site"},
		{"/items?site=main&limit=1000000", "limit"},
		{"/items?site=main&limit=-1", "limit"},
		{"/items?site=main&limit=99999999999999999999", "limit"},
		{"/items?site=main&year=0x7e6", "year"},
		{"/items?site=main&after=" + "bm90IGEgY3Vyc29y", "after"},
		{"/items?site=main&after=%3f%3f", "after"},
		{"/items?site=main&after=" + long, "after"},
		{"/items?site=main&subtree=maybe", "subtree"},
		{"/search?q=" + long, "q"},
		{"/search?q=%00a", "q"},
		{"/search?q=%ff", "q"},
		{"/search?q=%21%21", "q"},
		{"/search?q=a&after=abc", "after"},
		{"/search?q=a&sort=13812345678", "sort"},
		{"/search?q=a&column=13812345678", "column"},
		{"/search?q=a&unit=13812345678", "unit"},
		{"/columns", "site"},
		{"/columns?site=13812345678", "site"},
		{"/columns/13812345678", "id"},
		{"/sites/%00", ""},
	} {
		g := c.get(x.path)
		if g.status != http.StatusBadRequest && g.status != http.StatusNotFound {
			t.Errorf("%.60s: %d %s", x.path, g.status, g.body)
		}
		g.refused(g.status, "", x.param)
		for _, value := range []string{"13812345678", "999999", "maybe", "0x7e6", "bm90"} {
			if strings.Contains(g.body, value) {
				t.Errorf("%.60s: the value comes back: %s", x.path, g.body)
			}
		}
	}
}
