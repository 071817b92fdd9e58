// The walk over the elements of a web page, giving blocks.

package importer

import (
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// look is what the elements around a text say about it.
type look struct {
	tag        string // of the block it will be in
	strong, em bool
	href       string
	inItem     bool // paragraphs within a list item do not end it
}

type htmlWalk struct {
	without *html.Node // not walked into
	blocks  []block
	runs    []run
	images  int
}

var headingTags = map[atom.Atom]string{atom.H1: "h1", atom.H2: "h2", atom.H3: "h3", atom.H4: "h4", atom.H5: "h4", atom.H6: "h4"}

// breaking elements begin and end a paragraph.
var breaking = map[atom.Atom]bool{
	atom.P: true, atom.Div: true, atom.Section: true, atom.Article: true, atom.Main: true, atom.Blockquote: true, atom.Pre: true,
	atom.Dl: true, atom.Dt: true, atom.Dd: true, atom.Figure: true, atom.Figcaption: true, atom.Center: true, atom.Header: true,
	atom.Hr: true, atom.Address: true, atom.Fieldset: true, atom.Ul: true, atom.Ol: true, atom.Body: true, atom.Html: true,
}

func (w *htmlWalk) flush(tag string) {
	if b, ok := blockOf(tag, w.runs); ok {
		w.blocks = append(w.blocks, b)
	}
	w.runs = nil
}

func (w *htmlWalk) children(n *html.Node, l look) {
	for c := range n.ChildNodes() {
		w.node(c, l)
	}
}

func (w *htmlWalk) node(n *html.Node, l look) {
	switch {
	case n == w.without || dropped(n):
		return
	case n.Type == html.TextNode:
		w.runs = append(w.runs, run{n.Data, l.strong, l.em, l.href})
		return
	case n.DataAtom == atom.Img:
		w.images++
		return
	case n.DataAtom == atom.Table && !layout(n):
		w.flush(l.tag)
		w.table(n)
		return
	}
	w.element(n, l)
}

func (w *htmlWalk) element(n *html.Node, l look) {
	inner := l
	switch tag := n.DataAtom; {
	case headingTags[tag] != "":
		inner.tag, inner.strong, inner.inItem = headingTags[tag], false, false
		w.within(n, l, inner)
	case tag == atom.Li:
		inner.tag, inner.inItem = "ul", true
		if n.Parent.DataAtom == atom.Ol {
			inner.tag = "ol"
		}
		w.within(n, l, inner)
	case tag == atom.Br && l.inItem:
		w.runs = append(w.runs, run{text: " "})
	case tag == atom.Br:
		w.flush(l.tag)
	case tag == atom.Ul || tag == atom.Ol || breaking[tag] && !l.inItem || layoutPart(n):
		w.within(n, l, inner)
	case breaking[tag]:
		w.runs = append(w.runs, run{text: " "})
		w.children(n, inner)
		w.runs = append(w.runs, run{text: " "})
	default:
		inline(n, &inner)
		w.children(n, inner)
	}
}

// within walks an element that is a block of its own.
func (w *htmlWalk) within(n *html.Node, outer, inner look) {
	w.flush(outer.tag)
	w.children(n, inner)
	w.flush(inner.tag)
}

func inline(n *html.Node, l *look) {
	switch n.DataAtom {
	case atom.B, atom.Strong:
		l.strong = l.tag[0] != 'h'
	case atom.I, atom.Em:
		l.em = true
	case atom.A:
		l.href = link(attr(n, "href"))
	}
}

// layout tables hold the page, not data: one cell, or other tables.
func layout(n *html.Node) bool {
	cells := 0
	for c := range n.Descendants() {
		switch c.DataAtom {
		case atom.Table:
			return true
		case atom.Td, atom.Th:
			cells++
		}
	}
	return cells <= 1
}

func layoutPart(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Table, atom.Tbody, atom.Thead, atom.Tr, atom.Td, atom.Th:
		return true
	}
	return false
}

func (w *htmlWalk) table(n *html.Node) {
	var rows [][]cell
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		for c := range n.ChildNodes() {
			switch {
			case dropped(c):
			case c.DataAtom == atom.Caption:
				w.within(c, look{tag: "p"}, look{tag: "p"})
			case c.DataAtom == atom.Tr:
				rows = append(rows, nil)
				walk(c)
			case (c.DataAtom == atom.Td || c.DataAtom == atom.Th) && len(rows) > 0:
				rows[len(rows)-1] = append(rows[len(rows)-1], w.cell(c))
			default:
				walk(c)
			}
		}
	}
	walk(n)
	if len(rows) > 0 {
		w.blocks = append(w.blocks, spanned(rows))
	}
}

func (w *htmlWalk) cell(n *html.Node) cell {
	in := htmlWalk{without: w.without}
	in.children(n, look{tag: "p"})
	in.flush("p")
	w.images += in.images
	c := cellOf(in.blocks)
	c.cols, c.rows = spanOf(n, "colspan"), spanOf(n, "rowspan")
	return c
}
