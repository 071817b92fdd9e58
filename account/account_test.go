// What all tests of the accounts share: a store on disk and a clock one can move.

package account

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"gongkai"
	"gongkai/store"
)

const good = "correct horse 电池 staple"

// office is one database and its accounts; now can be moved.
type office struct {
	*Accounts
	db  store.DB
	now time.Time
}

func open(t *testing.T, opt Options) *office {
	t.Helper()
	db, err := store.OpenScratch(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	o := &office{db: db, now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	o.Accounts = o.replica(t, opt)
	return o
}

// replica is a second program on the same store and clock.
func (o *office) replica(t *testing.T, opt Options) *Accounts {
	t.Helper()
	opt.Clock = func() time.Time { return o.now }
	cost := opt.Cost
	if cost == (HashCost{}) {
		opt.Cost = Demo
	}
	a, err := Open(t.Context(), o.db, opt)
	if err != nil {
		t.Fatal(err)
	}
	if cost == (HashCost{}) { // next to nothing, where it does not matter
		a.hasher.cost = HashCost{Memory: 8, Time: 1, Threads: 1}
		a.hasher.dummy = a.hasher.encode(make([]byte, saltSize), make([]byte, keySize))
	}
	return a
}

func (o *office) pass(d time.Duration) { o.now = o.now.Add(d) }

func (o *office) add(t *testing.T, login string) User {
	t.Helper()
	u, err := o.AddUser(t.Context(), NewUser{Login: login, Name: "王编辑", Unit: "county/office", Password: good})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func (o *office) signIn(t *testing.T, login, password string) string {
	t.Helper()
	_, token, err := o.SignIn(t.Context(), login, password, "192.0.2.1")
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// want fails unless err has this kind and code.
func want(t *testing.T, err error, kind gongkai.Kind, code string) {
	t.Helper()
	if !gongkai.Is(err, kind) || gongkai.CodeOf(err) != code {
		t.Fatalf("got %v, want %v %s", err, kind, code)
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// rule is the code of the first detail.
func rule(err error) string {
	if e := (*gongkai.Error)(nil); errors.As(err, &e) && len(e.Details) > 0 {
		return e.Details[0].Code
	}
	return ""
}

// stored is everything of a collection as text, to look for secrets in.
func stored[T any](t *testing.T, c *store.Collection[T]) []T {
	t.Helper()
	p, err := c.Find(context.Background(), store.Query{Limit: 1000})
	ok(t, err)
	return p.Docs
}
