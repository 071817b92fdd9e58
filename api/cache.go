// The cache of the content API: whole answers as they are sent, kept for as long
// as nothing of what they were made of changes.

package api

import (
	"bytes"
	"net/http"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/utils"
	"github.com/maypok86/otter/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/valyala/fasthttp"
	"golang.org/x/sync/singleflight"

	"gongkai/publication"
)

// Bounds of an answer that is kept, in bytes. Larger ones are made for those who
// ask at once.
const (
	keptBody = 512 << 10
	keptPath = 2 << 10 // with its query
	packFrom = 1 << 10 // what is smaller is sent as it is
)

// cache keeps answers by their addresses. What many ask for at once while it is
// not kept is made once.
type cache struct {
	public  *publication.Public
	answers *otter.Cache[string, *keptAnswer]
	making  singleflight.Group
	route   func(*fiber.Ctx) string

	sent, awaited, anew prometheus.Counter
}

// keptAnswer is what was sent, and what it was made of.
type keptAnswer struct {
	reading *publication.Reading
	route   string
	header  [][2]string
	etag    string
	body    []byte

	once   sync.Once
	packed []byte // compressed; nil: that saves nothing
}

// newCache keeps about size bytes of answers.
func newCache(public *publication.Public, size int64, route func(*fiber.Ctx) string, outcomes *prometheus.CounterVec) (*cache, error) {
	answers, err := otter.New(&otter.Options[string, *keptAnswer]{
		MaximumWeight: uint64(size),
		Weigher: func(path string, a *keptAnswer) uint32 {
			return uint32(len(path) + len(a.body)*3/2 + 1<<10)
		},
	})
	return &cache{public: public, answers: answers, route: route,
		sent: outcomes.WithLabelValues("kept"), awaited: outcomes.WithLabelValues("awaited"), anew: outcomes.WithLabelValues("made")}, err
}

// serve answers from what is kept, before anything else looks at the request.
func (k *cache) serve(c *fiber.Ctx) error {
	if c.Method() == fiber.MethodGet {
		if a, ok := k.answers.GetIfPresent(utils.UnsafeString(c.Request().RequestURI())); ok && a.reading.Holds() {
			k.sent.Inc()
			a.send(c)
			return nil
		}
	}
	return c.Next()
}

// keep has an operation's answers kept: the first of those who ask for the same
// has it made, the others wait for that.
func (k *cache) keep(ctx huma.Context, next func(huma.Context)) {
	c := humafiber.Unwrap(ctx)
	path := string(c.Request().RequestURI())
	if len(path) > keptPath {
		next(ctx)
		return
	}
	mine := false
	kept, _, _ := k.making.Do(path, func() (any, error) {
		mine = true
		return k.made(ctx, path, next), nil
	})
	a, _ := kept.(*keptAnswer)
	switch {
	case mine && a != nil:
		a.send(c)
	case mine: // it is sent as it was made
	case a != nil && a.reading.Holds():
		k.awaited.Inc()
		a.send(c)
	default:
		next(ctx)
	}
}

// made has the answer made for this request; nil: it cannot be kept.
func (k *cache) made(ctx huma.Context, path string, next func(huma.Context)) *keptAnswer {
	c := humafiber.Unwrap(ctx)
	under, reading := k.public.Read(c.UserContext())
	k.anew.Inc()
	known := string(c.Request().Header.Peek(fiber.HeaderIfNoneMatch))
	c.Request().Header.Del(fiber.HeaderIfNoneMatch) // those who wait need the whole
	next(huma.WithContext(ctx, under))
	c.Request().Header.Set(fiber.HeaderIfNoneMatch, known)
	r := c.Response()
	if r.StatusCode() != http.StatusOK || r.IsBodyStream() {
		return nil
	}
	a := &keptAnswer{reading: reading, route: k.route(c), etag: string(r.Header.Peek(fiber.HeaderETag)), body: append([]byte(nil), r.Body()...)}
	for name, value := range r.Header.All() {
		if !ofOneRequest[string(name)] {
			a.header = append(a.header, [2]string{string(name), string(value)})
		}
	}
	if len(a.body) <= keptBody && reading.Holds() {
		k.answers.Set(path, a)
	}
	return a
}

// ofOneRequest are the headers that are not kept.
var ofOneRequest = map[string]bool{"X-Request-Id": true, fiber.HeaderETag: true, fiber.HeaderContentLength: true, fiber.HeaderDate: true, fiber.HeaderServer: true}

// send answers a request: compressed if the reader takes that, with nothing if
// the reader has it.
func (a *keptAnswer) send(c *fiber.Ctx) {
	if v := visitOf(c.UserContext()); v != nil {
		v.route = a.route
	}
	r, etag, body := c.Response(), a.etag, a.body
	for _, h := range a.header {
		r.Header.Set(h[0], h[1])
	}
	r.Header.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	if packed := a.forReader(c); packed != nil {
		etag, body = strings.TrimSuffix(etag, `"`)+`-gzip"`, packed
		r.Header.Set(fiber.HeaderContentEncoding, "gzip")
	}
	r.Header.Set(fiber.HeaderETag, etag)
	r.SetStatusCode(http.StatusOK)
	if known := c.Request().Header.Peek(fiber.HeaderIfNoneMatch); len(known) > 0 && (PublicIf{IfNoneMatch: utils.UnsafeString(known)}).has(etag) {
		r.ResetBody()
		r.SetStatusCode(http.StatusNotModified)
		return
	}
	r.SetBodyRaw(body)
}

// forReader is the compressed body, made once, if the reader takes it.
func (a *keptAnswer) forReader(c *fiber.Ctx) []byte {
	takes := c.Request().Header.Peek(fiber.HeaderAcceptEncoding)
	if len(a.body) < packFrom || !bytes.Contains(takes, []byte("gzip")) || c.AcceptsEncodings("gzip") == "" {
		return nil
	}
	a.once.Do(func() {
		if packed := fasthttp.AppendGzipBytesLevel(nil, a.body, fasthttp.CompressDefaultCompression); len(packed) < len(a.body) {
			a.packed = packed
		}
	})
	return a.packed
}
