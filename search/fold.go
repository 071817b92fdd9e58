// Folding: text of any width, case and composition becomes a row of units.

package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

type unitKind byte

const (
	han   unitKind = iota // one Chinese (or kana, hangul) character
	word                  // a run of letters
	digit                 // a run of digits
)

// unit is the smallest thing that matches or does not: a Chinese character, a
// run of letters or a run of digits, folded, with its place in the text.
type unit struct {
	text       string
	kind       unitKind
	gap        gap // what stands between the unit before and this one
	start, end int
}

// gap is what separates two units.
type gap byte

const (
	gapAny     gap = 1 << iota // something does
	gapBreak                   // a space, comma, full stop: another word begins
	gapBracket                 // a bracket of any shape, as in 文号
)

const (
	maxRun   = 64      // longer runs of letters or digits are cut into several units
	maxUnits = 1 << 20 // more of one text is not looked at
)

// units folds a text: compatibility forms (full and half width), case and
// traditional characters disappear, invisible characters are dropped, everything else that is no
// letter or digit only separates.
func units(s string) []unit {
	f := folder{out: make([]unit, 0, len(s)/3+1)}
	for at := 0; at < len(s) && len(f.out) < maxUnits; {
		r, n := utf8.DecodeRuneInString(s[at:])
		if simple(r) && !mayCombine(s[at+n:]) {
			f.add(unicode.ToLower(r), at, at+n)
			at += n
			continue
		}
		n = max(1, norm.NFKC.NextBoundaryInString(s[at:], true))
		for _, folded := range strings.ToLower(norm.NFKC.String(s[at : at+n])) {
			f.add(folded, at, at+n)
		}
		at += n
	}
	return f.out
}

// simple characters stay themselves under NFKC.
func simple(r rune) bool { return r < utf8.RuneSelf || r >= 0x4e00 && r <= 0x9fff }

// mayCombine tells whether the text might begin with a mark that belongs to
// the character before it.
func mayCombine(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return r >= 0x300 && (r < 0x3000 || r > 0x3029) && (r < 0x4e00 || r > 0x9fff) && (r < 0xff01 || r > 0xff5e)
}

type folder struct {
	out []unit
	gap gap
}

func (f *folder) add(r rune, start, end int) {
	kind, ok := kindOf(r)
	switch {
	case !ok:
		f.gap |= gapOf(r)
		return
	case kind != han && f.extends(kind):
		last := &f.out[len(f.out)-1]
		last.text += string(r)
		last.end = end
		return
	}
	f.out = append(f.out, unit{text: string(simplified(r)), kind: kind, gap: f.gap, start: start, end: end})
	f.gap = 0
}

func (f *folder) extends(kind unitKind) bool {
	if f.gap != 0 || len(f.out) == 0 {
		return false
	}
	last := f.out[len(f.out)-1]
	return last.kind == kind && len(last.text) < maxRun
}

func kindOf(r rune) (unitKind, bool) {
	switch {
	case r >= 0x4e00 && r <= 0x9fff, unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul):
		return han, true
	case r >= '0' && r <= '9', unicode.IsNumber(r):
		return digit, true
	case unicode.IsLetter(r), unicode.IsMark(r) && !unicode.Is(unicode.Variation_Selector, r):
		return word, true
	}
	return 0, false
}

// gapOf is 0 for invisible characters: a soft hyphen does not separate.
func gapOf(r rune) gap {
	switch {
	case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Variation_Selector, r):
		return 0
	case unicode.IsSpace(r), strings.ContainsRune(",、;。!?|\"“”", r):
		return gapAny | gapBreak
	case strings.ContainsRune("()[]〔〕【】〈〉", r):
		return gapAny | gapBracket
	}
	return gapAny
}
