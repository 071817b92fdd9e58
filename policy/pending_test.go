// Grants that wait for a second administrator.

package policy

import (
	"slices"
	"testing"
	"time"

	"gongkai"
)

func TestAGrantThatWaitsHoldsOnceItIsConfirmed(t *testing.T) {
	p, _ := newPolicy(t)
	now := fixedClock()
	p.clock = func() time.Time { return now }
	one, two := person("one"), person("two")
	grant(t, p, "one", Administrator, "")
	g := Grant{User: "wang", Role: Editor, Unit: "township"}
	if who, err := p.Confirmers(g, township, "one"); err != nil || len(who) != 0 {
		t.Fatal("one alone is confirmed by", who, err)
	}
	grant(t, p, "two", Administrator, "county")
	if who, err := p.Confirmers(g, township, "one"); err != nil || !slices.Equal(who, []string{"two"}) {
		t.Fatal(who, err)
	}
	asked, err := p.Ask(t.Context(), g, one)
	if err != nil || asked.By != "one" || asked.Expires != gongkai.Millis(now.Add(PendingLife)) {
		t.Fatal(asked, err)
	}
	mustRefuse(t, ask(p, "wang", ItemSave, township), gongkai.Denied, "missing_grant")
	if again, err := p.Ask(t.Context(), g, two); err != nil || again.By != "one" || again.Rev != asked.Rev {
		t.Fatal("asking again changed it:", again, err)
	}
	held, err := p.Confirm(t.Context(), asked, two, quietly)
	if err != nil || held.By != "one" || held.Confirmed != "two" {
		t.Fatal(held, err)
	}
	mustAllow(t, ask(p, "wang", ItemSave, township))
	if got := p.Grants("wang"); len(got) != 1 || got[0].Confirmed != "two" {
		t.Fatal(got)
	}
	_, err = p.PendingGrant(t.Context(), asked.ID)
	mustRefuse(t, err, gongkai.Missing, "missing")
	_, err = p.Ask(t.Context(), g, one)
	mustRefuse(t, err, gongkai.Conflict, "granted")
}

func quietly(Grant) error { return nil }

// A process that dies at any moment of a confirmation leaves what a repeat
// finishes, and says nothing false.
func TestAConfirmationThatWasCutShortIsFinished(t *testing.T) {
	p, _ := newPolicy(t)
	now := fixedClock()
	p.clock = func() time.Time { return now }
	g := Grant{User: "wang", Role: Editor, Unit: "township"}
	seen, err := p.Ask(t.Context(), g, person("one"))
	mustAllow(t, err)
	away := gongkai.E(gongkai.Unavailable, "down", "", "")
	_, err = p.Confirm(t.Context(), seen, person("two"), func(Grant) error { return away }) // it holds, and is not said
	mustRefuse(t, err, gongkai.Unavailable, "down")
	mustAllow(t, ask(p, "wang", ItemSave, township))
	seen, err = p.PendingGrant(t.Context(), seen.ID)
	mustAllow(t, err)
	said := 0
	_, err = p.Confirm(t.Context(), seen, person("two"), func(g Grant) error { said++; return nil })
	if mustAllow(t, err); said != 1 || len(p.Grants("wang")) != 1 {
		t.Error("said", said, p.Grants("wang"))
	}

	left := func(user string) Pending { // the note of a grant that holds
		t.Helper()
		d, err := p.Ask(t.Context(), Grant{User: user, Role: Editor, Unit: "county"}, person("one"))
		mustAllow(t, err)
		_, err = p.Confirm(t.Context(), d, person("two"), func(Grant) error { return away })
		mustRefuse(t, err, gongkai.Unavailable, "down")
		d, err = p.PendingGrant(t.Context(), d.ID)
		mustAllow(t, err)
		return d
	}
	taken := left("li")
	mustAllow(t, p.Revoke(t.Context(), taken.Grant, person("one")))
	_, err = p.Confirm(t.Context(), taken, person("two"), quietly) // does not give back what was taken since
	mustRefuse(t, err, gongkai.Missing, "missing")
	mustRefuse(t, ask(p, "li", ItemSave, county), gongkai.Denied, "missing_grant")

	left("zhao")
	_, err = p.Ask(t.Context(), Grant{User: "qian", Role: Editor, Unit: "county"}, person("one"))
	mustAllow(t, err)
	now = now.Add(PendingLife)
	var void []string
	mustAllow(t, p.ExpirePending(t.Context(), func(d Pending) error { void = append(void, d.User); return nil }))
	if !slices.Equal(void, []string{"qian"}) {
		t.Error("not confirmed in time:", void)
	}
	mustAllow(t, ask(p, "zhao", ItemSave, county))
}

