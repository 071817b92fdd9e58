// Differences: what the probe found shown otherwise than it must be.

package channel

import (
	"context"
	"slices"

	"gongkai"
	"gongkai/store"
)

// Where the probe looks (核查处所).
const (
	AtPages   = "pages"   // of the content API
	AtFeeds   = "feeds"   // lists, and the feeds of sites and columns
	AtSitemap = "sitemap" // of sites
	AtSearch  = "search"  // the index, and what a search finds
	AtFiles   = "files"   // of editions that are not shown any more
	AtPortal  = "portal"  // pages of a site that has a template of addresses
	AtWebhook = "webhook" // what a subscriber confirmed
	AtOutlet  = "outlet"  // what an outlet confirmed, and what it says that it shows
)

// Looked lists these places, in the order in which they are looked at.
var Looked = []string{AtPages, AtFeeds, AtSitemap, AtSearch, AtFiles, AtPortal, AtWebhook, AtOutlet}

// What is wrong at a place.
const (
	WrongShown   = "shown"   // something is to be seen that must not be
	WrongMissing = "missing" // what must be seen is not
	WrongOther   = "other"   // another edition, or another sign of its absence
	WrongReceipt = "receipt" // the receipt is of something else than what is wanted
)

// Wrongs lists them, the worst first.
var Wrongs = []string{WrongShown, WrongMissing, WrongOther, WrongReceipt}

// How a difference stands.
const (
	DifferenceMending = "mending" // it was seen once, and is mended: the next look tells
	DifferenceOpen    = "open"    // it persists, or nobody but a person can mend it
)

// Difference (差异) is an item that a place shows otherwise than it must. Its id
// is "<place>.<at>.<item>".
type Difference struct {
	store.Meta
	Place   string `json:"place"`
	At      string `json:"at"` // the site or the channel
	Item    string `json:"item"`
	Wrong   string `json:"wrong"`
	Outside bool   `json:"outside"` // seen as readers see it
	Own     bool   `json:"own"`     // seen in our own stores
	Hand    bool   `json:"hand"`    // the system cannot mend it
	State   string `json:"state"`
	Rank    int64  `json:"rank"`             // order of the list
	Since   int64  `json:"since"`            // when it was first seen
	Seen    int64  `json:"seen"`             // when it was last seen
	Mended  int64  `json:"mended,omitempty"` // when the place was told again
}

// rank puts what is shown and must not be before all else, and what is being
// mended behind it.
func (d Difference) rank() int64 {
	switch {
	case d.State == DifferenceMending:
		return 2
	case d.Wrong == WrongShown:
		return 0
	}
	return 1
}

// Differences keeps what the probe found and how far it has come.
type Differences struct {
	docs  *store.Collection[Difference]
	night *store.Collection[Night]
	now   gongkai.Clock
}

// OpenDifferences declares them in db.
func OpenDifferences(ctx context.Context, db store.DB, now gongkai.Clock) (*Differences, error) {
	docs, err := store.Use[Difference](ctx, db, store.Spec[Difference]{Name: "differences", Schema: 1, Indexes: []store.Index{
		{Name: "rank", Fields: []string{"rank", "since"}},
		{Name: "item", Fields: []string{"item"}},
		{Name: "state", Fields: []string{"state", "place", "wrong"}},
	}})
	if err != nil {
		return nil, err
	}
	night, err := store.Use[Night](ctx, db, store.Spec[Night]{Name: "probes", Schema: 1})
	return &Differences{docs, night, now}, err
}

// mendingLasts is how long a place has to take up what it was told again: caches
// may show what they hold a little longer.
const mendingLasts = 30_000

// Note writes down what a look at an item found, and forgets what it found no
// more; of a place that was not reached nothing is known. fresh are those that
// nobody tried to mend yet.
func (s *Differences) Note(ctx context.Context, item string, found []Difference, reached func(place string) bool) (fresh []Difference, err error) {
	known, err := s.Of(ctx, item)
	if err != nil {
		return nil, err
	}
	there := map[string]bool{}
	for _, d := range found {
		d.Item = item
		d.ID = d.Place + "." + d.At + "." + d.Item
		there[d.ID] = true
		now, err := s.note(ctx, d)
		if err != nil {
			return nil, err
		}
		if now.Mended == 0 && !now.Hand {
			fresh = append(fresh, now)
		}
	}
	for _, d := range known {
		if there[d.ID] || !reached(d.Place) {
			continue
		}
		if err := s.docs.Delete(ctx, d.ID, 0); err != nil && !gongkai.Is(err, gongkai.Missing) {
			return nil, err
		}
	}
	return fresh, nil
}

