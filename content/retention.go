// Retention (原件保存期): the stubs that purged originals leave, and who keeps
// originals longer.

package content

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"gocloud.dev/gcerrors"

	"gongkai"
	"gongkai/store"
)

// Classes of originals: each has a retention of its own.
const (
	OriginalReleased = "released" // 曾公开: of what was public
	OriginalDropped  = "dropped"  // 未公开: of what was rejected or given up
	OriginalUpload   = "upload"   // 未使用: a file that no text ever named
)

// Purged (已清除) is the stub of an original: what it was, when and by which
// retention it went. Nothing of what it said is in it.
type Purged struct {
	At    int64    `json:"at"`
	By    string   `json:"by" doc:"system: the nightly purge; operator: somebody on the command line"`
	Class string   `json:"class" enum:"released,dropped,upload"`
	Since int64    `json:"since" doc:"When the retention began"`
	Days  int      `json:"days" doc:"The retention"`
	Size  int64    `json:"size" doc:"Bytes of the original"`
	Files []string `json:"files,omitempty" doc:"Keyed digests of the files that the text named"`
}

// Gone is the answer to whoever asks for the original.
func (p Purged) Gone() error {
	day := time.UnixMilli(p.At).In(Shanghai).Format(time.DateOnly)
	return gongkai.E(gongkai.Gone, "purged", fmt.Sprintf("原件已于%s按保存期限（%d天）清除，公开形式、签署和审计记录仍在", day, p.Days),
		fmt.Sprintf("the original was purged on %s, by its retention of %d days; the public form, the signatures and the trail stay", day, p.Days))
}

// Preserved (保留) keeps the originals of an item beyond their retention.
type Preserved struct {
	By     string `json:"by"`
	Name   string `json:"name"`
	At     int64  `json:"at"`
	Reason string `json:"reason"` // masked
}

// Purge (清除) is the last purge of an item's originals: of all that were there
// at At. It stands before anything goes, and Done when everything is gone.
type Purge struct {
	At        int64  `json:"at"`
	By        string `json:"by"`
	Class     string `json:"class"`
	Since     int64  `json:"since"`
	Days      int    `json:"days"`
	Revisions int    `json:"revisions"`
	Files     int    `json:"files"` // named by those revisions; one that another text needs stays
	Done      bool   `json:"done,omitempty"`
}

// Stub is what the purge leaves in the place of an original.
func (p Purge) Stub() Purged {
	return Purged{At: p.At, By: p.By, Class: p.Class, Since: p.Since, Days: p.Days}
}

// Left refuses a revision of which a purge has left no text.
func (r Revision) Left() error {
	if r.Purged != nil && r.Fields == nil {
		return r.Purged.Gone()
	}
	return nil
}

// TextID names the text of a revision. What a purge leaves is another text than
// the one that was written: what was found in that one does not fit it.
func (r Revision) TextID() string {
	if r.Purged != nil {
		return r.ID + ".public"
	}
	return r.ID
}

