// Subscribers: receivers of webhooks.

package channel

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"gongkai"
	"gongkai/store"
)

// Subscriber (订阅方) is a downstream site that is told of every public change
// by signed webhooks.
type Subscriber struct {
	store.Meta
	Name     string   `json:"name"`
	URL      string   `json:"url"`
	Sites    []string `json:"sites"`            // whose items it is told of; empty: all
	Events   []string `json:"events,omitempty"` // that it is told of; empty: all
	Secrets  []string `json:"secrets"`
	Disabled bool     `json:"disabled"`
	Reason   string   `json:"reason,omitempty"` // why it was disabled (code)
	Created  int64    `json:"created"`
	Updated  int64    `json:"updated"`
	Paused   *Pause   `json:"paused,omitempty"`
	Retire   int64    `json:"retire,omitempty"` // until when the secrets after the first sign
	TLS      TLS      `json:"tls,omitzero"`
	Limits   Limits   `json:"limits,omitzero"`
	Fill     Fill     `json:"fill,omitzero"`
	// Due and Cursor: the back-fill of what was released before it subscribed.
	Due    int64  `json:"due,omitempty"`
	Cursor string `json:"cursor,omitempty"`
}

// Limits (限流) are what a subscriber wants to be called with at most, by each
// worker process.
type Limits struct {
	Concurrency int     `json:"concurrency,omitempty" minimum:"0" maximum:"16" doc:"Calls at once; 0: 4"`
	Rate        float64 `json:"rate,omitempty" minimum:"0" maximum:"1000" doc:"Calls per second; 0: as many as it takes"`
}

// Fill (补送进度) is how far the back-fill has come.
type Fill struct {
	Began int64 `json:"began,omitempty"`
	Ended int64 `json:"ended,omitempty" doc:"Absent: it goes on"`
	Pages int64 `json:"pages"`
	Items int64 `json:"items" doc:"Items that were looked at"`
	Total int64 `json:"total,omitempty" doc:"How many there were when it began"`
}

// again begins a back-fill.
func (s *Subscriber) again(now int64) {
	s.Due, s.Cursor, s.Fill = now, "", Fill{Began: now}
}

// Channel is the id of the subscriber's channel.
func (s Subscriber) Channel() string { return SubscriberPrefix + s.ID }

// Subscribers keeps them.
type Subscribers struct {
	docs *store.Collection[Subscriber]
	now  func() time.Time
}

// OpenSubscribers declares the subscribers in db.
func OpenSubscribers(ctx context.Context, db store.DB, now gongkai.Clock) (*Subscribers, error) {
	docs, err := store.Use[Subscriber](ctx, db, store.Spec[Subscriber]{Name: "subscribers", Schema: 1, Indexes: []store.Index{{Name: "due", Fields: []string{"due"}}}})
	return &Subscribers{docs, now}, err
}

// Put adds or changes a subscriber. A new one gets a secret, which is returned
// this once, and everything released so far as a debt.
func (s *Subscribers) Put(ctx context.Context, in Subscriber) (sub Subscriber, secret string, err error) {
	return s.PutWith(ctx, in, nil)
}

// PutWith is Put with other TLS settings; nil leaves those that there are.
func (s *Subscribers) PutWith(ctx context.Context, in Subscriber, with *TLS) (sub Subscriber, secret string, err error) {
	in.Name = strings.TrimSpace(in.Name)
	u, err := url.Parse(in.URL)
	if in.ID == "" || in.Name == "" || err != nil || u.Host == "" || u.User != nil || !slices.Contains([]string{"http", "https"}, u.Scheme) {
		return sub, "", gongkai.E(gongkai.Invalid, "subscriber", "订阅方须有编号、名称和http(s)地址", "a subscriber needs an id, a name and an http(s) address")
	}
	if err := checkEvents(in.Events); err != nil {
		return sub, "", err
	}
	sub, err = s.docs.Upsert(ctx, in.ID, func(doc *Subscriber, exists bool) error {
		now := gongkai.Millis(s.now())
		if !exists {
			secret = NewSecret()
			doc.Secrets, doc.Created = []string{secret}, now
			doc.again(now)
		}
		if doc.Disabled && !in.Disabled || exists && (!slices.Equal(doc.Sites, in.Sites) || !slices.Equal(doc.Events, in.Events)) {
			doc.again(now) // what it missed while it was away, gains and loses
		}
		doc.Name, doc.URL, doc.Sites, doc.Disabled, doc.Reason, doc.Updated = in.Name, in.URL, in.Sites, in.Disabled, "", now
		doc.Events, doc.Limits, doc.TLS = in.Events, in.Limits, doc.TLS.after(with)
		_, err := doc.TLS.config()
		return err
	})
	return sub, secret, err
}

// Disable stops a subscriber, as it was seen: a receiver that answers 410 wants no
// more. One whose settings were changed since is not the one that answered; it is
// left as it is.
func (s *Subscribers) Disable(ctx context.Context, seen Subscriber, reason string) (disabled bool, err error) {
	_, err = s.docs.Update(ctx, seen.ID, 0, func(doc *Subscriber) error {
		disabled = doc.URL == seen.URL && doc.Updated == seen.Updated
		if !disabled || doc.Disabled {
			return store.ErrUnchanged
		}
		doc.Disabled, doc.Reason, doc.Updated = true, reason, gongkai.Millis(s.now())
		return nil
	})
	return disabled, err
}

// gone is when its receiver asked for no more; 0: it did not, or was enabled since.
func (s Subscriber) gone() int64 {
	if !s.Disabled || s.Reason == "" {
		return 0
	}
	return s.Updated
}

// Filled notes how far the back-fill of the subscriber has come, as it was
// read; cursor "" ends it. One that was changed meanwhile begins anew.
func (s *Subscribers) Filled(ctx context.Context, sub Subscriber, cursor string, items int) error {
	_, err := s.docs.Update(ctx, sub.ID, 0, func(doc *Subscriber) error {
		if doc.Rev != sub.Rev {
			return store.ErrUnchanged
		}
		doc.Fill.Pages, doc.Fill.Items, doc.Fill.Total = doc.Fill.Pages+1, doc.Fill.Items+int64(items), sub.Fill.Total
		if doc.Cursor = cursor; cursor == "" {
			doc.Due, doc.Fill.Ended = 0, gongkai.Millis(s.now())
		}
		return nil
	})
	return err
}

// Get reads a subscriber.
func (s *Subscribers) Get(ctx context.Context, id string) (Subscriber, error) {
	return s.docs.Get(ctx, id)
}

// All lists the subscribers.
func (s *Subscribers) All(ctx context.Context) ([]Subscriber, error) {
	page, err := s.docs.Find(ctx, store.Query{Limit: 1000})
	return page.Docs, err
}

// dueIDs are the ids of what is due, the earliest first.
func dueIDs[T any](ctx context.Context, docs *store.Collection[T], at time.Time, limit int, id func(T) string) ([]string, error) {
	page, err := docs.Find(ctx, store.Query{Where: []store.Cond{store.Lte("due", gongkai.Millis(at))}, Sort: []string{"due"}, Limit: limit})
	ids := make([]string, len(page.Docs))
	for i, d := range page.Docs {
		ids[i] = id(d)
	}
	return ids, err
}

// DueBefore lists the ids of subscribers whose back-fill is owed.
func (s *Subscribers) DueBefore(ctx context.Context, at time.Time, limit int) ([]string, error) {
	return dueIDs(ctx, s.docs, at, limit, func(d Subscriber) string { return d.ID })
}
