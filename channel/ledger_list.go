// Lists of the ledger: which deliveries, by what, page by page.

package channel

import (
	"context"
	"slices"

	"gongkai/content"
	"gongkai/publication"
	"gongkai/store"
)

// HeldState is what lists call a delivery that waits for a paused channel: it
// keeps the state that it had.
const HeldState = "held"

// What a channel must show of a column: how it is now, or that it is none of its
// sites any more.
const (
	ColumnShows = "column"
	ColumnGone  = "column_gone"
)

func (s Show) column() bool { return s.State == ColumnShows || s.State == ColumnGone }

// takenDown are the states in which the public must not see an edition.
var takenDown = []string{publication.Suspended, publication.Notice, publication.GoneState, publication.Redirect, publication.Vanish, Nothing}

// TakesDown tells whether the delivery calls something back.
func (d Delivery) TakesDown() bool { return d.Want.takesDown() }

func (s Show) takesDown() bool { return slices.Contains(takenDown, s.State) }

// Filter (筛选) narrows a list of deliveries; empty fields do not.
type Filter struct {
	Channels []string `json:"channels,omitempty"` // any of them
	Site     string   `json:"site,omitempty"`     // whose placement of the item they show
	Columns  []string `json:"columns,omitempty"`  // in which that placement stands: any of them
	Item     string   `json:"item,omitempty"`
	State    string   `json:"state,omitempty"`
	Code     string   `json:"code,omitempty"` // of the last failure

	After string `json:"-"`
	Limit int    `json:"-"`
}

// query is the part of the filter that an index serves: the condition that
// usually leaves the fewest.
func (f Filter) query() store.Query {
	q := store.Query{Sort: []string{"-updated"}, After: f.After}
	switch {
	case f.Item != "":
		q.Where = []store.Cond{store.Eq("item", f.Item)}
	case f.State == HeldState && len(f.Channels) == 1:
		q.Where, q.Sort = []store.Cond{store.Eq("channel", f.Channels[0]), store.Gte("held", 1)}, []string{"-held"}
	case len(f.Columns) > 0:
		q.Where = []store.Cond{store.In("want.column", f.Columns...)}
	case len(f.Channels) > 0 && f.State != "" && f.State != HeldState:
		q.Where = []store.Cond{store.In("channel", f.Channels...), store.Eq("state", f.State)}
	case len(f.Channels) > 0:
		q.Where = []store.Cond{store.In("channel", f.Channels...)}
	case f.State != "" && f.State != HeldState:
		q.Where = []store.Cond{store.Eq("state", f.State)}
	case f.Site != "":
		q.Where = []store.Cond{store.Eq("want.site", f.Site)}
	}
	return q
}

// takes is the whole filter.
func (f Filter) takes(d Delivery) bool {
	state := f.State == "" || d.State == f.State
	if f.State == HeldState {
		state = d.Held != 0
	}
	return state && (f.Item == "" || d.Item == f.Item) && (f.Site == "" || d.Want.Site == f.Site) && (f.Code == "" || d.Error == f.Code) &&
		(len(f.Channels) == 0 || slices.Contains(f.Channels, d.Channel)) && (len(f.Columns) == 0 || slices.Contains(f.Columns, d.Want.Column))
}

// Bounds of one page: how many deliveries are looked at, and how many at once.
const (
	lookedAt   = 2000
	lookedOnce = 200
)

// List lists deliveries, the newest change first. A page may hold less than was
// asked for although there is a next one: of what the index gives, it looks at a
// bounded number.
func (l *Ledger) List(ctx context.Context, f Filter) (out store.Page[Delivery], err error) {
	q, limit := f.query(), f.Limit
	if limit <= 0 {
		limit = 50
	}
	for looked := 0; looked < lookedAt; {
		q.Limit = min(limit-len(out.Docs), lookedOnce)
		page, err := l.docs.Find(ctx, q)
		if err != nil {
			return out, err
		}
		for _, d := range page.Docs {
			if f.takes(d) {
				out.Docs = append(out.Docs, d)
			}
		}
		out.Next, q.After, looked = page.Next, page.Next, looked+max(len(page.Docs), lookedOnce/10)
		if out.Next == "" || len(out.Docs) >= limit {
			break
		}
	}
	return out, nil
}

// CountOf counts what a filter takes, up to a bound; known tells whether an
// index alone can say it.
func (l *Ledger) CountOf(ctx context.Context, f Filter, bound int) (n int, known bool, err error) {
	q := f.query()
	used := map[string]bool{}
	for _, c := range q.Where {
		used[c.Field] = true
	}
	set := map[string]bool{"channel": len(f.Channels) > 0, "want.site": f.Site != "", "want.column": len(f.Columns) > 0, "item": f.Item != "", "error": f.Code != "",
		"state": f.State != "" && f.State != HeldState, "held": f.State == HeldState}
	for field, asked := range set {
		if asked && !used[field] {
			return 0, false, nil
		}
	}
	n, err = l.docs.Count(ctx, q.Where, bound)
	return n, err == nil, err
}

// OfItems lists the deliveries of items, those of one item together.
func (l *Ledger) OfItems(ctx context.Context, items []string) ([]Delivery, error) {
	return content.All(ctx, l.docs, store.In("item", items...))
}
