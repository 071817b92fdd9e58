// Lines: what a cell or a clause reads like, each character with its place.

package privacy

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// line is a stretch of folded, visible characters. Blanks, line ends and
// borders are kept, for they part things.
type line []atom

// clauseBefore and clauseAfter are how far a word looks around itself.
const (
	clauseBefore = 128
	clauseAfter  = 160
	cellLimit    = 512 // characters of a cell that are read
)

// shownOf adds the atoms from i up to j that a reader sees.
func shownOf(l line, atoms []atom, i, j int) line {
	for _, a := range atoms[max(0, i):min(j, len(atoms))] {
		if a.class != drop && a.class != seam {
			l = append(l, a)
		}
	}
	return l
}

// clause is what stands around a word in the window, and where the word is.
// It holds until the next one is asked for.
func (w *window) clause(at woken) (l line, from, to int) {
	l = shownOf(w.scratch[:0], w.atoms, at.from-clauseBefore, at.from)
	from = len(l)
	l = shownOf(l, w.atoms, at.from, at.to)
	to = len(l)
	l = shownOf(l, w.atoms, at.to, at.to+clauseAfter)
	w.scratch = l
	return l, from, to
}

// read adds the visible characters of a piece.
func (s *scanner) read(p piece, into []atom) []atom {
	l := p.lexer(s.text)
	for n := 0; n < cellLimit; n++ {
		a, ok := l.next()
		if !ok {
			break
		}
		if a.class != drop && a.class != seam {
			into = append(into, a)
		}
	}
	return into
}

func (l line) trim() line {
	for len(l) > 0 && l[0].gap() {
		l = l[1:]
	}
	for len(l) > 0 && l[len(l)-1].gap() {
		l = l[:len(l)-1]
	}
	return l
}

// gap reports what parts words: blanks, line ends, borders of cells and blocks.
func (a atom) gap() bool { return a.class == blank || a.class == wrap || a.class == border }

// r is the character at i, and 0 outside.
func (l line) r(i int) rune {
	if i < 0 || i >= len(l) {
		return 0
	}
	return l[i].r
}

func (l line) digit(i int) bool { return i >= 0 && i < len(l) && l[i].class == digit }
func (l line) gap(i int) bool   { return i < 0 || i >= len(l) || l[i].gap() }

// among reports that the character at i is one of a set; none stands outside.
func (l line) among(i int, set string) bool {
	return i >= 0 && i < len(l) && !l[i].gap() && strings.ContainsRune(set, l[i].r)
}

// has reports that a folded word stands at i.
func (l line) has(i int, word string) bool {
	for _, r := range word {
		if l.r(i) != r {
			return false
		}
		i++
	}
	return true
}

// oneOf returns the first of the words that stands at i.
func (l line) oneOf(i int, words wordSet) string {
	if i < 0 || i >= len(l) || !words.firsts.has(l[i].r) {
		return ""
	}
	for _, w := range words.words {
		if l.has(i, w) {
			return w
		}
	}
	return ""
}

// past is where the first of the words that stands at i ends, blanks between
// its characters passed over: 出 生 日 期. 0 is none.
func (l line) past(i int, words wordSet) int {
	if i < 0 || i >= len(l) || !words.firsts.has(l[i].r) {
		return 0
	}
	for _, w := range words.words {
		j := i
		for _, r := range w {
			if j > i {
				j = l.blanks(j, 4)
			}
			if l.r(j) != r {
				j = 0
				break
			}
			j++
		}
		if j > 0 {
			return j
		}
	}
	return 0
}

// find reports that any of the words stands in l.
func (l line) find(words wordSet) bool {
	for i := range l {
		if l.oneOf(i, words) != "" {
			return true
		}
	}
	return false
}

// blanks passes over at most n blanks and line ends from i.
func (l line) blanks(i, n int) int {
	for ; n > 0 && i < len(l) && l[i].gap() && l[i].class != border; n-- {
		i++
	}
	return i
}

func (l line) String() string {
	var b strings.Builder
	for _, a := range l {
		b.WriteRune(a.r)
	}
	return b.String()
}

func isHan(r rune) bool { return r >= 0x3400 && unicode.Is(unicode.Han, r) }

// wordSet is a list of folded words, the longest first, and what they begin with.
type wordSet struct {
	words  []string
	firsts *bitset
}

// foldedWords makes a set of words as they look after folding.
func foldedWords(list string) wordSet {
	set := wordSet{folded(list), new(bitset)}
	slices.SortStableFunc(set.words, func(a, b string) int { return len(b) - len(a) })
	for _, w := range set.words {
		r, _ := utf8.DecodeRuneInString(w)
		set.firsts.add(r)
	}
	return set
}

// runesOf marks the characters of a text.
func runesOf(text string) *bitset {
	b := new(bitset)
	for _, r := range text {
		b.add(r)
	}
	return b
}

// span is what a kind that looks at lines reports: the characters from i up
// to j, of which some are hidden.
type span struct {
	line
	i, j  int
	hides func(i int) bool // nil hides nothing
	value string           // folded
	shown string
}

// note adds a finding unless the same kind has one there already.
func (s *scanner) note(k *kind, p span, level Level, evidence ...string) {
	h := hit{kind: k, level: level, evidence: evidence, folded: p.value, shown: p.shown}
	for i := p.i; i < p.j; i++ {
		h.spots = append(h.spots, Span{p.line[i].start, p.line[i].end})
		if p.hides != nil && p.hides(i) {
			h.hidden = append(h.hidden, h.spots[len(h.spots)-1])
		}
	}
	for i := len(s.hits) - 1; i >= 0 && i >= len(s.hits)-32; i-- {
		if o := s.hits[i]; o.kind == k && o.start() < h.end() && h.start() < o.end() {
			return
		}
	}
	s.put(h)
}
