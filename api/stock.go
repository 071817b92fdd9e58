// The work list of the re-scan of the public stock (存量复检).

package api

import (
	"context"
	"net/http"

	"gongkai/content"
	"gongkai/policy"
)

func (s *Server) registerStock() {
	list := op(http.MethodGet, "/stock/hits", "list-hits", "stock", "存量复检问题 What the re-scan found in the public stock, the newest first")
	list.Description = "已公开的信息每晚按当日规则复检；此处为待处置的问题，只含位置和遮掩后的样式。What is public is read again every night with the rules of the day; here is what waits for a decision: places and masked previews, never a value."
	register(s.routes, list, onUnit(policy.HitRead), s.listHits)
	register(s.routes, op(http.MethodPost, "/stock/hits/{id}/dismiss", "dismiss-hit", "stock", "认定无须处置 Say with a reason that it may stand"), onUnit(policy.HitDismiss), s.dismissHit)
	register(s.routes, op(http.MethodPost, "/stock/hits/{id}/suspend", "suspend-hit", "stock", "一键临时下线 Suspend the item because of it, at once"), onUnit(policy.ItemSuspend), s.suspendHit)
	register(s.routes, op(http.MethodGet, "/stock/pass", "stock-pass", "stock", "复检进度 How the re-scan stands"), anywhere(policy.HitRead), s.stockPass)
}

type hitQuery struct {
	Paging
	Unit  string `query:"unit" maxLength:"40" doc:"Only items of this unit; absent: of all, for who may see all"`
	State string `query:"state" enum:"open,dismissed,suspended,closed" default:"open"`
}

// shownHit leaves out what is of no use to a reader.
func shownHit(h content.Hit, err error) (*of[content.Hit], error) {
	h.Dismissed = nil
	return answer(h, err)
}

func (s *Server) listHits(ctx context.Context, in *hitQuery) (*of[List[content.Hit]], error) {
	page, err := s.Engine.Hits(ctx, actorOf(ctx), in.Unit, in.State, in.After, in.Limit)
	for i := range page.Docs {
		page.Docs[i].Dismissed = nil
	}
	return listed(page.Docs, page.Next, err)
}

type dismissIn struct {
	ByItem
	Body struct {
		Rev    int64  `json:"rev,omitempty" minimum:"0" doc:"Rev of the hit that the person saw; differs: 409"`
		Reason string `json:"reason" minLength:"2" maxLength:"1000" gate:"engine" doc:"Why it may stand: kept with the hit and in the trail"`
	}
}

func (s *Server) dismissHit(ctx context.Context, in *dismissIn) (*of[content.Hit], error) {
	h, err := s.Engine.DismissHit(ctx, actorOf(ctx), in.ID, in.Body.Rev, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return shownHit(h, s.record(ctx, policy.HitDismiss, "item/"+h.ID, h.Unit, map[string]string{"digest": h.Digest, "reason": h.Reason}))
}

type suspendHitIn struct {
	ByItem
	Body struct {
		Rev int64 `json:"rev,omitempty" minimum:"0" doc:"Rev of the hit that the person saw; differs: 409"`
	}
}

// suspendHit is recorded by the act itself.
func (s *Server) suspendHit(ctx context.Context, in *suspendHitIn) (*of[content.Hit], error) {
	return shownHit(s.Engine.SuspendHit(ctx, actorOf(ctx), in.ID, in.Body.Rev))
}

func (s *Server) stockPass(ctx context.Context, _ *none) (*of[StockPass], error) {
	p, err := s.Engine.Stock(ctx)
	return answer(StockPass{Began: p.Began, Ended: p.Ended, Items: p.Items, Hits: p.Hits, Failed: p.Failed, Rules: p.Rules, Running: p.Cursor != ""}, err)
}

// StockPass is how the re-scan stands.
type StockPass struct {
	Began   int64  `json:"began" doc:"When the present or last pass began"`
	Ended   int64  `json:"ended,omitempty" doc:"When the last whole pass ended; absent: never"`
	Running bool   `json:"running" doc:"A pass is under way"`
	Items   int64  `json:"items" doc:"Items read in it"`
	Hits    int64  `json:"hits" doc:"Of these with a hit"`
	Failed  int64  `json:"failed" doc:"Could not be read: tried again in the next pass"`
	Rules   string `json:"rules"`
}
