// Sharing on Weibo, on a local platform that keeps the rules and misbehaves.

package weibo_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gongkai"
	"gongkai/channel/platform"
	"gongkai/channel/weibo"
	"gongkai/channel/weibo/weibolocal"
)

const token = "2.00secretsecret"

// office is an account on a local platform, with a clock of its own.
type office struct {
	*testing.T
	there  *weibolocal.Platform
	server *httptest.Server
	since  atomic.Int64 // since the start, in nanoseconds: a slow answer reads it while the test goes on
	weibo  *weibo.Weibo
	noted  []platform.Post
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{T: t, there: weibolocal.New(token, "qinghe.example")}
	o.there.Now = o.now
	o.server = httptest.NewServer(o.there)
	t.Cleanup(o.server.Close)
	o.weibo = o.open(nil)
	return o
}

func (o *office) now() time.Time {
	return time.Date(2026, 3, 2, 9, 0, 0, 500, time.UTC).Add(time.Duration(o.since.Load()))
}

// passes lets time pass.
func (o *office) passes(d time.Duration) { o.since.Add(int64(d)) }

func (o *office) open(settings map[string]string) *weibo.Weibo {
	o.Helper()
	with := map[string]string{"safe_domain": "qinghe.example", "base_url": o.server.URL, "page_url": o.server.URL, "rip": "198.51.100.7"}
	for k, v := range settings {
		with[k] = v
	}
	w, err := weibo.Open(platform.Account{ID: "out-weibo", Settings: with, Secrets: map[string]string{"access_token": token}, Now: o.now})
	o.check(err)
	return w
}

func (o *office) check(err error) {
	o.Helper()
	if err != nil {
		o.Fatal(err)
	}
}

func (o *office) note(p platform.Post) error {
	o.noted = append(o.noted, p)
	return nil
}

func notice() platform.Article {
	return platform.Article{Item: "item-1", Edition: 1, Title: "关于河道清淤#三月#的通告", Author: "青禾县水利局", URL: "https://www.qinghe.example/a/1.html?x=1&y=2", HTML: "<p>正文</p>"}
}

func begun() platform.Post { return platform.Post{State: platform.Begun, Mark: "m1"} }

func (o *office) post() (platform.Post, error) {
	return o.weibo.Post(o.Context(), begun(), notice(), o.note)
}

func (o *office) live() platform.Post {
	o.Helper()
	p, err := o.post()
	o.check(err)
	p, err = o.weibo.Look(o.Context(), p)
	o.check(err)
	o.is(p, platform.Live)
	return p
}

func (o *office) is(p platform.Post, state string) {
	o.Helper()
	if p.State != state {
		o.Fatalf("the post is %s (%s), want %s", p.State, p.Error, state)
	}
}

func (o *office) shows(n int) {
	o.Helper()
	if got := len(o.there.Public()); got != n {
		o.Fatalf("readers see %d posts, want %d", got, n)
	}
}

func TestALineIsSeenByReadersAndTakenBack(t *testing.T) {
	o := newOffice(t)
	p := o.live()
	seen := o.there.Public()[0]
	if seen.Link != notice().URL || !strings.HasPrefix(seen.Text, "关于河道清淤＃三月＃的通告 http://t.example/") || !strings.HasSuffix(seen.Text, " 青禾县水利局") || seen.ID != p.Handles["idstr"] {
		t.Errorf("%+v", seen)
	}
	resp, err := http.Get(p.Address) //nolint:noctx // a reader
	o.check(err)
	page, _ := io.ReadAll(resp.Body)
	resp.Body.Close()
	if !strings.Contains(string(page), "关于河道清淤") {
		t.Error(string(page))
	}
	p, err = o.weibo.Remove(t.Context(), p, o.note)
	o.check(err)
	o.is(p, platform.Gone)
	o.shows(0)
	if p, err = o.weibo.Remove(t.Context(), p, o.note); err != nil || p.State != platform.Gone {
		t.Error("twice:", err)
	}
	if len(o.noted) != 2 || o.noted[0].Step != "statuses/share" || o.noted[1].Step != "statuses/destroy" {
		t.Errorf("announced before the call: %+v", o.noted)
	}
}

func TestNothingIsSharedThatCouldNotBeAnnounced(t *testing.T) {
	o := newOffice(t)
	full := errors.New("disk full")
	if _, err := o.weibo.Post(t.Context(), begun(), notice(), func(platform.Post) error { return full }); !errors.Is(err, full) {
		t.Error(err)
	}
	o.shows(0)
}

