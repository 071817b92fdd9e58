package account

import (
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"gongkai"
)

func TestSigningInAndOut(t *testing.T) {
	o := open(t, Options{})
	u := o.add(t, "limin")
	s, token, err := o.SignIn(t.Context(), "limin", good, "192.0.2.1")
	ok(t, err)
	who, same, err := o.Session(t.Context(), token)
	if err != nil || who.ID != u.ID || same.ID != s.ID || same.User != u.ID {
		t.Fatal(who, same, err)
	}
	if a := who.Actor(); a.ID != u.ID || a.Name != "王编辑" || a.Unit != "county/office" || a.Key {
		t.Fatal(a)
	}
	text, _ := json.Marshal(stored(t, o.sessions))
	if len(token) < 43 || strings.Contains(string(text), token) {
		t.Fatal("the token is short, or stored")
	}
	ok(t, o.SignOut(t.Context(), token))
	ok(t, o.SignOut(t.Context(), token))
	for name, token := range map[string]string{"signed out": token, "empty": "", "made up": newToken(), "the stored id": s.ID} {
		_, _, err := o.Session(t.Context(), token)
		if !gongkai.Is(err, gongkai.Unauthenticated) {
			t.Fatal(name, err)
		}
	}
}

func TestUnknownWrongAndDisabledLookTheSame(t *testing.T) {
	o := open(t, Options{})
	o.add(t, "limin")
	u := o.add(t, "gone")
	ok(t, o.Disable(t.Context(), u.ID, true))
	var said []string
	for _, c := range [][2]string{{"nobody", good}, {"limin", "not my password"}, {"gone", good}, {"", ""}, {"a\x00b", ""}, {"\xff", "\xff"}} {
		_, _, err := o.SignIn(t.Context(), c[0], c[1], "192.0.2.1")
		want(t, err, gongkai.Unauthenticated, "sign_in")
		said = append(said, err.Error())
	}
	for _, s := range said {
		if s != said[0] {
			t.Fatal(said)
		}
	}
}

func TestAnUnknownLoginCostsAHashToo(t *testing.T) {
	o := open(t, Options{Cost: Demo, HashMemory: 1}) // one at a time
	o.add(t, "limin")
	for _, login := range []string{"limin", "nobody"} {
		o.hasher.slots <- struct{}{}
		answered := make(chan error, 1)
		go func() {
			_, _, err := o.SignIn(t.Context(), login, "not my password", "")
			answered <- err
		}()
		select {
		case err := <-answered:
			t.Fatalf("%s is answered without a hash: %v", login, err)
		case <-time.After(50 * time.Millisecond):
		}
		<-o.hasher.slots
		want(t, <-answered, gongkai.Unauthenticated, "sign_in")
	}
	cost, _, _, err := parseHash(o.hasher.dummy)
	if err != nil || cost != Demo {
		t.Errorf("the hash of nobody costs %+v: %v", cost, err)
	}
}

func TestASessionEndsWhenIdleAndAfterTheDay(t *testing.T) {
	o := open(t, Options{})
	o.add(t, "limin")
	idle, used := o.signIn(t, "limin", good), o.signIn(t, "limin", good)
	for range 11 {
		o.pass(time.Hour)
		_, _, err := o.Session(t.Context(), used)
		ok(t, err)
	}
	_, _, err := o.Session(t.Context(), idle)
	want(t, err, gongkai.Unauthenticated, "session")
	o.pass(time.Hour)
	_, _, err = o.Session(t.Context(), used)
	want(t, err, gongkai.Unauthenticated, "session")

	late := o.signIn(t, "limin", good)
	o.pass(2*time.Hour - time.Millisecond)
	_, _, err = o.Session(t.Context(), late)
	ok(t, err)
	o.pass(2 * time.Hour)
	_, _, err = o.Session(t.Context(), late)
	want(t, err, gongkai.Unauthenticated, "session")
}

