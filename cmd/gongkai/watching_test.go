// What an operator sees: metrics as documented, dashboard and alerts that name
// only what there is, logs that lead over processes, and none of it personal.

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

var monitoring = filepath.Join("..", "..", "deploy", "monitoring")

// figuresIn are the metrics of an answer, by name.
func figuresIn(t *testing.T, text []byte) map[string]*dto.MetricFamily {
	t.Helper()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	all, err := parser.TextToMetricFamilies(bytes.NewReader(text))
	if err != nil {
		t.Fatal("what /metrics answers is not Prometheus' format:", err)
	}
	return all
}

func typeOf(f *dto.MetricFamily) string { return strings.ToLower(f.GetType().String()) }

// labelsOf are the names of a family's labels.
func labelsOf(f *dto.MetricFamily) (names []string) {
	for _, m := range f.GetMetric() {
		for _, l := range m.GetLabel() {
			names = append(names, l.GetName())
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// exposed are the names that a query may use, with their labels.
func exposed(all map[string]*dto.MetricFamily) map[string][]string {
	out := map[string][]string{"up": nil}
	for name, f := range all {
		out[name] = labelsOf(f)
		if typeOf(f) == "histogram" {
			out[name+"_bucket"], out[name+"_sum"], out[name+"_count"] = append(labelsOf(f), "le"), labelsOf(f), labelsOf(f)
		}
	}
	return out
}

// walked plays the whole walk and gives what /metrics and the log hold after it.
func walked(t *testing.T) (all map[string]*dto.MetricFamily, log []byte, w *walker) {
	t.Helper()
	w = running(t)
	if err := errors.Join(w.d.rescan(t.Context()), w.d.countStuck(t.Context())); err != nil { // as every night, and every hour
		t.Fatal(err)
	}
	if w.play(nil); w.err != nil {
		t.Fatal(w.err, w.out)
	}
	return measured(t, w), w.log.bytes(), w
}

// measured are the metrics once those who did the last things have counted them.
func measured(t *testing.T, w *walker) (all map[string]*dto.MetricFamily) {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		all = figuresIn(t, newClient("http://"+w.d.addr).does(t, 200, http.MethodGet, "/metrics", nil).body)
		if !slices.ContainsFunc(ofTheWalk(), func(f walkFigure) bool { return value(all[f.name], f.labels) < 1 }) {
			break
		}
	}
	return all
}

func TestAWatchedWalk(t *testing.T) {
	t.Parallel()
	all, log, w := walked(t)
	t.Run("every metric is documented, and the other way round", func(t *testing.T) { documented(t, all) })
	t.Run("names follow Prometheus", func(t *testing.T) { wellNamed(t, all) })
	t.Run("the dashboard names what there is", func(t *testing.T) { dashboard(t, exposed(all)) })
	t.Run("the alerts name what there is", func(t *testing.T) { alerts(t, exposed(all)) })
	t.Run("the figures are those of the walk", func(t *testing.T) { figures(t, all) })
	t.Run("labels are few, and nothing that a person wrote", func(t *testing.T) { bounded(t, all, w) })
	t.Run("the log holds nothing that a person wrote", func(t *testing.T) { impersonal(t, log, w) })
}

var tableRow = regexp.MustCompile("(?m)^\\| `(gongkai_[a-z_]+)` \\| (\\w+) \\| ([a-z_, ]*) ?\\| (.+) \\| (.+) \\|$")

func documented(t *testing.T, all map[string]*dto.MetricFamily) {
	said := map[string]bool{}
	for _, row := range tableRow.FindAllStringSubmatch(section(t, filepath.Join("..", "..", "docs", "watching.md"), "metrics"), -1) {
		name, kind := row[1], row[2]
		said[name] = true
		f, there := all[name]
		if !there {
			t.Errorf("docs/watching.md describes %s, which /metrics does not have", name)
			continue
		}
		var labels []string
		for _, l := range strings.Split(row[3], ",") {
			if l = strings.TrimSpace(l); l != "" {
				labels = append(labels, l)
			}
		}
		slices.Sort(labels)
		if typeOf(f) != kind || !slices.Equal(labelsOf(f), labels) {
			t.Errorf("%s is a %s with labels %v; docs/watching.md says %s with %v", name, typeOf(f), labelsOf(f), kind, labels)
		}
	}
	for name := range all {
		if strings.HasPrefix(name, "gongkai_") && !said[name] {
			t.Errorf("%s has no row in docs/watching.md", name)
		}
	}
	if len(said) < 25 {
		t.Error("the table was not read:", len(said), "rows")
	}
}

var unit = regexp.MustCompile(`_(seconds|bytes|total|info)$`)

func wellNamed(t *testing.T, all map[string]*dto.MetricFamily) {
	counted := []string{"gongkai_sessions", "gongkai_debts_due", "gongkai_deliveries_stalled", "gongkai_deliveries_held", "gongkai_channels_paused", "gongkai_channels_resting", "gongkai_queue_length", "gongkai_audit_entries", "gongkai_part_up", "gongkai_stock_hits", "gongkai_items_overdue", "gongkai_items_stuck", "gongkai_schedules_overdue", "gongkai_signed_dates_overdue", "gongkai_later_reviews_overdue", "gongkai_interpretations_overdue", "gongkai_letters", "gongkai_originals_due", "gongkai_probe_differences"}
	for name, f := range all {
		if !strings.HasPrefix(name, "gongkai_") {
			continue
		}
		if (typeOf(f) == "counter") != strings.HasSuffix(name, "_total") || !unit.MatchString(name) && !slices.Contains(counted, name) || f.GetHelp() == "" {
			t.Errorf("%s, a %s: %q", name, typeOf(f), f.GetHelp())
		}
	}
}

// Words of PromQL: what stands before ( or { or after by; names of metrics;
// labels in braces.
var (
	metricName = regexp.MustCompile(`\b(?:gongkai|go|process)_[a-z_]+\b|\bup\b`)
	matchers   = regexp.MustCompile(`(\w+)\{([^}]*)\}`)
	matcher    = regexp.MustCompile(`(\w+)\s*(?:=~|!~|!=|=)`)
	grouping   = regexp.MustCompile(`\bby \(([^)]*)\)`)
	inTemplate = regexp.MustCompile(`\{\{\s*\$?(?:labels\.)?(\w+)\s*\}\}`)
	target     = []string{"job", "instance"} // labels that Prometheus adds
)

// asks checks one expression, and the labels that its texts use.
func asks(t *testing.T, where, expr string, there map[string][]string, texts ...string) {
	t.Helper()
	names := metricName.FindAllString(expr, -1)
	if len(names) == 0 {
		t.Errorf("%s asks for nothing: %s", where, expr)
	}
	labels := slices.Clone(target)
	for _, name := range names {
		if _, known := there[name]; !known {
			t.Errorf("%s names %s, which /metrics does not have", where, name)
		}
		labels = append(labels, there[name]...)
	}
	var used []string
	for _, m := range matchers.FindAllStringSubmatch(expr, -1) {
		for _, l := range matcher.FindAllStringSubmatch(m[2], -1) {
			if !slices.Contains(append(slices.Clone(target), there[m[1]]...), l[1]) {
				t.Errorf("%s: %s has no label %s", where, m[1], l[1])
			}
		}
	}
	for _, g := range grouping.FindAllStringSubmatch(expr, -1) {
		for _, l := range strings.Split(g[1], ",") {
			used = append(used, strings.TrimSpace(l))
		}
	}
	for _, m := range inTemplate.FindAllStringSubmatch(strings.Join(texts, " "), -1) {
		if m[1] != "value" {
			used = append(used, m[1])
		}
	}
	for _, l := range used {
		if !slices.Contains(labels, l) {
			t.Errorf("%s uses the label %s, which none of %v has", where, l, names)
		}
	}
}

// twoLanguages: Chinese, and English beside it.
func twoLanguages(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) }) && regexp.MustCompile(`[A-Za-z]{3}`).MatchString(s)
}

