// Units that merge while items are under way, in the random walk: their items
// move one by one, between everything else that happens.

package workflow

import (
	"reflect"
	"slices"

	"gongkai"
	"gongkai/content"
)

// merging (机构合并) is a unit whose items move to another.
type merging struct{ from, into string }

// merge moves one item, begins the next merger, or ends one that has moved all.
func (w *walk) merge() {
	if w.merging.from == "" {
		units := []string{"county", "town", "harbour"}
		w.r.Shuffle(len(units), func(i, j int) { units[i], units[j] = units[j], units[i] })
		w.merging = merging{units[0], units[1]}
	}
	i := slices.IndexFunc(w.items, func(it content.Item) bool { return it.Unit == w.merging.from })
	switch {
	case i < 0:
		w.merging = merging{}
	case w.items[i].Created == 0:
		w.items[i].Unit = w.merging.into // nothing but a place for one
	default:
		moved, s := w.items[i], Step{ID: w.id("step"), Act: "transfer"}
		moved.Unit = w.merging.into
		world := w.world(gongkai.System, moved, s)
		world.Unit = moved.Unit
		w.write(i, s, gongkai.System, world)
	}
}

// oneUnit: the same, or one takes the other over just now.
func (w *walk) oneUnit(a, b string) bool {
	return a == b || merging{a, b} == w.merging || merging{b, a} == w.merging
}

// moved: the item is of another unit, and nothing else has changed; what was
// signed under the one that it was of says so.
func (w *walk) moved(i int, was, is content.Item, s Step) {
	if is.Unit != w.merging.into || is.Unit == was.Unit {
		w.fail(was, s, "it is of a unit that takes nothing over")
	}
	if work := is.Work; slices.Contains(underWay, work.State) && orElse(work.Unit, is.Unit) != w.shadow[i].under {
		w.fail(was, s, "what is under way has lost the unit that it is signed under")
	}
	if is.Live.State != content.NotLive && orElse(is.Live.Unit, is.Unit) != orElse(was.Live.Unit, was.Unit) {
		w.fail(was, s, "what is public has lost the unit that it was signed under")
	}
	if !reflect.DeepEqual(ofNoUnit(was), ofNoUnit(is)) {
		println("DBG\n" + snapshot(ofNoUnit(was)) + "\nDBG\n" + snapshot(ofNoUnit(is)))
		w.fail(was, s, "to be moved changed more than the unit")
	}
}

// ofNoUnit is an item without what a move writes down.
func ofNoUnit(it content.Item) content.Item {
	it.Unit, it.Work.Unit, it.Live.Unit, it.Work.Offices = "", "", "", nil
	it.Steps, it.StepN, it.StepHead, it.Due, it.Updated = nil, 0, "", 0, 0
	it.Desks, it.Deadline = nil, 0 // other people look at it now; the days of a column are others at each step here
	it.Later = slices.Clone(it.Later)
	for i := range it.Later {
		it.Later[i].Emergency.Offices = nil
	}
	if em := it.Work.Emergency; em != nil {
		none := *em
		none.Offices, it.Work.Emergency = nil, &none
	}
	return it
}
