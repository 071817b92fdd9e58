// Whose desks an item lies on: written into the item by every act, so that the
// work lists of people are found by an index however many items there are.

package workflow

import (
	"context"
	"slices"
	"strings"

	"gongkai"
	"gongkai/content"
)

// The beginnings of desks. What waits for a right lies on the desk of that right
// in its unit and in each unit above it, up to the whole installation: whoever
// holds the right there finds it.
const (
	deskSign     = "sign:"    // and the roles of the stage, or of that of a later review
	deskRelease  = "release"  // it is ready, and its release is not put off to a time
	deskDecide   = "decide"   // a withdrawal was asked for
	deskValidity = "validity" // a change of validity was asked for
	deskUnit     = "unit"     // whatever is under way
	deskDraft    = "draft:"   // and a person who writes it
	deskBack     = "back:"    // and a person who wrote what was returned or rejected
	deskClaim    = "claimed:" // and the person
)

// deskAt is the desk of a right in a unit ("": the whole installation).
func deskAt(right, unit string) string { return right + "@" + unit }

// desk names the right to a seat: that to all its signatures together.
func (s Seat) desk() string {
	var roles []string
	for _, t := range s.Tracks {
		roles = append(roles, t.Role)
	}
	slices.Sort(roles)
	return deskSign + strings.Join(slices.Compact(roles), "+")
}

// lay puts the item on the desks where it belongs after the act.
func (t *turn) lay() {
	t.it.Work.Claims = slices.DeleteFunc(t.it.Work.Claims, func(c content.Claim) bool {
		return c.Stage != waitsAt(t.it.Work) || over(c, t.w.Now) || t.taken(t.stage(), Seat{ID: c.Seat})
	})
	t.it.Desks, t.it.Hands = desks(*t.it, t.w.Where, t.w.order), hands(*t.it)
}

// desks are those that an item lies on.
func desks(it content.Item, where func(UnitRule) []string, order func(id string) (Pipeline, bool)) (out []string) {
	lie := func(right string, r UnitRule) {
		path := []string{""}
		if where != nil {
			path = append(path, where(r)...)
		}
		for _, unit := range path {
			if desk := deskAt(right, unit); !slices.Contains(out, desk) {
				out = append(out, desk)
			}
		}
	}
	waits := func(w content.Work) {
		p, _ := order(w.Pipeline)
		stage, _ := p.Stage(w.Stage)
		for _, seat := range stage.Seated() {
			if !seatTaken(w, stage, seat) {
				lie(seat.desk(), seat.UnitRule)
			}
		}
	}
	switch w := it.Work; w.State {
	case content.AtStage:
		waits(w)
	case content.Ready:
		if _, planned := planOf(it, "release"); !planned {
			lie(deskRelease, UnitRule{})
		}
	case content.Draft:
		out = append(out, each(deskDraft, writers(w))...)
	case content.Returned, content.Rejected:
		out = append(out, each(deskBack, writers(w))...)
	}
	for _, c := range it.Work.Claims {
		out = append(out, deskClaim+c.By)
	}
	for _, r := range openLater(it) {
		waits(workOf(r))
	}
	if it.Live.Asked != nil {
		lie(deskDecide, UnitRule{})
	}
	if it.Live.AskedValidity != nil {
		lie(deskValidity, UnitRule{})
	}
	if it.Work.State != content.NoWork || len(out) > 0 {
		lie(deskUnit, UnitRule{})
	}
	return out
}

func each(prefix string, names []string) (out []string) {
	for _, name := range names {
		out = append(out, prefix+name)
	}
	return out
}

// writers are those on whose desk a draft lies: who wrote it, and whoever was
// given it.
func writers(w content.Work) []string {
	out := slices.Clone(w.Contributors)
	for _, c := range w.Claims {
		if !slices.Contains(out, c.By) {
			out = append(out, c.By)
		}
	}
	return out
}

// hands are those who had a part in what is now up to others.
func hands(it content.Item) (out []string) {
	add := func(names ...string) {
		for _, name := range names {
			if name != "" && !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	signed := func(by []content.Signoff) {
		for _, s := range by {
			add(s.By, s.For)
		}
	}
	if slices.Contains(underWay, it.Work.State) || it.Work.State == content.Bundled {
		add(it.Work.Contributors...)
		signed(it.Work.Signoffs)
	}
	for _, p := range it.Schedules {
		add(p.By)
	}
	for _, r := range openLater(it) {
		add(r.Emergency.By)
		signed(r.Signoffs)
	}
	if it.Live.Asked != nil {
		add(it.Live.Asked.By)
	}
	if it.Live.AskedValidity != nil {
		add(it.Live.AskedValidity.Asker)
	}
	return out
}

// laying is what an item's desks hang on beside the item: which pipeline a
// restore has not brought back waits for nobody.
func (e *Engine) laying(ctx context.Context, it content.Item) (on laid, err error) {
	for _, id := range append(owedBy(it), it.Work.Pipeline) {
		p, err := e.pipelines.Get(ctx, id)
		if err != nil && !gongkai.Is(err, gongkai.Missing) {
			return on, err
		}
		on.Owed = append(on.Owed, p)
	}
	n := len(on.Owed) - 1
	on.asking, err = e.asking(ctx, gongkai.Actor{}, it, on.Owed...)
	on.Pipeline, on.Owed = on.Owed[n], on.Owed[:n]
	return on, err
}

// seatTaken tells whether a seat is signed on the sheet that waits.
func seatTaken(w content.Work, stage Stage, seat Seat) bool {
	return slices.ContainsFunc(w.Signoffs, func(s content.Signoff) bool {
		return s.Stage == stage.ID && s.Seat == seat.ID && s.Sheet == w.SheetDigest
	})
}
