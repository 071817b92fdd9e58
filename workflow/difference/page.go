// The difference as a page: one file, no script, nothing from any other host.

package difference

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"strings"
	"sync"
	"time"
)

//go:embed page.tmpl
var pageText string

//go:embed page.css
var pageStyle string

var page = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("page").Funcs(template.FuncMap{
		"op": said, "attribute": attributeName, "day": day, "full": full, "short": shortened, "marks": func(m []string) string { return strings.Join(m, " ") }, "has": has,
	}).Parse(pageText))
})

// Layouts of the page.
const (
	Inline = "inline"
	Side   = "side"
)

// Page renders a document; side by side or inline.
func Page(d Document, layout string) ([]byte, error) {
	var out bytes.Buffer
	err := page().Execute(&out, map[string]any{"D": d, "Side": layout == Side, "Style": template.CSS(pageStyle)}) //nolint:gosec // our own file
	return out.Bytes(), err
}

// PagePolicy is the Content-Security-Policy under which the page may stand: its
// own style and nothing else.
func PagePolicy() string {
	sum := sha256.Sum256([]byte(pageStyle))
	return "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

var words = map[string]string{Insert: "新增 added", Delete: "删除 removed", Change: "改动 changed", Move: "移动 moved", Format: "版式改动 format changed", Markup: "仅标记改动，文字未变 markup only"}

func said(op string) string { return words[op] }

var attributeNames = map[string]string{"name": "名称 name", "digest": "内容摘要 digest", "size": "字节数 size", "alt": "说明 description", "path": "路径 path", "home": "主发布位置 home"}

func attributeName(name string) string { return attributeNames[name] }

var shanghai = time.FixedZone("Asia/Shanghai", 8*3600)

func day(ms int64) string { return time.UnixMilli(ms).In(shanghai).Format("2006-01-02 15:04") }

// shortened shows the beginning of a digest.
func shortened(name, value string) string {
	if name == "digest" && len(value) > 12 {
		return value[:12] + "…"
	}
	return value
}

// has tells whether there is anything of one version in the stretches: what
// stayed, or what op says.
func has(hs []Hunk, op string) bool {
	for _, h := range hs {
		if h.Op == op || h.Op == Equal || h.Op == Format {
			return true
		}
	}
	return false
}

// Greatest table that the page shows; the JSON form has all of it.
const (
	pageRows    = 500
	pageColumns = 60
)

// fullRow is a row with a cell for each column.
type fullRow struct {
	Op       string
	From, To int
	Same     int
	Cells    []Cell
}

type fullTable struct {
	Columns []Column
	Rows    []fullRow
	Cut     bool
}

func full(t *Table) fullTable {
	out := fullTable{Columns: t.Columns[:min(len(t.Columns), pageColumns)], Cut: len(t.Columns) > pageColumns || len(t.Rows) > pageRows}
	for _, r := range t.Rows[:min(len(t.Rows), pageRows)] {
		row := fullRow{r.Op, r.From, r.To, r.Same, nil}
		if r.Same == 0 {
			row.Cells = make([]Cell, len(out.Columns))
		}
		for _, c := range r.Cells {
			if c.Column < len(row.Cells) {
				row.Cells[c.Column] = c
			}
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}
