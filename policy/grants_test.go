// Grants: units and sub-units, the administrator apart, programs.

package policy

import (
	"context"
	"slices"
	"sync"
	"testing"

	"gongkai"
)

func TestAGrantCoversSubUnitsButNotSiblings(t *testing.T) {
	p, _ := newPolicy(t)
	grant(t, p, "wang", Editor, "township")
	mustAllow(t, ask(p, "wang", ItemSave, township))
	mustAllow(t, ask(p, "wang", ItemSave, village))
	mustRefuse(t, ask(p, "wang", ItemSave, county), gongkai.Denied, "missing_grant")
	mustRefuse(t, ask(p, "wang", ItemSave, harbour), gongkai.Denied, "missing_grant")
	mustRefuse(t, ask(p, "wang", ItemSave, nil), gongkai.Denied, "missing_grant")
}

func TestAGrantWithoutAUnitCoversTheInstallation(t *testing.T) {
	p, _ := newPolicy(t)
	grant(t, p, "admin", Administrator, "")
	mustAllow(t, ask(p, "admin", UserManage, nil))
	mustAllow(t, ask(p, "admin", ColumnManage, village))
	grant(t, p, "deputy", Administrator, "county")
	mustAllow(t, ask(p, "deputy", ColumnManage, village))
	mustRefuse(t, ask(p, "deputy", UserManage, nil), gongkai.Denied, "missing_grant")
}

func TestRolesGrantsAndHolders(t *testing.T) {
	p, _ := newPolicy(t)
	grant(t, p, "wang", Reviewer2, "township")
	grant(t, p, "wang", Editor, "county")
	grant(t, p, "wang", Editor, "township")
	grant(t, p, "li", Editor, "county")
	if got := p.Roles("wang", village); !slices.Equal(got, []string{Editor, Reviewer2}) {
		t.Errorf("roles: %v", got)
	}
	if got := p.Roles("wang", county); !slices.Equal(got, []string{Editor}) {
		t.Errorf("roles in the county: %v", got)
	}
	if got := p.Grants("wang"); len(got) != 3 || got[0] != (Grant{User: "wang", Role: Reviewer2, Unit: "township", By: root.ID, At: gongkai.Millis(fixedClock())}) {
		t.Errorf("grants: %v", got)
	}
	var who []string
	for _, g := range p.Holders(Editor) {
		who = append(who, g.User+"@"+g.Unit)
	}
	if !slices.Equal(who, []string{"li@county", "wang@county", "wang@township"}) {
		t.Errorf("holders: %v", who)
	}
}

func TestARevokedGrantIsGone(t *testing.T) {
	p, _ := newPolicy(t)
	g := Grant{User: "wang", Role: Editor, Unit: "township"}
	grant(t, p, "wang", Editor, "township")
	grant(t, p, "wang", Editor, "township") // once more changes nothing
	if n := len(p.Grants("wang")); n != 1 {
		t.Errorf("%d grants", n)
	}
	if err := p.Revoke(t.Context(), g, root); err != nil {
		t.Fatal(err)
	}
	mustRefuse(t, ask(p, "wang", ItemSave, township), gongkai.Denied, "missing_grant")
	mustRefuse(t, p.Revoke(t.Context(), g, root), gongkai.Missing, "no_grant")
}

func TestAnAdministratorHoldsNoBusinessRole(t *testing.T) {
	p, _ := newPolicy(t)
	grant(t, p, "admin", Administrator, "county")
	grant(t, p, "editor", Editor, "harbour")
	for _, r := range Roles {
		if business(r.ID) {
			mustRefuse(t, p.Grant(t.Context(), Grant{User: "admin", Role: r.ID, Unit: "harbour"}, root), gongkai.Denied, "administrator_separation")
		}
	}
	e := refusal(t, p.Grant(t.Context(), Grant{User: "editor", Role: Administrator}, root), gongkai.Denied, "administrator_separation")
	if e.Details[0].Where != Editor {
		t.Errorf("it should say what stands in the way: %+v", e.Details)
	}
	grant(t, p, "editor", Auditor, "harbour")
	mustRefuse(t, p.Grant(t.Context(), Grant{User: "editor", Role: Administrator}, root), gongkai.Denied, "administrator_separation")
}

