// Delegations (代理): who stands in for whom.

package api

import (
	"context"
	"net/http"
	"time"

	"gongkai"
	"gongkai/notify"
	"gongkai/policy"
)

func (s *Server) registerDelegations() {
	list := op(http.MethodGet, "/delegations", "list-delegations", "people", "代理 Delegations from me and to me")
	list.Description = "user指明他人时须有查看用户的权限。Those of somebody else (user) are for those who read users."
	register(s.routes, list, inPerson(), s.listDelegations)
	add := op(http.MethodPost, "/delegations", "add-delegation", "people", "委托代理 Let somebody stand in for me")
	add.Description = "本人把在某单位持有的签署类角色委托他人代行一段时间。代理人办理时在for中写明被代理人；一次签署对两人都算数：任何一人起草、签过的，都不能再签。代理不能转委托，被代理人失去角色或者停用时即告终止。What I may sign in a role, somebody else may sign for a time, naming me in for. Such a signature counts for both of us in every rule about who did what. It cannot be passed on, and ends when I lose the role or am locked out."
	add.DefaultStatus = http.StatusCreated
	register(s.routes, add, inPerson(), s.addDelegation)
	register(s.routes, op(http.MethodDelete, "/delegations/{id}", "end-delegation", "people", "终止代理 End a delegation"), inPerson(), s.endDelegation)
}

type delegationQuery struct {
	User string `query:"user" maxLength:"64" doc:"Somebody else; absent: oneself"`
}

func (s *Server) listDelegations(ctx context.Context, in *delegationQuery) (*of[List[policy.Delegation]], error) {
	user := actorOf(ctx).ID
	if in.User != "" && in.User != user {
		if err := s.allow(ctx, policy.UserRead, ""); err != nil {
			return nil, err
		}
		user = in.User
	}
	return listed(s.Policy.Delegations(user), "", nil)
}

type delegationIn struct {
	Once
	Body struct {
		To     string `json:"to" minLength:"1" maxLength:"64" doc:"Id of who stands in"`
		Role   string `json:"role" minLength:"1" maxLength:"64"`
		Unit   string `json:"unit" minLength:"1" maxLength:"40" doc:"Unit in which I hold the role; with its sub-units"`
		Start  int64  `json:"start,omitempty" minimum:"0" doc:"Milliseconds; absent: now"`
		End    int64  `json:"end" minimum:"1" doc:"Milliseconds; within a year"`
		Reason string `json:"reason" minLength:"1" maxLength:"200"`
	}
}

func (s *Server) addDelegation(ctx context.Context, in *delegationIn) (*of[policy.Delegation], error) {
	b, me := in.Body, actorOf(ctx)
	path, err := s.Content.UnitPath(ctx, b.Unit)
	if err != nil {
		return nil, err
	}
	if _, here, err := s.staff(ctx, b.To); err != nil {
		return nil, err
	} else if !here {
		return nil, gongkai.E(gongkai.Invalid, "gone", "没有这个在职人员", "nobody of that id works here", gongkai.Detail{Where: "body.to", Code: "gone", Zh: "请选择在职人员", En: "choose somebody who works here"})
	}
	id, err := s.once(ctx, "delegation", in.Once)
	if err != nil {
		return nil, err
	}
	if there, err := s.Policy.Delegation(id); err == nil {
		return answer(there, s.Notices.TellOf(ctx, notify.Delegated, there.ID, me.ID, there.To))
	}
	d, err := s.Policy.Delegate(ctx, policy.Delegation{ID: id, From: me.ID, To: b.To, Role: b.Role, Unit: b.Unit, Start: b.Start, End: b.End, Reason: b.Reason}, path, me)
	if err != nil {
		return nil, s.forgetRequest(ctx, id, err)
	}
	if err := s.record(ctx, "delegation.add", "user/"+d.To, d.Unit, map[string]string{"delegation": d.ID, "from": d.From, "role": d.Role, "start": stamp(d.Start), "end": stamp(d.End), "reason": d.Reason}); err != nil {
		return nil, err
	}
	return answer(d, s.Notices.TellOf(ctx, notify.Delegated, d.ID, me.ID, d.To))
}

func stamp(ms int64) string { return time.UnixMilli(ms).UTC().Format(time.RFC3339) }

type byDelegation struct {
	ID string `path:"id" maxLength:"64"`
}

// endDelegation is for the two whom it is between, and for those who manage
// delegations in its unit.
func (s *Server) endDelegation(ctx context.Context, in *byDelegation) (*of[Done], error) {
	me := actorOf(ctx)
	d, err := s.Policy.Delegation(in.ID)
	if err != nil {
		return nil, err
	}
	if me.ID != d.From && me.ID != d.To {
		if err := s.allow(ctx, policy.DelegationManage, d.Unit); err != nil {
			return nil, err
		}
	}
	if err := s.Policy.EndDelegation(ctx, d.From, d.ID, me); err != nil {
		return nil, err
	}
	if err := s.record(ctx, "delegation.end", "user/"+d.To, d.Unit, map[string]string{"delegation": d.ID, "from": d.From, "role": d.Role}); err != nil {
		return nil, err
	}
	return done(s.Notices.TellOf(ctx, notify.DelegationEnded, d.ID, me.ID, d.To, d.From))
}
