package jobs_test

import (
	"context"
	"testing"
	"time"

	"gongkai/audit"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/publication"
	"gongkai/store"
	"gongkai/workflow"
)

// What a merged unit has released stays on the page as its own, whatever is said
// of it later; the trail has each act under the unit of its day.
func TestThePageOfAMergedUnitKeepsTheNameItWasSignedUnder(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	it := w.release(w.ready(fields("关于合并的通知")))
	_, err := w.content.PutUnit(ctx, content.Unit{Meta: store.Meta{ID: "bureau"}, Name: "青禾县综合局"})
	w.check(err)
	_, err = w.engine.AskMerge(ctx, "town", "bureau", person("root"), true)
	w.check(err)
	nothing := func(context.Context, content.Unit) error { return nil }
	w.check(w.engine.Merge(ctx, time.Now().Add(time.Hour), workflow.Merging{Users: nothing, Done: nothing,
		Grant:    func(context.Context, content.Unit, policy.Grant) error { return nil },
		Delegate: func(context.Context, content.Unit, policy.Delegation) error { return nil },
		Site:     func(context.Context, content.Unit, string) error { return nil }}))
	w.start()
	w.quiet() // its release was not told before it moved
	if p := w.page(it.ID, "www"); p.State != publication.Shows || p.Unit != "town" || p.UnitPath != "/town/" {
		t.Errorf("%+v", p)
	}
	w.suspend(it)
	w.quiet()
	if p := w.page(it.ID, "www"); p.State != publication.Suspended || p.Unit != "town" {
		t.Errorf("%+v", p)
	}
	page, err := w.trail.Find(ctx, audit.Filter{Object: "item/" + it.ID, Limit: 50})
	w.check(err)
	units := map[string]string{}
	for _, e := range page.Entries {
		units[e.Act] = e.Unit
	}
	if units["item.release"] != "town" || units["item.transfer"] != "bureau" || units["item.suspend"] != "bureau" {
		t.Errorf("%v", units)
	}
}
