// The embedded index: SQLite FTS5 over Chinese character pairs, in a file of
// its own that any process of the machine may open.

package search

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"net/url"
	"strings"
	"time"

	"gongkai"

	"modernc.org/sqlite" // the driver "sqlite"
)

// format is the version of the file; another one has to be rebuilt.
const format = 1

// A slot is a document's row in the inverted index. Slots follow the date of
// publication, so that reading backwards gives the newest first.
const schema = `
CREATE TABLE IF NOT EXISTS docs (
	slot INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, item TEXT NOT NULL, site TEXT NOT NULL,
	epoch INTEGER NOT NULL, seq INTEGER NOT NULL, published INTEGER NOT NULL,
	doc_no TEXT NOT NULL, tail TEXT NOT NULL, index_no TEXT NOT NULL, rank TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS docs_doc_no ON docs (doc_no) WHERE doc_no != '';
CREATE INDEX IF NOT EXISTS docs_tail ON docs (tail) WHERE tail != '';
CREATE INDEX IF NOT EXISTS docs_index_no ON docs (index_no) WHERE index_no != '';
CREATE TABLE IF NOT EXISTS terms (slot INTEGER PRIMARY KEY, terms TEXT NOT NULL); -- narrow, so that ten thousand are read fast
CREATE TABLE IF NOT EXISTS gone (id TEXT PRIMARY KEY, epoch INTEGER NOT NULL, seq INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE IF NOT EXISTS grams USING fts5 (tokens, content='', contentless_delete=1, tokenize='ascii');
INSERT INTO grams (grams, rank) VALUES ('hashsize', 16777216); -- a thousand documents to a flush
INSERT OR IGNORE INTO meta VALUES ('spill', 0);`

// Local is the embedded Index. Several may be open on one file.
type Local struct {
	write *sql.DB // one connection: writers queue here, and at the file's lock
	read  *sql.DB
	key   []byte // seals cursors; the same for all who open the file
	now   gongkai.Clock

	synonyms synonyms
}

var _ Index = (*Local)(nil)

// OpenLocal opens the index file, making it if there is none. A file that
// cannot be used is Unavailable.
func OpenLocal(ctx context.Context, path string) (*Local, error) {
	l := &Local{now: time.Now}
	var err error
	if l.write, err = openFile(path, 1, "&_txlock=immediate&_pragma=synchronous(FULL)&_pragma=secure_delete(1)"); err != nil {
		return nil, fault(err)
	}
	if l.read, err = openFile(path, 8, "&_pragma=query_only(1)"); err != nil {
		return nil, errors.Join(fault(err), l.write.Close())
	}
	if err := l.prepare(ctx); err != nil {
		return nil, errors.Join(fault(err), l.Close())
	}
	return l, nil
}

// OpenLocalReader opens the index file for searching: whatever would write is
// refused by SQLite itself.
func OpenLocalReader(ctx context.Context, path string) (*Local, error) {
	l, err := OpenLocal(ctx, path) // makes the tables if this process comes first
	if err != nil {
		return nil, err
	}
	err = l.write.Close()
	l.write = l.read
	return l, fault(err)
}

// Synonyms sets the groups of words (同义词) that find each other; set them
// before the index is used. What holds the word itself ranks first.
func (l *Local) Synonyms(groups [][]string) { l.synonyms = synonymsOf(groups) }

func openFile(path string, connections int, more string) (*sql.DB, error) {
	name := "file:" + (&url.URL{Path: path}).EscapedPath() + "?_pragma=busy_timeout(10000)" + more
	db, err := sql.Open("sqlite", name)
	if err == nil {
		db.SetMaxOpenConns(connections)
		db.SetMaxIdleConns(connections)
	}
	return db, err
}

// prepare makes the tables. Switching a file to WAL does not wait for others
// that open it at the same moment, so it is tried again.
func (l *Local) prepare(ctx context.Context) error {
	var err error
	for range 50 {
		if _, err = l.write.ExecContext(ctx, "PRAGMA journal_mode=WAL"); !busy(err) {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if err != nil {
		return err
	}
	return l.update(ctx, func(tx *sql.Tx) error {
		if err := checkFormat(ctx, tx); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, schema); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "INSERT OR IGNORE INTO meta VALUES ('key', ?)", []byte(rand.Text())); err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = 'key'").Scan(&l.key)
	})
}

