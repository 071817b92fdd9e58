package jobs_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gongkai/channel/receiver"
	"gongkai/content"
	"gongkai/publication"
	"gongkai/search"
	"gongkai/store"
)

// longer is a notice of about 3 KB.
func longer(title string) content.Fields {
	v := fields(title)
	v["body"] = strings.Repeat(v["body"].(string)+"<p>各单位要切实加强组织领导,明确责任分工,细化工作措施,确保各项任务落到实处。</p>", 12)
	return v
}

// readyMany brings many items to where only the release is missing.
func (w *town) readyMany(n int) []content.Item {
	out := make([]content.Item, n)
	var wg sync.WaitGroup
	for part := range 16 {
		wg.Go(func() {
			for i := part; i < n; i += 16 {
				out[i] = w.ready(longer(fmt.Sprintf("关于第%d号事项的通知", i)))
			}
		})
	}
	wg.Wait()
	return out
}

func median(ds []time.Duration) float64 {
	slices.Sort(ds)
	return float64(ds[len(ds)/2].Microseconds()) / 1000
}

// BenchmarkReleaseToVisible releases one item at a time in a quiet town and
// measures when each outside world shows it.
func BenchmarkReleaseToVisible(b *testing.B) {
	w := newTown(b)
	site := w.subscribe("down")
	const n = 40
	items := w.readyMany(n)
	w.start()
	w.quiet()
	for b.Loop() {
		if len(items) == 0 {
			b.StopTimer()
			items = w.readyMany(n)
			w.quiet()
			b.StartTimer()
		}
		w.measure(b, items, site)
		items = nil
	}
}

func (w *town) measure(b *testing.B, items []content.Item, site *receiver.Receiver) {
	var visible, searchable, downstream []time.Duration
	for _, it := range items {
		start := time.Now()
		w.release(it)
		since := func(what string, ok func() bool) time.Duration {
			eventually(b, what, ok)
			return time.Since(start)
		}
		visible = append(visible, since("visible", func() bool { return w.page(it.ID, "www").State == publication.Shows }))
		searchable = append(searchable, since("searchable", func() bool {
			_, err := w.index.Get(context.Background(), publication.PageID(it.ID, "www"))
			return err == nil
		}))
		downstream = append(downstream, since("downstream", func() bool { return site.Shown()[it.ID].State == "edition" }))
		w.quiet()
	}
	b.ReportMetric(median(visible), "ms-visible")
	b.ReportMetric(median(searchable), "ms-searchable")
	b.ReportMetric(median(downstream), "ms-downstream")
}

// pages counts those that show, hits what the index finds.
func (w *town) pages() int {
	n, err := w.public.Pages.Count(context.Background(), []store.Cond{store.Eq("site", "www"), store.Eq("listed", true)}, 0)
	w.check(err)
	return n
}

func (w *town) hits() int {
	r, err := w.index.Search(context.Background(), search.Query{Text: "事项", Site: "www"})
	w.check(err)
	return r.Total
}

// BenchmarkThousandAtOnce releases 1,000 items as fast as sixteen people can
// and measures when every page, the index and a downstream site show them all.
func BenchmarkThousandAtOnce(b *testing.B) {
	n := 1000
	if testing.Short() {
		n = 200
	}
	for b.Loop() {
		b.StopTimer()
		w := newTown(b)
		site := w.subscribe("down")
		items := w.readyMany(n)
		stop := w.start()
		w.quiet()
		b.StartTimer()
		start := time.Now()
		var wg sync.WaitGroup
		for part := range 16 {
			wg.Go(func() {
				for i := part; i < n; i += 16 {
					w.release(items[i])
				}
			})
		}
		wg.Wait()
		b.ReportMetric(time.Since(start).Seconds(), "s-released")
		for _, part := range []struct {
			unit string
			done func() bool
		}{
			{"s-pages", func() bool { return w.pages() == n }},
			{"s-downstream", func() bool { return len(site.Shown()) == n }},
			{"s-index", func() bool { return w.hits() == n }},
			{"s-all-channels", func() bool { return !w.owed() }},
		} {
			for end := time.Now().Add(2 * time.Minute); !part.done() && time.Now().Before(end); {
				time.Sleep(50 * time.Millisecond)
			}
			b.ReportMetric(time.Since(start).Seconds(), part.unit)
		}
		b.StopTimer()
		if w.owed() || w.pages() != n || len(site.Shown()) != n || w.hits() != n {
			b.Errorf("of %d: %d pages, %d downstream, %d in the index", n, w.pages(), len(site.Shown()), w.hits())
		}
		stop()
		b.StartTimer()
	}
}
