// Several worker processes on one store and one Redis.

package jobs_test

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"gongkai/channel"
	"gongkai/content"
	"gongkai/jobs"
	"gongkai/publication"
)

func TestATellThatIsOvertakenByAnotherProcessLeavesNoFileBehind(t *testing.T) {
	w := newTown(t)
	w.start()
	ref, err := w.content.Files.Add(t.Context(), person("editor"), "名单.csv", strings.NewReader("姓名\n李四\n"))
	w.check(err)
	draft := fields("关于附件的通知")
	draft["attachments"] = []content.FileRef{{Digest: ref.Digest, Name: "名单.csv"}}
	released := w.release(w.ready(draft)) // as a slow process has read it
	w.quiet()
	w.suspend(released)
	w.quiet()
	if n := w.objects(); n != 0 {
		t.Fatalf("%d files are still there", n)
	}
	w.check(jobs.Settle(w.worker, t.Context(), released))
	if w.objects() == 0 {
		t.Fatal("the slow tell should have put the file back: this test shows nothing")
	}
	w.check(jobs.Told(w.worker, t.Context(), released))
	w.quiet()
	if n := w.objects(); n != 0 {
		t.Errorf("%d files of a suspended item are public again", n)
	}
}

func TestTheSweepOfAStoreThatIsAwayIsSeldomAndSaidOnce(t *testing.T) {
	var said strings.Builder
	log, away := slog.New(slog.NewTextHandler(&said, nil)), errors.New("away")
	var trouble jobs.Troubled
	var waited time.Duration
	for range 20 {
		waited += jobs.After(&trouble, away, log)
	}
	if waited < time.Minute || strings.Count(said.String(), "\n") != 1 {
		t.Errorf("twenty failures take %v and say:\n%s", waited, said.String())
	}
	if next := jobs.After(&trouble, nil, log); next > time.Second || strings.Count(said.String(), "\n") != 2 {
		t.Errorf("back again, it waits %v and says:\n%s", next, said.String())
	}
}

func TestAProcessWithoutWorkersHintsAtEachAct(t *testing.T) {
	w := newTown(t)
	idle := w.newWorker() // of an API process: others take its hints
	for range 3 {
		idle.Wake("item", "one", false)
	}
	lengths, err := w.queue.Lengths(t.Context())
	w.check(err)
	if lengths["default.pending"] != 3 {
		t.Errorf("%d hints wait, want 3", lengths["default.pending"])
	}
}

func TestWhatIsDueIsFoundThoughManyCallsToASlowSiteWait(t *testing.T) {
	w := newTown(t) // nobody works
	w.subscribe("slow")
	w.hint.Store(false)
	for i := range 300 {
		_, err := w.ledger.Owe(t.Context(), "slow", fmt.Sprintf("item-%d", i), 1, 1, channel.Show{State: publication.Shows})
		w.check(err)
	}
	w.check(w.worker.Sweep(t.Context()))
	before, err := w.queue.Lengths(t.Context())
	w.check(err)
	if before["calls.pending"] < 256 {
		t.Fatalf("%d calls wait: this test shows nothing", before["calls.pending"])
	}
	w.release(w.ready(fields("关于定时发布的通知")))
	w.check(w.worker.Sweep(t.Context()))
	after, err := w.queue.Lengths(t.Context())
	w.check(err)
	if after["default.pending"] != before["default.pending"]+1 {
		t.Errorf("%d hints wait as before: the release does, too", after["default.pending"])
	}
	if after["calls.pending"] != before["calls.pending"] {
		t.Errorf("more calls wait than before: %d", after["calls.pending"])
	}
}
