// Moving what a merged unit has to the one that takes over: roles first, then
// sites, then items in pages, each by a guarded write that its chain records.
// Whoever is cut short goes on from there.

package workflow

import (
	"context"
	"errors"
	"slices"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/store"
)

// Merging is what is done beside, by whoever keeps the trail and the accounts.
// The first three are told before it is so; they may be told again.
type Merging struct {
	Grant    func(ctx context.Context, u content.Unit, g policy.Grant) error
	Delegate func(ctx context.Context, u content.Unit, d policy.Delegation) error
	Site     func(ctx context.Context, u content.Unit, site string) error
	Users    func(ctx context.Context, u content.Unit) error // whose home the unit is
	Done     func(ctx context.Context, u content.Unit) error
}

// Merge moves what units have that were merged, until that is done or the time is
// up. What is found later in one that is done is moved too.
func (e *Engine) Merge(ctx context.Context, until time.Time, with Merging) error {
	units, err := content.All(ctx, e.content.Units, store.Exists("into"))
	if err != nil {
		return err
	}
	for _, u := range units {
		err = errors.Join(err, e.mergeOne(ctx, until, u, with))
	}
	return err
}

func (e *Engine) mergeOne(ctx context.Context, until time.Time, u content.Unit, with Merging) error {
	if mergeState(u) == MergeUnderWay {
		for _, part := range []func(context.Context, content.Unit, Merging) error{e.carryGrants, e.moveDelegations, e.moveSites} {
			if err := part(ctx, u, with); err != nil {
				return err
			}
		}
		if err := with.Users(ctx, u); err != nil {
			return err
		}
	}
	done, err := e.moveItems(ctx, until, u)
	if err != nil || !done || mergeState(u) == MergeDone {
		return err
	}
	if err := with.Done(ctx, u); err != nil {
		return err
	}
	_, err = e.content.Units.Update(ctx, u.ID, 0, func(u *content.Unit) error {
		if u.Merge == nil || u.Merge.Done != 0 {
			return store.ErrUnchanged
		}
		m := *u.Merge
		m.Done = gongkai.Millis(e.now())
		u.Merge = &m
		return nil
	})
	return err
}

// carryGrants lets people hold in the unit that takes over what they held in the
// merged one. There they keep it: units below it that are closed need them.
func (e *Engine) carryGrants(ctx context.Context, u content.Unit, with Merging) error {
	if err := e.policy.Refresh(ctx); err != nil { // what another process granted
		return err
	}
	to, err := e.content.Units.Get(ctx, u.Into)
	if err != nil {
		return err
	}
	rows, err := e.mergeGrants(ctx, u, to)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row.Outcome != carriedOver {
			continue
		}
		g := row.Grant
		g.By, g.Confirmed = u.Merge.By, u.Merge.Confirmed
		if err := with.Grant(ctx, u, g); err != nil {
			return err
		}
		if err := e.policy.Carry(ctx, g, gongkai.System); err != nil {
			return err
		}
	}
	return nil
}

func (e *Engine) moveDelegations(ctx context.Context, u content.Unit, with Merging) error {
	for _, d := range e.policy.DelegationsIn(u.ID) {
		if err := with.Delegate(ctx, u, d); err != nil {
			return err
		}
		if err := e.policy.MoveDelegation(ctx, d, u.Into, gongkai.System); err != nil {
			return err
		}
	}
	return nil
}

