// Acts that were begun: what a process that dies in the middle of one leaves.

package audit

import (
	"context"
	"time"

	"gongkai"
	"gongkai/store"
)

// begun (未完操作) is a note that somebody has begun an act: made before it, taken
// away once the trail says what became of it. One that stays tells that a process
// died in between, or that the trail could not be written any more.
type begun struct {
	store.Meta
	Entry Entry `json:"entry"`
	At    int64 `json:"at"`
}

var begunSpec = store.Spec[begun]{Name: "audit_begun", Schema: 1, Indexes: []store.Index{{Name: "audit_begun_at", Fields: []string{"at"}}}}

// ActInterrupted is an act of which nobody can say whether it was done.
const ActInterrupted = "interrupted"

// longestAct is after how long an act that was begun is over, one way or the
// other: requests are cut off long before.
const longestAct = 10 * time.Minute

// Begin notes that an act begins, before anything is changed; ended takes the note
// away, and is called only when the trail has the act or nothing was changed. The
// entry says who does what; its Act is not looked at.
func (t *Trail) Begin(ctx context.Context, e Entry) (ended func(context.Context) error, err error) {
	e.Act = ActInterrupted
	if _, err := e.clean(gongkai.Millis(t.clock())); err != nil {
		return nil, err
	}
	d := begun{Meta: store.Meta{ID: gongkai.NewID()}, At: e.At}
	e.Key = "interrupted." + d.ID
	d.Entry = e
	if d, err = t.begun.Insert(ctx, d); err != nil {
		return nil, err
	}
	return func(ctx context.Context) error { return t.begun.Delete(ctx, d.ID, d.Rev) }, nil
}

// TellInterrupted writes into the trail which acts were begun and never ended, the
// oldest first, at the time at which they were begun.
func (t *Trail) TellInterrupted(ctx context.Context) error {
	over := gongkai.Millis(t.clock().Add(-longestAct))
	for {
		page, err := t.begun.Find(ctx, store.Query{Where: []store.Cond{store.Lte("at", over)}, Sort: []string{"at"}, Limit: 100})
		if err != nil || len(page.Docs) == 0 {
			return err
		}
		for _, d := range page.Docs {
			if err := t.Append(ctx, d.Entry); err != nil {
				return err
			}
			if err := t.begun.Delete(ctx, d.ID, 0); err != nil && !gongkai.Is(err, gongkai.Missing) {
				return err
			}
		}
	}
}
