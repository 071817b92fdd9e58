// Many subscribers: how fast they are called, what a dead one does to the
// others, and how soon all of them are told of a withdrawal.
//
//	go test ./jobs -run xxx -bench Crowd -benchtime 1x
//	GONGKAI_TEST_REDIS_URL=redis://127.0.0.1:6379/0 go test … the same on a real Redis

package jobs_test

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"runtime"
	"runtime/metrics"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"gongkai/channel"
	"gongkai/content"
	"gongkai/publication"
	"gongkai/store"
)

const sites = 41

// crowd are subscribers behind one server, which does as little as it can.
type crowd struct {
	*town
	mu    sync.Mutex
	calls [sites]int
	last  [sites]time.Time // call
	down  map[string]int   // sites that were told that an item is no edition any more
	dead  int              // a site that never answers; -1: none
	over  chan struct{}    // it need not be waited for any more
}

func newCrowd(b *testing.B) *crowd {
	w := &crowd{town: newTown(b), down: map[string]int{}, dead: -1, over: make(chan struct{})}
	w.posts(time.Now)
	srv := httptest.NewUnstartedServer(w)
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.Start()
	b.Cleanup(srv.Close)
	b.Cleanup(w.revive)
	for n := range sites {
		_, _, err := w.channels.Subscribers.Put(b.Context(), channel.Subscriber{Meta: store.Meta{ID: fmt.Sprintf("site-%d", n)}, Name: "网站", URL: fmt.Sprintf("%s/%d", srv.URL, n)})
		w.check(err)
	}
	return w
}

func (w *crowd) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	n, _ := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/"))
	var m struct{ Data struct{ Item, State string } }
	if json.NewDecoder(r.Body).Decode(&m) != nil {
		rw.WriteHeader(http.StatusBadRequest)
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.dead == n {
		over := w.over
		w.mu.Unlock()
		select {
		case <-r.Context().Done(): // the caller gives up
		case <-over:
		}
		w.mu.Lock()
		return
	}
	w.calls[n]++
	w.last[n] = time.Now()
	if m.Data.State != "edition" {
		w.down[m.Data.Item]++
	}
	rw.WriteHeader(http.StatusNoContent)
}

// revive lets the dead site go.
func (w *crowd) revive() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.dead = -1
	close(w.over)
	w.over = make(chan struct{})
}

// others counts the calls to all sites that live, and tells when the last one came.
func (w *crowd) others() (calls int, last time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for n, c := range w.calls {
		if n != w.dead {
			calls += c
			if w.last[n].After(last) {
				last = w.last[n]
			}
		}
	}
	return calls, last
}

// releaseAll releases as sixteen people would.
func (w *town) releaseAll(items []content.Item) {
	var wg sync.WaitGroup
	for part := range 16 {
		wg.Go(func() {
			for i := part; i < len(items); i += 16 {
				w.release(items[i])
			}
		})
	}
	wg.Wait()
}

// heap is what lives, in MB.
func heap() float64 {
	runtime.GC()
	s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(s)
	return float64(s[0].Value.Uint64()) / (1 << 20)
}

// rush releases the items and waits until every site that lives was called for
// each.
func (w *crowd) rush(b *testing.B, items []content.Item) (took time.Duration) {
	want := len(items) * sites
	if w.dead >= 0 {
		want -= len(items)
	}
	before, _ := w.others()
	began := time.Now()
	w.releaseAll(items)
	for end := time.Now().Add(5 * time.Minute); ; time.Sleep(20 * time.Millisecond) {
		if calls, last := w.others(); calls-before >= want {
			return last.Sub(began)
		}
		if time.Now().After(end) {
			b.Fatal("that takes too long")
		}
	}
}

