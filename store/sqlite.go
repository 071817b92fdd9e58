// SQLite: the embedded driver. Readers have connections of their own; all
// writes go through one committer, which lets them share a commit; checkpoints
// run beside it.

package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// SQLite is an open SQLite file. Several processes of one machine may have the
// same file open.
type SQLite struct {
	reads    *readers
	commits  *committer // nil in a reader, as are ckpts
	ckpts    *checkpointer
	mu       sync.RWMutex
	tables   map[string]*sqliteTable
	shutdown sync.Once
}

// patience is how long a write waits for another process to finish its own.
const patience = 10 * time.Second

// OpenSQLite opens the database file at path; file and folders are made if they
// are absent.
func OpenSQLite(ctx context.Context, path string) (*SQLite, error) {
	return openSQLite(ctx, path, dsnOf(path, "FULL"), patience)
}

// OpenScratch opens what is thrown away: no write waits for the disk, so that a
// machine that crashes loses what was answered. Tests make stores by the hundred.
func OpenScratch(ctx context.Context, path string) (*SQLite, error) {
	return openSQLite(ctx, path, dsnOf(path, "OFF"), patience)
}

func openSQLite(ctx context.Context, path, dsn string, patience time.Duration) (*SQLite, error) {
	if err := touch(path); err != nil {
		return nil, cannotOpen().Because(err)
	}
	write, err := connect(ctx, dsn, "PRAGMA busy_timeout = 0") // the committer waits itself
	if err != nil {
		return nil, err
	}
	copier, err := connect(ctx, dsn)
	if err != nil {
		write.close()
		return nil, err
	}
	db := &SQLite{tables: map[string]*sqliteTable{}, ckpts: newCheckpointer(copier)}
	db.reads = newReaders(dsn)
	db.commits = newCommitter(db, write, patience)
	if err := db.commits.submit(ctx, createCatalog); err != nil {
		_ = db.Close()
		return nil, err
	}
	return db, nil
}

// OpenSQLiteReader opens the database file at path for reading alone: whatever
// would write is refused, by SQLite too. Somebody else makes the file, which may
// be absent until a collection is declared.
func OpenSQLiteReader(path string) *SQLite {
	dsn := fileURI(path, url.Values{"mode": {"ro"}, "_pragma": {"busy_timeout(5000)", "query_only(1)", "cache_size(-16384)", "temp_store(MEMORY)"}})
	return &SQLite{tables: map[string]*sqliteTable{}, reads: newReaders(dsn)}
}

func newReaders(dsn string) *readers {
	return &readers{slots: make(chan struct{}, 8), open: func() (*conn, error) { return connect(context.Background(), dsn) }}
}

// submit runs a write, which a reader refuses.
func (db *SQLite) submit(ctx context.Context, run func(*writer) error) error {
	if db.commits == nil {
		return readOnly()
	}
	return db.commits.submit(ctx, run)
}

// touch makes the file readable by its owner only: it holds personal data.
// SQLite gives its side files the same mode.
func touch(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// dsnOf asks for a write-ahead log, with FULL on the disk before a commit returns.
// A log that outgrows its checkpoints (6,000 pages, 24 MB) holds up the writers.
func dsnOf(path, synchronous string) string {
	return fileURI(path, url.Values{"_pragma": {
		"busy_timeout(5000)", "page_size(4096)", "journal_mode(WAL)", "synchronous(" + synchronous + ")", "wal_autocheckpoint(6000)",
		"journal_size_limit(67108864)", "cache_size(-16384)", "temp_store(MEMORY)",
	}})
}

// fileURI is how the driver is told a file and its settings.
func fileURI(path string, q url.Values) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: q.Encode()}).String()
}

// Close finishes what was begun and closes the file.
func (db *SQLite) Close() error {
	db.shutdown.Do(func() {
		if db.commits == nil {
			db.reads.close()
			return
		}
		db.commits.close()
		db.ckpts.close()
		db.reads.close()
		db.commits.write.close()
	})
	return nil
}

// Ping answers whether the database can be read.
func (db *SQLite) Ping(ctx context.Context) error {
	return db.reads.with(ctx, func(c *conn) error {
		return c.query(ctx, "SELECT count(*) FROM _catalog", ignore)
	})
}

// Next implements DB.
func (db *SQLite) Next(ctx context.Context, counter string) (n int64, err error) {
	err = db.submit(ctx, func(w *writer) error {
		return w.query("INSERT INTO _counters(name, n) VALUES(?, 1) ON CONFLICT DO UPDATE SET n = n + 1 RETURNING n",
			func(row []driver.Value) error { n = row[0].(int64); return nil }, counter)
	})
	return n, err
}

// Lift implements DB.
func (db *SQLite) Lift(ctx context.Context, counter string, atLeast int64) error {
	return db.submit(ctx, func(w *writer) error {
		return w.exec("INSERT INTO _counters(name, n) VALUES(?, ?) ON CONFLICT DO UPDATE SET n = max(n, excluded.n)", counter, atLeast)
	})
}

// Load implements DB.
func (db *SQLite) Load(ctx context.Context, t *Table, id string) (raw Raw, err error) {
	s, err := db.table(t)
	if err != nil {
		return raw, err
	}
	err = db.reads.with(ctx, func(c *conn) (err error) {
		raw, err = s.load(c, id)
		return err
	})
	return raw, err
}

// Insert implements DB.
func (db *SQLite) Insert(ctx context.Context, t *Table, docs []Raw) []error {
	errs := make([]error, len(docs))
	s, err := db.table(t)
	if err == nil {
		err = db.submit(ctx, func(w *writer) error {
			for i := range docs {
				if errs[i] = sqliteError(w.store(s, row{}, docs[i])); w.broken != nil {
					return w.broken
				}
				if errors.Is(errs[i], errLost) {
					errs[i] = duplicate("id")
				}
			}
			return nil
		})
	}
	for i := range errs {
		if err != nil { // nothing was committed
			errs[i] = err
		}
	}
	return errs
}

// Change implements DB. The first attempt decides in the caller's goroutine, on
// a document read beside the writers; if somebody was faster, the second one
// decides under the write lock, where nobody can be.
func (db *SQLite) Change(ctx context.Context, t *Table, id string, decide func(Raw) (Raw, error)) error {
	s, err := db.table(t)
	if err != nil {
		return err
	}
	var cur Raw
	var old row
	if err := db.reads.with(ctx, func(c *conn) (err error) {
		cur, old, err = s.loadRow(c, id)
		return err
	}); err != nil {
		return err
	}
	next, err := decide(cur)
	if err != nil {
		return err
	}
	return db.submit(ctx, func(w *writer) error {
		if err := w.store(s, old, next); !errors.Is(err, errLost) {
			return err
		}
		if cur, old, err = s.loadRow(w.conn, id); err != nil {
			return w.failed(err)
		}
		if next, err = decide(cur); err != nil {
			return err
		}
		return w.store(s, old, next)
	})
}
