// Counting work lists: what somebody sees first.

package workflow

import (
	"context"

	"gongkai"
	"gongkai/policy"
)

// DeskCount is a work list with how much is in it.
type DeskCount struct {
	WorkList
	Count int  `json:"count"`
	More  bool `json:"more,omitempty" doc:"There are more than were counted"`
}

// Desk is what somebody sees first.
type Desk struct {
	Unit    string      `json:"unit" doc:"Unit that the list of the unit is about"`
	Lists   []DeskCount `json:"lists"`
	Overdue DeskCount   `json:"overdue" doc:"Of what waits for me: overdue"`
	Soon    DeskCount   `json:"soon" doc:"Of what waits for me: due within the days asked for"`
	For     []PersonRef `json:"for" doc:"Whom I may act for now (代理)"`
}

// mostOnDesk is how far lists are counted that are looked at item by item, and
// those that an index counts.
const (
	mostOnDesk  = 100
	mostIndexed = 1000
)

// Desk counts the work lists of somebody.
func (e *Engine) Desk(ctx context.Context, actor gongkai.Actor, dueWithin int) (Desk, error) {
	r, err := e.deskReader(ctx, actor)
	if err != nil {
		return Desk{}, err
	}
	d := Desk{Unit: actor.Unit, For: []PersonRef{}}
	for _, from := range r.principals {
		d.For = append(d.For, PersonRef{from.ID, from.Name})
	}
	for _, list := range WorkLists {
		if list.Name == "unit" && (actor.Unit == "" || e.Can(ctx, actor, policy.ItemRead, actor.Unit) != nil) {
			continue
		}
		n, err := r.count(ctx, list, DeskQuery{})
		if err != nil {
			return d, err
		}
		d.Lists = append(d.Lists, n)
	}
	mine := WorkLists[0]
	if d.Overdue, err = r.count(ctx, mine, DeskQuery{Overdue: true}); err != nil {
		return d, err
	}
	d.Soon, err = r.count(ctx, mine, DeskQuery{DueWithin: dueWithin})
	return d, err
}

func (r *deskReader) count(ctx context.Context, list WorkList, q DeskQuery) (DeskCount, error) {
	n := DeskCount{WorkList: list}
	sq, any, err := r.query(ctx, list, q)
	if err != nil || !any {
		return n, err
	}
	if list.now == nil && !list.kept {
		count, err := r.content.Items.Count(ctx, sq.Where, mostIndexed+1)
		n.Count, n.More = min(count, mostIndexed), count > mostIndexed
		return n, err
	}
	sq.Limit = mostOnDesk
	batch, err := r.content.Items.Find(ctx, sq)
	if err != nil {
		return n, err
	}
	for _, it := range batch.Docs {
		on, err := r.on(ctx, it)
		if err != nil {
			return n, err
		}
		do, err := r.doings(ctx, it, on)
		if err != nil {
			return n, err
		}
		if list.fits(do, it, r) {
			n.Count++
		}
	}
	n.More = batch.Next != ""
	return n, nil
}
