// What goes out (发信): robots of office chats, and letters that wait or were
// given up.

package api

import (
	"context"
	"net/http"
	"net/url"

	"gongkai"
	"gongkai/notify"
	"gongkai/policy"
)

func (s *Server) registerRobots() {
	register(s.routes, op(http.MethodGet, "/robots", "list-robots", "notices", "群机器人 Robots of office chats"), anywhere(policy.NoticeManage), s.listRobots)
	register(s.routes, op(http.MethodPut, "/robots/{id}", "put-robot", "notices", "设置群机器人 Add or change a robot"), anywhere(policy.NoticeManage), s.putRobot)
	register(s.routes, op(http.MethodPost, "/robots/{id}/test", "test-robot", "notices", "试发 Send a trial message through a robot"), anywhere(policy.NoticeManage), s.testRobot)
	register(s.routes, op(http.MethodGet, "/robot-templates", "list-robot-templates", "notices", "机器人类型 The table of templates"), anywhere(policy.NoticeManage), s.listTemplates)
	register(s.routes, op(http.MethodGet, "/letters", "list-letters", "notices", "待发和已放弃的消息 Letters by state, the newest first"), anywhere(policy.NoticeManage), s.listLetters)
	register(s.routes, op(http.MethodPost, "/letters/{id}/retry", "retry-letter", "notices", "重发已放弃的消息 Try a letter again that was given up"), anywhere(policy.NoticeManage), s.retryLetter)
}

// RobotView is a robot without what opens its chat.
type RobotView struct {
	ID       string   `json:"id"`
	Rev      int64    `json:"rev"`
	Name     string   `json:"name"`
	Unit     string   `json:"unit,omitempty"`
	Template string   `json:"template"`
	Host     string   `json:"host" doc:"Of its address; the rest holds a key and is not shown"`
	Signed   bool     `json:"signed" doc:"It has a secret"`
	Events   []string `json:"events,omitempty"`
	Disabled bool     `json:"disabled"`
	Updated  int64    `json:"updated"`
	Secret   string   `json:"secret,omitempty" doc:"Fresh signing secret of a standard receiver; shown this once"`
}

func robotView(r notify.Robot, secret string) RobotView {
	v := RobotView{r.ID, r.Rev, r.Name, r.Unit, r.Template, "", r.Secret != "", r.Events, r.Disabled, r.Updated, secret}
	if u, err := url.Parse(r.URL); err == nil {
		v.Host = u.Host
	}
	return v
}

func (s *Server) listRobots(ctx context.Context, _ *none) (*of[List[RobotView]], error) {
	all, err := s.Notices.Robots(ctx)
	var out []RobotView
	for _, r := range all {
		out = append(out, robotView(r, ""))
	}
	return listed(out, "", err)
}

type robotIn struct {
	ID   string `path:"id" pattern:"^[a-z0-9][a-z0-9-]{0,39}$"`
	Body struct {
		Name     string   `json:"name" minLength:"1" maxLength:"100"`
		Unit     string   `json:"unit,omitempty" maxLength:"40" doc:"Of whose items it tells, with the units below; absent: of all"`
		Template string   `json:"template" maxLength:"20" doc:"Row of the table of templates"`
		URL      string   `json:"url,omitempty" maxLength:"1000" gate:"secret" doc:"Address that the chat gave; absent: it stays"`
		Secret   string   `json:"secret,omitempty" maxLength:"200" gate:"secret" doc:"Signing secret that the chat gave; absent: it stays"`
		Events   []string `json:"events,omitempty" maxItems:"50" doc:"What it tells of; absent: what asks for something, and what is urgent"`
		Disabled bool     `json:"disabled,omitempty"`
	}
}

func (s *Server) putRobot(ctx context.Context, in *robotIn) (*of[RobotView], error) {
	b := in.Body
	if b.Unit != "" {
		if _, err := s.Content.Units.Get(ctx, b.Unit); err != nil {
			return nil, gongkai.E(gongkai.Invalid, "unit", "没有这个单位", "there is no such unit", gongkai.Detail{Where: "unit", Code: "missing", Zh: "没有这个单位", En: "there is no such unit"})
		}
	}
	r := notify.Robot{Name: b.Name, Unit: b.Unit, Template: b.Template, URL: b.URL, Secret: b.Secret, Events: b.Events, Disabled: b.Disabled}
	r.ID = in.ID
	r, secret, err := s.Notices.PutRobot(ctx, r)
	if err != nil {
		return nil, err
	}
	return answer(robotView(r, secret), s.record(ctx, policy.NoticeManage, "robot/"+r.ID, r.Unit, map[string]string{"what": "robot", "template": r.Template, "disabled": yes(r.Disabled)}))
}

type byRobot struct {
	ID string `path:"id" maxLength:"40"`
}

// testRobot only makes the letter: what becomes of it stands in the list.
func (s *Server) testRobot(ctx context.Context, in *byRobot) (*of[notify.Letter], error) {
	l, err := s.Notices.Trial(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return answer(l, s.record(ctx, policy.NoticeManage, "robot/"+in.ID, "", map[string]string{"what": "trial"}))
}

// TemplateRow is a row of the table of templates.
type TemplateRow struct {
	Name string `json:"name"`
	Zh   string `json:"zh"`
	En   string `json:"en"`
}

func (s *Server) listTemplates(context.Context, *none) (*of[List[TemplateRow]], error) {
	var out []TemplateRow
	for _, t := range notify.Templates {
		out = append(out, TemplateRow{t.Name, t.Zh, t.En})
	}
	return listed(out, "", nil)
}

type letterQuery struct {
	Paging
	State string `query:"state" enum:"waiting,sent,dead,void" default:"dead"`
}

func (s *Server) listLetters(ctx context.Context, in *letterQuery) (*of[List[notify.Letter]], error) {
	page, err := s.Notices.Letters(ctx, in.State, in.After, in.Limit)
	return listed(page.Docs, page.Next, err)
}

type byLetter struct {
	ID string `path:"id" maxLength:"64"`
}

func (s *Server) retryLetter(ctx context.Context, in *byLetter) (*of[notify.Letter], error) {
	l, err := s.Notices.Retry(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return answer(l, s.record(ctx, policy.NoticeManage, "letter/"+l.ID, "", map[string]string{"what": "retry"}))
}
