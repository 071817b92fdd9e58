// Files: restricted originals, addressed by a keyed digest of their bytes.

package content

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/gabriel-vasile/mimetype"
	"gocloud.dev/blob"
	"gocloud.dev/gcerrors"

	"gongkai"
	"gongkai/store"
	"gongkai/store/bucket"
)

// MaxFile is the greatest size of an uploaded file.
const MaxFile = 100 << 20

// fileKind is a kind of file that is taken: the media type that its name
// stands for, and what its bytes may look like. Nobody but the name decides how
// a file is served: bytes that look like a page must not become one.
type fileKind struct {
	media string
	looks []string
	exact bool // what the bytes look like in particular must fit too, not only in general
}

const (
	zipLook   = "application/zip"
	oleLook   = "application/x-ole-storage"
	ooxml     = "application/vnd.openxmlformats-officedocument."
	docxMedia = ooxml + "wordprocessingml.document"
	xlsxMedia = ooxml + "spreadsheetml.sheet"
	pptxMedia = ooxml + "presentationml.presentation"
)

// fileKinds is the table of kinds of file, by the ending of their names.
var fileKinds = map[string]fileKind{
	".txt": {"text/plain", []string{"text/plain"}, false}, ".csv": {"text/csv", []string{"text/plain"}, false},
	".html": {"text/html", []string{"text/plain"}, false}, ".htm": {"text/html", []string{"text/plain"}, false},
	".pdf": {"application/pdf", []string{"application/pdf"}, true}, ".ofd": {"application/ofd", []string{zipLook}, true},
	".docx": {docxMedia, []string{docxMedia, zipLook}, true}, ".xlsx": {xlsxMedia, []string{xlsxMedia, zipLook}, true},
	".pptx": {pptxMedia, []string{pptxMedia, zipLook}, true}, ".zip": {zipLook, []string{zipLook}, false},
	".doc": {"application/msword", []string{oleLook}, false}, ".xls": {"application/vnd.ms-excel", []string{oleLook}, false},
	".ppt": {"application/vnd.ms-powerpoint", []string{oleLook}, false},
	".wps": {"application/vnd.ms-works", []string{oleLook, zipLook}, false}, ".et": {"application/vnd.ms-excel", []string{oleLook, zipLook}, false},
	".jpg": {"image/jpeg", []string{"image/jpeg"}, true}, ".jpeg": {"image/jpeg", []string{"image/jpeg"}, true},
	".png": {"image/png", []string{"image/png", "image/vnd.mozilla.apng"}, true}, ".gif": {"image/gif", []string{"image/gif"}, true},
	".mp3": {"audio/mpeg", []string{"audio/mpeg"}, true}, ".mp4": {"video/mp4", []string{"video/mp4"}, false},
}

// MediaType is the media type of a file with this name.
func MediaType(name string) string {
	if k, taken := fileKinds[strings.ToLower(path.Ext(name))]; taken {
		return k.media
	}
	return "application/octet-stream"
}

// File (文件) describes an original. Its id is the keyed digest.
type File struct {
	store.Meta
	Size int64    `json:"size"`
	Type string   `json:"type"`
	By   []string `json:"by"` // everybody who uploaded these bytes
	At   int64    `json:"at"` // the last upload

	Purged *Purged `json:"purged,omitempty"` // the bytes are gone: this is the stub
}

// UploadedBy tells whether the user uploaded these very bytes, which are there.
func (f File) UploadedBy(user string) bool { return f.Purged == nil && slices.Contains(f.By, user) }

// Media keeps the originals.
type Media struct {
	files  *store.Collection[File]
	bucket *blob.Bucket
	secret Secret
	now    gongkai.Clock
}

func openMedia(ctx context.Context, db store.DB, originals *blob.Bucket, secret Secret, now gongkai.Clock) (*Media, error) {
	m := &Media{bucket: originals, secret: secret, now: now}
	return m, use(ctx, db, &m.files, "files", fileIndexes...)
}

// Add stores an uploaded file and returns how to refer to it. The same bytes
// are kept once.
func (m *Media) Add(ctx context.Context, actor gongkai.Actor, name string, r io.Reader) (FileRef, error) {
	name, bad := fileName(Field{Name: "name", Zh: "附件", En: "The upload"}, name)
	if bad != nil {
		return FileRef{}, refused("file_name", bad.Zh, bad.En, []gongkai.Detail{*bad})
	}
	spool, err := scratch()
	if err != nil {
		return FileRef{}, err
	}
	defer func() { _ = spool.Close() }()
	h := hmac.New(sha256.New, m.secret)
	size, err := io.Copy(io.MultiWriter(spool, h), io.LimitReader(r, MaxFile+1))
	if err != nil {
		return FileRef{}, unavailable(err)
	}
	kind, err := sniff(spool, name, size)
	if err != nil {
		return FileRef{}, err
	}
	ref := FileRef{Digest: hex.EncodeToString(h.Sum(nil)), Name: name, Size: size, Type: kind}
	if err := m.note(ctx, ref, actor.ID); err != nil {
		return FileRef{}, err
	}
	return ref, m.write(ctx, ref.Digest, spool)
}

