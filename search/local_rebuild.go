// Rebuilding the embedded index: in place, beside those that search and write.

package search

import (
	"context"
	"database/sql"
	"maps"
	"slices"
)

// removedAtOnce bounds a transaction: other writers wait for it.
const removedAtOnce = 500

// Rebuild implements Index. What fill puts is written again even where the
// index holds the same state; then goes what was there at the beginning, was
// not put and has not changed since.
func (l *Local) Rebuild(ctx context.Context, fill func(put func(...Doc) error) error) error {
	left, err := l.states(ctx)
	if err != nil {
		return err
	}
	err = fill(func(docs ...Doc) error {
		for _, d := range docs {
			delete(left, d.ID)
		}
		return l.put(ctx, docs, true)
	})
	if err != nil {
		return err
	}
	for ids := range slices.Chunk(slices.Collect(maps.Keys(left)), removedAtOnce) {
		if err := l.removeUnchanged(ctx, ids, left); err != nil {
			return err
		}
	}
	return nil
}

// states are the documents that the index holds now.
func (l *Local) states(ctx context.Context) (map[string]state, error) {
	out := map[string]state{}
	err := l.view(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, "SELECT id, slot, epoch, seq FROM docs")
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			id, s := "", state{known: true}
			if err := rows.Scan(&id, &s.slot, &s.epoch, &s.seq); err != nil {
				return err
			}
			out[id] = s
		}
		return rows.Err()
	})
	return out, err
}

// removeUnchanged leaves no deletion marker: nobody called these pages back,
// and the state that is gone here may rightly come again.
func (l *Local) removeUnchanged(ctx context.Context, ids []string, was map[string]state) error {
	return l.update(ctx, func(tx *sql.Tx) error {
		w, err := newWriter(ctx, tx)
		if err != nil {
			return err
		}
		for _, id := range ids {
			now, err := w.held(id)
			if err == nil && now == was[id] {
				err = w.clear(now)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}
