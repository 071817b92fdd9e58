package jobs_test

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gongkai"
	"gongkai/channel"
	"gongkai/channel/receiver"
	"gongkai/content"
	"gongkai/jobs"
	"gongkai/publication"
	"gongkai/store"
	"gongkai/workflow"
)

func (w *town) delivery(sub, item string) channel.Delivery {
	d, _ := w.ledger.Get(w.t.Context(), "sub-"+sub+"."+item)
	return d
}

func TestOneClaimUnderDuplicates(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	want := channel.Show{State: publication.Shows, Site: "www", Digest: "d1", Event: "item.released"}
	d, err := w.ledger.Owe(ctx, "sub-x", "item-1", 1, 1, want)
	w.check(err)
	var won atomic.Int64
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			if _, err := w.ledger.Claim(ctx, d.ID); err == nil {
				won.Add(1)
			} else if gongkai.CodeOf(err) != "claimed" {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 {
		t.Errorf("%d claims at once", won.Load())
	}
}

// ledgerAt is a ledger whose time the test moves.
func (w *town) ledgerAt(now *atomic.Int64) *channel.Ledger {
	l, err := channel.OpenLedger(w.t.Context(), w.content.DB, func() time.Time { return time.UnixMilli(now.Load()) })
	w.check(err)
	return l
}

func TestAnExpiredClaimIsRepeatedUnderTheSameID(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	var now atomic.Int64
	now.Store(1_770_000_000_000)
	l := w.ledgerAt(&now)
	want := channel.Show{State: publication.Shows, Site: "www", Digest: "d1"}
	d, err := l.Owe(ctx, "sub-x", "item-1", 1, 1, want)
	w.check(err)
	one, err := l.Claim(ctx, d.ID)
	w.check(err)
	now.Add(59_000)
	if _, err := l.Claim(ctx, d.ID); gongkai.CodeOf(err) != "claimed" {
		t.Errorf("a live claim: %v", err)
	}
	now.Add(2_000)
	two, err := l.Claim(ctx, d.ID)
	w.check(err)
	if two.MessageID() != one.MessageID() || two.Attempt != 2 {
		t.Error("a repeat is the same message")
	}
	_, err = l.Settle(ctx, one, nil, 0) // the first caller comes back after all
	w.check(err)
	if now, _ := l.Get(ctx, d.ID); now.State != channel.Claimed {
		t.Errorf("the claim is the second caller's: %s", now.State)
	}
	done, err := l.Settle(ctx, two, nil, 0)
	w.check(err)
	if done.State != channel.Confirmed || done.Due != 0 || done.Receipt == 0 {
		t.Errorf("%+v", done)
	}
	resent, err := l.Retry(ctx, d.ID, true)
	w.check(err)
	if resent.MessageID() == one.MessageID() || resent.Due == 0 {
		t.Error("a resend is a message of its own")
	}
}

// The answer to an old message must not pass for one to the newest: else an
// equal wish later would be thought fulfilled.
func TestALateReceiptSaysNothingAboutTheNewest(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	shows := channel.Show{State: publication.Shows, Site: "www", Digest: "d1"}
	hidden := channel.Show{State: publication.Suspended, Site: "www"}
	d, err := w.ledger.Owe(ctx, "sub-x", "item-1", 1, 1, shows)
	w.check(err)
	slow, err := w.ledger.Claim(ctx, d.ID)
	w.check(err)
	_, err = w.ledger.Owe(ctx, "sub-x", "item-1", 1, 2, hidden) // a withdrawal supersedes a live claim
	w.check(err)
	quick, err := w.ledger.Claim(ctx, d.ID)
	w.check(err)
	_, err = w.ledger.Settle(ctx, quick, nil, 0)
	w.check(err)
	_, err = w.ledger.Settle(ctx, slow, nil, 0)
	w.check(err)
	again, err := w.ledger.Owe(ctx, "sub-x", "item-1", 1, 3, shows)
	w.check(err)
	if again.State != channel.Due || again.Due == 0 {
		t.Errorf("resumed, it must be told again: %+v", again)
	}
	older, err := w.ledger.Owe(ctx, "sub-x", "item-1", 1, 2, hidden)
	w.check(err)
	if older.Seq != 3 {
		t.Error("an older number replaced a newer one")
	}
	newest, err := w.ledger.Owe(ctx, "sub-x", "item-1", 2, 1, hidden)
	w.check(err)
	if newest.Epoch != 2 {
		t.Error("the epoch is compared first")
	}
}

func TestWhatIsShownAlreadyNeedsNoCall(t *testing.T) {
	w := newTown(t)
	site := w.subscribe("down")
	w.start()
	it := w.release(w.ready(fields("关于不必再告的通知")))
	w.quiet()
	calls := site.Calls()
	_, err := w.content.Items.Update(t.Context(), it.ID, 0, func(doc *content.Item) error {
		doc.Seq++
		doc.Owes(1)
		return nil
	})
	w.check(err)
	w.quiet()
	if d := w.delivery("down", it.ID); d.Seq != 2 || d.State != channel.Confirmed || site.Calls() != calls {
		t.Errorf("%d calls, %+v", site.Calls()-calls, d)
	}
}

func TestReceiversThatMisbehave(t *testing.T) {
	for _, c := range []struct {
		name    string
		trick   receiver.Trick
		n       int
		repeats int
	}{
		{"errors", receiver.Status(http.StatusInternalServerError), 3, 0},
		{"breaks the connection", receiver.Reset(), 2, 0},
		{"answers slowly", receiver.Slow(300 * time.Millisecond), 1, 0},
		{"hangs", receiver.Hang(time.Minute), 1, 0},
		{"loses the answer", receiver.LoseAnswer(), 2, 2},
		{"redirects", receiver.Redirect("http://elsewhere.example/"), 1, 0},
		{"asks to slow down", receiver.Throttle(time.Second), 1, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			if c.name == "hangs" { // only there does anybody give up waiting
				w.channels.Timeout = time.Second
			}
			site := w.subscribe("down")
			w.start()
			w.quiet()
			site.Misbehave(c.n, c.trick)
			it := w.release(w.ready(fields("关于耐心的通知")))
			w.quiet()
			if s := site.Shown()[it.ID]; s.State != "edition" || s.Seq != it.Seq {
				t.Errorf("in the end it shows %+v", s)
			}
			ids := map[string]bool{}
			for _, m := range site.Received() {
				ids[m.ID] = true
			}
			if len(ids) != 1 || site.Repeats() != c.repeats {
				t.Errorf("%d messages, %d repeats", len(ids), site.Repeats())
			}
			if d := w.delivery("down", it.ID); d.State != channel.Confirmed || d.Error != "" {
				t.Errorf("%+v", d)
			}
		})
	}
}

