package workflow

import (
	"slices"
	"strings"
	"testing"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
)

// lendRole delegates one role on a desk in memory.
func lendRole(t testing.TB, p *policy.Policy, from, to, role string) {
	t.Helper()
	d := policy.Delegation{ID: gongkai.NewID(), To: to, Role: role, Unit: "county", End: gongkai.Millis(time.Now().Add(time.Hour)), Reason: "休假"}
	if _, err := p.Delegate(t.Context(), d, unitPaths["county"], person(from)); err != nil {
		t.Fatal(err)
	}
}

func (s Step) standingFor(from string) Step {
	s.For = from
	return s
}

// doingsOf are what a reader could do to an item by a list, "sign for both1".
func (o *office) doingsOf(who, list, item string) (out []string) {
	o.t.Helper()
	page, err := o.WorkList(o.t.Context(), gongkai.Actor{ID: who, Unit: "county"}, DeskQuery{List: list})
	o.check(err)
	for _, l := range page.Docs {
		for _, do := range l.Do {
			if l.Item.ID != item {
				continue
			}
			if do.For != nil {
				do.What += " for " + do.For.ID
			}
			out = append(out, do.What)
		}
	}
	return out
}

// waitsFor is what an item waits for by the list of the unit.
func (o *office) waitsFor(item string) (out []Waiting) {
	o.t.Helper()
	page, err := o.WorkList(o.t.Context(), gongkai.Actor{ID: "both1", Unit: "county"}, DeskQuery{List: "unit", Limit: 100})
	o.check(err)
	for _, l := range page.Docs {
		if l.Item.ID == item {
			return l.Waits
		}
	}
	return nil
}

// hastened is an item that went out in an emergency, and owes the full review.
func (o *office) hastened() content.Item {
	o.t.Helper()
	grant(o.t, o.pol, "editor", policy.Emergency, "county")
	it := o.must("editor", o.create(plainFields()).ID, urgent)
	o.check(o.Build(o.t.Context(), it.ID))
	it = o.get(it.ID)
	it = o.must("review3", o.must("review2", it.ID, pass(it)).ID, pass(it))
	return o.release(it)
}

func TestALaterReviewIsSignedForSomebody(t *testing.T) {
	o := newOffice(t)
	for _, role := range []string{policy.Reviewer2, policy.Proofreader2} {
		grant(t, o.pol, "both1", role, "county")
	}
	o.lend("both1", "outsider", "1")
	o.lend("both1", "editor", "1")
	o.lend("both2", "outsider", "2")
	it := o.hastened()
	o.lies("both1", it, "mine", "sign", "unit")
	o.lies("outsider", it, "mine", "sign", "unit")
	o.lies("editor", it, "waiting", "unit") // asked for it, and wrote it
	if got := o.doingsOf("outsider", "sign", it.ID); !slices.Equal(got, []string{"later for both1"}) {
		t.Errorf("%v", got)
	}
	if w := o.waitsFor(it.ID); len(w) != 1 || w[0].What != doLater || w[0].Stage != "merged_1" || w[0].Edition != 1 || w[0].Due != it.LaterBy || len(w[0].People) != 1 {
		t.Errorf("%+v", w)
	}
	possible, err := o.Possible(t.Context(), person("outsider"), it)
	o.check(err)
	if i := slices.IndexFunc(possible, func(p Possible) bool { return p.Act == "later_pass" }); i < 0 || !possible[i].OnlyFor || possible[i].Blocked != "" || possible[i].For[0].ID != "both1" {
		t.Errorf("%+v", possible)
	}
	o.refused(put(o.step("editor", it.ID, laterPass(it).standingFor("both1"))), gongkai.Denied, "own_text")
	o.refused(put(o.step("outsider", it.ID, laterPass(it))), gongkai.Denied, "missing_grant")
	it = o.must("outsider", it.ID, laterPass(it).standingFor("both1"))
	if so := it.Later[0].Signoffs[0]; so.By != "outsider" || so.For != "both1" || so.ForName == "" || it.Steps[len(it.Steps)-1].Detail["for"] != "both1" {
		t.Errorf("%+v", so)
	}
	o.lies("outsider", it, "waiting", "unit")
	o.lies("both1", it, "waiting", "unit")
	o.lies("both2", it, "mine", "sign", "unit")
	o.refused(put(o.step("both1", it.ID, laterPass(it))), gongkai.Denied, "same_track")
	o.refused(put(o.step("outsider", it.ID, laterPass(it).standingFor("both2"))), gongkai.Denied, "same_track")
	it = o.must("both3", o.must("both2", it.ID, laterPass(it)).ID, laterPass(it))
	if it.Later[0].Outcome != "passed" {
		t.Errorf("%+v", it.Later)
	}
	o.lies("both3", it)
	o.lies("editor", it)
}

