// Places that a worker leaves alone, for people to see.

package channel

import (
	"context"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/store"
)

// Rest (暂歇) is what the last worker process that left a place alone wrote down,
// its breaker being open or the place having asked for patience. Its id is the
// channel. Nothing is decided by it: each process keeps its own breakers.
type Rest struct {
	store.Meta
	Since  int64  `json:"since" doc:"When it began"`
	Until  int64  `json:"until" doc:"Not called before; 0: it is called as always"`
	Failed int64  `json:"failed" doc:"Failures in a row"`
	Code   string `json:"code" doc:"Of the last one"`
}

// NoteRest writes down whether a place is left alone, after a call that ended with
// the code, if this process has not said so already.
func (c *Channels) NoteRest(ctx context.Context, id, code string) error {
	if c.Ledger == nil {
		return nil
	}
	until, failed, undo := c.lines.rest(id, c.Now())
	if undo == nil {
		return nil
	}
	_, err := c.Ledger.rests.Upsert(ctx, id, func(r *Rest, _ bool) error {
		now := gongkai.Millis(c.Now())
		if r.Until == 0 || r.Until+2*longestRest.Milliseconds() < now { // what a process that was killed has left
			r.Since = now
		}
		r.Until, r.Failed, r.Code = gongkai.Millis(until), int64(failed), code
		if until.IsZero() {
			*r = Rest{Meta: r.Meta}
		}
		return nil
	})
	if err != nil {
		undo()
	}
	return err
}

// rest tells how long a place is left alone. It counts as written down; undo takes
// that back. nil: it is no news.
func (l *lines) rest(id string, now time.Time) (until time.Time, failed int, undo func()) {
	l.mu.Lock()
	at := l.by[id]
	l.mu.Unlock()
	if at == nil {
		return until, 0, nil
	}
	at.mu.Lock()
	defer at.mu.Unlock()
	if at.until.After(now) {
		until = at.until
	}
	before := at.noted
	if until.Equal(before) {
		return until, at.failed, nil
	}
	at.noted = until
	return until, at.failed, func() {
		at.mu.Lock()
		defer at.mu.Unlock()
		if at.noted.Equal(until) {
			at.noted = before
		}
	}
}

// rests are the places that are left alone now.
func (c *Channels) rests(ctx context.Context) (map[string]*Rest, error) {
	out := map[string]*Rest{}
	if c.Ledger == nil {
		return out, nil
	}
	all, err := content.All(ctx, c.Ledger.rests)
	for _, r := range all {
		if r.Until > gongkai.Millis(c.Now()) {
			out[r.ID] = &r
		}
	}
	return out, err
}
