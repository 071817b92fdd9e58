// Watched: an index whose operations are timed.

package search

import (
	"context"
	"time"
)

// Watched tells seen of every operation of index: its name (put, delete,
// search, get, reset), when it began and what came of it. seen is called by
// many at once, and everybody waits for it.
func Watched(index Index, seen func(ctx context.Context, op string, began time.Time, err error)) Index {
	return watched{index, seen}
}

type watched struct {
	Index // Ping, Rebuild and Close are not counted
	seen  func(ctx context.Context, op string, began time.Time, err error)
}

func (w watched) Put(ctx context.Context, docs ...Doc) error {
	began := time.Now()
	err := w.Index.Put(ctx, docs...)
	w.seen(ctx, "put", began, err)
	return err
}

func (w watched) Delete(ctx context.Context, id string, epoch, seq int64) error {
	began := time.Now()
	err := w.Index.Delete(ctx, id, epoch, seq)
	w.seen(ctx, "delete", began, err)
	return err
}

func (w watched) Search(ctx context.Context, q Query) (Result, error) {
	began := time.Now()
	r, err := w.Index.Search(ctx, q)
	w.seen(ctx, "search", began, err)
	return r, err
}

func (w watched) Get(ctx context.Context, id string) (Hit, error) {
	began := time.Now()
	h, err := w.Index.Get(ctx, id)
	w.seen(ctx, "get", began, err)
	return h, err
}

func (w watched) Reset(ctx context.Context) error {
	began := time.Now()
	err := w.Index.Reset(ctx)
	w.seen(ctx, "reset", began, err)
	return err
}
