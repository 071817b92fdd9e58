// A small county with released items, served by the content API alone.

package api

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"gocloud.dev/blob"

	"gongkai/content"
	"gongkai/publication"
	"gongkai/search"
	"gongkai/store"
	"gongkai/store/bucket/buckettest"
)

// county is a content API over the embedded store and index.
type county struct {
	t      testing.TB
	db     store.DB
	pages  *publication.Public
	index  *search.Local
	bucket *blob.Bucket
	server *Server
	now    time.Time
	ticks  *sync.Mutex // holds now, where a server follows changes
}

func (c *county) clock() time.Time {
	c.ticks.Lock()
	defer c.ticks.Unlock()
	return c.now
}

func (c *county) tick(d time.Duration) {
	c.ticks.Lock()
	defer c.ticks.Unlock()
	c.now = c.now.Add(d)
}

func newCounty(t testing.TB) *county {
	t.Helper()
	return newCountyOn(t, buckettest.Folders(t, "public"))
}

func newCountyOn(t testing.TB, copies *blob.Bucket) *county {
	t.Helper()
	c := &county{t: t, bucket: copies, ticks: &sync.Mutex{}, now: time.Date(2026, 3, 2, 1, 30, 0, 0, time.UTC)}
	db, err := store.OpenScratch(t.Context(), filepath.Join(t.TempDir(), "public.db"))
	c.must(err)
	c.db = db
	c.pages, err = publication.Open(t.Context(), db, c.bucket, c.clock)
	c.must(err)
	c.index, err = search.OpenLocal(t.Context(), filepath.Join(t.TempDir(), "search.db"))
	c.must(err)
	c.server, err = New(Deps{Public: c.pages, Index: c.index, Now: c.clock,
		Config: Config{Only: OnlyContent, PublicURL: "https://open.example.cn"}, Log: slog.New(slog.DiscardHandler)})
	c.must(err)
	t.Cleanup(func() {
		_ = c.server.Shutdown(context.Background())
		_, _ = c.index.Close(), db.Close()
	})
	c.trees()
	return c
}

func (c *county) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

func meta(id string) store.Meta { return store.Meta{ID: id} }

func (c *county) trees() {
	ctx := c.t.Context()
	c.must(c.pages.CopySite(ctx, content.Site{Meta: meta("main"), Name: "清溪县人民政府", Domain: "www.qingxi.example", IDCode: "3300000001", Unit: "county", Updated: 1}))
	c.must(c.pages.CopySite(ctx, content.Site{Meta: meta("town"), Name: "白石镇人民政府", Domain: "baishi.example", IDCode: "3300000002", Unit: "baishi", Updated: 1}))
	for _, col := range []content.Column{
		{Meta: meta("laws"), Site: "main", Path: "/open/laws/", Parent: "open", SlugPath: "/open/laws", Name: "规章", Order: 1},
		{Meta: meta("notices"), Site: "main", Path: "/open/notices/", Parent: "open", SlugPath: "/open/notices", Name: "通知公告", Type: "政务公开", Description: "县政府的\n通知", Keywords: "通知,公告"},
		{Meta: meta("open"), Site: "main", Path: "/open/", SlugPath: "/open", Name: "政务公开"},
		{Meta: meta("town-news"), Site: "town", Path: "/town-news/", SlugPath: "/news", Name: "镇新闻"},
	} {
		col.Updated = 1
		c.must(c.pages.CopyColumn(ctx, col))
	}
	c.must(c.pages.CopyUnit(ctx, content.Unit{Meta: meta("county"), Name: "清溪县人民政府办公室", Path: "/county/", Updated: 1}))
	c.must(c.pages.CopyUnit(ctx, content.Unit{Meta: meta("baishi"), Name: "白石镇人民政府", Parent: "county", Path: "/county/baishi/", Updated: 1}))
}

// notice is a page in the notices of the county, with its text.
func notice(item, title, body string) (publication.Page, content.Public) {
	page := publication.Page{Item: item, Site: "main", Epoch: 1, Seq: 1, State: publication.Shows, Path: "/open/notices/2026/" + item,
		Column: "notices", Columns: []string{"open", "notices"}, ColumnPath: "/open/notices/", Kind: "notice", Unit: "county", Units: []string{"county"},
		UnitPath: "/county/", Lang: "zh", Year: 2026, Title: title, IndexNo: "11330000000000001X/2026-" + item, Published: 1772415000000, Released: 1772415000000}
	return page, content.Public{Item: item, Kind: "notice", Unit: "county", Lang: "zh", Fields: content.Fields{"title": title, "body": body}}
}

// release shows a page with the edition numbered like its seq, and indexes it.
func (c *county) release(page publication.Page, pub content.Public) publication.Page {
	c.t.Helper()
	page = c.show(page, pub)
	c.indexed(page, pub)
	return page
}