func TestUseOfASessionIsWrittenAtMostOnceAMinute(t *testing.T) {
	o := open(t, Options{})
	o.add(t, "limin")
	token := o.signIn(t, "limin", good)
	for range 59 {
		o.pass(time.Second)
		_, s, err := o.Session(t.Context(), token)
		if err != nil || s.Rev != 1 {
			t.Fatal(s, err)
		}
	}
	o.pass(time.Second)
	_, s, err := o.Session(t.Context(), token)
	if err != nil || s.Rev != 2 || s.Seen != gongkai.Millis(o.now) {
		t.Fatal(s, err)
	}
}

// A sign-in reads the user, hashes for a while and then opens a session. If
// the password changes meanwhile, that session must not live.
func TestASignInThatRacesWithANewPasswordHasNoSession(t *testing.T) {
	o := open(t, Options{})
	u := o.add(t, "limin")
	seen, err := o.checkPassword(t.Context(), "limin", good)
	ok(t, err)
	ok(t, o.SetPassword(t.Context(), u.ID, nil, "another long secret"))
	_, token, err := o.openSession(t.Context(), seen)
	ok(t, err)
	_, _, err = o.Session(t.Context(), token)
	want(t, err, gongkai.Unauthenticated, "session")
}

func TestSignInIsThrottledPerLogin(t *testing.T) {
	o := open(t, Options{})
	o.add(t, "limin")
	other := o.replica(t, Options{}) // the counters are in the store
	for i := range 5 {
		at := []*Accounts{o.Accounts, other}[i%2]
		_, _, err := at.SignIn(t.Context(), "LiMin", "not my password", "192.0.2.1")
		want(t, err, gongkai.Unauthenticated, "sign_in")
	}
	_, _, err := other.SignIn(t.Context(), "limin", good, "192.0.2.2")
	want(t, err, gongkai.TooMany, "too_many_tries")
	var e *gongkai.Error
	if !errors.As(err, &e) {
		t.Fatal(err)
	}
	if d := e.Details[0]; d.Where != "retry-after" || d.Code != "30" {
		t.Fatal(d)
	}
	o.pass(29 * time.Second)
	_, _, err = o.SignIn(t.Context(), "limin", good, "192.0.2.1")
	want(t, err, gongkai.TooMany, "too_many_tries")
	o.pass(time.Second)
	o.signIn(t, "limin", good)
	for range 4 { // a success forgets
		_, _, err = o.SignIn(t.Context(), "limin", "not my password", "192.0.2.1")
		want(t, err, gongkai.Unauthenticated, "sign_in")
	}
	o.signIn(t, "limin", good)
}

func TestTheWaitDoublesUpToAQuarterOfAnHourAndIsForgotten(t *testing.T) {
	d, now := tryDoc{}, int64(1_000_000_000)
	var waits []time.Duration
	for range 14 {
		d.count(now, 5)
		if d.Until > now {
			waits = append(waits, time.Duration(d.Until-now)*time.Millisecond)
			now = d.Until
		}
	}
	want := []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 15 * time.Minute}
	for i, w := range waits {
		if w != want[min(i, 5)] {
			t.Fatal(waits)
		}
	}
	if len(waits) != 10 {
		t.Fatal(waits)
	}
	now += quiet.Milliseconds() + 1
	if d.count(now, 5); d.Count != 1 || d.Until > now {
		t.Fatal(d)
	}
}

func TestManyGuessesAtOnceDoNotSlipThrough(t *testing.T) {
	o := open(t, Options{})
	o.add(t, "limin")
	var wg sync.WaitGroup
	var mu sync.Mutex
	heard := map[gongkai.Kind]int{}
	for range 30 {
		wg.Go(func() {
			_, _, err := o.SignIn(t.Context(), "limin", "not my password", "")
			mu.Lock()
			heard[gongkai.KindOf(err)]++
			mu.Unlock()
		})
	}
	wg.Wait()
	if heard[gongkai.Unauthenticated] > 5 || heard[gongkai.Unauthenticated]+heard[gongkai.TooMany] != 30 {
		t.Fatal(heard)
	}
}

