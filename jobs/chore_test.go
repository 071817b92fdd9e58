package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gocloud.dev/blob"

	"gongkai"
	"gongkai/channel"
	"gongkai/channel/receiver"
	"gongkai/content"
	"gongkai/jobs"
	"gongkai/store/bucket/buckettest"
	"gongkai/workflow"
)

// clock is a time that a test moves.
type clock struct{ at atomic.Int64 }

func newClock(at time.Time) *clock {
	c := &clock{}
	c.at.Store(at.UnixMilli())
	return c
}

func (c *clock) now() time.Time        { return time.UnixMilli(c.at.Load()) }
func (c *clock) pass(by time.Duration) { c.at.Add(by.Milliseconds()) }

// tidier is a worker that does chores by hand, at the clock's time.
func (w *town) tidier(c *clock, chores ...jobs.Chore) *jobs.Worker {
	w.t.Helper()
	k := w.newWorker()
	k.Now, k.Chores = c.now, chores
	return k
}

func TestOfSeveralWorkersOneDoesAChore(t *testing.T) {
	w, c := newTown(t), newClock(time.Now())
	var done atomic.Int64
	chore := jobs.Chore{Name: "hourly", Every: time.Hour, Run: func(context.Context) error { done.Add(1); return nil }}
	workers := []*jobs.Worker{w.tidier(c, chore), w.tidier(c, chore)}
	all := func() int64 {
		var wg sync.WaitGroup
		for range 4 {
			for _, k := range workers {
				wg.Go(func() { k.DoChores(t.Context()) })
			}
		}
		wg.Wait()
		return done.Load()
	}
	for hour, want := range []int64{1, 2, 3} {
		if got := all(); got != want {
			t.Errorf("hour %d: done %d times", hour, got)
		}
		c.pass(59 * time.Minute)
		if got := all(); got != want {
			t.Errorf("within hour %d: done %d times", hour, got)
		}
		c.pass(time.Minute)
	}
}

func TestADailyChoreIsDoneAtNight(t *testing.T) {
	w := newTown(t)
	c := newClock(time.Date(2026, 1, 5, 16, 30, 0, 0, content.Shanghai))
	var done []time.Time
	k := w.tidier(c, jobs.Chore{Name: "nightly", Every: 24 * time.Hour, Run: func(context.Context) error {
		done = append(done, c.now().In(content.Shanghai))
		return nil
	}})
	for range 3 * 24 * 4 {
		k.DoChores(t.Context())
		c.pass(15 * time.Minute)
	}
	if len(done) != 3 || done[0].Hour() != 3 || done[0].Day() != 6 || done[2].Day() != 8 {
		t.Errorf("%v", done)
	}
}

func TestMidnightIsNotThreeOClock(t *testing.T) {
	w := newTown(t)
	c := newClock(time.Date(2026, 1, 5, 22, 30, 0, 0, content.Shanghai))
	var done []string
	k := w.tidier(c, jobs.Chore{Name: "early", Every: 24 * time.Hour, At: jobs.Midnight, Run: func(context.Context) error {
		done = append(done, c.now().In(content.Shanghai).Format("02 15:04"))
		return nil
	}})
	for range 2 * 24 * 2 {
		k.DoChores(t.Context())
		c.pass(30 * time.Minute)
	}
	if !slices.Equal(done, []string{"06 00:00", "07 00:00"}) {
		t.Errorf("%v", done)
	}
}

func TestAChoreWithMoreToDoGoesOnWhileTheNightLasts(t *testing.T) {
	w, out := newTown(t), &lines{}
	c := newClock(time.Date(2026, 1, 5, 16, 30, 0, 0, content.Shanghai))
	var done []time.Time
	k := w.tidier(c, jobs.Chore{Name: "long", Every: 24 * time.Hour, At: 2*time.Hour + 40*time.Minute, Run: func(context.Context) error {
		done = append(done, c.now().In(content.Shanghai))
		return jobs.ErrMore
	}})
	k.Log = slog.New(slog.NewTextHandler(out, nil))
	for range 24 * 6 {
		k.DoChores(t.Context())
		c.pass(10 * time.Minute)
	}
	if first, last := done[0], done[len(done)-1]; first.Format(time.TimeOnly) != "02:40:00" || last.Format(time.TimeOnly) != "06:40:00" || len(done) != 25 {
		t.Errorf("%d times, from %v to %v", len(done), first, last)
	}
	if strings.Contains(out.String(), "chore=long") {
		t.Errorf("it is no failure: %s", out)
	}
}

