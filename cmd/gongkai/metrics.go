// What is counted in every process, whatever its role: one registry, which
// /metrics of its listener answers. docs/watching.md has the table.

package main

import (
	"context"
	"errors"
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"gongkai"
	"gongkai/channel"
	"gongkai/content"
	"gongkai/jobs"
	"gongkai/notify"
	"gongkai/store"
	"gongkai/workflow"
)

// watch (监测) counts what happens. Labels are words of the program: kinds,
// acts, tables; never anything that a person wrote.
type watch struct {
	registry *prometheus.Registry
	storeOps *prometheus.HistogramVec
	storeBad *prometheus.CounterVec
	searches *prometheus.HistogramVec
	acts     *prometheus.CounterVec
	leaks    *prometheus.CounterVec
	gate     *prometheus.CounterVec
	jobTimes *prometheus.HistogramVec
	jobBad   *prometheus.CounterVec
	told     *prometheus.HistogramVec
	paid     *prometheus.CounterVec
	paidIn   *prometheus.HistogramVec
	planned  *prometheus.CounterVec
	letters  *prometheus.CounterVec
	lostWays prometheus.Counter // exports of traces that failed
	traces   *traces            // nil: off
}

// Buckets: of the store, of whole tasks, and of what people wait for.
var (
	quick = []float64{.0005, .002, .01, .05, .25, 1, 5}
	calls = []float64{.005, .025, .1, .5, 1, 2.5, 5, 15, 30}
	waits = []float64{.1, .5, 1, 5, 15, 60, 300, 1800, 3600, 6 * 3600}
)

func newWatch() *watch {
	w := &watch{
		registry: prometheus.NewRegistry(),
		storeOps: histogram("gongkai_store_operation_duration_seconds", "Time of one operation of a store.", quick, "store", "operation", "collection"),
		storeBad: counter("gongkai_store_errors_total", "Operations that a store failed, by kind of error.", "store", "operation", "kind"),
		searches: histogram("gongkai_search_duration_seconds", "Time of one operation of the search index.", quick, "operation"),
		acts:     counter("gongkai_acts_total", "Acts on items.", "act"),
		leaks:    counter("gongkai_privacy_recalls_total", "Suspensions and withdrawals because personal data was public.", "act"),
		gate:     counter("gongkai_gate_findings_total", "Findings of the gate by kind of personal data: found in a revision, or settled by an act in a sheet.", "kind", "act"),
		jobTimes: histogram("gongkai_job_duration_seconds", "Time of one task.", calls, "task"),
		jobBad:   counter("gongkai_job_errors_total", "Tasks that failed and are put off, by kind of error.", "task", "kind"),
		told:     histogram("gongkai_change_to_told_seconds", "From a public change to its pages.", waits, "act"),
		paid:     counter("gongkai_deliveries_total", "Calls to channels by outcome.", "channel_kind", "outcome"),
		paidIn:   histogram("gongkai_delivery_duration_seconds", "Time of one call to a channel.", calls, "channel_kind"),
		planned:  counter("gongkai_schedules_total", "Schedules that were due, by what became of them.", "act", "outcome"),
		letters:  counter("gongkai_letters_total", "Mails and messages to chats by outcome of one try.", "way", "outcome"),
		lostWays: prometheus.NewCounter(prometheus.CounterOpts{Name: "gongkai_trace_export_failures_total", Help: "Batches of spans that the collector did not take."}),
	}
	w.zeroes()
	w.registry.MustRegister(w.storeOps, w.storeBad, w.searches, w.acts, w.leaks, w.gate, w.jobTimes, w.jobBad, w.told, w.paid, w.paidIn, w.planned, w.letters, w.lostWays,
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "gongkai_build_info", Help: "1; which build this is.", ConstLabels: prometheus.Labels{"version": version, "go": runtime.Version()}}, func() float64 { return 1 }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "gongkai_time_seconds", Help: "The clock of this process, Unix time."}, func() float64 { return float64(time.Now().UnixMilli()) / 1000 }),
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return w
}

