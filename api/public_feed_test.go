package api

import (
	"crypto/sha256"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"

	"gongkai/content"
	"gongkai/publication"
	"gongkai/publication/syndication"
)

// read lets a parser that is not ours read a feed; XML must be strictly sound
// before.
func (g got) read() *gofeed.Feed {
	g.t.Helper()
	if g.status != http.StatusOK {
		g.t.Fatalf("status %d: %s", g.status, g.body)
	}
	if strings.HasPrefix(g.body, "<") {
		sound(g.t, g.body)
	}
	feed, err := gofeed.NewParser().ParseString(g.body)
	if err != nil {
		g.t.Fatalf("%v: %s", err, g.body)
	}
	return feed
}

func sound(t testing.TB, text string) {
	t.Helper()
	for d := xml.NewDecoder(strings.NewReader(text)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("%v: %s", err, text)
		}
	}
}

func titles(f *gofeed.Feed) (out []string) {
	for _, it := range f.Items {
		out = append(out, it.Title)
	}
	return out
}

// formats runs a test of every format.
func formats(t *testing.T, test func(t *testing.T, c *county, name string)) {
	for _, f := range syndication.Formats {
		t.Run(f.Name, func(t *testing.T) { test(t, newCounty(t), f.Name) })
	}
}

func TestFeedsFollowWhatIsPublicAtOnce(t *testing.T) {
	formats(t, func(t *testing.T, c *county, name string) {
		const path = "/columns/open/feed."
		flood, floodPub := notice("01990000-0000-7000-8000-000000000001", "防汛通知", "<p>一</p>")
		flood.Summary = "做好防汛准备"
		drought, droughtPub := notice("drought1", "抗旱通知", "<p>二</p>")
		drought.Published += 1000
		flood, drought = c.show(flood, floodPub), c.show(drought, droughtPub)
		feed := c.get(path + name).read()
		if got := titles(feed); !slices.Equal(got, []string{"抗旱通知", "防汛通知"}) || feed.Title != "政务公开 - 清溪县人民政府" {
			t.Fatalf("%v in %q", got, feed.Title)
		}
		old := feed.Items[1]
		if old.Link != "https://www.qingxi.example/open/notices/2026/"+flood.Item || old.GUID != "urn:uuid:"+flood.Item || !old.PublishedParsed.Equal(time.UnixMilli(flood.Published)) {
			t.Errorf("%+v", old)
		}
		if !strings.Contains(old.Description+old.Content, "做好防汛准备") || !strings.Contains(c.get(path+name).body, "清溪县人民政府办公室") {
			t.Errorf("%+v", old)
		}
		c.now = c.now.Add(time.Hour)
		flood.Seq, flood.Title, flood.Validity, flood.Mark = 2, "防汛通知（更正）", "abolished", &content.Validity{State: "abolished", Since: "2026-03-01"}
		floodPub.Fields["title"] = flood.Title
		flood = c.show(flood, floodPub)
		it := c.get(path + name).read().Items[1]
		if it.Title != flood.Title || it.GUID != old.GUID || !it.UpdatedParsed.Equal(c.now) || !strings.Contains(it.Description+it.Content, "【废止，2026-03-01】做好") || !slices.Contains(it.Categories, "废止") {
			t.Errorf("corrected: %+v", it)
		}
		for _, state := range []string{publication.Suspended, publication.Vanish} {
			c.now = c.now.Add(time.Hour)
			c.withdraw(drought, state, "", "")
			drought.Seq++
			g := c.get(path + name)
			if got := titles(g.read()); !slices.Equal(got, []string{flood.Title}) || strings.Contains(g.body, "drought1") {
				t.Errorf("%s: %v", state, got)
			}
			if g.header.Get("Last-Modified") != c.now.UTC().Format(http.TimeFormat) {
				t.Errorf("%s: last modified %s", state, g.header.Get("Last-Modified"))
			}
		}
		c.withdraw(flood, publication.Notice, "", "有误")
		if g := c.get(path + name); len(g.read().Items) != 0 || strings.Contains(g.body, "有误") {
			t.Errorf("withdrawn: %s", g.body)
		}
	})
}

