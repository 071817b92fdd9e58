// Units that are merged, over HTTP.

package api

import (
	"context"
	"strings"
	"testing"
	"time"

	"gongkai/audit"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/workflow"
)

// silent is a merger whose trail nobody looks at.
var silent = workflow.Merging{
	Grant:    func(context.Context, content.Unit, policy.Grant) error { return nil },
	Delegate: func(context.Context, content.Unit, policy.Delegation) error { return nil },
	Site:     func(context.Context, content.Unit, string) error { return nil },
	Users:    func(context.Context, content.Unit) error { return nil },
	Done:     func(context.Context, content.Unit) error { return nil },
}

func TestOneAdministratorAsksForAMergerAndAnotherConfirmsIt(t *testing.T) {
	o := newOffice(t)
	one := o.as(policy.Administrator)
	second := o.hire("second", policy.Administrator, "")
	o.hire("li", policy.Editor, "town")
	o.hire("town-admin", policy.Administrator, "town")
	const path = "/api/v1/units/town/merge"
	into := map[string]any{"into": "other"}
	var v MergerView
	one.post(path, map[string]any{"into": "other", "dry_run": true}).is(200).into(&v)
	if v.State != "" || v.Users != 2 || len(v.Grants) != 2 || v.Said != nil {
		t.Errorf("%+v", v)
	}
	one.get(path).refused(404, "no_merge")
	o.as("li").post(path, into).refused(403, "missing_grant")
	o.as("town-admin").post(path, into).refused(403, "missing_grant") // the other unit is not theirs
	one.post(path, map[string]any{"into": "town"}).refused(400, "self")
	one.post(path, map[string]any{"into": "nowhere"}).refused(400, "missing")

	if asked := one.post(path, into).is(202); !strings.Contains(asked.body, second.Name) || !strings.Contains(asked.body, `"asked"`) {
		t.Error(asked.body)
	}
	one.post(path, into).is(202) // and again
	if n := o.inbox("second"); len(n) != 1 || n[0].Event != "merge_asked" || !n[0].Open || n[0].Path != "/units" {
		t.Errorf("%+v", n)
	}
	one.post(path+"/confirm", nil).refused(403, "own_grant")
	o.as("town-admin").post(path+"/confirm", nil).refused(403, "missing_grant")
	o.as("second").delete(path).is(200)
	o.as("second").post(path+"/confirm", nil).refused(404, "no_merge")
	if n := o.inbox("second"); n[0].Open {
		t.Errorf("it asks on: %+v", n)
	}
	one.post(path, into).is(202)
	o.as("second").post(path+"/confirm", nil).is(200).into(&v)
	if v.State != workflow.MergeUnderWay || v.Merge.Confirmed != second.ID || v.Said == nil {
		t.Errorf("%+v", v)
	}
	o.as("li").post("/api/v1/items", map[string]any{"kind": "notice", "unit": "town", "fields": map[string]any{"title": "通知"}}).refused(422, "unit_closed")
	o.must1(nil, o.engine.Merge(t.Context(), time.Now().Add(time.Hour), silent))
	one.get(path).is(200).into(&v)
	if v.State != workflow.MergeDone {
		t.Errorf("%+v", v)
	}
	if got := one.get("/api/v1/grants?user=" + o.users["li"].ID).is(200); !strings.Contains(got.body, `"unit":"other"`) || !strings.Contains(got.body, `"confirmed":"`+second.ID) {
		t.Error(got.body)
	}
	page, err := o.trail.Find(t.Context(), audit.Filter{Object: "unit/town"})
	var told []string
	for _, e := range page.Entries {
		told = append(told, e.Act+" "+e.Detail["what"])
	}
	if got := strings.Join(told, ", "); err != nil || got != "unit.manage merge, unit.manage merge_ask, unit.manage merge_call_off, unit.manage merge_ask" {
		t.Error(got, err)
	}
}

func TestAMergerWithNobodyToConfirmItBeginsAtOnce(t *testing.T) {
	o := newOffice(t)
	one := o.as(policy.Administrator)
	one.post("/api/v1/units/county/merge", map[string]any{"into": "other"}).refused(422, "cannot_merge") // the town is below
	if got := one.post("/api/v1/units/town/merge", map[string]any{"into": "other"}).is(200); !strings.Contains(got.body, `"under_way"`) {
		t.Error(got.body)
	}
	one.post("/api/v1/units/town/merge", map[string]any{"into": "county"}).refused(422, "merged")
	one.delete("/api/v1/units/town/merge").refused(404, "no_merge")
}
