// Objects: the notation of PDF, read from bytes.

package pdf

import (
	"bytes"
	"context"
	"strconv"
)

// The kinds of objects. A number is an int or a float64, a text string a str.
type (
	name  string
	str   string
	array []any
	dict  map[name]any
	ref   int // the number of another object; its generation tells nothing here
	word  string
)

// stream is a dictionary with bytes behind it.
type stream struct {
	dict
	raw []byte
}

// lexer reads objects out of bytes. Its budget is shared by all that read the
// same file: nesting and repetition cannot make work without end.
type lexer struct {
	data   []byte
	at     int
	budget *budget
	keeps  bool // what is read stays in memory
}

// budget is how much work and how many unpacked bytes a file may still cause.
type budget struct {
	ctx     context.Context
	steps   int
	asked   int // steps left when the context was asked last
	bytes   int // unpacked
	objects int // kept in memory
	text    int // bytes of text handed out
}

// spend takes from the budget and tells whether there was enough.
func (b *budget) spend(n int) bool {
	b.steps -= n
	if b.asked-b.steps > 1<<20 {
		b.asked = b.steps
		if b.ctx.Err() != nil {
			b.steps = -1
		}
	}
	return b.steps >= 0
}

const deepest = 64 // arrays and dictionaries inside each other

func isBlank(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}

func isDelimiter(c byte) bool { return bytes.IndexByte([]byte("()<>[]{}/%"), c) >= 0 }

// skip passes blanks and comments.
func (l *lexer) skip() {
	for l.at < len(l.data) {
		switch c := l.data[l.at]; {
		case isBlank(c):
			l.at++
		case c == '%':
			for l.at < len(l.data) && l.data[l.at] != '\n' && l.data[l.at] != '\r' {
				l.at++
			}
		default:
			return
		}
	}
}

// next reads an object, or a word if what stands there is none: "endobj", an
// operator. ok is false at the end.
func (l *lexer) next(depth int) (object any, ok bool) {
	l.skip()
	if l.at >= len(l.data) {
		return nil, false
	}
	from := l.at
	if l.keeps {
		l.budget.objects--
	}
	defer func() { ok = ok && l.budget.spend(l.at-from+1) && l.budget.objects >= 0 }()
	switch c := l.data[l.at]; {
	case c == '/':
		l.at++
		return l.name(), true
	case c == '(':
		return l.literal(), true
	case c == '<' && l.follows("<<"):
		l.at += 2
		return l.dict(depth), true
	case c == '<':
		return l.hex(), true
	case c == '[':
		l.at++
		return l.array(depth), true
	case isDelimiter(c):
		l.at++
		if l.follows(">") && c == '>' {
			l.at++
			return word(">>"), true
		}
		return word(c), true
	}
	return l.regular(), true
}

func (l *lexer) follows(text string) bool { return bytes.HasPrefix(l.data[l.at:], []byte(text)) }

// token is the run of regular characters here.
func (l *lexer) token() string {
	from := l.at
	for l.at < len(l.data) && !isBlank(l.data[l.at]) && !isDelimiter(l.data[l.at]) {
		l.at++
	}
	return string(l.data[from:l.at])
}

// regular reads a number, a reference or a word.
func (l *lexer) regular() any {
	t := l.token()
	if n, err := strconv.Atoi(t); err == nil {
		if l.reference() {
			return ref(n)
		}
		return n
	}
	if f, err := strconv.ParseFloat(t, 64); err == nil && (t[0] < 'A' || t[0] > 'z') {
		return f
	}
	switch t {
	case "true":
		return true
	case "false":
		return false
	case "null":
		return nil
	}
	return word(t)
}

