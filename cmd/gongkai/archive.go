// The archive of a backup: a tar with its parts and, last, a manifest with the
// digest of each; compressed with zstd; sealed with age if asked.

package main

import (
	"archive/tar"
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path"
	"regexp"
	"strings"
	"time"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"gongkai"
)

// archiveFormat is raised when an older program could not read the archive.
const archiveFormat = 1

// The first and the last entry of the tar.
const (
	headName     = "gongkai-backup.json"
	manifestName = "manifest.json"
)

// manifest says what an archive holds. Its head, without parts, comes first, so
// that a file which is no backup is refused at once.
type manifest struct {
	Format  int       `json:"format"`
	Program string    `json:"program"` // version that made it
	Taken   time.Time `json:"taken"`
	Epoch   int64     `json:"epoch,omitempty"` // of the content when it was taken
	Without []string  `json:"without,omitempty"`
	// Migrations says how far each store was migrated.
	Migrations map[string]int `json:"migrations,omitempty"`
	Parts      []archivePart  `json:"parts,omitempty"`
}

// archivePart is one file in an archive.
type archivePart struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

func (m manifest) has(name string) bool {
	for _, p := range m.Parts {
		if p.Name == name {
			return true
		}
	}
	return false
}

func (m manifest) size() (n int64) {
	for _, p := range m.Parts {
		n += p.Size
	}
	return n
}

// archiveName are the names that parts can have: nothing else is ever written
// to a disk.
var archiveName = regexp.MustCompile(`^(content\.db|public\.db|secret\.key|files/(originals|public)(/[A-Za-z0-9_-][A-Za-z0-9._-]{0,120}){1,3})$`)

func badArchive(err error) error {
	var known *gongkai.Error
	if errors.As(err, &known) {
		return err
	}
	return gongkai.E(gongkai.Unavailable, "archive", "备份文件不完整或已损坏", "the backup is incomplete or damaged").Because(err)
}

// archiveWriter writes an archive.
type archiveWriter struct {
	manifest
	tar     *tar.Writer
	closers []io.Closer
}

// newArchive begins an archive on w, sealed for the recipients if there are any.
func newArchive(w io.Writer, m manifest, to []age.Recipient) (*archiveWriter, error) {
	a := &archiveWriter{manifest: m}
	if len(to) > 0 {
		sealed, err := age.Encrypt(w, to...)
		if err != nil {
			return nil, err
		}
		w = sealed
		a.closers = append(a.closers, sealed)
	}
	// One core at most, so that a serve beside it has the other.
	packed, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	a.tar = tar.NewWriter(packed)
	a.closers = append([]io.Closer{a.tar, packed}, a.closers...)
	return a, a.putJSON(headName, manifest{Format: archiveFormat, Program: m.Program, Taken: m.Taken})
}

func (a *archiveWriter) putJSON(name string, v any) error {
	raw, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return err
	}
	if err := a.tar.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(raw)), ModTime: a.Taken}); err != nil {
		return err
	}
	_, err = a.tar.Write(raw)
	return err
}

// put adds the file at from. One that is not there any more is passed over:
// public copies go when something is withdrawn.
func (a *archiveWriter) put(name, from string, progress func(int64)) error {
	f, err := os.Open(from)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return dataFolder(err)
	}
	defer func() { _ = f.Close() }()
	at, err := f.Stat()
	if err != nil {
		return dataFolder(err)
	}
	if err := a.tar.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: at.Size(), ModTime: a.Taken}); err != nil {
		return err
	}
	sum := sha256.New()
	if _, err := io.Copy(io.MultiWriter(a.tar, sum), io.TeeReader(io.LimitReader(f, at.Size()), counting(progress))); err != nil {
		return err
	}
	a.Parts = append(a.Parts, archivePart{name, at.Size(), hex.EncodeToString(sum.Sum(nil))})
	return nil
}

// counting is a writer that only tells how much was written.
type counting func(int64)

