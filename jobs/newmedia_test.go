// New media: the engine's deliveries against faithful local platforms.

package jobs_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"gongkai"
	"gongkai/channel"
	"gongkai/channel/platform"
	"gongkai/channel/platform/tokens"
	"gongkai/channel/wechat/wechatlocal"
	"gongkai/channel/weibo/weibolocal"
	"gongkai/content"
	"gongkai/store"
	"gongkai/workflow"
)

// press is an account on each platform, and the portal that shows things first.
type press struct {
	wechat *wechatlocal.Platform
	weibo  *weibolocal.Platform
}

// posts lets a town have outlets, by that clock.
func (w *town) posts(clock gongkai.Clock, kinds ...platform.Kind) {
	w.t.Helper()
	outlets, err := channel.OpenOutlets(w.t.Context(), w.content.DB, append(channel.Platforms, kinds...), clock)
	w.check(err)
	c := w.channels
	c.Outlets, c.Ledger, c.PortalWait, c.Now, c.Columns = outlets, w.ledger, 30*time.Minute, clock, w.content.Above
	kept, err := tokens.Open(w.t.Context(), w.content.DB, clock)
	w.check(err)
	c.Tokens = kept
}

// newPress opens the accounts; WeChat takes that long to publish.
func (w *town) newPress(clock gongkai.Clock, delay time.Duration) press {
	w.t.Helper()
	s := press{wechatlocal.New("wx0123456789", "0123456789abcdef"), weibolocal.New("2.00secret", "127.0.0.1")}
	s.wechat.Now, s.weibo.Now, s.wechat.Delay, s.wechat.CallbackToken = clock, clock, delay, "a token of notices"
	serve := func(h http.Handler) string {
		server := httptest.NewUnstartedServer(h)
		server.Config.ErrorLog = log.New(io.Discard, "", 0)
		server.Start()
		w.t.Cleanup(server.Close)
		return server.URL
	}
	portal := serve(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { // shows what the public store shows
		for _, page := range w.pagesAt(strings.TrimSuffix(r.URL.Path, ".html")) {
			_, _ = rw.Write([]byte(`<meta name="ArticleTitle" content="` + page + `">`))
		}
	}))
	_, err := w.content.PutSite(w.t.Context(), content.Site{Meta: store.Meta{ID: "www"}, Name: "门户", Unit: "town", PageURL: portal + "{path}.html"})
	w.check(err)
	var cover bytes.Buffer
	w.check(png.Encode(&cover, image.NewGray(image.Rect(0, 0, 9, 4))))
	w.outlet(channel.Outlet{Meta: store.Meta{ID: "wechat"}, Name: "柳溪发布", Kind: "wechat", Secrets: map[string]string{"app_secret": s.wechat.Secret, "callback_token": s.wechat.CallbackToken},
		Settings: map[string]string{"app_id": s.wechat.AppID, "base_url": serve(s.wechat), "cover_media_id": s.wechat.Cover(cover.Bytes())}})
	w.outlet(channel.Outlet{Meta: store.Meta{ID: "weibo"}, Name: "柳溪发布", Kind: "weibo", Secrets: map[string]string{"access_token": s.weibo.Token},
		Settings: map[string]string{"safe_domain": "127.0.0.1", "base_url": serve(s.weibo)}})
	return s
}

func (w *town) outlet(o channel.Outlet) channel.Outlet {
	w.t.Helper()
	o, err := w.channels.Outlets.Put(w.t.Context(), o)
	w.check(err)
	return o
}

// pagesAt are the titles of what is public at a path.
func (w *town) pagesAt(path string) (titles []string) {
	pages, err := w.public.Pages.Find(context.WithoutCancel(w.t.Context()), store.Query{Where: []store.Cond{store.Eq("site", "www"), store.Eq("path", path)}, Limit: 100})
	if err != nil {
		return nil // the portal cannot say, either
	}
	for _, p := range pages.Docs {
		titles = append(titles, p.Title)
	}
	return titles
}

// studio is a town with an account on each platform, in place of the wall.
type studio struct {
	*square
	press
}

func newStudio(t *testing.T) *studio {
	t.Helper()
	w := newSquare(t)
	w.outlet(channel.Outlet{Meta: store.Meta{ID: "wall"}, Name: "墙", Kind: "wall", Retired: true})
	s := &studio{w, w.newPress(w.now, time.Minute)}
	w.told()
	return s
}

// show holds what readers see on both platforms against the text of one item;
// "" is nothing.
func (s *studio) show(text string) {
	s.t.Helper()
	var wechat, weibo []string
	for _, a := range s.wechat.Public() {
		wechat = append(wechat, a.Title+a.Content)
	}
	for _, p := range s.weibo.Public() {
		weibo = append(weibo, p.Text)
	}
	for where, seen := range map[string][]string{"WeChat": wechat, "Weibo": weibo} {
		switch {
		case text == "" && len(seen) > 0, text != "" && (len(seen) != 1 || !strings.Contains(seen[0], text)):
			s.t.Errorf("readers of %s see %q, want %q", where, seen, text)
		}
	}
}

