// Staffing: whether the people of a unit can take an item through a pipeline.

package workflow

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
)

// Staff tells a user's name, and whether they still work here.
type Staff func(ctx context.Context, user string) (name string, here bool, err error)

// roll (花名册) looks at the people of units, asking for each user once.
type roll struct {
	policy *policy.Policy
	staff  Staff
	names  map[string]string // "" for who has left
}

func (e *Engine) roll(staff Staff) *roll {
	return &roll{policy: e.policy, staff: staff, names: map[string]string{}}
}

// able are those who may do the act in the unit and still work here.
func (r *roll) able(ctx context.Context, act string, u content.Unit) ([]string, error) {
	users, err := r.policy.Able(act, content.Ancestors(u.Path))
	if err != nil {
		return nil, err
	}
	for _, user := range users {
		if _, known := r.names[user]; known {
			continue
		}
		name, here, err := r.staff(ctx, user)
		if err != nil {
			return nil, err
		}
		if r.names[user] = ""; here {
			r.names[user] = orElse(name, user)
		}
	}
	return slices.DeleteFunc(users, func(user string) bool { return r.names[user] == "" }), nil
}

// gap (缺口) is why a unit cannot take items through a pipeline. Its key says
// the same of two versions.
type gap struct {
	gongkai.Detail
	key string
}

// gaps are the stages that nobody in the unit can fill, or that too few share.
func (r *roll) gaps(ctx context.Context, p Pipeline, u content.Unit) ([]gap, error) {
	can, out, whole := map[int][]string{}, []gap(nil), true
	for i, stage := range p.Stages {
		if !r.known(stage) {
			whole = false // the report says so
			continue
		}
		people, missing, err := r.signers(ctx, stage, u)
		if err != nil {
			return nil, err
		}
		if can[i] = people; len(people) == 0 {
			out = append(out, unfilled(i, stage, missing, u))
		}
	}
	if len(out) > 0 || !whole {
		return out, nil
	}
	drafters, err := r.able(ctx, policy.ItemCreate, u)
	if err != nil {
		return nil, err
	}
	for _, short := range p.understaffed(can, drafters) {
		out = append(out, r.shared(p, short, u))
	}
	return out, nil
}

// known tells whether all roles of the stage are roles that sign.
func (r *roll) known(s Stage) bool {
	return len(s.Tracks) > 0 && !slices.ContainsFunc(s.Tracks, func(t Track) bool { return !r.policy.Provided(policy.Sign(t.Role)) })
}

// signers are those who may sign all tracks of the stage, and the roles that
// nobody holds.
func (r *roll) signers(ctx context.Context, stage Stage, u content.Unit) (people, missing []string, err error) {
	for i, t := range stage.Tracks {
		able, err := r.able(ctx, policy.Sign(t.Role), u)
		if err != nil {
			return nil, nil, err
		}
		if len(able) == 0 {
			missing = append(missing, t.Role)
		}
		if i > 0 {
			able = slices.DeleteFunc(able, func(who string) bool { return !slices.Contains(people, who) })
		}
		people = able
	}
	return people, missing, nil
}

func unfilled(i int, s Stage, missing []string, u content.Unit) gap {
	d := gongkai.Detail{Where: fmt.Sprintf("%s/stages[%d]", u.ID, i), Code: "stage_unfilled"}
	if len(missing) == 0 { // each role is held, by different people
		roles := make([]string, len(s.Tracks))
		for i, t := range s.Tracks {
			roles[i] = t.Role
		}
		missing = roles
		d.Zh = fmt.Sprintf("单位“%s”没有人同时持有环节“%s”所需的全部角色（%s）", u.Name, orElse(s.Zh, s.ID), strings.Join(roles, "、"))
		d.En = fmt.Sprintf("in unit %s nobody holds all roles of stage %s (%s)", u.ID, s.ID, strings.Join(roles, ", "))
	} else {
		d.Zh = fmt.Sprintf("单位“%s”没有人能签署环节“%s”：无人持有角色%s，请先授权", u.Name, orElse(s.Zh, s.ID), strings.Join(missing, "、"))
		d.En = fmt.Sprintf("in unit %s nobody can sign stage %s: nobody holds the role %s; grant it first", u.ID, s.ID, strings.Join(missing, ", "))
	}
	return gap{d, "unfilled " + strings.Join(missing, " ")}
}

// mostNamed is how many people a message names.
const mostNamed = 5

func (r *roll) shared(p Pipeline, short shortage, u content.Unit) gap {
	var zh, en, names []string
	for _, i := range short.stages {
		s := p.Stages[i]
		zh, en = append(zh, "“"+orElse(s.Zh, s.ID)+"”"), append(en, s.ID)
	}
	for _, who := range short.people[:min(mostNamed, len(short.people))] {
		names = append(names, r.names[who])
	}
	rule, rule2 := "同一序列（审、校）的环节须由不同的人签署", "no person signs two stages of one track"
	if p.Distinct {
		rule, rule2 = "各环节须由不同的人签署", "no person signs two stages"
	}
	return gap{gongkai.Detail{Where: fmt.Sprintf("%s/stages[%d]", u.ID, short.stages[len(short.stages)-1]), Code: "same_person",
		Zh: fmt.Sprintf("单位“%s”：%d个环节%s只有%d人可签（%s），而%s，起草人也不得签署", u.Name, len(zh), strings.Join(zh, ""), len(short.people), said(names, "、", "起草人以外无人"), rule),
		En: fmt.Sprintf("unit %s: the %d stages %s have only %d to sign them (%s), and %s, nor does who drafted", u.ID, len(en), strings.Join(en, ", "), len(short.people), said(names, ", ", "nobody but the drafter"), rule2),
	}, "same_person " + strings.Join(slices.Sorted(slices.Values(en)), " ")}
}

func said(names []string, between, none string) string {
	if len(names) == 0 {
		return none
	}
	return strings.Join(names, between)
}
