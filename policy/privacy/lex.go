// The reader: turns a stretch of source into folded characters that know their place.

package privacy

import (
	"html"
	"strings"
	"unicode/utf8"
)

// atom is one folded character, or one tag, with its place in the source.
// The atoms of a piece tile it without gaps.
type atom struct {
	glyph
	start, end int
}

// mode says which markup is undone while reading.
type mode uint8

const (
	raw      mode = iota // nothing: plain text, scripts, styles
	entities             // attributes, titles
	tags                 // HTML
	marks                // Markdown: HTML and emphasis
)

// signs are the ASCII characters that wake a kind.
const signs = "@[({#"

// stops are the bytes at which a mode may find something else than text.
var stops = [...][128]bool{
	raw:      stopsAt("%"),
	entities: stopsAt("%&"),
	tags:     stopsAt("%&<"),
	marks:    stopsAt("%&<*`~\\|"),
}

func stopsAt(bytes string) (t [128]bool) {
	for _, c := range bytes + "0123456789" + signs {
		t[c] = true
	}
	return t
}

// lexer reads one piece of the source.
type lexer struct {
	src     string // the whole source
	at, end int    // where it is, and where the piece ends
	mode    mode
	label   string
	found   func(piece) // gets attributes, comments, scripts; nil on a second reading
	places  [16]int     // where text began after the latest tags, for going back
	tagged  int         // how many tags there were
}

// next reads one atom.
func (l *lexer) next() (atom, bool) {
	if l.at >= l.end {
		return atom{}, false
	}
	at := l.at
	if r := l.han(); r > 0 {
		l.at = at + 3
		return atom{glyph: glyph{r: r}, start: at, end: at + 3}, true
	}
	a := l.read()
	a.start, l.at = at, a.end
	return a, true
}

// han is the Chinese character that comes next, if it folds to itself; 0 is any other.
func (l *lexer) han() rune {
	if r := threeBytes(l.src[:l.end], l.at); r >= 0x4e00 && r <= 0x9fff && !isDigitRune(r) {
		return r
	}
	return 0
}

func (l *lexer) read() atom {
	c := l.src[l.at]
	if c >= utf8.RuneSelf {
		r, size := runeAt(l.src[:l.end], l.at)
		return atom{glyph: fold(r), end: l.at + size}
	}
	switch {
	case c == '<' && l.mode >= tags:
		if a, ok := l.tag(); ok {
			return a
		}
	case c == '&' && l.mode >= entities:
		if a, ok := l.entity(); ok {
			return a
		}
	case c == '%':
		if a, ok := l.escape(); ok {
			return a
		}
	case c == '\r' && l.at+1 < l.end && l.src[l.at+1] == '\n':
		return atom{glyph: fold('\n'), end: l.at + 2}
	case l.mode == marks:
		return atom{glyph: l.mark(c), end: l.at + 1}
	}
	return atom{glyph: asciiGlyphs[c], end: l.at + 1}
}

// mark gives a character its Markdown meaning. Emphasis has at most three
// stars; four and more are somebody's mask, and end a number.
func (l *lexer) mark(c byte) glyph {
	switch c {
	case '|':
		return glyph{r: '|', class: border}
	case '`', '\\', '~':
		return glyph{class: seam}
	case '*':
		if l.stars() < 4 {
			return glyph{r: '*', class: seam}
		}
	}
	return asciiGlyphs[c]
}

// stars counts the stars around the present one, up to four.
func (l *lexer) stars() int {
	n := 1
	for i := l.at - 1; i >= 0 && n < 4 && l.src[i] == '*'; i-- {
		n++
	}
	for i := l.at + 1; i < l.end && n < 4 && l.src[i] == '*'; i++ {
		n++
	}
	return n
}

// entity reads &#49; &#x31; &nbsp; and their like, one level deep.
func (l *lexer) entity() (atom, bool) {
	s := l.src[l.at:min(l.at+32, l.end)]
	n := entityLength(s)
	if n == 0 {
		return atom{}, false
	}
	text := html.UnescapeString(s[:n])
	r, size := utf8.DecodeRuneInString(text)
	if size != len(text) || r == '&' {
		return atom{}, false
	}
	g := fold(r)
	if g.class == wrap { // a line end that is not in the source's own lines
		g = glyph{r: ' ', class: blank}
	}
	return atom{glyph: g, end: l.at + n}, true
}

// entityLength measures a character reference; one without its semicolon
// counts only as a number, as browsers have it.
func entityLength(s string) int {
	i := 1
	numeric := len(s) > 1 && s[1] == '#'
	if numeric {
		i++
		if i < len(s) && s[i]|0x20 == 'x' {
			i++
		}
	}
	first := i
	for i < len(s) && (isDigit(s[i]) || isLetter(s[i]) && (!numeric || isHex(s[i]) && s[2]|0x20 == 'x')) {
		i++
	}
	switch {
	case i == first:
		return 0
	case i < len(s) && s[i] == ';':
		return i + 1
	case numeric:
		return i
	}
	return 0
}

