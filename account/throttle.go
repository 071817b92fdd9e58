// The brake on guessing (登录限速), per login and per address, kept in the store.

package account

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"gongkai"
	"gongkai/store"
)

// tryDoc counts the attempts of one login or one address since the last
// success or the last quiet hour. Its id is a digest: what people type into
// the login field by mistake is sometimes their password.
type tryDoc struct {
	store.Meta
	Count   int   `json:"count"`
	Last    int64 `json:"last"`
	Until   int64 `json:"until"`   // no attempt before
	Expires int64 `json:"expires"` // forgotten after
}

var trySpec = store.Spec[tryDoc]{Name: "sign_in_tries", Schema: 1, Indexes: []store.Index{
	{Name: "tries_expires", Fields: []string{"expires"}},
}}

const (
	firstWait = 30 * time.Second
	longWait  = 15 * time.Minute // bounds what a stranger can do to a colleague
	quiet     = time.Hour
)

// try names one counter and its limit.
type try struct {
	id    string
	limit int
}

func (a *Accounts) loginTry(login string) try {
	return try{gongkai.DerivedID("login", login), a.opt.LoginTries}
}

// ipTry counts by address; of IPv6 by /64, because one machine owns them all.
// Without an address nothing is counted.
func (a *Accounts) ipTry(ip string) try {
	if ip == "" {
		return try{}
	}
	if addr, err := netip.ParseAddr(ip); err == nil {
		addr = addr.Unmap().WithZone("")
		if ip = addr.String(); addr.Is6() {
			ip = netip.PrefixFrom(addr, 64).Masked().String()
		}
	}
	return try{gongkai.DerivedID("ip", ip), a.opt.IPTries}
}

// take counts an attempt before it is made, so that many at once cannot slip
// through together; TooMany says how many seconds to wait.
func (a *Accounts) take(ctx context.Context, t try) error {
	if t.id == "" {
		return nil
	}
	now := a.now()
	_, err := a.tries.Upsert(ctx, t.id, func(d *tryDoc, _ bool) error {
		if now < d.Until {
			return tooMany(d.Until - now)
		}
		d.count(now, t.limit)
		return nil
	})
	if gongkai.Is(err, gongkai.Conflict) { // a crowd on one counter is an attack too
		return tooMany(1000)
	}
	return err
}

// count adds one attempt. From the limit on, each doubles the wait before the
// next.
func (d *tryDoc) count(now int64, limit int) {
	if now-d.Last > quiet.Milliseconds() {
		d.Count = 0
	}
	d.Count++
	d.Last, d.Expires = now, now+quiet.Milliseconds()
	if over := d.Count - limit; over >= 0 {
		wait := min(firstWait<<min(over, 10), longWait)
		d.Until = now + wait.Milliseconds()
	}
}

// forget clears a counter after a success.
func (a *Accounts) forget(ctx context.Context, t try) error {
	return a.untry(ctx, t, func(d *tryDoc) { d.Count, d.Until = 0, 0 })
}

// giveBack takes one attempt off: a success must not wipe out what others
// behind the same address have tried.
func (a *Accounts) giveBack(ctx context.Context, t try) error {
	return a.untry(ctx, t, func(d *tryDoc) {
		if d.Count--; d.Count < t.limit {
			d.Until = 0
		}
	})
}

func (a *Accounts) untry(ctx context.Context, t try, change func(*tryDoc)) error {
	if t.id == "" {
		return nil
	}
	_, err := a.tries.Update(ctx, t.id, 0, func(d *tryDoc) error {
		if d.Count == 0 {
			return store.ErrUnchanged
		}
		change(d)
		return nil
	})
	if gongkai.Is(err, gongkai.Missing) {
		return nil
	}
	return err
}

// tooMany carries the seconds to wait as the code of the detail "retry-after".
func tooMany(millis int64) error {
	s := (millis + 999) / 1000
	zh, en := fmt.Sprintf("请在 %d 秒后重试", s), fmt.Sprintf("try again in %d seconds", s)
	return gongkai.E(gongkai.TooMany, "too_many_tries", "尝试次数过多，"+zh, "too many attempts; "+en,
		gongkai.Detail{Where: "retry-after", Code: fmt.Sprint(s), Zh: zh, En: en})
}
