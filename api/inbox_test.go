// The inbox over the API.

package api

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
)

// inboxSamples are requests that reach the decision of each operation.
var inboxSamples = map[string]sample{
	"list-inbox":             {"/api/v1/inbox", nil},
	"count-unread":           {"/api/v1/inbox/unread", nil},
	"read-notice":            {"/api/v1/inbox/nothing/read", map[string]any{}},
	"read-all-notices":       {"/api/v1/inbox/read", map[string]any{"until": 1}},
	"get-notice-preferences": {"/api/v1/inbox/preferences", nil},
	"put-notice-preferences": {"/api/v1/inbox/preferences", map[string]any{"digest": "25:00"}},
	"list-notice-events":     {"/api/v1/inbox/kinds", nil},
	"inbox-events":           {"/api/v1/inbox/events?since=then", nil},
	"list-robots":            {"/api/v1/robots", nil},
	"put-robot":              {"/api/v1/robots/matrix", map[string]any{"name": "群", "template": "none"}},
	"test-robot":             {"/api/v1/robots/nothing/test", map[string]any{}},
	"list-robot-templates":   {"/api/v1/robot-templates", nil},
	"list-letters":           {"/api/v1/letters", nil},
	"retry-letter":           {"/api/v1/letters/nothing/retry", map[string]any{}},
}

// told lets the inboxes know what happened to an item.
func (o *office) told(id string) {
	o.t.Helper()
	it, err := o.content.Items.Get(o.t.Context(), id)
	if err == nil {
		err = o.notices.Tell(o.t.Context(), it)
	}
	if err != nil {
		o.t.Fatal(err)
	}
}

func TestTheInboxTellsWhatWaitsAndShowsNoMoreThanOneMaySee(t *testing.T) {
	o := newOffice(t)
	one, two := o.hire("zhang", policy.Reviewer1, "county"), o.hire("qian", policy.Reviewer1, "county")
	for _, u := range []string{one.ID, two.ID} {
		if err := o.policy.Grant(t.Context(), policy.Grant{User: u, Role: policy.Proofreader1, Unit: "county"}, gongkai.System); err != nil {
			t.Fatal(err)
		}
	}
	id := o.submitted()
	o.told(id)
	var list List[NoticeView]
	o.as("zhang").get("/api/v1/inbox").is(200).into(&list)
	if len(list.Items) != 1 {
		t.Fatalf("%+v", list)
	}
	n := list.Items[0]
	if n.Event != "to_sign" || n.Item != id || n.Title == "" || n.Path != "/items/"+id || !n.Unread || !n.Open || n.Zh == "" {
		t.Errorf("%+v", n)
	}
	var unread Unread
	o.as("zhang").get("/api/v1/inbox/unread").is(200).into(&unread)
	if unread.Unread != 1 {
		t.Errorf("%+v", unread)
	}
	o.as("qian").post("/api/v1/inbox/"+n.ID+"/read", map[string]any{}).is(404)
	o.as("zhang").post("/api/v1/inbox/"+n.ID+"/read", map[string]any{}).is(200)
	o.as("qian").post("/api/v1/inbox/read", map[string]any{"until": n.At}).is(200).into(&unread)
	if unread.Unread != 0 {
		t.Errorf("%+v", unread)
	}
	if err := o.policy.Revoke(t.Context(), policy.Grant{User: one.ID, Role: policy.Reviewer1, Unit: "county"}, gongkai.System); err != nil {
		t.Fatal(err)
	}
	if err := o.policy.Revoke(t.Context(), policy.Grant{User: one.ID, Role: policy.Proofreader1, Unit: "county"}, gongkai.System); err != nil {
		t.Fatal(err)
	}
	list = List[NoticeView]{}
	o.as("zhang").get("/api/v1/inbox").is(200).into(&list)
	if len(list.Items) != 1 || list.Items[0].Title != "" || list.Items[0].Number != "" {
		t.Errorf("who may not read it any more sees %+v", list.Items)
	}
}

