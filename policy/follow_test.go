// Following: other replicas, a store cut off, a change cut short.

package policy

import (
	"path/filepath"
	"sync"
	"testing"
	"time"

	"gongkai"
)

func TestAnotherProcessFollowsWithinTwoSeconds(t *testing.T) {
	path := filepath.Join(t.TempDir(), "policy.db")
	here := openOn(t, openDB(t, path), quick)
	there, err := Open(t.Context(), openDB(t, path), fixedClock)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(there.Close)
	grant(t, here, "wang", Editor, "township")
	within(t, "the grant is known there", func() bool { return ask(there, "wang", ItemSave, village) == nil })
	if here.Version() != there.Version() {
		t.Error("two versions of the same policy")
	}
	if err := here.RemoveRule(t.Context(), Rule{ID: "editor_draft"}, root); err != nil {
		t.Fatal(err)
	}
	within(t, "the rule is gone there", func() bool { return ask(there, "wang", ItemSave, village) != nil })
}

func TestWithoutItsStoreThePolicyRefusesToDecide(t *testing.T) {
	db := &failing{DB: openDB(t, filepath.Join(t.TempDir(), "policy.db"))}
	t.Parallel()
	p := openOn(t, db, wary)
	grant(t, p, "wang", Editor, "township")
	db.down.Store(true)
	mustAllow(t, ask(p, "wang", ItemSave, village)) // confirmed a moment ago
	within(t, "decisions are refused", func() bool { return ask(p, "wang", ItemSave, village) != nil })
	mustRefuse(t, ask(p, "wang", ItemSave, village), gongkai.Unavailable, "stale_policy")
	mustRefuse(t, p.Grant(t.Context(), Grant{User: "li", Role: Editor}, root), gongkai.Unavailable, "down")
	db.down.Store(false)
	mustAllow(t, ask(p, "wang", ItemSave, village)) // tries by itself, without waiting for the poll
}

func TestAClosedPolicyRefusesOnceStale(t *testing.T) {
	t.Parallel()
	p := openOn(t, openDB(t, filepath.Join(t.TempDir(), "policy.db")), wary)
	grant(t, p, "wang", Editor, "township")
	p.Close()
	within(t, "decisions are refused", func() bool { return gongkai.Is(ask(p, "wang", ItemSave, village), gongkai.Unavailable) })
}

// A process writes a grant and dies before it can tell anybody.
func TestAChangeCutShortIsNotOverlooked(t *testing.T) {
	db := openDB(t, filepath.Join(t.TempDir(), "policy.db"))
	patient := quick
	patient.orphaned = time.Hour
	p, other := openOn(t, db, patient), openOn(t, db, patient)
	if err := p.stamp(t.Context(), func(v *version) { v.Open = append(v.Open, "dead") }); err != nil {
		t.Fatal(err)
	}
	within(t, "the other one sees the change begin", func() bool { return other.now.Load().open })
	add := func(h *holder) error { h.Grants = append(h.Grants, Grant{Role: Editor}); return nil }
	if err := p.updateHolder(t.Context(), "wang", root, add); err != nil {
		t.Fatal(err)
	}
	within(t, "the other one learns of the grant", func() bool { return ask(other, "wang", ItemSave, village) == nil })
	openOn(t, db, quick)
	within(t, "the dead change is struck", func() bool {
		v, err := p.versions.Get(t.Context(), versionID)
		return err == nil && len(v.Open) == 0
	})
	within(t, "loading at every poll ends", func() bool { return !other.now.Load().open })
}

func TestDecisionsGoOnWhileRulesAndGrantsChange(t *testing.T) {
	p, _ := newPolicy(t)
	grant(t, p, "wang", Editor, "township")
	done := make(chan struct{})
	var asking sync.WaitGroup
	for range 4 {
		asking.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				if err := ask(p, "wang", ItemSave, village); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	rule := Rule{ID: "extra", Role: Editor, Act: ItemRelease, Effect: Allow, Zh: "附加", En: "extra"}
	for range 5 {
		if err := p.AddRule(t.Context(), rule, root); err != nil {
			t.Error(err)
		}
		grant(t, p, "li", Auditor, "township")
		if err := p.Revoke(t.Context(), Grant{User: "li", Role: Auditor, Unit: "township"}, root); err != nil {
			t.Error(err)
		}
	}
	close(done)
	asking.Wait()
	mustAllow(t, ask(p, "wang", ItemRelease, village))
}
