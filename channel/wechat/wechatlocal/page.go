// What readers see.

package wechatlocal

import (
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// gone is what does not survive in a text; pictures of others neither.
var gone = map[atom.Atom]bool{atom.Script: true, atom.Style: true, atom.Iframe: true, atom.Form: true, atom.Input: true, atom.Button: true, atom.Select: true, atom.Textarea: true}

// clean is the content as the platform keeps it.
func (p *Platform) clean(content string) string {
	nodes, err := html.ParseFragment(strings.NewReader(content), &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body})
	if err != nil {
		return ""
	}
	var b strings.Builder
	for _, n := range nodes {
		if keep := p.keeps(n); keep {
			p.strip(n)
			_ = html.Render(&b, n) // a builder does not fail
		}
	}
	return b.String()
}

func (p *Platform) keeps(n *html.Node) bool {
	if n.Type == html.CommentNode || gone[n.DataAtom] {
		return false
	}
	if n.DataAtom != atom.Img {
		return true
	}
	for _, a := range n.Attr {
		if a.Key == "src" && strings.HasPrefix(a.Val, p.Base+"/mmbiz/") {
			return true
		}
	}
	return false
}

// strip takes away what does not survive: tags, and attributes by which pages
// are made to look or to act.
func (p *Platform) strip(n *html.Node) {
	var attrs []html.Attribute
	for _, a := range n.Attr {
		if a.Key != "id" && a.Key != "class" && a.Key != "href" && !strings.HasPrefix(a.Key, "on") {
			attrs = append(attrs, a)
		}
	}
	n.Attr = attrs
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		if p.keeps(c) {
			p.strip(c)
		} else {
			n.RemoveChild(c)
		}
		c = next
	}
}

// text is what is read of HTML.
func text(content string) string {
	n, err := html.Parse(strings.NewReader(content))
	if err != nil {
		return ""
	}
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.TrimSpace(b.String())
}

const frame = `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>{{.Title}}</title>
<style>body{font:17px/1.7 sans-serif;max-width:40em;margin:2em auto;padding:0 1em;color:#222}img{max-width:100%}small{color:#888}li{margin:.6em 0}table{margin:1em 0}</style>`

var (
	listPage = template.Must(template.New("list").Parse(frame + `<h1>{{.Title}}</h1><p><small>本机模拟的公众号页面 · a local stand-in, not the real platform</small></p>
<ul>{{range .Articles}}<li><a href="/s/{{.ID}}">{{.Title}}</a> <small>{{.Author}} {{.Day}}</small></li>{{else}}<li>暂无文章</li>{{end}}</ul>`))
	articlePage = template.Must(template.New("article").Parse(frame + `<h1>{{.Title}}</h1><p><small>{{.Author}} {{.Day}}</small></p>{{.Content}}
<p><a href="{{.Source}}">阅读原文</a></p>`))
	goneHTML = template.Must(template.New("gone").Parse(frame + `<p>该内容已被发布者删除</p>`))
)

type shown struct {
	ID, Title, Author, Day string
	Source                 template.URL
	Content                template.HTML
}

// page serves the list, an article, and pictures.
func (p *Platform) page(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Security-Policy", "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'")
	kind, id, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	switch kind {
	case "":
		var list []shown
		for _, a := range p.Public() {
			list = append(list, shown{ID: a.ID, Title: a.Title, Author: a.Author, Day: a.day()})
		}
		show(w, http.StatusOK, listPage, map[string]any{"Title": "公众号 · 已发布", "Articles": list})
	case "s":
		p.read(w, id)
	case "mmbiz", "material":
		p.send(w, kind, id)
	default:
		http.NotFound(w, r)
	}
}

func show(w http.ResponseWriter, status int, t *template.Template, data any) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_ = t.Execute(w, data) // who has gone away needs no page
}

// read shows an article, also one that was deleted: the platform answers 200.
func (p *Platform) read(w http.ResponseWriter, id string) {
	for _, a := range p.Public() {
		if a.ID == id {
			source := ""
			if u, err := url.Parse(a.SourceURL); err == nil && (u.Scheme == "http" || u.Scheme == "https") {
				source = a.SourceURL
			}
			show(w, http.StatusOK, articlePage, shown{a.ID, a.Title, a.Author, a.day(), template.URL(source), template.HTML(a.Content)}) //nolint:gosec // G203: cleaned when it came; the page may run no script
			return
		}
	}
	show(w, http.StatusOK, goneHTML, shown{Title: "公众号"})
}

func (p *Platform) send(w http.ResponseWriter, kind, id string) {
	p.mu.Lock()
	f, ok := p.pictures[id]
	if kind == "material" {
		f, ok = p.materials[id]
	}
	p.mu.Unlock()
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", f.kind)
	w.Write(f.data)
}
