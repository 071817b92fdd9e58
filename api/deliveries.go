// Deliveries (投送) and subscribers (订阅方).

package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"gongkai/channel"
	"gongkai/policy"
)

func (s *Server) registerDeliveries() {
	register(s.routes, op(http.MethodGet, "/items/{id}/deliveries", "item-deliveries", "deliveries", "条目的投送 Deliveries of an item"), onUnit(policy.DeliveryRead), s.itemDeliveries)
	list := op(http.MethodGet, "/deliveries", "list-deliveries", "deliveries", "投送台账 All deliveries, the newest change first")
	list.Description = "各条件同时成立；栏目含下级栏目。一页可能少于所要的条数而仍有下一页（next）。All conditions hold at once; a column is it and all below it. A page may hold less than was asked for although there is a next one."
	register(s.routes, list, anywhere(policy.DeliveryRead), s.listDeliveries)
	register(s.routes, op(http.MethodGet, "/deliveries/{id}", "get-delivery", "deliveries", "一件投送 One delivery"), onUnit(policy.DeliveryRead), s.getDelivery)
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

// LedgerAsk is what a list of deliveries may be asked by.
type LedgerAsk struct {
	Channel string `query:"channel" maxLength:"100" doc:"Id of the channel"`
	Kind    string `query:"kind" maxLength:"40" doc:"Kind of channel: search, webhook …"`
	Site    string `query:"site" maxLength:"40" doc:"Site whose placement of the item is shown"`
	Column  string `query:"column" maxLength:"40" doc:"Column of that placement, or one above it"`
	Item    string `query:"item" maxLength:"64"`
	State   string `query:"state" maxLength:"20" doc:"due, claimed, confirmed, stalled …; held: it waits for its paused channel"`
	Code    string `query:"code" maxLength:"64" doc:"Code of the last failure: timeout, status_500 …"`
}

type deliveryQuery struct {
	Paging
	LedgerAsk
}

func (s *Server) listDeliveries(ctx context.Context, in *deliveryQuery) (*of[List[channel.Delivery]], error) {
	f, err := s.Channels.Filter(ctx, s.Content, channel.Asked(in.LedgerAsk))
	if err != nil {
		return nil, err
	}
	f.After, f.Limit = in.After, in.Limit
	page, err := s.Ledger.List(ctx, f)
	return listed(page.Docs, page.Next, err)
}

// ByDelivery is the path parameter of one delivery.
type ByDelivery struct {
	ID string `path:"id" maxLength:"200"`
}

func (s *Server) getDelivery(ctx context.Context, in *ByDelivery) (*of[channel.Delivery], error) {
	return answer(s.delivery(ctx, in.ID, policy.DeliveryRead))
}

// delivery reads one for an act on it.
func (s *Server) delivery(ctx context.Context, id, act string) (channel.Delivery, error) {
	d, err := s.Ledger.Get(ctx, id)
	if err != nil {
		return d, err
	}
	unit, err := s.sayOver(ctx, d.Item, "", d.Want.Site)
	if err != nil {
		return d, err
	}
	return d, s.allow(ctx, act, unit)
}

// sayOver is who has a say in what is told of an item, a column or a site; "":
// the whole installation.
func (s *Server) sayOver(ctx context.Context, item, column, site string) (string, error) {
	if item != "" {
		it, err := s.Content.Items.Get(ctx, item)
		return it.Unit, err
	}
	if column != "" {
		col, err := s.Content.Columns.Get(ctx, column)
		if err != nil {
			return "", err
		}
		site = col.Site
	}
	if site != "" {
		of, err := s.Content.Sites.Get(ctx, site)
		return of.Unit, err
	}
	return "", nil
}

type retryIn struct {
	ByDelivery
	Body struct {
		Resend bool `json:"resend,omitempty" doc:"A new message, for a receiver that forgot"`
	}
}

func (s *Server) retry(ctx context.Context, in *retryIn) (*of[channel.Delivery], error) {
	d, err := s.delivery(ctx, in.ID, policy.DeliveryRetry)
	if err != nil {
		return nil, err
	}
	if d, err = s.Ledger.Retry(ctx, d.ID, in.Body.Resend); err != nil {
		return nil, err
	}
	s.Wake("delivery", d.ID)
	unit, err := s.sayOver(ctx, d.Item, "", d.Want.Site)
	if err != nil {
		return nil, err
	}
	return answer(d, s.record(ctx, policy.DeliveryRetry, "delivery/"+d.ID, unit, map[string]string{"resend": yes(in.Body.Resend)}))
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
	register(s.routes, op(http.MethodPost, "/subscribers/{id}/secret", "rotate-secret", "subscribers", "更换签名密钥 Make a new signing secret"), anywhere(policy.SubscriberManage), s.rotateSecret)
	test := op(http.MethodPost, "/subscribers/{id}/test", "test-subscriber", "subscribers", "测试接收地址 Send a message that only tests the way")
	test.Description = "由应答本请求的进程发出 endpoint.test 一次，不重试；不记录对方回应的内容。One call of endpoint.test by the process that answers, never repeated."
	register(s.routes, test, anywhere(policy.SubscriberManage), s.testSubscriber)
}

// SubscriberView is a subscriber without its secrets.
type SubscriberView struct {
	ID       string         `json:"id"`
	Rev      int64          `json:"rev"`
	Name     string         `json:"name"`
	URL      string         `json:"url"`
	Sites    []string       `json:"sites"`
	Events   []string       `json:"events,omitempty" doc:"Events it is told of; absent: all"`
	Disabled bool           `json:"disabled"`
	Reason   string         `json:"reason,omitempty"`
	Created  int64          `json:"created"`
	Updated  int64          `json:"updated"`
	Limits   channel.Limits `json:"limits"`
	Paused   *channel.Pause `json:"paused,omitempty"`
	CA       string         `json:"ca,omitempty" doc:"Authority that its certificate must be signed by, in PEM; absent: those that the machine trusts"`
	Client   string         `json:"client_certificate,omitempty" doc:"Our certificate, in PEM; its key is never shown"`
	Fill     channel.Fill   `json:"fill" doc:"How far the back-fill of what was released before has come"`
	Retire   int64          `json:"old_secret_until,omitempty" doc:"Until when the secret before signs too"`
	Secret   string         `json:"secret,omitempty" doc:"Signing secret of a new subscriber, or the new one; shown this once"`
}

func subscriberView(c channel.Subscriber, secret string) SubscriberView {
	return SubscriberView{ID: c.ID, Rev: c.Rev, Name: c.Name, URL: c.URL, Sites: c.Sites, Events: c.Events, Disabled: c.Disabled, Reason: c.Reason, Created: c.Created, Updated: c.Updated,
		Limits: c.Limits, Paused: c.Paused, CA: c.TLS.CA, Client: c.TLS.Certificate, Fill: c.Fill, Retire: c.Retire, Secret: secret}
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
		Name     string         `json:"name" minLength:"1" maxLength:"100"`
		URL      string         `json:"url" maxLength:"1000"`
		Sites    []string       `json:"sites,omitempty" maxItems:"100" doc:"Sites it is told of; absent: all"`
		Events   []string       `json:"events,omitempty" maxItems:"20" doc:"Events it is told of, of: item.released, item.corrected, item.moved, item.resumed, item.validity_changed, item.related, item.updated, item.suspended, item.withdrawn, column.changed; absent: all. That something goes which it was told of, and that it comes back, it is told whatever stands here (撤稿不受筛选)"`
		Disabled bool           `json:"disabled,omitempty"`
		Limits   channel.Limits `json:"limits,omitempty" doc:"How it is called at most"`
		TLS      *struct {
			CA          string `json:"ca,omitempty" maxLength:"100000" gate:"secret" doc:"Authority that its certificate must be signed by, in PEM; absent: those that the machine trusts"`
			Certificate string `json:"certificate,omitempty" maxLength:"100000" gate:"secret" doc:"Our certificate, in PEM"`
			Key         string `json:"key,omitempty" maxLength:"20000" gate:"secret" doc:"Its key, in PEM; never shown. Absent: as it is, with the same certificate"`
		} `json:"tls,omitempty" doc:"Absent: as it is; empty: none"`
	}
}

