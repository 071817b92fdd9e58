// Refusals in the trail, and what is asked of the trail before a change.

package api

import (
	"context"
	"errors"
	"strings"
	"time"

	"gongkai"
	"gongkai/audit"
	"gongkai/content"
	"gongkai/policy"
)

// anonymous is whoever did not say who they are.
var anonymous = gongkai.Actor{ID: "anonymous", Name: "未登录"}

// refused writes down what was refused: who, what, for which unit, by which
// rule. What the state of an item forbids counts where a rule of the policy says
// so. The answer is a refusal whether it can be written or not.
func (s *Server) refused(v *visit, err error) {
	e, is := refusalOf(v, err)
	if !is || s.refusals == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.base), 5*time.Second)
	defer cancel()
	if err := s.refusals.Note(ctx, e); err != nil {
		s.log.Error("refusal not in the trail", "request", v.id, "kind", gongkai.KindOf(err).String(), "code", gongkai.CodeOf(err))
	}
}

func refusalOf(v *visit, err error) (e audit.Entry, is bool) {
	by := v.actor
	if by.ID == "" {
		by = anonymous
	}
	e = audit.Entry{Actor: by.ID, ActorName: by.Name, Act: audit.ActRefused, Object: "act/" + v.operation, Detail: map[string]string{"rule": gongkai.CodeOf(err), "operation": v.operation}}
	var r *policy.Refusal
	switch {
	case errors.As(err, &r):
		e.Object, e.Unit = "act/"+r.Act, r.Unit
		return e, true
	case gongkai.Is(err, gongkai.Unauthenticated) && gongkai.CodeOf(err) == "key":
		e.Act, e.Object, e.Detail = audit.ActSignInFailed, "session", map[string]string{"reason": "key"}
		return e, true
	}
	return e, gongkai.Is(err, gongkai.Denied)
}

// trailReady refuses a change while no entry could be written about it: what
// nobody would know of does not happen. Acts on items carry their own record.
func (s *Server) trailReady(ctx context.Context, a Access) error {
	if a.Door == Public || strings.HasPrefix(a.Act, "item.") || a.Act == policy.FileAdd {
		return nil
	}
	return s.Trail.Ready(ctx)
}

// unitOf is the unit of an item, for the trail.
func (s *Server) unitOf(ctx context.Context, item string) string {
	it, err := s.Content.Items.Get(ctx, item)
	if err != nil {
		return ""
	}
	return it.Unit
}

// digested names the form in which something was stored, so that it can be told
// later whether it is still that.
func digested(doc any) map[string]string {
	_, digest, err := content.Canonical(doc)
	if err != nil {
		return nil
	}
	return map[string]string{"digest": digest}
}
