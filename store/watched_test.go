// A watched database is the same database, and everything done to it is told.

package store_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gongkai"
	"gongkai/store"
	"gongkai/store/storetest"
)

func TestAWatchedStoreIsAStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) (store.DB, func() store.DB) {
		path := filepath.Join(t.TempDir(), "watched.db")
		open := func() store.DB {
			db, err := store.OpenSQLite(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { db.Close() })
			return store.Watched(db, func(context.Context, store.Work) {})
		}
		return open(), open
	})
}

type note struct {
	store.Meta
	Text string `json:"text"`
}

// watcher keeps what it was told.
type watcher struct {
	mu  sync.Mutex
	ops []store.Work
}

func (w *watcher) saw(_ context.Context, op store.Work) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ops = append(w.ops, op)
}

// told gives the operations since the last call, each as "name table", with
// the kind of its error.
func (w *watcher) told(t *testing.T) (out []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, op := range w.ops {
		if took := time.Since(op.Began); took < 0 || took > time.Minute {
			t.Error(op.Name, "began", took, "ago")
		}
		s := strings.TrimSpace(op.Name + " " + op.Table)
		if op.Err != nil {
			s += " " + gongkai.KindOf(op.Err).String()
		}
		out = append(out, s)
	}
	w.ops = nil
	return out
}

func TestEveryOperationIsToldWithItsTable(t *testing.T) {
	sqlite, err := store.OpenSQLite(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	ok(t, err)
	var w watcher
	db := store.Watched(sqlite, w.saw)
	notes, err := store.Use(t.Context(), db, store.Spec[note]{Name: "notes", Schema: 1, Indexes: []store.Index{{Name: "text", Fields: []string{"text"}, Unique: true}}})
	ok(t, err)
	did := func(what string, err error, kind gongkai.Kind, want ...string) {
		t.Helper()
		if err != nil && !gongkai.Is(err, kind) {
			t.Fatal(what, err)
		}
		if got := w.told(t); !slices.Equal(got, want) {
			t.Errorf("%s: told %q, want %q", what, got, want)
		}
	}
	did("use", nil, 0, "declare notes")
	ctx := t.Context()
	_, err = notes.Insert(ctx, note{Meta: store.Meta{ID: "a"}, Text: "x"})
	did("insert", err, 0, "insert notes")
	_, err = notes.Insert(ctx, note{Meta: store.Meta{ID: "b"}, Text: "x"})
	did("a duplicate", err, gongkai.Conflict, "insert notes conflict")
	_, err = notes.Get(ctx, "nobody")
	did("a look-up that finds nothing is no failure", err, gongkai.Missing, "load notes")
	_, err = notes.Update(ctx, "a", 0, func(n *note) error { n.Text = "y"; return nil })
	did("update", err, 0, "change notes")
	_, err = notes.Update(ctx, "a", 0, func(*note) error { return gongkai.E(gongkai.Denied, "no", "不可", "no") })
	did("what a change refuses is not the store's failure", err, gongkai.Denied, "change notes")
	_, err = notes.Update(ctx, "a", 0, func(*note) error { return store.ErrUnchanged })
	did("nor is that nothing changes", err, 0, "change notes")
	did("a stale rev", second(notes.Update(ctx, "a", 7, func(*note) error { return nil })), gongkai.Conflict, "change notes")
	did("find", second(notes.Find(ctx, store.Query{Limit: 1})), 0, "scan notes")
	did("count", second(notes.Count(ctx, nil, 0)), 0, "count notes")
	did("delete", notes.Delete(ctx, "a", 0), 0, "change notes")
	did("counters", errors.Join(second(db.Next(ctx, "n")), db.Lift(ctx, "n", 9), db.Ping(ctx)), 0, "next counters", "lift counters", "ping")
	ok(t, db.Close())
	did("a store that is away", second(notes.Get(ctx, "a")), gongkai.Unavailable, "load notes unavailable")
	did("also for writing", second(notes.Update(ctx, "a", 0, func(*note) error { return nil })), gongkai.Unavailable, "change notes unavailable")
	if store.Under(db) != store.DB(sqlite) || store.Under(sqlite) != store.DB(sqlite) {
		t.Error("what is below is not the database that was watched")
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func second[T any](_ T, err error) error { return err }
