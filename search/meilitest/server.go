// A small server that speaks Meilisearch's protocol: routes, keys, errors, tricks.

// Package meilitest is a stand-in for Meilisearch, written from its public
// documentation and from how version 1.50 behaves, for tests that cannot have a
// real one. It knows the part of the API that an index needs: health, indexes,
// settings, documents, search, tasks, swaps and keys; what it does not know it
// refuses. Writes are tasks, carried out later and one after the other.
//
// Not imitated: typing errors, languages and dictionaries (Chinese is cut into
// pairs, so that whoever relies on another cut fails), highlighting, facets,
// geography, vectors, the ranking rules typo, proximity, exactness and the
// places of words.
package meilitest

import (
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Key is an API key: what it may do, and on which indexes; a name may end in *.
type Key struct {
	Actions []string
	Indexes []string
}

// Trick is what happens to one request.
type Trick int

// The tricks a test can play; a status of 400 or more is one, too.
const (
	None        Trick = 0
	CutBefore   Trick = 1 // the connection breaks, the request was never seen
	CutAfter    Trick = 2 // the request is carried out, its answer lost
	NotTheirs   Trick = 3 // something else answers: 200 and a page of HTML
	firstStatus Trick = 400
)

// Server is one running stand-in.
type Server struct {
	URL string

	mu      sync.Mutex
	keys    map[string]Key // none: open to all
	indexes map[string]*index
	queue   queue
	meddle  func(*http.Request) Trick

	http *http.Server
	done sync.WaitGroup
}

// New starts a server. Without keys it asks for none.
func New(keys map[string]Key) (*Server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &Server{URL: "http://" + listener.Addr().String(), keys: keys, indexes: map[string]*index{}}
	s.queue.wake = sync.NewCond(&s.mu)
	s.http = &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}
	s.done.Go(func() { _ = s.http.Serve(listener) })
	s.done.Go(s.work)
	return s, nil
}

// Close stops the server at once.
func (s *Server) Close() {
	s.mu.Lock()
	s.queue.closed = true
	s.queue.wake.Broadcast()
	s.mu.Unlock()
	_ = s.http.Close()
	s.done.Wait()
}

// Meddle has each request judged by trick before it is served; nil ends it.
func (s *Server) Meddle(trick func(*http.Request) Trick) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.meddle = trick
}

func (s *Server) trick(r *http.Request) Trick {
	s.mu.Lock()
	meddle := s.meddle
	s.mu.Unlock()
	if meddle == nil {
		return None
	}
	return meddle(r)
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch t := s.trick(r); {
	case t == CutBefore:
		panic(http.ErrAbortHandler)
	case t == CutAfter:
		s.serve(discard{}, r)
		panic(http.ErrAbortHandler)
	case t == NotTheirs:
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<html><body>portal</body></html>")
	case t >= firstStatus:
		http.Error(w, "<html><body>proxy</body></html>", int(t))
	default:
		s.serve(w, r)
	}
}

type discard struct{}

func (discard) Header() http.Header         { return http.Header{} }
func (discard) Write(b []byte) (int, error) { return len(b), nil }
func (discard) WriteHeader(int)             {}

// apiError is an error as the API words it.
type apiError struct {
	status  int
	Message string `json:"message"`
	Code    string `json:"code"`
	Type    string `json:"type"`
	Link    string `json:"link"`
}

func (e *apiError) Error() string { return e.Code + ": " + e.Message }

func refuse(status int, code, message string) *apiError {
	kind := "invalid_request"
	switch {
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		kind = "auth"
	case status >= 500:
		kind = "internal"
	}
	return &apiError{status, message, code, kind, "errors#" + code}
}

// call is one request on its way through a route.
type call struct {
	*http.Request
	s    *Server
	key  *Key // nil: no keys are asked for
	body []byte
}

// route is one line of the API.
type route struct {
	method, pattern, action string
	status                  int
	serve                   func(*call) (any, error)
}

// routes are tried in order; {x} stands for one part of a path.
func routes() []route {
	return []route{
		{"GET", "/health", "", 200, func(*call) (any, error) { return map[string]string{"status": "available"}, nil }},
		{"GET", "/version", "version", 200, func(*call) (any, error) { return map[string]string{"pkgVersion": "1.50.0"}, nil }},
		{"POST", "/swap-indexes", "indexes.swap", 202, (*call).swap},
		{"GET", "/tasks", "tasks.get", 200, (*call).listTasks},
		{"GET", "/tasks/{uid}", "tasks.get", 200, (*call).getTask},
		{"POST", "/indexes", "indexes.create", 202, (*call).createIndex},
		{"GET", "/indexes/{index}", "indexes.get", 200, (*call).getIndex},
		{"DELETE", "/indexes/{index}", "indexes.delete", 202, (*call).deleteIndex},
		{"GET", "/indexes/{index}/settings", "settings.get", 200, (*call).getSettings},
		{"PATCH", "/indexes/{index}/settings", "settings.update", 202, (*call).patchSettings},
		{"DELETE", "/indexes/{index}/settings/{name}", "settings.update", 202, (*call).resetSetting},
		{"POST", "/indexes/{index}/documents", "documents.add", 202, (*call).addDocuments},
		{"PUT", "/indexes/{index}/documents", "documents.add", 202, (*call).addDocuments},
		{"DELETE", "/indexes/{index}/documents", "documents.delete", 202, (*call).deleteAll},
		{"POST", "/indexes/{index}/documents/delete-batch", "documents.delete", 202, (*call).deleteBatch},
		{"POST", "/indexes/{index}/documents/fetch", "documents.get", 200, (*call).fetchDocuments},
		{"POST", "/indexes/{index}/search", "search", 200, (*call).search},
	}
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	status, answer, err := s.answer(r)
	if err != nil {
		own := &apiError{}
		if !errors.As(err, &own) {
			own = refuse(http.StatusInternalServerError, "internal", err.Error())
		}
		status, answer = own.status, own
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer)
}

