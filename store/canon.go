// One pass over the JSON of a document: texts are checked and brought to NFC,
// empty members are left out, field names are checked, index values picked up.

package store

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// trie holds the indexed paths.
type trie struct {
	name  string
	field int // position in Table.Fields, -1 for an inner node
	next  []*trie
}

func (n *trie) add(path []string, field int) {
	if len(path) == 0 {
		n.field = field
		return
	}
	child := n.child([]byte(path[0]))
	if child == nil {
		child = &trie{name: path[0], field: -1}
		n.next = append(n.next, child)
	}
	child.add(path[1:], field)
}

func (n *trie) child(name []byte) *trie {
	if n == nil {
		return nil
	}
	for _, c := range n.next {
		if c.name == string(name) {
			return c
		}
	}
	return nil
}

// canon is one pass. in is compact JSON as encoding/json writes it.
type canon struct {
	in      []byte
	pos     int
	out     []byte
	path    [][]byte // names on the way to where the pass is, for errors
	keys    [][]Value
	rewrote bool // the stored document reads differently from the one given
}

// canonical gives the stored form of a document and the values of the table's
// fields. rewrote says that texts were normalised or empty lists left out.
func (t *Table) canonical(doc []byte) (out []byte, keys [][]Value, rewrote bool, err error) {
	c := canon{in: doc, out: make([]byte, 0, len(doc)), keys: make([][]Value, len(t.Fields))}
	if _, err := c.value(t.paths); err != nil {
		return nil, nil, false, err
	}
	for f, values := range c.keys {
		if len(values) > 1 && !t.arrays[f] {
			return nil, nil, false, notIndexable(t.Fields[f])
		}
	}
	if len(c.out) > MaxDocument {
		return nil, nil, false, invalid("too_large", "", "超过 4 MB", "it is larger than 4 MB")
	}
	return c.out, c.keys, c.rewrote, nil
}

// value copies one value; full is false for null, [] and {}.
func (c *canon) value(at *trie) (full bool, err error) {
	switch b := c.in[c.pos]; b {
	case '{':
		return c.object(at)
	case '[':
		return c.array(at)
	case '"':
		return true, c.text(at)
	case 'n':
		c.copy(4)
		return false, nil
	case 't':
		c.copy(4)
		c.pick(at, boolean(true))
	case 'f':
		c.copy(5)
		c.pick(at, boolean(false))
	default:
		return true, c.number(at)
	}
	return true, nil
}

func (c *canon) object(at *trie) (full bool, err error) {
	if at != nil && at.field >= 0 {
		return false, notIndexable(c.where())
	}
	c.copy(1)
	start := len(c.out)
	for c.in[c.pos] != '}' {
		if c.in[c.pos] == ',' {
			c.pos++
		}
		if err := c.member(at, start); err != nil {
			return false, err
		}
	}
	c.copy(1)
	return len(c.out) > start+1, nil
}

// member copies one name and value, or nothing if the value is empty.
func (c *canon) member(at *trie, start int) error {
	before := len(c.out)
	end := c.pos + 1 + bytes.IndexByte(c.in[c.pos+1:], '"')
	name := c.in[c.pos+1 : end]
	if !fieldName(name) { // the name may be data: only its place is told
		c.path = append(c.path, []byte("*"))
		return invalid("bad_field_name", c.where(), "字段名须为小写字母、数字和下划线", "field names are [a-z][a-z0-9_]*")
	}
	if before > start {
		c.out = append(c.out, ',')
	}
	c.copy(end + 2 - c.pos)
	c.path = append(c.path, name)
	empty := c.in[c.pos] != 'n'
	full, err := c.value(at.child(name))
	if err != nil {
		return err
	}
	c.path = c.path[:len(c.path)-1]
	if !full {
		c.out = c.out[:before]
		c.rewrote = c.rewrote || empty
	}
	return nil
}

func (c *canon) array(at *trie) (full bool, err error) {
	c.copy(1)
	start := len(c.out)
	for c.in[c.pos] != ']' {
		if c.in[c.pos] == ',' {
			c.copy(1)
		}
		if _, err := c.value(at); err != nil {
			return false, err
		}
	}
	c.copy(1)
	return len(c.out) > start+1, nil
}

