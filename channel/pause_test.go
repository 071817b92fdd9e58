// Pauses, and what is left of them where a process was killed.

package channel

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"gongkai"
	"gongkai/publication"
	"gongkai/store"
	"gongkai/store/storetest"
)

// office is a ledger with a subscriber and an outlet; the test moves its clock.
type office struct {
	*testing.T
	*Channels
	now time.Time
}

func newOffice(t *testing.T) *office {
	t.Helper()
	db, err := storetest.SQLite(t, filepath.Join(t.TempDir(), "x.db"))
	o := &office{T: t, now: time.Unix(1_770_000_000, 0)}
	o.check(err)
	t.Cleanup(func() { _ = db.Close() })
	clock := func() time.Time { return o.now }
	ledger, err := OpenLedger(t.Context(), db, clock)
	o.check(err)
	subs, err := OpenSubscribers(t.Context(), db, clock)
	o.check(err)
	outlets, err := OpenOutlets(t.Context(), db, Platforms, clock)
	o.check(err)
	_, _, err = subs.Put(t.Context(), Subscriber{Meta: store.Meta{ID: "x"}, Name: "x", URL: "http://x.example/hooks"})
	o.check(err)
	_, err = outlets.Put(t.Context(), Outlet{Meta: store.Meta{ID: "paper"}, Name: "镇报", Kind: KindHand})
	o.check(err)
	o.Channels = &Channels{Subscribers: subs, Outlets: outlets, Ledger: ledger, Now: clock}
	return o
}

func (o *office) check(err error) {
	o.Helper()
	if err != nil {
		o.Fatal(err)
	}
}

func (o *office) owe(channel, item string, seq int64, want Show) Delivery {
	o.Helper()
	d, err := o.Ledger.Owe(o.Context(), channel, item, 1, seq, want)
	o.check(err)
	return d
}

// paid is a delivery that was called and took it.
func (o *office) paid(channel, item string, seq int64, want Show) Delivery {
	o.Helper()
	d, err := o.Ledger.Claim(o.Context(), o.owe(channel, item, seq, want).ID)
	o.check(err)
	d, err = o.Ledger.Settle(o.Context(), d, nil, 0)
	o.check(err)
	return d
}

// advanced does what there is to do of all bulk acts.
func (o *office) advanced() (last Bulk) {
	o.Helper()
	for range 20 {
		ids, err := o.Ledger.BulksDue(o.Context(), o.now, 10)
		o.check(err)
		if len(ids) == 0 {
			return last
		}
		last, err = o.Ledger.Advance(o.Context(), ids[0])
		o.check(err)
	}
	o.Fatal("bulk acts have no end")
	return last
}

var root = gongkai.Actor{ID: "root", Name: "root"}

func TestAnOutletIsPausedAndResumed(t *testing.T) {
	o := newOffice(t)
	ctx := t.Context()
	pause := &Pause{At: 1, By: "root", Name: "root", Why: "检修"}
	o.check(o.Pause(ctx, "out-paper", pause))
	if err := o.Pause(ctx, "out-paper", pause); gongkai.CodeOf(err) != "paused" {
		t.Error(err)
	}
	at, err := o.Place(ctx, "out-paper")
	o.check(err)
	shows, hides := o.owe("out-paper", "one", 1, Show{State: publication.Shows}), o.owe("out-paper", "two", 1, Show{State: publication.Suspended})
	if !at.Paused.Holds(shows) || at.Paused.Holds(hides) {
		t.Fatalf("%+v", at.Paused)
	}
	o.check(o.Ledger.Hold(ctx, shows))
	if err := o.Left(ctx, o.Ledger, root); err != nil || o.advanced().ID != "" {
		t.Error("what a pause holds is let go", err)
	}
	_, err = o.Resume(ctx, o.Ledger, "out-paper", root)
	o.check(err)
	if b := o.advanced(); b.State != BulkDone || b.Sent != 1 {
		t.Errorf("%+v", b)
	}
	if d, err := o.Ledger.Get(ctx, shows.ID); err != nil || !o.Ledger.IsDue(d) || d.Held != 0 {
		t.Errorf("%+v %v", d, err)
	}
}