func TestAReceiverThatIsGoneIsDisabledAndCanComeBack(t *testing.T) {
	beside(t)
	w := newTown(t)
	site := w.subscribe("down")
	w.start()
	w.quiet()
	site.Misbehave(1, receiver.Status(http.StatusGone))
	one := w.release(w.ready(fields("关于停用的通知")))
	w.quiet()
	sub, err := w.channels.Subscribers.Get(t.Context(), "down")
	w.check(err)
	if d := w.delivery("down", one.ID); !sub.Disabled || sub.Reason != "gone" || d.State != channel.Stalled || d.Error != "gone" {
		t.Fatalf("%+v %+v", sub, d)
	}
	two := w.release(w.ready(fields("关于期间的通知")))
	w.quiet()
	if site.Calls() != 1 {
		t.Errorf("called again: %d", site.Calls())
	}
	sub.Disabled = false
	_, _, err = w.channels.Subscribers.Put(t.Context(), sub)
	w.check(err)
	w.quiet()
	if shown := site.Shown(); shown[one.ID].State != "edition" || shown[two.ID].State != "edition" {
		t.Errorf("what it missed: %+v", shown)
	}
}

func TestWhatIsWithdrawnWhileASubscriberIsAwayIsToldWhenItIsBack(t *testing.T) {
	w := newTown(t)
	site := w.subscribe("down")
	w.start()
	it := w.release(w.ready(fields("关于缺席的通知")))
	w.quiet()
	sub, err := w.channels.Subscribers.Get(t.Context(), "down")
	w.check(err)
	_, err = w.channels.Subscribers.Disable(t.Context(), sub, "test")
	w.check(err)
	w.suspend(it)
	w.quiet()
	if site.Shown()[it.ID].State != "edition" {
		t.Fatal("it was away")
	}
	sub, err = w.channels.Subscribers.Get(t.Context(), "down")
	w.check(err)
	sub.Disabled = false
	_, _, err = w.channels.Subscribers.Put(t.Context(), sub)
	w.check(err)
	w.quiet()
	if s := site.Shown()[it.ID]; s.State != "suspended" {
		t.Errorf("it shows %+v", s)
	}
}

