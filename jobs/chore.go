// Chores: what has to be done now and then, by whichever worker comes first.

package jobs

import (
	"cmp"
	"context"
	"errors"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/store"
)

// Chore (例行清理) may run twice, and in two processes at once, without harm.
// One that is done once a day or less is done at night.
type Chore struct {
	Name      string
	Every     time.Duration
	At        time.Duration // after midnight, where the offices are; 0: at three, Midnight: at midnight; for what is done at night
	CallBacks bool          // also soon after a text was called back for good (privacy)
	Run       func(context.Context) error
}

// Midnight is the time of a chore that is done as the day begins.
const Midnight = 24 * time.Hour

// ErrMore is what a chore answers that has done a part: it comes again at once,
// as long as the night lasts, and else goes on the next night.
var ErrMore = errors.New("there is more to do")

// turn is when a chore is next due; whoever moves it on does the chore.
type turn struct {
	store.Meta
	Due int64 `json:"due"`
}

const (
	choreLook   = time.Minute      // how often somebody looks for chores
	choreSoon   = time.Minute      // after a call-back
	choreAgain  = 10 * time.Minute // after a failure
	night       = 3 * time.Hour    // after midnight, where the offices are
	nightLength = 4 * time.Hour    // of a chore that has more to do
	choreLength = time.Hour        // at most
)

func (w *Worker) openChores(ctx context.Context) (err error) {
	w.choring.Lock()
	defer w.choring.Unlock()
	if w.turnsTaken == nil {
		w.turnsTaken, err = store.Use[turn](ctx, w.Content.DB, store.Spec[turn]{Name: "chores", Schema: 1})
	}
	return err
}

func (w *Worker) choresUntil(ctx context.Context) {
	tick := time.NewTicker(choreLook)
	defer tick.Stop()
	for {
		w.DoChores(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// DoChores does what is due. A chore that fails is said and comes again soon.
func (w *Worker) DoChores(ctx context.Context) {
	if w.held(ctx) {
		return
	}
	if err := w.openChores(ctx); err != nil {
		w.Log.Warn("chores", "kind", gongkai.KindOf(err).String(), "code", gongkai.CodeOf(err))
		return
	}
	for _, c := range w.Chores {
		if err := w.doChore(ctx, c); err != nil && ctx.Err() == nil {
			w.Log.Warn("chore", "chore", c.Name, "kind", gongkai.KindOf(err).String(), "code", gongkai.CodeOf(err))
		}
	}
}

func (w *Worker) doChore(ctx context.Context, c Chore) error {
	mine, err := w.takeTurn(ctx, c)
	if err != nil || !mine {
		return err
	}
	run, cancel := context.WithTimeout(ctx, choreLength)
	defer cancel()
	err = w.safely(func() error { return c.Run(run) })
	switch {
	case err == nil:
		return nil
	case !errors.Is(err, ErrMore):
		return errors.Join(err, w.bringForward(context.WithoutCancel(ctx), c.Name, w.Now().Add(min(choreAgain, c.Every))))
	case c.inTheNight(w.Now()):
		return w.bringForward(ctx, c.Name, w.Now().Add(choreSoon))
	}
	return nil
}

// inTheNight tells whether a chore that began at its time may go on.
func (c Chore) inTheNight(now time.Time) bool {
	next := c.next(now)
	return !now.Before(next.Add(-c.Every)) && now.Before(next.Add(nightLength-c.Every))
}

// takeTurn moves a due chore on: of several workers one alone gets it.
func (w *Worker) takeTurn(ctx context.Context, c Chore) (mine bool, err error) {
	_, err = w.turnsTaken.Upsert(ctx, c.Name, func(doc *turn, exists bool) error {
		now := w.Now()
		if !exists && c.Every >= 24*time.Hour {
			doc.Due = gongkai.Millis(c.next(now))
			return nil
		}
		if mine = !exists || doc.Due <= gongkai.Millis(now); !mine {
			return store.ErrUnchanged
		}
		doc.Due = gongkai.Millis(c.next(now))
		return nil
	})
	return mine && err == nil, err
}

// next is when a chore is due after now.
func (c Chore) next(now time.Time) time.Time {
	if c.Every < 24*time.Hour {
		return now.Add(c.Every)
	}
	local := now.In(content.Shanghai).Add(c.Every - 24*time.Hour)
	midnight := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, content.Shanghai) // a zone without summer time
	at := midnight.Add(cmp.Or(c.At, night))
	if !at.After(local) {
		at = at.AddDate(0, 0, 1)
	}
	return at
}

// bringForward makes a chore due no later than at.
func (w *Worker) bringForward(ctx context.Context, name string, at time.Time) error {
	_, err := w.turnsTaken.Upsert(ctx, name, func(doc *turn, exists bool) error {
		if exists && doc.Due <= gongkai.Millis(at) {
			return store.ErrUnchanged
		}
		doc.Due = gongkai.Millis(at)
		return nil
	})
	return err
}

// calledBack brings forward what is to be done soon after a call-back for good.
func (w *Worker) calledBack(ctx context.Context) error {
	for _, c := range w.Chores {
		if !c.CallBacks {
			continue
		}
		if err := w.bringForward(ctx, c.Name, w.Now().Add(choreSoon)); err != nil {
			return err
		}
	}
	return nil
}
