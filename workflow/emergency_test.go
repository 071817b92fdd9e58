package workflow

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/store"
)

// alarm is a desk with somebody who may ask for an emergency release, and two
// who review it.
func alarm(t testing.TB) *desk {
	d := staffed(t)
	grant(t, d.pol, "editor", policy.Emergency, "county")
	d.pipeline = presetNamed("merged")
	return d
}

var urgent = Step{Act: "submit", Emergency: true, Reason: "汛情紧急，须立即告知群众转移"}

// short is an item that went through the short order up to its release.
func (d *desk) short(t testing.TB, it content.Item) content.Item {
	t.Helper()
	s := urgent
	if it.Live.State != content.NotLive {
		s.Note = "更正数据"
	}
	it = d.must(t, d.must(t, it, "editor", s), gongkai.System.ID, Step{Act: "built"})
	for _, who := range []string{"review2", "review3"} {
		it = d.must(t, it, who, pass(it))
	}
	return it
}

func (d *desk) hastened(t testing.TB) content.Item {
	t.Helper()
	it := d.short(t, d.draft(t, "editor"))
	return d.must(t, it, "publisher", Step{Act: "release", Sheet: it.Work.SheetDigest})
}

func laterPass(it content.Item) Step {
	r := it.Later[len(it.Later)-1]
	return Step{Act: "later_pass", Edition: r.Edition, Sheet: r.Digest, Opinion: "同意", Judgements: affirmed}
}

func TestAnEmergencyReleaseOwesTheFullReview(t *testing.T) {
	d := alarm(t)
	it := d.hastened(t)
	if it.Live.State != content.Published || it.Live.Pipeline != "emergency/1" || len(it.Live.Signoffs) != 2 || len(it.Later) != 1 || it.LaterBy == 0 {
		t.Fatalf("%+v", it)
	}
	r := it.Later[0]
	if r.Digest != it.Live.Digest || r.Edition != 1 || r.Emergency.Reason != urgent.Reason || r.Emergency.By != "editor" || r.Emergency.Pipeline != "merged/1" || r.Stage != "merged_1" || r.Deadline != it.LaterBy || !slices.Contains(r.Contributors, "editor") {
		t.Errorf("%+v", r)
	}
	if rec := it.Steps[len(it.Steps)-1]; rec.Detail["later_review"] == "" {
		t.Errorf("the record says so: %v", rec.Detail)
	}
	d.refused(t, it, person("review1"), laterPass(it), gongkai.Denied, "missing_grant")
	other := laterPass(it)
	other.Sheet = "of another"
	d.refused(t, it, person("both1"), other, gongkai.Conflict, "stale_sheet")
	silent := laterPass(it)
	silent.Judgements = nil
	d.refused(t, it, person("both1"), silent, gongkai.Invalid, "judgements")
	d.refused(t, it, person("both1"), Step{Act: "later_pass", Edition: 7, Sheet: r.Digest}, gongkai.Blocked, "no_later_review")
	for i, who := range []string{"both1", "both2", "both3"} {
		if it.LaterBy == 0 {
			t.Fatal("closed too early")
		}
		it = d.must(t, it, who, laterPass(it))
		if len(it.Later[0].Signoffs) != i+1 {
			t.Errorf("%+v", it.Later[0].Signoffs)
		}
	}
	if it.LaterBy != 0 || it.Later[0].Closed == 0 || it.Later[0].Outcome != "passed" || it.Seq != 1 {
		t.Errorf("%+v", it.Later[0])
	}
	d.refused(t, it, person("both3"), laterPass(it), gongkai.Blocked, "no_later_review")
}

