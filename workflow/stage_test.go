// Stages with seats, units, fields and clocks: through the pure transition, and
// once through the store.

package workflow

import (
	"slices"
	"strings"
	"testing"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/store"
)

// townSheet is an item of the town that waits at the first stage of an order.
func townSheet(t *testing.T, p Pipeline) (*desk, content.Item) {
	t.Helper()
	d := staffed(t)
	d.pipeline = p
	for _, g := range [][2]string{{"town3", policy.Reviewer3}, {"town1", policy.Reviewer1}} {
		grant(t, d.pol, g[0], g[1], "town")
	}
	grant(t, d.pol, "harbour2", policy.Reviewer2, "harbour")
	it := d.draft(t, "editor")
	it.Unit = "town"
	it = d.must(t, it, "editor", Step{Act: "submit"})
	return d, d.must(t, it, gongkai.System.ID, Step{Act: "built"})
}

func TestSeatsAreSignedInAnyOrderEachByTheUnitItNames(t *testing.T) {
	d, it := townSheet(t, jointly)
	d.refused(t, it, person("town3"), Step{Act: "pass", Sheet: it.Work.SheetDigest, Seat: "above", Opinion: "同意", Judgements: affirmed}, gongkai.Denied, "missing_grant")
	d.refused(t, it, person("harbour2"), Step{Act: "pass", Sheet: it.Work.SheetDigest, Seat: "own", Opinion: "同意", Judgements: affirmed}, gongkai.Denied, "missing_grant")
	d.refused(t, it, person("review1"), pass(it), gongkai.Denied, "missing_grant")
	it = d.must(t, it, "harbour2", pass(it))
	d.refused(t, it, person("review3"), pass(it), gongkai.Invalid, "seat") // of the county: may sit for both
	choice := pass(it)
	choice.Seat = "above"
	it = d.must(t, it, "review3", choice)
	d.refused(t, it, person("review3"), pass(it), gongkai.Denied, "same_track")
	d.refused(t, it, person("review3b"), choice, gongkai.Conflict, "seat_taken")
	if it.Work.Stage != "joint" || it.Steps[len(it.Steps)-1].Detail["seat"] != "above" {
		t.Fatalf("%s %v", states(it), it.Steps[len(it.Steps)-1])
	}
	it = d.must(t, it, "town3", pass(it))
	if it.Work.Stage != "merged_1" || len(it.Work.Signoffs) != 3 {
		t.Errorf("after all seats: %s, %d signatures", states(it), len(it.Work.Signoffs))
	}
}

func TestAQuorumPassesTheStageAndNoTwoSeatsOfOnePerson(t *testing.T) {
	d, it := townSheet(t, byQuorum)
	for _, who := range []string{"multi", "multi2"} {
		for _, role := range []string{policy.Reviewer3, policy.Proofreader3, policy.Reviewer2, policy.Proofreader2} {
			grant(t, d.pol, who, role, "town")
		}
	}
	it = d.must(t, it, "secret", pass(it))
	a, c := pass(it), pass(it)
	a.Seat, c.Seat = "a", "c"
	it = d.must(t, it, "multi", c)
	d.refused(t, it, person("multi"), a, gongkai.Denied, "same_track")
	forged := it // a store that says more than was signed
	forged.Work.Signoffs = append(slices.Clone(it.Work.Signoffs), it.Work.Signoffs[1])
	forged.Work.Signoffs[2].Seat = "a"
	if stage := byQuorum.Stages[1]; stage.signed(forged.Work.Signoffs, []string{it.Work.SheetDigest}) {
		t.Error("one person twice is no quorum")
	}
	if it = d.must(t, it, "multi2", a); it.Work.Stage != "merged_1" {
		t.Errorf("two of three: %s", states(it))
	}
}

func TestACorrectionReopensTheSeatsOfItsOwnStageOnly(t *testing.T) {
	d, it := townSheet(t, byQuorum)
	it = d.must(t, it, "secret", pass(it))
	a := pass(it)
	a.Seat = "a"
	it = d.must(t, it, "both3", a)
	opened := it.Work.Opened
	d.refused(t, it, person("both3"), Step{Act: "correct", Sheet: it.Work.SheetDigest}, gongkai.Denied, "same_track") // who has signed has said so
	it = d.must(t, it, "both2", Step{Act: "correct", Sheet: it.Work.SheetDigest})
	if last := it.Steps[len(it.Steps)-1]; len(it.Work.Signoffs) != 1 || last.Detail["reopened"] != "most.a" || it.Work.Opened != opened {
		t.Fatalf("%+v %v", it.Work.Signoffs, last.Detail)
	}
	it = d.must(t, it, gongkai.System.ID, Step{Act: "built"})
	if it.Work.Opened != opened || it.Work.Stage != "most" {
		t.Errorf("the clock of the stage goes on: %d, %d", opened, it.Work.Opened)
	}
	for _, seat := range []string{"a", "c"} {
		s := pass(it)
		s.Seat = seat
		it = d.must(t, it, map[string]string{"a": "both3", "c": "both2"}[seat], s)
	}
	if it.Work.Stage != "merged_1" {
		t.Errorf("%s", states(it))
	}
}

