// Known values: what was proven once is found wherever else it stands, however it is spelled.

package privacy

import (
	"slices"
	"unicode/utf8"

	"gongkai/policy/automaton"
)

// Value is something that was proven to be personal elsewhere.
type Value struct {
	Kind   string
	Folded string
}

// copied are the kinds whose values say the same wherever they stand. A birth
// date by itself is a date like others.
var copied = setOf("id_card bank_card mobile passport regional_id phone social_security medical_insurance plate email address")

const (
	shortestKnown = 6
	longestKnown  = 128
	knownChunk    = 8192 // characters searched at a time
)

// index finds known values in a text.
type index struct {
	kinds  []*kind
	folded []string
	words  *automaton.Automaton
}

// Prepared makes the search for known values ready once for many scans.
func (o Options) Prepared() Options {
	if o.index == nil && len(o.Known) > 0 {
		o.index = newIndex(o.Known)
	}
	return o
}

func newIndex(values []Value) *index {
	x := &index{}
	var words []string
	seen := map[Value]bool{}
	for _, v := range values {
		word := bare(v.Folded)
		if n := utf8.RuneCountInString(word); !copied[v.Kind] || n < shortestKnown || n > longestKnown || seen[v] {
			continue
		}
		seen[v] = true
		words, x.kinds, x.folded = append(words, word), append(x.kinds, kindNamed(v.Kind)), append(x.folded, v.Folded)
	}
	if len(words) == 0 {
		return nil
	}
	x.words = automaton.New(words)
	return x
}

// bare is a value without what may part it.
func bare(value string) string {
	var out []rune
	for _, r := range value {
		if g := fold(r); g.class == digit || g.class == other {
			out = append(out, g.r)
		}
	}
	return string(out)
}

// copies finds known values in everything that the text holds.
func (s *scanner) copies(x *index) {
	if x == nil {
		return
	}
	eachPiece(s.text, s.format, func(l *lexer) {
		t := trail{scanner: s, index: x}
		for a, ok := l.next(); ok; a, ok = l.next() {
			t.add(a)
		}
		t.search()
	})
}

// eachPiece goes through the visible text and then through what tags carry.
func eachPiece(text string, f Format, each func(*lexer)) {
	todo := []piece{{0, len(text), modeOf(f), ""}}
	for len(todo) > 0 {
		l := todo[0].lexer(text)
		todo = todo[1:]
		l.found = func(inner piece) { todo = append(todo, inner) }
		each(&l)
	}
}

// trail is the characters of a piece that values consist of, in chunks.
type trail struct {
	*scanner
	*index
	runes []rune
	at    []Span
	apart []bool // something visible stands before the character
	gap   gap
}

// add takes one atom; what no number goes on over parts values too.
func (t *trail) add(a atom) {
	if a.class == digit || a.class == other {
		t.put(a.r, Span{a.start, a.end}, t.gap.kinds&visible != 0)
		t.gap = gap{}
		return
	}
	if a.class == seam && a.r != '*' {
		a = atom{glyph: glyph{class: drop}}
	}
	if !t.gap.add(a) && (len(t.runes) == 0 || t.runes[len(t.runes)-1] != 0) {
		t.put(0, Span{a.start, a.end}, true)
	}
}

func (t *trail) put(r rune, at Span, apart bool) {
	if len(t.runes) == knownChunk {
		t.search()
		keep := len(t.runes) - longestKnown - 1
		t.runes, t.at, t.apart = append(t.runes[:0], t.runes[keep:]...), append(t.at[:0], t.at[keep:]...), append(t.apart[:0], t.apart[keep:]...)
	}
	t.runes, t.at, t.apart = append(t.runes, r), append(t.at, at), append(t.apart, apart)
}

// search reports the values in the chunk.
func (t *trail) search() {
	t.words.Find(t.runes, func(word, start, end int) {
		if k := t.kinds[word]; t.whole(start, end) && (t.opt.Allow == nil || !t.opt.Allow(k.Name, t.folded[word])) {
			h := hit{kind: k, level: Certain, evidence: []string{"known"}, folded: t.folded[word], spots: slices.Clone(t.at[start:end]), head: k.head, tail: k.tail}
			if h.head+h.tail >= end-start {
				h.head, h.tail = 0, 0
			}
			t.hits = append(t.hits, h)
		}
	})
}

// whole reports a value that is not by chance a part of a longer number; long
// ones are no chance.
func (t *trail) whole(start, end int) bool {
	if end-start >= 15 {
		return true
	}
	if start > 0 && !t.apart[start] && (goesOnWith(t.runes[start-1], t.runes[start])) {
		return false
	}
	return end == len(t.runes) || t.apart[end] || !goesOnWith(t.runes[end-1], t.runes[end])
}

// goesOnWith reports two characters that belong to one number or one word.
func goesOnWith(a, b rune) bool {
	return isNumeral(a) && isNumeral(b) || isLatin(a) && isLatin(b)
}

func isNumeral(r rune) bool { return r >= '0' && r <= '9' }
