// Many deliveries of outlets: looked up, few at a time.

package channel

import (
	"fmt"
	"testing"
	"time"

	"gongkai"
	"gongkai/channel/platform"
	"gongkai/publication"
)

func TestOutletsAreLookedUpInBulkAFewAtATime(t *testing.T) {
	o := newOffice(t)
	ctx := t.Context()
	for i := range 40 {
		item := fmt.Sprintf("item-%02d", i)
		d := o.paid("out-paper", item, 1, Show{State: publication.Shows, Digest: "a"})
		_, err := o.Ledger.update(ctx, d.ID, func(d *Delivery) error {
			d.put(platform.Post{Mark: "m", State: platform.Live, Digest: "a", Begun: 1})
			return nil
		})
		o.check(err)
		o.paid("sub-x", item, 1, Show{State: publication.Shows, Digest: "a"})
	}
	o.now = o.now.Add(time.Minute)
	begin := func(a Asked, everything bool) Bulk {
		t.Helper()
		b, err := o.Resend(ctx, o.Ledger, nil, a, everything, "平台丢失", root)
		o.check(err)
		b, err = o.Ledger.Advance(ctx, b.ID)
		o.check(err)
		return b
	}
	if b := begin(Asked{}, true); b.Sent != 40 || b.Looked != 80 {
		t.Errorf("outlets that nobody asked for: %+v", b)
	}
	b := begin(Asked{Kind: KindOutlet}, false)
	if b.Sent != postUnder || b.State != BulkRunning {
		t.Fatalf("%+v", b)
	}
	due, err := o.Ledger.List(ctx, Filter{Channels: []string{"out-paper"}, State: Due})
	o.check(err)
	if len(due.Docs) != postUnder || due.Docs[0].Posts[0].State != platform.Unknown || !due.Docs[0].Low {
		t.Fatalf("%d %+v", len(due.Docs), due.Docs[0])
	}
	for i, d := range due.Docs { // the first half was looked up; of the rest the quota is used up until tomorrow
		d, err := o.Ledger.Claim(ctx, d.ID)
		o.check(err)
		var failed error
		if i >= postUnder/2 {
			failed = gongkai.E(gongkai.TooMany, "quota", "额度用完", "the quota is used up")
		}
		_, err = o.Ledger.Settle(ctx, d, failed, 10*time.Hour)
		o.check(err)
	}
	o.now = o.now.Add(time.Second)
	for range 3 {
		b, err = o.Ledger.Advance(ctx, b.ID)
		o.check(err)
	}
	if b.Sent != postUnder+postUnder/2 || b.State != BulkRunning {
		t.Errorf("%+v", b)
	}
}

// One attempt is in doubt, another one was accepted just now: a person who looked
// for the first says nothing of the second.
func TestWhatAPersonSaysIsOfWhatIsInDoubt(t *testing.T) {
	o := newOffice(t)
	for say, want := range map[string]string{SayAbsent: platform.Failed, SayFound: platform.Live} {
		d := o.owe("out-paper", say, 1, Show{State: publication.Shows, Digest: "b"})
		_, err := o.Ledger.update(t.Context(), d.ID, func(d *Delivery) error {
			d.put(platform.Post{Mark: "lost", State: platform.Unknown, Digest: "a", Begun: 1})
			d.put(platform.Post{Mark: "fresh", State: platform.Submitted, Digest: "b", Begun: o.now.UnixMilli()})
			d.put(platform.Post{Mark: "slow", State: platform.Submitted, Digest: "c", Begun: o.now.Add(-2 * slowPost).UnixMilli()})
			return nil
		})
		o.check(err)
		d, err = o.Ledger.Decide(t.Context(), d.ID, Decision{Act: say, By: "li"})
		o.check(err)
		if d.Posts[0].State != want || d.Posts[1].State != platform.Submitted || d.Posts[2].State != want {
			t.Errorf("%s: %+v", say, d.Posts)
		}
	}
}
