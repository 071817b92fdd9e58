// Schedules in the engine: what must be known to set one, and what is done when
// one is due.

package workflow

import (
	"context"
	"errors"
	"slices"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/store"
)

// prepareSchedule loads what the act itself would look at, without using
// anything up: no number is allotted, nobody is remembered.
func (e *Engine) prepareSchedule(ctx context.Context, it content.Item, s Step, w *World) (err error) {
	if w.Epoch, err = e.content.Epoch(ctx); err != nil {
		return err
	}
	if row, _ := schedulable(s.Do); row.Live {
		w.After, err = e.after(ctx, it, &s)
		return err
	}
	if s.Do == "release" && it.Work.Sheet != "" {
		return e.releasable(ctx, it, w)
	}
	return nil
}

// Ran (到期办理) says what became of a schedule that was due.
type Ran struct {
	Act     string
	Outcome string        // of Outcomes
	Code    string        // why it lapsed
	Late    time.Duration // after its time
}

// What becomes of a schedule that is due.
const (
	DoneOnTime = "done"
	DoneLate   = "late" // its time was missed: the server was down, say
	Lapsed     = "lapsed"
)

// Outcomes lists them.
var Outcomes = []string{DoneOnTime, DoneLate, Lapsed}

// RunDue does what is due of the schedules of an item, in the name of who set
// each, with the rights and the rules of now. What does not go lapses, and the
// item says why; where that cannot be known just now, it stays due.
func (e *Engine) RunDue(ctx context.Context, id string) (ran []Ran, err error) {
	for range 5 + 2*len(Schedulables) {
		it, err := e.content.Items.Get(ctx, id)
		if err != nil {
			return ran, err
		}
		p, there := duePlan(it, gongkai.Millis(e.now()))
		if !there {
			return ran, nil
		}
		r, err := e.runPlan(ctx, it, p)
		if err != nil && !errors.Is(err, errMoved) {
			return ran, err
		}
		if err == nil {
			ran = append(ran, r)
		}
	}
	return ran, nil // others act on it at once: it is still due
}

// duePlan is the schedule that has been due for longest.
func duePlan(it content.Item, now int64) (content.Schedule, bool) {
	due := slices.DeleteFunc(slices.Clone(it.Schedules), func(p content.Schedule) bool { return p.At > now })
	if len(due) == 0 {
		return content.Schedule{}, false
	}
	return slices.MinFunc(due, func(a, b content.Schedule) int { return int(a.At - b.At) }), true
}

func (e *Engine) runPlan(ctx context.Context, it content.Item, p content.Schedule) (Ran, error) {
	r := Ran{Act: p.Act, Outcome: DoneOnTime, Late: time.Duration(gongkai.Millis(e.now())-p.At) * time.Millisecond}
	if r.Late >= Late {
		r.Outcome = DoneLate
	}
	err := e.stillMeant(ctx, p)
	if err == nil {
		err = e.doPlan(ctx, it, p)
	}
	var why *gongkai.Error
	if errors.As(err, &why) && lasting(why) {
		r.Outcome, r.Code = Lapsed, why.Code
		s := Step{ID: gongkai.DerivedID("lapse", it.ID, p.ID), Act: "lapse"}
		_, err = e.write(ctx, gongkai.System, it, &s, func(content.Item) (World, error) { return World{Schedule: &p, Why: why}, nil })
	}
	return r, err
}

// lasting tells a refusal from what may pass by itself: a store that is away, a
// policy that cannot be read, others who act at once.
func lasting(e *gongkai.Error) bool {
	switch e.Kind {
	case gongkai.Invalid, gongkai.Denied, gongkai.Missing, gongkai.Gone, gongkai.Blocked:
		return true
	case gongkai.Conflict:
		return slices.Contains([]string{"stale_sheet", "stale_edition", "step_id"}, e.Code)
	}
	return false
}

// stillMeant refuses a schedule whose setter has left, or that a restore from
// backup may have brought back against somebody's later word.
func (e *Engine) stillMeant(ctx context.Context, p content.Schedule) error {
	epoch, err := e.content.Epoch(ctx)
	if err != nil {
		return err
	}
	if row, _ := schedulable(p.Act); epoch != p.Epoch && !row.Outlives {
		return restoredSince
	}
	if e.Staff == nil {
		return nil
	}
	if _, here, err := e.Staff(ctx, p.By); err != nil || !here {
		return first(err, setterLeft)
	}
	return nil
}

// doPlan does the act as its setter would now.
func (e *Engine) doPlan(ctx context.Context, it content.Item, p content.Schedule) error {
	s, by := stepOf(it.ID, p), gongkai.Actor{ID: p.By, Name: p.Name}
	if err := first(e.right(ctx, by, it, s), e.gateDue(ctx, it, p)); err != nil {
		return err
	}
	_, err := e.write(ctx, by, it, &s, func(it content.Item) (World, error) {
		w, err := e.prepare(ctx, by, it, &s)
		w.Schedule = &p
		return w, err
	})
	return err
}

// gateDue reads what is public with the rules of the day. Nobody looks at the
// page just then, and what a rule of today finds in it is no reason to let it say
// a validity that is not so any more: the mark is made, and the hit waits in the
// work list of the stock. A release is read by its own act.
func (e *Engine) gateDue(ctx context.Context, it content.Item, p content.Schedule) error {
	if row, _ := schedulable(p.Act); !row.Live {
		return nil
	}
	_, err := e.ScanReleased(ctx, it)
	var why *gongkai.Error
	if errors.As(err, &why) && lasting(why) {
		return nil // it cannot be read at all: the nightly pass counts it
	}
	return err
}

// ScheduledLate counts the items with a schedule that is due and not done, up
// to 10,000.
func (e *Engine) ScheduledLate(ctx context.Context) (int, error) {
	return e.content.Items.Count(ctx, []store.Cond{store.Lte("scheduled_at", gongkai.Millis(e.now().Add(-Late)))}, mostOverdue)
}

// possiblePlans are the acts that could be put off now, or taken back.
func possiblePlans(act Act, it content.Item, w World) Possible {
	p := Possible{Act: act.Name, Zh: act.Zh, En: act.En, Params: act.Params}
	for _, row := range Schedulables {
		s := p.trial(it, w)
		if s.Do = row.Act; !row.Live {
			s.At = shownTime(w.Now + time.Hour.Milliseconds())
		}
		if _, err := Apply(it, s, w); err == nil {
			p.Do = append(p.Do, row.Act)
		}
	}
	return p
}

// Planned (定时) is a schedule as people read it.
type Planned struct {
	Do      string `json:"do" doc:"The act"`
	Zh      string `json:"zh"`
	En      string `json:"en"`
	At      string `json:"at" doc:"When, in the time of Beijing"`
	ByName  string `json:"by_name" doc:"Who set it"`
	Overdue bool   `json:"overdue" doc:"It is due, and not done yet"`
}

// Planned are the schedules of an item, the earliest first.
func (e *Engine) Planned(it content.Item) []Planned {
	var out []Planned
	plans := slices.SortedFunc(slices.Values(it.Schedules), func(a, b content.Schedule) int { return int(a.At - b.At) })
	for _, p := range plans {
		act, _ := ActOf(p.Act)
		out = append(out, Planned{p.Act, act.Zh, act.En, shownTime(p.At), p.Name, p.At <= gongkai.Millis(e.now())})
	}
	return out
}
