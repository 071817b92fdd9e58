// Deliveries (投送) and subscribers (订阅方).

package api

import (
	"context"
	"net/http"

	"gongkai/channel"
	"gongkai/policy"
)

func (s *Server) registerDeliveries() {
	register(s.routes, op(http.MethodGet, "/items/{id}/deliveries", "item-deliveries", "deliveries", "条目的投送 Deliveries of an item"), onUnit(policy.DeliveryRead), s.itemDeliveries)
	register(s.routes, op(http.MethodGet, "/deliveries", "list-deliveries", "deliveries", "投送台账 All deliveries"), anywhere(policy.DeliveryRead), s.listDeliveries)
	register(s.routes, op(http.MethodPost, "/deliveries/{id}/retry", "retry-delivery", "deliveries", "重新投送 Retry or resend a delivery"), onUnit(policy.DeliveryRetry), s.retry)
}

func (s *Server) itemDeliveries(ctx context.Context, in *ByItem) (*of[List[channel.Delivery]], error) {
	it, err := s.Content.Items.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := s.allow(ctx, policy.DeliveryRead, it.Unit); err != nil {
		return nil, err
	}
	ds, err := s.Ledger.Of(ctx, it.ID)
	return listed(ds, "", err)
}

type deliveryQuery struct {
	Paging
	Channel string `query:"channel" maxLength:"100"`
	State   string `query:"state" enum:"due,claimed,confirmed,stalled"`
}

func (s *Server) listDeliveries(ctx context.Context, in *deliveryQuery) (*of[List[channel.Delivery]], error) {
	page, err := s.Ledger.List(ctx, channel.Filter{Channel: in.Channel, State: in.State, After: in.After, Limit: in.Limit})
	return listed(page.Docs, page.Next, err)
}

type retryIn struct {
	ID   string `path:"id" maxLength:"200"`
	Body struct {
		Resend bool `json:"resend,omitempty" doc:"A new message, for a receiver that forgot"`
	}
}

func (s *Server) retry(ctx context.Context, in *retryIn) (*of[channel.Delivery], error) {
	d, err := s.Ledger.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	it, err := s.Content.Items.Get(ctx, d.Item)
	if err != nil {
		return nil, err
	}
	if err := s.allow(ctx, policy.DeliveryRetry, it.Unit); err != nil {
		return nil, err
	}
	if d, err = s.Ledger.Retry(ctx, d.ID, in.Body.Resend); err != nil {
		return nil, err
	}
	s.Wake("delivery", d.ID)
	return answer(d, s.record(ctx, policy.DeliveryRetry, "delivery/"+d.ID, it.Unit, map[string]string{"resend": yes(in.Body.Resend)}))
}

func yes(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

func (s *Server) registerSubscribers() {
	register(s.routes, op(http.MethodGet, "/subscribers", "list-subscribers", "subscribers", "订阅方 Subscribers"), anywhere(policy.SubscriberManage), s.listSubscribers)
	register(s.routes, op(http.MethodPut, "/subscribers/{id}", "put-subscriber", "subscribers", "设置订阅方 Add or change a subscriber"), anywhere(policy.SubscriberManage), s.putSubscriber)
}

// SubscriberView is a subscriber without its secrets.
type SubscriberView struct {
	ID       string   `json:"id"`
	Rev      int64    `json:"rev"`
	Name     string   `json:"name"`
	URL      string   `json:"url"`
	Sites    []string `json:"sites"`
	Disabled bool     `json:"disabled"`
	Reason   string   `json:"reason,omitempty"`
	Created  int64    `json:"created"`
	Updated  int64    `json:"updated"`
	Secret   string   `json:"secret,omitempty" doc:"Signing secret of a new subscriber; shown this once"`
}

func subscriberView(c channel.Subscriber, secret string) SubscriberView {
	return SubscriberView{c.ID, c.Rev, c.Name, c.URL, c.Sites, c.Disabled, c.Reason, c.Created, c.Updated, secret}
}

func (s *Server) listSubscribers(ctx context.Context, _ *none) (*of[List[SubscriberView]], error) {
	all, err := s.Subscribers.All(ctx)
	var out []SubscriberView
	for _, c := range all {
		out = append(out, subscriberView(c, ""))
	}
	return listed(out, "", err)
}

type subscriberIn struct {
	ID   string `path:"id" pattern:"^[a-z0-9][a-z0-9-]{0,39}$"`
	Body struct {
		Name     string   `json:"name" minLength:"1" maxLength:"100"`
		URL      string   `json:"url" maxLength:"1000"`
		Sites    []string `json:"sites,omitempty" maxItems:"100" doc:"Sites it is told of; absent: all"`
		Disabled bool     `json:"disabled,omitempty"`
	}
}

func (s *Server) putSubscriber(ctx context.Context, in *subscriberIn) (*of[SubscriberView], error) {
	c := channel.Subscriber{Name: in.Body.Name, URL: in.Body.URL, Sites: in.Body.Sites, Disabled: in.Body.Disabled}
	c.ID = in.ID
	c, secret, err := s.Subscribers.Put(ctx, c)
	if err != nil {
		return nil, err
	}
	s.Wake("subscriber", c.ID)
	return answer(subscriberView(c, secret), s.record(ctx, policy.SubscriberManage, "subscriber/"+c.ID, "", map[string]string{"disabled": yes(c.Disabled)}))
}
