// Turns: the writers of one process stand in line for a document, so that a
// slow change is not overtaken for ever. Other processes are met at the guard.

package store

import (
	"context"
	"sync"
)

// turns has a line for each document that somebody is writing.
type turns struct {
	mu    sync.Mutex
	lines map[string]*line
}

type line struct {
	turn chan struct{} // holds one while somebody has the turn; waiters are served in order
	used int
	last stored // what the one before wrote, if that is known: saves the next one a read
}

// take waits for the turn; leave gives it on.
func (t *turns) take(ctx context.Context, key string) (l *line, leave func(), err error) {
	l = t.join(key)
	select {
	case l.turn <- struct{}{}:
		return l, func() { <-l.turn; t.quit(key, l) }, nil
	case <-ctx.Done():
		t.quit(key, l)
		return nil, nil, cancelled(ctx.Err())
	}
}

// yield lets those in line go first. Who was refused without standing in line
// could ask again and again, and crowd out those who write.
func (t *turns) yield(ctx context.Context, key string) {
	t.mu.Lock()
	busy := t.lines[key] != nil
	t.mu.Unlock()
	if !busy {
		return
	}
	if _, leave, err := t.take(ctx, key); err == nil {
		leave()
		pause(ctx, 6)
	}
}

func (t *turns) join(key string) *line {
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.lines[key]
	if l == nil {
		if t.lines == nil {
			t.lines = map[string]*line{}
		}
		l = &line{turn: make(chan struct{}, 1)}
		t.lines[key] = l
	}
	l.used++
	return l
}

func (t *turns) quit(key string, l *line) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if l.used--; l.used == 0 {
		delete(t.lines, key)
	}
}
