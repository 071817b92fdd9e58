// Watched: a database whose operations are timed.

package store

import (
	"context"
	"errors"
	"time"
)

// Work is one operation that a database did for somebody.
type Work struct {
	Name  string    // next, lift, ping, declare, load, insert, change, scan, count
	Table string    // "" for ping; "counters" for next and lift
	Began time.Time // and it has just ended
	Err   error     // of the database; what a change decided is not its failure
}

// Watched tells seen of every operation of db. seen is called by many at once,
// and everybody waits for it.
func Watched(db DB, seen func(context.Context, Work)) DB { return watched{db, seen} }

// Under is the database below Watched, for whoever needs more of a driver than
// the contract.
func Under(db DB) DB {
	if w, ok := db.(watched); ok {
		return Under(w.DB)
	}
	return db
}

type watched struct {
	DB   // Close is not an operation
	seen func(context.Context, Work)
}

// tables of operations that have none of their own.
const (
	noTable  = ""
	counting = "counters"
)

func (w watched) Next(ctx context.Context, counter string) (int64, error) {
	began := time.Now()
	n, err := w.DB.Next(ctx, counter)
	w.seen(ctx, Work{"next", counting, began, err})
	return n, err
}

func (w watched) Lift(ctx context.Context, counter string, atLeast int64) error {
	began := time.Now()
	err := w.DB.Lift(ctx, counter, atLeast)
	w.seen(ctx, Work{"lift", counting, began, err})
	return err
}

func (w watched) Ping(ctx context.Context) error {
	began := time.Now()
	err := w.DB.Ping(ctx)
	w.seen(ctx, Work{"ping", noTable, began, err})
	return err
}

func (w watched) Declare(ctx context.Context, t *Table) error {
	began := time.Now()
	err := w.DB.Declare(ctx, t)
	w.seen(ctx, Work{"declare", t.Name, began, err})
	return err
}

func (w watched) Load(ctx context.Context, t *Table, id string) (Raw, error) {
	began := time.Now()
	raw, err := w.DB.Load(ctx, t, id)
	w.seen(ctx, Work{"load", t.Name, began, err})
	return raw, err
}

func (w watched) Insert(ctx context.Context, t *Table, docs []Raw) []error {
	began := time.Now()
	errs := w.DB.Insert(ctx, t, docs)
	w.seen(ctx, Work{"insert", t.Name, began, firstOf(errs)})
	return errs
}

func firstOf(errs []error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// Change reports the database's failures alone: that somebody may not, or came
// too late, is what decide is for.
func (w watched) Change(ctx context.Context, t *Table, id string, decide func(Raw) (Raw, error)) error {
	began := time.Now()
	var refused error
	err := w.DB.Change(ctx, t, id, func(cur Raw) (next Raw, err error) {
		next, err = decide(cur)
		refused = err
		return next, err
	})
	op := Work{"change", t.Name, began, err}
	if refused != nil && errors.Is(err, refused) {
		op.Err = nil
	}
	w.seen(ctx, op)
	return err
}

func (w watched) Scan(ctx context.Context, t *Table, s Scan) ([]Raw, error) {
	began := time.Now()
	raws, err := w.DB.Scan(ctx, t, s)
	w.seen(ctx, Work{"scan", t.Name, began, err})
	return raws, err
}

func (w watched) Count(ctx context.Context, t *Table, s Scan) (int, error) {
	began := time.Now()
	n, err := w.DB.Count(ctx, t, s)
	w.seen(ctx, Work{"count", t.Name, began, err})
	return n, err
}
