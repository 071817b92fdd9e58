// Calling back: place by place, what is gone and what is not known to be.

package channel

import (
	"context"
	"time"

	"gongkai/store"
)

// How a place stands that must show nothing of an item any more (撤回进度).
const (
	PlaceGone    = "gone"    // it said so, or was seen to show nothing
	PlaceWaiting = "waiting" // it is being told
	PlaceUnknown = "unknown" // an answer was lost
	PlaceHand    = "hand"    // it needs a person
)

// recalls gives the states of deliveries in the words of a call-back; every
// other one waits.
var recalls = map[string]string{Confirmed: PlaceGone, Withdrawn: PlaceGone, Filtered: PlaceGone, Unknown: PlaceUnknown, Person: PlaceHand, Stalled: PlaceHand}

// Recall is how the channel stands; "" if it is to show the item.
func (d Delivery) Recall() string {
	switch said, known := recalls[d.State]; {
	case !d.TakesDown():
		return ""
	case d.Held != 0:
		return PlaceHand // somebody paused withdrawals, too
	case known:
		return said
	}
	return PlaceWaiting
}

// noteBack keeps since when something is called back and not gone.
func (d *Delivery) noteBack() {
	switch said := d.Recall(); {
	case said == "" || said == PlaceGone:
		d.Back = 0
	case d.Back == 0:
		d.Back = d.Since
	}
}

// update is the write of a delivery.
func (l *Ledger) update(ctx context.Context, id string, change func(*Delivery) error) (Delivery, error) {
	return l.docs.Update(ctx, id, 0, func(d *Delivery) error {
		if err := change(d); err != nil {
			return err
		}
		d.noteBack()
		return nil
	})
}

// CalledBack lists what is called back and not gone, the oldest first.
func (l *Ledger) CalledBack(ctx context.Context, after string, limit int) (store.Page[Delivery], error) {
	return l.docs.Find(ctx, store.Query{Where: []store.Cond{store.Gte("back", 1)}, Sort: []string{"back"}, After: after, Limit: limit})
}

// OldestCallBack (撤回未毕) is how long the oldest place is waited for; 0 if none
// is.
func (l *Ledger) OldestCallBack(ctx context.Context) (time.Duration, error) {
	page, err := l.CalledBack(ctx, "", 1)
	for _, d := range page.Docs {
		return l.now().Sub(time.UnixMilli(d.Back)), nil
	}
	return 0, err
}
