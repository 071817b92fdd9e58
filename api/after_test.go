// Bundles, and what becomes of an item after its release, over the API: from the
// first draft to what readers get.

package api

import (
	"log/slog"
	"slices"
	"testing"
	"time"

	"gongkai/content"
	"gongkai/jobs"
	"gongkai/policy"
	"gongkai/workflow"
)

// works lets the jobs run: they build sheets and tell the public.
func (o *office) works() {
	o.t.Helper()
	queue, err := jobs.OpenQueue(jobs.Options{})
	o.must1(nil, err)
	w := &jobs.Worker{Queue: queue, Engine: o.engine, Content: o.content, Public: o.public, Trail: o.trail, Ledger: o.ledger, Channels: o.channels, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return o.clock }}
	o.hint = w.Wake
	o.must1(nil, w.Start())
	o.t.Cleanup(func() {
		w.Stop()
		_ = queue.Close()
	})
}

// until waits for the jobs.
func (o *office) until(what string, done func() bool) {
	o.t.Helper()
	for limit := time.Now().Add(10 * time.Second); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(limit) {
			o.t.Fatal("it never came true: " + what)
		}
	}
}

// writes is a draft of the editor's without anything personal in it.
func (o *office) writes(kind, title string, about ...string) string {
	o.t.Helper()
	fields := map[string]any{"title": title, "openness": "proactive", "body": "<p>各村民委员会应当于月底以前完成安全检查工作，并将检查情况报送镇人民政府办公室汇总。</p>"}
	if len(about) > 0 {
		fields["interprets"] = about
	}
	body := map[string]any{"kind": kind, "unit": "county", "placements": []any{map[string]any{"column": "notices"}}, "fields": fields}
	return o.as("editor").post("/api/v1/items", body).is(201).str("id")
}

// goesOut takes what was submitted through all signatures to the public.
func (o *office) goesOut(id string) {
	o.t.Helper()
	o.atStage(id)
	o.signed(id)
	o.releases(id)
}

func (o *office) atStage(id string) content.Item {
	o.t.Helper()
	o.until("the sheet is built", func() bool { return o.item(id).Work.State != content.Checking })
	it := o.item(id)
	if it.Work.State != content.AtStage {
		o.t.Fatalf("%s: %s %v", it.Work.State, it.Work.Failed, it.Work.FailedAt)
	}
	return it
}

func (o *office) releases(id string) {
	o.t.Helper()
	o.act("publisher", id, map[string]any{"act": "release", "sheet": o.item(id).Work.SheetDigest}).is(200)
	o.shown(id)
}

// shown waits until readers get the item as it is.
func (o *office) shown(id string) content.Item {
	o.t.Helper()
	o.until("the public is told", func() bool { it := o.item(id); return it.Seq > 0 && it.Told == it.Seq })
	return o.item(id)
}

// read is the item as readers get it.
func (o *office) read(id string) (out PublicItem) {
	o.t.Helper()
	o.as("").get("/content/v1/items/" + id).is(200).into(&out)
	return out
}

// coded gives the county the code that index numbers begin with.
func (o *office) coded() {
	o.t.Helper()
	county := content.Unit{Name: "青山县人民政府", USCC: "11640112010148754W"}
	county.ID = "county"
	o.must1(o.content.PutUnit(o.t.Context(), county))
}

func TestABundleGoesFromDraftsToReadersOverTheAPI(t *testing.T) {
	o := newOffice(t)
	o.coded()
	o.works()
	column := map[string]any{"site": "portal", "slug": "notices", "name": "通知公告", "pipeline": "merged", "bundle": "required"}
	o.as(policy.Administrator).put("/api/v1/columns/notices", column).is(200)
	doc := o.writes("notice", "关于安全检查的通知")
	if p := o.act("editor", doc, map[string]any{"act": "submit"}).refused(422, "alone"); p.Errors[0].Code != content.Interpretation {
		t.Errorf("the column demands the interpretation: %+v", p.Errors)
	}
	why, what := o.writes("explanation", "关于通知的起草说明", doc), o.writes("interpretation", "安全检查问答", doc)
	o.act(policy.Reviewer1, doc, map[string]any{"act": "bundle", "members": []string{why}}).refused(403, "missing_grant")
	o.act("editor", doc, map[string]any{"act": "bundle", "members": []string{doc}}).refused(422, "member_self")
	o.act("editor", doc, map[string]any{"act": "bundle", "members": []string{why, what}}).is(200)
	o.act("editor", doc, map[string]any{"act": "submit"}).is(200)
	it := o.atStage(doc)
	o.act("editor", what, map[string]any{"act": "submit"}).refused(422, "bundled")
	var v workflow.Verification
	o.as("editor").get("/api/v1/items/" + what + "/verification?digest=" + it.Bundle[1].Digest).is(200).into(&v)
	if v.Standing != workflow.SheetSigning || len(v.Missing) != 3 {
		t.Errorf("%+v", v)
	}
	for _, id := range []string{doc, why, what} {
		o.as("").get("/content/v1/items/" + id).is(404)
	}

	o.goesOut(doc)
	lead := o.read(doc)
	for _, id := range []string{why, what} {
		o.shown(id)
		member := o.read(id)
		if member.Released != lead.Released || member.Published != lead.Published || member.IndexNo == "" || member.IndexNo == lead.IndexNo {
			t.Errorf("released together, each with a number of its own: %+v", member)
		}
		if len(member.Related) != 1 || member.Related[0].ID != doc {
			t.Errorf("from the member to the document: %+v", member.Related)
		}
	}
	lead = o.read(doc)
	if ids := []string{lead.Related[0].ID, lead.Related[1].ID}; len(lead.Related) != 2 || !slices.Contains(ids, why) || !slices.Contains(ids, what) {
		t.Errorf("from the document to what was released with it: %+v", lead.Related)
	}
	v = workflow.Verification{}
	o.as("editor").get("/api/v1/items/" + what + "/verification?digest=" + o.item(what).Live.Digest).is(200).into(&v)
	if v.Standing != workflow.SheetLive || len(v.Signatures) != 3 || len(v.Missing) != 0 {
		t.Errorf("who signed the document signed its interpretation: %+v", v)
	}
}