func TestNobodyTakesTheShortOrderByAnotherDoor(t *testing.T) {
	d := alarm(t)
	draft := d.draft(t, "editor")
	d.refused(t, draft, person("editor2"), urgent, gongkai.Denied, "missing_grant")
	bare := urgent
	bare.Reason = " "
	d.refused(t, draft, person("editor"), bare, gongkai.Invalid, "required")
	for _, p := range emergencyPresets { // a column that names it
		d.pipeline = p
		if _, err := d.do(person("editor"), draft, Step{Act: "submit"}); gongkai.CodeOf(err) != "tier" {
			t.Errorf("%s without an emergency: %v", p.Name, err)
		}
		if _, err := d.do(person("editor"), draft, urgent); gongkai.CodeOf(err) != "tier" {
			t.Errorf("%s owes no full review: %v", p.Name, err)
		}
	}
	d.pipeline = presetNamed("merged")
	lead := clone(draft)
	lead.Bundle = []content.Member{{}}
	d.refused(t, lead, person("editor"), urgent, gongkai.Invalid, "bundle")
	d.open[draft.ID] = true
	d.refused(t, draft, person("editor"), urgent, gongkai.Blocked, "open_findings")
	d.open[draft.ID] = false
	it := d.must(t, d.must(t, draft, "editor", urgent), gongkai.System.ID, Step{Act: "built"})
	grant(t, d.pol, "two", policy.Reviewer2, "county")
	grant(t, d.pol, "two", policy.Reviewer3, "county")
	it = d.must(t, it, "two", pass(it))
	d.refused(t, it, person("two"), pass(it), gongkai.Denied, "same_track")
	back := d.must(t, it, "editor", Step{Act: "recall"})
	if back.Work.Emergency != nil || len(back.Work.Signoffs) != 0 {
		t.Errorf("%+v", back.Work)
	}
	again := d.must(t, d.must(t, back, "editor", Step{Act: "submit"}), gongkai.System.ID, Step{Act: "built"})
	if again.Work.Pipeline != "merged/1" || again.Work.Emergency != nil {
		t.Errorf("%+v", again.Work)
	}
	ready := d.must(t, it, "review3", pass(it))
	forged := clone(ready)
	forged.Work.Emergency = nil
	d.refused(t, forged, person("publisher"), Step{Act: "release", Sheet: ready.Work.SheetDigest}, gongkai.Blocked, "incomplete")
	d.leftovers[ready.ID] = true
	d.refused(t, ready, person("publisher"), Step{Act: "release", Sheet: ready.Work.SheetDigest}, gongkai.Blocked, "rescan")
	d.pipeline = presetNamed("merged-secrecy")
	if secret := d.must(t, d.draft(t, "editor"), "editor", urgent); secret.Work.Pipeline != "emergency-secrecy/1" {
		t.Errorf("where the full order has a secrecy review, the short one has it: %s", secret.Work.Pipeline)
	}
	if err := (Pipeline{Name: "x", Emergency: true, Stages: emergencyPresets[0].Stages}).Valid(); err == nil {
		t.Error("one person for both")
	}
	if p := (NewPipeline{Name: "emergency", Seen: 1, Zh: "应急", En: "x", Distinct: true, Stages: emergencyPresets[0].Stages}).pipeline(); p.Valid() == nil {
		t.Error("an office made a short order of its own")
	}
}

func TestWhoWroteItNeverReviewsItLater(t *testing.T) {
	d := alarm(t)
	for _, role := range []string{policy.Editor, policy.Emergency} {
		grant(t, d.pol, "both1", role, "county")
	}
	it := d.must(t, d.must(t, d.draft(t, "both1"), "both1", urgent), gongkai.System.ID, Step{Act: "built"})
	it = d.must(t, d.must(t, it, "review2", pass(it)), "review3", pass(it))
	it = d.must(t, it, "publisher", Step{Act: "release", Sheet: it.Work.SheetDigest})
	d.refused(t, it, person("both1"), laterPass(it), gongkai.Denied, "own_text")
	object := laterPass(it)
	object.Act, object.Reason = "later_object", "数据有误"
	d.refused(t, it, person("both1"), object, gongkai.Denied, "own_text")
	d.refused(t, it, person("admin"), laterPass(it), gongkai.Denied, "administrator_business")
	d.refused(t, it, program("write"), laterPass(it), gongkai.Denied, "program")
	grant(t, d.pol, "twice", policy.Reviewer1, "county")
	for _, role := range []string{policy.Proofreader1, policy.Reviewer2, policy.Proofreader2} {
		grant(t, d.pol, "twice", role, "county")
	}
	it = d.must(t, it, "twice", laterPass(it))
	d.refused(t, it, person("twice"), laterPass(it), gongkai.Denied, "same_track")
}

