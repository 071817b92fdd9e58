// The server: its parts, its start and its end.

package api

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"
	"github.com/prometheus/client_golang/prometheus"

	"gongkai"
	"gongkai/account"
	"gongkai/audit"
	"gongkai/channel"
	"gongkai/content"
	"gongkai/notify"
	"gongkai/policy"
	"gongkai/publication"
	"gongkai/search"
	"gongkai/workflow"
)

// Deps are the parts that the server stands on. With Config.Only "content"
// nothing but Public and Index is needed, and nothing else is reachable; with
// "editorial" those two are not needed, with "health" nothing is.
type Deps struct {
	Engine      *workflow.Engine
	Content     *content.Content
	Policy      *policy.Policy
	Accounts    *account.Accounts
	Trail       *audit.Trail
	Public      *publication.Public
	Index       search.Index
	Ledger      *channel.Ledger
	Subscribers *channel.Subscribers
	Channels    *channel.Channels
	Differences *channel.Differences // what the probe found
	Notices     *notify.Notifier
	Parts       []Part                // what else /readyz looks at
	Metrics     *prometheus.Registry  // what /metrics answers; nil: one of its own
	Trace       Trace                 // nil: no traces
	Wake        func(kind, id string) // a hint that something is due
	Log         *slog.Logger
	Now         gongkai.Clock
	Config      Config
}

// What Config.Only may say.
const (
	OnlyEditorial = "editorial"
	OnlyContent   = "content"
	OnlyHealth    = "health" // of a process that answers no requests: a worker
)

// Config of the server; the zero value serves everything on plain HTTP.
type Config struct {
	Secure         bool           // cookies for HTTPS only
	Only           string         // "", OnlyEditorial, OnlyContent or OnlyHealth
	OpenMetrics    bool           // /metrics for everybody, not for this machine alone
	TrustedProxies []netip.Prefix // whose X-Forwarded-For counts
	Version        string         // of the program, for the description
	PublicURL      string         // of the content API as readers reach it, for QR codes and feeds
	Cache          int64          // bytes for answers of the content API; 0: each is made anew
}

// Server (服务) answers HTTP.
type Server struct {
	Deps
	conf    Config
	log     *slog.Logger
	app     *fiber.App
	routes  *routes
	metrics *metrics
	// requests remembers idempotency keys.
	requests *content.Requests
	noticed  noticed
	feeds    seats
	leaving  context.Context // ends when the server is told to
	leave    context.CancelFunc
	press    chan struct{} // papers that are being drawn
	refusals *audit.Tally
	base     context.Context
	stop     context.CancelFunc
	// following hears of public changes.
	following sync.WaitGroup

	mu        sync.Mutex
	ended     bool
	listening []net.Listener
}

// New builds the server with all routes.
func New(d Deps) (*Server, error) {
	if err := d.complete(); err != nil {
		return nil, err
	}
	speakProblems()
	s := &Server{Deps: d, conf: d.Config, log: d.Log, metrics: newMetrics(d.Metrics), press: make(chan struct{}, pressRoom)}
	s.base, s.stop = context.WithCancel(context.Background())
	s.leaving, s.leave = context.WithCancel(s.base)
	if s.serves(OnlyEditorial) && s.Trail != nil {
		s.refusals = audit.NewTally(s.Trail)
		var err error
		if s.requests, err = content.OpenRequests(s.base, s.Content); err != nil {
			return nil, err
		}
	}
	s.app = fiber.New(fiber.Config{
		// Immutable: what handlers keep (ids in documents, names in the trail)
		// outlives the request, and Fiber would otherwise reuse the memory.
		Immutable:                    true,
		StrictRouting:                true,
		CaseSensitive:                true,
		DisableStartupMessage:        true,
		StreamRequestBody:            true, // each operation has a limit of its own; uploads never stand in memory
		DisablePreParseMultipartForm: true,
		BodyLimit:                    jsonLimit,
		ReadBufferSize:               16 << 10, // bounds the headers
		ReadTimeout:                  readLimit,
		WriteTimeout:                 writeLimit,
		IdleTimeout:                  2 * time.Minute,
		EnableTrustedProxyCheck:      true, // nobody is trusted: Host is Host; clientIP reads the rest
		ErrorHandler:                 s.fail,
	})
	kept, err := s.caches()
	if err != nil {
		return nil, err
	}
	for _, handle := range s.outermost(kept) {
		s.app.Use(handle)
	}
	s.routes = &routes{api: describe(s.app, s.conf), app: s.app, doors: map[string]Access{}, admit: s.admit, fault: s.fault, texts: s.freeTexts, begin: s.begin}
	if kept != nil {
		s.routes.keep = kept.keep
		s.following.Go(func() { s.Public.Follow(s.base) })
	}
	s.registerAll()
	return s, nil
}

// outermost is what every request meets first. What is kept is sent before
// anything else is done, unless each request is to be seen.
func (s *Server) outermost(kept *cache) []fiber.Handler {
	switch {
	case kept == nil:
		return []fiber.Handler{s.beforeTheMinute, s.visits}
	case s.Trace != nil || s.log.Enabled(s.base, slog.LevelDebug):
		return []fiber.Handler{s.beforeTheMinute, s.visits, kept.serve}
	}
	return []fiber.Handler{s.beforeTheMinute, kept.serve, s.visits}
}

