// webhook.go sends signed messages to subscribers, after the Standard Webhooks specification.

package channel

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"gongkai"
)

const (
	secretPrefix   = "whsec_"
	maxBody        = 20_000      // the specification asks for less than 20 KB
	maxDrain       = 4 << 10     // of an answer's body; nothing in it is used
	drainTime      = time.Second // and it is not waited for
	maxSecrets     = 4           // two are enough to rotate
	defaultTimeout = 15 * time.Second
	slowDown       = 30 * time.Second // where a receiver asks for patience without saying how much
	maxRetryAfter  = 24 * time.Hour
)

// Message (消息) is one thing to tell a subscriber.
type Message struct {
	ID   string // the same on each repeat: receivers drop doubles by it; printable ASCII without blank and full stop
	Type string // "item.released"
	At   time.Time
	Data any // becomes JSON; at most 20 KB with its envelope
}

// Receipt (回执) is what a receiver answered. With an error it holds what is
// known: Status is 0 where there was no answer.
type Receipt struct {
	At     int64 // when the answer came
	Status int
	Ref    string // the id that the receiver knows the message by
}

// WebhookConfig says where to send and how to sign.
type WebhookConfig struct {
	URL     string
	Secrets []string // whsec_…, the newest first; all of them sign
	TLS     TLS
	Timeout time.Duration // of one call, from connect to answer; 15 s if zero
	Guard   *NetGuard     // nil lets only public addresses through
	Now     gongkai.Clock // time.Now if nil
}

// Webhook sends to one subscriber (订阅方). It is safe for concurrent use.
type Webhook struct {
	url     string
	keys    []*standardwebhooks.Webhook
	timeout time.Duration
	guard   *NetGuard
	calls   *http.Transport
	now     gongkai.Clock
}

// NewWebhook checks the configuration. Invalid: a URL that is not plain http
// or https, a secret that is not whsec_ and 24 to 64 bytes in base64.
func NewWebhook(cfg WebhookConfig) (*Webhook, error) {
	if !validURL(cfg.URL) {
		return nil, gongkai.E(gongkai.Invalid, "bad_url", "接收地址应为 http 或 https 网址，不含账号和片段", "the address must be an http or https URL without user or fragment")
	}
	w := &Webhook{url: cfg.URL, timeout: cfg.Timeout, guard: cfg.Guard, now: cfg.Now}
	if w.timeout <= 0 {
		w.timeout = defaultTimeout
	}
	if w.guard == nil {
		w.guard = &NetGuard{}
	}
	if w.now == nil {
		w.now = time.Now
	}
	keys, err := signers(cfg.Secrets)
	if err != nil {
		return nil, err
	}
	settings, err := cfg.TLS.config()
	if err != nil {
		return nil, err
	}
	w.keys, w.calls = keys, w.guard.with(settings)
	return w, nil
}

func validURL(text string) bool {
	u, err := url.Parse(text)
	if err != nil || len(text) > 2048 || strings.Contains(text, "#") || u.User != nil || u.Hostname() == "" {
		return false
	}
	if _, err := strconv.ParseUint(u.Port(), 10, 16); u.Port() != "" && err != nil {
		return false
	}
	return u.Scheme == "http" || u.Scheme == "https"
}

func signers(secrets []string) ([]*standardwebhooks.Webhook, error) {
	bad := gongkai.E(gongkai.Invalid, "bad_secret", "签名密钥应为 whsec_ 加 24 至 64 字节的 base64，一至四个", "one to four secrets are needed, each whsec_ and 24 to 64 bytes in base64")
	if len(secrets) == 0 || len(secrets) > maxSecrets {
		return nil, bad
	}
	keys := make([]*standardwebhooks.Webhook, len(secrets))
	for i, s := range secrets {
		text, prefixed := strings.CutPrefix(s, secretPrefix)
		key, err := base64.StdEncoding.Strict().DecodeString(text)
		if !prefixed || err != nil || len(key) < 24 || len(key) > 64 || strings.ContainsAny(text, "\r\n") {
			return nil, bad
		}
		if keys[i], err = standardwebhooks.NewWebhookRaw(key); err != nil {
			return nil, bad
		}
	}
	return keys, nil
}

