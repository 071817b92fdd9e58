// Rebuilding the embedded index.

package search_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"gongkai/search"
)

func TestARebuildInPlaceWritesTheSameStateAgainAndRemovesWhatIsGone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "search.db")
	l, other := open(t, path), open(t, path)
	check(t, l.Put(t.Context(), release("same", "写坏的标题", 1), release("ahead", "河道", 2), release("released", "河道", 1)))
	for i := range 501 { // more than are removed at once
		check(t, l.Put(t.Context(), release(fmt.Sprintf("stray-%d", i), "河道", 1)))
	}
	check(t, l.Rebuild(t.Context(), func(put func(...search.Doc) error) error {
		return errors.Join(put(release("same", "河道", 1), release("ahead", "水库", 1)),
			other.Put(t.Context(), release("released", "河道", 2), release("new", "河道", 1)))
	}))
	holds(t, other, "写坏")
	holds(t, other, "水库")
	holds(t, other, "河道", "ahead", "new", "released", "same")
	check(t, l.Put(t.Context(), release("stray-7", "河道", 1))) // nobody called it back: it may come again
	holds(t, l, "河道", "ahead", "new", "released", "same", "stray-7")
}

func TestARebuildInPlaceThatBreaksOffRemovesNothing(t *testing.T) {
	l := open(t, filepath.Join(t.TempDir(), "search.db"))
	check(t, l.Put(t.Context(), release("a", "河道", 1)))
	stop := errors.New("the store is gone")
	if err := l.Rebuild(t.Context(), func(put func(...search.Doc) error) error {
		return errors.Join(put(release("b", "河道", 1)), stop)
	}); !errors.Is(err, stop) {
		t.Errorf("got %v", err)
	}
	holds(t, l, "河道", "a", "b")
}
