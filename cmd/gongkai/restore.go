// restore: a backup becomes an installation again, and is reconciled with what
// the public has seen since.

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
	"gongkai/account"
	"gongkai/content"
	"gongkai/jobs"
	"gongkai/store"
)

type restoreCmd struct {
	dataFlag          `embed:""`
	keys              `embed:""`
	File              string `arg:"" optional:"" help:"Archive that backup made." type:"existingfile"`
	Public            string `help:"Folder of the public store that survived (public.db, files/public): the old data folder, say. It is only read." type:"existingdir" placeholder:"FOLDER"`
	PublicLost        bool   `help:"The public store in MongoDB was lost or restored as well."`
	Reconcile         bool   `help:"Only reconcile stores that were restored by other means (MongoDB, S3) with the public store."`
	Files             bool   `help:"Only put back originals of files that are missing from the data folder, and let public copies be made again."`
	ConfirmLostWindow bool   `help:"Take it upon you that what became public after the backup is not known: the workers tell again."`
	Skip              int64  `help:"With --confirm-lost-window: so many index numbers are passed over, as they may have been given out." default:"1000"`
}

// Validate wants one job at a time.
func (c restoreCmd) Validate() error {
	if err := c.keys.Validate(); err != nil {
		return err
	}
	switch {
	case c.Files && (c.File == "" || c.ConfirmLostWindow), c.Reconcile && c.File != "", c.File == "" && !c.Reconcile && !c.ConfirmLostWindow:
		return gongkai.E(gongkai.Invalid, "usage", "请给出备份文件，或者 --reconcile、--confirm-lost-window 之一（--files 须与备份文件同用）",
			"give a backup, or one of --reconcile and --confirm-lost-window (--files goes with a backup)")
	case c.Skip < 0 || c.Skip > 1_000_000:
		return gongkai.E(gongkai.Invalid, "usage", "--skip 应在 0 到 1000000 之间", "--skip must be between 0 and 1000000")
	case c.Public != "" && c.PublicMongodbURI != "":
		return gongkai.E(gongkai.Invalid, "usage", "公开库在 MongoDB 中时不能再给 --public", "with the public store in MongoDB there is no --public")
	}
	return c.dataFlag.Validate()
}

// Run restores.
func (c restoreCmd) Run(ctx context.Context, s streams) error {
	switch {
	case c.Files:
		return c.putBack(ctx, s)
	case c.File != "":
		return c.whole(ctx, s)
	}
	a, err := c.dataFlag.open(ctx, s)
	if err != nil {
		return err
	}
	defer func() { _ = a.close() }()
	unlock, err := c.alone()
	if err != nil {
		return err
	}
	defer unlock()
	if c.Reconcile {
		if err := c.reconcile(ctx, a, s, time.Time{}, c.PublicLost); err != nil {
			return err
		}
	}
	if c.ConfirmLostWindow {
		return c.confirm(ctx, a, s)
	}
	return nil
}

// alone refuses to reconcile beside a serve that owns the data folder.
func (c restoreCmd) alone() (unlock func(), err error) {
	if c.elsewhere() || c.ConfirmLostWindow {
		return func() {}, nil // the hold in the store is what stops the workers; confirming may be done beside them
	}
	a := &app{cfg: config{Data: c.Data}, role: editing}
	return func() { _ = a.close() }, a.lock()
}

// restoring is the folder inside the data folder where a restore works. While
// it is there, nothing else opens the data folder.
const restoring = ".restoring"

// unfinished refuses a data folder in which a restore was broken off.
func unfinished(data string) error {
	if _, err := os.Stat(filepath.Join(data, restoring)); err == nil {
		return gongkai.E(gongkai.Blocked, "restoring", "数据文件夹中有未完成的恢复，请重新运行 gongkai restore："+data, "a restore of the data folder was broken off: run gongkai restore again: "+data)
	}
	return nil
}

