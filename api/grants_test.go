// Two administrators: what one asks for, the other confirms.

package api

import (
	"strings"
	"testing"
	"time"

	"gongkai/account"
	"gongkai/audit"
	"gongkai/policy"
)

func TestASecondAdministratorConfirmsGrants(t *testing.T) {
	o := newOffice(t)
	one := o.as("administrator")
	li, wang := o.hire("li", "", "county"), o.hire("wang", "", "county")
	grant := func(u account.User, role string) map[string]any {
		return map[string]any{"user": u.ID, "role": role, "unit": "county"}
	}
	alone := one.post("/api/v1/grants", grant(li, "editor")).is(200)
	if !strings.Contains(alone.body, "没有其他系统管理员") || alone.str("pending") != "" {
		t.Error(alone.body)
	}
	second := o.hire("second", policy.Administrator, "")
	two := o.as("second")

	asked := one.post("/api/v1/grants", grant(wang, "reviewer-3")).is(202)
	path := "/api/v1/grants/pending/" + asked.str("pending")
	if !strings.Contains(asked.body, second.Name) {
		t.Error("it does not say who may confirm:", asked.body)
	}
	if got := one.get("/api/v1/grants?user=" + wang.ID).is(200); strings.Contains(got.body, "reviewer-3") {
		t.Error("it holds before it is confirmed")
	}
	for who, code := range map[string]string{"administrator": "own_grant", "li": "missing_grant", "key:write": "no_role"} {
		o.as(who).post(path+"/confirm", nil).refused(403, code)
	}
	o.as("li").delete(path).refused(403, "missing_grant")
	if got := o.as("li").get("/api/v1/grants/pending").is(200); strings.Contains(got.body, wang.ID) {
		t.Error("everybody sees who is to get what:", got.body)
	}
	if got := two.get("/api/v1/grants/pending").is(200); !strings.Contains(got.body, asked.str("pending")) {
		t.Error(got.body)
	}
	two.post(path+"/confirm", nil).is(200)
	two.post(path+"/confirm", nil).is(404)
	if got := two.get("/api/v1/grants?user=" + wang.ID).is(200); !strings.Contains(got.body, `"confirmed":"`+second.ID) {
		t.Error(got.body)
	}

	// an accomplice cannot be made an administrator by one alone, nor confirm their own role
	asked = one.post("/api/v1/grants", map[string]any{"user": o.hire("friend", "", "county").ID, "role": "administrator"}).is(202)
	two.delete("/api/v1/grants/pending/" + asked.str("pending")).is(200)
	two.post("/api/v1/grants/pending/"+asked.str("pending")+"/confirm", nil).is(404)

	var page struct{ Items []audit.Entry }
	o.as("auditor").get("/api/v1/trail?object=user/" + wang.ID).is(200).into(&page)
	var told []string
	for _, e := range page.Items {
		told = append(told, e.Act+" "+e.Detail["what"])
	}
	if got := strings.Join(told, ", "); got != "grant.confirm confirm, grant.manage ask" {
		t.Error(got)
	}
}

func TestWhoHasToConfirmAGrantIsTold(t *testing.T) {
	o := newOffice(t)
	second, third := o.hire("second", policy.Administrator, ""), o.hire("third", policy.Administrator, "")
	wang := o.hire("wang", "", "county")
	ask := map[string]any{"user": wang.ID, "role": "editor", "unit": "county"}
	asked := o.as("administrator").post("/api/v1/grants", ask).is(202).str("pending")
	o.as("administrator").post("/api/v1/grants", ask).is(202) // and again
	n := o.inbox(second.Login)
	if len(n) != 1 || n[0].Event != "grant_asked" || !n[0].Open || n[0].Path != "/grants/pending" || n[0].Item != "" || n[0].By == "" || n[0].Title != "" {
		t.Fatalf("%+v", n)
	}
	if n := o.inbox("administrator"); len(n) != 0 {
		t.Errorf("who asked is asked: %+v", n)
	}
	o.as("second").post("/api/v1/grants/pending/"+asked+"/confirm", nil).is(200)
	if n := o.inbox(third.Login); len(n) != 1 || n[0].Open || n[0].Unread {
		t.Errorf("it asks on: %+v", n)
	}
	for _, who := range []string{"administrator", "wang"} {
		if n := o.inbox(who); len(n) != 1 || n[0].Event != "grant_confirmed" {
			t.Errorf("%s: %+v", who, n)
		}
	}
	ask["role"] = "publisher"
	asked = o.as("administrator").post("/api/v1/grants", ask).is(202).str("pending")
	o.as("third").delete("/api/v1/grants/pending/" + asked).is(200)
	if n := o.inbox("administrator"); len(n) != 2 || n[0].Event != "grant_declined" && n[1].Event != "grant_declined" {
		t.Errorf("%+v", n)
	}
}

