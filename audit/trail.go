// Appending to the trail: one guarded write of the head commits.

package audit

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"gongkai"
	"gongkai/store"
)

// Head is the end of the chain: the number and hash of the last entry. Kept
// outside the database, it proves later that nothing before it was touched.
type Head struct {
	N    int64  `json:"n"`
	Hash string `json:"hash"`
}

// headDoc is the one document that an append has to win. Pending holds the
// entries of the last append until they stand in the collection.
type headDoc struct {
	store.Meta
	Head
	Pending []Entry `json:"pending,omitempty"`
}

var headSpec = store.Spec[headDoc]{Name: "audit_head", Schema: 1}

const headID = "head"

// Trail is the audit trail. Safe for many goroutines, and for many processes
// on one store.
type Trail struct {
	clock       gongkai.Clock
	entries     *store.Collection[Entry]
	head        *store.Collection[headDoc]
	checkpoints *store.Collection[checkpointDoc]
	begun       *store.Collection[begun]
	mu          sync.Mutex // the appends of one process take turns, so only processes race
}

// Open declares the collections of the trail in db.
func Open(ctx context.Context, db store.DB, clock gongkai.Clock) (*Trail, error) {
	if clock == nil {
		clock = time.Now
	}
	t := &Trail{clock: clock}
	var err error
	if t.entries, err = store.Use(ctx, db, entrySpec); err != nil {
		return nil, err
	}
	if t.head, err = store.Use(ctx, db, headSpec); err != nil {
		return nil, err
	}
	if t.checkpoints, err = store.Use(ctx, db, checkpointSpec); err != nil {
		return nil, err
	}
	t.begun, err = store.Use(ctx, db, begunSpec)
	return t, err
}

// Bounds of what one write of the head carries.
const (
	chunkEntries = 1000
	chunkBytes   = 1 << 20
)

