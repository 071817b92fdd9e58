// Checkpoints: signed, chained, and every kind of tampering with a trail that has some.

package audit

import (
	"crypto/ed25519"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gongkai"
	"gongkai/store"
)

var (
	ourKey   = ed25519.NewKeyFromSeed([]byte(strings.Repeat("k", ed25519.SeedSize)))
	otherKey = ed25519.NewKeyFromSeed([]byte(strings.Repeat("o", ed25519.SeedSize)))
	worker   = gongkai.Actor{ID: "worker", Name: "后台任务"}
)

func (d *desk) sign(t testing.TB, key ed25519.PrivateKey) Checkpoint {
	t.Helper()
	c, err := d.Sign(t.Context(), Signing{Key: key, NewKey: false, By: worker})
	ok(t, err)
	return c
}

// nights writes six entries and signs after every second: the trail is then
// 1 2 *3 4 5 *6 7 8 *9, the starred ones name the checkpoints.
func (d *desk) nights(t testing.TB) (signed []Checkpoint) {
	for i := range 6 {
		ok(t, d.Append(t.Context(), passed(i)))
		if i%2 == 1 {
			signed = append(signed, d.sign(t, ourKey))
		}
	}
	return signed
}

// recompute chains the whole trail anew after a change, as somebody does who
// has read this package and has the database password; nil takes an entry out.
func (d *desk) recompute(t testing.TB, change func(*Entry) *Entry) {
	t.Helper()
	var all []Entry
	ok(t, d.each(t.Context(), func(e *Entry) { all = append(all, *e) }))
	var head Head
	for _, e := range all {
		ok(t, d.entries.Delete(t.Context(), e.ID, 0))
	}
	for i := range all {
		e := change(&all[i])
		if e == nil {
			continue
		}
		ok(t, e.after(head))
		_, err := d.entries.Insert(t.Context(), *e)
		ok(t, err)
		head = Head{e.N, e.Hash}
	}
	_, err := d.head.Update(t.Context(), headID, 0, func(h *headDoc) error { h.Head = head; return nil })
	ok(t, err)
}

func (d *desk) editCheckpoint(t testing.TB, seq int64, change func(*Checkpoint)) {
	t.Helper()
	_, err := d.checkpoints.Update(t.Context(), entryID(seq), 0, func(doc *checkpointDoc) error { change(&doc.Checkpoint); return nil })
	ok(t, err)
}

// resign makes the first checkpoints anew, for the trail as it stands now.
func (d *desk) resign(t testing.TB, key ed25519.PrivateKey, seqs ...int64) {
	t.Helper()
	all, prev := d.all(t), ""
	for _, seq := range seqs {
		d.editCheckpoint(t, seq, func(c *Checkpoint) {
			c.Prev, c.Hash = prev, all[c.N-1].Hash
			ok(t, c.sign(key))
			prev, _ = c.Digest()
		})
	}
}

func TestCheckpointsAreSignedAndChained(t *testing.T) {
	d := open(t)
	_, err := d.Sign(t.Context(), Signing{Key: ourKey, NewKey: false, By: worker})
	want(t, err, gongkai.Blocked, "audit_empty")
	signed := d.nights(t)
	if signed[0].Prev != "" || signed[0].N != 2 || signed[1].N != 5 || signed[2].Seq != 3 {
		t.Fatal(signed)
	}
	if digest, _ := signed[0].Digest(); signed[1].Prev != digest || !signed[0].Signed() || signed[0].Key != PublicKey(ourKey) {
		t.Fatal(signed)
	}
	r, err := d.VerifyAgainst(t.Context(), Evidence{Checkpoints: signed, Keys: []string{PublicKey(ourKey)}})
	if err != nil || !r.OK() || r.Checkpoints != 3 || r.Count != 9 {
		t.Fatal(r, err)
	}
}

// The form of a checkpoint is a promise as well: exported ones are kept for years.
func TestTheFormOfACheckpointNeverChanges(t *testing.T) {
	c := Checkpoint{Seq: 2, N: 5, Hash: "ab", At: 1772442000000, Prev: "cd"}
	ok(t, c.sign(ourKey))
	digest, err := c.Digest()
	ok(t, err)
	// printf '%s' '{"prev":"cd","record":{"at":1772442000000,"hash":"ab","key":"gyClGXfYw4yopJJ8Zw31gh5El2GUXhXp77JqFQnSMOo","n":5,"seq":2}}' | sha256sum
	if digest != "0cf5ae1855e034bc14a697ec1b09d50d7e8e727edcbbce9c13d65f426d4b5416" || c.Key != "gyClGXfYw4yopJJ8Zw31gh5El2GUXhXp77JqFQnSMOo" || c.Signature != "TlwCkVukD10WHJ5qq0V_9w-1MORaopFrvbeH68IzmS_bl9uG00Ufet8GM6ZGrPXAqlp8_SS7uC1q_lOv2Q60CQ" {
		t.Fatal(digest, c.Key, c.Signature)
	}
}

