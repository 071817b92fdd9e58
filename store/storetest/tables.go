// Declarations: indexes, schema numbers, counters, several handles on one data.

package storetest

import (
	"errors"
	"fmt"
	"sync"

	"gongkai"
	"gongkai/store"
)

var indexes = []test{
	{"a unique index names itself and skips what lacks the field", func(s *suite) {
		c := s.papers()
		s.insert(c, paper{Meta: id("a"), Number: "1", Places: []place{{"s", "/x"}, {"s", "/y"}, {"t", "/y"}}}, paper{Meta: id("b")}, paper{Meta: id("c")})
		_, err := c.Insert(s.Context(), paper{Meta: id("d"), Number: "1"})
		s.fails(err, gongkai.Conflict, "duplicate")
		s.where(err, "number")
		_, err = c.Insert(s.Context(), paper{Meta: id("d"), Title: "half", Places: []place{{"s", "/z"}, {"s", "/y"}}})
		s.fails(err, gongkai.Conflict, "duplicate")
		s.where(err, "path")
		_, err = c.Update(s.Context(), "b", 0, func(p *paper) error { p.Number, p.Title = "1", "half"; return nil })
		s.where(err, "number")
		_, err = c.Update(s.Context(), "b", 0, func(p *paper) error { p.Places, p.Title = []place{{"s", "/z"}, {"s", "/x"}}, "half"; return nil })
		s.where(err, "path")
		s.equal(s.ids(c, store.Query{Where: []store.Cond{store.Eq("title", "half")}}), "[]") // nothing half done
		s.equal(s.ids(c, store.Query{Where: []store.Cond{store.Eq("places.path", "/z")}}), "[]")
		_, err = c.Update(s.Context(), "a", 0, func(p *paper) error { p.Number, p.Places = "", p.Places[1:]; return nil })
		s.ok(err)
		s.insert(c, paper{Meta: id("e"), Number: "1", Places: []place{{"s", "/x"}}})
		s.equal(s.ids(c, store.Query{Where: []store.Cond{store.Eq("number", "1")}}), "[e]")
	}},
	{"a declaration that cannot be kept is refused", func(s *suite) {
		for _, bad := range []store.Index{
			{Name: "two_arrays", Fields: []string{"tags", "places.path"}}, {Name: "same_array", Fields: []string{"places.site", "places.path"}},
			{Name: "unknown", Fields: []string{"nope"}}, {Name: "unknown", Fields: []string{"live.nope"}}, {Name: "whole", Fields: []string{"live"}},
			{Name: "Bad", Fields: []string{"title"}}, {Name: "none"}, {Name: "id", Fields: []string{"id"}},
		} {
			_, err := store.Use(s.Context(), s.db, store.Spec[paper]{Name: "bad", Schema: 1, Indexes: []store.Index{bad}})
			s.fails(err, gongkai.Internal, "bad_index")
		}
		twice := []store.Index{{Name: "a", Fields: []string{"title"}}, {Name: "a", Fields: []string{"state"}}}
		_, err := store.Use(s.Context(), s.db, store.Spec[paper]{Name: "bad", Schema: 1, Indexes: twice})
		s.fails(err, gongkai.Internal, "bad_index")
		for _, spec := range []store.Spec[paper]{{Name: "Bad", Schema: 1}, {Name: "", Schema: 1}, {Name: "bad"}} {
			_, err := store.Use(s.Context(), s.db, spec)
			s.fails(err, gongkai.Internal, "bad_spec")
		}
		_, err = store.Use(s.Context(), s.db, store.Spec[place]{Name: "bad", Schema: 1})
		s.fails(err, gongkai.Internal, "bad_spec")
		type loud struct {
			store.Meta
			Inner []struct{ Title string }
		}
		_, err = store.Use(s.Context(), s.db, store.Spec[loud]{Name: "bad", Schema: 1})
		s.fails(err, gongkai.Internal, "bad_field_name")
	}},
	{"one collection has one declaration", func(s *suite) {
		s.papers()
		spec := papers()
		use(s, s.db, spec)
		spec.Indexes = spec.Indexes[1:]
		_, err := store.Use(s.Context(), s.db, spec)
		s.fails(err, gongkai.Internal, "bad_spec")
	}},
	{"what an index cannot hold is refused by its place", func(s *suite) {
		type loose struct {
			store.Meta
			More map[string]any `json:"more"`
		}
		c := use(s, s.db, store.Spec[loose]{Name: "loose", Schema: 1, Indexes: []store.Index{{Name: "n", Fields: []string{"more.n"}}}})
		for _, bad := range []any{1.5, 1e300, map[string]any{"x": 1}, []any{1, 2}} {
			_, err := c.Insert(s.Context(), loose{More: map[string]any{"n": bad}})
			s.fails(err, gongkai.Invalid, "not_indexable")
			s.where(err, "more.n")
		}
	}},
	{"another set of indexes is built from what is stored", func(s *suite) {
		spec := papers()
		spec.Indexes = []store.Index{{Name: "updated", Fields: []string{"updated"}}, {Name: "tags", Fields: []string{"tags"}}}
		c := use(s, s.db, spec)
		for i := range 1200 {
			s.insertFast(c, i)
		}
		other := s.reopen()
		c = use(s, other, papers())
		s.equal(len(s.all(c, store.Query{Where: []store.Cond{store.Eq("tags", "t1")}, Sort: []string{"-updated"}, Limit: 500})), 400)
		s.equal(s.ids(c, store.Query{Where: []store.Cond{store.Eq("number", "7")}}), "[p0007]")
		got, err := c.Get(s.Context(), "p0007")
		s.ok(err)
		s.equal(fmt.Sprint(got.Rev, got.Updated), "1 7")
		_, err = c.Insert(s.Context(), paper{Number: "7"})
		s.fails(err, gongkai.Conflict, "duplicate")
	}},
	{"a new unique index over duplicates is refused and changes nothing", func(s *suite) {
		spec := papers()
		spec.Indexes = nil
		c := use(s, s.db, spec)
		s.insert(c, paper{Meta: id("a"), Number: "1"}, paper{Meta: id("b"), Number: "1"})
		_, err := store.Use(s.Context(), s.reopen(), papers())
		s.fails(err, gongkai.Conflict, "duplicate")
		s.where(err, "number")
		s.equal(s.ids(c, store.Query{}), "[a b]")
		s.insert(c, paper{Meta: id("c")})
	}},
}