// Neither a correction nor a withdrawal loses the debt, and a second emergency
// makes a second one.
func TestTheDebtStandsWhateverBecomesOfTheEdition(t *testing.T) {
	d := alarm(t)
	it := d.hastened(t)
	withdrawn := d.must(t, d.must(t, it, "editor", Step{Act: "ask_withdraw", Edition: 1, Reason: "有误"}), "review3", Step{Act: "withdraw", Edition: 1})
	if withdrawn.LaterBy == 0 || withdrawn.Later[0].Closed != 0 {
		t.Error("a withdrawal lost the debt")
	}
	d.must(t, withdrawn, "both1", laterPass(withdrawn))
	next := d.must(t, it, "editor", Step{Act: "save"})
	full := d.must(t, d.must(t, next, "editor", Step{Act: "submit", Note: "更正数据"}), gongkai.System.ID, Step{Act: "built"})
	full = d.signTo(t, full, "")
	full = d.must(t, full, "publisher", Step{Act: "release", Sheet: full.Work.SheetDigest})
	if full.LaterBy == 0 || full.Later[0].Closed != 0 || full.Live.Edition != 2 {
		t.Error("a correction lost the debt")
	}
	twice := d.short(t, next)
	twice = d.must(t, twice, "publisher", Step{Act: "release", Sheet: twice.Work.SheetDigest})
	if len(twice.Later) != 2 || twice.LaterBy != it.LaterBy {
		t.Errorf("two debts, the earlier first: %+v", twice.Later)
	}
	object := Step{Act: "later_object", Edition: 1, Sheet: it.Live.Digest, Reason: "数据有误"}
	if told := d.must(t, full, "both1", object); told.Live.State != content.Published || told.Seq != full.Seq || told.Later[0].Outcome != "corrected" {
		t.Errorf("what was corrected already stays public: %+v", told.Later[0])
	}
	if told := d.must(t, twice, "both1", object); told.Live.State != content.Published || told.Later[0].Closed != 0 || told.LaterBy == 0 {
		t.Errorf("another emergency is no correction: %+v", told.Later[0])
	}
	abandoned := d.must(t, next, "editor", Step{Act: "abandon"})
	if abandoned.LaterBy != it.LaterBy {
		t.Error("giving up a draft lost the debt")
	}
}

func TestAnObjectionSuspendsAndOnlyAnOutcomeClosesIt(t *testing.T) {
	d := alarm(t)
	it := d.hastened(t)
	object := Step{Act: "later_object", Edition: 1, Sheet: it.Live.Digest, Reason: "数据有误"}
	bare := object
	bare.Reason = ""
	d.refused(t, it, person("both1"), bare, gongkai.Invalid, "required")
	d.refused(t, it, person("editor2"), object, gongkai.Denied, "missing_grant")
	it = d.must(t, it, "both1", object)
	if it.Live.State != content.Suspended || it.Seq != 2 || it.LaterBy == 0 || len(it.Later[0].Objections) != 1 || it.Due == 0 {
		t.Fatalf("%+v", it)
	}
	resumed := d.must(t, it, "review3", Step{Act: "resume", Edition: 1, Reason: "核实无误"})
	if resumed.Live.State != content.Published || resumed.LaterBy == 0 {
		t.Error("what was resumed still owes its review")
	}
	gone := d.must(t, d.must(t, it, "editor", Step{Act: "ask_withdraw", Edition: 1, Reason: "有误"}), "review3", Step{Act: "withdraw", Edition: 1})
	if gone.LaterBy != 0 || gone.Later[0].Outcome != "withdrawn" || gone.Steps[len(gone.Steps)-1].Detail["later_review"] == "" {
		t.Errorf("%+v", gone.Later[0])
	}
	grant(t, d.pol, "chief", policy.Publisher, "county")
	grant(t, d.pol, "chief", policy.Reviewer3, "county")
	next := d.must(t, it, "editor", Step{Act: "save"})
	hasty := d.short(t, next)
	hasty = d.must(t, hasty, "chief", Step{Act: "release", Sheet: hasty.Work.SheetDigest, Settles: true})
	if hasty.Later[0].Closed != 0 || len(hasty.Later) != 2 {
		t.Error("another emergency settles nothing")
	}
	full := d.signTo(t, d.must(t, d.must(t, next, "editor", Step{Act: "submit", Note: "更正数据"}), gongkai.System.ID, Step{Act: "built"}), "")
	full = d.must(t, full, "chief", Step{Act: "release", Sheet: full.Work.SheetDigest, Settles: true})
	if full.LaterBy != 0 || full.Later[0].Outcome != "corrected" {
		t.Errorf("%+v", full.Later[0])
	}
}

