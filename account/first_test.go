package account

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gongkai"
)

func admin(i int) NewUser {
	return NewUser{Login: fmt.Sprintf("admin%d", i), Name: "管理员", Password: good}
}

// nothing gives no rights.
func nothing(context.Context, User) error { return nil }

func TestTheFirstLinkMakesTheFirstUserOnce(t *testing.T) {
	o := open(t, Options{})
	token, err := o.FirstLink(t.Context())
	ok(t, err)
	_, err = o.ClaimFirst(t.Context(), "made up", admin(1), nothing)
	want(t, err, gongkai.Unauthenticated, "first_link")
	_, err = o.ClaimFirst(t.Context(), token, NewUser{Login: "admin1", Name: "管理员", Password: "short"}, nothing)
	want(t, err, gongkai.Invalid, "weak_password") // and the link is still good
	u, err := o.ClaimFirst(t.Context(), token, admin(1), nothing)
	ok(t, err)
	o.signIn(t, u.Login, good)
	_, err = o.ClaimFirst(t.Context(), token, admin(2), nothing)
	want(t, err, gongkai.Unauthenticated, "first_link")
	_, err = o.FirstLink(t.Context())
	want(t, err, gongkai.Conflict, "has_users")
}

func TestOfManyClaimsAtOnceExactlyOneWins(t *testing.T) {
	o := open(t, Options{})
	token, err := o.FirstLink(t.Context())
	ok(t, err)
	replicas := []*Accounts{o.Accounts, o.replica(t, Options{})}
	var won, lost atomic.Int32
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			_, err := replicas[i%2].ClaimFirst(t.Context(), token, admin(i), nothing)
			switch {
			case err == nil:
				won.Add(1)
			case gongkai.CodeOf(err) == "first_link":
				lost.Add(1)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 || lost.Load() != 7 || len(stored(t, o.users)) != 1 {
		t.Fatalf("%d won, %d lost, %d users", won.Load(), lost.Load(), len(stored(t, o.users)))
	}
}

func TestALinkIsGoodForADay(t *testing.T) {
	o := open(t, Options{})
	first, err := o.FirstLink(t.Context())
	ok(t, err)
	o.pass(24 * time.Hour)
	_, err = o.ClaimFirst(t.Context(), first, admin(1), nothing)
	want(t, err, gongkai.Unauthenticated, "first_link")
	second, err := o.FirstLink(t.Context())
	ok(t, err)
	o.pass(24*time.Hour - time.Millisecond)
	_, err = o.ClaimFirst(t.Context(), second, admin(1), nothing)
	ok(t, err)
}

func TestTheLinkOfEachReplicaWorksUntilOneIsUsed(t *testing.T) {
	o := open(t, Options{})
	first, err := o.FirstLink(t.Context())
	ok(t, err)
	second, err := o.replica(t, Options{}).FirstLink(t.Context())
	ok(t, err)
	ok(t, o.FirstOpen(t.Context(), second))
	_, err = o.ClaimFirst(t.Context(), first, admin(1), nothing) // though a later start printed another
	ok(t, err)
	want(t, o.FirstOpen(t.Context(), second), gongkai.Unauthenticated, "first_link")
	if left := stored(t, o.first); len(left) != 0 {
		t.Errorf("%d links are left", len(left))
	}
}

func TestALinkIsWorthlessOnceSomebodyElseAddedAUser(t *testing.T) {
	o := open(t, Options{})
	token, err := o.FirstLink(t.Context())
	ok(t, err)
	o.add(t, "limin")
	_, err = o.ClaimFirst(t.Context(), token, admin(1), nothing)
	want(t, err, gongkai.Unauthenticated, "first_link")
}

func TestAClaimThatWasCutShortIsCompleted(t *testing.T) {
	for name, complete := range map[string]func(*office, string, func(context.Context, User) error) error{
		"by the next start": func(o *office, _ string, grant func(context.Context, User) error) error {
			return o.FinishFirst(t.Context(), grant)
		},
		"by the next use": func(o *office, token string, grant func(context.Context, User) error) error {
			if _, err := o.ClaimFirst(t.Context(), token, admin(2), grant); gongkai.CodeOf(err) != "first_link" {
				return errors.New("the link was used")
			}
			return nil
		},
	} {
		o := open(t, Options{})
		token, err := o.FirstLink(t.Context())
		ok(t, err)
		ok(t, o.FinishFirst(t.Context(), func(context.Context, User) error { return errors.New("nobody has claimed it") }))
		_, err = o.ClaimFirst(t.Context(), token, admin(1), func(context.Context, User) error { return errors.New("killed here") })
		if err == nil {
			t.Fatal("it was cut short")
		}
		var granted []string
		grant := func(_ context.Context, u User) error {
			granted = append(granted, u.Login)
			return nil
		}
		for range 3 {
			if err := complete(o, token, grant); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if len(granted) != 1 || granted[0] != "admin1" {
			t.Errorf("%s: granted to %v", name, granted)
		}
		o.signIn(t, "admin1", good)
	}
}