func TestWhoWroteAnEmergencyTextHasNobodyReviewItForThem(t *testing.T) {
	d := alarm(t)
	for _, role := range []string{policy.Reviewer1, policy.Proofreader1} {
		grant(t, d.pol, "editor", role, "county")
		lendRole(t, d.pol, "editor", "outsider", role)
		lendRole(t, d.pol, "both1", "review1", role)
	}
	it := d.hastened(t)
	d.refused(t, it, person("outsider"), laterPass(it).standingFor("editor"), gongkai.Denied, "own_text")
	object := laterPass(it).standingFor("editor")
	object.Act, object.Reason = "later_object", "数据有误"
	d.refused(t, it, person("outsider"), object, gongkai.Denied, "own_text")
	object.For = "both1"
	out := d.must(t, it, "review1", object)
	if ob := out.Later[0].Objections[0]; ob.By != "review1" || ob.For != "both1" || ob.ForName == "" || out.Live.State != content.Suspended {
		t.Errorf("%+v", out.Later[0])
	}
	short := d.must(t, d.must(t, d.draft(t, "editor"), "editor", urgent), gongkai.System.ID, Step{Act: "built"})
	lendRole(t, d.pol, "review2", "review3", policy.Reviewer2)
	short = d.must(t, short, "review3", pass(short).standingFor("review2")) // both count: neither decides
	d.refused(t, short, person("review3"), pass(short), gongkai.Denied, "same_track")
}

func TestALaterReviewBesideNewWork(t *testing.T) {
	o := newOffice(t)
	it := o.hastened()
	v := plainFields()
	v["body"] = "<p>更正以后的正文</p>"
	o.check(put(o.Save(t.Context(), person("editor"), it.ID, Draft{Fields: v})))
	o.must("editor", it.ID, Step{Act: "submit", Note: "更正数据"})
	o.check(o.Build(t.Context(), it.ID))
	it = o.get(it.ID)
	o.lies("both1", it, "mine", "sign", "unit")
	if got := o.doingsOf("both1", "mine", it.ID); !slices.Equal(got, []string{"sign", "later"}) {
		t.Errorf("%v", got)
	}
	it = o.must("both1", it.ID, laterPass(it)) // the other waits on
	if got := o.doingsOf("both1", "mine", it.ID); !slices.Equal(got, []string{"sign"}) {
		t.Errorf("%v", got)
	}
	if got := o.doingsOf("both2", "mine", it.ID); !slices.Equal(got, []string{"later"}) {
		t.Errorf("%v", got)
	}
	it = o.must("both1", it.ID, pass(it))
	if got := o.doingsOf("both2", "mine", it.ID); !slices.Equal(got, []string{"sign", "later"}) {
		t.Errorf("%v", got)
	}
}

func TestOwnerlessItemsOfALaterReviewArePutOnTheirDesks(t *testing.T) {
	o := newOffice(t)
	it := o.hastened()
	_, err := o.c.Items.Update(t.Context(), it.ID, 0, func(doc *content.Item) error {
		doc.Desks, doc.Hands = nil, nil
		return nil
	})
	o.check(err)
	o.lies("both1", o.get(it.ID))
	done, err := o.Recount(t.Context(), time.Now().Add(time.Minute))
	if err != nil || !done {
		t.Fatal(done, err)
	}
	o.lies("both1", o.get(it.ID), "mine", "sign", "unit")
}