func (s *suite) insertFast(c *store.Collection[paper], i int) {
	s.Helper()
	if i%400 == 0 {
		docs := make([]paper, 400)
		for k := range docs {
			n := i + k
			docs[k] = paper{Meta: id(fmt.Sprintf("p%04d", n)), Updated: int64(n), Number: fmt.Sprint(n), Tags: []string{fmt.Sprint("t", n%3), "all"}}
		}
		_, err := c.InsertMany(s.Context(), docs)
		s.ok(err)
	}
}

// The second schema of a paper: title became heading, and a count was added.
type newPaper struct {
	store.Meta
	Heading string `json:"heading"`
	Count   int64  `json:"count"`
}

var newPapers = store.Spec[newPaper]{Name: "papers", Schema: 3, Upgrade: func(from int, doc map[string]any) error {
	if _, ok := doc["title"]; !ok && from < 2 {
		return errors.New("no title")
	}
	doc["heading"], doc["count"] = doc["title"], doc["updated"]
	delete(doc, "title")
	return nil
}}

func oldPapers() store.Spec[paper] { return store.Spec[paper]{Name: "papers", Schema: 1} }

var schemas = []test{
	{"an older document is upgraded on read and stored upgraded on write", func(s *suite) {
		s.insert(use(s, s.db, oldPapers()), paper{Meta: id("a"), Title: "标题", Updated: 1<<53 + 1})
		c := use(s, s.reopen(), newPapers)
		got, err := c.Get(s.Context(), "a")
		s.ok(err)
		s.equal(got, newPaper{store.Meta{ID: "a", Rev: 1, Schema: 3}, "标题", 1<<53 + 1})
		page, err := c.Find(s.Context(), store.Query{})
		s.ok(err)
		s.equal(page.Docs[0], got)
		out, err := c.Update(s.Context(), "a", 1, func(p *newPaper) error { p.Count++; return nil })
		s.ok(err)
		s.equal(out, newPaper{store.Meta{ID: "a", Rev: 2, Schema: 3}, "标题", 1<<53 + 2})
	}},
	{"a newer document can be read, but not written", func(s *suite) {
		_, err := use(s, s.db, newPapers).Insert(s.Context(), newPaper{Meta: id("a"), Heading: "h"})
		s.ok(err)
		c := use(s, s.reopen(), oldPapers())
		got, err := c.Get(s.Context(), "a")
		s.ok(err)
		s.equal(got.Meta, store.Meta{ID: "a", Rev: 1, Schema: 3})
		_, err = c.Update(s.Context(), "a", 0, func(p *paper) error { p.Title = "x"; return nil })
		s.fails(err, gongkai.Blocked, "newer_document")
		_, err = c.Upsert(s.Context(), "a", func(p *paper, _ bool) error { return nil })
		s.fails(err, gongkai.Blocked, "newer_document")
		s.fails(c.Delete(s.Context(), "a", 0), gongkai.Blocked, "newer_document")
	}},
	{"a document that does not fit is an internal error without its content", func(s *suite) {
		type other struct {
			store.Meta
			Title []int `json:"title"`
		}
		s.insert(use(s, s.db, oldPapers()), paper{Meta: id("a"), Title: "张三"})
		_, err := use(s, s.reopen(), store.Spec[other]{Name: "papers", Schema: 1}).Get(s.Context(), "a")
		s.fails(err, gongkai.Internal, "unreadable")
		s.where(err, "title")
	}},
}

