// Fonts: how long a code is, what it means and how wide it stands.

package pdf

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// font reads the strings that content shows.
type font struct {
	unicode  *cmap
	size     func(s string) int
	meaning  func(code string) string
	width    map[int]float64 // of a code or glyph number, in thousandths
	fallback float64
	mapped   bool // the widths are not those of codes
}

// fontOf reads a font's dictionary.
func (f *file) fontOf(o any) *font {
	d := f.dict(o)
	ft := &font{size: one, width: map[int]float64{}, fallback: 500}
	if s, ok := f.get(d["ToUnicode"]).(*stream); ok {
		ft.unicode = readCMap(f.decode(s), f.budget)
	}
	if f.name(d["Subtype"]) == "Type0" {
		f.composite(ft, d)
	} else {
		f.simple(ft, d)
	}
	return ft
}

func one(string) int { return 1 }

// composite is a font of many glyphs, whose codes a named map cuts up.
func (f *file) composite(ft *font, d dict) {
	ft.size, ft.meaning, ft.fallback = two, unknown, 1000
	encoding := string(f.name(d["Encoding"]))
	descendants := f.array(d["DescendantFonts"])
	var inner dict
	if len(descendants) > 0 {
		inner = f.dict(descendants[0])
	}
	ordering, _ := f.get(f.dict(inner["CIDSystemInfo"])["Ordering"]).(str)
	for _, n := range named {
		if strings.HasPrefix(encoding, n.prefix) {
			ft.size, ft.meaning, ft.mapped = n.size, n.text, true
		}
	}
	if strings.HasPrefix(encoding, "Identity") && ordering != "" && ordering != "Identity" {
		ft.meaning = collected
	}
	if inner["DW"] != nil {
		ft.fallback = f.number(inner["DW"])
	}
	f.glyphWidths(ft, f.array(inner["W"]))
	if u := ft.unicode; u != nil && !strings.HasPrefix(encoding, "Identity") && ft.size(" ") == 2 && u.widths[1] && !u.widths[2] {
		ft.size = one
	}
}

func unknown(string) string { return string(utf8.RuneError) }

// glyphWidths reads "c [w w w]" and "from to w".
func (f *file) glyphWidths(ft *font, w array) {
	for i := 0; i+1 < len(w) && len(ft.width) < mostRanges; {
		first := int(f.number(w[i]))
		if list, ok := f.get(w[i+1]).(array); ok {
			for k, width := range list {
				ft.width[first+k] = f.number(width)
			}
			i += 2
			continue
		}
		if i+2 >= len(w) {
			return
		}
		last, width := int(f.number(w[i+1])), f.number(w[i+2])
		if !f.budget.spend(16 * max(min(last-first, mostRanges), 0)) {
			return
		}
		for n := first; n <= last && n-first < mostRanges; n++ {
			ft.width[n] = width
		}
		i += 3
	}
}

// simple is a font of 256 codes.
func (f *file) simple(ft *font, d dict) {
	first := int(f.number(d["FirstChar"]))
	for i, w := range f.array(d["Widths"]) {
		ft.width[first+i] = f.number(w)
	}
	if m := f.array(d["FontMatrix"]); f.name(d["Subtype"]) == "Type3" && len(m) > 0 {
		for code, w := range ft.width {
			ft.width[code] = w * f.number(m[0]) * 1000
		}
	}
	base, differences := f.name(d["Encoding"]), array(nil)
	if e := f.dict(d["Encoding"]); e != nil {
		base, differences = f.name(e["BaseEncoding"]), f.array(e["Differences"])
	}
	table := charmap.Windows1252
	if base == "MacRomanEncoding" {
		table = charmap.Macintosh
	}
	names := map[byte]string{}
	code := 0
	for _, o := range differences {
		switch o := f.get(o).(type) {
		case int:
			code = o
		case name:
			names[byte(code)] = namedGlyph(string(o))
			code++
		}
	}
	ft.meaning = func(c string) string {
		if n, ok := names[c[0]]; ok {
			return n
		}
		return string(table.DecodeByte(c[0]))
	}
}

// glyph is one code of a string, as the font reads it.
type glyph struct {
	text  string
	width float64 // of the size of the font
	blank bool    // the code 32, which word spacing widens
}

// read cuts a string into glyphs.
func (ft *font) read(s string) []glyph {
	out := make([]glyph, 0, len(s)/ft.size("\x00\x00")+1)
	for len(s) > 0 {
		n := min(ft.size(s), len(s))
		code := s[:n]
		s = s[n:]
		out = append(out, glyph{ft.text(code), ft.wide(code) / 1000, code == " "})
	}
	return out
}

// wide is the width of a code. Widths are those of glyph numbers; of the maps
// that turn codes into glyph numbers only the part for ASCII is known here.
func (ft *font) wide(code string) float64 {
	n := int(bigEndian(code))
	if ft.mapped {
		r, _ := utf8.DecodeRuneInString(ft.meaning(code))
		if r < ' ' || r > '~' {
			return ft.fallback
		}
		n = int(r) - 31
		if w, ok := ft.width[n+813]; ok && ft.width[n] == 0 {
			return w
		}
	}
	if w, ok := ft.width[n]; ok {
		return w
	}
	if ft.mapped {
		return ft.fallback / 2
	}
	return ft.fallback
}

// text prefers what the font says about itself.
func (ft *font) text(code string) string {
	if ft.unicode != nil {
		if t, ok := ft.unicode.text(code); ok {
			return t
		}
	}
	return ft.meaning(code)
}
