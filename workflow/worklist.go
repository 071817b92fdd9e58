// Work lists of people (工作清单): what waits for whom, found by the desks that
// items lie on.

package workflow

import (
	"context"
	"slices"
	"strings"

	"gongkai"
	"gongkai/policy"
)

// WorkList (清单) is a row of the table of work lists.
type WorkList struct {
	Name string                `json:"list"`
	Zh   string                `json:"zh"`
	En   string                `json:"en"`
	lies func(*clerk) []string // the desks; nil: by the hands it went through
	now  []string              // only what the reader could do this moment: one of these
	kept bool                  // only claims that are not over
}

// WorkLists is the table of work lists, in the order they are shown.
var WorkLists = []WorkList{
	{"mine", "待我办理", "What waits for me", func(c *clerk) []string { return slices.Concat(c.rights, c.own(deskDraft, deskBack, deskClaim)) }, []string{doWrite, doSign, doLater, doRelease, doDecide, doValidity}, false},
	{"sign", "待我审校", "Stages that I could sign now", func(c *clerk) []string { return c.of(deskSign) }, []string{doSign, doLater}, false},
	{"release", "待我发布", "Ready for me to release", func(c *clerk) []string { return c.of(deskRelease) }, []string{doRelease}, false},
	{"decide", "待我审批", "Withdrawals and changes of validity that I could decide", func(c *clerk) []string { return slices.Concat(c.of(deskDecide), c.of(deskValidity)) }, []string{doDecide, doValidity}, false},
	{"drafts", "我的草稿", "My drafts", func(c *clerk) []string { return c.own(deskDraft) }, nil, false},
	{"returned", "退回给我", "Returned to me, or not passed", func(c *clerk) []string { return c.own(deskBack) }, nil, false},
	{"claimed", "我已认领", "Claimed by me, or assigned to me", func(c *clerk) []string { return c.own(deskClaim) }, nil, true},
	{"waiting", "等待他人办理", "What I wrote, signed or asked for, and others have now", nil, nil, false},
	{"unit", "单位在办", "Under way in the unit and below", func(c *clerk) []string { return []string{deskAt(deskUnit, c.unit)} }, nil, false},
}

// clerk (经办人) is a reader of work lists, with the desks of their rights.
type clerk struct {
	actor      gongkai.Actor
	principals []gongkai.Actor // whom they may act for
	unit       string          // of the list "unit"
	rights     []string
}

// own are the desks of the person.
func (c *clerk) own(kinds ...string) (out []string) {
	for _, kind := range kinds {
		out = append(out, kind+c.actor.ID)
	}
	return out
}

// of are the desks of rights of one sort.
func (c *clerk) of(sort string) []string {
	return slices.DeleteFunc(slices.Clone(c.rights), func(desk string) bool { return !strings.HasPrefix(desk, sort) })
}

// mostDesks is how many desks are looked up for one person; who has rights in
// more places than that should have them once, further up.
const mostDesks = 150

// clerk finds the desks of a person: those of all rights in each unit where they
// hold a role, or stand in for somebody.
func (e *Engine) clerk(ctx context.Context, actor gongkai.Actor) (*clerk, error) {
	c := &clerk{actor: actor, unit: actor.Unit}
	var err error
	if c.principals, err = e.standsInFor(ctx, actor); err != nil {
		return nil, err
	}
	kinds, err := e.deskKinds(ctx)
	if err != nil {
		return nil, err
	}
	for _, who := range append([]gongkai.Actor{{}}, c.principals...) {
		if err := e.addDesks(ctx, c, kinds, who.ID); err != nil {
			return nil, err
		}
	}
	if len(c.rights) > mostDesks {
		c.rights = c.rights[:mostDesks]
	}
	return c, nil
}

// deskKind is a sort of desk, and what one must be allowed to sit at it.
type deskKind struct {
	desk string
	acts []string
}

// deskKinds are those of the stages of all pipelines, of release and of the
// decisions on what was asked for.
func (e *Engine) deskKinds(ctx context.Context) ([]deskKind, error) {
	all, err := e.Pipelines(ctx)
	if err != nil {
		return nil, err
	}
	out := []deskKind{{deskRelease, []string{policy.ItemRelease}}, {deskDecide, []string{policy.ItemWithdraw}}, {deskValidity, []string{policy.ItemSetValidity}}}
	for _, s := range seatsOfAll(all) {
		if desk := s.desk(); !slices.ContainsFunc(out, func(k deskKind) bool { return k.desk == desk }) {
			k := deskKind{desk: desk}
			for _, t := range s.Tracks {
				k.acts = append(k.acts, policy.Sign(t.Role))
			}
			out = append(out, k)
		}
	}
	return out, nil
}

func seatsOfAll(all []Pipeline) (out []Seat) {
	for _, p := range all {
		for _, s := range append(slices.Clone(p.Stages), p.confirmation()) {
			out = append(out, s.Seated()...)
		}
	}
	return out
}

// addDesks adds the desks of the person's own rights, or of those that a
// principal delegated. A desk below one that is theirs already is left out.
func (e *Engine) addDesks(ctx context.Context, c *clerk, kinds []deskKind, principal string) error {
	holder := c.actor.ID
	if principal != "" {
		holder = principal
	}
	paths, err := e.seats(ctx, holder)
	if err != nil {
		return err
	}
	for _, path := range paths {
		unit := ""
		if len(path) > 0 {
			unit = path[len(path)-1]
		}
		for _, k := range kinds {
			above := slices.ContainsFunc(append([]string{""}, path...), func(u string) bool { return slices.Contains(c.rights, deskAt(k.desk, u)) })
			if !above && e.sits(c.actor, principal, k, unit, path) {
				c.rights = append(c.rights, deskAt(k.desk, unit))
			}
		}
	}
	return nil
}

func (e *Engine) sits(actor gongkai.Actor, principal string, k deskKind, unit string, path []string) bool {
	return !slices.ContainsFunc(k.acts, func(act string) bool {
		return e.policy.Can(policy.Request{Actor: actor, For: principal, Act: act, Unit: unit, UnitPath: path}) != nil
	})
}

// seats are the paths of the units where somebody holds a role or delegated one,
// the highest first.
func (e *Engine) seats(ctx context.Context, user string) (paths [][]string, err error) {
	seen := map[string]bool{}
	units := []string{}
	for _, g := range e.policy.Grants(user) {
		units = append(units, g.Unit)
	}
	for _, d := range e.policy.Delegations(user) {
		if d.From == user {
			units = append(units, d.Unit)
		}
	}
	for _, unit := range units {
		if seen[unit] {
			continue
		}
		seen[unit] = true
		if unit == "" {
			paths = append(paths, nil)
			continue
		}
		path, err := e.content.UnitPath(ctx, unit)
		if gongkai.Is(err, gongkai.Missing) {
			continue // a role in a unit that was never made
		}
		if err != nil {
			return nil, err
		}
		paths = append(paths, path)
	}
	slices.SortStableFunc(paths, func(a, b []string) int { return len(a) - len(b) })
	return paths, nil
}