func TestAFeedBearsAnyTitle(t *testing.T) {
	formats(t, func(t *testing.T, c *county, name string) {
		for i, title := range []string{"a ]]> b", "R&D <b>粗</b> &amp; \"引号\"", "控\x01制\x0b符\ufffe", "🐉 喜讯 \u202e", "]]><script>alert(1)</script>"} {
			page, pub := notice(fmt.Sprintf("hostile%d", i), title, "<p>正文</p>")
			page.Summary, page.Published = title, page.Published-int64(i)
			c.show(page, pub)
		}
		want := []string{"a ]]> b", "R&D <b>粗</b> &amp; \"引号\"", "控制符", "🐉 喜讯 \u202e", "]]><script>alert(1)</script>"}
		g := c.get("/sites/main/feed." + name)
		feed := g.read()
		if len(feed.Items) != len(want) || strings.ContainsAny(g.body, "\x01\x0b\ufffe") || strings.Contains(g.body, "<script") {
			t.Fatalf("%s", g.body)
		}
		for i, it := range feed.Items {
			if name == "json" || i != 1 && i != 4 { // what a parser makes of markup in titles of XML is its own
				if it.Title != want[i] {
					t.Errorf("%q, want %q", it.Title, want[i])
				}
			}
		}
		if name == "rss" && !strings.Contains(g.body, "<description>R&amp;amp;D &amp;lt;b&amp;gt;") { // it is read as HTML
			t.Error(g.body)
		}
	})
}

func TestAFeedNamesTheFilesThatMayBeFetched(t *testing.T) {
	formats(t, func(t *testing.T, c *county, name string) {
		page, pub := notice("roster01", "公示", "<p>正文</p>")
		digest := fmt.Sprintf("%x", sha256.Sum256([]byte("名单")))
		c.attach(&page, &pub, digest, "名单 1.csv", "text/csv", "名单")
		c.show(page, pub)
		it := c.get("/sites/main/feed." + name).read().Items[0]
		if len(it.Enclosures) != 1 || it.Enclosures[0].URL != "https://open.example.cn/content/v1/items/roster01/files/"+digest || it.Enclosures[0].Type != "text/csv" || it.Enclosures[0].Length != "6" {
			t.Errorf("%+v", it.Enclosures)
		}
		page.Seq, page.Files, page.Ended = 2, nil, &content.Ended{To: "2026-03-09", Files: true}
		c.show(page, pub)
		it = c.get("/sites/main/feed." + name).read().Items[0]
		if len(it.Enclosures) != 0 || !strings.Contains(it.Description+it.Content, "公示已结束，2026-03-09") {
			t.Errorf("after the period: %+v", it)
		}
	})
}

func TestAFeedThatHasNotChangedIsNotSentAgain(t *testing.T) {
	formats(t, func(t *testing.T, c *county, name string) {
		library(c)
		path := "/columns/open/feed." + name
		g := c.get(path)
		if etag := g.header.Get("ETag"); !strings.HasPrefix(etag, `"`) || !strings.HasPrefix(g.header.Get("Content-Type"), syndication.Formats[slices.Index([]string{"rss", "atom", "json"}, name)].Type) {
			t.Errorf("%v", g.header)
		}
		if again := c.get(path, "If-None-Match", g.header.Get("ETag")); again.status != http.StatusNotModified || again.body != "" {
			t.Errorf("unchanged: %d %q", again.status, again.body)
		}
		head := c.ask(http.MethodHead, "/content/v1"+path)
		if head.status != http.StatusOK || head.body != "" || head.header.Get("ETag") != g.header.Get("ETag") || head.header.Get("Cache-Control") != publicCache {
			t.Errorf("HEAD: %d %q %v", head.status, head.body, head.header)
		}
		page, _ := notice("item0004", "", "")
		c.withdraw(page, publication.Vanish, "", "")
		if g := c.get(path, "If-None-Match", g.header.Get("ETag")); g.status != http.StatusOK {
			t.Errorf("after a withdrawal: %d", g.status)
		}
	})
}

