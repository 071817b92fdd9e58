// Grants that a second administrator confirms (授权须经第二名管理员确认).

package api

import (
	"context"
	"net/http"
	"strings"

	"gongkai"
	"gongkai/notify"
	"gongkai/policy"
)

func (s *Server) registerPending() {
	list := op(http.MethodGet, "/grants/pending", "list-pending-grants", "people", "待确认的授权 Grants that wait for a second administrator, the newest first")
	list.Description = "仅列出本人可见单位的；超过七天未确认的作废。Only of units whose users one may read; what nobody confirms within seven days is void."
	confirm := op(http.MethodPost, "/grants/pending/{id}/confirm", "confirm-grant", "people", "确认授权 Confirm a grant that another administrator asked for")
	confirm.Description = "由提出人和被授权人以外的系统管理员办理；提出人须仍有授权的权限。确认中途中断的，任一名可以确认的管理员再确认一次即可办完。By an administrator who neither asked nor is to get it, and only while who asked may still grant. What somebody began to confirm and was cut short in, any of those who may confirm finishes by confirming again."
	register(s.routes, list, signedIn(), s.listPending)
	register(s.routes, confirm, onUnit(policy.GrantConfirm), s.confirmGrant)
	register(s.routes, op(http.MethodDelete, "/grants/pending/{id}", "decline-grant", "people", "否决或撤回待确认的授权 Decline a grant that waits, or take it back"), onUnit(policy.GrantManage), s.declineGrant)
}

// GrantAnswer is what became of a grant that was asked for.
type GrantAnswer struct {
	policy.Grant
	Pending string `json:"pending,omitempty" doc:"Id under which it waits for a second administrator; absent: it holds"`
	Expires int64  `json:"expires,omitempty" doc:"Milliseconds until when it may be confirmed"`
	Said    Said   `json:"said" doc:"The same for people"`
}

// Said is a sentence in both languages.
type Said struct {
	Zh string `json:"zh"`
	En string `json:"en"`
}

type grantOut struct {
	Status int
	Body   GrantAnswer
}

// grantOrAsk makes a grant hold where there is nobody to confirm it, and else
// notes it.
func (s *Server) grantOrAsk(ctx context.Context, g policy.Grant) (*grantOut, error) {
	by := actorOf(ctx)
	others, err := s.confirmers(ctx, g, by.ID)
	if err != nil {
		return nil, err
	}
	if len(others) == 0 {
		if err := s.Policy.Grant(ctx, g, by); err != nil {
			return nil, err
		}
		said := Said{"已生效：没有其他系统管理员可以确认", "it holds: there is no other administrator to confirm it"}
		return &grantOut{http.StatusOK, GrantAnswer{Grant: g, Said: said}}, s.recordGrant(ctx, policy.GrantManage, "grant", g, map[string]string{"alone": "true"})
	}
	p, err := s.Policy.Ask(ctx, g, by)
	if err != nil {
		return nil, err
	}
	zh, en := s.askedOf(ctx, others)
	said := Said{"尚未生效：须在七天内由另一名系统管理员确认（" + zh + "）", "it does not hold yet: another administrator has to confirm it within seven days (" + en + ")"}
	if err := s.recordGrant(ctx, policy.GrantManage, "ask", g, map[string]string{"pending": p.ID}); err != nil {
		return nil, err
	}
	return &grantOut{http.StatusAccepted, GrantAnswer{Grant: p.Grant, Pending: p.ID, Expires: p.Expires, Said: said}},
		s.Notices.TellOf(ctx, notify.GrantAsked, p.Asking(), p.By, others...)
}

// decided tells who asked, and where it holds who got it, what became of a grant;
// it asks nobody any more.
func (s *Server) decided(ctx context.Context, p policy.Pending, event string, people ...string) error {
	if err := s.Notices.TellOf(ctx, event, p.Asking(), actorOf(ctx).ID, people...); err != nil {
		return err
	}
	return s.Notices.Over(ctx, notify.GrantAsked, p.Asking())
}

func (s *Server) confirmers(ctx context.Context, g policy.Grant, by string) ([]string, error) {
	path, err := s.pathOf(ctx, g.Unit)
	if err != nil {
		return nil, err
	}
	return s.Policy.Confirmers(g, path, by)
}

func (s *Server) pathOf(ctx context.Context, unit string) ([]string, error) {
	if unit == "" {
		return nil, nil
	}
	return s.Content.UnitPath(ctx, unit)
}

