// Delegations (代理): who stands in for whom, in which role, for how long.

package policy

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"gongkai"
	"gongkai/store"
)

// Delegation (代理) lets To do for From what From may do in a role, within a unit
// and its sub-units, for a time. It is no grant: it counts as long as From holds
// the role, and whoever has it so cannot pass it on.
type Delegation struct {
	ID     string `json:"id"`
	From   string `json:"from" doc:"Whose role it is"`
	To     string `json:"to" doc:"Who stands in (代理人、B角)"`
	Role   string `json:"role"`
	Unit   string `json:"unit" doc:"With its sub-units; empty: wherever the role is held"`
	Start  int64  `json:"start" doc:"Milliseconds"`
	End    int64  `json:"end" doc:"Milliseconds; it does not count from then on"`
	Reason string `json:"reason"`
	At     int64  `json:"at"`
}

// The bounds of delegations.
const (
	mostDelegated  = 50                   // by one person, those that are over left out
	longestAway    = 366 * 24 * time.Hour // AB角 of a year, to be renewed
	delegationKept = 90 * 24 * time.Hour  // after its end; the trail has it for good
)

// during tells whether the time is within it.
func (d Delegation) during(now int64) bool { return d.Start <= now && now < d.End }

// covers tells whether it reaches a unit with this path.
func (d Delegation) covers(path []string) bool { return d.Unit == "" || slices.Contains(path, d.Unit) }

// lent are the roles that somebody may use for another on a path of units: what
// was delegated, and is held by who delegated it. Administrators and auditors stand
// in for nobody.
func (h held) lent(to, from string, path []string, now int64) (roles []string) {
	if h.apart(to) {
		return nil
	}
	has := h.at(from, path)
	for _, d := range h.standIns[to] {
		if d.From == from && d.during(now) && d.covers(path) && slices.Contains(has, d.Role) && !slices.Contains(roles, d.Role) {
			roles = append(roles, d.Role)
		}
	}
	slices.Sort(roles)
	return roles
}

// reading are the roles in which somebody reads: their own, and those they use
// for others.
func (h held) reading(user string, path []string, now int64) []string {
	roles := h.at(user, path)
	for _, from := range h.principals(user, now) {
		roles = append(roles, h.lent(user, from, path, now)...)
	}
	slices.Sort(roles)
	return slices.Compact(roles)
}

// apart (回避) tells whether somebody hands out rights, or looks on: such people
// stand in for nobody.
func (h held) apart(user string) bool {
	return slices.ContainsFunc(h.byID[user], func(g Grant) bool { return g.Role == Administrator || g.Role == Auditor })
}

// principals are those for whom somebody may act somewhere.
func (h held) principals(to string, now int64) (from []string) {
	if h.apart(to) {
		return nil
	}
	for _, d := range h.standIns[to] {
		if d.during(now) && !slices.Contains(from, d.From) && slices.ContainsFunc(h.byID[d.From], func(g Grant) bool { return g.Role == d.Role }) {
			from = append(from, d.From)
		}
	}
	slices.Sort(from)
	return from
}

// Principals (被代理人) are those for whom a user may act now, in some unit.
func (p *Policy) Principals(user string) []string {
	return p.now.Load().held.principals(user, gongkai.Millis(p.clock()))
}

// StandIns (代理人) are those who may act for a user now, in some unit.
func (p *Policy) StandIns(user string) (to []string) {
	s, now := p.now.Load(), gongkai.Millis(p.clock())
	for _, d := range s.held.lentBy[user] {
		if !slices.Contains(to, d.To) && slices.Contains(s.held.principals(d.To, now), user) {
			to = append(to, d.To)
		}
	}
	slices.Sort(to)
	return to
}

// Delegations are those from a user and to a user, the latest end first; with no
// user all of them.
func (p *Policy) Delegations(user string) (out []Delegation) {
	for _, ds := range p.now.Load().held.standIns {
		for _, d := range ds {
			if user == "" || d.From == user || d.To == user {
				out = append(out, d)
			}
		}
	}
	slices.SortFunc(out, func(a, b Delegation) int { return cmp.Or(cmp.Compare(b.End, a.End), strings.Compare(a.ID, b.ID)) })
	return out
}

// Delegate makes a delegation of what is one's own: nobody delegates for
// somebody else. path is that of its unit. The same again changes nothing.
func (p *Policy) Delegate(ctx context.Context, d Delegation, path []string, by gongkai.Actor) (Delegation, error) {
	now := gongkai.Millis(p.clock())
	d.From, d.At = by.ID, now
	if d.Start == 0 {
		d.Start = now
	}
	if err := p.checkDelegation(d, path, now); err != nil {
		return d, err
	}
	return d, p.change(ctx, func(ctx context.Context) error {
		return p.updateHolder(ctx, d.From, by, func(h *holder) error {
			if i := slices.IndexFunc(h.Delegations, d.is); i >= 0 {
				return d.again(h.Delegations[i])
			}
			if !slices.ContainsFunc(h.Grants, func(g Grant) bool { return g.Role == d.Role }) {
				return errNotHeld // it was taken away meanwhile
			}
			h.Delegations = slices.DeleteFunc(h.Delegations, func(o Delegation) bool { return o.End+delegationKept.Milliseconds() <= now })
			if n := len(h.Delegations) - over(h.Delegations, now); n >= mostDelegated {
				return gongkai.E(gongkai.Blocked, "delegations", "该人员的代理已达上限，请先撤销不再需要的", "there are too many delegations of this person: end some first")
			}
			h.Delegations = append(h.Delegations, d)
			return nil
		})
	})
}

