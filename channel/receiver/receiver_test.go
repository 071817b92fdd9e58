package receiver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

var morning = time.Date(2026, 1, 5, 1, 30, 0, 0, time.UTC)

func site(fetch Fetch) *Receiver {
	r := New([]string{secret}, fetch)
	r.Now = func() time.Time { return morning }
	return r
}

// post delivers a body, signed for the given time, and returns the status.
func post(r *Receiver, id, body string, at time.Time) int {
	key, _ := standardwebhooks.NewWebhook(secret)
	signature, _ := key.Sign(id, at, []byte(body))
	return posted(r, id, body, fmt.Sprint(at.Unix()), signature)
}

func posted(r *Receiver, id, body, at, signature string) int {
	req := httptest.NewRequest("POST", "/hooks", strings.NewReader(body))
	req.Header.Set("webhook-id", id)
	req.Header.Set("webhook-timestamp", at)
	req.Header.Set("webhook-signature", signature)
	w := httptest.NewRecorder()
	r.ServeHTTP(w, req)
	return w.Code
}

func body(event string, d Data) string {
	b, _ := json.Marshal(map[string]any{"type": event, "timestamp": "2026-01-05T01:29:59Z", "data": d})
	return string(b)
}

func edition(seq int64) Data {
	return Data{Item: "a1", Site: "portal", Seq: seq, Digest: fmt.Sprint("d", seq), Title: "关于供水的通知", Path: "/tz/1", URL: "https://portal.example/tz/1", State: "edition"}
}

func tell(t *testing.T, r *Receiver, id, event string, d Data) {
	t.Helper()
	if status := post(r, id, body(event, d), morning); status != 204 {
		t.Fatalf("%s: %d", event, status)
	}
}

func get(r *Receiver, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	return w
}