func TestAFeedIsOfItsColumnAloneAndSaysWhereItGoesOn(t *testing.T) {
	c := newCounty(t)
	library(c)
	page, pub := notice("townnews", "镇里的事", "<p>正文</p>")
	page.Site, page.Column, page.Columns, page.ColumnPath = "town", "town-news", []string{"town-news"}, "/town-news/"
	pub.Fields["scope"] = "restricted" // lists show it, and so do feeds
	c.show(page, pub)
	for path, want := range map[string]string{
		"/columns/open/feed.json": "43210", "/columns/open/feed.json?subtree=false": "3", "/columns/laws/feed.json": "42",
		"/sites/main/feed.json": "43210", "/sites/town/feed.json": "T", "/columns/town-news/feed.json": "T",
	} {
		var of string
		for _, title := range titles(c.get(path).read()) {
			of += strings.NewReplacer("第", "", "件", "", "镇里的事", "T").Replace(title)
		}
		if of != want {
			t.Errorf("%s: %s, want %s", path, of, want)
		}
	}
	var seen []string
	for path := "/columns/open/feed.json?limit=2"; path != ""; {
		g := c.get(path)
		seen = append(seen, titles(g.read())...)
		var feed struct {
			Self string `json:"feed_url"`
			Next string `json:"next_url"`
		}
		if err := json.Unmarshal([]byte(g.body), &feed); err != nil || feed.Self != "https://open.example.cn/content/v1"+path {
			t.Fatalf("%v, %s", err, feed.Self)
		}
		path = strings.TrimPrefix(feed.Next, "https://open.example.cn/content/v1")
	}
	if len(seen) != 5 || seen[4] != "第0件" {
		t.Errorf("%v", seen)
	}
	c.get("/columns/nowhere/feed.rss").refused(http.StatusNotFound, "missing", "id")
	c.get("/sites/nowhere/feed.atom").refused(http.StatusNotFound, "missing", "id")
	c.get("/sites/main/feed.rss?after=x").refused(http.StatusBadRequest, "bad_cursor", "after")
	shown, next, err := c.pages.FeedShows(t.Context(), "town", "", 10)
	if err != nil || next != "" || len(shown) != 1 || shown[0].Item != "townnews" || shown[0].Digest == "" {
		t.Errorf("%+v, %v", shown, err)
	}
}

func TestAFeedLeadsToThePortalOrElseToTheContentAPI(t *testing.T) {
	c := newCounty(t)
	c.must(c.pages.CopySite(t.Context(), content.Site{Name: "无域名", Updated: 9, Meta: meta("bare")}))
	page, pub := notice("bare0001", "无处可去", "<p>正文</p>")
	page.Site = "bare"
	c.show(page, pub)
	if it := c.get("/sites/bare/feed.atom").read().Items[0]; it.Link != "https://open.example.cn/content/v1/items/bare0001?site=bare" {
		t.Error(it.Link)
	}
	c.must(c.pages.CopySite(t.Context(), content.Site{Name: "有模板", Updated: 10, Meta: meta("bare"), Domain: "bare.example", PageURL: "https://m.bare.example/show?id={id}&x=1"}))
	if it := c.get("/sites/bare/feed.atom").read().Items[0]; it.Link != "https://m.bare.example/show?id=bare0001&x=1" {
		t.Error(it.Link)
	}
	if file := c.get("/sites/bare/sitemaps/1").mapped("urlset"); file.Of[0].URL != "https://m.bare.example/show?id=bare0001&x=1" {
		t.Errorf("%+v", file)
	}
}