// Append adds entries at the end, in this order. An entry whose Key is there
// already is passed over, so whoever owes the trail something may repeat
// itself. The entries of one call can be interleaved with another's only
// between chunks of 1,000 entries or 1 MB; each chunk is there wholly or not.
func (t *Trail) Append(ctx context.Context, e ...Entry) error {
	now := gongkai.Millis(t.clock())
	var chunks [][]Entry
	size := chunkBytes
	for _, one := range e {
		n, err := one.clean(now)
		if err != nil {
			return err
		}
		if size += n; size > chunkBytes || len(chunks[len(chunks)-1]) == chunkEntries {
			chunks, size = append(chunks, nil), n
		}
		last := &chunks[len(chunks)-1]
		*last = append(*last, one)
	}
	for _, c := range chunks {
		if err := t.appendChunk(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

const maxTries = 200

// appendChunk tries until it wins the head or the context ends.
func (t *Trail) appendChunk(ctx context.Context, chunk []Entry) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	for range maxTries {
		err := t.try(ctx, chunk)
		if gongkai.CodeOf(err) != errMoved.Code {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(rand.N(4 * time.Millisecond)):
		}
	}
	return errBusy
}

var errBusy = gongkai.E(gongkai.Unavailable, "audit_busy", "审计日志繁忙，请稍后重试", "the trail is busy; try again")

var errMoved = gongkai.E(gongkai.Conflict, "audit_moved", "审计日志已有新的条目", "the trail has grown meanwhile")

// try appends once. Keys are looked up between reading the head and replacing
// that very head, so no entry can slip in between.
func (t *Trail) try(ctx context.Context, chunk []Entry) error {
	head, err := t.settled(ctx)
	if err != nil {
		return err
	}
	fresh, err := t.fresh(ctx, chunk)
	if err != nil || len(fresh) == 0 {
		return err
	}
	next := head.Head
	for i := range fresh {
		if err := fresh[i].after(next); err != nil {
			return err
		}
		next = Head{fresh[i].N, fresh[i].Hash}
	}
	won, err := t.moveHead(ctx, head.Rev, func(h *headDoc) { h.Head, h.Pending = next, fresh })
	if err != nil {
		return err
	}
	// Committed. Should this fail, the next to come finds the pending entries.
	_, _ = t.settle(context.WithoutCancel(ctx), won)
	return nil
}

// moveHead replaces the head that has this revision.
func (t *Trail) moveHead(ctx context.Context, rev int64, change func(*headDoc)) (headDoc, error) {
	return t.head.Upsert(ctx, headID, func(h *headDoc, _ bool) error {
		if h.Rev != rev {
			return errMoved
		}
		change(h)
		return nil
	})
}

// loadHead is the head; Rev 0 if there is none.
func (t *Trail) loadHead(ctx context.Context) (headDoc, error) {
	h, err := t.head.Get(ctx, headID)
	if gongkai.Is(err, gongkai.Missing) {
		return headDoc{}, nil
	}
	return h, err
}

// settled is the head after its pending entries were put in their places.
func (t *Trail) settled(ctx context.Context) (headDoc, error) {
	h, err := t.loadHead(ctx)
	if err != nil {
		return h, err
	}
	if h.Rev == 0 {
		return h, t.untouched(ctx)
	}
	return t.settle(ctx, h)
}

// untouched makes sure that a trail without a head has no entries either.
func (t *Trail) untouched(ctx context.Context) error {
	p, err := t.entries.Find(ctx, store.Query{Limit: 1})
	if err != nil || len(p.Docs) == 0 {
		return err
	}
	h, err := t.loadHead(ctx)
	if err == nil && h.Rev != 0 {
		return errMoved // the very first append went by just now
	}
	if err == nil {
		return errForged
	}
	return err
}

// settle puts pending entries in their places and then empties the list: from
// there on an entry that is missing was taken away by somebody. It gives the
// head without pending entries, or errMoved when somebody else got there first.
func (t *Trail) settle(ctx context.Context, h headDoc) (headDoc, error) {
	if len(h.Pending) == 0 {
		return h, nil
	}
	if err := t.place(ctx, h.Pending); err != nil {
		return h, err
	}
	return t.moveHead(ctx, h.Rev, func(h *headDoc) { h.Pending = nil })
}

var errForged = gongkai.E(gongkai.Blocked, "audit_broken", "审计日志已被改动，请运行 audit verify 检查", "the trail was tampered with; run audit verify")

// place inserts committed entries; some may stand there already.
func (t *Trail) place(ctx context.Context, entries []Entry) error {
	_, err := t.entries.InsertMany(ctx, entries)
	if !gongkai.Is(err, gongkai.Conflict) {
		return err
	}
	for i := range entries {
		_, err := t.entries.Insert(ctx, entries[i])
		if gongkai.Is(err, gongkai.Conflict) {
			err = t.same(ctx, &entries[i])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// same makes sure that what stands in an entry's place is that entry.
func (t *Trail) same(ctx context.Context, e *Entry) error {
	there, err := t.entries.Get(ctx, e.ID)
	if gongkai.Is(err, gongkai.Missing) || err == nil && there.Hash != e.Hash {
		return errForged
	}
	return err
}

// fresh copies those entries whose keys are neither in the trail nor earlier
// in the chunk.
func (t *Trail) fresh(ctx context.Context, chunk []Entry) ([]Entry, error) {
	known, err := t.knownKeys(ctx, chunk)
	if err != nil {
		return nil, err
	}
	var out []Entry
	for _, e := range chunk {
		if e.Key != "" && known[e.Key] {
			continue
		}
		known[e.Key] = true
		out = append(out, e)
	}
	return out, nil
}

// Ready tells whether an entry could be written: whoever is about to change
// what has to stand here asks before.
func (t *Trail) Ready(ctx context.Context) error {
	_, err := t.settled(ctx)
	if gongkai.CodeOf(err) == errMoved.Code {
		return nil
	}
	return err
}

// Head is the present end of the chain, to be kept elsewhere.
func (t *Trail) Head(ctx context.Context) (Head, error) {
	h, err := t.loadHead(ctx)
	if err != nil {
		return Head{}, err
	}
	return h.Head, nil
}
