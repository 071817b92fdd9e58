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

func TestAnAdministratorMakesATierStricterAndAColumnChooses(t *testing.T) {
	o := newOffice(t)
	admin := o.as(policy.Administrator)
	tier := map[string]any{"reviews": 3, "proofs": 3, "secrecy": 1, "people": 4}
	o.as("editor").put("/api/v1/tiers/B", tier).is(403)
	admin.put("/api/v1/tiers/B", tier).is(200)
	if got := o.as("editor").get("/api/v1/tiers").is(200); !strings.Contains(got.body, `{"code":"B","zh":"重要","en":"important","reviews":3,"proofs":3,"secrecy":1,"people":4}`) {
		t.Error(got.body)
	}
	tier["people"] = 3
	if p := admin.put("/api/v1/tiers/B", tier).refused(400, "laxer"); len(p.Errors) != 1 || p.Errors[0].Where != "people" {
		t.Errorf("%+v", p.Errors)
	}
	admin.put("/api/v1/tiers/D", tier).is(400)
	if trail := o.as(policy.Auditor).get("/api/v1/trail?object=tier/B").is(200); !strings.Contains(trail.body, `"people":"4"`) {
		t.Error(trail.body)
	}
	column := map[string]any{"site": "portal", "slug": "new", "name": "新栏目", "pipeline": "alternating", "pipelines": []any{map[string]any{"tier": "B", "pipeline": "merged"}}}
	if p := admin.put("/api/v1/columns/new", column).refused(400, "pipeline"); len(p.Errors) != 1 || p.Errors[0].Where != "body.pipelines[0]" || p.Errors[0].Code != "tier" {
		t.Errorf("%+v", p.Errors)
	}
	column["pipelines"] = []any{map[string]any{"tier": "B", "pipeline": "merged-secrecy"}, map[string]any{"case": "repost", "pipeline": "merged"}}
	if got := admin.put("/api/v1/columns/new", column).is(200); !strings.Contains(got.body, `{"case":"repost","pipeline":"merged"}`) {
		t.Error(got.body)
	}
}

func TestAJointStageIsSignedSeatBySeat(t *testing.T) {
	o := newOffice(t)
	admin := o.as(policy.Administrator)
	for _, n := range []string{"1", "2", "3"} {
		u := o.hire("both"+n, "reviewer-"+n, "county")
		admin.post("/api/v1/grants", map[string]any{"user": u.ID, "role": "proofreader-" + n, "unit": "county"}).is(200)
	}
	seat := func(id, role string) map[string]any {
		return map[string]any{"id": id, "zh": id, "en": id, "tracks": []any{map[string]any{"kind": "review", "role": role}}}
	}
	joint := map[string]any{"id": "joint", "zh": "会签", "en": "Joint", "days": 3, "fields": []any{"doc_no"}, "seats": []any{seat("a", "reviewer-3"), seat("b", "secrecy-officer")}}
	all := []any{joint}
	for _, s := range stages() {
		all = append(all, s)
	}
	admin.post("/api/v1/pipelines", map[string]any{"name": "joint", "zh": "会签", "en": "Joint", "distinct": true, "stages": all}).is(201)
	admin.put("/api/v1/columns/notices", map[string]any{"site": "portal", "slug": "notices", "name": "通知公告", "pipeline": "joint"}).is(200)
	id := o.drafted()
	o.act("editor", id, map[string]any{"act": "resolve", "resolutions": []any{map[string]any{"kind": "id_card", "act": "mask"}, map[string]any{"kind": "mobile", "act": "mask"}}}).is(200)
	o.act("editor", id, map[string]any{"act": "submit"}).is(200)
	if err := o.engine.Build(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	var v ItemView
	o.as("reviewer-3").get("/api/v1/items/" + id).is(200).into(&v)
	if v.SignLeft == nil || v.SignLeft.Days != 3 || v.Work.Stage != "joint" {
		t.Fatalf("%+v %+v", v.SignLeft, v.Work)
	}
	sign := map[string]any{"act": "pass", "sheet": v.Work.SheetDigest, "opinion": "同意", "judgements": map[string]any{"legality": true, "accuracy": true, "disclosability": true, "secrecy": true}}
	o.act("reviewer-1", id, sign).is(403)
	o.act("secrecy-officer", id, map[string]any{"act": "fill", "sheet": v.Work.SheetDigest, "fields": map[string]any{"doc_no": rawMobile}}).hides(rawMobile).is(400)
	o.act("reviewer-3", id, sign).is(200).into(&v)
	if v.Work.Stage != "joint" || v.Work.Signoffs[0].Seat != "a" {
		t.Errorf("%+v", v.Work)
	}
	o.as("secrecy-officer").get("/api/v1/items/" + id).is(200).into(&v)
	for _, p := range v.Possible {
		if p.Act == "pass" && (len(p.Seats) != 1 || p.Seats[0] != "b") {
			t.Errorf("%+v", p)
		}
	}
	o.act("secrecy-officer", id, sign).is(200).into(&v)
	if v.Work.Stage != "merged_1" {
		t.Errorf("%+v", v.Work)
	}
}
