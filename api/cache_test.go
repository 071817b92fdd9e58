package api

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"go/ast"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"gongkai/content"
	"gongkai/publication"
)

// keeping has the county's answers kept by a second server, over the same public
// store as another process would have it, or as the one that writes.
func (c *county) keeping(own bool) *county { return c.keepingUpTo(8<<20, own) }

func (c *county) keepingUpTo(size int64, own bool) *county {
	c.t.Helper()
	k := *c
	if !own {
		var err error
		k.pages, err = publication.Open(c.t.Context(), c.db, c.bucket, c.clock)
		c.must(err)
	}
	server, err := New(Deps{Public: k.pages, Index: c.index, Now: c.clock,
		Config: Config{Only: OnlyContent, PublicURL: "https://open.example.cn", Cache: size}, Log: slog.New(slog.DiscardHandler)})
	c.must(err)
	k.server = server
	c.t.Cleanup(func() { _ = server.Shutdown(context.Background()) })
	if size > 0 {
		c.must(k.pages.Hear(c.t.Context()))
	}
	return &k
}

func (c *county) outcome(name string) int {
	return int(testutil.ToFloat64(c.server.metrics.kept.WithLabelValues(name)))
}

// everything that the content API says of a few items: bodies by address.
func (c *county) everything(items []string) map[string]string {
	paths := []string{"/sites", "/sites/main", "/columns?site=main", "/columns/notices", "/units", "/items?site=main", "/items?site=main&column=laws", "/items?site=town&limit=2",
		"/sites/main/feed.atom", "/columns/notices/feed.rss", "/sites/main/sitemap.xml", "/sites/main/sitemaps/1", "/items?site=main&kind=notice&year=2026",
		"/items?site=main&column=open&unit=county&total=true", "/items?site=main&lang=en&expand=column,unit,related,interpretations.column,interprets", "/items?site=main&sort=oldest&fields=title&topic=a", "/items?site=main&field.genre=g&from=2026-01-01",
		"/columns?site=main&counts=true", "/columns/open?counts=true", "/items?ids=cccc,aaaa,none&expand=interpretations", "/items/by-doc-no?doc_no=A%5B2026%5D1", "/items/by-doc-no?doc_no=B2026&site=main"}
	for _, id := range items {
		paths = append(paths, "/items/"+id, "/items/"+id+"?site=town", "/items/"+id+"/editions", "/items/"+id+"/editions/1",
			"/items/by-index-no?"+url.Values{"index_no": {"1/" + id}}.Encode(), "/pages?site=main&path=/"+id, "/pages?site=main&path=/moved/"+id)
	}
	out := map[string]string{}
	for _, path := range paths {
		g := c.get(path)
		out[path] = fmt.Sprint(g.status, " ", g.header.Get("ETag"), " ", g.header.Get("Location"), " ", g.header.Get("Content-Type"), " ", g.header.Get("Access-Control-Allow-Origin"))
		if g.status == http.StatusOK {
			out[path] += g.body
		}
	}
	return out
}

// Whatever happens, what is kept says what would be made anew.
func TestWhatIsKeptIsWhatWouldBeMade(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	items := []string{"aaaa", "bbbb", "cccc"}
	pages := map[string]publication.Page{}
	own, other := c.keeping(true), c.keeping(false)
	truth := c.keepingUpTo(0, false) // hears of nothing, so it keeps nothing, and reads everything
	r := rand.New(rand.NewPCG(7, 7))
	for step := range 40 {
		c.tick(time.Second)
		c.must(own.pages.Hear(t.Context()))
		act := c.anything(r, items[r.IntN(len(items))], pages, int64(step+2))
		want := truth.everything(items)
		c.must(other.pages.Hear(t.Context())) // as it does twice a second
		for name, k := range map[string]*county{"the process that wrote": own, "another process": other} {
			for round := range 2 {
				for path, got := range k.everything(items) {
					if got != want[path] {
						t.Fatalf("step %d, after %s: %s (round %d) of %s:\n%s\nwant\n%s", step, act, path, round, name, got, want[path])
					}
				}
			}
		}
	}
	for _, k := range []*county{own, other} {
		if kept, made := k.outcome("kept"), k.outcome("made"); kept < 300 || made < 100 {
			t.Errorf("%d answers were kept ones, %d made", kept, made)
		}
	}
}

