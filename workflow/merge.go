// Merging a unit into another (机构合并): what it would move, and what needs a
// person's decision.

package workflow

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/store"
)

// MergePlan (并入方案) is what merging a unit moves, or has still to move.
type MergePlan struct {
	Unit        string           `json:"unit"`
	Into        string           `json:"into"`
	State       string           `json:"state,omitempty" enum:"asked,under_way,done" doc:"asked: a second administrator has to confirm it; absent: nothing was asked for"`
	Items       MergeItems       `json:"items"`
	Sites       []string         `json:"sites,omitempty" doc:"They are run by the unit that takes over"`
	Offices     []string         `json:"offices,omitempty" doc:"Pipelines that name the unit as an office: people of the unit that takes over sign there as well, whatever version"`
	Grants      []MergeGrant     `json:"grants,omitempty" doc:"Roles held in the unit, and what becomes of each"`
	Delegations int              `json:"delegations,omitempty" doc:"That last; they count in the unit that takes over"`
	Lacks       []gongkai.Detail `json:"lacks,omitempty" doc:"What nobody could sign there, those counted who bring their roles: grant what is missing"`
	Blocks      []gongkai.Detail `json:"blocks,omitempty" doc:"What has to be done before"`
	Merge       *content.Merge   `json:"merge,omitempty" doc:"Who asked for it and who confirmed it, and when"`
}

// MergeItems counts items of the unit, each to 1,000.
type MergeItems struct {
	Drafts   int `json:"drafts"`
	UnderWay int `json:"under_way" doc:"Submitted: their signatures stay"`
	Idle     int `json:"idle" doc:"Nobody works on them: public, taken down or given up. What is public is shown under the unit that it went out under"`
	All      int `json:"all"`
}

// MergeGrant is what becomes of a role that somebody holds in the unit.
type MergeGrant struct {
	policy.Grant
	Name    string `json:"name,omitempty"`
	Outcome string `json:"outcome" enum:"carried,held,decide,left" doc:"carried: held in the unit that takes over as well; held: it is held there; decide: it is not carried, an administrator has to grant it; left: it stays where it is"`
	Zh      string `json:"zh,omitempty"`
	En      string `json:"en,omitempty"`
}

// What becomes of a role.
const (
	carriedOver = "carried"
	heldThere   = "held"
	toDecide    = "decide"
	leftThere   = "left"
)

// States of a merger.
const (
	MergeAsked    = "asked"
	MergeUnderWay = "under_way"
	MergeDone     = "done"
)

// mergeState is how far the merger of a unit has come; "": none was asked for.
func mergeState(u content.Unit) string {
	switch {
	case u.Merge == nil:
		return ""
	case u.Merge.Begun == 0:
		return MergeAsked
	case u.Merge.Done == 0:
		return MergeUnderWay
	}
	return MergeDone
}

// MergePlan looks at what merging a unit would do, or does.
func (e *Engine) MergePlan(ctx context.Context, unit, into string) (plan MergePlan, err error) {
	from, to, err := e.mergePair(ctx, unit, into)
	if err != nil {
		return plan, err
	}
	plan = MergePlan{Unit: from.ID, Into: to.ID, State: mergeState(from), Merge: from.Merge}
	if plan.Blocks, err = e.mergeBlocks(ctx, from, to); err != nil {
		return plan, err
	}
	if plan.Items, err = e.mergeItems(ctx, from.ID); err != nil {
		return plan, err
	}
	sites, err := e.sitesRunBy(ctx, from.ID)
	if err != nil {
		return plan, err
	}
	for _, s := range sites {
		plan.Sites = append(plan.Sites, s.ID)
	}
	all, err := e.Pipelines(ctx)
	if err != nil {
		return plan, err
	}
	for _, p := range all {
		if slices.Contains(p.offices(), from.ID) {
			plan.Offices = append(plan.Offices, p.ID)
		}
	}
	plan.Delegations = len(e.policy.DelegationsIn(from.ID))
	if plan.Grants, err = e.mergeGrants(ctx, from, to); err != nil {
		return plan, err
	}
	plan.Lacks, err = e.mergeLacks(ctx, all, from, to)
	return plan, err
}