func (c counting) Write(p []byte) (int, error) {
	c(int64(len(p)))
	return len(p), nil
}

// close adds the manifest and ends the archive.
func (a *archiveWriter) close() error {
	if err := a.putJSON(manifestName, a.manifest); err != nil {
		return err
	}
	for _, c := range a.closers {
		if err := c.Close(); err != nil {
			return err
		}
	}
	return nil
}

const ageMagic = "age-encryption.org/"

// readArchive hands every part to take, and compares what was read with the
// manifest at the end. What take did counts only when this succeeds.
func readArchive(ctx context.Context, file string, k keys, take func(name string, r io.Reader) error) (m manifest, err error) {
	f, err := os.Open(file)
	if err != nil {
		return m, gongkai.E(gongkai.Missing, "archive", "无法读取备份文件", "the backup cannot be read").Because(err)
	}
	defer func() { _ = f.Close() }()
	in := bufio.NewReaderSize(f, 1<<20)
	var from io.Reader = in
	if start, _ := in.Peek(len(ageMagic)); string(start) == ageMagic {
		if from, err = k.open(in); err != nil {
			return m, err
		}
	}
	packed, err := zstd.NewReader(from, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return m, badArchive(err)
	}
	defer packed.Close()
	r := archiveReader{tar: tar.NewReader(packed), take: take}
	for err = r.head(); err == nil && !r.done; {
		if err = ctx.Err(); err == nil {
			err = r.next()
		}
	}
	if err == nil { // to the very end: what seals and packs the archive has sums of its own
		_, err = io.Copy(io.Discard, packed)
	}
	if err != nil && ctx.Err() == nil {
		err = badArchive(err)
	}
	return r.manifest, err
}

type archiveReader struct {
	manifest
	tar  *tar.Reader
	take func(string, io.Reader) error
	seen []archivePart
	done bool
}

func (r *archiveReader) head() error {
	h, err := r.tar.Next()
	if err != nil || h.Name != headName {
		return gongkai.E(gongkai.Invalid, "not_a_backup", "这不是 gongkai backup 的备份文件", "this is no archive of gongkai backup").Because(err)
	}
	var m manifest
	if err := json.NewDecoder(io.LimitReader(r.tar, 1<<16)).Decode(&m); err != nil {
		return badArchive(err)
	}
	if m.Format > archiveFormat {
		return gongkai.E(gongkai.Blocked, "newer_backup", "备份由更新版本的程序生成（"+m.Program+"），请用该版本恢复", "the backup was made by a newer program ("+m.Program+"): restore it with that one")
	}
	return nil
}

func (r *archiveReader) next() error {
	h, err := r.tar.Next()
	if err != nil {
		return badArchive(err) // without a manifest it is not whole
	}
	if h.Name == manifestName {
		if err := json.NewDecoder(r.tar).Decode(&r.manifest); err != nil {
			return badArchive(err)
		}
		r.done = true
		return r.compare()
	}
	if h.Typeflag != tar.TypeReg || !archiveName.MatchString(h.Name) || path.Clean(h.Name) != h.Name || strings.Contains(h.Name, "..") {
		return gongkai.E(gongkai.Invalid, "archive_name", "备份中有不应存在的文件名", "the backup holds a file name that it must not")
	}
	sum := sha256.New()
	if err := r.take(h.Name, io.TeeReader(r.tar, sum)); err != nil {
		return badArchive(err)
	}
	r.seen = append(r.seen, archivePart{h.Name, h.Size, hex.EncodeToString(sum.Sum(nil))})
	return nil
}

// compare holds what was read against the manifest, both in the same order.
func (r *archiveReader) compare() error {
	differs := func(name string) error {
		return gongkai.E(gongkai.Invalid, "digest", "备份内容与清单不符："+name, "the backup is not what its manifest says: "+name)
	}
	if len(r.seen) != len(r.Parts) {
		return differs(manifestName)
	}
	for i, p := range r.Parts {
		if r.seen[i] != p {
			return differs(p.Name)
		}
	}
	return nil
}
