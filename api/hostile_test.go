// Whatever is sent, the answer is a clear refusal that repeats nothing of it,
// and the log knows no more than the route.

package api

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"gongkai"
)

func TestHostileInputIsRefusedWithoutBeingRepeated(t *testing.T) {
	o := newOffice(t)
	id := o.drafted()
	items, steps := "/api/v1/items", "/api/v1/items/"+id+"/steps"
	o.as("editor")
	for _, c := range []struct {
		name, path, body string
		status           int
		code, where      string
	}{
		{"no body", items, "", 400, "body_required", ""},
		{"half a JSON", items, `{"kind":"` + rawID, 400, "invalid", "body"},
		{"not JSON", items, rawID, 400, "invalid", "body"},
		{"null", items, "null", 400, "validation", "body"},
		{"a list", items, `["` + rawID + `"]`, 400, "validation", "body"},
		{"a wrong type", items, `{"kind":11010519491231,"unit":"county","fields":{}}`, 400, "validation", "body.kind"},
		{"an unknown property that is a value", items, `{"kind":"notice","unit":"county","fields":{},"` + rawID + `":1}`, 400, "validation", "body"},
		{"an unknown field that is a value", items, `{"kind":"notice","unit":"county","fields":{"` + rawID + `":1}}`, 400, "fields", "fields"},
		{"a field that does not fit", items, `{"kind":"notice","unit":"county","fields":{"date_written":"` + rawID + `"}}`, 400, "fields", "date_written"},
		{"an unknown kind", items, `{"kind":"nowhere","unit":"county","fields":{}}`, 400, "kind", "kind"},
		{"a kind that is a value", items, `{"kind":"` + rawID + `","unit":"county","fields":{}}`, 400, "personal", "body.kind"},
		{"an unknown unit", items, `{"kind":"notice","unit":"nowhere","fields":{}}`, 404, "missing", ""},
		{"a column of nowhere", items, `{"kind":"notice","unit":"county","fields":{},"placements":[{"column":"nowhere"}]}`, 400, "column", "placements"},
		{"a column that is a value", items, `{"kind":"notice","unit":"county","fields":{},"placements":[{"column":"` + rawID + `"}]}`, 400, "personal", "body.placements[0].column"},
		{"a path that climbs", items, `{"kind":"notice","unit":"county","fields":{},"placements":[{"column":"notices","path":"/../nowhere"}]}`, 400, "path", "placements"},
		{"deep nesting", items, strings.Repeat(`{"a":`, 20000), 400, "invalid", "body"},
		{"an act of nowhere", steps, `{"id":"12345678","act":"nowhere"}`, 400, "act", "act"},
		{"a step id too short", steps, `{"id":"1","act":"submit"}`, 400, "validation", "body.id"},
		{"a decision of nowhere", steps, `{"id":"12345678","act":"resolve","resolutions":[{"act":"` + rawID + `"}]}`, 400, "validation", "body.resolutions[0].act"},
		{"a place as a pattern", steps, `{"id":"12345678","act":"resolve","resolutions":[{"act":"mask","place":"[*][*][*][*"}]}`, 400, "resolution_place", "resolutions"},
		{"a huge number", steps, `{"id":"12345678","act":"submit","rev":1e400}`, 400, "invalid", "body"},
		{"a negative rev", steps, `{"id":"12345678","act":"submit","rev":-1}`, 400, "validation", "body.rev"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := &office{t: t, url: o.url, users: o.users, tokens: o.tokens}
			got := o.as("editor").send(c.path, c.body).hides(rawID, "11010519491231", "invalid character")
			if c.status == 200 {
				got.is(200)
				return
			}
			p := got.refused(c.status, c.code)
			if c.where != "" && (len(p.Errors) == 0 || p.Errors[0].Where != c.where || p.Errors[0].Zh == "" || p.Errors[0].En == "") {
				t.Errorf("places %+v, want %s", p.Errors, c.where)
			}
		})
	}
	if strings.Contains(o.log.String(), rawID) {
		t.Error("the log holds what was sent")
	}
}

func TestPathsThatClimbFindNothing(t *testing.T) {
	o := newOffice(t)
	id := o.drafted()
	for _, path := range []string{
		"/api/v1/items/..%2f..%2fetc%2fpasswd", "/api/v1/items/%2e%2e/%2e%2e/trail", "/api/v1/items/" + id + "/files/..%2f..%2fsecret",
		"/api/v1/items/" + id + "/files/sheet%2f" + strings.Repeat("a", 64), "/api/v1/items/%00", "/api/v1/items/" + strings.Repeat("a", 5000),
		"/api/v1/items/" + id + "%0d%0aSet-Cookie:%20a=b", "/API/V1/items", "/api/v1/items/", "//api/v1/items",
	} {
		got := o.as("administrator").get(path)
		if got.status != 400 && got.status != 403 && got.status != 404 && got.status != 414 {
			t.Errorf("%q: %d %s", path[:min(len(path), 60)], got.status, got.body)
		}
		if got.header.Get("Set-Cookie") != "" || strings.Contains(got.body, "etc") {
			t.Errorf("%q was repeated: %s", path[:min(len(path), 60)], got.body)
		}
	}
}