// An objection because personal data leaked strikes what is no longer live, and
// marks what is suspended already.
func TestAnObjectionFindsPersonalDataWhateverBecameOfTheEdition(t *testing.T) {
	d := alarm(t)
	it := d.hastened(t)
	object := Step{Act: "later_object", Edition: 1, Sheet: it.Live.Digest, Reason: "泄露个人信息", Privacy: true}
	draft := d.must(t, d.must(t, it, "editor", Step{Act: "save"}), "editor", Step{Act: "submit", Note: "更正数据"})
	suspended := d.must(t, draft, "review3", Step{Act: "suspend", Edition: 1, Reason: "数据有误"})
	told := d.must(t, suspended, "both1", object)
	if !told.Live.Privacy || told.Seq != suspended.Seq || told.Work.State != content.Returned {
		t.Errorf("what is suspended: %+v, work %s", told.Live, told.Work.State)
	}
	full := d.signTo(t, d.must(t, draft, gongkai.System.ID, Step{Act: "built"}), "")
	full = d.must(t, full, "publisher", Step{Act: "release", Sheet: full.Work.SheetDigest})
	told = d.must(t, full, "both1", object)
	if told.Live.State != content.Published || !slices.Equal(told.Live.Struck, []int64{1}) || told.Seq != full.Seq+1 {
		t.Errorf("what was corrected: %+v", told.Live)
	}
	if again := d.must(t, suspended, "both1", Step{Act: "later_object", Edition: 1, Sheet: it.Live.Digest, Reason: "数据有误"}); again.Live.Privacy || again.Seq != suspended.Seq {
		t.Errorf("without personal data: %+v", again.Live)
	}
}

// Through the engine: the orders are loaded, the reason is masked, the list and
// the gauge find what is owed.
func TestAnEmergencyThroughTheEngine(t *testing.T) {
	o := newOffice(t)
	grant(t, o.pol, "editor", policy.Emergency, "county")
	it := o.create(content.Fields{"title": "关于紧急转移群众的通告", "openness": content.Proactive, "body": "<p>正文</p>"})
	o.must("editor", it.ID, Step{Act: "submit", Emergency: true, Reason: "汛情紧急，联系人" + mobile})
	o.check(o.Build(t.Context(), it.ID))
	it = o.get(it.ID)
	if it.Work.Pipeline != "emergency/1" || it.Work.Emergency.Pipeline != "merged/1" || it.Work.Emergency.Reason == "汛情紧急，联系人"+mobile {
		t.Fatalf("%+v", it.Work.Emergency)
	}
	it = o.must("review3", o.must("review2", it.ID, pass(it)).ID, pass(it))
	it = o.release(it)
	for list, want := range map[string]int{"open": 1, "overdue": 0} {
		if page, err := o.Items(t.Context(), person("both1"), List{LaterReview: list}); err != nil || len(page.Docs) != want {
			t.Errorf("%s: %d, %v", list, len(page.Docs), err)
		}
	}
	for _, l := range []List{{LaterReview: "open", Scheduled: true}, {LaterReview: "open", Overdue: true}, {Scheduled: true, ByDeadline: true}, {Interpretation: "open", DueWithin: 3}} {
		_, err := o.Items(t.Context(), person("both1"), l)
		o.refused(err, gongkai.Invalid, "one_order")
	}
	reminded := func(within int) (got []string) {
		o.check(o.EachDue(t.Context(), within, func(string) func(content.Item, string, bool) error {
			return func(it content.Item, field string, overdue bool) error {
				got = append(got, fmt.Sprint(it.ID, " ", field, " ", overdue))
				return nil
			}
		}))
		return got
	}
	if got := reminded(2); len(got) != 0 {
		t.Errorf("too early: %v", got)
	}
	if got := reminded(5); !slices.Equal(got, []string{it.ID + " later_by false"}) {
		t.Errorf("due soon: %v", got)
	}
	if Day(it.LaterBy-1) != "2026-03-09" { // five working days after a Monday
		t.Errorf("until %s", Day(it.LaterBy-1))
	}
	it = o.must("both1", it.ID, laterPass(it))
	possible, err := o.Possible(t.Context(), person("both2"), it)
	o.check(err)
	if !slices.ContainsFunc(possible, func(p Possible) bool { return p.Act == "later_pass" && p.Blocked == "" }) {
		t.Errorf("%+v", possible)
	}
	o.clock.at = o.clock.at.AddDate(0, 0, 14)
	if got := reminded(2); !slices.Equal(got, []string{it.ID + " later_by true"}) {
		t.Errorf("overdue: %v", got)
	}
	if n, err := o.LaterOverdue(t.Context()); n != 1 || err != nil {
		t.Errorf("%d are overdue, %v", n, err)
	}
	if possible, err = o.Possible(t.Context(), person("review1"), it); err != nil || slices.ContainsFunc(possible, func(p Possible) bool { return p.Act == "later_pass" }) {
		t.Errorf("%+v %v", possible, err)
	}
	it = o.must("both3", o.must("both2", it.ID, laterPass(it)).ID, laterPass(it))
	if n, err := o.LaterOverdue(t.Context()); n != 0 || err != nil || it.LaterBy != 0 {
		t.Errorf("%d are overdue, %v", n, err)
	}
}