func (e *Engine) moveSites(ctx context.Context, u content.Unit, with Merging) error {
	sites, err := e.sitesRunBy(ctx, u.ID)
	if err != nil {
		return err
	}
	for _, s := range sites {
		if err := with.Site(ctx, u, s.ID); err != nil {
			return err
		}
		s.Unit = u.Into
		if _, err := e.content.PutSite(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// moveItems moves items of the unit. One that cannot be moved holds up no other.
func (e *Engine) moveItems(ctx context.Context, until time.Time, u content.Unit) (done bool, err error) {
	q := store.Query{Where: []store.Cond{store.Eq("unit", u.ID)}, Sort: []string{"updated"}, Limit: recountPage}
	for {
		page, find := e.content.Items.Find(ctx, q)
		if find != nil {
			return false, find
		}
		for _, it := range page.Docs {
			if failed := e.transferred(ctx, it.ID, u); failed != nil && err == nil {
				err = failed
			}
		}
		if q.After = page.Next; q.After == "" {
			return err == nil, err
		}
		if !time.Now().Before(until) {
			return false, err
		}
	}
}

// transferred moves one item, as it stands when it is written.
func (e *Engine) transferred(ctx context.Context, id string, u content.Unit) error {
	for range 5 {
		it, err := e.content.Items.Get(ctx, id)
		if err != nil || it.Unit != u.ID {
			return err
		}
		moved := it
		moved.Unit = u.Into
		on, err := e.laying(ctx, moved)
		if err != nil {
			return err
		}
		s := Step{ID: gongkai.DerivedID("transfer", it.ID, it.StepHead), Act: "transfer"}
		w := World{Actor: gongkai.System, Now: gongkai.Millis(e.now()), Unit: u.Into, Where: on.where, Pipeline: on.Pipeline, Owed: on.Owed}
		_, err = e.content.Items.Update(ctx, id, 0, func(doc *content.Item) error {
			if doc.StepHead != it.StepHead {
				return errMoved
			}
			next, err := Apply(*doc, s, w)
			if err != nil {
				return err
			}
			next.Updated = doc.Updated // nobody worked on it: lists keep their order, originals their term
			*doc = next
			return nil
		})
		if !errors.Is(err, errMoved) {
			return err
		}
	}
	return errBusy
}

// transfer: the item is of another unit from now on. What was signed stays: the
// sheet and the edition name the unit that they were signed under.
func (t *turn) transfer() error {
	it, from := t.it, t.before.Unit
	if err := need(t.w.Unit != "" && t.w.Unit != from, "unit", "unit", "没有承接单位", "no unit takes over"); err != nil {
		return err
	}
	it.Unit = t.w.Unit
	if w := &it.Work; w.Unit == "" && (slices.Contains(underWay, w.State) || w.State == content.Bundled) {
		w.Unit = from
	}
	if it.Live.State != content.NotLive && it.Live.Unit == "" {
		it.Live.Unit = from
	}
	it.Work.Offices = t.beside(it.Work.Offices, it.Work.Pipeline)
	for i, r := range it.Later {
		it.Later[i].Emergency.Offices = t.beside(r.Emergency.Offices, r.Emergency.Pipeline)
	}
	if em := it.Work.Emergency; em != nil {
		full := *em
		full.Offices = t.beside(em.Offices, em.Pipeline)
		it.Work.Emergency = &full
	}
	t.detail["from_unit"], t.detail["unit"] = from, it.Unit
	return nil
}

// beside are the offices of an order that do not read the item by its new unit:
// those named before, and those that did by the old one.
func (t *turn) beside(before []string, order string) (out []string) {
	p, _ := t.w.order(order)
	path := t.w.Where(UnitRule{})
	for _, office := range append(slices.Clone(before), p.offices()...) {
		if !slices.Contains(path, office) && !slices.Contains(out, office) {
			out = append(out, office)
		}
	}
	return out
}

// UnitAt is the unit that an item was of at one of its acts: those that it moved
// away from are in its chain.
func UnitAt(it content.Item, n int64) string {
	for _, s := range it.Steps {
		if s.Act == "transfer" && s.N > n {
			return s.Detail["from_unit"]
		}
	}
	return it.Unit
}

// oneUnit tells whether two units are the same, or one was merged into the other:
// items of one are moved while those of the other are there already.
func (e *Engine) oneUnit(ctx context.Context, a, b string) (bool, error) {
	if a == b {
		return true, nil
	}
	gone, err := e.content.Forebears(ctx, a, b)
	return slices.Contains(gone, a) || slices.Contains(gone, b), err
}
