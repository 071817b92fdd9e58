// Work aside from the queue: while it is away, a worker process does by itself
// what the sweep finds and what is hinted. A withdrawal waits for no Redis.

package jobs

import (
	"context"
	"sync"
)

// aside keeps as many tasks of a queue going as the queue has workers.
type aside struct {
	mu    sync.Mutex
	ctx   context.Context // of the workers; nil while they do not run
	slots map[string]chan struct{}
	under sync.WaitGroup
}

func (a *aside) open(ctx context.Context) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ctx, a.slots = ctx, map[string]chan struct{}{}
	for queue, n := range workers {
		a.slots[queue] = make(chan struct{}, n)
	}
}

// close takes nothing more and waits for what is under way.
func (a *aside) close() {
	a.mu.Lock()
	a.ctx = nil
	a.mu.Unlock()
	a.under.Wait()
}

// try does a task if the workers run and one of them is free; else the sweep
// comes again.
func (a *aside) try(queue string, do func(context.Context)) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.ctx == nil {
		return false
	}
	slot, ctx := a.slots[queue], a.ctx
	select {
	case slot <- struct{}{}:
	default:
		return false
	}
	a.under.Go(func() {
		defer func() { <-slot }()
		do(ctx)
	})
	return true
}

// hint sends a hint into the queue, or does the task here when it is away.
func (w *Worker) hint(task, id, queue string) {
	if w.Queue.send(task, id, queue) {
		return
	}
	key := task + ":" + id
	if !w.Queue.begin(key) {
		return
	}
	if !w.aside.try(queue, func(ctx context.Context) {
		defer w.Queue.done(key)
		w.do(ctx, task, id)
	}) {
		w.Queue.done(key)
	}
}
