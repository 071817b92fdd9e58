package store_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gongkai"
	"gongkai/store"
)

type slip struct {
	store.Meta
	N    int64  `json:"n"`
	Text string `json:"text"`
}

func slips(t *testing.T, path string) (*store.SQLite, *store.Collection[slip]) {
	t.Helper()
	db, err := store.OpenSQLite(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	c, err := store.Use[slip](t.Context(), db, store.Spec[slip]{Name: "slips", Schema: 1, Indexes: []store.Index{{Name: "n", Fields: []string{"n"}}}})
	if err != nil {
		t.Fatal(err)
	}
	return db, c
}

// Notes are written one after the other, so a copy that holds number n holds
// all before it; a copy made of pages of several moments would not.
func TestASnapshotIsOneMomentWhileWritersGoOn(t *testing.T) {
	dir := t.TempDir()
	db, c := slips(t, filepath.Join(dir, "a.db"))
	text := strings.Repeat("公", 2000)
	var first []slip
	for i := range 2000 {
		first = append(first, slip{Meta: store.Meta{ID: fmt.Sprintf("%06d", i)}, N: int64(i), Text: text})
	}
	if _, err := c.InsertMany(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	var meanwhile atomic.Int64
	wg.Go(func() {
		for written := 2000; ctx.Err() == nil; written++ {
			if _, err := c.Insert(t.Context(), slip{Meta: store.Meta{ID: fmt.Sprintf("%06d", written)}, N: int64(written), Text: text}); err != nil {
				t.Error(err)
				return
			}
			_, err := c.Update(t.Context(), fmt.Sprintf("%06d", written-2000), 0, func(n *slip) error { n.Text = "x"; return nil })
			if err != nil {
				t.Error(err)
			}
			meanwhile.Add(1)
		}
	})
	copied := filepath.Join(dir, "copy.db")
	steps, last := 0, int64(0)
	err := db.Snapshot(t.Context(), copied, func(done, total int64) {
		steps, last = steps+1, done*100/total
		for seen, end := meanwhile.Load(), time.Now().Add(time.Minute); meanwhile.Load() == seen; time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				t.Fatal("the copy keeps writers waiting")
			}
		}
	})
	stop()
	wg.Wait()
	if err != nil || steps < 3 || last != 100 {
		t.Fatalf("%d steps, up to %d %%: %v", steps, last, err)
	}
	if err := store.IntactSQLite(t.Context(), copied); err != nil {
		t.Fatal(err)
	}
	_, again := slips(t, copied)
	n, err := again.Count(t.Context(), nil, 0)
	if err != nil || n < 2000 {
		t.Fatalf("%d in the copy: %v", n, err)
	}
	page, err := again.Find(t.Context(), store.Query{Sort: []string{"-n"}, Limit: 1})
	if err != nil || page.Docs[0].N != int64(n-1) {
		t.Errorf("the copy holds %d notes, the last is number %d: %v", n, page.Docs[0].N, err)
	}
	shortened, err := again.Find(t.Context(), store.Query{Sort: []string{"n"}, Limit: 1000})
	for i, doc := range shortened.Docs {
		if want := i < n-2000; err == nil && (doc.Text == "x") != want && i != n-2001 {
			t.Fatalf("note %d of %d: shortened %v", i, n, doc.Text == "x")
		}
	}
	fi, err := os.Stat(copied)
	if err != nil || fi.Mode().Perm() != 0o600 {
		t.Errorf("mode %v %v", fi.Mode(), err)
	}
}

func TestASnapshotLeavesNothingHalf(t *testing.T) {
	dir := t.TempDir()
	db, c := slips(t, filepath.Join(dir, "a.db"))
	if _, err := c.Insert(t.Context(), slip{Meta: store.Meta{ID: "a"}, Text: strings.Repeat("公开", 300_000)}); err != nil {
		t.Fatal(err)
	}
	there := filepath.Join(dir, "there")
	if err := os.WriteFile(there, []byte("kept"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := db.Snapshot(t.Context(), there, nil); !gongkai.Is(err, gongkai.Unavailable) {
		t.Errorf("over a file: %v", err)
	}
	if raw, _ := os.ReadFile(there); string(raw) != "kept" {
		t.Error("the file was overwritten")
	}
	ctx, cancel := context.WithCancel(t.Context())
	gone := filepath.Join(dir, "gone")
	if err := db.Snapshot(ctx, gone, func(int64, int64) { cancel() }); err == nil {
		t.Error("given up, it must say so")
	}
	if _, err := os.Stat(gone); !os.IsNotExist(err) {
		t.Errorf("half a copy stayed: %v", err)
	}
	if _, err := c.Update(t.Context(), "a", 0, func(n *slip) error { n.N = 2; return nil }); err != nil {
		t.Errorf("the database goes on: %v", err)
	}
}

func TestADamagedCopyIsFound(t *testing.T) {
	dir := t.TempDir()
	db, c := slips(t, filepath.Join(dir, "a.db"))
	for i := range 300 {
		if _, err := c.Insert(t.Context(), slip{Meta: store.Meta{ID: fmt.Sprint(i)}, N: int64(i), Text: strings.Repeat("公", 500)}); err != nil {
			t.Fatal(err)
		}
	}
	copied := filepath.Join(dir, "copy.db")
	if err := db.Snapshot(t.Context(), copied, nil); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(copied)
	if err != nil {
		t.Fatal(err)
	}
	for i := 40; i < 44; i++ {
		copy(raw[i*4096:], make([]byte, 2048))
	}
	if err := os.WriteFile(copied, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := store.IntactSQLite(t.Context(), copied); gongkai.CodeOf(err) != "damaged" {
		t.Errorf("%v", err)
	}
}