func TestSignInIsThrottledPerAddress(t *testing.T) {
	o := open(t, Options{IPTries: 3})
	o.add(t, "limin")
	guess := func(login, ip string) error {
		_, _, err := o.SignIn(t.Context(), login, "not my password", ip)
		return err
	}
	for range 10 { // colleagues behind one address who know their passwords
		o.signIn(t, "limin", good)
	}
	for _, login := range []string{"aaa", "bbb", "ccc"} {
		want(t, guess(login, "192.0.2.1"), gongkai.Unauthenticated, "sign_in")
	}
	want(t, guess("ddd", "192.0.2.1"), gongkai.TooMany, "too_many_tries")
	want(t, guess("ddd", "::ffff:192.0.2.1"), gongkai.TooMany, "too_many_tries")
	want(t, guess("ddd", "192.0.2.2"), gongkai.Unauthenticated, "sign_in")

	for _, ip := range []string{"2001:db8::1", "2001:db8::2", "2001:db8:0:0:ffff::1"} { // one machine's /64
		want(t, guess("eee"+ip[len(ip)-1:], ip), gongkai.Unauthenticated, "sign_in")
	}
	want(t, guess("fff", "2001:db8::beef"), gongkai.TooMany, "too_many_tries")
	want(t, guess("fff", "2001:db8:0:1::beef"), gongkai.Unauthenticated, "sign_in")
}

func TestAnAddressThatMustWaitCannotLockAColleagueOut(t *testing.T) {
	o := open(t, Options{IPTries: 2, LoginTries: 3})
	o.add(t, "limin")
	for range 20 {
		_, _, _ = o.SignIn(t.Context(), "limin", "not my password", "192.0.2.66")
	}
	o.signIn(t, "limin", good)
}

func TestAnOwnPasswordDoesNotWipeOutGuessesFromTheSameAddress(t *testing.T) {
	o := open(t, Options{IPTries: 4})
	o.add(t, "limin")
	for _, login := range []string{"aaa", "bbb", "ccc"} {
		_, _, err := o.SignIn(t.Context(), login, "not my password", "192.0.2.1")
		want(t, err, gongkai.Unauthenticated, "sign_in")
	}
	o.signIn(t, "limin", good)
	_, _, err := o.SignIn(t.Context(), "ddd", "not my password", "192.0.2.1")
	want(t, err, gongkai.Unauthenticated, "sign_in")
	_, _, err = o.SignIn(t.Context(), "eee", "not my password", "192.0.2.1")
	want(t, err, gongkai.TooMany, "too_many_tries")
}

func TestTheThrottleKeepsNoLoginInTheClear(t *testing.T) {
	o := open(t, Options{})
	_, _, err := o.SignIn(t.Context(), "my-secret-password", "x", "192.0.2.77")
	want(t, err, gongkai.Unauthenticated, "sign_in")
	text, _ := json.Marshal(stored(t, o.tries))
	if strings.Contains(string(text), "secret") || strings.Contains(string(text), "192.0.2") {
		t.Fatalf("%s", text)
	}
}

func TestPruningTakesOnlyWhatHasEnded(t *testing.T) {
	o := open(t, Options{})
	o.add(t, "limin")
	o.signIn(t, "limin", good)
	o.pass(11 * time.Hour)
	live := o.signIn(t, "limin", good)
	o.pass(90 * time.Minute)
	ok(t, o.Prune(t.Context()))
	if s, n := stored(t, o.sessions), len(stored(t, o.tries)); len(s) != 1 || n != 0 {
		t.Fatalf("%d sessions, %d counters", len(s), n)
	}
	_, _, err := o.Session(t.Context(), live)
	ok(t, err)
}

func TestAHashOfAnotherCostIsRenewedAtSignIn(t *testing.T) {
	o := open(t, Options{})
	o.add(t, "limin")
	dearer := HashCost{Memory: Demo.Memory, Time: 3, Threads: 1}
	now := o.replica(t, Options{Cost: dearer})
	for range 2 {
		_, token, err := now.SignIn(t.Context(), "limin", good, "")
		ok(t, err)
		_, _, err = now.Session(t.Context(), token)
		ok(t, err)
	}
	if h := stored(t, o.users)[0].Hash; !strings.Contains(h, "$m=19456,t=3,p=1$") {
		t.Fatal("the hash is still the old one")
	}
}
