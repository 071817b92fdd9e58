package api

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"gongkai/content"
	"gongkai/publication"
)

// library releases pages that differ in every filter.
func library(c *county) {
	form := []content.Field{{Name: "form", Type: "choice", Facet: true, Choices: []content.Choice{{Value: "text"}}}, {Name: "party", Type: "text"}}
	for _, kind := range []string{"notice", "policy"} {
		c.must(c.pages.CopyKind(c.t.Context(), content.Kind{Meta: meta(kind), Zh: kind, Own: form, Updated: 1}))
	}
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
		pub.Fields["topic"] = []string{`综合政务`, `综合政务\政务公开`, `综合政务\其他；财政、金融、审计`, "", ""}[i]
		if page.Validity = "in_force"; i%2 == 1 {
			pub.Fields["form"] = "text"
		}
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
		{"&column=open&unit=baishi", "4 1"}, {"&column=notices&unit=county&kind=notice&year=2025", "0"}, {"&sort=oldest&kind=notice", "0 3"}, {"&lang=en", ""}, {"&lang=zh&year=2025", "4 0"},
		{"&topic=" + url.QueryEscape("综合政务"), "2 1 0"}, {"&topic=" + url.QueryEscape(`综合政务\政务公开`) + "&unit=baishi", "1"}, {"&field.form=text", "3 1"}, {"&field.form=text&validity=in_force", "3 1"},
		{"&field.topic=" + url.QueryEscape("财政、金融、审计"), "2"}, {"&from=2026-03-02", "4 3 2 1 0"}, {"&to=2026-03-01", ""}, {"&to=2026-03-02&from=2026-03-02&genre=none", ""},
		{"&from=2026-03-02T01:30:00.002Z&to=2026-03-02T01:30:00.004Z", "3 2"},
	} {
		if got, _ := c.get("/items?site=main" + x.query).list(); short(got) != x.want {
			t.Errorf("%s: %s, want %s", x.query, short(got), x.want)
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

func TestAListGoesBothWaysAndIsCounted(t *testing.T) {
	c := newCounty(t)
	library(c)
	ask := func(query string) (out PublicList, ids string) {
		t.Helper()
		g := c.get("/items?site=main&column=open&unit=county&limit=2&total=true" + query)
		g.into(&out)
		ids, _ = g.list()
		return out, strings.ReplaceAll(ids, "item000", "")
	}
	first, ids := ask("")
	if ids != "4 3" || first.Prev != "" || first.Total == nil || *first.Total != 5 || first.More {
		t.Fatalf("%s %+v", ids, first)
	}
	second, ids := ask("&after=" + first.Next)
	if third, more := ask("&after=" + second.Next); ids != "2 1" || more != "0" || third.Next != "" {
		t.Errorf("%s, then %s and %q", ids, more, third.Next)
	}
	back, ids := ask("&before=" + second.Prev)
	if ids != "4 3" || back.Prev != "" || back.Next != first.Next {
		t.Errorf("back: %s %+v", ids, back)
	}
}

func TestOnlyTheFieldsThatAreWantedAreSent(t *testing.T) {
	c := newCounty(t)
	library(c)
	if g := c.get("/items?site=main&limit=1&fields=title,column"); g.status != http.StatusOK || !strings.Contains(g.body, `"items":[{"column":{"id":"laws","name":"规章"},"id":"item0004","title":"第4件"}]`) {
		t.Error(g.body)
	}
	if g := c.get("/items/item0004?fields=title"); g.body != `{"id":"item0004","title":"第4件"}` {
		t.Error(g.body)
	}
	c.get("/items?site=main&fields=title,secret").refused(http.StatusBadRequest, "unknown_field", "fields")
	c.get("/items/item0004?fields=only").refused(http.StatusBadRequest, "unknown_field", "fields")
}

func TestSeveralItemsComeInTheOrderAskedAndTheMissingAreNamed(t *testing.T) {
	c := newCounty(t)
	library(c)
	page, _ := notice("item0003", "", "")
	c.withdraw(page, publication.GoneState, "", "")
	var out PublicList
	c.get("/items?ids=item0002,none,item0003,item0000,item0002").into(&out)
	if len(out.Items) != 2 || out.Items[0].ID != "item0002" || out.Items[1].ID != "item0000" || fmt.Sprint(out.Missing) != "[none item0003]" {
		t.Errorf("%+v", out)
	}
	c.get("/items?ids=item0002&kind=notice").refused(http.StatusBadRequest, "with_ids", "kind")
	c.get("/items?ids="+strings.Repeat("a,", 50)+"a").refused(http.StatusBadRequest, "", "ids")
	c.get("/items?ids="+strings.Repeat("a", 65)).refused(http.StatusBadRequest, "text", "ids")
	c.get("/items").refused(http.StatusBadRequest, "required", "site")
}

func TestADocumentNumberFindsAllThatBearIt(t *testing.T) {
	c := newCounty(t)
	for i, site := range []string{"main", "town", "main"} {
		page, pub := notice(fmt.Sprintf("doc%d", i), "通知", "<p>文</p>")
		page.Site, page.DocNo = site, []string{"清政发〔2026〕12号", "清政发〔2026〕12号", "清政发〔2026〕1号"}[i]
		c.release(page, pub)
	}
	for _, no := range []string{"清政发〔2026〕12号", "清政发[2026]12号", "清政发（２０２６）12 号"} {
		if ids, _ := c.find("/items/by-doc-no", "doc_no", no).list(); ids != "doc0 doc1" {
			t.Errorf("%s: %s", no, ids)
		}
	}
	if ids, _ := c.find("/items/by-doc-no", "doc_no", "清政发【2026】12号", "site", "town").list(); ids != "doc1" {
		t.Error(ids)
	}
	if ids, _ := c.find("/items/by-doc-no", "doc_no", "无此文号").list(); ids != "" {
		t.Error(ids)
	}
	c.get("/items/by-doc-no").refused(http.StatusBadRequest, "", "doc_no")
}

func TestADocumentAndItsInterpretationLeadToEachOther(t *testing.T) {
	c := newCounty(t)
	digest := sha256.Sum256([]byte("甲"))
	page, pub := notice("policy01", "办法", "<p>文</p>")
	c.attach(&page, &pub, hex.EncodeToString(digest[:]), "表.txt", "text/plain", "甲")
	c.release(page, pub)
	page, pub = notice("reading1", "解读", "<p>文</p>")
	pub.Fields["interprets"] = []string{"policy01"}
	reading := c.release(page, pub)
	if item := c.get("/items/policy01").item(); len(item.Readings) != 1 || item.Readings[0].ID != "reading1" || item.Expanded != nil {
		t.Errorf("%+v", item.Readings)
	}
	var out PublicList
	c.get("/items?site=main&expand=column,unit,files,interpretations.column,interprets.files,related").into(&out)
	for _, e := range out.Items {
		x := e.Expanded
		if x.Column.Breadcrumb[0].ID != "open" || x.Column.ID != "notices" || x.Unit.Name != "清溪县人民政府办公室" || len(x.Unit.Trail) != 1 {
			t.Errorf("%+v", x)
		}
		if e.ID == "policy01" && (len(x.Files) != 1 || x.Files[0].Name != "表.txt" || len(x.Interpretations) != 1 || x.Interpretations[0].Expanded.Column.ID != "notices" || len(x.Interprets) != 0) {
			t.Errorf("the document: %+v", x)
		}
		if e.ID == "reading1" && (len(x.Files) != 0 || len(x.Interprets) != 1 || len(x.Interprets[0].Expanded.Files) != 1 || len(x.Related) != 1) {
			t.Errorf("its interpretation: %+v", x)
		}
	}
	if x := c.get("/items/reading1?expand=related.files&fields=title").item().Expanded; len(x.Related) != 1 || len(x.Related[0].Expanded.Files) != 1 {
		t.Errorf("%+v", x)
	}
	c.withdraw(reading, publication.GoneState, "", "")
	if item := c.get("/items/policy01?expand=interpretations").item(); len(item.Readings) != 0 || len(item.Expanded.Interpretations) != 0 {
		t.Errorf("a withdrawn one is shown: %+v", item.Readings)
	}
}

func TestWhatCostsTooMuchIsRefusedByTheNameOfTheParameter(t *testing.T) {
	c := newCounty(t)
	library(c)
	_, next := c.get("/items?site=main&limit=2").list()
	for _, x := range []struct{ query, code, where string }{
		{"&limit=1000000", "", "limit"}, {"&limit=-1", "", "limit"}, {"&expand=related.related", "depth", "expand"}, {"&expand=interprets.files.column", "depth", "expand"},
		{"&expand=everything", "unknown", "expand"}, {"&expand=column.unit", "unknown", "expand"}, {"&expand=related&limit=21", "expand_cost", "limit"}, {"&expand=" + strings.Repeat("files,", 9), "", "expand"},
		{"&fields=" + strings.Repeat("title,", 41), "", "fields"}, {"&after=" + next + "&before=" + next, "both", "before"}, {"&kind=notice&before=" + next, "bad_cursor", "before"},
		{"&after=" + strings.Repeat("A", 1001), "", "after"}, {"&after=%00", "text", "after"}, {"&sort=title", "", "sort"}, {"&from=yesterday", "date", "from"}, {"&to=2026-13-01", "date", "to"}, {"&year=1", "", "year"},
		{"&field.party=x", "not_filterable", "field.party"}, {"&field.none=x", "not_filterable", "field.none"}, {"&field.form=", "text", "field.form"}, {"&field.form=a&field.form=b", "field", "field.form"},
		{"&topic=a&field.topic=b", "field", "field.topic"}, {"&field.X%0A=1", "field", "query"}, {"&topic=" + strings.Repeat("a", 101), "text", "topic"}, {"&topic=%C3%28", "text", "topic"}, {"&column=" + strings.Repeat("a", 65), "", "column"},
	} {
		g := c.get("/items?site=main" + x.query)
		g.refused(http.StatusBadRequest, x.code, x.where)
		if strings.Contains(g.body, "yesterday") || strings.Contains(g.body, "everything") || strings.Contains(g.body, "AAAA") {
			t.Errorf("the value is told: %s", g.body)
		}
	}
	var many strings.Builder
	for i := range 200 {
		fmt.Fprintf(&many, "&field.f%d=x", i)
	}
	c.get("/items?site=main"+many.String()).refused(http.StatusBadRequest, "too_many", "field")
}

func TestColumnsSayHowManyItemsTheyShowAndWhenTheNextIsDue(t *testing.T) {
	c := newCounty(t)
	library(c)
	c.must(c.pages.CopyColumn(t.Context(), content.Column{Meta: meta("open"), Site: "main", Path: "/open/", SlugPath: "/open", Name: "政务公开", UpdateCycle: "weekly", Updated: 2}))
	c.must(c.pages.CopyColumn(t.Context(), content.Column{Meta: meta("laws"), Site: "main", Path: "/open/laws/", Parent: "open", SlugPath: "/open/laws", Name: "规章", UpdateCycle: "irregular", Order: 1, Updated: 2}))
	var columns PublicColumns
	c.get("/columns?site=main&counts=true").into(&columns)
	var got string
	for _, col := range columns.Columns {
		got += fmt.Sprintf("%s %s %d %v %s %s; ", col.ID, col.UpdateCycle, col.Standing.Items, col.Standing.More, col.Standing.Last[:10], col.Standing.Due)
	}
	if got != "open weekly 5 false 2026-03-02 2026-03-09T09:30:00+08:00; notices weekly 2 false 2026-03-02 2026-03-09T09:30:00+08:00; laws irregular 2 false 2026-03-02 ; " {
		t.Error(got)
	}
	var page PublicColumnPage
	c.get("/columns/notices?counts=true").into(&page)
	if page.UpdateCycle != "weekly" || page.Standing.Items != 2 {
		t.Errorf("%+v", page)
	}
	if g := c.get("/columns?site=main"); strings.Contains(g.body, "standing") {
		t.Error("they were counted though nobody asked")
	}
}

func TestNoAnswerIsKeptOverTheFullMinute(t *testing.T) {
	c := newCounty(t)
	library(c)
	k := c.keeping(true)
	for second, want := range map[int]string{0: "10", 49: "10", 50: "10", 51: "9", 58: "2", 59: "1"} {
		c.tick(time.Duration(second) * time.Second)
		c.must(k.pages.Hear(t.Context()))
		for range 2 {
			for _, path := range []string{"/items?site=main", "/items/item0001", "/sites/main/feed.atom"} {
				if got := k.get(path).header.Get("Cache-Control"); got != "public, max-age="+want+", must-revalidate" {
					t.Errorf("%s at %d s: %s", path, second, got)
				}
			}
		}
		c.tick(-time.Duration(second) * time.Second)
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
