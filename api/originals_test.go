package api

import (
	"strings"
	"testing"

	"gongkai/content"
)

func TestAPurgedOriginalIsGoneAndSomebodyKeepsOthers(t *testing.T) {
	o := newOffice(t)
	id := o.drafted()
	item, err := o.content.Items.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.content.Revisions.Update(t.Context(), item.Work.Revision, 0, func(doc *content.Revision) error {
		doc.Purged, doc.Fields = &content.Purged{At: 1 << 40, Class: content.OriginalDropped, Days: 1095, Size: 7}, nil
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	path := "/api/v1/items/" + id + "/revisions"
	if got := o.as("editor").get(path+"/"+item.Work.Revision).refused(410, "purged"); !strings.Contains(got.Detail, "1095天") || !strings.Contains(got.DetailEn, "1095 days") {
		t.Error(got.Detail)
	}
	if got := o.as("editor").get(path).is(200).body; !strings.Contains(got, `"purged":{`) || !strings.Contains(got, `"size":7`) {
		t.Errorf("the stub: %s", got)
	}
	o.act("editor", id, map[string]any{"act": "preserve", "reason": "诉讼"}).refused(403, "missing_grant")
	o.act("administrator", id, map[string]any{"act": "preserve", "reason": "诉讼，电话13800138000"}).is(200)
	if got := o.as("editor").get("/api/v1/items/" + id).is(200).body; !strings.Contains(got, `"preserved":{"by"`) || strings.Contains(got, "13800138000") {
		t.Error(got)
	}
	o.act("secrecy-officer", id, map[string]any{"act": "unpreserve", "reason": "结案"}).is(200)
}
