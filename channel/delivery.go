// Deliveries: what each channel must show of each item, and what it shows.

package channel

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gongkai"
	"gongkai/channel/platform"
	"gongkai/publication"
	"gongkai/store"
)

// Delivery states.
const (
	Due       = "due"       // owed
	Claimed   = "claimed"   // a worker is at it
	Confirmed = "confirmed" // the channel shows what it must
	Stalled   = "stalled"   // it failed, and waits for a person
	Filtered  = "filtered"  // the subscriber's filter leaves the change out
	// Of outlets alone.
	Submitted = "submitted" // accepted by the platform, not seen yet
	Unknown   = "unknown"   // an answer was lost: it is looked up, not repeated
	Person    = "person"    // a person does it, or decides
	Withdrawn = "withdrawn" // nothing of it is shown any more
)

// States lists them.
var States = []string{Due, Claimed, Submitted, Unknown, Person, Stalled, Confirmed, Withdrawn, Filtered}

// Nothing is what a channel must show that takes none of the item's sites any
// more; the other states are those of pages.
const Nothing = "nothing"

// Show (应展示内容) is f(item, channel): what a channel must show of an item.
// It carries names and digests only; the text is fetched from the content API.
type Show struct {
	Event   string `json:"event"` // one of Events
	State   string `json:"state"` // edition, suspended, notice, gone, redirect, vanish, nothing; column, column_gone
	Site    string `json:"site"`
	Edition int64  `json:"edition"`
	Digest  string `json:"digest"`
	Title   string `json:"title"`
	Path    string `json:"path"`
	Column  string `json:"column,omitempty"` // that path's; a list finds it by this
	To      string `json:"to"`
	Reason  string `json:"reason"`
	// What acts after the release made of the edition; absent: nothing.
	Validity string `json:"validity,omitempty"`
	Since    string `json:"since,omitempty"`
	By       string `json:"by,omitempty"`
	Relation string `json:"relation,omitempty"`
	Ended    string `json:"ended,omitempty"`   // 公示结束日期
	Related  int64  `json:"related,omitempty"` // counts changes of how other items relate to this one
	Home     string `json:"home,omitempty"`    // site of the home column: the portal that shows it first
}

// shows tells whether an edition is to be seen.
func (s Show) shows() bool { return s.State == publication.Shows }

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

// Delivery (投送) is what one channel is owed of one item, or of one column. Its id
// is "<channel>.<item>" or "<channel>.column:<column>".
type Delivery struct {
	store.Meta
	Channel string `json:"channel"`
	Item    string `json:"item"` // "": the column that it wants
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
	Held    int64  `json:"held,omitempty"`  // since when it waits for its paused channel; it is not due then
	Low     bool   `json:"low,omitempty"`   // asked for in bulk: everything else goes first
	Error   string `json:"error,omitempty"` // code of the last failure
	Receipt int64  `json:"receipt,omitempty"`
	Updated int64  `json:"updated"`
	Back    int64  `json:"back,omitempty"`   // since when it is called back and not known to be gone
	Claims  int64  `json:"claims,omitempty"` // counts them: whoever holds the last one may write
	Known   *Show  `json:"known,omitempty"`  // of those filtered: what the receiver was told instead, if anything
	// Of outlets alone.
	Posts    []platform.Post `json:"posts,omitempty"`    // every attempt to show it, the oldest first
	Address  string          `json:"address,omitempty"`  // where readers find it
	External string          `json:"external,omitempty"` // what the platform calls it
	Portal   *Seen           `json:"portal,omitempty"`   // the portal shows it
	Without  string          `json:"without,omitempty"`  // who let it go on although the portal was not seen
}

// Seen (门户回执) is the proof that the portal shows an edition.
type Seen struct {
	Digest  string `json:"digest"`
	Address string `json:"address,omitempty"` // of the page; "": our own public page
	At      int64  `json:"at"`
	By      string `json:"by,omitempty"` // what its page was known by: digest, modified, title
}

// MessageID is the same for every repeat of one delivery: receivers know a
// repeat by it.
func (d Delivery) MessageID() string {
	return "msg_" + gongkai.DerivedID(d.Channel, strings.TrimPrefix(d.ID, d.Channel+"."), fmt.Sprint(d.Epoch), fmt.Sprint(d.Seq), fmt.Sprint(d.Resend))
}

// Ledger (投送台账) keeps the deliveries.
type Ledger struct {
	// Lease is how long a claim lasts, longer than any channel's time-out: one
	// that outlives it is unknown, its worker has died, and it is repeated under
	// the same message id. Default one minute.
	Lease time.Duration

	docs  *store.Collection[Delivery]
	bulks *store.Collection[Bulk]
	rests *store.Collection[Rest]
	now   func() time.Time
}

