// Whether the server lives, and whether its parts answer.

package api

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"
)

// registerHealth adds what an operator asks.
func (s *Server) registerHealth() {
	s.routes.raw(fiber.MethodGet, "/healthz", public(), func(c *fiber.Ctx) error { return c.JSON(fiber.Map{"ok": true}) })
	s.routes.raw(fiber.MethodGet, "/readyz", public(), s.ready)
	s.routes.raw(fiber.MethodGet, "/metrics", Access{Door: Loopback}, s.serveMetrics())
}

// pings are the parts that must answer, by the names shown.
func (s *Server) pings() map[string]func(context.Context) error {
	out := map[string]func(context.Context) error{}
	if s.conf.Only != OnlyContent {
		out["store"] = s.Content.DB.Ping
	}
	if s.conf.Only != OnlyEditorial {
		out["public"], out["index"] = s.Public.Ping, s.Index.Ping
	}
	return out
}

// ready says which part does not answer, never why: anybody may ask.
func (s *Server) ready(c *fiber.Ctx) error {
	ctx, cancel := context.WithTimeout(c.UserContext(), 2*time.Second)
	defer cancel()
	status, parts := fiber.StatusOK, fiber.Map{}
	for name, ping := range s.pings() {
		parts[name] = true
		if err := ping(ctx); err != nil {
			s.log.Warn("part does not answer", "part", name, "cause", kinds(err))
			status, parts[name] = fiber.StatusServiceUnavailable, false
		}
	}
	return c.Status(status).JSON(fiber.Map{"ready": status == fiber.StatusOK, "parts": parts})
}

// routeOf is the template of the route that answered; "none" when none did.
func (s *Server) routeOf(c *fiber.Ctx) string {
	path := c.Route().Path
	if _, known := s.routes.doors[c.Method()+" "+templateOf(path)]; known {
		return templateOf(path)
	}
	return "none"
}
