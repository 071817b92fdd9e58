// What is stuck, units that close, and signing in batches, over HTTP.

package api

import (
	"testing"

	"gongkai"
	"gongkai/policy"
)

func TestAnAdministratorSeesWhatIsStuckAndGrantsWhatIsMissing(t *testing.T) {
	o := newOffice(t)
	id := o.submitted()
	admin := o.as(policy.Administrator)
	var page struct {
		Items []StuckLine
		Next  string
	}
	admin.get("/api/v1/stuck").is(200).into(&page)
	if len(page.Items) != 1 || page.Items[0].ID != id || page.Items[0].Gaps[0].Stage != "merged_1" || page.Items[0].Gaps[0].Unit != "county" || page.Items[0].Steps != nil {
		t.Fatalf("nobody holds both roles of merged_1: %+v", page)
	}
	o.as(policy.Reviewer3).get("/api/v1/stuck?unit=county").refused(403, "missing_grant")
	o.hire("town-admin", policy.Administrator, "town")
	o.as("town-admin").get("/api/v1/stuck").is(200).into(&page) // of their own unit
	if len(page.Items) != 0 {
		t.Error(page)
	}
	o.as("town-admin").get("/api/v1/stuck?unit=county").refused(403, "missing_grant")
	li := o.hire("li", policy.Reviewer1, "county")
	o.must1(nil, o.policy.Grant(t.Context(), policy.Grant{User: li.ID, Role: policy.Proofreader1, Unit: "county"}, gongkai.System))
	admin.get("/api/v1/stuck?unit=county").is(200).into(&page)
	if len(page.Items) != 0 {
		t.Error(page)
	}
	admin.post("/api/v1/users/"+li.ID+"/disabled", map[string]any{"disabled": true}).is(200)
	admin.get("/api/v1/stuck?unit=county&limit=1").is(200).into(&page)
	if len(page.Items) != 1 || page.Items[0].Gaps[0].Why != "no_holder" {
		t.Error(page)
	}
}

func TestAUnitInUseIsNotClosed(t *testing.T) {
	o := newOffice(t)
	o.submitted()
	admin := o.as(policy.Administrator)
	shut := map[string]any{"name": "青山县人民政府", "disabled": true}
	p := admin.put("/api/v1/units/county", shut).refused(422, "unit_in_use")
	if len(p.Errors) != 3 { // the town, the item, the site
		t.Errorf("%+v", p.Errors)
	}
	admin.put("/api/v1/units/other", map[string]any{"name": "邻县人民政府", "disabled": true}).is(200)
	admin.put("/api/v1/units/hamlet", map[string]any{"name": "邻村", "parent": "other"}).refused(422, "unit_closed")
}

func TestABatchAnswersForEachItem(t *testing.T) {
	o := newOffice(t)
	first := map[string]any{"id": "merged_1", "zh": "初审一校", "en": "Review 1", "batch": true, "tracks": []any{map[string]any{"kind": "review", "role": "reviewer-1"}, map[string]any{"kind": "proof", "role": "proofreader-1"}}}
	stages := []any{first}
	for _, n := range []string{"2", "3"} {
		stages = append(stages, map[string]any{"id": "merged_" + n, "zh": "审校" + n, "en": "Stage " + n, "tracks": []any{map[string]any{"kind": "review", "role": "reviewer-" + n}, map[string]any{"kind": "proof", "role": "proofreader-" + n}}})
	}
	for _, n := range []string{"1", "2", "3"} {
		u := o.hire("both"+n, "reviewer-"+n, "county")
		o.must1(nil, o.policy.Grant(t.Context(), policy.Grant{User: u.ID, Role: "proofreader-" + n, Unit: "county"}, gongkai.System))
	}
	o.as("editor").get("/api/v1/session") // somebody drafts
	o.as(policy.Administrator).post("/api/v1/pipelines", map[string]any{"name": "merged", "seen": 1, "zh": "审校合一", "en": "Merged", "distinct": true, "stages": stages}).is(201)
	ids := []string{o.submitted(), o.submitted()}
	var lines []any
	signer := o.as("both1")
	for i, id := range ids {
		it, err := o.content.Items.Get(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, map[string]any{"id": gongkai.NewID(), "item": id, "rev": it.Rev, "sheet": it.Work.SheetDigest})
		if i == 0 {
			signer.get("/api/v1/items/" + id + "/sheets/" + it.Work.Sheet).is(200)
		}
	}
	body := map[string]any{"opinion": "同意，电话" + rawMobile, "items": lines, "judgements": map[string]any{"legality": true, "accuracy": true, "disclosability": true, "secrecy": true}}
	var got struct{ Items []BatchOutcome }
	signer.post("/api/v1/batch", body).is(200).hides(rawMobile).into(&got)
	if a, b := got.Items[0], got.Items[1]; !a.Done || a.Stage != "merged_2" || a.Rev == 0 || a.Problem != nil || b.Done || b.Problem == nil || b.Problem.Code != "not_looked" || b.Problem.Status != 422 || b.Problem.RequestID == "" {
		t.Errorf("%+v %+v", a, b.Problem)
	}
	o.as("editor").get("/api/v1/items/" + ids[0]).is(200).hides(rawMobile)
	o.as("key:write").post("/api/v1/batch", body).is(403)
	signer.post("/api/v1/batch", map[string]any{"items": []any{}}).is(400)
	var page struct{ Items []DeskLine }
	signer.get("/api/v1/desk/sign").is(200).into(&page)
	if len(page.Items) != 1 || !page.Items[0].Waits[0].Batch {
		t.Errorf("%+v", page.Items)
	}
}
