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
	held, err := p.Confirm(t.Context(), asked, two)
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
	_, err = p.Confirm(t.Context(), now, person("three"))
	mustRefuse(t, err, gongkai.Conflict, "pending_confirmed")
	_, err = p.Confirm(t.Context(), now, person("two"))
	mustAllow(t, err)
	mustAllow(t, ask(p, "wang", ItemSave, township))

	other, err := p.Ask(t.Context(), Grant{User: "li", Role: Editor, Unit: "county"}, person("one"))
	mustAllow(t, err)
	mustAllow(t, p.Decline(t.Context(), other))
	_, err = p.Confirm(t.Context(), other, person("two"))
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
