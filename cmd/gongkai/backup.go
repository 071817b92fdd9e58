// backup: one archive of the embedded stores and files, beside a running serve.

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"syscall"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/store"
)

type backupCmd struct {
	dataFlag  `embed:""`
	keys      `embed:""`
	To        string   `help:"Folder to write a dated file into, or a new file ending in .zst or .age." type:"path" placeholder:"FILE|FOLDER"`
	Verify    string   `help:"Read a backup instead and compare every digest; open its stores." type:"existingfile" placeholder:"FILE"`
	Encrypt   bool     `help:"Refuse to write a backup that anybody can open; without recipient or GONGKAI_BACKUP_PASSPHRASE the passphrase is asked for."`
	Recipient []string `help:"Public key (age1…) of who can open the archive; may be repeated." env:"GONGKAI_BACKUP_RECIPIENT" placeholder:"age1…"`
}

// Validate wants one of the two.
func (c backupCmd) Validate() error {
	if err := c.keys.Validate(); err != nil {
		return err
	}
	if (c.To == "") == (c.Verify == "") {
		return gongkai.E(gongkai.Invalid, "usage", "请给出 --to 或 --verify 之一", "give one of --to and --verify")
	}
	return c.dataFlag.Validate()
}

// Run makes a backup, or verifies one.
func (c backupCmd) Run(ctx context.Context, s streams) error {
	if c.Verify != "" {
		return c.verify(ctx, s)
	}
	if c.Encrypt && c.Passphrase == "" && len(c.Recipient) == 0 {
		var err error
		if c.Passphrase, err = ask(s); err != nil {
			return err
		}
		if err := c.keys.Validate(); err != nil {
			return err
		}
	}
	covered := c.covered()
	if len(covered) == 0 {
		return gongkai.E(gongkai.Blocked, "nothing_embedded", "文档和附件都不在数据文件夹中：请按 docs/backup.md 备份 MongoDB 和 S3", "neither documents nor files lie in the data folder: back up MongoDB and S3 as docs/backup.md says")
	}
	if _, err := os.Stat(c.Data); err != nil {
		return existing(c.Data)
	}
	b := &backup{backupCmd: c, covered: covered, errs: s.errs, manifest: manifest{Format: archiveFormat, Program: version, Taken: time.Now(), Without: c.without(), Migrations: map[string]int{}}}
	if err := b.make(ctx); err != nil {
		return err
	}
	_, err := fmt.Fprintf(s.out, "完成 / done: %s  %s\n", b.final, megabytes(b.written))
	return err
}

// covered are the parts that lie in the data folder, in the order in which they
// are read. The public store comes before the content: then the content knows
// all that the public store of the same backup shows, and nothing has to be
// suspended when it is restored. Files come last: an original is there before
// the document that names it, and stays.
func (c backupCmd) covered() (names []string) {
	for _, p := range []struct {
		name string
		here bool
	}{
		{"public.db", c.PublicMongodbURI == ""}, {"content.db", c.MongodbURI == ""}, {"secret.key", c.Secret == ""},
		{"files/originals", c.OriginalsURL == ""}, {"files/public", c.PublicFilesURL == ""},
	} {
		if p.here {
			names = append(names, p.name)
		}
	}
	if len(names) == 1 && names[0] == "secret.key" {
		return nil
	}
	return names
}

// without is what is not in the archive, and how it is backed up.
func (c backupCmd) without() (said []string) {
	for _, p := range []struct {
		elsewhere bool
		what      string
	}{
		{c.MongodbURI != "", "documents: in MongoDB (GONGKAI_MONGODB_URI); mongodump or snapshots"},
		{c.PublicMongodbURI != "", "the public store: in MongoDB (GONGKAI_PUBLIC_MONGODB_URI); mongodump or snapshots"},
		{c.OriginalsURL != "", "originals of files: in S3 (GONGKAI_ORIGINALS_URL); versions of the bucket"},
		{c.PublicFilesURL != "", "public copies of files: in S3 (GONGKAI_PUBLIC_FILES_URL); versions of the bucket"},
		{c.Secret != "", "the restricted key: given by GONGKAI_SECRET; keep it with the backup"},
		{true, "the key that signs the trail (GONGKAI_AUDIT_KEY_FILE, or audit.key in the data folder): who has it together with the store can forge the trail; keep a copy apart from backups"},
	} {
		if p.elsewhere {
			said = append(said, p.what)
		}
	}
	return said
}