// escape reads %31 and %E4… where it stands in an address; elsewhere a
// percent sign is a percent sign.
func (l *lexer) escape() (atom, bool) {
	var buf [4]byte
	n := 0
	for i := l.at; n < len(buf) && i+2 < l.end && l.src[i] == '%'; i += 3 {
		hi, lo := l.src[i+1], l.src[i+2]
		if !isHex(hi) || !isHex(lo) {
			break
		}
		buf[n] = unhex(hi)<<4 | unhex(lo)
		n++
	}
	if n == 0 {
		return atom{}, false
	}
	r, size := utf8.DecodeRune(buf[:n])
	if r == utf8.RuneError || !l.inAddress() {
		return atom{}, false
	}
	g := fold(r)
	if g.class == wrap || g.class == border {
		g = glyph{r: ' ', class: blank}
	}
	return atom{glyph: g, end: l.at + 3*size}, true
}

// inAddress looks back for what only an address has in front of an escape:
// a scheme, a slash, a query, another escape.
func (l *lexer) inAddress() bool {
	for i := l.at - 1; i >= max(0, l.at-64); i-- {
		switch c := l.src[i]; {
		case strings.IndexByte("/?=&:%", c) >= 0:
			return true
		case c <= ' ' || c >= utf8.RuneSelf || c == '<' || c == '>':
			return false
		case c == '"' || c == '\'':
			return l.mode == entities
		}
	}
	return l.mode == entities
}

// skip moves to the next byte at which a long number, a tag or an escape may
// begin. Short numbers, which ordinary texts are full of, are hopped over.
func (l *lexer) skip() {
	s, stop := l.src[:l.end], &stops[l.mode]
	for i := l.at; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if !stop[c] {
				i++
				continue
			}
			if !isDigit(c) {
				if firsts.has(rune(c)) && !begins(rune(c), s[i+1:]) {
					i++
					continue
				}
				l.at = i
				return
			}
		} else if r := threeBytes(s, i); r > 0 && !worth.has(r) {
			i += 3
			continue
		} else if r, size := runeAt(s, i); !isDigitRune(r) {
			if firsts.has(r) && begins(r, s[i+size:]) {
				l.at = i
				return
			}
			i += size
			continue
		}
		next, short := hop(s, i, stop)
		if !short {
			l.at = i
			return
		}
		i = next
	}
	l.at = l.end
}

// hop passes over digits and what may join them. It reports whether these are
// too few for any number, and certain to end there.
func hop(s string, i int, stop *[128]bool) (next int, short bool) {
	for n := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if isDigit(c) {
				n++
			} else if stop[c] && !firsts.has(rune(c)) || asciiGlyphs[c].class == border {
				return i, false
			} else if asciiGlyphs[c].class == other {
				return i, n != 3 || c != ')' // (138)0013-8000
			}
			i++
		} else {
			r, size := runeAt(s, i)
			switch {
			case isDigitRune(r):
				n++
			case r == '）' && n == 3:
				return i, false
			case r >= 0x4e00 && r <= 0x9fff || r >= 0x3001 && r <= 0x301b || r >= 0xff08 && r <= 0xff0c || r == 0xff1a || r == 0xff1b:
				return i, true
			default:
				return i, false
			}
			i += size
		}
		if n >= fewest {
			return i, false
		}
	}
	return i, true
}

// runeAt decodes a character; those of three bytes, which Chinese is made of, quickly.
func runeAt(s string, i int) (rune, int) {
	if r := threeBytes(s, i); r > 0 {
		return r, 3
	}
	return utf8.DecodeRuneInString(s[i:])
}

// threeBytes decodes most characters of three bytes; for all else it is 0.
func threeBytes(s string, i int) rune {
	if i+2 >= len(s) {
		return 0
	}
	a, b, c := s[i], s[i+1], s[i+2]
	if a < 0xe1 || a >= 0xf0 || a == 0xed || b&0xc0 != 0x80 || c&0xc0 != 0x80 {
		return 0
	}
	return rune(a&0x0f)<<12 | rune(b&0x3f)<<6 | rune(c&0x3f)
}

func isDigitRune(r rune) bool {
	if r < 1<<16 {
		return digitBits[r>>6]&(1<<(r&63)) != 0
	}
	return glyphs[r].class == digit
}

// textAt notes a place where text begins.
func (l *lexer) textAt(at int) {
	l.places[l.tagged%len(l.places)] = at
	l.tagged++
}

// backward finds a place not far before `at` from which the source can be
// read again: so many bytes back in the same text, or a few tags back.
func (l *lexer) backward(at, bytes int) int {
	start := l.places[(l.tagged-1)%len(l.places)]
	if at-start >= bytes {
		start = at - bytes
		for !utf8.RuneStart(l.src[start]) && start < at {
			start++
		}
		return start
	}
	for n := l.tagged - 2; n >= 0 && n >= l.tagged-len(l.places); n-- {
		p := l.places[n%len(l.places)]
		if p < at-2048 {
			break
		}
		start = p
	}
	return start
}

func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func isHex(c byte) bool    { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }

func unhex(c byte) byte {
	if isDigit(c) {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}