// note describes an original before its bytes are there: one that was purged is
// again, and begins anew with who brings it. by "": nobody did.
func (m *Media) note(ctx context.Context, ref FileRef, by string) error {
	_, err := m.files.Upsert(ctx, ref.Digest, func(doc *File, exists bool) error {
		if by == "" && exists && doc.Purged == nil {
			return store.ErrUnchanged
		}
		if !exists || doc.Purged != nil {
			*doc = File{Meta: doc.Meta, Size: ref.Size, Type: ref.Type}
		}
		if doc.At = gongkai.Millis(m.now()); by != "" && !doc.UploadedBy(by) {
			doc.By = append(slices.Clone(doc.By), by)
		}
		return nil
	})
	return err
}

// sniff gives the media type that the name stands for and refuses a file that is empty,
// too large, of a kind not taken, or not what its name says.
func sniff(f io.ReadSeeker, name string, size int64) (string, error) {
	kind, taken := fileKinds[strings.ToLower(path.Ext(name))]
	switch {
	case size == 0:
		return "", badField("file", "empty", "文件是空的", "the file is empty")
	case size > MaxFile:
		return "", badField("file", "too_large", fmt.Sprintf("文件超过%d MB", MaxFile>>20), fmt.Sprintf("the file is larger than %d MB", MaxFile>>20))
	case !taken:
		return "", badField("file", "file_kind", "不接受这种文件，请用docx、xlsx、pdf、txt、csv、图片等常用格式", "files of this kind are not taken; use docx, xlsx, pdf, txt, csv, pictures and the like")
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", unavailable(err)
	}
	found, err := mimetype.DetectReader(f)
	if err != nil {
		return "", unavailable(err)
	}
	for t := found; t != nil; t = t.Parent() {
		if slices.ContainsFunc(kind.looks, t.Is) {
			return kind.media, nil
		}
		if kind.exact {
			break
		}
	}
	return "", badField("file", "file_kind", "文件内容与扩展名不符", "the file is not what its name says")
}

func (m *Media) write(ctx context.Context, digest string, spool io.ReadSeeker) error {
	if there, err := m.bucket.Exists(ctx, digest); err != nil {
		return unavailable(err)
	} else if there {
		return nil
	}
	if _, err := spool.Seek(0, io.SeekStart); err != nil {
		return unavailable(err)
	}
	if err := bucket.Put(ctx, m.bucket, digest, spool); err != nil {
		return unavailable(err)
	}
	return nil
}

// Stat describes an original.
func (m *Media) Stat(ctx context.Context, digest string) (File, error) {
	return m.files.Get(ctx, digest)
}

// Open reads an original.
func (m *Media) Open(ctx context.Context, digest string) (io.ReadCloser, error) {
	r, err := m.bucket.NewReader(ctx, digest, nil)
	if gcerrors.Code(err) == gcerrors.NotFound {
		if doc, err := m.files.Get(ctx, digest); err == nil && doc.Purged != nil {
			return nil, doc.Purged.Gone()
		}
		return nil, gongkai.E(gongkai.Missing, "file", "没有这个文件", "there is no such file")
	}
	if err != nil {
		return nil, unavailable(err)
	}
	return r, nil
}

// Spool (暂存件) is a file on this machine for the time that it is looked at
// out of order. It has no name, and goes when it is closed.
type Spool struct {
	*os.File
	Size int64
}

// scratch is a file whose name goes at once, so that a process that is killed
// leaves nothing of an unmasked original behind.
func scratch() (*os.File, error) {
	f, err := os.CreateTemp("", "gongkai-*")
	if err == nil {
		if err = os.Remove(f.Name()); err != nil {
			_ = f.Close()
		}
	}
	return f, unavailable(err)
}

// Spool copies an original to this machine: what is looked at may be large, and
// is read from anywhere to anywhere.
func (m *Media) Spool(ctx context.Context, digest string) (*Spool, error) {
	r, err := m.Open(ctx, digest)
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	return SpoolFrom(r)
}

// SpoolFrom keeps what is read on this machine.
func SpoolFrom(r io.Reader) (*Spool, error) {
	f, err := scratch()
	if err != nil {
		return nil, err
	}
	s := &Spool{File: f}
	if s.Size, err = io.Copy(f, r); err != nil {
		_ = s.Close()
		return nil, unavailable(err)
	}
	return s, nil
}

// SpoolKept does the same with the public bytes of a file.
func (m *Media) SpoolKept(ctx context.Context, digest string) (*Spool, error) {
	return m.Spool(ctx, "sheet/"+digest)
}

func unavailable(err error) error {
	var known *gongkai.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	return gongkai.E(gongkai.Unavailable, "files", "文件暂时无法存取，请稍后再试", "files cannot be stored or read right now; try again later").Because(err)
}

// Keep stores the public bytes of a file on the restricted side, until a
// release copies them out, and returns their SHA-256 and size.
func (m *Media) Keep(ctx context.Context, r io.Reader) (digest string, size int64, err error) {
	spool, err := scratch()
	if err != nil {
		return "", 0, err
	}
	defer func() { _ = spool.Close() }()
	h := sha256.New()
	if size, err = io.Copy(io.MultiWriter(spool, h), r); err != nil {
		return "", 0, unavailable(err)
	}
	digest = hex.EncodeToString(h.Sum(nil))
	return digest, size, m.write(ctx, "sheet/"+digest, spool)
}

// OpenKept reads the public bytes of a file.
func (m *Media) OpenKept(ctx context.Context, digest string) (io.ReadCloser, error) {
	return m.Open(ctx, "sheet/"+digest)
}
