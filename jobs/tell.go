// Tell: settles all that one document owes.

package jobs

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"time"

	"gongkai"
	"gongkai/audit"
	"gongkai/channel"
	"gongkai/content"
	"gongkai/publication"
	"gongkai/store"
	"gongkai/workflow"
)

// keepSteps is how long an item remembers the ids of its steps, so that a
// repeated step gets its first answer.
const keepSteps = 7 * 24 * time.Hour

// tellItem builds the sheet that waits, copies acts to the trail, brings the
// public side up to date and writes down what was done.
//
// Then it does what is scheduled: whatever else fails must not let its time pass.
func (w *Worker) tellItem(ctx context.Context, id string) error {
	defer w.alone(id)()
	it, err := w.Content.Items.Get(ctx, id)
	if err != nil || it.Due == 0 {
		return err
	}
	var failed error
	if workflow.Debt(it, 1) == 1 || it.Due != it.ScheduledAt {
		failed = w.tellOwed(ctx, it)
	}
	if err := w.onTime(ctx, it); err != nil {
		return err
	}
	return failed
}

func (w *Worker) tellOwed(ctx context.Context, it content.Item) (err error) {
	id := it.ID
	if it.Work.State == content.Checking {
		err = w.safely(func() error { return w.Engine.Build(ctx, id) })
		now, getErr := w.Content.Items.Get(ctx, id)
		if getErr != nil {
			return getErr
		}
		it = now
	}
	members := w.safely(func() error { return w.Engine.Settle(ctx, it) })
	if err == nil {
		err = w.safely(func() error { return w.settle(ctx, it) })
	}
	if err = errors.Join(err, members); err == nil {
		err = w.safely(func() error { return w.Engine.Interprets(ctx, it) })
	}
	if err != nil {
		return w.later(ctx, it, err)
	}
	w.Watch.told(it, w.Now())
	w.Log.Info("told", "item", id, "seq", it.Seq, "acts", it.StepN-it.Copied)
	return w.told(ctx, it)
}

// told writes down what was done for the item as it was read. If a newer state
// was told meanwhile, by another process, it is told again: this tell may have
// put back files that the newer one had removed.
func (w *Worker) told(ctx context.Context, it content.Item) error {
	_, err := w.Content.Items.Update(ctx, it.ID, 0, func(doc *content.Item) error {
		if it.Told < it.Seq {
			doc.Told = it.Seq
		}
		doc.Copied, doc.Tries = max(doc.Copied, it.StepN), 0
		w.prune(doc)
		doc.Due = workflow.Debt(*doc, gongkai.Millis(w.Now()))
		return nil
	})
	return err
}

// alone lets one tell of an item run at a time in this process; in others the
// guards of what is written decide.
func (w *Worker) alone(id string) (unlock func()) {
	h := fnv.New32a()
	_, _ = h.Write([]byte(id)) // never fails
	mu := &w.turns[h.Sum32()%uint32(len(w.turns))]
	mu.Lock()
	return mu.Unlock
}

func (w *Worker) settle(ctx context.Context, it content.Item) error {
	if err := w.copySteps(ctx, it); err != nil {
		return err
	}
	if it.Told < it.Seq {
		if err := w.publish(ctx, it); err != nil {
			return err
		}
		if err := w.register(ctx, it); err != nil {
			return err
		}
	}
	return w.notice(ctx, it)
}

// notice tells people what happened, last of all: it holds up nothing that the
// public waits for. What fails for good is said and given up.
func (w *Worker) notice(ctx context.Context, it content.Item) error {
	if w.Notices == nil {
		return nil
	}
	err := w.Notices(ctx, it)
	if err != nil && !gongkai.Is(err, gongkai.Unavailable) {
		w.Log.Warn("notices", "item", it.ID, "kind", gongkai.KindOf(err).String(), "code", gongkai.CodeOf(err))
		return nil
	}
	return err
}

// register writes what the gate did into its register. What cannot be counted
// holds nothing else up: the nightly re-scan tries again.
func (w *Worker) register(ctx context.Context, it content.Item) error {
	err := w.Engine.Register(ctx, it)
	if err != nil && !gongkai.Is(err, gongkai.Unavailable) {
		w.Log.Warn("register", "item", it.ID, "kind", gongkai.KindOf(err).String(), "code", gongkai.CodeOf(err))
		return nil
	}
	return err
}

