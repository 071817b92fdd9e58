// Acts on many deliveries at once: sent again, or due again after a pause.

package channel

import (
	"context"
	"time"

	"gongkai"
	"gongkai/store"
)

// What is done to many.
const (
	BulkResend  = "resend"  // 批量重发: a new message of each
	BulkRelease = "release" // 恢复投送: what a pause held is due again
)

// States of a bulk act.
const (
	BulkRunning = "running"
	BulkDone    = "done"
	BulkStopped = "stopped"
)

// Bulk (批量投送) goes over the ledger in pages. It is taken up by whichever
// worker comes first, goes on after a crash, and ends when somebody stops it.
type Bulk struct {
	store.Meta
	Act     string `json:"act" enum:"resend,release"`
	Filter  Filter `json:"filter" doc:"Which deliveries"`
	Why     string `json:"why,omitempty"`
	By      string `json:"by"`
	Name    string `json:"name" doc:"Who began it"`
	State   string `json:"state" enum:"running,done,stopped"`
	Looked  int64  `json:"looked" doc:"Deliveries that were looked at"`
	Sent    int64  `json:"sent" doc:"Those that were put on their way again, of outlets to be looked up; the rest were on their way already, or are of outlets that were not asked for"`
	Total   int64  `json:"total,omitempty" doc:"How many there were to look at when it began; absent: not counted"`
	Cursor  string `json:"cursor,omitempty"`
	Due     int64  `json:"due,omitempty"`
	Created int64  `json:"created"`
	Ended   int64  `json:"ended,omitempty"`
}

// Bounds of a bulk act: how many deliveries of a page, and how many may be due
// at once. So it never fills the ledger with what everything else would wait for.
const (
	bulkPage  = 100
	bulkUnder = 200
	postUnder = 20 // of outlets: each is a call that counts against the platform's quota
	bulkWait  = time.Second
	bulkCount = 100_000
)

func openBulks(ctx context.Context, db store.DB) (*store.Collection[Bulk], error) {
	return store.Use[Bulk](ctx, db, store.Spec[Bulk]{Name: "bulks", Schema: 1, Indexes: []store.Index{
		{Name: "due", Fields: []string{"due"}},
		{Name: "created", Fields: []string{"created"}},
	}})
}

// Begin starts a bulk act.
func (l *Ledger) Begin(ctx context.Context, b Bulk) (Bulk, error) {
	total, known, err := l.CountOf(ctx, b.Filter, bulkCount)
	if err != nil {
		return b, err
	}
	if known && total < bulkCount {
		b.Total = int64(total)
	}
	b.ID, b.Created, b.State = gongkai.NewID(), gongkai.Millis(l.now()), BulkRunning
	b.Due = b.Created
	return l.bulks.Insert(ctx, b)
}

// StopBulk ends one that runs: what it has put on its way stays there.
func (l *Ledger) StopBulk(ctx context.Context, id string) (Bulk, error) {
	return l.bulks.Update(ctx, id, 0, func(b *Bulk) error {
		if b.State != BulkRunning || b.Act == BulkRelease {
			return gongkai.E(gongkai.Blocked, "not_running", "该批量操作已结束，或不能停止", "this is not running any more, or cannot be stopped")
		}
		b.State, b.Due, b.Ended = BulkStopped, 0, gongkai.Millis(l.now())
		return nil
	})
}

// Bulk reads one.
func (l *Ledger) Bulk(ctx context.Context, id string) (Bulk, error) { return l.bulks.Get(ctx, id) }

// Bulks lists them, the newest first.
func (l *Ledger) Bulks(ctx context.Context, after string, limit int) (store.Page[Bulk], error) {
	return l.bulks.Find(ctx, store.Query{Sort: []string{"-created"}, After: after, Limit: limit})
}

// BulksDue are the ids of those that have something to do.
func (l *Ledger) BulksDue(ctx context.Context, at time.Time, limit int) ([]string, error) {
	return dueIDs(ctx, l.bulks, at, limit, func(b Bulk) string { return b.ID })
}

// ForgetBulks deletes those that ended before a time.
func (l *Ledger) ForgetBulks(ctx context.Context, before time.Time) error {
	for {
		page, err := l.bulks.Find(ctx, store.Query{Where: []store.Cond{store.Lt("created", gongkai.Millis(before))}, Sort: []string{"created"}, Limit: 100})
		if err != nil {
			return err
		}
		gone := 0
		for _, b := range page.Docs {
			if b.State != BulkRunning {
				gone++
				if err := l.bulks.Delete(ctx, b.ID, b.Rev); err != nil {
					return err
				}
			}
		}
		if gone == 0 {
			return nil
		}
	}
}