func TestARootUnitHasNoSuperiorAndNobodySignsForIt(t *testing.T) {
	d := staffed(t)
	d.pipeline = presetNamed("higher-check")
	it := d.signTo(t, d.sheet(t), "higher")
	d.refused(t, it, person("review3"), pass(it), gongkai.Denied, "no_such_unit")
	d.refused(t, it, person("review3"), Step{Act: "return", Sheet: it.Work.SheetDigest, Opinion: "x"}, gongkai.Denied, "no_such_unit")
}

func TestTheFinalConfirmationIsForThoseOfTheFinalReview(t *testing.T) {
	d, it := townSheet(t, presetNamed("higher-check"))
	for it.Work.Stage != "higher" {
		it = d.must(t, it, signers[it.Work.Stage], pass(it))
	}
	d.refused(t, it, person("town3"), pass(it), gongkai.Denied, "missing_grant")
	p := presetNamed("higher-check")
	if c, _ := p.Stage(FinalConfirm.ID); len(c.Tracks) != 1 || c.Tracks[0] != (Track{Confirm, "reviewer-3"}) || c.Up != 1 {
		t.Errorf("%+v", c)
	}
	if c := jointly.confirmation(); len(c.Seats) != 0 || c.Tracks[0].Role != "reviewer-2" {
		t.Errorf("%+v", c)
	}
	if c := preset("x", "x", "x", true, byQuorum.Stages[1]).confirmation(); len(c.Seats) != 3 || c.needed() != 1 {
		t.Errorf("%+v", c)
	}
}

func TestAReturnToAStageThatWasPassedKeepsTheEarlierSignatures(t *testing.T) {
	d := staffed(t)
	it := d.signTo(t, d.sheet(t), "review_3")
	sheet := it.Work.SheetDigest
	back := Step{Act: "return", Sheet: sheet, Opinion: "数据待核", To: "proof_1", Places: []Marked{{Place: "body", Start: 1, End: 3, Text: "正文", Note: "核对"}}}
	for _, to := range []string{"review_3", "proof_3", FinalConfirm.ID, "nowhere"} {
		bad := back
		bad.To = to
		d.refused(t, it, person("review3"), bad, gongkai.Invalid, "not_passed")
	}
	d.refused(t, it, person("review1"), back, gongkai.Denied, "missing_grant")
	it = d.must(t, it, "review3", back)
	said := it.Steps[len(it.Steps)-1].Detail
	if it.Work.State != content.AtStage || it.Work.Stage != "proof_1" || it.Work.SheetDigest != sheet || len(it.Work.Signoffs) != 1 || said["void"] != "proof_1 review_2 proof_2" || said["to"] != "proof_1" || !strings.Contains(said["places"], `"note":"核对"`) {
		t.Fatalf("%s %+v %v", states(it), it.Work, said)
	}
	d.refused(t, it, person("review2"), pass(it), gongkai.Denied, "missing_grant") // it is the first proofreader's turn
	it = d.signTo(t, it, "")
	it = d.must(t, it, "publisher", Step{Act: "return", Sheet: sheet, Opinion: "缺附件", To: "review_3"})
	if it.Work.Stage != "review_3" || len(it.Work.Signoffs) != 4 {
		t.Errorf("from ready: %s with %d signatures", states(it), len(it.Work.Signoffs))
	}
	d.refused(t, it, person("publisher"), Step{Act: "release", Sheet: sheet}, gongkai.Blocked, "wrong_state")
	back.To, back.Places = "", nil
	if it = d.must(t, it, "review3", back); it.Work.State != content.Returned || len(it.Work.Signoffs) != 0 || it.Work.Opened != 0 {
		t.Errorf("without a stage it goes to the writers: %s", states(it))
	}
}

func TestAReturnToAnEarlierStageOfACorrectedTextIsConfirmedAgain(t *testing.T) {
	d := staffed(t)
	d.pipeline = presetNamed("reviews-then-proofs")
	it := d.signTo(t, d.sheet(t), "proof_2")
	it = d.must(t, it, "proof2", Step{Act: "correct", Sheet: it.Work.SheetDigest})
	it = d.signTo(t, d.must(t, it, gongkai.System.ID, Step{Act: "built"}), FinalConfirm.ID)
	it = d.must(t, it, "review3", Step{Act: "return", Sheet: it.Work.SheetDigest, Opinion: "x", To: "proof_1"})
	it = d.signTo(t, it, FinalConfirm.ID)
	if it.Work.Stage != FinalConfirm.ID || Signed(it.Work, d.pipeline) {
		t.Errorf("the final reviewer has not seen these words: %s", states(it))
	}
	it = d.must(t, it, "review3b", pass(it))
	if it.Work.State != content.Ready {
		t.Errorf("%s", states(it))
	}
}

