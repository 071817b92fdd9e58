// Replies that are really lost: the server has done the work, the connection
// breaks, and nobody there remembers. What is counted is what became of it.

package ferrettest

import (
	"fmt"
	"sync"
	"testing"

	"gongkai"
	"gongkai/store"
)

type tally struct {
	store.Meta
	N int64 `json:"n"`
}

func TestNoLostReplyIsASuccessLostOrAFailureApplied(t *testing.T) {
	proxy := newProxy(t, ferret(t))
	db := openAt(t, proxy.uri+"lost")
	c, err := store.Use(t.Context(), db, store.Spec[tally]{Name: "tallies", Schema: 1})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Insert(t.Context(), tally{Meta: store.Meta{ID: "a"}}); err != nil {
		t.Fatal(err)
	}
	proxy.lose(0.3)
	const writers, times = 3, 10
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for i := range times {
				if _, err := c.Update(t.Context(), "a", 0, func(d *tally) error { d.N++; return nil }); err != nil {
					t.Error(err)
				}
				other := fmt.Sprint("b", w, i)
				if _, err := c.Insert(t.Context(), tally{Meta: store.Meta{ID: other}}); err != nil {
					t.Error(err)
				}
				if err := c.Delete(t.Context(), other, 0); err != nil && !gongkai.Is(err, gongkai.Missing) {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	proxy.lose(0)
	got, err := c.Get(t.Context(), "a")
	if err != nil || got.N != writers*times || got.Rev != writers*times+1 {
		t.Errorf("%d updates made it %d at rev %d (%v)", writers*times, got.N, got.Rev, err)
	}
	if n, err := c.Count(t.Context(), nil, 0); n != 1 || err != nil {
		t.Errorf("%d documents are there, want 1 (%v)", n, err)
	}
	if proxy.lost.Load() < 8 {
		t.Errorf("only %d replies were lost", proxy.lost.Load())
	}
}
