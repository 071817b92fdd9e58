// Comments over the API: from the first word to what stands in the trail, and
// what never reaches the public.

package api

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"gongkai/audit"
	"gongkai/policy"
	"gongkai/workflow"
)

func TestStaffTalkAboutAPlaceOfTheText(t *testing.T) {
	o := newOffice(t)
	id := o.submitted()
	path := "/api/v1/items/" + id
	it := o.item(id)
	ask := map[string]any{"id": "first-comment", "sheet": it.Work.SheetDigest, "place": "title", "start": 2, "end": 4, "quote": "发放", "text": "是否已发放？请联系" + rawMobile + "核实。"}
	var thread workflow.Thread
	o.as("reviewer-1").post(path+"/comments", ask).is(201).hides(rawMobile).into(&thread)
	o.as("reviewer-1").post(path+"/comments", ask).is(201)
	reply := path + "/comments/" + thread.ID + "/replies"
	o.as("editor").post(reply, map[string]any{"id": "first-reply", "text": "已经发放。"}).is(200).into(&thread)
	o.as("editor").delete(reply + "/first-reply").is(200).hides("已经发放").into(&thread)
	o.as("editor").delete(reply+"/first-comment").refused(403, "not_own")
	var view ItemView
	if o.as("reviewer-1").get(path).is(200).into(&view); view.Comments != 1 {
		t.Errorf("who signs sees %d open threads", view.Comments)
	}
	for range 2 {
		o.as("reviewer-1").put(path+"/comments/"+thread.ID+"/state", map[string]any{"state": "resolved"}).is(200)
	}
	o.as("editor").post(reply, map[string]any{"id": "third-reply", "text": "好。"}).refused(422, "comment_resolved")
	o.as("reviewer-1").put(path+"/comments/"+thread.ID+"/state", map[string]any{"state": "open", "rev": 1}).refused(409, "stale")

	var list List[workflow.Thread]
	o.as("auditor").get(path + "/comments").is(200).into(&list)
	if len(list.Items) != 1 || len(list.Items[0].Replies) != 2 || list.Items[0].Open || list.Items[0].Settled.Name != o.users["reviewer-1"].Name || list.Items[0].Now.State != "stands" {
		t.Errorf("%+v", list.Items)
	}
	o.as("auditor").get(path + "/comments?state=open").is(200).into(&list)
	if len(list.Items) != 0 {
		t.Errorf("%+v", list.Items)
	}
	one := path + "/comments/" + thread.ID
	if got := o.as("auditor").get(one).is(200).hides(rawMobile); got.str("id") != thread.ID || got.str("now.state") != "stands" {
		t.Errorf("one thread: %s", got.body)
	}
	other := "/api/v1/items/" + o.drafted()
	o.as("editor").get(other+"/comments/"+thread.ID).refused(404, "comment")
	o.as("editor").get(path+"/comments/no-such-thread").refused(404, "comment")
	o.hire("stranger", policy.Editor, "other")
	o.as("stranger").get(one).refused(403, "missing_grant")
	// Nothing that was said is in the trail, and each act once.
	var acts []string
	page, err := o.trail.Find(t.Context(), audit.Filter{Object: "item/" + id})
	o.must1(nil, err)
	for _, e := range page.Entries {
		if strings.HasPrefix(e.Act, "item.comment") {
			acts = append(acts, e.Act+" "+e.Detail["what"]+" "+e.ActorName+" "+e.Unit)
			for _, v := range e.Detail {
				if strings.Contains(v, "发放") {
					t.Errorf("the trail says what was said: %+v", e)
				}
			}
		}
	}
	slices.Sort(acts)
	reviewer, editor := o.users["reviewer-1"].Name+" county", o.users["editor"].Name+" county"
	if want := []string{"item.comment begun " + reviewer, "item.comment reply " + editor, "item.comment withdrawn " + editor, "item.comment_resolved resolved " + reviewer}; !slices.Equal(acts, want) {
		t.Errorf("got %v, want %v", acts, want)
	}
	if strings.Contains(o.log.String(), "发放") || strings.Contains(o.log.String(), rawMobile) {
		t.Error("the log holds what was said")
	}
	o.hearOfComments()
}

// hearOfComments looks into the inboxes: the writer hears of the question, who
// asked of the answer, nobody of their own, each once.
func (o *office) hearOfComments() {
	o.t.Helper()
	for _, who := range []string{"editor", "reviewer-1"} {
		var inbox List[NoticeView]
		o.as(who).get("/api/v1/inbox").is(200).into(&inbox)
		told := 0
		for _, n := range inbox.Items {
			if n.Event == "commented" {
				told++
				o.as(who).get("/api/v1" + n.Path).is(200) // the link leads to the very thread
			}
		}
		if told != 1 {
			o.t.Errorf("%s is told %d times", who, told)
		}
	}
}

func TestNothingOfACommentReachesThePublic(t *testing.T) {
	o := newOffice(t)
	o.coded()
	o.works()
	id := o.writes("notice", "关于安全检查的通知")
	it := o.item(id)
	const said = "此处措辞不妥"
	comment := func(n string) {
		o.as("editor").post("/api/v1/items/"+id+"/comments", map[string]any{"id": "comment-" + n, "revision": o.item(id).Work.Revision, "place": "title", "text": said}).is(201)
	}
	comment("draft")
	if now := o.item(id); now.StepN != it.StepN || now.Updated != it.Updated || now.Seq != it.Seq { // the worker writes that it told
		t.Error("a comment is no change of the item")
	}
	o.act("editor", id, map[string]any{"act": "submit"}).is(200)
	o.atStage(id)
	comment("stage")
	o.goesOut(id)
	it = o.item(id)
	for _, path := range []string{"/content/v1/items/" + id, "/content/v1/items/" + id + "/editions"} {
		o.as("").get(path).is(200).hides(said)
	}
	o.as("").get("/content/v1/search?q=" + url.QueryEscape(said)).is(200).hides(id)
	for _, path := range []string{"/form.html", "/verification?digest=" + it.Live.Digest, "/sheets/" + it.Live.Sheet, "/steps", "/differences"} {
		o.as("editor").get("/api/v1/items/" + id + path).is(200).hides(said)
	}
	o.as("").get("/api/v1/items/"+id+"/comments").refused(401, "signed_out")
	o.as("key:write").post("/api/v1/items/"+id+"/comments", map[string]any{"id": "comment-key", "revision": it.Live.Revision, "place": "title", "text": said}).refused(403, "program")
	o.hire("neighbour", policy.Editor, "other")
	o.as("neighbour").get("/api/v1/items/"+id+"/comments").hides(said).refused(403, "missing_grant")
}
