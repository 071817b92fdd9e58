// What administrators and auditors do.

package api

import (
	"crypto/ed25519"
	"slices"
	"strings"
	"testing"

	"gongkai"
	"gongkai/audit"
	"gongkai/channel"
	"gongkai/policy"
)

func TestAPlaceIsChangedAndItsCopyIsOwed(t *testing.T) {
	o := newOffice(t)
	admin := o.as("administrator")
	admin.put("/api/v1/units/village", map[string]any{"name": "清水村民委员会", "parent": "town"}).is(200)
	admin.put("/api/v1/sites/town-site", map[string]any{"name": "白水镇网站", "unit": "town"}).is(200)
	admin.put("/api/v1/columns/news", map[string]any{"site": "town-site", "slug": "news", "name": "工作动态", "pipeline": "merged"}).is(200)
	for _, want := range []string{"unit/village", "site/town-site", "column/news"} {
		if !slices.Contains(o.woken, want) {
			t.Errorf("nobody was woken for %s: %v", want, o.woken)
		}
	}
	admin.put("/api/v1/columns/other", map[string]any{"site": "town-site", "slug": "other", "name": "其他", "pipeline": "nothing"}).refused(400, "pipeline")
	admin.put("/api/v1/units/village", map[string]any{"name": "清水村民委员会", "parent": "county"}).refused(422, "moved")
	admin.put("/api/v1/kinds/vacancy", map[string]any{"zh": "招聘", "en": "Vacancy", "member": true, "own": []any{map[string]any{"name": "posts", "type": "number", "zh": "人数", "en": "Posts"}}}).is(200)
	admin.put("/api/v1/kinds/notice", map[string]any{"zh": "改", "en": "x", "own": []any{}}).refused(422, "built_in")
	if got := o.as("editor").get("/api/v1/kinds").is(200); !strings.Contains(got.body, `"vacancy"`) || !strings.Contains(got.body, `"posts"`) || !strings.Contains(got.body, `"member":true`) {
		t.Error("the new kind is not listed with its field")
	}
	page, err := o.trail.Find(t.Context(), audit.Filter{Object: "column/news"})
	if err != nil || len(page.Entries) != 1 || page.Entries[0].Act != policy.ColumnManage {
		t.Errorf("the trail says %+v, %v", page.Entries, err)
	}
}

// A site belongs to a unit: another unit's administrator cannot take it.
func TestASiteIsNotTakenByItsNeighbour(t *testing.T) {
	o := newOffice(t)
	o.hire("town-admin", policy.Administrator, "town")
	o.as("town-admin").put("/api/v1/sites/portal", map[string]any{"name": "夺", "unit": "town"}).refused(403, "missing_grant")
	o.as("town-admin").put("/api/v1/sites/own", map[string]any{"name": "本镇", "unit": "town"}).is(200)
	o.as("town-admin").put("/api/v1/units/new-root", map[string]any{"name": "新"}).refused(403, "missing_grant")
	o.as("town-admin").put("/api/v1/columns/x", map[string]any{"site": "portal", "slug": "x", "name": "x"}).refused(403, "missing_grant")
}

func TestASubscribersSecretIsShownOnce(t *testing.T) {
	o := newOffice(t)
	body := map[string]any{"name": "政务大厅", "url": "https://hall.example/hook"}
	secret := o.as("administrator").put("/api/v1/subscribers/hall", body).is(200).str("secret")
	if !strings.HasPrefix(secret, "whsec_") {
		t.Errorf("secret %q", secret)
	}
	o.as("administrator").put("/api/v1/subscribers/hall", body).is(200).hides(secret, "secret")
	o.as("administrator").get("/api/v1/subscribers").is(200).hides(secret, "secret")
	o.as("administrator").put("/api/v1/subscribers/hall", map[string]any{"name": "x", "url": "ftp://user:pass@hall.example"}).hides("pass@").is(400)
}

func TestADeliveryIsTriedAgainByThePublisher(t *testing.T) {
	o := newOffice(t)
	id := o.drafted()
	d, err := o.ledger.Owe(t.Context(), "sub-hall", id, 1, 1, channel.Show{Event: "item.released", State: "edition"})
	if err != nil {
		t.Fatal(err)
	}
	path := "/api/v1/deliveries/" + d.ID + "/retry"
	o.as("reviewer-1").post(path, map[string]any{}).refused(403, "missing_grant")
	o.as("publisher").post(path, map[string]any{}).is(200)
	if !slices.Contains(o.woken, "delivery/"+d.ID) {
		t.Errorf("nobody was woken: %v", o.woken)
	}
	for _, list := range []string{"/api/v1/items/" + id + "/deliveries", "/api/v1/deliveries?state=due", "/api/v1/deliveries?channel=sub-hall"} {
		if got := o.as("auditor").get(list).is(200); !strings.Contains(got.body, d.ID) {
			t.Errorf("%s does not show it: %s", list, got.body)
		}
	}
	o.as("auditor").get("/api/v1/deliveries?state=confirmed").is(200).hides(d.ID)
}

