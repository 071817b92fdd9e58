// The cache of the content API: whole answers as they are sent, kept for as long
// as nothing of what they were made of changes.

package api

import (
	"bytes"
	"net/http"
	"strings"
	"sync"
	"time"

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
	metrics *metrics

	sent, awaited, anew prometheus.Counter
}

// keptAnswer is what was sent, and what it was made of.
type keptAnswer struct {
	reading *publication.Reading
	route   string
	whole   variant
	once    sync.Once
	packed  *variant // compressed; nil: that saves nothing

	sent, known prometheus.Counter // requests answered with it, and with 304
	took        prometheus.Observer
}

// variant (表示形式) is an answer as it is sent: there is one for those who take it compressed,
// and one for the others.
type variant struct {
	header fasthttp.ResponseHeader
	etag   string
	body   []byte
}

// newCache keeps about size bytes of answers.
func newCache(public *publication.Public, size int64, route func(*fiber.Ctx) string, m *metrics) (*cache, error) {
	answers, err := otter.New(&otter.Options[string, *keptAnswer]{
		MaximumWeight: uint64(size),
		Weigher: func(path string, a *keptAnswer) uint32 {
			return uint32(len(path) + len(a.whole.body)*3/2 + 2<<10)
		},
	})
	return &cache{public: public, answers: answers, route: route, metrics: m,
		sent: m.kept.WithLabelValues("kept"), awaited: m.kept.WithLabelValues("awaited"), anew: m.kept.WithLabelValues("made")}, err
}

// serve answers from what is kept: whoever asks gets the same.
func (k *cache) serve(c *fiber.Ctx) error {
	began, r := time.Now(), c.Request()
	path := r.RequestURI()
	if !bytes.HasPrefix(path, []byte(contentPrefix)) || !r.Header.IsGet() && !r.Header.IsHead() || r.Header.ContentLength() > 0 || r.IsBodyStream() {
		return c.Next()
	}
	a, ok := k.answers.GetIfPresent(utils.UnsafeString(path))
	if !ok || !a.reading.Holds() {
		return c.Next()
	}
	k.sent.Inc()
	known := a.send(c)
	if v := visitOf(c.UserContext()); v != nil { // which counts it
		v.route = a.route
		return nil
	}
	if known {
		a.known.Inc()
	} else {
		a.sent.Inc()
	}
	if id := r.Header.Peek("X-Request-Id"); len(id) > 0 && mayBeID(utils.UnsafeString(id)) {
		c.Response().Header.SetBytesV("X-Request-Id", id)
	}
	a.took.Observe(time.Since(began).Seconds())
	return nil
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
	a := &keptAnswer{reading: reading, route: k.route(c)}
	a.whole.etag, a.whole.body = string(r.Header.Peek(fiber.HeaderETag)), append([]byte(nil), r.Body()...)
	r.Header.CopyTo(&a.whole.header)
	for _, name := range ofOneRequest {
		a.whole.header.Del(name)
	}
	a.whole.header.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	a.sent, a.known, a.took = k.metrics.of(http.MethodGet, a.route)
	if len(a.whole.body) <= keptBody && reading.Holds() {
		k.answers.Set(path, a)
	}
	return a
}

// ofOneRequest are the headers that are not kept.
var ofOneRequest = []string{"X-Request-Id", fiber.HeaderContentLength, fiber.HeaderDate, fiber.HeaderServer, fiber.HeaderConnection}

// send answers a request: compressed if the reader takes that, with nothing if
// the reader has it, which it tells.
func (a *keptAnswer) send(c *fiber.Ctx) (known bool) {
	f, r := &a.whole, c.Response()
	if packed := a.forReader(c); packed != nil {
		f = packed
	}
	id := r.Header.Peek("X-Request-Id")
	f.header.CopyTo(&r.Header)
	if len(id) > 0 {
		r.Header.SetBytesV("X-Request-Id", id)
	}
	if known := c.Request().Header.Peek(fiber.HeaderIfNoneMatch); len(known) > 0 && (PublicIf{IfNoneMatch: utils.UnsafeString(known)}).has(f.etag) {
		r.ResetBody()
		r.SetStatusCode(http.StatusNotModified)
		return true
	}
	r.SetBodyRaw(f.body)
	return false
}

// forReader is the compressed form, made once, if the reader takes it.
func (a *keptAnswer) forReader(c *fiber.Ctx) *variant {
	takes := c.Request().Header.Peek(fiber.HeaderAcceptEncoding)
	if len(a.whole.body) < packFrom || !bytes.Contains(takes, []byte("gzip")) || c.AcceptsEncodings("gzip") == "" {
		return nil
	}
	a.once.Do(func() {
		if body := fasthttp.AppendGzipBytesLevel(nil, a.whole.body, fasthttp.CompressDefaultCompression); len(body) < len(a.whole.body) {
			p := &variant{etag: strings.TrimSuffix(a.whole.etag, `"`) + `-gzip"`, body: body}
			a.whole.header.CopyTo(&p.header)
			p.header.Set(fiber.HeaderContentEncoding, "gzip")
			p.header.Set(fiber.HeaderETag, p.etag)
			a.packed = p
		}
	})
	return a.packed
}
