// The feed of an inbox: server-sent events, by looking at the store now and then,
// so that it does not matter which process told somebody of something.

package api

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"

	"gongkai"
	"gongkai/notify"
)

// feedLook is how often a feed looks at the store.
var feedLook = 2 * time.Second

// Bounds of feeds: how often something is sent
// at least, how long one line may take to be taken, and how many there may be.
const (
	feedBeat   = 15 * time.Second
	feedLine   = 20 * time.Second
	feedChecks = 5 // looks between two questions whether the session has ended
	ownFeeds   = 6 // of one person: as many pages as a browser opens to one server
	allFeeds   = 2000
)

func (s *Server) registerFeed() {
	o := op(http.MethodGet, "/inbox/events", "inbox-events", "inbox", "收件箱推送 What comes into one's inbox, as server-sent events")
	o.Description = "事件：notice（一条新提醒）、unread（未读数变化）、reset（离开过久，请重读列表）。断线后浏览器带 Last-Event-ID 自动续接；退出登录后即关闭，且不延长会话。" +
		"Events: notice (one that came), unread (the number changed), reset (away for too long: read the list). A browser goes on by itself where it was; it ends with the session and keeps none from becoming idle."
	o.Responses = map[string]*huma.Response{"200": {Description: "Server-sent events", Content: map[string]*huma.MediaType{"text/event-stream": {Schema: &huma.Schema{Type: huma.TypeString}}}}}
	register(s.routes, o, Access{Door: Person, Waits: true}, s.inboxEvents)
}

type feedIn struct {
	Last  string `header:"Last-Event-ID" maxLength:"20" doc:"Sent by browsers: the number of the last change that was seen"`
	Since int64  `query:"since" minimum:"-1" default:"-1" doc:"The same for the first time, where a page knows it; -1: from now on"`
}

// feed is one open page.
type feed struct {
	s     *Server
	by    gongkai.Actor
	token string
	seen  int64
	begun bool
	eventLines
}

func (s *Server) inboxEvents(ctx context.Context, in *feedIn) (*stream, error) {
	v := visitOf(ctx)
	f := &feed{s: s, by: v.actor, token: v.token}
	f.seen, f.begun = in.Since, in.Since >= 0
	if n, err := strconv.ParseInt(in.Last, 10, 64); err == nil && n >= 0 {
		f.seen, f.begun = n, true
	}
	done, err := s.feeds.open(f.by.ID, ownFeeds, allFeeds)
	if err != nil {
		return nil, err
	}
	return sendEvents(s.leaving, done, &f.eventLines, f.run), nil
}

// run sends until the page is closed, the session ends or the server does.
func (f *feed) run(ctx context.Context) {
	if f.line("retry: 3000\n\n") != nil {
		return
	}
	tick := time.NewTicker(feedLook)
	defer tick.Stop()
	said := time.Now()
	for look := 0; ; look++ {
		if look%feedChecks == 0 && f.ended(ctx) {
			return
		}
		news, err := f.news(ctx)
		switch {
		case err != nil:
			return // the browser comes again
		case news:
			said = time.Now()
		case time.Since(said) > feedBeat:
			if f.line(": \n\n") != nil {
				return
			}
			said = time.Now()
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (f *feed) ended(ctx context.Context) bool {
	_, _, err := f.s.Accounts.Peek(ctx, f.token)
	return err != nil
}

// news sends what changed since the last look.
func (f *feed) news(ctx context.Context) (bool, error) {
	h, err := f.s.Notices.Head(ctx, f.by.ID)
	if err != nil || f.begun && h.N == f.seen {
		return false, err
	}
	if f.begun {
		if err := f.came(ctx, h); err != nil {
			return true, err
		}
	}
	f.begun, f.seen = true, h.N
	n, err := f.s.unread(ctx, f.by.ID)
	if err != nil {
		return true, err
	}
	return true, f.event(h.N, "unread", n)
}

// came sends the notices themselves, each with its number.
func (f *feed) came(ctx context.Context, h notify.Head) error {
	news, whole, err := f.s.Notices.News(ctx, h, f.seen)
	if err != nil {
		return err
	}
	if !whole {
		return f.event(h.N, "reset", none{})
	}
	views := f.s.noticeViews()
	for _, one := range news {
		view, err := views.view(ctx, f.by, one.Notice)
		if err != nil {
			return err
		}
		if err := f.event(one.N, "notice", view); err != nil {
			return err
		}
	}
	return nil
}

func (f *feed) event(n int64, name string, data any) error {
	text, err := json.Marshal(data) // one line: JSON has no other
	if err != nil {
		return err
	}
	return f.line(fmt.Sprintf("id: %d\nevent: %s\ndata: %s\n\n", n, name, text))
}

// eventLines are what a stream of events sends.
type eventLines struct {
	out    *bufio.Writer
	extend func()
}

// sendEvents answers with what run sends, until it ends; done comes after it.
func sendEvents(leaving context.Context, done func(), to *eventLines, run func(context.Context)) *stream {
	return &stream{func(ctx huma.Context) {
		ctx.SetStatus(http.StatusOK)
		ctx.SetHeader("Content-Type", "text/event-stream; charset=utf-8")
		ctx.SetHeader("X-Accel-Buffering", "no") // nginx would hold lines back
		c := humafiber.Unwrap(ctx).Context()
		conn := c.Conn()
		to.extend = func() { _ = conn.SetWriteDeadline(time.Now().Add(feedLine)) } // one that is closed says so at the next line
		c.SetBodyStreamWriter(func(w *bufio.Writer) {
			defer done()
			to.out = w
			run(leaving)
		})
	}}
}

func (l *eventLines) line(text string) error {
	l.extend()
	if _, err := l.out.WriteString(text); err != nil {
		return err
	}
	return l.out.Flush()
}
