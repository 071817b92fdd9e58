// The lookout: looks at the queue from time to time, says once when it falls
// ill or recovers, and opens the gate again.

package jobs

import (
	"context"
	"log/slog"
	"time"
)

// How often it looks: at leisure while all is fine, more often while it is not.
const (
	leisure = 5 * time.Second
	often   = 500 * time.Millisecond
	settled = 5 * time.Second // how long a change must last before it is said, but for the first fault
)

func (q *Queue) lookOut(ctx context.Context) {
	defer close(q.ended)
	for {
		q.rest(ctx)
		h := q.Health(ctx)
		if ctx.Err() != nil {
			return
		}
		q.note(h)
	}
}

// rest waits until the next look is due.
func (q *Queue) rest(ctx context.Context) {
	wait, look := leisure, q.gate.look
	if h := q.last.Load(); h.Err != nil || q.news.said != Fine {
		wait, look = often, nil // whatever failed meanwhile failed for the same reason
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	case <-look:
		q.calm(ctx)
	}
}

// calm keeps commands that fail where the probe does not from making it look
// without end.
func (q *Queue) calm(ctx context.Context) {
	if time.Since(q.looked) < often {
		timer := time.NewTimer(often)
		defer timer.Stop()
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
	}
}

// note keeps what was seen and lets the gate follow.
func (q *Queue) note(h Health) {
	q.last.Store(&h)
	q.looked = time.Now()
	q.gate.set(h.Err == nil)
	if level, say := q.news.change(h.State, q.looked); say {
		q.log.Log(context.Background(), level, "queue", "state", h.State, "code", "queue_"+h.State)
	}
}

// news decides what is worth a line: the first fault at once, everything else
// when it has lasted, so that a Redis that comes and goes does not fill the log.
type news struct {
	said, seen string
	since      time.Time
}

func (n *news) change(state string, now time.Time) (level slog.Level, say bool) {
	if state != n.seen {
		n.seen, n.since = state, now
	}
	if state == n.said || n.said != Fine && now.Sub(n.since) < settled {
		return 0, false
	}
	n.said = state
	if state == Fine {
		return slog.LevelInfo, true
	}
	return slog.LevelWarn, true
}
