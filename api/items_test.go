// An item's way through the editorial API, told from the desks it passes.

package api

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"strings"
	"testing"

	"gongkai/audit"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/store/bucket/buckettest"
	"gongkai/workflow"
)

func TestARepeatedRequestMakesOneItem(t *testing.T) {
	o := newOffice(t)
	editor := o.as("editor").with("Idempotency-Key", "morning-1")
	first := editor.post("/api/v1/items", draft("一")).is(201).str("id")
	if again := editor.post("/api/v1/items", draft("一")).is(201).str("id"); again != first {
		t.Errorf("a repeat made another item: %s, %s", first, again)
	}
	editor.post("/api/v1/items", draft("二")).hides(rawID).refused(409, "idempotency_key")
	if other := o.as("key:write").with("Idempotency-Key", "morning-1").post("/api/v1/items", draft("一")).is(201).str("id"); other == first {
		t.Error("somebody else's key found the editor's item")
	}
	wrong := draft("三")
	wrong["kind"] = "nothing"
	admin := o.as("administrator").with("Idempotency-Key", "morning-3")
	key := map[string]any{"name": "门户", "scopes": []string{"read"}}
	made := admin.post("/api/v1/keys", key).is(201)
	again := admin.post("/api/v1/keys", key).is(201)
	if made.str("id") != again.str("id") || made.str("secret") == "" || again.str("secret") != "" {
		t.Error("a repeat makes no second key and shows no secret again")
	}
	user := map[string]any{"login": "newcomer", "name": "新人", "unit": "county", "password": "a-first-password-7"}
	admin = o.as("administrator").with("Idempotency-Key", "morning-4")
	if a, b := admin.post("/api/v1/users", user).is(201).str("id"), admin.post("/api/v1/users", user).is(201).str("id"); a != b {
		t.Error("a repeat makes no second user")
	}
	user["login"] = "another"
	admin.post("/api/v1/users", user).refused(409, "idempotency_key")
	retry := o.as("editor").with("Idempotency-Key", "morning-2")
	retry.post("/api/v1/items", wrong).refused(400, "kind")
	retry.post("/api/v1/items", draft("三")).is(201)
}

func TestAnItemSaysWhatItsReaderMayDoNow(t *testing.T) {
	o := newOffice(t)
	acts := func(who, id string) string {
		var it ItemView
		o.as(who).get("/api/v1/items/" + id).is(200).into(&it)
		var out []string
		for _, p := range it.Possible {
			out = append(out, strings.TrimSuffix(p.Act+"!"+p.Blocked, "!"))
		}
		return strings.Join(out, " ")
	}
	id := o.drafted()
	for who, want := range map[string]string{
		"editor": "save place ask_by bundle resolve submit!open_findings abandon attach_form!required", "reviewer-1": "", "administrator": "reassign preserve", "key:read": "", "secrecy-officer": "resolve attach_form!required preserve"} {
		if got := acts(who, id); got != want {
			t.Errorf("a draft, %s: %q, want %q", who, got, want)
		}
	}
	before, _ := o.content.Items.Get(t.Context(), id)
	if claims, err := content.All(t.Context(), o.content.Paths); err != nil || len(claims) > 0 || before.StepN != 1 {
		t.Errorf("looking reserved %d paths and did %d steps", len(claims), before.StepN)
	}
}

func TestOnlyTheWriterAndTheSecrecyOfficerSeeTheNumbers(t *testing.T) {
	o := newOffice(t)
	id := o.drafted()
	it, err := o.content.Items.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	revision := "/api/v1/items/" + id + "/revisions/" + it.Work.Revision
	if own := o.as("editor").get(revision).is(200); !strings.Contains(own.body, rawID) || !strings.Contains(own.body, `"unmasked":true`) {
		t.Error("the writer does not see the own text")
	}
	for _, who := range []string{"reviewer-1", "proofreader-3", "publisher", "administrator", "auditor", "key:read", "key:write"} {
		o.as(who).get(revision).is(200).hides(rawID, rawMobile)
		o.as(who).get("/api/v1/items/"+id).is(200).hides(rawID, rawMobile)
		o.as(who).get("/api/v1/items/"+id+"/findings").is(200).hides(rawID, rawMobile)
	}
	if n := unmaskedReads(t, o); n != 0 {
		t.Errorf("%d reads are on the trail before anybody else saw the text", n)
	}
	if seen := o.as("secrecy-officer").get(revision).is(200); !strings.Contains(seen.body, rawMobile) {
		t.Error("the secrecy officer does not see the text")
	}
	if n := unmaskedReads(t, o); n != 1 {
		t.Errorf("%d reads are on the trail, want 1", n)
	}
	o.as("editor").get("/api/v1/items/" + id + "/revisions").is(200).hides(rawID)
	o.as("editor").get("/api/v1/items/"+o.drafted()+"/revisions/"+it.Work.Revision).refused(404, "revision")
}

