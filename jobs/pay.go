// Pay: makes one channel show what it must of one item.

package jobs

import (
	"context"
	"errors"
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
	call, cancel := context.WithTimeout(ctx, 40*time.Second)
	defer cancel()
	failed := w.Channels.Pay(call, d)
	if _, err := w.Ledger.Settle(ctx, d, failed, w.again(d, failed)); err != nil {
		return err
	}
	return failed
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
