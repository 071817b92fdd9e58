// What a column demands of a document: that it goes out with its interpretation,
// or that this follows soon.

package workflow

import (
	"context"
	"errors"
	"slices"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/store"
	"gongkai/workflow/calendar"
)

// accompanied refuses to let a document out alone where its column demands that
// the interpretation goes with it (同步起草、同步审签、同步发布), and of a normative
// document the drafting explanation too. What is public already may be put
// right by itself, and an emergency (应急发布) waits for neither.
func (t *turn) accompanied() error {
	if t.w.Column.Bundle != content.BundleRequired || t.it.Live.First != 0 || t.w.Kind.Accompanies() || t.it.Work.Emergency != nil {
		return nil
	}
	wanted := []string{content.Interpretation}
	if t.w.Revision.Fields["normative"] == "yes" {
		wanted = append(wanted, content.Explanation)
	}
	for _, kind := range wanted {
		if !slices.ContainsFunc(t.w.Companions, func(c Companion) bool { return c.Item.Kind == kind }) {
			return gongkai.E(gongkai.Blocked, "alone",
				"主栏目“"+t.w.Column.Name+"”要求文件与解读同步审签、同步发布（规范性文件还须有起草说明）：请起草后用“成套”（bundle）加入，再送审；已送审的请先撤回（recall）。情况紧急的可先单独应急发布（送审时注明emergency和理由），解读限期补上",
				"the home column "+t.w.Column.ID+" demands that a document is signed and released with its interpretation, a normative one with its drafting explanation too: draft them, add them (bundle), then submit; what was submitted before is recalled first. In an emergency it goes out alone (submit with emergency and a reason), and the interpretation is owed from then on",
				gongkai.Detail{Where: "bundle", Code: kind, Zh: "缺：" + kindZh[kind], En: "missing: " + kind})
		}
	}
	return nil
}

var kindZh = map[string]string{content.Interpretation: "政策解读", content.Explanation: "起草说明"}

// interpretDays are the working days within which the interpretation follows a
// document that went out alone (解读于文件公开后3个工作日内公开).
const interpretDays = 3

// explained notes until when the interpretation is owed of a document that goes
// out alone for the first time, where its column wants one: after it, or with it
// but for an emergency.
func (t *turn) explained() {
	wanted := slices.Contains([]string{content.BundleAfter, content.BundleRequired}, t.w.Column.Bundle)
	alone := !slices.ContainsFunc(t.w.Companions, func(c Companion) bool { return c.Item.Kind == content.Interpretation })
	if !wanted || t.it.Live.First != 0 || t.w.Kind.Accompanies() || !alone || t.w.Clock == nil {
		return
	}
	if t.w.Explained { // it is out already
		t.detail["interpretation"] = t.it.Interpreted
		return
	}
	by := t.w.Clock.Calendar.DeadlineOn(calendar.DayOf(time.UnixMilli(t.w.Now)), interpretDays)
	t.it.InterpretBy, t.detail["interpret_by"] = gongkai.Millis(by.End), calendar.DayOf(by.End.Add(-time.Millisecond)).String()
}

// interpreted: the interpretation is out, and owed no more, or never.
func (t *turn) interpreted() error {
	switch {
	case t.it.InterpretBy != 0:
		t.it.InterpretBy = 0
	case t.it.Live.First == 0:
		t.it.Interpreted = t.w.Lead.ID
	default:
		return blocked(false, "not_owed", "没有待发布的解读", "no interpretation is owed")
	}
	t.detail["interpretation"] = t.w.Lead.ID
	return nil
}

// isExplained tells whether an interpretation that went out before the document
// is public still.
func (e *Engine) isExplained(ctx context.Context, it content.Item) (bool, error) {
	if it.Interpreted == "" || it.Live.First != 0 {
		return false, nil
	}
	other, err := e.content.Items.Get(ctx, it.Interpreted)
	if gongkai.Is(err, gongkai.Missing) {
		return false, nil
	}
	return other.Live.State == content.Published, err
}

// InterpretationsOverdue counts the documents whose interpretation is overdue, up
// to 10,000.
func (e *Engine) InterpretationsOverdue(ctx context.Context) (int, error) {
	return e.content.Items.Count(ctx, []store.Cond{store.Lte("interpret_by", gongkai.Millis(e.now()))}, mostOverdue)
}

// Interprets settles what documents are owed by an interpretation that is out,
// and notes it in those that are to go out yet. It may run any number of times.
func (e *Engine) Interprets(ctx context.Context, it content.Item) error {
	if it.Kind != content.Interpretation || it.Live.State != content.Published || it.Live.Revision == "" {
		return nil
	}
	rev, err := e.content.Revisions.Get(ctx, it.Live.Revision)
	if err != nil {
		return err
	}
	for _, id := range content.Interpreted(rev.Fields) {
		err = errors.Join(err, e.onMember(ctx, id, func(doc content.Item) (Step, World, error) {
			known, err := e.isExplained(ctx, doc)
			owed := doc.InterpretBy != 0 || doc.Live.First == 0 && !known
			if err != nil || !owed || doc.Unit != it.Unit || doc.Kind == content.Interpretation {
				return Step{}, World{}, err
			}
			return Step{ID: gongkai.DerivedID("interpreted", doc.StepHead), Act: "interpreted"}, World{Lead: it}, nil
		}))
	}
	return err
}
