package workflow

import (
	"errors"
	"slices"
	"testing"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/store"
)

// stuckIn are the gaps of what is stuck in a unit, by item, read page by page.
func (o *office) stuckIn(who, unit string) map[string][]Gap {
	o.t.Helper()
	out, after := map[string][]Gap{}, ""
	for range 50 {
		page, err := o.Stuck(o.t.Context(), person(who), unit, after, 2)
		o.check(err)
		for _, one := range page.Docs {
			if _, twice := out[one.Item.ID]; twice {
				o.t.Errorf("%s is listed twice", one.Item.ID)
			}
			out[one.Item.ID] = one.Gaps
		}
		if after = page.Next; after == "" {
			return out
		}
	}
	o.t.Fatal("the list has no end")
	return nil
}

// gap wants one gap of an item, for a reason.
func (o *office) gap(it content.Item, why string) Gap {
	o.t.Helper()
	gaps := o.stuckIn("admin", "county")[it.ID]
	if len(gaps) != 1 || gaps[0].Why != why || gaps[0].WhyZh == "" || gaps[0].WhyEn == "" {
		o.t.Fatalf("%s: %+v, want one gap because of %s", states(it), gaps, why)
	}
	return gaps[0]
}

func (o *office) flows(it content.Item) {
	o.t.Helper()
	if gaps := o.stuckIn("admin", "county")[it.ID]; len(gaps) > 0 {
		o.t.Errorf("%s is not stuck: %+v", states(it), gaps)
	}
}

func TestWhatNobodyCanSignIsListedWithWhatIsMissing(t *testing.T) {
	o := newOffice(t)
	it := o.submit(o.create(plainFields()).ID)
	o.flows(it)
	o.left("both1") // disabled, or removed
	if g := o.gap(it, noHolder); g.What != doSign || g.Stage != "merged_1" || g.Unit != "county" || g.Holders != 0 || g.May != 0 || !slices.Equal(g.Roles, []string{"reviewer-1", "proofreader-1"}) || len(g.Missing) != 0 {
		t.Errorf("each role is held, by different people: %+v", g)
	}
	o.left("both1", "proof1")
	if g := o.gap(it, noHolder); !slices.Equal(g.Missing, []string{"proofreader-1"}) {
		t.Errorf("%+v", g)
	}
	o.Staff = nil
	o.flows(it)
	role := policy.Grant{User: "both1", Role: policy.Reviewer1, Unit: "county"}
	o.check(o.pol.Revoke(t.Context(), role, person("root")))
	o.gap(it, noHolder)
	o.add(next("merged", 1, merged(1), merged(2), merged(3), review(3)), all()) // it keeps its version
	o.gap(it, noHolder)
	grant(t, o.pol, "new", policy.Reviewer1, "")
	o.gap(it, noHolder)
	grant(t, o.pol, "new", policy.Proofreader1, "county")
	o.flows(it)
	o.must("new", it.ID, pass(it))
}

func TestWhoWroteItOrSignedItCountsForNobody(t *testing.T) {
	o := newOffice(t)
	for _, role := range []string{policy.Reviewer1, policy.Proofreader1} {
		grant(t, o.pol, "editor", role, "county")
	}
	it := o.submit(o.create(plainFields()).ID)
	o.left("both1")
	if g := o.gap(it, barred); g.Holders != 1 || g.May != 0 {
		t.Errorf("%+v", g)
	}
	o.lend("editor", "outsider", "1") // stands in for who wrote it
	o.lend("both1", "outsider", "1")  // and for who has left
	o.gap(it, barred)
	o.Staff = nil
	o.must("both1", it.ID, Step{Act: "claim", Hours: 2}) // a claim ends by itself
	o.flows(o.get(it.ID))
	it = o.must("both1", it.ID, pass(o.get(it.ID)))
	for _, role := range []string{policy.Reviewer2, policy.Proofreader2} {
		grant(t, o.pol, "both1", role, "county")
	}
	o.left("both2")
	if g := o.gap(it, barred); g.Stage != "merged_2" || g.Holders != 1 {
		t.Errorf("who signed the first stage signs no other: %+v", g)
	}
}

