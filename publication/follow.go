// Following (变更跟踪): every process hears of public changes, whoever made them.

package publication

import (
	"context"
	"slices"
	"sync"
	"time"

	"gongkai/store"
)

// How soon a process hears of a change that another one made, and how long it
// trusts what it has heard when it cannot ask.
const (
	FollowEvery = 500 * time.Millisecond
	trusted     = time.Second
)

// Bounds of one look: changes that are read at once, numbers that are missed
// and asked for, and how far back the first look goes for those that are under
// way.
const (
	followBatch = 500
	gapBatch    = 100 // the store merges no more than 200 values
	firstLook   = 1000
)

// follower has heard of all changes up to seen but for the gaps.
type follower struct {
	mu    sync.Mutex // one look at a time
	known bool
	seen  int64
	gaps  map[int64]time.Time // numbers that are missed, and since when
	heard int64               // counts the changes that were heard of
}

// Follow hears of changes until ctx ends. Answers are kept only where it runs.
func (p *Public) Follow(ctx context.Context) {
	tick := time.NewTicker(FollowEvery)
	defer tick.Stop()
	for {
		_ = p.Hear(ctx) // who cannot hear trusts nothing that was kept
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Hear looks for changes once: what was read before they came does not hold any
// more.
func (p *Public) Hear(ctx context.Context) error {
	f, began := p.follower, p.marks.since()
	f.mu.Lock()
	defer f.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, 10*trusted)
	defer cancel()
	if err := p.hear(ctx, f); err != nil {
		return err
	}
	p.marks.until.Store(int64(began + trusted))
	return nil
}

func (p *Public) hear(ctx context.Context, f *follower) error {
	last, err := p.lastChange(ctx)
	if err != nil {
		return err
	}
	if !f.known || last < f.seen { // a backup was restored under us
		f.known, f.seen = true, max(0, last-firstLook)
		clear(f.gaps)
		f.heard++
		p.marks.changed(trees)
	}
	if err := p.fillGaps(ctx, f); err != nil {
		return err
	}
	for f.seen < last {
		some, err := p.ChangesAfter(ctx, f.seen, followBatch)
		if err != nil {
			return err
		}
		for _, c := range some {
			f.meets(c.Number, p.now())
			f.heard++
			p.marks.changed(c.names()...)
		}
		if len(some) < followBatch {
			break
		}
	}
	return nil
}

// lastChange is the highest number that is borne. It never falls: nothing that
// bears one is ever removed.
func (p *Public) lastChange(ctx context.Context) (int64, error) {
	last, err := p.changesWhere(ctx, store.Gt("change", int64(0)), "-change", 1)
	if err != nil || len(last) == 0 {
		return 0, err
	}
	return last[0].Number, nil
}

// meets notes a number, and those before it that are missed.
func (f *follower) meets(n int64, now time.Time) {
	for missed := f.seen + 1; missed < n; missed++ {
		f.gaps[missed] = now
	}
	f.seen = n
}

// fillGaps asks for the numbers that were missed, and gives up those that will
// never come: most are of things that changed again since.
func (p *Public) fillGaps(ctx context.Context, f *follower) error {
	missed := make([]int64, 0, len(f.gaps))
	for n := range f.gaps {
		missed = append(missed, n)
	}
	asked := p.now()
	for some := range slices.Chunk(missed, gapBatch) {
		found, err := p.changesWhere(ctx, store.In("change", some...), "change", gapBatch)
		if err != nil {
			return err
		}
		for _, c := range found {
			delete(f.gaps, c.Number)
			f.heard++
			p.marks.changed(c.names()...)
		}
	}
	for n, since := range f.gaps {
		if asked.Sub(since) > settles {
			delete(f.gaps, n)
		}
	}
	return nil
}

// settled is the highest number up to which none is missed.
func (f *follower) settled() int64 {
	out := f.seen
	for n := range f.gaps {
		out = min(out, n-1)
	}
	return out
}

// Followed is the number up to which no change is still to come, and the highest
// that there is, as of the last look: it looks anew where nobody does.
func (p *Public) Followed(ctx context.Context) (settled, last int64, err error) {
	if !p.marks.trusts() {
		if err := p.Hear(ctx); err != nil {
			return 0, 0, err
		}
	}
	p.follower.mu.Lock()
	defer p.follower.mu.Unlock()
	return p.follower.settled(), p.follower.seen, nil
}

// Heard counts the changes that this process has heard of, as of the last look: it
// looks anew where nobody does. Who waits for changes asks for them when it moves.
func (p *Public) Heard(ctx context.Context) (int64, error) {
	if _, _, err := p.Followed(ctx); err != nil {
		return 0, err
	}
	p.follower.mu.Lock()
	defer p.follower.mu.Unlock()
	return p.follower.heard, nil
}

// tell marks a change that this process made: it does not wait to hear of it.
func (p *Public) tell(c Change) { p.marks.changed(c.names()...) }
