// What the sweep does when the store is away: it asks more seldom, says so
// once, and goes on by itself.

package jobs

import (
	"context"
	"log/slog"
	"time"

	"gongkai"
)

// slowest is how long the sweep waits at most for a store that is away.
const slowest = 5 * time.Second

// trouble counts failed sweeps in a row.
type trouble struct{ failed int }

// after is the time to the next sweep, as the last one went.
func (t *trouble) after(err error, log *slog.Logger) time.Duration {
	switch {
	case err == nil && t.failed > 0:
		t.failed = 0
		log.Info("the sweep finds what is due again")
	case err != nil:
		if t.failed++; t.failed == 1 {
			log.Warn("sweep", "kind", gongkai.KindOf(err).String(), "code", gongkai.CodeOf(err))
		}
	}
	return min(pace<<min(t.failed, 10), slowest)
}

// full tells of a queue whether it holds hints enough. Several processes share
// it, so it is asked itself; what this one has sent counts when it does not
// answer.
func (w *Worker) full(ctx context.Context) func(queue string) bool {
	lengths, err := w.Queue.Lengths(ctx)
	if err != nil {
		sent := w.Queue.waiting()
		return func(string) bool { return sent >= enough }
	}
	return func(queue string) bool { return lengths[queue+".pending"] >= enough }
}