func (s *Server) putSubscriber(ctx context.Context, in *subscriberIn) (*of[SubscriberView], error) {
	c := channel.Subscriber{Name: in.Body.Name, URL: in.Body.URL, Sites: in.Body.Sites, Events: in.Body.Events, Disabled: in.Body.Disabled, Limits: in.Body.Limits}
	c.ID = in.ID
	var with *channel.TLS
	if t := in.Body.TLS; t != nil {
		with = &channel.TLS{CA: t.CA, Certificate: t.Certificate, Key: t.Key}
	}
	c, secret, err := s.Subscribers.PutWith(ctx, c, with)
	if err != nil {
		return nil, err
	}
	s.Wake("subscriber", c.ID)
	return answer(subscriberView(c, secret), s.record(ctx, policy.SubscriberManage, "subscriber/"+c.ID, "", map[string]string{"disabled": yes(c.Disabled)}))
}

type rotateIn struct {
	BySlug
	Body struct {
		Hours *int `json:"hours,omitempty" minimum:"0" maximum:"720" doc:"How long the secret before signs beside the new one; 0: it ends at once; absent: 24"`
	}
}

// rotateSecret gives the receiver time to take the new secret up.
func (s *Server) rotateSecret(ctx context.Context, in *rotateIn) (*of[SubscriberView], error) {
	hours := 24
	if in.Body.Hours != nil {
		hours = *in.Body.Hours
	}
	c, secret, err := s.Subscribers.Rotate(ctx, in.ID, time.Duration(hours)*time.Hour)
	if err != nil {
		return nil, err
	}
	return answer(subscriberView(c, secret), s.record(ctx, "subscriber.secret", "subscriber/"+c.ID, "", map[string]string{"hours": strconv.Itoa(hours)}))
}

func (s *Server) testSubscriber(ctx context.Context, in *BySlug) (*of[channel.Tested], error) {
	got, err := s.Channels.Test(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return answer(got, s.record(ctx, "subscriber.test", "subscriber/"+in.ID, "", map[string]string{"ok": yes(got.OK), "code": got.Code}))
}
