package api

import (
	"net/http"
	"strings"
	"testing"

	"gongkai/workflow/difference"
)

func TestDifferencesOverTheAPI(t *testing.T) {
	o := newOffice(t)
	id := o.drafted()
	item := "/api/v1/items/" + id
	it, err := o.content.Items.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	first := it.Work.Revision
	o.as("reviewer-1").get(item+"/revisions/"+first).is(200).hides(rawID, rawMobile)
	changed := draft("关于发放补贴的公告<b>")["fields"].(map[string]any)
	changed["body"] = "<p>申请人身份证号" + rawID + ",联系电话" + rawMobile + "。</p><p>请于本月底前领取。</p>"
	o.as("editor").post(item+"/revisions", map[string]any{"fields": changed}).is(200)

	var d difference.Document
	o.as("reviewer-1").get(item+"/differences").is(200).hides(rawID, rawMobile).into(&d)
	if d.Form != "masked" || d.From == nil || d.From.Revision != first || len(d.Fields) != 2 || d.Fields[0].Name != "title" || d.Fields[1].Name != "body" {
		t.Fatalf("%+v", d)
	}
	if blocks := d.Fields[1].Blocks; len(blocks) != 2 || blocks[1].Op != difference.Insert || blocks[1].Hunks[0].Text != "请于本月底前领取。" {
		t.Errorf("%+v", blocks)
	}
	for _, layout := range []string{"", "?layout=side"} {
		page := o.as("reviewer-1").get(item+"/differences.html"+layout).is(200).hides(rawID, rawMobile)
		for header, want := range map[string]string{"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": "default-src 'none'", "Cache-Control": "no-store"} {
			if got := page.header.Get(header); !strings.HasPrefix(got, want) {
				t.Errorf("%s: %s", header, got)
			}
		}
		for _, want := range []string{"<ins>", "<del>", "&lt;b&gt;", "请于本月底前领取。"} {
			if !strings.Contains(page.body, want) {
				t.Errorf("the page %s lacks %s", layout, want)
			}
		}
		if strings.Contains(page.body, "<b>") || strings.Contains(page.body, "<script") || strings.Contains(page.body, "//") {
			t.Errorf("the page %s has what it should not have", layout)
		}
	}
	if n := unmaskedReads(t, o); n != 0 {
		t.Errorf("%d unmasked reads are on the trail", n)
	}
	if seen := o.as("secrecy-officer").get(item + "/differences?from=" + first + "&whole=true").is(200); !strings.Contains(seen.body, rawMobile) {
		t.Error("the secrecy officer does not see the text")
	}
	if n := unmaskedReads(t, o); n != 2 {
		t.Errorf("%d unmasked reads are on the trail, want one for each version", n)
	}
}

func TestDifferencesThatCannotBeMadeAreRefused(t *testing.T) {
	o := newOffice(t)
	id := o.drafted()
	for path, want := range map[string]struct {
		status int
		code   string
	}{
		"/differences?from=nothing":                           {http.StatusNotFound, "version"},
		"/differences?from=live":                              {http.StatusNotFound, "version"},
		"/differences.html?to=nothing":                        {http.StatusNotFound, "version"},
		"/differences.html?layout=three":                      {http.StatusBadRequest, "validation"},
		"/differences?from=" + strings.Repeat("0", 65):        {http.StatusBadRequest, "validation"},
		"/differences?from=" + strings.Repeat("%E4%B8%80", 9): {http.StatusNotFound, "version"},
	} {
		got := o.as("editor").get("/api/v1/items/" + id + path)
		if got.status != want.status {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
		if want.status == http.StatusNotFound {
			got.refused(404, want.code)
		}
	}
	o.hire("neighbour", "editor", "other")
	o.as("neighbour").get("/api/v1/items/"+id+"/differences").refused(403, "missing_grant")
}
