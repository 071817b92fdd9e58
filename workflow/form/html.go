// A paper as a page: one file, no script, nothing from any other host.

package form

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"strings"
	"sync"
)

//go:embed form.tmpl
var pageText string

//go:embed form.css
var pageStyle string

var page = sync.OnceValue(func() *template.Template { return template.Must(template.New("form").Parse(pageText)) })

// HTML renders the paper as a page that prints like the PDF.
func (p Paper) HTML() ([]byte, error) {
	var code, side = "", 0
	if p.Code != "" {
		dark, err := squares(p.Code)
		if err != nil {
			return nil, err
		}
		var path strings.Builder
		bars(dark, func(x, y, n int) { fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", x, y, n, n) })
		code, side = path.String(), len(dark)
	}
	var out bytes.Buffer
	err := page().Execute(&out, map[string]any{"P": p, "Path": code, "Side": side, "Grid": make([]struct{}, grid),
		"Style": template.CSS(pageStyle)}) //nolint:gosec // our own file
	return out.Bytes(), err
}

// PagePolicy is the Content-Security-Policy under which the page may stand: its
// own style and nothing else.
func PagePolicy() string {
	sum := sha256.Sum256([]byte(pageStyle))
	return "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
