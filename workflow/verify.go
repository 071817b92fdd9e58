// Verification of the chains that items carry.

package workflow

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"gongkai/content"
	"gongkai/store"
)

// ChainWhole tells whether the acts that an item still holds are chained
// without a gap, up to its head.
func ChainWhole(it content.Item) bool {
	for i, r := range it.Steps {
		if RecordHash(r) != r.Hash || i > 0 && (r.Prev != it.Steps[i-1].Hash || r.N != it.Steps[i-1].N+1) {
			return false
		}
	}
	if n := len(it.Steps); n > 0 {
		last := it.Steps[n-1]
		return last.Hash == it.StepHead && last.N == it.StepN
	}
	return it.StepN == it.Copied // all pruned: the trail holds them
}

// StepKey is the key of a step's copy in the trail.
func StepKey(item string, n int64) string { return fmt.Sprintf("%s.%d", item, n) }

// Copied (副本) is what the trail holds of the acts of items.
type Copied struct {
	// Hashes gives those that it holds under these keys; keys that it does not
	// hold are left out.
	Hashes func(ctx context.Context, keys []string) (map[string]string, error)
	// Until: acts from before may be gone, because the trail was pruned. 0: none.
	Until int64
}

// VerifyItems checks the chain of every item, by itself and against its copies
// in the trail, and lists those that are broken.
func (e *Engine) VerifyItems(ctx context.Context, copied Copied) (count int, broken []string, err error) {
	q := store.Query{Sort: []string{"updated"}, Limit: 500}
	for {
		page, err := e.content.Items.Find(ctx, q)
		if err != nil {
			return count, broken, err
		}
		count += len(page.Docs)
		suspects, err := suspected(ctx, page.Docs, copied)
		if err != nil {
			return count, broken, err
		}
		for _, id := range suspects {
			again, err := e.content.Items.Get(ctx, id) // it may have gone on since its page was read
			if err != nil {
				return count, broken, err
			}
			still, err := suspected(ctx, []content.Item{again}, copied)
			if err != nil {
				return count, broken, err
			}
			broken = append(broken, still...)
		}
		if q.After = page.Next; q.After == "" {
			return count, broken, nil
		}
	}
}

// suspected lists the items whose chain is not whole, or is not that of the
// trail: a chain that somebody computed anew is whole by itself.
func suspected(ctx context.Context, items []content.Item, copied Copied) (ids []string, err error) {
	var keys []string
	for _, it := range items {
		for n := range held(it) {
			keys = append(keys, StepKey(it.ID, n))
		}
		keys = append(keys, StepKey(it.ID, it.StepN+1))
	}
	there, err := copied.Hashes(ctx, keys)
	if err != nil {
		return nil, err
	}
	for _, it := range items {
		if !ChainWhole(it) || !asCopied(it, there, copied.Until) {
			ids = append(ids, it.ID)
		}
	}
	return ids, nil
}

// held are the hashes of the steps that an item knows, by number: those that it
// holds, and the one before them.
func held(it content.Item) map[int64]string {
	hashes := map[int64]string{it.StepN: it.StepHead}
	for _, s := range it.Steps {
		hashes[s.N-1], hashes[s.N] = s.Prev, s.Hash
	}
	delete(hashes, 0)
	return hashes
}

// asCopied tells whether the trail holds what the item says that it copied, and
// nothing else, and nothing beyond the item's end. Of a trail that was pruned
// the oldest may be gone, and nothing after one that is there.
func asCopied(it content.Item, there map[string]string, until int64) bool {
	hashes := held(it)
	seen := false
	for _, n := range slices.Sorted(maps.Keys(hashes)) {
		copied, known := there[StepKey(it.ID, n)]
		switch {
		case known && copied != hashes[n]:
			return false
		case !known && n <= it.Copied && (seen || !mayBePruned(it, n, until)):
			return false
		}
		seen = seen || known
	}
	_, beyond := there[StepKey(it.ID, it.StepN+1)]
	return !beyond
}

// mayBePruned tells whether an act may be from before a time. One that the item does
// not hold any more is older than those that it holds.
func mayBePruned(it content.Item, n, until int64) bool {
	for _, s := range it.Steps {
		if s.N >= n {
			return s.At < until
		}
	}
	return until > 0
}

// Gone lists those of the items with these ids that are not there: nothing in
// the program deletes one.
func (e *Engine) Gone(ctx context.Context, ids []string) (gone []string, err error) {
	there := map[string]bool{}
	for some := range slices.Chunk(ids, 100) {
		p, err := e.content.Items.Find(ctx, store.Query{Where: []store.Cond{store.In("id", some...)}, Limit: len(some)})
		if err != nil {
			return nil, err
		}
		for _, it := range p.Docs {
			there[it.ID] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return there[id] }), nil
}