// A draft beside what went out may have members of its own by then.
func TestTheLaterReviewAsksNothingOfTheDraftBesideIt(t *testing.T) {
	d := alarm(t)
	next := d.must(t, d.hastened(t), "editor", Step{Act: "save"})
	next.Bundle = []content.Member{{Item: "explanation", Contributors: []string{"both1"}}}
	reviewed := d.must(t, next, "both1", laterPass(next))
	if len(reviewed.Later[0].Signoffs) != 1 || len(reviewed.Bundle) != 1 {
		t.Errorf("%+v %+v", reviewed.Later[0].Signoffs, reviewed.Bundle)
	}
}

// The full order may name an office: its people read what they have to review,
// until that is done.
func TestAnOfficeSignsTheLaterReview(t *testing.T) {
	o := newOffice(t)
	o.check(put(o.c.PutUnit(t.Context(), content.Unit{Meta: store.Meta{ID: "harbour"}, Name: "港务局", Parent: "county"})))
	grant(t, o.pol, "editor", policy.Emergency, "county")
	for _, role := range []string{policy.Reviewer3, policy.Proofreader3} {
		grant(t, o.pol, "pilot", role, "harbour")
	}
	last := merged(3)
	last.UnitRule = UnitRule{Office: "harbour"}
	o.check(put(o.pipelines.Insert(t.Context(), preset("by-harbour", "港务终审", "The harbour last", true, merged(1), merged(2), last))))
	column, err := o.c.Columns.Get(t.Context(), "www-merged")
	o.check(err)
	column.Pipeline = "by-harbour"
	o.check(put(o.c.PutColumn(t.Context(), column)))
	it := o.create(content.Fields{"title": "关于紧急转移群众的通告", "openness": content.Proactive, "body": "<p>正文</p>"})
	o.must("editor", it.ID, Step{Act: "submit", Emergency: true, Reason: "汛情紧急"})
	o.check(o.Build(t.Context(), it.ID))
	it = o.get(it.ID)
	it = o.release(o.must("review3", o.must("review2", it.ID, pass(it)).ID, pass(it)))
	it = o.must("both2", o.must("both1", it.ID, laterPass(it)).ID, laterPass(it))
	if page, err := o.Items(t.Context(), person("pilot"), List{LaterReview: "open"}); err != nil || len(page.Docs) != 1 {
		t.Errorf("what waits for the office: %d, %v", len(page.Docs), err)
	}
	_, err = o.step("pilot", it.ID, Step{Act: "suspend", Edition: 1, Reason: "有误"})
	o.refused(err, gongkai.Denied, "missing_grant")
	if it = o.must("pilot", it.ID, laterPass(it)); it.LaterBy != 0 || it.Later[0].Outcome != "passed" {
		t.Errorf("%+v", it.Later[0])
	}
	_, err = o.Item(t.Context(), person("pilot"), it.ID)
	o.refused(err, gongkai.Denied, "missing_grant")
}

