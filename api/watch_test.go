// What is counted and traced of requests: routes, kinds and outcomes, never who
// or what it was about.

package api

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"

	"gongkai/policy"
)

func TestSignInsAreCountedByOutcomeAndNeverByLogin(t *testing.T) {
	o := newOffice(t)
	o.hire("limingxiao", policy.Editor, "county")
	o.as("").post("/api/v1/session", signIn("limingxiao", officePassword)).is(200)
	for range 6 {
		o.as("").post("/api/v1/session", signIn("limingxiao", "wrong"))
	}
	o.as("").with("Authorization", "Bearer gk_madeup").get("/api/v1/session").is(401)
	got := o.as("").get("/metrics").is(200)
	for _, want := range []string{`gongkai_sign_ins_total{outcome="ok"} 1`, `gongkai_sign_ins_total{outcome="wrong"} 5`,
		`gongkai_sign_ins_total{outcome="throttled"} 1`, `gongkai_sign_ins_total{outcome="key"} 1`, `gongkai_sign_ins_total{outcome="failed"} 0`,
		`gongkai_http_errors_total{kind="too_many"} 1`} {
		if !strings.Contains(got.body, want) {
			t.Errorf("the figures lack %s", want)
		}
	}
	if strings.Contains(got.body, "limingxiao") {
		t.Error("the figures name somebody")
	}
}

func TestTracesOfRequestsNameTheRouteAndTrustOurProxiesAlone(t *testing.T) {
	const parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	var mu sync.Mutex
	var parents, ended []string
	trace := func(ctx context.Context, parent string) (context.Context, Ended) {
		mu.Lock()
		defer mu.Unlock()
		parents = append(parents, parent)
		return ctx, func(method, route string, status int) string {
			mu.Lock()
			defer mu.Unlock()
			ended = append(ended, fmt.Sprint(method, " ", route, " ", status))
			return "0af7651916cd43dd8448eb211c80319c"
		}
	}
	o := newOffice(t)
	o.server.Trace = trace
	o.as("").with("traceparent", parent).get("/content/v1/items?site=" + "13800138000").is(200)
	o.server.conf.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	o.as("").with("traceparent", parent).get("/wp-login.php").is(404)
	if want := []string{"", parent}; !slices.Equal(parents, want) {
		t.Errorf("parents %q, want %q", parents, want)
	}
	if want := []string{"GET /content/v1/items 200", "GET none 404"}; !slices.Equal(ended, want) {
		t.Errorf("traced %q, want %q", ended, want)
	}
	if log := o.log.String(); strings.Count(log, `"trace":"0af7651916cd43dd8448eb211c80319c"`) != 2 {
		t.Error("the log does not name the traces:", log)
	}
}

func TestTheRequestIDIsKnownBelow(t *testing.T) {
	o := newOffice(t)
	var seen string
	o.server.Trace = func(ctx context.Context, _ string) (context.Context, Ended) {
		seen = RequestID(ctx)
		return ctx, func(string, string, int) string { return "" }
	}
	got := o.as("").with("X-Request-Id", "from-the-proxy-1").get("/wp-login.php").is(404)
	if seen != "from-the-proxy-1" || got.header.Get("X-Request-Id") != seen || got.str("request_id") != seen {
		t.Error(seen, got.body)
	}
	if strings.Contains(o.log.String(), `"trace"`) || RequestID(context.Background()) != "" {
		t.Error("a trace that is not kept has a name, or what is no request has an id")
	}
}
