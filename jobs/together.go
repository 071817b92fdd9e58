// Appends to the trail, several tells at a time: the trail is one chain, so
// that one append after the other would be the slowest part of a rush.

package jobs

import (
	"context"
	"sync"

	"gongkai/audit"
)

// together lets whoever comes while an append is under way share the next one.
type together struct {
	mu    sync.Mutex
	busy  bool
	queue []*appending
}

type appending struct {
	entries []audit.Entry
	done    chan error
}

// append returns when the entries are in the trail.
func (g *together) append(ctx context.Context, t *audit.Trail, entries []audit.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	mine := &appending{entries, make(chan error, 1)}
	g.mu.Lock()
	g.queue = append(g.queue, mine)
	lead := !g.busy
	g.busy = true
	g.mu.Unlock()
	if lead {
		g.lead(context.WithoutCancel(ctx), t) // others wait for it too
	}
	return <-mine.done
}

// lead appends what is waiting until nobody waits.
func (g *together) lead(ctx context.Context, t *audit.Trail) {
	for {
		g.mu.Lock()
		waiting := g.queue
		g.queue = nil
		if len(waiting) == 0 {
			g.busy = false
			g.mu.Unlock()
			return
		}
		g.mu.Unlock()
		appendAll(ctx, t, waiting)
	}
}

// appendAll tries all in one append; if that fails, each by itself, so that
// nobody fails for another's sake.
func appendAll(ctx context.Context, t *audit.Trail, waiting []*appending) {
	var all []audit.Entry
	for _, a := range waiting {
		all = append(all, a.entries...)
	}
	err := t.Append(ctx, all...)
	for _, a := range waiting {
		if err != nil && len(waiting) > 1 {
			a.done <- t.Append(ctx, a.entries...)
			continue
		}
		a.done <- err
	}
}
