// Rules: the locked section, changes at run time, what a refusal says.

package policy

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gongkai"
	"gongkai/store"
)

func TestTheLockedSectionCannotBeChangedByAnybody(t *testing.T) {
	p, _ := newPolicy(t)
	grant(t, p, "admin", Administrator, "")
	before := p.Rules()
	var locked int
	for _, r := range before {
		if !r.Locked {
			continue
		}
		locked++
		mustRefuse(t, p.RemoveRule(t.Context(), r, person("admin")), gongkai.Denied, "locked")
		r.Locked, r.Effect = false, Allow
		mustRefuse(t, p.AddRule(t.Context(), r, person("admin")), gongkai.Denied, "locked")
	}
	if locked != 10 {
		t.Errorf("%d locked rules, want 10", locked)
	}
	own := Rule{ID: "mine", Role: "*", Act: ItemRelease, Effect: Allow, Zh: "放行", En: "let it pass", Locked: true}
	mustRefuse(t, p.AddRule(t.Context(), own, person("admin")), gongkai.Denied, "locked")
	if !slices.Equal(before, p.Rules()) {
		t.Error("the rules changed")
	}
}

func TestALockedRuleInTheStoreCountsForNothing(t *testing.T) {
	p, db := newPolicy(t)
	grant(t, p, "wang", Reviewer1, "township")
	forged := Rule{ID: "own_text", Role: "*", Act: "sign/*", Effect: Allow, Zh: "可以", En: "go ahead"}
	if _, err := p.rules.Insert(t.Context(), docOf(forged)); err != nil {
		t.Fatal(err)
	}
	for _, p := range []*Policy{p, openOn(t, db, quick)} {
		if err := p.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		mustRefuse(t, ask(p, "wang", SignReviewer1, village, Contributor), gongkai.Denied, "own_text")
		mustRefuse(t, ask(p, "nobody", SignReviewer1, village), gongkai.Denied, "missing_grant")
	}
}

func TestNoOrdinaryRuleOutweighsAProhibition(t *testing.T) {
	p, _ := newPolicy(t)
	all := Rule{ID: "all_may", Role: "*", Act: "*", Effect: Allow, Zh: "人人可以", En: "everyone may"}
	if err := p.AddRule(t.Context(), all, root); err != nil {
		t.Fatal(err)
	}
	grant(t, p, "admin", Administrator, "")
	mustAllow(t, ask(p, "stranger", ItemRelease, village))
	mustRefuse(t, ask(p, "stranger", ItemRelease, village, Incomplete), gongkai.Denied, "incomplete")
	mustRefuse(t, ask(p, "admin", ItemRelease, village), gongkai.Denied, "administrator_business")
	key := gongkai.Actor{ID: "key:1", Key: true, Scopes: []string{"write"}}
	mustRefuse(t, p.Can(Request{Actor: key, Act: SignReviewer1, UnitPath: village}), gongkai.Denied, "program")
}

func TestAnOrdinaryProhibitionCanBeTakenAwayAndPutBack(t *testing.T) {
	p, db := newPolicy(t)
	grant(t, p, "zhao", Publisher, "township")
	mustRefuse(t, ask(p, "zhao", ItemRelease, village, ReleaserSigned), gongkai.Denied, "releaser_signed")
	i := slices.IndexFunc(p.Rules(), func(r Rule) bool { return r.ID == "releaser_signed" })
	rule := p.Rules()[i]
	if err := p.RemoveRule(t.Context(), rule, root); err != nil {
		t.Fatal(err)
	}
	mustAllow(t, ask(p, "zhao", ItemRelease, village, ReleaserSigned))
	mustAllow(t, ask(openOn(t, db, quick), "zhao", ItemRelease, village, ReleaserSigned)) // a new start does not bring it back
	mustRefuse(t, p.RemoveRule(t.Context(), rule, root), gongkai.Missing, "no_rule")
	if err := p.AddRule(t.Context(), rule, root); err != nil {
		t.Fatal(err)
	}
	mustRefuse(t, ask(p, "zhao", ItemRelease, village, ReleaserSigned), gongkai.Denied, "releaser_signed")
}

