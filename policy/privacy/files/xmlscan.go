// A quick reader of XML for sheets and their strings: hundreds of thousands of cells, no allocation for any of them.

package files

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// xmlTag is a tag, or the text between two tags.
type xmlTag struct {
	kind     byte   // one of the kinds below
	name     string // without prefix; of a text empty
	from, to int    // where it stands, brackets included
}

const (
	opening  = 'o'
	ending   = 'e'
	empty    = 's' // opens and ends at once
	chars    = 't'
	verbatim = 'v' // CDATA; from and to are those of its content
	remark   = 'c' // a comment; likewise
	over     = 0
)

// xmlScan goes over XML. It never fails and never goes back; tags that do not
// match make it torn.
type xmlScan struct {
	text  string
	at    int
	depth int
	open  []string
	torn  bool
}

// next is the next tag or text; its kind is over at the end.
func (x *xmlScan) next() xmlTag {
	for x.at < len(x.text) {
		if x.text[x.at] != '<' {
			return x.chars()
		}
		rest := x.text[x.at:]
		switch {
		case strings.HasPrefix(rest, "<!--"):
			return x.until(remark, "<!--", "-->")
		case strings.HasPrefix(rest, "<![CDATA["):
			return x.until(verbatim, "<![CDATA[", "]]>")
		case strings.HasPrefix(rest, "<?"), strings.HasPrefix(rest, "<!"):
			x.until(remark, "<", ">")
		default:
			return x.tag()
		}
	}
	return xmlTag{}
}

func (x *xmlScan) chars() xmlTag {
	from := x.at
	if n := strings.IndexByte(x.text[from:], '<'); n >= 0 {
		x.at += n
	} else {
		x.at = len(x.text)
	}
	return xmlTag{chars, "", from, x.at}
}

// until passes over what begins and ends with these marks.
func (x *xmlScan) until(kind byte, begin, end string) xmlTag {
	from := x.at + len(begin)
	n := strings.Index(x.text[from:], end)
	if n < 0 {
		x.at = len(x.text)
		return xmlTag{kind, "", from, x.at}
	}
	x.at = from + n + len(end)
	return xmlTag{kind, "", from, from + n}
}

// tag reads a tag; a bracket inside an attribute's quotes does not end it.
func (x *xmlScan) tag() xmlTag {
	t := xmlTag{opening, "", x.at, len(x.text)}
	quote := byte(0)
	for i := x.at + 1; i < len(x.text); i++ {
		c := x.text[i]
		if quote != 0 {
			if c == quote {
				quote = 0
			}
			continue
		}
		if c == '"' || c == '\'' {
			quote = c
		} else if c == '>' {
			t.to = i + 1
			break
		}
	}
	x.at = t.to
	inner := strings.TrimSuffix(x.text[t.from+1:t.to], ">")
	switch {
	case strings.HasPrefix(inner, "/"):
		t.kind = ending
		inner = inner[1:]
	case strings.HasSuffix(inner, "/"):
		t.kind = empty
		inner = inner[:len(inner)-1]
	}
	t.name = localName(inner)
	x.count(t)
	return t
}

// count keeps the open elements.
func (x *xmlScan) count(t xmlTag) {
	last := len(x.open) - 1
	switch {
	case t.kind == opening:
		x.open = append(x.open, t.name)
	case t.kind == ending && last >= 0 && x.open[last] == t.name:
		x.open = x.open[:last]
	case t.kind == ending:
		x.torn = true
		x.open = x.open[:max(last, 0)]
	}
	x.depth = len(x.open)
}

// whole tells, at the end, whether every tag had its match.
func (x *xmlScan) whole() bool { return !x.torn && x.depth == 0 }

// localName is the name in front of the attributes, without its prefix.
func localName(tag string) string {
	end := strings.IndexAny(tag, " \t\r\n")
	if end >= 0 {
		tag = tag[:end]
	}
	return tag[strings.IndexByte(tag, ':')+1:]
}

// attr is the value of an attribute as it stands in the tag; prefixes count.
func (x *xmlScan) attr(t xmlTag, name string) string {
	at, size := x.attrAt(t, name)
	return x.text[at : at+size]
}

