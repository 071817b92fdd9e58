// What becomes of roles when a unit is merged (机构合并): they are held in the unit
// that takes over as well.

package policy

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"gongkai"
)

// GrantsIn are the grants in a unit itself, by person and role.
func (p *Policy) GrantsIn(unit string) (out []Grant) {
	for _, grants := range p.now.Load().held.byID {
		for _, g := range grants {
			if g.Unit == unit {
				out = append(out, g)
			}
		}
	}
	slices.SortFunc(out, func(a, b Grant) int {
		return cmp.Or(strings.Compare(a.User, b.User), strings.Compare(a.Role, b.Role))
	})
	return out
}

// Business tells whether a role takes part in the work: of an administrator or an
// auditor it does not.
func Business(role string) bool { return business(role) }

// Carry makes a grant hold that a merger brings: By asked for that, Confirmed is
// the second administrator.
func (p *Policy) Carry(ctx context.Context, g Grant, by gongkai.Actor) error {
	if err := p.checkGrant(g); err != nil {
		return err
	}
	g.At = gongkai.Millis(p.clock())
	return p.give(ctx, g, by)
}

// DelegationsIn are those within a unit itself that are not over.
func (p *Policy) DelegationsIn(unit string) []Delegation {
	now := gongkai.Millis(p.clock())
	return slices.DeleteFunc(p.Delegations(""), func(d Delegation) bool { return d.Unit != unit || d.End <= now })
}

// MoveDelegation lets one count in another unit.
func (p *Policy) MoveDelegation(ctx context.Context, d Delegation, unit string, by gongkai.Actor) error {
	return p.changeDelegation(ctx, d.From, d.ID, by, func(d *Delegation) error {
		d.Unit = unit
		return nil
	})
}
