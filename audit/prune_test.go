// Pruning: what is kept at least, the signed beginning, and what an adversary
// makes of it.

package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"gongkai"
	"gongkai/store"
)

const day = 24 * time.Hour

// aged has entries of eight months, one each ten days, and checkpoints between:
// 1 to 24 are acts and signatures.
func aged(t testing.TB) *desk {
	d := open(t)
	d.now = time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)
	for i := range 24 {
		if ok(t, d.Append(t.Context(), passed(i))); i%8 == 7 {
			d.sign(t, ourKey)
		}
		d.now = d.now.Add(10 * day)
	}
	return d
}

func (d *desk) prune(t testing.TB) Pruned {
	t.Helper()
	begin, err := d.Prunable(t.Context(), MinKeep)
	ok(t, err)
	p, err := d.Prune(t.Context(), begin, Signing{Key: ourKey, By: worker})
	ok(t, err)
	return p
}

func (d *desk) against(t testing.TB, kept Evidence) string {
	t.Helper()
	r, err := d.VerifyAgainst(t.Context(), kept)
	ok(t, err)
	return codes(r)
}

var ours = Evidence{Keys: []string{PublicKey(ourKey)}}

func TestPruningLeavesASignedBeginning(t *testing.T) {
	d := aged(t)
	before, _, err := d.Checkpoints(t.Context(), "", 50)
	ok(t, err)
	p := d.prune(t)
	if p.Count != 6 || p.BeginN != 6 || !p.Signed() || p.Until != gongkai.Millis(d.now.Add(-MinKeep)) {
		t.Fatal(p)
	}
	all := d.all(t)
	last := all[len(all)-1]
	if all[0].N != 7 || all[0].Prev != p.BeginHash || last.Act != ActPrune || last.Actor != worker.ID || last.Detail["begin"] != "6" {
		t.Fatal(all[0], last)
	}
	if got := d.against(t, Evidence{Keys: ours.Keys, Checkpoints: before}); got != "" {
		t.Fatal(got)
	}
	d.write(t, 2) // it goes on
	d.sign(t, ourKey)
	_, err = d.Prunable(t.Context(), MinKeep)
	want(t, err, gongkai.Blocked, "audit_nothing_to_prune")
	d.now = d.now.Add(30 * day)
	if p = d.prune(t); p.BeginN != 10 || p.Count != 4 || d.against(t, ours) != "" {
		t.Fatal(p, d.against(t, ours))
	}
}

func TestNothingGoesBeforeSixMonths(t *testing.T) {
	d := aged(t)
	_, err := d.Prunable(t.Context(), MinKeep-time.Millisecond)
	want(t, err, gongkai.Invalid, "audit_keep")
	begin, err := d.Prunable(t.Context(), MinKeep)
	ok(t, err)
	all := d.all(t)
	for name, forged := range map[string]Begin{
		"a later entry":   {all[9].N, all[9].Hash, begin.Until},
		"a later time":    {all[9].N, all[9].Hash, all[9].At + 1},
		"another hash":    {begin.BeginN, all[9].Hash, begin.Until},
		"nothing at all":  {0, "", begin.Until},
		"what is not yet": {999, "", begin.Until},
	} {
		if _, err := d.Prune(t.Context(), forged, Signing{Key: ourKey, By: worker}); err == nil {
			t.Errorf("%s was pruned", name)
		}
	}
	if len(d.all(t)) != len(all) {
		t.Fatal("entries are gone")
	}
}

// A machine whose clock is five minutes ahead or behind changes neither the
// order nor what is whole; pruning ends before the first entry that is to stay.
func TestClocksThatDifferChangeNoOrder(t *testing.T) {
	d := open(t)
	ahead, err := Open(t.Context(), d.db, func() time.Time { return d.now.Add(5 * time.Minute) })
	ok(t, err)
	behind, err := Open(t.Context(), d.db, func() time.Time { return d.now.Add(-5 * time.Minute) })
	ok(t, err)
	for i := range 12 {
		one := passed(0)
		one.Detail["step"] = fmt.Sprint(i + 1)
		ok(t, []*Trail{ahead, d.Trail, behind}[i%3].Append(t.Context(), one))
		if i%5 == 4 {
			_, err := []*Trail{behind, ahead}[i%2].Sign(t.Context(), Signing{Key: ourKey, By: worker})
			ok(t, err)
		}
		d.now = d.now.Add(time.Minute)
	}
	page, err := d.Find(t.Context(), Filter{Object: "item0"})
	ok(t, err)
	for i, e := range page.Entries {
		if e.Detail["step"] != fmt.Sprint(12-i) {
			t.Fatal("the acts on an item are out of order:", page.Entries)
		}
	}
	if got := d.against(t, ours); got != "" {
		t.Fatal(got)
	}
	d.now = d.now.Add(MinKeep - 6*time.Minute)
	p := d.prune(t)
	for _, e := range d.all(t)[:1] {
		if e.At < p.Until || e.N != p.BeginN+1 {
			t.Fatal(p, e)
		}
	}
	if got := d.against(t, ours); got != "" || p.BeginN == 0 || p.BeginN > 11 {
		t.Fatal(got, p)
	}
}

