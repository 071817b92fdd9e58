// Work lists: a list shows what its reader may read, and tells of nothing else.

package workflow

import (
	"context"
	"maps"
	"math"
	"slices"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/store"
	"gongkai/workflow/calendar"
)

// List is a work list: items that the actor may read, newest change first, or by
// deadline those that have one.
type List struct {
	Unit, Column, State, Stage, Live string
	ByDeadline                       bool   // the earliest first
	Overdue                          bool   // only what is overdue; by deadline
	DueWithin                        int    // only what is due today or within so many working days, beside what is overdue if that is asked too; by deadline; 0: whenever
	LaterReview                      string // open, overdue: only what owes a later review, the earliest deadline first
	Interpretation                   string // open, overdue: only what an interpretation is owed of, the earliest deadline first
	Scheduled                        bool   // only what has something scheduled, the earliest first
	SignedDate                       string // open, overdue: only what says a day that nobody has seen to, or that has come, the earliest first
	After                            string
	Limit                            int
}

// of are what an item is listed by.
var of = map[string]func(content.Item) string{
	"unit":       func(it content.Item) string { return it.Unit },
	"column":     func(it content.Item) string { return it.Column },
	"work.state": func(it content.Item) string { return it.Work.State },
	"work.stage": func(it content.Item) string { return it.Work.Stage },
	"live.state": func(it content.Item) string { return it.Live.State },
}

// served are the conditions that an index serves together, those that leave the
// fewest items first; what else is asked for is looked at item by item.
var served = [][]string{{"work.stage"}, {"column", "work.state"}, {"unit", "work.state"}, {"column"}, {"unit"}, {"work.state"}, {"live.state"}, {}}

// servedByDeadline are the same in the order of deadlines.
var servedByDeadline = [][]string{{"work.stage"}, {"column"}, {"unit"}, {}}

// servedByTime are those in the order of another time.
var servedByTime = [][]string{{"unit"}, {}}

// timed are the lists in the order of a time of their own: the field that has it,
// and what is asked of it: "", open or overdue.
var timed = []struct {
	field string
	asked func(List) string
}{
	{"scheduled_at", func(l List) string { return map[bool]string{true: "open"}[l.Scheduled] }},
	{"dated_at", func(l List) string { return l.SignedDate }},
	{"later_by", func(l List) string { return l.LaterReview }},
	{"interpret_by", func(l List) string { return l.Interpretation }},
}

// byTime is the time by which a list is ordered that shows only what has it, and
// whether only what is late of it is wanted; how many such are asked at once.
func (l List) byTime() (field string, late bool, asked int) {
	for _, t := range timed {
		if what := t.asked(l); what != "" {
			field, late = t.field, what == "overdue"
			asked++
		}
	}
	return field, late, asked
}

// ordered refuses a list that would be in the order of two times at once.
func (l List) ordered() error {
	_, _, asked := l.byTime()
	if l.byDeadline() {
		asked++
	}
	if asked <= 1 {
		return nil
	}
	return errOneOrder
}

var errOneOrder = gongkai.E(gongkai.Invalid, "one_order", "sort=sign_by、scheduled、signed_date、later_review、interpretation和按公开期限的条件（sort=deadline、overdue、due_within）各按不同的时间排列，一次只能用其中一种",
	"sort=sign_by, scheduled, signed_date, later_review, interpretation and the conditions of the deadline (sort=deadline, overdue, due_within) are in the order of different times: use one of them at once")

// byUnit tells whether there is an index by unit. Later reviews are other units',
// too.
func (l List) byUnit() bool {
	if at, _, _ := l.byTime(); at != "" {
		return at != "later_by"
	}
	return l.Column == "" && l.Stage == "" && (l.Live == "" || l.byDeadline())
}

func (l List) byDeadline() bool { return l.ByDeadline || l.Overdue || l.DueWithin > 0 }

// conditions parts what is asked for into what an index serves and the rest.
func (l List) conditions() (where []store.Cond, rest map[string]string) {
	rest = map[string]string{"unit": l.Unit, "column": l.Column, "work.state": l.State, "work.stage": l.Stage, "live.state": l.Live}
	maps.DeleteFunc(rest, func(_, v string) bool { return v == "" })
	served := served
	switch at, _, _ := l.byTime(); {
	case at != "":
		served = servedByTime
	case l.byDeadline():
		served = servedByDeadline
	}
	for _, field := range served[slices.IndexFunc(served, func(fields []string) bool {
		return !slices.ContainsFunc(fields, func(f string) bool { return rest[f] == "" })
	})] {
		where = append(where, store.Eq(field, rest[field]))
		delete(rest, field)
	}
	return where, rest
}

