// Misbehaving: what platforms do beside what they document.

package wechatlocal

import (
	"io"
	"net/http"
)

// Trouble is how one call goes wrong.
type Trouble struct {
	Lose   bool            // does it, and hangs up without an answer
	Status int             // answers with this status, and does nothing
	After  int             // does it, and answers with this status
	Code   int             // refuses with this errcode
	Hold   <-chan struct{} // waits for it first
	Body   string          // answers with this
	Idle   bool            // and does nothing
}

// Next has the next call of a path go wrong; troubles queue up.
func (p *Platform) Next(path string, t Trouble) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.troubles[path] = append(p.troubles[path], t)
}

// Publishing has the next draft end with this publish_status.
func (p *Platform) Publishing(status int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.outcomes = append(p.outcomes, status)
}

func (p *Platform) trouble(path string) (t Trouble) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if queue := p.troubles[path]; len(queue) > 0 {
		t, p.troubles[path] = queue[0], queue[1:]
	}
	return t
}

func (t Trouble) before(w http.ResponseWriter, r *http.Request) (over bool) {
	if t.Hold != nil {
		select {
		case <-t.Hold:
		case <-r.Context().Done():
			return true
		}
	}
	if t.Status != 0 {
		w.WriteHeader(t.Status)
	}
	return t.Status != 0
}

func (t Trouble) after(w http.ResponseWriter) (over bool) {
	switch {
	case t.Lose:
		panic(http.ErrAbortHandler) // the connection breaks
	case t.After != 0:
		w.WriteHeader(t.After)
	case t.Body != "":
		_, _ = io.WriteString(w, t.Body)
	}
	return t.After != 0 || t.Body != ""
}

func readAll(r *http.Request) ([]byte, error) {
	return io.ReadAll(io.LimitReader(r.Body, maxCall))
}
