// The table of channels: every outside world and how to make it show what it
// must.

package channel

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"gongkai"
	"gongkai/channel/platform"
	"gongkai/content"
	"gongkai/publication"
	"gongkai/search"
)

// Channel is an outside world. Pay makes it show what the delivery wants; it
// may be called twice for one delivery.
type Channel interface {
	Pay(ctx context.Context, d Delivery) error
}

// Channels finds the channels of an installation.
type Channels struct {
	Subscribers *Subscribers
	Outlets     *Outlets        // nil: none
	Ledger      *Ledger         // of outlets
	Tokens      platform.Tokens // of their platforms
	Reaches     *Reaches        // how far outlets reach
	PortalWait  time.Duration   // after which a person decides whether outlets go on without the portal
	Columns     func(ctx context.Context, column string) (above []string, err error)
	Public      *publication.Public
	Index       search.Index
	Guard       *NetGuard
	BaseURL     string // of the content API, as receivers reach it
	Timeout     time.Duration
	Now         gongkai.Clock
	Span        gongkai.Span // traces calls to others

	mu      sync.Mutex
	lines   lines
	senders map[string]sender // webhooks by subscriber, while their settings stay
	opened  map[string]opened // platforms by outlet, the same
}

type sender struct {
	rev     int64
	secrets int
	sink    *Webhook
}

// SearchID is the channel of the search index.
const SearchID = "search"

// SubscriberPrefix begins the ids of subscribers' channels.
const SubscriberPrefix = "sub-"

var errNoChannel = gongkai.E(gongkai.Missing, "channel", "没有这个渠道", "there is no such channel")

// Kinds of channels, for counting: there are as many channels as subscribers.
const (
	KindSearch  = "search"
	KindWebhook = "webhook"
	KindOutlet  = "outlet"
)

// Kinds lists them.
var Kinds = []string{KindSearch, KindWebhook, KindOutlet}

// KindOf is the kind of the channel with this id.
func KindOf(id string) string {
	switch {
	case id == SearchID:
		return KindSearch
	case posts(id):
		return KindOutlet
	}
	return KindWebhook
}

// Repeatable tells whether a channel takes a message that it has had already:
// the index, and receivers that know messages by their ids.
func Repeatable(id string) bool {
	return id == SearchID || strings.HasPrefix(id, SubscriberPrefix)
}

// Target is a channel that must know about an item.
type Target struct {
	ID     string
	Site   string   // the site whose placement of the item it shows
	From   int64    // an item that it does not show is new to it if it was released then or later
	Events []string // that it is told of; empty: all
}

// Targets are the channels that an item goes to. One that takes none of its
// placements has no site.
func (c *Channels) Targets(ctx context.Context, it content.Item) ([]Target, error) {
	placed := it.Live.Placed
	subs, err := c.Subscribers.All(ctx)
	if err != nil {
		return nil, err
	}
	out := []Target{{ID: SearchID, Site: homeSite(placed)}}
	for _, s := range subs {
		if !s.Disabled {
			out = append(out, s.Target(placed))
		}
	}
	if c.Outlets == nil {
		return out, nil
	}
	outlets, err := c.Outlets.All(ctx)
	for _, o := range outlets {
		t, err := c.OutletTarget(ctx, o, it)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, err
}

// OutletTarget is an outlet as a channel of an item.
func (c *Channels) OutletTarget(ctx context.Context, o Outlet, it content.Item) (Target, error) {
	return o.Target(it, func(column string) ([]string, error) { return c.Columns(ctx, column) })
}

func homeSite(placed []content.Placement) string {
	for _, p := range placed {
		if p.Home {
			return p.Site
		}
	}
	return ""
}

// Target is the subscriber as a channel of an item with these placements.
func (s Subscriber) Target(placed []content.Placement) Target {
	return Target{ID: s.Channel(), Site: s.site(placed), Events: s.Events}
}

// ColumnTarget is the subscriber as a channel of a column.
func (s Subscriber) ColumnTarget(col content.Column) Target {
	return s.Target([]content.Placement{{Site: col.Site, Home: true}})
}

// ColumnTargets are the channels that are told of a column.
func (c *Channels) ColumnTargets(ctx context.Context, col content.Column) (out []Target, err error) {
	subs, err := c.Subscribers.All(ctx)
	for _, s := range subs {
		if !s.Disabled {
			out = append(out, s.ColumnTarget(col))
		}
	}
	return out, err
}

// site is the placement that a subscriber is told of: the home one if it takes
// that site.
func (s Subscriber) site(placed []content.Placement) string {
	takes := func(site string) bool { return len(s.Sites) == 0 || slices.Contains(s.Sites, site) }
	if home := homeSite(placed); home != "" && takes(home) {
		return home
	}
	for _, p := range placed {
		if takes(p.Site) {
			return p.Site
		}
	}
	return ""
}

// Pay makes the delivery's channel, as it was read, show what it must.
func (c *Channels) Pay(ctx context.Context, at Place, d Delivery) error {
	switch {
	case at.missing != nil:
		return at.missing
	case d.Channel == SearchID:
		return indexChannel{c.Public, c.Index}.Pay(ctx, d)
	case posts(d.Channel):
		call, end := c.Span.Begin(ctx, "outlet", "delivery", d.ID)
		err := c.payOutlet(call, at.outlet, d)
		end(err)
		return err
	}
	return c.payWebhook(ctx, at.sub, d)
}

// errChanged: who answered is not who is to be called by now; that one is called next.
var errChanged = gongkai.E(gongkai.Unavailable, "subscriber_changed", "订阅方设置已变，将按新设置投送", "the subscriber was changed meanwhile: it is called as it is by now")

func (c *Channels) payWebhook(ctx context.Context, sub Subscriber, d Delivery) error {
	if sub.Disabled {
		return gongkai.E(gongkai.Gone, "disabled", "订阅方已停用", "the subscriber is disabled")
	}
	sink, err := c.webhook(sub)
	if err != nil {
		return err
	}
	call, end := c.Span.Begin(ctx, "webhook", "delivery", d.ID)
	err = webhookChannel{sink, c.BaseURL, c.Now}.Pay(call, d)
	end(err)
	var send *SendError
	if !errors.As(err, &send) || !send.Disable {
		return err
	}
	disabled, failed := c.Subscribers.Disable(ctx, sub, send.Code)
	if failed == nil && !disabled {
		return errChanged
	}
	return errors.Join(err, failed)
}

// webhook keeps the sender of a subscriber while its settings stay.
func (c *Channels) webhook(sub Subscriber) (*Webhook, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	secrets := sub.signing(gongkai.Millis(c.Now()))
	if h, ok := c.senders[sub.ID]; ok && h.rev == sub.Rev && h.secrets == len(secrets) {
		return h.sink, nil
	}
	sink, err := NewWebhook(WebhookConfig{URL: sub.URL, Secrets: secrets, TLS: sub.TLS, Timeout: c.Timeout, Guard: c.Guard, Now: c.Now})
	if err != nil {
		return nil, err
	}
	if c.senders == nil {
		c.senders = map[string]sender{}
	}
	c.senders[sub.ID] = sender{sub.Rev, len(secrets), sink}
	return sink, nil
}
