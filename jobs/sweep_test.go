package jobs_test

import (
	"fmt"
	"testing"
	"time"

	"gongkai/channel"
	"gongkai/content"
	"gongkai/publication"
	"gongkai/store"
)

func TestTheSweepFindsWithdrawalsBehindAnyBacklog(t *testing.T) {
	beside(t)
	w := newTown(t)
	now := time.Now().UnixMilli()
	item := func(id, live string, due int64) {
		_, err := w.content.Items.Insert(t.Context(), content.Item{Meta: store.Meta{ID: id}, Unit: "town", Live: content.Live{State: live}, Due: due})
		w.check(err)
	}
	for i := range 400 {
		item(fmt.Sprintf("release-%d", i), content.Published, now-10_000)
		w.owe(fmt.Sprintf("release-%d", i), publication.Shows)
	}
	item("withdrawn", content.Tombstoned, now)
	item("suspended", content.Suspended, now)
	item("later", content.Suspended, now+60_000)
	for i, state := range []string{publication.Suspended, publication.Notice, publication.GoneState, publication.Redirect, publication.Vanish, "nothing"} {
		w.owe(fmt.Sprint("down-", i), state)
	}
	w.check(w.worker.Sweep(t.Context()))
	w.waits("urgent", 2)
	w.waits("urgent-calls", 6)
	if n := w.lengths()["default.pending"]; n < 200 {
		t.Errorf("%d ordinary ones were hinted", n)
	}
	item("while the queue is full", content.Tombstoned, now)
	w.owe("down-again", publication.GoneState)
	w.check(w.worker.Sweep(t.Context()))
	w.waits("urgent", 3)
	w.waits("urgent-calls", 7)
}

// owe makes a delivery to a subscriber due.
func (w *town) owe(item, state string) {
	w.t.Helper()
	_, err := w.ledger.Owe(w.t.Context(), "sub-down", item, 1, 1, channel.Show{State: state, Site: "www"})
	w.check(err)
}

func (w *town) lengths() map[string]int {
	w.t.Helper()
	n, err := w.queue.Lengths(w.t.Context())
	w.check(err)
	return n
}

func (w *town) waits(queue string, want int) {
	w.t.Helper()
	if n := w.lengths()[queue+".pending"]; n != want {
		w.t.Errorf("%s: %d hints wait, want %d", queue, n, want)
	}
}
