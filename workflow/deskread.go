// Reading work lists: a page at a time, each item with what it waits for.

package workflow

import (
	"context"
	"slices"
	"strings"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/store"
)

// What can be done to an item that waits.
const (
	doWrite    = "write"
	doSign     = "sign"
	doRelease  = "release"
	doDecide   = "decide"
	doLater    = "later"
	doValidity = "validity"
)

// DeskQuery asks for a page of a work list.
type DeskQuery struct {
	List      string
	Unit      string // of the list "unit"; "": one's own
	Sort      string // "updated": the newest change first; "oldest"; "deadline", "sign_by": the earliest first, of those that have one
	Overdue   bool   // as in List
	DueWithin int
	After     string
	Limit     int
}

// DeskLine is an item in a work list.
type DeskLine struct {
	Item  content.Item
	Do    []Doing
	Waits []Waiting
}

// Doing is what the reader could do now.
type Doing struct {
	What string     `json:"what" enum:"write,sign,release,decide,later,validity" doc:"decide: on a withdrawal; validity: on a change of validity; later: sign a later review (补审)"`
	For  *PersonRef `json:"for,omitempty" doc:"Only for this person, who delegated it"`
}

// laid is what desks of items hang on.
type laid struct {
	asking
	Pipeline
	Owed []Pipeline
}

// deskReader reads lists for one clerk; it remembers what lines have in common.
type deskReader struct {
	*Engine
	*clerk
	laid  map[string]laid // by unit and pipelines
	able  map[string][]string
	names map[string]string // "" for who has left
}

func (e *Engine) deskReader(ctx context.Context, actor gongkai.Actor) (*deskReader, error) {
	c, err := e.clerk(ctx, actor)
	return &deskReader{e, c, map[string]laid{}, map[string][]string{}, map[string]string{}}, err
}

// WorkListOf finds a row of the table of work lists.
func WorkListOf(name string) (WorkList, error) {
	i := slices.IndexFunc(WorkLists, func(l WorkList) bool { return l.Name == name })
	if i < 0 {
		return WorkList{}, gongkai.E(gongkai.Missing, "list", "没有这个清单", "there is no such work list")
	}
	return WorkLists[i], nil
}

// WorkList reads a page of a work list. A page may hold less than was asked for
// although there is a next one: what the reader may not do is left out, and no
// page looks at more than some hundred items.
func (e *Engine) WorkList(ctx context.Context, actor gongkai.Actor, q DeskQuery) (out store.Page[DeskLine], err error) {
	list, err := WorkListOf(q.List)
	if err != nil {
		return out, err
	}
	r, err := e.deskReader(ctx, actor)
	if err != nil {
		return out, err
	}
	if r.unit = orElse(q.Unit, actor.Unit); q.List == "unit" {
		if err := e.Can(ctx, actor, policy.ItemRead, r.unit); err != nil {
			return out, err
		}
	}
	sq, any, err := r.query(ctx, list, q)
	if err != nil || !any {
		return out, err
	}
	return r.page(ctx, list, sq)
}

// query is what an index serves of a list; none: the reader has no such desk.
func (r *deskReader) query(ctx context.Context, list WorkList, q DeskQuery) (sq store.Query, any bool, err error) {
	sort := map[string]string{"": "-updated", "updated": "-updated", "oldest": "updated", "deadline": "deadline", "sign_by": "work.sign_by"}[q.Sort]
	l := List{ByDeadline: sort == "deadline", Overdue: q.Overdue, DueWithin: q.DueWithin, After: q.After, Limit: q.Limit}
	if sq, _, err = r.queryOf(ctx, l); err != nil {
		return sq, false, err
	}
	switch {
	case q.Sort == "sign_by" && l.byDeadline():
		return sq, false, errOneOrder
	case q.Sort == "sign_by":
		sq.Sort, sq.Where = []string{sort}, []store.Cond{store.Exists(sort)}
	case !l.byDeadline():
		sq.Sort = []string{sort}
	}
	if list.lies == nil {
		sq.Where = append([]store.Cond{store.Eq("hands", r.actor.ID)}, sq.Where...)
		return sq, r.actor.ID != "", nil
	}
	desks := list.lies(r.clerk)
	sq.Where = append([]store.Cond{store.In("desks", desks...)}, sq.Where...)
	return sq, len(desks) > 0, nil
}

// mostLooked is how many items are looked at for one page.
const mostLooked = 400

