package account

import (
	"context"
	"testing"
	"time"

	"gongkai"
)

func TestAPasswordIsOnePasswordOnEveryKeyboard(t *testing.T) {
	h, err := newHasher(Demo, 64)
	ok(t, err)
	stored, err := h.hash(t.Context(), "Abc１２３４５６7é")
	ok(t, err)
	for password, want := range map[string]bool{"Abc1234567é": true, "Abc1234567e\u0301": true, "abc1234567é": false, "": false} {
		got, err := h.verify(t.Context(), stored, password)
		if err != nil || got != want {
			t.Fatalf("%q: %v %v", password, got, err)
		}
	}
	again, _ := h.hash(t.Context(), "Abc１２３４５６7é")
	if again == stored {
		t.Fatal("two hashes of one password are the same: no salt")
	}
}

func TestNothingMatchesAnUnknownLogin(t *testing.T) {
	h, err := newHasher(Demo, 64)
	ok(t, err)
	got, err := h.verify(t.Context(), "", "")
	if err != nil || got {
		t.Fatal(got, err)
	}
}

func TestAHashThatCannotBeReadIsNotAMatch(t *testing.T) {
	h, err := newHasher(Demo, 64)
	ok(t, err)
	for _, stored := range []string{"x", "$argon2i$v=19$m=19456,t=2,p=1$AAAA$AAAA", "$argon2id$v=16$m=19456,t=2,p=1$AAAA$AAAA",
		"$argon2id$v=19$m=19456,t=0,p=0$AAAA$AAAA", "$argon2id$v=19$m=19456,t=2,p=1$AAAA$", "$argon2id$v=19$m=19456,t=2,p=1$!$AAAA"} {
		got, err := h.verify(t.Context(), stored, "")
		want(t, err, gongkai.Internal, "hash_form")
		if got {
			t.Fatal(stored)
		}
	}
}

func TestACostBelowTheSafeMinimumIsRefused(t *testing.T) {
	for _, c := range []HashCost{{Memory: 1024, Time: 2, Threads: 1}, {Memory: Demo.Memory, Time: 1, Threads: 1}, {Memory: Demo.Memory, Time: 2}} {
		_, err := newHasher(c, 256)
		want(t, err, gongkai.Invalid, "hash_cost")
	}
}

func TestHashesInProgressKeepToTheirMemory(t *testing.T) {
	h, err := newHasher(HashCost{Memory: 64 * 1024, Time: 2, Threads: 1}, 100)
	ok(t, err)
	if cap(h.slots) != 1 {
		t.Fatalf("%d hashes of 64 MiB at once in 100 MiB", cap(h.slots))
	}
	h.slots <- struct{}{} // the only place is taken: the next one waits, and gives up with its request
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := h.hash(ctx, good); err == nil {
		t.Fatal("a second hash began")
	}
}

func BenchmarkHash(b *testing.B) {
	for name, cost := range map[string]HashCost{"default": Default, "demo": Demo} {
		b.Run(name, func(b *testing.B) {
			h, _ := newHasher(cost, 256)
			for b.Loop() {
				_, _ = h.hash(b.Context(), good)
			}
		})
	}
}
