// Several people at one item.

package api

import (
	"strings"
	"testing"
	"time"

	"gongkai/policy"
	"gongkai/workflow"
)

func TestASaveOverWhatSomebodyElseSavedAnswersBothVersions(t *testing.T) {
	o := newOffice(t)
	o.hire("colleague", policy.Editor, "county")
	id := o.drafted()
	path := "/api/v1/items/" + id + "/revisions"
	base := o.as("editor").get("/api/v1/items/" + id).is(200).str("work.revision")
	fields := func(title string) map[string]any {
		return map[string]any{"title": title, "body": "<p>请各村核对。</p>", "openness": "proactive"}
	}
	mine := func() string { return o.as("colleague").get("/api/v1/items/" + id + "/working").body }
	theirs := o.as("editor").post(path, map[string]any{"base": base, "fields": fields("关于编辑先存的通知")}).is(200).str("revision.id")

	p := o.as("colleague").post(path, map[string]any{"base": base, "fields": fields("关于同事后存的通知")}).hides(rawID).refused(409, "collision")
	if p.Collision == nil || p.Collision.Current.ID != theirs || p.Collision.Current.Fields["title"] != "关于编辑先存的通知" || p.Collision.Yours == nil || p.Collision.Yours.Fields["title"] != "关于同事后存的通知" {
		t.Fatalf("not both versions: %+v", p.Collision)
	}
	if d := o.as("colleague").get(p.Collision.Differences).is(200); d.str("to.revision") != theirs || !strings.Contains(d.body, "title") {
		t.Errorf("what they changed: %s", d.body)
	}
	if got := o.as("editor").get("/api/v1/items/" + id).is(200).str("work.revision"); got != theirs {
		t.Errorf("the refused save counts: %s", got)
	}

	// Another window of the colleague began from the new revision: it is left alone.
	o.as("colleague").put("/api/v1/items/"+id+"/working", map[string]any{"base": theirs, "fields": fields("关于另一窗口的通知")}).is(200)
	p = o.as("colleague").post(path, map[string]any{"base": base, "fields": fields("关于旧窗口的通知")}).refused(409, "collision")
	if len(p.Errors) != 2 || p.Errors[1].Code != "other" || !strings.Contains(mine(), "另一窗口") {
		t.Errorf("the other window's text is overwritten: %+v %s", p.Errors, mine())
	}
	o.as("colleague").post(path, map[string]any{"base": theirs, "fields": fields("关于两稿合并的通知")}).is(200)
	o.as("editor").post(path, map[string]any{"base": "no-such-revision", "fields": fields("关于无此底稿的通知")}).hides("no-such-revision").refused(400, "revision")
	if strings.Contains(mine(), "无此底稿") {
		t.Error("a base that is none left a working copy")
	}
}

func TestACollisionShowsMasksToWhoSeesMasks(t *testing.T) {
	o := newOffice(t)
	o.hire("colleague", policy.Editor, "county")
	id := o.drafted()
	path := "/api/v1/items/" + id + "/revisions"
	base := o.as("editor").get("/api/v1/items/" + id).is(200).str("work.revision")
	more := draft("关于又一次的通知")["fields"]
	o.as("editor").post(path, map[string]any{"base": base, "fields": more}).is(200)
	before := unmaskedReads(t, o)
	p := o.as("colleague").post(path, map[string]any{"base": base, "fields": map[string]any{"title": "关于同事的通知"}}).hides(rawID, rawMobile).refused(409, "collision")
	if p.Collision == nil || p.Collision.Current.Unmasked || unmaskedReads(t, o) != before {
		t.Errorf("%+v", p.Collision)
	}
}

func TestWhoHasAnItemOpenIsSeen(t *testing.T) {
	o := newOffice(t)
	o.hire("colleague", policy.Editor, "county")
	path := "/api/v1/items/" + o.drafted()
	others := func(who string, editing bool) string {
		var out Opened
		o.as(who).put(path+"/open", map[string]any{"editing": editing}).is(200).into(&out)
		names := []string{}
		for _, p := range out.Others {
			names = append(names, map[bool]string{true: "writes ", false: "reads "}[p.Editing]+p.Name)
		}
		return strings.Join(names, ", ")
	}
	name := func(who string) string { return o.users[who].Name }
	if got := others("editor", false); got != "" {
		t.Errorf("alone, and yet %s", got)
	}
	if got := others("reviewer-1", false); got != "reads "+name("editor") {
		t.Errorf("the reviewer sees %q", got)
	}
	// Autosave is a sign of writing.
	o.as("colleague").put(path+"/working", map[string]any{"fields": map[string]any{"title": "稿"}}).is(200)
	if got := others("reviewer-1", false); got != "writes "+name("colleague")+", reads "+name("editor") {
		t.Errorf("the reviewer sees %q", got)
	}
	o.as("reviewer-1").put(path+"/open", map[string]any{"editing": true}).refused(403, "missing_grant")
	if got := others("key:read", false); !strings.Contains(got, name("editor")) {
		t.Errorf("a program sees %q", got)
	}
	o.as("editor").delete(path + "/open").is(204)
	if got := others("colleague", true); got != "reads "+name("reviewer-1") {
		t.Errorf("a program is seen, or who has gone: %q", got)
	}
	o.clock = o.clock.Add(workflow.PresenceLasts + time.Second)
	if got := others("editor", false); got != "" {
		t.Errorf("long gone, and yet %s", got)
	}
	if err := o.engine.ForgetPresence(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := others("colleague", true); got != "reads "+name("editor") {
		t.Errorf("what has not ended was forgotten: %q", got)
	}
}