// inbox is what somebody was told, the newest first.
func (o *office) inbox(login string) []NoticeView {
	o.t.Helper()
	var list List[NoticeView]
	o.as(login).get("/api/v1/inbox").is(200).into(&list)
	return list.Items
}

func TestWhoStandsInIsTold(t *testing.T) {
	o := newOffice(t)
	li, wang := o.hire("li", policy.Publisher, "county"), o.hire("wang", "", "county")
	end := time.Now().Add(time.Hour).UnixMilli()
	made := o.as("li").post("/api/v1/delegations", map[string]any{"to": wang.ID, "role": "publisher", "unit": "county", "end": end, "reason": "休假"}).is(201).str("id")
	n := o.inbox("wang")
	if len(n) != 1 || n[0].Event != "delegated" || n[0].About != "delegation/"+made || n[0].Path != "/delegations" || n[0].By != li.Name {
		t.Fatalf("%+v", n)
	}
	o.as("wang").delete("/api/v1/delegations/" + made).is(200)
	if n := o.inbox("li"); len(n) != 1 || n[0].Event != "delegation_ended" {
		t.Errorf("%+v", n)
	}
	if n := o.inbox("wang"); len(n) != 1 {
		t.Errorf("who ended it is told: %+v", n)
	}
}

// One administrator who would be rid of the other, or be the other, to do alone
// what takes two.
func TestOneAdministratorDoesNotStandForTwo(t *testing.T) {
	o := newOffice(t)
	one, second := o.as("administrator"), o.hire("second", policy.Administrator, "")
	wang := o.hire("wang", "", "county")
	ask := map[string]any{"user": wang.ID, "role": "publisher", "unit": "county"}
	one.delete("/api/v1/grants?user="+second.ID+"&role=administrator").refused(422, "other_administrator")
	one.post("/api/v1/users/"+second.ID+"/password", map[string]any{"password": "brand-new-words-3"}).refused(422, "other_administrator")
	one.post("/api/v1/users/"+second.ID+"/disabled", map[string]any{"disabled": true}).is(200) // who must be locked out is
	if got := one.post("/api/v1/grants", ask).is(202); !strings.Contains(got.body, "gongkai user grant") {
		t.Error("it does not say what to do:", got.body)
	}
	// a rule that lets anybody confirm makes nobody an administrator
	one.put("/api/v1/policy/rules/all_confirm", map[string]any{"role": "editor", "act": "grant.confirm", "effect": "allow", "zh": "编辑也可以确认", "en": "Editors confirm too"}).is(200)
	asked := one.post("/api/v1/grants", ask).is(202)
	o.as("editor").post("/api/v1/grants/pending/"+asked.str("pending")+"/confirm", nil).refused(403, "no_administrator")
	// nor does one without the rule, or one against it, make the other none
	against := map[string]any{"role": "administrator", "act": "grant.confirm", "effect": "deny", "zh": "不得确认", "en": "Nobody confirms"}
	one.put("/api/v1/policy/rules/none_confirms", against).is(200)
	one.post("/api/v1/grants", ask).is(202)
	one.delete("/api/v1/policy/rules/none_confirms").is(200)
	one.delete("/api/v1/policy/rules/administrator_confirm").is(200)
	one.post("/api/v1/grants", ask).is(202)
	one.put("/api/v1/policy/rules/administrator_confirm", map[string]any{"role": "administrator", "act": "grant.confirm", "effect": "allow", "zh": "系统管理员确认", "en": "Administrators confirm"}).is(200)
	// who asked has lost the right meanwhile
	one.post("/api/v1/users/"+second.ID+"/disabled", map[string]any{"disabled": false}).is(200)
	if err := o.policy.Revoke(t.Context(), policy.Grant{User: o.users["administrator"].ID, Role: policy.Administrator}, second.Actor()); err != nil {
		t.Fatal(err)
	}
	o.as("second").post("/api/v1/grants/pending/"+asked.str("pending")+"/confirm", nil).refused(422, "asker_gone")
}
