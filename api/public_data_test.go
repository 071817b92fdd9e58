package api

import (
	"bufio"
	"crypto/sha256"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"gongkai/content"
	"gongkai/publication"
)

// data reads a CSV of a column as another program would, by name of column.
func (c *county) data() (head []string, rows []map[string]string) {
	c.t.Helper()
	g := c.get("/columns/open/data.csv")
	if g.status != http.StatusOK || g.header.Get("Content-Type") != "text/csv; charset=utf-8" {
		c.t.Fatalf("%d %v", g.status, g.header)
	}
	all, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(g.body, "\ufeff"))).ReadAll()
	c.must(err)
	for _, row := range all[1:] {
		byName := map[string]string{}
		for i, cell := range row {
			byName[all[0][i]] = cell
		}
		rows = append(rows, byName)
	}
	return all[0], rows
}

var listFile = fmt.Sprintf("%x", sha256.Sum256([]byte("名单")))

// grants releases a notice with a file and a form of application of the town's own kind.
func grants(c *county) publication.Page {
	c.t.Helper()
	grant := content.Kind{Meta: meta("grant"), Zh: "补贴", En: "Grant", Updated: 1, Own: []content.Field{
		{Name: "amount", Type: "number", Zh: "金额", En: "Amount"}, {Name: "villages", Type: "multi_choice", Zh: "村", En: "Villages", Choices: []content.Choice{{Value: "a", Zh: "甲村", En: "A"}, {Value: "b", Zh: "乙村", En: "B"}}},
		{Name: "list", Type: "table", Zh: "名单", En: "List"}, {Name: "url", Type: "text", Zh: "办理网址", En: "Address"}}}
	c.must(c.pages.CopyKind(c.t.Context(), grant))
	c.must(c.pages.CopyKind(c.t.Context(), content.Kind{Meta: meta("notice"), Zh: "通知", En: "Notice", Updated: 1}))
	c.must(c.pages.CopyKind(c.t.Context(), content.Kind{Meta: meta("policy"), Zh: "政策文件", En: "Policy", Updated: 1}))
	page, pub := notice("grant123", "=HYPERLINK(\"http://evil.example\",\"点此\")", "<p>正文<b>一</b>，“引号”</p><p>二</p>")
	page.Kind, page.Validity = "grant", "abolished"
	for name, v := range map[string]any{"amount": json.Number("-12.50"), "villages": []string{"a", "b"}, "list": content.Table{Head: []string{"村"}, Rows: [][]string{{"甲"}}}, "url": "https://apply.example",
		"openness_basis": "内部理由", "related": []string{"draft-id"}, "validity": "in_force", "scope": "restricted"} {
		pub.Fields[name] = v
	}
	c.attach(&page, &pub, listFile, "名单.csv", "text/csv", "名单")
	page = c.show(page, pub)
	other, otherPub := notice("notice12", "通知,含\"引号\"\n和换行", "<p>正文</p>")
	other.Published--
	c.show(other, otherPub)
	town, townPub := notice("town1234", "镇里的事", "<p>正文</p>")
	town.Site, town.Columns, town.Column = "town", []string{"open", "town-news"}, "town-news" // as if names met
	c.show(town, townPub)
	return page
}

