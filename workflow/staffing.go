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
	"gongkai/store"
)

// Staff tells a user's name, and whether they still work here.
type Staff func(ctx context.Context, user string) (name string, here bool, err error)

// roll (花名册) looks at the people of units, asking for each user once.
type roll struct {
	policy *policy.Policy
	units  *store.Collection[content.Unit]
	staff  Staff
	names  map[string]string   // "" for who has left
	also   map[string][]string // by unit, others whose people count as its own
	path   func(ctx context.Context, office string) ([]string, error)
}

func (e *Engine) roll(staff Staff) *roll {
	return &roll{policy: e.policy, units: e.content.Units, staff: staff, names: map[string]string{}, path: e.content.OfficePath}
}

// able are those who may do the act in the unit and still work here.
func (r *roll) able(ctx context.Context, act string, u content.Unit) ([]string, error) {
	users, err := r.policy.Able(slices.Concat(r.also[u.ID], content.Ancestors(u.Path)), act)
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

// gaps are the seats that nobody can fill, or that too few share.
func (r *roll) gaps(ctx context.Context, p Pipeline, u content.Unit) ([]gap, error) {
	can, out, whole := map[int][]string{}, []gap(nil), true
	empty := map[int][]gap{} // by stage
	for i, at := range p.seats() {
		if !r.known(at.Seat) {
			whole = false // the report says so
			continue
		}
		where, there, err := r.unitOf(ctx, at.UnitRule, u)
		if err != nil {
			return nil, err
		}
		people, missing, err := r.signers(ctx, at.Seat, where, there)
		if err != nil {
			return nil, err
		}
		if can[i] = people; len(people) == 0 {
			empty[at.at] = append(empty[at.at], unfilled(at, missing, u, where, there))
		}
	}
	for i, s := range p.Stages {
		if len(s.Seated())-len(empty[i]) < s.needed() {
			out = append(out, empty[i]...)
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

// unitOf is the unit whose people sign for items of u; there is false where
// there is none.
func (r *roll) unitOf(ctx context.Context, rule UnitRule, u content.Unit) (out content.Unit, there bool, err error) {
	if rule.own() {
		return u, true, nil
	}
	id, path := rule.Office, content.Ancestors(u.Path)
	if up := len(path) - 1 - rule.Up; rule.Up > 0 && up >= 0 {
		id = path[up]
	}
	if id == "" {
		return out, false, nil
	}
	out, err = r.units.Get(ctx, id)
	if gongkai.Is(err, gongkai.Missing) {
		return out, false, nil
	}
	if err == nil && out.Into != "" { // who took it over signs
		var path []string
		path, err = r.path(ctx, id)
		out.Path = "/" + strings.Join(path, "/") + "/"
	}
	return out, err == nil, err
}

// known tells whether all roles of the seat are roles that sign.
func (r *roll) known(s Seat) bool {
	return len(s.Tracks) > 0 && !slices.ContainsFunc(s.Tracks, func(t Track) bool { return !r.policy.Provided(policy.Sign(t.Role)) })
}

// signers are those of a unit who may sign all tracks of the seat, and the roles
// that nobody holds there.
func (r *roll) signers(ctx context.Context, seat Seat, u content.Unit, there bool) (people, missing []string, err error) {
	for i, t := range seat.Tracks {
		if !there {
			return nil, nil, nil
		}
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

// named is what a seat is called: by its stage, and by itself where that has
// several.
func (at seatAt) named() (zh, en string) {
	zh, en = orElse(at.stage.Zh, at.stage.ID), at.stage.ID
	if at.ID != "" {
		zh, en = zh+"·"+orElse(at.Zh, at.ID), en+"."+at.ID
	}
	return zh, en
}

// unfilled says of a seat that nobody can sign it for items of u; in is the unit
// whose people it asks for.
func unfilled(at seatAt, missing []string, u, in content.Unit, there bool) gap {
	d := gongkai.Detail{Where: u.ID + "/" + at.place, Code: "stage_unfilled"}
	zh, en := at.named()
	unitZh, unitEn := "单位“"+u.Name+"”", "in unit "+u.ID
	if there && in.ID != u.ID {
		unitZh, unitEn = unitZh+"的信息须由“"+in.Name+"”签署，那里", unitEn+", whose items "+in.ID+" signs,"
	}
	switch {
	case !there && at.Office != "":
		d.Zh = fmt.Sprintf("单位“%s”：环节“%s”的指定单位%s不存在", u.Name, zh, at.Office)
		d.En = fmt.Sprintf("unit %s: there is no unit %s to sign stage %s", u.ID, at.Office, en)
	case !there:
		d.Zh = fmt.Sprintf("单位“%s”没有第%d级上级单位，无人能签署环节“%s”", u.Name, at.Up, zh)
		d.En = fmt.Sprintf("unit %s has no unit %d above it to sign stage %s", u.ID, at.Up, en)
	case len(missing) == 0: // each role is held, by different people
		roles := make([]string, len(at.Tracks))
		for i, t := range at.Tracks {
			roles[i] = t.Role
		}
		missing = roles
		d.Zh = fmt.Sprintf("%s没有人同时持有环节“%s”所需的全部角色（%s）", unitZh, zh, strings.Join(roles, "、"))
		d.En = fmt.Sprintf("%s nobody holds all roles of stage %s (%s)", unitEn, en, strings.Join(roles, ", "))
	default:
		d.Zh = fmt.Sprintf("%s没有人能签署环节“%s”：无人持有角色%s，请先授权", unitZh, zh, strings.Join(missing, "、"))
		d.En = fmt.Sprintf("%s nobody can sign stage %s: nobody holds the role %s; grant it first", unitEn, en, strings.Join(missing, ", "))
	}
	return gap{d, strings.Join([]string{"unfilled", in.ID, strings.Join(missing, " ")}, " ")}
}

// mostNamed is how many people a message names.
const mostNamed = 5

func (r *roll) shared(p Pipeline, short shortage, u content.Unit) gap {
	var zh, en, names []string
	seats := p.seats()
	for _, i := range short.stages {
		z, e := seats[i].named()
		zh, en = append(zh, "“"+z+"”"), append(en, e)
	}
	people, needed := short.real()
	for _, who := range people[:min(mostNamed, len(people))] {
		names = append(names, r.names[who])
	}
	rule, rule2 := "同一序列（审、校）的环节须由不同的人签署", "no person signs two stages of one track"
	if p.Distinct {
		rule, rule2 = "各环节须由不同的人签署", "no person signs two stages"
	}
	return gap{gongkai.Detail{Where: u.ID + "/" + seats[short.stages[len(short.stages)-1]].place, Code: "same_person",
		Zh: fmt.Sprintf("单位“%s”：%d个环节%s只有%d人可签（%s），而%s，起草人也不得签署", u.Name, needed, strings.Join(zh, ""), len(people), said(names, "、", "起草人以外无人"), rule),
		En: fmt.Sprintf("unit %s: the %d stages %s have only %d to sign them (%s), and %s, nor does who drafted", u.ID, needed, strings.Join(en, ", "), len(people), said(names, ", ", "nobody but the drafter"), rule2),
	}, "same_person " + strings.Join(slices.Sorted(slices.Values(en)), " ")}
}

func said(names []string, between, none string) string {
	if len(names) == 0 {
		return none
	}
	return strings.Join(names, between)
}
