package main

import (
	"io"
	"slices"
	"testing"
	"time"

	"gongkai"
	"gongkai/account"
	"gongkai/audit"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/store"
)

func TestAWorkerMovesWhatAMergedUnitHasAndTheTrailSaysSoOnce(t *testing.T) {
	ctx := t.Context()
	a, err := openAs(ctx, paying, config{Data: t.TempDir(), Session: time.Hour, SessionIdle: time.Hour}, io.Discard, account.Demo)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.close() }()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range []string{"old", "new"} {
		_, err := a.content.PutUnit(ctx, content.Unit{Meta: store.Meta{ID: id}, Name: "单位" + id})
		check(err)
	}
	_, err = a.content.PutSite(ctx, content.Site{Meta: store.Meta{ID: "www"}, Name: "门户", Unit: "old"})
	check(err)
	u, err := a.accounts.AddUser(ctx, account.NewUser{Login: "li", Name: "李", Unit: "old", Password: "long-enough-words-7"})
	check(err)
	lent := policy.Delegation{ID: "lent", To: "wang", Role: policy.Publisher, Unit: "old", End: gongkai.Millis(time.Now().Add(time.Hour)), Reason: "休假"}
	for _, role := range []string{policy.Editor, policy.Publisher} {
		check(a.policy.Grant(ctx, policy.Grant{User: u.ID, Role: role, Unit: "old"}, gongkai.System))
	}
	_, err = a.policy.Delegate(ctx, lent, []string{"old"}, u.Actor())
	check(err)
	_, err = a.engine.AskMerge(ctx, "old", "new", gongkai.Actor{ID: "root"}, true)
	check(err)
	check(a.mergeUnits(ctx))
	check(a.mergeUnits(ctx))
	moved, err := a.accounts.User(ctx, u.ID)
	site, err2 := a.content.Sites.Get(ctx, "www")
	if err != nil || err2 != nil || moved.Unit != "new" || site.Unit != "new" || !slices.Equal(a.policy.Roles(u.ID, []string{"new"}), []string{policy.Editor, policy.Publisher}) {
		t.Errorf("%+v %+v %v %v", moved, site, err, err2)
	}
	page, err := a.trail.Find(ctx, audit.Filter{})
	check(err)
	var said []string
	for _, e := range page.Entries {
		if e.Detail["merged"] == "old" && e.Detail["asked_by"] == "root" {
			said = append(said, e.Act+" "+e.Detail["role"])
		}
	}
	slices.Sort(said)
	if want := []string{"delegation.add publisher", "grant.manage editor", "grant.manage publisher", "site.manage ", "unit.manage ", "user.manage "}; !slices.Equal(said, want) {
		t.Errorf("%v", said)
	}
}
