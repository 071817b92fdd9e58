package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"gongkai/publication"
)

// library releases pages that differ in every filter.
func library(c *county) {
	for i, x := range []struct {
		column, unit, kind string
		year               int64
	}{
		{"notices", "county", "notice", 2025}, {"notices", "baishi", "policy", 2026}, {"laws", "county", "policy", 2026},
		{"open", "county", "notice", 2026}, {"laws", "baishi", "policy", 2025},
	} {
		page, pub := notice(fmt.Sprintf("item%04d", i), fmt.Sprintf("第%d件", i), "<p>正文</p>")
		page.Column, page.Columns, page.ColumnPath = x.column, []string{"open", x.column}, "/open/"+x.column+"/"
		if x.column == "open" {
			page.Columns, page.ColumnPath = []string{"open"}, "/open/"
		}
		page.Unit, page.Units, page.UnitPath = x.unit, []string{"county", x.unit}, "/county/"+x.unit+"/"
		if x.unit == "county" {
			page.Units, page.UnitPath = []string{"county"}, "/county/"
		}
		page.Kind, page.Year, page.Published = x.kind, x.year, int64(1772415000000+i)
		c.release(page, pub)
	}
}

func TestListsAreNewestFirstUnderEveryFilter(t *testing.T) {
	c := newCounty(t)
	library(c)
	short := func(s string) string { return strings.ReplaceAll(s, "item000", "") }
	for _, x := range []struct{ query, want string }{
		{"", "4 3 2 1 0"},
		{"&column=open", "4 3 2 1 0"}, {"&column=open&subtree=false", "3"}, {"&column=laws", "4 2"},
		{"&column=open&kind=policy", "4 2 1"}, {"&column=open&kind=notice&subtree=false", "3"},
		{"&column=notices&year=2025", "0"}, {"&column=open&year=2026&subtree=false", "3"},
		{"&unit=county", "4 3 2 1 0"}, {"&unit=baishi", "4 1"}, {"&unit=baishi&kind=policy", "4 1"}, {"&unit=baishi&year=2025", "4"},
		{"&kind=notice", "3 0"}, {"&kind=policy&year=2026", "2 1"}, {"&year=2025", "4 0"}, {"&column=nowhere", ""},
	} {
		if got, _ := c.get("/items?site=main" + x.query).list(); short(got) != x.want {
			t.Errorf("%s: %s, want %s", x.query, short(got), x.want)
		}
	}
}

func TestFiltersWithoutAnIndexAreRefusedAndTheOthersNamed(t *testing.T) {
	c := newCounty(t)
	for _, query := range []string{"&column=open&unit=county", "&column=open&kind=notice&year=2026", "&unit=county&kind=notice&year=2026"} {
		g := c.get("/items?site=main" + query)
		g.refused(http.StatusBadRequest, "combination", strings.Split(query[1:], "=")[0])
		for _, works := range publication.Combinations[1:] {
			if !strings.Contains(g.body, strings.Join(works, "+")) {
				t.Errorf("%s does not name %v", query, works)
			}
		}
	}
}

func TestPagesOfAListFollowEachOtherWhateverComesIn(t *testing.T) {
	c := newCounty(t)
	library(c)
	first, next := c.get("/items?site=main&limit=2").list()
	page, pub := notice("newest12", "新", "<p>新</p>")
	page.Published = 1772415000099
	c.release(page, pub)
	second, next2 := c.get("/items?site=main&limit=2&after=" + next).list()
	third, end := c.get("/items?site=main&limit=2&after=" + next2).list()
	if all := first + "|" + second + "|" + third; all != "item0004 item0003|item0002 item0001|item0000" || end != "" {
		t.Errorf("%s, then %q", all, end)
	}
	c.get("/items?site=main&kind=notice&after="+next).refused(http.StatusBadRequest, "bad_cursor", "after")
}

func TestAListThatHasNotChangedIsNotSentAgain(t *testing.T) {
	c := newCounty(t)
	library(c)
	tag := c.get("/items?site=main").header.Get("ETag")
	if g := c.get("/items?site=main", "If-None-Match", tag); g.status != http.StatusNotModified {
		t.Errorf("unchanged: %d", g.status)
	}
	page, _ := notice("item0004", "", "")
	c.withdraw(page, publication.Vanish, "", "")
	if g := c.get("/items?site=main", "If-None-Match", tag); g.status != http.StatusOK || strings.Contains(g.body, "item0004") {
		t.Errorf("after a withdrawal: %d %s", g.status, g.body)
	}
}

func TestTheTreesAreReadInOrder(t *testing.T) {
	c := newCounty(t)
	var columns PublicColumns
	c.get("/columns?site=main").into(&columns)
	var walk string
	for _, col := range columns.Columns {
		walk += fmt.Sprintf("%d%s(%s) ", col.Depth, col.ID, col.Parent)
	}
	if walk != "0open() 1notices(open) 1laws(open) " {
		t.Errorf("columns %s", walk)
	}
	var page PublicColumnPage
	c.get("/columns/notices").into(&page)
	if page.PageTags.ColumnType != "政务公开" || page.PageTags.SiteIDCode != "3300000001" || page.PageTags.ArticleTitle != "" || len(page.Breadcrumb) != 2 {
		t.Errorf("column %+v", page)
	}
	var sites PublicSites
	c.get("/sites").into(&sites)
	var site PublicSite
	c.get("/sites/town").into(&site)
	if len(sites.Sites) != 2 || site.IDCode != "3300000002" || sites.Sites[1] != site {
		t.Errorf("sites %+v %+v", sites, site)
	}
	var units PublicUnits
	c.get("/units").into(&units)
	if len(units.Units) != 2 || units.Units[1].ID != "baishi" || units.Units[1].Parent != "county" || units.Units[1].Depth != 1 {
		t.Errorf("units %+v", units)
	}
	c.get("/sites/none").refused(http.StatusNotFound, "missing", "id")
	c.get("/columns/none").refused(http.StatusNotFound, "missing", "id")
}

func BenchmarkContent(b *testing.B) {
	c := newCounty(b)
	for i := range 200 {
		page, pub := notice(fmt.Sprintf("item%04d", i), fmt.Sprintf("关于第%d件事的通知", i), "<p>"+strings.Repeat("做好各项准备工作。", 100)+"</p>")
		page.Published += int64(i)
		pub.Fields["source"] = "县政府"
		c.release(page, pub)
	}
	for name, path := range map[string]string{"get": "/items/item0100", "list20": "/items?site=main&column=open&limit=20", "search20": "/search?q=%E9%80%9A%E7%9F%A5&limit=20"} {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				if g := c.get(path); g.status != http.StatusOK {
					b.Fatal(g.body)
				}
			}
		})
	}
}
