// Deliveries: what each channel must show of each item, and what it shows.

package channel

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gongkai"
	"gongkai/publication"
	"gongkai/store"
)

// Delivery states.
const (
	Due       = "due"       // owed
	Claimed   = "claimed"   // a worker is at it
	Confirmed = "confirmed" // the channel shows what it must
	Stalled   = "stalled"   // waits for a person
)

// Nothing is what a channel must show that takes none of the item's sites any
// more; the other states are those of pages.
const Nothing = "nothing"

// Show (应展示内容) is f(item, channel): what a channel must show of an item.
// It carries names and digests only; the text is fetched from the content API.
type Show struct {
	Event   string `json:"event"` // item.released, item.corrected, item.suspended, item.resumed, item.withdrawn, item.moved, item.validity_changed, item.related, item.updated
	State   string `json:"state"` // edition, suspended, notice, gone, redirect, vanish, nothing
	Site    string `json:"site"`
	Edition int64  `json:"edition"`
	Digest  string `json:"digest"`
	Title   string `json:"title"`
	Path    string `json:"path"`
	To      string `json:"to"`
	Reason  string `json:"reason"`
	// What acts after the release made of the edition; absent: nothing.
	Validity string `json:"validity,omitempty"`
	Since    string `json:"since,omitempty"`
	By       string `json:"by,omitempty"`
	Relation string `json:"relation,omitempty"`
	Ended    string `json:"ended,omitempty"`   // 公示结束日期
	Related  int64  `json:"related,omitempty"` // counts changes of how other items relate to this one
}

// Same tells whether two shows are the same to the channel.
func (s Show) Same(o Show) bool { return s.digest() == o.digest() }

// digest names what is to be shown: equal digests need no call. The event is
// how it came about, not what it is.
func (s Show) digest() string {
	parts := []string{s.State, s.Site, s.Digest, s.Title, s.Path, s.To, s.Reason}
	if after := []string{s.Validity, s.Since, s.By, s.Relation, s.Ended, strconv.FormatInt(s.Related, 10)}; strings.Join(after, "") != "0" {
		parts = append(parts, after...)
	}
	return gongkai.DerivedID(parts...)
}

// Delivery (投送) is what one channel is owed of one item. Its id is
// "<channel>.<item>".
type Delivery struct {
	store.Meta
	Channel string `json:"channel"`
	Item    string `json:"item"`
	Epoch   int64  `json:"epoch"`
	Seq     int64  `json:"seq"`
	Want    Show   `json:"want"`
	Shown   string `json:"shown"` // digest of what the last receipt stands for
	State   string `json:"state"`
	Resend  int64  `json:"resend"`  // asked for by a person: a new message id
	Attempt int64  `json:"attempt"` // of this (epoch, seq)
	Lease   int64  `json:"lease,omitempty"`
	Since   int64  `json:"since"` // when it became owed
	Due     int64  `json:"due,omitempty"`
	Error   string `json:"error,omitempty"` // code of the last failure
	Receipt int64  `json:"receipt,omitempty"`
	Updated int64  `json:"updated"`
}

// MessageID is the same for every repeat of one delivery: receivers know a
// repeat by it.
func (d Delivery) MessageID() string {
	return "msg_" + gongkai.DerivedID(d.Channel, d.Item, fmt.Sprint(d.Epoch), fmt.Sprint(d.Seq), fmt.Sprint(d.Resend))
}

// Ledger (投送台账) keeps the deliveries.
type Ledger struct {
	// Lease is how long a claim lasts, longer than any channel's time-out: one
	// that outlives it is unknown, its worker has died, and it is repeated under
	// the same message id. Default one minute.
	Lease time.Duration

	docs *store.Collection[Delivery]
	now  func() time.Time
}

// OpenLedger declares the ledger in db.
func OpenLedger(ctx context.Context, db store.DB, now gongkai.Clock) (*Ledger, error) {
	docs, err := store.Use[Delivery](ctx, db, store.Spec[Delivery]{Name: "deliveries", Schema: 1, Indexes: []store.Index{
		{Name: "due", Fields: []string{"due"}},
		{Name: "want_due", Fields: []string{"want.state", "due"}},
		{Name: "item", Fields: []string{"item"}},
		{Name: "channel", Fields: []string{"channel", "updated"}},
		{Name: "channel_state", Fields: []string{"channel", "state", "updated"}},
		{Name: "state", Fields: []string{"state", "updated"}},
		{Name: "updated", Fields: []string{"updated"}},
	}})
	return &Ledger{Lease: time.Minute, docs: docs, now: now}, err
}

// Owe records what a channel must show. Only a newer (epoch, seq) replaces;
// what the channel shows already needs no call. The index is called all the
// same: it carries the numbers, and whether it lags is told by them.
func (l *Ledger) Owe(ctx context.Context, channel, item string, epoch, seq int64, want Show) (Delivery, error) {
	return l.docs.Upsert(ctx, channel+"."+item, func(d *Delivery, exists bool) error {
		if exists && (epoch < d.Epoch || epoch == d.Epoch && seq <= d.Seq) {
			return store.ErrUnchanged
		}
		now := gongkai.Millis(l.now())
		same := d.State == Confirmed && d.Shown == want.digest() && channel != SearchID
		d.Channel, d.Item, d.Epoch, d.Seq, d.Want, d.Updated = channel, item, epoch, seq, want, now
		d.Attempt, d.Lease, d.Error, d.Since = 0, 0, "", now
		if d.State, d.Due = Due, now; same {
			d.State, d.Due = Confirmed, 0
		}
		return nil
	})
}

