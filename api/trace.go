// Traces of requests, without knowing who traces.

package api

import (
	"context"
	"net/netip"

	"github.com/gofiber/fiber/v2"
)

// Trace begins the trace of a request; parent is the W3C traceparent of whoever
// called, "" if there is none.
type Trace func(ctx context.Context, parent string) (context.Context, Ended)

// Ended ends the trace of a request, by its route and never by its path, and
// gives the id under which it is found; "" if it is not kept.
type Ended func(method, route string, status int) (id string)

// traced begins the trace of a request. A traceparent says what is to be kept,
// so it is taken from our own proxies alone.
func (s *Server) traced(c *fiber.Ctx) Ended {
	if s.Trace == nil {
		return func(string, string, int) string { return "" }
	}
	parent := ""
	if isOurs(c.Context().RemoteIP().String(), s.conf.TrustedProxies) {
		parent = c.Get("traceparent")
	}
	ctx, ended := s.Trace(c.UserContext(), parent)
	c.SetUserContext(ctx)
	return ended
}

// isOurs tells whether an address is one of our own proxies.
func isOurs(address string, trusted []netip.Prefix) bool {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return false
	}
	for _, p := range trusted {
		if p.Contains(a.Unmap()) {
			return true
		}
	}
	return false
}

// RequestID is the id of the request that ctx belongs to; "" outside of one.
func RequestID(ctx context.Context) string {
	if v := visitOf(ctx); v != nil {
		return v.id
	}
	return ""
}