// Another process prunes just when one has read where the trail begins: that is
// no tampering, and nothing is pruned twice.
func TestWhoIsOvertakenByAPruningFindsNothingForged(t *testing.T) {
	for name, do := range map[string]func(*testing.T, *Trail, Begin){
		"signing": func(t *testing.T, slow *Trail, _ Begin) {
			_, err := slow.Sign(t.Context(), Signing{Key: ourKey, By: worker})
			ok(t, err)
		},
		"looking what can go": func(t *testing.T, slow *Trail, begin Begin) {
			next, err := slow.Prunable(t.Context(), MinKeep)
			if ok(t, err); next.BeginN <= begin.BeginN {
				t.Fatal(next)
			}
		},
		"pruning": func(t *testing.T, slow *Trail, begin Begin) {
			_, err := slow.Prune(t.Context(), begin, Signing{Key: ourKey, By: worker})
			want(t, err, gongkai.Blocked, "audit_nothing_to_prune")
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := aged(t)
			d.now = d.now.Add(365 * day) // what was signed last goes too
			begin, err := d.Prunable(t.Context(), MinKeep)
			ok(t, err)
			overtaken := false
			slow, err := Open(t.Context(), d.db, func() time.Time {
				if !overtaken {
					overtaken = true
					d.prune(t)
				}
				return d.now
			})
			ok(t, err)
			if do(t, slow, begin); !overtaken || d.against(t, ours) != "" {
				t.Fatal(overtaken, d.against(t, ours))
			}
			signed, _, err := d.Checkpoints(t.Context(), "", 50)
			ok(t, err)
			if signed[0].BeginN > 0 && len(signed) != 4 || len(signed) > 5 {
				t.Fatal(signed)
			}
		})
	}
}

// Where nobody did anything for a year all is old: the newest stays, or no
// signature would ever follow the last.
func TestTheNewestEntryStays(t *testing.T) {
	d := aged(t)
	d.now = d.now.Add(365 * day)
	if p := d.prune(t); p.BeginN != 26 || p.Count != 26 {
		t.Fatal(p)
	}
	d.sign(t, ourKey)
	if got := d.against(t, ours); got != "" {
		t.Fatal(got)
	}
}

func TestWhatWasTamperedWithIsNotPruned(t *testing.T) {
	d := aged(t)
	_, err := d.entries.Update(t.Context(), entryID(3), 0, func(e *Entry) error { e.Actor = "u9"; return nil })
	ok(t, err)
	_, err = d.Prunable(t.Context(), MinKeep)
	want(t, err, gongkai.Blocked, "audit_broken")
}

func TestAPruningThatWasCutShortIsGoneOnWith(t *testing.T) {
	d := aged(t)
	begin, err := d.Prunable(t.Context(), MinKeep)
	ok(t, err)
	_, err = d.signed(t.Context(), Signing{Key: ourKey, By: worker}, begin)
	ok(t, err)
	for n := range int64(3) { // and here the process dies
		ok(t, d.entries.Delete(t.Context(), entryID(n+1), 0))
	}
	if got := d.against(t, ours); got != "" {
		t.Fatal(got)
	}
	if n, err := d.FinishPruning(t.Context()); err != nil || n != 3 {
		t.Fatal(n, err)
	}
	if got := d.against(t, ours); got != "" {
		t.Fatal(got)
	}
}

