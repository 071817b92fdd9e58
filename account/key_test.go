package account

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"gongkai"
)

func TestAKeyLetsAProgramInUntilItEnds(t *testing.T) {
	o := open(t, Options{})
	k, secret, err := o.NewKey(t.Context(), NewKey{Name: "县融媒体中心", Unit: "county", Scopes: []string{"items:read"}, Expires: gongkai.Millis(o.now.Add(time.Hour))})
	ok(t, err)
	forever, other, err := o.NewKey(t.Context(), NewKey{Name: "同步程序", Scopes: []string{"items:write"}})
	ok(t, err)
	if !strings.HasPrefix(secret, "gk_") || !strings.HasPrefix(secret, k.Prefix) || len(secret) < 46 || len(k.Prefix) > 8 || secret == other {
		t.Fatal(k.Prefix, len(secret))
	}
	found, err := o.KeyBySecret(t.Context(), secret)
	if a := found.Actor(); err != nil || !a.Key || a.ID != "key:"+k.ID || a.Unit != "county" || len(a.Scopes) != 1 || a.Scopes[0] != "items:read" {
		t.Fatal(found, err)
	}
	o.pass(time.Hour)
	_, err = o.KeyBySecret(t.Context(), secret)
	want(t, err, gongkai.Unauthenticated, "key")
	_, err = o.KeyBySecret(t.Context(), other)
	ok(t, err)
	if forever.Expires != gongkai.Millis(o.now.Add(-time.Hour).Add(KeyLife)) {
		t.Fatal("a key that names no end lives for a year")
	}
	ok(t, o.RevokeKey(t.Context(), forever.ID))
	revoked := stored(t, o.keys)[1].Revoked
	o.pass(time.Hour)
	ok(t, o.RevokeKey(t.Context(), forever.ID))
	if stored(t, o.keys)[1].Revoked != revoked {
		t.Fatal("revoking again moved the time")
	}
	want(t, o.RevokeKey(t.Context(), "nothing"), gongkai.Missing, "missing")
	for name, s := range map[string]string{"revoked": other, "unknown": KeyPrefix + newToken(), "empty": "", "prefix only": KeyPrefix, "a digest": Digest(other)} {
		_, err := o.KeyBySecret(t.Context(), s)
		if !gongkai.Is(err, gongkai.Unauthenticated) {
			t.Fatal(name, err)
		}
	}
}

func TestOnlyTheDigestOfAKeyIsKept(t *testing.T) {
	o := open(t, Options{})
	k, secret, err := o.NewKey(t.Context(), NewKey{Name: "门户", Scopes: []string{"content:read"}})
	ok(t, err)
	text, _ := json.Marshal(stored(t, o.keys))
	shown, _ := json.Marshal(k)
	if strings.Contains(string(text), secret) || strings.Contains(string(shown), "digest") {
		t.Fatal("the secret is stored, or the digest shown")
	}
	d, err := o.KeyDigest(t.Context(), k.ID)
	if err != nil || d != Digest(secret) {
		t.Fatal(d, err)
	}
}

func TestKeysThatMakeNoSenseAreRefused(t *testing.T) {
	o := open(t, Options{})
	for code, n := range map[string]NewKey{
		"bad_name":    {Scopes: []string{"a"}},
		"bad_scopes":  {Name: "门户"},
		"bad_expires": {Name: "门户", Scopes: []string{"a"}, Expires: gongkai.Millis(o.now)},
	} {
		_, _, err := o.NewKey(t.Context(), n)
		want(t, err, gongkai.Invalid, code)
	}
	_, _, err := o.NewKey(t.Context(), NewKey{Name: "门户", Scopes: []string{"a"}, Expires: gongkai.Millis(o.now.Add(MaxKeyLife + time.Hour))})
	want(t, err, gongkai.Invalid, "bad_expires")
}

func TestKeysAreListedNewestFirst(t *testing.T) {
	o := open(t, Options{})
	for _, name := range []string{"一", "二", "三"} {
		o.pass(time.Second)
		_, _, err := o.NewKey(t.Context(), NewKey{Name: name, Scopes: []string{"a"}})
		ok(t, err)
	}
	p, err := o.Keys(t.Context(), "", 2)
	ok(t, err)
	rest, err := o.Keys(t.Context(), p.Next, 2)
	ok(t, err)
	if len(p.Keys) != 2 || len(rest.Keys) != 1 || p.Keys[0].Name != "三" || rest.Keys[0].Name != "一" || rest.Next != "" {
		t.Fatal(p, rest)
	}
}

func TestACSRFTokenBelongsToItsSession(t *testing.T) {
	one, two := newToken(), newToken()
	if !CheckCSRF(one, CSRF(one)) {
		t.Fatal("the right token is refused")
	}
	for name, c := range map[string][2]string{"another session's": {one, CSRF(two)}, "the session token": {one, one}, "empty": {one, ""}, "no session": {"", CSRF("")}} {
		if CheckCSRF(c[0], c[1]) {
			t.Fatal(name)
		}
	}
}
