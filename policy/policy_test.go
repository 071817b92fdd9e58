// What the tests share: a small county, its people, a store that can fail.

package policy

import (
	"context"
	"errors"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"gongkai"
	"gongkai/store"
)

var (
	county   = []string{"county"}
	township = []string{"county", "township"}
	village  = []string{"county", "township", "village"}
	harbour  = []string{"county", "harbour"}
)

// quick is a pace at which tests need not wait long. What was confirmed holds as
// long as a test takes, however slow the machine is; in a wary one it does not.
var (
	quick = pace{poll: 20 * time.Millisecond, stale: time.Hour, orphaned: 200 * time.Millisecond}
	wary  = pace{poll: quick.poll, stale: 2 * time.Second, orphaned: quick.orphaned}
)

func fixedClock() time.Time { return time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC) }

func openDB(t testing.TB, path string) store.DB {
	t.Helper()
	db, err := store.OpenScratch(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func openOn(t testing.TB, db store.DB, at pace) *Policy {
	t.Helper()
	p, err := open(t.Context(), db, fixedClock, at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// newPolicy is a policy on a store of its own.
func newPolicy(t testing.TB) (*Policy, store.DB) {
	t.Helper()
	db := openDB(t, filepath.Join(t.TempDir(), "policy.db"))
	return openOn(t, db, quick), db
}

func person(id string) gongkai.Actor { return gongkai.Actor{ID: id} }

var root = person("root-admin")

func grant(t testing.TB, p *Policy, user, role, unit string) {
	t.Helper()
	if err := p.Grant(t.Context(), Grant{User: user, Role: role, Unit: unit}, root); err != nil {
		t.Fatalf("grant %s to %s: %v", role, user, err)
	}
}

func ask(p *Policy, user, act string, path []string, facts ...string) error {
	return p.Can(Request{Actor: person(user), Act: act, UnitPath: path, Facts: facts})
}

func mustAllow(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("should be allowed: %v", err)
	}
}

// mustRefuse wants a refusal of the kind and code.
func mustRefuse(t testing.TB, err error, kind gongkai.Kind, code string) {
	t.Helper()
	_ = refusal(t, err, kind, code)
}

// refusal is mustRefuse for those who look at the refusal itself.
func refusal(t testing.TB, err error, kind gongkai.Kind, code string) *gongkai.Error {
	t.Helper()
	var e *gongkai.Error
	if !errors.As(err, &e) || e.Kind != kind || e.Code != code {
		t.Fatalf("want %v %q, got: %v", kind, code, err)
	}
	return e
}

// within waits until ok, and fails after the time.
// patience is how long a test waits before it fails: many times as long as it
// takes.
const patience = 2 * time.Minute

func within(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within %v: %s", patience, what)
		}
	}
}

// failing is a store that can be cut off.
type failing struct {
	store.DB
	down atomic.Bool
}

var errDown = gongkai.E(gongkai.Unavailable, "down", "数据库不可用", "the database is down")

func (f *failing) Load(ctx context.Context, t *store.Table, id string) (store.Raw, error) {
	if f.down.Load() {
		return store.Raw{}, errDown
	}
	return f.DB.Load(ctx, t, id)
}

func (f *failing) Change(ctx context.Context, t *store.Table, id string, decide func(store.Raw) (store.Raw, error)) error {
	if f.down.Load() {
		return errDown
	}
	return f.DB.Change(ctx, t, id, decide)
}