func (s *Differences) note(ctx context.Context, found Difference) (Difference, error) {
	return s.docs.Upsert(ctx, found.ID, func(d *Difference, exists bool) error {
		now := gongkai.Millis(s.now())
		if !exists {
			found.Meta, found.Since, found.State = d.Meta, now, DifferenceMending
			*d = found
		}
		d.Wrong, d.Outside, d.Own, d.Hand, d.Seen = found.Wrong, found.Outside, found.Own, found.Hand, now
		if d.Hand || d.Mended != 0 && now-d.Mended >= mendingLasts {
			d.State = DifferenceOpen
		}
		d.Rank = d.rank()
		return nil
	})
}

// Mended notes that the places were told again.
func (s *Differences) Mended(ctx context.Context, those []Difference) error {
	for _, one := range those {
		_, err := s.docs.Update(ctx, one.ID, 0, func(d *Difference) error { d.Mended = gongkai.Millis(s.now()); return nil })
		if err != nil && !gongkai.Is(err, gongkai.Missing) {
			return err
		}
	}
	return nil
}

// Of lists the differences of items.
func (s *Differences) Of(ctx context.Context, items ...string) ([]Difference, error) {
	page, err := s.docs.Find(ctx, store.Query{Where: []store.Cond{store.In("item", items...)}, Limit: 1000})
	return page.Docs, err
}

// List lists them: what is shown and must not be first, then by how long they
// are known.
func (s *Differences) List(ctx context.Context, after string, limit int) (store.Page[Difference], error) {
	return s.docs.Find(ctx, store.Query{Sort: []string{"rank", "since"}, After: after, Limit: limit})
}

// StillShown lists what is open, shown, and must not be, the oldest first.
func (s *Differences) StillShown(ctx context.Context, limit int) ([]Difference, error) {
	page, err := s.docs.Find(ctx, store.Query{Where: []store.Cond{store.Eq("rank", 0)}, Sort: []string{"since"}, Limit: limit})
	return page.Docs, err
}

// Items are the items with differences, in the order of their ids, from after
// on; "" at the end.
func (s *Differences) Items(ctx context.Context, after string, limit int) (items []string, next string, err error) {
	page, err := s.docs.Find(ctx, store.Query{Sort: []string{"item"}, After: after, Limit: limit})
	for _, d := range page.Docs {
		items = append(items, d.Item)
	}
	return slices.Compact(items), page.Next, err
}

// Count counts all, up to a bound.
func (s *Differences) Count(ctx context.Context, bound int) (int, error) {
	return s.docs.Count(ctx, nil, bound)
}

// Open counts what is open at a place in one way, up to a bound.
func (s *Differences) Open(ctx context.Context, place, wrong string, bound int) (int, error) {
	return s.docs.Count(ctx, []store.Cond{store.Eq("state", DifferenceOpen), store.Eq("place", place), store.Eq("wrong", wrong)}, bound)
}

// Night (核查进度) is how far the probe has come.
type Night struct {
	store.Meta
	Began   int64    `json:"began"`            // when this night's look began
	Stage   int64    `json:"stage"`            // which part of it is under way
	After   string   `json:"after"`            // in that part
	Known   string   `json:"known"`            // cursor of the look at what is known to differ
	Silent  []string `json:"silent,omitempty"` // outlets that refuse to be asked tonight, by channel
	Ended   int64    `json:"ended"`            // when everything that changed lately was last looked at
	Whole   string   `json:"whole"`            // cursor of the walk through everything
	Rounds  int64    `json:"rounds"`           // of that walk that came to their end
	RoundAt int64    `json:"round_at"`         // when the last one did
}

const theNight = "night"

// Night reads how far the probe has come.
func (s *Differences) Night(ctx context.Context) (Night, error) {
	n, err := s.night.Get(ctx, theNight)
	if gongkai.Is(err, gongkai.Missing) {
		return Night{}, nil
	}
	return n, err
}

// Start notes since when there is a probe, once.
func (s *Differences) Start(ctx context.Context) error {
	_, err := s.night.Upsert(ctx, theNight, func(n *Night, exists bool) error {
		if exists {
			return store.ErrUnchanged
		}
		n.Ended = gongkai.Millis(s.now())
		return nil
	})
	return err
}

// SetNight notes how far it has come.
func (s *Differences) SetNight(ctx context.Context, n Night) error {
	_, err := s.night.Upsert(ctx, theNight, func(doc *Night, _ bool) error {
		n.Meta = doc.Meta
		*doc = n
		return nil
	})
	return err
}