// CallLimit is how long a call may take under a claim: what is left of the lease
// lets its outcome be written down.
func (l *Ledger) CallLimit() time.Duration { return l.Lease * 2 / 3 }

// errTaken: somebody else has the claim, or nothing is due.
var errTaken = gongkai.E(gongkai.Conflict, "claimed", "投送正在进行或尚未到时", "the delivery is under way or not due")

// Claim takes a due delivery for one call; at most one claim is live.
func (l *Ledger) Claim(ctx context.Context, id string) (Delivery, error) {
	return l.docs.Update(ctx, id, 0, func(d *Delivery) error {
		now := l.now()
		if d.Due == 0 || d.Due > gongkai.Millis(now) {
			return errTaken
		}
		d.State, d.Attempt = Claimed, d.Attempt+1
		d.Lease = gongkai.Millis(now.Add(l.Lease))
		d.Due, d.Updated = d.Lease, gongkai.Millis(now)
		return nil
	})
}

// Settle writes down how a claimed call went. A delivery that was owed
// something newer meanwhile stays owed.
func (l *Ledger) Settle(ctx context.Context, claimed Delivery, failed error, again time.Duration) (Delivery, error) {
	return l.docs.Update(ctx, claimed.ID, 0, func(d *Delivery) error {
		now := gongkai.Millis(l.now())
		if d.State != Claimed || d.Epoch != claimed.Epoch || d.Seq != claimed.Seq || d.Resend != claimed.Resend || d.Attempt != claimed.Attempt {
			return store.ErrUnchanged // owed anew meanwhile: this answer says nothing about what is shown
		}
		d.Lease, d.Updated, d.Error = 0, now, ""
		switch {
		case failed == nil:
			d.State, d.Due, d.Shown, d.Receipt = Confirmed, 0, d.Want.digest(), now
		case again < 0:
			d.State, d.Due, d.Error = Stalled, 0, gongkai.CodeOf(failed)
		default:
			d.State, d.Due, d.Error = Due, now+again.Milliseconds(), gongkai.CodeOf(failed)
		}
		return nil
	})
}

// Retry makes a delivery due now; resend makes a new message of it, for a
// receiver that forgot.
func (l *Ledger) Retry(ctx context.Context, id string, resend bool) (Delivery, error) {
	return l.docs.Update(ctx, id, 0, func(d *Delivery) error {
		if d.State == Confirmed && !resend {
			return gongkai.E(gongkai.Blocked, "confirmed", "该投送已确认，如需重发请选择重发", "the delivery is confirmed; ask for a resend if the receiver forgot it")
		}
		if resend {
			d.Resend++
		}
		now := gongkai.Millis(l.now())
		d.State, d.Due, d.Attempt, d.Lease, d.Since, d.Updated = Due, now, 0, 0, now, now
		return nil
	})
}

// Get reads a delivery.
func (l *Ledger) Get(ctx context.Context, id string) (Delivery, error) { return l.docs.Get(ctx, id) }

// Of lists an item's deliveries.
func (l *Ledger) Of(ctx context.Context, item string) ([]Delivery, error) {
	page, err := l.docs.Find(ctx, store.Query{Where: []store.Cond{store.Eq("item", item)}, Limit: 1000})
	return page.Docs, err
}

// Filter narrows a list of deliveries.
type Filter struct {
	Channel, State, After string
	Limit                 int
}

// List lists deliveries, the newest change first.
func (l *Ledger) List(ctx context.Context, f Filter) (store.Page[Delivery], error) {
	q := store.Query{Sort: []string{"-updated"}, After: f.After, Limit: f.Limit}
	if f.Channel != "" {
		q.Where = append(q.Where, store.Eq("channel", f.Channel))
	}
	if f.State != "" {
		q.Where = append(q.Where, store.Eq("state", f.State))
	}
	return l.docs.Find(ctx, q)
}

// Stalled counts the deliveries that wait for a person, by kind of channel.
func (l *Ledger) Stalled(ctx context.Context) (map[string]int, error) {
	stalled := store.Eq("state", Stalled)
	all, err := l.docs.Count(ctx, []store.Cond{stalled}, 0)
	if err != nil {
		return nil, err
	}
	index, err := l.docs.Count(ctx, []store.Cond{store.Eq("channel", SearchID), stalled}, 0)
	return map[string]int{KindSearch: index, KindWebhook: max(all-index, 0)}, err
}

// CountDue counts what is due, up to a bound.
func (l *Ledger) CountDue(ctx context.Context, at time.Time, bound int) (int, error) {
	return l.docs.Count(ctx, []store.Cond{store.Lte("due", gongkai.Millis(at))}, bound)
}

// TakeDownsBefore lists what is due and no longer shows an edition, the
// earliest first.
func (l *Ledger) TakeDownsBefore(ctx context.Context, at time.Time, limit int) ([]Delivery, error) {
	gone := store.In("want.state", publication.Suspended, publication.Notice, publication.GoneState, publication.Redirect, publication.Vanish, Nothing)
	page, err := l.docs.Find(ctx, store.Query{Where: []store.Cond{gone, store.Lte("due", gongkai.Millis(at))}, Sort: []string{"due"}, Limit: limit})
	return page.Docs, err
}

// DueBefore lists what is due, the earliest first.
func (l *Ledger) DueBefore(ctx context.Context, at time.Time, limit int) ([]Delivery, error) {
	page, err := l.docs.Find(ctx, store.Query{Where: []store.Cond{store.Lte("due", gongkai.Millis(at))}, Sort: []string{"due"}, Limit: limit})
	return page.Docs, err
}
