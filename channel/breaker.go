// What keeps one place from delaying the others: few calls at once, a rate, and
// a breaker that opens when it seems dead. Each process keeps its own.

package channel

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"gongkai"
)

// Bounds of calls to one place.
const (
	defaultAtOnce = 4                     // calls; withdrawals have as many of their own
	deadAfter     = 5                     // failures in a row
	longestRest   = 5 * time.Minute       // between calls to a dead place
	urgentRest    = 10 * time.Second      // the same of withdrawals
	lineUp        = 50 * time.Millisecond // how long a call waits for one before it, where they are as quick as that
	longestTurn   = time.Minute           // how long one is put off because others are under way
)

// lines are the places that are called, by channel.
type lines struct {
	mu sync.Mutex
	by map[string]*line
}

func (l *lines) of(id string, limits Limits) *line {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.by == nil {
		l.by = map[string]*line{}
	}
	at := l.by[id]
	if at == nil || at.limits != limits {
		at = newLine(limits)
		l.by[id] = at
	}
	return at
}

// line (线路) is one place.
type line struct {
	limits  Limits
	slots   map[bool]chan struct{} // for withdrawals, and for the rest
	limiter *rate.Limiter          // nil: as many as it takes

	mu     sync.Mutex
	failed int           // in a row
	until  time.Time     // not called before
	last   time.Time     // call that failed, or that looks whether it is alive again
	noted  time.Time     // until, as it was written down last
	turned int           // put off since the last one that came in
	took   time.Duration // usual time of a call
	moved  time.Time     // when a call last began or ended, by the machine's clock
}

func newLine(limits Limits) *line {
	n := limits.Concurrency
	if n <= 0 {
		n = defaultAtOnce
	}
	l := &line{limits: limits, slots: map[bool]chan struct{}{true: make(chan struct{}, n), false: make(chan struct{}, n)}}
	if limits.Rate > 0 {
		l.limiter = rate.NewLimiter(rate.Limit(limits.Rate), max(1, int(limits.Rate)))
	}
	return l
}

// Enter (进入线路) asks whether a delivery may be called now. leave is told as soon
// as the call is over how long it took and how it went; 0: there was none. Only
// what it is told first counts. With leave nil the delivery is not called before
// wait is over. rest is the pause between calls to a place that fails again and
// again.
func (c *Channels) Enter(d Delivery, limits Limits, now gongkai.Clock, rest func(int64) time.Duration) (leave func(took time.Duration, failed error), wait time.Duration) {
	l, urgent := c.lines.of(d.Channel, limits), d.TakesDown()
	if wait := l.closed(now(), urgent); wait > 0 {
		return nil, wait
	}
	if !l.slot(urgent, d.Low) {
		return nil, l.turn(urgent)
	}
	if wait := l.slow(now(), urgent); wait > 0 {
		<-l.slots[urgent]
		return nil, wait
	}
	l.probes(now())
	var once sync.Once
	return func(took time.Duration, failed error) {
		once.Do(func() {
			if took > 0 {
				l.ended(now(), took, failed, rest)
			}
			<-l.slots[urgent]
		})
	}, 0
}

// closed is how long the place is not called: it seems dead, or asked for it.
// Those that wait come back one after the other.
func (l *line) closed(now time.Time, urgent bool) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	wait := l.until.Sub(now)
	if wait <= 0 {
		return 0
	}
	if urgent {
		return min(wait, l.last.Add(urgentRest).Sub(now))
	}
	l.turned++
	return wait + min(time.Duration(l.turned-1)*lineUp/time.Duration(cap(l.slots[false])), longestTurn)
}

// slow is how long the rate keeps a call back. Withdrawals go at once, and the
// others wait for that.
func (l *line) slow(now time.Time, urgent bool) time.Duration {
	if l.limiter == nil {
		return 0
	}
	r := l.limiter.ReserveN(now, 1)
	wait := r.DelayFrom(now)
	if urgent || wait <= 0 {
		return 0
	}
	r.CancelAt(now)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.turned++
	return min(wait+time.Duration(float64(l.turned)/l.limits.Rate*float64(time.Second)), longestTurn)
}

// slot takes one of those that may be under way. Where calls are quick it waits
// for the one before. What was asked for in bulk leaves half of them to the rest.
func (l *line) slot(urgent, low bool) bool {
	l.wakes(urgent)
	if n := cap(l.slots[urgent]); low && len(l.slots[urgent]) >= (n+1)/2 {
		return false
	}
	select {
	case l.slots[urgent] <- struct{}{}:
		return true
	default:
	}
	l.mu.Lock()
	quick := l.took > 0 && l.took < lineUp && l.still() < lineUp
	l.mu.Unlock()
	if !quick {
		return false
	}
	timer := time.NewTimer(lineUp)
	defer timer.Stop()
	select {
	case l.slots[urgent] <- struct{}{}:
		return true
	case <-timer.C:
		return false
	}
}

// wakes notes that nothing was under way until now: where nobody calls, nothing
// hangs.
func (l *line) wakes(urgent bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.slots[urgent]) == 0 {
		l.moved = time.Now()
	}
}

// still is for how long no call has begun or ended: what takes longer than usual
// may never end.
func (l *line) still() time.Duration { return time.Since(l.moved) }

// turn is when a call that found all slots taken may have its turn: not before
// as much time has passed again as nothing has moved for.
func (l *line) turn(urgent bool) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.turned++
	most := longestTurn
	if urgent {
		most = urgentRest
	}
	return min(lineUp+l.still()+time.Duration(l.turned)*l.took/time.Duration(cap(l.slots[urgent])), most)
}

// probes keeps the others back while one call looks whether a place that seemed
// dead is alive: for as long as calls to it usually take.
func (l *line) probes(now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.moved = time.Now()
	if l.turned = max(l.turned-1, 0); l.failed >= deadAfter {
		l.until, l.last = now.Add(min(max(4*l.took, lineUp), urgentRest)), now
	}
}

// ended notes how a call went. Who answers that it does not take the message is
// alive.
func (l *line) ended(now time.Time, took time.Duration, failed error, rest func(int64) time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.moved = time.Now()
	if l.took = (3*l.took + took) / 4; l.took == 0 {
		l.took = took
	}
	kind := gongkai.KindOf(failed)
	if failed == nil || kind != gongkai.Unavailable && kind != gongkai.TooMany {
		l.failed, l.until = 0, time.Time{}
		return
	}
	l.failed, l.last = l.failed+1, now
	wait := time.Duration(0)
	if l.failed >= deadAfter {
		wait = min(rest(int64(l.failed-deadAfter+1)), longestRest)
	}
	var send *SendError
	if errors.As(failed, &send) {
		wait = max(wait, send.RetryAfter)
	}
	l.until = now.Add(wait)
}

// PutOff makes a due delivery due later, because its place is not called now.
// That is no try of it; giveUp leaves it to a person instead. What is owed by now
// and was not seen waits for nothing that was reckoned for something else.
func (l *Ledger) PutOff(ctx context.Context, seen Delivery, wait time.Duration, giveUp bool) error {
	_, err := l.update(ctx, seen.ID, func(d *Delivery) error {
		now := l.now()
		if d.Rev != seen.Rev || !l.IsDue(*d) {
			return errTaken
		}
		if d.Due = gongkai.Millis(now.Add(wait)); giveUp {
			d.State, d.Due, d.Lease, d.Error, d.Updated = Stalled, 0, 0, "unreachable", gongkai.Millis(now)
		}
		return nil
	})
	return err
}
