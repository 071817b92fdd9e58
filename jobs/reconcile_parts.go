// What a restore takes over from the public side beside the items: trees, and
// the sheets and files of editions.

package jobs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"path"

	"gongkai"
	"gongkai/content"
	"gongkai/publication"
	"gongkai/store"
)

// trees takes over what the public copies of units, sites and columns know
// better, and lets all of them be copied out again.
func (r *Reconciler) trees(ctx context.Context) error {
	for _, part := range []func(context.Context) error{r.units, r.sites, r.columns} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	due := gongkai.Millis(r.Now())
	for _, err := range []error{
		touch(ctx, r.Content.Units, func(u *content.Unit) (string, *int64) { return u.ID, &u.Due }, due),
		touch(ctx, r.Content.Sites, func(s *content.Site) (string, *int64) { return s.ID, &s.Due }, due),
		touch(ctx, r.Content.Columns, func(c *content.Column) (string, *int64) { return c.ID, &c.Due }, due),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

func touch[T any](ctx context.Context, docs *store.Collection[T], of func(*T) (string, *int64), due int64) error {
	all, err := content.All(ctx, docs)
	if err != nil {
		return err
	}
	for i := range all {
		id, _ := of(&all[i])
		if _, err := docs.Update(ctx, id, 0, func(doc *T) error { _, at := of(doc); *at = due; return nil }); err != nil {
			return err
		}
	}
	return nil
}

func (r *Reconciler) units(ctx context.Context) error {
	return takeOver(ctx, r.Public.Units, r.Content.Units, func(from publication.Unit) (string, func(*content.Unit) bool) {
		return from.ID, func(u *content.Unit) bool {
			if u.Updated >= from.Updated {
				return false
			}
			u.Name, u.Parent, u.Path, u.Updated = from.Name, from.Parent, from.Path, from.Updated
			return true
		}
	})
}

func (r *Reconciler) sites(ctx context.Context) error {
	return takeOver(ctx, r.Public.Sites, r.Content.Sites, func(from publication.Site) (string, func(*content.Site) bool) {
		return from.ID, func(s *content.Site) bool {
			if s.Updated >= from.Updated {
				return false
			}
			s.Name, s.Domain, s.IDCode, s.Unit, s.PageURL, s.Updated = from.Name, from.Domain, from.IDCode, from.Unit, from.PageURL, from.Updated
			return true
		}
	})
}

func (r *Reconciler) columns(ctx context.Context) error {
	return takeOver(ctx, r.Public.Columns, r.Content.Columns, func(from publication.Column) (string, func(*content.Column) bool) {
		return from.ID, func(c *content.Column) bool {
			if c.Updated >= from.Updated {
				return false
			}
			c.Site, c.Parent, c.Path, c.SlugPath, c.Name, c.Updated = from.Site, from.Parent, from.Path, from.SlugPath, from.Name, from.Updated
			c.Slug, c.Description, c.Keywords, c.Type, c.Order = path.Base(from.SlugPath), from.Description, from.Keywords, from.Type, from.Order
			c.UpdateCycle, c.License = from.UpdateCycle, from.License
			return true
		}
	})
}

// takeOver lets each public copy change, or make, its original where it is
// newer. Names that stand in each other's way are tried once more when the rest
// is done.
func takeOver[P, T any](ctx context.Context, copies *store.Collection[P], docs *store.Collection[T], of func(P) (string, func(*T) bool)) error {
	all, err := content.All(ctx, copies)
	if err != nil {
		return err
	}
	take := func(p P) error {
		id, newer := of(p)
		_, err := docs.Upsert(ctx, id, func(doc *T, _ bool) error {
			if !newer(doc) {
				return store.ErrUnchanged
			}
			return nil
		})
		return err
	}
	var again []P
	for _, p := range all {
		if err := take(p); gongkai.Is(err, gongkai.Conflict) {
			again = append(again, p)
		} else if err != nil {
			return err
		}
	}
	for _, p := range again {
		if err := take(p); err != nil {
			return err
		}
	}
	return nil
}

// complete finds the editions of an item that is ahead, and brings the sheet
// and the files of the newest one back to the restricted side: a person may
// decide that it is shown again.
func (r *Reconciler) complete(ctx context.Context, s *shown) (err error) {
	top := s.top()
	if err := r.stands(ctx, s.pages); err != nil {
		return err
	}
	if s.editions, err = r.Public.EditionsOf(ctx, top.Item); err != nil || len(s.editions) == 0 || s.editions[0].Struck {
		return err
	}
	newest := s.editions[0]
	if sum := sha256.Sum256([]byte(newest.Bytes)); hex.EncodeToString(sum[:]) != newest.Digest {
		r.say("公开库中的版本与其摘要不符："+newest.ID, "an edition in the public store is not what its digest says: "+newest.ID)
		return nil
	}
	if s.pub, err = (content.Sheet{Bytes: newest.Bytes}).Public(); err != nil {
		return err
	}
	if s.sheet, err = r.sheet(ctx, newest, s.pub); err != nil {
		return err
	}
	for _, f := range s.pub.Files {
		if err := r.keep(ctx, top, f); err != nil {
			return err
		}
	}
	return nil
}

// stands makes the unit and the columns that pages name, should their public
// copies be missing too: nothing can be told without them.
func (r *Reconciler) stands(ctx context.Context, pages []publication.Page) error {
	for _, p := range pages {
		unit := content.Unit{Name: p.Unit, Path: p.UnitPath}
		unit.ID = p.Unit
		column := content.Column{Site: p.Site, Path: p.ColumnPath, Slug: p.Column, SlugPath: "/" + p.Column, Name: p.Column}
		column.ID = p.Column
		_, errUnit := r.Content.Units.Insert(ctx, unit)
		_, errColumn := r.Content.Columns.Insert(ctx, column)
		for _, err := range []error{errUnit, errColumn} {
			if err != nil && !gongkai.Is(err, gongkai.Conflict) {
				return err
			}
		}
	}
	return nil
}

// sheet is the one that became the edition: from the backup, or made of the
// edition's own bytes.
func (r *Reconciler) sheet(ctx context.Context, e publication.Edition, pub content.Public) (id string, err error) {
	found, err := r.Content.Sheets.Find(ctx, store.Query{Where: []store.Cond{store.Eq("digest", e.Digest)}, Limit: 100})
	if err != nil {
		return "", err
	}
	for _, s := range found.Docs {
		if s.Item == e.Item {
			return s.ID, nil
		}
	}
	sheet := content.Sheet{Item: e.Item, Rules: pub.Rules, Bytes: e.Bytes, Digest: e.Digest, Built: e.Released}
	sheet.ID = gongkai.DerivedID("sheet", e.Item, "restored", e.Digest)
	if _, err := r.Content.Sheets.Insert(ctx, sheet); err != nil && !gongkai.Is(err, gongkai.Conflict) {
		return "", err
	}
	return sheet.ID, nil
}

// keep copies a public file back to the restricted side, if it is lost there.
func (r *Reconciler) keep(ctx context.Context, p publication.Page, f content.PublicFile) error {
	there, err := r.Content.Files.OpenKept(ctx, f.Digest)
	if err == nil {
		return there.Close()
	}
	if !gongkai.Is(err, gongkai.Missing) {
		return err
	}
	from, err := r.Public.File(ctx, p.Item, f.Digest, 0, f.Size)
	if gongkai.Is(err, gongkai.Missing) || gongkai.Is(err, gongkai.Gone) {
		r.say("条目 "+p.Item+" 的附件已不在公开侧", "a file of item "+p.Item+" is not on the public side any more")
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = from.Close() }()
	_, _, err = r.Content.Files.Keep(ctx, from)
	return err
}
