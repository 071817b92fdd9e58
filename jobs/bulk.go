// Bulk acts on the ledger, page by page. Their pages go with what is ordinary: what
// they make due goes behind everything else, and may wait for a place that is slow.

package jobs

import (
	"context"

	"gongkai"
	"gongkai/channel"
)

// bulk does one page of a bulk act (批量重发、恢复投送) and comes again at once
// while there is something to do.
func (w *Worker) bulk(ctx context.Context, id string) error {
	defer w.alone(id)()
	b, err := w.Ledger.Advance(ctx, id)
	if err != nil {
		return err
	}
	if b.State == channel.BulkRunning && b.Due <= gongkai.Millis(w.Now()) {
		w.Queue.done(taskTell + ":bulk:" + id)
		w.hint(taskTell, "bulk:"+id, ordinary)
	}
	return nil
}

// sweepBulk finds bulk acts that go on, and what they made due.
func (w *Worker) sweepBulk(ctx context.Context) error {
	ids, err := w.Ledger.BulksDue(ctx, w.Now(), 10)
	for _, id := range ids {
		w.hint(taskTell, "bulk:"+id, ordinary)
	}
	if err != nil {
		return err
	}
	due, err := w.Ledger.LowBefore(ctx, w.Now(), enough)
	for _, d := range due {
		w.hint(taskPay, d.ID, low)
	}
	return err
}
