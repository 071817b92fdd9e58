// tricks.go makes the receiver behave as badly as real ones do.

package receiver

import (
	"net"
	"net/http"
	"strconv"
	"time"
)

// Trick changes how one call to /hooks is answered; next is the honest answer.
type Trick func(next http.HandlerFunc) http.HandlerFunc

type trick struct {
	left int
	Trick
}

// Misbehave plays the trick on the next n calls, after those already ordered.
func (r *Receiver) Misbehave(n int, t Trick) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tricks = append(r.tricks, trick{n, t})
}

// Behave drops the tricks that are still to come.
func (r *Receiver) Behave() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tricks = nil
}

// nextTrick takes the next trick off the list; nil is honest. mu is held.
func (r *Receiver) nextTrick() Trick {
	for len(r.tricks) > 0 {
		if t := &r.tricks[0]; t.left > 0 {
			t.left--
			return t.Trick
		}
		r.tricks = r.tricks[1:]
	}
	return nil
}

// Slow answers honestly after a while.
func Slow(d time.Duration) Trick {
	return func(next http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, req *http.Request) {
			wait(req, d)
			next(w, req)
		}
	}
}

// Hang takes nothing in, and closes the connection without an answer.
func Hang(d time.Duration) Trick {
	return instead(func(_ http.ResponseWriter, req *http.Request) {
		wait(req, d)
		panic(http.ErrAbortHandler)
	})
}

// LoseAnswer takes the message in, but the answer never arrives.
func LoseAnswer() Trick {
	return func(next http.HandlerFunc) http.HandlerFunc {
		return func(_ http.ResponseWriter, req *http.Request) {
			next(nowhere{}, req)
			panic(http.ErrAbortHandler)
		}
	}
}

// Status answers with a status and takes nothing in: 500, 410, 404.
func Status(code int) Trick {
	return instead(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) })
}

// Redirect points elsewhere.
func Redirect(to string) Trick {
	return instead(func(w http.ResponseWriter, req *http.Request) {
		http.Redirect(w, req, to, http.StatusTemporaryRedirect)
	})
}

// Throttle asks to come back later.
func Throttle(after time.Duration) Trick {
	return instead(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", strconv.Itoa(int(after/time.Second)))
		w.WriteHeader(http.StatusTooManyRequests)
	})
}

// Reset breaks the connection with a TCP reset.
func Reset() Trick {
	return instead(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0)
		}
		_ = conn.Close()
	})
}

func instead(h http.HandlerFunc) Trick {
	return func(http.HandlerFunc) http.HandlerFunc { return h }
}

// wait ends early when the caller has gone.
func wait(req *http.Request, d time.Duration) {
	select {
	case <-time.After(d):
	case <-req.Context().Done():
	}
}

// nowhere is a ResponseWriter whose answer nobody gets.
type nowhere struct{}

func (nowhere) Header() http.Header         { return http.Header{} }
func (nowhere) Write(b []byte) (int, error) { return len(b), nil }
func (nowhere) WriteHeader(int)             {}
