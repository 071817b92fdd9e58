// The errors of the store. None carries a value; places are field paths.

package store

import (
	"context"
	"errors"
	"fmt"

	"gongkai"
)

func missing() error {
	return gongkai.E(gongkai.Missing, "missing", "没有这份文档", "there is no such document")
}

func stale() error {
	return gongkai.E(gongkai.Conflict, "stale", "文档已被他人修改，请刷新后重试", "somebody changed the document first; reload it")
}

func duplicate(index string) error {
	return gongkai.E(gongkai.Conflict, "duplicate", "已有相同的文档", "there is such a document already",
		gongkai.Detail{Where: index, Code: "duplicate", Zh: "该值已被占用", En: "this value is taken"})
}

func invalid(code, where, zh, en string) error {
	return gongkai.E(gongkai.Invalid, code, "文档不能保存："+zh, "the document cannot be stored: "+en,
		gongkai.Detail{Where: where, Code: code, Zh: zh, En: en})
}

func badText(path string) error {
	return invalid("bad_text", path, "文本不是有效的 UTF-8 或含有空字符", "text is not valid UTF-8 or holds a NUL")
}

func newer() error {
	return gongkai.E(gongkai.Blocked, "newer_document", "文档由更新版本的程序写入，请升级后再修改", "a newer program wrote this document; upgrade before changing it")
}

func badCursor() error {
	return gongkai.E(gongkai.Invalid, "bad_cursor", "翻页标记无效，请从第一页重新查询", "the page cursor is not one of this query; start at the first page")
}

// wrong is a mistake in the program, not in the data: the developer must see it.
func wrong(code, where, zh, en string) error {
	return gongkai.E(gongkai.Internal, code, zh, en, gongkai.Detail{Where: where, Code: code, Zh: zh, En: en})
}

func unavailable(code, zh, en string) *gongkai.Error {
	return gongkai.E(gongkai.Unavailable, code, zh, en)
}

// cancelled wraps the end of a context, so that errors.Is still finds it.
func cancelled(err error) error {
	return unavailable("cancelled", "请求已取消或超时", "the request was cancelled or took too long").Because(err)
}

func isCancel(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// guarded runs a change of a caller; a panic in it stays its own trouble.
func guarded(run func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = gongkai.E(gongkai.Internal, "panic", "程序内部错误", "internal error").Because(fmt.Errorf("panic in a change: %T", p))
		}
	}()
	return run()
}
