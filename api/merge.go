// Merging units (机构合并): one administrator asks, another confirms, and the
// workers move what there is.

package api

import (
	"context"
	"net/http"
	"strconv"

	"gongkai"
	"gongkai/content"
	"gongkai/notify"
	"gongkai/policy"
	"gongkai/workflow"
)

func (s *Server) registerMerge() {
	ask := op(http.MethodPost, "/units/{id}/merge", "merge-unit", "places", "并入 Merge a unit into another")
	ask.Description = "dry_run只列明将划转什么、哪些须由人决定。另有系统管理员时答202，经其确认后开始；否则即时开始，答200。开始后该单位停用，信息、站点、角色、代理由后台划转，已有签署不变。With dry_run it only says what would be moved and what a person has to decide. Where there is another administrator the answer is 202, and it begins once that one has confirmed it; else at once, 200. From then on the unit is closed, and workers move its items, sites, roles and delegations; signatures stay."
	get := op(http.MethodGet, "/units/{id}/merge", "get-merger", "places", "并入进度 How far a merger has come")
	confirm := op(http.MethodPost, "/units/{id}/merge/confirm", "confirm-merger", "places", "确认并入 Confirm a merger that another administrator asked for")
	register(s.routes, ask, onUnit(policy.UnitManage), s.mergeUnit)
	register(s.routes, get, onUnit(policy.UnitManage), s.getMerger)
	register(s.routes, confirm, onUnit(policy.GrantConfirm), s.confirmMerger)
	register(s.routes, op(http.MethodDelete, "/units/{id}/merge", "call-off-merger", "places", "撤回或否决并入 Call off a merger that waits"), onUnit(policy.UnitManage), s.callOffMerger)
}

// MergerView is what a merger moves, or has still to move.
type MergerView struct {
	workflow.MergePlan
	Users int   `json:"users" doc:"Whose home the unit is, to 1,000: they get the other one"`
	Said  *Said `json:"said,omitempty" doc:"What happens next, for people"`
}

type mergerOut struct {
	Status int
	Body   MergerView
}

type mergeIn struct {
	BySlug
	Body struct {
		Into   string `json:"into" minLength:"1" maxLength:"40" doc:"The unit that takes over"`
		DryRun bool   `json:"dry_run,omitempty" doc:"Only look"`
	}
}

// mergeUnit is decided on both units: whoever works in the other one gets what
// this one has.
func (s *Server) mergeUnit(ctx context.Context, in *mergeIn) (*mergerOut, error) {
	into := in.Body.Into
	if err := s.mayMerge(ctx, in.ID, into); err != nil {
		return nil, err
	}
	if in.Body.DryRun {
		return s.merger(ctx, http.StatusOK, in.ID, into, nil)
	}
	me := actorOf(ctx)
	others, err := s.confirmers(ctx, policy.Grant{Unit: into}, me.ID)
	if err != nil {
		return nil, err
	}
	before, err := s.Content.Units.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	u, err := s.Engine.AskMerge(ctx, in.ID, into, me, len(others) == 0)
	if err != nil || u.Into != "" {
		return s.begun(ctx, before, u, err, map[string]string{"alone": "true"})
	}
	if u.Rev != before.Rev {
		if err := s.recordMerge(ctx, policy.UnitManage, "merge_ask", u, nil); err != nil {
			return nil, err
		}
	}
	zh, en := s.askedOf(ctx, others)
	out, err := s.merger(ctx, http.StatusAccepted, in.ID, into, &Said{"尚未开始：须在七天内由另一名系统管理员确认（" + zh + "）", "it has not begun: another administrator has to confirm it within seven days (" + en + ")"})
	if err != nil {
		return nil, err
	}
	return out, s.Notices.TellOf(ctx, notify.MergeAsked, asking(u), u.Merge.By, others...)
}

// asking names one asking of a merger: it may be asked for again.
func asking(u content.Unit) string { return u.ID + "." + strconv.FormatInt(u.Merge.At, 10) }

