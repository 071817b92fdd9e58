// What oversees the rest: the policy and the trail.

package api

import (
	"context"
	"io"
	"net/http"
	"strconv"

	"gongkai"
	"gongkai/audit"
	"gongkai/policy"
)

func (s *Server) registerPolicy() {
	register(s.routes, op(http.MethodGet, "/policy", "get-policy", "oversight", "权限规则 The rules, locked ones first"), anywhere(policy.PolicyRead), s.getPolicy)
	register(s.routes, op(http.MethodPut, "/policy/rules/{id}", "put-rule", "oversight", "增改权限规则 Add or replace an ordinary rule"), anywhere(policy.PolicyChange), s.putRule)
	register(s.routes, op(http.MethodDelete, "/policy/rules/{id}", "remove-rule", "oversight", "删除权限规则 Remove an ordinary rule"), anywhere(policy.PolicyChange), s.removeRule)
}

// Named is something with an id and its names for people.
type Named struct {
	ID string `json:"id"`
	Zh string `json:"zh"`
	En string `json:"en"`
}

// PolicyView is what everybody may know about who may do what.
type PolicyView struct {
	Version string        `json:"version"`
	Rules   []policy.Rule `json:"rules"`
	Roles   []Named       `json:"roles"`
	Acts    []Named       `json:"acts"`
}

func (s *Server) getPolicy(context.Context, *none) (*of[PolicyView], error) {
	v := PolicyView{Version: s.Policy.Version(), Rules: s.Policy.Rules()}
	for _, r := range policy.Roles {
		v.Roles = append(v.Roles, Named(r))
	}
	for _, a := range policy.Acts {
		v.Acts = append(v.Acts, Named(a))
	}
	return &of[PolicyView]{v}, nil
}

// ByRule is the path to a rule.
type ByRule struct {
	ID string `path:"id" pattern:"^[a-z][a-z0-9_]{0,63}$"`
}

type ruleIn struct {
	ByRule
	Body struct {
		Role   string `json:"role" maxLength:"500"`
		Act    string `json:"act" maxLength:"2000"`
		Fact   string `json:"fact,omitempty" maxLength:"64"`
		Effect string `json:"effect" enum:"allow,deny"`
		Zh     string `json:"zh" maxLength:"500"`
		En     string `json:"en" maxLength:"500"`
	}
}

func (s *Server) putRule(ctx context.Context, in *ruleIn) (*of[policy.Rule], error) {
	b := in.Body
	r := policy.Rule{ID: in.ID, Role: b.Role, Act: b.Act, Fact: b.Fact, Effect: b.Effect, Zh: b.Zh, En: b.En}
	if err := s.Policy.AddRule(ctx, r, actorOf(ctx)); err != nil {
		return nil, err
	}
	return answer(r, s.record(ctx, policy.PolicyChange, "rule/"+r.ID, "", map[string]string{"what": "put", "role": r.Role, "acts": r.Act, "fact": r.Fact, "effect": r.Effect}))
}

func (s *Server) removeRule(ctx context.Context, in *ByRule) (*of[Done], error) {
	if err := s.Policy.RemoveRule(ctx, policy.Rule{ID: in.ID}, actorOf(ctx)); err != nil {
		return nil, err
	}
	return done(s.record(ctx, policy.PolicyChange, "rule/"+in.ID, "", map[string]string{"what": "remove"}))
}

func (s *Server) registerTrail() {
	register(s.routes, op(http.MethodGet, "/trail", "find-trail", "oversight", "审计日志 The trail, the newest first"), anywhere(policy.AuditRead), s.findTrail)
	register(s.routes, op(http.MethodGet, "/trail/events", "trail-events", "oversight", "审计事件表 Which events the trail has"), anywhere(policy.AuditRead), s.trailEvents)
	export := op(http.MethodGet, "/trail/export", "export-trail", "oversight", "导出审计日志 The trail or a part of it, as a file that verifies without the store")
	export.Description = "jsonl含检查点和摘要，按时间截取时延至下一个检查点，可用gongkai audit verify --export离线核验；按人员、对象、单位、行为筛选的为节选。导出本身先行写入日志。With checkpoints and digests; a part by time goes on to the next checkpoint, and verifies by gongkai audit verify --export. What is narrowed by person, object, unit or act is an excerpt. The export is in the trail before its first byte."
	register(s.routes, export, anywhere(policy.AuditRead), s.exportTrail)
	register(s.routes, op(http.MethodGet, "/trail/head", "trail-head", "oversight", "链头 The end of the chain, to be kept elsewhere"), anywhere(policy.AuditVerify), s.trailHead)
	register(s.routes, op(http.MethodGet, "/trail/checkpoints", "list-checkpoints", "oversight", "检查点 Signed checkpoints, the newest first, to be kept elsewhere"), anywhere(policy.AuditVerify), s.listCheckpoints)
	register(s.routes, op(http.MethodGet, "/trail/verify", "verify-trail", "oversight", "核验 Walk the whole trail"), anywhere(policy.AuditVerify), s.verifyTrail)
}