// mergePair finds the two units, and refuses what can never be merged.
func (e *Engine) mergePair(ctx context.Context, unit, into string) (from, to content.Unit, err error) {
	if from, err = e.content.Units.Get(ctx, unit); err != nil {
		return from, to, err
	}
	to, err = e.content.Units.Get(ctx, into)
	if gongkai.Is(err, gongkai.Missing) {
		err = need(false, "into", "missing", "没有承接单位", "there is no such unit to take over")
	}
	if err != nil {
		return from, to, err
	}
	if from.Into != "" && from.Into != to.ID {
		return from, to, gongkai.E(gongkai.Blocked, "merged", "单位“"+from.Name+"”已并入其他单位（"+from.Into+"）", "the unit "+from.ID+" was merged into another: "+from.Into)
	}
	return from, to, first(
		need(from.ID != to.ID, "into", "self", "单位不能并入自身", "a unit is not merged into itself"),
		need(!slices.Contains(content.Ancestors(to.Path), from.ID), "into", "below", "承接单位是该单位的下级单位：请先并入上级，或者另选单位", "the unit that takes over is below it: choose another"),
	)
}

// mergeBlocks are what has to be done before.
func (e *Engine) mergeBlocks(ctx context.Context, from, to content.Unit) (bad []gongkai.Detail, err error) {
	if from.Into != "" {
		return nil, nil // it is decided
	}
	if to.Disabled || to.Into != "" {
		bad = append(bad, gongkai.Detail{Where: "into", Code: "unit_closed", Zh: "承接单位“" + to.Name + "”已停用或已并入其他单位", En: "the unit that takes over is closed or merged: " + to.ID})
	}
	below, err := e.unitsBelow(ctx, from)
	if err != nil {
		return nil, err
	}
	if below.Code != "" {
		below.Zh, below.En = below.Zh+"；请先将其并入或者停用", below.En+": merge or close them first"
		bad = append(bad, below)
	}
	return bad, nil
}

func (e *Engine) sitesRunBy(ctx context.Context, unit string) (out []content.Site, err error) {
	all, err := content.All(ctx, e.content.Sites)
	for _, s := range all {
		if s.Unit == unit {
			out = append(out, s)
		}
	}
	return out, err
}

func (e *Engine) mergeItems(ctx context.Context, unit string) (n MergeItems, err error) {
	of := store.Eq("unit", unit)
	for _, c := range []struct {
		into  *int
		where []store.Cond
	}{
		{&n.All, []store.Cond{of}},
		{&n.Drafts, []store.Cond{of, store.In("work.state", content.Draft, content.Returned, content.Rejected)}},
		{&n.UnderWay, []store.Cond{of, store.In("work.state", content.Checking, content.AtStage, content.Ready, content.Bundled)}},
		{&n.Idle, []store.Cond{of, store.Eq("work.state", content.NoWork)}},
	} {
		if *c.into, err = e.content.Items.Count(ctx, c.where, mostCounted); err != nil {
			return n, err
		}
	}
	return n, nil
}

