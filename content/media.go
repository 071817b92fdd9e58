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
)

// MaxFile is the greatest size of an uploaded file.
const MaxFile = 100 << 20

// fileKinds says which kinds of file are taken, and what their bytes may look
// like; a name that does not match its bytes is refused.
var fileKinds = map[string][]string{
	".txt": {"text/plain"}, ".csv": {"text/plain"}, ".html": {"text/html", "text/plain"}, ".htm": {"text/html", "text/plain"},
	".pdf": {"application/pdf"}, ".ofd": {"application/zip"},
	".docx": {"application/zip"}, ".xlsx": {"application/zip"}, ".pptx": {"application/zip"}, ".zip": {"application/zip"},
	".doc": {"application/x-ole-storage"}, ".xls": {"application/x-ole-storage"}, ".ppt": {"application/x-ole-storage"},
	".wps": {"application/x-ole-storage", "application/zip"}, ".et": {"application/x-ole-storage", "application/zip"},
	".jpg": {"image/jpeg"}, ".jpeg": {"image/jpeg"}, ".png": {"image/png"}, ".gif": {"image/gif"},
	".mp3": {"audio/mpeg"}, ".mp4": {"video/mp4"},
}

// File (文件) describes an original. Its id is the keyed digest.
type File struct {
	store.Meta
	Size int64  `json:"size"`
	Type string `json:"type"`
	By   string `json:"by"`
	At   int64  `json:"at"`
}

// Media keeps the originals.
type Media struct {
	files  *store.Collection[File]
	bucket *blob.Bucket
	secret Secret
	now    gongkai.Clock
}

func openMedia(ctx context.Context, db store.DB, bucket *blob.Bucket, secret Secret, now gongkai.Clock) (*Media, error) {
	m := &Media{bucket: bucket, secret: secret, now: now}
	return m, use(ctx, db, &m.files, "files")
}

// Add stores an uploaded file and returns how to refer to it. The same bytes
// are kept once.
func (m *Media) Add(ctx context.Context, actor gongkai.Actor, name string, r io.Reader) (FileRef, error) {
	name, bad := fileName(Field{Name: "name", Zh: "附件", En: "The upload"}, name)
	if bad != nil {
		return FileRef{}, refused("file_name", bad.Zh, bad.En, []gongkai.Detail{*bad})
	}
	spool, err := os.CreateTemp("", "gongkai-upload-*")
	if err != nil {
		return FileRef{}, unavailable(err)
	}
	defer func() { _ = spool.Close(); _ = os.Remove(spool.Name()) }()
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
	if err := m.write(ctx, ref.Digest, spool); err != nil {
		return FileRef{}, err
	}
	doc := File{Meta: store.Meta{ID: ref.Digest}, Size: size, Type: kind, By: actor.ID, At: gongkai.Millis(m.now())}
	if _, err := m.files.Insert(ctx, doc); err != nil && !gongkai.Is(err, gongkai.Conflict) {
		return FileRef{}, err
	}
	return ref, nil
}

// sniff decides the media type from the bytes and refuses a file that is empty,
// too large, of a kind not taken, or not what its name says.
func sniff(f io.ReadSeeker, name string, size int64) (string, error) {
	ext := strings.ToLower(path.Ext(name))
	allowed, taken := fileKinds[ext]
	switch {
	case size == 0:
		return "", badField("file", "empty", "文件是空的", "the file is empty")
	case size > MaxFile:
		return "", badField("file", "too_large", fmt.Sprintf("文件超过%d MB", MaxFile>>20), fmt.Sprintf("the file is larger than %d MB", MaxFile>>20))
	case !taken:
		return "", badField("file", "file_kind", "不接受这种文件,请用docx、xlsx、pdf、txt、csv、图片等常用格式", "files of this kind are not taken; use docx, xlsx, pdf, txt, csv, pictures and the like")
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", unavailable(err)
	}
	found, err := mimetype.DetectReader(f)
	if err != nil {
		return "", unavailable(err)
	}
	for t := found; t != nil; t = t.Parent() {
		if slices.ContainsFunc(allowed, t.Is) {
			kind, _, _ := strings.Cut(found.String(), ";")
			return kind, nil
		}
	}
	return "", badField("file", "file_kind", "文件内容与扩展名不符", "the file is not what its name says")
}

func (m *Media) write(ctx context.Context, digest string, spool io.ReadSeeker) error {
	if there, err := m.bucket.Exists(ctx, digest); err == nil && there {
		return nil
	}
	if _, err := spool.Seek(0, io.SeekStart); err != nil {
		return unavailable(err)
	}
	if err := m.bucket.Upload(ctx, digest, spool, &blob.WriterOptions{ContentType: "application/octet-stream"}); err != nil {
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
		return nil, gongkai.E(gongkai.Missing, "file", "没有这个文件", "there is no such file")
	}
	if err != nil {
		return nil, unavailable(err)
	}
	return r, nil
}

func unavailable(err error) error {
	var known *gongkai.Error
	if errors.As(err, &known) {
		return err
	}
	return gongkai.E(gongkai.Unavailable, "files", "文件暂时无法存取,请稍后再试", "files cannot be stored or read right now; try again later").Because(err)
}

// Keep stores the public bytes of a file on the restricted side, until a
// release copies them out, and returns their SHA-256 and size.
func (m *Media) Keep(ctx context.Context, r io.Reader) (digest string, size int64, err error) {
	spool, err := os.CreateTemp("", "gongkai-public-*")
	if err != nil {
		return "", 0, unavailable(err)
	}
	defer func() { _ = spool.Close(); _ = os.Remove(spool.Name()) }()
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