func TestPreferencesAreOnesOwn(t *testing.T) {
	o := newOffice(t)
	me := o.as(policy.Editor)
	var p PreferencesView
	me.put("/api/v1/inbox/preferences", map[string]any{"email": "wen@Qingshan.gov.cn", "ways": map[string]string{"released": "off"}, "quiet_from": "20:00", "quiet_to": "07:30", "digest": "08:30"}).is(200).into(&p)
	if p.Email != "wen@qingshan.gov.cn" || p.Ways["released"] != "off" || p.Mail {
		t.Errorf("%+v", p)
	}
	for _, bad := range []map[string]any{{"email": "wen@qingshan.gov.cn\r\nBcc: a@b.cn"}, {"email": "文 <wen@qingshan.gov.cn>"}, {"ways": map[string]string{"to_sign": "off"}}, {"digest": "morning"}} {
		if got := me.put("/api/v1/inbox/preferences", bad).is(400); strings.Contains(got.body, "Bcc") {
			t.Errorf("%s", got.body)
		}
	}
	if got := o.as(policy.Administrator).get("/api/v1/users?unit=county").is(200); strings.Contains(got.body, "wen@") {
		t.Error("an administrator sees the address")
	}
	if got := o.as(policy.Auditor).get("/api/v1/trail").is(200); strings.Contains(got.body, "wen@") || !strings.Contains(got.body, "user.email") {
		t.Error("the trail says that it was changed, not what it is")
	}
}

// line waits for a line of a feed.
func line(t *testing.T, lines <-chan string, want string) string {
	t.Helper()
	for end := time.After(time.Minute); ; {
		select {
		case got, open := <-lines:
			if !open {
				t.Fatalf("the feed ended before %q", want)
			}
			if strings.HasPrefix(got, want) {
				return got
			}
		case <-end:
			t.Fatalf("no %q", want)
		}
	}
}

// follow opens the feed of somebody.
func (c caller) follow(ctx context.Context, query, last string) <-chan string {
	c.o.t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.o.url+"/api/v1/inbox/events"+query, nil)
	if err != nil {
		c.o.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	resp, err := http.DefaultClient.Do(req) //nolint:bodyclose // whoever reads the lines closes it
	if err != nil {
		c.o.t.Fatal(err)
	}
	if got := resp.Header.Get("Content-Type"); resp.StatusCode != 200 || !strings.HasPrefix(got, "text/event-stream") {
		c.o.t.Fatalf("%d %s", resp.StatusCode, got)
	}
	lines := make(chan string)
	go func() {
		defer close(lines)
		defer func() { _ = resp.Body.Close() }()
		for scan := bufio.NewScanner(resp.Body); scan.Scan(); {
			select {
			case lines <- scan.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	return lines
}

func TestTheFeedGoesOnWhereItWasAndEndsWithTheSession(t *testing.T) {
	o := newOffice(t)
	me := o.hire("zhang", policy.Editor, "county")
	feed := o.as("zhang").follow(t.Context(), "", "")
	line(t, feed, `data: {"unread":0}`)
	id := o.drafted()
	if _, err := o.content.Items.Update(t.Context(), id, 0, func(it *content.Item) error { it.Work.Contributors = append(it.Work.Contributors, me.ID); return nil }); err != nil {
		t.Fatal(err)
	}
	it, err := o.content.Items.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	it.Steps = append(it.Steps, content.StepRecord{N: 90, Act: "reject", By: "somebody", At: gongkai.Millis(o.clock)})
	if err := o.notices.Tell(t.Context(), it); err != nil {
		t.Fatal(err)
	}
	line(t, feed, "id: 1")
	line(t, feed, "event: notice")
	if got := line(t, feed, "data: "); !strings.Contains(got, `"event":"rejected"`) {
		t.Error(got)
	}
	line(t, feed, `data: {"unread":1}`)

	again := o.as("zhang").follow(t.Context(), "", "0")
	line(t, again, "event: notice")
	reset := o.as("zhang").follow(t.Context(), "?since=7", "") // of before a restore
	line(t, reset, "event: reset")

	for range ownFeeds - 3 {
		o.as("zhang").follow(t.Context(), "", "")
	}
	o.as("zhang").get("/api/v1/inbox/events").is(429)
	o.as("zhang").delete("/api/v1/session").is(200)
	for range feed {
	}
	for range again {
	}
}