func TestQueriesThatDoNotFitAreNamed(t *testing.T) {
	o := newOffice(t)
	for query, where := range map[string]string{"limit=0": "query.limit", "limit=201": "query.limit", "limit=many": "query.limit", "state=" + rawID: "query.state", "unit=" + strings.Repeat("u", 41): "query.unit"} {
		p := o.as("editor").get("/api/v1/items?"+query).hides(rawID, "many").refused(400, "validation")
		if p.Errors[0].Where != where {
			t.Errorf("%s: %+v", query, p.Errors)
		}
	}
	o.as("editor").get("/api/v1/items?after=" + rawID).hides(rawID).is(400)
}

func TestABodyBeyondTheLimitIsCutOff(t *testing.T) {
	o := newOffice(t)
	big := `{"kind":"notice","unit":"county","fields":{"body":"` + strings.Repeat("a", jsonLimit) + `"}}`
	got := o.as("editor").send("/api/v1/items", big)
	got.refused(413, "too_large")
	o.as("editor").with("Content-Type", "text/plain").send("/api/v1/items", `{"kind":"notice"}`).refused(415, "media_type")
}

func TestAnUploadBeyondTheLimitEnds(t *testing.T) {
	body := &capped{r: strings.NewReader(strings.Repeat("a", 100)), left: 64}
	if n, err := io.Copy(io.Discard, body); !errors.Is(err, errTooLarge) || n > 64 {
		t.Errorf("%d bytes came through: %v", n, err)
	}
	whole := &capped{r: strings.NewReader(strings.Repeat("a", 64)), left: 64}
	if n, err := io.Copy(io.Discard, whole); err != nil || n != 64 {
		t.Errorf("%d bytes came through: %v", n, err)
	}
	if p := problemOf(t.Context(), orTooLarge(gongkai.E(gongkai.Unavailable, "files", "", "").Because(errTooLarge))); p.Status != 413 {
		t.Errorf("the answer is %d", p.Status)
	}
}

// What is left of a refused body must not be taken for the next request.
func TestARefusedBodyIsNotReadAsTheNextRequest(t *testing.T) {
	o := newOffice(t)
	smuggled := "GET /api/v1/session HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + o.as("editor").token + "\r\n\r\n"
	body := strings.Repeat("a", 64<<10) + smuggled
	for header, status := range map[string]string{"POST /api/v1/items HTTP/1.1": "401", "GET /api/v1/units HTTP/1.1": "401", "POST /api/v1/files?unit=county HTTP/1.1": "401",
		"GET /api/v1/units HTTP/1.1\r\nAuthorization: Bearer " + o.as("editor").token: "200"} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(o.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.SetDeadline(time.Now().Add(time.Minute))
		fmt.Fprintf(conn, "%s\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", header, len(body), body)
		raw, _ := io.ReadAll(bufio.NewReader(conn))
		conn.Close()
		if n := strings.Count(string(raw), "HTTP/1.1 "); n != 1 || !strings.HasPrefix(string(raw), "HTTP/1.1 "+status) {
			t.Errorf("%s: %d answers: %.300s", header, n, raw)
		}
	}
}

func TestHeadersAreBoundedAndNotBelieved(t *testing.T) {
	o := newOffice(t)
	if got := o.as("").with("X-Big", strings.Repeat("a", 20<<10)).get("/healthz"); got.header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("not safe: %v", got.header)
	} else {
		got.refused(431, "headers_too_large")
	}
	for _, bad := range []string{"short", "13812345678", strings.Repeat("a", 65), "id with spaces", rawID + "\"<b>"} {
		if got := o.as("").with("X-Request-Id", bad).get("/healthz").header.Get("X-Request-Id"); got == bad || got == "" {
			t.Errorf("the request id %q was taken", bad)
		}
	}
	if got := o.as("").with("X-Request-Id", "caller-0042").get("/healthz").header.Get("X-Request-Id"); got != "caller-0042" {
		t.Errorf("a well-formed request id became %q", got)
	}
	for _, auth := range []string{"Bearer", "Bearer ", "Bearer gk_", "Bearer gk_guess", "Bearer guess", "Basic YTpi", strings.Repeat("Bearer ", 50)} {
		o.as("").with("Authorization", auth).get("/api/v1/units").is(401).hides("guess")
	}
}

func TestEveryAnswerIsSafeToShow(t *testing.T) {
	o := newOffice(t)
	for _, path := range []string{"/healthz", "/api/v1/units", "/nowhere", "/docs", "/openapi.json"} {
		h := o.as("").get(path).header
		if h.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(h.Get("Content-Security-Policy"), "frame-ancestors 'none'") || h.Get("Cache-Control") != "no-store" || h.Get("Server") != "" {
			t.Errorf("%s: %v", path, h)
		}
	}
	o.as("").get("/nowhere/"+rawID).hides(rawID).refused(404, "no_route")
	o.as("").do("PATCH", "/api/v1/items", "{}").refused(405, "method")
	if got := o.as("").do("HEAD", "/healthz", nil).is(200); got.body != "" {
		t.Errorf("HEAD has a body: %s", got.body)
	}
}

