// The conformance suite that every search.Index passes.

// Package searchtest holds the suite for implementations of search.Index, with
// a judged query set over a small generated collection.
package searchtest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"gongkai"
	"gongkai/search"
)

// Run tests an implementation. open gives an empty index that is the test's
// own, with the groups of Synonyms, and closes it in t.Cleanup.
func Run(t *testing.T, open func(t *testing.T) search.Index) {
	for _, c := range []struct {
		name string
		test func(*testing.T, *bench)
	}{
		{"what was put is found and held", put},
		{"an older state never replaces a newer one", stale},
		{"a deletion outlives late arrivals", deletion},
		{"all of a put or nothing", atomic},
		{"filters narrow, subtrees include", filters},
		{"terms narrow, facets count", facets},
		{"the newest come first, page by page", newest},
		{"the best come first, page by page", best},
		{"long lists are counted up to a bound", longLists},
		{"a cursor opens only what it was made for", cursors},
		{"hostile text is never a failure", hostile},
		{"bad requests are told apart", badRequests},
		{"the judged queries", judged},
		{"reset empties", reset},
		{"a rebuild loses nothing and resurrects nothing", rebuild},
		{"many at once", concurrent},
		{"a cancelled search stops", cancelled},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, &bench{T: t, index: open(t)}) })
	}
}

// bench is an index under test.
type bench struct {
	*testing.T
	index search.Index
}

func (b *bench) put(docs ...search.Doc) {
	b.Helper()
	if err := b.index.Put(b.Context(), docs...); err != nil {
		b.Fatal(err)
	}
}

func (b *bench) delete(id string, epoch, seq int64) { //nolint:unparam // an epoch stands before every seq
	b.Helper()
	if err := b.index.Delete(b.Context(), id, epoch, seq); err != nil {
		b.Fatal(err)
	}
}

func (b *bench) search(q search.Query) search.Result {
	b.Helper()
	r, err := b.index.Search(b.Context(), q)
	if err != nil {
		b.Fatal(err)
	}
	return r
}

func (b *bench) find(text string) search.Result { return b.search(search.Query{Text: text}) }

func (b *bench) items(r search.Result) []string {
	out := make([]string, len(r.Hits))
	for i, h := range r.Hits {
		out[i] = h.Item
	}
	return out
}

// want checks the items of an answer in order, and its total.
func (b *bench) want(q search.Query, items ...string) {
	b.Helper()
	r := b.search(q)
	if got := b.items(r); !slices.Equal(got, items) {
		b.Errorf("%+v: got %v, want %v", q, got, items)
	}
	if r.Total != len(items) || r.More {
		b.Errorf("%+v: total %d, more %v, want %d", q, r.Total, r.More, len(items))
	}
}

func (b *bench) refused(err error, kind gongkai.Kind) {
	b.Helper()
	if err == nil || gongkai.KindOf(err) != kind {
		b.Errorf("got %v, want an error that is %v", err, kind)
	}
	var own *gongkai.Error
	if err != nil && (!errors.As(err, &own) || own.Zh == "" || own.En == "") {
		b.Errorf("no message for people: %v", err)
	}
}

func page(item, title string, seq int64) search.Doc {
	return search.Doc{ID: item + ".main", Item: item, Site: "main", Title: title, Published: start, Epoch: 1, Seq: seq}
}

func put(_ *testing.T, b *bench) {
	b.put()
	b.put(page("a", "河道清淤", 3), page("b", "水库巡查", 1))
	b.want(search.Query{Text: "河道"}, "a")
	h := b.find("河道").Hits[0]
	if h.ID != "a.main" || h.Site != "main" || h.Epoch != 1 || h.Seq != 3 || h.Score <= 0 {
		b.Errorf("hit %+v", h)
	}
	held, err := b.index.Get(b.Context(), "a.main")
	if err != nil || held.Item != "a" || held.Site != "main" || held.Epoch != 1 || held.Seq != 3 {
		b.Errorf("held %+v, %v", held, err)
	}
	_, err = b.index.Get(b.Context(), "nobody.main")
	b.refused(err, gongkai.Missing)
	if err := b.index.Ping(b.Context()); err != nil {
		b.Error(err)
	}
}

func stale(_ *testing.T, b *bench) {
	b.put(page("a", "河道清淤", 5))
	b.put(page("a", "旧标题", 4))
	b.put(page("a", "同号标题", 5))
	b.want(search.Query{Text: "河道"}, "a")
	b.want(search.Query{Text: "标题"})
	b.put(page("a", "水库巡查", 6))
	b.want(search.Query{Text: "河道"})
	b.want(search.Query{Text: "水库"}, "a")
	restored := page("a", "堤防加固", 1)
	restored.Epoch = 2
	b.put(restored, page("a", "又旧标题", 9)) // in one call the newest counts
	b.want(search.Query{Text: "堤防"}, "a")
	b.want(search.Query{}, "a")
}

