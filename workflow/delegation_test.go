package workflow

import (
	"slices"
	"testing"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
)

// lend delegates what somebody may do in both roles of a merged stage.
func (o *office) lend(from, to, n string) (ids []string) {
	o.t.Helper()
	for _, role := range []string{"reviewer-" + n, "proofreader-" + n} {
		d, err := o.pol.Delegate(o.t.Context(), policy.Delegation{ID: gongkai.NewID(), To: to, Role: role, Unit: "county", End: gongkai.Millis(time.Now().Add(time.Hour)), Reason: "休假"}, unitPaths["county"], person(from))
		o.check(err)
		ids = append(ids, d.ID)
	}
	return ids
}

func passFor(it content.Item, from string) Step {
	s := pass(it)
	s.For = from
	return s
}

func TestASignatureForSomebodyCountsForBoth(t *testing.T) {
	o := newOffice(t)
	for _, who := range []string{"both1", "both2"} { // both could sign the second stage as well
		for _, role := range []string{policy.Reviewer2, policy.Proofreader2} {
			grant(t, o.pol, who, role, "county")
		}
	}
	grant(t, o.pol, "outsider", policy.Publisher, "town")
	o.lend("both1", "outsider", "1")
	it := o.submit(o.create(plainFields()).ID)
	o.lies("outsider", it, "mine", "sign", "unit")
	it = o.must("outsider", it.ID, passFor(it, "both1"))
	so := it.Work.Signoffs[0]
	if last := it.Steps[len(it.Steps)-1]; so.By != "outsider" || so.For != "both1" || last.Detail["for"] != "both1" {
		t.Errorf("%+v, %+v", so, last)
	}
	o.refused(put(o.step("both1", it.ID, pass(it))), gongkai.Denied, "same_track")
	o.lend("both2", "outsider", "2")
	o.refused(put(o.step("outsider", it.ID, passFor(it, "both2"))), gongkai.Denied, "same_track")
	o.lend("both1", "both2", "2")
	o.refused(put(o.step("both2", it.ID, passFor(it, "both1"))), gongkai.Denied, "same_track")
	o.must("both2", it.ID, pass(it))
}

func TestNobodyGetsRoundTheirOwnTextByADelegation(t *testing.T) {
	o := newOffice(t)
	for _, role := range []string{policy.Editor, policy.Reviewer1, policy.Proofreader1} {
		grant(t, o.pol, "writer", role, "county")
	}
	o.lend("writer", "both2", "1")
	o.lend("both1", "writer", "1")
	own, err := o.Create(t.Context(), person("writer"), NewItem{Kind: "notice", Unit: "county", Fields: plainFields(), Placements: []content.Placement{{Column: "www-merged"}}})
	o.check(err)
	own = o.submit(own.ID)
	o.refused(put(o.step("both2", own.ID, passFor(own, "writer"))), gongkai.Denied, "own_text")
	o.refused(put(o.step("writer", own.ID, passFor(own, "both1"))), gongkai.Denied, "own_text")
}

func TestADelegationEndsWithWhatItStandsOn(t *testing.T) {
	o := newOffice(t)
	ids := o.lend("both1", "secret", "1")
	it := o.submit(o.create(plainFields()).ID)
	o.refused(put(o.step("secret", it.ID, passFor(it, "both2"))), gongkai.Denied, "not_delegated")
	o.refused(put(o.step("secret", it.ID, Step{Act: "recall", For: "both1"})), gongkai.Denied, "missing_grant")
	o.refused(put(o.step("secret", it.ID, passFor(it, "secret"))), gongkai.Invalid, "for")
	_, err := o.pol.Delegate(t.Context(), policy.Delegation{ID: "passed-on", To: "review2", Role: policy.Reviewer1, Unit: "county", End: gongkai.Millis(time.Now().Add(time.Hour)), Reason: "转交"}, unitPaths["county"], person("secret"))
	o.refused(err, gongkai.Blocked, "not_held")
	o.Staff = staffWithout("both1")
	o.refused(put(o.step("secret", it.ID, passFor(it, "both1"))), gongkai.Denied, "principal_gone")
	o.lies("secret", it, "unit")
	o.Staff = nil
	possible, err := o.Possible(t.Context(), person("secret"), it)
	o.check(err)
	if i := slices.IndexFunc(possible, func(p Possible) bool { return p.Act == "pass" }); i < 0 || !possible[i].OnlyFor || len(possible[i].For) != 1 {
		t.Errorf("%+v", possible)
	}
	role := policy.Grant{User: "both1", Role: policy.Reviewer1, Unit: "county"}
	o.check(o.pol.Revoke(t.Context(), role, person("root")))
	if _, err := o.step("secret", it.ID, passFor(it, "both1")); !gongkai.Is(err, gongkai.Denied) {
		t.Errorf("the role is gone, and its delegate signs: %v", err)
	}
	o.check(o.pol.Grant(t.Context(), role, person("root")))
	o.check(o.pol.EndDelegation(t.Context(), "both1", ids[0], person("both1")))
	if _, err := o.step("secret", it.ID, passFor(it, "both1")); !gongkai.Is(err, gongkai.Denied) {
		t.Errorf("the delegation is over, and its delegate signs: %v", err)
	}
}

func TestWhatCannotBeDelegated(t *testing.T) {
	o := newOffice(t)
	grant(t, o.pol, "looks-on", policy.Auditor, "")
	end := gongkai.Millis(time.Now().Add(time.Hour))
	for name, c := range map[string]struct {
		from string
		d    policy.Delegation
		code string
	}{
		"to oneself":          {"both1", policy.Delegation{To: "both1", Role: policy.Reviewer1, End: end, Reason: "休假"}, "bad_delegation"},
		"a role of drafting":  {"editor", policy.Delegation{To: "both1", Role: policy.Editor, End: end, Reason: "休假"}, "bad_delegation"},
		"administration":      {"admin", policy.Delegation{To: "both1", Role: policy.Administrator, End: end, Reason: "休假"}, "bad_delegation"},
		"to an administrator": {"both1", policy.Delegation{To: "admin", Role: policy.Reviewer1, End: end, Reason: "休假"}, "separation"},
		"to an auditor":       {"both1", policy.Delegation{To: "looks-on", Role: policy.Reviewer1, End: end, Reason: "休假"}, "separation"},
		"over already":        {"both1", policy.Delegation{To: "both2", Role: policy.Reviewer1, Start: 1, End: 2, Reason: "休假"}, "bad_delegation"},
		"for years":           {"both1", policy.Delegation{To: "both2", Role: policy.Reviewer1, End: end + 400*24*3600*1000, Reason: "休假"}, "bad_delegation"},
		"without a reason":    {"both1", policy.Delegation{To: "both2", Role: policy.Reviewer1, End: end}, "bad_delegation"},
		"not held":            {"both1", policy.Delegation{To: "both2", Role: policy.Reviewer3, End: end, Reason: "休假"}, "not_held"},
	} {
		c.d.ID, c.d.Unit = gongkai.NewID(), "county"
		if _, err := o.pol.Delegate(t.Context(), c.d, unitPaths["county"], person(c.from)); gongkai.CodeOf(err) != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
}
