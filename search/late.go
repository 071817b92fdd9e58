// An index that was away when the process started: pages and lists are read
// without it, so the process starts, and finds it by itself later.

package search

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"gongkai"
)

// passing are the reasons that end by themselves; any other, such as a wrong
// key, somebody has to put right.
var passing = []string{"search_unavailable", "search_busy", "search_pending", "search_no_index"}

// lateEvery is how often an index that is away is tried.
const lateEvery = 2 * time.Second

// OpenLate opens an index. One that is away for the time being answers why,
// until it can be opened.
func OpenLate(ctx context.Context, open func(context.Context) (Index, error)) (Index, error) {
	index, err := open(ctx)
	if err == nil || !slices.Contains(passing, gongkai.CodeOf(err)) {
		return index, err
	}
	l := &late{ended: make(chan struct{})}
	l.state.Store(&lateState{why: plain(err)})
	ctx, l.stop = context.WithCancel(context.WithoutCancel(ctx))
	go l.try(ctx, open)
	return l, nil
}

// late is an Index that may be away.
type late struct {
	state atomic.Pointer[lateState]
	stop  context.CancelFunc
	ended chan struct{}
}

type lateState struct {
	index Index
	why   error // while index is nil
}

func (l *late) try(ctx context.Context, open func(context.Context) (Index, error)) {
	defer close(l.ended)
	tick := time.NewTicker(lateEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		index, err := open(ctx)
		if err == nil {
			l.state.Store(&lateState{index: index})
			return
		}
		l.state.Store(&lateState{why: plain(err)})
	}
}

// plain is the error that names the reason, without what was joined to it.
func plain(err error) error {
	var known *gongkai.Error
	if errors.As(err, &known) {
		return known
	}
	return err
}

// with asks the index, or says why there is none.
func with[T any](l *late, ask func(Index) (T, error)) (T, error) {
	s := l.state.Load()
	if s.index == nil {
		var none T
		return none, s.why
	}
	return ask(s.index)
}

func (l *late) do(ask func(Index) error) error {
	_, err := with(l, func(i Index) (struct{}, error) { return struct{}{}, ask(i) })
	return err
}

// Put implements Index.
func (l *late) Put(ctx context.Context, docs ...Doc) error {
	return l.do(func(i Index) error { return i.Put(ctx, docs...) })
}

// Delete implements Index.
func (l *late) Delete(ctx context.Context, id string, epoch, seq int64) error {
	return l.do(func(i Index) error { return i.Delete(ctx, id, epoch, seq) })
}

// Search implements Index.
func (l *late) Search(ctx context.Context, q Query) (Result, error) {
	return with(l, func(i Index) (Result, error) { return i.Search(ctx, q) })
}

// Get implements Index.
func (l *late) Get(ctx context.Context, id string) (Hit, error) {
	return with(l, func(i Index) (Hit, error) { return i.Get(ctx, id) })
}

// Rebuild implements Index.
func (l *late) Rebuild(ctx context.Context, fill func(put func(...Doc) error) error) error {
	return l.do(func(i Index) error { return i.Rebuild(ctx, fill) })
}

// Reset implements Index.
func (l *late) Reset(ctx context.Context) error {
	return l.do(func(i Index) error { return i.Reset(ctx) })
}

// Ping implements Index.
func (l *late) Ping(ctx context.Context) error {
	return l.do(func(i Index) error { return i.Ping(ctx) })
}

// Close implements Index.
func (l *late) Close() error {
	l.stop()
	<-l.ended
	if s := l.state.Load(); s.index != nil {
		return s.index.Close()
	}
	return nil
}
