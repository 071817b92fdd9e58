// Counting deadlines anew: after a year was loaded, a column got another term,
// or the setting changed; and putting items on the right desks, after the tree of
// units did. Page by page, and from there on after a crash.

package workflow

import (
	"context"
	"slices"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/store"
	"gongkai/workflow/calendar"
)

// deadlinePass (期限重算进度) is how far it has come: there is one, and one of the
// count of what is stuck.
type deadlinePass struct {
	store.Meta
	Done  string `json:"done,omitempty"`  // digest of what all deadlines were counted by
	Under string `json:"under,omitempty"` // of what the pass under way counts by
	After string `json:"after,omitempty"` // behind the last item that was counted
	Leg   int    `json:"leg,omitempty"`   // which of the legs it is on
	Sum   int    `json:"sum,omitempty"`   // counted so far
	Whole int    `json:"whole,omitempty"` // at the last whole count
}

// rates are what all deadlines are counted by, and their digest.
type rates struct {
	calendar calendar.Calendar
	columns  map[string]term
	other    int // days of a column that says nothing, and of no column
	units    map[string][]string
	offices  map[string][]string // the same, of the units that sign for them
	ways     map[string]Pipeline
	digest   string
}

func (r rates) way(id string) (Pipeline, bool) {
	p, known := r.ways[id]
	return p, known
}

func (r rates) of(column string) Clock {
	t, known := r.columns[column]
	if !known {
		t = term{Days: r.other}
	}
	return Clock{r.calendar, t}
}

// signBy is until when the stage that waits is to be signed. Of a pipeline that a
// restore has not brought back nobody knows.
func (r rates) signBy(w content.Work) int64 {
	p, known := r.ways[w.Pipeline]
	if w.Opened == 0 || !known {
		return w.SignBy
	}
	stage, _ := p.Stage(orElse(w.Stage, w.Back))
	return stage.signBy(r.calendar, w.Opened)
}

// rates reads them. The day is among them, so that once a day everything is
// counted whatever happened: by an older program beside this one, say.
func (e *Engine) rates(ctx context.Context) (r rates, err error) {
	e.workdays.forget()
	if r.calendar, err = e.Calendar(ctx); err != nil {
		return r, err
	}
	years, _, err := e.workdays.loaded(ctx)
	if err != nil {
		return r, err
	}
	files := map[string]string{}
	for _, y := range years {
		files[calendar.Date(y.Year, 1, 1).String()] = string(y.Format())
	}
	if err := e.ratesOfDesks(ctx, &r); err != nil {
		return r, err
	}
	columns, err := content.All(ctx, e.content.Columns)
	r.columns, r.other = map[string]term{}, e.WorkingDays
	for _, col := range content.Inherited(columns) {
		r.columns[col.ID] = e.termOf(col)
	}
	if err == nil {
		_, r.digest, err = content.Canonical([]any{calendar.DayOf(e.now()).String(), r.other, r.columns, files, r.offices})
	}
	return r, err
}

// ratesOfDesks are what items are put on desks by.
func (e *Engine) ratesOfDesks(ctx context.Context, r *rates) error {
	units, err := content.All(ctx, e.content.Units)
	if err != nil {
		return err
	}
	r.units, r.offices, r.ways = map[string][]string{}, map[string][]string{}, map[string]Pipeline{}
	for _, u := range units {
		r.units[u.ID] = content.Ancestors(u.Path)
		if r.offices[u.ID] = r.units[u.ID]; u.Into == "" {
			continue
		}
		if r.offices[u.ID], err = e.content.OfficePath(ctx, u.ID); err != nil {
			return err
		}
	}
	all, err := e.Pipelines(ctx)
	for _, p := range all {
		r.ways[p.ID] = p
	}
	return err
}

// legs are the stretches of the pass: what is worked on, what is live with a
// withdrawal or a change of validity asked for, and what owes a later review.
// Nothing else waits for anybody.
var legs = []store.Query{
	{Where: []store.Cond{store.In("work.state", content.Draft, content.Returned, content.Rejected, content.Checking, content.AtStage, content.Ready, content.Bundled)}, Sort: []string{"updated"}},
	{Where: []store.Cond{store.In("desks", deskAt(deskDecide, ""), deskAt(deskValidity, ""))}, Sort: []string{"updated"}},
	{Where: []store.Cond{store.Exists("later_by")}, Sort: []string{"later_by"}},
}