func TestWhatIsAcceptedCountsWhenItIsSeen(t *testing.T) {
	o := newOffice(t)
	o.there.Review = 10 * time.Minute
	p, err := o.post()
	o.check(err)
	o.is(p, platform.Submitted)
	if p, err = o.weibo.Look(t.Context(), p); err != nil || p.State != platform.Submitted {
		t.Fatal(p.State, err)
	}
	seen := p
	o.passes(10 * time.Minute)
	if seen, err = o.weibo.Look(t.Context(), seen); err != nil || seen.State != platform.Live {
		t.Fatal(seen.State, err)
	}
	o.there.Review = 48 * time.Hour
	o.passes(time.Hour)
	if p, err = o.weibo.Look(t.Context(), p); err != nil || p.State != platform.Failed || p.Error != "weibo_20101" {
		t.Error("never seen:", p.State, p.Error, err)
	}
}

func TestALostAnswerIsLookedUpAndNothingIsSharedTwice(t *testing.T) {
	for name, trouble := range map[string]weibolocal.Trouble{"hung up": {Lose: true}, "502 afterwards": {After: 502}, "an answer that cannot be read": {Body: "<html>"}, "an answer without its id": {Body: "{}"}} {
		o := newOffice(t)
		o.there.ByHand("别的微博 http://t.cn/000001")
		o.there.Next("/2/statuses/share.json", trouble)
		p, err := o.post()
		if !platform.Lost(err) || p.State != platform.Unknown {
			t.Fatalf("%s: %v %s", name, err, p.State)
		}
		p = o.noted[len(o.noted)-1] // the worker died: this is what was stored
		if p, err = o.weibo.Post(t.Context(), p, notice(), o.note); err != nil || p.State != platform.Live {
			t.Fatalf("%s: %v %s", name, err, p.State)
		}
		if o.there.Calls("/2/statuses/share.json") != 1 || p.Handles["idstr"] != o.there.Public()[0].ID {
			t.Errorf("%s: %d calls", name, o.there.Calls("/2/statuses/share.json"))
		}
	}
}

func TestWhatWasNeverSharedIsKnownOnlyAfterTheSettlingTime(t *testing.T) {
	o := newOffice(t)
	o.there.Next("/2/statuses/share.json", weibolocal.Trouble{Status: 500})
	p, err := o.post()
	if !platform.Lost(err) {
		t.Fatal(err)
	}
	if p, err = o.weibo.Post(t.Context(), p, notice(), o.note); !platform.Lost(err) || o.there.Calls("/2/statuses/share.json") != 0 {
		t.Fatal("shared again although unknown:", err)
	}
	if _, err := o.weibo.Remove(t.Context(), p, o.note); !platform.Lost(err) {
		t.Error("taken for gone:", err)
	}
	o.passes(o.weibo.Settling())
	blind := p
	o.there.Blind = true
	if blind, err = o.weibo.Look(t.Context(), blind); gongkai.CodeOf(err) != "weibo_10014" || blind.State != platform.Unknown {
		t.Error("who may not look knows nothing:", blind.State, err)
	}
	o.there.Blind = false
	if p, err = o.weibo.Look(t.Context(), p); err != nil || p.State != platform.Failed || p.Error != "" {
		t.Error(p.State, p.Error, err)
	}
}

func TestALongListThatDoesNotReachBackProvesNothing(t *testing.T) {
	o := newOffice(t)
	o.there.Next("/2/statuses/share.json", weibolocal.Trouble{Lose: true})
	p, _ := o.post()
	o.passes(2 * time.Minute)
	for i := range 101 {
		o.there.ByHand(fmt.Sprint("后来的微博", i))
	}
	o.passes(time.Hour)
	if p, err := o.weibo.Look(t.Context(), p); err != nil || p.State != platform.Unknown {
		t.Error(p.State, err)
	}
}

func TestAnAccountThatMayNotReadIsTakenAtThePlatformsWord(t *testing.T) {
	o := newOffice(t)
	o.there.Blind = true
	p := o.live()
	p, err := o.weibo.Remove(t.Context(), p, o.note)
	o.check(err)
	o.is(p, platform.Gone)
	o.shows(0)
}

func TestADeletionIsBelievedOnlyWhenItIsSeen(t *testing.T) {
	o := newOffice(t)
	p := o.live()
	o.there.Next("/2/statuses/destroy.json", weibolocal.Trouble{Idle: true, Body: `{"idstr":"` + p.Handles["idstr"] + `"}`})
	q, err := o.weibo.Remove(t.Context(), p, o.note)
	if gongkai.CodeOf(err) != "still_shown" || q.State != platform.Live {
		t.Fatal(q.State, err)
	}
	o.there.Next("/2/statuses/destroy.json", weibolocal.Trouble{Lose: true})
	if q, err = o.weibo.Remove(t.Context(), p, o.note); platform.ClassOf(err) != platform.ClassTemporary || q.State != platform.Live {
		t.Fatal(q.State, err)
	}
	if p, err = o.weibo.Remove(t.Context(), p, o.note); err != nil || p.State != platform.Gone {
		t.Error(p.State, err)
	}
}