// backup is one being made.
type backup struct {
	backupCmd
	manifest manifest
	covered  []string
	errs     io.Writer
	final    string // its name when it is done
	work     string // the folder where it grows
	copies   string // the folder where the stores are copied
	written  int64
}

func (b *backup) say(format string, a ...any) {
	_, _ = fmt.Fprintf(b.errs, format+"\n", a...)
}

// make writes the archive under another name first: whatever happens, there is
// a whole backup under the final name or none.
func (b *backup) make(ctx context.Context) error {
	to, err := b.recipients(b.Recipient)
	if err != nil {
		return err
	}
	if err := b.place(len(to) > 0); err != nil {
		return err
	}
	drop, err := b.workshops(len(to) > 0)
	if err != nil {
		return cannotWrite(err)
	}
	defer drop()
	for _, what := range b.manifest.Without {
		b.say("不含 / not in this backup: %s", what)
	}
	if len(to) == 0 && b.has("secret.key", "content.db", "files/originals") {
		b.say("备份未加密，内含受限数据，请妥善保管 / not sealed, and it holds restricted data: keep it as such")
	}
	partial := filepath.Join(b.work, "archive")
	if err := b.write(ctx, partial, func(w io.Writer) (*archiveWriter, error) { return newArchive(w, b.manifest, to) }); err != nil {
		return err
	}
	if err := publish(partial, b.final); err != nil {
		return err
	}
	return remember(b.Data, b.manifest.Taken, b.final, b.written)
}

func (b *backup) has(names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return slices.Contains(b.covered, name) })
}

// place decides the final name, and refuses one that is taken and one that
// looks like a folder: a nightly job would be refused on the second night only.
func (b *backup) place(sealed bool) error {
	b.final = b.To
	if at, err := os.Stat(b.To); err == nil && at.IsDir() {
		name := "gongkai-" + b.manifest.Taken.Format("20060102-150405") + ".tar.zst"
		if sealed {
			name += ".age"
		}
		b.final = filepath.Join(b.To, name)
	}
	if _, err := os.Lstat(b.final); err == nil {
		return taken(b.final)
	}
	if ext := filepath.Ext(b.final); ext != ".zst" && ext != ".age" { // a mistyped folder, most likely
		return gongkai.E(gongkai.Invalid, "no_folder", "--to 指定的文件夹不存在：请先建立该文件夹；若要写入一个文件，文件名须以 .zst 或 .age 结尾",
			"--to names a folder that is not there: make it first; to write one file, give a name that ends in .zst or .age")
	}
	return nil
}

func taken(name string) error {
	return gongkai.E(gongkai.Conflict, "backup_exists", "文件已存在，不会覆盖："+name, "the file is there already and is not overwritten: "+name)
}

func cannotWrite(err error) error {
	var known *gongkai.Error
	if err == nil || errors.As(err, &known) || errors.Is(err, context.Canceled) {
		return err
	}
	if errors.Is(err, syscall.ENOSPC) {
		return gongkai.E(gongkai.Unavailable, "disk_full", "磁盘空间不足，未留下备份文件（所需约为两个数据库与附件之和）", "the disk is full; no backup was left behind (it needs about the size of both stores and the files)")
	}
	return gongkai.E(gongkai.Unavailable, "backup", "备份无法写入（--to）", "the backup cannot be written (--to)").Because(err)
}

// workshops makes the folders to work in. The archive grows beside its final
// name; the copies of the stores do too, unless it is sealed: what nobody may
// read there must not lie there meanwhile.
func (b *backup) workshops(sealed bool) (drop func(), err error) {
	clearKilled(b.Data)
	work, dropWork, err := workshop(filepath.Dir(b.final))
	b.work, b.copies = work, work
	if err != nil || !sealed {
		return dropWork, err
	}
	copies, dropCopies, err := workshop(b.Data)
	if err != nil {
		dropWork()
		return nil, err
	}
	b.copies = copies
	return func() { dropCopies(); dropWork() }, nil
}

