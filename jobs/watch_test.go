// Whoever watches the workers is told what was paid, how it went, and what is
// still owed.

package jobs_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"gongkai"
	"gongkai/channel"
	"gongkai/channel/receiver"
	"gongkai/content"
	"gongkai/jobs"
)

// notes is what was told, and the log.
type notes struct {
	mu       sync.Mutex
	outcomes map[string]int // of deliveries, by kind of channel
	told     map[string]time.Duration
	tasks    map[string]int
	spans    map[string]int
	log      bytes.Buffer
}

// Write takes the log.
func (n *notes) Write(p []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.log.Write(p)
}

// lines are the log lines with this message.
func (n *notes) lines(message string) (out []map[string]any) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for line := range strings.Lines(n.log.String()) {
		var l map[string]any
		if json.Unmarshal([]byte(line), &l) == nil && l["msg"] == message {
			out = append(out, l)
		}
	}
	return out
}

func (n *notes) did(what func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	what()
}

func (w *town) watched() *notes {
	n := &notes{outcomes: map[string]int{}, told: map[string]time.Duration{}, tasks: map[string]int{}, spans: map[string]int{}}
	span := func(ctx context.Context, name string, ids ...string) (context.Context, func(error)) {
		n.did(func() { n.spans[name+" "+ids[0]]++ })
		return ctx, func(error) {}
	}
	w.worker.Log, w.channels.Span = slog.New(slog.NewJSONHandler(n, nil)), span
	w.worker.Watch = jobs.Watch{Span: span,
		Done: func(task string, _ time.Duration, err error) {
			n.did(func() { n.tasks[task+" "+map[bool]string{true: "done", false: "failed"}[err == nil]]++ })
		},
		Told: func(act string, after time.Duration) { n.did(func() { n.told[act] = after }) },
		Paid: func(d channel.Delivery, outcome string, _ time.Duration) {
			n.did(func() { n.outcomes[channel.KindOf(d.Channel)+" "+outcome]++ })
		},
	}
	return n
}

func TestWhatTheWorkersDoIsTold(t *testing.T) {
	w := newTown(t)
	n := w.watched()
	site := w.subscribe("down")
	w.start()
	it := w.release(w.ready(fields("关于公布名单的通知")))
	w.quiet()
	eventually(t, "both payments in the log", func() bool { return len(n.lines("paid")) == 2 })
	n.did(func() {
		if n.outcomes["search confirmed"] != 1 || n.outcomes["webhook confirmed"] != 1 || n.told["release"] <= 0 || n.told["release"] > patience {
			t.Error(n.outcomes, n.told)
		}
		if n.tasks["tell failed"]+n.tasks["pay failed"] != 0 || n.spans["tell item"] == 0 || n.spans["pay delivery"] == 0 || n.spans["webhook delivery"] != 1 {
			t.Error(n.tasks, n.spans)
		}
	})
	told, paid := n.lines("told"), n.lines("paid")
	if last := told[len(told)-1]; last["item"] != it.ID || last["seq"] != 1.0 {
		t.Error("the line of the tell:", last)
	}
	for _, line := range paid {
		if line["item"] != it.ID || line["seq"] != 1.0 || line["outcome"] != "confirmed" || !strings.HasSuffix(line["delivery"].(string), "."+it.ID) || line["ms"] == nil {
			t.Error("the line of a payment:", line)
		}
	}
	w.retold(it.ID, n)
	site.Misbehave(1, receiver.Status(http.StatusGone))
	w.suspend(it)
	eventually(t, "a call that is refused for good is told", func() bool {
		stalled, err := w.ledger.Stalled(t.Context())
		w.check(err)
		both := len(n.lines("paid")) == 4
		n.mu.Lock()
		defer n.mu.Unlock()
		return both && n.outcomes["webhook stalled"] == 1 && n.told["suspend"] > 0 && stalled[channel.KindWebhook] == 1 && stalled[channel.KindSearch] == 0
	})
	if last := n.lines("paid")[2:]; last[0]["outcome"] == last[1]["outcome"] {
		t.Error(last)
	}
}

// retold tells an item once more, which is no change that anybody waited for.
func (w *town) retold(id string, n *notes) {
	before := len(n.lines("told"))
	n.did(func() { delete(n.told, "release") })
	_, err := w.content.Items.Update(w.t.Context(), id, 0, func(doc *content.Item) error {
		doc.Told = 0
		doc.Owes(1)
		return nil
	})
	w.check(err)
	w.worker.Wake("item", id, true)
	w.quiet()
	n.did(func() {
		if after, counted := n.told["release"]; counted {
			w.t.Error("a page that was told once more counts as a release that took", after)
		}
	})
	if len(n.lines("told")) == before {
		w.t.Error("nothing was told once more")
	}
}

func TestWhatIsOwedIsCountedSinceItWasOwed(t *testing.T) {
	w := newTown(t)
	it := w.release(w.ready(fields("通知"))) // nobody works yet
	owed, err := w.worker.Owed(t.Context())
	w.check(err)
	if d := owed[jobs.DebtItem]; d.Due != 1 || d.Oldest <= 0 {
		t.Fatal(owed)
	}
	if d := owed[jobs.DebtOther]; d.Due == 0 { // the trees were never copied out
		t.Error(owed)
	}
	later := w.newWorker()
	later.Now = func() time.Time { return time.Now().Add(3 * time.Hour) }
	_, err = w.content.Items.Update(t.Context(), it.ID, 0, func(doc *content.Item) error {
		doc.Due, doc.Tries = gongkai.Millis(time.Now().Add(4*time.Hour)), 9 // put off again and again
		return nil
	})
	w.check(err)
	owed, err = later.Owed(t.Context())
	w.check(err)
	if d := owed[jobs.DebtItem]; d.Due != 0 || d.Oldest < 3*time.Hour {
		t.Error("a debt that is put off is as old as it is:", d)
	}
}
