// The clock of this machine against those that several machines share. Leases,
// due times and embargoes are compared with it: one machine whose clock is wrong
// takes over the work of others, or releases before its time.

package main

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"gongkai"
	"gongkai/store"
)

// maxSkew is well below the shortest lease.
const (
	maxSkew    = 5 * time.Second
	clockEvery = time.Minute
)

// sharedClock is a clock that others see too.
type sharedClock struct {
	of  string
	ask func(context.Context) (time.Time, error)
}

// clockOf is the clock of a database on another machine; a file has none.
func clockOf(db store.DB) []sharedClock {
	if m, ok := db.(*store.Mongo); ok {
		return []sharedClock{{"MongoDB", m.Time}}
	}
	return nil
}

// clockSkew is how far this machine is ahead of the first shared clock that
// answers, and whose that is; "" if nothing is shared.
func (a *app) clockSkew(ctx context.Context) (skew time.Duration, of string, err error) {
	for _, c := range a.clocks {
		asked := time.Now()
		there, failed := c.ask(ctx)
		if failed != nil {
			err = failed
			continue
		}
		middle := asked.Add(time.Since(asked) / 2)
		return middle.Sub(there).Round(time.Millisecond), c.of, nil
	}
	return 0, "", err
}

// clockWatch compares now and then.
type clockWatch struct {
	skew atomic.Int64 // the last one known
	off  atomic.Bool
}

// compareClock says when the clock begins to be wrong, and when it is right
// again. While nothing shared answers, the last comparison counts.
func (a *app) compareClock(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, maxSkew)
	defer cancel()
	skew, of, err := a.clockSkew(ctx)
	if err != nil || of == "" {
		return // that something is away is said elsewhere
	}
	a.clock.skew.Store(int64(skew))
	off := skew.Abs() > maxSkew
	switch was := a.clock.off.Swap(off); {
	case off && !was:
		a.log.Warn("the clock of this machine is wrong: look at NTP", "ahead_ms", skew.Milliseconds(), "of", of)
	case was && !off:
		a.log.Info("the clock of this machine is right again", "ahead_ms", skew.Milliseconds(), "of", of)
	}
}

// rightTime is what /readyz asks.
func (a *app) rightTime(context.Context) error {
	if !a.clock.off.Load() {
		return nil
	}
	skew := time.Duration(a.clock.skew.Load()).Round(time.Second)
	return gongkai.E(gongkai.Unavailable, "clock", fmt.Sprintf("本机时钟快了 %v（负数为慢），请检查 NTP", skew), fmt.Sprintf("this machine's clock is ahead by %v (negative: behind): look at NTP", skew))
}
