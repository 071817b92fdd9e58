// Web pages: the part that holds the text, cut down to the allowed tags.

package importer

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

func readHTML(f file, emit func(page) error) ([]Skip, error) {
	p, ok := pageOfHTML(decode(f.data))
	if !ok {
		return []Skip{empty(f.source)}, nil
	}
	return nil, emit(p)
}

// pageOfHTML is false for a page without text, or one nested too deep to read.
func pageOfHTML(text string) (page, bool) {
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		return page{}, false
	}
	p := page{given: map[string]string{}, hints: map[string]string{}}
	p.tags(root)
	main := mainPart(root)
	w := htmlWalk{}
	w.children(main, look{tag: "p"})
	w.flush("p")
	p.blocks = w.blocks
	if w.images > 0 {
		p.flags = append(p.flags, newFlag("images_left_out", "body"))
	}
	if main.DataAtom != atom.Body {
		outer := htmlWalk{without: main}
		outer.children(root, look{tag: "p"})
		outer.flush("p")
		p.around = outer.blocks
	}
	return p, len(p.blocks) > 0
}

// metaTags are the page tags (网页标签) of government sites and their fields.
var metaTags = map[string]string{
	"articletitle": "title", "pubdate": "date_published", "contentsource": "source",
	"keywords": "keywords", "description": "summary",
}

// tags reads the meta tags. Keywords and description are the site's own on
// most pages, so they count only beside an ArticleTitle.
func (p *page) tags(root *html.Node) {
	found := map[string]string{}
	for n := range root.Descendants() {
		switch {
		case n.DataAtom == atom.Meta:
			if field := metaTags[strings.ToLower(attr(n, "name"))]; field != "" {
				found[field] = attr(n, "content")
			}
		case n.DataAtom == atom.Title && n.FirstChild != nil && n.Parent.DataAtom == atom.Head:
			p.hints["title"] = siteName.ReplaceAllString(trim(n.FirstChild.Data), "")
		}
	}
	if found["title"] == "" || length(found["summary"]) > 300 {
		delete(found, "summary")
	}
	if found["title"] == "" {
		delete(found, "keywords")
	}
	p.given = found
}

// siteName is what pages put behind their title: 标题-某某市人民政府.
var siteName = regexp.MustCompile(`\s*[-_|–—]+\s*[^-_|–—]*(政府|网|门户|网站|局|委|厅)[^-_|–—]*$`)

// containers are the names by which sites call the element with the text.
var containers = regexp.MustCompile(`(?i)^(content|article|main|maincontent|articlecontent|article[-_]content|article_con|con_text|trs_editor|view|zoom|ucap-content|pages_content|pages[-_]print|xxgk_?content|news_?content|detail|detail[-_]content|text|wenzhang|txt|info-?content)$`)

// mainPart picks the innermost container that holds most of the text of the
// fullest one; the body when there is none worth the name.
func mainPart(root *html.Node) *html.Node {
	whole := first(root, atom.Body)
	best, most := whole, 0
	var found []*html.Node
	sizes := textSizes(root)
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && isContainer(n) {
			found = append(found, n)
			most = max(most, sizes[n])
		}
	}
	if most*10 < sizes[whole]*3 {
		return whole
	}
	for _, n := range found { // in document order: inner ones come later
		if sizes[n]*10 >= most*6 {
			best = n
		}
	}
	return best
}

func isContainer(n *html.Node) bool {
	if n.DataAtom == atom.Article || n.DataAtom == atom.Main || attr(n, "role") == "main" {
		return true
	}
	names := append(strings.Fields(attr(n, "class")), attr(n, "id"))
	return n.DataAtom != atom.Body && slices.ContainsFunc(names, containers.MatchString)
}

// textSizes counts each element's characters, links and dropped elements left out.
func textSizes(root *html.Node) map[*html.Node]int {
	sizes := map[*html.Node]int{}
	var count func(n *html.Node) int
	count = func(n *html.Node) int {
		if n.Type == html.TextNode {
			return length(trim(n.Data))
		}
		if n.DataAtom == atom.A || dropped(n) {
			return 0
		}
		sum := 0
		for c := range n.ChildNodes() {
			sum += count(c)
		}
		sizes[n] = sum
		return sum
	}
	count(root)
	return sizes
}

func first(root *html.Node, tag atom.Atom) *html.Node {
	for n := range root.Descendants() {
		if n.DataAtom == tag {
			return n
		}
	}
	return root
}

// unwanted elements are no text: code, controls, navigation.
var unwanted = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Noscript: true, atom.Template: true, atom.Iframe: true, atom.Object: true,
	atom.Embed: true, atom.Form: true, atom.Button: true, atom.Select: true, atom.Textarea: true, atom.Input: true,
	atom.Nav: true, atom.Footer: true, atom.Aside: true, atom.Svg: true, atom.Math: true, atom.Head: true, atom.Audio: true, atom.Video: true,
}

var invisible = regexp.MustCompile(`(?i)display\s*:\s*none|visibility\s*:\s*hidden`)

func dropped(n *html.Node) bool {
	if n.Type != html.ElementNode {
		return n.Type != html.TextNode && n.Type != html.DocumentNode
	}
	return unwanted[n.DataAtom] && !wrapsAll(n) || has(n, "hidden") || invisible.MatchString(attr(n, "style"))
}

// wrapsAll spares a form around the whole page, as some site systems make it.
func wrapsAll(n *html.Node) bool { return n.DataAtom == atom.Form && n.Parent.DataAtom == atom.Body }

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

// span of a cell as its attribute says; anything unreasonable is one.
func spanOf(n *html.Node, name string) int {
	s, err := strconv.Atoi(attr(n, name))
	if err != nil || s > 200 {
		return 1
	}
	return s
}
