package workflow

import (
	"reflect"
	"slices"
	"testing"

	"gongkai"
	"gongkai/content"
)

// correct makes a correction and lets its sheet be built.
func (d *desk) correct(t *testing.T, it content.Item, who string) content.Item {
	t.Helper()
	it = d.must(t, it, who, Step{Act: "correct", Sheet: it.Work.SheetDigest})
	if it.Work.State != content.Checking || it.Work.Back == "" {
		t.Fatalf("a correction waits for its sheet: %+v", it.Work)
	}
	return d.must(t, it, gongkai.System.ID, Step{Act: "built"})
}

func TestACorrectionCarriesSignaturesForward(t *testing.T) {
	d := staffed(t)
	it := d.signTo(t, d.sheet(t), "review_2")
	before := it.Work
	it = d.correct(t, it, "review2")
	if it.Work.Stage != "review_2" || it.Work.SheetDigest == before.SheetDigest || !reflect.DeepEqual(it.Work.Signoffs, before.Signoffs) {
		t.Fatalf("after the correction: %+v", it.Work)
	}
	if c := it.Work.Corrections[0]; c.From != before.SheetDigest || c.To != it.Work.SheetDigest || c.By != "review2" || c.Stage != "review_2" {
		t.Errorf("it joins the two sheets: %+v", c)
	}
	if slices.Contains(it.Work.Contributors, "review2") {
		t.Error("a correction is no authorship")
	}
	it = d.signTo(t, it, "")
	if it.Work.State != content.Ready || len(it.Work.Signoffs) != 6 {
		t.Fatalf("corrected before the final review, nothing is to be confirmed: %s", states(it))
	}
	it = d.must(t, it, "publisher", Step{Act: "release", Sheet: it.Work.SheetDigest})
	if len(it.Live.Corrections) != 1 || len(it.Live.Signoffs) != 6 {
		t.Error("the live part keeps signatures and what joins them")
	}
}

func TestWordsCorrectedAfterTheFinalReviewAreConfirmed(t *testing.T) {
	d := staffed(t)
	it := d.correct(t, d.signTo(t, d.sheet(t), "proof_3"), "proof3")
	it = d.must(t, it, "proof3", pass(it))
	if it.Work.State != content.AtStage || it.Work.Stage != FinalConfirm.ID {
		t.Fatalf("waits for the final confirmation: %s", states(it))
	}
	d.refused(t, it, person("review2"), pass(it), gongkai.Denied, "missing_grant")
	d.refused(t, it, person("review3"), Step{Act: "correct", Sheet: it.Work.SheetDigest}, gongkai.Invalid, "confirm")
	d.refused(t, it, person("publisher"), Step{Act: "release", Sheet: it.Work.SheetDigest}, gongkai.Blocked, "wrong_state")
	it = d.must(t, it, "review3", pass(it)) // the final reviewer saw the first wording, and now the second
	if it.Work.State != content.Ready {
		t.Errorf("confirmed: %s", states(it))
	}
}

func TestWhoCorrectedDoesNotConfirmIt(t *testing.T) {
	d := staffed(t)
	d.pipeline = presetNamed("reviews-then-proofs")
	grant(t, d.pol, "twice", "reviewer-3", "county")
	grant(t, d.pol, "twice", "proofreader-1", "county")
	it := d.correct(t, d.signTo(t, d.sheet(t), "proof_1"), "twice")
	it = d.signTo(t, it, FinalConfirm.ID)
	d.refused(t, it, person("twice"), pass(it), gongkai.Denied, "same_track")
	d.must(t, it, "review3b", pass(it))
}

func TestAReleaseNeedsEverySignature(t *testing.T) {
	d := staffed(t)
	ready := d.signTo(t, d.sheet(t), "")
	release := Step{Act: "release", Sheet: ready.Work.SheetDigest}
	for i := range ready.Work.Signoffs {
		cut := clone(ready)
		cut.Work.Signoffs = slices.Delete(cut.Work.Signoffs, i, i+1)
		d.refused(t, cut, person("publisher"), release, gongkai.Blocked, "incomplete")
		other := clone(ready)
		other.Work.Signoffs[i].Sheet = "of another"
		d.refused(t, other, person("publisher"), release, gongkai.Blocked, "incomplete")
	}
	grant(t, d.pol, "review1", "publisher", "county")
	d.refused(t, ready, person("review1"), release, gongkai.Denied, "releaser_signed")
	d.refused(t, ready, person("all"), Step{Act: "release", Sheet: "x"}, gongkai.Conflict, "stale_sheet")
	d.refused(t, ready, person("editor"), release, gongkai.Denied, "own_text")
	d.refused(t, ready, person("admin"), release, gongkai.Denied, "administrator_business")
	d.refused(t, ready, program("write"), release, gongkai.Denied, "program")
	d.leftovers[ready.ID] = true
	d.refused(t, ready, person("publisher"), release, gongkai.Blocked, "rescan")
	delete(d.leftovers, ready.ID)
	d.open[ready.ID] = true
	d.refused(t, ready, person("publisher"), release, gongkai.Blocked, "open_findings")
}

