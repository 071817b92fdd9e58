package jobs

import "context"

// What tests of several processes need to hold one of them up.
var (
	Settle = (*Worker).settle
	Told   = (*Worker).told
	Later  = (*Worker).later
	Tell   = (*Worker).tell
	Pay    = (*Worker).pay
)

// DueChore is when a chore comes next.
func (w *Worker) DueChore(ctx context.Context, name string) (int64, error) {
	t, err := w.turnsTaken.Get(ctx, name)
	return t.Due, err
}

// Troubled is how the sweep paces itself.
type Troubled = trouble

// After is the pause after a sweep.
var After = (*trouble).after

// Spared is what follows the removal of leftovers of an item.
var Spared = (*Worker).spared
