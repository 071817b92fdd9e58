// Queries: what they find, in which order, and which are refused.

package storetest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"gongkai"
	"gongkai/store"
)

type state string // a named text, as the domain has them

var queries = []test{
	{"equality on texts, numbers, booleans and named types", func(s *suite) {
		c := s.papers()
		s.insert(c, paper{Meta: id("a"), Column: "c1", State: "live", Updated: 1, Title: "t", Urgent: true},
			paper{Meta: id("b"), Column: "c1", State: "draft", Updated: 2, Title: "tt"}, paper{Meta: id("c"), Column: "c2", State: "live", Updated: 3})
		for want, where := range map[string][]store.Cond{
			"[a]":     {store.Eq("column", "c1"), store.Eq("state", state("live"))},
			"[b]":     {store.Eq("updated", 2)},
			"[c]":     {store.Eq("updated", uint8(3))},
			"[]":      {store.Eq("updated", "3")},
			"[a b]":   {store.Eq("column", "c1"), store.In("state", "draft", "live", "live")},
			"[a c]":   {store.In("column", "c1", "c2"), store.Eq("state", "live")},
			"[a b c]": {store.In("id", "a", "b", "c", "x")},
			"[ a]":    {store.Eq("urgent", true)},
			"[ c]":    {store.Gt("id", "b")},
		} {
			s.equal(s.ids(c, store.Query{Where: where}), strings.Replace(want, "[ ", "[", 1))
		}
		s.equal(s.ids(c, store.Query{Where: []store.Cond{store.In[string]("title")}}), []string{})
	}},
	{"ranges and prefixes stay within their type", func(s *suite) {
		c := s.papers()
		for _, title := range []string{"", "a", "a/b", "a/b/c", "a/bc", "b"} {
			s.insert(c, paper{Meta: id("t" + title), Title: title})
		}
		find := func(w ...store.Cond) []string { return s.ids(c, store.Query{Where: w, Sort: []string{"title"}}) }
		s.equal(find(store.Prefix("title", "a/b")), "[ta/b ta/b/c ta/bc]")
		s.equal(find(store.Prefix("title", "a/b/")), "[ta/b/c]")
		s.equal(find(store.Prefix("title", "")), "[ta ta/b ta/b/c ta/bc tb]")
		s.equal(find(store.Gt("title", "a/b")), "[ta/b/c ta/bc tb]")
		s.equal(find(store.Gte("title", "a/b"), store.Lt("title", "b")), "[ta/b ta/b/c ta/bc]")
		s.equal(find(store.Lte("title", "a/b")), "[ta ta/b]")
		s.equal(find(store.Lt("title", "a"), store.Exists("title")), "[]")
		s.equal(find(store.Gt("title", 5)), "[]")
		s.equal(s.ids(c, store.Query{Where: []store.Cond{store.Prefix("id", "ta/b")}}), "[ta/b ta/b/c ta/bc]")
		s.equal(s.ids(c, store.Query{Where: []store.Cond{store.Gte("id", "ta"), store.Lt("id", "ta/b")}, Sort: []string{"-id"}}), "[ta]")
	}},
	{"sparse fields answer what is due", func(s *suite) {
		c := s.papers()
		s.insert(c, paper{Meta: id("later"), Due: 90}, paper{Meta: id("now"), Due: 10}, paper{Meta: id("nothing")}, paper{Meta: id("past"), Due: -5})
		s.equal(s.ids(c, store.Query{Where: []store.Cond{store.Exists("due")}, Sort: []string{"due"}}), "[past now later]")
		s.equal(s.ids(c, store.Query{Where: []store.Cond{store.Lte("due", 10)}, Sort: []string{"due"}}), "[past now]")
		s.equal(s.ids(c, store.Query{Where: []store.Cond{store.Exists("due"), store.Gt("due", -5), store.Lt("due", 90)}, Sort: []string{"-due"}}), "[now]")
		_, err := c.Update(s.Context(), "now", 0, func(p *paper) error { p.Due = 0; return nil })
		s.ok(err)
		s.equal(s.ids(c, store.Query{Where: []store.Cond{store.Exists("due")}}), "[past later]")
	}},
	{"equality on a list means contains", func(s *suite) {
		c := s.papers()
		s.insert(c, paper{Meta: id("a"), Tags: []string{"x", "y", "x"}, Updated: 3}, paper{Meta: id("b"), Tags: []string{"y"}, Updated: 2},
			paper{Meta: id("c"), Tags: []string{"xy", ""}, Updated: 1}, paper{Meta: id("d")})
		tag := func(conds ...store.Cond) store.Query { return store.Query{Where: conds, Sort: []string{"-updated"}} }
		s.equal(s.ids(c, tag(store.Eq("tags", "y"))), "[a b]")
		s.equal(s.ids(c, tag(store.Eq("tags", "x"))), "[a]")
		s.equal(s.ids(c, tag(store.In("tags", "x", "y", "xy"))), "[a b c]")
		n, err := c.Count(s.Context(), []store.Cond{store.In("tags", "x", "y", "xy")}, 0)
		s.ok(err)
		s.equal(n, 3)
		_, err = c.Update(s.Context(), "a", 0, func(p *paper) error { p.Tags = []string{"z", "y"}; return nil })
		s.ok(err)
		s.equal(s.ids(c, tag(store.Eq("tags", "x"))), "[]")
		s.equal(s.ids(c, tag(store.Eq("tags", "z"))), "[a]")
		_, err = c.Update(s.Context(), "a", 0, func(p *paper) error { p.Updated = 1; return nil })
		s.ok(err)
		s.equal(s.ids(c, tag(store.Eq("tags", "y"))), "[b a]")
	}},
	{"paths lead through maps, parts and lists of parts", func(s *suite) {
		c := s.papers()
		s.insert(c, paper{Meta: id("a"), Fields: map[string]string{"doc_no": "1", "other": "2"}, Live: &live{Unit: "u"}, Places: []place{{"s1", "/a"}, {"s2", "/b"}}})
		for _, q := range []store.Cond{store.Eq("fields.doc_no", "1"), store.Eq("live.unit", "u"), store.Eq("places.path", "/b"), store.In("places.path", "/a", "/b", "/c")} {
			s.equal(s.ids(c, store.Query{Where: []store.Cond{q}}), "[a]")
		}
		s.equal(s.ids(c, store.Query{Where: []store.Cond{store.Eq("fields.doc_no", "2")}}), "[]")
	}},
	{"a count stops at its limit", func(s *suite) {
		c := s.papers()
		for i := range 30 {
			s.insert(c, paper{Meta: id(fmt.Sprint(i)), Column: "c", State: []string{"live", "draft", "gone"}[i%3]})
		}
		for _, w := range []struct {
			where []store.Cond
			max   int
			want  int
		}{
			{nil, 0, 30}, {nil, 7, 7}, {[]store.Cond{store.Eq("column", "c")}, 0, 30}, {[]store.Cond{store.Eq("column", "c"), store.In("state", "live", "draft")}, 0, 20},
			{[]store.Cond{store.Eq("column", "c"), store.In("state", "live", "draft")}, 15, 15}, {[]store.Cond{store.Eq("column", "none")}, 0, 0},
		} {
			n, err := c.Count(s.Context(), w.where, w.max)
			s.ok(err)
			s.equal(n, w.want)
		}
	}},
	{"a query without an index is refused and told which one it needs", func(s *suite) {
		c := s.papers()
		for _, q := range []struct {
			code, need string
			query      store.Query
		}{
			{"no_index", "papers(state)", store.Query{Where: []store.Cond{store.Eq("state", "live")}}},
			{"no_index", "papers(column, title)", store.Query{Where: []store.Cond{store.Eq("column", "c")}, Sort: []string{"-title"}}},
			{"no_index", "papers(column, updated)", store.Query{Where: []store.Cond{store.Eq("column", "c")}, Sort: []string{"updated"}}},
			{"no_index", "papers(live.seq)", store.Query{Sort: []string{"live.seq"}}},
			{"no_index", "papers(number)", store.Query{Sort: []string{"number"}}}, // unique: lacks those without number
			{"no_index", "papers(number)", store.Query{Where: []store.Cond{store.Eq("number", nil)}}},
			{"no_index", "papers(tags)", store.Query{Where: []store.Cond{store.Prefix("tags", "x")}}},
			{"unservable", "updated", store.Query{Where: []store.Cond{store.Gt("updated", 1)}, Sort: []string{"title"}}},
			{"unservable", "title", store.Query{Where: []store.Cond{store.Gt("updated", 1), store.Prefix("title", "x")}}},
			{"unservable", "title", store.Query{Sort: []string{"updated", "-title"}}},
			{"unservable", "tags", store.Query{Where: []store.Cond{store.Eq("tags", "a"), store.Eq("tags", "b")}}},
		} {
			_, err := c.Find(s.Context(), q.query)
			s.fails(err, gongkai.Internal, q.code)
			s.where(err, q.need)
		}
		_, err := c.Count(s.Context(), []store.Cond{store.Eq("state", "live")}, 0)
		s.fails(err, gongkai.Internal, "no_index")
		_, err = c.Find(s.Context(), store.Query{Where: []store.Cond{store.Eq("title", 1.5)}})
		s.fails(err, gongkai.Invalid, "bad_value")
	}},
}

