// Every route, every role: who may come in. A route without a decision, or one
// whose handler decides otherwise than its door says, fails here.

package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"gongkai"
	"gongkai/channel"
	"gongkai/policy"
	"gongkai/store"
)

var update = flag.Bool("update", false, "write the golden files anew")

// everybody who may stand at a door: nobody, two programs, all roles, and a
// person without any.
var everybody = func() []string {
	out := []string{"", "no-role", "key:read", "key:write"}
	for _, r := range policy.Roles {
		if !strings.HasPrefix(r.ID, "key:") {
			out = append(out, r.ID)
		}
	}
	return out
}()

// sample is a request that reaches the decision of an operation whoever asks,
// and changes nothing that the next one needs. {item}, {sheet} … are filled in.
type sample struct {
	path string
	body any
}

func samples(fixture map[string]string) map[string]sample {
	fill := func(path string) string {
		for k, v := range fixture {
			path = strings.ReplaceAll(path, "<"+k+">", v)
		}
		return path
	}
	item := "/api/v1/items/<item>"
	unknown := strings.Repeat("0", 64)
	out := map[string]sample{
		"sign-in":                {"/api/v1/session", map[string]any{"login": "nobody", "password": "x"}},
		"who-am-i":               {"/api/v1/session", nil},
		"sign-out":               {"/api/v1/session", nil},
		"change-password":        {"/api/v1/session/password", map[string]any{"old": "not it", "password": "another-good-one-5"}},
		"first-link":             {"/api/v1/first?token=guess", nil},
		"claim-first":            {"/api/v1/first", map[string]any{"token": "guess", "login": "a", "name": "b", "password": "c"}},
		"create-item":            {"/api/v1/items", draft("关于矩阵的通知")},
		"list-items":             {"/api/v1/items?unit=county", nil},
		"get-item":               {item, nil},
		"get-working":            {item + "/working", nil},
		"put-working":            {item + "/working", map[string]any{"fields": map[string]any{"title": "稿"}}},
		"open-item":              {item + "/open", map[string]any{}},
		"close-item":             {item + "/open", nil},
		"list-revisions":         {item + "/revisions", nil},
		"save-revision":          {"/api/v1/items/<free>/revisions", map[string]any{"fields": map[string]any{"title": "关于矩阵的通知"}}},
		"get-revision":           {item + "/revisions/<revision>", nil},
		"differences":            {item + "/differences", nil},
		"differences-page":       {item + "/differences.html?layout=side", nil},
		"list-comments":          {item + "/comments", nil},
		"get-comment":            {item + "/comments/nothing", nil},
		"comment":                {item + "/comments", map[string]any{"id": "matrix-comment", "revision": "another", "place": "title", "text": "请核对"}},
		"answer-comment":         {item + "/comments/nothing/replies", map[string]any{"id": "matrix-reply-1", "text": "已核对"}},
		"resolve-comment":        {item + "/comments/nothing/state", map[string]any{"state": "resolved"}},
		"withdraw-reply":         {item + "/comments/nothing/replies/none", nil},
		"list-findings":          {item + "/findings", nil},
		"sum-findings":           {item + "/findings/summary", nil},
		"list-sheets":            {item + "/sheets", nil},
		"get-sheet":              {item + "/sheets/<sheet>", nil},
		"diff-sheets":            {item + "/sheets/<sheet>/diff?from=<sheet>", nil},
		"list-steps":             {item + "/steps", nil},
		"step":                   {item + "/steps", map[string]any{"id": "matrix-step-1", "act": "no-such-act"}},
		"upload":                 {"/api/v1/files?unit=county", "no file"},
		"get-original":           {item + "/files/" + unknown, nil},
		"get-sheet-file":         {item + "/sheets/<sheet>/files/" + unknown, nil},
		"list-delegations":       {"/api/v1/delegations", nil},
		"add-delegation":         {"/api/v1/delegations", map[string]any{"to": "nobody", "role": "reviewer-1", "unit": "county", "end": 1, "reason": "休假"}},
		"end-delegation":         {"/api/v1/delegations/nothing", nil},
		"get-desk":               {"/api/v1/desk", nil},
		"get-desk-list":          {"/api/v1/desk/mine", nil},
		"list-stuck":             {"/api/v1/stuck?unit=county", nil},
		"batch":                  {"/api/v1/batch", map[string]any{"items": []any{map[string]any{"id": "matrix-batch-1", "item": "none", "rev": 1, "sheet": unknown}}}},
		"item-deliveries":        {item + "/deliveries", nil},
		"form-pdf":               {item + "/form.pdf", nil},
		"form-page":              {item + "/form.html", nil},
		"verify-sheet":           {item + "/verification?digest=" + unknown, nil},
		"verify-sheet-page":      {item + "/verification.html?digest=" + unknown, nil},
		"get-scan":               {item + "/scans/" + unknown, nil},
		"form-summary":           {"/api/v1/reports/forms?unit=county&month=2026-01", nil},
		"form-summary-xlsx":      {"/api/v1/reports/forms.xlsx?unit=county&month=2026-01", nil},
		"form-summary-pdf":       {"/api/v1/reports/forms.pdf?unit=county&month=2026-01", nil},
		"list-deliveries":        {"/api/v1/deliveries", nil},
		"list-call-backs":        {"/api/v1/call-backs", nil},
		"item-call-back":         {item + "/call-back", nil},
		"list-probe-differences": {"/api/v1/probe/differences", nil},
		"retry-delivery":         {"/api/v1/deliveries/<delivery>/retry", map[string]any{}},
		"get-delivery":           {"/api/v1/deliveries/<delivery>", nil},
		"list-channels":          {"/api/v1/channels", nil},
		"pause-channel":          {"/api/v1/channels/sub-none/pause", map[string]any{"why": "检修"}},
		"resume-channel":         {"/api/v1/channels/sub-none/resume", nil},
		"resend":                 {"/api/v1/resends", map[string]any{"column": "notices", "why": "对方丢失数据"}},
		"list-resends":           {"/api/v1/resends", nil},
		"get-resend":             {"/api/v1/resends/<bulk>", nil},
		"stop-resend":            {"/api/v1/resends/<bulk>", nil},
		"rotate-secret":          {"/api/v1/subscribers/none/secret", map[string]any{}},
		"test-subscriber":        {"/api/v1/subscribers/none/test", nil},
		"list-subscribers":       {"/api/v1/subscribers", nil},
		"put-subscriber":         {"/api/v1/subscribers/hall", map[string]any{"name": "政务大厅", "url": "https://hall.example/hook"}},
		"list-platforms":         {"/api/v1/platforms", nil},
		"list-outlets":           {"/api/v1/outlets", nil},
		"put-outlet":             {"/api/v1/outlets/paper", map[string]any{"name": "县报", "kind": "manual"}},
		"fill-outlet":            {"/api/v1/outlets/none/fill", map[string]any{"from": 1}},
		"delivery-text":          {"/api/v1/deliveries/<delivery>/text", nil},
		"decide-delivery":        {"/api/v1/deliveries/<delivery>/decision", map[string]any{"say": "go_on"}},
		"list-units":             {"/api/v1/units", nil},
		"put-unit":               {"/api/v1/units/town", map[string]any{"name": "白水镇人民政府", "parent": "county"}},
		"merge-unit":             {"/api/v1/units/county/merge", map[string]any{"into": "other", "dry_run": true}},
		"get-merger":             {"/api/v1/units/county/merge", nil},
		"confirm-merger":         {"/api/v1/units/county/merge/confirm", nil},
		"call-off-merger":        {"/api/v1/units/county/merge", nil},
		"list-sites":             {"/api/v1/sites", nil},
		"put-site":               {"/api/v1/sites/portal", map[string]any{"name": "青山县人民政府网", "unit": "county"}},
		"list-columns":           {"/api/v1/columns", nil},
		"put-column":             {"/api/v1/columns/notices", map[string]any{"site": "portal", "slug": "notices", "name": "通知公告", "pipeline": "merged"}},
		"list-kinds":             {"/api/v1/kinds", nil},
		"put-kind":               {"/api/v1/kinds/notice", map[string]any{"zh": "通知", "en": "Notice", "own": []any{}}},
		"list-pipelines":         {"/api/v1/pipelines", nil},
		"get-pipeline":           {"/api/v1/pipelines/merged", nil},
		"get-pipeline-version":   {"/api/v1/pipelines/merged/1", nil},
		"list-tiers":             {"/api/v1/tiers", nil},
		"put-tier":               {"/api/v1/tiers/B", map[string]any{"reviews": 3, "proofs": 3, "secrecy": 0, "people": 4}},
		"add-pipeline":           {"/api/v1/pipelines", map[string]any{"name": "none", "zh": "无", "en": "None", "distinct": true, "stages": []any{}}},
		"list-acts":              {"/api/v1/acts", nil},
		"list-field-types":       {"/api/v1/field-types", nil},
		"list-users":             {"/api/v1/users?unit=county", nil},
		"add-user":               {"/api/v1/users", map[string]any{"login": "新人", "name": "新人", "unit": "county", "password": "short"}},
		"disable-user":           {"/api/v1/users/<user>/disabled", map[string]any{"disabled": false}},
		"set-password":           {"/api/v1/users/<user>/password", map[string]any{"password": "short"}},
		"list-grants":            {"/api/v1/grants?role=editor", nil},
		"add-grant":              {"/api/v1/grants", map[string]any{"user": "nobody", "role": "editor", "unit": "county"}},
		"list-pending-grants":    {"/api/v1/grants/pending", nil},
		"confirm-grant":          {"/api/v1/grants/pending/none/confirm", nil},
		"decline-grant":          {"/api/v1/grants/pending/none", nil},
		"remove-grant":           {"/api/v1/grants?user=nobody&role=editor&unit=county", nil},
		"list-keys":              {"/api/v1/keys", nil},
		"create-key":             {"/api/v1/keys", map[string]any{"name": "a", "unit": "nowhere", "scopes": []string{"read"}}},
		"revoke-key":             {"/api/v1/keys/nothing", nil},
		"get-policy":             {"/api/v1/policy", nil},
		"put-rule":               {"/api/v1/policy/rules/matrix", map[string]any{"role": "editor", "act": "no.such.act", "effect": "allow", "zh": "x", "en": "x"}},
		"remove-rule":            {"/api/v1/policy/rules/no_such_rule", nil},
		"list-allowed":           {"/api/v1/units/county/allowed", nil},
		"allow":                  {"/api/v1/units/county/allowed", map[string]any{"kind": "mobile", "value": "no number", "reason": "值班"}},
		"allow-found":            {item + "/allowed", map[string]any{"key": unknown, "reason": "值班"}},
		"disallow":               {"/api/v1/units/county/allowed/" + unknown[:32], nil},
		"list-exemptions":        {"/api/v1/reports/exemptions?unit=county", nil},
		"exemptions-xlsx":        {"/api/v1/reports/exemptions.xlsx?unit=county", nil},
		"gate-report":            {"/api/v1/reports/gate?unit=county", nil},
		"gate-report-xlsx":       {"/api/v1/reports/gate.xlsx?unit=county", nil},
		"list-hits":              {"/api/v1/stock/hits?unit=county", nil},
		"dismiss-hit":            {"/api/v1/stock/hits/<item>/dismiss", map[string]any{"reason": "看过"}},
		"suspend-hit":            {"/api/v1/stock/hits/<item>/suspend", map[string]any{}},
		"stock-pass":             {"/api/v1/stock/pass", nil},
		"list-word-lists":        {"/api/v1/lexicon", nil},
		"get-word-list":          {"/api/v1/lexicon/builtin", nil},
		"export-word-list":       {"/api/v1/lexicon/builtin/csv", nil},
		"import-word-list":       {"/api/v1/lexicon/matrix/csv", "not a list"},
		"count-deadline":         {"/api/v1/calendar/deadline?from=2026-01-05&days=20", nil},
		"list-calendar":          {"/api/v1/calendar", nil},
		"get-calendar-year":      {"/api/v1/calendar/2026", nil},
		"import-calendar-year":   {"/api/v1/calendar/2026", "not a year"},
		"find-trail":             {"/api/v1/trail", nil},
		"trail-events":           {"/api/v1/trail/events", nil},
		"export-trail":           {"/api/v1/trail/export?format=csv&act=none", nil},
		"trail-head":             {"/api/v1/trail/head", nil},
		"list-checkpoints":       {"/api/v1/trail/checkpoints", nil},
		"verify-trail":           {"/api/v1/trail/verify", nil},
	}
	maps.Copy(out, inboxSamples)
	maps.Copy(out, reachSamples)
	for id, s := range out {
		out[id] = sample{fill(s.path), s.body}
	}
	return out
}

