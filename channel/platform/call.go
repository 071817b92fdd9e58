// Calls to platforms: limited in time and size, and failures that tell whether
// the call may have been done.

package platform

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"sync/atomic"
	"time"
)

// Caller makes the calls of one account. It follows no redirect.
type Caller struct {
	HTTP    http.RoundTripper
	Timeout time.Duration // of one call, from connect to the end of the answer
	Limit   int64         // of the bytes of an answer
}

// Do makes one call and gives the status and the whole answer. Every error is
// an *Error: ClassTemporary where the call surely was not done, ClassUnknown
// where it may have been.
func (c Caller) Do(ctx context.Context, req *http.Request) (status int, body []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	var connected atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }})
	resp, err := c.HTTP.RoundTrip(req.WithContext(ctx))
	if err != nil {
		return 0, nil, lost(err, connected.Load())
	}
	defer resp.Body.Close()
	body, err = io.ReadAll(io.LimitReader(resp.Body, c.Limit+1))
	switch {
	case err != nil:
		return resp.StatusCode, nil, lost(err, true)
	case int64(len(body)) > c.Limit:
		return resp.StatusCode, nil, &Error{Class: ClassUnknown, Code: "answer_too_large"}
	}
	return resp.StatusCode, body, nil
}

// lost classifies a call without an answer. Once there was a connection the
// request may have gone out whole.
func lost(err error, connected bool) *Error {
	e := &Error{Class: ClassTemporary, Code: "connection"}
	if connected {
		e.Class = ClassUnknown
	}
	var slow net.Error
	if errors.Is(err, context.DeadlineExceeded) || errors.As(err, &slow) && slow.Timeout() {
		e.Code = "timeout"
	}
	return e
}

// Status is the error of an answer that no platform documents: a proxy or a
// gateway spoke, and what stands behind it may have done the call.
func Status(status int) *Error {
	return &Error{Class: ClassUnknown, Code: "status_" + strconv.Itoa(status)}
}

// Repeatable turns "it may have been done" into "later" for calls that change
// nothing, or nothing more when they are made twice.
func Repeatable(err error) error {
	var e *Error
	if errors.As(err, &e) && e.Class == ClassUnknown {
		return &Error{Class: ClassTemporary, Code: e.Code, RetryAfter: e.RetryAfter}
	}
	return err
}

// Lost tells whether err says that a call may have been done.
func Lost(err error) bool { return ClassOf(err) == ClassUnknown }

// ClassOf is the class of err; "" if it is none of a platform's.
func ClassOf(err error) Class {
	var e *Error
	if errors.As(err, &e) {
		return e.Class
	}
	return ""
}