func counter(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
}

func histogram(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets}, labels)
}

// zeroes lets what an alert looks at begin at nought: an increase from nothing
// is none to Prometheus.
func (w *watch) zeroes() {
	for _, act := range []string{"suspend", "withdraw", "release", "unbuilt"} {
		w.acts.WithLabelValues(act)
	}
	for _, act := range []string{"suspend", "withdraw"} {
		w.leaks.WithLabelValues(act)
	}
	for _, kind := range channel.Kinds {
		for _, outcome := range jobs.Outcomes {
			w.paid.WithLabelValues(kind, outcome)
		}
	}
	for _, act := range workflow.Schedulables {
		for _, outcome := range workflow.Outcomes {
			w.planned.WithLabelValues(act.Act, outcome)
		}
	}
	for _, way := range []string{notify.WayMail, notify.WayRobot} {
		for _, outcome := range notify.Outcomes {
			w.letters.WithLabelValues(way, outcome)
		}
	}
	for _, operation := range []string{"load", "insert", "change", "scan"} {
		w.storeBad.WithLabelValues("content", operation, gongkai.Unavailable.String())
		w.storeBad.WithLabelValues("public", operation, gongkai.Unavailable.String())
	}
	for _, task := range []string{"tell", "pay"} {
		w.jobBad.WithLabelValues(task, gongkai.Internal.String())
	}
}

// sent is told of every try to send a letter.
func (w *watch) sent(way, outcome string) { w.letters.WithLabelValues(way, outcome).Inc() }

// stored is told of every operation of a store.
func (w *watch) stored(name string) func(context.Context, store.Work) {
	return func(ctx context.Context, work store.Work) {
		w.storeOps.WithLabelValues(name, work.Name, work.Table).Observe(time.Since(work.Began).Seconds())
		if work.Err != nil {
			w.storeBad.WithLabelValues(name, work.Name, kindOf(work.Err)).Inc()
		}
		w.traces.did(ctx, "store "+work.Name, work.Began, work.Err, "gongkai.store", name, "gongkai.collection", work.Table)
	}
}

// kindOf is the kind of an error; who gave up waiting is told apart.
func kindOf(err error) string {
	if errors.Is(err, context.Canceled) {
		return "cancelled"
	}
	return gongkai.KindOf(err).String()
}

// searched is told of every operation of the index.
func (w *watch) searched(ctx context.Context, op string, began time.Time, err error) {
	w.searches.WithLabelValues(op).Observe(time.Since(began).Seconds())
	w.traces.did(ctx, "search "+op, began, err)
}

// ofItems is what the engine tells.
func (a *app) ofItems() workflow.Watch {
	return workflow.Watch{Acted: a.acted, Gate: func(kind, act string) { a.watch.gate.WithLabelValues(kind, act).Inc() }}
}

// ofJobs is what the workers tell.
func (w *watch) ofJobs() jobs.Watch {
	return jobs.Watch{
		Span: w.traces.span(),
		Done: func(task string, took time.Duration, err error) {
			w.jobTimes.WithLabelValues(task).Observe(took.Seconds())
			if err != nil {
				w.jobBad.WithLabelValues(task, kindOf(err)).Inc()
			}
		},
		Told:      func(act string, after time.Duration) { w.told.WithLabelValues(act).Observe(after.Seconds()) },
		Scheduled: func(act, outcome string) { w.planned.WithLabelValues(act, outcome).Inc() },
		Paid: func(d channel.Delivery, outcome string, took time.Duration) {
			kind := channel.KindOf(d.Channel)
			w.paid.WithLabelValues(kind, outcome).Inc()
			w.paidIn.WithLabelValues(kind).Observe(took.Seconds())
		},
	}
}

// recalled counts what was taken back because of personal data.
func (w *watch) recalled(it content.Item, act string) {
	if it.Live.Privacy && (act == "suspend" || act == "withdraw") {
		w.leaks.WithLabelValues(act).Inc()
	}
}
