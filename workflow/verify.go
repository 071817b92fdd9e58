// Verification of the chains that items carry.

package workflow

import (
	"context"
	"fmt"

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

// Copies gives the hashes of steps that the trail holds under these keys; keys
// that it does not hold are left out.
type Copies func(ctx context.Context, keys []string) (map[string]string, error)

// VerifyItems checks the chain of every item, by itself and against its copies
// in the trail, and lists those that are broken.
func (e *Engine) VerifyItems(ctx context.Context, copies Copies) (count int, broken []string, err error) {
	q := store.Query{Sort: []string{"updated"}, Limit: 500}
	for {
		page, err := e.content.Items.Find(ctx, q)
		if err != nil {
			return count, broken, err
		}
		count += len(page.Docs)
		suspects, err := suspected(ctx, page.Docs, copies)
		if err != nil {
			return count, broken, err
		}
		for _, id := range suspects {
			again, err := e.content.Items.Get(ctx, id) // it may have gone on since its page was read
			if err != nil {
				return count, broken, err
			}
			still, err := suspected(ctx, []content.Item{again}, copies)
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
func suspected(ctx context.Context, items []content.Item, copies Copies) (ids []string, err error) {
	var keys []string
	for _, it := range items {
		for n := range held(it) {
			keys = append(keys, StepKey(it.ID, n))
		}
		keys = append(keys, StepKey(it.ID, it.StepN+1))
	}
	there, err := copies(ctx, keys)
	if err != nil {
		return nil, err
	}
	for _, it := range items {
		if !ChainWhole(it) || !asCopied(it, there) {
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
// nothing else, and nothing beyond the item's end.
func asCopied(it content.Item, there map[string]string) bool {
	for n, hash := range held(it) {
		if copied, known := there[StepKey(it.ID, n)]; known && copied != hash || !known && n <= it.Copied {
			return false
		}
	}
	_, beyond := there[StepKey(it.ID, it.StepN+1)]
	return !beyond
}
