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
// right by itself.
func (t *turn) accompanied() error {
	if t.w.Column.Bundle != content.BundleRequired || t.it.Live.First != 0 || t.w.Kind.Accompanies() {
		return nil
	}
	wanted := []string{content.Interpretation}
	if t.w.Revision.Fields["normative"] == "yes" {
		wanted = append(wanted, content.Explanation)
	}
	for _, kind := range wanted {
		if !slices.ContainsFunc(t.w.Companions, func(c Companion) bool { return c.Item.Kind == kind }) {
			return gongkai.E(gongkai.Blocked, "alone",
				"主栏目“"+t.w.Column.Name+"”要求文件与解读同步审签、同步发布（规范性文件还须有起草说明）：请起草后用“成套”（bundle）加入，再送审",
				"the home column "+t.w.Column.ID+" demands that a document is signed and released with its interpretation, a normative one with its drafting explanation too: draft them, add them (bundle), then submit",
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
// out alone for the first time, where its column wants one after it.
func (t *turn) explained() {
	alone := !slices.ContainsFunc(t.w.Companions, func(c Companion) bool { return c.Item.Kind == content.Interpretation })
	if t.w.Column.Bundle != content.BundleAfter || t.it.Live.First != 0 || t.w.Kind.Accompanies() || !alone || t.w.Clock == nil {
		return
	}
	by := t.w.Clock.Calendar.DeadlineOn(calendar.DayOf(time.UnixMilli(t.w.Now)), interpretDays)
	t.it.InterpretBy, t.detail["interpret_by"] = gongkai.Millis(by.End), calendar.DayOf(by.End.Add(-time.Millisecond)).String()
}

// interpreted: the interpretation is out, and owed no more.
func (t *turn) interpreted() error {
	if t.it.InterpretBy == 0 {
		return blocked(false, "not_owed", "没有待发布的解读", "no interpretation is owed")
	}
	t.it.InterpretBy, t.detail["interpretation"] = 0, t.w.Lead.ID
	return nil
}

// InterpretationsOverdue counts the documents whose interpretation is overdue, up
// to 10,000.
func (e *Engine) InterpretationsOverdue(ctx context.Context) (int, error) {
	return e.content.Items.Count(ctx, []store.Cond{store.Lte("interpret_by", gongkai.Millis(e.now()))}, mostOverdue)
}

// Interprets settles what documents are owed by an interpretation that is out.
// It may run any number of times.
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
			if doc.InterpretBy == 0 || doc.Unit != it.Unit {
				return Step{}, World{}, nil
			}
			return Step{ID: gongkai.DerivedID("interpreted", doc.StepHead), Act: "interpreted"}, World{Lead: it}, nil
		}))
	}
	return err
}
