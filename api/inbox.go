// The inbox (收件箱) of who is signed in, and what they want to be told of.

package api

import (
	"cmp"
	"context"
	"net/http"

	"gongkai"
	"gongkai/account"
	"gongkai/content"
	"gongkai/notify"
)

func (s *Server) registerInbox() {
	person := Access{Door: Person}
	list := op(http.MethodGet, "/inbox", "list-inbox", "inbox", "收件箱 One's own notices, the newest first")
	list.Description = "提醒本身不含文字内容；标题为条目现时的遮掩后标题，仅对现仍可查看该条目的人显示。A notice holds no text: the title is the item's present, masked one, for who may still read the item."
	register(s.routes, list, person, s.listInbox)
	register(s.routes, op(http.MethodGet, "/inbox/unread", "count-unread", "inbox", "未读数 How many are unread"), person, s.countUnread)
	register(s.routes, op(http.MethodPost, "/inbox/{id}/read", "read-notice", "inbox", "标为已读 Mark one as read"), person, s.readNotice)
	register(s.routes, op(http.MethodPost, "/inbox/read", "read-all-notices", "inbox", "全部标为已读 Mark all as read that happened until then"), person, s.readAll)
	register(s.routes, op(http.MethodGet, "/inbox/preferences", "get-notice-preferences", "inbox", "通知设置 What one is told of, which way and when"), person, s.preferences)
	register(s.routes, op(http.MethodPut, "/inbox/preferences", "put-notice-preferences", "inbox", "修改通知设置 Change what one is told of"), person, s.putPreferences)
	register(s.routes, op(http.MethodGet, "/inbox/kinds", "list-notice-events", "inbox", "事件表 The table of events"), signedIn(), s.listEvents)
	s.registerFeed()
}

// NoticeView is a notice with what it is about.
type NoticeView struct {
	ID     string `json:"id"`
	Event  string `json:"event" doc:"Row of the table of events"`
	Zh     string `json:"zh"`
	En     string `json:"en"`
	Weight string `json:"weight" enum:"urgent,ordinary,low"`
	Item   string `json:"item" doc:"Empty: it is about something else"`
	About  string `json:"about,omitempty" doc:"What it is about instead of an item: delegation/ and its id, grant/ and that of one that waits"`
	Path   string `json:"path" doc:"Where the console shows it, below its address"`
	Kind   string `json:"kind,omitempty"`
	Column string `json:"column,omitempty"`
	Number string `json:"number,omitempty" doc:"Index number, or the item's id"`
	Title  string `json:"title,omitempty" doc:"Masked; absent: not to be read any more"`
	By     string `json:"by,omitempty" doc:"Name of who did it"`
	At     int64  `json:"at"`
	Unread bool   `json:"unread"`
	Asks   bool   `json:"asks,omitempty" doc:"It asks the reader for something"`
	Open   bool   `json:"open,omitempty" doc:"That is not done yet"`
}

// noticeViews looks up what notices are about, each item and name once.
type noticeViews struct {
	s     *Server
	items map[string]content.Item
	names map[string]string
}

func (s *Server) noticeViews() *noticeViews {
	return &noticeViews{s, map[string]content.Item{}, map[string]string{}}
}

func (v *noticeViews) view(ctx context.Context, by gongkai.Actor, n notify.Notice) (out NoticeView, err error) {
	e, _ := notify.EventOf(n.Event)
	out = NoticeView{ID: n.ID, Event: n.Event, Zh: e.Zh, En: e.En, Weight: cmp.Or(e.Weight, notify.Ordinary), Item: n.Item, About: n.About, Path: n.Path(), At: n.At, Unread: n.Unread, Asks: e.Asks, Open: n.Open}
	it := content.Item{}
	if n.About == "" {
		if it, err = v.item(ctx, by, n.Item); err != nil {
			return out, err
		}
	}
	if it.ID != "" {
		out.Kind, out.Column, out.Title, out.Number = it.Kind, it.Column, it.Title, cmp.Or(it.IndexNo, it.ID)
	}
	out.By, err = v.name(ctx, n.By)
	return out, err
}

// item is what the reader may see of an item; an empty one: nothing.
func (v *noticeViews) item(ctx context.Context, by gongkai.Actor, id string) (content.Item, error) {
	if it, known := v.items[id]; known {
		return it, nil
	}
	it, err := v.s.Engine.Item(ctx, by, id)
	if gongkai.Is(err, gongkai.Denied) || gongkai.Is(err, gongkai.Missing) {
		it, err = content.Item{}, nil
	}
	if err == nil {
		v.items[id] = it
	}
	return it, err
}

func (v *noticeViews) name(ctx context.Context, id string) (string, error) {
	if name, known := v.names[id]; known || id == "" {
		return name, nil
	}
	u, err := v.s.Accounts.User(ctx, id)
	if err != nil && !gongkai.Is(err, gongkai.Missing) {
		return "", err
	}
	v.names[id] = u.Name
	return u.Name, nil
}

type inboxQuery struct {
	Paging
	Unread bool `query:"unread" doc:"Only what is unread"`
}