func TestADeliveryThatNeverSucceedsStallsUntilAPersonActs(t *testing.T) {
	t.Parallel() // it mostly waits
	w := newTown(t)
	w.worker.Calls = func(d channel.Delivery, now time.Time) time.Duration {
		return min(jobs.CallAgain(d, now), time.Millisecond)
	}
	site := w.subscribe("down")
	w.start()
	w.quiet()
	site.Misbehave(1000, receiver.Status(http.StatusInternalServerError))
	it := w.release(w.ready(fields("关于停滞的通知")))
	eventually(t, "stalled", func() bool { return w.delivery("down", it.ID).State == channel.Stalled })
	d := w.delivery("down", it.ID)
	if d.Attempt != 10 || d.Error != "status_500" || d.Due != 0 {
		t.Errorf("%+v", d)
	}
	site.Behave()
	_, err := w.ledger.Retry(t.Context(), d.ID, false)
	w.check(err)
	w.quiet()
	if site.Shown()[it.ID].State != "edition" {
		t.Error("retried, it is shown")
	}
	if _, err := w.ledger.Retry(t.Context(), d.ID, false); gongkai.CodeOf(err) != "confirmed" {
		t.Errorf("nothing to retry: %v", err)
	}
}

func TestANewSubscriberGetsWhatWasReleasedInPages(t *testing.T) {
	beside(t)
	w := newTown(t)
	stop := w.start()
	n := 450 // more than two pages of a back-fill
	if testing.Short() {
		n = 230 // more than one
	}
	model := w.release(w.ready(fields("关于补送的通知")))
	w.quiet()
	stop()
	var copies []content.Item
	for i := range n {
		it := w.get(model.ID)
		it.ID, it.IndexNo = fmt.Sprintf("copied-item-%04d", i), ""
		it.Live.Placed = slices.Clone(it.Live.Placed)
		it.Live.Placed[0].Path = "/notices/" + it.ID
		it.Updated += int64(i)
		copies = append(copies, it)
	}
	for i := range copies {
		copies[i].IndexNo = fmt.Sprintf("imported/2025-%05d", i)
		page := w.page(model.ID, "www")
		page.Meta = store.Meta{}
		page.Item, page.Path = copies[i].ID, copies[i].Live.Placed[0].Path
		_, err := w.public.Show(t.Context(), page)
		w.check(err)
	}
	if made, err := w.content.Items.InsertMany(t.Context(), copies); made != n {
		t.Fatal(err)
	}
	site := w.subscribe("late")
	elsewhere := w.subscribe("elsewhere", "mirror")
	w.start()
	w.quiet()
	if shown := site.Shown(); len(shown) != n+1 {
		t.Errorf("it shows %d of %d", len(shown), n+1)
	}
	sub, err := w.channels.Subscribers.Get(t.Context(), "late")
	w.check(err)
	if f := sub.Fill; f.Ended == 0 || f.Pages < 2 || f.Items != int64(n+1) || f.Total != int64(n+1) {
		t.Errorf("the back-fill says %+v", f)
	}
	if len(elsewhere.Shown()) != 0 {
		t.Error("who takes another site gets nothing")
	}
}

