// One token for all workers.

package tokens_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"gongkai/channel/platform"
	"gongkai/channel/platform/tokens"
	"gongkai/store"
)

// bank gives out tokens and counts them.
type bank struct {
	*testing.T
	clock   time.Time
	a, b    *tokens.Kept // two processes
	mu      sync.Mutex
	fetched int
}

func newBank(t *testing.T) *bank {
	t.Helper()
	k := &bank{T: t, clock: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	db, err := store.OpenScratch(t.Context(), filepath.Join(t.TempDir(), "x.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	for _, to := range []**tokens.Kept{&k.a, &k.b} {
		if *to, err = tokens.Open(t.Context(), db, func() time.Time { return k.clock }); err != nil {
			t.Fatal(err)
		}
	}
	return k
}

func (k *bank) fetch(context.Context) (string, time.Duration, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.fetched++
	return fmt.Sprint("token-", k.fetched), 2 * time.Hour, nil
}

func (k *bank) wants(from *tokens.Kept, refused, want string) {
	k.Helper()
	if got, err := from.Token(k.Context(), "out-a", refused, k.fetch); got != want || err != nil {
		k.Errorf("%q %v, want %q", got, err, want)
	}
}

func TestATokenIsSharedRenewedBeforeItsEndAndReplacedWhenRefused(t *testing.T) {
	k := newBank(t)
	k.wants(k.a, "", "token-1")
	k.wants(k.b, "", "token-1")
	k.clock = k.clock.Add(115 * time.Minute)
	k.wants(k.b, "", "token-1")
	k.clock = k.clock.Add(2 * time.Minute)
	k.wants(k.b, "", "token-2")
	k.wants(k.a, "token-1", "token-2") // refused, and replaced already
	k.wants(k.a, "token-2", "token-3")
	if other, err := k.a.Token(t.Context(), "out-b", "", k.fetch); other != "token-4" || err != nil {
		t.Error("accounts have tokens of their own:", other, err)
	}
}

func TestOneRenewsWhileTheOthersUseTheOldTokenOrComeBack(t *testing.T) {
	k := newBank(t)
	inside := func(refused string) (got string, err error) {
		_, failed := k.a.Token(t.Context(), "out-a", refused, func(ctx context.Context) (string, time.Duration, error) {
			got, err = k.b.Token(ctx, "out-a", refused, k.fetch)
			return k.fetch(ctx)
		})
		if failed != nil {
			t.Fatal(failed)
		}
		return got, err
	}
	var later *platform.Error
	if _, err := inside(""); !errors.As(err, &later) || later.Class != platform.ClassTemporary || k.fetched != 1 {
		t.Error("two fetch the first:", err, k.fetched)
	}
	k.clock = k.clock.Add(117 * time.Minute)
	if got, err := inside(""); got != "token-1" || err != nil || k.fetched != 2 {
		t.Error("the old one still works:", got, err, k.fetched)
	}
}

func TestWhoDiesWhileRenewingIsReplacedAndWhoIsSlowDoesNotWin(t *testing.T) {
	k := newBank(t)
	_, err := k.a.Token(t.Context(), "out-a", "", func(ctx context.Context) (string, time.Duration, error) {
		k.clock = k.clock.Add(2 * time.Minute)
		k.wants(k.b, "", "token-1")
		return "late", time.Hour, nil
	})
	if err != nil {
		t.Error(err)
	}
	k.wants(k.a, "", "token-1")
}

func TestAFetchThatFailsIsTriedAgain(t *testing.T) {
	k := newBank(t)
	down := &platform.Error{Class: platform.ClassTemporary, Code: "connection"}
	_, err := k.a.Token(t.Context(), "out-a", "", func(context.Context) (string, time.Duration, error) { return "", 0, down })
	if !errors.Is(err, down) {
		t.Error(err)
	}
	k.wants(k.a, "", "token-1")
}

func TestManyAtOnceFetchOnce(t *testing.T) {
	k := newBank(t)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() { k.wants(k.a, "", "token-1") })
	}
	all.Wait()
}