func TestReleasesAndLaterReviewsAreStuckToo(t *testing.T) {
	o := newOffice(t)
	ready := o.sign(o.submit(o.create(plainFields()).ID))
	owed := o.hastened()
	o.flows(ready)
	o.flows(owed)
	grant(t, o.pol, "both3", policy.Publisher, "county")
	o.left("publisher", "both1")
	if g := o.gap(ready, barred); g.What != doRelease || g.Right != policy.ItemRelease || g.Holders != 1 {
		t.Errorf("who signed does not release: %+v", g)
	}
	if g := o.gap(owed, noHolder); g.What != doLater || g.Stage != "merged_1" {
		t.Errorf("%+v", g)
	}
	asked := o.release(ready) // the account is open again: what it does is done
	asked = o.must("editor", asked.ID, Step{Act: "ask_withdraw", Edition: 1, Reason: "有误"})
	o.left("review3", "both3", "secret")
	if g := o.gap(asked, noHolder); g.What != doDecide || g.Right != policy.ItemWithdraw {
		t.Errorf("%+v", g)
	}
}

func TestAStageOfSeveralSeatsIsStuckWhenTooFewAreLeft(t *testing.T) {
	o := newOffice(t)
	o.check(put(o.pipelines.Insert(t.Context(), byQuorum)))
	o.check(put(o.pipelines.Insert(t.Context(), jointly)))
	it := o.submit(o.create(plainFields()).ID)
	it.Work.Pipeline, it.Work.Stage = byQuorum.ID, "most" // two of three seats
	seats := func(want ...string) {
		t.Helper()
		gaps, err := o.looksOn(person("admin")).gapsOf(t.Context(), it)
		o.check(err)
		var got []string
		for _, g := range gaps {
			got = append(got, g.Seat+" "+g.Why)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
	}
	seats()
	o.left("both2")
	seats("c no_holder")
	o.left("both3")
	seats("a no_holder", "b no_holder")
	it.Work.Signoffs = []content.Signoff{{Stage: "most", Seat: "a", By: "gone", Sheet: it.Work.SheetDigest}}
	seats() // one more is enough, and both2 is there
	it.Work.Signoffs = nil
	for _, role := range []string{policy.Reviewer2, policy.Proofreader2} {
		grant(t, o.pol, "both3", role, "county")
	}
	o.left("both2")
	seats("a too_few", "b too_few", "c too_few")
	it.Work.Pipeline, it.Work.Stage = jointly.ID, "joint" // of a unit above the county, and of an office that is not there
	seats("above no_unit", "harbour no_unit")
}

func TestWhatIsStuckIsReadByUnitPagedAndCounted(t *testing.T) {
	o := newOffice(t)
	var ids []string
	for range 5 {
		ids = append(ids, o.submit(o.create(plainFields()).ID).ID)
	}
	grant(t, o.pol, "townadmin", policy.Administrator, "town")
	grant(t, o.pol, "root", policy.Administrator, "")
	if _, known, err := o.StuckCount(t.Context()); known || err != nil {
		t.Error("nothing was counted yet", err)
	}
	o.left("both1")
	if got := o.stuckIn("admin", "county"); len(got) != len(ids) {
		t.Errorf("%d of %d", len(got), len(ids))
	}
	if got := o.stuckIn("townadmin", "town"); len(got) != 0 {
		t.Errorf("of the county: %v", got)
	}
	for _, c := range []struct{ who, unit string }{{"townadmin", "county"}, {"admin", ""}, {"stranger", "county"}} {
		if _, err := o.Stuck(t.Context(), person(c.who), c.unit, "", 10); !gongkai.Is(err, gongkai.Denied) {
			t.Errorf("%s reads what is stuck in %q: %v", c.who, c.unit, err)
		}
	}
	counts := func(want int) {
		t.Helper()
		o.check(o.CountStuck(t.Context(), time.Now()))
		if n, known, err := o.StuckCount(t.Context()); n != want || !known || err != nil {
			t.Errorf("%d counted, want %d: %v", n, want, err)
		}
	}
	counts(5)
	counts(5)
	o.Staff = nil
	counts(0)
	o.check(o.c.Units.Delete(t.Context(), "county", 0)) // no act does that: a hand in the store
	if got := o.stuckIn("root", ""); len(got) != 5 || got[ids[0]][0].Why != noPlace {
		t.Errorf("%v", got)
	}
}

func TestTheCountOfWhatIsStuckGoesOnWhereAnotherHasStopped(t *testing.T) {
	p := deadlinePass{Meta: store.Meta{ID: stuckPass}}
	for i, c := range []struct {
		after, next string
		n           int
		err         error
		whole       int
	}{{"", "a", 3, nil, 0}, {"", "a", 3, store.ErrUnchanged, 0}, {"a", "", 4, nil, 7}, {"", "", 1, nil, 1}} {
		if err := p.counted(c.after, c.next, c.n); !errors.Is(err, c.err) || p.Whole != c.whole {
			t.Errorf("%d: %v, %+v", i, err, p)
		}
	}
}
