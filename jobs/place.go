// Whether the place that a delivery goes to may be called now.

package jobs

import (
	"context"
	"strings"
	"time"

	"gongkai"
	"gongkai/channel"
)

// enter tells whether a delivery may be called: leave is told how that went. With
// nil it waits for its channel, which is written down in it.
func (w *Worker) enter(ctx context.Context, id string) (leave func(called bool, failed error), err error) {
	d, err := w.Ledger.Get(ctx, id)
	if err != nil || !w.Ledger.IsDue(d) {
		return nil, err // a duplicate hint
	}
	pause, err := w.Channels.PauseOf(ctx, d.Channel)
	if err != nil && !gongkai.Is(err, gongkai.Missing) { // what is not there is said by the call
		return nil, err
	}
	if pause.Holds(d) {
		return nil, w.hold(ctx, d.ID, d.Channel)
	}
	sub, ours := strings.CutPrefix(d.Channel, channel.SubscriberPrefix)
	if !ours {
		return func(bool, error) {}, nil
	}
	s, err := w.Channels.Subscribers.Get(ctx, sub)
	if err != nil && !gongkai.Is(err, gongkai.Missing) {
		return nil, err
	}
	leave, wait := w.Channels.Enter(d, s.Limits, w.Now, w.Backoff)
	if leave != nil {
		return leave, nil
	}
	tooOld := w.Now().Sub(time.UnixMilli(d.Since)) >= 2*callsFor
	return nil, untaken(w.Ledger.PutOff(ctx, d.ID, wait, tooOld))
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
func (w *Worker) hold(ctx context.Context, id, channel string) error {
	if err := w.Ledger.Hold(ctx, id); err != nil {
		return untaken(err)
	}
	if pause, err := w.Channels.PauseOf(ctx, channel); err != nil || pause != nil {
		return err
	}
	_, err := w.Ledger.Release(ctx, channel, enough)
	return err
}
