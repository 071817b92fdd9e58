// Reminders (催办): what has to be public soon, or should have been.

package notify

import (
	"context"
	"slices"

	"gongkai"
	"gongkai/content"
	"gongkai/store"
)

// mostReminded bounds the reminders that one person gets in a day: the work list
// has the rest.
const mostReminded = 20

// Reminder reminds of items, one by one, those with the earliest deadlines first.
type Reminder struct {
	n    *Notifier
	day  string // 2026-01-05
	sent map[string]int
}

// Reminder begins the reminders of a day, which are told once each.
func (n *Notifier) Reminder(day string) *Reminder { return &Reminder{n, day, map[string]int{}} }

// Remind tells those whom the item waits for of the date in a field of it, which
// is near or over; the reminders of other days about it go.
func (r *Reminder) Remind(ctx context.Context, it content.Item, field string, overdue bool) error {
	name := reminders[field][0]
	if overdue {
		name = reminders[field][1]
	}
	e, known := EventOf(name)
	if !known {
		return gongkai.E(gongkai.Internal, "reminder", "未知的催办日期", "an unknown date to be reminded of")
	}
	people, err := r.n.people(ctx, it, e, content.StepRecord{})
	if err != nil {
		return err
	}
	if people, err = r.n.here(ctx, it, people); err != nil {
		return err
	}
	people = slices.DeleteFunc(people, func(p string) bool {
		r.sent[p]++
		return r.sent[p] > mostReminded
	})
	robots, err := r.n.listening(ctx, it, e)
	if err != nil {
		return err
	}
	if err := r.forget(ctx, it); err != nil {
		return err
	}
	like := Notice{Event: e.Name, Item: it.ID, Until: until(it, e), At: r.n.now(), Day: r.day}
	return r.n.put(ctx, e, like, r.day, slices.Concat(people, robots))
}

// forget drops the reminders of earlier days: they say nothing that today's do
// not. What is about to be mailed stays a day longer: with a daily mail at the
// hour of the reminders, no reminder would ever be in it.
func (r *Reminder) forget(ctx context.Context, it content.Item) error {
	return all(ctx, r.n.notices, store.Query{Where: []store.Cond{store.Eq("item", it.ID), store.Eq("open", true)}}, func(one Notice) error {
		if one.Day == "" || one.Day == r.day || one.SendAt != 0 {
			return nil
		}
		if err := r.n.notices.Delete(ctx, one.ID, 0); err != nil {
			_, err = absent(one, err)
			return err
		}
		return r.n.bump(ctx, one.Person, "")
	})
}
