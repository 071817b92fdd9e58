// What the engine tells whoever watches: acts, and what the gate found. Counts
// and identifiers, never a text or a value.

package workflow

import (
	"context"

	"gongkai/content"
)

// Watch is told what happens; a nil func is not. The funcs are called by many
// at once.
type Watch struct {
	// Acted: an act became true, and this is the item after it. A repeat of a
	// step is not told.
	Acted func(ctx context.Context, it content.Item, act string)
	// Gate: one finding of a kind was found in a revision (GateFound), or went
	// into a sheet as people decided: mask, remove, keep, not_personal, by_eye.
	Gate func(kind, act string)
}

// GateFound is what Gate is told of a finding in a new revision.
const GateFound = "found"

func (w Watch) acted(ctx context.Context, it content.Item, act string) {
	if w.Acted != nil {
		w.Acted(ctx, it, act)
	}
}

func (w Watch) found(fs []content.Finding) {
	for _, f := range fs {
		if w.Gate != nil {
			w.Gate(f.Kind, GateFound)
		}
	}
}

// decided tells how each finding of a sheet was settled.
func (w Watch) decided(fs []content.Finding, d content.Decisions) {
	for _, f := range fs {
		if r, _ := d.Settle(f); w.Gate != nil {
			w.Gate(f.Kind, r.Act)
		}
	}
}
