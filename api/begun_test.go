package api

import (
	"context"
	"errors"
	"testing"
	"time"

	"gongkai"
	"gongkai/audit"
	"gongkai/policy"
)

// interrupted are the acts that the trail tells as cut short, eleven minutes on.
func (o *office) interrupted() []audit.Entry {
	o.t.Helper()
	o.clock = o.clock.Add(11 * time.Minute)
	if err := o.trail.TellInterrupted(o.t.Context()); err != nil {
		o.t.Fatal(err)
	}
	page, err := o.trail.Find(o.t.Context(), audit.Filter{Act: audit.ActInterrupted, Limit: 10})
	if err != nil {
		o.t.Fatal(err)
	}
	return page.Entries
}

func TestAnActOfAdministrationThatIsCutShortIsInTheTrail(t *testing.T) {
	o := newOffice(t)
	word := map[string]any{"name": "新单位", "parent": "county"}
	o.as(policy.Administrator).put("/api/v1/units/new-unit", word).is(200)
	o.as(policy.Editor).put("/api/v1/units/other-unit", word).is(403)
	if all := o.interrupted(); len(all) != 0 {
		t.Fatal("told of what was done, or refused:", all)
	}
	v := &visit{id: "request-1", actor: gongkai.Actor{ID: "u-admin", Name: "管理员", Unit: "county"}, operation: "put-unit", path: "/api/v1/units/new-unit"}
	ctx := context.WithValue(t.Context(), visitKey{}, v)
	for _, outcome := range []error{nil, gongkai.E(gongkai.Invalid, "no", "不行", "no"), errors.New("the store went away")} {
		ended, err := o.server.begin(ctx, onUnit(policy.UnitManage))
		if err != nil {
			t.Fatal(err)
		}
		ended(outcome)
	}
	if _, err := o.server.begin(ctx, onUnit(policy.UnitManage)); err != nil { // the process dies
		t.Fatal(err)
	}
	all := o.interrupted()
	if len(all) != 2 || all[0].Actor != "u-admin" || all[0].Object != "act/put-unit" || all[0].Detail["path"] != v.path || all[0].Detail["request"] != v.id {
		t.Fatal(all)
	}
}
