package workflow

import (
	"fmt"
	"testing"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
)

// batches lets the first stage of merged be signed in batches.
func (o *office) batches() {
	o.t.Helper()
	first := merged(1)
	first.Batch = true
	o.add(next("merged", 1, first, merged(2), merged(3)), all())
}

func batchOf(items ...content.Item) Batch {
	b := Batch{Opinion: "同意", Judgements: affirmed}
	for _, it := range items {
		b.Items = append(b.Items, BatchItem{ID: "batch-of-" + it.ID, Item: it.ID, Rev: it.Rev, Sheet: it.Work.SheetDigest})
	}
	return b
}

// opens has somebody open the sheet that waits.
func (o *office) opens(who string, items ...content.Item) {
	o.t.Helper()
	for _, it := range items {
		o.check(put(o.Sheet(o.t.Context(), person(who), it.ID, it.Work.Sheet)))
	}
}

// outcomes are the codes of the refusals, "" for what was signed.
func (o *office) outcomes(who string, b Batch, want ...string) []Passed {
	o.t.Helper()
	all, err := o.PassBatch(o.t.Context(), person(who), b)
	o.check(err)
	if len(all) != len(want) {
		o.t.Fatalf("%d outcomes of %d", len(all), len(want))
	}
	for i, one := range all {
		if (one.Err == nil) != (want[i] == "") || one.Err != nil && gongkai.CodeOf(one.Err) != want[i] {
			o.t.Errorf("%d by %s: %v, want %q", i, who, one.Err, want[i])
		}
	}
	return all
}

func TestSeveralItemsAreSignedInOneRequestEachByAStepOfItsOwn(t *testing.T) {
	o := newOffice(t)
	o.batches()
	for _, role := range []string{policy.Editor, policy.Reviewer2, policy.Proofreader2} {
		grant(t, o.pol, "both1", role, "county")
	}
	one, two, unseen := o.submit(o.create(plainFields()).ID), o.submit(o.create(plainFields()).ID), o.submit(o.create(plainFields()).ID)
	own, err := o.Create(t.Context(), person("both1"), NewItem{Kind: "notice", Unit: "county", Fields: plainFields(), Placements: []content.Placement{{Column: "www-merged"}}})
	o.check(err)
	own = o.submit(own.ID)
	o.opens("both1", one, two, own)
	o.check(put(o.Revision(t.Context(), person("both1"), unseen.ID, unseen.Work.Revision))) // the text is not the sheet
	b := batchOf(one, two, unseen, own)
	got := o.outcomes("both1", b, "", "", "not_looked", "own_text")
	for _, p := range got[:2] {
		so, last := p.Item.Work.Signoffs[0], p.Item.Steps[len(p.Item.Steps)-1]
		if !so.Batch || so.By != "both1" || so.Sheet != p.Item.Work.SheetDigest || last.Act != "pass" || last.Detail["batch"] != "true" || p.Item.Work.Stage != "merged_2" {
			t.Errorf("%+v %+v", so, last)
		}
	}
	again := o.outcomes("both1", b, "", "", "not_looked", "own_text") // a repeat signs nothing twice
	if again[0].Item.Rev != got[0].Item.Rev || len(again[0].Item.Work.Signoffs) != 1 {
		t.Errorf("%+v", again[0].Item.Work.Signoffs)
	}
	v, err := o.Verify(t.Context(), person("editor"), one.ID, one.Work.SheetDigest)
	if err != nil || len(v.Signatures) != 1 || !v.Signatures[0].Batch {
		t.Errorf("%+v %v", v, err)
	}
	if so := got[0].Item.Work.Signoffs[0]; !signatureOf(so).Batch || signatureOf(content.Signoff{}).Batch {
		t.Error("forms do not say so")
	}
	if single := o.must("both1", unseen.ID, pass(unseen)); single.Work.Signoffs[0].Batch {
		t.Error("signed by itself")
	}
	out := o.release(o.sign(got[1].Item))
	o.check(o.keepForm(t.Context(), out))
	month, err := o.Summary(t.Context(), person("secret"), "county", Month(Day(out.Live.Released)[:7]), false)
	if err != nil || len(month) != 1 || month[0].Reviewers[0].Name != "姓名both1（批量签署）" || month[0].Proofreaders[0].Name != month[0].Reviewers[0].Name || month[0].Reviewers[1].Name != "姓名both2" {
		t.Errorf("the month's summary: %+v, %v", month, err)
	}
}

