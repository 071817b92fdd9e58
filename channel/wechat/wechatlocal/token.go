// Tokens: one for all callers, renewed, killed, refused.

package wechatlocal

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"
)

// tokens are those of the account.
type tokens struct {
	now, before string
	ends, until time.Time // of the one now; until when the one before works
	forced      []time.Time
	distrusted  string // refused although it is given out
	n           int
}

const (
	lives   = 2 * time.Hour
	overlap = 5 * time.Minute
)

func (t *tokens) judge(token string, now time.Time) answer {
	switch {
	case token == "":
		return no(41001, "access_token missing")
	case token == t.distrusted:
		return no(40014, "invalid access_token")
	case token == t.now && now.Before(t.ends), token == t.before && now.Before(t.until):
		return nil
	case token == t.now:
		return no(42001, "access_token expired")
	}
	return no(40001, "invalid credential, access_token is invalid or not latest")
}

func (t *tokens) renew(now time.Time, keep time.Duration) {
	t.n++
	t.before, t.until = t.now, now.Add(keep)
	t.now, t.ends = fmt.Sprintf("%d_%s", t.n, strings.Repeat("t", 512)), now.Add(lives)
}

func (p *Platform) stableToken(r *http.Request, data []byte) answer {
	var in struct {
		Grant  string `json:"grant_type"`
		AppID  string `json:"appid"`
		Secret string `json:"secret"`
		Force  bool   `json:"force_refresh"`
	}
	host, _, _ := net.SplitHostPort(r.RemoteAddr)
	switch {
	case json.Unmarshal(data, &in) != nil:
		return no(47001, "data format error")
	case in.Grant != "client_credential":
		return no(40002, "invalid grant_type")
	case in.AppID == "":
		return no(41002, "appid missing")
	case in.AppID != p.AppID:
		return no(40013, "invalid appid")
	case in.Secret == "":
		return no(41004, "appsecret missing")
	case in.Secret != p.Secret:
		return no(40125, "invalid appsecret")
	case p.AllowedIP != "" && host != p.AllowedIP:
		return no(40164, "invalid ip, not in whitelist")
	}
	t, now := &p.tokens, p.now()
	switch {
	case in.Force:
		if refused := t.force(now); refused != nil {
			return refused
		}
	case t.now == "" || now.Add(overlap).After(t.ends):
		t.renew(now, overlap)
	}
	return answer{"access_token": t.now, "expires_in": int(t.ends.Sub(now).Seconds())}
}

// force kills the token: twenty times a day, and not within half a minute.
func (t *tokens) force(now time.Time) answer {
	var today []time.Time
	for _, at := range t.forced {
		if now.Sub(at) < 24*time.Hour {
			today = append(today, at)
		}
	}
	if t.forced = today; len(today) >= 20 {
		return no(45009, "reach max api daily quota limit")
	}
	if len(today) > 0 && now.Sub(today[len(today)-1]) < 30*time.Second {
		return nil // nothing is renewed
	}
	t.forced = append(t.forced, now)
	t.renew(now, 0)
	return nil
}

// Steal has another program take the token away: the next call is refused.
func (p *Platform) Steal() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tokens.renew(p.now(), 0)
}

// Expire ends the token at once.
func (p *Platform) Expire() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tokens.ends = p.now()
	p.tokens.until = p.now()
}

// Distrust refuses the token that stable_token goes on giving, until it is
// forced: the platform's own caches disagree.
func (p *Platform) Distrust() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tokens.distrusted = p.tokens.now
}