func (c *canon) number(at *trie) error {
	end := c.pos
	for end < len(c.in) && strings.IndexByte(",]}", c.in[end]) < 0 {
		end++
	}
	if at != nil && at.field >= 0 {
		n, err := strconv.ParseInt(string(c.in[c.pos:end]), 10, 64)
		if err != nil {
			return notIndexable(c.where())
		}
		c.pick(at, number(n))
	}
	c.copy(end - c.pos)
	return nil
}

func (c *canon) text(at *trie) error {
	end, plain := textEnd(c.in, c.pos+1)
	raw := c.in[c.pos : end+1]
	if !plain {
		fixed, err := normalText(raw)
		if err != nil {
			return badText(c.where())
		}
		if len(fixed) != len(raw) || !bytes.Equal(fixed, raw) {
			c.rewrote = true
		}
		raw = fixed
	}
	c.out = append(c.out, raw...)
	c.pos = end + 1
	if at != nil && at.field >= 0 {
		s, err := unquoted(raw)
		if err != nil {
			return err
		}
		c.pick(at, text(s))
	}
	return nil
}

// textEnd finds the closing quote. plain means that the text is certainly valid
// and NFC: ASCII, Han, CJK punctuation and full-width forms, without escapes
// other than \n, \", \\ and \t. (Nothing composes with these.)
func textEnd(in []byte, i int) (end int, plain bool) {
	plain = true
	for {
		switch b := in[i]; {
		case b >= 0xE4 && b <= 0xE9 && in[i+1]&0xC0 == 0x80 && in[i+2]&0xC0 == 0x80: // most of Han
			i += 3
		case b == '"':
			return i, plain
		case b == '\\':
			plain = plain && (in[i+1] == 'n' || in[i+1] == '"' || in[i+1] == '\\' || in[i+1] == 't')
			i += 2
		case b < utf8.RuneSelf:
			i++
		case steady(in[i:]):
			i += 3
		default:
			plain = false
			i++
		}
	}
}

// steady reports whether a three-byte rune starts s that NFC leaves alone
// whatever stands around it.
func steady(s []byte) bool {
	if len(s) < 3 || s[1]&0xC0 != 0x80 || s[2]&0xC0 != 0x80 {
		return false
	}
	r := rune(s[0]&0x0F)<<12 | rune(s[1]&0x3F)<<6 | rune(s[2]&0x3F)
	switch s[0] {
	case 0xE2: // general punctuation: dashes, quotes, ellipsis
		return r >= 0x2010 && r <= 0x2027
	case 0xE3: // CJK punctuation, rare Han
		return r >= 0x3001 && r <= 0x3029 || r >= 0x3400
	case 0xEF: // full-width forms
		return r >= 0xFF01 && r <= 0xFF60
	}
	return false
}

// normalText is a quoted text in NFC. Invalid bytes and lone surrogates read as
// U+FFFD; only one that was written as itself may stay.
func normalText(raw []byte) ([]byte, error) {
	s, err := unquoted(raw)
	if err != nil {
		return nil, err
	}
	if !utf8.Valid(raw) || strings.IndexByte(s, 0) >= 0 || strings.Count(s, "\uFFFD") != bytes.Count(raw, []byte("\uFFFD")) {
		return nil, strconv.ErrSyntax
	}
	if norm.NFC.IsNormalString(s) {
		return raw, nil
	}
	return quoted(norm.NFC.String(s)), nil
}

func unquoted(raw []byte) (s string, err error) {
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw[1 : len(raw)-1]), nil
	}
	err = json.Unmarshal(raw, &s)
	return s, err
}

func quoted(s string) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string always encodes
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// pick notes the value of an indexed field.
func (c *canon) pick(at *trie, v Value) {
	if at == nil || at.field < 0 || v.Kind == Absent {
		return
	}
	c.keys[at.field] = append(c.keys[at.field], v)
}

func (c *canon) copy(n int) {
	c.out = append(c.out, c.in[c.pos:c.pos+n]...)
	c.pos += n
}

func (c *canon) where() string { return string(bytes.Join(c.path, []byte("."))) }

func notIndexable(path string) error {
	return invalid("not_indexable", path, "索引字段须为文本、布尔值、64 位整数或其数组", "an indexed field is a text, a boolean, a whole number of 64 bits, or a list of these")
}