func TestASheetThatHasChangedIsOpenedAgain(t *testing.T) {
	o := newOffice(t)
	o.batches()
	for _, role := range []string{policy.Reviewer1, policy.Proofreader1} {
		grant(t, o.pol, "both1b", role, "county")
	}
	it := o.submit(o.create(plainFields()).ID)
	o.opens("both1", it)
	it = o.must("both1b", it.ID, Step{Act: "correct", Sheet: it.Work.SheetDigest, Patch: []Patch{{Place: "body", Start: 3, End: 5, Old: "正文", New: "全文"}}})
	o.outcomes("both1", batchOf(it), "wrong_state")
	o.check(o.Build(t.Context(), it.ID))
	it = o.get(it.ID)
	o.outcomes("both1", batchOf(it), "not_looked")
	o.opens("both1b", it)
	o.outcomes("both1", batchOf(it), "not_looked") // somebody else has
	o.opens("both1", it)
	stale := batchOf(it)
	stale.Items[0].Rev--
	o.outcomes("both1", stale, "stale")
	stale = batchOf(it)
	stale.Items[0].Sheet = "of another"
	o.outcomes("both1", stale, "stale_sheet")
	o.outcomes("both1", batchOf(it), "")
}

func TestOnlyWhereThePipelineAllowsAndOfTheOrdinary(t *testing.T) {
	o := newOffice(t)
	o.batches()
	stages := presetNamed("alternating").Stages
	first := stages[0]
	first.Batch = true
	n := next("alternating", 1, append([]Stage{first}, stages[1:]...)...)
	o.add(n, all())
	it := o.submit(o.create(plainFields()).ID)
	it = o.must("both1", it.ID, pass(it))
	for _, who := range []string{"both2", "both3"} { // the second stage and the final review
		o.opens(who, it)
		o.outcomes(who, batchOf(it), "no_batch")
		it = o.must(who, it.ID, pass(it))
	}
	weighty, err := o.Create(t.Context(), person("editor"), NewItem{Kind: "notice", Unit: "county", Fields: plainFields(), Placements: []content.Placement{{Column: "www-alternating"}}})
	o.check(err)
	o.must("editor", weighty.ID, Step{Act: "submit", Tier: TierB})
	o.check(o.Build(t.Context(), weighty.ID))
	weighty = o.get(weighty.ID)
	o.opens("review1", weighty)
	o.outcomes("review1", batchOf(weighty), "batch_tier")
	for i, w := range o.waitsFor(weighty.ID) {
		if w.Batch || w.Stage != "review_1" {
			t.Errorf("%d: %+v", i, w)
		}
	}
	light := o.submit(o.create(plainFields()).ID)
	if w := o.waitsFor(light.ID); len(w) != 1 || !w[0].Batch {
		t.Errorf("the list does not say that it may be signed in a batch: %+v", w)
	}
	proofs := stages[1]
	proofs.Batch = true
	if s, there := (Pipeline{Stages: []Stage{first, proofs}}).Stage(CorrectionCheck); s.Batch || !there {
		t.Error("the check of a correction is looked at by itself")
	}
}

func TestAListOfMinorsOrABundleIsNotSignedInABatch(t *testing.T) {
	stage := Stage{ID: "x", Zh: "审", Batch: true}
	for _, c := range []struct {
		code string
		it   content.Item
		w    World
	}{
		{"batch_tier", content.Item{Tier: TierC}, World{Shown: true}},
		{"batch_tier", content.Item{}, World{Shown: true, Findings: []content.Finding{{Kind: content.Minor}}}},
		{"batch_bundle", content.Item{Bundle: []content.Member{{Item: "m"}}}, World{Shown: true}},
		{"not_looked", content.Item{}, World{}},
	} {
		tn := &turn{it: &c.it, w: c.w, s: Step{Batch: true}}
		if err := tn.inBatch(stage); gongkai.CodeOf(err) != c.code || !gongkai.Is(err, gongkai.Blocked) {
			t.Errorf("%v, want %s", err, c.code)
		}
		tn.s.Batch = false
		if err := tn.inBatch(stage); err != nil {
			t.Error(err)
		}
	}
}

func TestABatchHasBounds(t *testing.T) {
	o := newOffice(t)
	line := func(item, step string) BatchItem { return BatchItem{ID: step, Item: item, Rev: 1, Sheet: "s"} }
	var many []BatchItem
	for i := range MostInBatch + 1 {
		many = append(many, line(fmt.Sprint(i), fmt.Sprint("step-000", i)))
	}
	for code, items := range map[string][]BatchItem{
		"items":    many,
		"twice":    {line("a", "step-0001"), line("a", "step-0002")},
		"required": {{ID: "step-0001", Item: "a", Sheet: "s"}},
	} {
		_, err := o.PassBatch(t.Context(), person("both1"), Batch{Items: items})
		o.refused(err, gongkai.Invalid, code)
	}
	_, err := o.PassBatch(t.Context(), person("both1"), Batch{})
	o.refused(err, gongkai.Invalid, "items")
	_, err = o.PassBatch(t.Context(), person("both1"), Batch{Items: []BatchItem{line("a", "step-0001"), line("b", "step-0001")}})
	o.refused(err, gongkai.Invalid, "twice")
	got := o.outcomes("both1", Batch{Items: []BatchItem{line("a", "step-0001")}}, "missing")
	if !gongkai.Is(got[0].Err, gongkai.Missing) {
		t.Error(got[0].Err)
	}
}