// mergeGrants says of each role held in the unit what becomes of it. A role that
// signs is not carried to somebody who signs in another role there, nor up to a
// unit above, whose roles reach all units below it: who is to do what, a person
// decides.
func (e *Engine) mergeGrants(ctx context.Context, from, to content.Unit) (out []MergeGrant, err error) {
	held := e.policy.GrantsIn(from.ID)
	own := map[string][]string{} // the roles of each in the unit itself
	for _, g := range held {
		own[g.User] = append(own[g.User], g.Role)
	}
	for _, g := range held {
		row := MergeGrant{Grant: policy.Grant{User: g.User, Role: g.Role, Unit: to.ID}}
		name, here, err := e.here(ctx, g.User)
		if err != nil {
			return nil, err
		}
		row.Name = name
		there := e.policy.Roles(g.User, content.Ancestors(to.Path))
		others := slices.DeleteFunc(slices.Clone(there), func(role string) bool { return !policy.Business(role) || slices.Contains(own[g.User], role) })
		switch {
		case slices.Contains(there, g.Role):
			row.Outcome = heldThere
		case !policy.Business(g.Role):
			row.say(leftThere, "管理、审计角色不随单位并入，需要的请另行授予", "administrators and auditors are not carried over: grant it where it is needed")
		case !here:
			row.say(leftThere, "已停用的人员不随单位并入", "who does not work here any more is not carried over")
		case climbs(from, to):
			row.say(toDecide, "承接单位是上级单位，其角色及于所有下级单位：是否授予，请管理员决定并另行授予", "a role in the unit above reaches all units below it: an administrator has to decide, and grant it")
		case len(others) > 0:
			row.say(toDecide, "在承接单位已任"+strings.Join(others, "、")+"：是否兼任，请管理员决定并另行授予", "holds "+strings.Join(others, ", ")+" there: an administrator has to decide, and grant it")
		default:
			row.Outcome = carriedOver
		}
		out = append(out, row)
	}
	return out, nil
}

// climbs tells whether the unit that takes over is above the other.
func climbs(from, to content.Unit) bool { return slices.Contains(content.Ancestors(from.Path), to.ID) }

func (g *MergeGrant) say(outcome, zh, en string) { g.Outcome, g.Zh, g.En = outcome, zh, en }

// mergeLacks are the seats that nobody of the unit that takes over could fill, of
// the pipelines that items of the unit are under way with.
func (e *Engine) mergeLacks(ctx context.Context, all []Pipeline, from, to content.Unit) (out []gongkai.Detail, err error) {
	people := e.roll(e.here)
	if !climbs(from, to) {
		people.also = map[string][]string{to.ID: {from.ID}}
	}
	if to.USCC == "" && from.USCC != "" {
		out = append(out, gongkai.Detail{Where: to.ID, Code: "index_uscc", Zh: "承接单位没有统一社会信用代码，无法编排索引号：请补填", En: "the unit that takes over has no credit code, so that index numbers with one cannot be made: add it"})
	}
	used := map[string]bool{}
	page, err := e.content.Items.Find(ctx, store.Query{Where: []store.Cond{store.Eq("unit", from.ID), store.In("work.state", content.Checking, content.AtStage, content.Ready, content.Bundled)}, Sort: []string{"updated"}, Limit: mostLooked})
	if err != nil {
		return nil, err
	}
	for _, it := range page.Docs {
		used[it.Work.Pipeline] = true
	}
	for _, p := range all {
		if !used[p.ID] {
			continue
		}
		gaps, err := people.gaps(ctx, p, to)
		if err != nil {
			return nil, err
		}
		for _, g := range gaps {
			g.Where = fmt.Sprintf("%s %s", p.ID, g.Where)
			out = append(out, g.Detail)
		}
	}
	return out, nil
}

// AskMerge notes that a unit is to be merged. Where alone says that nobody has to
// confirm it, it is decided with that. Asking again for the same changes nothing.
func (e *Engine) AskMerge(ctx context.Context, unit, into string, by gongkai.Actor, alone bool) (content.Unit, error) {
	from, to, err := e.mergePair(ctx, unit, into)
	if err != nil {
		return from, err
	}
	if err := e.mergeable(ctx, from, to); err != nil {
		return from, err
	}
	now := gongkai.Millis(e.now())
	u, err := e.content.Units.Update(ctx, unit, from.Rev, func(u *content.Unit) error {
		if u.Into != "" || u.Merge != nil && u.Merge.Into == into && u.Merge.Begun == 0 && u.Merge.At+mergeAsked > now {
			return store.ErrUnchanged
		}
		u.Merge = &content.Merge{Into: into, By: by.ID, At: now}
		return nil
	})
	if err != nil || !alone || u.Into != "" {
		return u, err
	}
	return e.beginMerge(ctx, u, "")
}

