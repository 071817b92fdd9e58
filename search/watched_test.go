// A watched index is the same index, and its operations are told.

package search_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"gongkai"
	"gongkai/search"
	"gongkai/search/searchtest"
)

func TestAWatchedIndexIsAnIndex(t *testing.T) {
	searchtest.Run(t, func(t *testing.T) search.Index {
		l := open(t, filepath.Join(t.TempDir(), "search.db"))
		l.Synonyms(searchtest.Synonyms())
		return search.Watched(l, func(context.Context, string, time.Time, error) {})
	})
}

func TestOperationsOfTheIndexAreTold(t *testing.T) {
	var mu sync.Mutex
	var told []string
	index := search.Watched(open(t, filepath.Join(t.TempDir(), "search.db")), func(_ context.Context, op string, began time.Time, err error) {
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			op += " " + gongkai.KindOf(err).String()
		}
		if time.Since(began) < 0 {
			op += " before it began"
		}
		told = append(told, op)
	})
	ctx := t.Context()
	check(t, index.Put(ctx, search.Doc{ID: "a", Item: "a", Title: "大桥", Epoch: 1, Seq: 1}))
	_, err := index.Search(ctx, search.Query{Text: "大桥"})
	_, bad := index.Search(ctx, search.Query{Text: "，。"})
	_, missing := index.Get(ctx, "b")
	check(t, errors.Join(err, index.Delete(ctx, "a", 1, 2), index.Reset(ctx), index.Ping(ctx)))
	if !gongkai.Is(bad, gongkai.Invalid) || !gongkai.Is(missing, gongkai.Missing) {
		t.Error(bad, missing)
	}
	if want := []string{"put", "search", "search invalid", "get missing", "delete", "reset"}; !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
}
