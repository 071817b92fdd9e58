// Traces and logs over two processes, and a collector that misbehaves.

package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"gongkai/account"
	"gongkai/channel"
	"gongkai/content"
	"gongkai/store"
)

// gathered is a collector: OTLP over HTTP, in protobuf.
type gathered struct {
	*httptest.Server
	mu    sync.Mutex
	spans []*tracepb.Span
	from  []string // the resources' values
}

func gather(t *testing.T) *gathered {
	g := &gathered{}
	g.Server = httptest.NewServer(g)
	t.Cleanup(g.Close)
	return g
}

// ServeHTTP takes what an exporter sends.
func (g *gathered) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var in collector.ExportTraceServiceRequest
	body, err := io.ReadAll(r.Body)
	if err != nil || r.URL.Path != "/v1/traces" || r.Header.Get("Content-Type") != "application/x-protobuf" || proto.Unmarshal(body, &in) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, of := range in.GetResourceSpans() {
		for _, a := range of.GetResource().GetAttributes() {
			g.from = append(g.from, a.GetValue().GetStringValue())
		}
		for _, scope := range of.GetScopeSpans() {
			g.spans = append(g.spans, scope.GetSpans()...)
		}
	}
	out, _ := proto.Marshal(&collector.ExportTraceServiceResponse{})
	w.Header().Set("Content-Type", "application/x-protobuf")
	_, _ = w.Write(out)
}

// named are the spans of a name.
func (g *gathered) named(name string) (out []*tracepb.Span) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, s := range g.spans {
		if s.GetName() == name {
			out = append(out, s)
		}
	}
	return out
}

func attr(s *tracepb.Span, key string) string {
	for _, a := range s.GetAttributes() {
		if a.GetKey() == key {
			return a.GetValue().GetStringValue()
		}
	}
	return ""
}

// part is one process's worth of program on a folder, with its log.
func (g *gathered) part(t *testing.T, r role, data, instance string) (a *app, log *safeBuffer) {
	t.Helper()
	log = &safeBuffer{}
	cfg := config{Data: data, Session: time.Hour, SessionIdle: time.Hour, WebhookNets: "127.0.0.0/8", WebhookTimeout: 5 * time.Second, Log: "json",
		watching: watching{Instance: instance, tracing: tracing{OtlpURL: g.URL, TraceRatio: 1}}}
	a, err := openAs(t.Context(), r, cfg, log, account.Demo)
	if err != nil {
		t.Fatal(err)
	}
	if r == paying {
		err = a.start()
	} else {
		err = a.startServer()
	}
	if err != nil {
		t.Fatal(err)
	}
	return a, log
}

// linesAbout are the log lines about an item, in order.
func linesAbout(t *testing.T, log *safeBuffer, item, message string) (out []map[string]any) {
	t.Helper()
	for line := range bytes.Lines(log.bytes()) {
		l := map[string]any{}
		if err := json.Unmarshal(line, &l); err != nil {
			t.Fatal("a line that is no JSON:", string(line))
		}
		if l["msg"] == message && (item == "" || l["item"] == item) {
			out = append(out, l)
		}
	}
	return out
}

func TestAnItemIsFollowedOverProcesses(t *testing.T) {
	data, g := filled(t), gather(t)
	api, apiLog := g.part(t, editing|showing, data, "api-1")
	worker, workerLog := g.part(t, paying, data, "worker-1")
	site := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer site.Close()
	if _, _, err := worker.subscribers.Put(t.Context(), channel.Subscriber{Meta: store.Meta{ID: "qinghe-news"}, Name: "下游", URL: site.URL}); err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- api.serve(ctx, ln) }()

	c := newClient("http://" + ln.Addr().String())
	if err := c.signIn(t.Context(), "baomi", demoPassword); err != nil {
		t.Fatal(err)
	}
	it := live(t, api)
	c.does(t, 200, http.MethodGet, "/content/v1/search"+query("site", "qinghe", "q", "青禾"), nil)
	c.does(t, 200, http.MethodPost, "/api/v1/items/"+it.ID+"/steps", map[string]any{"id": "the-suspension", "act": "suspend", "rev": it.Rev, "edition": it.Live.Edition, "reason": "核实名单"},
		"X-Request-Id", "from-the-proxy-1")
	seq := float64(it.Seq + 1) // what the seeding left unpaid is paid too
	of := func(message string) []map[string]any {
		return slices.DeleteFunc(linesAbout(t, workerLog, it.ID, message), func(l map[string]any) bool {
			delivery, _ := l["delivery"].(string)
			return l["seq"] != seq || strings.HasPrefix(delivery, "out-") // the demo's new media are not there
		})
	}
	waitFor(t, "both deliveries are paid", func() bool { return len(of("paid")) >= 2 })
	knows(t, api, "gongkai_sign_ins_total gongkai_sessions gongkai_acts_total gongkai_search_duration_seconds", "gongkai_oldest_debt_seconds gongkai_queue_length")
	knows(t, worker, "gongkai_oldest_debt_seconds gongkai_queue_length gongkai_deliveries_stalled gongkai_part_up gongkai_deliveries_total", "")
	stop()
	for _, err := range []error{<-served, worker.close(), api.close()} { // the spans go out
		if err != nil {
			t.Error(err)
		}
	}

	var trace string
	for _, l := range linesAbout(t, apiLog, "", "request") {
		if l["request"] == "from-the-proxy-1" {
			trace, _ = l["trace"].(string)
		}
	}
	acts, told, paid := linesAbout(t, apiLog, it.ID, "act"), of("told"), of("paid")
	if len(acts) != 1 || acts[0]["act"] != "suspend" || acts[0]["seq"] != seq || acts[0]["request"] != "from-the-proxy-1" || acts[0]["instance"] != "api-1" {
		t.Error("the act, in the log of the API:", acts)
	}
	if len(told) == 0 || told[0]["instance"] != "worker-1" {
		t.Error("the tell, in the log of the worker:", told)
	}
	var deliveries []string
	for _, l := range paid {
		deliveries = append(deliveries, l["delivery"].(string))
		if l["outcome"] != "confirmed" || l["instance"] != "worker-1" {
			t.Error("a payment, in the log of the worker:", l)
		}
	}
	if slices.Sort(deliveries); !slices.Equal(deliveries, []string{"search." + it.ID, "sub-qinghe-news." + it.ID}) {
		t.Error(deliveries)
	}
	g.follows(t, it.ID, trace)
	g.isImpersonal(t)
}

