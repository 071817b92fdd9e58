// Risk tiers: what the drafter declares, and what the text adds to it.

package workflow

import (
	"strings"
	"testing"

	"gongkai"
	"gongkai/content"
	"gongkai/store"
)

// graded submits with a tier and builds the sheet.
func (o *office) graded(it content.Item, tier string) content.Item {
	o.t.Helper()
	o.must("editor", it.ID, Step{Act: "submit", Tier: tier})
	o.check(o.Build(o.t.Context(), it.ID))
	return o.get(it.ID)
}

func TestATierTakesTheStricterPipeline(t *testing.T) {
	for _, c := range []struct{ tier, want, because string }{{"", "merged/1", ""}, {TierA, "merged/1", ""}, {TierB, "merged-secrecy/1", TierB}, {TierC, "merged-secrecy/1", TierC}} {
		o := newOffice(t)
		it := o.graded(o.create(wordy("<p>正文</p>")), c.tier)
		said := it.Steps[len(it.Steps)-2].Detail
		if it.Work.Pipeline != c.want || it.Tier != c.tier || said["tier"] != c.tier || said["stricter"] != c.because {
			t.Errorf("tier %q: %s, %v", c.tier, it.Work.Pipeline, said)
		}
	}
}

func TestATierStaysUntilAnotherIsDeclared(t *testing.T) {
	o := newOffice(t)
	it := o.graded(o.create(wordy("<p>正文</p>")), TierC)
	o.must("editor", it.ID, Step{Act: "recall"})
	if way := o.submitWay(o.get(it.ID)); way != "merged-secrecy/1" {
		t.Errorf("the editor is told %q", way)
	}
	if it = o.graded(it, ""); it.Work.Pipeline != "merged-secrecy/1" || it.Tier != TierC {
		t.Errorf("%s %s", it.Work.Pipeline, it.Tier)
	}
	o.must("editor", it.ID, Step{Act: "recall"})
	if it = o.graded(it, TierA); it.Work.Pipeline != "merged/1" || it.Tier != TierA {
		t.Errorf("%s %s", it.Work.Pipeline, it.Tier)
	}
}

// The drafter's word never outweighs what is found.
func TestMinorsAddToTheTierAndATierTakesNothingFromThem(t *testing.T) {
	o := newOffice(t)
	it := o.create(pupils())
	o.must("editor", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{{Kind: content.Minor, Act: content.ActMask, As: "（略）"}}})
	if it = o.graded(it, TierA); it.Work.Pipeline != "merged-secrecy/1" || it.Steps[len(it.Steps)-2].Detail["stricter"] != minors {
		t.Errorf("%s %v", it.Work.Pipeline, it.Steps[len(it.Steps)-2].Detail)
	}
	o.must("editor", it.ID, Step{Act: "recall"})
	if it = o.graded(it, TierB); it.Steps[len(it.Steps)-2].Detail["stricter"] != "B minors" {
		t.Errorf("%v", it.Steps[len(it.Steps)-2].Detail)
	}
}

func TestATierThatNoPipelineMeetsIsRefusedWithWhatToDo(t *testing.T) {
	o := newOffice(t)
	o.check(put(o.c.PutColumn(t.Context(), content.Column{Meta: store.Meta{ID: "serial"}, Site: "www", Slug: "serial", Name: "先审后校栏目", Pipeline: "reviews-then-proofs"})))
	it := o.must("editor", o.create(wordy("<p>正文</p>")).ID, Step{Act: "place", Placements: []content.Placement{{Column: "serial", Home: true}}})
	_, err := o.step("editor", it.ID, Step{Act: "submit", Tier: TierC})
	e := o.refusal(err, gongkai.Blocked, "tier")
	for _, word := range []string{"先审后校栏目", "保密审查1次", "不同人员4名", "place", "POST /pipelines"} {
		if !strings.Contains(e.Zh, word) {
			t.Errorf("%q is not said: %s", word, e.Zh)
		}
	}
	if len(e.Details) != 1 || e.Details[0].Code != TierC || o.get(it.ID).Tier != "" {
		t.Errorf("%+v, and nothing is stored", e.Details)
	}
	_, err = o.step("editor", it.ID, Step{Act: "submit", Tier: "D"})
	o.refused(err, gongkai.Invalid, "tier")
	n := next("serial-strict", 0, review(1), review(2), secrecy, review(3), proof(1), proof(2), proof(3))
	o.add(n, all())
	if it = o.graded(it, TierC); it.Work.Pipeline != "serial-strict/1" {
		t.Errorf("what the refusal says leads out: %s", it.Work.Pipeline)
	}
}

func TestEveryTierAsksForNoLessThanTheOneBelow(t *testing.T) {
	for i, d := range Demands[1:3] {
		below := Demands[i]
		if d.Reviews < below.Reviews || d.Proofs < below.Proofs || d.Secrecy < below.Secrecy || d.People < below.People {
			t.Errorf("%s asks for less than %s", d.Code, below.Code)
		}
	}
	for _, p := range Presets {
		if p.meets(Demands[0]) == p.Emergency || p.guards() != p.meets(Demands[3]) {
			t.Errorf("%s", p.Name)
		}
	}
}
