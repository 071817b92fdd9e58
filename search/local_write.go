// Writing to the embedded index: the guard, the slots, one transaction.

package search

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"gongkai"
)

// Put implements Index.
func (l *Local) Put(ctx context.Context, docs ...Doc) error { return l.put(ctx, docs, false) }

// put writes documents that are newer than what is there; again, also those
// whose state is there already.
func (l *Local) put(ctx context.Context, docs []Doc, again bool) error {
	newest, err := newestOf(docs)
	if err != nil || len(newest) == 0 {
		return err
	}
	entries := makeEntries(newest) // outside the transaction: others may write meanwhile
	return l.update(ctx, func(tx *sql.Tx) error {
		w, err := newWriter(ctx, tx)
		if err != nil {
			return err
		}
		w.again = again
		for i, d := range newest {
			if err := w.put(d, &entries[i]); err != nil {
				return err
			}
		}
		return w.saveSpill()
	})
}

func makeEntries(docs []*Doc) []entry {
	entries := make([]entry, len(docs))
	var next atomic.Int64
	var all sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(docs)) {
		all.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(docs)); i = next.Add(1) - 1 {
				entries[i] = makeEntry(docs[i])
			}
		})
	}
	all.Wait()
	return entries
}

// newestOf drops repeated ids but the newest, oldest publication first: the
// inverted index takes ascending slots fastest.
func newestOf(docs []Doc) ([]*Doc, error) {
	byID := make(map[string]*Doc, len(docs))
	for i := range docs {
		d := &docs[i]
		if d.ID == "" {
			return nil, gongkai.E(gongkai.Invalid, "search_id", "检索文档缺少标识", "a document to index has no id")
		}
		if had := byID[d.ID]; had == nil || newer(d.Epoch, d.Seq, had.Epoch, had.Seq) {
			byID[d.ID] = d
		}
	}
	out := make([]*Doc, 0, len(byID))
	for _, d := range byID {
		out = append(out, d)
	}
	slices.SortFunc(out, func(a, b *Doc) int {
		return cmp.Or(cmp.Compare(a.Published, b.Published), cmp.Compare(a.ID, b.ID))
	})
	return out, nil
}

func newer(epoch, seq, thanEpoch, thanSeq int64) bool {
	return epoch > thanEpoch || epoch == thanEpoch && seq > thanSeq
}

// Delete implements Index. On a tie with a document the deletion wins.
func (l *Local) Delete(ctx context.Context, id string, epoch, seq int64) error {
	return l.update(ctx, func(tx *sql.Tx) error {
		w, err := newWriter(ctx, tx)
		if err != nil {
			return err
		}
		had, err := w.held(id)
		if err != nil || newer(had.epoch, had.seq, epoch, seq) {
			return err
		}
		if err := w.clear(had); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "INSERT OR REPLACE INTO gone VALUES (?, ?, ?)", id, epoch, seq)
		return err
	})
}

// writer is one write transaction.
type writer struct {
	ctx   context.Context
	tx    *sql.Tx
	spill int64 // the farthest that any document lies behind its own slot
	was   int64
	again bool // a document that is there in the same state is written again
}

func newWriter(ctx context.Context, tx *sql.Tx) (*writer, error) {
	w := &writer{ctx: ctx, tx: tx}
	err := tx.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = 'spill'").Scan(&w.spill)
	w.was = w.spill
	return w, err
}

func (w *writer) saveSpill() error {
	if w.spill == w.was {
		return nil
	}
	_, err := w.tx.ExecContext(w.ctx, "UPDATE meta SET value = ? WHERE name = 'spill'", w.spill)
	return err
}

// state is what the index knows of an id: a document, a deletion or nothing.
type state struct {
	slot       int64 // 0: no document
	epoch, seq int64
	known      bool
}

func (w *writer) held(id string) (state, error) {
	s := state{known: true}
	err := w.tx.QueryRowContext(w.ctx, `SELECT slot, epoch, seq FROM docs WHERE id = ?1
		UNION ALL SELECT 0, epoch, seq FROM gone WHERE id = ?1`, id).Scan(&s.slot, &s.epoch, &s.seq)
	if errors.Is(err, sql.ErrNoRows) {
		return state{epoch: -1 << 63, seq: -1 << 63}, nil
	}
	return s, err
}

// clear removes the document, if there is one.
func (w *writer) clear(s state) error {
	if s.slot == 0 {
		return nil
	}
	if _, err := w.tx.ExecContext(w.ctx, "DELETE FROM grams WHERE rowid = ?", s.slot); err != nil {
		return err
	}
	if _, err := w.tx.ExecContext(w.ctx, "DELETE FROM terms WHERE slot = ?", s.slot); err != nil {
		return err
	}
	_, err := w.tx.ExecContext(w.ctx, "DELETE FROM docs WHERE slot = ?", s.slot)
	return err
}

func (w *writer) put(d *Doc, e *entry) error {
	had, err := w.held(d.ID)
	if err != nil || !w.replaces(d, had) {
		return err
	}
	if err := w.clear(had); err != nil {
		return err
	}
	if had.known && had.slot == 0 {
		if _, err := w.tx.ExecContext(w.ctx, "DELETE FROM gone WHERE id = ?", d.ID); err != nil {
			return err
		}
	}
	slot, err := w.insert(d, e)
	if err != nil {
		return err
	}
	if _, err := w.tx.ExecContext(w.ctx, "INSERT INTO terms VALUES (?, ?)", slot, e.terms); err != nil {
		return err
	}
	_, err = w.tx.ExecContext(w.ctx, "INSERT INTO grams (rowid, tokens) VALUES (?, ?)", slot, e.tokens)
	return err
}

func (w *writer) replaces(d *Doc, had state) bool {
	same := had.slot != 0 && d.Epoch == had.epoch && d.Seq == had.seq
	return !had.known || newer(d.Epoch, d.Seq, had.epoch, had.seq) || w.again && same
}

// insert takes the first free slot at or after the one of the date, reaching
// farther at each attempt, so that a thousand of one second cost little.
func (w *writer) insert(d *Doc, e *entry) (int64, error) {
	first := slotOf(d.Published)
	for reach := int64(1); ; reach *= 2 {
		slot := first + rand.Int64N(reach)
		r, err := w.tx.ExecContext(w.ctx, "INSERT INTO docs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (slot) DO NOTHING",
			slot, d.ID, d.Item, d.Site, d.Epoch, d.Seq, d.Published, e.docNo, e.tail, e.index, e.rank)
		if err != nil {
			return 0, err
		}
		if n, err := r.RowsAffected(); err != nil || n == 1 {
			w.spill = max(w.spill, slot-first)
			return slot, err
		}
	}
}

// slotOf is the slot a date asks for: seconds since 1900, at least 1.
func slotOf(published int64) int64 {
	const since1900, last = 2_208_988_800, 1 << 40
	return min(max(1, published/1000+since1900), last)
}