type trailQuery struct {
	Paging
	TrailPart
}

// TrailPart is what of the trail is asked for.
type TrailPart struct {
	Object string `query:"object" maxLength:"200" doc:"Such as item/ID, user/ID: in the order of the chain"`
	Actor  string `query:"actor" maxLength:"100" doc:"Login or id of a person, or id of a key"`
	Unit   string `query:"unit" maxLength:"40" doc:"Id of a unit"`
	Act    string `query:"act" maxLength:"100" doc:"See trail-events"`
	From   Since  `query:"from" doc:"A day (2026-11-01) from its beginning in Beijing, or milliseconds, inclusive"`
	To     Until  `query:"to" doc:"A day to its end in Beijing, or milliseconds, inclusive"`
}

// part is what is asked for, with people by their ids.
func (s *Server) part(ctx context.Context, p TrailPart) (audit.Filter, error) {
	u, err := s.Accounts.ByLogin(ctx, p.Actor)
	if err == nil {
		p.Actor = u.ID
	} else if gongkai.Is(err, gongkai.Missing) {
		err = nil
	}
	return audit.Filter{Object: p.Object, Actor: p.Actor, Unit: p.Unit, Act: p.Act, From: p.From.At, To: p.To.At}, err
}

func (s *Server) trailEvents(context.Context, *none) (*of[List[audit.Event]], error) {
	return listed(audit.Events, "", nil)
}

type exportQuery struct {
	TrailPart
	Format string `query:"format" enum:"jsonl,csv" default:"jsonl"`
}

// exportTrail sends the file as it is written: it never stands in memory.
func (s *Server) exportTrail(ctx context.Context, in *exportQuery) (*stream, error) {
	f, err := s.part(ctx, in.TrailPart)
	if err != nil {
		return nil, err
	}
	detail := map[string]string{"format": in.Format, "object": f.Object, "actor": f.Actor, "unit": f.Unit, "act": f.Act}
	for name, at := range map[string]int64{"from": f.From, "to": f.To} {
		if at > 0 {
			detail[name] = strconv.FormatInt(at, 10)
		}
	}
	if err := s.record(ctx, audit.ActExport, "audit", "", detail); err != nil {
		return nil, err
	}
	r, w := io.Pipe()
	go func() {
		_, err := s.Trail.Export(ctx, w, in.Format, f)
		_ = w.CloseWithError(err) // a file that is cut off lacks its last line
	}()
	return send(r, nil, "trail."+in.Format, -1)
}

func (s *Server) findTrail(ctx context.Context, in *trailQuery) (*of[List[audit.Entry]], error) {
	f, err := s.part(ctx, in.TrailPart)
	if err != nil {
		return nil, err
	}
	f.After, f.Limit = in.After, in.Limit
	page, err := s.Trail.Find(ctx, f)
	return listed(page.Entries, page.Next, err)
}

func (s *Server) trailHead(ctx context.Context, _ *none) (*of[audit.Head], error) {
	return answer(s.Trail.Head(ctx))
}

func (s *Server) listCheckpoints(ctx context.Context, in *Paging) (*of[List[audit.Checkpoint]], error) {
	return listed(s.Trail.Checkpoints(ctx, in.After, in.Limit))
}

type verifyQuery struct {
	N    int64  `query:"n" minimum:"0" doc:"Number in a head that was kept elsewhere"`
	Hash string `query:"hash" pattern:"^[0-9a-f]{64}$" doc:"Its hash"`
	Key  string `query:"key" pattern:"^[0-9A-Za-z_-]{43}$" doc:"Public key that signs the checkpoints; none: those that they name"`
}

func (s *Server) verifyTrail(ctx context.Context, in *verifyQuery) (*of[audit.Report], error) {
	kept := audit.Evidence{Head: audit.Head{N: in.N, Hash: in.Hash}}
	if in.Key != "" {
		kept.Keys = []string{in.Key}
	}
	r, err := s.Trail.VerifyAgainst(ctx, kept)
	r.Problems = append([]audit.Problem{}, r.Problems...)
	return answer(r, err)
}
