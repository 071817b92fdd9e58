// backup --verify: whether a backup can be restored, without restoring it.

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gongkai/store"
)

// verify reads the whole archive. Its stores are put into a temporary folder
// to be opened; everything else is only read.
func (c backupCmd) verify(ctx context.Context, s streams) error {
	work, err := os.MkdirTemp("", "gongkai-verify-*")
	if err != nil {
		return cannotWrite(err)
	}
	defer func() { _ = os.RemoveAll(work) }()
	p := newProgress(s.errs, "读取 / reading")
	m, err := readArchive(ctx, c.Verify, c.keys, func(name string, r io.Reader) error {
		r = io.TeeReader(r, counting(p.add))
		if filepath.Ext(name) != ".db" {
			_, err := io.Copy(io.Discard, r)
			return err
		}
		return writeNew(filepath.Join(work, name), r)
	})
	if err != nil {
		return err
	}
	p.end()
	for _, name := range []string{"content.db", "public.db"} {
		if m.has(name) {
			if err := store.IntactSQLite(ctx, filepath.Join(work, name)); err != nil {
				return err
			}
		}
	}
	_, err = fmt.Fprintf(s.out, "备份完好 / the backup is whole: %d parts, %s, taken %s by %s, epoch %d\n", len(m.Parts), megabytes(m.size()), m.Taken.Format(time.DateTime), m.Program, m.Epoch)
	if len(m.Without) > 0 && err == nil {
		_, err = fmt.Fprintf(s.out, "不含 / not in it:\n  %s\n", strings.Join(m.Without, "\n  "))
	}
	return err
}

// writeNew writes a file that is not there yet, for its owner alone, onto the
// disk.
func writeNew(path string, r io.Reader) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return cannotWrite(err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return cannotWrite(err)
	}
	_, err = io.Copy(f, r)
	if err != nil {
		return errors.Join(err, f.Close())
	}
	return cannotWrite(errors.Join(f.Sync(), f.Close()))
}
