// Who asks: sessions of people, keys of programs, and the check that a
// browser's request came from our own pages.

package api

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"gongkai"
	"gongkai/account"
)

// cookieName is the session's cookie. __Host- makes browsers refuse it from
// any other host, path or plain HTTP.
func cookieName(secure bool) string {
	if secure {
		return "__Host-gongkai_session"
	}
	return "gongkai_session"
}

// admit decides at the door: who it is, and what can be decided here.
func (s *Server) admit(v *visit, ctx huma.Context, a Access) error {
	if a.Door == Public {
		return crossSite(ctx, false)
	}
	v.waits = a.Waits
	if err := s.identify(v, ctx); err != nil {
		return err
	}
	switch {
	case v.actor.Key && a.Door == Person:
		return gongkai.E(gongkai.Denied, "person", "须由人员本人办理，接口密钥不能使用", "a person has to do this: API keys cannot")
	case v.user.MustChange && !a.Own:
		return gongkai.E(gongkai.Denied, "must_change_password", "请先修改密码", "choose another password first")
	case a.Door == Act && a.At == Installation:
		return s.Engine.Can(ctx.Context(), v.actor, a.Act, "")
	}
	return nil
}

var errSignIn = gongkai.E(gongkai.Unauthenticated, "signed_out", "请先登录", "sign in first")

// identify finds the actor of a request. A bearer token is told by a program
// on purpose; a cookie comes along by itself and is believed from our own
// pages only.
func (s *Server) identify(v *visit, ctx huma.Context) error {
	if bearer, given := strings.CutPrefix(ctx.Header("Authorization"), "Bearer "); given {
		return s.byToken(v, ctx, strings.TrimSpace(bearer))
	}
	cookie, err := huma.ReadCookie(ctx, cookieName(s.conf.Secure))
	if err != nil || cookie.Value == "" {
		return errSignIn
	}
	if err := crossSite(ctx, true); err != nil {
		return err
	}
	return s.byToken(v, ctx, cookie.Value)
}

func (s *Server) byToken(v *visit, ctx huma.Context, token string) error {
	if strings.HasPrefix(token, account.KeyPrefix) {
		key, err := s.Accounts.KeyBySecret(ctx.Context(), token)
		v.actor = key.Actor()
		if err != nil {
			v.actor = gongkai.Actor{}
			s.metrics.signIns.WithLabelValues("key").Inc()
		}
		return err
	}
	find := s.Accounts.Session
	if v.waits {
		find = s.Accounts.Peek
	}
	user, session, err := find(ctx.Context(), token)
	if err != nil {
		return err
	}
	v.user, v.session, v.token, v.actor = user, session, token, user.Actor()
	return nil
}

var errCrossSite = gongkai.E(gongkai.Denied, "cross_site", "请求来自其他网站，已拒绝", "the request came from another site and was refused")

// crossSite refuses an unsafe request that another site's page sent. Browsers
// say where a request comes from in Sec-Fetch-Site or Origin; with a cookie one
// of the two must be there.
func crossSite(ctx huma.Context, cookie bool) error {
	if m := ctx.Method(); m == http.MethodGet || m == http.MethodHead {
		return nil
	}
	if site := ctx.Header("Sec-Fetch-Site"); site != "" {
		if site == "same-origin" {
			return nil
		}
		return errCrossSite
	}
	origin := ctx.Header("Origin")
	if origin == "" {
		if cookie {
			return errCrossSite
		}
		return nil
	}
	if u, err := url.Parse(origin); err != nil || u.Host == "" || !strings.EqualFold(u.Host, ctx.Host()) {
		return errCrossSite
	}
	return nil
}
