// Verification of the chains that items carry.

package workflow

import (
	"context"

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

// VerifyItems checks the chain of every item and lists those that are broken.
func (e *Engine) VerifyItems(ctx context.Context) (count int, broken []string, err error) {
	q := store.Query{Sort: []string{"updated"}, Limit: 500}
	for {
		page, err := e.content.Items.Find(ctx, q)
		if err != nil {
			return count, broken, err
		}
		for _, it := range page.Docs {
			if count++; !ChainWhole(it) {
				broken = append(broken, it.ID)
			}
		}
		if q.After = page.Next; q.After == "" {
			return count, broken, nil
		}
	}
}