// showNothing is a delivery that owes nothing.
var showNothing = channel.Show{Event: "item.withdrawn", State: "nothing", Site: "portal"}

// matrixOffice has one of everything that the samples name.
func matrixOffice(t *testing.T) (*office, map[string]string) {
	o := newOffice(t)
	id := o.submitted()
	it, err := o.content.Items.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	d, err := o.ledger.Owe(t.Context(), "sub-hall", id, 1, 1, showNothing)
	if err != nil {
		t.Fatal(err)
	}
	b, err := o.ledger.Begin(t.Context(), channel.Bulk{Act: channel.BulkResend, Filter: channel.Filter{Item: id}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = o.channels.Outlets.Put(t.Context(), channel.Outlet{Meta: store.Meta{ID: "press"}, Name: "县报", Kind: channel.KindHand, Sites: []string{"portal"}})
	o.must1(nil, err)
	o.hire("no-role", "", "county")
	return o, map[string]string{"bulk": b.ID, "item": id, "free": o.drafted(), "revision": it.Work.Revision, "sheet": it.Work.Sheet, "delivery": d.ID, "user": o.hire("clerk", "", "county").ID}
}

// alone leaves out, where the race detector looks, what sends one request after
// the other.
func alone(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("one request after the other")
	}
}

func TestEveryRouteDecidesWhoMayUseIt(t *testing.T) {
	alone(t)
	o, fixture := matrixOffice(t)
	requests := samples(fixture)
	var table strings.Builder
	for _, route := range slices.Sorted(maps.Keys(o.server.routes.doors)) {
		access := o.server.routes.doors[route]
		method, path, _ := strings.Cut(route, " ")
		op := operationAt(o, method, path)
		request, known := requests[op]
		switch {
		case access.Door == Public && op != "sign-in" && op != "claim-first" && op != "first-link", access.Door == Loopback:
			fmt.Fprintf(&table, "%-6s %-52s %s\n", method, path, describeAccess(access))
			continue
		case !known:
			t.Errorf("%s (%s) has no sample request in this test", route, op)
			continue
		}
		var let []string
		for _, who := range everybody {
			got := o.as(who).do(method, request.path, request.body)
			in := got.status != http.StatusUnauthorized && got.status != http.StatusForbidden
			if access.Door == Public {
				in = true
			}
			if want := expected(o, access, who); in != want {
				t.Errorf("%s as %q: let in %v, the door says %v: %d %s", route, who, in, want, got.status, got.body)
			}
			if got.status >= 500 {
				t.Errorf("%s as %q: %d", route, who, got.status)
			}
			if in && who != "" {
				let = append(let, who)
			}
			if op == "sign-out" {
				delete(o.tokens, who)
			}
		}
		fmt.Fprintf(&table, "%-6s %-52s %-40s %s\n", method, path, describeAccess(access), strings.Join(let, " "))
	}
	golden(t, "testdata/access.golden", table.String())
}

// expected is what the door says, put to the policy itself.
func expected(o *office, a Access, who string) bool {
	var actor gongkai.Actor
	switch {
	case strings.HasPrefix(who, "key:"):
		actor = gongkai.Actor{ID: "key:x", Key: true, Scopes: []string{strings.TrimPrefix(who, "key:")}}
	case who != "":
		actor = o.users[who].Actor()
	}
	switch a.Door {
	case Public:
		return true
	case SignedIn:
		return actor.ID != ""
	case Person:
		return actor.ID != "" && !actor.Key
	}
	unit := ""
	if a.At == Unit {
		unit = "county"
	}
	return o.engine.Can(o.t.Context(), actor, a.Act, unit) == nil
}

func describeAccess(a Access) string {
	return strings.TrimSpace(strings.Join([]string{a.Door, a.Act, a.At}, " "))
}

func operationAt(o *office, method, path string) string {
	item, ok := o.server.routes.api.OpenAPI().Paths[path]
	if !ok {
		return ""
	}
	for _, op := range operations(item) {
		if op.Method == method {
			return op.OperationID
		}
	}
	return ""
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s differs; look at it, then run with -update. Got:\n%s", file, got)
	}
}

