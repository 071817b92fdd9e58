package jobs

// What tests of several processes need to hold one of them up.
var (
	Settle = (*Worker).settle
	Told   = (*Worker).told
)

// Troubled is how the sweep paces itself.
type Troubled = trouble

// After is the pause after a sweep.
var After = (*trouble).after

// Spared is what follows the removal of leftovers of an item.
var Spared = (*Worker).spared
