// Public files that nothing names: a tell that slept through a withdrawal in
// another process can put one back after it was removed.

package jobs

import (
	"context"
	"errors"
	"time"

	"gongkai"
)

// leftoverAge is how old a public file is before anybody asks who names it.
const leftoverAge = 24 * time.Hour

// RemoveLeftovers removes public files that no page and no unstruck edition
// names. None of them can be read from outside: this keeps the bucket clean.
func (w *Worker) RemoveLeftovers(ctx context.Context) error {
	return w.Public.FilesBefore(ctx, w.Now().Add(-leftoverAge), func(item string, digests []string) error {
		return w.removeLeftovers(ctx, item, digests)
	})
}

func (w *Worker) removeLeftovers(ctx context.Context, item string, digests []string) error {
	before, err := w.Content.Items.Get(ctx, item)
	if err != nil && !gongkai.Is(err, gongkai.Missing) {
		return err
	}
	if before.Told < before.Seq {
		return nil // its tell is at the files now
	}
	named, err := w.Public.Named(ctx, item)
	if err != nil {
		return err
	}
	tried := 0
	for _, digest := range digests {
		if named[digest] {
			continue
		}
		tried++
		if err = w.Public.RemoveFile(ctx, item, digest); err != nil {
			break
		}
	}
	if tried == 0 {
		return nil
	}
	w.Log.Info("leftover files removed", "item", item, "files", tried)
	return errors.Join(err, w.spared(context.WithoutCancel(ctx), item, before.Seq)) // a removal that failed may have happened
}

// spared tells an item again that moved meanwhile: its new edition may have
// counted on a file that was just removed.
func (w *Worker) spared(ctx context.Context, item string, seq int64) error {
	after, err := w.Content.Items.Get(ctx, item)
	if gongkai.Is(err, gongkai.Missing) || err == nil && after.Seq == seq {
		return nil
	}
	if err != nil {
		return err
	}
	return w.raise(ctx, after)
}