// OpenLedger declares the ledger in db.
func OpenLedger(ctx context.Context, db store.DB, now gongkai.Clock) (*Ledger, error) {
	docs, err := store.Use[Delivery](ctx, db, store.Spec[Delivery]{Name: "deliveries", Schema: 1, Indexes: []store.Index{
		{Name: "due", Fields: []string{"due"}},
		{Name: "low_due", Fields: []string{"low", "due"}},
		{Name: "low_channel", Fields: []string{"low", "channel"}},
		{Name: "urgent", Fields: []string{"low", "want.state", "due"}},
		{Name: "item", Fields: []string{"item", "updated"}},
		{Name: "site", Fields: []string{"want.site", "updated"}},
		{Name: "column", Fields: []string{"want.column", "updated"}},
		{Name: "held", Fields: []string{"channel", "held"}},
		{Name: "channel", Fields: []string{"channel", "updated"}},
		{Name: "channel_state", Fields: []string{"channel", "state", "updated"}},
		{Name: "state", Fields: []string{"state", "updated"}},
		{Name: "state_channel", Fields: []string{"state", "channel"}},
		{Name: "updated", Fields: []string{"updated"}},
		{Name: "back", Fields: []string{"back"}},
	}})
	if err != nil {
		return nil, err
	}
	bulks, err := openBulks(ctx, db)
	if err != nil {
		return nil, err
	}
	rests, err := store.Use[Rest](ctx, db, store.Spec[Rest]{Name: "rests", Schema: 1})
	return &Ledger{Lease: time.Minute, docs: docs, bulks: bulks, rests: rests, now: now}, err
}

// Owe records what a channel must show. Only a newer (epoch, seq) replaces;
// what the channel shows already needs no call. The index is called all the
// same: it carries the numbers, and whether it lags is told by them.
func (l *Ledger) Owe(ctx context.Context, channel, item string, epoch, seq int64, want Show) (Delivery, error) {
	return l.OweTo(ctx, Target{ID: channel}, item, epoch, seq, want)
}

// OweTo is Owe for a channel that may leave changes out. item "" is the column
// that it wants.
func (l *Ledger) OweTo(ctx context.Context, t Target, item string, epoch, seq int64, want Show) (Delivery, error) {
	return l.docs.Upsert(ctx, t.ID+"."+thing(item, want), func(d *Delivery, exists bool) error {
		if exists && (epoch < d.Epoch || epoch == d.Epoch && seq <= d.Seq) {
			return store.ErrUnchanged
		}
		want := want // the change may run again
		event, told := t.Told(*d, want)
		if !told && !exists && (want.column() || want.takesDown()) {
			return store.ErrUnchanged // it never heard of it, and need not
		}
		now := gongkai.Millis(l.now())
		same := (d.State == Confirmed || d.State == Withdrawn || d.State == Filtered) && d.Shown == want.digest() && t.ID != SearchID
		d.Channel, d.Item, d.Epoch, d.Seq, d.Updated, d.Since = t.ID, item, epoch, seq, now, now
		if !told && !same {
			d.leaveOut(want)
			d.noteBack()
			return nil
		}
		if told {
			want.Event = event
		}
		d.forgetPortal(want)
		again := !same && want.shows() && want.Digest != d.Want.Digest
		d.Want, d.Known = want, nil
		if again {
			d.doubtAgain()
		}
		d.Held, d.Low = 0, false
		switch {
		case same:
			d.Attempt, d.Lease, d.Due, d.Error, d.State = 0, 0, 0, "", d.done()
		case !d.held(now):
			d.Attempt, d.Lease, d.State, d.Due, d.Error = 0, 0, Due, now, ""
		}
		d.noteBack()
		return nil
	})
}

// thing is what a delivery is about, in its id.
func thing(item string, want Show) string {
	if want.column() {
		return "column:" + want.Column
	}
	return item
}

// CallLimit is how long a call to the channel may take under a claim: what is
// left of the lease lets its outcome be written down.
func (l *Ledger) CallLimit(channel string) time.Duration { return l.lease(channel) * 2 / 3 }

// errTaken: somebody else has the claim, or nothing is due.
var errTaken = gongkai.E(gongkai.Conflict, "claimed", "投送正在进行或尚未到时", "the delivery is under way or not due")

// IsDue tells whether a delivery is to be paid now, by the ledger's clock.
func (l *Ledger) IsDue(d Delivery) bool { return d.Due != 0 && d.Due <= gongkai.Millis(l.now()) }

// Claim takes a due delivery for one call; at most one claim is live.
func (l *Ledger) Claim(ctx context.Context, id string) (Delivery, error) {
	return l.update(ctx, id, func(d *Delivery) error {
		now := l.now()
		if !l.IsDue(*d) {
			return errTaken
		}
		d.doubtBegun()
		if d.State == Claimed {
			d.doubtAgain() // whoever had it may have been removing
		}
		d.State, d.Attempt, d.Claims = Claimed, d.Attempt+1, d.Claims+1
		d.Lease = gongkai.Millis(now.Add(l.lease(d.Channel)))
		d.Due, d.Updated = d.Lease, gongkai.Millis(now)
		return nil
	})
}