func TestWhatAnOperatorDeletesIsSeenToBeGone(t *testing.T) {
	o := newOffice(t)
	p := o.live()
	o.there.ByHand("")
	p, err := o.weibo.Look(t.Context(), p)
	o.check(err)
	o.is(p, platform.Gone)
}

func TestACorrectionIsALineOfItsOwn(t *testing.T) {
	o := newOffice(t)
	o.live()
	if _, err := o.post(); gongkai.CodeOf(err) != "weibo_20019" || platform.ClassOf(err) != platform.ClassContent {
		t.Error("the same line twice:", err)
	}
	a := notice()
	a.Edition = 2
	p, err := o.weibo.Post(t.Context(), begun(), a, o.note)
	o.check(err)
	o.is(p, platform.Submitted)
	if text := o.there.Public()[0].Text; !strings.Contains(text, "（第1次更新）") {
		t.Error(text)
	}
}

func TestEachRefusalSaysWhoMustAct(t *testing.T) {
	classes := map[platform.Class][]int{
		platform.ClassConfiguration: {10014, 10017, 21327, 21332},
		platform.ClassRate:          {10022, 10023, 10024, 20016},
		platform.ClassContent:       {20005, 20006, 20008, 20012, 20017, 20019, 20101, 20021, 99999},
		platform.ClassTemporary:     {10001, 10002},
	}
	o := newOffice(t)
	for class, codes := range classes {
		for _, code := range codes { // odd ones come as numbers, even ones as text
			o.there.Next("/2/statuses/share.json", weibolocal.Trouble{Code: code})
			p, err := o.post()
			if platform.ClassOf(err) != class || gongkai.CodeOf(err) != fmt.Sprintf("weibo_%d", code) || p.State != platform.Begun || p.Step != "" || p.Handles["idstr"] != "" {
				t.Errorf("%d: %v, %s %q", code, err, p.State, p.Step)
			}
		}
	}
	o.there.Quota = 1
	o.live()
	a := notice()
	a.Title = "另一则通告"
	var limit *platform.Error
	if _, err := o.weibo.Post(t.Context(), begun(), a, o.note); !errors.As(err, &limit) || limit.Code != "weibo_20016" || limit.RetryAfter == 0 {
		t.Error(err)
	}
	o.there.Expire()
	if _, err := o.weibo.Post(t.Context(), begun(), a, o.note); gongkai.CodeOf(err) != "weibo_21327" {
		t.Error(err)
	}
	o.server.Close()
	if p, err := o.weibo.Post(t.Context(), begun(), a, o.note); platform.ClassOf(err) != platform.ClassTemporary || p.State == platform.Unknown {
		t.Error("nobody was there:", p.State, err)
	}
}

func TestLimitsAreJudgedBeforeAnythingIsSent(t *testing.T) {
	o := newOffice(t)
	photo := platform.Image{Type: "image/png", Size: 10}
	for where, change := range map[string]func(*platform.Article){
		"title":   func(a *platform.Article) { a.Title = strings.Repeat("长", 120) },
		"url":     func(a *platform.Article) { a.URL = "https://qinghe.example.evil.test/长" },
		"picture": func(a *platform.Article) { a.Cover = &photo; photo.Size = 5 << 20 },
	} {
		a := notice()
		change(&a)
		err := o.open(map[string]string{"pictures": "yes"}).Check(a)
		var refused *gongkai.Error
		if !errors.As(err, &refused) || refused.Kind != gongkai.Invalid || len(refused.Details) != 1 || refused.Details[0].Where != where || strings.Contains(err.Error(), "长长") || strings.Contains(err.Error(), "evil") {
			t.Errorf("%s: %v", where, err)
		}
	}
	a := notice() // 51 halves are the address and the blanks
	a.Author, a.URL = "", "https://www.qinghe.example/1"
	a.Title = strings.Repeat("长", 125)
	o.check(o.weibo.Check(a))
	p, err := o.weibo.Post(t.Context(), begun(), a, o.note)
	o.check(err)
	o.is(p, platform.Submitted)
	a.Title += "长"
	if err := o.weibo.Check(a); !gongkai.Is(err, gongkai.Invalid) {
		t.Error("141 characters:", err)
	}
}

