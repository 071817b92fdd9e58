// Tell: settles all that one document owes.

package jobs

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"gongkai"
	"gongkai/audit"
	"gongkai/content"
	"gongkai/store"
	"gongkai/workflow"
)

// keepSteps is how long an item remembers the ids of its steps, so that a
// repeated step gets its first answer.
const keepSteps = 7 * 24 * time.Hour

// tellItem builds the sheet that waits, copies acts to the trail, brings the
// public side up to date and writes down what was done.
func (w *Worker) tellItem(ctx context.Context, id string) error {
	err := w.Engine.Build(ctx, id)
	it, getErr := w.Content.Items.Get(ctx, id)
	if getErr != nil {
		return getErr
	}
	if it.Due == 0 {
		return err
	}
	if err == nil {
		err = w.settle(ctx, it)
	}
	if err != nil {
		return w.later(ctx, it, err)
	}
	_, err = w.Content.Items.Update(ctx, id, 0, func(doc *content.Item) error {
		doc.Told, doc.Copied, doc.Tries = max(doc.Told, it.Seq), max(doc.Copied, it.StepN), 0
		w.prune(doc)
		doc.Due = workflow.Debt(*doc, gongkai.Millis(w.Now()))
		return nil
	})
	return err
}

func (w *Worker) settle(ctx context.Context, it content.Item) error {
	if err := w.copySteps(ctx, it); err != nil {
		return err
	}
	if it.Told < it.Seq {
		return w.publish(ctx, it)
	}
	return nil
}

// later puts the debt off. Whatever was done already is done again: each part
// may happen twice.
func (w *Worker) later(ctx context.Context, it content.Item, failed error) error {
	_, err := w.Content.Items.Update(ctx, it.ID, 0, func(doc *content.Item) error {
		if doc.Rev != it.Rev {
			return store.ErrUnchanged // somebody acted meanwhile: it is due by that
		}
		doc.Tries++
		doc.Due = gongkai.Millis(w.Now().Add(w.Backoff(doc.Tries)))
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
		entries = append(entries, audit.Entry{At: s.At, Actor: s.By, ActorName: s.Name, Act: "item." + strings.TrimPrefix(s.Act, "item."), Object: "item:" + it.ID,
			Unit: it.Unit, Detail: detail, Key: fmt.Sprintf("%s.%d", it.ID, s.N)})
	}
	return w.Trail.Append(ctx, entries...)
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

// fill owes a new subscriber what was released before it came, page by page.
func (w *Worker) fill(ctx context.Context, id string) error {
	sub, err := w.Channels.Subscribers.Get(ctx, id)
	if err != nil || sub.Due == 0 {
		return err
	}
	page, err := w.Content.Items.Find(ctx, store.Query{Where: []store.Cond{store.Eq("live.state", content.Published)}, Sort: []string{"updated"}, After: sub.Cursor, Limit: 200})
	if err != nil {
		return err
	}
	for _, it := range page.Docs {
		if it.Told == it.Seq { // else its own tell does it
			if err := w.owe(ctx, it); err != nil {
				return err
			}
		}
	}
	if err := w.Channels.Subscribers.Filled(ctx, id, page.Next); err != nil || page.Next == "" {
		return err
	}
	w.Queue.done(taskTell + ":subscriber:" + id)
	w.Wake("subscriber", id, false)
	return nil
}
