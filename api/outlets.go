// Outlets (发布渠道): new media, and places that people serve by hand.

package api

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gongkai/channel"
	"gongkai/content"
	"gongkai/policy"
)

func (s *Server) registerOutlets() {
	register(s.routes, op(http.MethodGet, "/platforms", "list-platforms", "outlets", "平台种类 Kinds of platforms and their settings"), anywhere(policy.OutletManage), s.listPlatforms)
	register(s.routes, op(http.MethodGet, "/outlets", "list-outlets", "outlets", "发布渠道 Outlets"), anywhere(policy.OutletManage), s.listOutlets)
	put := op(http.MethodPut, "/outlets/{id}", "put-outlet", "outlets", "设置发布渠道 Add, change or retire an outlet")
	put.Description = "新渠道只发布此后发布的信息；以往信息由人另行补发（fill）。密钥只写不读，未给出的保持不变，给空值则删除。渠道不删除，只停用（retired）：不再接收新信息，已发布的仍随更正、撤稿处理。A new outlet takes what is released from then on; the past only by fill. Secrets are write-only: those not given stay, empty ones go. An outlet is retired, never deleted: it takes nothing new, and what it shows is still corrected and taken down."
	register(s.routes, put, anywhere(policy.OutletManage), s.putOutlet)
	register(s.routes, op(http.MethodPost, "/outlets/{id}/fill", "fill-outlet", "outlets", "补发以往信息 Post what was released since a time"), anywhere(policy.OutletManage), s.fillOutlet)
	register(s.routes, op(http.MethodGet, "/deliveries/{id}/text", "delivery-text", "deliveries", "待发材料 Text and files for a person who publishes by hand"), onUnit(policy.DeliveryRead), s.deliveryText)
	decide := op(http.MethodPost, "/deliveries/{id}/decision", "decide-delivery", "deliveries", "登记人工投送 Say what was published, taken down or found by hand")
	decide.Description = "done 已发布（须给出版本 edition）；taken_down 应撤下的均已撤下；found 经查看已在平台上；absent 经查看确不在平台上；go_on 不等门户首发，继续发布。done: I have published it (with edition). taken_down: nothing is shown any more of what was to be taken down. found, absent: what nobody knew of is, or is not, there. go_on: without waiting for the portal."
	register(s.routes, decide, onUnit(policy.DeliveryDecide), s.decideDelivery)
}

// PlatformView (平台种类) is a kind of platform with what an outlet needs of it.
type PlatformView struct {
	Kind     string            `json:"kind"`
	Zh       string            `json:"zh"`
	En       string            `json:"en"`
	ByHand   bool              `json:"by_hand" doc:"A person does it"`
	Settings []PlatformSetting `json:"settings"`
}

// PlatformSetting is one setting of a kind of platform.
type PlatformSetting struct {
	Name     string `json:"name"`
	Zh       string `json:"zh"`
	En       string `json:"en"`
	Secret   bool   `json:"secret" doc:"Goes into secrets, and is never shown again"`
	Required bool   `json:"required"`
}

func (s *Server) listPlatforms(context.Context, *none) (*of[List[PlatformView]], error) {
	var out []PlatformView
	for _, k := range s.Channels.Outlets.Kinds {
		v := PlatformView{Kind: k.Name, Zh: k.Zh, En: k.En, ByHand: k.Open == nil}
		for _, set := range k.Settings {
			v.Settings = append(v.Settings, PlatformSetting(set))
		}
		out = append(out, v)
	}
	return listed(out, "", nil)
}

// OutletView is an outlet without its secrets.
type OutletView struct {
	ID       string            `json:"id"`
	Rev      int64             `json:"rev"`
	Channel  string            `json:"channel" doc:"Its id in the ledger"`
	Name     string            `json:"name"`
	Kind     string            `json:"kind"`
	Sites    []string          `json:"sites"`
	Columns  []string          `json:"columns"`
	Kinds    []string          `json:"kinds"`
	Settings map[string]string `json:"settings"`
	Secrets  []string          `json:"secrets" doc:"Names of those that are set"`
	Paused   bool              `json:"paused"`
	Retired  bool              `json:"retired"`
	From     int64             `json:"from" doc:"First release that it takes"`
	Filling  bool              `json:"filling" doc:"The past that somebody asked for is on its way"`
	Created  int64             `json:"created"`
	Updated  int64             `json:"updated"`
}

func outletView(o channel.Outlet) OutletView {
	return OutletView{o.ID, o.Rev, o.Channel(), o.Name, o.Kind, o.Sites, o.Columns, o.Kinds, o.Settings, slices.Sorted(maps.Keys(o.Secrets)),
		o.Paused != nil, o.Retired, o.From, o.Due != 0, o.Created, o.Updated}
}

func (s *Server) listOutlets(ctx context.Context, _ *none) (*of[List[OutletView]], error) {
	all, err := s.Channels.Outlets.All(ctx)
	var out []OutletView
	for _, o := range all {
		out = append(out, outletView(o))
	}
	return listed(out, "", err)
}

