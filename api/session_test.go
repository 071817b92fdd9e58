// Signing in, staying in, and coming from our own pages.

package api

import (
	"strings"
	"testing"
	"time"

	"gongkai"
	"gongkai/account"
	"gongkai/audit"
	"gongkai/policy"
)

func signIn(login, password string) map[string]any {
	return map[string]any{"login": login, "password": password}
}

func TestABrowserGetsACookieThatNoScriptReads(t *testing.T) {
	o := newOffice(t)
	o.hire("li", policy.Editor, "county")
	got := o.as("").post("/api/v1/session", signIn("li", officePassword)).is(200).hides(officePassword)
	cookie := got.header.Get("Set-Cookie")
	for _, want := range []string{"gongkai_session=", "HttpOnly", "SameSite=Strict", "Path=/"} {
		if !strings.Contains(cookie, want) {
			t.Errorf("cookie %q lacks %s", cookie, want)
		}
	}
	if got.str("token") != "" {
		t.Error("a browser was given the token to read")
	}
	browser := o.as("").with("Cookie", strings.Split(cookie, ";")[0])
	if browser.get("/api/v1/session").is(200).str("login") != "li" {
		t.Error("the cookie does not carry the session")
	}
	browser.post("/api/v1/items", draft("x")).refused(403, "cross_site")
	browser.with("Origin", "http://evil.example").post("/api/v1/items", draft("x")).refused(403, "cross_site")
	browser.with("Sec-Fetch-Site", "same-site").post("/api/v1/items", draft("x")).refused(403, "cross_site")
	browser.with("Sec-Fetch-Site", "cross-site").with("Origin", o.url).post("/api/v1/items", draft("x")).refused(403, "cross_site")
	browser.with("Origin", "null").post("/api/v1/items", draft("x")).refused(403, "cross_site")
	browser.with("X-Forwarded-Host", "evil.example").with("Origin", "http://evil.example").post("/api/v1/items", draft("x")).refused(403, "cross_site")
	browser.with("Origin", o.url).post("/api/v1/items", draft("一")).is(201)
	browser.with("Sec-Fetch-Site", "same-origin").post("/api/v1/items", draft("二")).is(201)
	out := browser.with("Origin", o.url).delete("/api/v1/session").is(200)
	if !strings.Contains(out.header.Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("the cookie was not taken back: %q", out.header.Get("Set-Cookie"))
	}
	browser.get("/api/v1/session").refused(401, "session")
}

func TestOverHTTPSTheCookieIsBoundToTheHost(t *testing.T) {
	o := newOffice(t, func(c *Config) { c.Secure = true })
	o.hire("li", policy.Editor, "county")
	cookie := o.as("").post("/api/v1/session", signIn("li", officePassword)).is(200).header.Get("Set-Cookie")
	if !strings.HasPrefix(cookie, "__Host-gongkai_session=") || !strings.Contains(cookie, "Secure") {
		t.Errorf("cookie %q", cookie)
	}
}

func TestAProgramGetsATokenAndNoCookie(t *testing.T) {
	o := newOffice(t)
	o.hire("li", policy.Editor, "county")
	body := signIn("li", officePassword)
	body["token"] = true
	got := o.as("").post("/api/v1/session", body).is(200)
	if got.header.Get("Set-Cookie") != "" || got.str("token") == "" {
		t.Errorf("cookie %q, token %q", got.header.Get("Set-Cookie"), got.str("token"))
	}
	program := caller{o, got.str("token"), nil}
	program.post("/api/v1/items", draft("一")).is(201)
	program.delete("/api/v1/session").is(200)
	program.get("/api/v1/session").refused(401, "session")
}

func TestAnotherSiteCannotSignABrowserIn(t *testing.T) {
	o := newOffice(t)
	o.hire("li", policy.Editor, "county")
	o.as("").with("Origin", "http://evil.example").post("/api/v1/session", signIn("li", officePassword)).refused(403, "cross_site")
}