func unmaskedReads(t *testing.T, o *office) int {
	t.Helper()
	page, err := o.trail.Find(t.Context(), audit.Filter{Act: policy.ItemReadUnmasked})
	if err != nil {
		t.Fatal(err)
	}
	return len(page.Entries)
}

func TestWhoMayNotReadIsToldWhichGrantIsMissing(t *testing.T) {
	o := newOffice(t)
	id := o.drafted()
	o.hire("neighbour", policy.Editor, "other")
	p := o.as("neighbour").get("/api/v1/items/"+id).refused(403, "missing_grant")
	if len(p.Errors) == 0 || p.Errors[0].Where != policy.Editor {
		t.Errorf("the refusal names %+v", p.Errors)
	}
	o.as("neighbour").post("/api/v1/items/"+id+"/steps", map[string]any{"id": "12345678", "act": "submit"}).refused(403, "missing_grant")
	var list List[content.Item]
	o.as("neighbour").get("/api/v1/items").is(200).into(&list)
	if len(list.Items) != 0 {
		t.Errorf("the neighbour's list shows %d items", len(list.Items))
	}
	o.as("neighbour").get("/api/v1/items/nothing").is(404)
}

func TestAListOfItemsIsShort(t *testing.T) {
	o := newOffice(t)
	o.coded()
	id := o.submitted()
	o.signed(id)
	list, one := o.as("editor").get("/api/v1/items?unit=county").is(200).body, o.as("editor").get("/api/v1/items/"+id).is(200).body
	for _, long := range []string{`"resolutions":[`, `"steps":[`, `"opinion":"同意"`, `"judgements":{`} {
		if strings.Contains(list, long) || !strings.Contains(one, long) {
			t.Errorf("%s in the list: %s", long, list)
		}
	}
	if !strings.Contains(list, `"name":"干部审校3"`) {
		t.Error("who has signed is not in the list:", list)
	}
	o.act("publisher", id, map[string]any{"act": "release", "sheet": o.item(id).Work.SheetDigest}).is(200)
	if list := o.as("editor").get("/api/v1/items?unit=county").is(200).body; strings.Contains(list, `"signoffs":[`) {
		t.Error("the signatures of what is live are in the list:", list)
	}
}

// A refused submit leaves nothing behind: paths are reserved for those who may.
func TestWhoMayNotSubmitReservesNoPath(t *testing.T) {
	o := newOffice(t)
	id := o.drafted()
	o.act("reviewer-1", id, map[string]any{"act": "submit"}).refused(403, "missing_grant")
	if claims, err := content.All(t.Context(), o.content.Paths); err != nil || len(claims) > 0 {
		t.Errorf("%d paths are reserved, %v", len(claims), err)
	}
}

func TestSavingAnswersWhatTheChecksFound(t *testing.T) {
	o := newOffice(t)
	id := o.drafted()
	editor, path := o.as("editor"), "/api/v1/items/"+id+"/revisions"
	var saved Saved
	fields := map[string]any{"title": "公示", "openness": "proactive", "doc_no": "青政发[2024]3号", "date_written": "2025-01-05", "body": "<p>手机" + rawMobile + "</p>"}
	editor.post(path, map[string]any{"fields": fields, "rev": 1}).is(200).hides(rawMobile).into(&saved)
	if saved.Open != 1 || len(saved.Findings) != 1 || saved.Findings[0].Kind != "mobile" || len(saved.Warnings) != 1 || saved.Item.Work.Revision != saved.Revision.ID {
		t.Errorf("saved %+v", saved)
	}
	editor.post(path, map[string]any{"fields": fields, "rev": 1}).refused(409, "stale")
	editor.post(path, map[string]any{}).refused(400, "fields")
	editor.post(path, map[string]any{"fields": fields, "patch": []any{map[string]any{"place": "title", "start": 0, "end": 1, "old": "公", "new": "公"}}}).refused(400, "fields")
	editor.post(path, map[string]any{"patch": []any{map[string]any{"place": "title", "start": 0, "end": 2, "old": "公示", "new": "公告"}}}).is(200)
	if title := editor.get("/api/v1/items/" + id).str("title"); title != "公告" {
		t.Errorf("the patch made %q", title)
	}
}

