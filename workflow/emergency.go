// Emergency release (应急发布): two reviews now, the full order afterwards on
// the very edition (补审). The debt stands until that is done, whatever becomes
// of the edition meanwhile.

package workflow

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/store"
)

// DefaultLaterReviewDays are the working days within which the later review of
// an emergency release is done.
const DefaultLaterReviewDays = 5

// emergencyStage is a review of the short order.
func emergencyStage(n int, zh, en, role string) Stage {
	return Stage{ID: fmt.Sprintf("emergency_%d", n), Zh: zh, En: en, Tracks: []Track{{Review, role}}}
}

// emergencyPresets are the only short orders there are: two people beside the
// writer, and the secrecy officer where the full order has one. They come with
// the program, and no office adds another.
var emergencyPresets = []Pipeline{
	emergencyPreset("emergency", "应急发布（事后补审）", "Emergency, reviewed in full afterwards", emergencyStage(1, "应急审核", "Emergency review", "reviewer-2"), emergencyStage(2, "应急审定", "Emergency decision", "reviewer-3")),
	emergencyPreset("emergency-secrecy", "应急发布加保密审查（事后补审）", "Emergency with secrecy review, reviewed in full afterwards", emergencyStage(1, "应急审核", "Emergency review", "reviewer-2"), secrecy, emergencyStage(2, "应急审定", "Emergency decision", "reviewer-3")),
}

func emergencyPreset(name, zh, en string, stages ...Stage) Pipeline {
	p := preset(name, zh, en, true, stages...)
	p.Emergency = true
	return p
}

// shortOf is the short order for work that would go through the full one.
func shortOf(full Pipeline) Pipeline {
	if full.guards() {
		return emergencyPresets[1]
	}
	return emergencyPresets[0]
}

// asEmergency lets work go through the short order, by itself: a right of its
// own, and a reason.
func (t *turn) asEmergency() error {
	if !t.s.Emergency {
		return need(!t.w.Pipeline.Emergency, "emergency", "emergency", "应急流程只用于应急发布（emergency），须有权限并说明理由", "the short order is for emergencies only: say so (emergency), which takes a right and a reason")
	}
	if err := first(t.w.Can(policy.ItemEmergency, t.program()...), t.reason(),
		need(len(t.it.Bundle) == 0 && t.it.Lead == nil, "emergency", "bundle", "应急发布一次只发一件：请先用“成套”（bundle，不列成员）拆开，再提交应急发布；主栏目要求的解读发布后限期补上", "an emergency release is of one item: take the bundle apart (bundle without members), then submit it as an emergency; an interpretation that the home column demands is owed from the release on")); err != nil {
		return err
	}
	full := t.w.Pipeline
	t.it.Work.Emergency = &content.Emergency{By: t.w.Actor.ID, Name: t.w.Actor.Name, At: t.w.Now, Reason: t.s.Reason, Pipeline: full.ID, Stage: full.Stages[0].ID, Offices: t.w.Offices}
	t.w.Pipeline = shortOf(full)
	t.detail["emergency"], t.detail["owes"] = "true", full.ID
	return nil
}

// owesReview opens the debt of an edition that went through the short order.
func (t *turn) owesReview(e content.Emergency, contributors []string) {
	live := t.it.Live
	r := content.LaterReview{Edition: live.Edition, Sheet: live.Sheet, Digest: live.Digest, Emergency: e, Opened: t.w.Now, Stage: e.Stage, Contributors: contributors,
		Deadline: gongkai.Millis(t.w.Calendar.Deadline(time.UnixMilli(t.w.Now), max(1, t.w.LaterDays)).End)}
	t.it.Later = append(t.it.Later, r)
	t.detail["later_review"] = "opened until " + Day(r.Deadline-1) + ": " + e.Pipeline
}

// debt is the open review of the edition that the step names, and the same as
// if it were work that waits: the rules of signing are the same.
func (t *turn) debt() (*content.LaterReview, *turn, error) {
	i := slices.IndexFunc(t.it.Later, func(r content.LaterReview) bool { return r.Edition == t.s.Edition && r.Closed == 0 })
	if i < 0 {
		return nil, nil, gongkai.E(gongkai.Blocked, "no_later_review", "该版本没有待办的补审", "that edition owes no later review", gongkai.Detail{Where: "edition", Code: "no_later_review", Zh: "见信息条目的补审列表", En: "see the later reviews of the item"})
	}
	r := &t.it.Later[i]
	t.detail["edition"] = fmt.Sprint(r.Edition)
	return r, t.asWork(*r), nil
}

// asWork is a turn at a later review as if it were work that waits.
func (t *turn) asWork(r content.LaterReview) *turn {
	it := *t.it
	it.Work, it.Bundle = workOf(r), nil
	w := t.w
	w.Pipeline, _ = t.w.order(r.Emergency.Pipeline)
	w.Open, w.Together, w.Companions = nil, nil, nil // of the draft beside it
	return &turn{before: t.before, it: &it, s: t.s, w: w, acts: t.acts, detail: t.detail}
}

func workOf(r content.LaterReview) content.Work {
	return content.Work{State: content.AtStage, Stage: r.Stage, Pipeline: r.Emergency.Pipeline, Sheet: r.Sheet, SheetDigest: r.Digest, Contributors: r.Contributors, Signoffs: slices.Clone(r.Signoffs)}
}

