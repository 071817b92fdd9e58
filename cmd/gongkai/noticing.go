// Notifications: their settings, and how they are tied to the other parts.

package main

import (
	"context"
	"crypto/x509"
	"errors"
	"os"
	"strconv"
	"strings"
	"time"

	"gongkai"
	"gongkai/channel"
	"gongkai/content"
	"gongkai/notify"
	"gongkai/policy"
)

// noticing are the settings of what people are told.
type noticing struct {
	SmtpAddr     string `help:"Mail server, host:port; none: no mails." zh:"邮件服务器（主机:端口）；不设则不发邮件。" env:"GONGKAI_SMTP_ADDR"`
	SmtpFrom     string `help:"Address that mails come from." zh:"发件地址。" env:"GONGKAI_SMTP_FROM"`
	SmtpUser     string `help:"User at the mail server; none: no sign-in." zh:"邮件服务器的用户名；不设则不登录。" env:"GONGKAI_SMTP_USER"`
	SmtpPassword string `help:"Password at the mail server." zh:"邮件服务器的密码。" env:"GONGKAI_SMTP_PASSWORD" secret:""`
	SmtpTls      string `help:"Encryption to the mail server: starttls (port 587 or 25), tls (465) or none." zh:"与邮件服务器之间的加密：starttls（587 或 25 端口）、tls（465 端口）或 none（不加密）。" env:"GONGKAI_SMTP_TLS" enum:"starttls,tls,none" default:"starttls"`
	SmtpCa       string `help:"PEM file of the authority that signed the mail server's certificate; none: those that this machine trusts." zh:"签发邮件服务器证书的机构的 PEM 文件；不设则用本机信任的机构。" env:"GONGKAI_SMTP_CA" type:"path"`
	SmtpDomains  string `help:"Domains that mails may go to, separated by commas; none: any." zh:"邮件可以发往的域名，以逗号分隔；不设则不限。" env:"GONGKAI_SMTP_DOMAINS"`
	ConsoleURL   string `help:"Address of the console, for links in mails and chats; none: no links." zh:"管理界面的地址，用于邮件和群消息中的链接；不设则不带链接。" env:"GONGKAI_CONSOLE_URL"`
	NoticeTitles bool   `help:"Mails and chats name the masked title of an item; false: kind, column and number alone." zh:"邮件和群消息中写明条目的遮掩后标题；设为 false 则只写类型、栏目和编号。" env:"GONGKAI_NOTICE_TITLES" default:"false"`
	NoticeDays   int    `help:"Days after which notices and what was sent are deleted." zh:"提醒和已发消息保留多少天。" env:"GONGKAI_NOTICE_DAYS" default:"90"`
	RemindAt     string `help:"When people are reminded of what is due soon or overdue, hh:mm in the time of the offices; on working days." zh:"每个工作日何时提醒临近和超过公开期限的条目（时:分，北京时间）。" env:"GONGKAI_REMIND_AT" default:"08:30"`
	RemindDays   int    `help:"Working days before the deadline from which people are reminded." zh:"公开期限前多少个工作日开始提醒。" env:"GONGKAI_REMIND_DAYS" default:"2"`
}

// quiet is what holds where nothing is set: no mails.
var quiet = noticing{SmtpTls: notify.StartTLS, NoticeDays: 90, RemindAt: "08:30", RemindDays: 2}

// Validate names the variable whose value is wrong.
func (n noticing) Validate() error {
	switch {
	case n.ConsoleURL != "" && !httpURL.MatchString(n.ConsoleURL):
		return wrongSetting("GONGKAI_CONSOLE_URL", "应为 http 或 https 地址", "must be an http or https address")
	case n.NoticeDays < 1 || n.NoticeDays > 3650:
		return wrongSetting("GONGKAI_NOTICE_DAYS", "应在 1 到 3650 之间", "must be between 1 and 3650")
	case n.RemindDays < 0 || n.RemindDays > 30:
		return wrongSetting("GONGKAI_REMIND_DAYS", "应在 0 到 30 之间", "must be between 0 and 30")
	case !clockTime(n.RemindAt):
		return wrongSetting("GONGKAI_REMIND_AT", "应为“时:分”，如 08:30", "must be hh:mm, such as 08:30")
	}
	_, err := n.mail()
	return err
}

// smtpSettings are the variables that a refusal of the mail settings is about.
var smtpSettings = map[string]string{"smtp_addr": "GONGKAI_SMTP_ADDR", "smtp_from": "GONGKAI_SMTP_FROM", "smtp_tls": "GONGKAI_SMTP_TLS", "smtp_clear": "GONGKAI_SMTP_TLS"}

// mailWithin is how long the mail server may take for one answer.
const mailWithin = 15 * time.Second

