// The sweep: finds what is due and sends the hints.

package jobs

import (
	"context"
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
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for {
		if err := w.Sweep(ctx); err != nil && ctx.Err() == nil {
			w.Log.Warn("sweep", "kind", gongkai.KindOf(err).String(), "code", gongkai.CodeOf(err))
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Sweep sends a hint for everything that is due, the earliest first, as long as
// the queue is short.
func (w *Worker) Sweep(ctx context.Context) error {
	if w.Queue.waiting() >= enough {
		return nil
	}
	items, err := dueDocs(ctx, w.Content.Items, w.Now(), enough)
	for _, it := range items {
		w.Wake("item", it.ID, it.Live.State == content.Suspended || it.Live.State == content.Tombstoned)
	}
	if err != nil {
		return err
	}
	for _, find := range []func(context.Context) error{w.sweepTrees, w.sweepChannels} {
		if err := find(ctx); err != nil {
			return err
		}
	}
	return nil
}

func dueDocs[T any](ctx context.Context, c *store.Collection[T], now time.Time, limit int) ([]T, error) {
	page, err := c.Find(ctx, store.Query{Where: []store.Cond{store.Lte("due", gongkai.Millis(now))}, Sort: []string{"due"}, Limit: limit})
	return page.Docs, err
}

func (w *Worker) sweepTrees(ctx context.Context) error {
	units, err := dueDocs(ctx, w.Content.Units, w.Now(), 200)
	for _, u := range units {
		w.Wake("unit", u.ID, false)
	}
	if err != nil {
		return err
	}
	sites, err := dueDocs(ctx, w.Content.Sites, w.Now(), 200)
	for _, s := range sites {
		w.Wake("site", s.ID, false)
	}
	if err != nil {
		return err
	}
	columns, err := dueDocs(ctx, w.Content.Columns, w.Now(), 200)
	for _, c := range columns {
		w.Wake("column", c.ID, false)
	}
	return err
}

func (w *Worker) sweepChannels(ctx context.Context) error {
	subs, err := w.Channels.Subscribers.DueBefore(ctx, w.Now(), 100)
	for _, id := range subs {
		w.Wake("subscriber", id, false)
	}
	if err != nil {
		return err
	}
	due, err := w.Ledger.DueBefore(ctx, w.Now(), enough)
	for _, d := range due {
		w.Queue.send(taskPay, d.ID, queueFor(d))
	}
	return err
}