// laterPass signs a stage of the later review.
func (t *turn) laterPass() error {
	r, as, err := t.debt()
	if err != nil {
		return err
	}
	if err := as.pass(); err != nil {
		return err
	}
	was := r.Stage
	r.Signoffs, r.Stage = as.it.Work.Signoffs, as.it.Work.Stage
	switch {
	case as.it.Work.State == content.Ready:
		t.closes(r, "passed")
	case r.Stage != was:
		t.detail["later_review"] = "waits: " + r.Stage
	}
	return nil
}

func (t *turn) closes(r *content.LaterReview, outcome string) {
	r.Closed, r.Outcome, r.Stage = t.w.Now, outcome, ""
	t.detail["later_review"] = fmt.Sprintf("%s: edition %d", outcome, r.Edition)
}

// laterObject is the word of a later reviewer that it should not have gone out.
// If it is still public, it is suspended at once. The debt stands until the
// edition is withdrawn or corrected, or passes after all.
func (t *turn) laterObject() error {
	r, as, err := t.debt()
	if err != nil {
		return err
	}
	if err := first(as.seen(), bySeat(as.stage(), as.mayObject), t.reason()); err != nil {
		return err
	}
	if err := t.takesDown(r.Edition); err != nil {
		return err
	}
	r.Objections = append(slices.Clone(r.Objections), content.Objection{Stage: r.Stage, By: t.w.Actor.ID, Name: t.w.Actor.Name, For: t.w.For.ID, ForName: t.w.For.Name, At: t.w.Now, Reason: t.s.Reason})
	t.detail["stage"], t.detail["sheet"] = r.Stage, r.Digest
	return nil
}

// mayObject asks for the roles of a seat, signed or not: who sees harm needs no
// seat that is free, and may have signed before.
func (t *turn) mayObject(seat Seat) error {
	for _, track := range seat.Tracks {
		if err := t.ask(seat.UnitRule)(policy.Sign(track.Role), t.who()...); err != nil {
			return err
		}
	}
	return nil
}

// takesDown does at once what an objection to an edition demands: what is public
// is suspended, and where personal data leaked, what is not live any more is not
// shown among earlier editions either.
func (t *turn) takesDown(edition int64) error {
	live, public := &t.it.Live, t.it.Live.State == content.Published && t.it.Live.Edition == edition
	if !public && !t.s.Privacy {
		return nil
	}
	if err := t.w.Can(policy.ItemSuspend, t.program()...); err != nil {
		return err
	}
	switch {
	case public:
		live.State, live.Reason, live.Privacy = content.Suspended, t.s.Reason, t.s.Privacy
		t.it.Seq++
		t.detail["suspended"] = "true"
	case live.State == content.Suspended && live.Edition == edition:
		live.Privacy = true
	case !slices.Contains(live.Struck, edition):
		live.Struck = slices.Compact(slices.Sorted(slices.Values(slices.Concat(live.Struck, upTo(edition)))))
		t.it.Seq++
		t.detail["struck"] = "true"
	}
	if t.s.Privacy {
		t.takeBack()
	}
	return nil
}

// reviews closes what an objection has led to, and counts what is left. Without
// one, no withdrawal and no correction closes a debt: what was public is
// reviewed.
func (t *turn) reviews() {
	t.it.LaterBy = 0
	for i := range t.it.Later {
		r := &t.it.Later[i]
		if r.Closed == 0 && len(r.Objections) > 0 {
			switch {
			case t.it.Live.State == content.Tombstoned:
				t.closes(r, "withdrawn")
			case t.superseded(r.Edition):
				t.closes(r, "corrected")
			}
		}
		if r.Closed == 0 && (t.it.LaterBy == 0 || r.Deadline < t.it.LaterBy) {
			t.it.LaterBy = r.Deadline
		}
	}
}

// superseded tells whether an edition after this one went through a full order:
// the one that is live before its release, another emergency after it.
func (t *turn) superseded(edition int64) bool {
	live, later := t.it.Live, t.it.Later
	if slices.ContainsFunc(later, func(r content.LaterReview) bool { return r.Edition > edition && r.Outcome == "passed" }) {
		return true
	}
	hasty := slices.ContainsFunc(later, func(r content.LaterReview) bool { return r.Edition == live.Edition })
	return live.Edition > edition && live.Pipeline != "" && !hasty
}

// openLater are the later reviews that are still owed.
func openLater(it content.Item) (out []content.LaterReview) {
	for _, r := range it.Later {
		if r.Closed == 0 {
			out = append(out, r)
		}
	}
	return out
}

// owed are the orders that later reviews of the item go through: those that are
// open, and the one that its work would owe.
func (e *Engine) owed(ctx context.Context, it content.Item) (out []Pipeline, err error) {
	for _, id := range owedBy(it) {
		p, err := e.pipelines.Get(ctx, id)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

func owedBy(it content.Item) (ids []string) {
	if it.Work.Emergency != nil {
		ids = append(ids, it.Work.Emergency.Pipeline)
	}
	for _, r := range openLater(it) {
		ids = append(ids, r.Emergency.Pipeline)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// dueLater is the open later review that is due first.
func dueLater(it content.Item) (content.LaterReview, bool) {
	i := slices.IndexFunc(it.Later, func(r content.LaterReview) bool { return r.Closed == 0 && r.Deadline == it.LaterBy })
	if i < 0 {
		return content.LaterReview{}, false
	}
	return it.Later[i], true
}

// LaterOverdue counts the items that owe a later review whose deadline is over,
// up to 10,000.
func (e *Engine) LaterOverdue(ctx context.Context) (int, error) {
	return e.content.Items.Count(ctx, []store.Cond{store.Lte("later_by", gongkai.Millis(e.now()))}, mostOverdue)
}