// TestTamperingWithAPrunedTrail is done by somebody who may write the database
// and has not got the key.
func TestTamperingWithAPrunedTrail(t *testing.T) {
	drop := func(t *testing.T, d *desk, ns ...int64) {
		for _, n := range ns {
			ok(t, d.entries.Delete(t.Context(), entryID(n), 0))
		}
	}
	for name, c := range map[string]struct {
		do   func(*testing.T, *desk)
		want string
	}{
		"nothing":            {func(*testing.T, *desk) {}, ""},
		"more cut off":       {func(t *testing.T, d *desk) { drop(t, d, 7, 8) }, "7 removed"},
		"one of those after": {func(t *testing.T, d *desk) { drop(t, d, 8) }, "8 removed"},
		"its checkpoint removed": {func(t *testing.T, d *desk) {
			ok(t, d.checkpoints.Delete(t.Context(), entryID(4), 0))
		}, "1 removed, 4 checkpoint_removed"},
		"a later beginning written into it": {func(t *testing.T, d *desk) {
			all := d.all(t)
			d.editCheckpoint(t, 4, func(c *Checkpoint) { c.BeginN, c.BeginHash = all[1].N, all[1].Hash })
			drop(t, d, 7, 8)
		}, "1 removed, 4 checkpoint_changed, 4 checkpoint_replaced"},
		"a beginning of one's own, signed with another key": {func(t *testing.T, d *desk) {
			all := d.all(t)
			last, _, err := d.LastCheckpoint(t.Context())
			ok(t, err)
			own := last
			own.Seq, own.Begin = last.Seq+1, Begin{all[1].N, all[1].Hash, 1}
			own.Prev, err = last.Digest()
			ok(t, err)
			ok(t, own.sign(otherKey))
			_, err = d.checkpoints.Insert(t.Context(), checkpointDoc{store.Meta{ID: entryID(own.Seq)}, own})
			ok(t, err)
			ok(t, d.name(t.Context(), own, Signing{By: worker}))
			drop(t, d, 7, 8)
		}, "7 removed, 5 checkpoint_key"},
		"an old entry put back": {func(t *testing.T, d *desk) {
			e := passed(1)
			ok(t, e.after(Head{4, strings.Repeat("0", 64)}))
			_, err := d.entries.Insert(t.Context(), e)
			ok(t, err)
		}, "6 removed"},
		"the last pruned one put back with other words": {func(t *testing.T, d *desk) {
			e := passed(1)
			ok(t, e.after(Head{5, strings.Repeat("0", 64)}))
			_, err := d.entries.Insert(t.Context(), e)
			ok(t, err)
		}, "6 signed, 7 unlinked"},
		"everything gone": {func(t *testing.T, d *desk) {
			for _, e := range d.all(t) {
				drop(t, d, e.N)
			}
		}, "7 removed"},
	} {
		t.Run(name, func(t *testing.T) {
			d := aged(t)
			d.prune(t)
			c.do(t, d)
			if got := d.against(t, ours); !sameCodes(got, c.want) {
				t.Fatalf("found %q, want %q", got, c.want)
			}
		})
	}
}

// Whoever rewrites the trail and waits for the night gets no signature.
func TestAHeadThatDoesNotContinueWhatWasSignedIsNotSigned(t *testing.T) {
	for name, forge := range map[string]func(*desk){
		"before the last checkpoint": func(d *desk) {
			d.recompute(t, func(e *Entry) *Entry {
				if e.N == 2 {
					e.Actor = "u9"
				}
				return e
			})
		},
		"after it": func(d *desk) {
			_, err := d.entries.Update(t.Context(), entryID(11), 0, func(e *Entry) error { e.Actor = "u9"; return nil })
			ok(t, err)
		},
		"one taken out": func(d *desk) { ok(t, d.entries.Delete(t.Context(), entryID(11), 0)) },
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t)
			d.nights(t)
			d.write(t, 3)
			forge(d)
			_, err := d.Sign(t.Context(), Signing{Key: ourKey, By: worker})
			want(t, err, gongkai.Blocked, "audit_broken")
			c, err := d.Sign(t.Context(), Signing{Key: ourKey, By: worker, Broken: true})
			all := d.all(t)
			if err != nil || c.Seq != 4 || all[len(all)-1].Detail["broken"] != "true" {
				t.Fatal(c, err)
			}
		})
	}
}

// exported is the trail of a desk in a form.
func (d *desk) exported(t testing.TB, form string, f Filter) string {
	t.Helper()
	var out bytes.Buffer
	_, err := d.Export(t.Context(), &out, form, f)
	ok(t, err)
	return out.String()
}

func offlineCodes(t *testing.T, file string, kept Evidence) (ExportReport, string) {
	t.Helper()
	r, err := VerifyExport(strings.NewReader(file), kept)
	ok(t, err)
	return r, codes(Report{Problems: r.Problems})
}