func TestNobodySignsAMemberOfTheirOwnForOrBySomebody(t *testing.T) {
	s := newSet(t)
	for _, role := range []string{policy.Editor, policy.Reviewer1, policy.Proofreader1} {
		grant(t, s.pol, "writer", role, "county")
	}
	grant(t, s.pol, "publisher2", policy.Publisher, "county")
	s.check(put(s.Save(t.Context(), person("writer"), s.what, Draft{Fields: s.fields(s.what)})))
	s.lend("writer", "outsider", "1")
	s.lend("both1", "writer", "1")
	s.lend("both1", "outsider", "1")
	lendRole(t, s.pol, "publisher", "writer", policy.Publisher)
	it := s.submit(s.doc)
	s.lies("outsider", it, "mine", "sign", "unit")
	if got := s.doingsOf("outsider", "sign", it.ID); !slices.Equal(got, []string{"sign for both1"}) {
		t.Errorf("%v", got)
	}
	s.lies("writer", it, "unit")
	s.refused(put(s.step("outsider", it.ID, passFor(it, "writer"))), gongkai.Denied, "own_text")
	s.refused(put(s.step("writer", it.ID, passFor(it, "both1"))), gongkai.Denied, "own_text")
	member := s.get(s.what)
	s.lies("editor", member, "waiting", "unit")
	if w := s.waitsFor(member.ID); len(w) != 1 || w[0].What != waitLead {
		t.Errorf("%+v", w)
	}
	it = s.sign(it)
	s.refused(put(s.step("writer", it.ID, Step{Act: "release", Sheet: it.Work.SheetDigest, For: "publisher"})), gongkai.Denied, "own_text")
	it = s.must("publisher2", it.ID, Step{Act: "release", Sheet: it.Work.SheetDigest})
	s.pays(s.doc, s.what)
	s.state(s.what, "none/edition")
}

func TestNobodyDecidesOnARequestOfTheirOwnForOrBySomebody(t *testing.T) {
	d := staffed(t)
	lendRole(t, d.pol, "review3", "outsider", policy.Reviewer3)
	lendRole(t, d.pol, "review3b", "review3", policy.Reviewer3)
	it := d.live(t)
	change := content.ValidityChange{State: "abolished", Since: "2026-01-31"}
	for name, c := range map[string]struct{ ask, decide Step }{
		"validity":   {ask(change), Step{Act: "set_validity", Edition: 1, Opinion: "同意", Validity: &change}},
		"withdrawal": {Step{Act: "ask_withdraw", Edition: 1, Reason: "有误"}, Step{Act: "withdraw", Edition: 1}},
	} {
		asked := d.must(t, it, "review3", c.ask)
		d.refused(t, asked, person("outsider"), c.decide.standingFor("review3"), gongkai.Denied, "own_request")
		d.refused(t, asked, person("review3"), c.decide.standingFor("review3b"), gongkai.Denied, "own_request")
		d.must(t, asked, "review3b", c.decide)
		other := d.must(t, it, "review3b", c.ask)
		done := d.must(t, other, "outsider", c.decide.standingFor("review3"))
		if last := done.Steps[len(done.Steps)-1]; last.Detail["for"] != "review3" || last.By != "outsider" {
			t.Errorf("%s: %+v", name, last)
		}
	}
}

func TestWhoSignedForSomebodyReleasesForNobody(t *testing.T) {
	d := staffed(t)
	grant(t, d.pol, "review1", policy.Publisher, "county")
	lendRole(t, d.pol, "review1", "outsider", policy.Reviewer1)
	lendRole(t, d.pol, "publisher", "outsider", policy.Publisher)
	lendRole(t, d.pol, "review1", "stranger", policy.Publisher)
	lendRole(t, d.pol, "publisher", "stranger", policy.Publisher)
	it := d.sheet(t)
	it = d.must(t, it, "outsider", pass(it).standingFor("review1"))
	it = d.signTo(t, it, "")
	release := Step{Act: "release", Sheet: it.Work.SheetDigest}
	d.refused(t, it, person("review1"), release, gongkai.Denied, "releaser_signed")
	d.refused(t, it, person("outsider"), release.standingFor("publisher"), gongkai.Denied, "releaser_signed")
	d.refused(t, it, person("stranger"), release.standingFor("review1"), gongkai.Denied, "releaser_signed")
	out := d.must(t, it, "stranger", release.standingFor("publisher"))
	if out.Live.By != "stranger" || out.Live.For != "publisher" {
		t.Errorf("%+v", out.Live)
	}
}

