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
// numbers, never a first one.
type Tally struct {
	trail *Trail
	mu    sync.Mutex
	seen  map[string]*repeats
}

type repeats struct {
	entry       Entry
	n           int
	first, last int64
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
	if known && now < c.first+tallyWindow.Milliseconds() {
		c.n++
		c.last = now
		y.mu.Unlock()
		return nil
	}
	y.seen[key] = &repeats{entry: e, first: now, last: now}
	y.mu.Unlock()
	if known && c.n > 0 {
		return y.trail.Append(ctx, c.counted(), e)
	}
	return y.trail.Append(ctx, e)
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
	var out []Entry
	y.mu.Lock()
	for key, c := range y.seen {
		if !all && now < c.first+tallyWindow.Milliseconds() {
			continue
		}
		delete(y.seen, key)
		if c.n > 0 {
			out = append(out, c.counted())
		}
	}
	y.mu.Unlock()
	if len(out) == 0 {
		return nil
	}
	return y.trail.Append(ctx, out...)
}
