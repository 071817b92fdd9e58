// Grants that wait for a second administrator (待确认授权).

package policy

import (
	"context"
	"slices"
	"strconv"
	"time"

	"gongkai"
	"gongkai/store"
)

// Pending (待确认授权) is a grant that somebody asked for and that holds only
// once another administrator has confirmed it. By and At say who asked, and when.
type Pending struct {
	store.Meta
	Grant
	Expires int64 `json:"expires" doc:"Milliseconds; from then on it can only be asked for again"`
}

// PendingLife is how long a grant waits.
const PendingLife = 7 * 24 * time.Hour

var pendingSpec = store.Spec[Pending]{Name: "policy_pending", Schema: 1, Indexes: []store.Index{
	{Name: "policy_pending_at", Fields: []string{"at"}},
	{Name: "policy_pending_expires", Fields: []string{"expires"}},
}}

func pendingID(g Grant) string {
	return gongkai.DerivedID("pending grant", g.User+"\n"+g.Role+"\n"+g.Unit)
}

// Confirmers are the administrators on this path of units who have to confirm
// what by asks for: neither who asks, nor who is to get it. Those count as well
// who cannot sign in any more, or whom an ordinary rule lets confirm nothing: an
// administrator could lock the other out, or take the rule away, and then act
// alone.
func (p *Policy) Confirmers(g Grant, unitPath []string, by string) ([]string, error) {
	if err := p.fresh(); err != nil {
		return nil, err
	}
	held := p.now.Load().held
	return slices.DeleteFunc(held.on(unitPath), func(who string) bool {
		return who == by || who == g.User || !slices.Contains(held.at(who, unitPath), Administrator)
	}), nil
}

// Asking names one asking of the grant: it may be asked for again.
func (d Pending) Asking() string { return d.ID + "." + strconv.FormatInt(d.At, 10) }

// Ask notes a grant until somebody confirms it. Asking again for one that waits
// changes nothing.
func (p *Policy) Ask(ctx context.Context, g Grant, by gongkai.Actor) (Pending, error) {
	if err := p.checkGrant(g); err != nil {
		return Pending{}, err
	}
	held := p.Grants(g.User)
	if err := separated(held, g.Role); err != nil {
		return Pending{}, err
	}
	if slices.ContainsFunc(held, g.same) {
		return Pending{}, gongkai.E(gongkai.Conflict, "granted", "该角色已经授予", "the role is held already")
	}
	now := p.clock()
	g.By, g.At, g.Confirmed = by.ID, gongkai.Millis(now), ""
	return p.pending.Upsert(ctx, pendingID(g), func(d *Pending, exists bool) error {
		if exists && d.Expires > g.At {
			return store.ErrUnchanged
		}
		d.Grant, d.Expires = g, gongkai.Millis(now.Add(PendingLife))
		return nil
	})
}

var (
	errExpired   = gongkai.E(gongkai.Gone, "pending_expired", "待确认的授权已过期，请重新提出", "the grant was not confirmed in time: ask for it again")
	errConfirmed = gongkai.E(gongkai.Conflict, "pending_confirmed", "该授权已由他人确认", "somebody else has confirmed the grant")
)

// PendingGrant is one that waits; Missing if there is none, Gone if it was not
// confirmed in time.
func (p *Policy) PendingGrant(ctx context.Context, id string) (Pending, error) {
	d, err := p.pending.Get(ctx, id)
	if err == nil && d.Expires <= gongkai.Millis(p.clock()) {
		return d, errExpired
	}
	return d, err
}

// Confirm makes a pending grant hold, and says so. First it is written down who
// confirmed it, on the very document that was seen, so that none is confirmed and
// declined at once. Whoever was cut short after that, or somebody else who may
// confirm, does the rest by confirming again: it stays the first one's word.
func (p *Policy) Confirm(ctx context.Context, seen Pending, by gongkai.Actor, said func(Grant) error) (Grant, error) {
	d, err := p.pending.Update(ctx, seen.ID, seen.Rev, func(d *Pending) error {
		if d.Confirmed != "" {
			return store.ErrUnchanged
		}
		d.Confirmed = by.ID
		return nil
	})
	if err != nil {
		return Grant{}, err
	}
	g := d.Grant
	g.At = gongkai.Millis(p.clock())
	if err := p.give(ctx, g, by); err != nil {
		return Grant{}, err
	}
	if err := said(g); err != nil {
		return Grant{}, err
	}
	return g, p.forget(ctx, d.ID, 0)
}

// Decline takes a pending grant away, if nobody has confirmed it meanwhile.
func (p *Policy) Decline(ctx context.Context, seen Pending) error {
	if seen.Confirmed != "" {
		return errConfirmed
	}
	return p.forget(ctx, seen.ID, seen.Rev)
}

func (p *Policy) forget(ctx context.Context, id string, rev int64) error {
	err := p.pending.Delete(ctx, id, rev)
	if gongkai.Is(err, gongkai.Missing) {
		return nil
	}
	return err
}

// PendingGrants lists those that wait, the newest first.
func (p *Policy) PendingGrants(ctx context.Context, after string, limit int) (store.Page[Pending], error) {
	page, err := p.pending.Find(ctx, store.Query{Sort: []string{"-at"}, After: after, Limit: limit})
	now := gongkai.Millis(p.clock())
	page.Docs = slices.DeleteFunc(page.Docs, func(d Pending) bool { return d.Expires <= now })
	return page, err
}

// completed tells whether a pending grant was confirmed and holds: only its note
// was left behind.
func (p *Policy) completed(d Pending) bool {
	return d.Confirmed != "" && slices.ContainsFunc(p.Grants(d.User), func(g Grant) bool { return g.same(d.Grant) && g.Confirmed == d.Confirmed })
}

// ExpirePending takes away what nobody confirmed in time, each after said was
// told of it; and without a word what holds.
func (p *Policy) ExpirePending(ctx context.Context, said func(Pending) error) error {
	for {
		page, err := p.pending.Find(ctx, store.Query{Where: []store.Cond{store.Lte("expires", gongkai.Millis(p.clock()))}, Sort: []string{"expires"}, Limit: 100})
		if err != nil || len(page.Docs) == 0 {
			return err
		}
		if err := p.Refresh(ctx); err != nil {
			return err
		}
		for _, d := range page.Docs {
			if !p.completed(d) {
				if err := said(d); err != nil {
					return err
				}
			}
			if err := p.forget(ctx, d.ID, d.Rev); err != nil && !gongkai.Is(err, gongkai.Conflict) {
				return err
			}
		}
	}
}
