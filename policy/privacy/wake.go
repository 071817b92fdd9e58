// Wakes: the words at which kinds are looked for that are no long rows of digits.

package privacy

import (
	"slices"
	"strings"
)

// woken is the word that has woken a kind: the atoms from up to to. A word of
// the header that the caller knows stands before the text: both are 0, and
// header is set.
type woken struct {
	word     string
	from, to int
	header   bool
}

// wake is a word of a row of the table of kinds.
type wake struct {
	kind  *kind
	text  string
	runes []rune // folded
}

// wakes finds the words by their first character, the longest first.
var wakes = func() map[rune][]wake {
	m := map[rune][]wake{}
	for i := range kinds {
		for _, text := range strings.Fields(kinds[i].wakes) {
			runes := []rune(foldWord(text))
			m[runes[0]] = append(m[runes[0]], wake{&kinds[i], text, runes})
		}
	}
	for _, ws := range m {
		slices.SortStableFunc(ws, func(a, b wake) int { return len(b.runes) - len(a.runes) })
	}
	return m
}()

// foldWord folds each character of a word: 统一 has a digit in it.
func foldWord(text string) string {
	return strings.Map(func(r rune) rune { return fold(r).r }, text)
}

// bitset marks some of the first 65,536 characters.
type bitset [1 << 10]uint64

func (b *bitset) has(r rune) bool { return r < 1<<16 && b[r>>6]&(1<<(r&63)) != 0 }

// firsts marks what the words begin with, and pairs how they go on, so that the
// search stops at few other places. A pair is marked by a hash: a few others
// look the same. lone are words of one character.
var firsts, pairs, lone = func() (first, pair, single bitset) {
	for r, ws := range wakes {
		first.add(r)
		if r < 0x7f {
			first.add(r + 0xfee0) // its full-width form
		}
		for _, w := range ws {
			if len(w.runes) == 1 {
				single.add(r)
			} else {
				pair.add(hash(r, w.runes[1]))
			}
		}
	}
	return first, pair, single
}()

// worth marks what the search may stop at: digits, and what words begin with.
var worth = func() bitset {
	b := bitset(digitBits)
	for i := range b {
		b[i] |= firsts[i]
	}
	return b
}()

func (b *bitset) add(r rune) { b[r>>6] |= 1 << (r & 63) }

func hash(a, b rune) rune { return (a*31 ^ b*17) & 0xffff }

// begins reports that a word may begin with the character and go on with the
// rest. Between the two a blank, a tag, a zero-width character may stand.
func begins(first rune, rest string) bool {
	if first = fold(first).r; rest == "" || lone.has(first) {
		return true
	}
	if c := rest[0]; strings.IndexByte("<&%*`\\~", c) >= 0 { // a tag, an entity, emphasis
		return true
	}
	r, _ := runeAt(rest, 0)
	switch g := fold(r); g.class {
	case digit, other, dash, dot:
		return pairs.has(hash(first, g.r))
	case blank, drop:
		return true
	}
	return false
}

// wake has the kinds look at the words that begin with an atom.
func (r *run) wake(a atom) {
	ws := wakes[a.r]
	if !r.spelledAhead(ws) {
		return
	}
	w := r.view()
	i := w.around(r.lex.backward(a.start, wayBack), a.start)
	w.rouse(ws, func(want []rune) (int, int) { return i, w.spelled(i, want) }, false)
}

// spelledAhead reports whether the second character of one of the words comes next.
func (r *run) spelledAhead(ws []wake) bool {
	if len(ws) == 0 || len(ws[len(ws)-1].runes) == 1 { // the shortest stands last
		return len(ws) > 0
	}
	if c := r.lex.han(); c > 0 {
		return goesOn(ws, c)
	}
	l := lexer{src: r.lex.src, at: r.lex.at, end: r.lex.end, mode: r.lex.mode, label: r.lex.label}
	for range 16 {
		a, ok := l.next()
		if !ok {
			return false
		}
		if a.class == other || a.class == digit {
			return goesOn(ws, a.r)
		}
	}
	return true
}

// goesOn reports one of the words that has this second character.
func goesOn(ws []wake, second rune) bool {
	return slices.ContainsFunc(ws, func(w wake) bool { return w.runes[1] == second })
}

// headed has them look at the whole text when a word of theirs is in its header.
func (s *scanner) headed(p piece) {
	if s.opt.Context == "" {
		return
	}
	r := run{scanner: s, piece: p, lex: p.lexer(s.text)}
	header := []rune(foldWord(s.opt.Context))
	for i, c := range header {
		if ws := wakes[c]; len(ws) > 0 {
			w := r.view()
			w.around(p.start, p.start)
			w.rouse(ws, func(want []rune) (int, int) {
				if hasPrefix(header[i:], want) {
					return 0, 0
				}
				return 0, -1
			}, true)
		}
	}
}

func hasPrefix(text, want []rune) bool {
	return len(text) >= len(want) && slices.Equal(text[:len(want)], want)
}

// rouse wakes each kind by the longest of its words that match.
func (w *window) rouse(ws []wake, match func([]rune) (from, to int), header bool) {
	var last *kind
	for i := range kinds {
		for _, c := range ws {
			if c.kind != &kinds[i] || c.kind == last {
				continue
			}
			if from, to := match(c.runes); to >= 0 {
				last = c.kind
				last.spot(last, w, woken{c.text, from, to, header})
			}
		}
	}
}

// spelled reports where a word that begins at atom i ends, or -1. Tags,
// zero-width characters and blanks may stand inside: 住　址.
func (w *window) spelled(i int, want []rune) int {
	blanks := 0
	for k := 0; i < len(w.atoms); i++ {
		switch a := w.atoms[i]; {
		case a.class == drop || a.class == seam:
		case a.class == blank && k > 0 && blanks < 8:
			blanks++
		case a.r != want[k]:
			return -1
		default:
			if k++; k == len(want) {
				return i + 1
			}
		}
	}
	return -1
}
