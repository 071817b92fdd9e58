// Posting on an Official Account, on a local platform that keeps the rules and
// misbehaves.

package wechat_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/png"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gongkai"
	"gongkai/channel/platform"
	"gongkai/channel/platform/tokens"
	"gongkai/channel/wechat"
	"gongkai/channel/wechat/wechatlocal"
	"gongkai/store"
)

const (
	appID  = "wx0123456789abcdef"
	secret = "0123456789abcdef0123456789abcdef"
)

// office is an account on a local platform, with a clock of its own.
type office struct {
	*testing.T
	there  *wechatlocal.Platform
	server *httptest.Server
	db     store.DB
	since  atomic.Int64 // since the start, in nanoseconds: a slow answer reads it while the test goes on
	wechat *wechat.WeChat
	noted  []platform.Post
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{T: t, there: wechatlocal.New(appID, secret)}
	o.there.Now, o.there.Delay = o.now, time.Minute
	o.server = httptest.NewServer(o.there)
	t.Cleanup(o.server.Close)
	db, err := store.OpenScratch(t.Context(), filepath.Join(t.TempDir(), "x.db"))
	o.check(err)
	t.Cleanup(func() { _ = db.Close() })
	o.db = db
	o.wechat = o.open(nil)
	return o
}

func (o *office) now() time.Time {
	return time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC).Add(time.Duration(o.since.Load()))
}

// passes lets time pass.
func (o *office) passes(d time.Duration) { o.since.Add(int64(d)) }