// attrAt is where the value of an attribute stands.
func (x *xmlScan) attrAt(t xmlTag, name string) (at, size int) {
	tag := x.text[t.from:t.to]
	for i := 0; ; {
		eq := strings.IndexByte(tag[i:], '=')
		if eq < 0 {
			return 0, 0
		}
		key := strings.TrimSpace(tag[i : i+eq])
		key = key[strings.LastIndexAny(key, " \t\r\n")+1:]
		open := strings.IndexAny(tag[i+eq:], `"'`)
		if open < 0 {
			return 0, 0
		}
		open += i + eq + 1
		size := strings.IndexByte(tag[open:], tag[open-1])
		if size < 0 {
			return 0, 0
		}
		if key == name {
			return t.from + open, size
		}
		i = open + size + 1
	}
}

// inner reads up to the end of the element that t opens and gives all its text.
func (x *xmlScan) inner(t xmlTag, skip func(name string) bool) string {
	if t.kind == empty {
		return ""
	}
	text, shared := "", true // most elements hold one text, which needs no builder
	var b strings.Builder
	for outside := x.depth - 1; ; {
		in := x.next()
		switch {
		case in.kind == over, in.kind == ending && x.depth <= outside:
			if shared {
				return text
			}
			return b.String()
		case in.kind == opening && skip != nil && skip(in.name):
			x.inner(in, nil)
		case in.kind == chars || in.kind == verbatim:
			piece := x.said(in)
			if shared && text == "" {
				text = piece
				continue
			}
			if shared {
				b.WriteString(text)
				shared = false
			}
			b.WriteString(piece)
		}
	}
}

// said is what a text says, entities and escapes resolved.
func (x *xmlScan) said(t xmlTag) string {
	text := x.text[t.from:t.to]
	if t.kind == chars {
		text = unescaped(text)
	}
	return xstring(text)
}

var entities = map[string]string{"lt": "<", "gt": ">", "amp": "&", "quot": `"`, "apos": "'"}

// unescaped resolves the entities of XML.
func unescaped(text string) string {
	if strings.IndexByte(text, '&') < 0 {
		return text
	}
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "&")
		b.WriteString(before)
		name, _, closed := strings.Cut(rest[:min(len(rest), 11)], ";")
		switch value, known := entity(name); {
		case !found:
			return b.String()
		case closed && known:
			b.WriteString(value)
			text = rest[len(name)+1:]
		default:
			b.WriteByte('&')
			text = rest
		}
	}
}

func entity(name string) (string, bool) {
	if value, known := entities[name]; known || !strings.HasPrefix(name, "#") {
		return value, known
	}
	digits, base := name[1:], 10
	if digits != "" && (digits[0] == 'x' || digits[0] == 'X') {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	return string(rune(n)), err == nil && utf8.ValidRune(rune(n))
}

// xstring resolves _x0031_, the way of Excel to write what XML may not hold.
func xstring(text string) string {
	at := strings.Index(text, "_x")
	if at < 0 {
		return text
	}
	var b strings.Builder
	for ; at >= 0; at = strings.Index(text, "_x") {
		b.WriteString(text[:at])
		text = text[at:]
		if n, ok := xescape(text); ok {
			b.WriteRune(rune(n))
			text = text[len("_x0000_"):]
		} else {
			b.WriteString("_x")
			text = text[2:]
		}
	}
	b.WriteString(text)
	return b.String()
}

func xescape(text string) (uint64, bool) {
	if len(text) < len("_x0000_") || text[6] != '_' {
		return 0, false
	}
	n, err := strconv.ParseUint(text[2:6], 16, 32)
	return n, err == nil && utf8.ValidRune(rune(n))
}

// escaped writes a text for a cell.
func escaped(text string) string {
	var b strings.Builder
	for i, r := range text {
		switch {
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '&':
			b.WriteString("&amp;")
		case r == '_':
			if _, looks := xescape(text[i:]); looks {
				b.WriteString("_x005F")
			}
			b.WriteByte('_')
		case r < ' ' && r != '\t' && r != '\n':
			fmt.Fprintf(&b, "_x%04X_", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
