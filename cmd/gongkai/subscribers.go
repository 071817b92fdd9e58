// subscribers: who is told by webhooks, from the command line.

package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"gongkai"
	"gongkai/channel"
	"gongkai/policy"
)

type subscribersCmd struct {
	List   subscribersList   `cmd:"" help:"List the subscribers."`
	Test   subscribersTest   `cmd:"" help:"Call one with a message that means nothing."`
	Rotate subscribersRotate `cmd:"" help:"Make a new signing secret; it is printed this once."`
	Enable subscribersEnable `cmd:"" help:"Enable one that was disabled; what it missed is sent."`
}

type subscribersList struct {
	dataFlag `embed:""`
	JSON     bool `help:"One JSON document."`
}

// listedSubscriber is a subscriber without its secrets.
type listedSubscriber struct {
	ID       string       `json:"id"`
	Name     string       `json:"name"`
	URL      string       `json:"url"`
	Sites    []string     `json:"sites,omitempty"`
	Events   []string     `json:"events,omitempty"`
	Disabled bool         `json:"disabled"`
	Reason   string       `json:"reason,omitempty"`
	Paused   bool         `json:"paused"`
	Fill     channel.Fill `json:"fill"`
}

// Run lists subscribers (订阅方).
func (c subscribersList) Run(ctx context.Context, s streams) error {
	a, err := c.open(ctx, s)
	if err != nil {
		return err
	}
	defer func() { _ = a.close() }()
	all, err := a.subscribers.All(ctx)
	out := make([]listedSubscriber, len(all))
	for i, d := range all {
		out[i] = listedSubscriber{d.ID, d.Name, d.URL, d.Sites, d.Events, d.Disabled, d.Reason, d.Paused != nil, d.Fill}
	}
	return either(c.JSON, s.out, printSubscribers)(out, err)
}

func printSubscribers(out io.Writer, all []listedSubscriber) error {
	for _, d := range all {
		line := fmt.Sprintf("%-20s %s  %s", d.ID, d.URL, d.Name)
		if len(d.Sites)+len(d.Events) > 0 {
			line += "  " + strings.Join(append(d.Sites, d.Events...), " ")
		}
		if d.Disabled {
			line += "  停用 / disabled " + d.Reason
		}
		if d.Paused {
			line += "  暂停 / paused"
		}
		if d.Fill.Ended == 0 {
			line += fmt.Sprintf("  补送 / filled %d / %d", d.Fill.Items, d.Fill.Total)
		}
		if _, err := fmt.Fprintln(out, line); err != nil {
			return err
		}
	}
	return nil
}

type subscribersTest struct {
	dataFlag    `embed:""`
	ID          string        `arg:"" help:"Subscriber."`
	WebhookNets string        `help:"Networks that may be called though they are private, separated by commas." env:"GONGKAI_WEBHOOK_NETS"`
	Timeout     time.Duration `help:"Of the call." default:"15s"`
}

var errUntested = gongkai.E(gongkai.Unavailable, "endpoint", "接收地址测试未通过", "the endpoint did not pass the test")

// Run tests an endpoint (测试接收地址): a failure is one of the command, too.
func (c subscribersTest) Run(ctx context.Context, s streams) error {
	var got channel.Tested
	err := c.with(ctx, s, "subscriber.test", func(a *app) (string, map[string]string, error) {
		guard, err := channel.ParseGuard(c.WebhookNets)
		if err != nil {
			return "", nil, err
		}
		a.channels.Guard, a.channels.Timeout = guard, c.Timeout
		if got, err = a.channels.Test(ctx, c.ID); err != nil {
			return "", nil, err
		}
		_, err = fmt.Fprintln(s.out, testLine(got))
		return "subscriber/" + c.ID, map[string]string{"ok": fmt.Sprint(got.OK), "code": got.Code}, err
	})
	if err == nil && !got.OK {
		return errUntested
	}
	return err
}

func testLine(got channel.Tested) string {
	if got.OK {
		return fmt.Sprintf("接收方已应答 / it answered: %d（%d ms）", got.Status, got.Millis)
	}
	return fmt.Sprintf("%s  %s / %s（%d ms）", got.Code, got.Zh, got.En, got.Millis)
}

type subscribersRotate struct {
	dataFlag `embed:""`
	ID       string `arg:"" help:"Subscriber."`
	Hours    int    `help:"How long the secret before signs beside the new one; 0: it ends at once, for when it was stolen." default:"24"`
}

var errHours = gongkai.E(gongkai.Invalid, "hours", "--hours 应为0至720", "--hours is 0 to 720")

// Run makes a new secret (更换签名密钥).
func (c subscribersRotate) Run(ctx context.Context, s streams) error {
	if c.Hours < 0 || c.Hours > 720 {
		return errHours
	}
	return c.with(ctx, s, "subscriber.secret", func(a *app) (string, map[string]string, error) {
		_, secret, err := a.subscribers.Rotate(ctx, c.ID, time.Duration(c.Hours)*time.Hour)
		if err != nil {
			return "", nil, err
		}
		_, err = fmt.Fprintln(s.out, secret)
		return "subscriber/" + c.ID, map[string]string{"hours": fmt.Sprint(c.Hours)}, err
	})
}

type subscribersEnable struct {
	dataFlag `embed:""`
	ID       string `arg:"" help:"Subscriber."`
}

var errEnabled = gongkai.E(gongkai.Blocked, "enabled", "该订阅方没有停用", "the subscriber is not disabled")

// Run enables a subscriber (恢复订阅方): workers send what it missed.
func (c subscribersEnable) Run(ctx context.Context, s streams) error {
	return c.with(ctx, s, policy.SubscriberManage, func(a *app) (string, map[string]string, error) {
		sub, err := a.subscribers.Get(ctx, c.ID)
		if err == nil && !sub.Disabled {
			err = errEnabled
		}
		if err != nil {
			return "", nil, err
		}
		sub.Disabled = false
		_, _, err = a.subscribers.Put(ctx, sub)
		return "subscriber/" + c.ID, map[string]string{"disabled": "false"}, err
	})
}
