// restore --files: originals that are missing come back; stores stay as they are.

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gongkai"
)

// putBack unpacks the originals aside, compares, and then moves into place
// those that are missing. A file's name is its digest, so nothing that is there
// is another. Public copies are made again from the originals by the workers:
// what was withdrawn since must not come back with them.
func (c restoreCmd) putBack(ctx context.Context, s streams) error {
	if c.OriginalsURL != "" {
		return gongkai.E(gongkai.Blocked, "elsewhere", "原件在 S3 中（GONGKAI_ORIGINALS_URL）：请按桶的版本恢复", "originals lie in S3 (GONGKAI_ORIGINALS_URL): restore versions of the bucket")
	}
	a, err := c.dataFlag.open(ctx, s)
	if err != nil {
		return err
	}
	defer func() { _ = a.close() }()
	work, err := os.MkdirTemp(c.Data, ".files-*")
	if err != nil {
		return dataFolder(err)
	}
	defer func() { _ = os.RemoveAll(work) }()
	p := newProgress(s.errs, "读取备份 / reading the backup")
	m, err := readArchive(ctx, c.File, c.keys, func(name string, r io.Reader) error {
		digest, original := strings.CutPrefix(name, "files/originals/")
		if !original || exists(filepath.Join(c.Data, filepath.FromSlash(name))) || a.purged(ctx, digest) {
			_, err := io.Copy(io.Discard, r)
			return err
		}
		return writeNew(filepath.Join(work, filepath.FromSlash(name)), io.TeeReader(r, counting(p.add)))
	})
	if err != nil {
		return err
	}
	p.end()
	n, err := c.moveMissing(work)
	if err == nil {
		err = c.reconciler(a, s).OweFiles(ctx)
	}
	if err == nil {
		_, err = fmt.Fprintf(s.out, "已补回 / put back: %d originals of %s; 公开副本由工作进程重做 / public copies are made again by the workers\n", n, m.Taken.Format(time.DateTime))
	}
	return err
}

// purged tells whether an original went when its retention was over: it does
// not come back.
func (a *app) purged(ctx context.Context, digest string) bool {
	stat, err := a.content.Files.Stat(ctx, digest)
	return err == nil && stat.Purged != nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func (c restoreCmd) moveMissing(work string) (n int, err error) {
	err = filepath.WalkDir(work, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		rel, err := filepath.Rel(work, path)
		if err != nil {
			return err
		}
		to := filepath.Join(c.Data, rel)
		n++
		return errors.Join(os.MkdirAll(filepath.Dir(to), 0o700), os.Rename(path, to)) //nolint:gosec // work is a folder of our own making
	})
	if err != nil {
		return n, dataFolder(err)
	}
	return n, nil
}
