// Channels (渠道): how they stand, pausing them, and sending again in bulk.

package api

import (
	"context"
	"net/http"

	"gongkai"
	"gongkai/channel"
	"gongkai/policy"
)

func (s *Server) registerChannels() {
	register(s.routes, op(http.MethodGet, "/channels", "list-channels", "deliveries", "渠道 Channels, and what waits for those that are paused"), anywhere(policy.DeliveryRead), s.listChannels)
	pause := op(http.MethodPost, "/channels/{id}/pause", "pause-channel", "deliveries", "暂停渠道 Pause a channel")
	pause.Description = "欠投的内容保留至恢复。撤稿照常投送，除非写明 withdrawals。What it is owed is kept. Withdrawals go on unless withdrawals is set: what was called back would stay there."
	register(s.routes, pause, anywhere(policy.SubscriberManage), s.pauseChannel)
	register(s.routes, op(http.MethodPost, "/channels/{id}/resume", "resume-channel", "deliveries", "恢复渠道 Resume a channel: what was held is due again"), anywhere(policy.SubscriberManage), s.resumeChannel)
	resend := op(http.MethodPost, "/resends", "resend", "deliveries", "批量重发 Send again in bulk, behind everything else")
	resend.Description = "在后台分页进行，新发布的信息不等它；GET /api/v1/resends/{id} 看进度，DELETE 停止。条件同时成立，栏目含下级栏目；不写条件须写 everything。It goes on in pages, and nothing new waits for it. All conditions hold at once; everything has to be asked for by word."
	register(s.routes, resend, onUnit(policy.DeliveryRetry), s.resend)
	register(s.routes, op(http.MethodGet, "/resends", "list-resends", "deliveries", "批量重发的进度 Bulk resends, the newest first"), anywhere(policy.DeliveryRead), s.listResends)
	register(s.routes, op(http.MethodGet, "/resends/{id}", "get-resend", "deliveries", "一次批量重发的进度 How far one has come"), onUnit(policy.DeliveryRead), s.getResend)
	register(s.routes, op(http.MethodDelete, "/resends/{id}", "stop-resend", "deliveries", "停止批量重发 Stop one: what is on its way already stays there"), onUnit(policy.DeliveryRetry), s.stopResend)
}

// ChannelView is a channel and how it stands.
type ChannelView struct {
	channel.Known
	Held int `json:"held,omitempty" doc:"Deliveries that wait for the end of the pause, counted up to 10,000"`
}

const heldBound = 10_000

func (s *Server) listChannels(ctx context.Context, _ *none) (*of[List[ChannelView]], error) {
	all, err := s.Channels.All(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]ChannelView, len(all))
	for i, c := range all {
		out[i].Known = c
		if c.Paused == nil {
			continue
		}
		if out[i].Held, err = s.Ledger.CountHeld(ctx, c.ID, heldBound); err != nil {
			return nil, err
		}
	}
	return listed(out, "", nil)
}

// ByChannel is the path parameter of one channel.
type ByChannel struct {
	ID string `path:"id" maxLength:"100"`
}

type pauseIn struct {
	ByChannel
	Body struct {
		Why         string `json:"why" minLength:"2" maxLength:"500" doc:"Kept in the trail"`
		Withdrawals bool   `json:"withdrawals,omitempty" doc:"Withdrawals wait too: what was called back stays there until the channel is resumed"`
	}
}

func (s *Server) pauseChannel(ctx context.Context, in *pauseIn) (*of[Done], error) {
	by := actorOf(ctx)
	err := s.Channels.Pause(ctx, in.ID, &channel.Pause{At: gongkai.Millis(s.Now()), By: by.ID, Name: by.Name, Why: in.Body.Why, Withdrawals: in.Body.Withdrawals})
	if err != nil {
		return nil, err
	}
	return done(s.record(ctx, "channel.pause", "channel/"+in.ID, "", map[string]string{"why": in.Body.Why, "withdrawals": yes(in.Body.Withdrawals)}))
}

func (s *Server) resumeChannel(ctx context.Context, in *ByChannel) (*of[channel.Bulk], error) {
	b, err := s.Channels.Resume(ctx, s.Ledger, in.ID, actorOf(ctx))
	if err != nil {
		return nil, err
	}
	s.Wake("bulk", b.ID)
	return answer(b, s.record(ctx, "channel.resume", "channel/"+in.ID, "", nil))
}

type resendIn struct {
	Body struct {
		Channel    string `json:"channel,omitempty" maxLength:"100" doc:"Id of a channel"`
		Kind       string `json:"kind,omitempty" maxLength:"40" doc:"Kind of channel: search, webhook …"`
		Site       string `json:"site,omitempty" maxLength:"40"`
		Column     string `json:"column,omitempty" maxLength:"40" doc:"It and all below it"`
		Item       string `json:"item,omitempty" maxLength:"64"`
		State      string `json:"state,omitempty" enum:"confirmed,stalled" doc:"Only these; absent: both"`
		Everything bool   `json:"everything,omitempty" doc:"In place of conditions"`
		Why        string `json:"why" minLength:"2" maxLength:"500" doc:"Kept in the trail"`
	}
}

func (s *Server) resend(ctx context.Context, in *resendIn) (*of[channel.Bulk], error) {
	b := in.Body
	asked := channel.Asked{Channel: b.Channel, Kind: b.Kind, Site: b.Site, Column: b.Column, Item: b.Item, State: b.State}
	unit, err := s.sayOver(ctx, b.Item, b.Column, b.Site)
	if err != nil {
		return nil, err
	}
	if err := s.allow(ctx, policy.DeliveryRetry, unit); err != nil {
		return nil, err
	}
	bulk, err := s.Channels.Resend(ctx, s.Ledger, s.Content, asked, b.Everything, b.Why, actorOf(ctx))
	if err != nil {
		return nil, err
	}
	s.Wake("bulk", bulk.ID)
	return answer(bulk, s.record(ctx, "delivery.resend", "bulk/"+bulk.ID, unit, asked.Detail(b.Why)))
}

func (s *Server) listResends(ctx context.Context, in *Paging) (*of[List[channel.Bulk]], error) {
	page, err := s.Ledger.Bulks(ctx, in.After, in.Limit)
	for i := range page.Docs {
		page.Docs[i].Cursor = ""
	}
	return listed(page.Docs, page.Next, err)
}

func (s *Server) getResend(ctx context.Context, in *BySlug) (*of[channel.Bulk], error) {
	b, _, err := s.bulk(ctx, in.ID, policy.DeliveryRead)
	b.Cursor = ""
	return answer(b, err)
}

// bulk reads a bulk act for those who have a say in what it sends.
func (s *Server) bulk(ctx context.Context, id, act string) (b channel.Bulk, unit string, err error) {
	if b, err = s.Ledger.Bulk(ctx, id); err != nil {
		return b, "", err
	}
	column := ""
	if len(b.Filter.Columns) > 0 {
		column = b.Filter.Columns[0]
	}
	if unit, err = s.sayOver(ctx, b.Filter.Item, column, b.Filter.Site); err != nil {
		return b, "", err
	}
	return b, unit, s.allow(ctx, act, unit)
}

// stopResend is for whoever could have begun it.
func (s *Server) stopResend(ctx context.Context, in *BySlug) (*of[channel.Bulk], error) {
	_, unit, err := s.bulk(ctx, in.ID, policy.DeliveryRetry)
	if err != nil {
		return nil, err
	}
	b, err := s.Ledger.StopBulk(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return answer(b, s.record(ctx, "delivery.resend_stop", "bulk/"+b.ID, unit, nil))
}
