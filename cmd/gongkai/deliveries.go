// deliveries: the ledger of what channels are owed, from the command line.

package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"time"

	"gongkai"
	"gongkai/channel"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/store"
)

type deliveriesCmd struct {
	List     deliveriesList     `cmd:"" help:"List deliveries, the newest change first."`
	Show     deliveriesShow     `cmd:"" help:"Show one delivery as JSON."`
	Retry    deliveriesRetry    `cmd:"" help:"Make one due now; --resend makes a new message of it."`
	Resend   deliveriesResend   `cmd:"" help:"Send again in bulk, behind everything else; workers go on with it."`
	Resends  deliveriesResends  `cmd:"" help:"Bulk resends and how far they have come."`
	Stop     deliveriesStop     `cmd:"" help:"Stop a bulk resend."`
	Channels deliveriesChannels `cmd:"" help:"List the channels, and what waits for those that are paused."`
	Pause    deliveriesPause    `cmd:"" help:"Pause a channel; what it is owed is kept, withdrawals go on."`
	Resume   deliveriesResume   `cmd:"" help:"Resume a channel: what was held is due again."`
}

// which are the conditions of a list.
type which struct {
	Channel string `help:"Channel, such as sub-qinghe-news."`
	Kind    string `help:"Kind of channel: search, webhook, outlet."`
	Site    string `help:"Site whose placement of the item is shown."`
	Column  string `help:"Column of that placement, or one above it."`
	Item    string `help:"Item."`
	State   string `help:"due, claimed, confirmed, stalled, or held: it waits for its paused channel."`
}

func (w which) asked() channel.Asked {
	return channel.Asked{Channel: w.Channel, Kind: w.Kind, Site: w.Site, Column: w.Column, Item: w.Item, State: w.State}
}

type deliveriesList struct {
	dataFlag `embed:""`
	which    `embed:""`
	Code     string `help:"Code of the last failure: timeout, status_500 …"`
	Limit    int    `help:"At most so many lines." default:"50"`
	After    string `help:"What the page before ended with."`
	JSON     bool   `help:"One JSON document."`
}

// Run lists deliveries (投送台账).
func (c deliveriesList) Run(ctx context.Context, s streams) error {
	a, err := c.open(ctx, s)
	if err != nil {
		return err
	}
	defer func() { _ = a.close() }()
	asked := c.asked()
	asked.Code = c.Code
	f, err := a.channels.Filter(ctx, a.content, asked)
	if err != nil {
		return err
	}
	f.After, f.Limit = c.After, min(max(c.Limit, 1), 1000)
	return either(c.JSON, s.out, printDeliveries)(a.ledger.List(ctx, f))
}

func printDeliveries(out io.Writer, page store.Page[channel.Delivery]) error {
	for _, d := range page.Docs {
		_, _ = fmt.Fprintln(out, deliveryLine(d))
	}
	if page.Next != "" {
		_, err := fmt.Fprintf(out, "还有更多 / there is more: --after %s\n", page.Next)
		return err
	}
	if len(page.Docs) == 0 {
		_, err := fmt.Fprintln(out, "没有 / none")
		return err
	}
	return nil
}

// deliveryLine says a delivery in a line: how it stands, what it shows, where.
func deliveryLine(d channel.Delivery) string {
	state := d.State
	if d.Held != 0 {
		state = channel.HeldState
	}
	line := fmt.Sprintf("%s  %-9s %-24s %s  %d.%d", moment(d.Updated), state, d.Want.Event, d.ID, d.Epoch, d.Seq)
	if d.Attempt > 1 || d.Error != "" {
		line += fmt.Sprintf("  第 %d 次 / try %d", d.Attempt, d.Attempt)
	}
	if d.Error != "" {
		line += "  " + d.Error
	}
	if d.Due != 0 && d.Due > time.Now().UnixMilli() {
		line += "  至 / not before " + moment(d.Due)
	}
	return line
}

func moment(ms int64) string {
	return time.UnixMilli(ms).In(content.Shanghai).Format("01-02 15:04:05")
}

type deliveriesShow struct {
	dataFlag `embed:""`
	ID       string `arg:"" help:"Delivery: CHANNEL.ITEM."`
}

// Run shows one delivery.
func (c deliveriesShow) Run(ctx context.Context, s streams) error {
	a, err := c.open(ctx, s)
	if err != nil {
		return err
	}
	defer func() { _ = a.close() }()
	return either[channel.Delivery](true, s.out, nil)(a.ledger.Get(ctx, c.ID))
}

type deliveriesRetry struct {
	dataFlag `embed:""`
	ID       string `arg:"" help:"Delivery: CHANNEL.ITEM."`
	Resend   bool   `help:"A new message, for a receiver that forgot."`
}

// Run makes one delivery due (重新投送).
func (c deliveriesRetry) Run(ctx context.Context, s streams) error {
	return c.with(ctx, s, policy.DeliveryRetry, func(a *app) (string, map[string]string, error) {
		_, err := a.ledger.Retry(ctx, c.ID, c.Resend)
		return "delivery/" + c.ID, map[string]string{"resend": fmt.Sprint(c.Resend)}, err
	})
}

type deliveriesResend struct {
	dataFlag   `embed:""`
	which      `embed:""`
	Everything bool   `help:"In place of conditions."`
	Why        string `help:"Kept in the trail." required:""`
}

