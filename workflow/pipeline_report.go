// What speaks against a pipeline: in itself, and as things stand in the units
// that use it.

package workflow

import (
	"context"
	"fmt"
	"slices"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/store"
)

// PipelineReport (流程核验) is what speaks against a pipeline.
type PipelineReport struct {
	Columns  []string         `json:"columns" doc:"Columns whose items go through it"`
	Units    []string         `json:"units" doc:"Units that use it: they own the site of a column, or have items there"`
	Reasons  []gongkai.Detail `json:"reasons" doc:"Why it is refused"`
	Warnings []gongkai.Detail `json:"warnings" doc:"What to look at; refuses nothing"`
}

func (r PipelineReport) whole() PipelineReport {
	r.Columns, r.Units = append([]string{}, r.Columns...), append([]string{}, r.Units...)
	r.Reasons, r.Warnings = shown(r.Reasons), shown(r.Warnings)
	return r
}

// mostSaid is how many places a report names; the rest is counted.
const mostSaid = 100

func shown(ds []gongkai.Detail) []gongkai.Detail {
	out := append([]gongkai.Detail{}, ds...)
	if more := len(out) - mostSaid; more > 0 {
		out = append(out[:mostSaid], gongkai.Detail{Where: "stages", Code: "more", Zh: fmt.Sprintf("另有%d处", more), En: fmt.Sprintf("and %d more", more)})
	}
	return out
}

// unstaffed are the codes of what the units lack, not the pipeline.
var unstaffed = []string{"stage_unfilled", "same_person", "more"}

// refusal is why the pipeline is not taken: what is wrong in it is 400, what the
// units lack is 422.
func (r PipelineReport) refusal() error {
	if len(r.Reasons) == 0 {
		return nil
	}
	if slices.ContainsFunc(r.Reasons, func(d gongkai.Detail) bool { return !slices.Contains(unstaffed, d.Code) }) {
		return gongkai.E(gongkai.Invalid, "pipeline", "审校流程定义有误", "the pipeline is not well defined", r.Reasons...)
	}
	return gongkai.E(gongkai.Blocked, "unstaffed", "使用该流程的单位现有人员无法走完该流程：请先授权，或调整环节", "the people of units that use this pipeline cannot take an item through it: grant the roles first, or change the stages", r.Reasons...)
}

// PipelineToday is the report on what is in use, as things stand today: whom to
// appoint after somebody has left.
func (e *Engine) PipelineToday(ctx context.Context, name string, staff Staff) (PipelineReport, error) {
	p, err := e.last(ctx, name)
	if err == nil && p.Version == 0 {
		err = errNoPipeline
	}
	if err != nil {
		return PipelineReport{}, err
	}
	return e.reportOn(ctx, p, Pipeline{}, staff)
}

// reportOn compares with the version before: what is amiss already is no reason
// to refuse what makes it no worse.
func (e *Engine) reportOn(ctx context.Context, p, before Pipeline, staff Staff) (PipelineReport, error) {
	offices, err := e.unknownOffices(ctx, p)
	if err != nil {
		return PipelineReport{}, err
	}
	columns, err := content.All(ctx, e.content.Columns)
	if err != nil {
		return PipelineReport{}, err
	}
	laxer, err := e.demanded(ctx, p, columns)
	if err != nil {
		return PipelineReport{}, err
	}
	r := PipelineReport{Reasons: slices.Concat(p.faults(), p.misnamed(), e.unknownRoles(p), offices, laxer)}
	where, err := e.usedBy(ctx, p.Name, columns)
	if err != nil {
		return r, err
	}
	r.Columns = where.columns
	people := e.roll(staff)
	for _, u := range where.units {
		r.Units = append(r.Units, u.ID)
		had, err := people.gaps(ctx, before, u)
		if err != nil {
			return r, err
		}
		if err := people.add(ctx, &r, p, u, func(g gap) bool { return !slices.ContainsFunc(had, func(h gap) bool { return h.key == g.key }) }); err != nil {
			return r, err
		}
	}
	for _, u := range where.others {
		if err := people.add(ctx, &r, p, u, func(gap) bool { return false }); err != nil {
			return r, err
		}
	}
	return r.whole(), nil
}

// add looks at a unit; refuses says which gaps are reasons.
func (r *roll) add(ctx context.Context, report *PipelineReport, p Pipeline, u content.Unit, refuses func(gap) bool) error {
	gaps, err := r.gaps(ctx, p, u)
	if err != nil {
		return err
	}
	for _, g := range gaps {
		if refuses(g) {
			report.Reasons = append(report.Reasons, g.Detail)
		} else {
			report.Warnings = append(report.Warnings, g.Detail)
		}
	}
	return nil
}

