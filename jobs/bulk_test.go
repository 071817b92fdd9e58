// Many deliveries at once, and pauses.

package jobs_test

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"gongkai"
	"gongkai/channel"
	"gongkai/content"
	"gongkai/publication"
)

// resend begins to send again in bulk.
func (w *town) resend(a channel.Asked, everything bool) channel.Bulk {
	w.t.Helper()
	b, err := w.channels.Resend(w.t.Context(), w.ledger, w.content, a, everything, "对方丢失数据", person("root"))
	w.check(err)
	return b
}

func (w *town) ended(id string) channel.Bulk {
	w.t.Helper()
	var b channel.Bulk
	eventually(w.t, "the bulk act has ended", func() bool {
		b, _ = w.ledger.Bulk(w.t.Context(), id)
		return b.State != channel.BulkRunning
	})
	w.quiet()
	return b
}

func TestWhatAReceiverLostIsSentAgainInBulk(t *testing.T) {
	t.Parallel() // it mostly waits
	w := newTown(t)
	one, two := w.subscribe("one"), w.subscribe("two")
	w.start()
	here := w.release(w.ready(fields("关于重发的通知")))
	there := w.release(w.ready(fields("关于镜像的通知"), "mirror-notices"))
	w.quiet()
	for _, c := range []struct {
		name     string
		ask      channel.Asked
		all      bool
		one, two int // new messages
		sent     int64
	}{
		{"an item on one channel", channel.Asked{Item: here.ID, Channel: "sub-one"}, false, 1, 0, 1},
		{"a column", channel.Asked{Column: "mirror-notices"}, false, 1, 1, 3},
		{"a site and a kind", channel.Asked{Site: "www", Kind: channel.KindWebhook}, false, 1, 1, 2},
		{"everything", channel.Asked{}, true, 2, 2, 6},
	} {
		before := []int{len(one.Received()), len(two.Received())}
		b := w.ended(w.resend(c.ask, c.all).ID)
		if got := []int{len(one.Received()) - before[0], len(two.Received()) - before[1]}; got[0] != c.one || got[1] != c.two || b.Sent != c.sent || b.State != channel.BulkDone {
			t.Errorf("%s: new messages %v, want %d and %d; %+v", c.name, got, c.one, c.two, b)
		}
	}
	if one.Repeats() != 0 {
		t.Error("a resend is a message of its own")
	}
	if d := w.delivery("one", there.ID); d.State != channel.Confirmed || d.Low || d.Want.Column != "mirror-notices" {
		t.Errorf("%+v", d)
	}
	for _, a := range []struct {
		ask        channel.Asked
		everything bool
		code       string
	}{{channel.Asked{}, false, "which"}, {channel.Asked{Item: here.ID}, true, "which"}, {channel.Asked{Channel: "sub-none"}, false, "channel"}, {channel.Asked{Kind: "fax"}, false, "channel_kind"}} {
		if _, err := w.channels.Resend(t.Context(), w.ledger, w.content, a.ask, a.everything, "试", person("root")); gongkai.CodeOf(err) != a.code {
			t.Errorf("%+v: %v", a.ask, err)
		}
	}
}

// fillLedger writes deliveries of a channel that were confirmed.
func (w *town) fillLedger(sub string, n int) {
	w.t.Helper()
	ctx := w.t.Context()
	for i := range n {
		d, err := w.ledger.Owe(ctx, "sub-"+sub, fmt.Sprintf("old-item-%04d", i), 1, 1, channel.Show{State: publication.Shows, Site: "www", Event: "item.released"})
		w.check(err)
		d, err = w.ledger.Claim(ctx, d.ID)
		w.check(err)
		_, err = w.ledger.Settle(ctx, d, nil, 0)
		w.check(err)
	}
}

// A bulk resend never fills the ledger with what everything else would wait
// for: it goes on when what it made due was paid, and somebody can stop it.
func TestABulkResendGoesInPagesAndCanBeStopped(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	w.subscribe("one")
	w.fillLedger("one", 350)
	b := w.resend(channel.Asked{Channel: "sub-one"}, false)
	if b.Total != 350 {
		t.Errorf("%d to look at", b.Total)
	}
	for range 5 { // nobody pays
		_, err := w.ledger.Advance(ctx, b.ID)
		w.check(err)
	}
	b, err := w.ledger.Bulk(ctx, b.ID)
	w.check(err)
	low, err := w.ledger.LowBefore(ctx, w.worker.Now(), 1000)
	w.check(err)
	if b.Sent != 200 || len(low) != 200 {
		t.Errorf("%d sent, %d due", b.Sent, len(low))
	}
	ordinary, err := w.ledger.OrdinaryBefore(ctx, w.worker.Now(), 1000)
	w.check(err)
	if len(ordinary) != 0 {
		t.Errorf("%d stand among what everything waits for", len(ordinary))
	}
	d, err := w.ledger.Owe(ctx, "sub-one", low[0].Item, 1, 2, channel.Show{State: publication.Shows, Site: "www", Digest: "new"})
	w.check(err)
	if d.Low {
		t.Error("what is new is not behind everything else")
	}
	_, err = w.ledger.StopBulk(ctx, b.ID)
	w.check(err)
	stopped, err := w.ledger.Advance(ctx, b.ID)
	w.check(err)
	if stopped.State != channel.BulkStopped || stopped.Sent != 200 || stopped.Due != 0 {
		t.Errorf("%+v", stopped)
	}
}