func TestWhatIsLiveIsCorrectedAndLosesItsForceOverTheAPI(t *testing.T) {
	o := newOffice(t)
	o.coded()
	o.works()
	id := o.writes("notice", "关于安全检查的通知")
	o.act("editor", id, map[string]any{"act": "submit", "note": "更正"}).refused(400, "first")
	o.act("editor", id, map[string]any{"act": "submit"}).is(200)
	o.goesOut(id)
	save := func(body string) {
		t.Helper()
		fields := map[string]any{"title": "关于安全检查的通知", "openness": "proactive", "body": body}
		o.as("editor").post("/api/v1/items/"+id+"/revisions", map[string]any{"fields": fields}).is(200)
	}

	save("<p>各村民委员会应当完成安全检查工作，并将情况报送镇人民政府办公室汇总，由办公室通报。</p>")
	o.act("editor", id, map[string]any{"act": "submit"}).refused(400, "required")
	o.act("editor", id, map[string]any{"act": "submit", "note": "更正报送要求。", "short": true}).refused(422, "short")
	o.act("editor", id, map[string]any{"act": "submit", "note": "更正报送要求。"}).is(200)
	if o.atStage(id); o.read(id).Edition != 1 {
		t.Error("the old edition stays while the new one is signed")
	}
	o.goesOut(id)
	if out := o.read(id); out.Edition != 2 || out.Note != "更正报送要求。" {
		t.Errorf("%+v", out)
	}

	save("<p>各村民委员会应当完成安全检查工作，并将情况报送镇人民政府办公室汇集，由办公室通报。</p>")
	o.act("editor", id, map[string]any{"act": "submit", "note": "更正文字。", "short": true}).is(200)
	o.atStage(id)
	for _, who := range []string{"审校2", "审校3"} {
		o.act(who, id, map[string]any{"act": "pass", "sheet": o.item(id).Work.SheetDigest, "opinion": "同意",
			"judgements": map[string]any{"legality": true, "accuracy": true, "disclosability": true, "secrecy": true}}).is(200)
	}
	o.releases(id)
	var all PublicEditions
	o.as("").get("/content/v1/items/" + id + "/editions").is(200).into(&all)
	if len(all.Editions) != 3 || all.Editions[0].Note != "更正文字。" || !all.Editions[0].Current || all.Editions[1].Note != "更正报送要求。" || all.Editions[2].Note != "" {
		t.Errorf("%+v", all.Editions)
	}

	change := map[string]any{"state": "abolished"}
	o.act("审校3", id, map[string]any{"act": "set_validity", "edition": 3, "validity": change}).refused(422, "not_asked")
	o.act("审校3", id, map[string]any{"act": "ask_validity", "edition": 3, "reason": "清理文件", "validity": change}).is(200)
	o.act("审校3", id, map[string]any{"act": "set_validity", "edition": 3, "validity": change}).refused(403, "own_request")
	o.act("editor", id, map[string]any{"act": "set_validity", "edition": 3, "validity": change}).refused(403, "missing_grant")
	if out := o.read(id); out.Validity == "abolished" {
		t.Error("nothing changes for the public by asking")
	}
	o.hire("终审", policy.Reviewer3, "county")
	o.act("终审", id, map[string]any{"act": "set_validity", "edition": 3, "validity": change}).is(200)
	it := o.shown(id)
	if out := o.read(id); out.Validity != "abolished" || out.Fields["validity"] != "abolished" || out.Since != workflow.Day(o.clock.UnixMilli()) || out.Edition != 3 || out.Seq != it.Seq {
		t.Errorf("the mark changes and the edition stays: %+v", out)
	}
}
