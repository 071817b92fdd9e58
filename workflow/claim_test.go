package workflow

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
)

// staffWithout is a staff of whom some have left.
func staffWithout(gone ...string) Staff {
	return func(_ context.Context, user string) (string, bool, error) {
		return "姓名" + user, !slices.Contains(gone, user) && user != "nobody", nil
	}
}

func TestAClaimKeepsAStageForOnePersonAndATime(t *testing.T) {
	o := newOffice(t)
	for _, role := range []string{policy.Reviewer1, policy.Proofreader1} {
		grant(t, o.pol, "both1b", role, "county")
	}
	it := o.submit(o.create(plainFields()).ID)
	it = o.must("both1", it.ID, Step{Act: "claim", Hours: 3})
	o.lies("both1", it, "mine", "sign", "claimed", "unit")
	o.lies("both1b", it, "unit")
	for _, s := range []Step{pass(it), {Act: "return", Sheet: it.Work.SheetDigest, Opinion: "退"}, {Act: "reject", Sheet: it.Work.SheetDigest, Opinion: "退"}, {Act: "claim"}} {
		_, err := o.step("both1b", it.ID, s)
		if e := o.refusal(err, gongkai.Blocked, "claimed"); !strings.Contains(e.Details[len(e.Details)-1].Zh, "姓名both1认领至") {
			t.Errorf("%s: it does not say who has it: %v", s.Act, e.Details)
		}
	}
	o.refused(put(o.step("both1b", it.ID, Step{Act: "unclaim"})), gongkai.Denied, "not_claimed")
	o.must("editor", it.ID, Step{Act: "recall"}) // the writers may always take it back
	it = o.submit(it.ID)
	if len(it.Work.Claims) != 0 {
		t.Fatal("a claim outlives what it was for")
	}
	o.must("both1", it.ID, Step{Act: "claim", Hours: 3})
	o.clock.at = o.clock.at.Add(3 * time.Hour)
	o.lies("both1", o.get(it.ID), "mine", "sign", "unit") // over: no longer among the claimed
	it = o.must("both1b", it.ID, pass(it))
	if last := it.Steps[len(it.Steps)-2]; last.Act != "claim" || last.Detail["stage"] != "merged_1" || last.Detail["until"] == "" {
		t.Errorf("the record of the claim: %+v", last)
	}
}

func TestAClaimGivesNoRight(t *testing.T) {
	o := newOffice(t)
	it := o.submit(o.create(plainFields()).ID)
	for _, who := range []string{"editor", "review1", "both2", "admin"} {
		if _, err := o.step(who, it.ID, Step{Act: "claim"}); !gongkai.Is(err, gongkai.Denied) {
			t.Errorf("%s claims a stage that is not theirs: %v", who, err)
		}
	}
	for _, hours := range []int{-1, 169} {
		o.refused(put(o.step("both1", it.ID, Step{Act: "claim", Hours: hours})), gongkai.Invalid, "hours")
	}
	it = o.must("both1", it.ID, Step{Act: "claim"})
	o.check(o.pol.Revoke(t.Context(), policy.Grant{User: "both1", Role: policy.Reviewer1, Unit: "county"}, person("root")))
	o.refused(put(o.step("both1", it.ID, pass(it))), gongkai.Denied, "missing_grant")
}

func TestReassigningGivesWorkOnlyToWhoCouldDoIt(t *testing.T) {
	o := newOffice(t)
	for _, role := range []string{policy.Reviewer1, policy.Proofreader1} {
		grant(t, o.pol, "both1b", role, "county")
		grant(t, o.pol, "editor2", role, "county")
	}
	o.Staff = staffWithout("gone")
	it := o.submit(o.create(plainFields()).ID)
	o.must("both1", it.ID, Step{Act: "claim"})
	o.refused(put(o.step("both1b", it.ID, Step{Act: "reassign", To: "both1b"})), gongkai.Denied, "missing_grant")
	o.refused(put(o.step("review3", it.ID, Step{Act: "reassign", To: "both2"})), gongkai.Blocked, "unfit")
	o.refused(put(o.step("review3", it.ID, Step{Act: "reassign", To: "gone"})), gongkai.Invalid, "gone")
	o.refused(put(o.step("review3", it.ID, Step{Act: "reassign", To: "nobody"})), gongkai.Invalid, "gone")
	it = o.must("review3", it.ID, Step{Act: "reassign", To: "both1b", Reason: "休假，电话" + mobile})
	last := it.Steps[len(it.Steps)-1]
	if c := it.Work.Claims; len(c) != 1 || c[0].By != "both1b" || c[0].Given != "review3" || last.Detail["to"] != "both1b" || strings.Contains(last.Detail["reason"], mobile) {
		t.Errorf("%+v, %+v", c, last)
	}
	o.refused(put(o.step("both1", it.ID, pass(it))), gongkai.Blocked, "claimed")
	it = o.must("admin", it.ID, Step{Act: "reassign"})
	o.refused(put(o.step("admin", it.ID, Step{Act: "reassign"})), gongkai.Blocked, "not_claimed")
	o.must("both1", it.ID, pass(it))

	own, err := o.Create(t.Context(), person("editor2"), NewItem{Kind: "notice", Unit: "county", Fields: plainFields(), Placements: []content.Placement{{Column: "www-merged"}}})
	o.check(err)
	o.must("admin", own.ID, Step{Act: "reassign", To: "editor"})
	o.lies("editor", o.get(own.ID), "mine", "drafts", "claimed", "unit")
	o.lies("editor2", o.get(own.ID), "mine", "drafts", "unit")
	own = o.submit(own.ID)
	o.refused(put(o.step("review3", own.ID, Step{Act: "reassign", To: "editor2"})), gongkai.Blocked, "unfit") // their own text
}

func TestTheClaimOfWhoHasLeftKeepsNobody(t *testing.T) {
	o := newOffice(t)
	for _, role := range []string{policy.Reviewer1, policy.Proofreader1} {
		grant(t, o.pol, "both1b", role, "county")
	}
	it := o.submit(o.create(plainFields()).ID)
	o.must("both1", it.ID, Step{Act: "claim"})
	o.lies("both1b", it, "unit")
	o.Staff = staffWithout("both1")
	o.lies("both1b", it, "mine", "sign", "unit")
	o.must("both1b", it.ID, pass(it))
}
