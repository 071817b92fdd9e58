// Whether the place that a delivery goes to may be called now.

package jobs

import (
	"context"
	"time"

	"gongkai"
	"gongkai/channel"
)

// enter tells whether a delivery may be called, and where: leave is told how that
// went. With nil it waits for its channel, which is written down in it.
func (w *Worker) enter(ctx context.Context, id string) (at channel.Place, leave func(took time.Duration, failed error), err error) {
	d, err := w.Ledger.Get(ctx, id)
	if err != nil || !w.Ledger.IsDue(d) {
		return at, nil, err // a duplicate hint
	}
	if at, err = w.Channels.Place(ctx, d.Channel); err != nil {
		return at, nil, err
	}
	if at.Paused.Holds(d) {
		return at, nil, w.hold(ctx, d)
	}
	if channel.KindOf(d.Channel) != channel.KindWebhook {
		return at, func(time.Duration, error) {}, nil
	}
	left, wait := w.Channels.Enter(d, at.Limits, w.Now, w.Backoff)
	if left != nil {
		return at, func(took time.Duration, failed error) {
			left(took, failed)
			if took > 0 {
				w.rests(ctx, d.Channel, failed)
			}
		}, nil
	}
	tooOld := w.Now().Sub(time.UnixMilli(d.Since)) >= 2*callsFor
	return at, nil, untaken(w.Ledger.PutOff(ctx, d, wait, tooOld))
}

// rests writes down whether a place is left alone now. That is only for people to
// see: nothing waits for it.
func (w *Worker) rests(ctx context.Context, channel string, failed error) {
	if err := w.Channels.NoteRest(ctx, channel, gongkai.CodeOf(failed)); err != nil {
		w.Log.Warn("rest", "channel", channel, "kind", gongkai.KindOf(err).String(), "code", gongkai.CodeOf(err))
	}
}

// untaken: somebody else was faster, and that is well.
func untaken(err error) error {
	if gongkai.CodeOf(err) == "claimed" {
		return nil
	}
	return err
}

// hold keeps a delivery for the end of a pause. Should the pause have ended just
// now, whoever ended it may have looked before: then nobody holds anything.
func (w *Worker) hold(ctx context.Context, d channel.Delivery) error {
	if err := w.Ledger.Hold(ctx, d); err != nil {
		return untaken(err)
	}
	if at, err := w.Channels.Place(ctx, d.Channel); err != nil || at.Paused != nil {
		return err
	}
	_, err := w.Ledger.Release(ctx, d.Channel, enough)
	return err
}
