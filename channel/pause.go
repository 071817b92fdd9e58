// Pausing a channel: what it is owed is kept until somebody resumes it.

package channel

import (
	"context"
	"strings"

	"gongkai"
	"gongkai/store"
)

// Pause (暂停) is why a channel is called no more for now. Withdrawals go on
// (撤稿照常投送), unless they were paused by word: text that was called back does
// not stay public because somebody paused a channel.
type Pause struct {
	At          int64  `json:"at"`
	By          string `json:"by"`
	Name        string `json:"name"`
	Why         string `json:"why"`
	Withdrawals bool   `json:"withdrawals,omitempty"` // they wait too
}

// Holds tells whether a delivery waits.
func (p *Pause) Holds(d Delivery) bool { return p != nil && (p.Withdrawals || !d.TakesDown()) }

var errIndexPause = gongkai.E(gongkai.Invalid, "channel", "检索索引不能暂停，只能暂停订阅方等外部渠道", "the search index cannot be paused, only channels to others")

// Pause pauses a channel, or resumes it with nil. What was held is due again by
// a bulk act: see Ledger.Begin.
func (c *Channels) Pause(ctx context.Context, id string, p *Pause) error {
	if id == SearchID {
		return errIndexPause
	}
	if outlet, ours := strings.CutPrefix(id, outletPrefix); ours && c.Outlets != nil {
		_, err := c.Outlets.docs.Update(ctx, outlet, 0, func(o *Outlet) error { return p.put(&o.Paused) })
		return err
	}
	sub, ours := strings.CutPrefix(id, SubscriberPrefix)
	if !ours {
		return errNoChannel
	}
	_, err := c.Subscribers.docs.Update(ctx, sub, 0, func(s *Subscriber) error { return p.put(&s.Paused) })
	return err
}

// put pauses or resumes, but not twice.
func (p *Pause) put(at **Pause) error {
	if (*at == nil) == (p == nil) {
		return alreadySo(p != nil)
	}
	*at = p
	return nil
}

// alreadySo refuses to pause or resume twice: who and why of the first stay.
func alreadySo(paused bool) error {
	if paused {
		return gongkai.E(gongkai.Blocked, "paused", "该渠道已经暂停", "the channel is paused already")
	}
	return gongkai.E(gongkai.Blocked, "not_paused", "该渠道没有暂停", "the channel is not paused")
}

// Hold keeps a due delivery for the end of a pause, as it was seen: what is owed
// by now may be a withdrawal, which no pause holds.
func (l *Ledger) Hold(ctx context.Context, seen Delivery) error {
	_, err := l.update(ctx, seen.ID, func(d *Delivery) error {
		now := gongkai.Millis(l.now())
		if d.Rev != seen.Rev || !l.IsDue(*d) {
			return errTaken
		}
		d.Due, d.Held = 0, now
		return nil
	})
	return err
}

// Release makes deliveries that were held due again, so many at most.
func (l *Ledger) Release(ctx context.Context, channel string, limit int) (int, error) {
	return l.releaseHeld(ctx, channel, gongkai.Millis(l.now()), limit)
}

// releaseHeld is Release of what was held by a time: another pause may hold more
// meanwhile.
func (l *Ledger) releaseHeld(ctx context.Context, channel string, by int64, limit int) (int, error) {
	page, err := l.docs.Find(ctx, store.Query{Where: []store.Cond{store.Eq("channel", channel), store.Gte("held", 1), store.Lte("held", by)}, Sort: []string{"held"}, Limit: limit})
	if err != nil {
		return 0, err
	}
	for _, d := range page.Docs {
		if err := l.release(ctx, d.ID, by); err != nil {
			return 0, err
		}
	}
	return len(page.Docs), nil
}

func (l *Ledger) release(ctx context.Context, id string, by int64) error {
	_, err := l.update(ctx, id, func(d *Delivery) error {
		if d.Held == 0 || d.Held > by {
			return store.ErrUnchanged
		}
		d.Held, d.Due = 0, gongkai.Millis(l.now())
		return nil
	})
	return err
}

// CountHeld counts what waits for a paused channel, up to a bound.
func (l *Ledger) CountHeld(ctx context.Context, channel string, bound int) (int, error) {
	return l.docs.Count(ctx, []store.Cond{store.Eq("channel", channel), store.Gte("held", 1)}, bound)
}
