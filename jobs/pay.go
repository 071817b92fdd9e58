// Pay: makes one channel show what it must of one item.

package jobs

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"gongkai"
	"gongkai/channel"
)

// maxTries is how often a delivery is tried before it waits for a person.
const maxTries = 12

// pay claims the delivery, calls the channel, and writes down how it went.
func (w *Worker) pay(ctx context.Context, id string) error {
	d, err := w.Ledger.Claim(ctx, id)
	if gongkai.CodeOf(err) == "claimed" {
		return nil // a duplicate hint
	}
	if err != nil {
		return err
	}
	call, cancel := context.WithTimeout(ctx, w.Ledger.CallLimit())
	defer cancel()
	began := time.Now()
	failed := w.Channels.Pay(call, d)
	took := time.Since(began)
	now, err := w.Ledger.Settle(ctx, d, failed, w.again(d, failed))
	if err != nil {
		return err
	}
	w.paid(d, outcome(d, now), took, failed)
	return nil // what failed is written down in the delivery
}

// paid says how a call went.
func (w *Worker) paid(d channel.Delivery, outcome string, took time.Duration, failed error) {
	w.Watch.paid(d, outcome, took)
	level, about := slog.LevelInfo, []any{"delivery", d.ID, "item", d.Item, "epoch", d.Epoch, "seq", d.Seq, "attempt", d.Attempt, "outcome", outcome, "ms", took.Milliseconds()}
	if failed != nil {
		level, about = slog.LevelWarn, append(about, "kind", gongkai.KindOf(failed).String(), "code", gongkai.CodeOf(failed))
	}
	w.Log.Log(context.Background(), level, "paid", about...)
}

// again is how long to wait before the next try; negative: a person decides.
func (w *Worker) again(d channel.Delivery, failed error) time.Duration {
	var send *channel.SendError
	if errors.As(failed, &send) {
		if send.RetryAfter > 0 {
			return send.RetryAfter
		}
		if send.Disable {
			return -1
		}
	}
	switch gongkai.KindOf(failed) {
	case gongkai.Denied, gongkai.Gone, gongkai.Missing:
		return -1
	}
	if d.Attempt >= maxTries {
		return -1
	}
	return w.Backoff(d.Attempt)
}
