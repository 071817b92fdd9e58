// Package receiver is a downstream website (下游网站) in small: it takes the
// signed messages of a webhook channel, shows what they say, and forgets what
// they call back. The demo shows its page; tests make it misbehave.
//
//	POST /hooks ─ signature ─ id known? ─ (epoch, seq) older? ─ fetch the item ─ show or remove
//	GET / · /items/{id} · /state.json
package receiver

import (
	"context"
	"maps"
	"net/http"
	"sync"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"gongkai"
)

// Bounds of what one receiver keeps.
const (
	maxRequest  = 64 << 10  // bytes of a message
	maxReceived = 200       // messages in the list
	maxIDs      = 20_000    // message ids remembered
	maxItems    = 20_000    // items, those taken down included: forgetting one could let it rise again
	maxHTML     = 512 << 10 // bytes of one item's text
	maxAllHTML  = 64 << 20  // bytes of all texts
)

// Fetch gets the title and text of the item that a message is about from the
// content API, not older than the message (as_of).
type Fetch func(ctx context.Context, told Data) (title, html string, err error)

// Data is the part of a message that this site understands; other fields are
// tolerated.
type Data struct {
	Item    string `json:"item,omitempty"`
	Column  string `json:"column,omitempty"` // of a message about a column
	Site    string `json:"site"`
	Epoch   int64  `json:"epoch"`
	Seq     int64  `json:"seq"`
	Digest  string `json:"digest"`
	Edition string `json:"edition"`
	Title   string `json:"title"`
	Path    string `json:"path"`
	URL     string `json:"url"`
	State   string `json:"state"` // edition, suspended, withdrawn, redirect; column
	Reason  string `json:"reason,omitempty"`
}

// Message is one genuine message as it came, and what became of it.
type Message struct {
	ID       string    `json:"id"`
	Type     string    `json:"type"`
	At       time.Time `json:"at"`
	Received time.Time `json:"received"`
	Outcome  string    `json:"outcome"` // shown, removed, repeat, late, noted
	Data
}

// Shown is what the site shows of one item now; an item that was taken down
// keeps its place without title and text.
type Shown struct {
	Event   string    `json:"event"`
	At      time.Time `json:"at"`
	Updated time.Time `json:"updated"`
	HTML    string    `json:"-"`
	Data
}

// Counts are the calls so far by what they were.
type Counts struct {
	Calls   int `json:"calls"`   // to /hooks, misbehaviour included
	Refused int `json:"refused"` // bad signature, time or content
	Repeats int `json:"repeats"` // of a message already taken in
	Late    int `json:"late"`    // older than what is shown
}

// Receiver is an http.Handler. Set Now and Tap before it serves.
type Receiver struct {
	Now gongkai.Clock     // time.Now unless set
	Tap func(body []byte) // sees the body of every genuine message, for tests

	keys  []*standardwebhooks.Webhook
	fetch Fetch
	mux   *http.ServeMux

	mu       sync.Mutex
	tricks   []trick
	counts   Counts
	ids      ring[string]
	known    map[string]bool
	received ring[Message]
	shown    map[string]Shown
	columns  map[string]Data
	html     int // bytes of all texts in shown
}

// New makes a receiver that trusts messages signed with any of the secrets.
// fetch may be nil: then titles come from the messages and there are no texts.
// A secret that is not base64 is trusted by nobody.
func New(secrets []string, fetch Fetch) *Receiver {
	r := &Receiver{Now: time.Now, fetch: fetch, known: map[string]bool{}, shown: map[string]Shown{}, columns: map[string]Data{}}
	r.ids.size, r.received.size = maxIDs, maxReceived
	for _, s := range secrets {
		if key, err := standardwebhooks.NewWebhook(s); err == nil && s != "" {
			r.keys = append(r.keys, key)
		}
	}
	r.mux = http.NewServeMux()
	r.mux.HandleFunc("POST /hooks", r.hooks)
	r.mux.HandleFunc("GET /{$}", r.front)
	r.mux.HandleFunc("GET /items/{id}", r.article)
	r.mux.HandleFunc("GET /state.json", r.state)
	return r
}

func (r *Receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) { r.mux.ServeHTTP(w, req) }

// Shown is a copy of what the site shows, by item, those taken down included.
func (r *Receiver) Shown() map[string]Shown {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := make(map[string]Shown, len(r.shown))
	for id, s := range r.shown {
		out[id] = s
	}
	return out
}

// Columns is a copy of what the site knows of columns, those included that are
// none of its own any more.
func (r *Receiver) Columns() map[string]Data {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.columns)
}

// Received lists the last messages, the oldest first.
func (r *Receiver) Received() []Message {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.received.list()
}

// Counts are the calls so far.
func (r *Receiver) Counts() Counts {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.counts
}

// Calls counts all calls to /hooks.
func (r *Receiver) Calls() int { return r.Counts().Calls }

// Repeats counts calls with a message that was already taken in.
func (r *Receiver) Repeats() int { return r.Counts().Repeats }
