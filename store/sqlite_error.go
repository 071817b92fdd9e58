// SQLite's error codes in the project's words.

package store

import (
	"errors"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"gongkai"
)

// sqliteCode is the primary result code, -1 if err is not SQLite's.
func sqliteCode(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code() & 0xff
	}
	return -1
}

// sqliteError translates once; errors that are not SQLite's pass through.
func sqliteError(err error) error {
	var ours *gongkai.Error
	switch {
	case err == nil, errors.As(err, &ours):
		return err
	case isCancel(err):
		return cancelled(err)
	}
	e := unavailable("store_error", "数据库出错", "the database failed")
	switch sqliteCode(err) {
	case -1:
		return err
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
		e = unavailable("store_busy", "数据库正被其他程序占用，请稍后重试", "another program holds the database; try again later")
	case lib.SQLITE_FULL:
		e = unavailable("disk_full", "磁盘空间不足，未写入任何内容", "the disk is full; nothing was written")
	case lib.SQLITE_READONLY:
		e = readOnly()
	case lib.SQLITE_CANTOPEN, lib.SQLITE_PERM, lib.SQLITE_AUTH:
		e = cannotOpen()
	case lib.SQLITE_CORRUPT, lib.SQLITE_NOTADB:
		e = unavailable("damaged", "数据库文件已损坏，请从备份恢复", "the database file is damaged; restore it from a backup")
	case lib.SQLITE_IOERR:
		e = unavailable("disk_error", "磁盘读写出错或已满，未写入任何内容", "the disk failed or is full; nothing was written")
	}
	return e.Because(err)
}

func isConstraint(err error) bool { return sqliteCode(err) == lib.SQLITE_CONSTRAINT }

func isBusy(err error) bool { return sqliteCode(err) == lib.SQLITE_BUSY }

func closed() error { return unavailable("closed", "数据库已关闭", "the database is closed") }

func cannotOpen() *gongkai.Error {
	return unavailable("cannot_open", "无法打开数据库文件，请检查路径和权限", "the database file cannot be opened; check path and permissions")
}

func indexesChanged() *gongkai.Error {
	return gongkai.E(gongkai.Blocked, "indexes_changed", "另一版本的程序更改了索引，请重启本程序", "a program of another version changed the indexes; restart this one")
}

func readOnly() *gongkai.Error {
	return unavailable("read_only", "数据库只读，未写入任何内容", "the database is read-only; nothing was written")
}

// notMade is what a reader says of a database that no writer of its version has
// made ready. It passes when one starts.
func notMade(table string) *gongkai.Error {
	return gongkai.E(gongkai.Unavailable, "not_made", "数据库尚未由本版本的程序建好，请先启动 serve 或 worker", "no program of this version has made the database ready: start serve or a worker first",
		gongkai.Detail{Where: table, Code: "not_made", Zh: "缺少该集合，或其索引属于另一版本", En: "this collection is absent, or has the indexes of another version"})
}
