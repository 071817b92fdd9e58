// Letters: which font draws a character, how wide it stands, where lines break.

package form

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/unicode/norm"
)

// hanFont covers the Chinese characters of GB 18030's two-byte part and of
// extension A; it has no Latin letters.
//
//go:embed fonts/DroidSansFallbackFull.ttf
var hanFont []byte

// face is a font that papers are drawn with.
type face struct {
	name string
	data []byte
	font *sfnt.Font
}

// faces are tried in their order.
var faces = sync.OnceValue(func() []face {
	out := []face{{name: "han", data: hanFont}, {name: "latin", data: goregular.TTF}}
	for i := range out {
		f, err := sfnt.Parse(out[i].data)
		if err != nil {
			panic("a font of our own cannot be read: " + err.Error())
		}
		out[i].font = f
	}
	return out
})

// letter is a character as it is drawn; widths are parts of the size of the type.
type letter struct {
	r     rune
	face  int
	width float64
	shift float64 // to the right within its width
}

// glyphs finds the letters of texts; it is not for several goroutines.
type glyphs struct {
	buf   sfnt.Buffer
	known map[rune]letter
}

func newGlyphs() *glyphs { return &glyphs{known: map[rune]letter{}} }

// find looks a character up in the fonts; face -1: none of them has it.
func (g *glyphs) find(r rune) letter {
	if l, ok := g.known[r]; ok {
		return l
	}
	l := letter{r: r, face: -1}
	for i, f := range faces() {
		index, err := f.font.GlyphIndex(&g.buf, r)
		if err != nil || index == 0 || r > 0xFFFF { // the PDF library writes the basic plane alone
			continue
		}
		if advance, err := f.font.GlyphAdvance(&g.buf, index, fixed.I(1000), font.HintingNone); err == nil {
			l.face, l.width = i, float64(advance)/64/1000
			break
		}
	}
	g.known[r] = l
	return l
}

// letters are those of a line of text. What no font has stands as its code
// point: a form must not lose a rare character of a name.
func (g *glyphs) letters(text string) []letter {
	var out []letter
	runes := []rune(text)
	for i, r := range runes {
		switch {
		case r == '\t':
			r = ' '
		case unicode.Is(unicode.Cf, r) || unicode.IsControl(r) || unicode.Is(unicode.Variation_Selector, r):
			continue
		}
		l := g.find(r)
		if l.face < 0 {
			out = append(out, g.instead(r)...)
			continue
		}
		if strings.ContainsRune(wide, r) && (i > 0 && full(runes[i-1]) || i+1 < len(runes) && full(runes[i+1])) {
			l.shift = (1 - l.width) * leans(r)
			l.width = 1
		}
		out = append(out, l)
	}
	return out
}

// instead writes what no font has in other characters: ℃ as °C, ① as (1), and
// where there are none, by the code point.
func (g *glyphs) instead(r rune) (out []letter) {
	other := norm.NFKC.String(string(r))
	if r >= '①' && r <= '⑳' {
		other = "(" + other + ")"
	}
	for _, c := range other {
		l := g.find(c)
		if l.face < 0 {
			return g.coded(r)
		}
		out = append(out, l)
	}
	return out
}

func (g *glyphs) coded(r rune) (out []letter) {
	for _, c := range fmt.Sprintf("[U+%04X]", r) {
		out = append(out, g.find(c))
	}
	return out
}

// Marks that take a whole square beside Chinese characters, though the font
// that has them draws them narrow.
const wide = "“”‘’—…·×√□"

func full(r rune) bool { return r >= 0x2E80 || strings.ContainsRune(wide, r) }

// leans says where a narrow mark stands in its square: 0 left, 1 right.
func leans(r rune) float64 {
	switch r {
	case '“', '‘':
		return 1
	case '”', '’':
		return 0
	}
	return 0.5
}

const (
	closers = "，。；：！？、）》〉」』】〕”’…—％%,.;:!?)]"
	openers = "（《〈「『【〔“‘(["
)

// parts tells whether a line may break between two letters.
func parts(a, b letter) bool {
	switch {
	case strings.ContainsRune(closers, b.r) || strings.ContainsRune(openers, a.r) || b.r == ' ':
		return false
	case strings.ContainsRune(" -/_?&=", a.r):
		return true
	}
	return full(a.r) || full(b.r)
}

// wrap breaks a text into lines of a width. A word that no line holds is broken
// where the line ends.
func (g *glyphs) wrap(text string, width float64) (out [][]letter) {
	for paragraph := range strings.SplitSeq(strings.ReplaceAll(text, "\r", ""), "\n") {
		out = append(out, breakLines(g.letters(paragraph), width)...)
	}
	return out
}

func breakLines(ls []letter, width float64) (out [][]letter) {
	begin, last, x := 0, 0, 0.0 // last: where this line may break
	for i := 0; i < len(ls); i++ {
		if i > begin && parts(ls[i-1], ls[i]) {
			last = i
		}
		x += ls[i].width
		if x <= width || ls[i].r == ' ' || i == begin {
			continue
		}
		if last <= begin {
			last = i
		}
		out = append(out, ls[begin:last])
		begin, x, i = last, 0, last-1
	}
	return append(out, ls[begin:])
}