// knows tells which figures a process gives, and which it leaves to others.
func knows(t *testing.T, a *app, gives, leaves string) {
	t.Helper()
	all, err := a.watch.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range all {
		names = append(names, f.GetName())
	}
	for _, name := range strings.Fields(gives) {
		if !slices.Contains(names, name) {
			t.Errorf("%s is not given: %v", name, names)
		}
	}
	for _, name := range strings.Fields(leaves) {
		if slices.Contains(names, name) {
			t.Errorf("%s is given", name)
		}
	}
}

func TestAContentReplicaIsWatchedWithoutTheRestrictedSide(t *testing.T) {
	data, _ := small(t) // somebody else makes the store
	a, _ := gather(t).part(t, showing, data, "content-1")
	defer func() { _ = a.close() }()
	knows(t, a, "gongkai_part_up gongkai_data_free_bytes gongkai_time_seconds gongkai_store_operation_duration_seconds", "gongkai_sessions gongkai_oldest_debt_seconds gongkai_audit_entries gongkai_deliveries_stalled")
}

// live is an item of the county that the public sees.
func live(t *testing.T, a *app) content.Item {
	t.Helper()
	page, err := a.content.Items.Find(t.Context(), store.Query{Where: []store.Cond{store.Eq("live.state", content.Published)}, Limit: 1})
	if err != nil || len(page.Docs) == 0 {
		t.Fatal(err)
	}
	return page.Docs[0]
}

// follows looks for the item's way in the traces.
func (g *gathered) follows(t *testing.T, item, trace string) {
	t.Helper()
	requests, tells, pays, calls := g.named("POST /api/v1/items/{id}/steps"), g.named("tell"), g.named("pay"), g.named("webhook")
	if len(requests) != 1 || attr(requests[0], "http.route") != "/api/v1/items/{id}/steps" || hex.EncodeToString(requests[0].GetTraceId()) != trace || len(requests[0].GetParentSpanId()) != 0 {
		t.Error("the request, and its trace in the log:", requests, trace)
	}
	below := func(name string, s *tracepb.Span) bool {
		return slices.ContainsFunc(g.named(name), func(c *tracepb.Span) bool { return bytes.Equal(c.GetParentSpanId(), s.GetSpanId()) })
	}
	if len(requests) == 1 && !below("store change", requests[0]) {
		t.Error("the guarded write is not below the request")
	}
	if !slices.ContainsFunc(tells, func(s *tracepb.Span) bool {
		return attr(s, "item") == item && below("store change", s) && len(s.GetParentSpanId()) == 0
	}) {
		t.Error("the tell names its item, and is a trace of its own:", tells)
	}
	calls = slices.DeleteFunc(calls, func(s *tracepb.Span) bool { return attr(s, "delivery") != "sub-qinghe-news."+item })
	if len(calls) == 0 || !slices.ContainsFunc(pays, func(s *tracepb.Span) bool { return bytes.Equal(s.GetSpanId(), calls[0].GetParentSpanId()) }) {
		t.Error("the call to the receiver is below its payment:", calls, pays)
	}
	if found := g.named("GET /content/v1/search"); len(found) != 1 || !below("search search", found[0]) {
		t.Error("the search:", found)
	}
}

var ofTheProgram = regexp.MustCompile(`^[A-Za-z0-9_.:/{} -]*$`)

