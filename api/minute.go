// No public answer is kept over the full minute.

package api

import (
	"fmt"
	"time"

	"github.com/gofiber/fiber/v2"
)

// Planned releases, withdrawals and ends of validity come on the full minute, as
// people set them and days begin. What stands before one is shown up to it and not
// over it, whatever is planned: so nobody learns from us that something is.
var publicCacheBefore = func() (out [11]string) {
	for seconds := range out {
		out[seconds] = fmt.Sprintf("public, max-age=%d, must-revalidate", seconds)
	}
	return out
}()

// beforeTheMinute lets answers that may be kept end with the minute.
func (s *Server) beforeTheMinute(c *fiber.Ctx) error {
	err := c.Next()
	left := time.Minute - time.Duration(s.Now().UnixNano()%int64(time.Minute))
	if h := &c.Response().Header; left < 10*time.Second && string(h.Peek(fiber.HeaderCacheControl)) == publicCache {
		h.Set(fiber.HeaderCacheControl, publicCacheBefore[left/time.Second])
	}
	return err
}