func (s *Server) listInbox(ctx context.Context, in *inboxQuery) (*of[List[NoticeView]], error) {
	me := actorOf(ctx)
	page, err := s.Notices.Inbox(ctx, me.ID, in.Unread, in.After, in.Limit)
	if err != nil {
		return nil, err
	}
	views, out := s.noticeViews(), make([]NoticeView, len(page.Docs))
	for i, n := range page.Docs {
		if out[i], err = views.view(ctx, me, n); err != nil {
			return nil, err
		}
	}
	return listed(out, page.Next, nil)
}

// Unread is how many notices are unread.
type Unread struct {
	Unread int  `json:"unread"`
	More   bool `json:"more,omitempty" doc:"There are more than that"`
}

func (s *Server) unread(ctx context.Context, person string) (Unread, error) {
	n, err := s.Notices.Unread(ctx, person)
	return Unread{n, n == notify.MostUnread}, err
}

func (s *Server) countUnread(ctx context.Context, _ *none) (*of[Unread], error) {
	return answer(s.unread(ctx, actorOf(ctx).ID))
}

type byNotice struct {
	ID string `path:"id" maxLength:"64"`
}

func (s *Server) readNotice(ctx context.Context, in *byNotice) (*of[NoticeView], error) {
	n, err := s.Notices.Read(ctx, actorOf(ctx).ID, in.ID)
	if err != nil {
		return nil, err
	}
	return answer(s.noticeViews().view(ctx, actorOf(ctx), n))
}

type readAllBody struct {
	Until int64 `json:"until" minimum:"1" doc:"The at of the newest notice that the person saw: what came since stays unread"`
}

func (s *Server) readAll(ctx context.Context, in *of[readAllBody]) (*of[Unread], error) {
	me := actorOf(ctx).ID
	if err := s.Notices.ReadAll(ctx, me, in.Body.Until); err != nil {
		return nil, err
	}
	return answer(s.unread(ctx, me))
}

// EventRow is a row of the table of events.
type EventRow struct {
	Event  string `json:"event"`
	Zh     string `json:"zh"`
	En     string `json:"en"`
	Weight string `json:"weight" enum:"urgent,ordinary,low"`
	Asks   bool   `json:"asks,omitempty" doc:"It asks for something: it cannot be switched off"`
	Way    string `json:"way" enum:"inbox,mail" doc:"How one is told unless one wants it otherwise"`
}

func (s *Server) listEvents(context.Context, *none) (*of[List[EventRow]], error) {
	var out []EventRow
	for _, e := range notify.Events {
		out = append(out, EventRow{e.Name, e.Zh, e.En, e.Weight, e.Asks, notify.Preferences{}.Way(e)})
	}
	return listed(out, "", nil)
}

// PreferencesView is what a person wants to be told of.
type PreferencesView struct {
	PreferencesBody
	Mail bool `json:"mail" doc:"This installation sends mails"`
}

// PreferencesBody is what can be set.
type PreferencesBody struct {
	Email     string            `json:"email,omitempty" maxLength:"254" gate:"own" doc:"Where mails go; absent: none are sent. Shown to nobody else"`
	Ways      map[string]string `json:"ways,omitempty" doc:"By event: off, inbox or mail; absent: as the table of events says"`
	QuietFrom string            `json:"quiet_from,omitempty" maxLength:"5" doc:"No mails from then, hh:mm in the time of the offices, but urgent ones"`
	QuietTo   string            `json:"quiet_to,omitempty" maxLength:"5" doc:"Until then"`
	Digest    string            `json:"digest,omitempty" maxLength:"5" doc:"One mail a day at this time, but for what is urgent; absent: as things happen"`
}

func (s *Server) preferences(ctx context.Context, _ *none) (*of[PreferencesView], error) {
	me := actorOf(ctx).ID
	p, err := s.Notices.Preferences(ctx, me)
	if err != nil {
		return nil, err
	}
	email, err := s.Accounts.Email(ctx, me)
	return answer(PreferencesView{PreferencesBody{email, p.Ways, p.QuietFrom, p.QuietTo, p.Digest}, s.Notices.Mails()}, err)
}

func (s *Server) putPreferences(ctx context.Context, in *of[PreferencesBody]) (*of[PreferencesView], error) {
	me, b := actorOf(ctx), in.Body
	email, err := account.CleanEmail(b.Email)
	if err != nil {
		return nil, err
	}
	if err := s.Notices.MayGoTo(email); err != nil {
		return nil, err
	}
	if _, err := s.Notices.SetPreferences(ctx, me.ID, notify.Preferences{Ways: b.Ways, QuietFrom: b.QuietFrom, QuietTo: b.QuietTo, Digest: b.Digest}); err != nil {
		return nil, err
	}
	changed, err := s.Accounts.SetEmail(ctx, me.ID, email)
	if err == nil && changed {
		err = s.record(ctx, "user.email", "user/"+me.ID, me.Unit, map[string]string{"own": "true", "set": yes(email != "")})
	}
	if err != nil {
		return nil, err
	}
	return s.preferences(ctx, nil)
}