func (s *Server) answer(r *http.Request) (int, any, error) {
	for _, route := range routes() {
		if r.Method != route.method || !match(route.pattern, r) {
			continue
		}
		c := &call{Request: r, s: s}
		if err := c.admit(route.action); err != nil {
			return 0, nil, err
		}
		if err := c.read(); err != nil {
			return 0, nil, err
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		answer, err := route.serve(c)
		return route.status, answer, err
	}
	return 0, nil, refuse(http.StatusNotFound, "not_found", "no such route in this stand-in")
}

func match(pattern string, r *http.Request) bool {
	want, has := strings.Split(pattern, "/"), strings.Split(r.URL.Path, "/")
	if len(want) != len(has) {
		return false
	}
	for i, w := range want {
		name, isParameter := strings.CutPrefix(w, "{")
		if isParameter {
			r.SetPathValue(strings.TrimSuffix(name, "}"), has[i])
		} else if w != has[i] {
			return false
		}
	}
	return true
}

// admit checks the key: 401 without one, 403 for any that does not reach.
func (c *call) admit(action string) error {
	if len(c.s.keys) == 0 || action == "" {
		return nil
	}
	token, ok := strings.CutPrefix(c.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return refuse(http.StatusUnauthorized, "missing_authorization_header",
			"The Authorization header is missing. It must use the bearer authorization method.")
	}
	key, ok := c.s.keys[token]
	c.key = &key
	if !ok || !key.may(action) || c.PathValue("index") != "" && !key.reaches(c.PathValue("index")) {
		return forbidden()
	}
	return nil
}

func forbidden() error {
	return refuse(http.StatusForbidden, "invalid_api_key", "The provided API key is invalid.")
}

func (k *Key) may(action string) bool {
	group, _, _ := strings.Cut(action, ".")
	return k == nil || slices.Contains(k.Actions, "*") || slices.Contains(k.Actions, action) || slices.Contains(k.Actions, group+".*")
}

func (k *Key) reaches(index string) bool {
	return k == nil || slices.ContainsFunc(k.Indexes, func(pattern string) bool {
		start, isPattern := strings.CutSuffix(pattern, "*")
		return isPattern && strings.HasPrefix(index, start) || pattern == index
	})
}

// read takes the body, which must be JSON and say so.
func (c *call) read() error {
	var err error
	if c.body, err = io.ReadAll(c.Body); err != nil {
		return refuse(http.StatusBadRequest, "malformed_payload", "the payload broke off")
	}
	switch kind := c.Header.Get("Content-Type"); {
	case c.Method == http.MethodGet || c.Method == http.MethodDelete:
		return nil
	case kind == "":
		return refuse(http.StatusUnsupportedMediaType, "missing_content_type", "A Content-Type header is missing.")
	case !strings.HasPrefix(kind, "application/json"):
		return refuse(http.StatusUnsupportedMediaType, "invalid_content_type", "The Content-Type is invalid.")
	case len(c.body) == 0:
		return refuse(http.StatusBadRequest, "missing_payload", "A json payload is missing.")
	case !json.Valid(c.body):
		return refuse(http.StatusBadRequest, "malformed_payload", "The json payload provided is malformed.")
	}
	return nil
}

// fields decodes a JSON object and refuses fields that are not among known.
func (c *call) fields(known ...string) (map[string]json.RawMessage, error) {
	var out map[string]json.RawMessage
	if err := json.Unmarshal(c.body, &out); err != nil {
		return nil, refuse(http.StatusBadRequest, "bad_request", "Invalid value type: expected an object")
	}
	for name := range out {
		if !slices.Contains(known, name) {
			return nil, refuse(http.StatusBadRequest, "bad_request", "Unknown field `"+name+"`")
		}
	}
	return out, nil
}

// field decodes one field if it is there and not null.
func field(fields map[string]json.RawMessage, name, code string, into any) error {
	raw, ok := fields[name]
	if !ok || string(raw) == "null" {
		return nil
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return refuse(http.StatusBadRequest, code, "Invalid value type at `."+name+"`")
	}
	return nil
}