// Settle writes down how a claimed call went. A delivery that was owed
// something newer meanwhile stays owed; of an outlet it is due again only now.
func (l *Ledger) Settle(ctx context.Context, claimed Delivery, failed error, again time.Duration) (Delivery, error) {
	return l.update(ctx, claimed.ID, func(d *Delivery) error {
		now := gongkai.Millis(l.now())
		if !claimed.holds(*d) || !posts(d.Channel) && !claimed.still(*d) {
			return store.ErrUnchanged // owed anew meanwhile: this answer says nothing about what is shown
		}
		d.Lease, d.Updated, d.Error, d.Held = 0, now, "", 0 // a pause may have come after the claim's end
		var waits *Waiting
		switch {
		case !claimed.still(*d):
			d.State, d.Due, d.Attempt = Due, now, 0
			d.doubtAgain()
		case failed == nil:
			d.State, d.Due, d.Shown, d.Receipt = d.done(), 0, d.Want.digest(), now
		case errors.As(failed, &waits):
			d.wait(*waits, now)
		case again < 0:
			d.State, d.Due, d.Error = Stalled, 0, gongkai.CodeOf(failed)
		default:
			d.State, d.Due, d.Error = Due, now+again.Milliseconds(), gongkai.CodeOf(failed)
		}
		d.Low = d.Low && d.State == Due
		return nil
	})
}

// holds tells whether a claim is still the last one.
func (d Delivery) holds(now Delivery) bool {
	return now.State == Claimed && now.Claims == d.Claims && now.Attempt == d.Attempt
}

// still tells whether nothing newer was owed since a claim.
func (d Delivery) still(now Delivery) bool {
	return now.Epoch == d.Epoch && now.Seq == d.Seq && now.Resend == d.Resend
}

// Retry makes a delivery due now; resend makes a new message of it, for a
// receiver that forgot; of an outlet it has what is shown there looked up.
func (l *Ledger) Retry(ctx context.Context, id string, resend bool) (Delivery, error) {
	return l.update(ctx, id, func(d *Delivery) error {
		if d.State == Confirmed && !resend {
			return gongkai.E(gongkai.Blocked, "confirmed", "该投送已确认，如需重发请选择重发", "the delivery is confirmed; ask for a resend if the receiver forgot it")
		}
		now := gongkai.Millis(l.now())
		if d.held(now) {
			return errTaken
		}
		if resend {
			d.Resend++
			d.doubtLive()
		}
		d.State, d.Due, d.Attempt, d.Lease, d.Since, d.Updated, d.Held, d.Low, d.Known = Due, now, 0, 0, now, now, 0, false, nil
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

// Stalled counts the deliveries that wait for a person, by kind of channel.
func (l *Ledger) Stalled(ctx context.Context) (map[string]int, error) {
	stalled := store.Eq("state", Stalled)
	out := map[string]int{}
	for kind, where := range map[string][]store.Cond{
		KindSearch:  {store.Eq("channel", SearchID), stalled},
		KindWebhook: {store.Prefix("channel", SubscriberPrefix), stalled},
		KindOutlet:  {store.Prefix("channel", outletPrefix), store.In("state", Stalled, Person)},
	} {
		n, err := l.docs.Count(ctx, where, 0)
		if err != nil {
			return nil, err
		}
		out[kind] = n
	}
	return out, nil
}

// ForAPerson counts what waits for a person on one channel, up to a bound.
func (l *Ledger) ForAPerson(ctx context.Context, channel string, bound int) (int, error) {
	return l.docs.Count(ctx, []store.Cond{store.Eq("channel", channel), store.In("state", Stalled, Person)}, bound)
}

// CountDue counts what is due, up to a bound.
func (l *Ledger) CountDue(ctx context.Context, at time.Time, bound int) (int, error) {
	return l.docs.Count(ctx, []store.Cond{store.Lte("due", gongkai.Millis(at))}, bound)
}

// TakeDownsBefore lists what is due and no longer shows an edition, the
// earliest first.
func (l *Ledger) TakeDownsBefore(ctx context.Context, at time.Time, limit int) ([]Delivery, error) {
	page, err := l.docs.Find(ctx, store.Query{Where: []store.Cond{store.Eq("low", false), store.In("want.state", takenDown...), store.Lte("due", gongkai.Millis(at))}, Sort: []string{"due"}, Limit: limit})
	return page.Docs, err
}

// OrdinaryBefore lists what is due but for what was asked for in bulk, the
// earliest first.
func (l *Ledger) OrdinaryBefore(ctx context.Context, at time.Time, limit int) ([]Delivery, error) {
	page, err := l.docs.Find(ctx, store.Query{Where: []store.Cond{store.Eq("low", false), store.Lte("due", gongkai.Millis(at))}, Sort: []string{"due"}, Limit: limit})
	return page.Docs, err
}

// DueBefore lists all that is due, the earliest first.
func (l *Ledger) DueBefore(ctx context.Context, at time.Time, limit int) ([]Delivery, error) {
	page, err := l.docs.Find(ctx, store.Query{Where: []store.Cond{store.Lte("due", gongkai.Millis(at))}, Sort: []string{"due"}, Limit: limit})
	return page.Docs, err
}
