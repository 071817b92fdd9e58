package workflow

import (
	"slices"
	"testing"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
)

func TestSixPeopleSignInTheAlternatingPipeline(t *testing.T) {
	d := staffed(t)
	it := d.signTo(t, d.sheet(t), "")
	if it.Work.State != content.Ready || len(it.Work.Signoffs) != 6 {
		t.Fatalf("after six signatures: %s with %d signatures", states(it), len(it.Work.Signoffs))
	}
	seen := map[string]bool{}
	for i, s := range it.Work.Signoffs {
		if seen[s.By] || s.Sheet != it.Work.SheetDigest || s.Stage != d.pipeline.Stages[i].ID {
			t.Errorf("signature %d: %+v", i, s)
		}
		seen[s.By] = true
	}
	it = d.must(t, it, "publisher", Step{Act: "release", Sheet: it.Work.SheetDigest})
	if it.Live.State != content.Published || it.Seq != 1 || it.Live.Edition != 1 || it.IndexNo == "" || it.Live.First != d.now || it.Work.State != content.NoWork || it.Due == 0 {
		t.Errorf("after the release: %+v", it)
	}
}

func TestThreePeopleSignWhereReviewAndProofAreMerged(t *testing.T) {
	d := staffed(t)
	d.pipeline = presetNamed("merged")
	it := d.signTo(t, d.sheet(t), "")
	if it.Work.State != content.Ready || len(it.Work.Signoffs) != 3 || !slices.Equal(it.Work.Signoffs[0].Tracks, []string{Review, Proof}) {
		t.Fatalf("merged: %s with %+v", states(it), it.Work.Signoffs)
	}
	waits := d.sheet(t)
	d.refused(t, waits, person("review1"), pass(waits), gongkai.Denied, "missing_grant") // holds one of the two roles
}

func TestTheSecrecyOfficerSignsItsStage(t *testing.T) {
	d := staffed(t)
	d.pipeline = presetNamed("alternating-secrecy")
	it := d.signTo(t, d.sheet(t), "secrecy")
	d.refused(t, it, person("review3"), pass(it), gongkai.Denied, "missing_grant")
	it = d.must(t, it, "secret", Step{Act: "pass", Sheet: it.Work.SheetDigest}) // no judgements: it is no review
	if it.Work.Stage != "review_3" {
		t.Errorf("after the secrecy review: %s", states(it))
	}
}

func TestNobodySignsWhatTheyMayNot(t *testing.T) {
	d := staffed(t)
	grant(t, d.pol, "double", policy.Reviewer1, "county")
	grant(t, d.pol, "double", policy.Reviewer2, "county")
	grant(t, d.pol, "double", policy.Proofreader1, "county")
	grant(t, d.pol, "towner", policy.Reviewer1, "town")
	first := d.sheet(t)
	own := d.must(t, d.must(t, d.draft(t, "all"), "editor", Step{Act: "submit"}), gongkai.System.ID, Step{Act: "built"})
	d.refused(t, own, person("all"), pass(own), gongkai.Denied, "own_text")
	d.refused(t, first, person("admin"), pass(first), gongkai.Denied, "administrator_business")
	d.refused(t, first, person("auditor"), pass(first), gongkai.Denied, "missing_grant")
	d.refused(t, first, person("proof1"), pass(first), gongkai.Denied, "missing_grant")
	d.refused(t, first, person("towner"), pass(first), gongkai.Denied, "missing_grant")
	d.refused(t, first, program("read", "write"), pass(first), gongkai.Denied, "program")
	second := d.must(t, first, "double", pass(first))
	d.refused(t, second, person("double"), pass(second), gongkai.Denied, "same_person")

	d.pipeline = presetNamed("reviews-then-proofs")
	loose := d.sheet(t)
	loose = d.must(t, loose, "double", pass(loose))
	d.refused(t, loose, person("double"), pass(loose), gongkai.Denied, "same_track")
	loose = d.signTo(t, loose, "proof_1")
	if after := d.must(t, loose, "double", pass(loose)); after.Work.Stage != "proof_2" {
		t.Error("where people need not be distinct, a first reviewer may proofread")
	}
}

func TestContributorsOfALiveTextNeverSignACorrectionOfIt(t *testing.T) {
	d := staffed(t)
	grant(t, d.pol, "author", policy.Editor, "county")
	grant(t, d.pol, "author", policy.Reviewer1, "county")
	it := d.must(t, d.draft(t, "author"), "editor", Step{Act: "submit"})
	it = d.signTo(t, d.must(t, it, gongkai.System.ID, Step{Act: "built"}), "")
	it = d.must(t, it, "publisher", Step{Act: "release", Sheet: it.Work.SheetDigest})
	it = d.must(t, it, "editor2", Step{Act: "save"})
	it = d.must(t, d.must(t, it, "editor2", Step{Act: "submit", Note: noteFor(it)}), gongkai.System.ID, Step{Act: "built"})
	d.refused(t, it, person("author"), pass(it), gongkai.Denied, "own_text")
}

