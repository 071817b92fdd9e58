// What is SQLite's own: query plans, shared commits, a disk that refuses, locks.

package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"modernc.org/sqlite"

	"gongkai"
)

type note struct {
	Meta
	Column  string   `json:"column"`
	State   string   `json:"state"`
	Updated int64    `json:"updated"`
	Number  string   `json:"number,omitempty"`
	Tags    []string `json:"tags,omitempty"`
	Body    string   `json:"body,omitempty"`
}

var notes = Spec[note]{Name: "notes", Schema: 1, Indexes: []Index{
	{Name: "newest", Fields: []string{"column", "state", "updated"}}, {Name: "updated", Fields: []string{"updated"}},
	{Name: "number", Fields: []string{"number"}, Unique: true}, {Name: "tags", Fields: []string{"tags", "updated"}},
}}

func openNotes(t *testing.T, path string) (*SQLite, *Collection[note]) {
	t.Helper()
	db, err := OpenSQLite(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	c, err := Use(t.Context(), db, notes)
	if err != nil {
		t.Fatal(err)
	}
	return db, c
}

func newNotes(t *testing.T) (*SQLite, *Collection[note]) {
	t.Helper()
	return openNotes(t, filepath.Join(t.TempDir(), "deep", "down", "notes.db"))
}

func mustInsert(t *testing.T, c *Collection[note], docs ...note) {
	t.Helper()
	if _, err := c.InsertMany(t.Context(), docs); err != nil {
		t.Fatal(err)
	}
}

func wants(t *testing.T, err error, code string) {
	t.Helper()
	if err == nil || gongkai.CodeOf(err) != code {
		t.Fatalf("got %v, want %s", err, code)
	}
}

// sqlOn runs statements on a connection of its own, as another process would.
func sqlOn(t *testing.T, db *SQLite) func(sql string) {
	t.Helper()
	c, err := db.reads.open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.close)
	return func(sql string) {
		t.Helper()
		if _, err := c.exec(sql); err != nil {
			t.Fatal(err)
		}
	}
}

func TestEveryQueryWalksADeclaredIndex(t *testing.T) {
	db, c := newNotes(t)
	for _, q := range []struct {
		index string
		query Query
	}{
		{"USING INDEX notes.newest", Query{Where: []Cond{Eq("column", "a"), Eq("state", "b")}, Sort: []string{"-updated"}}},
		{"USING INDEX notes.newest", Query{Where: []Cond{Eq("column", "a"), Eq("state", "b"), Gt("updated", 5)}, Sort: []string{"updated"}}},
		{"USING COVERING INDEX notes.newest", Query{Where: []Cond{In("column", "a", "b"), In("state", "b", "c")}, Sort: []string{"-updated"}}},
		{"USING INDEX notes.updated", Query{Sort: []string{"updated"}}},
		{"USING INDEX notes.number", Query{Where: []Cond{Eq("number", "1")}}},
		{"SEARCH e USING PRIMARY KEY", Query{Where: []Cond{Eq("tags", "x")}, Sort: []string{"updated"}}},
		{"USING INDEX sqlite_autoindex_notes_1", Query{Where: []Cond{Prefix("id", "x")}}},
	} {
		p, err := c.table.plan(q.query)
		if err != nil {
			t.Fatal(err)
		}
		sel, err := db.selection(c.table, p.scan)
		if err != nil {
			t.Fatal(err)
		}
		sql, args := sel.page()
		plan := explain(t, db, sql, args)
		if !strings.Contains(plan, q.index) || strings.Contains(plan, "SCAN t") || strings.Contains(plan, "SCAN e") {
			t.Errorf("%v walks\n%s", q.query, plan)
		}
		if len(sel.spans) == 1 && strings.Contains(plan, "TEMP B-TREE") {
			t.Errorf("%v sorts\n%s", q.query, plan)
		}
	}
	raw := explain(t, db, db.tables["notes"].selectDoc, []driver.Value{"x"})
	if !strings.Contains(raw, "SEARCH notes USING INDEX sqlite_autoindex_notes_1 (id=?)") {
		t.Errorf("a get walks\n%s", raw)
	}
}

