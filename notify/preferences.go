// Preferences: what a person wants to be told of, which way, and when.

package notify

import (
	"context"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/store"
)

// Ways (方式) in which a person may be told of an event.
const (
	Off     = "off"   // not at all; not for what asks for something
	InInbox = "inbox" // in the inbox alone
	ByMail  = "mail"  // in the inbox and by mail
)

// Preferences (通知设置) are one person's. Times are those of the offices.
type Preferences struct {
	store.Meta
	Ways      map[string]string `json:"ways,omitempty"`       // by event; absent: as the table says
	QuietFrom string            `json:"quiet_from,omitempty"` // no mails from then on, but urgent ones
	QuietTo   string            `json:"quiet_to,omitempty"`
	Digest    string            `json:"digest,omitempty"` // one mail a day at this time, but for what is urgent
	Updated   int64             `json:"updated"`
}

var preferencesSpec = store.Spec[Preferences]{Name: "notify_preferences", Schema: 1}

// Preferences reads what a person wants.
func (n *Notifier) Preferences(ctx context.Context, person string) (Preferences, error) {
	return absent(n.preferences.Get(ctx, person))
}

// SetPreferences replaces what a person wants.
func (n *Notifier) SetPreferences(ctx context.Context, person string, p Preferences) (Preferences, error) {
	if err := p.valid(); err != nil {
		return Preferences{}, err
	}
	return n.preferences.Upsert(ctx, person, func(doc *Preferences, _ bool) error {
		doc.Ways, doc.QuietFrom, doc.QuietTo, doc.Digest, doc.Updated = p.Ways, p.QuietFrom, p.QuietTo, p.Digest, n.now()
		return nil
	})
}

func (p Preferences) valid() error {
	for name, way := range p.Ways {
		e, known := EventOf(name)
		switch {
		case !known:
			return bad("ways", "event", "没有这种事件，见事件表", "there is no such event: see the table of events")
		case way != Off && way != InInbox && way != ByMail:
			return bad("ways", "way", "方式应为 off、inbox 或 mail", "a way is off, inbox or mail")
		case way == Off && e.Asks:
			return bad("ways", "asks", "等待您办理的事项不能关闭提醒，可以只在站内提醒", "what waits for you cannot be switched off; it can be kept to the inbox")
		}
	}
	for where, at := range map[string]string{"quiet_from": p.QuietFrom, "quiet_to": p.QuietTo, "digest": p.Digest} {
		if _, ok := clock(at); at != "" && !ok {
			return bad(where, "time", "时间应写作 08:30", "a time is written 08:30")
		}
	}
	if (p.QuietFrom == "") != (p.QuietTo == "") || p.QuietFrom != "" && p.QuietFrom == p.QuietTo {
		return bad("quiet_to", "quiet", "免打扰须有起止两个不同的时间", "quiet hours need a beginning and another time as their end")
	}
	return nil
}

func bad(where, code, zh, en string) error {
	return gongkai.E(gongkai.Invalid, code, zh, en, gongkai.Detail{Where: where, Code: code, Zh: zh, En: en})
}

// clock reads a time of day as minutes after midnight.
func clock(s string) (minutes int, ok bool) {
	at, err := time.Parse("15:04", s)
	return at.Hour()*60 + at.Minute(), err == nil && len(s) == 5
}

// Way is how the person is told of an event.
func (p Preferences) Way(e Event) string {
	if way := p.Ways[e.Name]; way != "" {
		return way
	}
	if e.Mail {
		return ByMail
	}
	return InInbox
}

// gather is how long what is not urgent waits for more, so that a busy minute
// makes one letter.
const gather = time.Minute

// sendAt is when a mail about something that happens now is due.
func (p Preferences) sendAt(now time.Time, weight string) time.Time {
	if weight == Urgent {
		return now
	}
	if at, ok := clock(p.Digest); ok {
		return next(now, at)
	}
	now = now.Add(gather)
	from, ok := clock(p.QuietFrom)
	to, _ := clock(p.QuietTo)
	local := now.In(content.Shanghai)
	if minute := local.Hour()*60 + local.Minute(); ok && within(minute, from, to) {
		return next(now, to)
	}
	return now
}

// within tells whether a minute of the day lies in a stretch that may go over
// midnight.
func within(minute, from, to int) bool {
	if from < to {
		return minute >= from && minute < to
	}
	return minute >= from || minute < to
}

// next is the first time after now at which the clock of the offices shows the
// minute.
func next(now time.Time, minute int) time.Time {
	local := now.In(content.Shanghai) // a zone without summer time
	at := time.Date(local.Year(), local.Month(), local.Day(), 0, minute, 0, 0, content.Shanghai)
	if !at.After(now) {
		at = at.AddDate(0, 0, 1)
	}
	return at
}

// Mails tells whether this installation sends any.
func (n *Notifier) Mails() bool { return n.opt.Mail != nil }

// MayGoTo refuses an address that the settings let no mail go to.
func (n *Notifier) MayGoTo(address string) error {
	if address == "" || n.opt.Mail == nil || n.opt.Mail.Takes(address) {
		return nil
	}
	return bad("email", "domain", "只能使用本单位允许的邮箱域名，请向管理员询问", "only addresses of the domains that your office allows can be used: ask the administrator")
}

// wanted tells whether a person, or a robot, is told of the event, and when a
// letter about it is due; 0: none.
func (n *Notifier) wanted(ctx context.Context, person string, e Event) (sendAt int64, wanted bool, err error) {
	if isRobot(person) {
		return gongkai.Millis(Preferences{}.sendAt(n.opt.Clock(), e.Weight)), true, nil
	}
	p, err := n.Preferences(ctx, person)
	if err != nil {
		return 0, false, err
	}
	way := p.Way(e)
	if way != ByMail || n.opt.Mail == nil {
		return 0, way != Off, nil
	}
	address, err := absent(n.opt.Accounts.Email(ctx, person))
	if err != nil || address == "" {
		return 0, true, err
	}
	return gongkai.Millis(p.sendAt(n.opt.Clock(), e.Weight)), true, nil
}
