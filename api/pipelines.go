// Pipelines (审校流程): their versions, where they are used, and adding one.

package api

import (
	"context"
	"net/http"
	"strconv"

	"gongkai"
	"gongkai/policy"
	"gongkai/workflow"
)

func (s *Server) registerPipelines() {
	register(s.routes, op(http.MethodGet, "/pipelines", "list-pipelines", "pipelines", "审校流程 Pipelines, all versions, with the columns that use them"), signedIn(), s.listPipelines)
	today := op(http.MethodGet, "/pipelines/{name}", "get-pipeline", "pipelines", "审校流程现状 The versions of one, and what today speaks against the newest")
	today.Description = "按现有授权逐单位核验：哪些环节无人可签、哪些环节只剩同一人可签。Who could sign is looked at unit by unit: stages that nobody can fill, stages that one person is left for."
	register(s.routes, today, anywhere(policy.PipelineManage), s.getPipeline)
	register(s.routes, op(http.MethodGet, "/pipelines/{name}/{version}", "get-pipeline-version", "pipelines", "流程版本 One version, as items under way name it"), signedIn(), s.getPipelineVersion)
	add := op(http.MethodPost, "/pipelines", "add-pipeline", "pipelines", "新增流程或版本 Add a pipeline, or a version of one")
	add.Description = "版本一经保存不再更改：在办信息沿用原版本，此后送审的用新版本。不合规或使用单位人员不足的，逐处说明理由并拒绝；dry_run=true时只核验，不保存，一律答200。A version never changes: items under way keep theirs, those submitted from now on go through the new one. It is refused, with every reason by place, if it is not well defined (400) or if units that use it lack the people (422). With dry_run=true nothing is stored, and the answer is 200 with the reasons."
	add.DefaultStatus = http.StatusCreated
	register(s.routes, add, anywhere(policy.PipelineManage), s.addPipeline)
	register(s.routes, op(http.MethodGet, "/tiers", "list-tiers", "pipelines", "风险等级的最低要求 What tiers and findings demand of a pipeline"), signedIn(), s.listTiers)
	tier := op(http.MethodPut, "/tiers/{code}", "put-tier", "pipelines", "加严风险等级的要求 Make the demand of a tier stricter")
	tier.Description = "只能比程序所定的更严；没有流程达到的要求不予接受。Never laxer than the program's; what no pipeline asks for is refused."
	register(s.routes, tier, anywhere(policy.PipelineManage), s.putTier)
}

func (s *Server) listTiers(ctx context.Context, _ *none) (*of[List[workflow.Demand]], error) {
	all, err := s.Engine.Demands(ctx)
	return listed(all, "", err)
}

type tierIn struct {
	Code string `path:"code" enum:"A,B,C,minors"`
	Body struct {
		Reviews int `json:"reviews" minimum:"0" maximum:"20" doc:"Reviews (审)"`
		Proofs  int `json:"proofs" minimum:"0" maximum:"20" doc:"Proofreadings (校)"`
		Secrecy int `json:"secrecy" minimum:"0" maximum:"20" doc:"Secrecy reviews (保密审查)"`
		People  int `json:"people" minimum:"0" maximum:"20" doc:"Different people"`
	}
}

func (s *Server) putTier(ctx context.Context, in *tierIn) (*of[workflow.Demand], error) {
	b := in.Body
	d, err := s.Engine.SetDemand(ctx, actorOf(ctx), workflow.Demand{Code: in.Code, Reviews: b.Reviews, Proofs: b.Proofs, Secrecy: b.Secrecy, People: b.People})
	if err != nil {
		return nil, err
	}
	return answer(d, s.record(ctx, policy.PipelineManage, "tier/"+d.Code, "", d.Summary()))
}

func (s *Server) listPipelines(ctx context.Context, _ *none) (*of[List[workflow.PipelineRow]], error) {
	rows, err := s.Engine.PipelineRows(ctx, actorOf(ctx))
	return listed(rows, "", err)
}

// staff tells the engine who still works here.
func (s *Server) staff(ctx context.Context, user string) (name string, here bool, err error) {
	u, err := s.Accounts.User(ctx, user)
	if gongkai.Is(err, gongkai.Missing) {
		return "", false, nil
	}
	return u.Name, !u.Disabled, err
}

// ByPipeline is the path to a pipeline.
type ByPipeline struct {
	Name string `path:"name" pattern:"^[a-z0-9][a-z0-9-]{0,39}$"`
}

// PipelineView is a pipeline with what today speaks against it.
type PipelineView struct {
	Versions []workflow.PipelineRow  `json:"versions" doc:"The newest first"`
	Today    workflow.PipelineReport `json:"today" doc:"As things stand: what the units that use the newest version lack"`
}

func (s *Server) getPipeline(ctx context.Context, in *ByPipeline) (*of[PipelineView], error) {
	today, err := s.Engine.PipelineToday(ctx, in.Name, s.staff)
	if err != nil {
		return nil, err
	}
	rows, err := s.Engine.PipelineRows(ctx, actorOf(ctx))
	v := PipelineView{Today: today}
	for _, r := range rows {
		if r.Name == in.Name {
			v.Versions = append(v.Versions, r)
		}
	}
	return answer(v, err)
}

type pipelineVersionIn struct {
	ByPipeline
	Version int `path:"version" minimum:"1"`
}

func (s *Server) getPipelineVersion(ctx context.Context, in *pipelineVersionIn) (*of[workflow.Pipeline], error) {
	return answer(s.Engine.Pipeline(ctx, in.Name+"/"+strconv.Itoa(in.Version)))
}

type pipelineIn struct {
	DryRun bool `query:"dry_run" doc:"Only look at it: nothing is stored"`
	Body   workflow.NewPipeline
}

// PipelineAnswer is what became of a pipeline that was sent.
type PipelineAnswer struct {
	Pipeline workflow.Pipeline `json:"pipeline"`
	Stored   bool              `json:"stored"`
	workflow.PipelineReport
}

type pipelineOut struct {
	Status int
	Body   PipelineAnswer
}

func (s *Server) addPipeline(ctx context.Context, in *pipelineIn) (*pipelineOut, error) {
	if in.DryRun {
		p, report, err := s.Engine.TryPipeline(ctx, in.Body, s.staff)
		return &pipelineOut{http.StatusOK, PipelineAnswer{Pipeline: p, PipelineReport: report}}, err
	}
	p, report, err := s.Engine.AddPipeline(ctx, actorOf(ctx), in.Body, s.staff)
	if err == nil {
		err = s.record(ctx, policy.PipelineManage, "pipeline/"+p.ID, "", p.Summary())
	}
	return &pipelineOut{http.StatusCreated, PipelineAnswer{p, true, report}}, err
}
