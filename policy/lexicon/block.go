// Blocks: the stretches of folded text in which words are sought.

package lexicon

import (
	"strings"

	"golang.org/x/text/unicode/norm"

	"gongkai/policy/privacy"
)

// block is a stretch of folded text without its blanks. A word stands in one
// block.
type block struct {
	runes []rune
	at    []privacy.Span
	gap   []uint8 // how many blanks stood before the character; lineEnd: a new line
	n     int     // characters while it is filled: writing in place is what makes this quick
}

// add fills in one more character.
func (b *block) add(r rune, place privacy.Span, gap uint8) {
	if b.n == len(b.runes) {
		more := max(256, b.n)
		b.runes, b.at, b.gap = append(b.runes, make([]rune, more)...), append(b.at, make([]privacy.Span, more)...), append(b.gap, make([]uint8, more)...)
	}
	b.runes[b.n], b.at[b.n], b.gap[b.n] = r, place, gap
	b.n++
}

// cut is what was filled in.
func (b *block) cut() *block {
	return &block{runes: b.runes[:b.n], at: b.at[:b.n], gap: b.gap[:b.n]}
}

const (
	lineEnd = 0x80
	widest  = 0x7f
	star    = '★'
	stars   = "★☆✩✪✫✬✭✮✯✰⭐🌟⋆✦✧✶❋⭑⭒※*"
)

// fill parts what read reads. Two line ends, or what parts cells and
// paragraphs, end a block; a single line end may stand in running text.
func (b *block) fill(read func(each func(r rune, place privacy.Span)), each func(*block)) {
	var gap uint8
	b.n = 0
	flush := func() {
		if b.n > 0 {
			each(b.cut())
		}
		b.n, gap = 0, 0
	}
	read(func(r rune, place privacy.Span) {
		switch {
		case r == '\t', r == '\n' && gap&lineEnd != 0:
			flush()
		case r == '\n':
			gap = lineEnd | 1
		case r == ' ':
			gap = min(gap&^lineEnd+1, widest) | gap&lineEnd
		default:
			b.add(plainForm(r), place, gap)
			gap = 0
		}
	})
	flush()
}

// plainForm is a character as lists have it: one star, one colon, and the
// plain sign for radicals and compatibility forms, which texts out of PDF
// files are full of.
func plainForm(r rune) rune {
	switch {
	case r < 0x80 && r != '*', r >= 0x3000 && r < 0xf900:
		return r
	case r >= 0x2e80 && r <= 0x2fdf, r >= 0xf900 && r <= 0xfaff, r >= 0xfe10 && r <= 0xfe6f:
		for _, plain := range norm.NFKC.String(string(r)) {
			return plain
		}
	case strings.ContainsRune(stars, r):
		return star
	}
	return r
}

// plainWord is a word as it stands in a block; none if it would reach over
// the end of one.
func plainWord(word string) []rune {
	var out []rune
	var b block
	n := 0
	b.fill(func(each func(rune, privacy.Span)) { privacy.EachFolded(word, privacy.Plain, each) }, func(b *block) {
		out = append(out, b.runes...)
		n++
	})
	if n != 1 {
		return nil
	}
	return out
}

// span is the place of the characters from start to before end in the text.
func (b *block) span(start, end int) privacy.Span {
	return privacy.Span{Start: b.at[start].Start, End: b.at[end-1].End}
}

// tight tells whether no gap inside is wider than most.
func (b *block) tight(start, end, most int) bool {
	for _, g := range b.gap[start+1 : end] {
		if int(g&^lineEnd) > most {
			return false
		}
	}
	return true
}

// begins and ends tell whether a line begins at a character, or ended before it.
func (b *block) begins(i int) bool { return i == 0 || b.gap[i]&lineEnd != 0 }
func (b *block) ends(i int) bool   { return i == len(b.runes) || b.gap[i]&lineEnd != 0 }
