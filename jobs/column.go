// Columns are told like items: the debt is part of their own write, their time of
// change is their number, and the ledger keeps who was told.

package jobs

import (
	"context"
	"strconv"

	"gongkai"
	"gongkai/channel"
	"gongkai/content"
)

// tellColumn copies a column to the public and owes it to the subscribers.
func (w *Worker) tellColumn(ctx context.Context, col content.Column) error {
	if err := w.Public.CopyColumn(ctx, col); err != nil {
		return err
	}
	targets, err := w.Channels.ColumnTargets(ctx, col)
	if err != nil {
		return err
	}
	for _, t := range targets {
		if err := w.oweColumn(ctx, col, t); err != nil {
			return err
		}
	}
	return nil
}

// oweColumn owes a column as it was read; who was told of it so, or later, is owed
// nothing.
func (w *Worker) oweColumn(ctx context.Context, col content.Column, t channel.Target) error {
	want := columnShow(col, t)
	if want.State == channel.ColumnGone {
		if _, err := w.Ledger.Get(ctx, t.ID+"."+columnThing(col)); gongkai.Is(err, gongkai.Missing) {
			return nil // it never heard of it
		}
	}
	epoch, err := w.Content.Epoch(ctx)
	if err != nil {
		return err
	}
	return w.owes(w.Ledger.OweTo(ctx, t, "", epoch, col.Updated, want))
}

func columnThing(col content.Column) string { return "column:" + col.ID }

// columnShow is f(column, channel). The digest is over what readers can fetch.
func columnShow(col content.Column, t channel.Target) channel.Show {
	show := channel.Show{Event: channel.EventColumn, State: channel.ColumnGone, Site: col.Site, Column: col.ID}
	if t.Site == "" {
		return show
	}
	show.State, show.Title, show.Path = channel.ColumnShows, col.Name, col.SlugPath
	show.Digest = gongkai.DerivedID(col.Site, col.Parent, col.Path, col.SlugPath, col.Name, col.Description, col.Keywords, col.Type, strconv.FormatInt(col.Order, 10), col.UpdateCycle, col.License)
	return show
}

// fillColumns owes a subscriber the columns that there are, the trees being small.
// What it knows otherwise than it should is told under a later number.
func (w *Worker) fillColumns(ctx context.Context, sub channel.Subscriber) error {
	all, err := content.All(ctx, w.Content.Columns)
	for _, col := range all {
		if err := w.fillColumn(ctx, col, sub.ColumnTarget(col)); err != nil {
			return err
		}
	}
	return err
}

func (w *Worker) fillColumn(ctx context.Context, col content.Column, t channel.Target) error {
	d, err := w.Ledger.Get(ctx, t.ID+"."+columnThing(col))
	switch {
	case gongkai.Is(err, gongkai.Missing):
		return w.oweColumn(ctx, col, t)
	case err != nil:
		return err
	case d.Seq >= col.Updated && d.Differs(t, columnShow(col, t)):
		if err := w.Content.RetellColumn(ctx, col.ID); err != nil {
			return err
		}
		w.Wake("column", col.ID, false)
		return nil
	case d.State == channel.Stalled:
		_, err = w.Ledger.Retry(ctx, d.ID, false)
		return err
	}
	return w.oweColumn(ctx, col, t)
}