func TestAPanicSaysNothingAndLogsItsStackOnly(t *testing.T) {
	o := newOffice(t)
	other, err := New(o.server.Deps) // routes are added before a server serves
	if err != nil {
		t.Fatal(err)
	}
	o.server = other
	other.routes.raw(fiber.MethodGet, "/panics", public(), func(*fiber.Ctx) error { panic("the value " + rawID) })
	o.serve()
	p := o.as("").get("/panics").hides(rawID).refused(500, "internal")
	log := o.log.String()
	if strings.Contains(log, rawID) || !strings.Contains(log, "hostile_test.go") || !strings.Contains(log, p.RequestID) {
		t.Errorf("the log is %s", log)
	}
	o.as("").get("/healthz").is(200)
}

func TestTheLogKnowsRoutesNotPaths(t *testing.T) {
	o := newOffice(t)
	id := o.drafted()
	o.as("editor").get("/api/v1/items/" + id + "?unit=secret-query").is(200)
	o.as("").get("/nowhere/private-name").is(404)
	log := o.log.String()
	for _, bad := range []string{"secret-query", "private-name", "/items/" + id, officePassword, o.as("editor").token, "127.0.0.1"} {
		if strings.Contains(log, bad) {
			t.Errorf("the log holds %q", bad)
		}
	}
	for _, good := range []string{`"route":"/api/v1/items/{id}"`, `"route":"none"`, `"status":404`} {
		if !strings.Contains(log, good) {
			t.Errorf("the log lacks %s: %s", good, log)
		}
	}
}

func TestOnlyOurOwnProxiesSayWhoTheyForwardFor(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	for _, c := range []struct{ remote, forwarded, want string }{
		{"203.0.113.5", "198.51.100.1", "203.0.113.5"},
		{"10.0.0.1", "198.51.100.1", "198.51.100.1"},
		{"10.0.0.1", "1.2.3.4, 198.51.100.1, 10.0.0.2", "198.51.100.1"},
		{"10.0.0.1", "", "10.0.0.1"},
		{"10.0.0.1", "10.0.0.3", "10.0.0.3"},
	} {
		if got := clientIP(c.remote, c.forwarded, trusted); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

func TestAProxyThatAddsALineOfItsOwnIsBelievedNotTheClient(t *testing.T) {
	o := newOffice(t, func(c *Config) { c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} })
	ask := func(method, path, body string, lines ...string) int {
		req, err := http.NewRequestWithContext(t.Context(), method, o.url+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header["X-Forwarded-For"], req.Header["Content-Type"] = lines, []string{"application/json"}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		return resp.StatusCode
	}
	guess := func(i int) int {
		return ask("POST", "/api/v1/session", fmt.Sprintf(`{"login":"user-%d","password":"a-wrong-guess"}`, i), fmt.Sprintf("198.51.100.%d", i), "203.0.113.5")
	}
	status := 0
	for i := 0; i < 60 && status != http.StatusTooManyRequests; i++ {
		status = guess(i)
	}
	if status != http.StatusTooManyRequests {
		t.Errorf("who writes a header of their own may guess as often as they like: %d", status)
	}
	if status := ask("GET", "/metrics", "", "", "203.0.113.5"); status != http.StatusForbidden {
		t.Errorf("figures for a stranger: %d", status)
	}
}

func TestMetricsAreForThisMachine(t *testing.T) {
	o := newOffice(t)
	o.as("").get("/api/v1/items/" + o.drafted()).is(401)
	o.as("").with("X-Forwarded-For", "203.0.113.5").get("/metrics").refused(403, "loopback")
	got := o.as("").get("/metrics").is(200)
	for _, want := range []string{`route="/api/v1/items/{id}"`, "gongkai_http_request_duration_seconds_bucket", `gongkai_http_errors_total{kind="unauthenticated"} 1`, `gongkai_http_errors_total{kind="denied"} 1`} {
		if !strings.Contains(got.body, want) {
			t.Errorf("the figures lack %s", want)
		}
	}
	open := newOffice(t, func(c *Config) { c.OpenMetrics = true })
	open.as("").with("X-Forwarded-For", "203.0.113.5").get("/metrics").is(200)
}

func TestReadyNamesThePartThatDoesNotAnswer(t *testing.T) {
	o := newOffice(t)
	o.as("").get("/readyz").is(200)
	if err := o.content.DB.Close(); err != nil {
		t.Fatal(err)
	}
	got := o.as("").get("/readyz").is(503)
	if !strings.Contains(got.body, `"store":false`) || !strings.Contains(got.body, `"public":true`) {
		t.Errorf("got %s", got.body)
	}
	o.as("").get("/healthz").is(200)
}
