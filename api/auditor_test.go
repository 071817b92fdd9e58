// What auditors can do: read, and export; nothing else on any route.

package api

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"gongkai/audit"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/workflow"
)

// ownThings are those changes that everybody makes for themselves alone; others
// are having an item open, one's inbox, and one's session; a notice needs the
// signature of a platform.
var ownThings = map[string]bool{"hook": true, "sign-in": true, "sign-out": true, "change-password": true, "claim-first": true}

func TestAnAuditorWritesNothing(t *testing.T) {
	o := newOffice(t)
	o.hire("auditor", policy.Auditor, "")
	actor := o.users["auditor"].Actor()
	looked := 0
	for route, a := range o.server.routes.doors {
		method, path, _ := strings.Cut(route, " ")
		if !writes(method) || method == "OPTIONS" || a.Door == Loopback || ownThings[operationAt(o, method, path)] {
			continue
		}
		looked++
		if operationAt(o, method, path) == "step" { // each act has a right of its own
			for _, act := range workflow.Acts {
				if act.Right != "" && o.engine.Can(t.Context(), actor, act.Right, "county") == nil {
					t.Errorf("an auditor may do %s", act.Name)
				}
			}
			continue
		}
		if a.Door == Act && o.engine.Can(t.Context(), actor, a.Act, "county") != nil && o.engine.Can(t.Context(), actor, a.Act, "") != nil {
			continue
		}
		if operationAt(o, method, path) == "batch" { // each is the step to pass a stage: an auditor signs none
			if o.engine.Can(t.Context(), actor, policy.SignReviewer1, "county") == nil {
				t.Error("an auditor may sign")
			}
			continue
		}
		if strings.HasPrefix(path, "/api/v1/delegations") { // of what is one's own to sign: an auditor has nothing, and stands in for nobody
			continue
		}
		if path != "/api/v1/items/{id}/open" && !strings.HasPrefix(path, "/api/v1/inbox") && !strings.HasPrefix(path, "/api/v1/notifications") && !strings.HasPrefix(path, "/api/v1/session") {
			t.Errorf("an auditor may %s", route)
		}
	}
	if looked < 25 {
		t.Errorf("only %d routes were looked at", looked)
	}
}

func TestRefusalsStandInTheTrailAndTheTrailIsExported(t *testing.T) {
	o := newOffice(t)
	for range 3 {
		o.as("editor").put("/api/v1/units/village", map[string]any{"name": "清水村", "parent": "town"}).refused(403, "missing_grant")
	}
	o.as("").post("/api/v1/session", map[string]any{"login": "tian-wang-di-hu", "password": "x"}).is(401)
	auditor := o.as("auditor")
	var page struct{ Items []audit.Entry }
	auditor.get("/api/v1/trail?act=refused").is(200).into(&page)
	if len(page.Items) != 1 || page.Items[0].Object != "act/unit.manage" || page.Items[0].Unit != "town" || page.Items[0].Actor != o.users["editor"].ID || page.Items[0].Detail["rule"] != "missing_grant" {
		t.Error(page.Items)
	}
	auditor.get("/api/v1/trail?unit=town").is(200).into(&page)
	if len(page.Items) != 1 {
		t.Error("by unit:", page.Items)
	}
	today := o.clock.In(content.Shanghai)
	for search, want := range map[string]int{
		"actor=editor":                                         1, // by login, as people are known
		"from=" + day(today):                                   1,
		"to=" + day(today):                                     1,
		"from=" + day(today.AddDate(0, 0, 1)):                  0,
		"to=" + day(today.AddDate(0, 0, -1)):                   0,
		"from=" + strconv.FormatInt(o.clock.UnixMilli()-1, 10): 1,
	} {
		auditor.get("/api/v1/trail?act=refused&" + search).is(200).into(&page)
		if len(page.Items) != want {
			t.Error(search, page.Items)
		}
	}
	for _, bad := range []string{"from=yesterday", "to=2026-02-30"} {
		if p := auditor.get("/api/v1/trail?"+bad).refused(400, "validation"); len(p.Errors) == 0 || !strings.Contains(p.Errors[0].Zh+p.Errors[0].En, "2026-11-01") {
			t.Error(bad, p)
		}
	}
	if v := auditor.get("/api/v1/trail/verify").is(200); !strings.Contains(v.body, `"problems":[]`) {
		t.Error(v.body)
	}
	whole := auditor.get("/api/v1/trail/export").is(200).hides("tian-wang-di-hu")
	r, err := audit.VerifyExport(strings.NewReader(whole.body), audit.Evidence{})
	if err != nil || !r.OK() || r.Entries != 3 || !r.Whole {
		t.Error(r, err)
	}
	if !strings.Contains(whole.body, `"act":"audit.export"`) {
		t.Error("the export is not in the trail before it")
	}
	o.as("editor").get("/api/v1/trail/export").refused(403, "missing_grant")
}

func day(at time.Time) string { return at.Format(time.DateOnly) }