func TestAnotherKeyIsTakenOnlyWhenAskedFor(t *testing.T) {
	d := open(t)
	d.write(t, 1)
	first := d.sign(t, ourKey)
	_, err := d.Sign(t.Context(), Signing{Key: otherKey, NewKey: false, By: worker})
	want(t, err, gongkai.Blocked, "audit_other_key")
	second, err := d.Sign(t.Context(), Signing{Key: otherKey, NewKey: true, By: worker})
	if err != nil || second.Seq != 2 || second.Key == first.Key {
		t.Fatal(second, err)
	}
	both := []string{first.Key, second.Key}
	if r, err := d.VerifyAgainst(t.Context(), Evidence{Keys: both}); err != nil || !r.OK() {
		t.Fatal(codes(r), err)
	}
	if r, err := d.VerifyAgainst(t.Context(), Evidence{Keys: both[:1]}); err != nil || codes(r) != "2 checkpoint_key" {
		t.Fatal(codes(r), err)
	}
}

func TestProcessesThatSignAtOnceMakeOneChain(t *testing.T) {
	d := open(t)
	d.write(t, 3)
	var wg sync.WaitGroup
	for range 4 {
		trail := d.replica(t)
		wg.Go(func() {
			for range 3 {
				if _, err := trail.Sign(t.Context(), Signing{Key: ourKey, NewKey: false, By: worker}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 5 { // and somebody verifies meanwhile
		if r := d.verified(t); !r.OK() {
			t.Error(codes(r))
		}
	}
	wg.Wait()
	if r := d.verified(t); !r.OK() || r.Checkpoints != 12 {
		t.Fatal(codes(r), r.Checkpoints)
	}
}

// Somebody else signs just when one has read what to sign: that is no tampering,
// and both checkpoints are made.
func TestWhoIsOvertakenWhileSigningSignsTheNextOne(t *testing.T) {
	d := open(t)
	d.write(t, 3)
	other := d.replica(t)
	overtaken := false
	slow, err := Open(t.Context(), d.db, func() time.Time {
		if !overtaken {
			overtaken = true
			ok(t, other.Append(t.Context(), passed(9)))
			_, err := other.Sign(t.Context(), Signing{Key: ourKey, By: worker})
			ok(t, err)
		}
		return d.now
	})
	ok(t, err)
	_, err = slow.Sign(t.Context(), Signing{Key: ourKey, By: worker})
	ok(t, err)
	if r := d.verified(t); !overtaken || !r.OK() || r.Checkpoints != 2 {
		t.Fatal(overtaken, codes(r), r.Checkpoints)
	}
}

// A crash between a checkpoint and the entry that names it is no tampering.
func TestACheckpointThatTheTrailDoesNotNameYetIsWhole(t *testing.T) {
	d := open(t)
	d.write(t, 2)
	_, err := d.Trail.sign(t.Context(), Signing{Key: ourKey, By: worker}, Begin{})
	ok(t, err)
	if r := d.verified(t); !r.OK() {
		t.Fatal(codes(r))
	}
}

// TestTamperingWithASignedTrail is done by somebody who may write the database,
// and chains everything anew, but has not got the key.
func TestTamperingWithASignedTrail(t *testing.T) {
	forge := func(e *Entry) *Entry {
		if e.N == 4 {
			e.Actor = "u9"
		}
		return e
	}
	same := func(e *Entry) *Entry { return e }
	without := func(n int64) func(*Entry) *Entry {
		return func(e *Entry) *Entry {
			if e.N == n {
				return nil
			}
			return e
		}
	}
	cut := func(e *Entry) *Entry {
		if e.N > 6 {
			return nil
		}
		return e
	}
	unnamed := func(e *Entry) *Entry {
		if e.Act == ActCheckpoint {
			return nil
		}
		return forge(e)
	}
	drop := func(t *testing.T, d *desk, seqs ...int64) {
		for _, seq := range seqs {
			ok(t, d.checkpoints.Delete(t.Context(), entryID(seq), 0))
		}
	}
	for name, c := range map[string]struct {
		do     func(*testing.T, *desk)
		inside string // found with what the store holds and the public key
		kept   string // found with the exported checkpoints as well
	}{
		"nothing":              {func(*testing.T, *desk) {}, "", ""},
		"recomputed unchanged": {func(t *testing.T, d *desk) { d.recompute(t, same) }, "", ""},
		"an entry changed and all recomputed": {func(t *testing.T, d *desk) { d.recompute(t, forge) },
			"5 signed, 8 signed", "5 signed, 8 signed"},
		"an entry removed and all recomputed": {func(t *testing.T, d *desk) { d.recompute(t, without(4)) },
			"5 signed, 8 signed", "5 signed, 8 signed"},
		"two entries swapped and all recomputed": {func(t *testing.T, d *desk) {
			all := d.all(t)
			d.recompute(t, func(e *Entry) *Entry {
				if e.N == 4 || e.N == 5 {
					return &all[8-e.N]
				}
				return e
			})
		}, "5 signed, 8 signed", "5 signed, 8 signed"},
		"the tail cut off, the head set back": {func(t *testing.T, d *desk) { d.recompute(t, cut) },
			"7 removed", "7 removed"},
		"the tail cut off with its checkpoint": {func(t *testing.T, d *desk) { d.recompute(t, cut); drop(t, d, 3) },
			"", "7 removed, 3 checkpoint_removed"},
		"the first checkpoint removed": {func(t *testing.T, d *desk) { drop(t, d, 1) },
			"1 checkpoint_removed", "1 checkpoint_removed"},
		"a checkpoint removed": {func(t *testing.T, d *desk) { drop(t, d, 2) },
			"2 checkpoint_removed", "2 checkpoint_removed"},
		"the last checkpoint removed": {func(t *testing.T, d *desk) { drop(t, d, 3) },
			"3 checkpoint_removed", "3 checkpoint_removed"},
		"all checkpoints removed": {func(t *testing.T, d *desk) { drop(t, d, 1, 2, 3) },
			"1 checkpoint_removed, 2 checkpoint_removed, 3 checkpoint_removed", "1 checkpoint_removed, 2 checkpoint_removed, 3 checkpoint_removed"},
		"all checkpoints removed, unnamed, and all recomputed": {func(t *testing.T, d *desk) { d.recompute(t, unnamed); drop(t, d, 1, 2, 3) },
			"", "5 signed, 7 removed, 1 checkpoint_removed, 2 checkpoint_removed, 3 checkpoint_removed"},
		"a checkpoint changed": {func(t *testing.T, d *desk) {
			d.editCheckpoint(t, 2, func(c *Checkpoint) { c.At++ })
		}, "2 checkpoint_changed, 3 checkpoint_unlinked, 2 checkpoint_replaced", "2 checkpoint_changed, 3 checkpoint_unlinked, 2 checkpoint_replaced"},
		"another signature in a checkpoint": {func(t *testing.T, d *desk) {
			d.editCheckpoint(t, 2, func(c *Checkpoint) { c.Signature = strings.Repeat("A", len(c.Signature)) })
		}, "2 checkpoint_changed", "2 checkpoint_changed"},
		"two checkpoints swapped": {func(t *testing.T, d *desk) {
			var one, two Checkpoint
			d.editCheckpoint(t, 1, func(c *Checkpoint) { one = *c })
			d.editCheckpoint(t, 2, func(c *Checkpoint) { two = *c; *c = one })
			d.editCheckpoint(t, 1, func(c *Checkpoint) { *c = two })
		}, "1 checkpoint_changed, 1 checkpoint_unlinked, 2 checkpoint_changed, 2 checkpoint_unlinked, 3 checkpoint_unlinked, 1 checkpoint_replaced, 2 checkpoint_replaced",
			"1 checkpoint_changed, 1 checkpoint_unlinked, 2 checkpoint_changed, 2 checkpoint_unlinked, 3 checkpoint_unlinked, 1 checkpoint_replaced, 2 checkpoint_replaced"},
		"all recomputed and signed with another key": {func(t *testing.T, d *desk) { d.recompute(t, forge); d.resign(t, otherKey, 1, 2, 3) },
			"1 checkpoint_key, 2 checkpoint_key, 3 checkpoint_key, 1 checkpoint_replaced, 2 checkpoint_replaced, 3 checkpoint_replaced",
			"1 checkpoint_key, 2 checkpoint_key, 3 checkpoint_key, 1 checkpoint_replaced, 2 checkpoint_replaced, 3 checkpoint_replaced, 5 signed, 8 signed"},
		"all recomputed and signed by a thief of our key": {func(t *testing.T, d *desk) { d.recompute(t, unnamed); drop(t, d, 3); d.resign(t, ourKey, 1, 2) },
			"", "5 signed, 7 removed, 2 checkpoint_replaced, 3 checkpoint_removed"},
		"a checkpoint beside the numbers": {func(t *testing.T, d *desk) {
			_, err := d.checkpoints.Insert(t.Context(), checkpointDoc{store.Meta{ID: "x"}, Checkpoint{Seq: 4}})
			ok(t, err)
		}, "0 checkpoint_changed, 0 checkpoint_unlinked", "0 checkpoint_changed, 0 checkpoint_unlinked"},
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t)
			exported := d.nights(t)
			c.do(t, d)
			keys := []string{PublicKey(ourKey)}
			for _, look := range []struct {
				kept Evidence
				want string
			}{{Evidence{Keys: keys}, c.inside}, {Evidence{Keys: keys, Checkpoints: exported}, c.kept}} {
				r, err := d.VerifyAgainst(t.Context(), look.kept)
				ok(t, err)
				if !sameCodes(codes(r), look.want) {
					t.Errorf("with %d exported: found %q, want %q", len(look.kept.Checkpoints), codes(r), look.want)
				}
				for _, p := range r.Problems {
					if p.Zh == "" || !strings.Contains(p.En, "checkpoint") && !strings.HasPrefix(p.En, "entry") {
						t.Error(p)
					}
				}
			}
		})
	}
}

func sameCodes(got, want string) bool {
	a, b := strings.Split(got, ", "), strings.Split(want, ", ")
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}
