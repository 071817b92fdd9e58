// The faults: how networks and file servers fail.

package buckettest

import (
	"io"
	"net/http"
	"sync/atomic"
	"time"
)

// Busy asks for patience.
func Busy(http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { Refuse(w, http.StatusServiceUnavailable, "SlowDown") })
}

// Gone hangs up before anything was done.
func Gone(http.Handler) http.Handler {
	return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
}

// LostAnswer does what it is asked, and hangs up instead of saying so.
func LostAnswer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(nowhere{}, r)
		panic(http.ErrAbortHandler)
	})
}

type nowhere struct{}

func (nowhere) Header() http.Header         { return http.Header{} }
func (nowhere) Write(p []byte) (int, error) { return len(p), nil }
func (nowhere) WriteHeader(int)             {}

// CutUpload hangs up after it read n bytes of what is sent.
func CutUpload(n int64) Fault {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.ContentLength <= n {
				next.ServeHTTP(w, r)
				return
			}
			_, _ = io.CopyN(io.Discard, r.Body, n)
			panic(http.ErrAbortHandler)
		})
	}
}

// CutAnswer hangs up after it sent n bytes of a body.
func CutAnswer(n int) Fault {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(&cut{w, n}, r) })
	}
}

type cut struct {
	http.ResponseWriter
	left int
}

func (c *cut) Write(p []byte) (int, error) {
	if len(p) <= c.left {
		c.left -= len(p)
		return c.ResponseWriter.Write(p)
	}
	_, _ = c.ResponseWriter.Write(p[:c.left])
	c.ResponseWriter.(*counted).ResponseWriter.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}

// Slow waits before every answer.
func Slow(d time.Duration) Fault {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			time.Sleep(d)
			next.ServeHTTP(w, r)
		})
	}
}

// Times lets a fault happen so often, and no more.
func Times(n int64, f Fault) Fault {
	var happened atomic.Int64
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if happened.Add(1) > n {
				next.ServeHTTP(w, r)
				return
			}
			f(next).ServeHTTP(w, r)
		})
	}
}
