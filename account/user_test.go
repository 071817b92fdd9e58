package account

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"gongkai"
)

func TestAPasswordMustFollowTheRules(t *testing.T) {
	o := open(t, Options{})
	for name, c := range map[string]struct{ login, password, rule string }{
		"nine characters":             {"li.min", "abcdefgh1", "too_short"},
		"nine Chinese characters":     {"li.min", "信息公开科小李同志", "too_short"},
		"longer than anybody types":   {"li.min", strings.Repeat("abcd1234", 17), "too_long"},
		"a control character":         {"li.min", "abcdefgh12\x07", "control"},
		"the login":                   {"li.min.office", "Li.Min.Office", "is_login"},
		"the login twice":             {"li.min", "li.minLI.MIN", "is_login"},
		"the login in full width":     {"limin12345", "ｌｉｍｉｎ１２３４５", "is_login"},
		"one key held down":           {"li.min", "aaaaaaaaaaaa", "few_characters"},
		"on every guessing list":      {"li.min", "Password123", "common"},
		"on the list, in full width":  {"li.min", "１２３４５６７８９０", "common"},
		"what the admin always types": {"li.min", "Admin@123456", "common"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := o.AddUser(t.Context(), NewUser{Login: c.login, Name: "李敏", Password: c.password})
			want(t, err, gongkai.Invalid, "weak_password")
			if rule(err) != c.rule {
				t.Fatalf("rule %s, want %s", rule(err), c.rule)
			}
			if strings.Contains(err.Error(), c.password) {
				t.Fatal("the error repeats the password")
			}
		})
	}
	ok(t, CheckPassword("li.min", "信息公开科的小李同志"))
}

func TestALoginHasAForm(t *testing.T) {
	o := open(t, Options{})
	for name, login := range map[string]string{
		"empty": "", "one letter": "a", "a space inside": "li min", "begins with a dot": ".limin", "a Cyrillic look-alike": "аdmin",
		"an invisible character": "li\u200bmin", "too long": strings.Repeat("a", 65), "not UTF-8": "li\xffmin",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := o.AddUser(t.Context(), NewUser{Login: login, Name: "李敏", Password: good})
			want(t, err, gongkai.Invalid, "bad_login")
		})
	}
	_, err := o.AddUser(t.Context(), NewUser{Login: "limin", Name: " \t", Password: good})
	want(t, err, gongkai.Invalid, "bad_name")
}

func TestALoginIsOneLoginInEveryCaseAndWidth(t *testing.T) {
	o := open(t, Options{})
	u, err := o.AddUser(t.Context(), NewUser{Login: " Ｌi.Min ", Name: "李敏", Password: good})
	ok(t, err)
	if u.Login != "li.min" {
		t.Fatalf("login %q", u.Login)
	}
	_, err = o.AddUser(t.Context(), NewUser{Login: "LI.MIN", Name: "李民", Password: good})
	want(t, err, gongkai.Conflict, "login_taken")
	found, err := o.ByLogin(t.Context(), "LI.ＭIN")
	if err != nil || found.ID != u.ID {
		t.Fatal(found, err)
	}
	_, err = o.ByLogin(t.Context(), "nobody")
	want(t, err, gongkai.Missing, "no_user")
	o.signIn(t, "Li.MIN", good)
}

func TestAUserNeverCarriesTheHash(t *testing.T) {
	o := open(t, Options{Cost: Demo})
	u := o.add(t, "limin")
	text, _ := json.Marshal(u)
	if strings.Contains(string(text), "argon2") || strings.Contains(string(text), "hash") {
		t.Fatalf("%s", text)
	}
	d := stored(t, o.users)[0]
	if !strings.HasPrefix(d.Hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Fatal("the stored form is not argon2id at the cost asked for")
	}
	all, _ := json.Marshal(d)
	if strings.Contains(string(all), "horse") {
		t.Fatal("the password is stored")
	}
}

func TestManyUsersAtOnceAreAllOrNone(t *testing.T) {
	o := open(t, Options{})
	many := make([]NewUser, 12)
	for i := range many {
		many[i] = NewUser{Login: fmt.Sprintf("person%02d", i), Name: "张三", Unit: "u", Password: good}
	}
	users, err := o.AddUsers(t.Context(), many)
	ok(t, err)
	if len(users) != 12 || users[7].Login != "person07" || users[7].Created == 0 {
		t.Fatal(users)
	}
	o.signIn(t, "person11", good)

	for name, broken := range map[string][]NewUser{
		"one login is taken":        {{Login: "newone1", Name: "甲", Password: good}, {Login: "person03", Name: "乙", Password: good}},
		"one login comes twice":     {{Login: "newone2", Name: "甲", Password: good}, {Login: "NEWONE2", Name: "乙", Password: good}},
		"one password is no secret": {{Login: "newone3", Name: "甲", Password: good}, {Login: "newone4", Name: "乙", Password: "x"}},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := o.AddUsers(t.Context(), broken); err == nil {
				t.Fatal("accepted")
			}
			if n := len(stored(t, o.users)); n != 12 {
				t.Fatalf("%d users", n)
			}
		})
	}
}