// caches keeps answers of the content API, where that is asked for; else nil.
func (s *Server) caches() (*cache, error) {
	if s.conf.Cache <= 0 || s.Public == nil || !s.serves(OnlyContent) {
		return nil, nil
	}
	return newCache(s.Public, s.conf.Cache, s.routeOf, s.metrics)
}

// registerAll is the list of what is served.
func (s *Server) registerAll() {
	s.registerHealth()
	if s.conf.Only == OnlyHealth {
		return
	}
	if s.serves(OnlyEditorial) {
		s.registerEditorial()
	}
	if s.serves(OnlyContent) {
		registerContent(s.routes, publicSide{s.Public, s.Index, s.Now, s.desk(), s.conf.PublicURL, s.leaving, &events{}})
	}
	s.registerDocs()
}

// desk begins the addresses of the editorial side; "" where it is elsewhere.
func (s *Server) desk() string {
	if s.serves(OnlyEditorial) {
		return editorialPrefix
	}
	return ""
}

// serves tells whether a side is served, alone or with the other.
func (s *Server) serves(side string) bool { return s.conf.Only == "" || s.conf.Only == side }

// publicSide is all that the content API is given: it cannot reach an original.
type publicSide struct {
	pages *publication.Public
	index search.Index
	now   gongkai.Clock
	// signIn begins addresses of the editorial side, if it is served here too.
	signIn string
	// base begins the addresses of the content API in documents that others keep.
	base string
	// leaving ends when the server does; following are those who follow the changes.
	leaving   context.Context
	following *events
}

func (d *Deps) complete() error {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.Wake == nil {
		d.Wake = func(string, string) {}
	}
	editorial := d.Engine != nil && d.Content != nil && d.Policy != nil && d.Accounts != nil && d.Trail != nil && d.Ledger != nil && d.Subscribers != nil && d.Channels != nil && d.Notices != nil
	public := d.Public != nil && d.Index != nil
	only := d.Config.Only
	switch {
	case !slices.Contains([]string{"", OnlyEditorial, OnlyContent, OnlyHealth}, only):
		return gongkai.E(gongkai.Invalid, "only", "只能指定 editorial 或 content", "only editorial or content can be served alone")
	case (only == "" || only == OnlyEditorial) && !editorial, (only == "" || only == OnlyContent) && !public:
		return gongkai.E(gongkai.Invalid, "parts", "缺少所需的部件", "a part that is needed is missing")
	}
	return nil
}

// describe opens the description of the API. Nothing of huma's that loads from
// elsewhere is switched on.
func describe(app *fiber.App, conf Config) huma.API {
	c := huma.DefaultConfig("Gongkai", orElse(conf.Version, "dev"))
	c.Info.License = &huma.License{Name: "Apache License 2.0", Identifier: "Apache-2.0"}
	c.Servers = []*huma.Server{{URL: "/", Description: "Where the description was fetched"}}
	c.OpenAPIPath, c.DocsPath, c.SchemasPath, c.CreateHooks = "", "", "", nil
	c.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"bearer": {Type: "http", Scheme: "bearer", Description: "Token of a session, or an API key (gk_…)"},
		"cookie": {Type: "apiKey", In: "cookie", Name: cookieName(conf.Secure)},
	}
	return newAdapter(app, c)
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// Listen serves on a TCP address until Shutdown.
func (s *Server) Listen(addr string) error {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return gongkai.E(gongkai.Unavailable, "listen", "无法监听该地址", "cannot listen on this address").Because(err)
	}
	return s.Serve(ln)
}

// Serve serves on a listener until Shutdown; after it, not at all. Fiber alone
// would serve for ever when Shutdown comes before it has begun.
func (s *Server) Serve(ln net.Listener) error {
	once := &closedOnce{Listener: ln}
	s.mu.Lock()
	s.listening = append(s.listening, once)
	ended := s.ended
	s.mu.Unlock()
	if ended {
		return once.Close()
	}
	err := s.app.Listener(once)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return nil // its listener was closed under it, as it should be
	}
	return err
}

// closedOnce is a listener that may be closed by us and by Fiber.
type closedOnce struct {
	net.Listener
	once sync.Once
	err  error
}

// Close implements net.Listener.
func (l *closedOnce) Close() error {
	l.once.Do(func() { l.err = l.Listener.Close() })
	return l.err
}

// Shutdown ends: what is under way is finished until ctx ends, then cut off.
func (s *Server) Shutdown(ctx context.Context) error {
	defer s.stop()
	s.leave() // what waits for news waits no longer
	s.mu.Lock()
	s.ended = true
	for _, ln := range s.listening {
		_ = ln.Close() // it accepts no more; what it accepted is finished
	}
	s.mu.Unlock()
	err := s.app.ShutdownWithContext(ctx)
	if s.refusals != nil {
		err = errors.Join(err, s.refusals.Flush(ctx, true))
	}
	s.stop()
	s.following.Wait() // its store is closed next
	return err
}
