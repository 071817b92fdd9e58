package api

import (
	"strings"
	"testing"

	"gongkai/content"
	"gongkai/policy"
)

func TestTheOfficerKeepsTheListOfTheOrganisationsNumbers(t *testing.T) {
	o := newOffice(t)
	officer, list := o.as(policy.SecrecyOfficer), "/api/v1/units/county/allowed"
	body := map[string]any{"kind": "mobile", "value": rawMobile, "reason": "办公室值班手机" + rawMobile}
	o.as("editor").post(list, body).hides(rawMobile).refused(403, "missing_grant")
	o.as("administrator").post(list, body).hides(rawMobile).refused(403, "administrator_business")
	entry := officer.post(list, body).is(201).hides(rawMobile).str("id")
	officer.post(list, map[string]any{"kind": "mobile", "value": "不是号码的文字", "reason": "值班"}).refused(400, "value")
	var kept List[content.Allowed]
	o.as("editor").get(list).is(200).hides(rawMobile).into(&kept)
	if len(kept.Items) != 1 || kept.Items[0].Name == "" || !strings.Contains(kept.Items[0].Reason, "值班") || kept.Items[0].Preview != "138****5678" {
		t.Errorf("list %+v", kept.Items)
	}
	o.as(policy.Auditor).get("/api/v1/trail?act=allow.manage").is(200).hides(rawMobile)
	id := o.drafted()
	if got := o.as("editor").get("/api/v1/items/" + id + "/findings").is(200).body; strings.Contains(got, `"kind":"mobile"`) || !strings.Contains(got, `"kind":"id_card"`) {
		t.Errorf("findings %s", got)
	}
	officer.delete(list + "/" + entry).is(200)
	if got := o.as("editor").get("/api/v1/items/" + id + "/findings").is(200).body; !strings.Contains(got, `"kind":"mobile"`) {
		t.Errorf("findings %s", got)
	}
	o.clean(rawMobile)
}
