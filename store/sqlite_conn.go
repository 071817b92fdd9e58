// One SQLite connection with its prepared statements, and the pool of readers.
// The driver is used without database/sql: its bookkeeping costs as much as a
// small query.

package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"sync"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// conn is used by one goroutine at a time.
type conn struct {
	raw   driver.Conn
	stmts map[string]driver.Stmt
}

// maxStmts bounds the cache: the number of stretches of a scan varies.
const maxStmts = 256

// connect opens a connection and runs what is to hold for it alone.
func connect(ctx context.Context, dsn string, first ...string) (*conn, error) {
	open, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, sqliteError(err)
	}
	raw, err := open.Connect(ctx)
	if err != nil {
		return nil, sqliteError(err)
	}
	c := &conn{raw: raw, stmts: map[string]driver.Stmt{}}
	for _, sql := range first {
		if err := c.query(ctx, sql, ignore); err != nil {
			c.close()
			return nil, sqliteError(err)
		}
	}
	return c, nil
}

func ignore([]driver.Value) error { return nil }

func (c *conn) prepare(sql string) (driver.Stmt, error) {
	if st, ok := c.stmts[sql]; ok {
		return st, nil
	}
	if len(c.stmts) >= maxStmts {
		c.forget()
	}
	st, err := c.raw.(driver.ConnPrepareContext).PrepareContext(context.Background(), sql)
	if err == nil {
		c.stmts[sql] = st
	}
	return st, err
}

// forget drops the prepared statements.
func (c *conn) forget() {
	for sql, st := range c.stmts {
		_ = st.Close()
		delete(c.stmts, sql)
	}
}

func (c *conn) exec(sql string, args ...driver.Value) (changed int64, err error) {
	st, err := c.prepare(sql)
	if err != nil {
		return 0, err
	}
	r, err := st.(driver.StmtExecContext).ExecContext(context.Background(), named(args))
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// query hands each row to each; the row is reused.
func (c *conn) query(ctx context.Context, sql string, each func(row []driver.Value) error, args ...driver.Value) error {
	st, err := c.prepare(sql)
	if err != nil {
		return err
	}
	rows, err := st.(driver.StmtQueryContext).QueryContext(ctx, named(args))
	if err != nil {
		return err
	}
	defer rows.Close()
	row := make([]driver.Value, len(rows.Columns()))
	for {
		if err := rows.Next(row); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		if err := each(row); err != nil {
			return err
		}
	}
}

func named(args []driver.Value) []driver.NamedValue {
	out := make([]driver.NamedValue, len(args))
	for i, v := range args {
		out[i] = driver.NamedValue{Ordinal: i + 1, Value: v}
	}
	return out
}

func (c *conn) close() {
	c.forget()
	_ = c.raw.Close()
}

// readers is the pool of reading connections, the last used first: its page
// cache is warm.
type readers struct {
	open  func() (*conn, error)
	slots chan struct{}
	mu    sync.Mutex
	idle  []*conn
}

func (p *readers) with(ctx context.Context, read func(*conn) error) error {
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
	case <-ctx.Done():
		return cancelled(ctx.Err())
	}
	if ctx.Err() != nil {
		return cancelled(ctx.Err())
	}
	c, err := p.take()
	if err != nil {
		return err
	}
	defer p.put(c)
	err = read(c)
	if sqliteCode(err) == lib.SQLITE_ERROR { // the statements fit the tables, unless those were changed
		return indexesChanged().Because(err)
	}
	return sqliteError(err)
}

func (p *readers) take() (*conn, error) {
	p.mu.Lock()
	n := len(p.idle)
	if n == 0 {
		p.mu.Unlock()
		return p.open()
	}
	c := p.idle[n-1]
	p.idle = p.idle[:n-1]
	p.mu.Unlock()
	return c, nil
}

func (p *readers) put(c *conn) {
	p.mu.Lock()
	p.idle = append(p.idle, c)
	p.mu.Unlock()
}

// close waits for the running reads; later ones are refused.
func (p *readers) close() {
	for range cap(p.slots) {
		p.slots <- struct{}{}
	}
	p.open = func() (*conn, error) { return nil, closed() }
	for _, c := range p.idle {
		c.close()
	}
	p.idle = nil
	for range cap(p.slots) {
		<-p.slots
	}
}