func explain(t *testing.T, db *SQLite, sql string, args []driver.Value) (plan string) {
	t.Helper()
	err := db.reads.with(t.Context(), func(c *conn) error {
		return c.query(t.Context(), "EXPLAIN QUERY PLAN "+sql, func(r []driver.Value) error {
			plan += r[3].(string) + "\n"
			return nil
		}, args...)
	})
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func TestWritesThatWaitShareACommitAndDoNotFailTogether(t *testing.T) {
	db, c := newNotes(t)
	mustInsert(t, c, note{Meta: Meta{ID: "taken"}, Number: "1"})
	commits := 0
	db.commits.write.raw.(sqlite.HookRegisterer).RegisterCommitHook(func() int32 { commits++; return 0 })
	other := sqlOn(t, db)
	other("BEGIN IMMEDIATE")
	var group sync.WaitGroup
	codes := make([]string, 50)
	for i := range codes {
		group.Go(func() {
			_, err := c.Insert(t.Context(), note{Meta: Meta{ID: fmt.Sprint(i)}, Number: []string{"", "1"}[i%2], Tags: []string{"x"}})
			if err != nil {
				codes[i] = gongkai.CodeOf(err)
			}
		})
	}
	for len(db.commits.queue) < len(codes)-1 { // the first one asks for the lock
		time.Sleep(time.Millisecond)
	}
	other("COMMIT")
	group.Wait()
	for i, code := range codes {
		if want := []string{"", "duplicate"}[i%2]; code != want {
			t.Errorf("insert %d: got %q, want %q", i, code, want)
		}
	}
	if n, err := c.Count(t.Context(), []Cond{Eq("tags", "x")}, 0); n != 25 || err != nil {
		t.Error(n, err)
	}
	if commits > 3 {
		t.Errorf("50 writes took %d commits", commits)
	}
}

func TestTheLogMovesIntoTheFileBesideTheWrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notes.db")
	_, c := openNotes(t, path)
	mustInsert(t, c, make([]note, 1)...)
	before := sizeOf(t, path)
	docs := make([]note, 3*checkpointAfter) // 3,000 pages of log: the writers' own checkpoint is far
	for i := range docs {
		docs[i].Body = strings.Repeat("正文", 500)
	}
	mustInsert(t, c, docs...)
	for end := time.Now().Add(time.Minute); sizeOf(t, path) < before+int64(checkpointAfter)*3000; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("the file has %d bytes after %d documents, and had %d before them", sizeOf(t, path), len(docs), before)
		}
	}
}

