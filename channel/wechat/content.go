// HTML as the platform keeps it: few tags, inline styles, pictures of its own,
// and addresses in the text, where links cannot be opened.

package wechat

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// kept are the tags that the platform shows, and what each becomes; "" keeps
// only what is inside.
var kept = map[atom.Atom]string{
	atom.P: "p", atom.Br: "br", atom.Hr: "hr", atom.H1: "h1", atom.H2: "h2", atom.H3: "h3", atom.H4: "h4", atom.H5: "h5", atom.H6: "h6",
	atom.Strong: "strong", atom.B: "strong", atom.Em: "em", atom.I: "em", atom.U: "u", atom.S: "s", atom.Sub: "sub", atom.Sup: "sup",
	atom.Ul: "ul", atom.Ol: "ol", atom.Li: "li", atom.Blockquote: "blockquote", atom.Pre: "pre", atom.Code: "code", atom.Span: "span",
	atom.Div: "section", atom.Section: "section", atom.Article: "section", atom.Figure: "section", atom.Figcaption: "p", atom.Img: "img",
	atom.Table: "table", atom.Caption: "caption", atom.Thead: "thead", atom.Tbody: "tbody", atom.Tfoot: "tfoot", atom.Tr: "tr", atom.Td: "td", atom.Th: "th",
}

// dropped are the tags that go with all that is inside.
var dropped = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Iframe: true, atom.Frame: true, atom.Frameset: true, atom.Object: true, atom.Embed: true, atom.Applet: true,
	atom.Form: true, atom.Input: true, atom.Button: true, atom.Select: true, atom.Textarea: true, atom.Template: true, atom.Noscript: true,
	atom.Svg: true, atom.Math: true, atom.Video: true, atom.Audio: true, atom.Canvas: true, atom.Head: true, atom.Link: true, atom.Meta: true, atom.Colgroup: true,
}

// styles are what a tag gets, since style sheets do not survive.
var styles = map[string]string{
	"table": "border-collapse:collapse;width:100%",
	"td":    "border:1px solid",
	"th":    "border:1px solid",
	"img":   "max-width:100%",
}

// properties are the declarations of an inline style that are kept.
var properties = strings.Fields("text-align text-indent text-decoration font-weight font-style font-size color background-color line-height vertical-align width border margin padding")

// converter turns one article's HTML into the platform's.
type converter struct {
	base    *url.URL                // of the portal page: links and pictures are relative to it
	picture func(src string) string // the platform's address of a picture; "" leaves it out
}

// convert gives the text for an article. It never fails: what is not understood
// is left out.
func (c converter) convert(text string) string {
	inside := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := html.ParseFragment(strings.NewReader(plain(text)), inside)
	if err != nil {
		return "" // a reader of a string does not fail
	}
	out := &html.Node{Type: html.ElementNode, Data: "section", DataAtom: atom.Section}
	for _, n := range nodes {
		c.walk(n, out, 0)
	}
	var b strings.Builder
	for n := out.FirstChild; n != nil; n = n.NextSibling {
		_ = html.Render(&b, n) // a builder does not fail
	}
	return strings.TrimSpace(b.String())
}

// maxDepth is deeper than any page that people wrote.
const maxDepth = 200

func (c converter) walk(n, into *html.Node, depth int) {
	if n.Type == html.TextNode {
		into.AppendChild(&html.Node{Type: html.TextNode, Data: n.Data})
		return
	}
	if n.Type != html.ElementNode || dropped[n.DataAtom] || depth > maxDepth {
		return
	}
	inner := into
	if tag, known := kept[n.DataAtom]; known {
		if inner = c.element(n, tag); inner == nil {
			return
		}
		into.AppendChild(inner)
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		c.walk(child, inner, depth+1)
	}
	if n.DataAtom == atom.A {
		if address := c.address(n); address != "" {
			into.AppendChild(&html.Node{Type: html.TextNode, Data: "（" + address + "）"})
		}
	}
}

// element is the platform's form of a tag, without what is inside; nil for a
// picture that has no address there.
func (c converter) element(n *html.Node, tag string) *html.Node {
	out := &html.Node{Type: html.ElementNode, Data: tag, DataAtom: atom.Lookup([]byte(tag))}
	set := func(key, value string) {
		if value != "" {
			out.Attr = append(out.Attr, html.Attribute{Key: key, Val: value})
		}
	}
	if tag == "img" {
		src := c.picture(attr(n, "src"))
		if src == "" {
			return nil
		}
		set("src", src)
		set("alt", attr(n, "alt"))
	}
	if tag == "td" || tag == "th" {
		set("colspan", attr(n, "colspan"))
		set("rowspan", attr(n, "rowspan"))
	}
	set("style", style(tag, attr(n, "align"), attr(n, "style")))
	return out
}

func style(tag, align, own string) string {
	out := make([]string, 0, 4)
	if s := styles[tag]; s != "" {
		out = append(out, s)
	}
	if slices.Contains([]string{"left", "center", "right", "justify"}, align) {
		out = append(out, "text-align:"+align)
	}
	for declaration := range strings.SplitSeq(own, ";") {
		name, value, ok := strings.Cut(declaration, ":")
		name, value = strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value)
		if ok && slices.Contains(properties, name) && !strings.ContainsAny(value, `(\<>"'`) {
			out = append(out, name+":"+value)
		}
	}
	return strings.Join(out, ";")
}

// address is where a link leads, if its text does not say so.
func (c converter) address(a *html.Node) string {
	u, err := url.Parse(strings.TrimSpace(attr(a, "href")))
	if err != nil || u.String() == "" || u.Scheme == "" && u.Host == "" && u.Path == "" && u.RawQuery == "" { // a place in this very page
		return ""
	}
	text := textOf(a)
	shown := u.Opaque // of tel: and mailto:
	if u.Scheme != "tel" && u.Scheme != "mailto" {
		if u = c.base.ResolveReference(u); u.Scheme != "http" && u.Scheme != "https" {
			return ""
		}
		shown = u.String()
	}
	if strings.Contains(text, shown) {
		return ""
	}
	return shown
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// pictures lists the sources of the pictures in HTML, each once, in order.
func pictures(text string) (srcs []string) {
	c := converter{base: &url.URL{}, picture: func(src string) string {
		if !slices.Contains(srcs, src) {
			srcs = append(srcs, src)
		}
		return ""
	}}
	c.convert(text)
	return srcs
}