// Run begins to send again in bulk (批量重发).
func (c deliveriesResend) Run(ctx context.Context, s streams) error {
	return c.with(ctx, s, "delivery.resend", func(a *app) (string, map[string]string, error) {
		if err := noNumbers(a, c.Why); err != nil {
			return "", nil, errWhyPersonal
		}
		b, err := a.channels.Resend(ctx, a.ledger, a.content, c.asked(), c.Everything, c.Why, operator)
		if err != nil {
			return "", nil, err
		}
		_, _ = fmt.Fprintln(s.out, bulkLine(b))
		return "bulk/" + b.ID, c.asked().Detail(c.Why), nil
	})
}

var errWhyPersonal = gongkai.E(gongkai.Invalid, "personal", "说明会写入审计记录，不得含有个人信息", "the reason goes into the trail: it must not hold personal data")

type deliveriesResends struct {
	dataFlag `embed:""`
	JSON     bool `help:"One JSON document."`
}

// Run lists bulk resends.
func (c deliveriesResends) Run(ctx context.Context, s streams) error {
	a, err := c.open(ctx, s)
	if err != nil {
		return err
	}
	defer func() { _ = a.close() }()
	return either(c.JSON, s.out, func(out io.Writer, page store.Page[channel.Bulk]) error {
		for _, b := range page.Docs {
			_, _ = fmt.Fprintln(out, bulkLine(b))
		}
		return nil
	})(a.ledger.Bulks(ctx, "", 50))
}

var bulkWords = map[string]string{channel.BulkResend: "重发 resend", channel.BulkRelease: "恢复 release", channel.BulkRunning: "进行中 running", channel.BulkDone: "完成 done", channel.BulkStopped: "已停止 stopped"}

// bulkLine says how far a bulk act has come.
func bulkLine(b channel.Bulk) string {
	of := ""
	if b.Total > 0 {
		of = fmt.Sprintf(" / %d", b.Total)
	}
	return fmt.Sprintf("%s  %s  %s  %s  已看 looked %d%s，已发 sent %d  %s", b.ID, moment(b.Created), bulkWords[b.Act], bulkWords[b.State], b.Looked, of, b.Sent, b.Name)
}

type deliveriesStop struct {
	dataFlag `embed:""`
	ID       string `arg:"" help:"Bulk resend."`
}

// Run stops a bulk resend.
func (c deliveriesStop) Run(ctx context.Context, s streams) error {
	return c.with(ctx, s, "delivery.resend_stop", func(a *app) (string, map[string]string, error) {
		b, err := a.ledger.StopBulk(ctx, c.ID)
		if err == nil {
			_, _ = fmt.Fprintln(s.out, bulkLine(b))
		}
		return "bulk/" + c.ID, nil, err
	})
}

type deliveriesChannels struct {
	dataFlag `embed:""`
}

// Run lists the channels.
func (c deliveriesChannels) Run(ctx context.Context, s streams) error {
	a, err := c.open(ctx, s)
	if err != nil {
		return err
	}
	defer func() { _ = a.close() }()
	all, err := a.channels.All(ctx)
	if err != nil {
		return err
	}
	for _, one := range all {
		line := fmt.Sprintf("%-24s %-8s %s", one.ID, one.Kind, one.Name)
		if one.Disabled {
			line += "  停用 / disabled"
		}
		if r := one.Rests; r != nil {
			line += fmt.Sprintf("  歇至 / left alone until %s（%s，连续失败 / failures %d）", moment(r.Until), r.Code, r.Failed)
		}
		if p := one.Paused; p != nil {
			held, err := a.ledger.CountHeld(ctx, one.ID, countBound)
			if err != nil {
				return err
			}
			line += fmt.Sprintf("  暂停 / paused %s %s（%s），积压 / held %d", moment(p.At), cmp.Or(p.Name, p.By), p.Why, held)
		}
		_, _ = fmt.Fprintln(s.out, line)
	}
	return nil
}

// countBound is how far one counts what waits.
const countBound = 10_000

type deliveriesPause struct {
	dataFlag    `embed:""`
	ID          string `arg:"" help:"Channel."`
	Why         string `help:"Kept in the trail." required:""`
	Withdrawals bool   `help:"Withdrawals wait too: what was called back stays there until the channel is resumed."`
}

// Run pauses a channel (暂停渠道).
func (c deliveriesPause) Run(ctx context.Context, s streams) error {
	return c.with(ctx, s, "channel.pause", func(a *app) (string, map[string]string, error) {
		if err := noNumbers(a, c.Why); err != nil {
			return "", nil, errWhyPersonal
		}
		err := a.channels.Pause(ctx, c.ID, &channel.Pause{At: gongkai.Millis(time.Now()), By: operator.ID, Name: operator.Name, Why: c.Why, Withdrawals: c.Withdrawals})
		return "channel/" + c.ID, map[string]string{"why": c.Why, "withdrawals": fmt.Sprint(c.Withdrawals)}, err
	})
}

type deliveriesResume struct {
	dataFlag `embed:""`
	ID       string `arg:"" help:"Channel."`
}

// Run resumes a channel (恢复渠道).
func (c deliveriesResume) Run(ctx context.Context, s streams) error {
	return c.with(ctx, s, "channel.resume", func(a *app) (string, map[string]string, error) {
		_, err := a.channels.Resume(ctx, a.ledger, c.ID, operator)
		return "channel/" + c.ID, nil, err
	})
}
