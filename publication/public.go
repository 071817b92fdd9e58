// The public store's collections and the public copies of the trees.

package publication

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/gcerrors"

	"gongkai"
	"gongkai/content"
	"gongkai/store"
	"gongkai/store/bucket"
)

// Public is the public store.
type Public struct {
	Pages    *store.Collection[Page]
	Editions *store.Collection[Edition]
	Sites    *store.Collection[Site]
	Columns  *store.Collection[Column]
	Units    *store.Collection[Unit]
	Kinds    *store.Collection[Kind]
	Receipts *store.Collection[Receipt]

	db     store.DB
	bucket *blob.Bucket
	now    func() time.Time

	marks    *marks
	follower *follower
	sites    shelf[Site]
	columns  shelf[Column]
	units    shelf[Unit]
}

// Site is the public copy of a site.
type Site struct {
	store.Meta
	Name    string `json:"name"`
	Domain  string `json:"domain"`
	Unit    string `json:"unit"`
	IDCode  string `json:"id_code"`
	PageURL string `json:"page_url,omitempty"` // template
	Updated int64  `json:"updated"`
	Change  int64  `json:"change,omitempty"` // number of the last change, as of all that is public
}

// Address is where readers find a page on the portal of the site; "" if that
// has no template of addresses.
func (s Site) Address(p Page) string {
	return content.PageAddress(s.PageURL, p.Item, p.Path, p.IndexNo)
}

// Column is the public copy of a column.
type Column struct {
	store.Meta
	Site        string `json:"site"`
	Parent      string `json:"parent,omitempty"`
	Path        string `json:"path"`
	SlugPath    string `json:"slug_path"`
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	Keywords    string `json:"keywords,omitempty"`
	Type        string `json:"type,omitempty"`
	Order       int64  `json:"order"`
	UpdateCycle string `json:"update_cycle,omitempty"`
	License     string `json:"license,omitempty"`
	Updated     int64  `json:"updated"`
	Change      int64  `json:"change,omitempty"`
}

// Unit is the public copy of a unit.
type Unit struct {
	store.Meta
	Name    string `json:"name"`
	Parent  string `json:"parent,omitempty"`
	Path    string `json:"path"`
	Updated int64  `json:"updated"`
	Change  int64  `json:"change,omitempty"`
}

// Open declares the collections of the public store; copies is the root of
// public files.
func Open(ctx context.Context, db store.DB, copies *blob.Bucket, now gongkai.Clock) (*Public, error) {
	p := &Public{db: db, bucket: copies, now: now, marks: newMarks(now), follower: &follower{gaps: map[int64]time.Time{}}}
	for _, err := range []error{
		use(ctx, db, &p.Pages, "pages", pageIndexes...),
		use(ctx, db, &p.Editions, "editions", store.Index{Name: "item", Fields: []string{"item", "number"}}),
		use(ctx, db, &p.Sites, "sites", byChange),
		use(ctx, db, &p.Columns, "columns", store.Index{Name: "path", Fields: []string{"site", "path"}}, byChange),
		use(ctx, db, &p.Units, "units", store.Index{Name: "path", Fields: []string{"path"}}, byChange),
		use(ctx, db, &p.Kinds, "kinds", byChange),
		use(ctx, db, &p.Receipts, "receipts"),
	} {
		if err != nil {
			return nil, err
		}
	}
	return p, nil
}

// byChange serves who follows changes.
var byChange = store.Index{Name: "change", Fields: []string{"change"}}

// schemas are the schema numbers above 1: fields of a kind say whether lists
// filter by them, and an older program would lose that.
var schemas = map[string]int{"kinds": 2}

func use[T any](ctx context.Context, db store.DB, into **store.Collection[T], name string, indexes ...store.Index) error {
	c, err := store.Use[T](ctx, db, store.Spec[T]{Name: name, Schema: max(1, schemas[name]), Indexes: indexes})
	*into = c
	return err
}

// Ping tells whether the public store answers.
func (p *Public) Ping(ctx context.Context) error { return p.db.Ping(ctx) }

// CopySite brings the public copy of a site up to date; an older state never
// replaces a newer one. CopyColumn and CopyUnit do the same.
func (p *Public) CopySite(ctx context.Context, s content.Site) error {
	return copyTo(ctx, p, p.Sites, s.ID, s.Updated, func(doc *Site) (*int64, *int64, func()) {
		return &doc.Updated, &doc.Change, func() {
			doc.Name, doc.Domain, doc.IDCode, doc.Unit, doc.PageURL = s.Name, s.Domain, s.IDCode, s.Unit, s.PageURL
		}
	})
}

