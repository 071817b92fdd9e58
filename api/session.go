// Signing in and out, and one's own password.

package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"gongkai"
	"gongkai/account"
	"gongkai/audit"
	"gongkai/policy"
)

// Me (本人) is who is signed in and what they hold.
type Me struct {
	ID         string         `json:"id"`
	Login      string         `json:"login,omitempty"`
	Name       string         `json:"name"`
	Unit       string         `json:"unit"`
	Key        bool           `json:"key,omitempty" doc:"A program with an API key"`
	Scopes     []string       `json:"scopes,omitempty" doc:"Scopes of the key"`
	Grants     []policy.Grant `json:"grants" doc:"Roles held, by unit"`
	MustChange bool           `json:"must_change,omitempty" doc:"Another password has to be chosen first"`
	Expires    int64          `json:"expires,omitempty" doc:"When the session ends"`
	Token      string         `json:"token,omitempty" doc:"Bearer token, when it was asked for; shown this once"`
}

type signInBody struct {
	Login    string `json:"login" maxLength:"200" gate:"secret"`
	Password string `json:"password" maxLength:"1000" gate:"secret"`
	Token    bool   `json:"token,omitempty" doc:"For programs: answer a bearer token and set no cookie"`
}

type meWithCookie struct {
	SetCookie string `header:"Set-Cookie"`
	Body      Me
}

func (s *Server) registerSession() {
	register(s.routes, op(http.MethodPost, "/session", "sign-in", "session", "登录 Sign in"), public(), s.signIn)
	register(s.routes, op(http.MethodGet, "/session", "who-am-i", "session", "本人 Who is signed in"), Access{Door: SignedIn, Own: true}, s.whoAmI)
	register(s.routes, op(http.MethodDelete, "/session", "sign-out", "session", "退出 Sign out"), own(), s.signOut)
	register(s.routes, op(http.MethodPost, "/session/password", "change-password", "session", "修改本人密码 Change one's own password"), own(), s.changePassword)
}

// signIn opens a session. A refusal is recorded too: with the login only if
// somebody has it, because people type passwords into the wrong field.
func (s *Server) signIn(ctx context.Context, in *of[signInBody]) (*meWithCookie, error) {
	v := visitOf(ctx)
	session, token, err := s.Accounts.SignIn(ctx, in.Body.Login, in.Body.Password, v.ip)
	s.metrics.signedIn(err)
	if gongkai.Is(err, gongkai.Unauthenticated) || gongkai.Is(err, gongkai.TooMany) {
		if err := s.refusedSignIn(ctx, in.Body.Login, gongkai.CodeOf(err)); err != nil {
			return nil, err
		}
	}
	if err != nil {
		return nil, err
	}
	user, err := s.Accounts.User(ctx, session.User)
	if err != nil {
		return nil, err
	}
	v.user, v.session, v.actor = user, session, user.Actor()
	if err := s.record(ctx, "session.open", "user/"+user.ID, user.Unit, nil); err != nil {
		return nil, err
	}
	out := &meWithCookie{Body: s.me(v)}
	if in.Body.Token {
		out.Body.Token = token
		return out, nil
	}
	out.SetCookie = s.cookie(token, time.UnixMilli(session.Expires)).String()
	return out, nil
}

func (s *Server) refusedSignIn(ctx context.Context, login, code string) error {
	object, detail := "session", map[string]string{"reason": code}
	if u, err := s.Accounts.ByLogin(ctx, login); err == nil {
		object, detail["login"] = "user/"+u.ID, u.Login
	}
	return s.refusals.Note(ctx, audit.Entry{Actor: anonymous.ID, ActorName: anonymous.Name, Act: audit.ActSignInFailed, Object: object, Detail: detail})
}

func (s *Server) cookie(token string, expires time.Time) *http.Cookie {
	//nolint:gosec // Secure is the operator's: the demo has no TLS
	return &http.Cookie{Name: cookieName(s.conf.Secure), Value: token, Path: "/", Expires: expires, HttpOnly: true, Secure: s.conf.Secure, SameSite: http.SameSiteStrictMode}
}