func TestWhatNoPauseHoldsIsFreedAfterACrash(t *testing.T) {
	o := newOffice(t)
	ctx := t.Context()
	d := o.owe("sub-x", "one", 1, Show{State: publication.Shows})
	o.check(o.Pause(ctx, "sub-x", &Pause{At: 1}))
	o.check(o.Ledger.Hold(ctx, d))
	o.check(o.Pause(ctx, "sub-x", nil)) // and here it is killed
	if b := o.advanced(); b.ID != "" {
		t.Fatalf("%+v", b)
	}
	o.check(o.Left(ctx, o.Ledger, root))
	o.advanced()
	if d, err := o.Ledger.Get(ctx, d.ID); err != nil || !o.Ledger.IsDue(d) {
		t.Errorf("%+v %v", d, err)
	}
	o.check(o.Left(ctx, o.Ledger, root))
	if b := o.advanced(); b.ID != "" {
		t.Errorf("there was nothing to free: %+v", b)
	}
}

// Between the look at a delivery and what is made of it, a withdrawal takes its
// place.
func TestAWithdrawalIsNeitherHeldNorPutOffInPlaceOfWhatWasSeen(t *testing.T) {
	o := newOffice(t)
	ctx := t.Context()
	seen := o.owe("sub-x", "one", 1, Show{State: publication.Shows})
	o.owe("sub-x", "one", 2, Show{State: publication.Suspended})
	for name, err := range map[string]error{"held": o.Ledger.Hold(ctx, seen), "put off": o.Ledger.PutOff(ctx, seen, time.Hour, false), "given up": o.Ledger.PutOff(ctx, seen, 0, true)} {
		if gongkai.CodeOf(err) != "claimed" {
			t.Errorf("it is %s: %v", name, err)
		}
	}
	if d, err := o.Ledger.Get(ctx, seen.ID); err != nil || !o.Ledger.IsDue(d) || d.Held != 0 || d.State != Due {
		t.Errorf("%+v %v", d, err)
	}
}

func TestAReleaseEndsThoughTheChannelIsPausedAgain(t *testing.T) {
	o := newOffice(t)
	ctx := t.Context()
	pause := &Pause{At: 1, By: "root", Name: "root", Why: "检修"}
	o.check(o.Pause(ctx, "sub-x", pause))
	const many = 2*bulkPage + 1
	for i := range many {
		o.check(o.Ledger.Hold(ctx, o.owe("sub-x", fmt.Sprintf("item-%03d", i), 1, Show{State: publication.Shows})))
	}
	_, err := o.Resume(ctx, o.Ledger, "sub-x", root)
	o.check(err)
	o.check(o.Pause(ctx, "sub-x", pause))
	var last Bulk
	for range 10 { // what is due again is held again at once
		ids, err := o.Ledger.BulksDue(ctx, o.now, 10)
		o.check(err)
		for _, id := range ids {
			last, err = o.Ledger.Advance(ctx, id)
			o.check(err)
		}
		o.now = o.now.Add(time.Second)
		due, err := o.Ledger.DueBefore(ctx, o.now, 1000)
		o.check(err)
		for _, d := range due {
			o.check(o.Ledger.Hold(ctx, d))
		}
	}
	if last.State != BulkDone || last.Sent != many {
		t.Errorf("%+v", last)
	}
	if n, err := o.Ledger.CountHeld(ctx, "sub-x", 1000); n != many || err != nil {
		t.Errorf("%d are held: %v", n, err)
	}
}

// A worker that was slow writes down what came of its call after the delivery was
// held.
func TestWhatWasPaidIsHeldNoMore(t *testing.T) {
	o := newOffice(t)
	ctx := t.Context()
	claimed, err := o.Ledger.Claim(ctx, o.owe("sub-x", "one", 1, Show{State: publication.Shows}).ID)
	o.check(err)
	o.now = o.now.Add(2 * o.Ledger.Lease)
	o.check(o.Ledger.Hold(ctx, claimed))
	d, err := o.Ledger.Settle(ctx, claimed, nil, 0)
	o.check(err)
	if d.State != Confirmed || d.Held != 0 || d.Due != 0 {
		t.Errorf("%+v", d)
	}
}
