// post.go calls receivers that are no subscribers: robots of office chats.

package channel

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptrace"
	"time"
)

// maxAnswer is how much of an answer is read.
const maxAnswer = 4 << 10

// Post sends JSON to an address that the guard lets through and gives the
// beginning of the answer. It succeeds only with a 2xx answer and follows no
// redirect; every error is a *SendError. It may not be repeated without thought:
// such receivers know no message ids.
func (g *NetGuard) Post(ctx context.Context, url string, body []byte) ([]byte, error) {
	if !ValidURL(url) || len(body) > maxBody {
		return nil, failed("bad_message")
	}
	ctx, cancel := context.WithTimeout(ctx, defaultTimeout)
	defer cancel()
	var seen progress
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, seen.trace()), http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return nil, failed("bad_message")
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("User-Agent", "Gongkai-Webhook/1")
	resp, err := g.transport().RoundTrip(req)
	if err != nil {
		return nil, seen.failure(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode/100 != 2 {
		return nil, refusal(resp, time.Now())
	}
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return nil, seen.failure(err)
	}
	return answer, nil
}

// ValidURL tells whether an address can be called: http or https, without user
// or fragment.
func ValidURL(text string) bool { return validURL(text) }
