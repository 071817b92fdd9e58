// The walk over files and folders.

package importer

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// maxFile is the most that one file may hold.
const maxFile = 64 << 20

// Read walks the paths (files or folders, taken relative to root) and hands
// every draft to each. A bad file becomes a Skip; only each's own error, or
// the end of ctx, stops the walk.
func Read(ctx context.Context, root string, paths []string, each func(Draft) error) ([]Skip, error) {
	w := walk{ctx: ctx, root: root, each: each}
	for _, path := range paths {
		if !filepath.IsAbs(path) {
			path = filepath.Join(root, path)
		}
		w.top = path
		if err := filepath.WalkDir(path, w.visit); err != nil {
			return w.skips, err
		}
	}
	return w.skips, nil
}

type walk struct {
	ctx   context.Context
	root  string
	top   string // the path being walked: asked for by name, so never hidden
	each  func(Draft) error
	skips []Skip
}

func (w *walk) visit(path string, entry fs.DirEntry, err error) error {
	if stop := w.ctx.Err(); stop != nil {
		return stop
	}
	if err != nil {
		w.skips = append(w.skips, unreadable(w.source(path), err))
		return nil
	}
	if hidden(entry.Name()) && path != w.top {
		w.skips = append(w.skips, Skip{w.source(path), "hidden_file", "隐藏的或临时的文件、文件夹", "hidden or temporary file or folder"})
		if entry.IsDir() {
			return fs.SkipDir
		}
		return nil
	}
	if entry.IsDir() {
		return nil
	}
	return w.file(path)
}

func (w *walk) file(path string) error {
	source := w.source(path)
	if formatOf(source) == nil { // not opened at all
		w.skips = append(w.skips, unknownKind(source))
		return nil
	}
	data, err := load(path)
	if err != nil {
		w.skips = append(w.skips, unreadable(source, err))
		return nil
	}
	skips, err := parse(source, data, func(d Draft) error {
		if stop := w.ctx.Err(); stop != nil {
			return stop
		}
		return w.each(d)
	})
	w.skips = append(w.skips, skips...)
	return err
}

// load reads a regular file, one byte more than allowed at most, so that parse
// sees that it is too large.
func load(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() { // a pipe would block for ever
		return nil, errors.New("not a regular file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxFile+1))
}

// source names a file relative to the root where it lies inside it; a path
// outside is named by its last part only.
func (w *walk) source(path string) string {
	rel, err := filepath.Rel(w.root, path)
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return filepath.Base(path)
	}
	return filepath.ToSlash(rel)
}

// hidden names are version control, system files and the lock files of office programs.
func hidden(name string) bool {
	return len(name) > 1 && name[0] == '.' || strings.HasPrefix(name, "~$")
}

func unreadable(source string, err error) Skip {
	if errors.Is(err, fs.ErrNotExist) {
		return Skip{source, "missing_file", "文件不存在", "no such file"}
	}
	return Skip{source, "unreadable_file", "文件无法读取", "the file cannot be read"}
}
