// The committer: one goroutine that runs the writes of this process. Those that
// arrive while it writes to the disk share the next commit.

package store

import (
	"cmp"
	"context"
	"database/sql/driver"
	"sync/atomic"
	"time"
)

// committer owns the writing connection.
type committer struct {
	db       *SQLite
	write    *conn
	patience time.Duration
	queue    chan *request
	closing  chan struct{}
	done     chan struct{}
	version  int64 // schema version that the tables were checked against
}

// request is one write that waits for its commit.
type request struct {
	run   func(*writer) error
	taken atomic.Bool // by the committer, or by a caller who gave up
	err   error
	done  chan struct{}
}

// maxBatch bounds how long a write waits for its neighbours.
const maxBatch = 256

func newCommitter(db *SQLite, write *conn, patience time.Duration) *committer {
	c := &committer{db: db, write: write, patience: patience,
		queue: make(chan *request, maxBatch), closing: make(chan struct{}), done: make(chan struct{})}
	go c.loop()
	return c
}

// submit runs a write and returns when it is on the disk, or certainly is not.
// A caller may give up only until the write has begun.
func (c *committer) submit(ctx context.Context, run func(*writer) error) error {
	r := &request{run: run, done: make(chan struct{})}
	if ctx.Err() != nil {
		return cancelled(ctx.Err())
	}
	select {
	case <-c.closing:
		return closed()
	default:
	}
	select {
	case c.queue <- r:
	case <-ctx.Done():
		return cancelled(ctx.Err())
	case <-c.done:
		return closed()
	}
	select {
	case <-r.done:
		return r.err
	case <-ctx.Done():
		if !r.taken.Swap(true) {
			return cancelled(ctx.Err())
		}
	case <-c.done: // everything that was begun is answered by now
		if !r.taken.Swap(true) {
			return closed()
		}
	}
	<-r.done
	return r.err
}

func (c *committer) close() {
	close(c.closing)
	<-c.done
}

func (c *committer) loop() {
	defer close(c.done)
	for {
		select {
		case r := <-c.queue:
			c.commit(r)
		case <-c.closing:
			select {
			case r := <-c.queue:
				c.commit(r)
			default:
				return
			}
		}
	}
}

// commit runs one batch: the first request and those that queue behind it.
func (c *committer) commit(first *request) {
	batch := make([]*request, 0, 16)
	err := c.begin()
	w := &writer{conn: c.write, broken: err}
	for r := first; r != nil; r = c.waiting(len(batch)) {
		if r.taken.Swap(true) {
			continue
		}
		batch = append(batch, r)
		if w.broken == nil {
			r.err = w.run(r)
		}
	}
	if w.broken == nil {
		_ = w.exec("COMMIT")
	}
	if w.broken != nil {
		_, _ = c.write.exec("ROLLBACK") // fails if SQLite has rolled back by itself
	}
	for _, r := range batch {
		if w.broken != nil {
			r.err = w.broken
		}
		close(r.done)
	}
	c.db.ckpts.wrote(w.wrote)
}

// waiting is the next queued request, nil if there is none or the batch is full.
func (c *committer) waiting(have int) *request {
	if have >= maxBatch {
		return nil
	}
	select {
	case r := <-c.queue:
		return r
	default:
		return nil
	}
}

// begin takes the write lock. Other processes hold it for moments, so asking
// often and briefly is fairer than SQLite's own growing pauses.
func (c *committer) begin() error {
	end := time.Now().Add(c.patience)
	for pause := 100 * time.Microsecond; ; pause = min(2*pause, 2*time.Millisecond) {
		_, err := c.write.exec("BEGIN IMMEDIATE")
		if err == nil {
			return c.checkTables()
		}
		if !isBusy(err) || time.Now().After(end) {
			return sqliteError(err)
		}
		time.Sleep(pause)
	}
}

// checkTables looks whether another process changed the indexes of a table that
// this one knows: keys made for the old ones would be wrong.
func (c *committer) checkTables() error {
	version := c.version
	err := c.write.query(context.Background(), "PRAGMA schema_version", func(row []driver.Value) error {
		version = row[0].(int64)
		return nil
	})
	if err == nil && version != c.version {
		err = c.db.compareCatalog(c.write)
	}
	if err == nil {
		c.version = version
	}
	return sqliteError(err)
}

// writer is the open transaction of a batch.
type writer struct {
	*conn
	broken error // the whole batch is lost
	wrote  int   // documents
}

func (w *writer) run(r *request) error {
	err := guarded(func() error { return r.run(w) })
	return sqliteError(err)
}

// failed notes a trouble of the database itself; a broken constraint is only
// the trouble of one statement.
func (w *writer) failed(err error) error {
	if err != nil && !isConstraint(err) && w.broken == nil {
		w.broken = sqliteError(err)
	}
	return err
}

func (w *writer) exec(sql string, args ...driver.Value) error {
	_, err := w.conn.exec(sql, args...)
	return w.failed(err)
}

// replace runs a statement that must find its one row as it was seen.
func (w *writer) replace(sql string, args ...driver.Value) error {
	changed, err := w.conn.exec(sql, args...)
	if err == nil && changed != 1 {
		return errLost
	}
	return w.failed(err)
}

func (w *writer) query(sql string, each func([]driver.Value) error, args ...driver.Value) error {
	return w.failed(w.conn.query(context.Background(), sql, each, args...))
}

// whole runs several statements that belong together: all or none.
func (w *writer) whole(run func() error) error {
	if err := w.exec("SAVEPOINT whole"); err != nil {
		return err
	}
	err := run()
	if err != nil && w.broken == nil {
		_ = w.exec("ROLLBACK TO whole") // if even this fails, the batch is broken
	}
	if w.broken == nil {
		_ = w.exec("RELEASE whole")
	}
	return cmp.Or(err, w.broken)
}
