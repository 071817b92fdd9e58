// Character maps: what the codes of a font mean.

package pdf

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// cmap is a ToUnicode map.
type cmap struct {
	widths [5]bool // lengths of codes, in bytes, that occur
	codes  map[string]string
	ranges []codeRange
	missed map[string]bool
}

// codeRange maps codes of one length that differ in their value only.
type codeRange struct {
	size   int
	lo, hi uint32
	to     []uint16
}

const mostRanges = 1 << 16

// readCMap reads a ToUnicode stream.
func readCMap(data []byte, b *budget) *cmap {
	m := &cmap{codes: map[string]string{}, missed: map[string]bool{}}
	l := &lexer{data: data, budget: b}
	var stack []any
	for {
		o, ok := l.next(0)
		if !ok {
			return m
		}
		w, isWord := o.(word)
		if !isWord {
			stack = append(stack, o)
			continue
		}
		switch w {
		case "endcodespacerange":
			for _, o := range stack {
				if s, ok := o.(str); ok && len(s) > 0 && len(s) <= 4 {
					m.widths[len(s)] = true
				}
			}
		case "endbfchar":
			m.chars(stack)
		case "endbfrange":
			m.bands(stack)
		}
		stack = stack[:0]
	}
}

func (m *cmap) chars(stack []any) {
	for i := 0; i+1 < len(stack); i += 2 {
		code, ok1 := stack[i].(str)
		to, ok2 := stack[i+1].(str)
		if ok1 && ok2 && len(m.codes) < mostRanges {
			m.codes[string(code)] = wideText(string(to))
		}
	}
}

func (m *cmap) bands(stack []any) {
	for i := 0; i+2 < len(stack); i += 3 {
		lo, ok1 := stack[i].(str)
		hi, ok2 := stack[i+1].(str)
		if !ok1 || !ok2 || len(lo) == 0 || len(lo) > 4 || len(lo) != len(hi) || len(m.ranges) >= mostRanges {
			continue
		}
		r := codeRange{size: len(lo), lo: bigEndian(string(lo)), hi: bigEndian(string(hi))}
		switch to := stack[i+2].(type) {
		case str:
			r.to = units(string(to))
			m.ranges = append(m.ranges, r)
		case array:
			for k, o := range to {
				if s, ok := o.(str); ok && k <= int(r.hi-r.lo) && len(m.ranges) < mostRanges {
					m.ranges = append(m.ranges, codeRange{r.size, r.lo + uint32(k), r.lo + uint32(k), units(string(s))})
				}
			}
		}
	}
}

func bigEndian(s string) (n uint32) {
	for i := range len(s) {
		n = n<<8 | uint32(s[i])
	}
	return n
}

func units(s string) []uint16 {
	var u []uint16
	for i := 0; i+1 < len(s); i += 2 {
		u = append(u, uint16(s[i])<<8|uint16(s[i+1]))
	}
	return u
}

// wideText reads UTF-16, high byte first.
func wideText(s string) string { return string(utf16.Decode(units(s))) }

// text is what a code means; ok is false for codes that the map leaves out.
func (m *cmap) text(code string) (string, bool) {
	if t, ok := m.codes[code]; ok {
		return t, true
	}
	if m.missed[code] {
		return "", false
	}
	n := bigEndian(code)
	for _, r := range m.ranges {
		if r.size != len(code) || n < r.lo || n > r.hi || len(r.to) == 0 {
			continue
		}
		to := append([]uint16{}, r.to...)
		to[len(to)-1] += uint16(n - r.lo)
		t := string(utf16.Decode(to))
		if len(m.codes) < mostRanges {
			m.codes[code] = t
		}
		return t, true
	}
	if len(m.missed) < mostRanges {
		m.missed[code] = true
	}
	return "", false
}

// named are the maps that a font may name, by the beginning of the name: how
// long a code is, and what it means.
var named = []struct {
	prefix string
	size   func(s string) int
	text   func(code string) string
}{
	{"UniGB-UTF16", two, wideText}, {"UniGB-UCS2", two, wideText}, {"UniCNS-U", two, wideText}, {"UniJIS-U", two, wideText}, {"UniKS-U", two, wideText},
	{"GBK", mixed, fromGB}, {"GB-EUC", mixed, fromGB}, {"GBpc-EUC", mixed, fromGB},
	{"B5pc", mixed, fromBig5}, {"ETen-B5", mixed, fromBig5}, {"ETenms-B5", mixed, fromBig5}, {"HKscs-B5", mixed, fromBig5},
}

func two(string) int { return 2 }

// mixed codes are one byte below 0x80, else two; GBK2K has four, which begin
// with a byte and a digit.
func mixed(s string) int {
	switch {
	case s[0] < 0x80:
		return 1
	case len(s) >= 4 && s[1] >= '0' && s[1] <= '9':
		return 4
	}
	return 2
}

func fromGB(code string) string {
	text, err := simplifiedchinese.GB18030.NewDecoder().String(code)
	if err != nil {
		return string(utf8.RuneError)
	}
	return text
}

func fromBig5(code string) string {
	text, err := traditionalchinese.Big5.NewDecoder().String(code)
	if err != nil {
		return string(utf8.RuneError)
	}
	return text
}

// collected reads a glyph's number in one of Adobe's collections of Chinese,
// Japanese and Korean glyphs, of which all begin with ASCII.
func collected(code string) string {
	n := bigEndian(code)
	switch {
	case n >= 1 && n <= 95:
		return string(rune(n + 31))
	case n >= 814 && n <= 908: // GB1: half-width forms
		return string(rune(n - 814 + ' '))
	}
	return string(utf8.RuneError)
}

// glyphNames are the names of the ASCII characters beyond letters.
var glyphNames = func() map[string]rune {
	m := map[string]rune{}
	for i, n := range strings.Fields("space exclam quotedbl numbersign dollar percent ampersand quotesingle parenleft parenright asterisk plus comma hyphen period slash " +
		"zero one two three four five six seven eight nine colon semicolon less equal greater question at") {
		m[n] = rune(' ' + i)
	}
	for i, n := range strings.Fields("bracketleft backslash bracketright asciicircum underscore grave") {
		m[n] = rune('[' + i)
	}
	for i, n := range strings.Fields("braceleft bar braceright asciitilde") {
		m[n] = rune('{' + i)
	}
	for n, r := range map[string]rune{"minus": '-', "endash": '–', "emdash": '—', "bullet": '•', "periodcentered": '·', "quoteright": '’', "quoteleft": '‘', "nbspace": ' ', "sfthyphen": '-', "ellipsis": '…', "quotedblleft": '“', "quotedblright": '”'} {
		m[n] = r
	}
	return m
}()

// namedGlyph reads the name of a glyph: "seven", "A", "uni4E00", "u20000".
func namedGlyph(n string) string {
	n, _, _ = strings.Cut(n, ".")
	if r, ok := glyphNames[n]; ok {
		return string(r)
	}
	if len(n) == 1 {
		return n
	}
	digits, ok := strings.CutPrefix(n, "uni")
	if !ok {
		digits, ok = strings.CutPrefix(n, "u")
	}
	if !ok || len(digits) < 4 || len(digits) > 6 {
		return string(utf8.RuneError)
	}
	r := 0
	for i := range len(digits) {
		d := hexDigit(digits[i])
		if d < 0 {
			return string(utf8.RuneError)
		}
		r = r<<4 | d
	}
	return string(rune(r))
}