func deletion(_ *testing.T, b *bench) {
	b.put(page("a", "河道清淤", 5), page("b", "河道巡查", 1))
	b.delete("a.main", 1, 4)
	b.want(search.Query{Text: "清淤"}, "a")
	b.delete("a.main", 1, 6)
	b.want(search.Query{Text: "河道"}, "b")
	_, err := b.index.Get(b.Context(), "a.main")
	b.refused(err, gongkai.Missing)
	b.put(page("a", "河道清淤", 5))
	b.put(page("a", "河道清淤", 6))
	b.want(search.Query{Text: "清淤"})
	b.delete("a.main", 1, 2) // an older deletion does not lower the marker
	b.put(page("a", "河道清淤", 3))
	b.want(search.Query{Text: "清淤"})
	b.put(page("a", "河道清淤", 7))
	b.want(search.Query{Text: "清淤"}, "a")
	b.delete("a.main", 1, 7) // on a tie the deletion wins
	b.want(search.Query{Text: "清淤"})
	b.delete("never-put.main", 1, 9)
	b.put(page("never-put", "迟到的页面", 8))
	b.want(search.Query{Text: "迟到"})
}

func atomic(_ *testing.T, b *bench) {
	err := b.index.Put(b.Context(), page("a", "河道清淤", 1), search.Doc{Title: "没有标识"})
	b.refused(err, gongkai.Invalid)
	b.want(search.Query{Text: "河道"})
}

func filters(_ *testing.T, b *bench) {
	doc := func(item, site, column, kind, unit, path, lang, validity string, year int, published int64) search.Doc {
		return search.Doc{ID: item + "." + site, Item: item, Site: site, Column: "c", ColumnPath: column, Kind: kind, Unit: unit,
			UnitPath: path, Lang: lang, Validity: validity, Year: year, Published: published, Title: "年度计划", Epoch: 1, Seq: 1}
	}
	b.put(
		doc("a", "main", "/gov/plan/", "policy", "u1", "/city/u1/", "zh", "in_force", 2020, start+4*day),
		doc("b", "main", "/gov/plan/old/", "policy", "u2", "/city/u1/u2/", "zh", "lapsed", 2019, start+3*day),
		doc("c", "east", "/gov/planning/", "notice", "u3", "/city/u3/", "en", "", 2020, start+2*day),
		doc("d", "Main", "", "Policy", "", "", "", "", 0, start+day),
	)
	for _, text := range []string{"计划", ""} {
		for _, c := range []struct {
			q    search.Query
			want []string
		}{
			{search.Query{}, []string{"a", "b", "c", "d"}},
			{search.Query{Site: "main"}, []string{"a", "b"}},
			{search.Query{Site: "Main"}, []string{"d"}},
			{search.Query{ColumnPath: "/gov/plan/"}, []string{"a", "b"}},
			{search.Query{ColumnPath: "/gov/plan"}, []string{"a", "b"}},
			{search.Query{ColumnPath: "/gov/"}, []string{"a", "b", "c"}},
			{search.Query{ColumnPath: "/gov/plan/old/"}, []string{"b"}},
			{search.Query{Kind: "policy"}, []string{"a", "b"}},
			{search.Query{Unit: "u1"}, []string{"a"}},
			{search.Query{UnitPath: "/city/u1/"}, []string{"a", "b"}},
			{search.Query{Lang: "en"}, []string{"c"}},
			{search.Query{Validity: "lapsed"}, []string{"b"}},
			{search.Query{Year: 2020}, []string{"a", "c"}},
			{search.Query{From: start + 3*day}, []string{"a", "b"}},
			{search.Query{To: start + 2*day}, []string{"c", "d"}},
			{search.Query{From: start + 2*day, To: start + 3*day}, []string{"b", "c"}},
			{search.Query{From: start + 2*day + 1, To: start + 3*day - 1}, nil},
			{search.Query{Year: 2020, Kind: "policy", Site: "main"}, []string{"a"}},
			{search.Query{Site: "\" OR 1=1 --"}, nil},
		} {
			c.q.Text, c.q.Sort = text, search.SortNewest
			b.want(c.q, c.want...)
		}
	}
}

// crowd are documents of a few dates, many on the same second.
func crowd(n int) []search.Doc {
	docs := make([]search.Doc, n)
	for i := range docs {
		docs[i] = page(fmt.Sprintf("i%05d", i), fmt.Sprintf("巡查记录第%d号", i), 1)
		docs[i].Published = start + int64(i%7)*1000 + int64(i%3)
	}
	return docs
}

