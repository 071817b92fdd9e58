// Workbooks without traces: whose they were, on which disk and printer, and who commented. Comments themselves are part of a sheet and stay.

package files

import (
	"regexp"
	"slices"
	"strings"
)

// someone stands for the names of authors, which comments cannot do without.
const someone = "作者"

var relationAttr = regexp.MustCompile(`\s\w+:id=(?:"[^"]*"|'[^']*')`)

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
	names := map[string]bool{}
	x := xmlScan{text: string(p.raw)}
	for t := x.next(); t.kind != over; t = x.next() {
		if t.name != "author" || t.kind != opening {
			continue
		}
		from := x.at
		if name := x.inner(t, nil); o.unname(p, from, from+strings.IndexByte(x.text[from:]+"<", '<')) {
			names[name] = true
		}
	}
	for _, n := range p.nodes {
		if name := signedBy(n.text, names); name != "" {
			n.begin(name, someone)
		}
	}
}

// longestAuthor is how many bytes of a comment are searched for its author.
const longestAuthor = 256

// signedBy is the name with which a comment begins, alone or in front of a colon.
func signedBy(text string, names map[string]bool) string {
	if names[text] {
		return text
	}
	for i, r := range text[:min(len(text), longestAuthor)] {
		if (r == ':' || r == '：') && names[text[:i]] {
			return text[:i]
		}
	}
	return ""
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
	if p.places == nil {
		p.places = map[int]*node{}
		for _, n := range slices.Backward(p.nodes) {
			p.places[n.from] = n
		}
	}
	if n := p.places[from]; n != nil {
		return n
	}
	p.places[from] = p.add(text, from, to)
	return p.places[from]
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
