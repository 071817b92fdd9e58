// Calls of platforms to us: a hint that something became of a post. What it is
// is asked for.

package channel

import (
	"context"
	"slices"
	"time"

	"gongkai"
	"gongkai/channel/platform"
	"gongkai/store"
)

// errNotHeard says nothing of which outlets there are.
var errNotHeard = gongkai.E(gongkai.Denied, "signature", "没有这个推送地址，或签名不对、已过期", "there is no such address for notices, or the signature is wrong or too old")

// Hear takes a call of an outlet's platform, and makes due what it is about. It
// gives the answer and the ids of these deliveries. Denied: nothing proves that
// it is the platform that calls.
func (c *Channels) Hear(ctx context.Context, kind, outlet string, call platform.Call) (answer string, due []string, err error) {
	o, err := c.Outlets.Get(ctx, outlet)
	if err != nil && !gongkai.Is(err, gongkai.Missing) {
		return "", nil, err
	}
	k, known := c.Outlets.kind(kind)
	if err != nil || !known || k.Hear == nil || o.Kind != kind {
		return "", nil, errNotHeard
	}
	heard, err := k.Hear(platform.Account{ID: o.Channel(), Settings: o.Settings, Secrets: o.Secrets, Now: c.Now}, call)
	if gongkai.CodeOf(err) == errNotHeard.Code {
		err = errNotHeard // in the very words of an address that is not there
	}
	if err != nil || heard.Value == "" {
		return heard.Answer, nil, err
	}
	due, err = c.Ledger.hinted(ctx, o.Channel(), heard)
	return heard.Answer, due, err
}

const (
	hintApart = time.Second // hints make nobody look more often than this: one that is repeated costs nothing
	hintBound = 1000        // of deliveries that wait for one platform
)

// hinted makes due what waits for the post that a platform spoke of, and what
// waits for an answer that was lost: it may be the same.
func (l *Ledger) hinted(ctx context.Context, channel string, heard platform.Heard) (due []string, err error) {
	for _, state := range []string{Submitted, Unknown} {
		page, err := l.docs.Find(ctx, store.Query{Where: []store.Cond{store.Eq("channel", channel), store.Eq("state", state)}, Sort: []string{"-updated"}, Limit: hintBound})
		if err != nil {
			return due, err
		}
		for _, d := range page.Docs {
			if state == Submitted && !d.has(heard) {
				continue
			}
			if err := l.sooner(ctx, d.ID); err != nil {
				return due, err
			}
			due = append(due, d.ID)
		}
	}
	return due, nil
}

// has tells whether one of the posts is the one that was spoken of.
func (d Delivery) has(heard platform.Heard) bool {
	return slices.ContainsFunc(d.Posts, func(p platform.Post) bool { return p.Handles[heard.Handle] == heard.Value })
}

// sooner has a post looked up now, if that was not done just before.
func (l *Ledger) sooner(ctx context.Context, id string) error {
	_, err := l.update(ctx, id, func(d *Delivery) error {
		at := max(gongkai.Millis(l.now()), d.Updated+hintApart.Milliseconds())
		if d.State != Submitted && d.State != Unknown || d.Due <= at {
			return store.ErrUnchanged
		}
		d.Due = at
		return nil
	})
	return err
}
