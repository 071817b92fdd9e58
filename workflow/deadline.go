// Deadlines (公开期限): by when an item has to be public, counted in the pure
// transition.

package workflow

import (
	"context"
	"slices"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/store"
	"gongkai/workflow/calendar"
)

// DefaultWorkingDays is the term of the regulation (政府信息公开条例, Art. 26).
const DefaultWorkingDays = 20

// Clock (时钟) is what a deadline is counted by.
type Clock struct {
	Calendar calendar.Calendar
	term     // that the home column gives
}

// term (时限) is how many days an item has: working days, or calendar days (“日”).
type term struct {
	Days  int  `json:"days"` // 0: none
	Whole bool `json:"whole,omitempty"`
}

// end is the end of the last day of the term.
func (c Clock) end(from calendar.Day) (until int64, provisional bool) {
	if c.Whole {
		return gongkai.Millis((from + calendar.Day(c.Days)).End()), false
	}
	d := c.Calendar.DeadlineOn(from, c.Days)
	return gongkai.Millis(d.End), d.Provisional
}

// awaited tells whether the public still waits for the item: what was released
// once has met its term, and nobody owes what was rejected or given up.
func awaited(it content.Item) bool {
	return it.Term.From != "" && it.Live.State == content.NotLive && !slices.Contains([]string{content.NoWork, content.Rejected}, it.Work.State)
}

// due is the end of the last day on which the item is in time: the earlier of
// the day asked for and the days of its term since it was formed. 0: none.
func (c Clock) due(it content.Item) (until int64, provisional bool) {
	if !awaited(it) {
		return 0, false
	}
	if from, err := calendar.ParseDay(it.Term.From); err == nil && c.Days > 0 {
		until, provisional = c.end(from)
	}
	if by, err := calendar.ParseDay(it.Term.By); err == nil && (until == 0 || gongkai.Millis(by.End()) < until) {
		return gongkai.Millis(by.End()), false
	}
	return until, provisional
}

// deadline is counted anew in every turn; where no clock was handed in, what
// stands stays as long as it is waited for.
func (t *turn) deadline() {
	switch {
	case !awaited(*t.it):
		t.it.Deadline, t.it.Term.Provisional = 0, false
	case t.w.Clock != nil:
		t.it.Deadline, t.it.Term.Provisional = t.w.Clock.due(*t.it)
	}
}

// askBy notes the day until whose end the item is asked for, or takes it back.
func (t *turn) askBy() error {
	by, err := calendar.ParseDay(t.s.By)
	if err := first(
		t.w.Can(policy.ItemSave, t.who()...),
		need(t.s.By == "" || err == nil, "by", "date", "日期应为实有的日期，写作2026-01-04", "a date is a day that exists, written 2026-01-04"),
		need(t.s.By == "" || by >= calendar.DayOf(time.UnixMilli(t.w.Now)), "by", "past", "要求公开的日期已过，请改为今天或者以后的日期", "the day asked for is over: name today or a later day"),
	); err != nil {
		return err
	}
	t.it.Term.By, t.detail["by"] = t.s.By, t.s.By
	return nil
}

// clock is what the deadline of an item is counted by; nil where there is none
// to count.
func (e *Engine) clock(ctx context.Context, it content.Item, s Step) (*Clock, error) {
	if it.Live.State != content.NotLive && s.Act != "create" {
		return nil, nil
	}
	home := it.Column
	if s.Act == "place" {
		home = (&content.Item{Placements: s.Placements}).Home().Column
	}
	c, err := e.Calendar(ctx)
	if err != nil {
		return nil, err
	}
	col, err := e.content.Column(ctx, home)
	if err != nil && home != "" && !gongkai.Is(err, gongkai.Missing) {
		return nil, err
	}
	return &Clock{c, e.termOf(col)}, nil
}

// termOf is the term that a column gives, with what it inherits.
func (e *Engine) termOf(col content.Column) term {
	switch {
	case col.WorkingDays != nil:
		return term{Days: int(*col.WorkingDays)}
	case col.CalendarDays != nil:
		return term{Days: int(*col.CalendarDays), Whole: true}
	}
	return term{Days: e.WorkingDays}
}

// TimeLeft (剩余时间) is how an item stands to its deadline.
type TimeLeft struct {
	Day         string `json:"day" doc:"Day until whose end it has to be public"`
	Days        int    `json:"days" doc:"Working days left after today; below 0: overdue by so many"`
	Overdue     bool   `json:"overdue"`
	Provisional bool   `json:"provisional" doc:"It rests on an arrangement of days off that is not known yet (暂定)"`
}

// TimeLeft looks at the deadline of an item; nil: it has none.
func (e *Engine) TimeLeft(ctx context.Context, it content.Item) (*TimeLeft, error) {
	if it.Deadline == 0 {
		return nil, nil
	}
	c, err := e.Calendar(ctx)
	if err != nil {
		return nil, err
	}
	return e.left(c, it.Deadline, it.Term.Provisional), nil
}

// left is how now stands to the end of a last day.
func (e *Engine) left(c calendar.Calendar, end int64, provisional bool) *TimeLeft {
	today, last := calendar.DayOf(e.now()), calendar.DayOf(time.UnixMilli(end-1))
	left := TimeLeft{last.String(), c.Between(today, last), last < today, provisional}
	if left.Overdue {
		left.Days = min(left.Days, -1) // on the weekend after its last day it is overdue too
	}
	return &left
}

// mostOverdue bounds a count.
const mostOverdue = 10_000

// Overdue counts the items that are not public although their deadline is over,
// up to 10,000.
func (e *Engine) Overdue(ctx context.Context) (int, error) {
	return e.content.Items.Count(ctx, []store.Cond{store.Lte("deadline", gongkai.Millis(e.now()))}, mostOverdue)
}
