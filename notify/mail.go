// Mail: letters by SMTP.

package notify

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/mail"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"time"

	smtp "github.com/wneessen/go-mail"

	"gongkai"
)

// How the line to the mail server is encrypted.
const (
	StartTLS = "starttls" // begins in the clear; a server that cannot is refused
	TLS      = "tls"      // from the first byte
	Plain    = "none"     // never, and then no password is sent either
)

// MailConfig says where mails go out.
type MailConfig struct {
	Addr           string // host:port of the server
	From           string // address of the sender, with or without a name
	User, Password string
	Encryption     string
	Roots          *x509.CertPool // nil: those that this machine trusts
	Timeout        time.Duration
	Domains        []string // of addresses that mails may go to; empty: any
	Helo           string   // how we call ourselves; "": the machine's name
}

// Mail (邮件) sends letters.
type Mail struct {
	conf MailConfig
	host string
	port int
	from *mail.Address
}

// NewMail checks the configuration; Invalid names the part that is wrong.
func NewMail(conf MailConfig) (*Mail, error) {
	host, port, err := net.SplitHostPort(conf.Addr)
	number, errPort := strconv.ParseUint(port, 10, 16)
	if err != nil || errPort != nil || host == "" || number == 0 {
		return nil, bad("addr", "smtp_addr", "邮件服务器应为“主机:端口”", "the mail server must be host:port")
	}
	from, err := mail.ParseAddress(conf.From)
	if err != nil || strings.ContainsAny(conf.From, "\r\n") {
		return nil, bad("from", "smtp_from", "发件地址不正确", "the sender's address is not right")
	}
	if !slices.Contains([]string{StartTLS, TLS, Plain}, conf.Encryption) {
		return nil, bad("encryption", "smtp_tls", "加密方式应为 starttls、tls 或 none", "the encryption is starttls, tls or none")
	}
	if conf.User != "" && conf.Encryption == Plain {
		return nil, bad("encryption", "smtp_clear", "不加密的连接不发送密码，请使用 starttls 或 tls", "no password is sent in the clear: use starttls or tls")
	}
	return &Mail{conf, host, int(number), from}, nil
}

// Takes tells whether mails may go to an address.
func (m *Mail) Takes(address string) bool {
	_, domain, ok := strings.Cut(address, "@")
	if !ok || len(m.conf.Domains) == 0 {
		return ok
	}
	return slices.ContainsFunc(m.conf.Domains, func(d string) bool { return strings.EqualFold(d, domain) })
}

// Send sends one letter. Its id is in the Message-ID, the same on each repeat:
// where nobody knows whether it arrived, it may come twice, and is known by it.
func (m *Mail) Send(ctx context.Context, to string, t Text) error {
	msg, err := m.message(to, t)
	if err != nil {
		return err
	}
	client, err := m.client()
	if err != nil {
		return gongkai.E(gongkai.Internal, "smtp_config", "邮件设置有误", "the mail settings are wrong").Because(err)
	}
	if err := client.DialWithContext(ctx); err != nil {
		return unreached(err)
	}
	defer func() { _ = client.Close() }() // it has the letter, or not: a farewell changes nothing
	if err := client.Send(msg); err != nil && !msg.IsDelivered() {
		return refusedMail(err)
	}
	return nil
}

func (m *Mail) message(to string, t Text) (*smtp.Msg, error) {
	address, err := mail.ParseAddress(to)
	if err != nil || address.Name != "" {
		return nil, gongkai.E(gongkai.Invalid, "address", "邮箱地址不正确", "the address is not right")
	}
	msg := smtp.NewMsg(smtp.WithCharset(smtp.CharsetUTF8), smtp.WithEncoding(smtp.EncodingB64))
	msg.FromMailAddress(m.from)
	msg.ToMailAddress(address)
	msg.Subject(t.subject())
	_, domain, _ := strings.Cut(m.from.Address, "@")
	msg.SetMessageIDWithValue(t.ID + "@" + domain)
	msg.SetDate()
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // nobody's absence answers it
	msg.SetGenHeader("X-Auto-Response-Suppress", "All")
	msg.SetBodyString(smtp.TypeTextPlain, t.mail())
	return msg, nil
}

func (m *Mail) client() (*smtp.Client, error) {
	policy := smtp.TLSMandatory
	if m.conf.Encryption == Plain {
		policy = smtp.NoTLS
	}
	opts := []smtp.Option{smtp.WithPort(m.port), smtp.WithTimeout(m.conf.Timeout), smtp.WithTLSPolicy(policy), smtp.WithoutNoop(), smtp.WithoutRset(),
		smtp.WithTLSConfig(&tls.Config{ServerName: m.host, RootCAs: m.conf.Roots, MinVersion: tls.VersionTLS12})}
	if m.conf.Encryption == TLS {
		opts = append(opts, smtp.WithSSL())
	}
	if m.conf.User != "" {
		opts = append(opts, smtp.WithSMTPAuth(smtp.SMTPAuthAutoDiscover), smtp.WithUsername(m.conf.User), smtp.WithPassword(m.conf.Password))
	}
	if m.conf.Helo != "" {
		opts = append(opts, smtp.WithHELO(m.conf.Helo))
	}
	return smtp.NewClient(m.host, opts...)
}

// unreached is why there is no line to the server that takes mails. It passes,
// or an operator mends it; no letter is to blame.
func unreached(err error) error {
	code, zh, en := "smtp_connection", "无法连接邮件服务器", "the mail server cannot be reached"
	var reply *textproto.Error
	var slow net.Error
	var cert *tls.CertificateVerificationError
	switch {
	case errors.As(err, &cert):
		code, zh, en = "smtp_certificate", "邮件服务器的证书不可信", "the mail server's certificate cannot be trusted"
	case errors.As(err, &slow) && slow.Timeout():
		code, zh, en = "smtp_timeout", "邮件服务器没有及时回应", "the mail server did not answer in time"
	case errors.As(err, &reply) && reply.Code/10 == 53:
		code, zh, en = "smtp_auth", "邮件服务器不接受用户名或密码", "the mail server does not take the user or password"
	case errors.As(err, &reply):
		code, zh, en = "smtp_"+strconv.Itoa(reply.Code), "邮件服务器拒绝连接", "the mail server refuses to talk"
	case strings.Contains(err.Error(), "does not support STARTTLS"):
		code, zh, en = "smtp_no_tls", "邮件服务器不支持加密", "the mail server does not encrypt"
	case strings.Contains(err.Error(), "AUTH"):
		code, zh, en = "smtp_auth", "邮件服务器不支持所设的登录方式", "the mail server takes no user and password"
	}
	return errors.Join(gongkai.E(gongkai.Unavailable, code, zh, en).Because(err), errAway)
}

// refusedMail is why the server did not take this letter: 5xx for good, all else
// for now. It carries the code alone: servers quote addresses.
func refusedMail(err error) error {
	var send *smtp.SendError
	if !errors.As(err, &send) || send.ErrorCode() == 0 {
		return gongkai.E(gongkai.Unavailable, "smtp_broken", "与邮件服务器的连接中断", "the line to the mail server broke").Because(err)
	}
	code := "smtp_" + strconv.Itoa(send.ErrorCode())
	if send.IsTemp() {
		return gongkai.E(gongkai.Unavailable, code, "邮件服务器暂不接收", "the mail server does not take it now").Because(err)
	}
	return gongkai.E(gongkai.Invalid, code, "邮件服务器拒收", "the mail server refuses it").Because(err)
}
