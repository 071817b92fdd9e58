package api

import (
	"strings"
	"testing"

	"gongkai/channel"
	"gongkai/publication"
)

const outletSecret = "0123456789abcdef-not-to-be-seen"

func TestAnOutletsSecretsAreNeverGivenBack(t *testing.T) {
	o := newOffice(t)
	admin := o.as("administrator")
	body := map[string]any{"name": "青山发布", "kind": "wechat", "columns": []string{"notices"}, "settings": map[string]any{"app_id": "wx0123456789abcdef"}, "secrets": map[string]any{"app_secret": outletSecret}}
	made := admin.put("/api/v1/outlets/wechat", body).is(200).hides(outletSecret)
	if made.str("channel") != "out-wechat" || made.str("kind") != "wechat" {
		t.Error(made.body)
	}
	delete(body, "secrets")
	body["name"] = "青山发布号"
	if changed := admin.put("/api/v1/outlets/wechat", body).is(200).hides(outletSecret); !strings.Contains(changed.body, `"secrets":["app_secret"]`) {
		t.Errorf("a secret that is not given stays: %s", changed.body)
	}
	admin.get("/api/v1/outlets").is(200).hides(outletSecret)
	if kept, err := o.channels.Outlets.Get(t.Context(), "wechat"); err != nil || kept.Secrets["app_secret"] != outletSecret || kept.Name != "青山发布号" {
		t.Errorf("%v", err)
	}
	trail := o.as("auditor").get("/api/v1/trail?act=outlet.manage").is(200).hides(outletSecret)
	if !strings.Contains(trail.body, "outlet/wechat") {
		t.Error(trail.body)
	}
	for code, change := range map[string]map[string]any{
		"kind_stays":      {"kind": "manual", "settings": nil},
		"unknown_setting": {"settings": map[string]any{"app_id": "wx0123456789abcdef", "colour": "red"}},
		"bad_account":     {"settings": map[string]any{"app_id": "nothing"}},
		"required":        {"secrets": map[string]any{"app_secret": ""}},
		"kind":            {"kind": "tiktok"},
	} {
		wrong := map[string]any{"name": "青山发布", "kind": "wechat", "settings": body["settings"]}
		for k, v := range change {
			wrong[k] = v
		}
		admin.put("/api/v1/outlets/wechat", wrong).hides(outletSecret).refused(400, code)
	}
	if got := admin.get("/api/v1/platforms").is(200); !strings.Contains(got.body, `"by_hand":true`) || !strings.Contains(got.body, "AppSecret") {
		t.Error(got.body)
	}
	admin.post("/api/v1/outlets/wechat/fill", map[string]any{"from": 5}).is(200)
	if kept, _ := o.channels.Outlets.Get(t.Context(), "wechat"); kept.From != 5 || kept.Due == 0 {
		t.Errorf("%+v", kept)
	}
}

func TestWhatIsPublishedByHandIsGivenAndEntered(t *testing.T) {
	o := newOffice(t)
	it := o.live("")
	id := it.ID
	d, err := o.ledger.Owe(t.Context(), "out-paper", id, 1, 1, channel.Show{State: publication.Shows, Site: "portal", Home: "portal", Edition: it.Live.Edition, Digest: it.Live.Digest, Path: "/notices/1"})
	if err != nil {
		t.Fatal(err)
	}
	at := "/api/v1/deliveries/" + d.ID
	o.as("administrator").put("/api/v1/sites/portal", map[string]any{"name": "青山县人民政府网", "unit": "county", "page_url": "https://county.example/{id}"}).is(200)
	text := o.as("editor").get(at + "/text").is(200)
	if text.str("title") != it.Live.Title || text.str("url") != "https://county.example/"+id || text.str("text") == "" || strings.Contains(text.str("text"), "<p>") || text.str("author") == "" {
		t.Error(text.body)
	}
	o.as("administrator").post(at+"/decision", map[string]any{"say": "done", "edition": 1}).refused(403, "missing_grant")
	o.as("publisher").post(at+"/decision", map[string]any{"say": "done", "edition": 9}).refused(409, "edition")
	o.as("publisher").post(at+"/decision", map[string]any{"say": "done", "edition": 1, "where": "张三13800138000"}).refused(400, "personal")
	o.as("publisher").post(at+"/decision", map[string]any{"say": "done", "edition": 1, "on": "2026-03-02", "where": "第3版"}).is(200)
	if d, err = o.ledger.Get(t.Context(), d.ID); err != nil || len(d.Posts) != 1 || d.Posts[0].Where != "第3版" || d.Posts[0].By != o.users["publisher"].ID {
		t.Errorf("%+v %v", d.Posts, err)
	}
	if trail := o.as("auditor").get("/api/v1/trail?act=delivery.decide").is(200); !strings.Contains(trail.body, "第3版") {
		t.Error(trail.body)
	}
	hook, err := o.ledger.Owe(t.Context(), "sub-hall", id, 1, 1, channel.Show{State: publication.Shows, Site: "portal", Edition: 1})
	if err != nil {
		t.Fatal(err)
	}
	o.as("publisher").get("/api/v1/deliveries/"+hook.ID+"/text").refused(422, "no_outlet")
	o.as("publisher").post("/api/v1/deliveries/"+hook.ID+"/decision", map[string]any{"say": "absent"}).refused(422, "no_outlet")
}