// whole restores an archive into an empty folder: everything is unpacked,
// compared and reconciled aside, and only then put in place.
func (c restoreCmd) whole(ctx context.Context, s streams) (err error) {
	made, unlock, err := c.begin()
	if err != nil {
		return err
	}
	defer unlock()
	work := filepath.Join(c.Data, restoring)
	defer func() {
		if err != nil { // nothing is in place yet, or not all of it
			err = errors.Join(err, clearFolder(c.Data, restoring), os.RemoveAll(work)) // the mark last
			if made {
				_ = os.Remove(c.Data)
			}
		}
	}()
	p := newProgress(s.errs, "读取备份 / reading the backup")
	m, err := readArchive(ctx, c.File, c.keys, func(name string, r io.Reader) error {
		if name == "public.db" && c.Public != "" || strings.HasPrefix(name, "files/public/") && c.Public != "" {
			_, err := io.Copy(io.Discard, r)
			return err
		}
		return writeNew(filepath.Join(work, filepath.FromSlash(name)), io.TeeReader(r, counting(p.add)))
	})
	if err != nil {
		return err
	}
	p.end()
	if !m.has("content.db") {
		return gongkai.E(gongkai.Blocked, "no_content", "备份中没有内容库：请先恢复 MongoDB，再运行 gongkai restore --reconcile；附件用 --files 恢复",
			"the backup holds no documents: restore MongoDB first, then run gongkai restore --reconcile; --files puts the files back")
	}
	if err := c.settle(ctx, work, m, s); err != nil {
		return err
	}
	if err := c.install(work); err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "已恢复 / restored: %s → %s\n", m.Taken.Format(time.DateTime), abs(c.Data))
	return err
}

// begin makes the folder that the restore works in, and holds it; made tells
// that the data folder is new as well.
func (c restoreCmd) begin() (made bool, unlock func(), err error) {
	if c.elsewhere() {
		return false, nil, gongkai.E(gongkai.Blocked, "elsewhere", "已设 GONGKAI_MONGODB_URI：文档在 MongoDB 中，请用 mongorestore 恢复后运行 gongkai restore --reconcile",
			"GONGKAI_MONGODB_URI is set: documents lie in MongoDB; restore them with mongorestore, then run gongkai restore --reconcile")
	}
	there, err := os.ReadDir(c.Data)
	made = errors.Is(err, fs.ErrNotExist)
	if err != nil && !made {
		return false, nil, dataFolder(err)
	}
	broken := unfinished(c.Data) != nil
	if len(there) > 0 && !broken {
		return false, nil, gongkai.E(gongkai.Conflict, "not_empty", "只能恢复到不存在或空的文件夹（--data）："+c.Data, "restore goes into a folder that is absent or empty (--data): "+c.Data)
	}
	work := filepath.Join(c.Data, restoring)
	if err := os.MkdirAll(work, 0o700); err != nil {
		return made, nil, dataFolder(err)
	}
	if unlock, err = lockIn(work); err != nil {
		return false, nil, gongkai.E(gongkai.Conflict, "locked", "另一个恢复正在使用该文件夹", "another restore uses this folder").Because(err)
	}
	if broken { // one that was killed: begin anew
		err = errors.Join(clearFolder(c.Data, restoring), clearFolder(work, lockName))
	}
	return made, unlock, err
}

// clearFolder takes everything but keep out of a folder.
func clearFolder(dir, keep string) error {
	there, err := os.ReadDir(dir)
	for _, e := range there {
		if e.Name() != keep {
			err = errors.Join(err, os.RemoveAll(filepath.Join(dir, e.Name())))
		}
	}
	return err
}

// settle opens what was unpacked, beside the public store that survived if
// there is one, and reconciles.
func (c restoreCmd) settle(ctx context.Context, work string, m manifest, s streams) error {
	if c.Public != "" {
		if err := c.survivor(ctx, work, s); err != nil {
			return err
		}
	}
	for _, name := range []string{"content.db", "public.db"} {
		at := filepath.Join(work, name)
		if _, err := os.Stat(at); err != nil {
			continue
		}
		if err := store.IntactSQLite(ctx, at); err != nil {
			return err
		}
	}
	e := c.engines
	e.MeiliURL = "" // the index is filled by the workers
	a, err := open(ctx, config{Data: work, Secret: c.Secret, engines: e, files: c.files}, s.errs, account.Default)
	if err != nil {
		return err
	}
	lost := c.Public == "" && c.PublicMongodbURI == "" || c.PublicLost
	err = c.reconcile(ctx, a, s, m.Taken, lost)
	if err == nil && c.ConfirmLostWindow {
		err = c.confirm(ctx, a, s)
	}
	return errors.Join(err, a.close())
}

