// Reminders: the items whose deadline is near or over.

package workflow

import (
	"context"

	"gongkai"
	"gongkai/content"
	"gongkai/store"
	"gongkai/workflow/calendar"
)

// mostReminded bounds how many items are gone through in a day, those with the
// earliest deadlines first.
const mostReminded = 5000

// EachDue goes through the items that are overdue, or due today or within so many
// working days, by deadline; on days off through none. It names the day.
func (e *Engine) EachDue(ctx context.Context, within int, begin func(day string) func(it content.Item, overdue bool) error) error {
	c, err := e.Calendar(ctx)
	if err != nil {
		return err
	}
	today := calendar.DayOf(e.now())
	if working, _ := c.IsWorkday(today); !working {
		return nil
	}
	each, start := begin(today.String()), gongkai.Millis(today.Start())
	q := store.Query{Where: []store.Cond{store.Exists("deadline"), store.Lte("deadline", gongkai.Millis(c.Add(today, within).End()))}, Sort: []string{"deadline"}, Limit: 200}
	for range mostReminded / q.Limit {
		page, err := e.content.Items.Find(ctx, q)
		if err != nil {
			return err
		}
		for _, it := range page.Docs {
			if err := each(it, it.Deadline <= start); err != nil {
				return err
			}
		}
		if q.After = page.Next; q.After == "" {
			return nil
		}
	}
	return nil
}