type grafana struct {
	Title         string
	SchemaVersion int
	Templating    struct {
		List []struct{ Name, Type, Query string }
	}
	Panels []struct {
		ID          int
		Type, Title string
		GridPos     struct{ H, W, X, Y int }
		Datasource  struct{ Type, UID string }
		FieldConfig struct{ Defaults struct{ Unit string } }
		Targets     []struct {
			RefID, Expr, LegendFormat string
			Datasource                struct{ UID string }
		}
	}
}

// dashboard is as Grafana wants it, as far as can be told without one: panels
// with ids of their own that do not overlap, and the source of data a variable.
func dashboard(t *testing.T, there map[string][]string) {
	raw, err := os.ReadFile(filepath.Join(monitoring, "grafana-dashboard.json"))
	if err != nil {
		t.Fatal(err)
	}
	var d grafana
	if err := json.Unmarshal(raw, &d); err != nil {
		t.Fatal(err)
	}
	if len(d.Templating.List) != 1 || d.Templating.List[0].Name != "datasource" || d.Templating.List[0].Type != "datasource" || d.SchemaVersion < 36 || len(d.Panels) < 30 {
		t.Errorf("%+v, %d panels", d.Templating, len(d.Panels))
	}
	ids, taken := map[int]bool{}, map[[2]int]string{}
	for _, p := range d.Panels {
		if ids[p.ID] || p.ID == 0 || !twoLanguages(p.Title) || !slices.Contains([]string{"row", "stat", "timeseries"}, p.Type) {
			t.Errorf("panel %d %q, a %s", p.ID, p.Title, p.Type)
		}
		ids[p.ID] = true
		g := p.GridPos
		for x := g.X; x < g.X+g.W; x++ {
			for y := g.Y; y < g.Y+g.H; y++ {
				if over := taken[[2]int{x, y}]; over != "" || x > 23 {
					t.Fatalf("%q lies over %q, or outside", p.Title, over)
				}
				taken[[2]int{x, y}] = p.Title
			}
		}
		if p.Type == "row" {
			continue
		}
		if len(p.Targets) == 0 || p.FieldConfig.Defaults.Unit == "" || p.Datasource.UID != "${datasource}" {
			t.Errorf("panel %q: %+v", p.Title, p)
		}
		for _, q := range p.Targets {
			if q.RefID == "" || q.Datasource.UID != "${datasource}" {
				t.Errorf("panel %q: %+v", p.Title, q)
			}
			asks(t, "panel "+p.Title, q.Expr, there, q.LegendFormat)
		}
	}
}

