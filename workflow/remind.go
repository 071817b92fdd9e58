// Reminders: the items of which a day is near or over.

package workflow

import (
	"context"

	"gongkai"
	"gongkai/content"
	"gongkai/store"
	"gongkai/workflow/calendar"
)

// mostReminded bounds how many items are gone through in a day for each of the
// dates, those with the earliest ones first.
const mostReminded = 5000

// dates are the fields of an item with a day until when something has to be
// done: the release, the later review (补审), the interpretation (解读).
var dates = []struct {
	field string
	of    func(content.Item) int64
}{
	{"later_by", func(it content.Item) int64 { return it.LaterBy }},
	{"deadline", func(it content.Item) int64 { return it.Deadline }},
	{"interpret_by", func(it content.Item) int64 { return it.InterpretBy }},
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
		err := e.eachUntil(ctx, d.field, end, func(it content.Item) error { return each(it, d.field, d.of(it) <= start) })
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