func TestAnExportVerifiesWithoutTheStore(t *testing.T) {
	d := aged(t)
	odd := Entry{Actor: "u1", ActorName: "=1+1", Act: "pass", Object: "'x", Unit: "-", Detail: map[string]string{"reason": "一，\"二\"\n三"}}
	ok(t, d.Append(t.Context(), odd, Entry{Actor: "u1", Act: "pass"}))
	signed := d.sign(t, ourKey)
	for _, form := range []string{JSONL, CSV} {
		kept := ours
		kept.Checkpoints = []Checkpoint{signed}
		if r, got := offlineCodes(t, d.exported(t, form, Filter{}), kept); got != "" || r.Entries != 30 || r.Signed != 29 || !r.Whole {
			t.Errorf("%s: %q %+v", form, got, r)
		}
		if r, got := offlineCodes(t, d.exported(t, form, Filter{Object: "item1"}), kept); got != "" || r.Entries != 8 || r.Signed != 0 || r.Whole {
			t.Errorf("%s of one object: %q %+v", form, got, r)
		}
	}
	// a part by time goes on to the next checkpoint, which covers it
	all := d.all(t)
	r, got := offlineCodes(t, d.exported(t, JSONL, Filter{From: all[3].At, To: all[5].At}), ours)
	if got != "" || r.First != 4 || r.Last != 8 || r.Signed != 8 || r.Checkpoints != 1 {
		t.Errorf("%q %+v", got, r)
	}
	d.prune(t)
	if r, got := offlineCodes(t, d.exported(t, JSONL, Filter{}), ours); got != "" || r.First != 7 {
		t.Errorf("after a pruning: %q %+v", got, r)
	}
	_, err := d.Export(t.Context(), &bytes.Buffer{}, "doc", Filter{})
	want(t, err, gongkai.Invalid, "audit_form_unknown")
	_, err = VerifyExport(strings.NewReader("no such thing\n"), ours)
	want(t, err, gongkai.Invalid, "audit_no_export")
}

// Whoever changes anything in an export is found.
func TestEveryChangeOfAnExportIsFound(t *testing.T) {
	d := open(t)
	d.nights(t)
	file := d.exported(t, JSONL, Filter{})
	lines := strings.SplitAfter(strings.TrimSuffix(file, "\n"), "\n")
	join := func(l ...string) string { return strings.Join(l, "") }
	for i := range lines {
		without := join(lines[:i]...) + join(lines[i+1:]...)
		if r, err := VerifyExport(strings.NewReader(without), ours); err == nil && r.OK() {
			t.Errorf("line %d taken out: nothing found", i+1)
		}
		if i+1 < len(lines) {
			swapped := join(lines[:i]...) + lines[i+1] + lines[i] + join(lines[i+2:]...)
			if r, err := VerifyExport(strings.NewReader(swapped), ours); err == nil && r.OK() {
				t.Errorf("lines %d and %d swapped: nothing found", i+1, i+2)
			}
		}
		for at := 0; at < len(lines[i]); at += 29 {
			changed := []byte(file)
			changed[len(join(lines[:i]...))+at] ^= 1
			if r, err := VerifyExport(bytes.NewReader(changed), ours); err == nil && r.OK() {
				t.Errorf("byte %d of line %d changed: nothing found", at, i+1)
			}
		}
	}
}

// An excerpt need not be whole; one that calls itself whole at its end has to be
// all the same.
func TestAnExportHasOneHead(t *testing.T) {
	d := open(t)
	d.nights(t)
	lines := strings.SplitAfter(strings.TrimSuffix(d.exported(t, JSONL, Filter{}), "\n"), "\n")
	head, entries := lines[0], lines[4:len(lines)-1]
	forged := strings.Replace(head, `"whole":true`, `"whole":false`, 1) + strings.Join(lines[1:4], "") + entries[0] + strings.Join(entries[2:7], "") + head + strings.Join(entries[7:], "")
	end, err := json.Marshal(exportEnd{int64(len(entries) - 1), fmt.Sprintf("%x", sha256.Sum256([]byte(forged)))})
	ok(t, err)
	if r, err := VerifyExport(strings.NewReader(forged+string(end)+"\n"), ours); gongkai.CodeOf(err) != "audit_export_line" {
		t.Errorf("an entry was taken out: %v %+v", err, r)
	}
}

func TestATimeWithoutEntriesIsExportedEmpty(t *testing.T) {
	d := aged(t)
	for _, form := range []string{JSONL, CSV} {
		if r, got := offlineCodes(t, d.exported(t, form, Filter{From: 1, To: 2}), ours); got != "" || r.Entries != 0 {
			t.Errorf("%s: %q %+v", form, got, r)
		}
	}
}