func TestThePublishedVectorIsGenuine(t *testing.T) {
	r := site(nil)
	r.Now = func() time.Time { return time.Unix(1614265330, 0) }
	h := http.Header{}
	h.Set("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek")
	h.Set("webhook-timestamp", "1614265330")
	h.Set("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
	if !r.genuine([]byte(`{"test": 2432232314}`), h) {
		t.Error("the vector was refused")
	}
	if r.genuine([]byte(`{"test": 2432232315}`), h) {
		t.Error("a changed body was taken")
	}
}

func TestOnlyGenuineMessagesAreTaken(t *testing.T) {
	good := body("item.released", edition(1))
	key, _ := standardwebhooks.NewWebhook(secret)
	sign := func(id string, at time.Time) string { s, _ := key.Sign(id, at, []byte(good)); return s }
	now := fmt.Sprint(morning.Unix())
	cases := map[string]struct {
		status              int
		id, body, at, proof string
	}{
		"no signature":            {401, "m", good, now, ""},
		"another body":            {401, "m", strings.Replace(good, "供水", "停水", 1), now, sign("m", morning)},
		"another id":              {401, "n", good, now, sign("m", morning)},
		"another time":            {401, "m", good, fmt.Sprint(morning.Unix() + 1), sign("m", morning)},
		"no time":                 {401, "m", good, "", sign("m", morning)},
		"too old":                 {401, "m", good, fmt.Sprint(morning.Add(-301 * time.Second).Unix()), sign("m", morning.Add(-301*time.Second))},
		"from the future":         {401, "m", good, fmt.Sprint(morning.Add(301 * time.Second).Unix()), sign("m", morning.Add(301*time.Second))},
		"just in time":            {204, "m", good, fmt.Sprint(morning.Add(-300 * time.Second).Unix()), sign("m", morning.Add(-300*time.Second))},
		"one of several proofs":   {204, "m", good, now, "v1,AAAA v1a,BBBB " + sign("m", morning)},
		"an unknown kind of seal": {401, "m", good, now, strings.Replace(sign("m", morning), "v1,", "v2,", 1)},
	}
	for name, c := range cases {
		r := site(nil)
		got := posted(r, c.id, c.body, c.at, c.proof)
		if got != c.status || (len(r.Shown()) == 1) != (got == 204) || (r.Counts().Refused == 1) != (got != 204) {
			t.Errorf("%s: %d, want %d; %v", name, got, c.status, r.Counts())
		}
	}
}

func TestWithoutSecretsNothingIsGenuine(t *testing.T) {
	for _, secrets := range [][]string{nil, {""}, {"whsec_???"}} {
		r := New(secrets, nil)
		key, _ := standardwebhooks.NewWebhookRaw(nil)
		at := time.Now()
		signature, _ := key.Sign("m", at, []byte("{}"))
		if status := posted(r, "m", "{}", fmt.Sprint(at.Unix()), signature); status != 401 {
			t.Errorf("%v: %d", secrets, status)
		}
	}
}

func TestContentThatMakesNoSenseIsRefused(t *testing.T) {
	for name, text := range map[string]string{
		"not JSON": "{", "no type": `{"data":{}}`, "no item": `{"type":"item.released","data":{"state":"edition"}}`,
		"an unknown state": `{"type":"item.released","data":{"item":"a","state":"maybe"}}`, "a seq in words": `{"type":"item.released","data":{"item":"a","state":"edition","seq":"one"}}`,
	} {
		r := site(nil)
		if status := post(r, "m", text, morning); status != 400 || len(r.Shown()) != 0 {
			t.Errorf("%s: %d", name, status)
		}
	}
	r := site(nil)
	if status := post(r, "m", strings.Repeat(" ", maxRequest+1), morning); status != 413 {
		t.Errorf("too large: %d", status)
	}
	if status := post(r, "m", `{"type":"item.released","more":[1],"data":{"item":"a","seq":1,"state":"edition","new_field":{"x":1}}}`, morning); status != 204 {
		t.Errorf("unknown fields must be tolerated: %d", status)
	}
	if status := post(r, "n", `{"type":"endpoint.test","data":{"subscriber":"tz"}}`, morning); status != 204 || len(r.Shown()) != 1 || r.Received()[1].Outcome != "noted" {
		t.Errorf("other events are noted: %d %v", status, r.Received())
	}
}

func TestARepeatChangesNothing(t *testing.T) {
	r := site(nil)
	tell(t, r, "m1", "item.released", edition(1))
	tell(t, r, "m2", "item.corrected", edition(2))
	tell(t, r, "m1", "item.released", edition(1))
	if r.Shown()["a1"].Seq != 2 || r.Repeats() != 1 || r.Counts().Late != 0 || r.Calls() != 3 {
		t.Errorf("%+v %+v", r.Shown(), r.Counts())
	}
}

func TestNothingLateResurrects(t *testing.T) {
	r := site(nil)
	tell(t, r, "m3", "item.withdrawn", Data{Item: "a1", Seq: 3, State: "withdrawn", Reason: "内容有误"})
	tell(t, r, "m1", "item.released", edition(1))
	if s := r.Shown()["a1"]; s.State != "withdrawn" || s.Title != "" || r.Counts().Late != 1 {
		t.Errorf("%+v", s)
	}
	if strings.Contains(get(r, "/").Body.String(), "供水") {
		t.Error("the late message's title is on the page")
	}
	restored := edition(2)
	restored.Epoch = 1
	tell(t, r, "m4", "item.released", restored)
	if s := r.Shown()["a1"]; s.State != "edition" || s.Epoch != 1 {
		t.Errorf("a newer epoch is compared before seq: %+v", s)
	}
	tell(t, r, "m5", "item.withdrawn", Data{Item: "a1", Seq: 9, State: "withdrawn"})
	if s := r.Shown()["a1"]; s.State != "edition" {
		t.Errorf("an older epoch is late whatever its seq: %+v", s)
	}
}

func TestACallBackForgetsTitleTextAndMessages(t *testing.T) {
	for _, state := range []string{"suspended", "withdrawn", "redirect"} {
		r := site(func(context.Context, Data) (string, string, error) {
			return "取来的标题", "<p>取来的正文</p>", nil
		})
		tell(t, r, "m1", "item.released", edition(1))
		if page := get(r, "/items/a1"); page.Code != 200 || !strings.Contains(page.Body.String(), "取来的正文") {
			t.Fatalf("%d %s", page.Code, page.Body)
		}
		down := edition(2)
		down.State, down.Reason = state, "依法撤下"
		tell(t, r, "m2", "item."+state, down)
		all := get(r, "/").Body.String() + get(r, "/state.json").Body.String() + get(r, "/items/a1").Body.String() + fmt.Sprint(r.Shown(), r.Received())
		for _, words := range []string{"供水", "取来的", "/tz/1\""} {
			if strings.Contains(strings.ReplaceAll(all, down.URL, ""), words) {
				t.Errorf("%s: %q is still there", state, words)
			}
		}
		if page := get(r, "/items/a1"); page.Code != 410 || !strings.Contains(page.Body.String(), "依法撤下") {
			t.Errorf("%s: %d", state, page.Code)
		}
		if strings.Contains(all, down.URL) != (state == "redirect") {
			t.Errorf("%s: the URL is kept only where it leads on", state)
		}
		if r.html != 0 {
			t.Errorf("%s: %d bytes still counted", state, r.html)
		}
	}
}

func TestAFailedFetchAsksForARepeatAndShowsNothing(t *testing.T) {
	fail := true
	r := site(func(context.Context, Data) (string, string, error) {
		if fail {
			return "", "", errors.New("not there yet")
		}
		return "标题", "正文", nil
	})
	if status := post(r, "m1", body("item.released", edition(1)), morning); status != 503 || len(r.Shown()) != 0 {
		t.Fatalf("%d %v", status, r.Shown())
	}
	fail = false
	tell(t, r, "m1", "item.released", edition(1))
	if s := r.Shown()["a1"]; s.Title != "标题" || s.HTML != "正文" || r.Repeats() != 0 {
		t.Errorf("%+v %+v", s, r.Counts())
	}
}

func TestAWithdrawalDuringTheFetchWins(t *testing.T) {
	fetching, proceed := make(chan bool), make(chan bool)
	r := site(func(context.Context, Data) (string, string, error) {
		fetching <- true
		<-proceed
		return "标题", "正文", nil
	})
	done := make(chan int)
	go func() { done <- post(r, "m1", body("item.released", edition(1)), morning) }()
	<-fetching
	tell(t, r, "m2", "item.withdrawn", Data{Item: "a1", Seq: 2, State: "withdrawn"})
	proceed <- true
	if status := <-done; status != 204 {
		t.Errorf("status %d", status)
	}
	if s := r.Shown()["a1"]; s.State != "withdrawn" || s.Title != "" || s.HTML != "" {
		t.Errorf("%+v", s)
	}
}

func TestEverythingIsBounded(t *testing.T) {
	r := site(func(context.Context, Data) (string, string, error) {
		return "长文", strings.Repeat("x", maxHTML+1), nil
	})
	r.ids.size = 3
	tell(t, r, "m0", "item.released", edition(1))
	if r.Shown()["a1"].HTML != "" || r.html != 0 {
		t.Error("a text over the limit was kept")
	}
	for i := range int64(maxReceived + 5) {
		tell(t, r, fmt.Sprint("m", i+1), "item.corrected", edition(i+2))
	}
	if got := r.Received(); len(got) != maxReceived || got[maxReceived-1].Seq != maxReceived+6 || got[0].Seq != 7 {
		t.Errorf("%d messages kept, from %d to %d", len(got), got[0].Seq, got[len(got)-1].Seq)
	}
	if len(r.known) != 3 || len(r.ids.values) != 3 {
		t.Errorf("%d ids kept", len(r.known))
	}
	for i := range maxItems - 1 {
		r.shown[fmt.Sprint("filler", i)] = Shown{}
	}
	fresh := edition(1)
	fresh.Item = "one too many"
	if status := post(r, "n", body("item.released", fresh), morning); status != 507 || len(r.Shown()) != maxItems {
		t.Errorf("status %d, %d items", status, len(r.Shown()))
	}
	tell(t, r, "last", "item.withdrawn", Data{Item: "a1", Seq: 999, State: "withdrawn"}) // a full site still takes things down
}

func TestManyAtOnceEndWithTheNewest(t *testing.T) {
	r := site(func(context.Context, Data) (string, string, error) { return "标题", "正文", nil })
	var all sync.WaitGroup
	for seq := range int64(40) {
		all.Go(func() {
			post(r, fmt.Sprint("m", seq), body("item.corrected", edition(seq+1)), morning)
			get(r, "/")
			get(r, "/state.json")
		})
	}
	all.Wait()
	if s := r.Shown()["a1"]; s.Seq != 40 || r.html != len("正文") || r.Calls() != 40 {
		t.Errorf("%+v, %d bytes", s, r.html)
	}
}

func TestTheTapSeesEachGenuineBody(t *testing.T) {
	r := site(nil)
	var got []string
	r.Tap = func(b []byte) { got = append(got, string(b)) }
	posted(r, "m", "forged", fmt.Sprint(morning.Unix()), "v1,AAAA")
	tell(t, r, "m1", "item.released", edition(1))
	if len(got) != 1 || got[0] != body("item.released", edition(1)) {
		t.Errorf("%q", got)
	}
}

func TestTricksArePlayedInOrderAndThenEnd(t *testing.T) {
	r := site(nil)
	r.Misbehave(2, Status(500))
	r.Misbehave(0, Status(404))
	r.Misbehave(1, Throttle(9*time.Second))
	r.Misbehave(9, Status(410))
	for i, want := range []int{500, 500, 429, 410} {
		if got := post(r, "m", body("item.released", edition(1)), morning); got != want {
			t.Errorf("call %d: %d, want %d", i, got, want)
		}
	}
	r.Behave()
	tell(t, r, "m", "item.released", edition(1))
	if r.Calls() != 5 || r.Repeats() != 0 {
		t.Errorf("%+v", r.Counts())
	}
}

func TestColumnsAreKeptByTheirNumbers(t *testing.T) {
	r := site(nil)
	column := func(seq int64, name, state string) Data {
		return Data{Column: "notices", Site: "portal", Epoch: 1, Seq: seq, Title: name, Path: "/notices", State: state}
	}
	tell(t, r, "c2", "column.changed", column(20, "通知公告", "column"))
	tell(t, r, "c1", "column.changed", column(10, "通知", "column"))
	if c := r.Columns()["notices"]; c.Title != "通知公告" || r.Counts().Late != 1 || len(r.Shown()) != 0 {
		t.Errorf("%+v %+v", c, r.Counts())
	}
	if page := get(r, "/state.json").Body.String(); !strings.Contains(page, `"column": "notices"`) {
		t.Error(page)
	}
	tell(t, r, "c3", "column.changed", column(30, "", "withdrawn"))
	if c := r.Columns()["notices"]; c.State != "withdrawn" {
		t.Errorf("%+v", c)
	}
	if status := post(r, "c4", body("column.changed", Data{State: "column"}), morning); status != 400 {
		t.Error(status)
	}
}
