// Who could do an act on an item as it stands: for those who are to be told.

package workflow

import (
	"context"
	"slices"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
)

// WhoMay are the people who may do an act on the item as it stands, in order:
// their roles allow it and no prohibition that is about the person keeps them
// from it. "pass" is a signature at the stage that waits, "later_pass" one in
// any later review that is owed.
func (e *Engine) WhoMay(ctx context.Context, it content.Item, act string) ([]string, error) {
	if act == "later_pass" {
		return e.whoMayReview(ctx, it)
	}
	p := Pipeline{}
	if it.Work.Pipeline != "" {
		var err error
		if p, err = e.pipelines.Get(ctx, it.Work.Pipeline); err != nil {
			return nil, err
		}
	}
	ask, err := e.asking(ctx, gongkai.Actor{}, it, p)
	if err != nil {
		return nil, err
	}
	people, err := e.able(ask, p, it, act)
	if err != nil {
		return nil, err
	}
	it.Work.Claims = nil // a claim is over one day
	var out []string
	for _, person := range people {
		for _, actor := range append([]string{person}, e.standIns(act, person)...) {
			ask.actor, ask.from = gongkai.Actor{ID: actor}, ""
			w := World{Actor: ask.actor, Pipeline: p}
			if actor != person {
				ask.from, w.For = person, gongkai.Actor{ID: person}
			}
			w.Can, w.At = ask.about(UnitRule{}), ask.about
			err := mightDo(&turn{it: &it, w: w}, act)
			if err != nil && !gongkai.Is(err, gongkai.Denied) && !gongkai.Is(err, gongkai.Conflict) {
				return nil, err // so that nobody is left out by chance
			}
			if err == nil {
				out = append(out, actor)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// whoMayReview are those who may sign what waits of the later reviews (补审): as
// if it were work.
func (e *Engine) whoMayReview(ctx context.Context, it content.Item) (out []string, err error) {
	for _, r := range openLater(it) {
		as := it
		as.Work, as.Bundle = workOf(r), nil
		some, err := e.WhoMay(ctx, as, "pass")
		if err != nil && !gongkai.Is(err, gongkai.Missing) { // a restore may not have brought its order back
			return nil, err
		}
		out = append(out, some...)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// standIns are those who may do the act for somebody now (代理).
func (e *Engine) standIns(act, person string) []string {
	if a, _ := ActOf(act); !a.lent() {
		return nil
	}
	return e.policy.StandIns(person)
}

// able are those whose roles allow the act, wherever the item's stage asks.
func (e *Engine) able(ask asking, p Pipeline, it content.Item, act string) (out []string, err error) {
	if act != "pass" {
		a, _ := ActOf(act)
		return e.policy.Able(ask.path, a.Right)
	}
	stage, _ := p.Stage(it.Work.Stage)
	for _, seat := range stage.Seated() {
		path := seat.from(ask.path, ask.offices)
		if len(path) == 0 || len(seat.Tracks) == 0 {
			continue
		}
		some, err := e.policy.Able(path, policy.Sign(seat.Tracks[0].Role))
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// mightDo asks the prohibitions about the person of a turn.
func mightDo(t *turn, act string) error {
	if act == "pass" {
		_, err := t.free(t.stage())
		return err
	}
	switch {
	case act == "release":
		return t.w.Can(policy.ItemRelease, t.releaser()...)
	case act == "withdraw" && t.it.Live.Asked != nil:
		return t.mayWithdraw()
	case act == "set_validity" && t.it.Live.AskedValidity != nil:
		return t.maySetValidity()
	}
	a, _ := ActOf(act)
	return t.w.Can(a.Right, t.who()...)
}

// Readers are those of the people who may read the item.
func (e *Engine) Readers(ctx context.Context, it content.Item, people []string) (out []string, err error) {
	for _, p := range people {
		err := e.mayRead(ctx, gongkai.Actor{ID: p}, it)
		if err != nil && !gongkai.Is(err, gongkai.Denied) {
			return nil, err
		}
		if err == nil {
			out = append(out, p)
		}
	}
	return out, nil
}
