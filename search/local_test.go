// The embedded index: the suite, and what is its own: files and processes.

package search_test

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"gongkai"
	"gongkai/search"
	"gongkai/search/searchtest"
)

func open(t testing.TB, path string) *search.Local {
	t.Helper()
	l, err := search.OpenLocal(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

func TestLocal(t *testing.T) {
	searchtest.Run(t, func(t *testing.T) search.Index {
		l := open(t, filepath.Join(t.TempDir(), "search.db"))
		l.Synonyms(searchtest.Synonyms())
		return l
	})
}

func TestWhatWasPutSurvivesClosing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a folder ?#%", "检索.db")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	first := open(t, path)
	check(t, first.Put(t.Context(), searchtest.Collection()...))
	check(t, first.Delete(t.Context(), "bridge.main", 1, 9))
	page, err := first.Search(t.Context(), search.Query{Limit: 5})
	check(t, err)
	check(t, first.Close())

	second := open(t, path)
	next, err := second.Search(t.Context(), search.Query{Limit: 5, After: page.Next})
	if err != nil || len(next.Hits) != 5 || next.Total != page.Total {
		t.Errorf("the cursor of before: %d hits of %d, %v", len(next.Hits), next.Total, err)
	}
	late := search.Doc{ID: "bridge.main", Item: "bridge", Title: "大桥", Epoch: 1, Seq: 8}
	check(t, second.Put(t.Context(), late))
	if _, err := second.Get(t.Context(), "bridge.main"); !gongkai.Is(err, gongkai.Missing) {
		t.Errorf("the deletion was forgotten: %v", err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}

func TestAPurgeRemovesDeletedTextFromTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "search.db")
	l := open(t, path)
	check(t, l.Put(t.Context(), search.Doc{ID: "a", Title: "secretword", Text: "secretword secretword secretword", Epoch: 1, Seq: 1}))
	check(t, l.Put(t.Context(), searchtest.Collection()...))
	check(t, l.Delete(t.Context(), "a", 1, 2))
	check(t, l.Purge(t.Context()))
	r, err := l.Search(t.Context(), search.Query{Text: "工程"})
	if err != nil || r.Total != 4 {
		t.Errorf("after the purge %d hits of 4, %v", r.Total, err)
	}
	for _, name := range []string{path, path + "-wal"} {
		b, err := os.ReadFile(name)
		if err == nil && bytes.Contains(b, []byte("secretword")) {
			t.Errorf("%s still holds the text", filepath.Base(name))
		}
	}
}

func TestSeveralOpenersShareAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "search.db")
	var all sync.WaitGroup
	for n := range 4 {
		all.Go(func() {
			l, err := search.OpenLocal(t.Context(), path)
			if err != nil {
				t.Error(err)
				return
			}
			defer func() { _ = l.Close() }()
			for i := range 20 {
				d := search.Doc{ID: fmt.Sprintf("%d-%d", n, i), Title: "共用文件", Epoch: 1, Seq: 1}
				if err := l.Put(t.Context(), d); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	r, err := open(t, path).Search(t.Context(), search.Query{Text: "共用"})
	if err != nil || r.Total != 80 {
		t.Errorf("%d of 80, %v", r.Total, err)
	}
}

func TestAFileThatCannotServeIsUnavailable(t *testing.T) {
	folder := t.TempDir()
	broken := filepath.Join(folder, "broken.db")
	check(t, os.WriteFile(broken, bytes.Repeat([]byte("not a database "), 1000), 0o600))
	for _, path := range []string{broken, filepath.Join(folder, "no", "such", "folder.db"), folder} {
		if _, err := search.OpenLocal(t.Context(), path); !gongkai.Is(err, gongkai.Unavailable) {
			t.Errorf("opening %s: %v", filepath.Base(path), err)
		}
	}
	l := open(t, filepath.Join(folder, "closed.db"))
	check(t, l.Close())
	_, err := l.Search(t.Context(), search.Query{})
	for _, err := range []error{err, l.Ping(t.Context()), l.Put(t.Context(), search.Doc{ID: "a"})} {
		if !gongkai.Is(err, gongkai.Unavailable) {
			t.Errorf("closed: %v", err)
		}
	}
}

func TestAFileOfAnotherVersionIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "search.db")
	check(t, open(t, path).Close())
	db, err := sql.Open("sqlite", path)
	check(t, err)
	_, err = db.ExecContext(t.Context(), "PRAGMA user_version = 99")
	check(t, errors.Join(err, db.Close()))
	if _, err := search.OpenLocal(t.Context(), path); gongkai.CodeOf(err) != "search_format" {
		t.Errorf("got %v", err)
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