// Who waits for an interpretation waits too long: the document goes out alone,
// and owes that as well as its review.
func TestAnEmergencyGoesOutAloneWhereTheColumnDemandsABundle(t *testing.T) {
	s := newSet(t)
	grant(t, s.pol, "editor", policy.Emergency, "county")
	ready := s.sign(s.submit(s.draftOf("notice", "先前送审的通知", nil)))
	s.check(put(s.c.PutColumn(t.Context(), content.Column{Meta: store.Meta{ID: "www-merged"}, Site: "www", Slug: "merged", Name: "政策文件", Pipeline: "merged", Bundle: content.BundleRequired})))
	_, err := s.step("publisher", ready.ID, Step{Act: "release", Sheet: ready.Work.SheetDigest, Emergency: true})
	s.refused(err, gongkai.Blocked, "alone") // said by who releases, it is none
	_, err = s.step("editor", s.doc, urgent)
	if e := s.refusal(err, gongkai.Invalid, "bundle"); !strings.Contains(e.Zh, "不列成员") || !strings.Contains(e.En, "without members") {
		t.Errorf("what to do first: %s", e.En)
	}
	s.must("editor", s.doc, Step{Act: "bundle"})
	_, err = s.step("editor", s.doc, Step{Act: "submit"})
	if e := s.refusal(err, gongkai.Blocked, "alone"); !strings.Contains(e.Zh, "应急发布") || !strings.Contains(e.En, "emergency") {
		t.Errorf("the way out of an emergency: %s", e.En)
	}
	s.must("editor", s.doc, urgent)
	s.check(s.Build(t.Context(), s.doc))
	it := s.get(s.doc)
	it = s.release(s.must("review3", s.must("review2", s.doc, pass(it)).ID, pass(it)))
	if rec := it.Steps[len(it.Steps)-1]; it.LaterBy == 0 || it.InterpretBy == 0 || rec.Detail["interpret_by"] != "2026-03-05" || rec.Detail["later_review"] == "" {
		t.Errorf("both are owed and recorded: %v", rec.Detail)
	}
	s.owed(s.doc, 0)
	what := s.release(s.sign(s.submit(s.what)))
	s.check(s.Interprets(t.Context(), what))
	if it = s.get(s.doc); it.InterpretBy != 0 || it.LaterBy == 0 {
		t.Errorf("the interpretation is out, the review is still owed: %d, %d", it.InterpretBy, it.LaterBy)
	}
}

// Another emergency corrects the one before as soon as its own review is done,
// whatever has gone out since.
func TestAnEmergencyThatPassesItsReviewCorrectsTheOneBefore(t *testing.T) {
	d := alarm(t)
	it := d.hastened(t)
	object := Step{Act: "later_object", Edition: 1, Sheet: it.Live.Digest, Reason: "数据有误"}
	second := func(it content.Item) content.Item {
		it = d.short(t, d.must(t, it, "editor", Step{Act: "save"}))
		return d.must(t, it, "publisher", Step{Act: "release", Sheet: it.Work.SheetDigest})
	}
	it = d.must(t, second(it), "both1", object)
	third := second(it)
	for _, it := range []content.Item{it, third} {
		r := it.Later[1]
		for _, who := range []string{"both1", "both2", "both3"} {
			if it.Later[0].Closed != 0 {
				t.Fatal("closed before the review was done")
			}
			it = d.must(t, it, who, Step{Act: "later_pass", Edition: r.Edition, Sheet: r.Digest, Opinion: "同意", Judgements: affirmed})
		}
		if it.Later[0].Outcome != "corrected" || it.Later[1].Outcome != "passed" {
			t.Errorf("%+v", it.Later)
		}
	}
}

// Who signs side by side with others names no seat to object, and a seat that
// somebody took keeps nobody from it.
func TestAnObjectionNeedsNoSeatOfItsOwn(t *testing.T) {
	d := alarm(t)
	d.pipeline = byQuorum
	it := d.must(t, d.must(t, d.draft(t, "editor"), "editor", urgent), gongkai.System.ID, Step{Act: "built"})
	for _, who := range []string{"review2", "secret", "review3"} {
		it = d.must(t, it, who, pass(it))
	}
	it = d.must(t, it, "publisher", Step{Act: "release", Sheet: it.Work.SheetDigest})
	it = d.must(t, it, "secret", laterPass(it))
	object := Step{Act: "later_object", Edition: 1, Sheet: it.Live.Digest, Reason: "数据有误"}
	for _, role := range []string{policy.Reviewer3, policy.Proofreader3} {
		grant(t, d.pol, "second3", role, "county")
	}
	if told := d.must(t, it, "both3", object); told.Live.State != content.Suspended || len(told.Later[0].Objections) != 1 {
		t.Errorf("two seats are free for both3: %+v", told.Later[0])
	}
	sign := laterPass(it)
	sign.Seat = "a"
	it = d.must(t, it, "both3", sign)
	d.must(t, it, "both3", object) // on second thoughts
	object.Seat = "a"
	d.must(t, it, "second3", object)
	d.refused(t, it, person("both1"), object, gongkai.Denied, "missing_grant")
}
