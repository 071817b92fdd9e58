package api

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"gongkai/content"
	"gongkai/policy"
	"gongkai/policy/privacy/files/pdf"
	"gongkai/publication"
	"gongkai/workflow"
	forms "gongkai/workflow/form"
)

func TestFormsScansAndTheSummaryOverTheAPI(t *testing.T) {
	o := newOffice(t, func(c *Config) { c.PublicURL = "https://open.example.cn" })
	it := o.live("")
	item := "/api/v1/items/" + it.ID
	editor := o.as("editor")

	doc := editor.get(item+"/form.pdf?form=register&edition=1").is(200).hides(rawID, rawMobile)
	if doc.header.Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(doc.body, "%PDF-") {
		t.Errorf("%v", doc.header)
	}
	text := ""
	for _, page := range pdf.Read(t.Context(), []byte(doc.body), pdf.Limits{Bytes: 64 << 20, Pages: 100}).Pages {
		text += page.Flow
	}
	text = strings.Join(strings.Fields(text), "")
	for _, want := range []string{"三审三校登记表", "关于发放补贴的公示", o.users["审校1"].Name, it.Live.Digest, "https://open.example.cn/content/v1/verify/" + it.ID} {
		if !strings.Contains(text, want) {
			t.Errorf("the form lacks %q", want)
		}
	}
	page := editor.get(item+"/form.html?form=secrecy").is(200).hides(rawID, rawMobile)
	if !strings.Contains(page.header.Get("Content-Security-Policy"), "default-src 'none'") || !strings.Contains(page.body, "保密审查单") {
		t.Errorf("%s", page.body)
	}
	if blank := editor.get(item + "/form.html?blank=true").is(200).body; strings.Contains(blank, "审校1") || !strings.Contains(blank, "空白表") {
		t.Error("a blank form names nobody")
	}
	editor.get(item + "/form.html?form=other").is(400)
	editor.get(item+"/form.pdf?edition=9").refused(404, "edition")

	var v workflow.Verification
	editor.get(item + "/verification?digest=" + it.Live.Digest).is(200).into(&v)
	if v.Standing != workflow.SheetLive || len(v.Signatures) != 3 {
		t.Errorf("%+v", v)
	}
	if seen := editor.get(item + "/verification.html?digest=" + it.Live.Digest).is(200).body; !strings.Contains(seen, "已公开，为当前版本") || !strings.Contains(seen, "初审一校") {
		t.Errorf("%s", seen)
	}
	editor.get(item+"/verification?digest="+strings.Repeat("0", 64)).refused(404, "sheet")
	o.as("").get(item+"/verification?digest="+it.Live.Digest).refused(401, "signed_out")

	o.scanned(it)
	o.reported(it)
}

// scanned attaches a signed paper, and reads it back.
func (o *office) scanned(it content.Item) {
	o.t.Helper()
	paper, err := forms.Paper{Title: "签批"}.PDF()
	if err != nil {
		o.t.Fatal(err)
	}
	item := "/api/v1/items/" + it.ID
	digest := o.upload("publisher", "file", "扫描 张三.pdf", string(paper)).is(201).str("digest")
	o.act("publisher", it.ID, map[string]any{"act": "attach_form", "file": digest, "sheet": it.Live.Digest}).is(200)
	got := o.as("auditor").get(item + "/scans/" + digest).is(200)
	if got.body != string(paper) || strings.Contains(got.header.Get("Content-Disposition"), url.QueryEscape("张三")) {
		o.t.Errorf("%v", got.header)
	}
	if trail := o.as("auditor").get("/api/v1/trail?act=form.read").is(200).body; !strings.Contains(trail, digest) {
		o.t.Errorf("who saw a scan stands in the trail: %s", trail)
	}
	o.as("editor").get(item+"/scans/"+digest).refused(403, "missing_grant")
	o.as("").get("/content/v1/items/" + it.ID + "/files/" + digest).is(404)
}

// reported reads the month's summary in its three forms.
func (o *office) reported(it content.Item) {
	o.t.Helper()
	if err := o.engine.Register(o.t.Context(), it); err != nil {
		o.t.Fatal(err)
	}
	q := fmt.Sprintf("?unit=county&month=%s&below=true", workflow.Day(it.Live.Released)[:7])
	officer := o.as(policy.SecrecyOfficer)
	var view SummaryView
	officer.get("/api/v1/reports/forms" + q).is(200).hides(rawID).into(&view)
	if len(view.Lines) != 1 || view.Lines[0].Papers != 1 || view.Lines[0].Drafters[0].Name == "" || view.Unit != "青山县人民政府" {
		o.t.Errorf("%+v", view)
	}
	rows := sheetRows(o.t, officer.get("/api/v1/reports/forms.xlsx"+q).is(200).body)
	if len(rows) != 2 || rows[0][1] != "标题" || rows[1][1] != "关于发放补贴的公示" || rows[1][16] != "已公开" {
		o.t.Errorf("rows %q", rows)
	}
	if doc := officer.get("/api/v1/reports/forms.pdf" + q).is(200).body; !strings.HasPrefix(doc, "%PDF-") {
		o.t.Error("the summary is printed")
	}
	if trail := o.as("auditor").get("/api/v1/trail?act=report.export").is(200).body; strings.Count(trail, "report.export") < 2 {
		o.t.Errorf("exports stand in the trail: %s", trail)
	}
	o.as("editor").get("/api/v1/reports/forms"+q).refused(403, "missing_grant")
	officer.get("/api/v1/reports/forms?unit=county&month=2026-13").refused(400, "month")
}

func TestTheQRCodeTellsStrangersOnlyWhatIsPublicNow(t *testing.T) {
	c := newCounty(t)
	page, pub := notice("rain1234", "关于防汛的通知", "<p>做好防汛工作。</p>")
	page = c.release(page, pub)
	live := c.get("/verify/rain1234/" + page.Digest)
	if live.status != 200 || !strings.Contains(live.body, "现正公开的版本") || !strings.Contains(live.body, "关于防汛的通知") || strings.Contains(live.body, "/api/v1") ||
		!strings.Contains(live.header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("%d %s", live.status, live.body)
	}
	never := c.get("/verify/nothing1/" + page.Digest)
	draft := c.get("/verify/rain1234/" + strings.Repeat("a", 64))
	c.withdraw(page, publication.Notice, "", "有误")
	gone := c.get("/verify/rain1234/" + page.Digest)
	same := strings.ReplaceAll(draft.body, strings.Repeat("a", 64), page.Digest)
	if never.status != 404 || draft.status != 404 || gone.status != 404 || gone.body != never.body || gone.body != same || strings.Contains(gone.body, "防汛") {
		t.Errorf("the same for whatever is not public: %d %d %d\n%s", never.status, draft.status, gone.status, gone.body)
	}
}
