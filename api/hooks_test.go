package api

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"gongkai/channel"
	"gongkai/channel/wechat/wechatlocal"
	"gongkai/publication"
)

// The account of the outlet, on a platform that tells us of results.
func hooked(t *testing.T) (*office, *wechatlocal.Platform) {
	o := newOffice(t)
	there := wechatlocal.New("wx0123456789abcdef", outletSecret)
	there.Now, there.CallbackToken, there.Callback = func() time.Time { return o.clock }, "a token of notices", o.url+"/hooks/wechat/main"
	o.as("administrator").put("/api/v1/outlets/main", map[string]any{"name": "青山发布", "kind": "wechat", "settings": map[string]any{"app_id": there.AppID},
		"secrets": map[string]any{"app_secret": outletSecret, "callback_token": there.CallbackToken}}).is(200).hides(there.CallbackToken)
	return o, there
}

func TestAPlatformsNoticeIsTakenOnlyIfItIsGenuine(t *testing.T) {
	o, there := hooked(t)
	it := o.live("")
	d, err := o.ledger.Owe(t.Context(), "out-main", it.ID, 1, 1, channel.Show{State: publication.Shows, Site: "portal", Edition: 1})
	o.must1(d, err)
	d, err = o.ledger.Claim(t.Context(), d.ID)
	o.must1(d, err)
	o.must1(o.ledger.Settle(t.Context(), d, &channel.Waiting{State: channel.Unknown, Code: "answer_lost", After: time.Hour}, 0))
	o.clock = o.clock.Add(time.Minute)
	if status, said := there.Tell(t.Context(), "", wechatlocal.Telling{Echo: "7164"}); status != 200 || said != "7164" {
		t.Errorf("the test of the address: %d %s", status, said)
	}
	for name, how := range map[string]wechatlocal.Telling{"forged": {Echo: "7164", Forged: true}, "late": {Echo: "7164", Late: time.Hour}} {
		if status, said := there.Tell(t.Context(), "", how); status != 403 || strings.Contains(said, "7164") {
			t.Errorf("%s: %d %s", name, status, said)
		}
	}
	query, _ := there.Notice("", wechatlocal.Telling{Echo: "x"})
	at := "/hooks/wechat/main?" + query.Encode()
	done := "<xml><Event>PUBLISHJOBFINISH</Event><PublishEventInfo><publish_id>9</publish_id><publish_status>0</publish_status></PublishEventInfo></xml>"
	nobody := o.as("").with("Content-Type", "text/xml")
	nobody.post("/hooks/wechat/main?"+strings.Replace(query.Encode(), "nonce=n", "nonce=m", 1), done).refused(403, "signature")
	words := func(outlet string) string {
		said, _, _ := strings.Cut(nobody.post("/hooks/wechat/"+outlet+"?"+strings.Replace(query.Encode(), "nonce=n", "nonce=m", 1), done).body, `"request_id"`)
		return said
	}
	if words("main") == "" || words("main") != words("none") {
		t.Errorf("it says which outlets there are: %v, %v", words("main"), words("none"))
	}
	for _, elsewhere := range []string{"/hooks/wechat/none", "/hooks/weibo/main", "/hooks/none/main"} {
		nobody.post(elsewhere+"?"+query.Encode(), done).refused(403, "signature")
	}
	if slices.Contains(o.woken, "delivery/"+d.ID) {
		t.Error("a notice that proves nothing woke somebody")
	}
	for range 2 { // what waits for a lost answer may be what it speaks of
		if got := nobody.post(at, done).is(200); got.body != "success" || !strings.HasPrefix(got.header.Get("Content-Type"), "text/plain") {
			t.Error(got.body, got.header)
		}
	}
	if got, err := o.ledger.Get(t.Context(), d.ID); err != nil || got.State != channel.Unknown || got.Due != o.clock.UnixMilli() || !slices.Contains(o.woken, "delivery/"+d.ID) {
		t.Errorf("%s, due %d, %v, %v", got.State, got.Due, o.woken, err)
	}
	if got := nobody.post(at, "<xml><MsgType>text</MsgType><Content>"+rawMobile+"</Content></xml>").is(200); got.body != "success" || strings.Contains(o.log.String(), rawMobile) {
		t.Error("of a reader:", got.body)
	}
	nobody.post(at, "no notice").refused(400, "bad_event")
	nobody.post(at, strings.Repeat("x", maxHook+1)).is(http.StatusRequestEntityTooLarge)
	nobody.post(at, "<xml><Encrypt>AAAA</Encrypt></xml>").refused(403, "encrypted")
	if trail := o.as("auditor").get("/api/v1/trail?act=refused").is(200); !strings.Contains(trail.body, `"operation":"hook"`) || !strings.Contains(trail.body, `"anonymous"`) {
		t.Error("refusals are not in the trail:", trail.body)
	}
}