func TestNoRouteStandsBesideItsDoor(t *testing.T) {
	o := newOffice(t)
	for _, r := range o.server.app.GetRoutes(true) {
		if r.Path == "/" {
			continue // the outermost handler
		}
		if _, decided := o.server.routes.doors[r.Method+" "+templateOf(r.Path)]; !decided {
			t.Errorf("%s %s is served without a declared decision", r.Method, r.Path)
		}
	}
	if len(o.server.routes.doors) < 60 {
		t.Errorf("only %d routes are declared", len(o.server.routes.doors))
	}
}

func TestARouteWithoutADecisionDoesNotRegister(t *testing.T) {
	for _, a := range []Access{{}, {Door: "open"}, {Door: Act}, {Door: Act, Act: policy.ItemRead}, {Door: Public, Act: policy.ItemRead}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%+v was registered", a)
				}
			}()
			(&routes{app: fiber.New(), doors: map[string]Access{}}).raw("GET", "/x", a, nil)
		}()
	}
}

// What the description says has to be read by the program too: a parameter of
// the path that no handler declares would always be empty.
func TestThePathParametersAreAllDescribed(t *testing.T) {
	o := newOffice(t)
	names := regexp.MustCompile(`\{([a-z_]+)\}`)
	for path, item := range o.server.routes.api.OpenAPI().Paths {
		for _, op := range operations(item) {
			for _, m := range names.FindAllStringSubmatch(path, -1) {
				declared := false
				for _, p := range op.Parameters {
					declared = declared || p.In == "path" && p.Name == m[1]
				}
				if !declared {
					t.Errorf("%s %s: %s is not declared", op.Method, path, m[1])
				}
			}
		}
	}
}