// anything that can become of an item, or of the trees.
func (c *county) anything(r *rand.Rand, id string, pages map[string]publication.Page, seq int64) string {
	page, pub := notice(id, fmt.Sprintf("第%d版", seq), "<p>正文</p>")
	page.Seq, page.IndexNo, page.Path, page.Group = seq, "1/"+id, "/"+id, []string{"", "g"}[r.IntN(2)]
	pub.Lang = []string{"zh", "en"}[r.IntN(2)]
	page.Lang = pub.Lang
	page.DocNo = []string{"", "A〔2026〕1", "B2026"}[r.IntN(3)]
	pub.Fields["topic"], pub.Fields["genre"] = []string{"a", "b"}[r.IntN(2)], []string{"g", "h"}[r.IntN(2)]
	if r.IntN(3) == 0 {
		pub.Fields["interprets"] = []string{[]string{"aaaa", "bbbb", "cccc"}[r.IntN(3)]}
	}
	switch act := r.IntN(8); {
	case act == 0:
		c.must(c.pages.CopyColumn(c.t.Context(), content.Column{Meta: meta("notices"), Site: "main", Path: "/open/notices/", Parent: "open", SlugPath: "/open/notices", Name: fmt.Sprint("通知", seq), Updated: seq * 10}))
		return "a column was renamed"
	case act == 1:
		c.must(c.pages.CopySite(c.t.Context(), content.Site{Meta: meta("main"), Name: fmt.Sprint("网站", seq), Unit: "county", Updated: seq * 10}))
		return "a site was renamed"
	case act == 2 && pages[id].Item != "":
		gone := pages[id]
		gone.Seq = seq - 1
		state := []string{publication.GoneState, publication.Notice, publication.Suspended, publication.Vanish, publication.Redirect}[r.IntN(5)]
		c.withdraw(gone, state, "/elsewhere", "理由")
		return state
	case act == 3 && pages[id].Item != "":
		c.must(c.pages.Strike(c.t.Context(), id, []int64{pages[id].Seq}))
		page.Path = "/moved/" + id
	case act == 4:
		page.Mark = &content.Validity{State: "repealed", By: []string{"aaaa", "bbbb", "cccc"}[r.IntN(3)], Relation: "replaces"}
	case act == 5:
		pub.Fields["related"] = []string{"aaaa", "bbbb", "cccc"}[r.IntN(3):]
	case act == 6:
		page.Site = "town"
	}
	pages[id] = c.show(page, pub)
	return fmt.Sprintf("%s was shown", id)
}

func TestManyWhoAskAtOnceHaveItMadeOnce(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	page, pub := notice("aaaa", "通知", "<p>正文</p>")
	c.show(page, pub)
	k := c.keeping(true)
	var all sync.WaitGroup
	for range 64 {
		all.Go(func() {
			if g := k.get("/items/aaaa"); g.status != http.StatusOK {
				t.Error(g.status)
			}
		})
	}
	all.Wait()
	if made := k.outcome("made"); made != 1 || k.outcome("kept")+k.outcome("awaited") != 63 {
		t.Errorf("made %d times, %d kept ones, %d awaited", made, k.outcome("kept"), k.outcome("awaited"))
	}
}

