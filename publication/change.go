// Changes (公开变更): whatever becomes public, or is so no more, bears a number
// from one counter, so that readers can follow it without a clock.

package publication

import (
	"cmp"
	"context"
	"slices"
	"time"

	"gongkai"
	"gongkai/store"
)

// changesCounter gives the numbers of changes. A number that nobody bears in the
// end is legal; so is one that comes after a higher one.
const changesCounter = "changes"

// A number that is not there settles after it was missed is never borne: who
// takes one has written it within writtenWithin, or gives up.
const (
	writtenWithin = 20 * time.Second
	settles       = time.Minute
)

// numbered gives a change its number, and the time that it has.
func (p *Public) numbered(ctx context.Context, write func(ctx context.Context, n int64) error) error {
	ctx, cancel := context.WithTimeout(ctx, writtenWithin)
	defer cancel()
	n, err := p.db.Next(ctx, changesCounter)
	if err != nil {
		return err
	}
	return write(ctx, n)
}

// Change (变更) is the last change of one thing that is or was public.
type Change struct {
	Number int64
	Kind   string // "item" (its Page), "column", "site", "unit" or "kind"
	ID     string // of the item, column, site, unit or kind
	At     int64  // when, in milliseconds, by the clock of who made it
	Page   *Page  // of an item: what one site shows of it
}

// changed is a collection whose documents bear numbers.
type changed interface {
	changes(ctx context.Context, where store.Cond, sort string, limit int) ([]Change, error)
}

// numbers is the collection of a kind of things.
type numbers[T any] struct {
	docs *store.Collection[T]
	of   func(*T) Change
	only []store.Cond
}

func (c numbers[T]) changes(ctx context.Context, where store.Cond, sort string, limit int) ([]Change, error) {
	q := store.Query{Where: append(slices.Clone(c.only), where), Sort: []string{sort}, Limit: limit}
	if where.Op == store.OpIn { // several numbers: no index orders by what it holds equal
		q.Sort = nil
	}
	found, err := c.docs.Find(ctx, q)
	out := make([]Change, len(found.Docs))
	for i := range found.Docs {
		out[i] = c.of(&found.Docs[i])
	}
	return out, err
}

// bearers are the collections of things that bear numbers.
func (p *Public) bearers() []changed {
	return []changed{
		numbers[Page]{p.Pages, changeOfPage, nil},
		numbers[Column]{p.Columns, func(d *Column) Change { return Change{d.Change, "column", d.ID, d.Updated, nil} }, nil},
		numbers[Site]{p.Sites, func(d *Site) Change { return Change{d.Change, "site", d.ID, d.Updated, nil} }, nil},
		numbers[Unit]{p.Units, func(d *Unit) Change { return Change{d.Change, "unit", d.ID, d.Updated, nil} }, nil},
		numbers[Kind]{p.Kinds, func(d *Kind) Change { return Change{d.Change, "kind", d.ID, d.Updated, nil} }, nil},
	}
}

func changeOfPage(d *Page) Change { return Change{d.Change, "item", d.Item, d.Changed, d} }

// changesWhere lists changes in an order of their numbers, at most limit.
func (p *Public) changesWhere(ctx context.Context, where store.Cond, sort string, limit int) ([]Change, error) {
	return merged(ctx, p.bearers(), where, sort, limit)
}

// merged lists changes of several collections.
func merged(ctx context.Context, bearers []changed, where store.Cond, sort string, limit int) (out []Change, err error) {
	for _, c := range bearers {
		some, err := c.changes(ctx, where, sort, limit)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	slices.SortFunc(out, func(a, b Change) int { return cmp.Compare(a.Number, b.Number) })
	if sort[0] == '-' {
		slices.Reverse(out)
	}
	return out[:min(len(out), limit)], nil
}

// ChangesAfter (变更列表) lists changes with numbers above after, in their order,
// at most limit. Something that changes again moves to the end. A lower number
// may still come: Followed tells up to which that is over.
func (p *Public) ChangesAfter(ctx context.Context, after int64, limit int) ([]Change, error) {
	return p.changesWhere(ctx, store.Gt("change", after), "change", limit)
}

// ToldAfter is ChangesAfter of what readers are told: items, of one site if it is
// named, columns, sites and units.
func (p *Public) ToldAfter(ctx context.Context, site string, after int64, limit int) ([]Change, error) {
	told := p.bearers()[:4] // kinds come last
	if site != "" {
		told[0] = numbers[Page]{p.Pages, changeOfPage, []store.Cond{store.Eq("site", site)}}
	}
	return merged(ctx, told, store.Gt("change", after), "change", limit)
}

// NumberOld gives the pages that came before there were numbers theirs, so that
// who follows from the beginning meets them. The trees get theirs with their next
// change: nobody has to be told that they are as they were.
func (p *Public) NumberOld(ctx context.Context) error {
	for {
		found, err := p.Pages.Find(ctx, store.Query{Where: []store.Cond{store.Eq("change", nil)}, Limit: 500})
		if err != nil || len(found.Docs) == 0 {
			return err
		}
		for _, page := range found.Docs {
			if err := p.numberOld(ctx, page.ID); err != nil && !gongkai.Is(err, gongkai.Missing) {
				return err
			}
		}
	}
}

func (p *Public) numberOld(ctx context.Context, id string) error {
	return p.numbered(ctx, func(ctx context.Context, n int64) error {
		_, err := p.Pages.Update(ctx, id, 0, func(doc *Page) error {
			if doc.Change > 0 {
				return store.ErrUnchanged
			}
			doc.Change = n
			return nil
		})
		return err
	})
}