func TestTheDescriptionIsOpenAPI31AndNamesEveryAccess(t *testing.T) {
	o := newOffice(t)
	var spec struct {
		OpenAPI string
		Paths   map[string]map[string]map[string]any
	}
	got := o.as("").get("/openapi.json").is(200)
	got.into(&spec)
	if !strings.HasPrefix(spec.OpenAPI, "3.1") || len(spec.Paths) < 40 {
		t.Errorf("version %q, %d paths", spec.OpenAPI, len(spec.Paths))
	}
	described, err := Description(Config{})
	var whole bytes.Buffer
	if err := errors.Join(err, json.Compact(&whole, described)); err != nil || whole.String() != got.body {
		t.Errorf("without a server something else is described (%v)", err)
	}
	for path, ops := range spec.Paths {
		for method, op := range ops {
			if access, _ := json.Marshal(op["x-access"]); !strings.Contains(string(access), `"door"`) {
				t.Errorf("%s %s does not say who may use it", method, path)
			}
		}
	}
}

func TestTheDocsPageLoadsNothingAndRunsNothing(t *testing.T) {
	got := newOffice(t).as("").get("/docs").is(200)
	csp := got.header.Get("Content-Security-Policy")
	if !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") || strings.Contains(csp, "script-src") {
		t.Errorf("CSP %q", csp)
	}
	for _, bad := range []string{"<script", "http://", "https://", " src=", "@import", "url("} {
		if strings.Contains(got.body, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	for _, good := range []string{"/api/v1/items/{id}/steps", "StepBody", "item.read"} {
		if !strings.Contains(got.body, good) {
			t.Errorf("the page does not show %q", good)
		}
	}
}

func TestOneSideCanBeServedAlone(t *testing.T) {
	o := newOffice(t, func(c *Config) { c.Only = OnlyEditorial })
	o.as("").get("/content/v1/sites").refused(404, "no_route")
	o.as("editor").get("/api/v1/session").is(200)
	if _, err := New(Deps{Config: Config{Only: "everything"}}); gongkai.CodeOf(err) != "only" {
		t.Errorf("got %v", err)
	}
	if _, err := New(Deps{Config: Config{Only: OnlyContent}}); gongkai.CodeOf(err) != "parts" {
		t.Errorf("got %v", err)
	}
}