func over(ds []Delegation, now int64) (n int) {
	for _, d := range ds {
		if d.End <= now {
			n++
		}
	}
	return n
}

func (d Delegation) is(o Delegation) bool { return o.ID == d.ID }

// again answers a repeat.
func (d Delegation) again(there Delegation) error {
	d.At, there.At = 0, 0
	if d != there {
		return gongkai.E(gongkai.Conflict, "delegation_id", "编号已用于另一项代理", "the id was used for another delegation")
	}
	return store.ErrUnchanged
}

var errNotHeld = gongkai.E(gongkai.Blocked, "not_held", "被代理人在该单位未被授予这个角色：代理他人所得的权限不能再转交", "the role is not granted there to who delegates it: what somebody has by delegation cannot be passed on",
	gongkai.Detail{Where: "role", Code: "not_held", Zh: "请选择被代理人本人持有的角色", En: "choose a role that is theirs"})

func (p *Policy) checkDelegation(d Delegation, path []string, now int64) error {
	bad := func(where, zh, en string) error {
		return gongkai.E(gongkai.Invalid, "bad_delegation", "代理设定有误", "the delegation is not well formed", gongkai.Detail{Where: where, Code: "bad_" + where, Zh: zh, En: en})
	}
	s := p.now.Load()
	switch {
	case d.From == "" || d.To == "" || isKeyRole(d.From) || isKeyRole(d.To):
		return gongkai.E(gongkai.Denied, "not_a_person", "只能由人员代理人员", "people stand in for people")
	case d.From == d.To:
		return bad("to", "代理人不能是本人", "nobody stands in for themselves")
	case d.Start >= d.End || d.End <= now:
		return bad("end", "结束时间应晚于开始时间和现在", "it ends after it starts, and not before now")
	case d.End-max(d.Start, now) > longestAway.Milliseconds():
		return bad("end", "代理一次最长一年", "a delegation is for a year at the most")
	case strings.TrimSpace(d.Reason) == "":
		return bad("reason", "须写明代理事由", "a written reason is needed")
	case !s.judge.signs(d.Role):
		return bad("role", "只有审校、发布等签署类角色可以代理", "only roles that sign or release can be delegated")
	case s.held.apart(d.To):
		return gongkai.E(gongkai.Denied, "separation", "系统管理员和审计员不得代理业务角色", "administrators and auditors stand in for nobody")
	case !slices.Contains(s.held.at(d.From, path), d.Role):
		return errNotHeld
	}
	return nil
}

// signs tells whether a role has a part in what can be done for others.
func (j *judge) signs(role string) bool {
	if !business(role) {
		return false
	}
	acts := []string{ItemRelease, ItemWithdraw}
	for _, r := range j.roles {
		acts = append(acts, Sign(r))
	}
	return slices.ContainsFunc(acts, func(act string) bool {
		d, err := j.decide([]string{role}, act, nil)
		return err == nil && d.ok
	})
}

// EndDelegation ends one now, or takes back one that has not begun.
func (p *Policy) EndDelegation(ctx context.Context, from, id string, by gongkai.Actor) error {
	now := gongkai.Millis(p.clock())
	return p.changeDelegation(ctx, from, id, by, func(d *Delegation) error {
		if d.End <= now {
			return store.ErrUnchanged
		}
		d.Start, d.End = min(d.Start, now), now
		return nil
	})
}

func (p *Policy) changeDelegation(ctx context.Context, from, id string, by gongkai.Actor, change func(*Delegation) error) error {
	return p.change(ctx, func(ctx context.Context) error {
		return p.updateHolder(ctx, from, by, func(h *holder) error {
			i := slices.IndexFunc(h.Delegations, Delegation{ID: id}.is)
			if i < 0 {
				return errNoDelegation
			}
			return change(&h.Delegations[i])
		})
	})
}

var errNoDelegation = gongkai.E(gongkai.Missing, "no_delegation", "没有这项代理", "there is no such delegation")

// Delegation finds one by its id.
func (p *Policy) Delegation(id string) (Delegation, error) {
	for _, d := range p.Delegations("") {
		if d.ID == id {
			return d, nil
		}
	}
	return Delegation{}, errNoDelegation
}

// reads are the acts that a delegation opens without naming whom it is for: one
// has to look at what one is to sign, and ask about it. The unmasked text is not
// among them.
var reads = []string{ItemRead, ItemNote, FileRead}

// notDelegated refuses what nobody delegated.
func notDelegated() error {
	return gongkai.E(gongkai.Denied, "not_delegated", "对方现在没有在该单位委托您代理：可能尚未开始、已经结束、未经确认，或者其角色已被撤销",
		"they have not delegated anything to you in this unit now: it may not have begun, be over or unconfirmed, or their role was taken away")
}
