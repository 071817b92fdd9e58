// How cost grows with the number of items: the figures of docs/scale.md.

package jobs_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"gongkai/publication"
	"gongkai/store"
)

// BenchmarkGrowth lets one town grow and measures at each size what an item
// takes on the disk, and how long its way takes: from draft to signed (create,
// settle, submit, sheet, three passes), from release to the page, and one list
// of the content side.
func BenchmarkGrowth(b *testing.B) {
	sizes := []int{250}
	if os.Getenv("GONGKAI_LONG") != "" {
		sizes = []int{1_000, 3_000, 10_000}
	}
	w := newTown(b)
	site := w.subscribe("down")
	w.start()
	have := 0
	for _, size := range sizes {
		w.releaseMany(size - have)
		for w.owed() { // thousands take their time
			time.Sleep(100 * time.Millisecond)
		}
		have = size
		b.Run(fmt.Sprintf("items=%d", size), func(b *testing.B) {
			var signed, told, listed []time.Duration
			for b.Loop() {
				start := time.Now()
				it := w.ready(longer("关于增长的通知"))
				signed = append(signed, time.Since(start))
				start = time.Now()
				w.release(it)
				eventually(b, "visible", func() bool { return w.page(it.ID, "www").State == publication.Shows })
				told = append(told, time.Since(start))
				start = time.Now()
				_, err := w.public.Pages.Find(context.Background(), store.Query{Where: []store.Cond{store.Eq("site", "www"), store.Eq("listed", true)}, Sort: []string{"-published"}})
				w.check(err)
				listed = append(listed, time.Since(start))
				have++
			}
			b.ReportMetric(median(signed), "ms-signed")
			b.ReportMetric(median(told), "ms-visible")
			b.ReportMetric(median(listed), "ms-list")
			for _, name := range []string{"restricted.db", "public.db", "index.db"} {
				b.ReportMetric(w.kilobytes(name)/float64(have), "KB/item-"+name[:len(name)-3])
			}
		})
		w.quiet()
	}
	if shown := len(site.Shown()); shown != have {
		b.Errorf("the site shows %d of %d", shown, have)
	}
}

// releaseMany brings n items out, sixteen people at once.
func (w *town) releaseMany(n int) {
	for ; n > 0; n -= 500 {
		var wg sync.WaitGroup
		items := w.readyMany(min(n, 500))
		for part := range 16 {
			wg.Go(func() {
				for i := part; i < len(items); i += 16 {
					w.release(items[i])
				}
			})
		}
		wg.Wait()
	}
}

// kilobytes of a database with its log.
func (w *town) kilobytes(name string) (kb float64) {
	for _, tail := range []string{"", "-wal"} {
		if info, err := os.Stat(filepath.Join(w.dir, name+tail)); err == nil {
			kb += float64(info.Size()) / 1024
		}
	}
	return kb
}