func TestUsersAreListedByLoginAPageAtATime(t *testing.T) {
	o := open(t, Options{})
	for i, login := range []string{"delta", "alpha", "charlie", "bravo", "echo"} {
		u, err := o.AddUser(t.Context(), NewUser{Login: login, Name: "人", Unit: fmt.Sprintf("u%d", i%2), Password: good})
		ok(t, err)
		if login == "charlie" {
			ok(t, o.Disable(t.Context(), u.ID, true))
		}
	}
	yes, no := true, false
	for name, c := range map[string]struct {
		filter UserFilter
		want   string
	}{
		"all":                      {UserFilter{}, "alpha bravo charlie delta echo"},
		"of a unit":                {UserFilter{Unit: "u0"}, "charlie delta echo"},
		"disabled":                 {UserFilter{Disabled: &yes}, "charlie"},
		"working":                  {UserFilter{Disabled: &no}, "alpha bravo delta echo"},
		"working in a unit":        {UserFilter{Unit: "u0", Disabled: &no}, "delta echo"},
		"disabled in another unit": {UserFilter{Unit: "u1", Disabled: &yes}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for c.filter.Limit = 2; ; {
				p, err := o.Users(t.Context(), c.filter)
				ok(t, err)
				for _, u := range p.Users {
					got = append(got, u.Login)
				}
				if c.filter.After = p.Next; p.Next == "" {
					break
				}
			}
			if strings.Join(got, " ") != c.want {
				t.Fatalf("got %v", got)
			}
		})
	}
}

func TestChangingThePassword(t *testing.T) {
	o := open(t, Options{})
	u := o.add(t, "limin")
	old, wrong, next := good, "not my password", "another long secret"

	want(t, o.SetPassword(t.Context(), u.ID, &wrong, next), gongkai.Invalid, "wrong_password")
	want(t, o.SetPassword(t.Context(), u.ID, &old, "short"), gongkai.Invalid, "weak_password")
	want(t, o.SetPassword(t.Context(), u.ID, &old, old), gongkai.Invalid, "weak_password")
	want(t, o.SetPassword(t.Context(), "nobody", &old, next), gongkai.Missing, "missing")
	empty := ""
	want(t, o.SetPassword(t.Context(), u.ID, &empty, next), gongkai.Invalid, "wrong_password")

	token := o.signIn(t, "limin", good)
	o.pass(1e9)
	ok(t, o.SetPassword(t.Context(), u.ID, &old, next))
	_, _, err := o.Session(t.Context(), token)
	want(t, err, gongkai.Unauthenticated, "session")
	_, _, err = o.SignIn(t.Context(), "limin", good, "")
	want(t, err, gongkai.Unauthenticated, "sign_in")
	o.signIn(t, "limin", next)
	after, err := o.User(t.Context(), u.ID)
	if err != nil || after.MustChange || after.PasswordSet != u.PasswordSet+1000 {
		t.Fatal(after, err)
	}

	ok(t, o.SetPassword(t.Context(), u.ID, nil, "given by the admin"))
	if after, _ = o.User(t.Context(), u.ID); !after.MustChange {
		t.Fatal("a password that somebody else gave must be changed")
	}
	o.signIn(t, "limin", "given by the admin")
}

func TestGuessingTheOldPasswordIsThrottledToo(t *testing.T) {
	o := open(t, Options{LoginTries: 2})
	u := o.add(t, "limin")
	wrong := "not my password"
	for range 2 {
		want(t, o.SetPassword(t.Context(), u.ID, &wrong, "another long secret"), gongkai.Invalid, "wrong_password")
	}
	want(t, o.SetPassword(t.Context(), u.ID, &wrong, "another long secret"), gongkai.TooMany, "too_many_tries")
}

func TestADisabledUserIsOutAtOnce(t *testing.T) {
	o := open(t, Options{})
	u := o.add(t, "limin")
	one, two := o.signIn(t, "limin", good), o.signIn(t, "limin", good)
	ok(t, o.Disable(t.Context(), u.ID, true))
	for _, token := range []string{one, two} {
		_, _, err := o.Session(t.Context(), token)
		want(t, err, gongkai.Unauthenticated, "session")
	}
	if n := len(stored(t, o.sessions)); n != 0 {
		t.Fatalf("%d sessions are left", n)
	}
	_, _, err := o.SignIn(t.Context(), "limin", good, "")
	want(t, err, gongkai.Unauthenticated, "sign_in")

	ok(t, o.Disable(t.Context(), u.ID, false))
	_, _, err = o.Session(t.Context(), one)
	want(t, err, gongkai.Unauthenticated, "session")
	o.signIn(t, "limin", good)
}

func TestTheUsersOfAUnitGetAnotherHome(t *testing.T) {
	a := open(t, Options{})
	ctx := t.Context()
	for _, login := range []string{"li", "wang", "zhao"} {
		unit := "town"
		if login == "zhao" {
			unit = "county"
		}
		if _, err := a.AddUser(ctx, NewUser{Login: login, Name: login, Unit: unit, Password: "long-enough-words-7"}); err != nil {
			t.Fatal(err)
		}
	}
	var said []string
	if err := a.Rehome(ctx, "town", "bureau", func(u User) error { said = append(said, u.Login+" "+u.Unit); return nil }); err != nil {
		t.Fatal(err)
	}
	moved, err := a.CountIn(ctx, "bureau")
	left, err2 := a.CountIn(ctx, "town")
	if err != nil || err2 != nil || moved != 2 || left != 0 || strings.Join(said, ", ") != "li town, wang town" {
		t.Errorf("%d %d %v %v %v", moved, left, said, err, err2)
	}
}