func (s *studio) are(item, state string) {
	s.t.Helper()
	for _, outlet := range []string{"wechat", "weibo"} {
		if d := s.on(outlet, item); d.State != state || state == channel.Confirmed && d.External == "" {
			s.t.Errorf("%s is %s (%s), want %s: %+v", outlet, d.State, d.Error, state, d.Posts)
		}
	}
}

// The platform takes its time with every post: the log warns of what is unusual.
func TestToWaitForAPlatformIsNoWarning(t *testing.T) {
	s := newStudio(t)
	var said bytes.Buffer
	s.worker.Log = slog.New(slog.NewTextHandler(&said, &slog.HandlerOptions{Level: slog.LevelWarn}))
	it := s.release(s.ready(fields("关于河道清淤的通告")))
	s.until(time.Hour)
	s.are(it.ID, channel.Confirmed)
	if said.Len() > 0 {
		t.Errorf("%s", said.Bytes())
	}
	s.wechat.Next("/cgi-bin/freepublish/delete", wechatlocal.Trouble{Status: 500})
	s.suspend(it)
	s.until(time.Hour)
	if !strings.Contains(said.String(), "level=WARN msg=paid") {
		t.Errorf("a failure is not said: %s", said.Bytes())
	}
}

func TestWhatIsReleasedIsOnNewMediaAndWhatIsSuspendedIsNot(t *testing.T) {
	s := newStudio(t)
	s.wechat.Next("/cgi-bin/draft/add", wechatlocal.Trouble{Lose: true})
	s.weibo.Next("/2/statuses/share.json", weibolocal.Trouble{Lose: true})
	v := fields("关于河道清淤的通告")
	v["body"] = "<p>联系人李四,电话" + mobile + "。</p>"
	it := s.release(s.ready(v))
	s.set(s.now().Add(time.Second))
	s.until(time.Hour)
	s.show("关于河道清淤的通告")
	s.are(it.ID, channel.Confirmed)
	s.holds(s.wechat.Public()[0].Content+s.weibo.Public()[0].Text, "new media")

	s.wechat.Steal() // by another program
	s.wechat.Next("/cgi-bin/freepublish/submit", wechatlocal.Trouble{After: 502})
	it = s.corrected(it, "关于河道清淤的公告")
	s.until(2 * time.Hour)
	s.show("关于河道清淤的公告")
	s.are(it.ID, channel.Confirmed)

	s.wechat.Expire()
	s.wechat.Next("/cgi-bin/freepublish/delete", wechatlocal.Trouble{Lose: true})
	s.weibo.Next("/2/statuses/destroy.json", weibolocal.Trouble{Status: 500})
	s.suspend(it)
	s.until(time.Hour)
	s.show("")
	s.are(it.ID, channel.Withdrawn)
	if s.wechat.Drafts() != 0 || s.wechat.Materials() != 1 {
		t.Errorf("%d drafts, %d materials are left", s.wechat.Drafts(), s.wechat.Materials())
	}

	s.must("both3", it.ID, workflow.Step{Act: "resume", Edition: it.Live.Edition, Reason: "已核实"})
	s.until(time.Hour)
	s.show("关于河道清淤的公告")
	if n := s.wechat.Calls("/cgi-bin/draft/add"); n != 4 {
		t.Errorf("%d calls for three drafts, one of which was refused for its token", n)
	}
	if n := s.weibo.Calls("/2/statuses/share.json"); n != 3 {
		t.Errorf("%d lines were shared for three showings", n)
	}
}

func TestWhatThePlatformsReviewRefusesIsNotPostedAgainByItself(t *testing.T) {
	s := newStudio(t)
	s.wechat.Publishing(4)
	it := s.released("关于送审的通告")
	s.until(6 * time.Hour)
	if d := s.on("wechat", it.ID); d.State != channel.Stalled || d.Error != "publish_status_4" || s.wechat.Calls("/cgi-bin/freepublish/submit") != 1 {
		t.Errorf("%s (%s), handed in %d times", d.State, d.Error, s.wechat.Calls("/cgi-bin/freepublish/submit"))
	}
	_, err := s.ledger.Retry(t.Context(), "out-wechat."+it.ID, false)
	s.check(err)
	s.until(time.Hour)
	s.are(it.ID, channel.Confirmed)
}

func TestADraftThatWasRefusedGoesWhenItIsNotNeededAnyMore(t *testing.T) {
	for _, byHand := range []bool{false, true} {
		s := newStudio(t)
		s.wechat.Next("/cgi-bin/freepublish/submit", wechatlocal.Trouble{Code: 53503})
		it := s.released("关于草稿的通告")
		s.until(time.Hour)
		d := s.on("wechat", it.ID)
		if d.State != channel.Stalled || d.Error != "wechat_53503" || s.wechat.Drafts() != 1 {
			t.Fatalf("%s (%s), %d drafts", d.State, d.Error, s.wechat.Drafts())
		}
		want := channel.Withdrawn
		if byHand {
			want = channel.Confirmed
			_, err := s.ledger.Decide(t.Context(), d.ID, channel.Decision{Act: channel.SayDone, Edition: 1, On: "2026-03-02", Where: "公众号", By: "publisher"})
			s.check(err)
		} else {
			s.suspend(it)
		}
		s.until(time.Hour)
		if d := s.on("wechat", it.ID); d.State != want || s.wechat.Drafts() != 0 || s.wechat.Calls("/cgi-bin/freepublish/submit") != 1 {
			t.Errorf("by hand %v: %s (%s), %d drafts left that somebody could publish", byHand, d.State, d.Error, s.wechat.Drafts())
		}
	}
}