func (s *Server) me(v *visit) Me {
	m := Me{ID: v.actor.ID, Login: v.user.Login, Name: v.actor.Name, Unit: v.actor.Unit, Key: v.actor.Key, Scopes: v.actor.Scopes,
		MustChange: v.user.MustChange, Expires: v.session.Expires, Grants: s.Policy.Grants(v.actor.ID)}
	if m.Grants == nil {
		m.Grants = []policy.Grant{}
	}
	return m
}

func (s *Server) whoAmI(ctx context.Context, _ *none) (*of[Me], error) {
	return &of[Me]{s.me(visitOf(ctx))}, nil
}

type doneWithCookie struct {
	SetCookie string `header:"Set-Cookie"`
	Body      Done
}

func (s *Server) signOut(ctx context.Context, _ *none) (*doneWithCookie, error) {
	if err := s.Accounts.SignOut(ctx, visitOf(ctx).token); err != nil {
		return nil, err
	}
	gone := s.cookie("", time.Unix(1, 0)) //nolint:gosec // the same attributes as the cookie it ends
	gone.MaxAge = -1
	return &doneWithCookie{gone.String(), Done{true}}, s.record(ctx, "session.close", "user/"+actorOf(ctx).ID, actorOf(ctx).Unit, nil)
}

type passwordBody struct {
	Old      string `json:"old" maxLength:"1000" gate:"secret"`
	Password string `json:"password" maxLength:"1000" gate:"secret"`
}

func (s *Server) changePassword(ctx context.Context, in *of[passwordBody]) (*of[Done], error) {
	me := actorOf(ctx)
	if err := s.Accounts.SetPassword(ctx, me.ID, &in.Body.Old, in.Body.Password); err != nil {
		if gongkai.Is(err, gongkai.Unauthenticated) || gongkai.Is(err, gongkai.TooMany) { // somebody at an open session guesses
			err = errors.Join(err, s.refusals.Note(ctx, audit.Entry{Actor: me.ID, ActorName: me.Name, Act: audit.ActSignInFailed, Object: "user/" + me.ID, Unit: me.Unit, Detail: map[string]string{"reason": "old_password"}}))
		}
		return nil, err
	}
	return done(s.record(ctx, "user.password", "user/"+me.ID, me.Unit, map[string]string{"own": "true"}))
}

func (s *Server) registerFirst() {
	register(s.routes, op(http.MethodGet, "/first", "first-link", "session", "首次设置链接是否有效 Whether a first link still works"), public(), s.firstOpen)
	register(s.routes, op(http.MethodPost, "/first", "claim-first", "session", "设立首位系统管理员 Make the first administrator"), public(), s.claimFirst)
}

type firstQuery struct {
	Token string `query:"token" required:"true" maxLength:"200"`
}

func (s *Server) firstOpen(ctx context.Context, in *firstQuery) (*of[Done], error) {
	return done(s.Accounts.FirstOpen(ctx, in.Token))
}

type firstBody struct {
	Token    string `json:"token" maxLength:"200" gate:"secret"`
	Login    string `json:"login" maxLength:"200"`
	Name     string `json:"name" maxLength:"200"`
	Password string `json:"password" maxLength:"1000" gate:"secret"`
}

// claimFirst uses the one-time link up: its holder administers the whole
// installation.
func (s *Server) claimFirst(ctx context.Context, in *of[firstBody]) (*of[account.User], error) {
	n := account.NewUser{Login: in.Body.Login, Name: in.Body.Name, Password: in.Body.Password}
	u, err := s.Accounts.ClaimFirst(ctx, in.Body.Token, n, First(s.Policy, s.Trail))
	return answer(u, err)
}

// First gives the first user their rights and says so in the trail; once, though
// it may be called again.
func First(p *policy.Policy, t *audit.Trail) func(context.Context, account.User) error {
	return func(ctx context.Context, u account.User) error {
		if err := p.GrantFirst(ctx, u.ID); err != nil {
			return err
		}
		by := u.Actor()
		return t.Append(ctx, audit.Entry{Actor: by.ID, ActorName: by.Name, Act: "user.first", Object: "user/" + u.ID, Key: "user.first." + u.ID})
	}
}
