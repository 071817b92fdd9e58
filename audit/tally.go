// Refusals: the first of a kind at once, repeats as a number.

package audit

import (
	"context"
	"maps"
	"strconv"
	"strings"
	"sync"
	"time"

	"gongkai"
)

// Bounds of what a tally remembers: a client that asks for the same refused
// thing a thousand times an hour leaves two entries, not a thousand.
const (
	tallyWindow = time.Hour
	maxTallies  = 10_000
)

// Tally (拒绝记录) writes the first of several entries that say the same at
// once, and the number of the others once an hour. A process that dies loses
// numbers, and what the store could not take; that is counted until it can.
type Tally struct {
	trail *Trail
	mu    sync.Mutex
	seen  map[string]*repeats
}

type repeats struct {
	entry       Entry
	n           int
	first, last int64
	until       int64 // its hour; 0: it is to be written at the next occasion
}

// NewTally begins to count.
func NewTally(t *Trail) *Tally { return &Tally{trail: t, seen: map[string]*repeats{}} }

// Note writes the entry, or counts it.
func (y *Tally) Note(ctx context.Context, e Entry) error {
	now := gongkai.Millis(y.trail.clock())
	y.mu.Lock()
	key := sameKey(e)
	c, known := y.seen[key]
	if !known && len(y.seen) >= maxTallies {
		e = Entry{Actor: gongkai.System.ID, ActorName: gongkai.System.Name, Act: ActRefused, Object: "act/others", Detail: map[string]string{"rule": "others"}}
		key = sameKey(e)
		c, known = y.seen[key]
	}
	if known && now < c.until {
		c.n++
		c.last = now
		y.mu.Unlock()
		return nil
	}
	fresh := &repeats{entry: e, first: now, last: now, until: now + tallyWindow.Milliseconds()}
	y.seen[key] = fresh
	y.mu.Unlock()
	out := []Entry{e}
	if known && c.n > 0 {
		out = []Entry{c.counted(), e}
	}
	err := y.trail.Append(ctx, out...)
	if err != nil {
		y.unwritten(fresh, c)
	}
	return err
}

// unwritten counts what the trail did not take, with what was counted before.
func (y *Tally) unwritten(r, before *repeats) {
	y.mu.Lock()
	defer y.mu.Unlock()
	r.n, r.until = r.n+1, 0
	if before != nil {
		r.n, r.first = r.n+before.n, before.first
	}
}

// sameKey is what two entries that say the same have in common.
func sameKey(e Entry) string {
	words := []string{e.Actor, e.Act, e.Object, e.Unit, e.Detail["rule"], e.Detail["operation"], e.Detail["reason"]}
	return strings.Join(words, "\n")
}

// counted is the entry that stands for the repeats.
func (r *repeats) counted() Entry {
	e := r.entry
	e.Detail = maps.Clone(e.Detail)
	e.Detail["count"] = strconv.Itoa(r.n)
	e.Detail["from"], e.Detail["to"] = strconv.FormatInt(r.first, 10), strconv.FormatInt(r.last, 10)
	return e
}

// Flush writes the numbers of those whose hour is over; all of them when the
// process ends.
func (y *Tally) Flush(ctx context.Context, all bool) error {
	now := gongkai.Millis(y.trail.clock())
	over := map[string]*repeats{}
	var out []Entry
	y.mu.Lock()
	for key, c := range y.seen {
		if !all && now < c.until {
			continue
		}
		delete(y.seen, key)
		if c.n > 0 {
			over[key] = c
			out = append(out, c.counted())
		}
	}
	y.mu.Unlock()
	if len(out) == 0 {
		return nil
	}
	err := y.trail.Append(ctx, out...)
	if err != nil {
		y.putBack(over)
	}
	return err
}

// putBack keeps numbers that the trail did not take.
func (y *Tally) putBack(over map[string]*repeats) {
	y.mu.Lock()
	defer y.mu.Unlock()
	for key, c := range over {
		if again := y.seen[key]; again != nil {
			again.n, again.first = again.n+c.n, c.first
			continue
		}
		c.until = 0
		y.seen[key] = c
	}
}
