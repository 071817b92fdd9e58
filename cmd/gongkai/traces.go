// Traces over OpenTelemetry: off unless GONGKAI_OTLP_URL says where they go.

package main

import (
	"context"
	"log/slog"
	"net/url"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"gongkai"
	"gongkai/api"
)

// tracing is its settings.
type tracing struct {
	OtlpURL    string  `help:"OpenTelemetry collector for traces (OTLP over HTTP, usually port 4318); none: no traces." zh:"接收链路追踪的 OpenTelemetry 采集器（OTLP，HTTP），端口通常为 4318；不设则不追踪。" env:"GONGKAI_OTLP_URL"`
	TraceRatio float64 `help:"Share of requests and tasks that are traced, 0 to 1." zh:"追踪的请求和任务所占比例，0 到 1。" env:"GONGKAI_TRACE_RATIO" default:"0.1"`
}

// Validate names the variable whose value is wrong, and never the value.
func (t tracing) Validate() error {
	switch {
	case t.OtlpURL != "" && !httpURL.MatchString(t.OtlpURL):
		return wrongSetting("GONGKAI_OTLP_URL", "应为 http 或 https 地址", "must be an http or https address")
	case !(t.TraceRatio >= 0 && t.TraceRatio <= 1): // a NaN is neither
		return wrongSetting("GONGKAI_TRACE_RATIO", "应在 0 到 1 之间", "must be between 0 and 1")
	}
	return nil
}

// traces (链路追踪) hands spans to a collector. A span carries words of the
// program and identifiers: no text, name, path, query or address. A nil one
// traces nothing.
type traces struct {
	tracer   trace.Tracer
	provider *sdk.TracerProvider
}

// Bounds of what a collector can cost: spans wait in memory, at most so many,
// and what does not fit is dropped; an export ends in time, and so do we.
const (
	spansWaiting = 2048
	exportLimit  = 5 * time.Second
	farewell     = 2 * time.Second
)

// openTraces begins to trace, if the settings say where to.
func openTraces(ctx context.Context, t tracing, instance string, failed func(error)) (*traces, error) {
	if t.OtlpURL == "" {
		return nil, nil
	}
	options := []otlptracehttp.Option{otlptracehttp.WithEndpointURL(t.OtlpURL), otlptracehttp.WithTimeout(exportLimit), otlptracehttp.WithRetry(otlptracehttp.RetryConfig{Enabled: false})}
	if u, err := url.Parse(t.OtlpURL); err == nil && (u.Path == "" || u.Path == "/") {
		options = append(options, otlptracehttp.WithURLPath("/v1/traces"))
	}
	exporter, err := otlptracehttp.New(ctx, options...)
	if err != nil {
		return nil, wrongSetting("GONGKAI_OTLP_URL", "无法使用", "cannot be used")
	}
	us := resource.NewSchemaless(attribute.String("service.name", "gongkai"), attribute.String("service.version", version), attribute.String("service.instance.id", instance))
	provider := sdk.NewTracerProvider(sdk.WithResource(us), sdk.WithSampler(sdk.ParentBased(sdk.TraceIDRatioBased(t.TraceRatio))),
		sdk.WithBatcher(quietly{exporter, failed}, sdk.WithMaxQueueSize(spansWaiting), sdk.WithExportTimeout(exportLimit)))
	return &traces{provider.Tracer("gongkai"), provider}, nil
}

// close hands over what waits, if the collector takes it at once.
func (t *traces) close() error {
	if t != nil {
		ctx, cancel := context.WithTimeout(context.Background(), farewell)
		defer cancel()
		_ = t.provider.Shutdown(ctx) // a collector that is away ends nothing
	}
	return nil
}

// quietly keeps what the collector says out of the log: it has addresses.
type quietly struct {
	sdk.SpanExporter
	failed func(error)
}

// ExportSpans implements sdk.SpanExporter.
func (q quietly) ExportSpans(ctx context.Context, spans []sdk.ReadOnlySpan) error {
	if err := q.SpanExporter.ExportSpans(ctx, spans); err != nil {
		q.failed(err)
	}
	return nil
}

// unsent counts batches that the collector did not take, and says so once a
// minute.
func (a *app) unsent() func(error) {
	var said atomic.Int64
	return func(error) {
		a.watch.lostWays.Inc()
		now := time.Now().Unix()
		if last := said.Load(); now-last >= 60 && said.CompareAndSwap(last, now) {
			a.log.Log(context.Background(), slog.LevelWarn, "the collector of traces (GONGKAI_OTLP_URL) does not take them; nothing else is affected", "code", "traces")
		}
	}
}

// span is how the parts below trace.
func (t *traces) span() gongkai.Span {
	if t == nil {
		return nil
	}
	return func(ctx context.Context, name string, ids ...string) (context.Context, func(error)) {
		ctx, span := t.tracer.Start(ctx, name, trace.WithAttributes(named(ids)...))
		return ctx, func(err error) { end(span, err) }
	}
}

// named are pairs of a name and an identifier as attributes.
func named(ids []string) (out []attribute.KeyValue) {
	for i := 0; i+1 < len(ids); i += 2 {
		out = append(out, attribute.String(ids[i], ids[i+1]))
	}
	return out
}

// end ends a span; of an error it keeps kind and code.
func end(span trace.Span, err error) {
	if err != nil {
		span.SetStatus(codes.Error, gongkai.KindOf(err).String()+"/"+gongkai.CodeOf(err))
	}
	span.End()
}

// did adds what is over already, if the work around it is traced.
func (t *traces) did(ctx context.Context, name string, began time.Time, err error, ids ...string) {
	if t == nil || !trace.SpanFromContext(ctx).IsRecording() {
		return
	}
	_, span := t.tracer.Start(ctx, name, trace.WithTimestamp(began), trace.WithAttributes(named(ids)...), trace.WithSpanKind(trace.SpanKindClient))
	end(span, err)
}

// requests is how the server traces.
func (t *traces) requests() api.Trace {
	if t == nil {
		return nil
	}
	return func(ctx context.Context, parent string) (context.Context, api.Ended) {
		ctx = propagation.TraceContext{}.Extract(ctx, propagation.MapCarrier{"traceparent": parent})
		ctx, span := t.tracer.Start(ctx, "request", trace.WithSpanKind(trace.SpanKindServer))
		return ctx, func(method, route string, status int) string {
			span.SetName(method + " " + route)
			span.SetAttributes(attribute.String("http.request.method", method), attribute.String("http.route", route), attribute.Int("http.response.status_code", status))
			if status >= 500 {
				span.SetStatus(codes.Error, "")
			}
			span.End()
			if !span.SpanContext().IsSampled() {
				return ""
			}
			return span.SpanContext().TraceID().String()
		}
	}
}