func TestAStageFillsInOnlyWhatItMay(t *testing.T) {
	d, it := townSheet(t, byQuorum) // the first stage may set doc_no
	fill := func(v content.Fields) Step { return Step{Act: "fill", Sheet: it.Work.SheetDigest, Fields: v} }
	for _, v := range []content.Fields{{"title": "x"}, {"body": "x"}, {"doc_no": "x", "validity": "in_force"}, {"openness": content.Proactive}} {
		d.refused(t, it, person("secret"), fill(v), gongkai.Denied, "field")
	}
	d.refused(t, it, person("secret"), fill(nil), gongkai.Invalid, "required")
	d.refused(t, it, person("both1"), fill(content.Fields{"doc_no": "x"}), gongkai.Denied, "missing_grant")
	d.refused(t, it, program("read", "write"), fill(content.Fields{"doc_no": "x"}), gongkai.Denied, "program")
	it = d.must(t, it, "secret", fill(content.Fields{"doc_no": "青政发〔2026〕1号"}))
	if c := it.Work.Corrections; it.Work.State != content.Checking || len(c) != 1 || !slices.Equal(c[0].Fields, []string{"doc_no"}) || slices.Contains(it.Work.Contributors, "secret") || it.Steps[len(it.Steps)-1].Detail["fields"] != "doc_no" {
		t.Fatalf("%+v", it.Work)
	}
	it = d.must(t, it, gongkai.System.ID, Step{Act: "built"})
	it = d.must(t, it, "secret", pass(it)) // who fills in signs it: it is no text of theirs
	d.refused(t, it, person("both3"), fill(content.Fields{"doc_no": "x"}), gongkai.Denied, "no_fields")
}

func TestWhatIsFilledInAfterTheFinalReviewIsConfirmed(t *testing.T) {
	d := staffed(t)
	last := secrecy
	last.Fields = []string{"doc_no"}
	d.pipeline = preset("merged", "x", "x", true, merged(1), merged(2), merged(3), last)
	d.pipeline.ID = "fills/1"
	orders = append(orders, d.pipeline)
	defer func() { orders = orders[:len(orders)-1] }()
	it := d.signTo(t, d.sheet(t), "secrecy")
	it = d.must(t, it, "secret", Step{Act: "fill", Sheet: it.Work.SheetDigest, Fields: content.Fields{"doc_no": "x"}})
	it = d.must(t, it, gongkai.System.ID, Step{Act: "built"})
	it = d.must(t, it, "secret", pass(it))
	if it.Work.Stage != FinalConfirm.ID {
		t.Fatalf("%s", states(it))
	}
	if it = d.must(t, it, "review3", pass(it)); it.Work.State != content.Ready || !Signed(it.Work, d.pipeline) {
		t.Errorf("%s", states(it))
	}
}

func TestAStageHasItsOwnClock(t *testing.T) {
	d := staffed(t)
	p := preset("jointly", "x", "x", true, merged(1), merged(2), merged(3))
	p.ID, p.Stages[1].Days = "clocked/1", 2
	d.pipeline = p
	orders = append(orders, p)
	defer func() { orders = orders[:len(orders)-1] }()
	d.now = time.Date(2026, 9, 30, 16, 0, 0, 0, content.Shanghai).UnixMilli() // before a long holiday
	it := d.sheet(t)
	if it.Work.Opened == 0 || it.Work.SignBy != 0 {
		t.Errorf("no limit: %+v", it.Work)
	}
	it = d.must(t, it, "both1", pass(it))
	if got := time.UnixMilli(it.Work.SignBy - 1).In(content.Shanghai).Format(time.DateOnly); got != "2026-10-09" || it.Work.Opened != d.now {
		t.Errorf("two working days after 30 September: %s", got)
	}
	it = d.must(t, it, "both2", pass(it))
	if it.Work.SignBy != 0 || it.Work.Opened != d.now {
		t.Errorf("%+v", it.Work)
	}
}