// queryOf is what an index serves of a list, and the rest.
func (e *Engine) queryOf(ctx context.Context, l List) (q store.Query, rest map[string]string, err error) {
	q.Where, rest = l.conditions()
	q.Sort, q.After, q.Limit = []string{"-updated"}, l.After, l.Limit
	if at, late, _ := l.byTime(); at != "" {
		q.Sort = []string{at}
		if late {
			q.Where = append(q.Where, store.Lte(at, gongkai.Millis(e.now())))
		} else {
			q.Where = append(q.Where, store.Exists(at))
		}
		return q, rest, nil
	}
	if !l.byDeadline() {
		return q, rest, nil
	}
	q.Sort = []string{"deadline"}
	c, err := e.Calendar(ctx)
	today := calendar.DayOf(e.now())
	now, end := gongkai.Millis(today.Start()), gongkai.Millis(c.Add(today, l.DueWithin).End()) // deadlines are ends of days
	switch {
	case l.DueWithin == 0 && l.Overdue:
		end = now
	case l.DueWithin == 0:
		q.Where = append(q.Where, store.Exists("deadline"))
		return q, rest, err
	case !l.Overdue:
		q.Where = append(q.Where, store.Gt("deadline", now))
	}
	q.Where = append(q.Where, store.Lte("deadline", end))
	return q, rest, err
}

// Items lists items. Without a unit it lists those of every unit that the actor
// may read. Where others have to be read past, no page looks at more than some
// thousand: it may hold less than was asked for although there is a next one.
func (e *Engine) Items(ctx context.Context, actor gongkai.Actor, l List) (store.Page[content.Item], error) {
	if err := l.ordered(); err != nil {
		return store.Page[content.Item]{}, err
	}
	q, rest, err := e.queryOf(ctx, l)
	if err != nil {
		return store.Page[content.Item]{}, err
	}
	all := e.Can(ctx, actor, policy.ItemRead, l.Unit)
	if l.Unit != "" && all != nil {
		return store.Page[content.Item]{}, all
	}
	few := false
	if all != nil && l.byUnit() {
		var units []string
		if units, few, err = e.unitsRead(ctx, actor); err != nil || few && len(units) == 0 {
			return store.Page[content.Item]{}, err
		}
		if few {
			q.Where = append(q.Where, store.In("unit", units...))
		}
	}
	if (all == nil || few) && len(rest) == 0 {
		return e.content.Items.Find(ctx, q)
	}
	may := map[string]bool{}
	return e.readSome(ctx, q, mostRead, func(it content.Item) bool {
		for field, v := range rest {
			if of[field](it) != v {
				return false
			}
		}
		if _, known := may[it.Unit]; !known {
			may[it.Unit] = all == nil || e.Can(ctx, actor, policy.ItemRead, it.Unit) == nil
		}
		return may[it.Unit] || len(it.SignedBy()) > 0 && e.mayRead(ctx, actor, it) == nil
	})
}

// The bounds within which units are named in a query, rather than read past.
const (
	fewUnits  = 200
	someUnits = 1000
)

// unitsRead are the units whose items the actor may read; few is false where
// there are too many to name.
func (e *Engine) unitsRead(ctx context.Context, actor gongkai.Actor) (units []string, few bool, err error) {
	all, err := e.content.Units.Find(ctx, store.Query{Sort: []string{"path"}, Limit: someUnits})
	if err != nil || all.Next != "" {
		return nil, false, err
	}
	for _, u := range all.Docs {
		if e.Can(ctx, actor, policy.ItemRead, u.ID) == nil {
			units = append(units, u.ID)
		}
	}
	return units, len(units) <= fewUnits, nil
}

// atOnce is how many items are looked at in one go for those that belong.
const atOnce = 500

// mostRead is how many items are looked at for one page of a list.
const mostRead = 2000

// readPast is a page of q as if the items that do not belong were not there.
func (e *Engine) readPast(ctx context.Context, q store.Query, belongs func(content.Item) bool) (store.Page[content.Item], error) {
	return e.readSome(ctx, q, math.MaxInt, belongs)
}

// readSome is the same, but ends where most items or some more were looked at.
func (e *Engine) readSome(ctx context.Context, q store.Query, most int, belongs func(content.Item) bool) (out store.Page[content.Item], err error) {
	limit, next, looked := q.Limit, "", 0
	if limit <= 0 {
		limit = 20
	}
	for q.Limit = limit + 1; ; q.Limit = min(atOnce, most-looked) {
		batch, err := e.content.Items.Find(ctx, q)
		if err != nil {
			return out, err
		}
		for i, it := range batch.Docs {
			if !belongs(it) {
				continue
			}
			if len(out.Docs) == limit {
				out.Next = next
				return out, nil
			}
			if out.Docs = append(out.Docs, it); len(out.Docs) == limit {
				if next, err = e.behind(ctx, q, i+1); err != nil {
					return out, err
				}
			}
		}
		looked += len(batch.Docs)
		if q.After = batch.Next; q.After == "" {
			return out, nil
		}
		if looked >= most {
			out.Next = orElse(next, q.After)
			return out, nil
		}
	}
}

// behind is the cursor behind the n-th document of a query.
func (e *Engine) behind(ctx context.Context, q store.Query, n int) (string, error) {
	q.Limit = n
	page, err := e.content.Items.Find(ctx, q)
	return page.Next, err
}
