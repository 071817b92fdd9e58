// One XML part of an office file: its pieces of text with their places in the bytes, so that a masked copy changes them and nothing else.

package files

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// node is a piece of text in a part: character data or the value of an attribute.
type node struct {
	from, to int    // where it stands in the part's bytes
	text     string // what it says
	out      []string
}

// xmlPart is a part, its nodes, and what a masked copy leaves out of it.
type xmlPart struct {
	name  string
	raw   []byte
	nodes []*node
	cuts  [][2]int
	most  int // nodes that it may have

	places map[int]*node // by from, where nodeAt asked for one
}

// xmlAttr is an attribute with the place of its value, and of all of it with
// the blank before.
type xmlAttr struct {
	name, value    string
	from, to       int
	lead, trailing int
}

// xmlWalker is told what stands in a part, in order. For a start tag and a
// text, from and to are its bytes.
type xmlWalker interface {
	start(name string, attrs []xmlAttr, from, to int)
	end(name string)
	text(text string, from, to int)
	comment(text string, from, to int)
}

var (
	errXMLDepth = errors.New("files: elements nested too deeply")
	errXMLTexts = errors.New("files: too many texts")
)

// walkXML walks a part within the limits, and says which one was reached.
func (s *pass) walkXML(p *xmlPart, w xmlWalker) error {
	p.most = s.left.Texts - s.left.texts
	err := p.walk(s.left.XMLDepth, w)
	s.left.texts += len(p.nodes)
	switch {
	case errors.Is(err, errXMLDepth):
		return tooMuch("xml_depth", fmt.Sprint(s.left.XMLDepth))
	case errors.Is(err, errXMLTexts):
		return tooMuch("texts", fmt.Sprint(s.left.Texts))
	}
	return err
}

// walk reads the part from end to end. Names come without their prefix. The
// decoder checks that tags match and that no entity is left unknown.
func (p *xmlPart) walk(depth int, w xmlWalker) error {
	d := xml.NewDecoder(bytes.NewReader(p.raw))
	open, from := 0, 0
	for {
		t, err := d.Token()
		to := int(d.InputOffset())
		switch t := t.(type) {
		case nil:
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		case xml.StartElement:
			if open++; open > depth {
				return errXMLDepth
			}
			if len(p.nodes) > p.most {
				return errXMLTexts
			}
			w.start(t.Name.Local, attrsOf(t, p.raw, from, to), from, to)
		case xml.EndElement:
			open--
			w.end(t.Name.Local)
		case xml.CharData:
			w.text(string(t), from, to)
		case xml.Comment:
			w.comment(string(t), from+len("<!--"), to-len("-->"))
		}
		from = to
	}
}

// attrsOf finds the places of a tag's attributes, which stand in the order in
// which the decoder gave them.
func attrsOf(t xml.StartElement, raw []byte, from, to int) []xmlAttr {
	if len(t.Attr) == 0 {
		return nil
	}
	attrs := make([]xmlAttr, 0, len(t.Attr))
	at := from + 1
	for _, a := range t.Attr {
		eq := bytes.IndexByte(raw[at:to], '=')
		if eq < 0 {
			break
		}
		open := bytes.IndexAny(raw[at+eq:to], `"'`)
		if open < 0 {
			break
		}
		open += at + eq
		size := bytes.IndexByte(raw[open+1:to], raw[open])
		if size < 0 {
			break
		}
		end := open + 1 + size
		attrs = append(attrs, xmlAttr{a.Name.Local, a.Value, open + 1, end, nameStart(raw, at, at+eq), end + 1})
		at = end + 1
	}
	return attrs
}

// nameStart is where the blank before an attribute's name begins.
func nameStart(raw []byte, least, eq int) int {
	i := eq
	for i > least && isXMLSpace(raw[i-1]) {
		i--
	}
	for i > least && !isXMLSpace(raw[i-1]) {
		i--
	}
	for i > least && isXMLSpace(raw[i-1]) {
		i--
	}
	return i
}

func isXMLSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// add keeps a piece of text for strands to point to.
func (p *xmlPart) add(text string, from, to int) *node {
	n := &node{from: from, to: to, text: text}
	p.nodes = append(p.nodes, n)
	return n
}

// cut leaves bytes out of the masked copy.
func (p *xmlPart) cut(from, to int) { p.cuts = append(p.cuts, [2]int{from, to}) }

// set changes characters of the node, from the byte at on, one by one. A
// character that was changed before stays changed.
func (n *node) set(at int, was, now []string) {
	if n.out == nil {
		n.out = characters(n.text)
	}
	i := utf8.RuneCountInString(n.text[:at])
	for k := range was {
		if was[k] != now[k] {
			n.out[i+k] = now[k]
		}
	}
}

// characters cuts a text into its runes.
func characters(text string) []string {
	out := make([]string, 0, len(text))
	for _, r := range text {
		out = append(out, string(r))
	}
	return out
}

// bytes writes the part as the masked copy has it.
func (p *xmlPart) bytes() []byte {
	type change struct {
		from, to int
		text     string
	}
	var changes []change
	for _, c := range p.cuts { // before what changes at the same place
		changes = append(changes, change{c[0], c[1], ""})
	}
	for _, n := range p.nodes {
		if n.out != nil {
			changes = append(changes, change{n.from, n.to, strings.Join(n.out, "")})
		}
	}
	slices.SortStableFunc(changes, func(a, b change) int {
		if a.from != b.from {
			return a.from - b.from
		}
		return b.to - a.to
	})
	var b bytes.Buffer
	done := 0
	for _, c := range changes {
		if c.from < done { // inside something that is cut
			continue
		}
		b.Write(p.raw[done:c.from])
		_ = xml.EscapeText(&b, []byte(c.text)) // a buffer takes everything
		done = c.to
	}
	b.Write(p.raw[done:])
	return b.Bytes()
}
