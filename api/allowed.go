// The allow-list of an organisation (本单位公开号码).

package api

import (
	"context"
	"net/http"

	"gongkai/content"
	"gongkai/policy"
)

func (s *Server) registerAllowed() {
	add := op(http.MethodPost, "/units/{id}/allowed", "allow", "allowed", "登记本单位公开号码 Put a number of the organisation's own on its list")
	add.Description = "号码本身不保存：只存带密钥的散列和遮掩后的样式。名单对本单位及下级单位有效，变动后问题清单按新名单重作。The number itself is not kept: a keyed hash and a masked preview are. The list counts for the unit and its sub-units; findings are made anew when it changes."
	add.DefaultStatus = http.StatusCreated
	found := op(http.MethodPost, "/items/{id}/allowed", "allow-found", "allowed", "认定问题中的号码属于本单位 Say that what a finding found is the organisation's own")
	found.DefaultStatus = http.StatusCreated
	register(s.routes, op(http.MethodGet, "/units/{id}/allowed", "list-allowed", "allowed", "本单位公开号码 Numbers that may stand in the unit's texts, those of the units above included"), onUnit(policy.AllowRead), s.listAllowed)
	register(s.routes, add, onUnit(policy.AllowManage), s.allowNumber)
	register(s.routes, found, onUnit(policy.AllowManage), s.allowFound)
	register(s.routes, op(http.MethodDelete, "/units/{id}/allowed/{entry}", "disallow", "allowed", "撤销本单位公开号码 Take a number off the list"), onUnit(policy.AllowManage), s.disallow)
}

// ByUnit is the path to what belongs to a unit.
type ByUnit struct {
	ID string `path:"id" maxLength:"40" doc:"Id of the unit"`
}

func (s *Server) listAllowed(ctx context.Context, in *ByUnit) (*of[List[content.Allowed]], error) {
	list, err := s.Engine.AllowList(ctx, actorOf(ctx), in.ID)
	return listed(list, "", err)
}

type allowIn struct {
	ByUnit
	Body struct {
		Kind   string `json:"kind" enum:"mobile,phone,email,plate,bank_card"`
		Value  string `json:"value" minLength:"5" maxLength:"100" gate:"hashed" doc:"The number; it is not kept"`
		Reason string `json:"reason" minLength:"2" maxLength:"1000" gate:"engine" doc:"Whose it is and why it is public"`
	}
}

func (s *Server) allowNumber(ctx context.Context, in *allowIn) (*of[content.Allowed], error) {
	a, err := s.Engine.Allow(ctx, actorOf(ctx), in.ID, in.Body.Kind, in.Body.Value, in.Body.Reason)
	return s.allowedNow(ctx, a, "add", err)
}

type allowFoundIn struct {
	ByItem
	Body struct {
		Key    string `json:"key" pattern:"^[0-9a-f]{64}$" doc:"Key of the finding, in the head revision"`
		Reason string `json:"reason" minLength:"2" maxLength:"1000" gate:"engine" doc:"Whose it is and why it is public"`
	}
}

func (s *Server) allowFound(ctx context.Context, in *allowFoundIn) (*of[content.Allowed], error) {
	a, err := s.Engine.AllowFound(ctx, actorOf(ctx), in.ID, in.Body.Key, in.Body.Reason)
	return s.allowedNow(ctx, a, "add", err)
}

type disallowIn struct {
	ByUnit
	Entry string `path:"entry" pattern:"^[0-9a-f]{32}$" doc:"Id of the entry"`
}

func (s *Server) disallow(ctx context.Context, in *disallowIn) (*of[content.Allowed], error) {
	a, err := s.Engine.Disallow(ctx, actorOf(ctx), in.ID, in.Entry)
	return s.allowedNow(ctx, a, "remove", err)
}

func (s *Server) allowedNow(ctx context.Context, a content.Allowed, what string, err error) (*of[content.Allowed], error) {
	if err != nil {
		return nil, err
	}
	return answer(a, s.record(ctx, policy.AllowManage, "allowed/"+a.ID, a.Unit, map[string]string{"what": what, "kind": a.Kind, "preview": a.Preview, "reason": a.Reason}))
}
