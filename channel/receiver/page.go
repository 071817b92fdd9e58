// page.go is the site's face: what it shows, what it was sent, and one page per item.

package receiver

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

var (
	//go:embed page.html
	pageHTML string
	//go:embed page.css
	pageCSS string

	pages = template.Must(template.New("").Funcs(template.FuncMap{
		"clock":   func(t time.Time) string { return t.In(china).Format("01-02 15:04:05") },
		"exact":   func(t time.Time) string { return t.In(china).Format("2006-01-02 15:04:05.000") },
		"state":   func(s string) string { return stateNames[s] },
		"outcome": func(s string) string { return outcomeNames[s] },
		"event":   func(s string) string { return cmp.Or(eventNames[s], s) },
		"web":     func(s string) bool { return strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://") },
		"css":     func() template.CSS { return template.CSS(pageCSS) }, //nolint:gosec // a style sheet of our own
	}).Parse(pageHTML))

	china = time.FixedZone("CST", 8*60*60)

	// policy lets the page load nothing but its own style sheet, which it names by
	// hash; texts from elsewhere cannot run, load, style or frame anything.
	policy = "default-src 'none'; style-src 'sha256-" + digest(pageCSS) + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

var outcomeNames = map[string]string{
	"shown":   "已显示",
	"removed": "已撤下",
	"repeat":  "重复，略过",
	"late":    "迟到，略过",
	"noted":   "已记录",
}

var eventNames = map[string]string{
	"item.released":         "发布",
	"item.corrected":        "更正",
	"item.suspended":        "临时下线",
	"item.resumed":          "恢复",
	"item.withdrawn":        "撤稿",
	"item.moved":            "迁移",
	"item.validity_changed": "效力变更",
	"item.related":          "关联",
	"item.updated":          "标注变更",
	"column.changed":        "栏目变更",
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// view is all that the front page and state.json tell, newest first.
type view struct {
	Counts
	Live     []Shown   `json:"live"`
	Down     []Shown   `json:"down"`
	Columns  []Data    `json:"columns"`
	Received []Message `json:"received"`
}

func (r *Receiver) view() view {
	v := view{Counts: r.Counts(), Live: []Shown{}, Down: []Shown{}, Columns: []Data{}, Received: r.Received()}
	slices.Reverse(v.Received)
	for _, s := range r.Shown() {
		if s.State == "edition" {
			v.Live = append(v.Live, s)
		} else {
			v.Down = append(v.Down, s)
		}
	}
	columns := r.Columns()
	for _, id := range slices.Sorted(maps.Keys(columns)) {
		v.Columns = append(v.Columns, columns[id])
	}
	newest := func(a, b Shown) int { return cmp.Or(b.Updated.Compare(a.Updated), cmp.Compare(b.Item, a.Item)) }
	slices.SortFunc(v.Live, newest)
	slices.SortFunc(v.Down, newest)
	return v
}

// pageRows is how many items the front page lists; state.json lists all.
const pageRows = 200

func (r *Receiver) front(w http.ResponseWriter, req *http.Request) {
	v := r.view()
	data := struct {
		view
		Lives, Downs int
		Still        bool
	}{v, len(v.Live), len(v.Down), req.URL.Query().Has("still")}
	data.Live, data.Down = v.Live[:min(len(v.Live), pageRows)], v.Down[:min(len(v.Down), pageRows)]
	render(w, http.StatusOK, "front", data)
}

// article shows one item; what was taken down answers 410 and says so.
func (r *Receiver) article(w http.ResponseWriter, req *http.Request) {
	s, have := r.one(req.PathValue("id"))
	data := struct {
		Shown
		Body template.HTML // sanitised by the sender, and powerless under the page's policy
	}{s, template.HTML(s.HTML)} //nolint:gosec // a website shows what its content API sent; the page has a strict policy
	switch {
	case !have:
		render(w, http.StatusNotFound, "missing", nil)
	case s.State == "edition":
		render(w, http.StatusOK, "article", data)
	default:
		render(w, http.StatusGone, "down", data)
	}
}

func (r *Receiver) one(item string) (Shown, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s, have := r.shown[item]
	return s, have
}

func (r *Receiver) state(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	_ = enc.Encode(r.view()) // fails only when the reader has gone
}

func render(w http.ResponseWriter, status int, name string, data any) {
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, name, data); err != nil {
		http.Error(w, "page", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(b.Bytes())
}
