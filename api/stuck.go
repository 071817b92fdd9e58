// What is stuck (无人可办): what whoever grants roles has to see to.

package api

import (
	"context"
	"net/http"

	"gongkai/policy"
	"gongkai/workflow"
)

func (s *Server) registerStuck() {
	list := op(http.MethodGet, "/stuck", "list-stuck", "desk", "无人可办的信息 Items that wait for somebody whom there is not")
	list.Description = "在办信息所等待的环节（或发布、审批）按现有授权和在岗人员无人可办的，逐项列明缺哪个单位的哪个角色。一页可能少于所要条数而仍有下一页。Items whose waiting stage, release or decision nobody can do as roles and people stand now, with the unit and the roles that are missing. A page may hold less than was asked for although there is a next one."
	register(s.routes, list, onUnit(policy.GrantManage), s.listStuck)
}

type stuckIn struct {
	Paging
	Unit string `query:"unit" maxLength:"40" doc:"What waits for people of this unit, or of one below it; absent: all units, or one's own for who grants roles there only"`
}

// StuckLine is an item that is stuck.
type StuckLine struct {
	ItemLine
	Gaps []workflow.Gap `json:"gaps" doc:"What nobody can do of it"`
}

func (s *Server) listStuck(ctx context.Context, in *stuckIn) (*of[List[StuckLine]], error) {
	unit := in.Unit
	if unit == "" && s.allow(ctx, policy.GrantManage, "") != nil {
		unit = actorOf(ctx).Unit
	}
	if err := s.allow(ctx, policy.GrantManage, unit); err != nil {
		return nil, err
	}
	page, err := s.Engine.Stuck(ctx, actorOf(ctx), unit, in.After, in.Limit)
	if err != nil {
		return nil, err
	}
	lines := make([]StuckLine, len(page.Docs))
	for i, one := range page.Docs {
		line, err := s.line(ctx, listedItem(one.Item))
		if err != nil {
			return nil, err
		}
		lines[i] = StuckLine{line, one.Gaps}
	}
	return listed(lines, page.Next, nil)
}