func TestNoGrantIsConfirmedAndDeclinedAtOnce(t *testing.T) {
	p, _ := newPolicy(t)
	g := Grant{User: "wang", Role: Editor, Unit: "township"}
	seen, err := p.Ask(t.Context(), g, person("one"))
	mustAllow(t, err)
	// somebody confirms, and dies before it holds
	_, err = p.pending.Update(t.Context(), seen.ID, 0, func(d *Pending) error { d.Confirmed = "two"; return nil })
	mustAllow(t, err)
	mustRefuse(t, p.Decline(t.Context(), seen), gongkai.Conflict, "stale")
	now, err := p.PendingGrant(t.Context(), seen.ID)
	mustAllow(t, err)
	mustRefuse(t, p.Decline(t.Context(), now), gongkai.Conflict, "pending_confirmed")
	held, err := p.Confirm(t.Context(), now, person("three"), quietly) // who begun it may never come back
	if mustAllow(t, err); held.Confirmed != "two" {
		t.Error("it is not the first one's word any more:", held)
	}
	mustAllow(t, ask(p, "wang", ItemSave, township))
	if got := p.Grants("wang"); len(got) != 1 || got[0].Confirmed != "two" {
		t.Error(got)
	}

	other, err := p.Ask(t.Context(), Grant{User: "li", Role: Editor, Unit: "county"}, person("one"))
	mustAllow(t, err)
	mustAllow(t, p.Decline(t.Context(), other))
	_, err = p.Confirm(t.Context(), other, person("two"), quietly)
	mustRefuse(t, err, gongkai.Missing, "missing")
	mustRefuse(t, ask(p, "li", ItemSave, county), gongkai.Denied, "missing_grant")
}

func TestWhatNobodyConfirmsIsVoidAfterAWeek(t *testing.T) {
	p, _ := newPolicy(t)
	now := fixedClock()
	p.clock = func() time.Time { return now }
	seen, err := p.Ask(t.Context(), Grant{User: "wang", Role: Editor, Unit: "township"}, person("one"))
	mustAllow(t, err)
	list := func() int {
		page, err := p.PendingGrants(t.Context(), "", 50)
		mustAllow(t, err)
		return len(page.Docs)
	}
	if now = now.Add(PendingLife - time.Millisecond); list() != 1 {
		t.Error("it is not listed")
	}
	if now = now.Add(time.Millisecond); list() != 0 {
		t.Error("it is listed for ever")
	}
	_, err = p.PendingGrant(t.Context(), seen.ID)
	mustRefuse(t, err, gongkai.Gone, "pending_expired")
	var said []string
	for range 2 {
		mustAllow(t, p.ExpirePending(t.Context(), func(d Pending) error { said = append(said, d.User); return nil }))
	}
	if !slices.Equal(said, []string{"wang"}) {
		t.Error(said)
	}
}

func TestWhatCouldNotHoldIsNotNoted(t *testing.T) {
	p, _ := newPolicy(t)
	grant(t, p, "two", Administrator, "county")
	for code, g := range map[string]Grant{
		"administrator_separation": {User: "two", Role: Editor, Unit: "county"},
		"unknown_role":             {User: "wang", Role: "king"},
		"not_a_person":             {User: "key:x", Role: Editor},
	} {
		_, err := p.Ask(t.Context(), g, person("one"))
		if gongkai.CodeOf(err) != code {
			t.Errorf("%v, want %s", err, code)
		}
	}
}