// renew brings a live item through the pipeline once more, up to ready.
func (d *desk) renew(t *testing.T, it content.Item) content.Item {
	t.Helper()
	it = d.must(t, it, "editor2", Step{Act: "save"})
	it = d.must(t, it, "editor2", Step{Act: "submit", Note: "更正文字"})
	return d.signTo(t, d.must(t, it, gongkai.System.ID, Step{Act: "built"}), "")
}

func TestASecondReleaseKeepsNumberAndFirstDate(t *testing.T) {
	d := staffed(t)
	one := d.live(t)
	two := d.renew(t, one)
	if !reflect.DeepEqual(two.Live, one.Live) {
		t.Error("work leaves the live part alone")
	}
	two = d.must(t, two, "publisher", Step{Act: "release", Sheet: two.Work.SheetDigest})
	if two.Live.Edition != 2 || two.Seq != 2 || two.IndexNo != one.IndexNo || two.Live.First != one.Live.First || two.Live.Released == one.Live.Released {
		t.Errorf("second edition: %+v", two)
	}
}

func suspend(it content.Item, privacy bool) Step {
	return Step{Act: "suspend", Edition: it.Live.Edition, Reason: "核实中", Privacy: privacy}
}

func TestASuspendedItemIsReleasedOnlyByWhoMaySettleThat(t *testing.T) {
	d := staffed(t)
	it := d.renew(t, d.live(t))
	it = d.must(t, it, "proof1", suspend(it, false))
	if it.Live.State != content.Suspended || it.Work.State != content.Ready || it.Seq != 2 {
		t.Fatalf("a suspension leaves work alone: %s", states(it))
	}
	release := Step{Act: "release", Sheet: it.Work.SheetDigest}
	d.refused(t, it, person("publisher"), release, gongkai.Blocked, "suspended")
	release.Settles = true
	d.refused(t, it, person("publisher"), release, gongkai.Denied, "missing_grant")
	grant(t, d.pol, "chief", "publisher", "county")
	grant(t, d.pol, "chief", "secrecy-officer", "county")
	it = d.must(t, it, "chief", release)
	if it.Live.State != content.Published || it.Live.Edition != 2 || len(it.Live.Struck) != 0 {
		t.Errorf("settled: %+v", it.Live)
	}
}

// Whoever asked is told what became of it: the record names them.
func TestTheRecordOfADecisionNamesWhoAsked(t *testing.T) {
	d := staffed(t)
	grant(t, d.pol, "chief", "publisher", "county")
	grant(t, d.pol, "chief", "secrecy-officer", "county")
	asked := d.must(t, d.renew(t, d.live(t)), "review3", Step{Act: "ask_withdraw", Edition: 1, Reason: "有误"})
	for _, s := range []Step{{Act: "withdraw", Edition: 1}, {Act: "decline", Edition: 1, Reason: "无误"}, {Act: "release", Sheet: asked.Work.SheetDigest, Settles: true}} {
		out := d.must(t, asked, "chief", s)
		if last := out.Steps[len(out.Steps)-1]; last.Detail["asker"] != "review3" {
			t.Errorf("%s: %v", s.Act, last.Detail)
		}
	}
}

func TestAPrivacySuspensionReturnsWorkAndItsCorrectionStrikes(t *testing.T) {
	d := staffed(t)
	grant(t, d.pol, "chief", "publisher", "county")
	grant(t, d.pol, "chief", "secrecy-officer", "county")
	it := d.renew(t, d.live(t))
	it = d.must(t, it, "secret", suspend(it, true))
	void(t, it, content.Returned)
	it = d.must(t, d.must(t, it, "editor2", Step{Act: "submit"}), gongkai.System.ID, Step{Act: "built"})
	it = d.signTo(t, it, "")
	it = d.must(t, it, "chief", Step{Act: "release", Sheet: it.Work.SheetDigest, Settles: true})
	if !slices.Equal(it.Live.Struck, []int64{1}) || it.Live.Privacy || it.Live.Edition != 2 {
		t.Errorf("the edition that leaked is struck: %+v", it.Live)
	}
	again := d.renew(t, it)
	again = d.must(t, again, "publisher", Step{Act: "release", Sheet: again.Work.SheetDigest})
	if !slices.Equal(again.Live.Struck, []int64{1}) {
		t.Errorf("an ordinary release strikes nothing more: %v", again.Live.Struck)
	}
}