func TestASignatureNamesTheSheetItSaw(t *testing.T) {
	d := staffed(t)
	it := d.sheet(t)
	for _, act := range []string{"pass", "return", "reject", "correct"} {
		s := pass(it)
		s.Act, s.Sheet = act, "of another"
		d.refused(t, it, person("review1"), s, gongkai.Conflict, "stale_sheet")
		s.Sheet = ""
		d.refused(t, it, person("review1"), s, gongkai.Invalid, "required")
	}
	ready := d.signTo(t, it, "")
	d.refused(t, ready, person("publisher"), Step{Act: "release", Sheet: "of another"}, gongkai.Conflict, "stale_sheet")
	d.refused(t, ready, person("publisher"), Step{Act: "release"}, gongkai.Invalid, "required")
}

func TestAReviewNeedsItsFourJudgementsAndAnOpinion(t *testing.T) {
	d := staffed(t)
	it := d.sheet(t)
	bare := pass(it)
	bare.Judgements = nil
	d.refused(t, it, person("review1"), bare, gongkai.Invalid, "judgements")
	for i := range 4 {
		j := *affirmed
		*[]*bool{&j.Legality, &j.Accuracy, &j.Disclosability, &j.Secrecy}[i] = false
		doubt := pass(it)
		doubt.Judgements = &j
		d.refused(t, it, person("review1"), doubt, gongkai.Invalid, "judgements")
	}
	silent := pass(it)
	silent.Opinion = " \n"
	d.refused(t, it, person("review1"), silent, gongkai.Invalid, "required")
	it = d.must(t, it, "review1", pass(it))
	if after := d.must(t, it, "proof1", Step{Act: "pass", Sheet: it.Work.SheetDigest}); after.Work.Stage != "review_2" {
		t.Error("a proofreading needs neither")
	}
}

func TestReturningAndRejectingVoidWhatWasSigned(t *testing.T) {
	d := staffed(t)
	it := d.signTo(t, d.sheet(t), "review_2")
	why := Step{Act: "return", Sheet: it.Work.SheetDigest, Opinion: "数据有误"}
	d.refused(t, it, person("review2"), Step{Act: "return", Sheet: it.Work.SheetDigest}, gongkai.Invalid, "required")
	d.refused(t, it, person("proof3"), why, gongkai.Denied, "missing_grant") // not this stage's
	back := d.must(t, it, "review2", why)
	void(t, back, content.Returned)
	why.Act = "reject"
	no := d.must(t, it, "review2", why)
	void(t, no, content.Rejected)
	d.refused(t, no, person("editor"), Step{Act: "submit"}, gongkai.Blocked, "wrong_state")
	void(t, d.must(t, no, "editor", Step{Act: "reopen"}), content.Draft)
	void(t, d.must(t, it, "editor", Step{Act: "recall"}), content.Draft)
	ready := d.signTo(t, it, "")
	void(t, d.must(t, ready, "publisher", Step{Act: "return", Sheet: ready.Work.SheetDigest, Opinion: "附件缺失"}), content.Returned)
	proof := d.signTo(t, d.sheet(t), "proof_1")
	d.refused(t, proof, person("proof1"), Step{Act: "reject", Sheet: proof.Work.SheetDigest, Opinion: "否"}, gongkai.Denied, "missing_grant") // proofreaders return
}

func void(t *testing.T, it content.Item, state string) {
	t.Helper()
	if w := it.Work; w.State != state || len(w.Signoffs)+len(w.Corrections) > 0 || w.Sheet+w.SheetDigest+w.Stage+w.Pipeline != "" {
		t.Errorf("want %s and nothing signed, got %+v", state, w)
	}
	if it.Work.Revision == "" || len(it.Work.Contributors) == 0 {
		t.Error("text and authors stay")
	}
}

