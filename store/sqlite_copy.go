// Copies of an open SQLite file, and whether a copy is whole.

package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"net/url"
	"os"

	"modernc.org/sqlite"

	"gongkai"
)

// copyPages is how many pages one step of a copy moves: 1 MB.
const copyPages = 256

// Snapshot copies the database into a new file at path, as it is at this
// moment. Writers go on meanwhile: what they write is not in the copy, and the
// write-ahead log keeps it until the copy is done. progress, which may be nil,
// hears how many bytes are copied, of how many.
//
// SQLite's backup would begin anew whenever somebody writes; a read transaction
// held open all the while is what pins it to one state.
func (db *SQLite) Snapshot(ctx context.Context, path string, progress func(done, total int64)) error {
	if err := create(path); err != nil {
		return err
	}
	err := db.reads.with(ctx, func(c *conn) error {
		if _, err := c.exec("BEGIN"); err != nil {
			return err
		}
		defer func() { _, _ = c.exec("ROLLBACK") }() // nothing was written: it ends the reading
		if err := c.query(ctx, "SELECT count(*) FROM _catalog", func([]driver.Value) error { return nil }); err != nil {
			return err
		}
		return copyTo(ctx, c, path, progress)
	})
	if err != nil {
		_ = os.Remove(path)
	}
	return err
}

// create makes a file of the owner's alone, where there is none.
func create(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return notCopied().Because(err)
	}
	return f.Close()
}

func notCopied() *gongkai.Error {
	return gongkai.E(gongkai.Unavailable, "copy", "数据库副本无法写入", "the copy of the database cannot be written")
}

func copyTo(ctx context.Context, c *conn, path string, progress func(done, total int64)) error {
	from, ok := c.raw.(interface {
		NewBackup(uri string) (*sqlite.Backup, error)
	})
	if !ok {
		return notCopied()
	}
	b, err := from.NewBackup(fileURI(path, url.Values{"_pragma": {"journal_mode(OFF)", "synchronous(OFF)"}})) // a copy that fails is thrown away
	if err != nil {
		return notCopied().Because(err)
	}
	for more := true; more && err == nil; {
		if more, err = b.Step(copyPages); err == nil && progress != nil {
			total := int64(b.PageCount())
			progress((total-int64(b.Remaining()))*pageSize, total*pageSize)
		}
		err = errors.Join(err, ctx.Err())
	}
	if err = errors.Join(err, b.Finish()); err != nil {
		return notCopied().Because(err)
	}
	return nil
}

const pageSize = 4096

// IntactSQLite reads the whole file at path, which nobody has open, and tells
// whether it is a sound database.
func IntactSQLite(ctx context.Context, path string) error {
	c, err := connect(ctx, fileURI(path, url.Values{"mode": {"ro"}, "immutable": {"1"}}))
	if err != nil {
		return err
	}
	defer c.close()
	said := ""
	err = c.query(ctx, "PRAGMA integrity_check(1)", func(row []driver.Value) error {
		said, _ = row[0].(string)
		return nil
	})
	if err != nil || said != "ok" {
		return gongkai.E(gongkai.Unavailable, "damaged", "数据库文件已损坏", "the database file is damaged").Because(err)
	}
	return nil
}