func TestAChoreThatFailsOrBreaksIsSaidAndComesAgain(t *testing.T) {
	w, c, out := newTown(t), newClock(time.Now()), &lines{}
	var tries atomic.Int64
	k := w.newWorker()
	k.Now, k.Log = c.now, slog.New(slog.NewTextHandler(out, nil))
	k.Chores = []jobs.Chore{{Name: "broken", Every: time.Hour, Run: func(context.Context) error {
		if tries.Add(1) == 1 {
			panic("13912345678")
		}
		return errors.New("13912345678")
	}}}
	k.DoChores(t.Context())
	k.DoChores(t.Context())
	c.pass(10 * time.Minute)
	k.DoChores(t.Context())
	if tries.Load() != 2 || strings.Count(out.String(), "msg=chore chore=broken") != 2 || strings.Contains(out.String(), "13912345678") {
		t.Errorf("%d tries: %s", tries.Load(), out)
	}
}

func TestTheIndexIsCleanedSoonAfterAPrivacyWithdrawal(t *testing.T) {
	w, c := newTown(t), newClock(byDay(time.Now()))
	var cleaned atomic.Int64
	k := w.tidier(c, jobs.Chore{Name: "index", Every: 24 * time.Hour, CallBacks: true, Run: func(context.Context) error { cleaned.Add(1); return nil }})
	w.check(k.Start())
	t.Cleanup(k.Stop)
	k.DoChores(t.Context())
	plain, private := w.release(w.ready(fields("关于普通撤下的通知"))), w.release(w.ready(fields("关于隐私撤下的通知")))
	w.quiet()
	w.callBack(plain.ID, false)
	c.pass(2 * time.Minute)
	k.DoChores(t.Context())
	if cleaned.Load() != 0 {
		t.Error("an ordinary withdrawal waits for the night")
	}
	w.callBack(private.ID, true)
	soon := c.now().Add(2 * time.Minute)
	eventually(t, "the cleaning is brought forward", func() bool {
		due, err := k.DueChore(t.Context(), "index")
		return err == nil && due <= soon.UnixMilli()
	})
	c.pass(2 * time.Minute)
	k.DoChores(t.Context())
	if cleaned.Load() != 1 {
		t.Errorf("cleaned %d times", cleaned.Load())
	}
}

// byDay is now, or a while later if the night is near.
func byDay(now time.Time) time.Time {
	if hour := now.In(content.Shanghai).Hour(); hour > 0 && hour < 4 {
		return now.Add(4 * time.Hour)
	}
	return now
}

// callBack withdraws an item, for privacy or not, and waits until it is told.
func (w *town) callBack(id string, privacy bool) {
	w.t.Helper()
	edition := w.get(id).Live.Edition
	w.must("secret", id, workflow.Step{Act: "ask_withdraw", Edition: edition, Reason: "核实有误", Privacy: privacy, Tombstone: &content.Tombstone{Type: "gone"}})
	w.must("both3", id, workflow.Step{Act: "withdraw", Edition: edition, Reason: "核实有误", Privacy: privacy})
	w.quiet()
}

// digest is the n-th of no file's.
func digest(n int) string { return fmt.Sprintf("%064x", n) }

// put writes into the public bucket as no program of today does.
func (w *town) put(key, bytes string) {
	w.t.Helper()
	w.check(w.bucket.WriteAll(w.t.Context(), key, []byte(bytes), nil))
}

func TestFilesThatNothingNamesAreRemovedWhenOld(t *testing.T) {
	w, c := newTown(t), newClock(time.Now())
	stop := w.start()
	v := fields("关于附件的通知")
	ref, err := w.content.Files.Add(t.Context(), person("editor"), "表.csv", strings.NewReader("姓名,金额\n张三,100\n"))
	w.check(err)
	v["attachments"] = []content.FileRef{{Digest: ref.Digest, Name: "表.csv"}}
	it := w.release(w.ready(v))
	w.quiet()
	named := w.page(it.ID, "www").Files
	if len(named) != 1 {
		t.Fatal(named)
	}
	w.put(it.ID+"/"+digest(1), "slept through a withdrawal")
	w.put(it.ID+"/"+digest(2)+".17ab0c.tmp", "its process died over it")
	w.put("restored/"+digest(1), "of an item that nobody knows")
	w.put("images/logo.png", "somebody else's")
	stop() // its goroutines read the clock
	w.worker.Now = c.now
	keys := func() string {
		var all []string
		for list := w.bucket.List(nil); ; {
			obj, err := list.Next(t.Context())
			if errors.Is(err, io.EOF) {
				return strings.Join(all, " ")
			}
			w.check(err)
			all = append(all, obj.Key)
		}
	}
	w.check(w.worker.RemoveLeftovers(t.Context()))
	if got := keys(); len(strings.Fields(got)) != 5 {
		t.Errorf("what is young is left alone: %s", got)
	}
	c.pass(25 * time.Hour)
	w.check(w.worker.RemoveLeftovers(t.Context()))
	if got := keys(); got != it.ID+"/"+named[0]+" images/logo.png" {
		t.Errorf("left: %s", got)
	}
}