func TestAKeptAnswerIsSentAsTheReaderTakesIt(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	page, pub := notice("aaaa", "通知", "<p>正文正文正文正文正文正文正文正文正文正文正文正文正文正文正文正文正文正文正文正文</p>")
	c.show(page, pub)
	k := c.keeping(true)
	plain := c.get("/items/aaaa")
	for range 3 {
		g := k.get("/items/aaaa", "Accept-Encoding", "br, gzip;q=0.8")
		z, err := gzip.NewReader(bytes.NewReader([]byte(g.body)))
		c.must(err)
		body, err := io.ReadAll(z)
		c.must(err)
		if string(body) != plain.body || g.header.Get("Content-Encoding") != "gzip" || g.header.Get("Vary") != "Accept-Encoding" || len(g.body) >= len(plain.body) {
			t.Errorf("%v", g.header)
		}
		tag := g.header.Get("ETag")
		if tag == plain.header.Get("ETag") {
			t.Error("two forms have one strong ETag")
		}
		if g := k.get("/items/aaaa", "Accept-Encoding", "gzip", "If-None-Match", tag); g.status != http.StatusNotModified || g.body != "" || g.header.Get("ETag") != tag {
			t.Errorf("%d %v", g.status, g.header)
		}
		if g := k.get("/items/aaaa", "If-None-Match", `"other", `+plain.header.Get("ETag"), "X-Request-Id", "from-the-proxy-1"); g.status != http.StatusNotModified || g.header.Get("X-Request-Id") != "from-the-proxy-1" {
			t.Errorf("%d %v", g.status, g.header)
		}
		if g := k.get("/items/aaaa"); g.status != http.StatusOK || g.body != plain.body || g.header.Get("Content-Encoding") != "" {
			t.Errorf("%d %v", g.status, g.header)
		}
		if g := k.ask(http.MethodHead, "/content/v1/items/aaaa"); g.status != http.StatusOK || g.header.Get("ETag") != plain.header.Get("ETag") {
			t.Errorf("%d %v", g.status, g.header)
		}
	}
	if k.outcome("made") != 1 {
		t.Errorf("made %d times", k.outcome("made"))
	}
	// The first reader may have it already, and others wait for the whole.
	c.withdraw(page, publication.GoneState, "", "")
	if g := k.get("/items/aaaa", "If-None-Match", "*"); g.status != http.StatusGone {
		t.Errorf("%d", g.status)
	}
}

// It is counted by its route however little is done for it; in the log it is where
// every request is to be seen.
func TestWhatIsSentFromMemoryIsCounted(t *testing.T) {
	t.Parallel()
	for _, level := range []slog.Level{slog.LevelInfo, slog.LevelDebug} {
		c := newCounty(t)
		page, pub := notice("aaaa", "通知", "<p>正文</p>")
		c.show(page, pub)
		var log bytes.Buffer
		server, err := New(Deps{Public: c.pages, Index: c.index, Now: c.clock, Config: Config{Only: OnlyContent, Cache: 8 << 20}, Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: level}))})
		c.must(err)
		t.Cleanup(func() { _ = server.Shutdown(context.Background()) })
		c.server = server
		c.must(c.pages.Hear(t.Context()))
		tag := c.get("/items/aaaa").header.Get("ETag")
		c.get("/items/aaaa")
		c.get("/items/aaaa", "If-None-Match", tag)
		for status, want := range map[string]float64{"200": 2, "304": 1} {
			if n := testutil.ToFloat64(server.metrics.requests.WithLabelValues("GET", "/content/v1/items/{id}", status)); n != want {
				t.Errorf("%v: %v answers with %s", level, n, status)
			}
		}
		if n, want := strings.Count(log.String(), "status="), map[slog.Level]int{slog.LevelInfo: 1, slog.LevelDebug: 3}[level]; n != want || c.outcome("kept") != 2 {
			t.Errorf("%v: %d lines, %d kept", level, n, c.outcome("kept"))
		}
	}
}