func TestTwoReplicasCannotMixTheRolesTogether(t *testing.T) {
	one, db := newPolicy(t)
	two := openOn(t, db, quick)
	for _, user := range []string{"a", "b", "c", "d"} {
		var wg sync.WaitGroup
		wg.Go(func() { _ = one.Grant(context.Background(), Grant{User: user, Role: Administrator}, root) })
		wg.Go(func() { _ = two.Grant(context.Background(), Grant{User: user, Role: Editor}, root) })
		wg.Wait()
		if err := one.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := one.Grants(user); len(got) != 1 {
			t.Errorf("grants of %s: %v", user, got)
		}
	}
}

func TestAForgedMixOfRolesStillDoesNoBusiness(t *testing.T) {
	p, _ := newPolicy(t)
	forge := func(h *holder) error {
		h.Grants = []Grant{{Role: Administrator}, {Role: Publisher}, {Role: Reviewer3}}
		return nil
	}
	if err := p.updateHolder(t.Context(), "mallory", root, forge); err != nil {
		t.Fatal(err)
	}
	if err := p.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, act := range []string{ItemRelease, SignReviewer3, ItemWithdraw, ItemReadUnmasked} {
		mustRefuse(t, ask(p, "mallory", act, village), gongkai.Denied, "administrator_business")
	}
}

func TestAKeyNeverSignsReleasesResolvesOrWithdraws(t *testing.T) {
	p, _ := newPolicy(t)
	key := gongkai.Actor{ID: "key:1", Key: true, Scopes: []string{"read", "write", "key:write", "reviewer-1", "administrator"}}
	mustAllow(t, p.Can(Request{Actor: key, Act: ItemSave, UnitPath: village}))
	for _, act := range []string{SignReviewer1, SignSecrecyOfficer, Sign("legal-officer"), ItemRelease, ItemResolve, ItemResolveKeep, ItemWithdraw, ItemSuspend, ItemResume} {
		mustRefuse(t, p.Can(Request{Actor: key, Act: act, UnitPath: village}), gongkai.Denied, "program")
	}
	mustRefuse(t, p.Can(Request{Actor: key, Act: GrantManage}), gongkai.Denied, "no_role")
	key.Unit = "township"
	mustAllow(t, p.Can(Request{Actor: key, Act: ItemSave, UnitPath: village}))
	mustRefuse(t, p.Can(Request{Actor: key, Act: ItemSave, UnitPath: harbour}), gongkai.Denied, "missing_grant")
}

func TestRolesAreGrantedToPeopleOnly(t *testing.T) {
	p, _ := newPolicy(t)
	for _, g := range []Grant{{User: "key:1", Role: Editor}, {User: "wang", Role: KeyWrite}, {Role: Editor}, {User: gongkai.System.ID, Role: Editor}} {
		mustRefuse(t, p.Grant(t.Context(), g, root), gongkai.Denied, "not_a_person")
	}
}

func TestTheFirstUserBecomesAdministratorOnce(t *testing.T) {
	p, _ := newPolicy(t)
	ctx := t.Context()
	first := func(user string) {
		t.Helper()
		if err := p.GrantFirst(ctx, user); err != nil {
			t.Error(err)
		}
	}
	first("wang")
	first("wang")
	if got := p.Grants("wang"); len(got) != 1 || got[0].Role != Administrator || got[0].Unit != "" {
		t.Errorf("%+v", got)
	}
	first("li")
	if got := p.Grants("li"); len(got) != 0 {
		t.Errorf("there is an administrator: %+v", got)
	}
	if err := p.Revoke(ctx, Grant{User: "wang", Role: Administrator}, gongkai.System); err != nil {
		t.Fatal(err)
	}
	grant(t, p, "wang", Editor, "township")
	first("wang")
	if got := p.Grants("wang"); len(got) != 1 || got[0].Role != Editor {
		t.Errorf("somebody gave them other work: %+v", got)
	}
}