// reference passes the "0 R" behind an object's number, if it stands there.
func (l *lexer) reference() bool {
	i := l.at
	for i < len(l.data) && isBlank(l.data[i]) {
		i++
	}
	from := i
	for i < len(l.data) && l.data[i] >= '0' && l.data[i] <= '9' && i-from < 6 {
		i++
	}
	if i == from {
		return false
	}
	from = i
	for i < len(l.data) && isBlank(l.data[i]) {
		i++
	}
	if i == from || i >= len(l.data) || l.data[i] != 'R' || i+1 < len(l.data) && !isBlank(l.data[i+1]) && !isDelimiter(l.data[i+1]) {
		return false
	}
	l.at = i + 1
	return true
}

// name reads what follows the slash; #xx is a byte.
func (l *lexer) name() name {
	t := l.token()
	var b []byte
	for i := 0; i < len(t); i++ {
		if t[i] == '#' && i+2 < len(t) {
			if n, err := strconv.ParseUint(t[i+1:i+3], 16, 8); err == nil {
				b = append(b, byte(n))
				i += 2
				continue
			}
		}
		b = append(b, t[i])
	}
	return name(b)
}

// literal reads a string in parentheses.
func (l *lexer) literal() str {
	var b []byte
	open := 0
	for l.at < len(l.data) {
		c := l.data[l.at]
		l.at++
		switch c {
		case '(':
			if open++; open == 1 {
				continue
			}
		case ')':
			if open--; open == 0 {
				return str(b)
			}
		case '\\':
			b = l.escape(b)
			continue
		}
		b = append(b, c)
	}
	return str(b)
}

var escapes = map[byte]byte{'n': '\n', 'r': '\r', 't': '\t', 'b': '\b', 'f': '\f'}

// escape reads what follows a backslash: a letter, up to three octal digits,
// or the end of a line, which means nothing.
func (l *lexer) escape(b []byte) []byte {
	if l.at >= len(l.data) {
		return b
	}
	c := l.data[l.at]
	l.at++
	if e, ok := escapes[c]; ok {
		return append(b, e)
	}
	switch {
	case c >= '0' && c <= '7':
		n := int(c - '0')
		for k := 0; k < 2 && l.at < len(l.data) && l.data[l.at] >= '0' && l.data[l.at] <= '7'; k++ {
			n = n<<3 | int(l.data[l.at]-'0')
			l.at++
		}
		return append(b, byte(n))
	case c == '\r' && l.follows("\n"):
		l.at++
		return b
	case c == '\r' || c == '\n':
		return b
	}
	return append(b, c)
}

// hex reads a string in angle brackets.
func (l *lexer) hex() str {
	var b []byte
	half, n := 0, 0
	for l.at++; l.at < len(l.data); l.at++ {
		c := l.data[l.at]
		if c == '>' {
			l.at++
			break
		}
		d := hexDigit(c)
		if d < 0 {
			continue
		}
		if n++; n%2 == 1 {
			half = d
			continue
		}
		b = append(b, byte(half<<4|d))
	}
	if n%2 == 1 {
		b = append(b, byte(half<<4))
	}
	return str(b)
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// ends are the words at which an array or dictionary ends even if it was never
// closed.
func ends(o any) bool {
	w, ok := o.(word)
	return ok && (w == "endobj" || w == "obj" || w == "stream" || w == "endstream" || w == "xref" || w == "trailer")
}

func (l *lexer) array(depth int) array {
	var a array
	for depth < deepest {
		from := l.at
		o, ok := l.next(depth + 1)
		if !ok || o == word("]") {
			break
		}
		if ends(o) {
			l.at = from
			break
		}
		a = append(a, o)
	}
	return a
}

func (l *lexer) dict(depth int) dict {
	d := dict{}
	for depth < deepest {
		from := l.at
		key, ok := l.next(depth + 1)
		if !ok || key == word(">>") {
			break
		}
		if ends(key) {
			l.at = from
			break
		}
		k, isName := key.(name)
		if !isName {
			continue
		}
		from = l.at
		v, ok := l.next(depth + 1)
		if !ok || v == word(">>") || ends(v) {
			l.at = from
			if ok {
				continue
			}
			break
		}
		d[k] = v
	}
	return d
}