// later puts the debt off. Whatever was done already is done again: each part
// may happen twice.
func (w *Worker) later(ctx context.Context, it content.Item, failed error) error {
	_, err := w.Content.Items.Update(ctx, it.ID, 0, func(doc *content.Item) error {
		if doc.Rev != it.Rev {
			return store.ErrUnchanged // somebody acted meanwhile: it is due by that
		}
		doc.Tries++
		now := w.Now()
		doc.Due = gongkai.Millis(now.Add(w.Backoff(doc.Tries)))
		if doc.ScheduledAt > gongkai.Millis(now) { // no failure lets the time of a schedule pass
			doc.Owes(doc.ScheduledAt)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return failed
}

// prune forgets acts that the trail holds and nobody repeats any more.
func (w *Worker) prune(it *content.Item) {
	old := gongkai.Millis(w.Now().Add(-keepSteps))
	it.Steps = slices.DeleteFunc(it.Steps, func(s content.StepRecord) bool { return s.N <= it.Copied && s.At < old })
}

// copySteps copies to the trail the acts that it does not hold yet.
func (w *Worker) copySteps(ctx context.Context, it content.Item) error {
	var entries []audit.Entry
	for _, s := range it.Steps {
		if s.N <= it.Copied {
			continue
		}
		detail := map[string]string{"from": s.From, "to": s.To, "step": fmt.Sprint(s.N), "hash": s.Hash}
		for k, v := range s.Detail {
			detail[k] = v
		}
		entries = append(entries, audit.Entry{At: s.At, Actor: s.By, ActorName: s.Name, Act: "item." + strings.TrimPrefix(s.Act, "item."), Object: "item/" + it.ID,
			Unit: workflow.UnitAt(it, s.N), Detail: detail, Key: workflow.StepKey(it.ID, s.N)})
	}
	return w.trailing.append(ctx, w.Trail, entries)
}

// copyOut brings the public copy of a small document up to date and clears its
// debt, unless it changed meanwhile.
func copyOut[T any](ctx context.Context, docs *store.Collection[T], id string, copyDoc func(context.Context, T) error, times func(*T) (int64, *int64)) error {
	doc, err := docs.Get(ctx, id)
	if err != nil {
		return err
	}
	seen, due := times(&doc)
	if *due == 0 {
		return nil
	}
	if err := copyDoc(ctx, doc); err != nil {
		return err
	}
	_, err = docs.Update(ctx, id, 0, func(doc *T) error {
		now, due := times(doc)
		if now != seen {
			return store.ErrUnchanged
		}
		*due = 0
		return nil
	})
	return err
}

// fillPage is how many items one task of a back-fill looks at.
const fillPage = 200

// fill owes a subscriber what was released before it came, or changed while it
// was away, page by page.
func (w *Worker) fill(ctx context.Context, id string) error {
	sub, err := w.Channels.Subscribers.Get(ctx, id)
	if err != nil || sub.Due == 0 {
		return err
	}
	public := []store.Cond{store.In("live.state", content.Published, content.Suspended, content.Tombstoned)}
	if sub.Cursor == "" {
		total, err := w.Content.Items.Count(ctx, public, 0)
		if err != nil {
			return err
		}
		sub.Fill.Total = int64(total)
		if err := w.fillColumns(ctx, sub); err != nil {
			return err
		}
	}
	page, err := w.Content.Items.Find(ctx, store.Query{Where: public,
		Sort: []string{"updated"}, After: sub.Cursor, Limit: fillPage})
	if err != nil {
		return err
	}
	for _, it := range page.Docs {
		if err := w.oweOne(ctx, it, sub); err != nil {
			return err
		}
	}
	if err := w.Channels.Subscribers.Filled(ctx, sub, page.Next, len(page.Docs)); err != nil || page.Next == "" {
		return err
	}
	w.Queue.done(taskTell + ":subscriber:" + id)
	w.Wake("subscriber", id, false)
	return nil
}

// oweOne brings one subscriber up to date with one item. What the channel shows
// otherwise than it should is a public change of its own, with a number of its
// own: receivers compare numbers. So is a debt under way, which may have read
// the subscribers before this one was there.
func (w *Worker) oweOne(ctx context.Context, it content.Item, sub channel.Subscriber) error {
	target := sub.Target(it.Live.Placed)
	want := wanted(it, target)
	d, err := w.Ledger.Get(ctx, target.ID+"."+it.ID)
	absent := gongkai.Is(err, gongkai.Missing)
	switch {
	case err != nil && !absent:
		return err
	case it.Told < it.Seq && changed(it) > sub.Updated:
		return nil // its own tell finds the subscriber
	case it.Told < it.Seq, !absent && d.Differs(target, want):
		return w.raise(ctx, it)
	case absent && want.State != publication.Shows:
		return nil // it never showed it
	case absent:
		epoch, err := w.Content.Epoch(ctx)
		if err != nil {
			return err
		}
		return w.oweTarget(ctx, it, epoch, target)
	case d.State == channel.Stalled:
		_, err = w.Ledger.Retry(ctx, d.ID, false)
		return err
	}
	return nil
}

// changed is when the last public change was made; 0 if that is long ago.
func changed(it content.Item) int64 {
	s, _ := changedBy(it)
	return s.At
}

// changedBy is the act that made the last public change, unless it is long ago.
func changedBy(it content.Item) (content.StepRecord, bool) {
	for _, s := range slices.Backward(it.Steps) {
		if act, _ := workflow.ActOf(s.Act); act.Public {
			return s, true
		}
	}
	return content.StepRecord{}, false
}

// raise gives an item the next number and lets it be told again.
func (w *Worker) raise(ctx context.Context, it content.Item) error {
	err := w.Retell(ctx, it.ID)
	if err == nil {
		w.Wake("item", it.ID, it.Live.State != content.Published)
	}
	return err
}