// BenchmarkCrowdIsTold releases 1,000 items to 41 sites: 41,000 calls.
func BenchmarkCrowdIsTold(b *testing.B) {
	n := 1000
	if testing.Short() {
		n = 100
	}
	for b.Loop() {
		b.StopTimer()
		w := newCrowd(b)
		items := w.readyMany(n)
		stop := w.start()
		w.quiet()
		before := heap()
		b.StartTimer()
		first := w.rush(b, items[:n/2])
		b.StopTimer()
		half := heap()
		b.StartTimer()
		second := w.rush(b, items[n/2:])
		b.StopTimer()
		b.ReportMetric(float64(n*sites)/(first+second).Seconds(), "calls/s")
		b.ReportMetric(before, "MB-before")
		b.ReportMetric(half, "MB-half-way")
		b.ReportMetric(heap(), "MB-after")
		w.quiet()
		stop()
		b.StartTimer()
	}
}

// BenchmarkCrowdWithADeadSite compares how long the others wait for their calls
// while one site takes every call and never answers. The same is done in a town of
// its own where all are alive: what is there already costs both the same.
func BenchmarkCrowdWithADeadSite(b *testing.B) {
	n := 400
	if testing.Short() {
		n = 100
	}
	took := map[int]time.Duration{}
	rounds := 0
	for b.Loop() {
		b.StopTimer()
		rounds++
		for _, dead := range []int{-1, 7} {
			w := newCrowd(b)
			items := w.readyMany(2 * n)
			stop := w.start()
			w.rush(b, items[:n])
			w.quiet()
			w.mu.Lock()
			w.dead = dead
			w.mu.Unlock()
			b.StartTimer()
			took[dead] += w.rush(b, items[n:])
			b.StopTimer()
			w.revive()
			stop()
		}
		b.StartTimer()
	}
	alive, beside := took[-1].Seconds()/float64(rounds), took[7].Seconds()/float64(rounds)
	b.ReportMetric(alive, "s-all-alive")
	b.ReportMetric(beside, "s-one-dead")
	b.ReportMetric(100*(beside/alive*sites/(sites-1)-1), "%-slower")
}

// backlog owes every site calls of items that are long gone from here.
func (w *crowd) backlog(n int) {
	var wg sync.WaitGroup
	for part := range 16 {
		wg.Go(func() {
			for i := part; i < n; i += 16 {
				_, err := w.ledger.Owe(w.t.Context(), fmt.Sprintf("sub-site-%d", i%sites), fmt.Sprintf("item-%d", i/sites), 1, 1,
					channel.Show{Event: "item.released", State: publication.Shows, Site: "www", Edition: 1, Digest: "digest", Title: "关于积压的通知"})
				w.check(err)
			}
		})
	}
	wg.Wait()
}

// BenchmarkCrowdIsToldOfAWithdrawal suspends items one after the other while
// 50,000 calls wait, and measures until each place was told: 41 sites, the page
// (which lists and feeds are made of), the index, and two platforms.
func BenchmarkCrowdIsToldOfAWithdrawal(b *testing.B) {
	waiting, n := 50_000, 15
	if testing.Short() {
		waiting, n = 5_000, 5
	}
	for b.Loop() {
		b.StopTimer()
		w := newCrowd(b)
		s := w.newPress(time.Now, 0)
		items := w.readyMany(n)
		stop := w.start()
		w.quiet()
		w.releaseAll(items)
		eventually(b, "both platforms show all", func() bool { return len(s.wechat.Public()) == n && len(s.weibo.Public()) == n })
		w.quiet()
		w.backlog(waiting)
		b.StartTimer()
		var took []time.Duration
		for i, it := range items {
			began := time.Now()
			w.suspend(w.get(it.ID))
			eventually(b, "all are told", func() bool {
				w.mu.Lock()
				told := w.down[it.ID]
				w.mu.Unlock()
				_, err := w.index.Get(b.Context(), publication.PageID(it.ID, "www"))
				return told >= sites && err != nil && w.page(it.ID, "www").State == publication.Suspended &&
					len(s.wechat.Public()) < n-i && len(s.weibo.Public()) < n-i
			})
			took = append(took, time.Since(began))
		}
		b.StopTimer()
		left, err := w.ledger.CountDue(b.Context(), time.Now(), 0)
		w.check(err)
		b.ReportMetric(median(took), "ms-median")
		b.ReportMetric(float64(slices.Max(took).Milliseconds()), "ms-longest")
		b.ReportMetric(float64(left), "calls-still-waiting")
		stop()
		b.StartTimer()
	}
}