// The same on the store: an office that has nothing else to do with the item
// reads, fills in, signs and returns it, and before and after it reads nothing.
func TestAnOfficeSignsWhatAnotherUnitDrafted(t *testing.T) {
	o := newOffice(t)
	o.check(put(o.c.PutUnit(t.Context(), content.Unit{Meta: store.Meta{ID: "centre"}, Name: "政务公开办公室"})))
	grant(t, o.pol, "centre3", policy.Reviewer3, "centre")
	check := Stage{ID: "centre", Zh: "公开办审签", En: "Check by the office", Tracks: []Track{{Review, policy.Reviewer3}}, UnitRule: UnitRule{Office: "centre"}, Days: 5, Fields: []string{"doc_no", "date_written"}}
	o.add(next("merged", 1, merged(1), merged(2), merged(3), check), all())
	it := o.create(wordy("<p>正文</p>"))
	if _, err := o.Item(t.Context(), person("centre3"), it.ID); gongkai.KindOf(err) != gongkai.Denied {
		t.Errorf("a draft is no business of the office: %v", err)
	}
	it = o.submit(it.ID)
	for it.Work.Stage != "centre" {
		it = o.must(signers[it.Work.Stage], it.ID, pass(it))
	}
	it, err := o.Item(t.Context(), person("centre3"), it.ID)
	o.check(err)
	if page, err := o.Items(t.Context(), person("centre3"), List{Stage: "centre"}); err != nil || len(page.Docs) != 1 {
		t.Errorf("the office finds it by its stage: %+v %v", page.Docs, err)
	}
	if left, err := o.SignLeft(t.Context(), it); err != nil || left.Days != 5 || !slices.Equal(it.Work.Offices, []string{"centre"}) {
		t.Errorf("%+v %v", left, err)
	}
	may, err := o.Possible(t.Context(), person("centre3"), it)
	o.check(err)
	acts := map[string]Possible{}
	for _, p := range may {
		acts[p.Act] = p
	}
	if p, there := acts["fill"]; !there || p.Blocked != "" || len(p.Fields) != 2 || acts["pass"].Blocked != "" || !slices.Equal(acts["return"].To, []string{"merged_1", "merged_2", "merged_3"}) {
		t.Errorf("%+v", may)
	}
	for _, who := range []string{"review3", "editor"} {
		_, err := o.step(who, it.ID, Step{Act: "fill", Sheet: it.Work.SheetDigest, Fields: content.Fields{"doc_no": "青政发〔2026〕1号"}})
		o.refused(err, gongkai.Denied, "missing_grant")
	}
	fill := func(v content.Fields) error {
		_, err := o.step("centre3", it.ID, Step{Act: "fill", Sheet: it.Work.SheetDigest, Fields: v})
		return err
	}
	o.refused(fill(content.Fields{"doc_no": mobile}), gongkai.Invalid, "fields")
	o.refused(fill(content.Fields{"date_written": "2026-02-30"}), gongkai.Invalid, "fields")
	o.refused(fill(content.Fields{"title": "别的"}), gongkai.Denied, "field")
	o.check(fill(content.Fields{"doc_no": "青政发〔2026〕1号", "date_written": "2026-03-01"}))
	o.check(o.Build(t.Context(), it.ID))
	it = o.get(it.ID)
	pub := o.public(it, it.Work.Sheet)
	if pub.Fields["doc_no"] != "青政发〔2026〕1号" || it.Term.From != "2026-03-01" || len(it.Work.Signoffs) != 3 {
		t.Errorf("%v %+v", pub.Fields, it.Term)
	}
	_, err = o.step("centre3", it.ID, Step{Act: "return", Sheet: it.Work.SheetDigest, Opinion: "x", To: "merged_2", Places: []Marked{{Place: "body", Start: 5000, End: 5001}}})
	o.refused(err, gongkai.Invalid, "places")
	ret := o.must("centre3", it.ID, Step{Act: "return", Sheet: it.Work.SheetDigest, Opinion: "电话" + mobile, To: "merged_2", Places: []Marked{{Place: "body", Start: 3, End: 5, Text: mobile, Note: mobile}, {Place: "doc_no"}, {Place: "date_written"}}})
	said := ret.Steps[len(ret.Steps)-1].Detail
	if ret.Work.Stage != "merged_2" || !strings.Contains(said["places"], `"text":"正文"`) || !strings.Contains(said["places"], "2026-03-01") || strings.Contains(said["places"]+said["opinion"], mobile) {
		t.Errorf("%s %v", states(ret), said)
	}
	for it = ret; it.Work.State == content.AtStage; {
		who := orElse(signers[it.Work.Stage], "centre3")
		it = o.must(who, it.ID, pass(it))
	}
	if it = o.release(it); it.Live.State != content.Published || len(it.Live.Signoffs) != 4 {
		t.Errorf("%+v", it.Live)
	}
	if _, err := o.Item(t.Context(), person("centre3"), it.ID); gongkai.KindOf(err) != gongkai.Denied {
		t.Errorf("what was released the office reads as everybody does: %v", err)
	}
}
