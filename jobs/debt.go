// What is owed, for whoever watches: how much, and since when.

package jobs

import (
	"context"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/store"
	"gongkai/workflow"
)

// Debts (欠账) is what is owed of one kind.
type Debts struct {
	Due    int           // how many are due now, up to countLimit
	Oldest time.Duration // since the oldest was owed, whenever it is tried next
}

// Kinds of debts.
const (
	DebtItem     = "item"     // a sheet to build, acts to copy, a public change to tell, an act that is scheduled
	DebtDelivery = "delivery" // a channel to call
	DebtOther    = "other"    // public copies of sites, columns, units
)

// Bounds of one look: a count goes no further, and the oldest debt is looked
// for among so many. What is tried again after failures is due later than what
// is new, but its turn comes within the hour.
const (
	countLimit = 10_000
	lookLimit  = 200
)

// Owed looks at everything that is owed.
func (w *Worker) Owed(ctx context.Context) (map[string]Debts, error) {
	items, err := w.owedItems(ctx)
	if err != nil {
		return nil, err
	}
	deliveries, err := w.owedDeliveries(ctx)
	if err != nil {
		return nil, err
	}
	other, err := w.owedOther(ctx)
	return map[string]Debts{DebtItem: items, DebtDelivery: deliveries, DebtOther: other}, err
}

func (w *Worker) owedItems(ctx context.Context) (d Debts, err error) {
	now := w.Now()
	if d.Due, err = w.Content.Items.Count(ctx, []store.Cond{store.Lte("due", gongkai.Millis(now))}, countLimit); err != nil {
		return d, err
	}
	page, err := w.Content.Items.Find(ctx, store.Query{Where: []store.Cond{store.Gte("due", 1)}, Sort: []string{"due"}, Limit: lookLimit})
	for _, it := range page.Docs {
		switch at := workflow.Debt(it, 1); {
		case at == 1:
			d.since(now, owedSince(it))
		case at != 0 && at <= gongkai.Millis(now): // a schedule is owed from its time on
			d.since(now, at)
		}
	}
	return d, err
}

// owedSince is when the oldest debt of an item came about.
func owedSince(it content.Item) int64 {
	since := it.Updated
	for _, s := range it.Steps {
		if s.N > it.Copied {
			since = min(since, s.At)
		}
	}
	if at := changed(it); it.Told < it.Seq && at != 0 {
		since = min(since, at)
	}
	return since
}

func (d *Debts) since(now time.Time, at int64) {
	d.Oldest = max(d.Oldest, now.Sub(time.UnixMilli(at)))
}

func (w *Worker) owedDeliveries(ctx context.Context) (d Debts, err error) {
	now := w.Now()
	if d.Due, err = w.Ledger.CountDue(ctx, now, countLimit); err != nil {
		return d, err
	}
	owed, err := w.Ledger.DueBefore(ctx, now.AddDate(1, 0, 0), lookLimit) // those that wait for their next try too
	for _, one := range owed {
		d.since(now, one.Since)
	}
	return d, err
}

// owedOther looks at the trees. A subscriber's back-fill shows as the
// deliveries that it makes.
func (w *Worker) owedOther(ctx context.Context) (d Debts, err error) {
	now := w.Now()
	for _, look := range []func() error{
		func() error {
			return owedDocs(ctx, w.Content.Units, now, &d, func(u content.Unit) int64 { return u.Due })
		},
		func() error {
			return owedDocs(ctx, w.Content.Sites, now, &d, func(s content.Site) int64 { return s.Due })
		},
		func() error {
			return owedDocs(ctx, w.Content.Columns, now, &d, func(c content.Column) int64 { return c.Due })
		},
	} {
		if err := look(); err != nil {
			return d, err
		}
	}
	return d, nil
}

func owedDocs[T any](ctx context.Context, c *store.Collection[T], now time.Time, d *Debts, due func(T) int64) error {
	docs, err := dueDocs(ctx, c, now, lookLimit)
	d.Due += len(docs)
	for _, doc := range docs {
		d.since(now, due(doc))
	}
	return err
}