func TestASubscribersSitesMayChange(t *testing.T) {
	beside(t)
	w := newTown(t)
	site := w.subscribe("down", "www")
	w.start()
	it := w.release(w.ready(fields("关于范围的通知")))
	other := w.release(w.ready(fields("关于镜像的通知"), "mirror-notices"))
	w.quiet()
	if shown := site.Shown(); len(shown) != 1 || shown[it.ID].State != "edition" {
		t.Fatalf("%+v", shown)
	}
	sub, err := w.channels.Subscribers.Get(t.Context(), "down")
	w.check(err)
	sub.Sites = []string{"mirror"}
	_, _, err = w.channels.Subscribers.Put(t.Context(), sub)
	w.check(err)
	w.quiet()
	if shown := site.Shown(); shown[it.ID].State != "withdrawn" || shown[other.ID].State != "edition" {
		t.Errorf("%+v", shown)
	}
	// It was told again under the next number, and the index knows that, though
	// it shows the same.
	page := w.page(it.ID, "www")
	if hit, err := w.index.Get(t.Context(), page.ID); err != nil || hit.Seq != page.Seq || page.Seq != 2 {
		t.Errorf("the page has number %d, the index %d, %v", page.Seq, hit.Seq, err)
	}
}

func TestCallBacksOvertakeABacklog(t *testing.T) {
	t.Parallel() // it mostly waits
	w := newTown(t)
	w.channels.Timeout = 300 * time.Millisecond
	site := w.subscribe("down")
	w.start()
	victim := w.release(w.ready(fields("关于急撤的通知")))
	w.quiet()
	before := site.Calls()
	site.Misbehave(100_000, receiver.Hang(time.Minute)) // whoever gives up calling makes room for the next one
	for i := range 120 {                                // more withdrawals and releases than there are workers for calls
		state := []string{publication.Shows, publication.GoneState}[i%2]
		_, err := w.ledger.Owe(t.Context(), "sub-down", fmt.Sprintf("backlog-item-%03d", i), 1, 1, channel.Show{State: state, Site: "www", Event: "item.released"})
		w.check(err)
	}
	w.check(w.worker.Sweep(t.Context()))
	eventually(t, "as many calls hang as one place gets", func() bool { return site.Calls() >= before+8 })
	w.suspend(victim)
	eventually(t, "suspended at the page and in the index", func() bool {
		_, err := w.index.Get(t.Context(), publication.PageID(victim.ID, "www"))
		return w.page(victim.ID, "www").State == publication.Suspended && gongkai.Is(err, gongkai.Missing)
	})
	site.Behave()
	eventually(t, "suspended downstream", func() bool { return site.Shown()[victim.ID].State == "suspended" })
}

func TestTheSweepPaysEverythingWhenTheQueueIsWiped(t *testing.T) {
	beside(t)
	w := newTown(t)
	site := w.subscribe("down")
	var items []content.Item
	for i := range 10 {
		items = append(items, w.ready(fields(fmt.Sprintf("关于第%d批的通知", i))))
	}
	w.start()
	w.quiet()
	w.hint.Store(false) // every hint of the steps is lost
	for i, it := range items {
		w.release(it)
		if i%3 == 0 {
			w.check(w.queue.Wipe(t.Context()))
		}
	}
	w.check(w.queue.Wipe(t.Context()))
	w.quiet()
	for _, it := range items {
		if site.Shown()[it.ID].State != "edition" || w.page(it.ID, "www").State != publication.Shows {
			t.Errorf("%s was forgotten", it.ID)
		}
	}
}

func TestAWorkerThatRestartsGoesOn(t *testing.T) {
	w := newTown(t)
	site := w.subscribe("down")
	stop := w.start()
	w.quiet()
	it := w.ready(fields("关于重启的通知"))
	stop()
	it = w.release(it)
	time.Sleep(50 * time.Millisecond)
	if w.page(it.ID, "www").State != "" {
		t.Fatal("nobody is at work")
	}
	w.worker = w.newWorker()
	w.start()
	w.quiet()
	if site.Shown()[it.ID].State != "edition" {
		t.Error("the new worker pays what the old one owed")
	}
	_, err := w.step("editor", it.ID, workflow.Step{Act: "no_such_act"})
	if gongkai.CodeOf(err) != "act" {
		t.Error(err)
	}
}

func TestBackoffGrowsToAnHour(t *testing.T) {
	for attempt, want := range map[int64]time.Duration{0: time.Second, 1: time.Second, 2: 5 * time.Second, 3: 25 * time.Second, 6: 3125 * time.Second, 7: time.Hour, 100: time.Hour} {
		if got := jobs.Backoff(attempt); got != want {
			t.Errorf("after %d tries %s, want %s", attempt, got, want)
		}
	}
}