func (w *town) pause(id string, withdrawals bool) {
	w.t.Helper()
	w.check(w.channels.Pause(w.t.Context(), "sub-"+id, &channel.Pause{At: 1, By: "root", Name: "root", Why: "检修", Withdrawals: withdrawals}))
}

func (w *town) held(id string) int {
	n, err := w.ledger.CountHeld(w.t.Context(), "sub-"+id, 1000)
	w.check(err)
	return n
}

func TestAPausedChannelKeepsItsBacklogAndWithdrawalsGoOn(t *testing.T) {
	beside(t)
	w := newTown(t)
	ctx := t.Context()
	site, other := w.subscribe("down"), w.subscribe("other")
	w.start()
	shown := w.release(w.ready(fields("关于撤稿的通知")))
	w.quiet()
	w.pause("down", false)
	if err := w.channels.Pause(ctx, "sub-down", &channel.Pause{}); gongkai.CodeOf(err) != "paused" {
		t.Error(err)
	}
	var waiting []content.Item
	for i := range 3 {
		waiting = append(waiting, w.release(w.ready(fields(fmt.Sprintf("关于第%d件的通知", i)))))
	}
	w.suspend(shown)
	w.quiet()
	if w.held("down") != 3 || len(other.Shown()) != 4 || len(site.Shown()) != 1 || site.Shown()[shown.ID].State != "suspended" {
		t.Fatalf("%d held, it shows %+v", w.held("down"), site.Shown())
	}
	page, err := w.ledger.List(ctx, channel.Filter{Channels: []string{"sub-down"}, State: channel.HeldState})
	w.check(err)
	if len(page.Docs) != 3 || page.Docs[0].Attempt != 0 {
		t.Errorf("%+v", page.Docs)
	}
	b, err := w.channels.Resume(ctx, w.ledger, "sub-down", person("root"))
	w.check(err)
	if _, err := w.channels.Resume(ctx, w.ledger, "sub-down", person("root")); gongkai.CodeOf(err) != "not_paused" {
		t.Error(err)
	}
	w.ended(b.ID)
	for _, it := range waiting {
		if site.Shown()[it.ID].State != "edition" {
			t.Errorf("resumed, it does not show %s", it.ID)
		}
	}
	w.pause("down", true)
	w.suspend(waiting[0])
	w.quiet()
	if w.held("down") != 1 || site.Shown()[waiting[0].ID].State != "edition" {
		t.Error("withdrawals wait where somebody said so")
	}
	if err := w.channels.Pause(ctx, channel.SearchID, &channel.Pause{}); gongkai.CodeOf(err) != "channel" {
		t.Error(err)
	}
}

// What was asked for in bulk hangs in calls to a place that is slow; to resume
// another channel does not wait for that.
func TestABulkActDoesNotWaitForAPlaceThatIsSlow(t *testing.T) {
	beside(t)
	w := newTown(t)
	slow, other := w.subscribe("slow", "mirror"), w.subscribe("other")
	w.fillLedger("slow", 8)
	var inside atomic.Int64
	gate := make(chan struct{})
	let := sync.OnceFunc(func() { close(gate) })
	t.Cleanup(let)
	slow.Misbehave(1000, func(next http.HandlerFunc) http.HandlerFunc {
		return func(rw http.ResponseWriter, r *http.Request) {
			inside.Add(1)
			<-gate
			next(rw, r)
		}
	})
	w.start()
	w.pause("other", false)
	it := w.release(w.ready(fields("关于批量重发的通知")))
	eventually(t, "it is held", func() bool { return w.held("other") == 1 })
	w.resend(channel.Asked{Channel: "sub-slow", State: channel.Confirmed}, false)
	eventually(t, "the slow place has what it takes of the bulk", func() bool { return inside.Load() >= 2 })
	_, err := w.channels.Resume(t.Context(), w.ledger, "sub-other", person("root"))
	w.check(err)
	eventually(t, "the other one is resumed", func() bool { return other.Shown()[it.ID].State == "edition" })
	let()
}
