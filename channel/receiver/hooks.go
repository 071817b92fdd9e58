// hooks.go takes messages in: who sent it, is it new, is it newer, and what follows.

package receiver

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

const tolerance = 5 * time.Minute

func (r *Receiver) hooks(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	r.counts.Calls++
	t := r.nextTrick()
	r.mu.Unlock()
	body, err := io.ReadAll(http.MaxBytesReader(w, req.Body, maxRequest))
	if err != nil {
		r.refuse(w, http.StatusRequestEntityTooLarge)
		return
	}
	honest := func(w http.ResponseWriter, req *http.Request) { r.honest(w, req, body) }
	if t != nil {
		honest = t(honest)
	}
	honest(w, req)
}

// honest answers as a well-made website does: 204 once a message needs nothing
// more, anything else makes the sender come again.
func (r *Receiver) honest(w http.ResponseWriter, req *http.Request, body []byte) {
	if !r.genuine(body, req.Header) {
		r.refuse(w, http.StatusUnauthorized)
		return
	}
	if r.Tap != nil {
		r.Tap(body)
	}
	m, ok := decode(req.Header.Get(standardwebhooks.HeaderWebhookID), body)
	if !ok {
		r.refuse(w, http.StatusBadRequest)
		return
	}
	m.Received = r.Now()
	w.WriteHeader(r.take(req.Context(), m))
}

func (r *Receiver) refuse(w http.ResponseWriter, status int) {
	r.mu.Lock()
	r.counts.Refused++
	r.mu.Unlock()
	w.WriteHeader(status)
}

// genuine checks signature (in constant time) and age. The library's own check
// of the age would not follow Now.
func (r *Receiver) genuine(body []byte, h http.Header) bool {
	sec, err := strconv.ParseInt(h.Get(standardwebhooks.HeaderWebhookTimestamp), 10, 64)
	if age := r.Now().Sub(time.Unix(sec, 0)); err != nil || age > tolerance || age < -tolerance {
		return false
	}
	for _, key := range r.keys {
		if key.VerifyIgnoringTimestamp(body, h) == nil {
			return true
		}
	}
	return false
}

func decode(id string, body []byte) (Message, bool) {
	var in struct {
		Type string    `json:"type"`
		At   time.Time `json:"timestamp"`
		Data Data      `json:"data"`
	}
	if json.Unmarshal(body, &in) != nil || in.Type == "" {
		return Message{}, false
	}
	m := Message{ID: id, Type: in.Type, At: in.At, Data: in.Data}
	switch {
	case m.aboutItem():
		return m, m.Item != "" && stateNames[m.State] != ""
	case m.aboutColumn():
		return m, m.Column != "" && (m.State == "column" || m.State == "withdrawn")
	}
	return m, true
}

func (m Message) aboutColumn() bool { return strings.HasPrefix(m.Type, "column.") }

func (m Message) aboutItem() bool { return strings.HasPrefix(m.Type, "item.") }

// take brings one message to its end and returns the status of the answer.
func (r *Receiver) take(ctx context.Context, m Message) int {
	m.Outcome = r.judge(m)
	var html string
	if m.Outcome == "shown" && m.aboutItem() && r.fetch != nil {
		title, text, err := r.fetch(ctx, m.Data)
		if err != nil { // whatever it is, it passes: the item is there, or a newer message says that it is not
			return http.StatusServiceUnavailable
		}
		m.Title, html = title, text
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.settle(m, html)
}

// judge says what should become of the message as things stand.
func (r *Receiver) judge(m Message) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.outcome(m)
}

// outcome compares (epoch, seq), so that nothing late resurrects. mu is held.
func (r *Receiver) outcome(m Message) string {
	old, have := r.before(m)
	switch {
	case r.known[m.ID]:
		return "repeat"
	case !m.aboutItem() && !m.aboutColumn():
		return "noted"
	case have && (m.Epoch < old.Epoch || m.Epoch == old.Epoch && m.Seq < old.Seq):
		return "late"
	case m.State == "edition" || m.State == "column":
		return "shown"
	}
	return "removed"
}

// before is what the site has of what the message is about. mu is held.
func (r *Receiver) before(m Message) (Data, bool) {
	if m.aboutColumn() {
		c, have := r.columns[m.Column]
		return c, have
	}
	s, have := r.shown[m.Item]
	return s.Data, have
}

// settle judges once more, because a newer message may have come in during
// the fetch, and then writes everything at once. mu is held.
func (r *Receiver) settle(m Message, html string) int {
	m.Outcome = r.outcome(m)
	if _, have := r.before(m); !have && (m.aboutItem() && len(r.shown) >= maxItems || m.aboutColumn() && len(r.columns) >= maxItems) {
		return http.StatusInsufficientStorage
	}
	switch {
	case m.Outcome == "repeat":
		r.counts.Repeats++
	case m.Outcome == "late":
		r.counts.Late++
	case m.aboutColumn():
		r.columns[m.Column] = m.Data
	case m.Outcome == "shown":
		r.show(m, html)
	case m.Outcome == "removed":
		r.remove(m)
	}
	r.remember(m)
	return http.StatusNoContent
}

// remember keeps the id, and the message for the list: without words where
// the item may not be shown. mu is held.
func (r *Receiver) remember(m Message) {
	if m.Outcome != "repeat" {
		if old, dropped := r.ids.add(m.ID); dropped {
			delete(r.known, old)
		}
		r.known[m.ID] = true
	}
	if now, have := r.shown[m.Item]; have && now.State != "edition" {
		m.forget()
	}
	r.received.add(m)
}
