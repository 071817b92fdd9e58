// Figures of the embedded index: indexing, a usual query, a very common word.

package search_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gongkai/search"
)

// writer makes texts out of a vocabulary of its own, frequent words first, as
// language does: 8,000 words of two to four characters.
type writer struct {
	*rand.Rand
	often *rand.Zipf
	words []string
}

func newWriter() *writer {
	r := rand.New(rand.NewPCG(1, 2))
	w := &writer{Rand: r, often: rand.NewZipf(r, 1.05, 8, 7999), words: make([]string, 8000)}
	for i := range w.words {
		for range 2 + r.IntN(3) {
			w.words[i] += string(rune(0x4e00 + r.IntN(2500)))
		}
	}
	return w
}

// document is 3 KB of made-up Chinese. 工程 is in six of ten documents, and
// each word of the form 专题怅 in one of 67.
func (w *writer) document(n int) search.Doc {
	var b strings.Builder
	for b.Len() < 3000 {
		b.WriteString(w.words[w.often.Uint64()])
		if w.IntN(5) == 0 {
			b.WriteString("，")
		}
	}
	title := b.String()[:60]
	if w.IntN(10) < 6 {
		b.WriteString("，工程")
	}
	b.WriteString("，专题" + string(rune(0x6000+w.IntN(67))))
	return search.Doc{
		ID: fmt.Sprintf("%07d.main", n), Item: fmt.Sprintf("%07d", n), Site: "main", ColumnPath: fmt.Sprintf("/gov/c%d/", n%30),
		Kind: "article", Unit: "u", UnitPath: "/city/u/", Lang: "zh", Validity: "in_force", Year: 2010 + n%15, Title: title,
		DocNo: fmt.Sprintf("测政发〔%d〕%d号", 2010+n%15, n), Text: b.String(), Published: int64(n) * 3_000_000, Epoch: 1, Seq: 1,
	}
}

func fill(t testing.TB, l *search.Local, n int) time.Duration {
	w := newWriter()
	var spent time.Duration
	for from := 0; from < n; from += 1000 {
		docs := make([]search.Doc, min(1000, n-from))
		for i := range docs {
			docs[i] = w.document(from + i)
		}
		start := time.Now()
		check(t, l.Put(t.Context(), docs...))
		spent += time.Since(start)
	}
	return spent
}

func BenchmarkPutAThousand(b *testing.B) {
	l := open(b, filepath.Join(b.TempDir(), "search.db"))
	var spent time.Duration
	n := 0
	for b.Loop() {
		spent += fill(b, l, 1000)
		check(b, l.Reset(b.Context()))
		n += 1000
	}
	b.ReportMetric(float64(n)/spent.Seconds(), "docs/s")
}

func queries() []search.Query {
	return []search.Query{
		{Text: "专题怅"}, {Text: "专题怅", ColumnPath: "/gov/", Site: "main"}, {Text: "专题怅", Year: 2015}, {Text: "工程"}, {Text: "工程", Site: "main"},
		{Text: "工程 专题怅"}, {Text: "工程", Sort: search.SortNewest}, {Text: "工程", Year: 2015, Sort: search.SortNewest}, {Text: "测政发〔2015〕50号"}, {Text: "工"}, {Text: "一"},
		{ColumnPath: "/gov/c5/"}, {}, {Text: "号"}, {Text: "一 丁 七 万 丈 三 上 下 不 与 丐 丑"},
	}
}

func benchmarkQueries(b *testing.B, n int) {
	path := filepath.Join(b.TempDir(), "search.db")
	l := open(b, path)
	spent := fill(b, l, n)
	info, err := os.Stat(path)
	check(b, err)
	b.Logf("%d documents at %.0f/s, %d MB", n, float64(n)/spent.Seconds(), info.Size()>>20)
	for _, q := range queries() {
		b.Run(fmt.Sprintf("%s %s %s %d %s", q.Text, q.Site, q.ColumnPath, q.Year, q.Sort), func(b *testing.B) {
			var r search.Result
			for b.Loop() {
				r, err = l.Search(b.Context(), q)
				check(b, err)
			}
			b.ReportMetric(float64(r.Total), "hits")
		})
	}
}

func BenchmarkSearch10k(b *testing.B) { benchmarkQueries(b, 10_000) }

func BenchmarkSearch100k(b *testing.B) {
	if os.Getenv("GONGKAI_LONG") == "" {
		b.Skip("a hundred thousand documents: set GONGKAI_LONG=1")
	}
	benchmarkQueries(b, 100_000)
}