func (c *county) show(page publication.Page, pub content.Public) publication.Page {
	c.t.Helper()
	bytes, digest, err := content.Canonical(pub)
	c.must(err)
	c.must(c.pages.PutEdition(c.t.Context(), publication.Edition{Item: page.Item, Number: page.Seq, Digest: digest, Bytes: bytes, Released: page.Released}))
	page.Edition, page.Digest = publication.EditionID(page.Item, page.Seq), digest
	c.must(c.pages.Tag(c.t.Context(), &page, pub))
	page, err = c.pages.Show(c.t.Context(), page)
	c.must(err)
	return page
}

func (c *county) indexed(page publication.Page, pub content.Public) {
	c.t.Helper()
	c.must(c.index.Put(c.t.Context(), search.Doc{ID: publication.PageID(page.Item, page.Site), Item: page.Item, Site: page.Site, Column: page.Column,
		ColumnPath: page.ColumnPath, Kind: page.Kind, Unit: page.Unit, UnitPath: page.UnitPath, Lang: page.Lang, Year: int(page.Year), Title: page.Title,
		DocNo: page.DocNo, IndexNo: page.IndexNo, Summary: page.Summary, Text: page.PlainText(pub), Validity: page.Validity, Terms: page.Terms, Published: page.Published, Epoch: page.Epoch, Seq: page.Seq}))
}

// withdraw puts a tombstone where the page stood.
func (c *county) withdraw(page publication.Page, state, to, reason string) {
	c.t.Helper()
	page.Seq, page.State, page.To, page.Reason = page.Seq+1, state, to, reason
	_, err := c.pages.Show(c.t.Context(), page)
	c.must(err)
}

// attach gives the edition a file with these bytes.
func (c *county) attach(page *publication.Page, pub *content.Public, digest, name, kind, bytes string) {
	c.t.Helper()
	c.attachFrom(page, pub, content.PublicFile{Digest: digest, Name: name, Size: int64(len(bytes)), Type: kind}, func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(bytes)), nil })
}

func (c *county) attachFrom(page *publication.Page, pub *content.Public, f content.PublicFile, open func() (io.ReadCloser, error)) {
	c.t.Helper()
	f.Place, f.Alt = "attachments[0]", "名单"
	pub.Fields["attachments"] = []content.FileRef{{Digest: f.Digest, Name: f.Name}}
	pub.Files = append(pub.Files, f)
	page.Files = append(page.Files, f.Digest)
	c.must(c.pages.PutFile(c.t.Context(), page.Item, f.Digest, open))
}

// got is an answer of the API.
type got struct {
	t      testing.TB
	status int
	header http.Header
	body   string
}

func (c *county) ask(method, path string, headers ...string) got {
	c.t.Helper()
	req := httptest.NewRequest(method, path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := c.server.app.Test(req, -1)
	c.must(err)
	body, err := io.ReadAll(res.Body)
	c.must(err)
	c.must(res.Body.Close())
	return got{c.t, res.StatusCode, res.Header, string(body)}
}

func (c *county) get(path string, headers ...string) got {
	c.t.Helper()
	return c.ask(http.MethodGet, "/content/v1"+path, headers...)
}

// find asks with parameters, names and values taking turns.
func (c *county) find(path string, pairs ...string) got {
	c.t.Helper()
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return c.get(path + "?" + q.Encode())
}

func (g got) into(v any) {
	g.t.Helper()
	if g.status != http.StatusOK {
		g.t.Fatalf("status %d: %s", g.status, g.body)
	}
	if err := json.Unmarshal([]byte(g.body), v); err != nil {
		g.t.Fatal(err)
	}
}

func (g got) item() (out PublicItem) { g.t.Helper(); g.into(&out); return out }

// list gives the ids of a list and its next cursor.
func (g got) list() (ids, next string) {
	g.t.Helper()
	var out PublicList
	g.into(&out)
	for _, e := range out.Items {
		ids += e.ID + " "
	}
	return strings.TrimSpace(ids), out.Next
}

// refused checks status and code, and that the place names the parameter.
func (g got) refused(status int, code, where string) {
	g.t.Helper()
	var p Problem
	if err := json.Unmarshal([]byte(g.body), &p); err != nil || g.header.Get("Content-Type") != "application/problem+json" {
		g.t.Fatalf("%d %s is no problem: %s", g.status, g.header.Get("Content-Type"), g.body)
	}
	named := where == ""
	for _, d := range p.Errors {
		named = named || d.Where == where || strings.HasSuffix(d.Where, "."+where)
	}
	if g.status != status || code != "" && p.Code != code || !named {
		g.t.Errorf("want %d %s naming %q, got %d %s", status, code, where, g.status, g.body)
	}
}