func TestOpenDataIsATableOfWhatTheColumnShows(t *testing.T) {
	c := newCounty(t)
	page := grants(c)
	head, rows := c.data()
	if len(rows) != 2 || rows[0]["id"] != "grant123" || rows[1]["id"] != "notice12" {
		t.Fatalf("%v", rows)
	}
	for name, want := range map[string]string{
		"title": "'=HYPERLINK(\"http://evil.example\",\"点此\")", "body": "正文一，“引号”\n\n二", "amount": "-12.5", "villages": "a;b", "list": `{"head":["村"],"rows":[["甲"]]}`,
		"url": "https://www.qingxi.example" + page.Path, "field_url": "https://apply.example", "validity": "abolished", "column_name": "通知公告", "unit_name": "清溪县人民政府办公室",
		"published": "2026-03-02T09:30:00+08:00", "digest": page.Digest, "files": "https://open.example.cn/content/v1/items/grant123/files/" + listFile, "scope": "restricted",
	} {
		if got := rows[0][name]; got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if rows[1]["title"] != "通知,含\"引号\"\n和换行" || rows[1]["amount"] != "" {
		t.Errorf("%v", rows[1])
	}
	for _, inward := range []string{"openness_basis", "related", "attachments"} {
		if slices.Contains(head, inward) {
			t.Errorf("%s is a column", inward)
		}
	}
	if g := c.get("/columns/open/data.csv?bom=true&head=zh&kind=notice"); !strings.HasPrefix(g.body, "\ufeff编号,页面地址,") || strings.Contains(g.body, "金额") || !strings.Contains(g.body, "\r\nnotice12,") || strings.Contains(g.body, "grant123") {
		t.Error(g.body)
	}
	if !strings.Contains(c.get("/columns/open/data.csv").header.Get("Content-Disposition"), ".csv") {
		t.Error("it is no download")
	}
}

func TestOpenDataAsJSONLinesKeepsTheFormsOfValues(t *testing.T) {
	c := newCounty(t)
	grants(c)
	g := c.get("/columns/open/data.jsonl")
	var ids []string
	for lines := bufio.NewScanner(strings.NewReader(g.body)); lines.Scan(); {
		var r struct {
			ID, Title, Body string
			Amount          json.Number
			Villages        []string
			Files           []PublicFile
		}
		c.must(json.Unmarshal(lines.Bytes(), &r))
		if ids = append(ids, r.ID); r.ID == "grant123" && (r.Title[0] != '=' || r.Body[:3] != "<p>" || r.Amount != "-12.5" || len(r.Villages) != 2 || len(r.Files) != 1 || !strings.HasPrefix(r.Files[0].Href, "https://open.example.cn/")) {
			t.Errorf("%+v", r)
		}
	}
	if fmt.Sprint(ids) != "[grant123 notice12]" || strings.Contains(g.body, "内部理由") || strings.Contains(g.body, "draft-id") {
		t.Errorf("%v", ids)
	}
}

func TestOpenDataSaysWhatItIs(t *testing.T) {
	c := newCounty(t)
	page := grants(c)
	c.must(c.pages.CopyColumn(t.Context(), content.Column{Meta: meta("open"), Site: "main", Path: "/open/", SlugPath: "/open", Name: "政务公开", UpdateCycle: "daily", License: "注明来源即可使用", Updated: 2}))
	var d PublicDataset
	g := c.get("/columns/notices/data")
	g.into(&d)
	if d.Title != "通知公告" || d.Publisher != "清溪县人民政府办公室" || d.Cycle != (PublicChoice{"daily", "每日", "Daily"}) || d.License != "注明来源即可使用" || d.Records != 2 || d.More || d.LandingPage != "https://www.qingxi.example/open/notices" {
		t.Errorf("%+v", d)
	}
	head, _ := c.data()
	if names := each(d.Schema.Columns, func(f PublicDataField) string { return f.Name }); !slices.Equal(names, head) {
		t.Errorf("%v, and the table has %v", names, head)
	}
	if fmt.Sprint(d.Kinds) != "[{grant 补贴} {notice 通知}]" || d.Distributions[0].URL != "https://open.example.cn/content/v1/columns/notices/data.csv" {
		t.Errorf("%v %v", d.Kinds, d.Distributions)
	}
	at := slices.IndexFunc(d.Schema.Columns, func(f PublicDataField) bool { return f.Name == "villages" })
	if at < 0 || d.Schema.Columns[at].Zh != "村" || d.Schema.Columns[at].Choices[1] != (PublicChoice{"b", "乙村", "B"}) {
		t.Errorf("%+v", d.Schema.Columns)
	}
	if again := c.get("/columns/notices/data", "If-None-Match", g.header.Get("ETag")); again.status != http.StatusNotModified {
		t.Errorf("unchanged: %d", again.status)
	}
	c.withdraw(page, publication.Suspended, "", "")
	c.get("/columns/notices/data").into(&d)
	if _, rows := c.data(); len(rows) != 1 || d.Records != 1 || len(d.Kinds) != 1 || len(d.Schema.Columns) >= len(head) {
		t.Errorf("after a suspension: %v, %+v", rows, d)
	}
	c.get("/columns/nowhere/data").refused(http.StatusNotFound, "missing", "id")
	c.get("/columns/nowhere/data.csv").refused(http.StatusNotFound, "missing", "id")
	if head := c.ask(http.MethodHead, "/content/v1/columns/open/data.csv"); head.status != http.StatusOK || head.body != "" {
		t.Errorf("HEAD: %d %q", head.status, head.body)
	}
}

// Files are read while they are sent, in batches: each record once.
func TestOpenDataGoesOnPastABatch(t *testing.T) {
	c := newCounty(t)
	for i := range 205 {
		page, pub := notice(fmt.Sprintf("item%04d", i), fmt.Sprintf("第%d件", i), "<p>正文</p>")
		page.Published += int64(i)
		c.show(page, pub)
	}
	seen := map[string]bool{}
	_, rows := c.data()
	for _, row := range rows {
		seen[row["id"]] = true
	}
	if len(rows) != 205 || len(seen) != 205 {
		t.Errorf("%d rows, %d items", len(rows), len(seen))
	}
}