func TestUsersAreListedAndLockedOut(t *testing.T) {
	o := newOffice(t)
	o.hire("li", policy.Editor, "town")
	admin := o.as("administrator")
	li := o.as("li")
	li.get("/api/v1/items").is(200)
	if got := admin.get("/api/v1/users?unit=town").is(200).hides("argon2", "hash"); !strings.Contains(got.body, `"li"`) {
		t.Errorf("users: %s", got.body)
	}
	admin.post("/api/v1/users/"+o.users["li"].ID+"/disabled", map[string]any{"disabled": true}).is(200)
	li.get("/api/v1/items").refused(401, "session")
	if got := admin.get("/api/v1/users?disabled=true").is(200); !strings.Contains(got.body, `"li"`) {
		t.Errorf("users: %s", got.body)
	}
	admin.post("/api/v1/users", map[string]any{"login": "li", "name": "x", "unit": "county", "password": officePassword}).refused(409, "login_taken")
	admin.post("/api/v1/users", map[string]any{"login": "wang", "name": "x", "unit": "county", "password": "qwertyuiop"}).hides("qwertyuiop").is(400)
}

func TestGrantsAreGivenAndTakenByTheirUnit(t *testing.T) {
	o := newOffice(t)
	u := o.hire("li", "", "county")
	admin := o.as("administrator")
	grant := map[string]any{"user": u.ID, "role": "editor", "unit": "county"}
	admin.post("/api/v1/grants", grant).is(200)
	o.as("li").post("/api/v1/items", draft("一")).is(201)
	if got := admin.get("/api/v1/grants?user=" + u.ID).is(200); !strings.Contains(got.body, `"editor"`) {
		t.Errorf("grants: %s", got.body)
	}
	admin.post("/api/v1/grants", map[string]any{"user": u.ID, "role": "administrator"}).refused(403, "administrator_separation")
	admin.delete("/api/v1/grants?user=" + u.ID + "&role=editor&unit=county").is(200)
	o.as("li").post("/api/v1/items", draft("二")).refused(403, "missing_grant")
	admin.get("/api/v1/grants").refused(400, "which")
}

func TestTheLockedSectionIsReadByAllAndChangedByNobody(t *testing.T) {
	o := newOffice(t)
	before := o.as("editor").get("/api/v1/policy").is(200)
	if !strings.Contains(before.body, `"own_text"`) {
		t.Error("the locked section is not shown")
	}
	admin := o.as("administrator")
	admin.delete("/api/v1/policy/rules/own_text").refused(403, "locked")
	rule := map[string]any{"role": "reviewer-1", "act": "item.create", "effect": "allow", "zh": "一审也可以起草", "en": "The first reviewer drafts too"}
	admin.put("/api/v1/policy/rules/own_text", rule).refused(403, "locked")
	admin.put("/api/v1/policy/rules/reviewer_drafts", rule).is(200)
	o.as("reviewer-1").post("/api/v1/items", draft("一")).is(201)
	if after := o.as("editor").get("/api/v1/policy").str("version"); after == before.str("version") {
		t.Error("the version did not change")
	}
	admin.delete("/api/v1/policy/rules/reviewer_drafts").is(200)
	o.as("reviewer-1").post("/api/v1/items", draft("二")).refused(403, "missing_grant")
}

func TestTheAuditorReadsAndProvesTheTrail(t *testing.T) {
	o := newOffice(t)
	o.as("administrator").put("/api/v1/units/village", map[string]any{"name": "清水村", "parent": "town"}).is(200)
	auditor := o.as("auditor")
	if got := auditor.get("/api/v1/trail?object=unit/village").is(200); !strings.Contains(got.body, policy.UnitManage) {
		t.Errorf("the trail: %s", got.body)
	}
	var head audit.Head
	auditor.get("/api/v1/trail/head").is(200).into(&head)
	var report audit.Report
	auditor.get("/api/v1/trail/verify?n=1&hash=" + head.Hash).is(200).into(&report)
	if head.N != 1 || !report.OK() {
		t.Errorf("head %+v, report %+v", head, report)
	}
	auditor.get("/api/v1/trail/verify?n=1&hash=" + strings.Repeat("0", 64)).is(200).into(&report)
	if report.OK() {
		t.Error("a head that was never there is taken")
	}
	o.as("administrator").get("/api/v1/trail").refused(403, "missing_grant")
}

func TestTheAuditorTakesCheckpointsAwayAndNamesTheKey(t *testing.T) {
	o := newOffice(t)
	o.as("administrator").put("/api/v1/units/village", map[string]any{"name": "清水村", "parent": "town"}).is(200)
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	for range 2 {
		if _, err := o.trail.Sign(t.Context(), audit.Signing{Key: key, NewKey: false, By: gongkai.Actor{ID: "worker", Name: "后台任务"}}); err != nil {
			t.Fatal(err)
		}
	}
	auditor := o.as("auditor")
	var page struct {
		Items []audit.Checkpoint
		Next  string
	}
	auditor.get("/api/v1/trail/checkpoints?limit=1").is(200).into(&page)
	if len(page.Items) != 1 || page.Items[0].Seq != 2 || !page.Items[0].Signed() || page.Next == "" {
		t.Errorf("the newest: %+v", page)
	}
	o.as("editor").get("/api/v1/trail/checkpoints").refused(403, "missing_grant")
	for name, sound := range map[string]bool{audit.PublicKey(key): true, strings.Repeat("A", 43): false} {
		var report audit.Report
		auditor.get("/api/v1/trail/verify?key=" + name).is(200).into(&report)
		if report.OK() != sound || report.Checkpoints != 2 {
			t.Errorf("key %s: %+v", name, report)
		}
	}
}