type outletIn struct {
	BySlug
	Body struct {
		Name     string            `json:"name" minLength:"1" maxLength:"100"`
		Kind     string            `json:"kind" maxLength:"40" doc:"Of the platforms; it stays what it is"`
		Sites    []string          `json:"sites,omitempty" maxItems:"100" doc:"Whose items it takes; absent: of all sites"`
		Columns  []string          `json:"columns,omitempty" maxItems:"500" doc:"With all columns below them; absent: all"`
		Kinds    []string          `json:"kinds,omitempty" maxItems:"100" doc:"Kinds of items; absent: all"`
		Settings map[string]string `json:"settings,omitempty" doc:"As the platform says"`
		Secrets  map[string]string `json:"secrets,omitempty" gate:"secret" doc:"Write-only: those not given stay as they are, empty ones are forgotten"`
		Retired  bool              `json:"retired,omitempty" doc:"Takes nothing new; what it shows is still corrected and taken down"`
	}
}

func (s *Server) putOutlet(ctx context.Context, in *outletIn) (*of[OutletView], error) {
	b := in.Body
	o := channel.Outlet{Name: b.Name, Kind: b.Kind, Sites: b.Sites, Columns: b.Columns, Kinds: b.Kinds, Settings: b.Settings, Secrets: b.Secrets, Retired: b.Retired}
	o.ID = in.ID
	o, err := s.Channels.Outlets.Put(ctx, o)
	if err != nil {
		return nil, err
	}
	v := outletView(o)
	detail := digested(v)
	detail["retired"], detail["secrets"] = yes(o.Retired), strings.Join(slices.Sorted(maps.Keys(b.Secrets)), " ")
	return answer(v, s.record(ctx, policy.OutletManage, "outlet/"+o.ID, "", detail))
}

type fillIn struct {
	BySlug
	Body struct {
		From int64 `json:"from" minimum:"0" doc:"What is live and was released then or later, in milliseconds since 1970"`
	}
}

func (s *Server) fillOutlet(ctx context.Context, in *fillIn) (*of[OutletView], error) {
	o, err := s.Channels.Outlets.Fill(ctx, in.ID, in.Body.From)
	if err != nil {
		return nil, err
	}
	s.Wake("outlet", o.ID)
	return answer(outletView(o), s.record(ctx, policy.OutletManage, "outlet/"+o.ID, "", map[string]string{"from": strconv.FormatInt(in.Body.From, 10)}))
}

// ofUnit reads a delivery and its item for those who may act in its unit.
func (s *Server) ofUnit(ctx context.Context, id, act string) (d channel.Delivery, it content.Item, err error) {
	if d, err = s.Ledger.Get(ctx, id); err != nil {
		return d, it, err
	}
	if it, err = s.Content.Items.Get(ctx, d.Item); err != nil {
		return d, it, err
	}
	return d, it, s.allow(ctx, act, it.Unit)
}

func (s *Server) deliveryText(ctx context.Context, in *ByDelivery) (*of[channel.Prepared], error) {
	d, it, err := s.ofUnit(ctx, in.ID, policy.DeliveryRead)
	if err != nil {
		return nil, err
	}
	var pub content.Public
	if it.Live.State == content.Published {
		sheet, err := s.Content.Sheets.Get(ctx, it.Live.Sheet)
		if err != nil {
			return nil, err
		}
		if pub, err = sheet.Public(); err != nil {
			return nil, err
		}
	}
	unit, err := s.Content.Units.Get(ctx, it.Publisher())
	if err != nil {
		return nil, err
	}
	site := content.Site{}
	if d.Want.Site != "" {
		if site, err = s.Content.Sites.Get(ctx, d.Want.Site); err != nil {
			return nil, err
		}
	}
	p, err := channel.Prepare(d, it, pub, unit, site)
	return answer(p, err)
}

type decisionIn struct {
	ByDelivery
	Body struct {
		Say     string `json:"say" enum:"done,taken_down,found,absent,go_on"`
		Edition int64  `json:"edition,omitempty" minimum:"0" doc:"done: which one was published, as text said it"`
		On      string `json:"on,omitempty" format:"date" doc:"done: day of the issue or broadcast"`
		Where   string `json:"where,omitempty" maxLength:"200" doc:"done: page of the newspaper, name of the programme, place of the board"`
		Address string `json:"address,omitempty" maxLength:"1000" doc:"done, found: where readers find it"`
	}
}

func (s *Server) decideDelivery(ctx context.Context, in *decisionIn) (*of[channel.Delivery], error) {
	d, it, err := s.ofUnit(ctx, in.ID, policy.DeliveryDecide)
	if err != nil {
		return nil, err
	}
	b := in.Body
	d, err = s.Ledger.Decide(ctx, d.ID, channel.Decision{Act: b.Say, Edition: b.Edition, On: b.On, Where: b.Where, Address: b.Address, By: actorOf(ctx).ID})
	if err != nil {
		return nil, err
	}
	s.Wake("delivery", d.ID)
	detail := map[string]string{"what": b.Say, "edition": strconv.FormatInt(b.Edition, 10), "on": b.On, "where": b.Where, "address": b.Address}
	maps.DeleteFunc(detail, func(_, v string) bool { return v == "" || v == "0" })
	return answer(d, s.record(ctx, policy.DeliveryDecide, "delivery/"+d.ID, it.Unit, detail))
}