func TestAPrivacyWithdrawalThatACorrectionSettlesStrikesToo(t *testing.T) {
	d := staffed(t)
	grant(t, d.pol, "chief", "publisher", "county")
	grant(t, d.pol, "chief", "secrecy-officer", "county")
	it := d.renew(t, d.live(t))
	it = d.must(t, it, "review1", Step{Act: "ask_withdraw", Edition: 1, Reason: "泄露", Privacy: true})
	it = d.must(t, it, "chief", Step{Act: "release", Sheet: it.Work.SheetDigest, Settles: true})
	if !slices.Equal(it.Live.Struck, []int64{1}) || it.Live.Asked != nil {
		t.Errorf("%+v", it.Live)
	}
}

func TestSuspendingNamesEditionAndReason(t *testing.T) {
	d := staffed(t)
	it := d.live(t)
	wrong := suspend(it, false)
	wrong.Edition = 7
	d.refused(t, it, person("proof1"), wrong, gongkai.Conflict, "stale_edition")
	silent := suspend(it, false)
	silent.Reason = "  "
	d.refused(t, it, person("proof1"), silent, gongkai.Invalid, "required")
	d.refused(t, it, person("editor"), suspend(it, false), gongkai.Denied, "missing_grant")
	d.refused(t, it, person("admin"), suspend(it, false), gongkai.Denied, "administrator_business")
	d.refused(t, it, program("write"), suspend(it, false), gongkai.Denied, "program")
}

func TestAWithdrawalNeedsSomebodyElsesRequest(t *testing.T) {
	d := staffed(t)
	it := d.live(t)
	ask := Step{Act: "ask_withdraw", Edition: 1, Reason: "内容有误", Tombstone: &content.Tombstone{Type: "notice"}}
	d.refused(t, it, person("secret"), Step{Act: "withdraw", Edition: 1}, gongkai.Blocked, "not_asked")
	d.refused(t, it, person("secret"), Step{Act: "decline", Edition: 1, Reason: "无误"}, gongkai.Blocked, "not_asked")
	d.refused(t, it, person("proof1"), ask, gongkai.Denied, "missing_grant")
	for _, bad := range []content.Tombstone{{Type: "grave"}, {Type: "redirect"}, {Type: "gone", To: "/notices/2"}, {Type: "redirect", To: "https://elsewhere.example/"}} {
		s := ask
		s.Tombstone = &bad
		d.refused(t, it, person("secret"), s, gongkai.Invalid, "tombstone")
	}
	asked := d.must(t, it, "secret", ask)
	if asked.Seq != it.Seq || asked.Live.State != content.Published {
		t.Error("asking changes nothing for the public")
	}
	d.refused(t, asked, person("review3"), ask, gongkai.Invalid, "asked")
	d.refused(t, asked, person("secret"), Step{Act: "withdraw", Edition: 1}, gongkai.Denied, "own_request")
	d.refused(t, asked, person("publisher"), Step{Act: "withdraw", Edition: 1}, gongkai.Denied, "missing_grant")
	d.refused(t, asked, person("review3"), Step{Act: "withdraw", Edition: 2}, gongkai.Conflict, "stale_edition")
	d.refused(t, asked, person("review3"), Step{Act: "decline", Edition: 1}, gongkai.Invalid, "required")
	if back := d.must(t, asked, "review3", Step{Act: "decline", Edition: 1, Reason: "无误"}); back.Live.Asked != nil || back.Seq != it.Seq {
		t.Error("declined, it stays public")
	}
	gone := d.must(t, asked, "review3", Step{Act: "withdraw", Edition: 1, Opinion: "同意"})
	if gone.Live.State != content.Tombstoned || gone.Live.Tombstone.Type != "notice" || gone.Live.Reason != "内容有误" || gone.Seq != it.Seq+1 || gone.Live.Struck != nil {
		t.Errorf("withdrawn: %+v", gone.Live)
	}
	renewed := d.renew(t, gone)
	if renewed = d.must(t, renewed, "publisher", Step{Act: "release", Sheet: renewed.Work.SheetDigest}); renewed.Live.State != content.Published || renewed.Live.Tombstone != nil {
		t.Error("new signatures bring it back")
	}
}

func TestAPrivacyWithdrawalStrikesEveryEditionAndReturnsWork(t *testing.T) {
	d := staffed(t)
	it := d.renew(t, d.live(t))
	it = d.must(t, it, "publisher", Step{Act: "release", Sheet: it.Work.SheetDigest})
	it = d.renew(t, it)
	it = d.must(t, it, "editor", Step{Act: "ask_withdraw", Edition: 2, Reason: "泄露", Privacy: true})
	it = d.must(t, it, "review3", Step{Act: "withdraw", Edition: 2})
	if !slices.Equal(it.Live.Struck, []int64{1, 2}) || it.Live.Tombstone.Type != "gone" {
		t.Errorf("struck %v", it.Live.Struck)
	}
	void(t, it, content.Returned)
}