// open opens the account as one more process would.
func (o *office) open(settings map[string]string) *wechat.WeChat {
	o.Helper()
	kept, err := tokens.Open(o.Context(), o.db, o.now)
	o.check(err)
	with := map[string]string{"app_id": appID, "base_url": o.server.URL}
	for k, v := range settings {
		with[k] = v
	}
	w, err := wechat.Open(platform.Account{ID: "out-main", Settings: with, Secrets: map[string]string{"app_secret": secret}, Tokens: kept, Now: o.now})
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

func (o *office) begun(mark string) platform.Post {
	return platform.Post{Seq: 1, Edition: 1, State: platform.Begun, Mark: mark, Begun: gongkai.Millis(o.now())}
}

// drawn is a picture that does not get much smaller by packing.
func drawn(w, h int) *image.RGBA {
	img, r := image.NewRGBA(image.Rect(0, 0, w, h)), rand.New(rand.NewPCG(1, 2))
	for i := range img.Pix {
		img.Pix[i] = uint8(r.Uint32())
	}
	return img
}

func encoded(encode func(io.Writer) error) []byte {
	var b bytes.Buffer
	if err := encode(&b); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func asPNG(w, h int) []byte {
	return encoded(func(b io.Writer) error { return png.Encode(b, drawn(w, h)) })
}

func picture(src, kind string, data []byte) platform.Image {
	return platform.Image{Src: src, Type: kind, Size: int64(len(data)), Open: func(context.Context) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }}
}

// notice is an article as the county makes them.
func notice() platform.Article {
	return platform.Article{Item: "item-1", Edition: 1, Title: "关于河道清淤的通告", Summary: "三月起清淤", Author: "青禾县水利局", URL: "https://www.qinghe.example/a/1.html",
		HTML: `<p>自三月起清淤。“注意” & <a href="/map">路线图</a></p><p><img src="files/1.png" alt="路线"></p>`, Images: []platform.Image{picture("files/1.png", "image/png", asPNG(8, 8))}}
}

// live posts an article and waits until readers see it.
func (o *office) live(mark string) platform.Post {
	o.Helper()
	p, err := o.wechat.Post(o.Context(), o.begun(mark), notice(), o.note)
	o.check(err)
	o.passes(2 * time.Minute)
	p, err = o.wechat.Look(o.Context(), p)
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

func (o *office) shows(articles int) {
	o.Helper()
	if n := len(o.there.Public()); n != articles {
		o.Fatalf("readers see %d articles, want %d", n, articles)
	}
}

func (o *office) page(address string) string {
	o.Helper()
	resp, err := http.Get(address) //nolint:noctx // a reader
	o.check(err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	o.check(err)
	return string(text)
}

func TestAnArticleIsSeenByReadersAndTakenBack(t *testing.T) {
	o := newOffice(t)
	p, err := o.wechat.Post(t.Context(), o.begun("m1"), notice(), o.note)
	o.check(err)
	o.is(p, platform.Submitted) // accepted is not published
	o.shows(0)
	if p, err = o.wechat.Look(t.Context(), p); err != nil || p.State != platform.Submitted {
		t.Fatal(p.State, err)
	}
	o.passes(2 * time.Minute)
	p, err = o.wechat.Look(t.Context(), p)
	o.check(err)
	o.is(p, platform.Live)
	page := o.page(p.Address)
	for _, want := range []string{"关于河道清淤的通告", "“注意” &amp; 路线图（https://www.qinghe.example/map）", "/mmbiz/", "https://www.qinghe.example/a/1.html#gk=m1"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s:\n%s", want, page)
		}
	}
	p, err = o.wechat.Remove(t.Context(), p, o.note)
	o.check(err)
	o.is(p, platform.Gone)
	o.shows(0)
	if page := o.page(p.Address); strings.Contains(page, "清淤") || !strings.Contains(page, "已被发布者删除") {
		t.Error(page)
	}
	if o.there.Drafts() != 0 || o.there.Materials() != 0 {
		t.Errorf("%d drafts and %d materials are left", o.there.Drafts(), o.there.Materials())
	}
	var steps []string
	for _, n := range o.noted {
		steps = append(steps, n.Step)
	}
	if fmt.Sprint(steps) != "[draft/add freepublish/submit freepublish/delete]" {
		t.Error("announced before the call:", steps)
	}
}

func TestNothingIsSentThatCouldNotBeAnnounced(t *testing.T) {
	o := newOffice(t)
	full := errors.New("disk full")
	_, err := o.wechat.Post(t.Context(), o.begun("m1"), notice(), func(platform.Post) error { return full })
	if !errors.Is(err, full) || o.there.Calls("/cgi-bin/draft/add") != 0 {
		t.Error(err, o.there.Calls("/cgi-bin/draft/add"))
	}
}

func TestEveryResultOfPublishingHasItsMeaning(t *testing.T) {
	for status, want := range map[int]string{0: platform.Live, 1: platform.Submitted, 2: platform.Failed, 3: platform.Failed, 4: platform.Failed, 5: platform.Gone, 6: platform.Gone} {
		o := newOffice(t)
		if status == 1 {
			o.there.Delay = time.Hour
		} else {
			o.there.Publishing(status)
		}
		p, err := o.wechat.Post(t.Context(), o.begun("m1"), notice(), o.note)
		o.check(err)
		o.passes(2 * time.Minute)
		p, err = o.wechat.Look(t.Context(), p)
		if want == platform.Gone {
			if platform.ClassOf(err) != platform.ClassContent { // nobody posts it again unasked
				t.Error(status, err)
			}
		} else {
			o.check(err)
		}
		o.is(p, want)
		if p.Settled() && p.Error != fmt.Sprintf("publish_status_%d", status) {
			t.Error(status, p.Error)
		}
		if want == platform.Failed && o.there.Drafts() != 0 {
			t.Errorf("status %d leaves a draft that somebody could publish", status)
		}
		if want == platform.Submitted {
			if _, err := o.wechat.Remove(t.Context(), p, o.note); platform.ClassOf(err) != platform.ClassTemporary {
				t.Error("what is being published cannot be removed yet:", err)
			}
			o.passes(2 * time.Hour)
			p, err = o.wechat.Remove(t.Context(), p, o.note)
			o.check(err)
			o.is(p, platform.Gone)
			o.shows(0)
		}
	}
}

// What is done although no answer comes must be found and not done again.
func TestALostAnswerIsLookedUpBeforeARepeat(t *testing.T) {
	for name, trouble := range map[string]wechatlocal.Trouble{"hung up": {Lose: true}, "502 afterwards": {After: 502}, "an answer that cannot be read": {Body: "<html>"}, "an answer without its id": {Body: "{}"}} {
		for _, path := range []string{"/cgi-bin/draft/add", "/cgi-bin/freepublish/submit"} {
			o := newOffice(t)
			o.there.Next(path, trouble)
			p, err := o.wechat.Post(t.Context(), o.begun("m1"), notice(), o.note)
			if !platform.Lost(err) || p.State != platform.Unknown {
				t.Fatalf("%s, %s: %v, %s", path, name, err, p.State)
			}
			p = o.noted[len(o.noted)-1] // the worker died: this is what was stored
			o.passes(2 * time.Minute)
			p, err = o.wechat.Look(t.Context(), p)
			o.check(err)
			if p.State == platform.Begun {
				p, err = o.wechat.Post(t.Context(), p, notice(), o.note)
				o.check(err)
				o.passes(2 * time.Minute)
				p, err = o.wechat.Look(t.Context(), p)
				o.check(err)
			}
			o.is(p, platform.Live)
			o.shows(1)
			if o.there.Calls(path) != 1 || o.there.Drafts() != 0 {
				t.Errorf("%s, %s: called %d times, %d drafts left", path, name, o.there.Calls(path), o.there.Drafts())
			}
		}
	}
}

func TestWhatWasNeverDoneIsKnownOnlyAfterTheSettlingTime(t *testing.T) {
	for path, after := range map[string]string{"/cgi-bin/draft/add": platform.Failed, "/cgi-bin/freepublish/submit": platform.Begun} {
		o := newOffice(t)
		o.there.Next(path, wechatlocal.Trouble{Status: 500})
		p, err := o.wechat.Post(t.Context(), o.begun("m1"), notice(), o.note)
		if !platform.Lost(err) {
			t.Fatal(err)
		}
		o.passes(10 * time.Minute)
		if p, err = o.wechat.Look(t.Context(), p); err != nil || p.State != platform.Unknown {
			t.Fatal(path, p.State, err)
		}
		if _, err = o.wechat.Post(t.Context(), p, notice(), o.note); !platform.Lost(err) || o.there.Calls(path) != 0 {
			t.Error("repeated although unknown:", err, o.there.Calls(path))
		}
		o.passes(o.wechat.Settling())
		unknown := p
		p, err = o.wechat.Look(t.Context(), unknown)
		o.check(err)
		o.is(p, after)
		// What was found out may be lost before it is stored: it is found out again.
		p, err = o.wechat.Look(t.Context(), unknown)
		o.check(err)
		o.is(p, after)
		if after == platform.Failed {
			continue
		}
		p, err = o.wechat.Post(t.Context(), p, notice(), o.note)
		o.check(err)
		o.passes(time.Minute)
		p, err = o.wechat.Look(t.Context(), p)
		o.check(err)
		o.is(p, platform.Live)
		if o.shows(1); o.there.Drafts() != 0 || o.there.Calls("/cgi-bin/draft/add") != 1 {
			t.Errorf("%d drafts are left, %d were made", o.there.Drafts(), o.there.Calls("/cgi-bin/draft/add"))
		}
	}
}

func TestADraftThatIsAwayWithoutAnArticleStaysUnknown(t *testing.T) {
	o := newOffice(t)
	o.there.Delay = 48 * time.Hour // under review
	o.there.Next("/cgi-bin/freepublish/submit", wechatlocal.Trouble{Lose: true})
	p, _ := o.wechat.Post(t.Context(), o.begun("m1"), notice(), o.note)
	o.there.DeleteDrafts()
	for range 3 {
		o.passes(time.Hour)
		var err error
		if p, err = o.wechat.Look(t.Context(), p); err != nil || p.State != platform.Unknown || p.Error != "draft_away" {
			t.Fatal(p.State, p.Error, err)
		}
	}
	if _, err := o.wechat.Remove(t.Context(), p, o.note); !platform.Lost(err) {
		t.Error("taken for gone:", err)
	}
}

func TestADeletionIsBelievedOnlyWhenItIsSeen(t *testing.T) {
	o := newOffice(t)
	p := o.live("m1")
	o.there.Next("/cgi-bin/freepublish/delete", wechatlocal.Trouble{Body: `{"errcode":0,"errmsg":"ok"}`, Status: 0, Idle: true})
	p, err := o.wechat.Remove(t.Context(), p, o.note)
	if p.State != platform.Live || gongkai.CodeOf(err) != "still_shown" {
		t.Fatal(p.State, err)
	}
	o.there.Next("/cgi-bin/freepublish/delete", wechatlocal.Trouble{Lose: true})
	if p, err = o.wechat.Remove(t.Context(), p, o.note); platform.ClassOf(err) != platform.ClassTemporary {
		t.Fatal(err)
	}
	p, err = o.wechat.Remove(t.Context(), p, o.note)
	o.check(err)
	o.is(p, platform.Gone)
	if p, err = o.wechat.Remove(t.Context(), p, o.note); err != nil || p.State != platform.Gone {
		t.Error("twice:", p.State, err)
	}
}

func TestWhatAnOperatorDeletesIsSeenToBeGone(t *testing.T) {
	o := newOffice(t)
	p := o.live("m1")
	o.there.DeleteByHand(p.Handles["article_id"])
	p, err := o.wechat.Look(t.Context(), p)
	o.check(err)
	o.is(p, platform.Gone)
}

func TestAListIsSearchedPageByPage(t *testing.T) {
	o := newOffice(t)
	for i := range 45 {
		o.there.Draft(fmt.Sprintf("别人的草稿%d", i))
	}
	o.there.Next("/cgi-bin/draft/add", wechatlocal.Trouble{Lose: true})
	p, _ := o.wechat.Post(t.Context(), o.begun("m1"), notice(), o.note)
	for i := range 45 {
		o.there.Draft(fmt.Sprintf("后来的草稿%d", i))
	}
	p, err := o.wechat.Look(t.Context(), p)
	o.check(err)
	if p.State != platform.Begun || p.Handles["media_id"] == "" {
		t.Error(p.State, p.Handles)
	}
}

func TestATokenThatEndsOrIsTakenAwayCostsOneMoreCall(t *testing.T) {
	for name, happens := range map[string]func(*office){
		"expired":                    func(o *office) { o.there.Expire() },
		"stolen":                     func(o *office) { o.there.Steal() },
		"held on to by the platform": func(o *office) { o.there.Distrust() },
		"at its end":                 func(o *office) { o.passes(2 * time.Hour) },
	} {
		o := newOffice(t)
		o.live("m1")
		happens(o)
		p, err := o.wechat.Post(t.Context(), o.begun("m2"), notice(), o.note)
		if err != nil || p.State != platform.Submitted {
			t.Errorf("%s: %s %v", name, p.State, err)
		}
		if n := o.there.Calls("/cgi-bin/stable_token"); n < 2 || n > 3 {
			t.Errorf("%s: %d tokens were fetched", name, n)
		}
	}
}

func TestProcessesShareOneToken(t *testing.T) {
	o := newOffice(t)
	o.live("m1")
	o.wechat = o.open(nil)
	o.live("m2")
	if n := o.there.Calls("/cgi-bin/stable_token"); n != 1 {
		t.Errorf("%d tokens were fetched", n)
	}
	o.passes(117 * time.Minute) // renewed before its end
	o.live("m3")
	if n := o.there.Calls("/cgi-bin/stable_token"); n != 2 {
		t.Errorf("%d tokens were fetched", n)
	}
}

func TestAProgramThatStealsTheTokenAgainAndAgainIsNotFoughtWith(t *testing.T) {
	o := newOffice(t)
	p := o.live("m1")
	stolen := 0
	for range 30 {
		o.there.Steal()
		o.passes(40 * time.Second)
		_, err := o.wechat.Look(t.Context(), p)
		var limit *platform.Error
		if errors.As(err, &limit) && limit.Class == platform.ClassRate && limit.Code == "token_stolen" && limit.RetryAfter > time.Hour {
			stolen++
		}
	}
	if n := o.there.Calls("/cgi-bin/stable_token"); n != 21 || stolen != 10 {
		t.Errorf("%d tokens were fetched, %d times given up", n, stolen)
	}
	o.passes(24 * time.Hour)
	if _, err := o.wechat.Look(t.Context(), p); err != nil {
		t.Error("the next day:", err)
	}
}

func TestEachRefusalSaysWhoMustAct(t *testing.T) {
	classes := map[platform.Class][]int{
		platform.ClassConfiguration: {40002, 40013, 40125, 40164, 40243, 41001, 41002, 41003, 41004, 48001},
		platform.ClassContent:       {40004, 40005, 40006, 40007, 40009, 40033, 40118, 40137, 40227, 44003, 45001, 45002, 45003, 45004, 45166, 47001, 53503, 53504, 53505, 12345},
		platform.ClassRate:          {45009, 45011},
		platform.ClassTemporary:     {-1},
		platform.ClassRefresh:       {40001, 40014, 42001},
	}
	o := newOffice(t)
	o.live("m0")
	for class, codes := range classes {
		for _, code := range codes {
			o.passes(time.Minute)
			for range 2 { // a token is renewed once
				o.there.Next("/cgi-bin/draft/add", wechatlocal.Trouble{Code: code})
				if class != platform.ClassRefresh {
					break
				}
			}
			p, err := o.wechat.Post(t.Context(), o.begun("m1"), notice(), o.note)
			if platform.ClassOf(err) != class || gongkai.CodeOf(err) != fmt.Sprintf("wechat_%d", code) || p.State != platform.Begun || p.Step != "" {
				t.Errorf("%d: %v, %s %q", code, err, p.State, p.Step)
			}
		}
	}
	var limit *platform.Error
	o.there.Next("/cgi-bin/draft/add", wechatlocal.Trouble{Code: 45009})
	_, err := o.wechat.Post(t.Context(), o.begun("m1"), notice(), o.note)
	if !errors.As(err, &limit) || limit.RetryAfter < 6*time.Hour || limit.RetryAfter > 16*time.Hour {
		t.Error("a quota of the day ends at midnight in Beijing:", limit)
	}
}

func TestTheAccountsOwnTroubles(t *testing.T) {
	for code, set := range map[string]func(*wechatlocal.Platform){
		"wechat_40013": func(p *wechatlocal.Platform) { p.AppID = "wxother" },
		"wechat_40125": func(p *wechatlocal.Platform) { p.Secret = "changed" },
		"wechat_40164": func(p *wechatlocal.Platform) { p.AllowedIP = "198.51.100.7" },
	} {
		o := newOffice(t)
		set(o.there)
		_, err := o.wechat.Post(t.Context(), o.begun("m1"), notice(), o.note)
		if platform.ClassOf(err) != platform.ClassConfiguration || gongkai.CodeOf(err) != code {
			t.Errorf("%s: %v", code, err)
		}
	}
	o := newOffice(t)
	o.there.Quota = 1
	o.live("m1")
	if _, err := o.wechat.Post(t.Context(), o.begun("m2"), notice(), o.note); gongkai.CodeOf(err) != "wechat_45009" {
		t.Error(err)
	}
}

func TestAPlatformThatIsAwayOrSlowIsTriedLater(t *testing.T) {
	o := newOffice(t)
	p := o.live("m1")
	hold := make(chan struct{})
	defer close(hold)
	o.there.Next("/cgi-bin/freepublish/getarticle", wechatlocal.Trouble{Hold: hold})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if q, err := o.wechat.Look(ctx, p); platform.ClassOf(err) != platform.ClassTemporary || gongkai.CodeOf(err) != "timeout" || q.State != platform.Live {
		t.Error(err, q.State)
	}
	o.server.CloseClientConnections()
	o.server.Close()
	q, err := o.wechat.Post(t.Context(), o.begun("m2"), notice(), o.note)
	if platform.ClassOf(err) != platform.ClassTemporary || q.State != platform.Begun {
		t.Error(err, q.State)
	}
}

func TestNoSecretAndNoTextIsInWhatIsWrittenDown(t *testing.T) {
	o := newOffice(t)
	var said strings.Builder
	for _, trouble := range []wechatlocal.Trouble{{Lose: true}, {Status: 500}, {Code: 45166}, {Code: 48001}, {Body: "清淤"}} {
		for _, path := range []string{"/cgi-bin/stable_token", "/cgi-bin/media/uploadimg", "/cgi-bin/material/add_material", "/cgi-bin/draft/add", "/cgi-bin/freepublish/submit"} {
			o.passes(time.Minute)
			o.there.Next(path, trouble)
			o.there.Expire()
			p, err := o.wechat.Post(t.Context(), o.begun("m1"), notice(), o.note)
			fmt.Fprintf(&said, "%+v %v %+v\n", p, err, errors.Unwrap(err))
		}
	}
	fmt.Fprintf(&said, "%+v", o.noted)
	for _, word := range []string{secret, "tttttttt", "清淤", "as told"} {
		if strings.Contains(said.String(), word) {
			t.Errorf("%q is in posts or errors:\n%s", word, said.String())
		}
	}
}

func TestLimitsAreJudgedBeforeAnythingIsSent(t *testing.T) {
	o := newOffice(t)
	long := func(n int) string { return strings.Repeat("长", n) }
	for where, change := range map[string]func(*platform.Article){
		"title":           func(a *platform.Article) { a.Title = long(33) },
		"author":          func(a *platform.Article) { a.Author = long(17) },
		"summary":         func(a *platform.Article) { a.Summary = long(129) },
		"body":            func(a *platform.Article) { a.HTML += "<p>" + long(20_000) + "</p>" },
		"url":             func(a *platform.Article) { a.URL += "?" + strings.Repeat("x", 1000) },
		"cover":           func(a *platform.Article) { a.Images, a.HTML = nil, "<p>长</p>" },
		"body.picture[0]": func(a *platform.Article) { a.Images[0].Type = "image/webp" },
		"body.picture[1]": func(a *platform.Article) { a.HTML += `<img src="https://elsewhere.example/长.png">` },
	} {
		a := notice()
		change(&a)
		err := o.wechat.Check(a)
		var refused *gongkai.Error
		if !errors.As(err, &refused) || refused.Kind != gongkai.Invalid || len(refused.Details) != 1 || refused.Details[0].Where != where || refused.Details[0].Zh == "" || strings.Contains(err.Error(), "长长") || strings.Contains(err.Error(), "elsewhere") {
			t.Errorf("%s: %v", where, err)
		}
		if _, err := o.wechat.Post(t.Context(), o.begun("m1"), a, o.note); !gongkai.Is(err, gongkai.Invalid) {
			t.Errorf("%s: %v", where, err)
		}
	}
	if o.there.Calls("/cgi-bin/draft/add")+o.there.Calls("/cgi-bin/stable_token") != 0 {
		t.Error("something was sent")
	}
	a := notice()
	a.Title, a.Author, a.Summary = long(32), long(16), long(128)
	o.check(o.wechat.Check(a))
	a.Author = long(40)
	o.check(o.open(map[string]string{"author": "青禾发布"}).Check(a))
}

func TestTextGoesOutAsItIs(t *testing.T) {
	o := newOffice(t)
	a := notice()
	a.Title, a.HTML = "“<5>” & 'a'\u2028b", "<p>1 &lt; 2 &amp; 3\u2029\x01</p>"
	p, err := o.wechat.Post(t.Context(), o.begun("m1"), a, o.note)
	o.check(err)
	o.passes(time.Hour)
	_, err = o.wechat.Look(t.Context(), p)
	o.check(err)
	if got := o.there.Public()[0]; got.Title != "“<5>” & 'a'\nb" || got.Content != "<p>1 &lt; 2 &amp; 3\n</p>" {
		t.Errorf("%q %q", got.Title, got.Content)
	}
}

func TestAnItemWithoutPicturesGetsTheAccountsCover(t *testing.T) {
	o := newOffice(t)
	cover := o.there.Cover(asPNG(8, 8))
	o.wechat = o.open(map[string]string{"cover_media_id": cover})
	a := notice()
	a.HTML, a.Images = "<p>无图</p>", nil
	p, err := o.wechat.Post(t.Context(), o.begun("m1"), a, o.note)
	o.check(err)
	o.passes(time.Hour)
	p, err = o.wechat.Remove(t.Context(), p, o.note)
	o.check(err)
	o.is(p, platform.Gone)
	if o.there.Materials() != 1 {
		t.Error("the account's cover went with the article")
	}
}

func TestPicturesAreMadeToFit(t *testing.T) {
	o := newOffice(t)
	seethrough := image.NewNRGBA(image.Rect(0, 0, 4, 4))
	moving := encoded(func(b io.Writer) error {
		return gif.Encode(b, image.NewPaletted(image.Rect(0, 0, 20, 10), color.Palette{color.White, color.Black}), nil)
	})
	a := notice()
	a.HTML = `<img src="large"><img src="moving"><img src="clear"><img src="large">`
	a.Images = []platform.Image{picture("large", "image/png", asPNG(620, 440)), picture("moving", "image/gif", moving),
		picture("clear", "image/png", encoded(func(b io.Writer) error { return png.Encode(b, seethrough) }))}
	a.Cover = &a.Images[1]
	p, err := o.wechat.Post(t.Context(), o.begun("m1"), a, o.note)
	o.check(err)
	o.passes(time.Hour)
	_, err = o.wechat.Look(t.Context(), p)
	o.check(err)
	if n := strings.Count(o.there.Public()[0].Content, "/mmbiz/"); n != 4 || o.there.Calls("/cgi-bin/media/uploadimg") != 3 {
		t.Errorf("%d pictures shown, %d sent", n, o.there.Calls("/cgi-bin/media/uploadimg"))
	}
	a.Images[0] = picture("large", "image/png", []byte("\x89PNG\r\n\x1a\n"+strings.Repeat("x", 2<<20)))
	if _, err := o.wechat.Post(t.Context(), o.begun("m2"), a, o.note); gongkai.CodeOf(err) != "wechat_limits" {
		t.Error(err)
	}
	a.Images[0] = picture("large", "image/gif", []byte("GIF89a\xff\xff\xff\xff\x00\x00\x00")) // four thousand million points
	if _, err := o.wechat.Post(t.Context(), o.begun("m3"), a, o.note); gongkai.CodeOf(err) != "wechat_limits" {
		t.Error(err)
	}
}

// callbackKey is an EncodingAESKey.
const callbackKey = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"

func TestANoticeIsBelievedOnlyIfThePlatformSignedItAShortWhileAgo(t *testing.T) {
	for mode, key := range map[string]string{"plain": "", "safe": callbackKey} {
		o := newOffice(t)
		o.there.CallbackToken, o.there.CallbackKey = "token", key
		p, err := o.wechat.Post(t.Context(), o.begun("m1"), notice(), o.note)
		o.check(err)
		o.passes(2 * time.Minute)
		ours := wechat.Keys{Token: "token", AES: key, AppID: appID}
		said := func(how wechatlocal.Telling) (wechat.Signature, []byte) {
			q, body := o.there.Notice(p.Handles["publish_id"], how)
			return wechat.Signature{Signature: q.Get("signature"), Timestamp: q.Get("timestamp"), Nonce: q.Get("nonce"), Message: q.Get("msg_signature")}, body
		}
		s, body := said(wechatlocal.Telling{})
		r, other, err := wechat.Event(s, ours, o.now(), body)
		if err != nil || other || r.Publish != p.Handles["publish_id"] || r.Status != 0 || r.Article == "" || r.Address == "" {
			t.Fatal(mode, r, other, err)
		}
		forged, _ := said(wechatlocal.Telling{Forged: true})
		late, _ := said(wechatlocal.Telling{Late: time.Hour})
		soon := s
		soon.Timestamp = "soon"
		for name, c := range map[string]struct {
			s    wechat.Signature
			keys wechat.Keys
			at   time.Time
			body string
			kind gongkai.Kind
		}{
			"another token":  {s, wechat.Keys{Token: "other", AES: key, AppID: appID}, o.now(), string(body), gongkai.Denied},
			"no token":       {s, wechat.Keys{AES: key, AppID: appID}, o.now(), string(body), gongkai.Denied},
			"replayed later": {s, ours, o.now().Add(time.Hour), string(body), gongkai.Denied},
			"forged":         {forged, ours, o.now(), string(body), gongkai.Denied},
			"late":           {late, ours, o.now(), string(body), gongkai.Denied},
			"no time":        {soon, ours, o.now(), string(body), gongkai.Denied},
			"not XML":        {s, ours, o.now(), "{}", gongkai.Invalid},
			"too large":      {s, ours, o.now(), string(body) + strings.Repeat(" ", 1<<17), gongkai.Invalid},
		} {
			if _, _, err := wechat.Event(c.s, c.keys, c.at, []byte(c.body)); !gongkai.Is(err, c.kind) {
				t.Errorf("%s, %s: %v", mode, name, err)
			}
		}
		_, other, err = wechat.Event(s, ours, o.now(), []byte("<xml><Event>subscribe</Event></xml>"))
		_, _, short := wechat.Event(s, ours, o.now(), []byte("<xml><Event>PUBLISHJOBFINISH</Event></xml>"))
		if key == "" && (err != nil || !other || !gongkai.Is(short, gongkai.Invalid)) {
			t.Error("of other things:", other, err, short)
		}
		if key != "" && (gongkai.CodeOf(err) != "signature" || gongkai.CodeOf(short) != "signature") {
			t.Error("in plain, though the safe mode is set:", err, short)
		}
		if key == "" {
			continue
		}
		for name, k := range map[string]wechat.Keys{"signature": {Token: "token", AES: key, AppID: "wx-another"}, "bad_event": {Token: "token", AES: strings.ToUpper(key), AppID: appID}, "encrypted": {Token: "token"}} {
			if _, _, err := wechat.Event(s, k, o.now(), body); err == nil || name == "encrypted" && gongkai.CodeOf(err) != name {
				t.Errorf("%s: %v", name, err)
			}
		}
		altered := strings.Replace(string(body), "<Encrypt><![CDATA[", "<Encrypt><![CDATA[AAAA", 1)
		if _, _, err := wechat.Event(s, ours, o.now(), []byte(altered)); !gongkai.Is(err, gongkai.Denied) {
			t.Error("another text under the same signature:", err)
		}
	}
}

func TestSettingsThatCannotBeRightAreNamed(t *testing.T) {
	for where, change := range map[string]map[string]string{"app_id": {"app_id": "12"}, "base_url": {"base_url": "ftp://x"}, "author": {"author": strings.Repeat("长", 17)}, "app_secret": {"secret": "short"}, "callback_key": {"key": "not a key"}} {
		settings := map[string]string{"app_id": appID}
		for k, v := range change {
			settings[k] = v
		}
		with := secret
		if s, ok := change["secret"]; ok {
			with = s
		}
		_, err := wechat.Kind.Open(platform.Account{ID: "x", Settings: settings, Secrets: map[string]string{"app_secret": with, "callback_key": change["key"]}})
		var refused *gongkai.Error
		if !errors.As(err, &refused) || refused.Details[0].Where != where || strings.Contains(err.Error(), "short") {
			t.Errorf("%s: %v", where, err)
		}
	}
	if _, err := wechat.Kind.Open(platform.Account{ID: "x", Settings: map[string]string{"app_id": appID}, Secrets: map[string]string{"app_secret": secret}}); err != nil {
		t.Error(err)
	}
}

func TestFiguresOfADayAreToldOnceThePlatformHasCountedIt(t *testing.T) {
	o := newOffice(t)
	p, err := o.wechat.Post(t.Context(), o.begun("m1"), notice(), o.note)
	o.check(err)
	o.passes(time.Hour)
	_, err = o.wechat.Look(t.Context(), p)
	o.check(err)
	reach := func(day string) (map[string]int64, error) { return o.wechat.Reach(t.Context(), day, nil) }
	if _, err := reach("2026-03-02"); gongkai.CodeOf(err) != "wechat_61501" {
		t.Error("the day is not over:", err)
	}
	o.passes(8 * time.Hour) // 02:00 in Beijing
	if _, err := reach("2026-03-02"); gongkai.CodeOf(err) != platform.NotReady {
		t.Error("at night:", err)
	}
	o.passes(8 * time.Hour)
	o.there.Next("/datacube/getbizsummary", wechatlocal.Trouble{Code: 61503})
	if _, err := reach("2026-03-02"); gongkai.CodeOf(err) != platform.NotReady {
		t.Error(err)
	}
	o.there.Next("/datacube/getbizsummary", wechatlocal.Trouble{Code: 45009})
	if _, err := reach("2026-03-02"); platform.ClassOf(err) != platform.ClassRate {
		t.Error(err)
	}
	for _, body := range []string{`{"list":[{"ref_date":"2026-01-01","detail":{"read_user":9}}]}`, `{"list":[{"ref_date":"2026-03-02","detail":{"read_user":-9}}]}`, `{"list":"none"}`, `[]`} {
		o.there.Next("/datacube/getbizsummary", wechatlocal.Trouble{Body: body, Idle: true})
		if got, err := reach("2026-03-02"); platform.ClassOf(err) != platform.ClassTemporary {
			t.Errorf("%s: %v %v", body, got, err)
		}
	}
	o.there.Expire()
	if got, err := reach("2026-03-02"); err != nil || got["issues"] != 1 || got["reads"] != wechatlocal.Readers || got["shares"] != wechatlocal.Sharers {
		t.Error(got, err)
	}
	if got, err := reach("2026-03-01"); err != nil || len(got) != 3 || got["reads"] != 0 {
		t.Error("a day without articles:", got, err)
	}
}