var (
	ruleText = regexp.MustCompile(`(?s)- alert: (\w+)\n\s+expr: '([^\n]*)'\n\s+for: (\w+)\n\s+labels: \{ severity: (\w+) \}\n\s+annotations:\n\s+summary: '([^\n]*)'\n\s+description: '([^\n]*)'\n\s+runbook: docs/watching.md#(\w+)\n`)
	heading  = regexp.MustCompile(`(?m)^### (\w+)$`)
)

// alerts name what there is, speak two languages and lead to what is to be
// done. Whether they fire, promtool tests.
func alerts(t *testing.T, there map[string][]string) {
	raw, err := os.ReadFile(filepath.Join(monitoring, "alerts.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	docs, err := os.ReadFile(filepath.Join("..", "..", "docs", "watching.md"))
	if err != nil {
		t.Fatal(err)
	}
	var told, explained []string
	for _, r := range ruleText.FindAllStringSubmatch(string(raw), -1) {
		name, expr, severity, summary, description := r[1], r[2], r[4], r[5], r[6]
		told = append(told, name)
		asks(t, name, expr, there, summary, description)
		if !twoLanguages(summary) || !twoLanguages(description) || severity != "critical" && severity != "warning" || r[7] != strings.ToLower(name) {
			t.Errorf("%s: %q %q %q", name, severity, summary, r[7])
		}
	}
	for _, h := range heading.FindAllStringSubmatch(string(docs), -1) {
		explained = append(explained, h[1])
	}
	if !slices.Equal(told, explained) || len(told) != strings.Count(string(raw), "- alert:") || len(told) < 20 {
		t.Errorf("alerts %v; docs/watching.md explains %v", told, explained)
	}
}

// value sums the series of a family that bear the labels.
func value(f *dto.MetricFamily, labels map[string]string) (sum float64) {
	for _, m := range f.GetMetric() {
		fits := map[string]string{}
		for _, l := range m.GetLabel() {
			if want, asked := labels[l.GetName()]; asked && want == l.GetValue() {
				fits[l.GetName()] = want
			}
		}
		if maps.Equal(fits, labels) {
			sum += m.GetCounter().GetValue() + m.GetGauge().GetValue() + float64(m.GetHistogram().GetSampleCount())
		}
	}
	return sum
}

type walkFigure struct {
	name   string
	labels map[string]string
	atMost float64 // and at least one
}

// ofTheWalk are what one walk must count.
func ofTheWalk() []walkFigure {
	return []walkFigure{
		{"gongkai_gate_findings_total", map[string]string{"kind": "id_card", "act": "found"}, 100},
		{"gongkai_gate_findings_total", map[string]string{"kind": "id_card", "act": "mask"}, 100},
		{"gongkai_acts_total", map[string]string{"act": "release"}, 100},
		{"gongkai_acts_total", map[string]string{"act": "suspend"}, 5},
		{"gongkai_change_to_told_seconds", map[string]string{"act": "withdraw"}, 5},
		{"gongkai_deliveries_total", map[string]string{"channel_kind": "webhook", "outcome": "confirmed"}, 1000},
		{"gongkai_delivery_duration_seconds", map[string]string{"channel_kind": "search"}, 1000},
		{"gongkai_job_duration_seconds", map[string]string{"task": "tell"}, 1000},
		{"gongkai_store_operation_duration_seconds", map[string]string{"store": "content", "operation": "change", "collection": "items"}, 10_000},
		{"gongkai_store_operation_duration_seconds", map[string]string{"store": "public", "operation": "load", "collection": "pages"}, 100_000},
		{"gongkai_search_duration_seconds", map[string]string{"operation": "search"}, 1000},
		{"gongkai_part_up", map[string]string{"part": "queue"}, 1},
		{"gongkai_sign_ins_total", map[string]string{"outcome": "ok"}, 100},
		{"gongkai_sessions", nil, 100},
		{"gongkai_http_errors_total", map[string]string{"kind": "denied"}, 100},
		{"gongkai_audit_entries", nil, 10_000},
		{"gongkai_public_change_timestamp_seconds", nil, float64(time.Now().Unix() + 1)},
	}
}

func figures(t *testing.T, all map[string]*dto.MetricFamily) {
	for _, c := range ofTheWalk() {
		if got := value(all[c.name], c.labels); got < 1 || got > c.atMost {
			t.Errorf("%s%v is %v", c.name, c.labels, got)
		}
	}
	for _, name := range []string{"gongkai_deliveries_stalled", "gongkai_trace_export_failures_total"} {
		if got := value(all[name], nil); got != 0 {
			t.Errorf("%s is %v", name, got)
		}
	}
}

var wordOfOurs = regexp.MustCompile(`^[A-Za-z0-9_./{}+:-]*$`)

// bounded: as many series as the program has words, and no word from outside.
func bounded(t *testing.T, all map[string]*dto.MetricFamily, w *walker) {
	series := 0
	for name, f := range all {
		if !strings.HasPrefix(name, "gongkai_") {
			continue
		}
		for _, m := range f.GetMetric() {
			series += 1 + len(m.GetHistogram().GetBucket())
			for _, l := range m.GetLabel() {
				if v := l.GetValue(); !wordOfOurs.MatchString(v) || len(v) > 80 || strings.Contains(v, w.item) || v == "qinghe" || slices.ContainsFunc(people, func(p person) bool { return v == p.login }) {
					t.Errorf("%s has a label %s=%q", name, l.GetName(), v)
				}
			}
		}
	}
	if series > 3000 {
		t.Error(series, "series after one walk")
	}
}

// impersonal: lines of words, numbers and ids. Whatever people write here is
// Chinese, or a login.
func impersonal(t *testing.T, log []byte, w *walker) {
	for line := range strings.Lines(string(log)) {
		if strings.ContainsFunc(line, func(r rune) bool { return r > unicode.MaxASCII }) {
			t.Error("the log holds text:", line)
		}
		for _, p := range people {
			if strings.Contains(line, p.login) {
				t.Error("the log names somebody:", line)
			}
		}
		if !strings.Contains(line, "instance=") {
			t.Error("a line does not say whose it is:", line)
		}
	}
	for _, message := range []string{"msg=request", "msg=act", "msg=told", "msg=paid"} {
		if !bytes.Contains(log, []byte(message)) {
			t.Error("the log lacks", message)
		}
	}
	if !bytes.Contains(log, []byte(fmt.Sprintf("item=%s act=release", w.item))) {
		t.Error("the release is not in the log")
	}
}
