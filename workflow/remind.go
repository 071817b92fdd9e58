// Reminders: the items of which a day is near or over.

package workflow

import (
	"context"
	"slices"

	"gongkai"
	"gongkai/content"
	"gongkai/store"
	"gongkai/workflow/calendar"
)

// mostReminded bounds how many items are gone through in a day for each of the
// dates, those with the earliest ones first.
const mostReminded = 5000

// dates are the fields of an item with a day until when something has to be
// done: the release, the later review (补审), the interpretation (解读), what the
// signed text says of a day (签批日期). What is scheduled (定时) is done by itself,
// but where its setter may do it no more.
var dates = []struct {
	field string
	of    func(content.Item) int64
	only  func(*Engine, context.Context, content.Item) (bool, error) // nil: all
}{
	{"later_by", func(it content.Item) int64 { return it.LaterBy }, nil},
	{"deadline", func(it content.Item) int64 { return it.Deadline }, nil},
	{"interpret_by", func(it content.Item) int64 { return it.InterpretBy }, nil},
	{"dated_at", func(it content.Item) int64 { return it.DatedAt }, nil},
	{"scheduled_at", func(it content.Item) int64 { return it.ScheduledAt }, (*Engine).orphaned},
}

// orphaned tells whether the setter of what is scheduled next has left, or may do
// it no more: it would lapse when due.
func (e *Engine) orphaned(ctx context.Context, it content.Item) (bool, error) {
	p, there := duePlan(it, it.ScheduledAt)
	if !there {
		return false, nil
	}
	if _, here, err := e.here(ctx, p.By); err != nil || !here {
		return err == nil, err
	}
	able, err := e.WhoMay(ctx, it, p.Act)
	if gongkai.Is(err, gongkai.Missing) { // a restore may not have brought its order back
		return false, nil
	}
	return !slices.Contains(able, p.By), err
}

// EachDue goes through the items that are overdue, or due today or within so many
// working days, by each of the dates; on days off through none. It names the day,
// and with each item the field that has the date.
func (e *Engine) EachDue(ctx context.Context, within int, begin func(day string) func(it content.Item, field string, overdue bool) error) error {
	c, err := e.Calendar(ctx)
	if err != nil {
		return err
	}
	today := calendar.DayOf(e.now())
	if working, _ := c.IsWorkday(today); !working {
		return nil
	}
	each, start, end := begin(today.String()), gongkai.Millis(today.Start()), gongkai.Millis(c.Add(today, within).End())
	for _, d := range dates {
		err := e.eachUntil(ctx, d.field, end, func(it content.Item) error {
			if d.only != nil {
				if due, err := d.only(e, ctx, it); err != nil || !due {
					return err
				}
			}
			return each(it, d.field, d.of(it) <= start)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// eachUntil goes through the items whose date is not after the end, by date.
func (e *Engine) eachUntil(ctx context.Context, field string, end int64, each func(content.Item) error) error {
	q := store.Query{Where: []store.Cond{store.Exists(field), store.Lte(field, end)}, Sort: []string{field}, Limit: 200}
	for range mostReminded / q.Limit {
		page, err := e.content.Items.Find(ctx, q)
		if err != nil {
			return err
		}
		for _, it := range page.Docs {
			if err := each(it); err != nil {
				return err
			}
		}
		if q.After = page.Next; q.After == "" {
			return nil
		}
	}
	return nil
}
