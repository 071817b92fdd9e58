// Restores from a backup: what came of the last one, and whether anything may
// be told yet.

package content

import (
	"context"

	"gongkai"
	"gongkai/store"
)

// Restore (恢复) is the last restore from a backup. Until the public store has
// been reconciled with, and a person has confirmed the lost window where it was
// lost too, nobody outside is told anything.
type Restore struct {
	store.Meta
	Number    int64 `json:"number"`          // of restores of this content, from 1
	Epoch     int64 `json:"epoch"`           // the epoch that it began
	Taken     int64 `json:"taken,omitempty"` // when the backup was made; 0: not known
	Began     int64 `json:"began"`
	Ended     int64 `json:"ended,omitempty"`
	Lost      bool  `json:"lost,omitempty"` // the public store was lost too
	Confirmed int64 `json:"confirmed,omitempty"`
	// What was found on the public side that the backup did not know.
	Ahead     int64 `json:"ahead"`     // items whose live part became what the page shows
	Suspended int64 `json:"suspended"` // of these: an unknown edition, suspended until a person decides
	Made      int64 `json:"made"`      // of these: items that the backup did not hold at all
}

const lastRestore = "last"

// Holds tells whether nothing may be told yet.
func (r Restore) Holds() bool {
	return r.Number > 0 && (r.Ended == 0 || r.Waits())
}

// Waits tells whether a person has to confirm the lost window.
func (r Restore) Waits() bool { return r.Ended > 0 && r.Lost && r.Confirmed == 0 }

// LastRestore reads the last restore; Number 0 if there was none.
func (c *Content) LastRestore(ctx context.Context) (Restore, error) {
	r, err := c.Restores.Get(ctx, lastRestore)
	if gongkai.Is(err, gongkai.Missing) {
		return Restore{}, nil
	}
	return r, err
}

// BeginRestore opens a restore, or goes on with one that did not end.
func (c *Content) BeginRestore(ctx context.Context, taken int64, lost bool) (Restore, error) {
	return c.Restores.Upsert(ctx, lastRestore, func(doc *Restore, exists bool) error {
		if exists && doc.Ended == 0 {
			if doc.Lost || !lost {
				return store.ErrUnchanged
			}
			doc.Lost = true
			return nil
		}
		*doc = Restore{Meta: doc.Meta, Number: doc.Number + 1, Taken: taken, Began: gongkai.Millis(c.Now()), Lost: lost}
		return nil
	})
}

// EndRestore raises the epoch and closes the restore: from here on the workers
// may tell, unless a person has to confirm first.
func (c *Content) EndRestore(ctx context.Context, found Restore) (Restore, error) {
	_, err := c.Settings.Upsert(ctx, "epoch", func(doc *Setting, _ bool) error {
		if doc.Value >= found.Epoch {
			return store.ErrUnchanged
		}
		doc.Value = found.Epoch
		return nil
	})
	if err != nil {
		return found, err
	}
	return c.Restores.Update(ctx, lastRestore, 0, func(doc *Restore) error {
		if doc.Ended > 0 {
			return store.ErrUnchanged
		}
		found.Meta, found.Ended = doc.Meta, gongkai.Millis(c.Now())
		*doc = found
		return nil
	})
}

// ConfirmLostWindow says that a person takes it upon them that what the public
// was told since the backup is not known.
func (c *Content) ConfirmLostWindow(ctx context.Context) (Restore, error) {
	return c.Restores.Update(ctx, lastRestore, 0, func(doc *Restore) error {
		if !doc.Waits() {
			return gongkai.E(gongkai.Blocked, "nothing_lost", "没有待确认的恢复", "no restore waits for a confirmation")
		}
		doc.Confirmed = gongkai.Millis(c.Now())
		return nil
	})
}
