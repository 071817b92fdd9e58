// The back-fill of an outlet: only what a person asks for.

package jobs

import (
	"context"

	"gongkai"
	"gongkai/channel"
	"gongkai/content"
	"gongkai/store"
)

func (w *Worker) sweepOutlets(ctx context.Context) error {
	if w.Channels.Outlets == nil {
		return nil
	}
	outlets, err := w.Channels.Outlets.DueBefore(ctx, w.Now(), 100)
	for _, id := range outlets {
		w.wake("outlet", id, false)
	}
	return err
}

// fillOutlet owes an outlet what is live and was released since the time that a
// person named, page by page. What it shows already needs no call.
func (w *Worker) fillOutlet(ctx context.Context, id string) error {
	outlet, err := w.Channels.Outlets.Get(ctx, id)
	if err != nil || outlet.Due == 0 {
		return err
	}
	page, err := w.Content.Items.Find(ctx, store.Query{Where: []store.Cond{store.Eq("live.state", content.Published)}, Sort: []string{"updated"}, After: outlet.Cursor, Limit: fillPage})
	if err != nil {
		return err
	}
	for _, it := range page.Docs {
		if err := w.oweOutlet(ctx, it, outlet); err != nil {
			return err
		}
	}
	if err := w.Channels.Outlets.Filled(ctx, outlet, page.Next); err != nil || page.Next == "" {
		return err
	}
	w.Queue.done(taskTell + ":outlet:" + id)
	w.Wake("outlet", id, false)
	return nil
}

// oweOutlet owes one item to one outlet, unless it has it.
func (w *Worker) oweOutlet(ctx context.Context, it content.Item, outlet channel.Outlet) error {
	target, err := w.Channels.OutletTarget(ctx, outlet, it)
	if err != nil || target.Site == "" || it.Live.Released < target.From {
		return err
	}
	if _, err := w.Ledger.Get(ctx, target.ID+"."+it.ID); !gongkai.Is(err, gongkai.Missing) {
		return err
	}
	epoch, err := w.Content.Epoch(ctx)
	if err != nil {
		return err
	}
	return w.oweTarget(ctx, it, epoch, target)
}
