// Benchmarks over documents of 3 KB: 10,000 of them, with GONGKAI_LONG=1 also
// 100,000 and 1,000,000.

package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"gongkai/store"
)

type article struct {
	store.Meta
	Column  string   `json:"column"`
	State   string   `json:"state"`
	Updated int64    `json:"updated"`
	Number  string   `json:"number,omitempty"`
	Due     int64    `json:"due,omitempty"`
	Tags    []string `json:"tags,omitempty"`
	Title   string   `json:"title"`
	Body    string   `json:"body"`
}

var articles = store.Spec[article]{Name: "articles", Schema: 1, Indexes: []store.Index{
	{Name: "newest", Fields: []string{"column", "state", "updated"}},
	{Name: "number", Fields: []string{"number"}, Unique: true},
	{Name: "due", Fields: []string{"due"}},
}}

// prose is text that looks like a notice: 1,000 characters, 3 KB.
var prose = strings.Repeat("关于公开征求意见的通知，各有关单位应当在规定期限内依法公开政府信息。县人民政府办公室印发本办法，自发布之日起施行。", 18)

func sample(i int) article {
	return article{Meta: store.Meta{ID: fmt.Sprintf("item-%08d", i)}, Column: fmt.Sprintf("site/column-%02d", i%40), State: []string{"live", "draft", "review"}[i%3],
		Updated: 1_700_000_000_000 + int64(i)*977, Number: fmt.Sprintf("11330000-%08d", i), Title: fmt.Sprintf("第%d号通知", i), Body: prose[i%60*3 : len(prose)-90]}
}

func BenchmarkStore(b *testing.B) {
	sizes := []int{10_000}
	if os.Getenv("GONGKAI_LONG") != "" {
		sizes = append(sizes, 100_000, 1_000_000)
	}
	for _, size := range sizes {
		b.Run(fmt.Sprintf("items=%d", size), func(b *testing.B) { benchSize(b, size) })
	}
}

func benchSize(b *testing.B, size int) {
	ctx := b.Context()
	db, err := store.OpenSQLite(ctx, filepath.Join(b.TempDir(), "bench.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	c, err := store.Use(ctx, db, articles)
	if err != nil {
		b.Fatal(err)
	}
	start := time.Now()
	fill(b, c, 0, size)
	filled := float64(size) / time.Since(start).Seconds()
	b.Run("BulkInsert", func(b *testing.B) {
		for range b.N { // the filling itself is the measurement
		}
		b.ReportMetric(filled, "items/s")
	})
	b.Run("Get", func(b *testing.B) { benchGet(b, c, size) })
	b.Run("UpdateAlone", func(b *testing.B) { benchUpdate(b, c, size, 1) })
	b.Run("Update16", func(b *testing.B) { benchUpdate(b, c, size, 16) })
	b.Run("List20Newest", func(b *testing.B) { benchList(b, c) })
}

func fill(b *testing.B, c *store.Collection[article], from, to int) {
	for from < to {
		docs := make([]article, 0, 2000)
		for ; from < to && len(docs) < cap(docs); from++ {
			docs = append(docs, sample(from))
		}
		if n, err := c.InsertMany(context.Background(), docs); err != nil || n != len(docs) {
			b.Fatal(n, err)
		}
	}
}

// cpuMeter reports the processor time of an operation, which other programs on
// the machine disturb less than its duration.
func cpuMeter(b *testing.B) (report func()) {
	before := cpuTime()
	return func() { b.ReportMetric(float64((cpuTime()-before).Microseconds())/float64(b.N), "cpu-µs/op") }
}

func cpuTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func benchGet(b *testing.B, c *store.Collection[article], size int) {
	cpu := cpuMeter(b)
	for range b.N {
		if _, err := c.Get(b.Context(), sample(rand.IntN(size)).ID); err != nil {
			b.Fatal(err)
		}
	}
	cpu()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "gets/s")
}

func benchUpdate(b *testing.B, c *store.Collection[article], size, writers int) {
	cpu := cpuMeter(b)
	var left atomic.Int64
	left.Store(int64(b.N))
	var group sync.WaitGroup
	for range writers {
		group.Go(func() {
			for left.Add(-1) >= 0 {
				if _, err := c.Update(b.Context(), sample(rand.IntN(size)).ID, 0, func(a *article) error { a.Updated += 5; return nil }); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	cpu()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "updates/s")
}

func benchList(b *testing.B, c *store.Collection[article]) {
	cpu := cpuMeter(b)
	times := make([]time.Duration, 0, b.N)
	for i := range b.N {
		start := time.Now()
		page, err := c.Find(b.Context(), store.Query{Where: []store.Cond{store.Eq("column", sample(i).Column), store.Eq("state", "live")}, Sort: []string{"-updated"}})
		if err != nil || len(page.Docs) != 20 {
			b.Fatal(len(page.Docs), err)
		}
		times = append(times, time.Since(start))
	}
	cpu()
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, "ms-median")
}