func checkFormat(ctx context.Context, tx *sql.Tx) error {
	var version int
	if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	switch version {
	case format:
		return nil
	case 0:
		_, err := tx.ExecContext(ctx, "PRAGMA user_version = 1")
		return err
	}
	return gongkai.E(gongkai.Unavailable, "search_format", "检索库由另一版本的程序建立：请停机，删除 search.db，再运行 gongkai index rebuild",
		"the search index was made by another version of the program: stop, delete search.db, then run gongkai index rebuild")
}

// update runs change in one write transaction.
func (l *Local) update(ctx context.Context, change func(*sql.Tx) error) error {
	return within(ctx, l.write, nil, change)
}

// view runs look on one state of the index.
func (l *Local) view(ctx context.Context, look func(*sql.Tx) error) error {
	return within(ctx, l.read, &sql.TxOptions{ReadOnly: true}, look)
}

func within(ctx context.Context, db *sql.DB, options *sql.TxOptions, do func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, options)
	if err != nil {
		return fault(err)
	}
	if err := do(tx); err != nil {
		_ = tx.Rollback() // the first error is the one that tells
		return fault(err)
	}
	return fault(tx.Commit())
}

// Get implements Index.
func (l *Local) Get(ctx context.Context, id string) (Hit, error) {
	h := Hit{ID: id}
	err := l.read.QueryRowContext(ctx, "SELECT item, site, epoch, seq FROM docs WHERE id = ?", id).
		Scan(&h.Item, &h.Site, &h.Epoch, &h.Seq)
	if errors.Is(err, sql.ErrNoRows) {
		return Hit{}, gongkai.E(gongkai.Missing, "search_missing", "检索库中没有此页面", "the search index does not hold this page")
	}
	return h, fault(err)
}

// Reset implements Index.
func (l *Local) Reset(ctx context.Context) error {
	return l.update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO grams (grams) VALUES ('delete-all');
			DELETE FROM docs; DELETE FROM terms; DELETE FROM gone; UPDATE meta SET value = 0 WHERE name = 'spill'`)
		return err
	})
}

// Purge removes from the file what deletions and replacements have left in it:
// until then the pairs of a withdrawn text are out of reach, but still there.
// It rewrites the inverted index in short steps; others can write in between.
func (l *Local) Purge(ctx context.Context) error {
	for pages, before := -1000, int64(-1); ; pages = 1000 {
		var after int64
		err := l.update(ctx, func(tx *sql.Tx) error {
			if _, err := tx.ExecContext(ctx, "INSERT INTO grams (grams, rank) VALUES ('merge', ?)", pages); err != nil {
				return err
			}
			return tx.QueryRowContext(ctx, "SELECT total_changes()").Scan(&after)
		})
		if err != nil {
			return err
		}
		if before >= 0 && after-before < 2 {
			_, err := l.write.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
			return fault(err)
		}
		before = after
	}
}

// Ping implements Index.
func (l *Local) Ping(ctx context.Context) error {
	var n int
	return fault(l.read.QueryRowContext(ctx, "SELECT count(*) FROM meta WHERE name = 'spill'").Scan(&n))
}

// Close implements Index.
func (l *Local) Close() error { return errors.Join(l.read.Close(), l.write.Close()) }

func busy(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code()&0xff == 5
}

// fault makes a foreign error one of ours: whatever the file suffers from, the
// index cannot answer now.
func fault(err error) error {
	var own *gongkai.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &own):
		return err
	case strings.Contains(err.Error(), "database is closed"):
		return gongkai.E(gongkai.Unavailable, "search_closed", "检索库已关闭", "the search index is closed").Because(err)
	}
	return gongkai.E(gongkai.Unavailable, "search_unavailable", "检索库暂时不可用", "the search index is not available").Because(err)
}