// CopyColumn brings the public copy of a column up to date.
func (p *Public) CopyColumn(ctx context.Context, c content.Column) error {
	return copyTo(ctx, p, p.Columns, c.ID, c.Updated, func(doc *Column) (*int64, *int64, func()) {
		return &doc.Updated, &doc.Change, func() {
			doc.Site, doc.Parent, doc.Path, doc.SlugPath, doc.Name = c.Site, c.Parent, c.Path, c.SlugPath, c.Name
			doc.Description, doc.Keywords, doc.Type, doc.Order = c.Description, c.Keywords, c.Type, c.Order
			doc.UpdateCycle, doc.License = c.UpdateCycle, c.License
		}
	})
}

// CopyUnit brings the public copy of a unit up to date.
func (p *Public) CopyUnit(ctx context.Context, u content.Unit) error {
	return copyTo(ctx, p, p.Units, u.ID, u.Updated, func(doc *Unit) (*int64, *int64, func()) {
		return &doc.Updated, &doc.Change, func() { doc.Name, doc.Parent, doc.Path = u.Name, u.Parent, u.Path }
	})
}

func copyTo[T any](ctx context.Context, p *Public, c *store.Collection[T], id string, updated int64, fields func(*T) (updated, change *int64, set func())) error {
	if doc, err := c.Get(ctx, id); err == nil {
		if at, _, _ := fields(&doc); *at >= updated {
			return nil // numbers are for what changes
		}
	}
	return p.numbered(ctx, func(ctx context.Context, n int64) error {
		_, err := c.Upsert(ctx, id, func(doc *T, exists bool) error {
			at, change, set := fields(doc)
			if exists && *at >= updated {
				return store.ErrUnchanged
			}
			set()
			*at, *change = updated, n
			return nil
		})
		p.tell(Change{})
		return err
	})
}

func fileKey(item, digest string) string { return item + "/" + digest }

// PutFile stores the public copy of a file of an item.
func (p *Public) PutFile(ctx context.Context, item, digest string, open func() (io.ReadCloser, error)) error {
	there, err := p.bucket.Exists(ctx, fileKey(item, digest))
	if err != nil {
		return unwritten(err)
	}
	if there {
		return nil
	}
	r, err := open()
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	if err := bucket.Put(ctx, p.bucket, fileKey(item, digest), bucket.Whole(r, digest)); err != nil {
		return unwritten(err)
	}
	return nil
}

func unwritten(err error) error {
	return gongkai.E(gongkai.Unavailable, "files", "公开文件暂时无法写入", "public files cannot be written right now").Because(err)
}

// RemoveFiles removes the public copies of an item's files that keep does not
// name, if latest still says so after they were listed: a newer release may
// have put files of its own, and removes what is too much itself.
func (p *Public) RemoveFiles(ctx context.Context, item string, keep map[string]bool, latest func(context.Context) (bool, error)) error {
	keys, err := p.filesBut(ctx, item, keep)
	if err != nil || len(keys) == 0 {
		return err
	}
	if still, err := latest(ctx); err != nil || !still {
		return err
	}
	for _, key := range keys {
		if err := p.bucket.Delete(ctx, key); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
			return gongkai.E(gongkai.Unavailable, "files", "公开文件暂时无法删除", "public files cannot be removed right now").Because(err)
		}
	}
	return nil
}

func (p *Public) filesBut(ctx context.Context, item string, keep map[string]bool) (keys []string, err error) {
	list := p.bucket.List(&blob.ListOptions{Prefix: item + "/"})
	for {
		obj, err := list.Next(ctx)
		if errors.Is(err, io.EOF) {
			return keys, nil
		}
		if err != nil {
			return nil, gongkai.E(gongkai.Unavailable, "files", "公开文件暂时无法列出", "public files cannot be listed right now").Because(err)
		}
		if !keep[strings.TrimPrefix(obj.Key, item+"/")] {
			keys = append(keys, obj.Key)
		}
	}
}

// File reads size bytes of a public file of a live edition, as FileOf finds it,
// and fetches no others.
func (p *Public) File(ctx context.Context, item, digest string, from, size int64) (io.ReadCloser, error) {
	if _, err := p.FileOf(ctx, item, digest); err != nil {
		return nil, err
	}
	if size == 0 {
		size = -1 // S3 knows no empty range: the file is empty
	}
	r, err := p.bucket.NewRangeReader(ctx, fileKey(item, digest), from, size, nil)
	switch {
	case gcerrors.Code(err) == gcerrors.NotFound:
		return nil, noFile
	case err != nil:
		return nil, gongkai.E(gongkai.Unavailable, "files", "公开文件暂时无法读取", "public files cannot be read right now").Because(err)
	}
	return r, nil
}
