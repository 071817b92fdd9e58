// Figures for the operator, in the form of Prometheus.

package api

import (
	"net/netip"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"gongkai"
)

type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
}

// newMetrics has a registry of its own: two servers may run in one process.
func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "gongkai_http_requests_total", Help: "Requests by method, route and status."}, []string{"method", "route", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "gongkai_http_request_seconds", Help: "Time to answer by method and route.", Buckets: prometheus.ExponentialBuckets(0.001, 2.5, 10)}, []string{"method", "route"}),
	}
	m.registry.MustRegister(m.requests, m.duration, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// seen counts a request by its route, never by its path.
func (m *metrics) seen(method, route string, status int, took time.Duration) {
	m.requests.WithLabelValues(method, route, strconv.Itoa(status)).Inc()
	m.duration.WithLabelValues(method, route).Observe(took.Seconds())
}

// Collect adds the figures of another part: the queue's length, what is owed.
func (s *Server) Collect(c prometheus.Collector) error { return s.metrics.registry.Register(c) }

// Gauge adds one figure that is asked for at each scrape.
func (s *Server) Gauge(name, help string, value func() float64) error {
	return s.Collect(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value))
}

// serveMetrics answers this machine alone, unless configured otherwise: figures
// say who works when. A proxy on this machine speaks for strangers, so what
// was forwarded does not count as ours.
func (s *Server) serveMetrics() fiber.Handler {
	serve := adaptor.HTTPHandler(promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{}))
	return func(c *fiber.Ctx) error {
		from, err := netip.ParseAddr(c.Context().RemoteIP().String())
		ours := err == nil && from.Unmap().IsLoopback() && c.Get("X-Forwarded-For") == "" && c.Get("Forwarded") == ""
		if !ours && !s.conf.OpenMetrics {
			return gongkai.E(gongkai.Denied, "loopback", "只供本机读取", "for this machine only")
		}
		return serve(c)
	}
}
