// Folding: what a character means once its disguise is taken off.

package privacy

import "unicode"

// class says what a folded character does to a number it stands in or beside.
type class uint8

const (
	other  class = iota // ends a number
	digit               // '0' to '9' after folding
	blank               // one blank may stand inside a number, two are layout
	dash                // dashes, middle dots, underscores
	dot                 // full stops: may be a decimal point
	drop                // invisible: zero-width characters, soft hyphens, strokes laid over
	seam                // an inline tag or emphasis mark: invisible, but a number may end there
	wrap                // a line break in running text
	border              // a cell, a tab, the end of a block: never inside a number
)

// script tells forms of digits apart: in ①138… the first is a list mark.
type script uint8

const (
	ascii script = iota
	wide
	chinese
	ringed
	foreign
)

// glyph is the meaning of one character.
type glyph struct {
	r      rune // folded
	class  class
	script script
}

// digitRows are rows of digit forms that Unicode does not count as decimal
// digits; each starts with `first` at the value `from` and runs up to 9.
var digitRows = []struct {
	first, from rune
	script      script
}{
	{'①', 1, ringed}, {'⑴', 1, ringed}, {'⒈', 1, ringed}, {'❶', 1, ringed}, {'➀', 1, ringed},
	{'➊', 1, ringed}, {'⓵', 1, ringed}, {'㊀', 1, ringed}, {'㈠', 1, ringed},
	{'⁴', 4, foreign}, {'₀', 0, foreign},
}

// Single characters and what they fold to; digits as pairs of form and value.
const (
	chineseDigits = "〇0零0○0一1二2三3四4五5六6七7八8九9壹1贰2貳2叁3參3肆4伍5陆6陸6柒7捌8玖9幺1弌1弍2弎3"
	ringedDigits  = "⓪0⓿0"
	raisedDigits  = "⁰0¹1²2³3"
	crosses       = "xXⅩⅹХхΧχ×✕✖╳⨯"
	dashes        = "-_‐‑‒–—―−﹣⁃⁻₋─━﹘·•・‧∙⋅･●~〜"
	dots          = ".․"
	blanks        = " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\u2800"
	fillers       = "\u115f\u1160\u3164\uffa0\u17b4\u17b5\u20e3" // drawn as nothing, or (keycap) around a digit
	lineEnds      = "\n\r\u0085\u2028\u2029"
	layout        = "\t\v\f"
)

// glyphs holds every character that does not simply stand for itself, and
// digitBits marks the digits among the first 65,536 for the fast search.
var (
	glyphs    = foldings()
	digitBits = bitsOf(glyphs)
)

func foldings() map[rune]glyph {
	m := map[rune]glyph{}
	for _, t := range unicode.Nd.R16 {
		addRow(m, rune(t.Lo), rune(t.Hi))
	}
	for _, t := range unicode.Nd.R32 {
		addRow(m, rune(t.Lo), rune(t.Hi))
	}
	for _, row := range digitRows {
		for v := row.from; v <= 9; v++ {
			m[row.first+v-row.from] = glyph{'0' + v, digit, row.script}
		}
	}
	addPairs(m, chineseDigits, chinese)
	addPairs(m, ringedDigits, ringed)
	addPairs(m, raisedDigits, foreign)
	addAll(m, crosses, 'x', other)
	addAll(m, dashes, '-', dash)
	addAll(m, dots, '.', dot)
	addAll(m, blanks, ' ', blank)
	addAll(m, fillers, 0, drop)
	addAll(m, lineEnds, '\n', wrap)
	addAll(m, layout, '\t', border)
	m['_'] = glyph{'_', dash, ascii}
	return m
}

// addRow adds a range of decimal digits: whole tens, each beginning with zero.
func addRow(m map[rune]glyph, lo, hi rune) {
	for r := lo; r <= hi; r++ {
		s := foreign
		switch lo {
		case '0':
			s = ascii
		case '０':
			s = wide
		}
		m[r] = glyph{'0' + (r-lo)%10, digit, s}
	}
}

func addPairs(m map[rune]glyph, pairs string, s script) {
	var form rune
	for _, r := range pairs {
		if form == 0 {
			form = r
			continue
		}
		m[form] = glyph{r, digit, s}
		form = 0
	}
}

func addAll(m map[rune]glyph, chars string, r rune, c class) {
	for _, form := range chars {
		m[form] = glyph{r, c, ascii}
	}
}

func bitsOf(m map[rune]glyph) (bits [1 << 10]uint64) {
	for r, g := range m {
		if g.class == digit && r < 1<<16 {
			bits[r>>6] |= 1 << (r & 63)
		}
	}
	return bits
}

// pages spare the map for the blocks that texts are made of: Latin, general
// punctuation, signs, Chinese punctuation, 一 to 九, full-width forms.
var (
	pages = func() (t [256]*[256]glyph) {
		for _, hi := range []rune{0x00, 0x01, 0x02, 0x20, 0x21, 0x22, 0x24, 0x25, 0x30, 0x4e, 0x51, 0x56, 0xff} {
			t[hi] = new([256]glyph)
			for lo := range rune(256) {
				t[hi][lo] = foldSlow(hi<<8 | lo)
			}
		}
		return t
	}()
	asciiGlyphs = pages[0]
)

// fold gives the meaning of a character.
func fold(r rune) glyph {
	if r < 1<<16 {
		if p := pages[r>>8]; p != nil {
			return p[r&255]
		}
		if r >= 0x4e00 && r <= 0x9fff && !isDigitRune(r) {
			return glyph{r: r}
		}
	}
	return foldSlow(r)
}

func foldSlow(r rune) glyph {
	if g, ok := glyphs[r]; ok {
		return g
	}
	switch {
	case r >= 0xff01 && r <= 0xff5e: // full-width forms of ASCII
		g := foldSlow(r - 0xfee0)
		g.script = wide
		return g
	case r == 0x7f || r < ' ' || r >= 0x80 && unicode.In(r, unicode.Cf, unicode.Mn, unicode.Me, unicode.Cc):
		return glyph{class: drop}
	}
	return glyph{r: unicode.ToLower(r)}
}