// Names are the files that values name, each once.
func (k Kind) Names(v Fields) []string {
	var out []string
	for _, f := range k.Files(v) {
		out = append(out, f.Digest)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// fileIndexes find files that nobody named, and stubs.
var fileIndexes = []store.Index{{Name: "at", Fields: []string{"at"}}, {Name: "purged", Fields: []string{"purged.at"}}}

// Needs tells whether a text names a file, or an item keeps it as the scan of a
// signed paper. While there are revisions of which nobody has noted what they
// name, every file may be needed.
func (c *Content) Needs(ctx context.Context, file string) (bool, error) {
	for _, where := range []store.Cond{store.Eq("files", file), store.Eq("listed", false)} {
		page, err := c.Revisions.Find(ctx, store.Query{Where: []store.Cond{where}, Limit: 1})
		if err != nil || len(page.Docs) > 0 {
			return true, err
		}
	}
	page, err := c.Items.Find(ctx, store.Query{Where: []store.Cond{store.Eq("scans.file", file)}, Limit: 1})
	return len(page.Docs) > 0, err
}

// Purge takes an original away and leaves its stub, unless somebody needs it.
// The stub is first: a process that dies in between leaves bytes that nobody is
// given, and the next attempt removes them. A text that began to name the file
// meanwhile is seen by the second look, or sees the stub.
func (m *Media) Purge(ctx context.Context, digest string, stub Purged, needs func(context.Context, string) (bool, error)) (gone bool, err error) {
	if needed, err := needs(ctx, digest); err != nil || needed {
		return false, err
	}
	doc, err := m.files.Update(ctx, digest, 0, func(doc *File) error {
		if doc.Purged != nil || doc.At > stub.At-justUploaded.Milliseconds() {
			return store.ErrUnchanged
		}
		left := stub
		left.Size = doc.Size
		doc.Purged = &left
		return nil
	})
	if gongkai.Is(err, gongkai.Missing) || err == nil && doc.Purged == nil {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if needed, err := needs(ctx, digest); err != nil || needed {
		return false, errors.Join(err, m.unpurge(ctx, digest))
	}
	if doc, err = m.files.Get(ctx, digest); err != nil || doc.Purged == nil {
		return false, err // somebody has just brought it again
	}
	return true, m.remove(ctx, digest)
}

// justUploaded is how long a file is left to whoever has uploaded it, and not
// yet saved the text that it is for.
const justUploaded = 7 * 24 * time.Hour

func (m *Media) unpurge(ctx context.Context, digest string) error {
	_, err := m.files.Update(ctx, digest, 0, func(doc *File) error {
		doc.Purged = nil
		return nil
	})
	return err
}

func (m *Media) remove(ctx context.Context, digest string) error {
	if err := m.bucket.Delete(ctx, digest); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
		return unavailable(err)
	}
	return nil
}

// PurgeAgain removes the bytes of purged files that have come back, as with an
// older copy of the folder or the bucket.
func (m *Media) PurgeAgain(ctx context.Context) (n int, err error) {
	q := store.Query{Where: []store.Cond{store.Exists("purged.at")}, Sort: []string{"purged.at"}, Limit: 200}
	for {
		page, err := m.files.Find(ctx, q)
		if err != nil {
			return n, err
		}
		for _, f := range page.Docs {
			back, err := m.bucket.Exists(ctx, f.ID)
			if err != nil {
				return n, unavailable(err)
			}
			if !back {
				continue
			}
			if err := m.remove(ctx, f.ID); err != nil {
				return n, err
			}
			n++
		}
		if q.After = page.Next; q.After == "" {
			return n, nil
		}
	}
}

// Between lists files that were uploaded from a time on and before another, the
// oldest first.
func (m *Media) Between(ctx context.Context, from, before int64, limit int) ([]File, error) {
	page, err := m.files.Find(ctx, store.Query{Where: []store.Cond{store.Gte("at", from), store.Lt("at", before)}, Sort: []string{"at"}, Limit: limit})
	return page.Docs, err
}

// Adopt makes an original of the public bytes of a file: what a correction goes
// on from when the one they were made of is purged.
func (m *Media) Adopt(ctx context.Context, public FileRef) (FileRef, error) {
	spool, err := m.SpoolKept(ctx, public.Digest)
	if err != nil {
		return FileRef{}, err
	}
	defer func() { _ = spool.Close() }()
	h := hmac.New(sha256.New, m.secret)
	if _, err := spool.Seek(0, io.SeekStart); err != nil {
		return FileRef{}, unavailable(err)
	}
	if _, err := io.Copy(h, spool); err != nil {
		return FileRef{}, unavailable(err)
	}
	out := public
	out.Digest, out.Size = hex.EncodeToString(h.Sum(nil)), spool.Size
	if err := m.note(ctx, out, ""); err != nil {
		return FileRef{}, err
	}
	return out, m.write(ctx, out.Digest, spool)
}