func TestResumingScansAgain(t *testing.T) {
	d := staffed(t)
	it := d.live(t)
	it = d.must(t, it, "proof1", suspend(it, true))
	resume := Step{Act: "resume", Edition: 1, Reason: "核实无误"}
	d.refused(t, it, person("publisher"), resume, gongkai.Denied, "missing_grant")
	d.refused(t, it, person("review3"), Step{Act: "resume", Edition: 1}, gongkai.Invalid, "required")
	d.leftovers[it.ID] = true
	d.refused(t, it, person("review3"), resume, gongkai.Blocked, "rescan")
	delete(d.leftovers, it.ID)
	asked := d.must(t, it, "editor", Step{Act: "ask_withdraw", Edition: 1, Reason: "有误"})
	d.refused(t, asked, person("review3"), resume, gongkai.Blocked, "asked")
	if it = d.must(t, it, "review3", resume); it.Live.State != content.Published || it.Live.Privacy || it.Live.Reason != "" || it.Seq != 3 {
		t.Errorf("resumed: %+v", it.Live)
	}
}

func TestAFailedReadingReturnsTheItemWithThePlaces(t *testing.T) {
	d := staffed(t)
	it := d.must(t, d.draft(t, "editor"), "editor", Step{Act: "submit"})
	it = d.must(t, it, gongkai.System.ID, Step{Act: "unbuilt"})
	void(t, it, content.Returned)
	if it.Work.Failed != "leftovers" || !slices.Equal(it.Work.FailedAt, []string{"body"}) {
		t.Errorf("%+v", it.Work)
	}
	if it = d.must(t, it, "editor", Step{Act: "save"}); it.Work.Failed != "" {
		t.Error("a new text clears it")
	}
}

func TestAbandonedWorkLeavesTheLivePartInItsPlace(t *testing.T) {
	d := staffed(t)
	it := d.live(t)
	moved := d.must(t, it, "editor", Step{Act: "place", Placements: []content.Placement{{Site: "www", Column: "policies", Path: "/policies/9", Home: true}}})
	if moved.Column != "policies" || moved.Work.State != content.Draft {
		t.Fatalf("%+v", moved)
	}
	back := d.must(t, moved, "editor", Step{Act: "abandon"})
	if back.Work.State != content.NoWork || back.Column != "notices" || !reflect.DeepEqual(back.Placements, it.Placements) {
		t.Errorf("%+v", back)
	}
	d.refused(t, it, person("editor"), Step{Act: "place", Placements: []content.Placement{{Site: "www"}, {Site: "www"}}}, gongkai.Invalid, "home")
}

func TestStepsAreChained(t *testing.T) {
	d := staffed(t)
	it := d.live(t)
	if !ChainWhole(it) || it.StepN != int64(len(it.Steps)) {
		t.Fatal("the chain is whole")
	}
	for i := range it.Steps {
		cut := clone(it)
		cut.Steps = slices.Delete(cut.Steps, i, i+1)
		if i > 0 && ChainWhole(cut) {
			t.Errorf("step %d was taken out and nobody noticed", i)
		}
		changed := clone(it)
		changed.Steps[i].By = "somebody"
		if ChainWhole(changed) {
			t.Errorf("step %d was changed and nobody noticed", i)
		}
	}
}

func TestPipelinesWithLessThanThreeAndThreeAreRefused(t *testing.T) {
	for _, p := range Presets {
		if err := p.Valid(); err != nil {
			t.Errorf("%s: %v", p.Name, err)
		}
		for i := range p.Stages {
			short := p
			short.Stages = slices.Delete(slices.Clone(p.Stages), i, i+1)
			if !slices.Contains([]string{"secrecy", "higher"}, p.Stages[i].ID) && short.Valid() == nil {
				t.Errorf("%s without %s is taken", p.Name, p.Stages[i].ID)
			}
		}
	}
	twice := Presets[0]
	twice.Stages = append(slices.Clone(twice.Stages), twice.Stages[0])
	named := Presets[0]
	named.Stages = append(slices.Clone(named.Stages), Stage{ID: FinalConfirm.ID, Tracks: []Track{{Review, "r"}}})
	nobody := Presets[0]
	nobody.Stages = append(slices.Clone(nobody.Stages), Stage{ID: "extra", Tracks: []Track{{Review, ""}}})
	for _, p := range []Pipeline{twice, named, nobody} {
		if gongkai.CodeOf(p.Valid()) != "pipeline" {
			t.Error("a stage twice, the name of the confirmation, a track without a role: all refused")
		}
	}
}
