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

// begin refuses a change while no entry could be written about it: what nobody
// would know of does not happen. Acts on items carry their own record; any other
// is noted before it begins, and the note is taken away unless it failed: a
// process that dies between the change and its entry leaves the note.
func (s *Server) begin(ctx context.Context, a Access) (ended func(error), err error) {
	ended = func(error) {}
	if a.Door == Public || strings.HasPrefix(a.Act, "item.") || a.Act == policy.FileAdd {
		return ended, nil
	}
	if err := s.Trail.Ready(ctx); err != nil || a.Own {
		return ended, err
	}
	v := visitOf(ctx)
	over, err := s.Trail.Begin(ctx, audit.Entry{Actor: v.actor.ID, ActorName: v.actor.Name, Object: "act/" + v.operation, Unit: v.actor.Unit, Detail: map[string]string{"path": v.path, "request": v.id}})
	return func(failed error) {
		if kind := gongkai.KindOf(failed); failed != nil && (kind == gongkai.Unavailable || kind == gongkai.Internal) {
			return
		}
		if err := over(context.WithoutCancel(ctx)); err != nil {
			s.log.Error("an act that was begun is told as interrupted, though it ended", "request", v.id, "kind", gongkai.KindOf(err).String(), "code", gongkai.CodeOf(err))
		}
	}, err
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