func TestARoleIsAddedWithARule(t *testing.T) {
	p, _ := newPolicy(t)
	lawyer := Grant{User: "lin", Role: "legal-officer", Unit: "county"}
	mustRefuse(t, p.Grant(t.Context(), lawyer, root), gongkai.Invalid, "unknown_role")
	rule := Rule{ID: "sign_legal", Role: "legal-officer", Act: Sign("legal-officer"), Effect: Allow, Zh: "法制审核签署", En: "The legal officer signs"}
	if err := p.AddRule(t.Context(), rule, root); err != nil {
		t.Fatal(err)
	}
	if err := p.Grant(t.Context(), lawyer, root); err != nil {
		t.Fatal(err)
	}
	mustAllow(t, ask(p, "lin", Sign("legal-officer"), village))
	mustRefuse(t, ask(p, "lin", Sign("legal-officer"), village, Contributor), gongkai.Denied, "own_text")
}

func TestARuleThatCouldNeverCountIsRefused(t *testing.T) {
	p, _ := newPolicy(t)
	good := Rule{ID: "good", Role: Editor, Act: ItemRead, Fact: OwnDraft, Effect: Allow, Zh: "可以", En: "fine"}
	for where, spoil := range map[string]func(*Rule){
		"id":     func(r *Rule) { r.ID = "Has Space" },
		"role":   func(r *Rule) { r.Role = "editor||publisher" },
		"act":    func(r *Rule) { r.Act = "item.realease" },
		"fact":   func(r *Rule) { r.Fact = "contributr" },
		"effect": func(r *Rule) { r.Effect = "perhaps" },
		"reason": func(r *Rule) { r.Zh = "" },
	} {
		bad := good
		spoil(&bad)
		e := refusal(t, p.AddRule(t.Context(), bad, root), gongkai.Invalid, "bad_rule")
		if len(e.Details) != 1 || e.Details[0].Where != where {
			t.Errorf("%s: details %v", where, e.Details)
		}
	}
	if err := p.AddRule(t.Context(), good, root); err != nil {
		t.Error(err)
	}
}

func TestARefusalNamesTheRule(t *testing.T) {
	p, _ := newPolicy(t)
	grant(t, p, "wang", Reviewer2, "township")
	e := refusal(t, ask(p, "wang", SignReviewer2, village, SameTrack), gongkai.Denied, "same_track")
	d := e.Details[0]
	if d.Where != "same_track" || d.Code != "locked_rule" || !strings.Contains(d.Zh, "两个环节") || !strings.Contains(d.En, "one track") {
		t.Errorf("the refusal says %+v", d)
	}
	grant(t, p, "wang", Publisher, "township")
	e = refusal(t, ask(p, "wang", ItemRelease, village, ReleaserSigned), gongkai.Denied, "releaser_signed")
	if e.Details[0].Code != "rule" {
		t.Errorf("an ordinary rule should be told from a locked one: %+v", e.Details[0])
	}
}

func TestARefusalNamesTheMissingGrant(t *testing.T) {
	p, _ := newPolicy(t)
	grant(t, p, "wang", Editor, "harbour")
	e := refusal(t, ask(p, "wang", ItemWithdraw, village), gongkai.Denied, "missing_grant")
	var roles []string
	for _, d := range e.Details {
		roles = append(roles, d.Where)
	}
	if !slices.Equal(roles, []string{Reviewer3, SecrecyOfficer}) {
		t.Errorf("missing roles: %v", roles)
	}
	for _, word := range []string{"批准撤稿", "village", "三审", "保密审查员"} {
		if !strings.Contains(e.Zh, word) {
			t.Errorf("%q is not in %q", word, e.Zh)
		}
	}
	if !strings.Contains(e.En, "unit village") || !strings.Contains(e.En, "final reviewer, secrecy officer") {
		t.Errorf("English: %q", e.En)
	}
	e = refusal(t, ask(p, "wang", UserManage, nil), gongkai.Denied, "missing_grant")
	if e.Details[0].Where != Administrator || !strings.Contains(e.En, "whole installation") {
		t.Errorf("English: %q", e.En)
	}
	key := gongkai.Actor{ID: "key:1", Key: true, Scopes: []string{"read"}}
	e = refusal(t, p.Can(Request{Actor: key, Act: ItemCreate, UnitPath: village}), gongkai.Denied, "missing_grant")
	if len(e.Details) != 1 || e.Details[0].Where != KeyWrite {
		t.Errorf("a program needs a scope: %+v", e.Details)
	}
	mustRefuse(t, ask(p, "wang", "item.teleport", village), gongkai.Denied, "no_role")
}

