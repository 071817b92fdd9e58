// Grants (授权): who holds which role in which unit.

package policy

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"gongkai"
	"gongkai/store"
)

// Grant (授权) is a role that a user holds in a unit and its sub-units. An
// empty unit is the whole installation.
type Grant struct {
	User string `json:"user"`
	Role string `json:"role"`
	Unit string `json:"unit"`
	By   string `json:"by,omitempty"` // who granted it; set by Grant
	At   int64  `json:"at,omitempty"` // when, in milliseconds; set by Grant
	// Confirmed is the administrator who confirmed it; "" where there was no
	// other, and of grants from the command line.
	Confirmed string `json:"confirmed,omitempty"`
}

// holder is one user's document: all grants of a user change in one guarded
// write, so that no two replicas can make an administrator an editor together.
type holder struct {
	store.Meta
	Grants      []Grant      `json:"grants"`
	Delegations []Delegation `json:"delegations,omitempty"` // from this user to others
	By          string       `json:"by"`                    // who changed it last
	At          int64        `json:"at"`
}

func (g Grant) same(o Grant) bool { return g.User == o.User && g.Role == o.Role && g.Unit == o.Unit }

// seat is a place to hold roles at.
type seat struct{ user, unit string }

// held are the grants in the form that decisions read.
type held struct {
	roles map[seat][]string
	byID  map[string][]Grant
	users map[string][]string // by unit

	standIns map[string][]Delegation // by who stands in
	lentBy   map[string][]Delegation // by whose role it is
}

func newHeld(holders []holder) held {
	h := held{roles: map[seat][]string{}, byID: map[string][]Grant{}, users: map[string][]string{}, standIns: map[string][]Delegation{}, lentBy: map[string][]Delegation{}}
	for _, doc := range holders {
		for _, g := range doc.Grants {
			g.User = doc.ID // the id counts, whatever the grant says
			at := seat{g.User, g.Unit}
			h.roles[at] = append(h.roles[at], g.Role)
			h.byID[g.User] = append(h.byID[g.User], g)
			h.users[g.Unit] = append(h.users[g.Unit], g.User)
		}
		for _, d := range doc.Delegations {
			d.From = doc.ID
			h.standIns[d.To] = append(h.standIns[d.To], d)
			h.lentBy[d.From] = append(h.lentBy[d.From], d)
		}
	}
	return h
}

// at are the roles a user holds on a path of units, in order, each once.
func (h held) at(user string, path []string) []string {
	out := slices.Clone(h.roles[seat{user, ""}])
	for _, unit := range path {
		if unit != "" {
			out = append(out, h.roles[seat{user, unit}]...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Roles are the roles the user holds for an object whose unit has this path.
func (p *Policy) Roles(user string, unitPath []string) []string {
	return p.now.Load().held.at(user, unitPath)
}

// Grants are the grants of a user.
func (p *Policy) Grants(user string) []Grant {
	return slices.Clone(p.now.Load().held.byID[user])
}

// Holders are the grants of a role, ordered by unit and user.
func (p *Policy) Holders(role string) []Grant {
	var out []Grant
	for _, grants := range p.now.Load().held.byID {
		for _, g := range grants {
			if g.Role == role {
				out = append(out, g)
			}
		}
	}
	slices.SortFunc(out, func(a, b Grant) int {
		return cmp.Or(strings.Compare(a.Unit, b.Unit), strings.Compare(a.User, b.User))
	})
	return out
}

// Grant gives a role. Repeating it changes nothing. Whether by may is the
// caller's question to Can (GrantManage), who knows the unit's path.
func (p *Policy) Grant(ctx context.Context, g Grant, by gongkai.Actor) error {
	if err := p.checkGrant(g); err != nil {
		return err
	}
	g.By, g.At, g.Confirmed = by.ID, gongkai.Millis(p.clock()), ""
	return p.give(ctx, g, by)
}

// give makes a grant hold.
func (p *Policy) give(ctx context.Context, g Grant, by gongkai.Actor) error {
	return p.change(ctx, func(ctx context.Context) error {
		return p.updateHolder(ctx, g.User, by, func(h *holder) error {
			if slices.ContainsFunc(h.Grants, g.same) {
				return store.ErrUnchanged
			}
			if err := separated(h.Grants, g.Role); err != nil {
				return err
			}
			h.Grants = append(h.Grants, g)
			return nil
		})
	})
}

// GrantFirst makes the first user (首位系统管理员) an administrator of the whole
// installation, unless somebody is one or has given this user other work.
func (p *Policy) GrantFirst(ctx context.Context, user string) error {
	if err := p.Refresh(ctx); err != nil {
		return err
	}
	if len(p.Holders(Administrator)) > 0 || len(p.Grants(user)) > 0 {
		return nil
	}
	return p.Grant(ctx, Grant{User: user, Role: Administrator}, gongkai.System)
}

// Revoke takes a role away; one that is not held is Missing. A note that it was
// confirmed goes before it: nobody could give it back by confirming again.
func (p *Policy) Revoke(ctx context.Context, g Grant, by gongkai.Actor) error {
	if d, err := p.pending.Get(ctx, pendingID(g)); err == nil && d.Confirmed != "" {
		if err := p.forget(ctx, d.ID, 0); err != nil {
			return err
		}
	} else if err != nil && !gongkai.Is(err, gongkai.Missing) {
		return err
	}
	return p.change(ctx, func(ctx context.Context) error {
		return p.updateHolder(ctx, g.User, by, func(h *holder) error {
			i := slices.IndexFunc(h.Grants, g.same)
			if i < 0 {
				return gongkai.E(gongkai.Missing, "no_grant", "没有这项授权", "there is no such grant")
			}
			h.Grants = slices.Delete(h.Grants, i, i+1)
			return nil
		})
	})
}

func (p *Policy) updateHolder(ctx context.Context, user string, by gongkai.Actor, change func(*holder) error) error {
	at := gongkai.Millis(p.clock())
	_, err := p.holders.Upsert(ctx, user, func(h *holder, _ bool) error {
		h.By, h.At = by.ID, at
		return change(h)
	})
	return err
}

func (p *Policy) checkGrant(g Grant) error {
	switch {
	case g.User == "" || g.User == gongkai.System.ID || isKeyRole(g.User) || isKeyRole(g.Role):
		return gongkai.E(gongkai.Denied, "not_a_person", "只能向人员授权，程序的权限由密钥范围决定", "grants are for people; what a program may do is the scope of its key")
	case !slices.Contains(p.now.Load().judge.roles, g.Role):
		return gongkai.E(gongkai.Invalid, "unknown_role", "没有这个角色", "there is no such role", gongkai.Detail{Where: "role", Code: "unknown_role", Zh: "没有规则提到这个角色", En: "no rule names this role"})
	}
	return nil
}

// separated refuses business roles to administrators and the reverse, in
// whichever units they are: who hands out rights takes no part in the work.
func separated(has []Grant, role string) error {
	for _, g := range has {
		if role == Administrator && business(g.Role) || business(role) && g.Role == Administrator {
			return gongkai.E(gongkai.Denied, "administrator_separation", "系统管理员不得兼任业务角色", "an administrator holds no business role",
				gongkai.Detail{Where: g.Role, Code: "administrator_separation", Zh: "已持有“" + roleName(g.Role).Zh + "”", En: "already holds " + roleName(g.Role).En})
		}
	}
	return nil
}
