package outside_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"gongkai"
	"gongkai/channel"
	"gongkai/channel/outside"
)

// site is a content API with one item, and what may stand before it.
type site struct {
	status atomic.Int64 // that every answer has; 0: what the path says
	gone   atomic.Bool  // the entry has left lists
	asked  atomic.Int64
}

const urn = "urn:uuid:01a2"

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.asked.Add(1)
	if status := s.status.Load(); status != 0 {
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(int(status))
		return
	}
	id, title := urn, "中文 &amp; 其他"
	if s.gone.Load() {
		id = "urn:uuid:other"
	}
	body := map[string]string{
		"/content/v1/sites/www":                   `{"id":"www"}`,
		"/content/v1/items/01a2":                  `{"digest":"d1","epoch":2,"seq":7,"title":"x"}`,
		"/content/v1/search":                      `{"items":[{"id":"01a2"}],"next":"` + r.URL.Query().Get("q") + `"}`,
		"/content/v1/columns/n/feed.rss":          `<rss><channel><title>` + title + `</title><item><guid isPermaLink="false">` + id + `</guid></item></channel></rss>`,
		"/content/v1/columns/n/feed.atom":         `<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:uuid:feed</id><entry><id>` + id + `</id></entry></feed>`,
		"/content/v1/columns/n/feed.json":         `{"items":[{"id":"` + id + `"}]}`,
		"/content/v1/sites/www/sitemaps/3":        `<urlset><url><loc>https://www.example/a?x=1&amp;id=` + id + `</loc></url></urlset>`,
		"/content/v1/columns/broken/feed.rss":     `<rss><channel><item><guid>` + id,
		"/content/v1/columns/broken/feed.json":    `{"items":[`,
		"/content/v1/items/01a2/files/" + "there": "%",
	}[r.URL.Path]
	if body == "" {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	if r.Header.Get("Range") != "" {
		w.WriteHeader(http.StatusPartialContent)
	}
	_, _ = fmt.Fprint(w, body)
}

func newSite(t *testing.T) (*site, *outside.Reader) {
	t.Helper()
	s := &site{}
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	return s, outside.New(srv.URL, 0, nil)
}

func TestAReaderSeesWhatAnybodySees(t *testing.T) {
	s, r := newSite(t)
	ctx := t.Context()
	if err := r.Ready(ctx, "www"); err != nil {
		t.Error(err)
	}
	if err := r.Ready(ctx, "of-somebody-else"); gongkai.CodeOf(err) != channel.Unreached {
		t.Errorf("an installation that does not know our site: %v", err)
	}
	if p, err := r.Item(ctx, "01a2", "www"); err != nil || p != (outside.Page{Status: 200, Digest: "d1", Epoch: 2, Seq: 7}) {
		t.Errorf("%+v %v", p, err)
	}
	if p, err := r.Item(ctx, "none", "www"); err != nil || p.Status != 404 {
		t.Errorf("%+v %v", p, err)
	}
	for digest, want := range map[string]bool{"there": true, "gone": false} {
		if there, err := r.File(ctx, "01a2", digest); there != want || err != nil {
			t.Errorf("file %s: %v %v", digest, there, err)
		}
	}
	for item, want := range map[string][2]bool{"01a2": {true, true}, "other": {false, false}} {
		if found, sure, err := r.Finds(ctx, item, "www", "a"); found != want[0] || sure != want[1] || err != nil {
			t.Errorf("%s: found %v, sure %v: %v", item, found, sure, err)
		}
	}
	if r.Asked() != s.asked.Load() {
		t.Errorf("it counts %d of %d requests", r.Asked(), s.asked.Load())
	}
}

func TestWhatStandsInAListIsSeenAnewAndTheRestRemembered(t *testing.T) {
	s, r := newSite(t)
	lists := map[string]string{outside.SitemapOf("www", 3): "https://www.example/a?x=1&id=" + urn}
	for _, format := range outside.Formats {
		lists[outside.FeedOf("columns", "n", format)] = urn
	}
	stands := func(path, name string, want bool, requests int64) {
		t.Helper()
		before := s.asked.Load()
		if there, err := r.Stands(t.Context(), path, "urn:uuid:none", name); there != want || err != nil || s.asked.Load()-before != requests {
			t.Errorf("%s in %s: %v %v, %d requests", name, path, there, err, s.asked.Load()-before)
		}
	}
	for path, name := range lists {
		stands(path, name, true, 1)
		stands(path, "urn:uuid:another", false, 0)
	}
	s.gone.Store(true)
	for path, name := range lists {
		stands(path, name, false, 1)
		stands(path, name, false, 0)
	}
	stands(outside.FeedOf("columns", "removed", "rss"), urn, false, 1)
	for _, format := range []string{"rss", "json"} {
		if _, err := r.Stands(t.Context(), outside.FeedOf("columns", "broken", format), urn); gongkai.CodeOf(err) != channel.Unreached {
			t.Errorf("half a document tells nothing: %v", err)
		}
	}
}

func TestOfWhatStandsBeforeItNothingIsLearnt(t *testing.T) {
	s, r := newSite(t)
	for _, status := range []int64{301, 302, 401, 403, 429, 500, 502, 503} {
		s.status.Store(status)
		if p, err := r.Item(t.Context(), "01a2", "www"); gongkai.CodeOf(err) != channel.Unreached || !gongkai.Is(err, gongkai.Unavailable) {
			t.Errorf("%d: %+v %v", status, p, err)
		}
	}
	for _, status := range []int64{308, 404, 410} {
		s.status.Store(status)
		if p, err := r.Item(t.Context(), "01a2", "www"); err != nil || int64(p.Status) != status {
			t.Errorf("%d: %+v %v", status, p, err)
		}
	}
	nobody := httptest.NewServer(nil)
	nobody.Close()
	if _, err := outside.New(nobody.URL, 1000, nil).Item(t.Context(), "01a2", "www"); gongkai.CodeOf(err) != channel.Unreached {
		t.Error(err)
	}
}
