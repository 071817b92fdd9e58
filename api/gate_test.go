// The gate through the API: a roster is settled by its columns, and no way out
// shows what is masked.

package api

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"gongkai/content"
	"gongkai/workflow"
)

// people is how many stand on the roster of these tests: more than a page.
const people = 60

// rosterFile is a spreadsheet whose hidden third column holds ID numbers.
func rosterFile(t *testing.T) string {
	t.Helper()
	x := excelize.NewFile()
	for col, head := range []string{"序号", "姓名", "身份证号", "补助金额（元）"} {
		cell, _ := excelize.CoordinatesToCellName(col+1, 1)
		_ = x.SetCellStr("Sheet1", cell, head)
	}
	for i := range people {
		_ = x.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+2), &[]any{i + 1, "张三", rosterID(i), 300})
	}
	if err := x.SetColVisible("Sheet1", "C", false); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := x.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// rosterID is the n-th ID number of the roster, with its check digit.
func rosterID(n int) string {
	id := fmt.Sprintf("110105%d0101%03d", 1940+n, 100+n)
	sum := 0
	for i, w := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += w * int(id[i]-'0')
	}
	return id + string("10X98765432"[sum%11])
}

// unpacked is all that the bytes of a package hold.
func unpacked(t *testing.T, data string) string {
	t.Helper()
	z, err := zip.NewReader(strings.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	all := data
	for _, part := range z.File {
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(r)
		all += string(text)
	}
	return all
}

func cleanOfRoster(t *testing.T, what, data string) {
	t.Helper()
	all := unpacked(t, data)
	for i := range people {
		if strings.Contains(all, rosterID(i)) {
			t.Fatalf("%s holds the ID of person %d", what, i)
		}
	}
}

// rostered is an item of the editor's with the roster attached.
func (o *office) rostered() (id, digest string) {
	o.t.Helper()
	digest = o.upload("editor", "file", "补助名单.xlsx", rosterFile(o.t)).is(201).str("digest")
	body := draft("补助公示")
	body["fields"] = map[string]any{"title": "补助公示", "openness": "proactive", "body": "<p>名单见附件。</p>", "attachments": []any{map[string]any{"digest": digest, "name": "补助名单.xlsx"}}}
	return o.as("editor").post("/api/v1/items", body).is(201).str("id"), digest
}

const rosterColumn = "attachments[0].content#sheet[0]!C"

func TestARosterIsSettledByOneActThroughTheAPI(t *testing.T) {
	o := newOffice(t)
	id, digest := o.rostered()
	item := "/api/v1/items/" + id
	refused := o.act("editor", id, map[string]any{"act": "submit"}).refused(422, "open_findings")
	if len(refused.Errors) != 1 || refused.Errors[0].Where != rosterColumn {
		t.Errorf("the refusal names the column: %+v", refused.Errors)
	}
	var sum Summary
	o.as("editor").get(item + "/findings/summary").is(200).hides(rosterID(0)).into(&sum)
	if len(sum.Groups) != 1 || sum.Found != people || sum.Open != people || sum.Groups[0].Place != rosterColumn || sum.Groups[0].Hidden != people {
		t.Errorf("in sum: %+v", sum)
	}
	if n := o.walked(item + "/findings?open=true&limit=25&kind=id_card&place=" + urlOf(rosterColumn)); n != people {
		t.Errorf("page by page there are %d findings", n)
	}
	o.as("editor").get(item+"/findings?after=99999").refused(400, "cursor")
	o.act("editor", id, map[string]any{"act": "resolve", "resolutions": []any{map[string]any{"act": "mask", "place": sum.Groups[0].Place, "kind": sum.Groups[0].Kind}}}).is(200)
	if o.as("editor").get(item + "/findings/summary").is(200).into(&sum); sum.Open != 0 {
		t.Errorf("one act settles the column: %+v", sum)
	}
	o.act("editor", id, map[string]any{"act": "submit"}).is(200)
	if err := o.engine.Build(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	sheet := item + "/sheets/" + o.as("reviewer-1").get(item).str("work.sheet")
	var view SheetView
	o.as("reviewer-1").get(sheet).is(200).hides(digest, rosterID(0)).into(&view)
	cleanOfRoster(t, "the public copy", o.as("reviewer-1").get(sheet+"/files/"+view.Public.Files[0].Digest).is(200).body)
	o.act("editor", id, map[string]any{"act": "resolve", "resolutions": []any{map[string]any{"act": "remove", "place": rosterColumn}}}).refused(422, "wrong_state")
}

func urlOf(place string) string {
	return strings.NewReplacer("#", "%23", "[", "%5B", "]", "%5D").Replace(place)
}

// walked counts the entries of a list, page by page.
func (o *office) walked(path string) (n int) {
	o.t.Helper()
	for next := ""; ; {
		var page List[workflow.Judged]
		o.as("editor").get(path + next).is(200).into(&page)
		n += len(page.Items)
		if page.Next == "" {
			return n
		}
		next = "&after=" + page.Next
	}
}

func TestADraftsFileIsNotFetchedByGuessing(t *testing.T) {
	o := newOffice(t)
	id, digest := o.rostered()
	path := "/api/v1/items/" + id + "/files/" + digest
	o.hire("neighbour", "secrecy-officer", "other")
	o.as("neighbour").get(path).refused(403, "missing_grant")
	o.as("key:read").get(path).is(403)
	o.as("editor").get("/api/v1/items/"+o.drafted()+"/files/"+digest).refused(404, "file")
	o.as("editor").get("/api/v1/items/" + id + "/sheets/" + digest + "/files/" + digest).is(404)
	for _, public := range []string{"/content/v1/items/" + id + "/files/" + digest, "/content/v1/items/" + id} {
		resp, err := http.Get(o.url + public)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", public, resp.StatusCode)
		}
	}
	if body := o.as("editor").get(path).is(200).body; !strings.Contains(unpacked(t, body), rosterID(0)) {
		t.Error("the writer has the original back")
	}
	for _, who := range []string{"reviewer-1", "proofreader-1", "publisher"} {
		cleanOfRoster(t, "the copy of "+who, o.as(who).get(path).is(200).body)
	}
}

// Nobody without the right gets an unmasked number by any way that reads.
func TestNoWayOutShowsWhatIsMasked(t *testing.T) {
	o := newOffice(t)
	csv := o.upload("editor", "file", "名单"+rawMobile+".csv", "姓名,身份证号\n张三,"+rawID+"\n").is(201).str("digest")
	film := o.upload("editor", "file", "录像.mp4", "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom").is(201).str("digest")
	body := draft("关于" + rawMobile + "的公示")
	fields := body["fields"].(map[string]any)
	fields["attachments"] = []any{map[string]any{"digest": csv, "name": "名单" + rawMobile + ".csv", "alt": "身份证号" + rawID}, map[string]any{"digest": film, "name": "录像.mp4"}}
	id := o.as("editor").post("/api/v1/items", body).is(201).str("id")
	item := "/api/v1/items/" + id
	revision := o.as("editor").get(item).str("work.revision")
	fields["body"] = fields["body"].(string) + "<p>补充</p>"
	o.as("editor").post(item+"/revisions", map[string]any{"fields": fields}).is(200).hides(rawID, rawMobile)
	for _, way := range []string{"", "/revisions", "/revisions/" + revision, "/findings", "/findings/summary", "/findings?revision=" + revision, "/steps", "/sheets", "/files/" + csv} {
		for _, who := range []string{"reviewer-1", "proofreader-2", "publisher", "administrator", "auditor", "key:read"} {
			if got := o.as(who).get(item + way); way != "/files/"+csv || got.status == http.StatusOK {
				got.is(200).hides(rawID, rawMobile)
				if named := got.header.Get("Content-Disposition"); strings.Contains(named, rawMobile) {
					t.Errorf("%s sees the number in the name of the file", who)
				}
			}
		}
	}
	o.as("reviewer-1").get("/api/v1/items").is(200).hides(rawID, rawMobile)
	o.as("reviewer-1").get(item + "/working").is(404)
	o.as("reviewer-1").get(item+"/files/"+film).refused(403, "unmaskable")
	o.act("editor", id, map[string]any{"act": "resolve", "resolutions": []any{map[string]any{"act": "by_eye", "place": "attachments[1]"}}}).is(200)
	o.as("reviewer-1").get(item + "/files/" + film).is(200)
}

// A file that cannot be masked is replaced; a look at it settles nothing that
// is certain.
func TestNobodyLooksAwayFromWhatIsCertain(t *testing.T) {
	o := newOffice(t)
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("a.txt")
	if err == nil {
		_, err = io.WriteString(w, "身份证号"+rawID+"\n")
	}
	if err = firstOf(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	digest := o.upload("editor", "file", "材料.zip", b.String()).is(201).str("digest")
	body := draft("材料")
	body["fields"] = map[string]any{"title": "材料", "openness": "proactive", "body": "<p>见附件。</p>", "attachments": []any{map[string]any{"digest": digest, "name": "材料.zip"}}}
	id := o.as("editor").post("/api/v1/items", body).is(201).str("id")
	decide := func(who string, d map[string]any) answered {
		return o.act(who, id, map[string]any{"act": "resolve", "resolutions": []any{d}})
	}
	for _, act := range []string{"mask", "remove", "by_eye"} {
		decide("editor", map[string]any{"act": act, "place": "attachments[0]"}).hides(rawID).refused(400, "fixed")
	}
	decide("secrecy-officer", map[string]any{"act": "keep", "place": "attachments[0]", "basis": "依法公示"}).refused(400, "fixed")
	o.act("editor", id, map[string]any{"act": "submit"}).refused(422, "open_findings")
	var list List[workflow.Judged]
	o.as("editor").get("/api/v1/items/" + id + "/findings").is(200).into(&list)
	decide("editor", map[string]any{"act": "keep", "key": list.Items[0].Key, "basis": "依法公示"}).refused(403, "missing_grant")
	decide("secrecy-officer", map[string]any{"act": "keep", "key": list.Items[0].Key, "basis": "依法公示"}).is(200)
	o.act("editor", id, map[string]any{"act": "submit"}).is(200)
	var it content.Item
	o.as("editor").get("/api/v1/items/" + id).is(200).into(&it)
	if it.Work.State != content.Checking {
		t.Errorf("the work is %s", it.Work.State)
	}
}