// isImpersonal: spans hold words of the program, ids and instances; no query,
// path, name or address.
func (g *gathered) isImpersonal(t *testing.T) {
	t.Helper()
	keys := []string{"http.request.method", "http.route", "http.response.status_code", "item", "site", "column", "unit", "subscriber", "delivery", "gongkai.store", "gongkai.collection"}
	for _, s := range g.spans {
		for _, a := range s.GetAttributes() {
			if v := a.GetValue().GetStringValue(); !slices.Contains(keys, a.GetKey()) || !ofTheProgram.MatchString(v) {
				t.Errorf("%s: %s=%q", s.GetName(), a.GetKey(), v)
			}
		}
		if !ofTheProgram.MatchString(s.GetName()) || !ofTheProgram.MatchString(s.GetStatus().GetMessage()) || len(s.GetEvents()) > 0 {
			t.Error(s)
		}
	}
	for _, want := range []string{"gongkai", version, "api-1", "worker-1"} {
		if !slices.Contains(g.from, want) {
			t.Errorf("the resources %v lack %s", g.from, want)
		}
	}
}

func TestACollectorThatMisbehavesCostsNothing(t *testing.T) {
	hang := make(chan struct{})
	defer close(hang)
	answer := func(h http.HandlerFunc) string {
		s := httptest.NewServer(h)
		t.Cleanup(func() { s.CloseClientConnections(); s.Close() })
		return s.URL
	}
	closed := httptest.NewServer(nil)
	closed.Close()
	for name, url := range map[string]string{
		"is away":   closed.URL,
		"refuses":   answer(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }),
		"is broken": answer(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }),
		"is busy": answer(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "60")
			w.WriteHeader(http.StatusTooManyRequests)
		}),
		"talks nonsense": answer(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>sign in</html>") }),
		"hangs": answer(func(_ http.ResponseWriter, r *http.Request) {
			select {
			case <-hang:
			case <-r.Context().Done():
			}
		}),
	} {
		t.Run(name, func(t *testing.T) {
			var failed atomic.Int64
			traces, err := openTraces(t.Context(), tracing{OtlpURL: url, TraceRatio: 1}, "here", func(error) { failed.Add(1) })
			if err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			for range 4 * spansWaiting {
				ctx, ended := traces.span().Begin(t.Context(), "tell", "item", "x")
				traces.did(ctx, "store load", began, nil)
				ended(nil)
			}
			if took := time.Since(began); took > time.Minute { // waiting for a collector that hangs takes longer
				t.Error("the work was held up for", took)
			}
			if name != "hangs" && name != "talks nonsense" {
				waitFor(t, "somebody is told", func() bool { return failed.Load() > 0 })
			}
			began = time.Now()
			if err := traces.close(); err != nil || time.Since(began) > farewell+10*time.Second { // all of it to one that hangs takes twenty
				t.Error("the end was held up for", time.Since(began), err)
			}
		})
	}
}

func TestWithoutACollectorNothingIsTraced(t *testing.T) {
	traces, err := openTraces(t.Context(), tracing{TraceRatio: 1}, "here", nil)
	if traces != nil || err != nil || traces.span() != nil || traces.requests() != nil || traces.close() != nil {
		t.Fatal(traces, err)
	}
	ctx, ended := traces.span().Begin(t.Context(), "tell", "item", "x")
	ended(nil)
	traces.did(ctx, "store load", time.Now(), nil)
	least := 1.0
	for try := 0; try < 5 && least > 0; try++ { // what ends elsewhere in the process may allocate meanwhile
		least = min(least, testing.AllocsPerRun(100, func() { traces.did(ctx, "store load", time.Time{}, nil) }))
	}
	if ctx != t.Context() || least != 0 {
		t.Error("it costs", least)
	}
}

func TestWhatIsKeptIsDecidedByTheRatioOrByOurProxy(t *testing.T) {
	const parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	g := gather(t)
	traces, err := openTraces(t.Context(), tracing{OtlpURL: g.URL, TraceRatio: 0}, "here", func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	for given, want := range map[string]string{"": "", "nonsense": "", parent: "0af7651916cd43dd8448eb211c80319c", strings.TrimSuffix(parent, "1") + "0": ""} {
		ctx, ended := traces.requests()(t.Context(), given)
		traces.did(ctx, "store load", time.Now(), nil)
		if got := ended("GET", "/x/{id}", 503); got != want {
			t.Errorf("traceparent %q: kept as %q, want %q", given, got, want)
		}
	}
	if err := traces.close(); err != nil || len(g.spans) != 2 || len(g.named("GET /x/{id}")) != 1 {
		t.Error(err, g.spans)
	}
}

func TestSettingsOfWatchingAreExplained(t *testing.T) {
	data := t.TempDir()
	for flag, value := range map[string]string{"--otlp-url": "collector:4318", "--trace-ratio": "1.5", "--instance": "some body"} {
		s := gongkaiRun(t, "", "serve", "--data", data, flag, value).wants(t, 2, "GONGKAI_"+strings.ToUpper(strings.ReplaceAll(flag[2:], "-", "_")))
		if strings.Contains(s.out+s.errs, value) {
			t.Errorf("%s: the value is repeated", flag)
		}
	}
}