// NewSecret is a fresh signing secret (签名密钥): whsec_ and 32 random bytes.
func NewSecret() string {
	key := make([]byte, 32)
	rand.Read(key) // never fails: it ends the program rather than return few bytes
	return secretPrefix + base64.StdEncoding.EncodeToString(key)
}

// Send makes one attempt and succeeds only with a 2xx answer. Every error is a
// *SendError. Sending the same message again is safe: its id and its bytes are
// the same, only the time and with it the signature differ.
func (w *Webhook) Send(ctx context.Context, m Message) (Receipt, error) {
	body, err := encode(m)
	if err != nil {
		return Receipt{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, w.timeout)
	defer cancel()
	var seen progress
	req, err := w.request(httptrace.WithClientTrace(ctx, seen.trace()), m.ID, body)
	if err != nil {
		return Receipt{}, err
	}
	resp, err := w.calls.RoundTrip(req)
	if err != nil {
		return Receipt{At: gongkai.Millis(w.now())}, seen.failure(err)
	}
	defer resp.Body.Close()
	receipt := Receipt{At: gongkai.Millis(w.now()), Status: resp.StatusCode, Ref: m.ID}
	defer time.AfterFunc(drainTime, cancel).Stop()
	_, _ = io.CopyN(io.Discard, resp.Body, maxDrain) // so that the connection can be used again; a failure changes nothing
	if resp.StatusCode/100 == 2 {
		return receipt, nil
	}
	return receipt, refusal(resp, w.now())
}

var (
	goodType = regexp.MustCompile(`^[a-zA-Z0-9_]+(\.[a-zA-Z0-9_]+)*$`)
	goodID   = regexp.MustCompile(`^[!-\-/-~]{1,256}$`) // a full stop would blur the signed text
)

// encode makes the bytes that are signed and sent; they depend on m alone.
func encode(m Message) ([]byte, error) {
	if !goodID.MatchString(m.ID) || !goodType.MatchString(m.Type) {
		return nil, failed("bad_message")
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(struct {
		Type string    `json:"type"`
		At   time.Time `json:"timestamp"`
		Data any       `json:"data"`
	}{m.Type, m.At.UTC().Truncate(time.Millisecond), m.Data})
	if err != nil {
		return nil, failed("bad_message")
	}
	body := bytes.TrimSuffix(b.Bytes(), []byte("\n"))
	if len(body) > maxBody {
		return nil, failed("too_large")
	}
	return body, nil
}

func (w *Webhook) request(ctx context.Context, id string, body []byte) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.url, bytes.NewReader(body))
	if err != nil {
		return nil, failed("bad_message")
	}
	at := w.now()
	signatures := make([]string, len(w.keys))
	for i, key := range w.keys {
		if signatures[i], err = key.Sign(id, at, body); err != nil {
			return nil, failed("bad_message")
		}
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("User-Agent", "Gongkai-Webhook/1")
	req.Header.Set(standardwebhooks.HeaderWebhookID, id)
	req.Header.Set(standardwebhooks.HeaderWebhookTimestamp, strconv.FormatInt(at.Unix(), 10))
	req.Header.Set(standardwebhooks.HeaderWebhookSignature, strings.Join(signatures, " "))
	return req, nil
}

// progress notes how far a call came, to tell what its failure means.
type progress struct{ connected, badTLS atomic.Bool }

func (p *progress) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { p.connected.Store(true) },
		TLSHandshakeDone: func(_ tls.ConnectionState, err error) {
			if err != nil {
				p.badTLS.Store(true)
			}
		},
	}
}

// failure classifies a call without an answer. Once there was a connection the
// request may have gone out whole, whatever came after.
func (p *progress) failure(err error) *SendError {
	var slow net.Error
	code := "connection"
	switch {
	case errors.Is(err, context.Canceled):
		code = "cancelled"
	case errors.Is(err, errRefusedAddress):
		code = "refused_address"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &slow) && slow.Timeout():
		code = "timeout"
	case p.badTLS.Load():
		code = "tls"
	}
	e := failed(code)
	e.Unknown = p.connected.Load()
	return e
}
