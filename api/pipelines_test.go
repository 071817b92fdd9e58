// Pipelines over the API: an administrator without a business role adds them.

package api

import (
	"strings"
	"testing"

	"gongkai/policy"
	"gongkai/workflow"
)

// stages of the pipeline "merged", and more.
func stages(more ...workflow.Stage) []workflow.Stage {
	for _, p := range workflow.Presets {
		if p.Name == "merged" {
			return append(append([]workflow.Stage{}, p.Stages...), more...)
		}
	}
	return nil
}

func TestAnAdministratorAddsAVersion(t *testing.T) {
	o := newOffice(t)
	admin := o.as(policy.Administrator)
	for i, n := range []string{"1", "2", "3"} { // one person reviews and proofreads
		u := o.hire("both"+n, "reviewer-"+n, "county")
		admin.post("/api/v1/grants", map[string]any{"user": u.ID, "role": "proofreader-" + n, "unit": "county"}).is(200)
		if i == 0 {
			o.hire("clerk", policy.Editor, "county")
		}
	}
	head := workflow.Stage{ID: "head", Zh: "主要领导审定", En: "Head", Tracks: []workflow.Track{{Kind: workflow.Review, Role: "head"}}}
	body := map[string]any{"name": "merged", "seen": 1, "zh": "加领导审定", "en": "With the head", "distinct": true, "stages": stages(head)}
	if p := admin.post("/api/v1/pipelines", body).refused(400, "pipeline"); len(p.Errors) != 1 || p.Errors[0].Code != "unknown_role" || p.Errors[0].Where != "stages[3].tracks[0].role" {
		t.Errorf("%+v", p.Errors)
	}
	admin.put("/api/v1/policy/rules/head_signs", map[string]any{"role": "head", "act": "sign/head", "effect": "allow", "zh": "主要领导签署", "en": "The head signs"}).is(200)
	if p := admin.post("/api/v1/pipelines", body).refused(422, "unstaffed"); len(p.Errors) != 1 || p.Errors[0].Code != "stage_unfilled" || !strings.Contains(p.Errors[0].Zh, "青山县人民政府") {
		t.Errorf("%+v", p.Errors)
	}
	var answer PipelineAnswer
	admin.post("/api/v1/pipelines?dry_run=true", body).is(200).into(&answer)
	if answer.Stored || len(answer.Reasons) != 1 || answer.Units[0] != "county" || answer.Columns[0] != "notices" {
		t.Errorf("%+v", answer)
	}
	boss := o.hire("boss", "head", "county")
	admin.post("/api/v1/pipelines?dry_run=true", body).is(200).into(&answer)
	if answer.Stored || len(answer.Reasons) != 0 {
		t.Errorf("%+v", answer)
	}
	admin.get("/api/v1/pipelines/merged/2").refused(404, "pipeline")
	admin.post("/api/v1/pipelines", body).is(201).into(&answer)
	if !answer.Stored || answer.Pipeline.ID != "merged/2" || answer.Pipeline.By == "" {
		t.Errorf("%+v", answer)
	}
	admin.post("/api/v1/pipelines", body).is(201) // the answer was lost
	o.as("editor").get("/api/v1/pipelines/merged/2").is(200)
	body["zh"] = "另一版"
	admin.post("/api/v1/pipelines", body).refused(409, "stale")
	if trail := o.as(policy.Auditor).get("/api/v1/trail?object=pipeline/merged/2").is(200); !strings.Contains(trail.body, `"merged_1 merged_2 merged_3 head"`) || strings.Contains(trail.body, "boss") {
		t.Errorf("the trail says %s", trail.body)
	}
	admin.post("/api/v1/users/"+boss.ID+"/disabled", map[string]any{"disabled": true}).is(200)
	var view PipelineView
	admin.get("/api/v1/pipelines/merged").is(200).into(&view)
	if len(view.Versions) != 2 || !view.Versions[0].Newest || view.Versions[1].UnderWay == nil || len(view.Today.Reasons) != 1 || view.Today.Reasons[0].Code != "stage_unfilled" {
		t.Errorf("whom to appoint: %+v", view)
	}
}

func TestPipelinesAreReadByAllAndAddedByAdministratorsOfTheInstallation(t *testing.T) {
	o := newOffice(t)
	o.hire("town-admin", policy.Administrator, "town")
	body := map[string]any{"name": "own", "zh": "本县", "en": "Own", "distinct": true, "stages": stages()}
	for _, who := range []string{"editor", "town-admin", "secrecy-officer", "key:write"} {
		o.as(who).post("/api/v1/pipelines", body).is(403)
		o.as(who).post("/api/v1/pipelines?dry_run=true", body).is(403)
		o.as(who).get("/api/v1/pipelines/merged").is(403)
		o.as(who).get("/api/v1/pipelines").is(200).hides("under_way")
	}
	admin := o.as(policy.Administrator)
	body["zh"] = "流程" + rawMobile
	admin.post("/api/v1/pipelines", body).hides(rawMobile).refused(400, "personal")
	body["zh"] = "本县"
	admin.post("/api/v1/pipelines", body).is(201)
	if got := admin.get("/api/v1/pipelines").is(200); !strings.Contains(got.body, `"under_way":{"items":0,"more":false}`) || !strings.Contains(got.body, `"own/1"`) {
		t.Error(got.body)
	}
	admin.put("/api/v1/columns/new", map[string]any{"site": "portal", "slug": "new", "name": "新栏目", "pipeline": "own"}).is(200)
	admin.get("/api/v1/pipelines/nowhere").refused(404, "pipeline")
	admin.get("/api/v1/pipelines/Own").is(400)
	for _, bad := range []any{map[string]any{}, map[string]any{"name": "x", "stages": 3}, "[]", ""} {
		admin.post("/api/v1/pipelines", bad).is(400)
	}
}

func TestADrafterDeclaresTheRiskTier(t *testing.T) {
	o := newOffice(t)
	id := o.drafted()
	o.act("editor", id, map[string]any{"act": "resolve", "resolutions": []any{map[string]any{"kind": "id_card", "act": "mask"}, map[string]any{"kind": "mobile", "act": "mask"}}}).is(200)
	editor := o.as("editor")
	submit := map[string]any{"id": "submit-0001", "act": "submit", "tier": "D"}
	editor.post("/api/v1/items/"+id+"/steps", submit).is(400)
	submit["tier"] = "C"
	if got := editor.post("/api/v1/items/"+id+"/steps", submit).is(200); !strings.Contains(got.body, `"tier":"C"`) || !strings.Contains(got.body, `"merged-secrecy/1"`) {
		t.Error(got.body)
	}
}