// mergeAsked is for how long somebody may confirm it: as long as a grant.
const mergeAsked = int64(policy.PendingLife / 1e6)

func (e *Engine) mergeable(ctx context.Context, from, to content.Unit) error {
	bad, err := e.mergeBlocks(ctx, from, to)
	if err == nil && len(bad) > 0 {
		err = gongkai.E(gongkai.Blocked, "cannot_merge", "单位“"+from.Name+"”还不能并入“"+to.Name+"”：请先处理下列事项", "the unit "+from.ID+" cannot be merged into "+to.ID+" yet: see to the following first", bad...)
	}
	return err
}

var (
	errNoMerge  = gongkai.E(gongkai.Missing, "no_merge", "该单位没有待确认的并入", "no merger of this unit waits")
	errMergeOld = gongkai.E(gongkai.Gone, "merge_expired", "并入申请已过七天，请重新提出", "the merger was not confirmed within seven days: ask for it again")
)

// AskedMerge is a merger that waits for a second administrator.
func (e *Engine) AskedMerge(ctx context.Context, unit string) (content.Unit, error) {
	u, err := e.content.Units.Get(ctx, unit)
	if err == nil && mergeState(u) != MergeAsked {
		err = errNoMerge
	}
	return u, err
}

// ConfirmMerge decides a merger that was asked for, on the very unit that was
// seen.
func (e *Engine) ConfirmMerge(ctx context.Context, seen content.Unit, by gongkai.Actor) (content.Unit, error) {
	if seen.Merge.At+mergeAsked <= gongkai.Millis(e.now()) {
		return seen, errMergeOld
	}
	from, to, err := e.mergePair(ctx, seen.ID, seen.Merge.Into)
	if err != nil {
		return from, err
	}
	if err := e.mergeable(ctx, from, to); err != nil {
		return from, err
	}
	return e.beginMerge(ctx, seen, by.ID)
}

// beginMerge closes the unit and says who takes it over: from here on nothing new
// is drafted there, and all that it has is moved. Two that are merged into each
// other at once are both left as they were.
func (e *Engine) beginMerge(ctx context.Context, seen content.Unit, confirmed string) (content.Unit, error) {
	now := gongkai.Millis(e.now())
	u, err := e.content.Units.Update(ctx, seen.ID, seen.Rev, func(u *content.Unit) error {
		m := *u.Merge
		m.Begun, m.Confirmed = now, confirmed
		u.Merge, u.Into, u.Disabled = &m, m.Into, true
		u.Updated = max(now, u.Updated+1)
		u.Due = u.Updated
		return nil
	})
	if err != nil {
		return u, err
	}
	if to, err := e.content.Units.Get(ctx, u.Into); err != nil || to.Into == "" {
		return u, err
	}
	_, err = e.content.Units.Update(ctx, u.ID, 0, func(u *content.Unit) error {
		u.Merge, u.Into, u.Disabled = nil, "", seen.Disabled
		return nil
	})
	if err == nil {
		err = gongkai.E(gongkai.Conflict, "unit_closed", "承接单位同时被并入其他单位，本次并入未生效", "the unit that takes over was merged at the same time: nothing was done")
	}
	return u, err
}

// CallOffMerge takes back a merger that nobody has confirmed.
func (e *Engine) CallOffMerge(ctx context.Context, seen content.Unit) (content.Unit, error) {
	return e.content.Units.Update(ctx, seen.ID, seen.Rev, func(u *content.Unit) error {
		u.Merge = nil
		return nil
	})
}
