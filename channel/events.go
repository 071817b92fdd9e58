// What subscribers are told, and what one of them leaves out.

package channel

import (
	"fmt"
	"slices"
	"strings"

	"gongkai"
)

// EventColumn is told of a column (栏目变更): it is there, or has another name.
const EventColumn = "column.changed"

// Events is the table of what subscribers are told (事件).
var Events = []string{"item.released", "item.corrected", "item.moved", "item.resumed", "item.validity_changed", "item.related", "item.updated",
	"item.suspended", "item.withdrawn", EventColumn}

// checkEvents refuses what is not in the table.
func checkEvents(events []string) error {
	for i, e := range events {
		if !slices.Contains(Events, e) {
			zh, en := "没有这种事件；可选："+strings.Join(Events, "、"), "there is no such event; there are: "+strings.Join(Events, ", ")
			return gongkai.E(gongkai.Invalid, "event", zh, en, gongkai.Detail{Where: fmt.Sprintf("events[%d]", i), Code: "event", Zh: zh, En: en})
		}
	}
	return nil
}

// takes tells whether the filter (事件筛选) lets an event through.
func (t Target) takes(event string) bool {
	return len(t.Events) == 0 || slices.Contains(t.Events, event)
}

// Told is by which event the channel is told what it is owed now, d being what it
// was owed before; false: its filter leaves that out. What was filtered before counts
// too: a correction is told with the change of validity after it. No filter leaves
// out that something goes which the channel was told of, nor that it comes back.
func (t Target) Told(d Delivery, want Show) (event string, is bool) {
	last, told := d.last()
	switch {
	case t.takes(want.Event), told && !want.column() && (want.takesDown() || last.takesDown() || last == Show{}): // forgotten in a restore
		return want.Event, true
	case want.takesDown() || want.column():
		return "", false
	case d.pending():
		return d.Want.Event, true // that is under way; it says how things are by now
	}
	for _, event := range amounts(last, told, want) {
		if t.takes(event) {
			return event, true
		}
	}
	return "", false
}

// Differs tells whether the channel is to be told something else than it was, or is
// to be told what its filter left out before.
func (d Delivery) Differs(t Target, want Show) bool {
	_, told := t.Told(d, want)
	return !d.Want.Same(want) || d.State == Filtered && told
}

// last is what the channel was told last, or is being told.
func (d Delivery) last() (Show, bool) {
	switch {
	case d.State != Filtered:
		return d.Want, d.Rev != 0
	case d.Known != nil:
		return *d.Known, true
	}
	return Show{}, false
}

// pending tells whether something is to be told yet.
func (d Delivery) pending() bool {
	return d.Rev != 0 && d.State != Confirmed && d.State != Withdrawn && d.State != Filtered
}

// amounts are the events that a change amounts to.
func amounts(last Show, told bool, want Show) (events []string) {
	if !told {
		return []string{"item.released"}
	}
	for _, of := range []struct {
		event  string
		differ bool
	}{
		{"item.corrected", last.Digest != want.Digest || last.Title != want.Title},
		{"item.moved", last.Site != want.Site || last.Path != want.Path},
		{"item.validity_changed", last.Validity != want.Validity || last.Since != want.Since || last.By != want.By || last.Relation != want.Relation},
		{"item.related", last.Related != want.Related},
		{"item.updated", last.Ended != want.Ended},
	} {
		if of.differ {
			events = append(events, of.event)
		}
	}
	return events
}

// leaveOut notes what a filter leaves out, and what the receiver knows instead.
func (d *Delivery) leaveOut(want Show) {
	if last, told := d.last(); told {
		d.Known = &last
	}
	d.Want, d.State, d.Due, d.Lease, d.Attempt, d.Error, d.Held, d.Low = want, Filtered, 0, 0, 0, "", 0, false
}
