// What the worker tells whoever watches: counts, times and identifiers.

package jobs

import (
	"strings"
	"time"

	"gongkai"
	"gongkai/channel"
	"gongkai/content"
	"gongkai/workflow"
)

// Watch is told what the worker did; a nil func is not. The funcs are called
// by many at once.
type Watch struct {
	// Span traces tasks.
	Span gongkai.Span
	// Done: a task ended. What a channel refused is no failure of the task.
	Done func(task string, took time.Duration, err error)
	// Told: a public change is on the pages, this long after it was made.
	Told func(act string, after time.Duration)
	// Scheduled: an act was due at a time, and this became of it.
	Scheduled func(act, outcome string)
	// Paid: a channel was called.
	Paid func(d channel.Delivery, outcome string, took time.Duration)
}

// Outcomes of a call to a channel.
const (
	Confirmed  = "confirmed"
	Retry      = "retry"      // it is repeated later
	Stalled    = "stalled"    // a person decides
	Superseded = "superseded" // owed anew meanwhile: the answer says nothing
	Waiting    = "waiting"    // for an outlet or a person
)

// Outcomes lists them.
var Outcomes = []string{Confirmed, Retry, Stalled, Superseded, Waiting}

func (w Watch) done(task string, took time.Duration, err error) {
	if w.Done != nil {
		w.Done(task, took, err)
	}
}

// told tells of the public change that a tell has settled. What is told once
// more, after a reconciliation say, is no new change: its act is in the trail.
func (w Watch) told(it content.Item, now time.Time) {
	if s, ok := changedBy(it); ok && w.Told != nil && s.N > it.Copied {
		w.Told(s.Act, now.Sub(time.UnixMilli(s.At)))
	}
}

func (w Watch) scheduled(r workflow.Ran) {
	if w.Scheduled != nil {
		w.Scheduled(r.Act, r.Outcome)
	}
}

func (w Watch) paid(d channel.Delivery, outcome string, took time.Duration) {
	if w.Paid != nil {
		w.Paid(d, outcome, took)
	}
}

// outcome is how a claimed call ended, by what the ledger holds after it.
func outcome(claimed, now channel.Delivery) string {
	if now.Epoch != claimed.Epoch || now.Seq != claimed.Seq || now.Resend != claimed.Resend || now.Claims != claimed.Claims {
		return Superseded
	}
	switch now.State {
	case channel.Confirmed, channel.Withdrawn:
		return Confirmed
	case channel.Submitted, channel.Unknown, channel.Person:
		return Waiting
	case channel.Stalled:
		return Stalled
	}
	return Retry
}

// names are the attributes by which logs and traces name what a task is about.
func names(task, id string) []string {
	if task == taskPay {
		return []string{"delivery", id}
	}
	kind, id, _ := strings.Cut(id, ":")
	return []string{kind, id}
}
