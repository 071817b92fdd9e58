// What the doctor says of an index that lags behind, and of one that stays so.

package main

import (
	"context"
	"testing"

	"gongkai"
	"gongkai/search"
)

// lagging knows nothing of a document until it was asked a number of times.
type lagging struct {
	search.Index
	asks int
}

func (l *lagging) Get(ctx context.Context, id string) (search.Hit, error) {
	if l.asks--; l.asks >= 0 {
		return search.Hit{}, gongkai.E(gongkai.Missing, "missing", "", "")
	}
	return l.Index.Get(ctx, id)
}

// onlyWhatStays: a difference of the index counts when it is there at every look.
func onlyWhatStays(t *testing.T, a *app) {
	t.Helper()
	for asks, state := range map[int]string{1: "ok", 1 << 20: "warn"} {
		d := &doctor{app: &app{public: a.public, index: &lagging{a.index, asks}}}
		d.index(t.Context(), false)
		if len(d.all) != 1 || d.all[0].State != state {
			t.Errorf("an index that knows nothing for %d questions: %+v, want %s", asks, d.all, state)
		}
	}
}