func TestANoticeOfThePlatformBringsTheLookForwardAndProvesNothing(t *testing.T) {
	s := newStudio(t)
	it := s.released("关于推送的通告")
	wait := func(d time.Duration) {
		s.set(s.now().Add(d))
		s.paid()
	}
	wait(0)
	wait(time.Second)
	for s.on("wechat", it.ID).State == channel.Due {
		wait(time.Second)
	}
	hear := func(how wechatlocal.Telling) ([]string, error) {
		query, body := s.wechat.Notice(s.wechat.Tasks()[0], how)
		_, due, err := s.channels.Hear(t.Context(), "wechat", "wechat", platform.Call{Method: http.MethodPost, Query: query, Body: body})
		return due, err
	}
	due := func() int64 { return s.on("wechat", it.ID).Due }
	if d := s.on("wechat", it.ID); d.State != channel.Submitted {
		t.Fatal(d.State, d.Error)
	}
	handed := time.UnixMilli(s.on("wechat", it.ID).Posts[0].Begun)
	s.set(handed.Add(58 * time.Second))
	s.paid() // too early: the next look is a while away
	s.set(handed.Add(61 * time.Second))
	before := due()
	for _, how := range []wechatlocal.Telling{{Forged: true}, {Late: time.Hour}} {
		if _, err := hear(how); !gongkai.Is(err, gongkai.Denied) || due() != before {
			t.Errorf("%+v: %v", how, err)
		}
	}
	calls := s.wechat.Calls("/cgi-bin/freepublish/get")
	for range 3 {
		if ids, err := hear(wechatlocal.Telling{}); err != nil || len(ids) != 1 || due() >= before || due() > gongkai.Millis(s.now()) {
			t.Fatalf("%v %v, due %d, was %d", ids, err, due(), before)
		}
	}
	if d := s.on("wechat", it.ID); d.State != channel.Submitted || s.wechat.Calls("/cgi-bin/freepublish/get") != calls {
		t.Errorf("a notice alone makes it %s", d.State)
	}
	s.paid()
	if d := s.on("wechat", it.ID); d.State != channel.Confirmed {
		t.Errorf("it is %s (%s)", d.State, d.Error)
	}
	if ids, err := hear(wechatlocal.Telling{}); err != nil || len(ids) != 0 || due() != 0 {
		t.Error("repeated afterwards:", ids, err, due())
	}
}

func TestReachFiguresOfAMonthAreCountedAndAskedFor(t *testing.T) {
	s := newStudio(t)
	reaches, err := channel.OpenReaches(t.Context(), s.content.DB, s.now)
	s.check(err)
	s.channels.Reaches = reaches
	s.set(time.Date(2026, 11, 2, 10, 0, 0, 0, content.Shanghai))
	own, reposted := fields("关于自办的通告"), fields("关于转载的通告")
	own["origin"], reposted["origin"], reposted["source"] = content.Own, content.Reposted, "省政府网"
	first := s.release(s.ready(own))
	s.release(s.ready(reposted))
	s.released("未注明来源类别的通告")
	s.until(time.Hour)
	s.suspend(first) // what readers have seen counts, and its forwards are gone with it
	s.until(time.Hour)
	s.set(time.Date(2026, 11, 3, 9, 0, 0, 0, content.Shanghai))
	s.check(s.channels.Reckon(t.Context(), s.content, ""))
	all, err := reaches.Of(t.Context(), []string{"2026-11"})
	s.check(err)
	want := map[string]map[string]int64{
		"wechat": {platform.Issues: 3, platform.Reads: 3 * wechatlocal.Readers, platform.Shares: 3 * wechatlocal.Sharers},
		"weibo":  {platform.Shares: 2 * weibolocal.Reposts},
	}
	for _, r := range all {
		if n := r.Counted; n.Items != 3 || n.Posts != 3 || n.Original != 1 || n.Reposted != 1 {
			t.Errorf("%s: %+v", r.Outlet, n)
		}
		for _, f := range channel.ReachFigures {
			got, told := r.Figure(f.Name)
			if n, is := want[r.Outlet][f.Name]; is != told || got.N != n {
				t.Errorf("%s: %s is %+v, want %d", r.Outlet, f.Name, got, n)
			}
		}
		delete(want, r.Outlet)
	}
	if len(want) > 0 {
		t.Errorf("nothing is known of %v", want)
	}
}
