// Pruning: old entries are taken out, and a signed checkpoint says up to where.

package audit

import (
	"context"
	"errors"
	"time"

	"gongkai"
	"gongkai/store"
)

// MinKeep is how long every entry is kept at least: six months.
const MinKeep = 183 * 24 * time.Hour

var (
	errKeep   = gongkai.E(gongkai.Invalid, "audit_keep", "审计日志至少须保留六个月（183 天）", "the trail is kept for six months at least (183 days)")
	errPruned = gongkai.E(gongkai.Blocked, "audit_nothing_to_prune", "没有超过保留期限的条目", "no entry is older than what is kept")
)

// Pruned is what a pruning took out (剪除结果).
type Pruned struct {
	Checkpoint       // the one that says so
	Count      int64 `json:"count"` // entries taken out by this run
}

// Prunable is the last entry of those that lie before a time, in the order of
// the chain up to the first that does not: clocks that differ break no chain.
// They are read, and must be whole: what was tampered with is evidence, and
// stays. So does the newest entry of all, from which the next checkpoint goes on.
func (t *Trail) Prunable(ctx context.Context, keep time.Duration) (Begin, error) {
	if keep < MinKeep {
		return Begin{}, errKeep
	}
	begin, err := t.Beginning(ctx)
	for err == nil {
		var out Begin
		if out, err = t.prunable(ctx, begin, keep); gongkai.CodeOf(err) != errForged.Code {
			return out, err
		}
		was := begin.BeginN
		if begin, err = t.Beginning(ctx); err == nil && begin.BeginN <= was { // else it was pruned while it was read
			err = errForged
		}
	}
	return Begin{}, err
}

func (t *Trail) prunable(ctx context.Context, begin Begin, keep time.Duration) (Begin, error) {
	until := gongkai.Millis(t.clock().Add(-keep))
	out, at := Begin{Until: until}, begin.begins()
	err := t.span(ctx, begin.BeginN+1, 0, func(e *Entry) error {
		out.BeginN, out.BeginHash = at.N, at.Hash
		if e.At >= until {
			return errEnough
		}
		if hash, err := e.link(); err != nil || hash != e.Hash || e.N != at.N+1 || e.Prev != at.Hash {
			return errForged
		}
		at = Head{e.N, e.Hash}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	if err == nil && out.BeginN <= begin.BeginN {
		err = errPruned
	}
	return out, err
}

var errEnough = errors.New("enough")

// Prune takes the entries up to begin out, which Prunable gave. First the
// signed checkpoint, and the entry that names it; then they go, the oldest
// first, so that whatever is cut short leaves a chain and is gone on with by
// FinishPruning.
func (t *Trail) Prune(ctx context.Context, begin Begin, how Signing) (Pruned, error) {
	if begin.BeginN <= 0 {
		return Pruned{}, errPruned
	}
	c, err := t.signed(ctx, how, begin)
	if err != nil {
		return Pruned{}, err
	}
	n, err := t.drop(ctx, begin.BeginN)
	return Pruned{c, n}, err
}

// mayPrune looks again at the last entry that would go: whoever asks, nothing
// goes before its time.
func (t *Trail) mayPrune(ctx context.Context, begin Begin) error {
	was, err := t.Beginning(ctx)
	if err != nil {
		return err
	}
	if begin.BeginN <= was.BeginN {
		return errPruned
	}
	last, err := t.entries.Get(ctx, entryID(begin.BeginN))
	switch {
	case err != nil:
		return err
	case last.Hash != begin.BeginHash:
		return errForged
	case last.At >= begin.Until || begin.Until > gongkai.Millis(t.clock().Add(-MinKeep)):
		return errKeep
	}
	return nil
}

// FinishPruning goes on with a pruning that was cut short.
func (t *Trail) FinishPruning(ctx context.Context) (count int64, err error) {
	begin, err := t.Beginning(ctx)
	if err != nil || begin.BeginN == 0 {
		return 0, err
	}
	return t.drop(ctx, begin.BeginN)
}

// drop deletes entries up to n.
func (t *Trail) drop(ctx context.Context, n int64) (count int64, err error) {
	for {
		p, err := t.entries.Find(ctx, store.Query{Limit: verifyPage})
		if err != nil {
			return count, err
		}
		for _, e := range p.Docs {
			at := numberOf(e.ID)
			if at == 0 || at > n {
				return count, nil
			}
			if err := t.entries.Delete(ctx, e.ID, 0); err != nil && !gongkai.Is(err, gongkai.Missing) {
				return count, err
			}
			count++
		}
		if len(p.Docs) == 0 {
			return count, nil
		}
	}
}

// Beginning is where the trail begins, as the last pruning signed it.
func (t *Trail) Beginning(ctx context.Context) (Begin, error) {
	p, err := t.checkpoints.Find(ctx, store.Query{Where: []store.Cond{store.Gt("begin_n", 0)}, Sort: []string{"-begin_n"}, Limit: 1})
	if err != nil || len(p.Docs) == 0 {
		return Begin{}, err
	}
	return p.Docs[0].Begin, nil
}

// span shows the entries from one number to another, 0 the end, in order.
func (t *Trail) span(ctx context.Context, from, to int64, see func(*Entry) error) error {
	q := store.Query{Where: []store.Cond{store.Gte("id", entryID(from))}, Sort: []string{"id"}, Limit: verifyPage}
	if to > 0 {
		q.Where = append(q.Where, store.Lte("id", entryID(to)))
	}
	for {
		p, err := t.entries.Find(ctx, q)
		if err != nil {
			return err
		}
		for i := range p.Docs {
			if err := see(&p.Docs[i]); err != nil {
				return err
			}
		}
		if q.After = p.Next; p.Next == "" {
			return nil
		}
	}
}

// Span shows the entries of a range of numbers in the order of the chain; to 0
// is the end.
func (t *Trail) Span(ctx context.Context, from, to int64, see func(Entry) error) error {
	return t.span(ctx, from, to, func(e *Entry) error { return see(*e) })
}
