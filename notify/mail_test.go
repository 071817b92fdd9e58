package notify

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"gongkai"
	"gongkai/content"
)

// postOffice is a real mail server that misbehaves as it is told.
type postOffice struct {
	mu    sync.Mutex
	mails []string
	how   string
	addr  string
}

func (p *postOffice) does(how string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.how = how
}

func (p *postOffice) manner() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.how
}

func newPostOffice(t *testing.T) *postOffice {
	t.Helper()
	p := &postOffice{}
	s := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &counter{p, c, ""}, nil }))
	s.Domain, s.ErrorLog = "post.example", discard{}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.addr = ln.Addr().String()
	go func() { _ = s.Serve(ln) }()
	t.Cleanup(func() { _ = s.Close() })
	return p
}

type discard struct{}

func (discard) Printf(string, ...any) {}
func (discard) Println(...any)        {}

// counter is one customer of the post office.
type counter struct {
	p  *postOffice
	c  *smtp.Conn
	to string
}

func (s *counter) Reset()                               {}
func (s *counter) Logout() error                        { return nil }
func (s *counter) Mail(string, *smtp.MailOptions) error { return nil }

func (s *counter) Rcpt(to string, _ *smtp.RcptOptions) error {
	switch s.to = to; s.p.manner() {
	case "busy":
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "later, " + to}
	case "unknown":
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such person " + to}
	case "hang":
		time.Sleep(500 * time.Millisecond) // longer than the tests' patience
	}
	return nil
}

func (s *counter) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.p.mu.Lock()
	s.p.mails = append(s.p.mails, "To <"+s.to+">\n"+string(text))
	s.p.mu.Unlock()
	if s.p.manner() == "drop" { // it has the mail, and nobody learns of it
		_ = s.c.Conn().Close()
	}
	return nil
}

