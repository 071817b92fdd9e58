// When a subscriber that failed is called again.

package jobs

import (
	"errors"
	"math/rand/v2"
	"time"

	"gongkai"
	"gongkai/channel"
)

// callsAfter are the pauses between the calls of one message, as Standard
// Webhooks has them: ten calls in three days.
var callsAfter = []time.Duration{5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour}

// withdrawalsAfter are those of a withdrawal, the last one over and over, for as
// long as the others take: what was called back waits for nobody's night.
var withdrawalsAfter = []time.Duration{5 * time.Second, 30 * time.Second, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute}

// callsFor is how long a message is tried.
var callsFor = func() (sum time.Duration) {
	for _, d := range callsAfter {
		sum += d
	}
	return sum
}()

// mostPatience is how long a withdrawal waits for who asks for patience.
const mostPatience = time.Minute

// CallAgain is the schedule (重试间隔) of a subscriber's delivery after the call
// that failed just now, with jitter; negative: a person decides.
func CallAgain(d channel.Delivery, now time.Time) time.Duration {
	waits, n := callsAfter, int(d.Attempt)-1
	if d.TakesDown() {
		waits, n = withdrawalsAfter, min(n, len(withdrawalsAfter)-1)
	}
	if n >= len(waits) || now.Sub(time.UnixMilli(d.Since)) >= 2*callsFor || d.TakesDown() && now.Sub(time.UnixMilli(d.Since)) >= callsFor {
		return -1
	}
	wait := waits[max(n, 0)]
	return wait + rand.N(wait/10+1) // calls do not come all at once
}

// callAgain is how long to wait before a subscriber is called again; negative: a
// person decides.
func (w *Worker) callAgain(d channel.Delivery, failed error) time.Duration {
	var send *channel.SendError
	_ = errors.As(failed, &send)
	switch kind := gongkai.KindOf(failed); {
	case send != nil && send.Disable, kind == gongkai.Denied, kind == gongkai.Gone, kind == gongkai.Missing:
		return -1
	case kind == gongkai.Invalid && d.Attempt >= refusedTries:
		return -1
	case kind == gongkai.Invalid:
		return w.Backoff(d.Attempt)
	case send != nil && send.RetryAfter > 0 && d.TakesDown():
		return min(send.RetryAfter, mostPatience)
	case send != nil && send.RetryAfter > 0: // asked for by who will take it
		return send.RetryAfter
	}
	return w.Calls(d, w.Now())
}