// The trail knows who tried, but never what they typed into the wrong field.
func TestSignInsAreOnTheTrailRefusedOnesToo(t *testing.T) {
	o := newOffice(t)
	o.hire("li", policy.Editor, "county")
	o.as("").post("/api/v1/session", signIn("li", "not the password")).refused(401, "sign_in")
	o.as("").post("/api/v1/session", signIn("my-secret-password", "li")).refused(401, "sign_in")
	o.as("").post("/api/v1/session", signIn("li", officePassword)).is(200)
	page, err := o.trail.Find(t.Context(), audit.Filter{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	var acts []string
	for _, e := range page.Entries {
		acts = append(acts, e.Act+" "+e.Detail["login"])
		if strings.Contains(e.Detail["login"], "secret") || strings.Contains(e.Object, "secret") {
			t.Error("an unknown login stands in the trail")
		}
	}
	if got := strings.Join(acts, "|"); got != "session.open |session.refused |session.refused li" {
		t.Errorf("the trail says %q", got)
	}
}

func TestGuessingHasToWait(t *testing.T) {
	o := newOffice(t)
	o.hire("li", policy.Editor, "county")
	for range 5 {
		o.as("").post("/api/v1/session", signIn("li", "wrong")).refused(401, "sign_in")
	}
	got := o.as("").post("/api/v1/session", signIn("li", officePassword))
	got.refused(429, "too_many_tries")
	if wait := got.header.Get("Retry-After"); wait == "" || wait == "0" {
		t.Errorf("Retry-After %q", wait)
	}
}

func TestTheFirstLinkMakesOneAdministrator(t *testing.T) {
	o := newOffice(t)
	token, err := o.accounts.FirstLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	o.as("").get("/api/v1/first?token=" + token).is(200)
	o.as("").get("/api/v1/first?token=guess").refused(401, "first_link")
	claim := map[string]any{"token": token, "login": "first", "name": "首位", "password": officePassword}
	o.as("").post("/api/v1/first", claim).is(200).hides(officePassword)
	o.as("").post("/api/v1/first", claim).refused(401, "first_link")
	u, err := o.accounts.ByLogin(t.Context(), "first")
	if err != nil {
		t.Fatal(err)
	}
	o.users["first"] = u
	o.as("first").get("/api/v1/keys").is(200)
	o.as("first").post("/api/v1/items", draft("x")).refused(403, "administrator_business")
}

func TestAPasswordSomebodyElseKnowsHasToBeChangedFirst(t *testing.T) {
	o := newOffice(t)
	added := o.as("administrator").post("/api/v1/users", map[string]any{"login": "new", "name": "新人", "unit": "county", "password": officePassword}).is(201).hides(officePassword)
	o.as("administrator").post("/api/v1/grants", map[string]any{"user": added.str("id"), "role": "editor", "unit": "county"}).is(200)
	o.users["new"] = account.User{}
	o.as("new").get("/api/v1/items").refused(403, "must_change_password")
	o.as("new").get("/api/v1/session").is(200)
	o.as("new").post("/api/v1/session/password", map[string]any{"old": officePassword, "password": "valleys-and-lakes-9"}).is(200).hides("valleys")
	_, token, err := o.accounts.SignIn(t.Context(), "new", "valleys-and-lakes-9", "")
	if err != nil {
		t.Fatal(err)
	}
	caller{o, token, nil}.get("/api/v1/items").is(200)
}

func TestASessionEndsWhenIdleAndAKeyWhenRevoked(t *testing.T) {
	o := newOffice(t)
	editor := o.as("editor")
	editor.get("/api/v1/session").is(200)
	key := o.as("administrator").post("/api/v1/keys", map[string]any{"name": "统计", "scopes": []string{"read"}}).is(201)
	program := caller{o, key.str("secret"), nil}
	program.get("/api/v1/items").is(200)
	o.as("administrator").get("/api/v1/keys").is(200).hides(key.str("secret"))
	o.as("administrator").delete("/api/v1/keys/" + key.str("id")).is(200)
	program.get("/api/v1/items").refused(401, "key")
	o.clock = o.clock.Add(3 * time.Hour)
	editor.get("/api/v1/session").refused(401, "session")
}

// Whoever may set a password may act as its owner: a town's administrator
// cannot reach for the county's rights.
func TestATownsAdministratorCannotTakeOverTheCountys(t *testing.T) {
	o := newOffice(t)
	o.hire("town-admin", policy.Administrator, "town")
	victim := o.hire("boss", "", "town")
	if err := o.policy.Grant(t.Context(), policy.Grant{User: victim.ID, Role: policy.Administrator, Unit: ""}, gongkai.System); err != nil {
		t.Fatal(err)
	}
	own := o.hire("villager", policy.Editor, "town")
	password := map[string]any{"password": "brand-new-words-3"}
	o.as("town-admin").post("/api/v1/users/"+victim.ID+"/password", password).refused(403, "missing_grant")
	o.as("town-admin").post("/api/v1/users/"+own.ID+"/password", password).is(200)
	o.as("town-admin").post("/api/v1/grants", map[string]any{"user": own.ID, "role": "publisher", "unit": "county"}).refused(403, "missing_grant")
	o.as("town-admin").post("/api/v1/users/"+o.users["town-admin"].ID+"/disabled", map[string]any{"disabled": true}).refused(422, "oneself")
}
