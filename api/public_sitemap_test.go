package api

import (
	"encoding/xml"
	"net/http"
	"strings"
	"testing"
	"time"

	"gongkai/publication"
)

// mapped is a sitemap, or an index of them, as a reader of the protocol sees it.
type mapped struct {
	XMLName xml.Name
	Of      []struct {
		URL     string `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 loc"`
		Changed string `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 lastmod"`
	} `xml:",any"`
}

func (g got) mapped(kind string) (out mapped) {
	g.t.Helper()
	if g.status != http.StatusOK || g.header.Get("Content-Type") != "application/xml; charset=utf-8" {
		g.t.Fatalf("%d %s: %s", g.status, g.header.Get("Content-Type"), g.body)
	}
	sound(g.t, g.body)
	if err := xml.Unmarshal([]byte(g.body), &out); err != nil || out.XMLName != (xml.Name{Space: "http://www.sitemaps.org/schemas/sitemap/0.9", Local: kind}) {
		g.t.Fatalf("%v: %s", err, g.body)
	}
	for _, l := range out.Of {
		if _, err := time.Parse(time.RFC3339, l.Changed); err != nil || !strings.HasPrefix(l.URL, "https://") {
			g.t.Errorf("%+v", l)
		}
	}
	return out
}

func TestASitemapListsTheVolumeOfAPageUntilItIsTakenDown(t *testing.T) {
	c := newCounty(t)
	c.must(c.db.Lift(t.Context(), "volume.main", publication.VolumeSize-1))
	if index := c.get("/sites/main/sitemap.xml").mapped("sitemapindex"); len(index.Of) != 0 {
		t.Errorf("%+v", index)
	}
	first, firstPub := notice("first123", "第一件", "<p>正文</p>")
	second, secondPub := notice("second12", "第二件", "<p>正文</p>")
	secondPub.Fields["scope"] = "restricted" // lists show it, and so do sitemaps
	town, townPub := notice("town1234", "镇里的事", "<p>正文</p>")
	town.Site = "town"
	c.show(first, firstPub)
	c.now = c.now.Add(time.Hour)
	second = c.show(second, secondPub)
	c.show(town, townPub)

	get := func(address string) got {
		return c.get(strings.TrimPrefix(address, "https://open.example.cn/content/v1"))
	}
	index := c.get("/sites/main/sitemap.xml").mapped("sitemapindex")
	if len(index.Of) != 2 || index.Of[0].Changed != "2026-03-02T09:30:00+08:00" || index.Of[1].Changed != "2026-03-02T10:30:00+08:00" {
		t.Fatalf("%+v", index)
	}
	for i, item := range []string{"first123", "second12"} {
		file := get(index.Of[i].URL).mapped("urlset")
		if len(file.Of) != 1 || file.Of[0].URL != "https://www.qingxi.example/open/notices/2026/"+item || file.Of[0].Changed != index.Of[i].Changed {
			t.Errorf("%s: %+v", item, file)
		}
	}
	untouched, before := get(index.Of[0].URL), get(index.Of[1].URL)
	c.withdraw(second, publication.Suspended, "", "")
	get(index.Of[1].URL).refused(http.StatusNotFound, "missing", "volume")
	if after := c.get("/sites/main/sitemap.xml").mapped("sitemapindex"); len(after.Of) != 1 {
		t.Errorf("%+v", after)
	}
	if g := get(index.Of[0].URL); g.header.Get("ETag") != untouched.header.Get("ETag") || before.header.Get("ETag") == untouched.header.Get("ETag") {
		t.Error("a change touched another volume")
	}
	c.get("/sites/nowhere/sitemap.xml").refused(http.StatusNotFound, "missing", "id")
	c.get("/sites/main/sitemaps/3").refused(http.StatusNotFound, "missing", "volume")
	c.get("/sites/main/sitemaps/x").refused(http.StatusBadRequest, "", "volume")
}
