// Pay: makes one channel show what it must of one item.

package jobs

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"gongkai"
	"gongkai/channel"
	"gongkai/channel/platform"
	"gongkai/publication"
)

// How often a delivery is tried before it waits for a person; of subscribers
// CallAgain says it. Twelve tries take half a day. What was understood and
// refused is not understood better later: six take a quarter of an hour, for
// whoever puts the place right just then.
const (
	maxTries     = 12
	refusedTries = 6
)

// pay claims the delivery, calls the channel, and writes down how it went.
func (w *Worker) pay(ctx context.Context, id string) error {
	at, leave, err := w.enter(ctx, id)
	if leave == nil {
		return err
	}
	defer leave(0, nil) // nothing was called, or the call broke
	d, err := w.Ledger.Claim(ctx, id)
	if gongkai.CodeOf(err) == "claimed" {
		return nil // a duplicate hint
	}
	if err != nil {
		return err
	}
	call, cancel := context.WithTimeout(ctx, w.Ledger.CallLimit(d.Channel))
	defer cancel()
	began := time.Now()
	failed := w.Channels.Pay(call, at, d)
	took := max(time.Since(began), 1)
	leave(took, failed) // the next one need not wait for the ledger
	now, err := w.Ledger.Settle(ctx, d, failed, w.again(d, failed))
	if err != nil {
		return err
	}
	w.paid(d, outcome(d, now), took, failed)
	if failed != nil {
		return nil // it is written down in the delivery
	}
	return w.indexed(ctx, d)
}

// indexed has the index cleaned soon, when a text left it for good.
func (w *Worker) indexed(ctx context.Context, d channel.Delivery) error {
	if d.Channel != channel.SearchID || d.Want.State == publication.Shows && d.Want.Edition <= 1 {
		return nil
	}
	it, err := w.Content.Items.Get(ctx, d.Item)
	if err != nil || len(it.Live.Struck) == 0 {
		return err
	}
	return w.calledBack(ctx)
}

// paid says how a call went.
func (w *Worker) paid(d channel.Delivery, outcome string, took time.Duration, failed error) {
	w.Watch.paid(d, outcome, took)
	level, about := slog.LevelInfo, []any{"delivery", d.ID, "item", d.Item, "epoch", d.Epoch, "seq", d.Seq, "attempt", d.Attempt, "outcome", outcome, "ms", took.Milliseconds()}
	if failed != nil {
		about = append(about, "kind", gongkai.KindOf(failed).String(), "code", gongkai.CodeOf(failed))
		if waits := (*channel.Waiting)(nil); !errors.As(failed, &waits) || waits.State == channel.Person { // to wait is usual
			level = slog.LevelWarn
		}
	}
	w.Log.Log(context.Background(), level, "paid", about...)
}

// again is how long to wait before the next try; negative: a person decides.
func (w *Worker) again(d channel.Delivery, failed error) time.Duration {
	var post *platform.Error
	switch {
	case channel.KindOf(d.Channel) == channel.KindWebhook:
		return w.callAgain(d, failed)
	case errors.As(failed, &post) && post.Class == platform.ClassContent:
		return -1 // it does not become another by itself
	case errors.As(failed, &post) && post.RetryAfter > 0 && d.Attempt < maxTries:
		return post.RetryAfter
	}
	tries := int64(maxTries)
	switch gongkai.KindOf(failed) {
	case gongkai.Denied, gongkai.Gone, gongkai.Missing:
		return -1
	case gongkai.Invalid:
		tries = refusedTries
	}
	if d.Attempt >= tries {
		return -1
	}
	return w.Backoff(d.Attempt)
}