// Advance does one page of a bulk act.
func (l *Ledger) Advance(ctx context.Context, id string) (Bulk, error) {
	b, err := l.bulks.Get(ctx, id)
	if err != nil || b.State != BulkRunning {
		return b, err
	}
	if b.Act == BulkRelease {
		n, err := l.releaseHeld(ctx, b.Filter.Channels[0], b.Created, bulkPage)
		if err != nil {
			return b, err
		}
		return l.advanced(ctx, b, n, n, "", n < bulkPage)
	}
	room, err := l.room(ctx, b)
	if err != nil {
		return b, err
	}
	if room <= 0 {
		return l.advanced(ctx, b, 0, 0, b.Cursor, false)
	}
	return l.resendPage(ctx, b, min(room, bulkPage))
}

// ofOutlets tells whether a bulk act looks things up instead of repeating them.
func (b Bulk) ofOutlets() bool { return len(b.Filter.Channels) > 0 && posts(b.Filter.Channels[0]) }

// room is how many more may be under way. Where a platform has put them off until
// its quota is there again, those count too.
func (l *Ledger) room(ctx context.Context, b Bulk) (int, error) {
	where, most, low := []store.Cond{store.Lte("due", gongkai.Millis(l.now().Add(2*bulkWait)))}, bulkUnder, store.Eq("low", true)
	if b.ofOutlets() {
		where, most = []store.Cond{store.In("channel", b.Filter.Channels...)}, postUnder
	}
	under, err := l.docs.Count(ctx, append(where, low), most)
	return most - under, err
}

func (l *Ledger) resendPage(ctx context.Context, b Bulk, limit int) (Bulk, error) {
	f := b.Filter
	f.After, f.Limit = b.Cursor, limit
	page, err := l.List(ctx, f)
	if err != nil {
		return b, err
	}
	sent := 0
	for _, d := range page.Docs {
		again, err := l.resendOne(ctx, d.ID, b)
		if err != nil {
			return b, err
		}
		if again {
			sent++
		}
	}
	return l.advanced(ctx, b, len(page.Docs), sent, page.Next, page.Next == "")
}

// resendOne makes a new message of what was told before the bulk act began, and
// leaves alone what is on its way anyway.
func (l *Ledger) resendOne(ctx context.Context, id string, b Bulk) (sent bool, err error) {
	_, err = l.update(ctx, id, func(d *Delivery) error {
		sent = (d.State == Confirmed || d.State == Stalled) && d.Since <= b.Created && (Repeatable(d.Channel) || b.ofOutlets())
		if !sent {
			return store.ErrUnchanged
		}
		now := gongkai.Millis(l.now())
		d.Resend++
		d.doubtLive()
		d.State, d.Due, d.Attempt, d.Lease, d.Since, d.Updated, d.Low = Due, now, 0, 0, now, now, true
		return nil
	})
	return sent, err
}

// advanced writes down how far it has come, unless somebody stopped it or
// another worker was faster.
func (l *Ledger) advanced(ctx context.Context, seen Bulk, looked, sent int, cursor string, ended bool) (Bulk, error) {
	return l.bulks.Update(ctx, seen.ID, 0, func(b *Bulk) error {
		if b.Rev != seen.Rev {
			return store.ErrUnchanged
		}
		now := l.now()
		b.Looked, b.Sent, b.Cursor, b.Due = b.Looked+int64(looked), b.Sent+int64(sent), cursor, gongkai.Millis(now)
		if looked == 0 {
			b.Due = gongkai.Millis(now.Add(bulkWait))
		}
		if ended {
			b.State, b.Due, b.Cursor, b.Ended = BulkDone, 0, "", gongkai.Millis(now)
		}
		return nil
	})
}

// LowBefore lists what bulk acts made due, the earliest first.
func (l *Ledger) LowBefore(ctx context.Context, at time.Time, limit int) ([]Delivery, error) {
	page, err := l.docs.Find(ctx, store.Query{Where: []store.Cond{store.Eq("low", true), store.Lte("due", gongkai.Millis(at))}, Sort: []string{"due"}, Limit: limit})
	return page.Docs, err
}