func TestASignedOutActorIsAskedToSignIn(t *testing.T) {
	p, _ := newPolicy(t)
	mustRefuse(t, ask(p, "", PolicyRead, nil), gongkai.Unauthenticated, "signed_out")
	mustAllow(t, ask(p, "anybody", PolicyRead, nil))
}

func TestAMisspeltFactIsAnErrorNotAPermission(t *testing.T) {
	p, _ := newPolicy(t)
	grant(t, p, "wang", Reviewer1, "township")
	mustRefuse(t, ask(p, "wang", SignReviewer1, village, "contributr"), gongkai.Internal, "unknown_fact")
}

func TestQuestionsThatDifferAreNotTakenForEachOther(t *testing.T) {
	seen := map[string]bool{}
	for _, q := range []string{
		question([]string{"a", "b"}, "c", nil), question([]string{"a"}, "b", []string{"c"}),
		question(nil, "a", []string{"b", "c"}), question([]string{"a1:b"}, "c", nil),
		question([]string{"ab"}, "c", nil), question([]string{"a"}, "bc", nil), question(nil, "c", []string{"a", "b"}),
	} {
		if seen[q] {
			t.Errorf("twice: %q", q)
		}
		seen[q] = true
	}
}

func TestNewRulesOfTheProgramReachAnOlderStore(t *testing.T) {
	db := openDB(t, filepath.Join(t.TempDir(), "policy.db"))
	p := openOn(t, db, quick)
	if err := p.RemoveRule(t.Context(), Rule{ID: "suspend"}, root); err != nil {
		t.Fatal(err)
	}
	if err := p.rules.Delete(t.Context(), "auditor_read", 0); err != nil {
		t.Fatal(err)
	}
	forget := func(v *version) error {
		v.Seeded = slices.DeleteFunc(v.Seeded, func(id string) bool { return id == "auditor_read" })
		return nil
	}
	if _, err := p.versions.Update(t.Context(), versionID, 0, forget); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, r := range openOn(t, db, quick).Rules() {
		ids = append(ids, r.ID)
	}
	if !slices.Contains(ids, "auditor_read") || slices.Contains(ids, "suspend") {
		t.Errorf("after the upgrade: %v", ids)
	}
}

func TestAMistakeInTheEmbeddedFileStopsTheStart(t *testing.T) {
	for _, row := range []string{
		"lock,own_text,*,sign/*,contributr,deny,理由,reason\n",
		"lock,own_text,*\n",
		"rule,a,editor,item.read,,allow,\"理由,reason\n",
	} {
		if _, err := readSeed(row); err == nil {
			t.Errorf("accepted: %s", row)
		}
	}
}

func TestADamagedEffectDenies(t *testing.T) {
	p, _ := newPolicy(t)
	odd := ruleDoc{Meta: store.Meta{ID: "odd"}, Role: "*", Act: PolicyRead, Effect: "alow", Zh: "？", En: "?"}
	if _, err := p.rules.Insert(t.Context(), odd); err != nil {
		t.Fatal(err)
	}
	if err := p.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	mustRefuse(t, ask(p, "anybody", PolicyRead, nil), gongkai.Denied, "odd")
}

func TestCasbinCannotOverwriteTheRulesAtOnce(t *testing.T) {
	p, _ := newPolicy(t)
	j := p.now.Load().judge
	if err := j.enforcer.SavePolicy(); err == nil {
		t.Error("saved")
	}
	if err := p.adapter(t.Context(), root).RemoveFilteredPolicy("p", "p", 0, Editor); err == nil {
		t.Error("removed")
	}
}