func TestAutosaveKeepsOnesOwnCopy(t *testing.T) {
	o := newOffice(t)
	id := o.drafted()
	path := "/api/v1/items/" + id + "/working"
	o.as("editor").get(path).is(404)
	o.as("editor").put(path, map[string]any{"fields": map[string]any{"title": "半句"}}).is(200)
	if got := o.as("editor").get(path).is(200).str("fields.title"); got != "半句" {
		t.Errorf("the working copy says %q", got)
	}
	o.as("editor").put(path, map[string]any{"fields": map[string]any{"title": "整句"}, "rev": 7}).refused(409, "stale")
	o.as("secrecy-officer").get(path).is(404)
}

func TestSixHandsBringAnItemToTheDoor(t *testing.T) {
	o := newOffice(t)
	id := o.drafted()
	refused := o.act("editor", id, map[string]any{"act": "submit"}).hides(rawID, rawMobile).refused(422, "open_findings")
	if len(refused.Errors) != 2 || refused.Errors[0].Where != "body" {
		t.Errorf("the places are %+v", refused.Errors)
	}
	o.act("administrator", id, map[string]any{"act": "resolve", "resolutions": []any{map[string]any{"act": "mask", "place": "body"}}}).refused(403, "administrator_business")
	o.act("key:write", id, map[string]any{"act": "resolve", "resolutions": []any{map[string]any{"act": "mask", "place": "body"}}}).refused(403, "program")
	o.act("editor", id, map[string]any{"act": "resolve", "resolutions": []any{map[string]any{"act": "mask", "place": "body"}}}).is(200)
	var findings List[workflow.Judged]
	o.as("reviewer-1").get("/api/v1/items/"+id+"/findings").is(200).hides(rawID, rawMobile).into(&findings)
	if len(findings.Items) != 2 || findings.Items[0].Open || findings.Items[0].Resolution == "" || findings.Items[0].Act != "mask" {
		t.Errorf("findings %+v", findings.Items)
	}
	o.act("editor", id, map[string]any{"act": "submit"}).is(200)
	if err := o.engine.Build(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	it := o.as("reviewer-1").get("/api/v1/items/" + id).is(200)
	sheet := o.as("reviewer-1").get("/api/v1/items/"+id+"/sheets/"+it.str("work.sheet")).is(200).hides(rawID, rawMobile, "originals")
	pass := func(n int) map[string]any {
		return map[string]any{"act": "pass", "sheet": sheet.str("digest"), "opinion": fmt.Sprintf("同意%d", n),
			"judgements": map[string]any{"legality": true, "accuracy": true, "disclosability": true, "secrecy": true}}
	}
	o.act("editor", id, pass(1)).refused(403, "own_text")
	o.act("reviewer-1", id, pass(1)).refused(403, "missing_grant") // the merged stage wants both roles
	for n := 1; n <= 3; n++ {
		who := fmt.Sprintf("signer-%d", n)
		u := o.hire(who, fmt.Sprintf("reviewer-%d", n), "county")
		o.as("administrator").post("/api/v1/grants", map[string]any{"user": u.ID, "role": fmt.Sprintf("proofreader-%d", n), "unit": "county"}).is(200)
		stale := pass(n)
		stale["sheet"] = strings.Repeat("0", 64)
		o.act(who, id, stale).refused(409, "stale_sheet")
		o.act(who, id, pass(n)).is(200)
	}
	o.act("publisher", id, map[string]any{"act": "release", "sheet": sheet.str("digest")}).hides(rawID)
	var steps List[content.StepRecord]
	o.as("auditor").get("/api/v1/items/"+id+"/steps").is(200).hides(rawID, rawMobile).into(&steps)
	if n := len(steps.Items); n < 7 {
		t.Errorf("%d steps are on record", n)
	}
	o.as("auditor").get("/api/v1/items/"+id+"/sheets").is(200).hides("bytes", rawID)
	o.as("auditor").get("/api/v1/items/" + id + "/sheets/" + it.str("work.sheet") + "/diff?from=" + it.str("work.sheet")).is(200)
	if strings.Contains(o.log.String(), rawID) || strings.Contains(o.log.String(), rawMobile) {
		t.Error("the log holds personal data")
	}
}

func TestAStepSentTwiceIsDoneOnce(t *testing.T) {
	o := newOffice(t)
	id := o.drafted()
	step := map[string]any{"id": "step-0001", "act": "abandon"}
	o.as("editor").post("/api/v1/items/"+id+"/steps", step).is(200)
	o.as("editor").post("/api/v1/items/"+id+"/steps", step).is(200)
	step["act"] = "reopen"
	o.as("editor").post("/api/v1/items/"+id+"/steps", step).is(409)
}

// form is a multipart body with one file.
func form(t *testing.T, field, name, text string) (string, *bytes.Buffer) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile(field, name)
	if err == nil {
		_, err = part.Write([]byte(text))
	}
	if err = firstOf(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), &b
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (o *office) upload(who, field, name, text string) answered {
	o.t.Helper()
	kind, body := form(o.t, field, name, text)
	return o.as(who).with("Content-Type", kind).do("POST", "/api/v1/files?unit=county", body)
}

func TestFilesAreStreamedIntoTheRestrictedRoot(t *testing.T) { buckettest.Each(t, streamed) }

func streamed(t *testing.T, place buckettest.Open) {
	o := newOfficeOn(t, place)
	big := strings.Repeat("名单内容。\n", 300_000) // above the limit of JSON bodies
	ref := o.upload("editor", "file", "名单.txt", big).is(201)
	if ref.str("name") != "名单.txt" || len(ref.str("digest")) != 64 {
		t.Errorf("uploaded as %s", ref.body)
	}
	o.upload("reviewer-1", "file", "名单.txt", "x").refused(403, "missing_grant")
	o.upload("editor", "other", "名单.txt", "x").refused(400, "upload")
	o.upload("editor", "file", "病毒.exe", "MZ").hides("病毒").is(400)
	o.upload("editor", "file", "../../etc/passwd.txt", "x").hides("etc")
	o.upload("editor", "file", "空.txt", "").is(400)
	o.as("editor").with("Content-Type", "multipart/form-data; boundary=x").send("/api/v1/files?unit=county", "--x\r\nbroken").refused(400, "upload")
	o.as("editor").send("/api/v1/files?unit=county", "{}").refused(400, "upload")
}

func TestAnOriginalIsForThoseWhoMaySeeIt(t *testing.T) { buckettest.Each(t, restrictedOriginal) }

func restrictedOriginal(t *testing.T, place buckettest.Open) {
	o := newOfficeOn(t, place)
	text := "身份证号" + rawID
	digest := o.upload("editor", "file", "名单 一.txt", text).is(201).str("digest")
	body := draft("附件")
	body["fields"].(map[string]any)["attachments"] = []any{map[string]any{"digest": digest, "name": "名单 一.txt"}}
	id := o.as("editor").post("/api/v1/items", body).is(201).str("id")
	path := "/api/v1/items/" + id + "/files/" + digest
	got := o.as("editor").get(path).is(200)
	if got.body != text || got.header.Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(got.header.Get("Content-Disposition"), "attachment; filename*=UTF-8''%E5%90%8D%E5%8D%95%20") {
		t.Errorf("%q %v", got.body, got.header)
	}
	if masked := o.as("reviewer-1").get(path).is(200).hides(rawID); !strings.HasPrefix(masked.body, "身份证号11****") {
		t.Errorf("the reviewer's copy is %q", masked.body)
	}
	if o.as("secrecy-officer").get(path).is(200).body != text {
		t.Error("the secrecy officer does not get the file")
	}
	page, err := o.trail.Find(t.Context(), audit.Filter{Act: "file.read_original"})
	if err != nil || len(page.Entries) != 2 { // the own original counts too
		t.Errorf("%d reads on the trail, %v", len(page.Entries), err)
	}
	o.as("secrecy-officer").get("/api/v1/items/"+o.drafted()+"/files/"+digest).refused(404, "file")

	o.act("editor", id, map[string]any{"act": "resolve", "resolutions": []any{map[string]any{"act": "mask", "place": "body"}, map[string]any{"act": "mask", "place": "attachments"}}}).is(200)
	o.act("editor", id, map[string]any{"act": "submit"}).is(200)
	if err := o.engine.Build(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	sheet := o.as("reviewer-1").get("/api/v1/items/" + id).str("work.sheet")
	var view SheetView
	o.as("reviewer-1").get("/api/v1/items/" + id + "/sheets/" + sheet).is(200).hides(digest).into(&view)
	public := "/api/v1/items/" + id + "/sheets/" + sheet + "/files/"
	if got := o.as("reviewer-1").get(public + view.Public.Files[0].Digest).is(200).hides(rawID); !strings.Contains(got.body, "身份证号") {
		t.Errorf("the public copy is %q", got.body)
	}
	o.as("reviewer-1").get(public+digest).refused(404, "file")
}