func TestThePictureGoesWithTheLineWhereTheAccountWantsIt(t *testing.T) {
	o := newOffice(t)
	var b bytes.Buffer
	o.check(png.Encode(&b, image.NewGray(image.Rect(0, 0, 4, 4))))
	a := notice()
	a.Images = []platform.Image{{Type: "image/png", Size: int64(b.Len()), Open: func(context.Context) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b.Bytes())), nil }}}
	for want, settings := range map[bool]map[string]string{false: nil, true: {"pictures": "yes"}} {
		a.Title += "一"
		_, err := o.open(settings).Post(t.Context(), begun(), a, o.note)
		o.check(err)
		if got := o.there.Public()[0]; got.Picture != want || got.Link != a.URL {
			t.Errorf("%+v", got)
		}
	}
	a.Images[0].Open = func(context.Context) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("<svg>")), nil }
	if _, err := o.open(map[string]string{"pictures": "yes"}).Post(t.Context(), begun(), a, o.note); !gongkai.Is(err, gongkai.Invalid) {
		t.Error(err)
	}
}

func TestNoSecretAndNoTextIsInWhatIsWrittenDown(t *testing.T) {
	o := newOffice(t)
	var said strings.Builder
	for _, path := range []string{"share", "show", "user_timeline", "destroy"} {
		for _, trouble := range []weibolocal.Trouble{{Lose: true}, {Status: 500}, {Code: 20021}, {Body: "清淤"}} {
			o.there.Next("/2/statuses/"+path+".json", trouble)
			p, err := o.post()
			fmt.Fprintf(&said, "%+v %v\n", p, err)
			p, err = o.weibo.Remove(t.Context(), p, o.note)
			fmt.Fprintf(&said, "%+v %v %v\n", p, err, errors.Unwrap(err))
			o.there.ByHand("")
		}
	}
	fmt.Fprintf(&said, "%+v", o.noted)
	for _, word := range []string{token, "清淤", "as told", "t.example"} {
		if strings.Contains(said.String(), word) {
			t.Errorf("%q is in posts or errors:\n%s", word, said.String())
		}
	}
}

func TestSettingsThatCannotBeRightAreNamed(t *testing.T) {
	for where, value := range map[string]string{"access_token": "x", "safe_domain": "https://a.example/", "rip": "here", "pictures": "some", "base_url": "ftp://x", "page_url": "x"} {
		settings, secrets := map[string]string{"safe_domain": "qinghe.example"}, map[string]string{"access_token": token}
		if settings[where] = value; where == "access_token" {
			secrets[where] = value
		}
		_, err := weibo.Kind.Open(platform.Account{Settings: settings, Secrets: secrets})
		var refused *gongkai.Error
		if !errors.As(err, &refused) || len(refused.Details) != 1 || refused.Details[0].Where != where {
			t.Errorf("%s: %v", where, err)
		}
	}
	if _, err := weibo.Kind.Open(platform.Account{Settings: map[string]string{"safe_domain": "qinghe.example"}, Secrets: map[string]string{"access_token": token}}); err != nil {
		t.Error(err)
	}
}

func TestForwardsAreSummedAHundredAtATime(t *testing.T) {
	o := newOffice(t)
	p := o.live()
	posts := []platform.Post{p, {State: platform.Live, By: "a person"}, {State: platform.Gone, Handles: map[string]string{"idstr": "1"}}}
	for i := range 120 {
		posts = append(posts, platform.Post{State: platform.Live, Handles: map[string]string{"idstr": fmt.Sprint(i)}})
	}
	if got, err := o.weibo.Reach(t.Context(), "2026-03-02", posts); err != nil || len(got) != 1 || got["shares"] != weibolocal.Reposts || o.there.Calls("/2/statuses/count.json") != 2 {
		t.Error(got, err, o.there.Calls("/2/statuses/count.json"))
	}
	if got, err := o.weibo.Reach(t.Context(), "2026-03-02", nil); err != nil || got["shares"] != 0 || o.there.Calls("/2/statuses/count.json") != 2 {
		t.Error("a day without posts needs no call:", got, err)
	}
	o.there.Next("/2/statuses/count.json", weibolocal.Trouble{Code: 10023})
	if _, err := o.weibo.Reach(t.Context(), "2026-03-02", posts); platform.ClassOf(err) != platform.ClassRate {
		t.Error(err)
	}
	o.there.Next("/2/statuses/count.json", weibolocal.Trouble{Body: "<html>"})
	if _, err := o.weibo.Reach(t.Context(), "2026-03-02", posts); platform.ClassOf(err) != platform.ClassTemporary {
		t.Error(err)
	}
	o.there.Blind = true
	if _, err := o.weibo.Reach(t.Context(), "2026-03-02", posts); platform.ClassOf(err) != platform.ClassConfiguration {
		t.Error(err)
	}
}
