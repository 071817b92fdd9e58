// The guarded write: no reported success is ever lost, nobody waits forever.

package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"gongkai"
	"gongkai/store"
)

var guardedWrite = []test{
	{"an update stores what the change made of the document", func(s *suite) {
		c := s.papers()
		s.insert(c, paper{Meta: id("a"), Title: "old", Tags: []string{"x"}})
		out, err := c.Update(s.Context(), "a", 1, func(p *paper) error {
			p.Title, p.ID, p.Rev = "cafe\u0301", "other", 77 // the store's own fields cannot be changed
			return nil
		})
		s.ok(err)
		got, err := c.Get(s.Context(), "a")
		s.ok(err)
		s.same(got, out)
		s.equal(got.Meta, store.Meta{ID: "a", Rev: 2, Schema: 1})
		s.equal(got.Title, "café")
	}},
	{"an old rev is stale", func(s *suite) {
		c := s.papers()
		s.insert(c, paper{Meta: id("a")})
		retitle := func(p *paper) error { p.Title = "new"; return nil }
		_, err := c.Update(s.Context(), "a", 1, retitle)
		s.ok(err)
		_, err = c.Update(s.Context(), "a", 1, retitle)
		s.fails(err, gongkai.Conflict, "stale")
	}},
	{"a refused change writes nothing and keeps its own error", func(s *suite) {
		c := s.papers()
		s.insert(c, paper{Meta: id("a"), Title: "old"})
		refusal := gongkai.E(gongkai.Blocked, "not_now", "现在不行", "not now")
		_, err := c.Update(s.Context(), "a", 0, func(p *paper) error { p.Title = "new"; return refusal })
		s.equal(errors.Is(err, refusal), true)
		_, err = c.Update(s.Context(), "a", 0, func(p *paper) error { p.Title = "\xff"; return nil })
		s.fails(err, gongkai.Invalid, "bad_text")
		got, err := c.Get(s.Context(), "a")
		s.ok(err)
		s.equal(got.Title+fmt.Sprint(got.Rev), "old1")
	}},
	{"nothing to write gives the document as it is", func(s *suite) {
		c := s.papers()
		s.insert(c, paper{Meta: id("a"), Title: "old"})
		out, err := c.Update(s.Context(), "a", 0, func(p *paper) error { p.Title = "scratch"; return fmt.Errorf("seen: %w", store.ErrUnchanged) })
		s.ok(err)
		s.equal(out.Title+fmt.Sprint(out.Rev), "old1")
		none, err := c.Upsert(s.Context(), "b", func(*paper, bool) error { return store.ErrUnchanged })
		s.ok(err)
		s.equal(none.ID, "")
		_, err = c.Get(s.Context(), "b")
		s.fails(err, gongkai.Missing, "missing")
	}},
	{"an upsert inserts what is absent and updates what is there", func(s *suite) {
		c := s.papers()
		for i := range 3 {
			out, err := c.Upsert(s.Context(), "a", func(p *paper, exists bool) error {
				s.equal(exists, i > 0)
				s.equal(p.ID, "a")
				p.Updated++
				return nil
			})
			s.ok(err)
			s.equal(fmt.Sprint(out.Rev, out.Updated), fmt.Sprint(i+1, i+1))
		}
	}},
	{"a panic in a change is an internal error and hurts nobody else", func(s *suite) {
		c := s.papers()
		s.insert(c, paper{Meta: id("a")})
		_, err := c.Update(s.Context(), "a", 0, func(*paper) error { panic("姓名") })
		s.fails(err, gongkai.Internal, "panic")
		// now under the write lock: another write comes between the two attempts
		runs := 0
		_, err = c.Update(s.Context(), "a", 0, func(*paper) error {
			if runs++; runs == 1 {
				s.touch(c, "a")
				return nil
			}
			panic("second")
		})
		s.fails(err, gongkai.Internal, "panic")
		s.equal(runs, 2)
		s.touch(c, "a")
	}},
	{"a change that lost the race runs again on the newer document", func(s *suite) {
		c := s.papers()
		s.insert(c, paper{Meta: id("a")})
		runs := 0
		out, err := c.Update(s.Context(), "a", 0, func(p *paper) error {
			if runs++; runs == 1 {
				s.touch(c, "a")
			}
			p.Title += "x"
			return nil
		})
		s.ok(err)
		s.equal(fmt.Sprint(runs, out.Rev, out.Updated, out.Title), "2 3 1x")
		_, err = c.Update(s.Context(), "a", 3, func(p *paper) error { s.touch(c, "a"); return nil })
		s.fails(err, gongkai.Conflict, "stale")
		refusal := errors.New("on second thoughts")
		_, err = c.Update(s.Context(), "a", 0, func(p *paper) error {
			if runs++; runs == 3 {
				s.touch(c, "a")
				return nil
			}
			return refusal
		})
		s.equal(errors.Is(err, refusal), true)
	}},
	{"a document that vanishes or appears between two attempts is noticed", func(s *suite) {
		c := s.papers()
		s.insert(c, paper{Meta: id("a")})
		_, err := c.Update(s.Context(), "a", 0, func(*paper) error { _ = c.Delete(s.Context(), "a", 0); return nil })
		s.fails(err, gongkai.Missing, "missing")
		runs := 0
		out, err := c.Upsert(s.Context(), "a", func(p *paper, exists bool) error {
			if runs++; runs == 1 {
				s.insert(c, paper{Meta: id("a"), Title: "faster"})
			}
			s.equal(exists, runs == 2)
			p.Due = 1
			return nil
		})
		s.ok(err)
		s.equal(out.Title+fmt.Sprint(out.Rev), "faster2")
	}},
	{"16 writers, 2,000 writes on one document: every reported success survives", race},
	{"nobody starves behind a busy neighbour", fair},
	{"writers of many documents do not disturb each other", func(s *suite) {
		c := s.papers()
		var group sync.WaitGroup
		for w := range 16 {
			group.Go(func() {
				for i := range 25 {
					_, err := c.Insert(s.Context(), paper{Meta: id(fmt.Sprintf("%d-%d", w, i)), Number: fmt.Sprint(i)}) // all but one of each number fail
					if err != nil && !gongkai.Is(err, gongkai.Conflict) {
						s.Error(err)
					}
					if _, err := c.Upsert(s.Context(), fmt.Sprint("own", w), func(p *paper, _ bool) error { p.Updated++; return nil }); err != nil {
						s.Error(err)
					}
				}
			})
		}
		group.Wait()
		for w := range 16 {
			got, err := c.Get(s.Context(), fmt.Sprint("own", w))
			s.ok(err)
			s.equal(got.Updated, 25)
		}
		n, err := c.Count(s.Context(), []store.Cond{store.Exists("number")}, 0)
		s.ok(err)
		s.equal(n, 25)
	}},
}

