// Workbooks without traces: whose they were, on which disk and printer, and who commented. Comments themselves are part of a sheet and stay.

package files

import (
	"regexp"
	"slices"
	"strings"
)

// someone stands for the names of authors, which comments cannot do without.
const someone = "作者"

var relationAttr = regexp.MustCompile(`\s\w+:id="[^"]*"`)

func (o *office) tidyBook(p *xmlPart, root string) {
	switch root {
	case "comments":
		o.tidyComments(p)
		return
	case "personList":
		o.tidyPersons(p)
		return
	}
	x := xmlScan{text: string(p.raw)}
	for t := x.next(); t.kind != over; t = x.next() {
		switch t.name {
		case "absPath": // where the file lay
			x.inner(t, nil)
			p.cut(t.from, x.at)
		case "pageSetup": // the settings of a printer
			for _, at := range relationAttr.FindAllStringIndex(x.text[t.from:t.to], -1) {
				p.cut(t.from+at[0], t.from+at[1])
			}
		case "fileSharing":
			at, size := x.attrAt(t, "userName")
			o.unname(p, at, at+size)
		}
	}
}

// tidyComments takes the names out of the list of authors, and off the comments
// that begin with them.
func (o *office) tidyComments(p *xmlPart) {
	var names []string
	x := xmlScan{text: string(p.raw)}
	for t := x.next(); t.kind != over; t = x.next() {
		if t.name != "author" || t.kind != opening {
			continue
		}
		from := x.at
		if name := x.inner(t, nil); o.unname(p, from, from+strings.IndexByte(x.text[from:]+"<", '<')) {
			names = append(names, name)
		}
	}
	for _, n := range p.nodes {
		for _, name := range names {
			if rest, begins := strings.CutPrefix(n.text, name); begins && (rest == "" || strings.HasPrefix(rest, ":") || strings.HasPrefix(rest, "：")) {
				n.begin(name, someone)
				break
			}
		}
	}
}

func (o *office) tidyPersons(p *xmlPart) {
	x := xmlScan{text: string(p.raw)}
	for t := x.next(); t.kind != over; t = x.next() {
		if t.name == "person" && t.kind != ending {
			for _, attr := range []string{"displayName", "userId"} {
				at, size := x.attrAt(t, attr)
				o.unname(p, at, at+size)
			}
		}
	}
}

// unname puts someone in the place of a name that may be somebody's.
func (o *office) unname(p *xmlPart, from, to int) bool {
	name := unescaped(string(p.raw[from:to]))
	if !personal(name) {
		return false
	}
	o.traced(TraceAuthor)
	p.nodeAt(from, to, name).begin(name, someone)
	return true
}

// nodeAt is the piece of text at a place, which nobody may have read before.
func (p *xmlPart) nodeAt(from, to int, text string) *node {
	if i := slices.IndexFunc(p.nodes, func(n *node) bool { return n.from == from }); i >= 0 {
		return p.nodes[i]
	}
	return p.add(text, from, to)
}

// begin puts other words in the place of those with which the node begins.
func (n *node) begin(was, now string) {
	if n.out == nil {
		n.out = characters(n.text)
	}
	for i := range characters(was) {
		n.out[i] = ""
	}
	n.out[0] = now
}