// pages reads a list to its end and checks that no hit comes twice.
func (b *bench) pages(q search.Query) []search.Hit {
	b.Helper()
	var out []search.Hit
	seen := map[string]bool{}
	for {
		r := b.search(q)
		for _, h := range r.Hits {
			if seen[h.ID] {
				b.Fatalf("%s came twice", h.ID)
			}
			seen[h.ID] = true
		}
		out = append(out, r.Hits...)
		if r.Next == "" {
			return out
		}
		if len(r.Hits) != q.Limit {
			b.Fatalf("a page of %d that is not the last, limit %d", len(r.Hits), q.Limit)
		}
		q.After = r.Next
	}
}

func newest(_ *testing.T, b *bench) {
	docs := crowd(333)
	published := map[string]int64{}
	for _, d := range docs {
		published[d.ID] = d.Published
	}
	b.put(docs[200:]...)
	b.put(docs[:200]...)
	for _, text := range []string{"", "巡查"} {
		hits := b.pages(search.Query{Text: text, Sort: search.SortNewest, Limit: 10})
		if len(hits) != len(docs) {
			b.Errorf("%q: %d hits of %d", text, len(hits), len(docs))
		}
		if !slices.IsSortedFunc(hits, func(x, y search.Hit) int { return int(published[y.ID] - published[x.ID]) }) {
			b.Errorf("%q: not the newest first", text)
		}
	}
	hits := b.pages(search.Query{From: start + 1, To: start + 2000, Limit: 7})
	want := 0
	for _, p := range published {
		if p > start && p <= start+2000 {
			want++
		}
	}
	if len(hits) != want {
		b.Errorf("%d hits between the dates, want %d", len(hits), want)
	}
}

func best(_ *testing.T, b *bench) {
	b.put(crowd(333)...)
	hits := b.pages(search.Query{Text: "巡查记录", Limit: 50})
	if len(hits) != 333 {
		b.Errorf("%d hits of 333", len(hits))
	}
	if !slices.IsSortedFunc(hits, func(x, y search.Hit) int { return int((y.Score - x.Score) * 1e9) }) {
		b.Error("scores rise within the list")
	}
	if r := b.search(search.Query{Text: "巡查记录", Limit: 1}); r.Total != 333 || r.More {
		b.Errorf("total %d, more %v", r.Total, r.More)
	}
}

func longLists(t *testing.T, b *bench) {
	if testing.Short() {
		t.Skip("ten thousand documents, one after the other")
	}
	docs := crowd(search.CountLimit + 50)
	for i := range docs {
		docs[i].Title, docs[i].Text = "简讯", "会议纪要"
		docs[i].Published = start + int64(i)*day/24
	}
	docs[40].Title = "会议安排" // an old one, with the word in its title
	for len(docs) > 0 {
		n := min(len(docs), 2500)
		b.put(docs[:n]...)
		docs = docs[n:]
	}
	r := b.search(search.Query{Text: "会议", Limit: 100})
	if r.Total != search.CountLimit || !r.More {
		t.Errorf("total %d, more %v", r.Total, r.More)
	}
	if len(r.Hits) == 0 || r.Hits[0].Item != "i00040" {
		t.Error("the word in the title does not lead a long list")
	}
	if n := len(b.pages(search.Query{Text: "会议", Limit: 100})); n != search.RankedHits {
		t.Errorf("a list by relevance went on to %d hits", n)
	}
	for _, q := range []search.Query{{}, {Text: "会议", Sort: search.SortNewest}, {From: start}} {
		if r := b.search(q); r.Total != search.CountLimit || !r.More {
			t.Errorf("%+v: total %d, more %v", q, r.Total, r.More)
		}
	}
	q := search.Query{Text: "会议", Sort: search.SortNewest, Limit: 1}
	q.After = b.search(q).Next
	if r := b.search(q); r.Total != search.CountLimit || !r.More {
		t.Errorf("the second page: total %d, more %v", r.Total, r.More)
	}
}

func cursors(_ *testing.T, b *bench) {
	b.put(crowd(30)...)
	q := search.Query{Text: "巡查", Limit: 10}
	next := b.search(q).Next
	if next == "" {
		b.Fatal("no second page")
	}
	smaller := q
	smaller.After, smaller.Limit = next, 3
	if got := len(b.search(smaller).Hits); got != 3 {
		b.Errorf("another page size gave %d hits", got)
	}
	bad := []string{"x", next + "A", next[1:], strings.Repeat("A", 4096), "\x00", "é", "=" + next}
	for i := range next {
		flipped := []byte(next)
		flipped[i] = "AB"[(flipped[i]&1)^1]
		if string(flipped) != next {
			bad = append(bad, string(flipped))
		}
	}
	for _, after := range bad {
		q.After = after
		_, err := b.index.Search(b.Context(), q)
		b.refused(err, gongkai.Invalid)
	}
	for _, other := range []search.Query{{Text: "记录"}, {Text: "巡查", Site: "main"}, {Text: "巡查", Sort: search.SortNewest}} {
		other.After = next
		_, err := b.index.Search(b.Context(), other)
		b.refused(err, gongkai.Invalid)
	}
}
