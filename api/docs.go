// The description as JSON and as a page; neither asks any other host.

package api

import (
	"encoding/json"

	"github.com/gofiber/fiber/v2"
)

// registerDocs adds the description, when everything else is registered.
func (s *Server) registerDocs() {
	s.routes.raw(fiber.MethodGet, "/openapi.json", public(), func(c *fiber.Ctx) error {
		spec, err := json.Marshal(s.routes.api.OpenAPI())
		if err != nil {
			return err
		}
		c.Set(fiber.HeaderContentType, "application/openapi+json")
		return c.Send(spec)
	})
}