// survivor copies the public store that survived, and its files.
func (c restoreCmd) survivor(ctx context.Context, work string, s streams) error {
	from := filepath.Join(c.Public, "public.db")
	if _, err := os.Stat(from); err != nil {
		return gongkai.E(gongkai.Missing, "no_public", "所给文件夹（--public）中没有 public.db", "there is no public.db in the folder (--public)").Because(err)
	}
	db := store.OpenSQLiteReader(from)
	p := newProgress(s.errs, "复制幸存的公开库 / copying the public store that survived")
	err := db.Snapshot(ctx, filepath.Join(work, "public.db"), p.at)
	if err = errors.Join(err, db.Close()); err != nil {
		return err
	}
	p.end()
	root, err := os.OpenRoot(filepath.Join(c.Public, "files", "public"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return dataFolder(err)
	}
	defer func() { _ = root.Close() }()
	return fs.WalkDir(root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) || err == nil && !d.Type().IsRegular() {
			return nil
		}
		if err != nil {
			return dataFolder(err)
		}
		f, err := root.Open(name)
		if err != nil {
			return dataFolder(err)
		}
		defer func() { _ = f.Close() }()
		return writeNew(filepath.Join(work, "files", "public", filepath.FromSlash(name)), f)
	})
}

// install moves what was settled out of the folder of the restore, and then
// takes away its mark.
func (c restoreCmd) install(work string) error {
	for _, name := range []string{"files", "secret.key", "public.db", "content.db"} {
		err := os.Rename(filepath.Join(work, name), filepath.Join(c.Data, name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return dataFolder(err)
		}
	}
	if err := errors.Join(syncFolder(c.Data), os.RemoveAll(work), syncFolder(c.Data)); err != nil {
		return dataFolder(err)
	}
	return nil
}

// reconciler works for the operator.
func (c restoreCmd) reconciler(a *app, s streams) *jobs.Reconciler {
	return &jobs.Reconciler{Content: a.content, Engine: a.engine, Public: a.public, Ledger: a.ledger, Trail: a.trail, Now: time.Now, By: operator,
		Say: func(zh, en string) { _, _ = fmt.Fprintf(s.errs, "注意 / note: %s / %s\n", zh, en) }}
}

func (c restoreCmd) reconcile(ctx context.Context, a *app, s streams, taken time.Time, lost bool) error {
	if err := a.accounts.SignOutAll(ctx); err != nil {
		return err
	}
	r, err := c.reconciler(a, s).Run(ctx, taken, lost)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(s.out, "对账完成 / reconciled: epoch %d; 公开侧领先 / ahead on the public side: %d items, %d suspended until a person decides, %d of them not in the backup\n", r.Epoch, r.Ahead, r.Suspended, r.Made)
	if r.Waits() && !c.ConfirmLostWindow {
		_, _ = fmt.Fprintf(s.out, lostText, window(r))
	}
	return nil
}

func window(r content.Restore) string {
	from := "?"
	if r.Taken > 0 {
		from = time.UnixMilli(r.Taken).Format(time.DateTime)
	}
	return from + " – " + time.UnixMilli(r.Began).Format(time.DateTime)
}

const lostText = `公开库也已丢失：在下列时段公开、撤下的内容已无记录，目前不对外发布任何内容。
请与订阅方和公开网站核对后确认：gongkai restore --confirm-lost-window
The public store was lost as well: what became public or was taken down in this window is not known, and
nothing is told. Compare with subscribers and copies of the sites, then: gongkai restore --confirm-lost-window
  %s
`

func (c restoreCmd) confirm(ctx context.Context, a *app, s streams) error {
	r, err := c.reconciler(a, s).Confirm(ctx, c.Skip)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "已确认，恢复对外发布 / confirmed, the workers tell again: %s\n", window(r))
	return err
}