func sizeOf(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

func TestAPanicUnderTheLockLeavesTheNeighboursWhole(t *testing.T) {
	db, c := newNotes(t)
	err := db.commits.submit(t.Context(), func(*writer) error { panic("x") })
	wants(t, err, "panic")
	mustInsert(t, c, note{Meta: Meta{ID: "a"}})
}

func TestAFullDiskRefusesWithoutHalfAWrite(t *testing.T) {
	db, c := newNotes(t)
	mustInsert(t, c, note{Meta: Meta{ID: "a"}, Number: "1"})
	limit := func(pages int) {
		err := db.commits.submit(t.Context(), func(w *writer) error {
			return w.query(fmt.Sprintf("PRAGMA max_page_count = %d", pages), func([]driver.Value) error { return nil })
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	limit(1) // the size it has
	big := strings.Repeat("公", 100_000)
	_, err := c.Insert(t.Context(), note{Meta: Meta{ID: "b"}, Number: "2", Body: big})
	wants(t, err, "disk_full")
	_, err = c.Update(t.Context(), "a", 0, func(n *note) error { n.Body, n.Number = big, "3"; return nil })
	wants(t, err, "disk_full")
	if n, err := c.InsertMany(t.Context(), []note{{}, {Body: big}}); n != 0 || !gongkai.Is(err, gongkai.Unavailable) {
		t.Fatal(n, err) // reported as failed, so nothing of it may be there
	}
	if got, err := c.Get(t.Context(), "a"); err != nil || got.Number != "1" || got.Rev != 1 {
		t.Fatal(got.Number, got.Rev, err)
	}
	if n, err := c.Count(t.Context(), nil, 0); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	limit(1 << 30)
	mustInsert(t, c, note{Meta: Meta{ID: "b"}, Number: "2", Body: big})
}

func TestAReadOnlyDatabaseSaysSo(t *testing.T) {
	db, c := newNotes(t)
	mustInsert(t, c, note{Meta: Meta{ID: "a"}})
	if _, err := db.commits.write.exec("PRAGMA query_only = 1"); err != nil {
		t.Fatal(err)
	}
	_, err := c.Insert(t.Context(), note{})
	wants(t, err, "read_only")
	_, err = c.Get(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
}

func TestAReaderReadsWhatAWriterMadeAndChangesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notes.db")
	early := OpenSQLiteReader(path)
	t.Cleanup(func() { early.Close() })
	_, err := Use(t.Context(), early, notes)
	wants(t, err, "not_made")
	if _, err := os.Stat(path); err == nil {
		t.Error("the reader made the file")
	}
	_, written := openNotes(t, path)
	mustInsert(t, written, note{Meta: Meta{ID: "a"}, Number: "1"})

	for range 2 { // beside the writer, and declared once more
		c, err := Use(t.Context(), early, notes)
		if err != nil {
			t.Fatal(err)
		}
		if _, err = c.Get(t.Context(), "a"); err != nil {
			t.Error(err)
		}
		_, err = c.Insert(t.Context(), note{})
		wants(t, err, "read_only")
		_, err = c.Update(t.Context(), "a", 0, func(n *note) error { n.Number = "2"; return nil })
		wants(t, err, "read_only")
		_, err = c.Upsert(t.Context(), "a", func(*note, bool) error { return ErrUnchanged })
		if err != nil {
			t.Error("who changes nothing is refused:", err)
		}
		_, err = early.Next(t.Context(), "n")
		wants(t, err, "read_only")
		wants(t, early.Lift(t.Context(), "n", 5), "read_only")
	}

	other := notes
	other.Indexes = nil
	late := OpenSQLiteReader(path)
	t.Cleanup(func() { late.Close() })
	_, err = Use(t.Context(), late, other)
	wants(t, err, "not_made")
}

func TestALockedDatabaseIsWaitedForWithPatience(t *testing.T) {
	t.Parallel()
	db, c := newNotes(t)
	db.commits.patience = time.Second
	mustInsert(t, c, note{Meta: Meta{ID: "a"}})
	other := sqlOn(t, db)
	other("BEGIN IMMEDIATE")
	touch := func(n *note) error { n.Updated++; return nil }
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := c.Update(ctx, "a", 0, touch); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
	start := time.Now()
	_, err := c.Update(t.Context(), "a", 0, touch)
	wants(t, err, "store_busy")
	if waited := time.Since(start); waited < db.commits.patience/2 || waited > patience {
		t.Fatal(waited)
	}
	if _, err := c.Get(t.Context(), "a"); err != nil {
		t.Fatal("readers do not wait:", err)
	}
	other("COMMIT")
	got, err := c.Update(t.Context(), "a", 0, touch)
	if err != nil || got.Updated != 1 { // the two that were reported as failed did not happen
		t.Fatal(got.Updated, err)
	}
}

func TestIndexesChangedByAnotherVersionStopTheWrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notes.db")
	_, c := openNotes(t, path)
	mustInsert(t, c, note{Meta: Meta{ID: "a"}, Column: "x"})
	db, err := OpenSQLite(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	spec := notes
	spec.Indexes = []Index{{Name: "newest", Fields: []string{"column"}}, {Name: "state", Fields: []string{"state"}}}
	if _, err := Use(t.Context(), db, spec); err != nil {
		t.Fatal(err)
	}
	_, err = c.Update(t.Context(), "a", 0, func(*note) error { return nil })
	wants(t, err, "indexes_changed")
	_, err = c.Insert(t.Context(), note{})
	wants(t, err, "indexes_changed")
	_, err = c.Find(t.Context(), Query{Where: []Cond{Eq("column", "x"), Eq("state", nil)}})
	wants(t, err, "indexes_changed")
}

func TestFilesThatCannotBeADatabaseAreRefused(t *testing.T) {
	dir := t.TempDir()
	_, err := OpenSQLite(t.Context(), dir)
	wants(t, err, "cannot_open")
	_, err = OpenSQLite(t.Context(), filepath.Join("/dev/null", "x.db"))
	wants(t, err, "cannot_open")
	junk := filepath.Join(dir, "junk.db")
	if err := os.WriteFile(junk, []byte(strings.Repeat("not a database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = OpenSQLite(t.Context(), junk)
	wants(t, err, "damaged")
}

func TestTheFilesAreTheOwnersOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "notes.db")
	_, c := openNotes(t, path)
	mustInsert(t, c, note{})
	for _, f := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(f)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Error(f, info.Mode(), err)
		}
	}
	if info, _ := os.Stat(filepath.Dir(path)); info.Mode().Perm() != 0o700 {
		t.Error(info.Mode())
	}
}

func TestStatementsForScansDoNotPileUp(t *testing.T) {
	db, c := newNotes(t)
	for n := range maxStmts + 10 {
		err := db.reads.with(t.Context(), func(c *conn) error {
			return c.query(t.Context(), fmt.Sprint("SELECT ", n), func([]driver.Value) error { return nil })
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if idle := db.reads.idle; len(idle) != 1 || len(idle[0].stmts) > maxStmts {
		t.Error("connections:", len(idle))
	}
	many := make([]string, maxSpans+1)
	for i := range many {
		many[i] = fmt.Sprint(i)
	}
	_, err := c.Find(t.Context(), Query{Where: []Cond{In("column", many...), Eq("state", "a")}, Sort: []string{"updated"}})
	wants(t, err, "unservable")
}

func TestARowThatSomebodyElseWroteAsTextEndsNothing(t *testing.T) {
	db, c := openNotes(t, filepath.Join(t.TempDir(), "notes.db"))
	n := note{Meta: Meta{ID: "a"}}
	mustInsert(t, c, n)
	for _, change := range []string{`UPDATE notes SET doc = CAST(doc AS TEXT)`, `UPDATE notes SET doc = 7`} {
		if _, err := db.commits.write.exec(change); err != nil {
			t.Fatal(err)
		}
		_, _ = c.Get(t.Context(), n.ID)
		_, _ = c.Find(t.Context(), Query{})
		_, _ = c.Update(t.Context(), n.ID, 0, func(*note) error { return nil })
	}
	if _, err := c.Get(t.Context(), n.ID); err == nil {
		t.Error("a document that is a number was read")
	}
}

func TestAnswersWaitForTheDiskUnlessTheStoreIsScratch(t *testing.T) {
	for want, open := range map[int64]func(context.Context, string) (*SQLite, error){2: OpenSQLite, 0: OpenScratch} {
		db, err := open(t.Context(), filepath.Join(t.TempDir(), "x.db"))
		if err != nil {
			t.Fatal(err)
		}
		err = db.commits.write.query(t.Context(), "PRAGMA synchronous", func(row []driver.Value) error {
			if row[0] != want {
				t.Errorf("synchronous is %v, want %d", row[0], want)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		_ = db.Close()
	}
}
