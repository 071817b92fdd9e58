// What asks for something lasts as long as the item says so.

package notify

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gongkai/content"
)

// until names what an asking event lasts for, as the item stands: "" when there
// is nothing to do.
func until(it content.Item, e Event) string {
	switch {
	case !e.Asks:
		return ""
	case e.lasts != nil:
		return e.lasts(it)
	}
	return now(it)
}

func withdrawalAsked(it content.Item) string {
	if it.Live.Asked == nil {
		return ""
	}
	return "asked:" + strconv.FormatInt(it.Live.Asked.At, 10)
}

func changeAsked(it content.Item) string {
	if it.Live.AskedValidity == nil {
		return ""
	}
	return "validity:" + strconv.FormatInt(it.Live.AskedValidity.At, 10)
}

// reviewOwed names the stages that wait of the later reviews (补审).
func reviewOwed(it content.Item) string {
	var b strings.Builder
	for _, r := range it.Later {
		if r.Closed == 0 {
			fmt.Fprintf(&b, "later:%d:%s ", r.Edition, r.Stage)
		}
	}
	return strings.TrimSpace(b.String())
}

func releaseDue(it content.Item) string { return dueBy(it.Deadline, now(it)) }

func reviewDue(it content.Item) string { return dueBy(it.LaterBy, reviewOwed(it)) }

func interpretationDue(it content.Item) string { return dueBy(it.InterpretBy, "interpretation") }

func planned(it content.Item) string { return dueBy(it.ScheduledAt, "scheduled") }

func dateOpen(it content.Item) string { return dueBy(it.DatedAt, "dated") }

func dueBy(day int64, what string) string {
	if day == 0 {
		return ""
	}
	return "due:" + strconv.FormatInt(day, 10) + ":" + what
}

// stands tells whether what the i-th step asks for is still to be done.
func stands(it content.Item, e Event, i int) bool {
	if e.Into == "" {
		return until(it, e) != "" && !slices.ContainsFunc(it.Steps[i+1:], e.of)
	}
	for _, later := range it.Steps[i+1:] {
		if work(later.To) != work(it.Steps[i].To) {
			return false
		}
	}
	return work(it.Steps[i].To) == now(it)
}

// left tells whether the item has left, since the notice, the state that it is
// about: it may be in it again, with notices of its own. Who did something since
// has seen it.
func left(it content.Item, e Event, open Notice) bool {
	if open.Step == 0 {
		return false
	}
	return slices.ContainsFunc(it.Steps, func(s content.StepRecord) bool {
		return s.N > open.Step && (s.By == open.Person || e.Into != "" && work(s.To) != open.Until)
	})
}