func (s *suite) touch(c *store.Collection[paper], id string) { //nolint:unparam // a suite of cases may name others
	s.Helper()
	_, err := c.Update(s.Context(), id, 0, func(p *paper) error { p.Updated++; return nil })
	s.ok(err)
}

// race counts the successes by hand: some writers give up early, some name the
// rev they saw and may be refused.
func race(s *suite) {
	c := s.papers()
	s.insert(c, paper{Meta: id("a")})
	var successes, left atomic.Int64
	left.Store(2000)
	var group sync.WaitGroup
	for w := range 16 {
		group.Go(func() {
			for left.Add(-1) >= 0 {
				seen := int64(0)
				if w%4 == 0 {
					got, err := c.Get(s.Context(), "a")
					if err != nil {
						s.Error(err)
						return
					}
					seen = got.Rev
				}
				_, err := c.Update(s.Context(), "a", seen, func(p *paper) error { p.Updated++; return nil })
				if err == nil {
					successes.Add(1)
				} else if seen == 0 || gongkai.CodeOf(err) != "stale" {
					s.Error(err)
				}
			}
		})
	}
	group.Wait()
	got, err := c.Get(s.Context(), "a")
	s.ok(err)
	s.equal(fmt.Sprint(got.Updated, got.Rev-1), fmt.Sprint(successes.Load(), successes.Load()))
	s.equal(successes.Load() >= 1500, true) // the twelve writers that name no rev never fail
}

// fair lets one slow change stand against writers that never pause.
func fair(s *suite) {
	c := s.papers()
	s.insert(c, paper{Meta: id("a")})
	ctx, stop := context.WithTimeout(s.Context(), 20*time.Second)
	var group sync.WaitGroup
	busy, quit := context.WithCancel(ctx)
	for range 4 {
		group.Go(func() {
			for busy.Err() == nil {
				_, _ = c.Update(busy, "a", 0, func(p *paper) error { p.Updated++; return nil })
			}
		})
	}
	runs := 0
	_, err := c.Update(ctx, "a", 0, func(p *paper) error {
		runs++
		time.Sleep(20 * time.Millisecond)
		p.Title = "slow"
		return nil
	})
	quit()
	group.Wait()
	stop()
	s.ok(err)
	s.equal(runs <= 10, true)
	got, err := c.Get(s.Context(), "a")
	s.ok(err)
	s.equal(got.Title, "slow")
}