func TestASeatSignedForSomebodyIsTakenForBoth(t *testing.T) {
	d := staffed(t)
	d.pipeline = byQuorum
	for _, who := range []string{"deputy", "deputy2", "other3"} {
		for _, role := range []string{policy.Reviewer3, policy.Proofreader3} {
			if who == "deputy" {
				lendRole(t, d.pol, "both3", who, role)
			}
			grant(t, d.pol, who, role, "county")
		}
	}
	for _, role := range []string{policy.Reviewer3, policy.Proofreader3} {
		lendRole(t, d.pol, "both3", "deputy2", role)
		lendRole(t, d.pol, "other3", "deputy", role)
	}
	it := d.sheet(t)
	it = d.must(t, it, "secret", pass(it))
	seat := func(id, from string) Step { s := pass(it); s.Seat, s.For = id, from; return s }
	it = d.must(t, it, "deputy", seat("a", "both3"))
	for who, s := range map[string]Step{"both3": seat("b", ""), "deputy": seat("b", ""), "deputy2": seat("b", "both3")} {
		d.refused(t, it, person(who), s, gongkai.Denied, "same_track")
	}
	d.refused(t, it, person("deputy"), seat("b", "other3"), gongkai.Denied, "same_track")
	d.refused(t, it, person("other3"), seat("a", ""), gongkai.Conflict, "seat_taken")
	if it = d.must(t, it, "other3", seat("b", "")); it.Work.Stage == "most" {
		t.Errorf("two of three seats are signed by different people: %s", states(it))
	}
}

func TestWordsCorrectedForSomebodyAreConfirmedByNeither(t *testing.T) {
	d := staffed(t)
	lendRole(t, d.pol, "proof3", "review3", policy.Proofreader3)
	it := d.signTo(t, d.sheet(t), "proof_3")
	correct := Step{Act: "correct", Sheet: it.Work.SheetDigest, Patch: []Patch{{Place: "body", Old: "正", New: "整"}}, For: "proof3"}
	d.refused(t, it, person("review3"), correct, gongkai.Denied, "same_person") // signed the final review
	lendRole(t, d.pol, "proof3", "review3b", policy.Proofreader3)
	it = d.must(t, d.must(t, it, "review3b", correct), gongkai.System.ID, Step{Act: "built"})
	it = d.must(t, it, "proof3", pass(it))
	if c := it.Work.Corrections[0]; it.Work.Stage != FinalConfirm.ID || c.By != "review3b" || c.For != "proof3" {
		t.Fatalf("%s %+v", states(it), c)
	}
	d.refused(t, it, person("review3b"), pass(it), gongkai.Denied, "same_track")
	d.must(t, it, "review3", pass(it))
}

func TestFormsAndVerificationNameWhomItWasSignedFor(t *testing.T) {
	o := newOffice(t)
	o.lend("both1", "outsider", "1")
	lendRole(t, o.pol, "publisher", "outsider2", policy.Publisher)
	o.Staff = staffWithout()
	it := o.submit(o.create(plainFields()).ID)
	it = o.must("outsider", it.ID, passFor(it, "both1"))
	digest := it.Work.SheetDigest
	it = o.must("outsider2", o.sign(it).ID, Step{Act: "release", Sheet: digest, For: "publisher"})
	f := o.form("editor", it.ID, 1)
	if so := f.Stages[0].Signed[0]; so.By.ID != "outsider" || so.For != "姓名both1" || f.Publisher.Name != "姓名outsider2（代姓名publisher）" {
		t.Errorf("%+v, %+v", so, f.Publisher)
	}
	if v := o.verified(it.ID, digest); v.Signatures[0].By != "outsider" || v.Signatures[0].For != "both1" || v.Signatures[0].ForName != "姓名both1" || v.Signatures[1].For != "" {
		t.Errorf("%+v", v.Signatures)
	}
}