// mail is the way by SMTP; nil: off.
func (n noticing) mail() (*notify.Mail, error) {
	if n.SmtpAddr == "" {
		return nil, nil
	}
	roots, err := n.roots()
	if err != nil {
		return nil, err
	}
	var domains []string
	for d := range strings.SplitSeq(n.SmtpDomains, ",") {
		if d = strings.TrimSpace(d); d != "" {
			domains = append(domains, d)
		}
	}
	m, err := notify.NewMail(notify.MailConfig{Addr: n.SmtpAddr, From: n.SmtpFrom, User: n.SmtpUser, Password: n.SmtpPassword, Encryption: n.SmtpTls, Roots: roots, Timeout: mailWithin, Domains: domains})
	if err != nil {
		return nil, ofSetting(smtpSettings[gongkai.CodeOf(err)], err)
	}
	return m, nil
}

func (n noticing) roots() (*x509.CertPool, error) {
	if n.SmtpCa == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(n.SmtpCa)
	pool := x509.NewCertPool()
	if err != nil || !pool.AppendCertsFromPEM(pem) {
		return nil, wrongSetting("GONGKAI_SMTP_CA", "所指文件无法读取，或者其中没有证书", "names a file that cannot be read or holds no certificate")
	}
	return pool, nil
}

// openNotices opens inboxes and ways.
func (a *app) openNotices(ctx context.Context) error {
	guard, err := channel.ParseGuard(a.cfg.WebhookNets)
	if err != nil {
		return err
	}
	mail, err := a.cfg.mail()
	if err != nil {
		return err
	}
	a.notices, err = notify.Open(ctx, notify.Options{Content: a.content, Accounts: a.accounts, Clock: time.Now, Log: a.log, May: a.engine.WhoMay, Reads: a.engine.Readers,
		Mail: mail, Caller: caller{guard}, Console: strings.TrimSuffix(a.cfg.ConsoleURL, "/"), Titles: a.cfg.NoticeTitles, Sent: a.watch.sent})
	return err
}

// startPost sends what is to go out, where this process pays.
func (a *app) startPost() {
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	a.closers = append(a.closers, func() error { stop(); <-ended; return nil })
	go func() {
		defer close(ended)
		a.notices.Run(ctx, a.restored)
	}()
}

// restored tells whether a restore from a backup holds what goes out.
func (a *app) restored(ctx context.Context) bool { return a.settled(ctx) == nil }

// caller calls robots through the guard that webhooks go through.
type caller struct{ guard *channel.NetGuard }

// Post implements notify.Caller.
func (c caller) Post(ctx context.Context, url string, body []byte) ([]byte, error) {
	return c.guard.Post(ctx, url, body)
}

// Sign implements notify.Caller.
func (c caller) Sign(ctx context.Context, url, secret, id, event string, at time.Time, data any) error {
	hook, err := channel.NewWebhook(channel.WebhookConfig{URL: url, Secrets: []string{secret}, Guard: c.guard})
	if err != nil {
		return err
	}
	_, err = hook.Send(ctx, channel.Message{ID: id, Type: event, At: at, Data: data})
	return err
}

// Valid implements notify.Caller.
func (c caller) Valid(url string) bool { return channel.ValidURL(url) }

// ValidSecret implements notify.Caller.
func (c caller) ValidSecret(secret string) bool {
	_, err := channel.NewWebhook(channel.WebhookConfig{URL: "https://example.org", Secrets: []string{secret}, Guard: c.guard})
	return err == nil
}

// NewSecret implements notify.Caller.
func (c caller) NewSecret() string { return channel.NewSecret() }

// remind tells people what is due soon or overdue: releases, later reviews,
// interpretations; and which schedules their setters may not do any more.
func (a *app) remind(ctx context.Context) error {
	var failed error
	err := a.engine.EachDue(ctx, a.cfg.RemindDays, func(day string) func(content.Item, string, bool) error {
		r := a.notices.Reminder(day)
		return func(it content.Item, field string, overdue bool) error {
			err := r.Remind(ctx, it, field, overdue)
			if err != nil && !gongkai.Is(err, gongkai.Unavailable) { // one that is broken keeps nobody else's reminder
				failed, err = err, nil
			}
			return err
		}
	})
	return errors.Join(err, failed)
}

// tidyNotices deletes what is old.
func (a *app) tidyNotices(ctx context.Context) error { return a.notices.Prune(ctx, a.cfg.NoticeDays) }

// tellStalled tells the administrators which channels wait for a person: once a
// day each, however many deliveries that are; and who wants no more messages, once.
func (a *app) tellStalled(ctx context.Context) error {
	var admins []string
	for _, g := range a.policy.Holders(policy.Administrator) {
		if g.Unit == "" {
			admins = append(admins, g.User)
		}
	}
	all, err := a.channels.All(ctx)
	today := time.Now().In(content.Shanghai).Format(time.DateOnly)
	for _, c := range all {
		if c.Gone != 0 {
			if err := a.notices.TellOf(ctx, notify.SubscriberGone, c.ID+"."+strconv.FormatInt(c.Gone, 10), "", admins...); err != nil {
				return err
			}
		}
		n, err := a.ledger.ForAPerson(ctx, c.ID, 1)
		if err != nil {
			return err
		}
		if n > 0 {
			if err := a.notices.TellOf(ctx, notify.DeliveriesStalled, c.ID+"."+today, "", admins...); err != nil {
				return err
			}
		}
	}
	return err
}
