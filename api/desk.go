// Work lists of people (工作清单): what waits for whom.

package api

import (
	"context"
	"net/http"

	"gongkai/workflow"
)

func (s *Server) registerDesk() {
	desk := op(http.MethodGet, "/desk", "get-desk", "desk", "我的案头 What waits for me, counted")
	desk.Description = "各清单的条数；清单内容见 /desk/{list}。The work lists with how much is in each; what is in them: see /desk/{list}."
	register(s.routes, desk, inPerson(), s.getDesk)
	list := op(http.MethodGet, "/desk/{list}", "get-desk-list", "desk", "工作清单 A work list")
	list.Description = "mine 待我办理、sign 待我审校、release 待我发布、decide 待我审批撤稿、drafts 我的草稿、returned 退回给我、claimed 我已认领、waiting 等待他人办理、unit 单位在办（含下级单位）。一页可能少于所要条数而仍有下一页：无权办理的不列出。A page may hold less than was asked for although there is a next one: what the reader may not do is left out."
	register(s.routes, list, inPerson(), s.getDeskList)
}

type deskIn struct {
	DueWithin int `query:"due_within" minimum:"1" maximum:"1000" default:"3" doc:"What counts as due soon: today or within so many working days"`
}

func (s *Server) getDesk(ctx context.Context, in *deskIn) (*of[workflow.Desk], error) {
	return answer(s.Engine.Desk(ctx, actorOf(ctx), in.DueWithin))
}

type deskListIn struct {
	Paging
	List string `path:"list" enum:"mine,sign,release,decide,drafts,returned,claimed,waiting,unit"`
	Unit string `query:"unit" maxLength:"40" doc:"unit: which unit; absent: one's own"`
	Sort string `query:"sort" enum:"updated,oldest,deadline,sign_by" default:"updated" doc:"updated: the newest change first; oldest: the oldest first; deadline: the earliest deadline first, of the items that have one; sign_by: the time limit of the stage that waits (环节时限) that ends first, of those that have one"`

	Overdue   bool `query:"overdue" doc:"Only what is not public although its deadline is over (逾期); by deadline"`
	DueWithin int  `query:"due_within" minimum:"1" maximum:"1000" doc:"Only what is due today or on one of the next so many working days (临近到期), and with overdue what is overdue too; by deadline"`
}

// DeskLine is an item in a work list of somebody.
type DeskLine struct {
	ItemLine
	Do    []workflow.Doing   `json:"do,omitempty" doc:"What the reader could do now"`
	Waits []workflow.Waiting `json:"waits" doc:"What it waits for, and who could do it"`
}

func (s *Server) getDeskList(ctx context.Context, in *deskListIn) (*of[List[DeskLine]], error) {
	page, err := s.Engine.WorkList(ctx, actorOf(ctx), workflow.DeskQuery{List: in.List, Unit: in.Unit, Sort: in.Sort, Overdue: in.Overdue, DueWithin: in.DueWithin, After: in.After, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	lines := make([]DeskLine, len(page.Docs))
	for i, l := range page.Docs {
		line, err := s.line(ctx, listedItem(l.Item))
		if err != nil {
			return nil, err
		}
		lines[i] = DeskLine{line, l.Do, append([]workflow.Waiting{}, l.Waits...)}
	}
	return listed(lines, page.Next, nil)
}
