// The sweep: finds what is due and sends the hints.

package jobs

import (
	"context"
	"slices"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/store"
)

// pace of the sweep, and how many hints are enough: while so many are under
// way there is no need to look for more.
const (
	pace   = 250 * time.Millisecond
	enough = 256
)

func (w *Worker) sweepUntil(ctx context.Context) {
	defer close(w.swept)
	var trouble trouble
	for {
		err := w.Sweep(ctx)
		if ctx.Err() != nil {
			return
		}
		wait := trouble.after(err, w.Log)
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

// Sweep sends a hint for everything that is due: what is to be taken down
// first, however long the queues are; then the rest, the earliest first, each
// as long as its queue is short. Calls that wait for a slow site hold up no item.
func (w *Worker) Sweep(ctx context.Context) error {
	if w.held(ctx) {
		return nil
	}
	if err := w.sweepUrgent(ctx); err != nil {
		return err
	}
	full := w.full(ctx)
	if !full(ordinary) {
		if err := w.sweepItems(ctx); err != nil {
			return err
		}
	}
	if !full(low) {
		if err := w.sweepBulk(ctx); err != nil {
			return err
		}
	}
	if full(ordinary) && full(calls) {
		return nil
	}
	return w.sweepChannels(ctx, full)
}

func (w *Worker) sweepItems(ctx context.Context) error {
	items, err := dueDocs(ctx, w.Content.Items, w.Now(), enough)
	for _, it := range items {
		w.wake("item", it.ID, isUrgent(it))
	}
	if err != nil {
		return err
	}
	return w.sweepTrees(ctx)
}

// down are the states of items that the public must not see any more.
var down = []string{content.Suspended, content.Tombstoned}

func isUrgent(it content.Item) bool { return slices.Contains(down, it.Live.State) }

func (w *Worker) sweepUrgent(ctx context.Context) error {
	items, err := dueDocs(ctx, w.Content.Items, w.Now(), enough, store.In("live.state", down...))
	for _, it := range items {
		w.wake("item", it.ID, true)
	}
	if err != nil {
		return err
	}
	due, err := w.Ledger.TakeDownsBefore(ctx, w.Now(), enough)
	for _, d := range due {
		w.hint(taskPay, d.ID, queueFor(d))
	}
	return err
}

func dueDocs[T any](ctx context.Context, c *store.Collection[T], now time.Time, limit int, where ...store.Cond) ([]T, error) {
	page, err := c.Find(ctx, store.Query{Where: append(where, store.Lte("due", gongkai.Millis(now))), Sort: []string{"due"}, Limit: limit})
	return page.Docs, err
}

func (w *Worker) sweepTrees(ctx context.Context) error {
	units, err := dueDocs(ctx, w.Content.Units, w.Now(), 200)
	for _, u := range units {
		w.wake("unit", u.ID, false)
	}
	if err != nil {
		return err
	}
	sites, err := dueDocs(ctx, w.Content.Sites, w.Now(), 200)
	for _, s := range sites {
		w.wake("site", s.ID, false)
	}
	if err != nil {
		return err
	}
	columns, err := dueDocs(ctx, w.Content.Columns, w.Now(), 200)
	for _, c := range columns {
		w.wake("column", c.ID, false)
	}
	return err
}

func (w *Worker) sweepChannels(ctx context.Context, full func(queue string) bool) error {
	subs, err := w.Channels.Subscribers.DueBefore(ctx, w.Now(), 100)
	for _, id := range subs {
		w.wake("subscriber", id, false)
	}
	if err != nil {
		return err
	}
	if err := w.sweepOutlets(ctx); err != nil {
		return err
	}
	due, err := w.Ledger.OrdinaryBefore(ctx, w.Now(), enough)
	for _, d := range due {
		if queue := queueFor(d); !full(queue) {
			w.hint(taskPay, d.ID, queue)
		}
	}
	return err
}