const workshopName = ".gongkai-backup-*"

// workshop makes a folder in dir.
func workshop(dir string) (made string, drop func(), err error) {
	clearKilled(dir)
	if made, err = os.MkdirTemp(dir, workshopName); err != nil {
		return "", nil, err
	}
	unlock, err := lockIn(made)
	if err != nil {
		return "", nil, err
	}
	return made, func() { _ = os.RemoveAll(made); unlock() }, nil
}

// clearKilled clears away the folders that killed backups left: their lock is
// nobody's.
func clearKilled(dir string) {
	old, _ := filepath.Glob(filepath.Join(dir, workshopName))
	for _, left := range old {
		if unlock, err := lockIn(left); err == nil {
			_ = os.RemoveAll(left)
			unlock()
		}
	}
}

// lockName is the file by whose lock a folder is known to be in use.
const lockName = "lock"

func lockIn(dir string) (unlock func(), err error) {
	f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() { _ = f.Close() }, nil
}

// write fills the archive at path, which is on the disk when it returns.
func (b *backup) write(ctx context.Context, path string, begin func(io.Writer) (*archiveWriter, error)) error {
	// Both stores are copied before the first is packed, so that they are of
	// about the same moment.
	for _, name := range b.covered {
		if filepath.Ext(name) == ".db" {
			if err := b.copyStore(ctx, name); err != nil {
				return cannotWrite(err)
			}
		}
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return cannotWrite(err)
	}
	defer func() { _ = f.Close() }()
	a, err := begin(f)
	if err != nil {
		return cannotWrite(err)
	}
	for _, name := range b.covered {
		if err := b.pack(ctx, a, name); err != nil {
			return cannotWrite(err)
		}
	}
	if err := errors.Join(a.close(), f.Sync()); err != nil {
		return cannotWrite(err)
	}
	at, err := f.Stat()
	if err == nil {
		b.written = at.Size()
	}
	return cannotWrite(err)
}

func (b *backup) copyStore(ctx context.Context, name string) error {
	from := filepath.Join(b.Data, name)
	if _, err := os.Stat(from); errors.Is(err, fs.ErrNotExist) {
		return existing(b.Data) // public.db comes with the first serve, as content.db does
	}
	db := store.OpenSQLiteReader(from)
	defer func() { _ = db.Close() }()
	p := b.progress("复制 / copying " + name)
	if err := db.Snapshot(ctx, filepath.Join(b.copies, name), p.at); err != nil {
		return err
	}
	p.end()
	var err error
	if b.manifest.Migrations[name], err = store.Migrated(ctx, db); err != nil || name != "content.db" {
		return err
	}
	b.manifest.Epoch, err = content.EpochOf(ctx, db)
	return err
}

// fileName are the names that files have when they are whole; what is being
// written has another.
var fileName = regexp.MustCompile(`^[0-9a-f]{64}$`)

// pack puts one part into the archive.
func (b *backup) pack(ctx context.Context, a *archiveWriter, name string) error {
	p := b.progress("打包 / packing " + name)
	defer p.end()
	switch name {
	case "secret.key":
		return a.put(name, filepath.Join(b.Data, name), p.add)
	case "content.db", "public.db":
		copied := filepath.Join(b.copies, name)
		if err := a.put(name, copied, p.add); err != nil {
			return err
		}
		return os.Remove(copied)
	}
	root := filepath.Join(b.Data, filepath.FromSlash(name))
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist): // gone meanwhile, or never there
			return nil
		case err != nil:
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		case !d.Type().IsRegular() || !fileName.MatchString(d.Name()):
			return nil
		}
		rel, err := filepath.Rel(b.Data, path)
		if err != nil {
			return err
		}
		return a.put(filepath.ToSlash(rel), path, p.add)
	})
}
