// Whether the server lives, and whether the parts that it stands on answer.

package api

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"gongkai"
)

// Part is something that the process stands on. Without one that is required
// it is not ready; without another it goes on, and says that it is degraded.
type Part struct {
	Name     string
	Required bool
	Ping     func(context.Context) error
}

// registerHealth adds what an operator asks.
func (s *Server) registerHealth() {
	s.routes.raw(fiber.MethodGet, "/healthz", public(), func(c *fiber.Ctx) error { return c.JSON(fiber.Map{"ok": true}) })
	s.routes.raw(fiber.MethodGet, "/readyz", public(), s.ready)
	s.routes.raw(fiber.MethodGet, "/metrics", Access{Door: Loopback}, s.serveMetrics())
}

// standsOn are the parts by the names shown: the stores that were handed in,
// and whatever else the process says that it needs. Search is not required:
// pages and lists are read without it.
func (s *Server) standsOn() []Part {
	all := slices.Clone(s.Parts)
	if s.Content != nil {
		all = append(all, Part{"store", true, s.Content.DB.Ping})
	}
	if s.Public != nil {
		all = append(all, Part{"public", s.conf.Only != OnlyEditorial, s.Public.Ping})
	}
	if s.Index != nil {
		all = append(all, Part{"index", false, s.Index.Ping})
	}
	return all
}

// pingLimit is how long a part may take to answer.
const pingLimit = 2 * time.Second

// ready says which part does not answer, never why: anybody may ask.
func (s *Server) ready(c *fiber.Ctx) error {
	all, answers := s.Look(c.UserContext())
	ready, degraded, parts := true, false, fiber.Map{}
	for i, part := range all {
		parts[part.Name] = answers[i] == nil
		if answers[i] != nil {
			ready, degraded = ready && !part.Required, true
		}
	}
	status := fiber.StatusOK
	if !ready {
		status = fiber.StatusServiceUnavailable
	}
	return c.Status(status).JSON(fiber.Map{"ready": ready, "degraded": degraded, "parts": parts})
}

// Look asks every part, and the log is told of what was lost since the last
// look, and of what is back.
func (s *Server) Look(ctx context.Context) (all []Part, answers []error) {
	all = s.standsOn()
	answers = pingAll(ctx, all)
	if s.refusals != nil {
		_ = s.refusals.Flush(ctx, false) // what cannot be written now was said of the store
	}
	for i, part := range all {
		if ctx.Err() != nil {
			break // whoever asked is gone: that is no news of the parts
		}
		s.noticed.say(s, part.Name, answers[i])
	}
	return all, answers
}

var errLate = gongkai.E(gongkai.Unavailable, "late", "没有及时应答", "no answer in time")

// pingAll asks all parts at once. One that does not answer in time has not
// answered, whatever it does with its context.
func pingAll(ctx context.Context, all []Part) []error {
	ctx, cancel := context.WithTimeout(ctx, pingLimit)
	defer cancel()
	answers := make([]error, len(all))
	var wg sync.WaitGroup
	for i, part := range all {
		wg.Go(func() {
			answer := make(chan error, 1)
			go func() { answer <- part.Ping(ctx) }()
			select {
			case answers[i] = <-answer:
			case <-ctx.Done():
				answers[i] = errLate
			}
		})
	}
	wg.Wait()
	return answers
}

// noticed remembers which parts were away, so that the log says once that one
// is lost and once that it is back.
type noticed struct {
	mu   sync.Mutex
	away map[string]bool
}

func (n *noticed) say(s *Server, part string, err error) {
	n.mu.Lock()
	before := n.away[part]
	if n.away == nil {
		n.away = map[string]bool{}
	}
	n.away[part] = err != nil
	n.mu.Unlock()
	switch {
	case err != nil && !before:
		s.log.Warn("part does not answer", "part", part, "cause", kinds(err))
	case err == nil && before:
		s.log.Info("part answers again", "part", part)
	}
}

// routeOf is the template of the route that answered; "none" when none did.
func (s *Server) routeOf(c *fiber.Ctx) string {
	if v := visitOf(c.UserContext()); v != nil && v.route != "" {
		return v.route
	}
	path := c.Route().Path
	if _, known := s.routes.doors[c.Method()+" "+templateOf(path)]; known {
		return templateOf(path)
	}
	return "none"
}
