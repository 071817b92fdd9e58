// Signing several items in one request (批量签署).

package api

import (
	"context"
	"net/http"

	"gongkai/content"
	"gongkai/workflow"
)

func (s *Server) registerBatch() {
	sign := op(http.MethodPost, "/batch", "batch", "steps", "批量签署 Sign several items in one request")
	sign.Description = "仅限流程环节允许（batch）的一般信息（A级）；每条须先打开过所签清样，各自按通过（pass）办理，逐条回报结果，一条被拒不影响其他。Only where the stage allows it (batch), of tier A, and after each sheet was opened. Each is passed by an ordinary step of its own and answered for by itself; what is refused of one keeps no other from being signed."
	register(s.routes, sign, inPerson(), s.signBatch)
}

type batchIn struct {
	Body struct {
		Opinion    string               `json:"opinion,omitempty" maxLength:"2000" gate:"engine" doc:"Of each"`
		Judgements *content.Judgements  `json:"judgements,omitempty" doc:"The four judgements, of each"`
		For        string               `json:"for,omitempty" maxLength:"64" doc:"Whom you stand in for (代理)"`
		Items      []workflow.BatchItem `json:"items" minItems:"1" maxItems:"50"`
	}
}

// BatchOutcome is what became of one item of a batch.
type BatchOutcome struct {
	ID      string   `json:"id" doc:"Of the step"`
	Item    string   `json:"item"`
	Done    bool     `json:"done"`
	Rev     int64    `json:"rev,omitempty" doc:"Of the item as it is now"`
	State   string   `json:"state,omitempty" doc:"Of the work as it is now"`
	Stage   string   `json:"stage,omitempty" doc:"That waits now"`
	Problem *Problem `json:"problem,omitempty" doc:"Why it was not signed, as the step alone would have been answered"`
}

// signBatch answers for each item. Who may sign is decided by the engine, item by
// item, inside the guarded write.
func (s *Server) signBatch(ctx context.Context, in *batchIn) (*of[List[BatchOutcome]], error) {
	b := in.Body
	all, err := s.Engine.PassBatch(ctx, actorOf(ctx), workflow.Batch{Opinion: b.Opinion, Judgements: b.Judgements, For: b.For, Items: b.Items})
	out := make([]BatchOutcome, len(all))
	for i, one := range all {
		out[i] = BatchOutcome{ID: b.Items[i].ID, Item: b.Items[i].Item, Done: one.Err == nil}
		if one.Err != nil {
			out[i].Problem = problemOf(ctx, one.Err)
			s.fault(visitOf(ctx), one.Err)
			if out[i].Problem.Status >= http.StatusInternalServerError {
				s.log.Error("batch", "request", visitOf(ctx).id, "cause", kinds(one.Err))
			}
			continue
		}
		out[i].Rev, out[i].State, out[i].Stage = one.Item.Rev, one.Item.Work.State, one.Item.Work.Stage
	}
	return listed(out, "", err)
}