func TestErrorsSearchesAndFilesAreNotKept(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	k := c.keeping(true)
	for _, path := range []string{"/items/none", "/search?q=x", "/items?site=main&limit=0", "/items/none/files/none", "/changes"} {
		for range 2 {
			k.get(path)
		}
	}
	if k.outcome("kept") != 0 || k.server.routes.keep == nil {
		t.Errorf("%d kept ones were sent", k.outcome("kept"))
	}
}

func TestKeptAnswersAreBounded(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	page, pub := notice("aaaa", "通知", "<p>正文</p>")
	c.show(page, pub)
	k := c.keeping(true)
	answers, err := newCache(k.pages, 100<<10, k.server.routeOf, k.server.metrics)
	c.must(err)
	_, reading := k.pages.Read(t.Context())
	for n := range 1000 {
		answers.answers.Set(fmt.Sprint(n), &keptAnswer{reading: reading, whole: variant{body: make([]byte, 3000)}})
	}
	answers.answers.CleanUp()
	if n := answers.answers.WeightedSize(); n > 100<<10 {
		t.Errorf("%d bytes are kept", n)
	}
}

// A sitemap or feed may be larger than what is kept: it has its ETag all the same.
func TestWhatIsTooLargeToBeKeptIsNotSentTwice(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	page, pub := notice("aaaa", "通知", "<p>"+strings.Repeat("正文", keptBody/6)+"</p>")
	c.show(page, pub)
	k := c.keeping(true)
	tag := k.get("/items/aaaa").header.Get("ETag")
	for range 2 {
		if g := k.get("/items/aaaa", "If-None-Match", tag); g.status != http.StatusNotModified || g.body != "" {
			t.Errorf("%d, %d bytes", g.status, len(g.body))
		}
	}
	if k.outcome("kept") != 0 || k.outcome("made") != 3 {
		t.Errorf("%d kept ones were sent, %d made", k.outcome("kept"), k.outcome("made"))
	}
}

func (c *county) changes(after string, pairs ...string) (out PublicChanges) {
	c.t.Helper()
	c.find("/changes", append(pairs, "after", after)...).into(&out)
	return out
}

func TestWhoFollowsTheChangesMissesNone(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	library(c)
	known := map[string]PublicChange{}
	follow := func(after string) string {
		for {
			out := c.changes(after, "limit", "2")
			for _, change := range out.Changes {
				if was := known[change.ID+change.Site]; change.Epoch < was.Epoch || change.Epoch == was.Epoch && change.Seq < was.Seq {
					t.Errorf("%s went back from %d to %d", change.ID, was.Seq, change.Seq)
				}
				known[change.ID+change.Site] = change
			}
			if after = out.Next; !out.More {
				return after
			}
		}
	}
	at := follow("")
	if len(known) < 5+2+3 || known["item0000main"].State != "shown" || known["item0000main"].Title == "" || known["notices"].Href != "/content/v1/columns/notices" {
		t.Fatalf("%+v", known)
	}
	if out := c.changes(at); len(out.Changes) != 0 || out.More {
		t.Errorf("nothing has changed: %+v", out)
	}
	// One that takes its number now, and is written after the next one.
	late, err := c.db.Next(t.Context(), "changes")
	c.must(err)
	page, pub := notice("later", "后来的", "<p>正文</p>")
	c.withdraw(c.show(page, pub), publication.Vanish, "", "")
	at = follow(at)
	if known["latermain"].State != "removed" || known["latermain"].Title != "" || known["latermain"].Digest != "" {
		t.Errorf("%+v", known["latermain"])
	}
	_, err = c.pages.Pages.Update(t.Context(), "item0001.main", 0, func(doc *publication.Page) error {
		doc.Seq, doc.State, doc.Change = 99, publication.Suspended, late
		return nil
	})
	c.must(err)
	follow(at)
	if got := known["item0001main"]; got.Seq != 99 || got.State != "suspended" {
		t.Errorf("it was missed: %+v", got)
	}
	if out := c.changes("", "site", "town", "limit", "500"); len(out.Changes) == 0 {
		t.Error("of a site, the trees are told at least")
	} else {
		for _, change := range out.Changes {
			if change.Kind == "item" {
				t.Errorf("%+v", change)
			}
		}
	}
}

