// A visit: one request, from its first byte to its line in the log.

package api

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"regexp"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"gongkai"
	"gongkai/account"
)

// visit is what is known about a request.
type visit struct {
	id        string
	ip        string
	actor     gongkai.Actor
	user      account.User // when a person is signed in
	session   account.Session
	token     string // of the session
	waits     bool   // it goes on by itself: no use of the session
	operation string // its id in the description
	route     string // of an answer that was kept
	path      string
	reads     bool  // the handler reads the body to its end
	err       error // cause of a 500, for the log's kinds only
}

type visitKey struct{}

func visitOf(ctx context.Context) *visit {
	v, _ := ctx.Value(visitKey{}).(*visit)
	return v
}

// addressOf is where a request comes from.
func addressOf(ctx context.Context) string {
	if v := visitOf(ctx); v != nil {
		return v.ip
	}
	return ""
}

// actorOf is who asks; register has made sure that somebody does where the
// door says so.
func actorOf(ctx context.Context) gongkai.Actor {
	if v := visitOf(ctx); v != nil {
		return v.actor
	}
	return gongkai.Actor{}
}

// Bounds of the time that one request may take: the work, the bytes that come
// in, the bytes that go out.
const (
	timeLimit  = 60 * time.Second
	readLimit  = 5 * time.Minute
	writeLimit = 10 * time.Minute
)

var (
	requestID  = regexp.MustCompile(`^[A-Za-z0-9._-]{8,64}$`)
	longNumber = regexp.MustCompile(`\d{11}`) // a caller's id goes into the log: it could be somebody's number
)

// mayBeID tells whether a request may bear the id that came with it.
func mayBeID(id string) bool { return requestID.MatchString(id) && !longNumber.MatchString(id) }

// visits is the outermost handler: it gives the request its id and context,
// catches panics, sets the headers that every answer has, and writes the log.
func (s *Server) visits(c *fiber.Ctx) (err error) {
	began := time.Now()
	v := &visit{id: c.Get("X-Request-Id"), ip: clientIP(c.Context().RemoteIP().String(), forwardedFor(c), s.conf.TrustedProxies)}
	if !mayBeID(v.id) {
		v.id = gongkai.NewID()
	}
	defer s.limits(c, v)()
	ended := s.traced(c)
	safeHeaders(c, v.id)
	if c.Method() == fiber.MethodHead {
		c.Method(fiber.MethodGet) // the server itself leaves the body out
	}
	defer func() {
		if crash := recover(); crash != nil {
			// The stack only: what was thrown can hold anything.
			s.log.Error("panic", "request", v.id, "type", fmt.Sprintf("%T", crash), "stack", string(debug.Stack()))
			c.Response().ResetBody()
			err = s.fail(c, gongkai.E(gongkai.Internal, "panic", "", ""))
		}
		dropRest(c, v)
		s.logged(c, v, began, ended)
	}()
	if err := c.Next(); err != nil {
		return s.fail(c, err)
	}
	return nil
}

// limits gives the request its context, and what ends it: a body that is sent
// as it is read is still read under it when the handlers are done.
func (s *Server) limits(c *fiber.Ctx, v *visit) (end func()) {
	ctx, cancel := context.WithCancel(context.WithValue(s.base, visitKey{}, v))
	timer := time.AfterFunc(timeLimit, cancel)
	c.SetUserContext(ctx)
	return func() {
		if c.Response().IsBodyStream() {
			timer.Reset(writeLimit)
			return
		}
		timer.Stop()
		cancel()
	}
}

func safeHeaders(c *fiber.Ctx, id string) {
	c.Set("X-Request-Id", id)
	c.Set("X-Content-Type-Options", "nosniff")
	c.Set("X-Frame-Options", "DENY")
	c.Set("Referrer-Policy", "no-referrer")
	c.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	if !strings.HasPrefix(c.Path(), contentPrefix) { // the content API says itself what may be kept
		c.Set("Cache-Control", "no-store")
	}
}

// contentPrefix begins the paths of the content API.
const contentPrefix = "/content/v1"

// logged writes the request down by route: paths, queries and bodies can hold
// personal data.
func (s *Server) logged(c *fiber.Ctx, v *visit, began time.Time, ended Ended) {
	status, route := c.Response().StatusCode(), s.routeOf(c)
	took := time.Since(began)
	s.metrics.seen(c.Method(), route, status, took)
	level := slog.LevelInfo
	if route == "/healthz" || route == "/readyz" || route == "/metrics" {
		level = slog.LevelDebug
	}
	attrs := []any{"request", v.id, "method", c.Method(), "route", route, "status", status, "ms", took.Milliseconds()}
	if trace := ended(c.Method(), route, status); trace != "" {
		attrs = append(attrs, "trace", trace)
	}
	if v.actor.ID != "" {
		attrs = append(attrs, "actor", v.actor.ID)
	}
	if status >= 500 {
		level, attrs = slog.LevelError, append(attrs, "cause", kinds(v.err))
	}
	s.log.Log(c.UserContext(), level, "request", attrs...)
}

// kinds names the types and codes of an error's chain, never its text.
func kinds(err error) string {
	var out []string
	for err != nil {
		name := fmt.Sprintf("%T", err)
		if e, ok := err.(*gongkai.Error); ok { //nolint:errorlint // each link of the chain is looked at
			name = e.Kind.String() + "/" + e.Code
		}
		out = append(out, name)
		next, ok := err.(interface{ Unwrap() error }) // each link of the chain is looked at
		if !ok {
			break
		}
		err = next.Unwrap()
	}
	return strings.Join(out, " < ")
}

// prefetched is how much of a body is read before a handler runs.
const prefetched = 8 << 10

// dropRest closes the connection when a body may not have been read to its
// end: what is left of it must not be taken for the next request.
func dropRest(c *fiber.Ctx, v *visit) {
	n := c.Request().Header.ContentLength()
	if (n > prefetched || n == -1) && (!v.reads || c.Response().StatusCode() >= fiber.StatusBadRequest) {
		c.Response().SetConnectionClose()
	}
}

// forwardedFor is what all X-Forwarded-For headers say, in their order: some
// proxies add a line of their own behind what the client wrote.
func forwardedFor(c *fiber.Ctx) string {
	return string(bytes.Join(c.Request().Header.PeekAll("X-Forwarded-For"), []byte(",")))
}

// clientIP is the nearest address that is not one of our own proxies: what
// stands further left in the header, anybody may have written.
func clientIP(remote, forwarded string, trusted []netip.Prefix) string {
	own := func(s string) bool { return isOurs(strings.TrimSpace(s), trusted) }
	hops := strings.Split(forwarded, ",")
	for own(remote) && len(hops) > 0 && strings.TrimSpace(hops[len(hops)-1]) != "" {
		remote, hops = strings.TrimSpace(hops[len(hops)-1]), hops[:len(hops)-1]
	}
	return remote
}