// askedOf names those who may confirm; where none of them can sign in, it says
// what to do.
func (s *Server) askedOf(ctx context.Context, users []string) (zh, en string) {
	var names []string
	for _, id := range users {
		if name, here, err := s.staff(ctx, id); err == nil && here {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return "其他管理员均已停用：请在服务器上运行 gongkai user grant", "all others are disabled: run gongkai user grant on the server"
	}
	return strings.Join(names, "、"), strings.Join(names, ", ")
}

func (s *Server) recordGrant(ctx context.Context, act, what string, g policy.Grant, more map[string]string) error {
	detail := map[string]string{"what": what, "role": g.Role}
	for k, v := range more {
		detail[k] = v
	}
	return s.record(ctx, act, "user/"+g.User, g.Unit, detail)
}

func (s *Server) listPending(ctx context.Context, in *Paging) (*of[List[policy.Pending]], error) {
	page, err := s.Policy.PendingGrants(ctx, in.After, in.Limit)
	if err != nil {
		return nil, err
	}
	var out []policy.Pending
	for _, p := range page.Docs {
		if s.allow(ctx, policy.UserRead, p.Unit) == nil {
			out = append(out, p)
		}
	}
	return listed(out, page.Next, nil)
}

type byPending struct {
	ID string `path:"id" maxLength:"64"`
}

// pendingOn finds a grant that waits, for somebody who may do the act on its
// unit; who may not learns nothing.
func (s *Server) pendingOn(ctx context.Context, id, act string) (policy.Pending, error) {
	p, err := s.Policy.PendingGrant(ctx, id)
	if err != nil && p.ID == "" {
		if refused := s.allow(ctx, act, ""); refused != nil {
			err = refused
		}
		return p, err
	}
	if refused := s.allow(ctx, act, p.Unit); refused != nil {
		return p, refused
	}
	return p, err
}

// confirmGrant looks at everything again: who asked may have lost the right
// since.
func (s *Server) confirmGrant(ctx context.Context, in *byPending) (*of[policy.Grant], error) {
	p, err := s.pendingOn(ctx, in.ID, policy.GrantConfirm)
	if err != nil {
		return nil, err
	}
	me := actorOf(ctx)
	if me.ID == p.By || me.ID == p.User {
		if err := s.Engine.Can(ctx, me, policy.GrantConfirm, p.Unit, policy.OwnGrant); err != nil {
			return nil, err
		}
	}
	if err := s.stillAsked(ctx, p, me.ID); err != nil {
		return nil, err
	}
	g, err := s.Policy.Confirm(ctx, p, me, func(g policy.Grant) error {
		detail := map[string]string{"asked_by": p.By, "pending": p.ID}
		if g.Confirmed != me.ID {
			detail["begun_by"] = g.Confirmed
		}
		return s.recordGrant(ctx, policy.GrantConfirm, "confirm", g, detail)
	})
	if err != nil {
		return nil, err
	}
	return answer(g, s.decided(ctx, p, notify.GrantConfirmed, p.By, p.User))
}

var (
	errNotAsked = gongkai.E(gongkai.Blocked, "asker_gone", "提出人已无授权的权限，请重新提出", "who asked for this grant may not grant any more: ask for it again")
	errNoSecond = gongkai.E(gongkai.Denied, "no_administrator", "须由系统管理员确认", "an administrator has to confirm it")
)

// stillAsked tells whether who asked may still grant, whether who is to get it
// still works here, and whether who confirms is an administrator: an ordinary
// rule that lets others confirm counts for nothing.
func (s *Server) stillAsked(ctx context.Context, p policy.Pending, by string) error {
	_, here, err := s.staff(ctx, p.By)
	if err != nil {
		return err
	}
	if !here || s.Engine.Can(ctx, gongkai.Actor{ID: p.By}, policy.GrantManage, p.Unit) != nil {
		return errNotAsked
	}
	others, err := s.confirmers(ctx, p.Grant, p.By)
	if err != nil {
		return err
	}
	for _, who := range others {
		if who == by {
			_, err := s.Accounts.User(ctx, p.User)
			return err
		}
	}
	return errNoSecond
}

func (s *Server) declineGrant(ctx context.Context, in *byPending) (*of[Done], error) {
	p, err := s.pendingOn(ctx, in.ID, policy.GrantManage)
	if err != nil {
		return nil, err
	}
	if err := s.Policy.Decline(ctx, p); err != nil {
		return nil, err
	}
	if err := s.recordGrant(ctx, policy.GrantManage, "decline", p.Grant, map[string]string{"asked_by": p.By, "pending": p.ID}); err != nil {
		return nil, err
	}
	return done(s.decided(ctx, p, notify.GrantDeclined, p.By))
}

var errOtherAdministrator = gongkai.E(gongkai.Blocked, "other_administrator", "不能更改其他系统管理员的密码或授权：否则一人即可代替两人。请在服务器上运行 gongkai user passwd 或 gongkai user grant --revoke",
	"the password and the role of another administrator cannot be changed here: one person could then stand for two. Run gongkai user passwd or gongkai user grant --revoke on the server")

// notOver keeps one administrator from acting as another, or from being the last
// one left: what two have to do, one could do then.
func (s *Server) notOver(ctx context.Context, user string) error {
	if user == actorOf(ctx).ID {
		return nil
	}
	for _, g := range s.Policy.Grants(user) {
		if g.Role == policy.Administrator {
			return errOtherAdministrator
		}
	}
	return nil
}