func TestACursorOfChangesThatCannotBeIsRefused(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	for _, after := range []string{"x", "1", "1-2", "-1-2-3", "3-2-4", "1-2-3-4", "01-2-3", "1-2-3 "} {
		c.find("/changes", "after", after).refused(http.StatusBadRequest, "bad_cursor", "after")
	}
	if g := c.find("/changes", "after", "9000-9000-9000"); g.status != http.StatusGone {
		t.Errorf("%d %s", g.status, g.body)
	}
}

// What reads pages and editions past the methods that note it would be kept too
// long.
func TestPublicFilesReadPagesOnlyByWhatNotesIt(t *testing.T) {
	for name, file := range parsed(t, "public*.go") {
		for _, field := range selected(file) {
			if field == "Pages" || field == "Editions" {
				t.Errorf("%s reads .%s itself", name, field)
			}
		}
	}
}

// An item that is kept, one for which there was no room, and one of a process that
// hears of no changes.
func BenchmarkAnItem(b *testing.B) {
	for name, size := range map[string]int64{"made": 0, "missed": 64 << 10, "kept": 8 << 20} {
		b.Run(name, func(b *testing.B) {
			c := newCounty(b)
			for n := range 200 {
				page, pub := notice(fmt.Sprintf("item%04d", n), "通知", "<p>"+strings.Repeat("正文", 500)+"</p>")
				c.show(page, pub)
			}
			if size > 0 {
				c = c.keepingUpTo(size, true)
			}
			handle := c.server.app.Handler()
			var ctx fasthttp.RequestCtx
			b.ReportAllocs()
			for n := 0; b.Loop(); n++ {
				ask(b, handle, &ctx, n%200)
			}
		})
	}
}

func ask(b *testing.B, handle fasthttp.RequestHandler, ctx *fasthttp.RequestCtx, n int) {
	ctx.Request.Reset()
	ctx.Response.Reset()
	ctx.Request.SetRequestURI(fmt.Sprintf("/content/v1/items/item%04d", n))
	if handle(ctx); ctx.Response.StatusCode() != http.StatusOK {
		b.Fatal(ctx.Response.StatusCode())
	}
}

// selected are the names behind dots, but for those of types and packages.
func selected(file *ast.File) (out []string) {
	ast.Inspect(file, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if inner, ok := sel.X.(*ast.SelectorExpr); ok && inner.Sel.Name == "pages" {
				out = append(out, sel.Sel.Name)
			}
		}
		return true
	})
	return out
}

// A site that was told of a change fetches it at an address of its own, which no
// cache knows from before.
func TestWhoWasToldOfAChangeGetsNothingOlder(t *testing.T) {
	t.Parallel()
	c := newCounty(t)
	page, pub := notice("aaaa", "第一版", "<p>正文</p>")
	page.Epoch, page.Seq = 2, 3
	page = c.show(page, pub)
	k := c.keeping(false)
	if got := k.get("/items/aaaa?as_of=2.3").item().Title; got != "第一版" {
		t.Error(got)
	}
	for _, newer := range []string{"2.4", "3.1"} {
		k.get("/items/aaaa?as_of="+newer).refused(http.StatusServiceUnavailable, "behind", "")
	}
	page.Seq, pub.Fields["title"] = 4, "第二版"
	page.Title = "第二版"
	c.show(page, pub) // by another process, of which nobody has heard yet
	for _, asOf := range []string{"2.4", "2.3"} {
		g := k.get("/items/aaaa?site=main&as_of=" + asOf)
		if got := g.item().Title; got != "第二版" {
			t.Errorf("%s: %s", asOf, got)
		}
	}
	k.get("/items/aaaa?as_of=x").refused(http.StatusBadRequest, "", "as_of")
}
