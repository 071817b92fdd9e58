// One place that hangs keeps no other waiting.

package jobs_test

import (
	"fmt"
	"testing"
	"time"

	"gongkai/channel"
	"gongkai/channel/receiver"
	"gongkai/publication"
)

func TestAPlaceThatHangsKeepsNoOtherWaiting(t *testing.T) {
	t.Parallel() // it mostly waits
	w := newTown(t)
	w.channels.Timeout = 2 * time.Second
	dead, well := w.subscribe("dead"), w.subscribe("well")
	w.start()
	w.quiet()
	dead.Misbehave(100_000, receiver.Hang(time.Minute))
	for i := range 100 { // many more than there are workers
		_, err := w.ledger.Owe(t.Context(), "sub-dead", fmt.Sprintf("item-%03d", i), 1, 1, channel.Show{State: publication.Shows, Site: "www", Event: "item.released"})
		w.check(err)
	}
	w.check(w.worker.Sweep(t.Context()))
	eventually(t, "as many calls hang as one place gets", func() bool { return dead.Calls() >= 4 })
	for i := range 3 {
		w.release(w.ready(fields(fmt.Sprintf("关于第%d件的通知", i))))
	}
	eventually(t, "the other has everything", func() bool { return len(well.Shown()) == 3 })
	if len(dead.Received()) != 0 {
		t.Error("it does not hang")
	}
}