// recountPage is how many items are looked at before the place is written down.
const recountPage = 200

// Recount makes all deadlines what the calendar and the columns of now say. It
// goes on until that is done or the time is up; the next call goes on from there,
// in whatever process. While nothing has changed it costs a look.
func (e *Engine) Recount(ctx context.Context, until time.Time) (done bool, err error) {
	r, err := e.rates(ctx)
	if err != nil {
		return false, err
	}
	pass, err := e.passes.Upsert(ctx, "deadlines", func(doc *deadlinePass, _ bool) error {
		if doc.Done == r.digest || doc.Under == r.digest {
			return store.ErrUnchanged
		}
		doc.Under, doc.After, doc.Done, doc.Leg = r.digest, "", "", 0
		return nil
	})
	for err == nil && pass.Done != r.digest {
		if !time.Now().Before(until) {
			return false, nil
		}
		pass, err = e.recountPage(ctx, r, pass)
	}
	return err == nil, err
}

// recountPage counts a page. What people act on meanwhile moves to the end.
func (e *Engine) recountPage(ctx context.Context, r rates, pass deadlinePass) (deadlinePass, error) {
	q := legs[min(pass.Leg, len(legs)-1)]
	q.After, q.Limit = pass.After, recountPage
	page, err := e.content.Items.Find(ctx, q)
	if err != nil {
		return pass, err
	}
	for _, it := range page.Docs {
		if err := e.recount(ctx, r, it); err != nil {
			return pass, err
		}
	}
	return e.passes.Upsert(ctx, "deadlines", func(doc *deadlinePass, _ bool) error {
		if doc.Under != r.digest {
			return gongkai.E(gongkai.Conflict, "busy", "期限正由另一进程重算", "another process counts the deadlines anew")
		}
		if doc.Leg != pass.Leg || doc.After != pass.After {
			return store.ErrUnchanged // another process has come further
		}
		if doc.After = page.Next; page.Next != "" {
			return nil
		}
		if doc.Leg++; doc.Leg == len(legs) {
			doc.Done, doc.Under, doc.Leg = r.digest, "", 0
		}
		return nil
	})
}

// recount writes an item only where its deadline or its desks are others.
func (e *Engine) recount(ctx context.Context, r rates, it content.Item) error {
	from, err := e.formed(ctx, it)
	if err != nil {
		return err
	}
	counted := func(it content.Item) content.Item {
		it.Term.From = orElse(it.Term.From, from)
		it.Deadline, it.Term.Provisional = r.of(it.Column).due(it)
		it.Work.SignBy = r.signBy(it.Work)
		if path, known := r.units[it.Unit]; known {
			it.Desks, it.Hands = desks(it, func(u UnitRule) []string { return u.from(path, r.offices) }, r.way), hands(it)
		}
		return it
	}
	if next := counted(it); next.Deadline == it.Deadline && next.Work.SignBy == it.Work.SignBy && next.Term == it.Term && slices.Equal(next.Desks, it.Desks) && slices.Equal(next.Hands, it.Hands) {
		return nil
	}
	_, err = e.content.Items.Update(ctx, it.ID, 0, func(doc *content.Item) error {
		if doc.StepHead != it.StepHead {
			return store.ErrUnchanged // an act has counted it meanwhile
		}
		*doc = counted(*doc)
		return nil
	})
	if gongkai.Is(err, gongkai.Missing) {
		return nil
	}
	return err
}

// formed is from when the term counts of an item that an older program wrote.
func (e *Engine) formed(ctx context.Context, it content.Item) (string, error) {
	if it.Term.From != "" || it.Work.Revision == "" {
		return "", nil
	}
	rev, err := e.content.Revisions.Get(ctx, it.Work.Revision)
	if gongkai.Is(err, gongkai.Missing) {
		return "", nil
	}
	return content.FormedOn(rev.Fields, Day(it.Created)), err
}