func mailTo(t *testing.T, p *postOffice, change ...func(*MailConfig)) *Mail {
	t.Helper()
	conf := MailConfig{Addr: p.addr, From: "信息公开 <gongkai@qingshan.gov.cn>", Encryption: Plain, Timeout: 250 * time.Millisecond, Helo: "gongkai.example"}
	for _, f := range change {
		f(&conf)
	}
	m, err := NewMail(conf)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// mailed is an office that has something to write to wen.
func mailed(t *testing.T, p *postOffice) *office {
	o := newOffice(t, func(opt *Options) { opt.Mail, opt.Console = mailTo(t, p), "https://gongkai.example/console" })
	o.step("return", "li", "returned")
	o.tell()
	o.later(2 * time.Minute)
	return o
}

// post is one round: letters are made, and tried.
func (o *office) post() error {
	o.t.Helper()
	o.must(o.Gather(o.t.Context()))
	return o.Deliver(o.t.Context(), WayMail)
}

func (o *office) letters(state string) (out []Letter) {
	o.t.Helper()
	page, err := o.Letters(o.t.Context(), state, "", 100)
	o.must(err)
	return page.Docs
}

func TestAMailSaysWhereToLookAndNothingPersonal(t *testing.T) {
	p := newPostOffice(t)
	o := mailed(t, p)
	column, err := o.opt.Content.Columns.Get(t.Context(), "notices")
	o.must(err)
	column.Name = "通知公告\r\nBcc: stranger@example.org"
	_, err = o.opt.Content.Columns.Update(t.Context(), "notices", 0, func(c *content.Column) error { c.Name = column.Name; return nil })
	o.must(err)
	o.must(o.post())
	o.must(o.post())
	if len(p.mails) != 1 || len(o.letters(Sent)) != 1 {
		t.Fatalf("%d mails, %d letters", len(p.mails), len(o.letters(Sent)))
	}
	head, _, _ := strings.Cut(p.mails[0], "\r\n\r\n")
	for _, want := range []string{"To <wen@qingshan.gov.cn>", "Message-ID: <" + o.letters(Sent)[0].ID + "@qingshan.gov.cn>", "Auto-Submitted: auto-generated"} {
		if !strings.Contains(head, want) {
			t.Errorf("no %q in\n%s", want, head)
		}
	}
	if strings.Contains(strings.ToLower(head), "bcc") {
		t.Errorf("a name of a column is no header:\n%s", head)
	}
	text, err := o.compose(t.Context(), o.letters(Sent)[0])
	o.must(err)
	if got := text.mail(); !strings.Contains(got, "https://gongkai.example/console/items/item-1") || strings.Contains(got, "低保") || strings.Contains(got, "干部") {
		t.Errorf("%s", got)
	}
}

func TestTheMailServerMisbehaves(t *testing.T) {
	p := newPostOffice(t)
	o := mailed(t, p)
	for _, how := range []string{"busy", "hang"} {
		p.does(how)
		_ = o.post() // what comes of it stands in the letter
		l := o.letters(Waiting)
		if len(l) != 1 || l[0].Code == "" || l[0].Due <= gongkai.Millis(o.now) || len(p.mails) > 0 {
			t.Fatalf("%s: %+v", how, l)
		}
		o.must(o.post()) // not due yet
		o.later(5 * time.Minute)
	}
	if l := o.letters(Waiting)[0]; l.Tries != 2 {
		t.Errorf("tried %d times", l.Tries)
	}
	p.does("drop")
	_ = o.post()
	p.does("")
	o.later(10 * time.Minute)
	o.must(o.post())
	if len(p.mails) != 2 || len(o.letters(Sent)) != 1 {
		t.Fatalf("%d mails, sent %d", len(p.mails), len(o.letters(Sent)))
	}
	for _, m := range p.mails {
		if !strings.Contains(m, o.letters(Sent)[0].ID) {
			t.Error("a repeat has another Message-ID")
		}
	}
}

// The server is away for longer than a letter has tries: once it is back, the
// letter goes out.
func TestAMailOutageUsesUpNoTries(t *testing.T) {
	p := newPostOffice(t)
	o := mailed(t, p)
	o.opt.Mail = mailTo(t, p, func(c *MailConfig) { c.Addr = "127.0.0.1:1" })
	for range maxTries + 1 {
		if err := o.post(); gongkai.CodeOf(err) != "smtp_connection" {
			t.Fatalf("the round goes on: %v", err)
		}
		o.later(firstWait)
	}
	if l := o.letters(Waiting); len(l) != 1 || l[0].Tries != 0 || l[0].Code != "smtp_connection" {
		t.Fatalf("%+v", l)
	}
	o.opt.Mail = mailTo(t, p)
	o.must(o.post())
	if l := o.letters(Sent); len(p.mails) != 1 || len(l) != 1 || l[0].Tries != 1 {
		t.Errorf("%d mails, %+v", len(p.mails), l)
	}
}

func TestWhatIsRefusedForGoodWaitsForAPerson(t *testing.T) {
	p := newPostOffice(t)
	o := mailed(t, p)
	p.does("unknown")
	o.must(o.post())
	dead := o.letters(Dead)
	if len(dead) != 1 || dead[0].Code != "smtp_550" {
		t.Fatalf("%+v", dead)
	}
	if n, err := o.Counted(t.Context()); n[Dead] != 1 || err != nil {
		t.Errorf("%v %v", n, err)
	}
	p.does("")
	_, err := o.Retry(t.Context(), dead[0].ID)
	o.must(err)
	o.must(o.post())
	if len(p.mails) != 1 {
		t.Errorf("%d mails", len(p.mails))
	}
	if _, err := o.Retry(t.Context(), dead[0].ID); gongkai.CodeOf(err) != "not_dead" {
		t.Errorf("sent twice: %v", err)
	}
}

func TestNothingIsSaidThatIsNoMoreSo(t *testing.T) {
	p := newPostOffice(t)
	for name, change := range map[string]func(*office){
		"read in the inbox": func(o *office) { o.must(o.ReadAll(t.Context(), "wen", gongkai.Millis(o.now))) },
		"may not read it":   func(o *office) { o.lost = []string{"wen"} },
		"locked out":        func(o *office) { o.must(o.opt.Accounts.Disable(t.Context(), "wen", true)) },
	} {
		o := mailed(t, p)
		o.must(o.Gather(t.Context()))
		change(o)
		o.must(o.Deliver(t.Context(), WayMail))
		if len(p.mails) != 0 || len(o.letters(Void)) != 1 {
			t.Errorf("%s: %d mails, %d void", name, len(p.mails), len(o.letters(Void)))
		}
	}
}

func TestADailyMailAtTheHourOfTheRemindersHasThem(t *testing.T) {
	o := newOffice(t, func(opt *Options) { opt.Mail = mailTo(t, newPostOffice(t)) })
	ctx := t.Context()
	_, err := o.SetPreferences(ctx, "wen", Preferences{Digest: "10:00"}) // the office's morning
	o.must(err)
	o.it.Deadline, o.it.Work.State = gongkai.Millis(o.now.AddDate(0, 0, -1)), content.Draft
	o.it, err = o.opt.Content.Items.Update(ctx, o.it.ID, 0, func(doc *content.Item) error {
		doc.Deadline, doc.Work.State = o.it.Deadline, o.it.Work.State
		return nil
	})
	o.must(err)
	for _, day := range []string{"2026-03-02", "2026-03-03", "2026-03-04"} {
		o.must(o.Reminder(day).Remind(ctx, o.it, "deadline", true))
		o.must(o.Gather(ctx))
		o.must(o.Deliver(ctx, WayMail))
		o.later(24 * time.Hour)
	}
	if got := o.letters(Sent); len(got) != 2 || len(o.letters(Void)) != 0 {
		t.Errorf("mails of three mornings: %+v", got)
	}
	o.has("wen", "overdue*", "overdue*")
}

func TestANoticeGoesIntoOneLetterWhoeverDies(t *testing.T) {
	p := newPostOffice(t)
	o := mailed(t, p)
	ctx := t.Context()
	page, err := o.Inbox(ctx, "wen", true, "", 10)
	o.must(err)
	_, err = o.handed(ctx, page.Docs[0].ID) // and the process dies before the notice owes none
	o.must(err)
	o.step("reject", "li", "rejected")
	o.tell()
	o.later(2 * time.Minute)
	o.must(o.Gather(ctx))
	o.must(o.Gather(ctx))
	seen := map[string]int{}
	for _, l := range o.letters(Waiting) {
		for _, id := range l.Notices {
			seen[id]++
		}
	}
	for id, n := range seen {
		if n != 1 {
			t.Errorf("%s is in %d letters", id, n)
		}
	}
	if len(seen) != 2 {
		t.Errorf("%d notices in letters", len(seen))
	}
	l := o.letters(Waiting)[0]
	if _, mine, err := o.claim(ctx, l.ID); !mine || err != nil {
		t.Errorf("nobody gets it: %v", err)
	}
	if _, mine, err := o.claim(ctx, l.ID); mine || err != nil {
		t.Errorf("two have it: %v", err)
	}
}

// handed stores a letter about a notice and does nothing else.
func (o *office) handed(ctx context.Context, notice string) (Letter, error) {
	return o.Notifier.letters.Insert(ctx, Letter{Way: WayMail, To: "wen", Notices: []string{notice}, State: Waiting, Due: gongkai.Millis(o.now)})
}

func TestAServerThatCannotBeTrustedIsNotWrittenTo(t *testing.T) {
	p := newPostOffice(t)
	text := Text{ID: "x", Lines: []Line{{Zh: "待您签署"}}}
	for want, change := range map[string]func(*MailConfig){
		"smtp_no_tls":     func(c *MailConfig) { c.Encryption = StartTLS },
		"smtp_connection": func(c *MailConfig) { c.Addr = "127.0.0.1:1" },
	} {
		err := mailTo(t, p, change).Send(t.Context(), "wen@qingshan.gov.cn", text)
		if gongkai.CodeOf(err) != want || !errors.Is(err, errAway) {
			t.Errorf("%s: %v", want, err)
		}
	}
	m := mailTo(t, p, func(c *MailConfig) { c.Domains = []string{"qingshan.gov.cn"} })
	if !m.Takes("a@QINGSHAN.gov.cn") || m.Takes("a@example.org") || m.Takes("a@evil.org@qingshan.gov.cn") || m.Takes("") {
		t.Error("mails leave the house")
	}
	for _, to := range []string{"wen@qingshan.gov.cn\r\nBcc: a@b.cn", "文 <wen@qingshan.gov.cn>", "nobody"} {
		if err := mailTo(t, p).Send(t.Context(), to, text); !gongkai.Is(err, gongkai.Invalid) {
			t.Errorf("%q: %v", to, err)
		}
	}
	for name, conf := range map[string]MailConfig{
		"no port": {Addr: "mail.example", From: "a@b.cn", Encryption: TLS}, "no sender": {Addr: "mail.example:25", Encryption: TLS},
		"two headers": {Addr: "mail.example:25", From: "a@b.cn\r\nBcc: c@d.cn", Encryption: TLS}, "no such encryption": {Addr: "mail.example:25", From: "a@b.cn", Encryption: "ssl"},
		"a password in the clear": {Addr: "mail.example:25", From: "a@b.cn", User: "a", Encryption: Plain},
	} {
		if _, err := NewMail(conf); !gongkai.Is(err, gongkai.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
