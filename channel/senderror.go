// senderror.go says what a failed call to a subscriber means.

package channel

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"gongkai"
)

// SendError is why a call did not succeed. It carries codes only: nothing that
// the other side said, no address, no body.
type SendError struct {
	Kind       gongkai.Kind
	Code       string        // timeout, refused_address, connection, tls, cancelled, redirect, gone, rate_limited, status_500, bad_message, too_large
	RetryAfter time.Duration // not earlier than this from now; zero: as the schedule says; a day at most
	Disable    bool          // 410: the receiver asks never to be called again
	Unknown    bool          // the receiver may have got it: no answer came although the request went out
}

// sendFailures holds the kind and the words of each code. Unavailable passes
// by itself; Invalid and Denied need a person.
var sendFailures = map[string]struct {
	kind   gongkai.Kind
	zh, en string
}{
	"timeout":         {gongkai.Unavailable, "接收方没有及时回应", "the receiver did not answer in time"},
	"connection":      {gongkai.Unavailable, "连接失败或中断", "the connection failed or broke"},
	"tls":             {gongkai.Unavailable, "接收方的证书或加密连接不可信", "the receiver's certificate or encryption cannot be trusted"},
	"cancelled":       {gongkai.Unavailable, "投送被中止", "the call was stopped from this side"},
	"refused_address": {gongkai.Denied, "接收地址指向内部网络，未列入例外", "the address leads to an internal network and is no listed exception"},
	"redirect":        {gongkai.Invalid, "接收方要求跳转，投送不跟随跳转", "the receiver redirects, which is never followed"},
	"gone":            {gongkai.Gone, "接收方已停止接收", "the receiver has been closed"},
	"rate_limited":    {gongkai.TooMany, "接收方要求放慢", "the receiver asks to slow down"},
	"bad_message":     {gongkai.Invalid, "消息的编号、类型或内容不能发送", "the message has an id, type or data that cannot be sent"},
	"too_large":       {gongkai.Invalid, "消息超过 20 KB", "the message is larger than 20 KB"},
}

func failed(code string) *SendError {
	return &SendError{Kind: sendFailures[code].kind, Code: code}
}

// Error names kind and code; see Unwrap for words.
func (e *SendError) Error() string { return "send: " + e.Kind.String() + " (" + e.Code + ")" }

// Unwrap lets gongkai.KindOf and CodeOf see the kind and code, and gives the
// reason in Chinese and English.
func (e *SendError) Unwrap() error {
	f, known := sendFailures[e.Code]
	if !known {
		status := strings.TrimPrefix(e.Code, "status_")
		f.zh, f.en = "接收方回应 "+status, "the receiver answered "+status
	}
	return gongkai.E(e.Kind, e.Code, f.zh, f.en)
}

// refusal classifies an answer that is not 2xx.
func refusal(resp *http.Response, now time.Time) *SendError {
	e := failed(statusCode(resp.StatusCode))
	switch status := resp.StatusCode; {
	case sendFailures[e.Code].zh != "":
	case status/100 == 4 && status != http.StatusRequestTimeout && status != http.StatusTooEarly:
		e.Kind = gongkai.Invalid
	default:
		e.Kind = gongkai.Unavailable
	}
	e.Disable = resp.StatusCode == http.StatusGone
	e.RetryAfter = retryAfter(resp, now)
	return e
}

func statusCode(status int) string {
	switch {
	case status/100 == 3:
		return "redirect"
	case status == http.StatusGone:
		return "gone"
	case status == http.StatusTooManyRequests:
		return "rate_limited"
	}
	return "status_" + strconv.Itoa(status)
}

// retryAfter reads the header in both its forms, seconds and date. Those who
// ask to slow down without a figure get half a minute.
func retryAfter(resp *http.Response, now time.Time) time.Duration {
	text := strings.TrimSpace(resp.Header.Get("Retry-After"))
	if n, err := strconv.ParseUint(text, 10, 64); err == nil {
		return time.Duration(min(n, uint64(maxRetryAfter/time.Second))) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return min(max(at.Sub(now), 0), maxRetryAfter)
	}
	switch resp.StatusCode {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusGatewayTimeout:
		return slowDown
	}
	return 0
}