// unknownRoles are the tracks that no rule lets anybody sign.
func (e *Engine) unknownRoles(p Pipeline) (bad []gongkai.Detail) {
	for _, at := range p.seats() {
		for j, t := range at.Tracks {
			if t.Role != "" && !e.policy.Provided(policy.Sign(t.Role)) {
				bad = append(bad, gongkai.Detail{Where: fmt.Sprintf("%s.tracks[%d].role", at.place, j), Code: "unknown_role",
					Zh: "没有可以签署该环节的这个角色：请从角色表中选择，或先增加允许其签署（sign/角色）的权限规则",
					En: "there is no such role that signs: choose one of the table of roles, or first add a rule that lets it sign (sign/role)"})
			}
		}
	}
	return bad
}

// unknownOffices are the seats whose unit is not there.
func (e *Engine) unknownOffices(ctx context.Context, p Pipeline) (bad []gongkai.Detail, err error) {
	for _, at := range p.seats() {
		if at.Office == "" {
			continue
		}
		u, err := e.content.Units.Get(ctx, at.Office)
		switch {
		case gongkai.Is(err, gongkai.Missing):
			bad = append(bad, gongkai.Detail{Where: at.place + ".office", Code: "unknown_unit", Zh: "没有这个单位，见单位列表", En: "there is no such unit: see the list of units"})
		case err == nil && u.Disabled:
			bad = append(bad, gongkai.Detail{Where: at.place + ".office", Code: "unit_closed", Zh: "该单位已停用", En: "the unit is closed"})
		case err != nil:
			return bad, err
		}
	}
	return bad, nil
}

// use (使用范围) is where a pipeline is used: the columns, the units whose items
// go through it, and others that draft there and could use it.
type use struct {
	columns       []string
	units, others []content.Unit
}

func (e *Engine) usedBy(ctx context.Context, name string, columns []content.Column) (u use, err error) {
	u.columns = named(columns, name)
	owners, using, err := e.usingUnits(ctx, columns, u.columns)
	if err != nil {
		return u, err
	}
	all, err := content.All(ctx, e.content.Units)
	for _, unit := range all {
		if err == nil && !unit.Disabled {
			err = e.sort(&u, unit, owners, using)
		}
	}
	return u, err
}

// latest is how many items of a column are looked at for their units.
const latest = 50

// usingUnits are the units that own the sites of the columns, and those whose
// items stand in them.
func (e *Engine) usingUnits(ctx context.Context, columns []content.Column, ids []string) (owners, using map[string]bool, err error) {
	owners, using = map[string]bool{}, map[string]bool{}
	for _, c := range columns {
		if !slices.Contains(ids, c.ID) {
			continue
		}
		site, err := e.content.Sites.Get(ctx, c.Site)
		if err != nil {
			return nil, nil, err
		}
		owners[site.Unit] = true
		page, err := e.content.Items.Find(ctx, store.Query{Where: []store.Cond{store.Eq("column", c.ID)}, Sort: []string{"-updated"}, Limit: latest})
		if err != nil {
			return nil, nil, err
		}
		for _, it := range page.Docs {
			using[it.Unit] = true
		}
	}
	return owners, using, nil
}

// sort tells whether a unit uses the pipeline: it has items there, or owns the
// site and somebody drafts for it. Others that draft below such a unit, or with
// no column at all anywhere, may come to use it.
func (e *Engine) sort(u *use, unit content.Unit, owners, using map[string]bool) error {
	path := content.Ancestors(unit.Path)
	drafters, err := e.policy.Able(path, policy.ItemCreate)
	if err != nil {
		return err
	}
	below := len(owners) == 0 || slices.ContainsFunc(path, func(id string) bool { return owners[id] })
	switch {
	case using[unit.ID], owners[unit.ID] && len(drafters) > 0:
		u.units = append(u.units, unit)
	case below && e.draftsItself(unit.ID):
		u.others = append(u.others, unit)
	}
	return nil
}

// draftsItself tells whether somebody drafts for this very unit, not for all
// those below another.
func (e *Engine) draftsItself(unit string) bool {
	here, err := e.policy.Able([]string{unit}, policy.ItemCreate)
	everywhere, _ := e.policy.Able(nil, policy.ItemCreate)
	return err == nil && len(here) > len(everywhere)
}