func TestSubmitDemandsWhatTheSheetNeeds(t *testing.T) {
	d := staffed(t)
	it := d.draft(t, "editor")
	d.refused(t, it, person("review1"), Step{Act: "submit"}, gongkai.Denied, "missing_grant")
	d.refused(t, it, person("admin"), Step{Act: "submit"}, gongkai.Denied, "administrator_business")
	homeless := it
	homeless.Placements = nil
	d.refused(t, homeless, person("editor"), Step{Act: "submit"}, gongkai.Invalid, "home")
	d.column.Kinds = []string{"policy"}
	d.refused(t, it, person("editor"), Step{Act: "submit"}, gongkai.Invalid, "kind")
	d.column.Kinds = nil
	d.open[it.ID] = true
	d.refused(t, it, person("editor"), Step{Act: "submit"}, gongkai.Blocked, "open_findings")
	d.open[it.ID] = false
	rev := d.revisions[it.Work.Revision]
	rev.Fields = content.Fields{"openness": content.Withheld}
	d.revisions[rev.ID] = rev
	d.refused(t, it, person("editor"), Step{Act: "submit"}, gongkai.Blocked, "not_proactive")
	rev.Fields = plainFields()
	d.revisions[rev.ID] = rev
	d.pipeline = Pipeline{Name: "short", Stages: Presets[0].Stages[:2]}
	d.refused(t, it, person("editor"), Step{Act: "submit"}, gongkai.Invalid, "pipeline")
	incomplete := d.world(person("editor"), it, Step{Act: "submit"})
	incomplete.Complete = gongkai.E(gongkai.Invalid, "incomplete_fields", "不完整", "incomplete")
	if _, err := Apply(it, Step{ID: "step-000", Act: "submit"}, incomplete); gongkai.CodeOf(err) != "incomplete_fields" {
		t.Error(err)
	}
}

func TestTheRefusalOfASubmitNamesThePlaces(t *testing.T) {
	fs := []content.Finding{{Place: "body", Line: 3, Kind: "id_card", Level: "certain", Preview: "110***33"}, {Place: "roster[2][1]", Line: 1, Kind: "mobile", Level: "likely"}}
	var e *gongkai.Error
	if err := OpenFindings(fs); !asError(err, &e) || len(e.Details) != 2 || e.Details[0].Where != "body:3" || e.Details[1].Where != "roster[2][1]" || e.Details[0].Code != "id_card" {
		t.Errorf("%+v", e)
	}
}

func TestResolvingNeedsPlaceBasisAndTheRight(t *testing.T) {
	d := staffed(t)
	it := d.draft(t, "editor")
	d.open[it.ID] = true
	try := func(r content.Resolution) Step { return Step{Act: "resolve", Resolutions: []content.Resolution{r}} }
	d.refused(t, it, person("editor"), Step{Act: "resolve"}, gongkai.Invalid, "required")
	d.refused(t, it, person("editor"), try(content.Resolution{Act: "mask"}), gongkai.Invalid, "resolution_place")
	d.refused(t, it, person("editor"), try(content.Resolution{Act: "burn", Key: "k"}), gongkai.Invalid, "resolution")
	d.refused(t, it, person("editor"), try(content.Resolution{Act: "mask", Key: "k", As: "<b>"}), gongkai.Invalid, "mask")
	d.refused(t, it, person("editor"), try(content.Resolution{Act: "keep", Key: "k", Basis: "依法"}), gongkai.Denied, "missing_grant")
	d.refused(t, it, person("editor"), try(content.Resolution{Act: "not_personal", Key: "k", Basis: "编号"}), gongkai.Denied, "missing_grant")
	d.refused(t, it, person("secret"), try(content.Resolution{Act: "keep", Key: "k"}), gongkai.Invalid, "basis")
	d.refused(t, it, program("write"), try(content.Resolution{Act: "mask", Key: "k"}), gongkai.Denied, "program")
	masked := d.must(t, it, "editor", try(content.Resolution{Act: "mask", Key: "k"}))
	if d.must(t, masked, "editor", Step{Act: "submit"}).Work.State != content.Checking {
		t.Error("settled, it can be submitted")
	}
	kept := d.must(t, it, "secret", try(content.Resolution{Act: "keep", Key: "k", Basis: "条例第三条"}))
	if r := kept.Work.Resolutions[0]; r.By != "secret" || r.Name == "" || r.At == 0 || r.ID == "" {
		t.Errorf("the decision names who made it: %+v", r)
	}
}

// An editor's word over a whole kind, spoken before there was anything
// certain, must not clear the certain findings that come later.
func TestAnEditorsRuleNeverClearsWhatIsCertain(t *testing.T) {
	d := staffed(t)
	it := d.draft(t, "editor")
	rule := Step{Act: "resolve", Resolutions: []content.Resolution{{Act: "not_personal", Kind: "id_card", Basis: "均为编号", Officer: true}}}
	d.refused(t, it, person("editor"), rule, gongkai.Invalid, "nothing") // there is nothing yet to speak of
	d.open[it.ID] = true
	d.refused(t, it, person("editor"), Step{Act: "submit"}, gongkai.Blocked, "open_findings")
	d.refused(t, it, person("editor"), rule, gongkai.Denied, "missing_grant")
	it = d.must(t, it, "secret", rule)
	d.must(t, it, "editor", Step{Act: "submit"})
}