var paging = []test{
	{"pages join without gap or repetition, both ways, in every kind of walk", func(s *suite) {
		c := s.papers()
		fillMixed(s, c)
		for _, q := range []store.Query{
			{}, {Sort: []string{"id"}}, {Sort: []string{"updated"}}, {Sort: []string{"title"}},
			{Where: []store.Cond{store.Eq("column", "c1"), store.Eq("state", "live")}, Sort: []string{"updated"}},
			{Where: []store.Cond{store.In("column", "c1", "c2"), store.In("state", "live", "draft")}, Sort: []string{"updated"}},
			{Where: []store.Cond{store.In("tags", "t1", "t2")}, Sort: []string{"updated"}}, {Where: []store.Cond{store.Eq("tags", "t1")}, Sort: []string{"updated"}},
			{Where: []store.Cond{store.In("number", "1", "2", "3", "4", "5")}}, {Where: []store.Cond{store.In("number", "1", "2", "3", "4", "5")}, Sort: []string{"id"}},
			{Where: []store.Cond{store.Prefix("number", "1")}, Sort: []string{"number"}}, {Where: []store.Cond{store.Eq("column", "c1")}},
			{Where: []store.Cond{store.Exists("due")}, Sort: []string{"due"}}, {Where: []store.Cond{store.Prefix("title", "t")}},
			{Where: []store.Cond{store.In("id", "p003", "p001", "p002", "p077")}}, {Where: []store.Cond{store.Prefix("id", "p0")}},
		} {
			q.Limit = 1000
			whole := s.ids(c, q)
			s.equal(len(whole) > 3, true)
			sorted := slices.Clone(whole)
			slices.Sort(sorted)
			s.equal(len(slices.Compact(sorted)), len(whole))
			for _, q.Limit = range []int{1, 2, 7} {
				s.equal(s.all(c, q), whole)
			}
			if len(q.Sort) > 0 {
				q.Sort = []string{"-" + q.Sort[0]}
				slices.Reverse(whole)
				s.equal(s.all(c, q), whole)
			}
		}
	}},
	{"a page has 20 documents unless asked otherwise, and never more than 1000", func(s *suite) {
		c := s.papers()
		docs := make([]paper, 1005)
		_, err := c.InsertMany(s.Context(), docs)
		s.ok(err)
		s.equal(len(s.ids(c, store.Query{})), 20)
		s.equal(len(s.ids(c, store.Query{Limit: -1})), 20)
		s.equal(len(s.ids(c, store.Query{Limit: 99999})), 1000)
	}},
	{"inserts between two pages neither repeat nor hide what was there", func(s *suite) {
		c := s.papers()
		var old []string
		for i := range 40 {
			s.insert(c, paper{Meta: id(fmt.Sprintf("old%02d", i)), Updated: int64(i / 4)})
			old = append(old, fmt.Sprintf("old%02d", i))
		}
		q, seen := store.Query{Sort: []string{"updated"}, Limit: 3}, []string{}
		for i := 0; ; i++ {
			page, err := c.Find(s.Context(), q)
			s.ok(err)
			for _, d := range page.Docs {
				if strings.HasPrefix(d.ID, "old") {
					seen = append(seen, d.ID)
				}
			}
			if q.After = page.Next; q.After == "" {
				break
			}
			s.insert(c, paper{Meta: id(fmt.Sprintf("new%02d", i)), Updated: int64(rand.IntN(10))})
		}
		s.equal(seen, old)
	}},
	{"a cursor works on after its document is gone", func(s *suite) {
		c := s.papers()
		s.insert(c, paper{Meta: id("a"), Updated: 1}, paper{Meta: id("b"), Updated: 1}, paper{Meta: id("c"), Updated: 1})
		page, err := c.Find(s.Context(), store.Query{Sort: []string{"updated"}, Limit: 2})
		s.ok(err)
		s.ok(c.Delete(s.Context(), "b", 0))
		s.equal(s.ids(c, store.Query{Sort: []string{"updated"}, After: page.Next}), "[c]")
	}},
	{"a query goes on behind the values that it names, either way", func(s *suite) {
		c := s.papers()
		s.insert(c, paper{Meta: id("a"), Column: "x", Updated: 1}, paper{Meta: id("b"), Column: "x", Updated: 2}, paper{Meta: id("c"), Column: "x", Updated: 2}, paper{Meta: id("d"), Column: "x", Updated: 3})
		at := []any{int64(2), "b"}
		s.equal(s.ids(c, store.Query{Sort: []string{"updated"}, Behind: at}), "[c d]")
		s.equal(s.ids(c, store.Query{Sort: []string{"-updated"}, Behind: at}), "[a]")
		s.equal(s.ids(c, store.Query{Sort: []string{"updated"}, Where: []store.Cond{store.Lt("updated", int64(3))}, Behind: at}), "[c]")
		s.equal(s.ids(c, store.Query{Sort: []string{"-updated"}, Behind: []any{int64(2), "bb"}}), "[b a]")
		for _, wrong := range [][]any{{"b"}, {int64(2), int64(3)}, {int64(2), ""}, {int64(2), "b", "c"}} {
			_, err := c.Find(s.Context(), store.Query{Sort: []string{"updated"}, Behind: wrong})
			s.fails(err, gongkai.Invalid, "bad_cursor")
		}
	}},
	{"a cursor that was tampered with, or is another query's, is refused", func(s *suite) {
		c := s.papers()
		s.insert(c, paper{Meta: id("a"), Title: "t"}, paper{Meta: id("b"), Title: "u"})
		page, err := c.Find(s.Context(), store.Query{Sort: []string{"title"}, Limit: 1})
		s.ok(err)
		for i := range len(page.Next) {
			for _, other := range []string{page.Next[:i], page.Next[:i] + "A" + page.Next[i+1:], page.Next + "A"} {
				if other != page.Next && other != "" {
					_, err := c.Find(s.Context(), store.Query{Sort: []string{"title"}, After: other})
					s.fails(err, gongkai.Invalid, "bad_cursor")
				}
			}
		}
		for _, q := range []store.Query{{}, {Sort: []string{"-title"}}, {Sort: []string{"updated"}}, {Sort: []string{"title"}, Where: []store.Cond{store.Exists("title")}}} {
			q.After = page.Next
			_, err := c.Find(s.Context(), q)
			s.fails(err, gongkai.Invalid, "bad_cursor")
		}
	}},
}

// fillMixed stores papers with many equal sort values.
func fillMixed(s *suite, c *store.Collection[paper]) {
	s.Helper()
	for i := range 80 {
		p := paper{Meta: id(fmt.Sprintf("p%03d", (i*37)%80)), Column: fmt.Sprint("c", i%3), State: []string{"live", "draft"}[i%2], Updated: int64(i%5) - 2, Number: fmt.Sprint(i)}
		if i%4 > 0 {
			p.Title, p.Due, p.Tags = fmt.Sprint("t", i%6), int64(i%7), []string{fmt.Sprint("t", i%3), fmt.Sprint("t", i%4)}
		}
		if i%9 == 0 {
			p.Number = ""
		}
		s.insert(c, p)
	}
}