func (r *deskReader) page(ctx context.Context, list WorkList, q store.Query) (out store.Page[DeskLine], err error) {
	limit := q.Limit
	if limit <= 0 {
		limit = 20
	}
	for looked := 0; ; {
		q.Limit = limit - len(out.Docs)
		batch, err := r.content.Items.Find(ctx, q)
		if err != nil {
			return out, err
		}
		for _, it := range batch.Docs {
			line, belongs, err := r.line(ctx, list, it)
			if err != nil {
				return out, err
			}
			if belongs {
				out.Docs = append(out.Docs, line)
			}
		}
		looked += len(batch.Docs)
		if out.Next, q.After = batch.Next, batch.Next; batch.Next == "" || len(out.Docs) == limit || looked >= mostLooked {
			return out, nil
		}
	}
}

// line tells whether an item belongs in the list, and what it waits for.
func (r *deskReader) line(ctx context.Context, list WorkList, it content.Item) (line DeskLine, belongs bool, err error) {
	on, err := r.on(ctx, it)
	if err != nil {
		return line, false, err
	}
	line.Item = it
	if err := r.mayRead(ctx, r.actor, it); gongkai.Is(err, gongkai.Denied) {
		return line, false, nil
	} else if err != nil {
		return line, false, err
	}
	if line.Do, err = r.doings(ctx, it, on); err != nil {
		return line, false, err
	}
	if !list.fits(line.Do, it, r) {
		return line, false, nil
	}
	line.Waits, err = r.waits(ctx, it, on)
	return line, err == nil, err
}

// fits tells whether an item that lies on one of the desks belongs in the list.
func (l WorkList) fits(do []Doing, it content.Item, r *deskReader) bool {
	if l.kept {
		return slices.ContainsFunc(it.Work.Claims, func(c content.Claim) bool {
			return c.By == r.actor.ID && c.Stage == waitsAt(it.Work) && !over(c, gongkai.Millis(r.now()))
		})
	}
	return l.now == nil || slices.ContainsFunc(do, func(d Doing) bool { return slices.Contains(l.now, d.What) })
}

// on is laying, remembered.
func (r *deskReader) on(ctx context.Context, it content.Item) (laid, error) {
	key := strings.Join(append(owedBy(it), it.Work.Pipeline, it.Unit), " ")
	if on, known := r.laid[key]; known {
		return on, nil
	}
	on, err := r.laying(ctx, it)
	if err == nil {
		r.laid[key] = on
	}
	return on, err
}

// turn is one of somebody who only looks at what they could do.
func (l laid) turn(it content.Item, actor, from gongkai.Actor, now int64, gone []string) *turn {
	ask := l.asking
	ask.actor, ask.from = actor, from.ID
	return &turn{before: it, it: &it, w: World{Actor: actor, For: from, Now: now, Pipeline: l.Pipeline, Owed: l.Owed, Gone: gone, Can: ask.now(UnitRule{}), At: ask.now}}
}

// doings are what the reader could do to the item now, by themselves or for
// somebody.
func (r *deskReader) doings(ctx context.Context, it content.Item, on laid) (out []Doing, err error) {
	gone, err := r.gone(ctx, it)
	if err != nil {
		return nil, err
	}
	for _, from := range append([]gongkai.Actor{{}}, r.principals...) {
		for _, what := range on.turn(it, r.actor, from, gongkai.Millis(r.now()), gone).doable() {
			d := Doing{What: what}
			if from.ID != "" {
				d.For = &PersonRef{from.ID, from.Name}
			}
			out = append(out, d)
		}
	}
	return out, nil
}

// doable is what of an item the actor of the turn could do now.
func (t *turn) doable() (out []string) {
	switch t.it.Work.State {
	case content.AtStage:
		if t.ableNow() == nil {
			out = append(out, doSign)
		}
	case content.Ready:
		if t.ableNow() == nil {
			out = append(out, doRelease)
		}
	case content.Draft, content.Returned, content.Rejected:
		if slices.Contains(writers(t.it.Work), t.w.Actor.ID) && t.w.For.ID == "" && t.ableNow() == nil {
			out = append(out, doWrite)
		}
	}
	if slices.ContainsFunc(openLater(*t.it), func(r content.LaterReview) bool { return t.asWork(r).ableNow() == nil }) {
		out = append(out, doLater)
	}
	if t.it.Live.Asked != nil && t.mayWithdraw() == nil {
		out = append(out, doDecide)
	}
	if t.it.Live.AskedValidity != nil && t.maySetValidity() == nil {
		out = append(out, doValidity)
	}
	return out
}
