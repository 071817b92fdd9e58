// Figures for the operator, in the form of Prometheus.

package api

import (
	"context"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"gongkai"
)

type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	errors   *prometheus.CounterVec
	signIns  *prometheus.CounterVec
	kept     *prometheus.CounterVec
}

// newMetrics counts in registry, or in one of its own: two servers may run in
// one process.
func newMetrics(registry *prometheus.Registry) *metrics {
	if registry == nil {
		registry = prometheus.NewRegistry()
	}
	m := &metrics{
		registry: registry,
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "gongkai_http_requests_total", Help: "Requests by method, route and status."}, []string{"method", "route", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "gongkai_http_request_duration_seconds", Help: "Time to answer by method and route.", Buckets: prometheus.ExponentialBuckets(0.001, 2.5, 10)}, []string{"method", "route"}),
		errors:   prometheus.NewCounterVec(prometheus.CounterOpts{Name: "gongkai_http_errors_total", Help: "Refusals and failures by kind of error."}, []string{"kind"}),
		kept:     prometheus.NewCounterVec(prometheus.CounterOpts{Name: "gongkai_kept_answers_total", Help: "Answers of the content API that may be kept, by outcome."}, []string{"outcome"}),
		signIns:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "gongkai_sign_ins_total", Help: "Attempts to sign in by outcome; keys: refused API keys."}, []string{"outcome"}),
	}
	for _, outcome := range signInOutcomes {
		m.signIns.WithLabelValues(outcome) // an alert on what never happened yet needs its zero
	}
	for _, outcome := range keptOutcomes {
		m.kept.WithLabelValues(outcome)
	}
	registry.MustRegister(m.requests, m.duration, m.errors, m.signIns, m.kept)
	return m
}

// signInOutcomes of gongkai_sign_ins_total; the login is never a label.
var signInOutcomes = []string{"ok", "wrong", "throttled", "failed", "key"}

// keptOutcomes of gongkai_kept_answers_total.
var keptOutcomes = []string{"kept", "awaited", "made"}

// signedIn counts an attempt by a password.
func (m *metrics) signedIn(err error) {
	outcome := "failed"
	switch {
	case err == nil:
		outcome = "ok"
	case gongkai.Is(err, gongkai.Unauthenticated):
		outcome = "wrong"
	case gongkai.Is(err, gongkai.TooMany):
		outcome = "throttled"
	}
	m.signIns.WithLabelValues(outcome).Inc()
}

// seen counts a request by its route, never by its path.
func (m *metrics) seen(method, route string, status int, took time.Duration) {
	m.requests.WithLabelValues(method, route, strconv.Itoa(status)).Inc()
	m.duration.WithLabelValues(method, route).Observe(took.Seconds())
	if status >= http.StatusBadRequest {
		m.errors.WithLabelValues(kindOf(status)).Inc()
	}
}

// of are what counts the answers of one route, looked up once: those with 200,
// those with 304, and the time they take.
func (m *metrics) of(method, route string) (sent, known prometheus.Counter, took prometheus.Observer) {
	return m.requests.WithLabelValues(method, route, "200"), m.requests.WithLabelValues(method, route, "304"), m.duration.WithLabelValues(method, route)
}

// kindOf is the kind of error that a status stands for.
func kindOf(status int) string {
	for k := gongkai.Internal; k <= gongkai.Unavailable; k++ {
		if k.Status() == status {
			return k.String()
		}
	}
	if status < http.StatusInternalServerError {
		return gongkai.Invalid.String()
	}
	return gongkai.Internal.String()
}

// PartsUp asks the parts that the process stands on whether they answer.
func (s *Server) PartsUp(ctx context.Context) map[string]bool {
	all, up := s.standsOn(), map[string]bool{}
	for i, err := range pingAll(ctx, all) {
		up[all[i].Name] = err == nil
	}
	return up
}

// serveMetrics answers this machine alone, unless configured otherwise: figures
// say who works when. A proxy on this machine speaks for strangers, so what
// was forwarded does not count as ours.
func (s *Server) serveMetrics() fiber.Handler {
	serve := adaptor.HTTPHandler(promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{}))
	return func(c *fiber.Ctx) error {
		from, err := netip.ParseAddr(c.Context().RemoteIP().String())
		ours := err == nil && from.Unmap().IsLoopback() && len(c.Request().Header.PeekAll("X-Forwarded-For"))+len(c.Request().Header.PeekAll("Forwarded")) == 0
		if !ours && !s.conf.OpenMetrics {
			return gongkai.E(gongkai.Denied, "loopback", "只供本机读取", "for this machine only")
		}
		return serve(c)
	}
}
