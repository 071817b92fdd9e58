// Units that have to do with an item beside its own: those above it, and the
// offices that its pipeline names.

package workflow

import (
	"context"
	"fmt"
	"slices"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
)

// asking (询问) asks the policy for one actor, seen from the unit of an item.
type asking struct {
	policy  *policy.Policy
	actor   gongkai.Actor
	from    string              // whom the actor stands in for
	path    []string            // of the item's unit, root first
	offices map[string][]string // the paths of the offices that its pipeline names
}

// asking makes ready to ask: paths are read before anything is decided.
func (e *Engine) asking(ctx context.Context, actor gongkai.Actor, it content.Item, orders ...Pipeline) (a asking, err error) {
	a = asking{policy: e.policy, actor: actor, offices: map[string][]string{}}
	if a.path, err = e.content.UnitPath(ctx, it.Unit); err != nil {
		return a, err
	}
	for _, p := range orders {
		for _, office := range p.offices() {
			path, err := e.content.OfficePath(ctx, office)
			if err != nil && !gongkai.Is(err, gongkai.Missing) {
				return a, err
			}
			a.offices[office] = path
		}
	}
	return a, nil
}

// about asks about the unit that a rule means; where there is none, nobody may.
func (a asking) about(r UnitRule) func(act string, facts ...string) error {
	path := a.where(r)
	return func(act string, facts ...string) error {
		if len(path) == 0 {
			return errNoUnit
		}
		return a.policy.Can(policy.Request{Actor: a.actor, For: a.from, Act: act, UnitPath: path, Facts: facts})
	}
}

// now is about, with what is only not so now told as that.
func (a asking) now(r UnitRule) func(act string, facts ...string) error {
	can := a.about(r)
	return func(act string, facts ...string) error { return notNow(can(act, facts...)) }
}

// where is the path of the unit that a rule means.
func (a asking) where(r UnitRule) []string { return r.from(a.path, a.offices) }

// from is the path of the unit that the rule means; empty: there is none.
func (r UnitRule) from(own []string, offices map[string][]string) []string {
	if r.Office != "" {
		return offices[r.Office]
	}
	return own[:max(0, len(own)-r.Up)]
}

// offices are the units that the pipeline names, each once.
func (p Pipeline) offices() (out []string) {
	for _, s := range p.Stages {
		for _, seat := range s.Seated() {
			if seat.Office != "" && !slices.Contains(out, seat.Office) {
				out = append(out, seat.Office)
			}
		}
	}
	return out
}

// elsewhere are the offices among them whose people do not read the item by its
// own unit. It refuses a stage whose unit is not there.
func (e *Engine) elsewhere(ctx context.Context, it content.Item, p Pipeline) (out []string, err error) {
	a, err := e.asking(ctx, gongkai.Actor{}, it, p)
	if err != nil {
		return nil, err
	}
	for i, s := range p.Stages {
		for _, seat := range s.Seated() {
			if len(seat.from(a.path, a.offices)) == 0 {
				return nil, noUnit(i, s, seat)
			}
		}
	}
	for _, office := range p.offices() {
		if !slices.Contains(a.path, office) {
			out = append(out, office)
		}
	}
	return out, nil
}

func noUnit(i int, s Stage, seat Seat) error {
	zh, en := fmt.Sprintf("本单位之上没有第%d级上级单位", seat.Up), fmt.Sprintf("there is no unit %d above that of the item", seat.Up)
	if seat.Office != "" {
		zh, en = "没有指定的签署单位 "+seat.Office, "there is no unit "+seat.Office
	}
	return gongkai.E(gongkai.Blocked, "no_unit", fmt.Sprintf("流程的环节“%s”无人可签：%s。请改投其他栏目，或请管理员为该栏目另设流程", s.Zh, zh),
		fmt.Sprintf("nobody can sign the stage %s of the pipeline: %s. Choose another home column, or ask an administrator to give this one another pipeline", s.ID, en),
		gongkai.Detail{Where: stageAt(i), Code: "no_unit", Zh: zh, En: en})
}

// mayRead asks about the item's unit, and where that refuses about the offices
// that sign it.
func (e *Engine) mayRead(ctx context.Context, actor gongkai.Actor, it content.Item) error {
	return e.canAs(ctx, actor, "", policy.ItemRead, it)
}

// canAs asks the same for who stands in for somebody.
func (e *Engine) canAs(ctx context.Context, actor gongkai.Actor, principal, act string, it content.Item) error {
	refused := e.canIn(ctx, actor, principal, act, it.Unit)
	if !gongkai.Is(refused, gongkai.Denied) {
		return refused
	}
	for _, office := range it.SignedBy() {
		path, err := e.content.OfficePath(ctx, office)
		if err == nil && e.policy.Can(policy.Request{Actor: actor, For: principal, Act: act, Unit: office, UnitPath: path}) == nil {
			return nil
		}
	}
	return refused
}

// atStage are the acts of whoever signs a stage, whatever unit that is.
var atStage = []string{"return", "reject", "correct"}

// maySeat asks, before anything is made ready, whether the actor holds the roles
// of a seat of the stage that waits.
func (e *Engine) maySeat(ctx context.Context, actor gongkai.Actor, principal string, it content.Item) error {
	p, err := e.pipelines.Get(ctx, it.Work.Pipeline)
	if err != nil {
		return err
	}
	a, err := e.asking(ctx, actor, it, p)
	if err != nil {
		return err
	}
	a.from = principal
	stage, _ := p.Stage(it.Work.Stage)
	t := &turn{it: &it, w: World{Actor: actor, Pipeline: p, Can: a.about(UnitRule{}), At: a.about}}
	return bySeat(stage, t.holds)
}
