// Following changes (跟进): every replica polls one version document, and no
// decision rests on rights that were last confirmed longer ago than the limit.

package policy

import (
	"context"
	"slices"
	"time"

	"gongkai"
	"gongkai/store"
)

// How replicas follow. Elapsed time is the machine's own, not the business
// clock's, which tests and operators may set.
const (
	pollEvery  = 500 * time.Millisecond
	staleAfter = 2 * time.Second
	loadWithin = 10 * time.Second
	writeTime  = 5 * time.Second  // a change takes no longer
	orphaned   = 10 * time.Second // a change open for longer lost its process
)

// version is the document that every change gives a new stamp. A change first
// enters itself in Open and leaves when it is done, so that one cut short in
// between is not overlooked: replicas load again as long as it stands there.
type version struct {
	store.Meta
	Stamp  string   `json:"stamp"`
	Open   []string `json:"open"`
	Seeded []string `json:"seeded"` // rules that were copied from the file, removed ones too
}

const versionID = "policy"

// snapshot is all that decisions read, replaced as a whole.
type snapshot struct {
	stamp string
	open  bool      // a change was under way when this was loaded
	since time.Time // when this stamp was first seen
	judge *judge
	held  held
}

// plant copies those ordinary rules of the file that never were in the store.
func (p *Policy) plant(ctx context.Context) error {
	old, err := p.versions.Get(ctx, versionID)
	if err != nil && !gongkai.Is(err, gongkai.Missing) {
		return err
	}
	var ids []string
	for _, r := range p.seed.ordinary {
		if slices.Contains(old.Seeded, r.ID) {
			continue
		}
		if _, err := p.rules.Insert(ctx, docOf(r)); err != nil && !gongkai.Is(err, gongkai.Conflict) {
			return err
		}
		ids = append(ids, r.ID)
	}
	if ids == nil {
		return nil
	}
	_, err = p.versions.Upsert(ctx, versionID, func(v *version, _ bool) error {
		v.Stamp, v.Seeded = gongkai.NewID(), union(v.Seeded, ids)
		return nil
	})
	return err
}

func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// change runs a write that every replica has to learn of, and waits until this
// one has. It may be repeated after any failure.
func (p *Policy) change(ctx context.Context, write func(context.Context) error) error {
	id := gongkai.NewID()
	if err := p.stamp(ctx, func(v *version) { v.Open = append(v.Open, id) }); err != nil {
		return err
	}
	writing, cancel := context.WithTimeout(ctx, writeTime)
	err := write(writing)
	cancel()
	after := context.WithoutCancel(ctx) // others must learn of it, whoever stopped waiting
	done := p.stamp(after, func(v *version) {
		v.Open = slices.DeleteFunc(v.Open, func(o string) bool { return o == id })
	})
	if err == nil {
		err = done
	}
	if err == nil {
		err = p.Refresh(after)
	}
	return err
}

func (p *Policy) stamp(ctx context.Context, edit func(*version)) error {
	ctx, cancel := context.WithTimeout(ctx, writeTime)
	defer cancel()
	_, err := p.versions.Update(ctx, versionID, 0, func(v *version) error {
		v.Stamp = gongkai.NewID()
		edit(v)
		return nil
	})
	return err
}

// Refresh loads rules and grants now.
func (p *Policy) Refresh(ctx context.Context) error { return p.follow(ctx, true) }

// follow loads what changed since the last time, or everything if forced. The
// turn keeps an older load from replacing a younger one.
func (p *Policy) follow(ctx context.Context, force bool) error {
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return staleError(ctx.Err())
	}
	asked := time.Now()
	v, err := p.versions.Get(ctx, versionID)
	if err != nil {
		return err
	}
	old := p.now.Load()
	if force || old == nil || old.open || old.stamp != v.Stamp {
		if err := p.load(ctx, v, old); err != nil {
			return err
		}
	}
	p.confirmed.Store(int64(asked.Sub(p.born)))
	return p.settle(ctx, v)
}

func (p *Policy) load(ctx context.Context, v version, old *snapshot) error {
	j, err := newJudge(p.seed, &adapter{ctx: ctx, seed: p.seed, rules: p.rules})
	if err != nil {
		return err
	}
	var holders []holder
	if err := each(ctx, p.holders, func(h holder) { holders = append(holders, h) }); err != nil {
		return err
	}
	next := &snapshot{stamp: v.Stamp, open: len(v.Open) > 0, since: time.Now(), judge: j, held: newHeld(holders)}
	if old != nil && old.stamp == v.Stamp {
		next.since = old.since
	}
	p.now.Store(next)
	return nil
}

// settle strikes changes whose process must have died: what they wrote has
// been loaded, and their time to write more is over.
func (p *Policy) settle(ctx context.Context, seen version) error {
	if len(seen.Open) == 0 || time.Since(p.now.Load().since) < p.orphaned {
		return nil
	}
	_, err := p.versions.Update(ctx, versionID, 0, func(v *version) error {
		if v.Stamp != seen.Stamp {
			return store.ErrUnchanged
		}
		v.Stamp, v.Open = gongkai.NewID(), nil
		return nil
	})
	return err
}

// poll follows until Close. A failed poll needs no word here: if it lasts,
// decisions are refused with the reason.
func (p *Policy) poll(every time.Duration) {
	defer close(p.done)
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-p.quit.Done():
			return
		case <-tick.C:
			ctx, cancel := context.WithTimeout(p.quit, loadWithin)
			_ = p.follow(ctx, false)
			cancel()
		}
	}
}

// fresh refuses when nobody could confirm for too long that the rights are
// still these, after one try of its own.
func (p *Policy) fresh() error {
	if time.Since(p.born)-time.Duration(p.confirmed.Load()) <= p.stale {
		return nil
	}
	ctx, cancel := context.WithTimeout(p.quit, p.stale/2)
	defer cancel()
	if err := p.follow(ctx, false); err != nil {
		return staleError(err)
	}
	return nil
}