func TestALeftoverIsSparedWhileItsItemIsTold(t *testing.T) {
	w, c := newTown(t), newClock(time.Now().Add(48*time.Hour))
	it := w.release(w.ready(fields("关于等待的通知"))) // nobody works: it is owed
	w.put(it.ID+"/"+digest(1), "put before its page")
	w.worker.Now = c.now
	w.check(w.worker.RemoveLeftovers(t.Context()))
	if there, err := w.bucket.Exists(t.Context(), it.ID+"/"+digest(1)); err != nil || !there {
		t.Error("the tell that put it has not written its page yet", err)
	}
}

func TestAnItemThatMovedIsToldAgainThoughTheRemovalOfItsLeftoversFailed(t *testing.T) {
	t.Parallel() // it mostly waits
	servers := map[string]*buckettest.Server{"originals": buckettest.Start(t, "originals"), "public": buckettest.Start(t, "public")}
	w := newTownOn(t, func(t testing.TB, name string) *blob.Bucket { return servers[name].Open(t, name).Bucket })
	w.start()
	it := w.release(w.ready(fields("关于中断的通知")))
	w.quiet()
	w.put(it.ID+"/"+digest(1), "the next edition counts on it")
	w.put(it.ID+"/"+digest(2), "left over")
	seq := w.get(it.ID).Seq
	var removed atomic.Int64
	servers["public"].Misbehave(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodDelete && removed.Add(1) > 1 {
				if _, err := w.content.Items.Update(context.Background(), it.ID, 0, func(doc *content.Item) error { doc.Seq = seq + 1; return nil }); err != nil {
					t.Error(err)
				}
				buckettest.Busy(nil).ServeHTTP(rw, r)
				return
			}
			next.ServeHTTP(rw, r)
		})
	})
	w.worker.Now = newClock(time.Now().Add(25 * time.Hour)).now
	if err := w.worker.RemoveLeftovers(t.Context()); !gongkai.Is(err, gongkai.Unavailable) {
		t.Errorf("the server fails: %v", err)
	}
	if now := w.get(it.ID).Seq; now != seq+2 {
		t.Errorf("seq %d, want %d: a file that its new edition names may be gone", now, seq+2)
	}
	servers["public"].Misbehave(nil)
}

func TestWhoRefusesIsNotAskedTenTimes(t *testing.T) {
	t.Parallel() // it mostly waits
	w := newTown(t)
	w.worker.Backoff = func(int64) time.Duration { return time.Millisecond }
	want := map[int]int64{400: 6, 403: 6, 404: 6, 422: 6, 408: 10, 425: 10, 500: 10}
	for status := range want {
		w.subscribe(fmt.Sprint("answers-", status)).Misbehave(20, receiver.Status(status))
	}
	w.start()
	it := w.release(w.ready(fields("关于拒收的通知")))
	for status, tries := range want {
		id := fmt.Sprintf("answers-%d", status)
		eventually(t, id+" stalled", func() bool { return w.delivery(id, it.ID).State == channel.Stalled })
		if d := w.delivery(id, it.ID); d.Attempt != tries || d.Error != fmt.Sprint("status_", status) {
			t.Errorf("%d: tried %d times, want %d (%s)", status, d.Attempt, tries, d.Error)
		}
	}
}

func TestAnItemThatMovedWhileLeftoversWereRemovedIsToldAgain(t *testing.T) {
	w := newTown(t)
	w.start()
	it := w.release(w.ready(fields("关于重述的通知")))
	w.quiet()
	w.check(jobs.Spared(w.worker, t.Context(), it.ID, it.Seq))
	w.check(jobs.Spared(w.worker, t.Context(), "unknown", 0))
	if w.get(it.ID).Seq != it.Seq {
		t.Error("it has not moved")
	}
	w.check(jobs.Spared(w.worker, t.Context(), it.ID, it.Seq-1))
	w.quiet()
	if now := w.get(it.ID); now.Seq != it.Seq+1 || now.Told != now.Seq || w.page(it.ID, "www").Seq != now.Seq {
		t.Errorf("seq %d, told %d", now.Seq, now.Told)
	}
}