func (s *Server) mayMerge(ctx context.Context, unit, into string) error {
	if err := s.allow(ctx, policy.UnitManage, unit); err != nil {
		return err
	}
	for _, act := range []string{policy.UnitManage, policy.GrantManage} {
		err := s.allow(ctx, act, into)
		if gongkai.Is(err, gongkai.Missing) {
			_, err = s.Engine.MergePlan(ctx, unit, into) // says which is not there
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Server) merger(ctx context.Context, status int, unit, into string, said *Said) (*mergerOut, error) {
	plan, err := s.Engine.MergePlan(ctx, unit, into)
	if err != nil {
		return nil, err
	}
	n, err := s.Accounts.CountIn(ctx, unit)
	return &mergerOut{status, MergerView{plan, n, said}}, err
}

// begun records a merger that is decided, and answers how far it is.
func (s *Server) begun(ctx context.Context, before, u content.Unit, err error, detail map[string]string) (*mergerOut, error) {
	if err != nil {
		return nil, err
	}
	if before.Into == "" {
		s.Wake("unit", u.ID)
		if err := s.recordMerge(ctx, policy.UnitManage, "merge", u, detail); err != nil {
			return nil, err
		}
	}
	return s.merger(ctx, http.StatusOK, u.ID, u.Into, &Said{"已开始：该单位停用，后台正在划转", "it has begun: the unit is closed, and workers move what it has"})
}

func (s *Server) recordMerge(ctx context.Context, act, what string, u content.Unit, more map[string]string) error {
	detail := map[string]string{"what": what, "into": u.Merge.Into, "asked_by": u.Merge.By}
	for k, v := range more {
		detail[k] = v
	}
	return s.record(ctx, act, "unit/"+u.ID, u.ID, detail)
}

func (s *Server) getMerger(ctx context.Context, in *BySlug) (*mergerOut, error) {
	if err := s.allow(ctx, policy.UnitManage, in.ID); err != nil {
		return nil, err
	}
	u, err := s.Content.Units.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if u.Merge == nil {
		return nil, gongkai.E(gongkai.Missing, "no_merge", "该单位没有提出并入", "no merger of this unit was asked for")
	}
	return s.merger(ctx, http.StatusOK, u.ID, u.Merge.Into, nil)
}

// confirmMerger looks at everything again, as with a grant: who asked may have
// lost the right since.
func (s *Server) confirmMerger(ctx context.Context, in *BySlug) (*mergerOut, error) {
	if err := s.allow(ctx, policy.GrantConfirm, in.ID); err != nil {
		return nil, err
	}
	seen, err := s.Engine.AskedMerge(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	into, me := seen.Merge.Into, actorOf(ctx)
	if me.ID == seen.Merge.By {
		if err := s.Engine.Can(ctx, me, policy.GrantConfirm, into, policy.OwnGrant); err != nil {
			return nil, err
		}
	}
	if err := s.allow(ctx, policy.GrantConfirm, into); err != nil {
		return nil, err
	}
	if err := s.stillMerges(ctx, seen, me.ID); err != nil {
		return nil, err
	}
	u, err := s.Engine.ConfirmMerge(ctx, seen, me)
	if err != nil {
		return nil, err
	}
	if err := s.Notices.Over(ctx, notify.MergeAsked, asking(seen)); err != nil {
		return nil, err
	}
	return s.begun(ctx, seen, u, nil, map[string]string{"confirmed": me.ID})
}

// stillMerges tells whether who asked may still do so, and whether who confirms
// is an administrator there.
func (s *Server) stillMerges(ctx context.Context, u content.Unit, by string) error {
	asker := gongkai.Actor{ID: u.Merge.By}
	_, here, err := s.staff(ctx, asker.ID)
	if err != nil {
		return err
	}
	if !here || s.Engine.Can(ctx, asker, policy.UnitManage, u.ID) != nil || s.Engine.Can(ctx, asker, policy.GrantManage, u.Merge.Into) != nil {
		return errNotAsked
	}
	others, err := s.confirmers(ctx, policy.Grant{Unit: u.Merge.Into}, asker.ID)
	if err != nil {
		return err
	}
	for _, who := range others {
		if who == by {
			return nil
		}
	}
	return errNoSecond
}

func (s *Server) callOffMerger(ctx context.Context, in *BySlug) (*of[Done], error) {
	if err := s.allow(ctx, policy.UnitManage, in.ID); err != nil {
		return nil, err
	}
	seen, err := s.Engine.AskedMerge(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if _, err := s.Engine.CallOffMerge(ctx, seen); err != nil {
		return nil, err
	}
	if err := s.Notices.Over(ctx, notify.MergeAsked, asking(seen)); err != nil {
		return nil, err
	}
	return done(s.recordMerge(ctx, policy.UnitManage, "merge_call_off", seen, nil))
}