func TestWhoStandsInIsAmongThoseWhoMay(t *testing.T) {
	o := newOffice(t)
	o.lend("both1", "outsider", "1")
	o.lend("both1", "editor", "1")
	lendRole(t, o.pol, "publisher", "outsider", policy.Publisher)
	it := o.submit(o.create(plainFields()).ID)
	may := func(it content.Item, act string, want ...string) {
		t.Helper()
		got, err := o.WhoMay(t.Context(), it, act)
		o.check(err)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", act, got, want)
		}
	}
	may(it, "pass", "both1", "outsider") // not the editor: an own text
	it = o.must("both1", it.ID, Step{Act: "claim"})
	may(it, "pass", "both1", "outsider")
	it = o.must("outsider", it.ID, passFor(it, "both1"))
	may(it, "pass", "both2")
	it = o.sign(it)
	may(it, "release", "publisher") // the other has signed
	it = o.release(it)
	it = o.must("review3", it.ID, Step{Act: "ask_withdraw", Edition: 1, Reason: "有误"})
	lendRole(t, o.pol, "review3", "outsider", policy.Reviewer3)
	may(it, "withdraw", "both3", "secret")
	change := content.ValidityChange{State: content.Lapsed}
	it = o.must("both3", it.ID, Step{Act: "ask_validity", Edition: 1, Reason: "清理", Validity: &change})
	may(it, "set_validity", "outsider", "review3") // not who asked; one for somebody
}

func TestWhoMaySignALaterReviewIsKnownStageByStage(t *testing.T) {
	o := newOffice(t)
	o.lend("both1", "outsider", "1")
	may := func(it content.Item, want ...string) {
		t.Helper()
		got, err := o.WhoMay(t.Context(), it, "later_pass")
		o.check(err)
		if !slices.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
	}
	it := o.hastened()
	may(it, "both1", "outsider")
	it = o.must("both1", it.ID, laterPass(it))
	if said := it.Steps[len(it.Steps)-1].Detail["later_review"]; said != "waits: merged_2" {
		t.Errorf("the record says %q", said)
	}
	may(it, "both2")
	it = o.must("both3", o.must("both2", it.ID, laterPass(it)).ID, laterPass(it))
	may(it)
	if said := it.Steps[len(it.Steps)-1].Detail["later_review"]; said != "passed: edition 1" {
		t.Errorf("the record says %q", said)
	}
}

func TestWhatIsScheduledLiesOnNobodysDesk(t *testing.T) {
	o := newOffice(t)
	grant(t, o.pol, "publisher2", policy.Publisher, "county")
	it := o.sign(o.submit(o.create(plainFields()).ID))
	it = o.must("publisher", it.ID, Step{Act: "schedule", Do: "release", At: "2026-03-03T09:00", Sheet: it.Work.SheetDigest})
	o.lies("publisher", it, "waiting", "unit")
	o.lies("publisher2", it, "unit")
	if w := o.waitsFor(it.ID); len(w) != 1 || w[0].What != waitTime || w[0].Due != it.ScheduledAt {
		t.Errorf("%+v", w)
	}
	back := o.must("publisher", it.ID, Step{Act: "unschedule", Do: "release"})
	o.lies("publisher2", back, "mine", "release", "unit")
	it = o.must("publisher", it.ID, Step{Act: "schedule", Do: "release", At: "2026-03-03T09:00", Sheet: it.Work.SheetDigest})
	o.must("publisher2", it.ID, Step{Act: "claim", Hours: 100}) // keeps no schedule from being done
	out, ran := o.runDue(it, 48*time.Hour)
	if len(ran) != 1 || out.Live.State != content.Published || out.Live.By != "publisher" {
		t.Errorf("%+v %s", ran, states(out))
	}
}

func TestAChangeOfValidityLiesOnTheDeskOfWhoDecides(t *testing.T) {
	o := newOffice(t)
	lendRole(t, o.pol, "both3", "outsider", policy.Reviewer3)
	it := o.release(o.sign(o.submit(o.create(plainFields()).ID)))
	it = o.must("editor", it.ID, ask(content.ValidityChange{State: "abolished", Since: "2026-03-01"}))
	o.lies("editor", it, "waiting", "unit")
	o.lies("review3", it, "mine", "decide", "unit")
	o.lies("outsider", it, "mine", "decide", "unit")
	if got := o.doingsOf("outsider", "decide", it.ID); !slices.Equal(got, []string{"validity for both3"}) {
		t.Errorf("%v", got)
	}
	if w := o.waitsFor(it.ID); len(w) != 1 || w[0].What != doValidity || len(w[0].People) == 0 || strings.Contains(w[0].People[0].ID, "editor") {
		t.Errorf("%+v", w)
	}
	o.lies("secret", it, "unit") // decides on withdrawals only
}