var counters = []test{
	{"a counter counts from one, each name for itself", func(s *suite) {
		for i := range 5 {
			n, err := s.db.Next(s.Context(), "a")
			s.ok(err)
			s.equal(n, i+1)
		}
		n, err := s.db.Next(s.Context(), "b")
		s.ok(err)
		s.equal(n, 1)
	}},
	{"a lift skips numbers and never goes back", func(s *suite) {
		s.ok(s.db.Lift(s.Context(), "a", 100))
		s.ok(s.db.Lift(s.Context(), "a", 50))
		n, err := s.db.Next(s.Context(), "a")
		s.ok(err)
		s.equal(n, 101)
	}},
	{"no number is given twice", func(s *suite) {
		var mu sync.Mutex
		given := map[int64]bool{}
		var group sync.WaitGroup
		for _, db := range []store.DB{s.db, s.reopen()} {
			for range 4 {
				group.Go(func() {
					for range 50 {
						n, err := db.Next(s.Context(), "a")
						mu.Lock()
						if err != nil || given[n] {
							s.Error(n, err)
						}
						given[n] = true
						mu.Unlock()
					}
				})
			}
		}
		group.Wait()
		s.equal(len(given), 400)
	}},
}

var handles = []test{
	{"two handles see and guard the same documents", func(s *suite) {
		a, b := s.papers(), use(s, s.reopen(), papers())
		s.insert(a, paper{Meta: id("a")})
		var group sync.WaitGroup
		for _, c := range []*store.Collection[paper]{a, b, a, b} {
			group.Go(func() {
				for range 50 {
					if _, err := c.Update(s.Context(), "a", 0, func(p *paper) error { p.Updated++; return nil }); err != nil {
						s.Error(err)
					}
				}
			})
		}
		group.Wait()
		got, err := b.Get(s.Context(), "a")
		s.ok(err)
		s.equal(fmt.Sprint(got.Updated, got.Rev), "200 201")
	}},
	{"ping answers, and everything is refused after close", func(s *suite) {
		c := s.papers()
		s.ok(s.db.Ping(s.Context()))
		s.ok(s.db.Close())
		s.ok(s.db.Close())
		s.fails(s.db.Ping(s.Context()), gongkai.Unavailable, "closed")
		_, err := c.Get(s.Context(), "a")
		s.fails(err, gongkai.Unavailable, "closed")
		_, err = c.Insert(s.Context(), paper{})
		s.fails(err, gongkai.Unavailable, "closed")
	}},
}
