// The search: what was sifted is looked at with all that decides over it.

package lexicon

import (
	"slices"
	"time"
	"unicode/utf8"

	"gongkai/policy/privacy"
)

// Hit (命中) is a term found in a text. Its offsets are those of the original.
type Hit struct {
	List       string
	Kind       string
	Term       string
	Correction string
	Severity   string
	Start, End int
	Evidence   []string // the list and its version, the source, what decided
}

// near is how far away, in characters, a word that excuses a term may stand.
const near = 40

// most bounds the hits of one severity in one text: who has so many has to
// write it anew. Warnings, however many, hide nothing that is graver.
const most = 10_000

// Scan finds the terms that count on the day of now. Hits are sorted and do not
// overlap: of several the gravest is kept, then the first, then the longest.
func (l *Lexicon) Scan(text string, f privacy.Format, now time.Time) []Hit {
	if l.blank(text) {
		return nil
	}
	s := search{Lexicon: l, text: text, day: dayOf(now)}
	privacy.EachPiece(text, f, s.sift)
	return s.settle()
}

// blank tells without reading on that no term can stand in the text: cells of
// numbers, which sheets are full of.
func (l *Lexicon) blank(text string) bool {
	for _, c := range []byte(text) {
		if c >= utf8.RuneSelf || c == '%' || c == '&' {
			return false
		}
	}
	return !l.ascii
}

// search goes through one text.
type search struct {
	*Lexicon
	text        string
	day         string
	first, last int   // the terms that count end at one of these places of the text or between them; none waits if last is 0
	again       block // what is read again
	work        work
	hits        []candidate
	count       map[int]int // of hits, by weight
}

// work is what the automaton found in the block at hand.
type work struct {
	*block
	terms   []place
	excuses []place
	near    []place
	titles  []place
}

// place is a word in a block.
type place struct{ entry, start, end int }

// candidate is a hit with its weight.
type candidate struct {
	Hit
	weight int
}

func (s *search) block(b *block) {
	w := &s.work
	w.block, w.terms, w.excuses, w.near, w.titles = b, w.terms[:0], w.excuses[:0], w.near[:0], w.titles[:0]
	s.words.Find(b.runes, func(word, start, end int) {
		u := s.uses[word]
		e := &s.entries[u.entry]
		p := place{u.entry, start, end}
		switch {
		case !e.counts(s.day) || !b.tight(start, end, e.gap):
		case u.as == aTerm:
			if at := b.at[end-1].End; s.first <= at && at <= s.last {
				w.terms = append(w.terms, p)
			}
		case u.as == anException:
			w.excuses = append(w.excuses, p)
		case u.as == aNeighbour:
			w.near = append(w.near, p)
		case u.as == aTitle:
			w.titles = append(w.titles, p)
		}
	})
	if len(w.terms) == 0 {
		return
	}
	w.terms = slices.DeleteFunc(w.terms, func(p place) bool { return s.excused(w, p) })
	for _, p := range w.terms {
		if !s.entries[p.entry].leader() {
			s.term(w, p)
		}
	}
	s.leaders(w)
}

// excused tells whether the term is right where it stands. Places come by their
// end, so those around one are found by halving.
func (s *search) excused(w *work, p place) bool {
	if slices.ContainsFunc(s.entries[p.entry].columns, func(name string) bool { return slices.Contains(s.normal, name) }) {
		return true
	}
	inside := func(x place) bool { return x.start <= p.start && p.end <= x.end }
	beside := func(x place) bool { return x.start <= p.end+near && p.start-near <= x.end }
	return s.any(w.excuses, p, p.end, p.end+near, inside) || s.any(w.near, p, p.start-near, p.end+2*near, beside)
}

// any looks among the places of an entry that end from lo to hi.
func (s *search) any(places []place, p place, lo, hi int, fits func(place) bool) bool {
	i, _ := slices.BinarySearchFunc(places, lo, func(x place, end int) int { return x.end - end })
	for ; i < len(places) && places[i].end <= hi; i++ {
		if places[i].entry == p.entry && fits(places[i]) {
			return true
		}
	}
	return false
}

// term reports a term, and a mark with what belongs to it.
func (s *search) term(w *work, p place) {
	e := &s.entries[p.entry]
	severity, why := e.Severity, ""
	if e.Kind == SecrecyMark || w.runes[p.end-1] == star {
		if p, severity, why = mark(w.block, p, e.Term, s.text); severity == "" {
			return
		}
	}
	s.add(w, p, severity, e.Correction, why)
}

func (s *search) add(w *work, p place, severity, correction, why string) {
	weight := slices.IndexFunc(severities, func(k privacy.KindInfo) bool { return k.Name == severity })
	if s.count == nil {
		s.count = map[int]int{}
	}
	if s.count[weight]++; s.count[weight] > most {
		return
	}
	e := &s.entries[p.entry]
	place := w.span(p.start, p.end)
	h := Hit{List: e.list, Kind: e.Kind, Term: e.Term.Term, Correction: correction, Severity: severity, Start: place.Start, End: place.End, Evidence: e.evidence}
	if why != "" {
		h.Evidence = append(slices.Clip(h.Evidence), why)
	}
	s.hits = append(s.hits, candidate{h, weight})
}

// settle sorts, and keeps of hits that overlap the gravest.
func (s *search) settle() []Hit {
	slices.SortStableFunc(s.hits, func(a, b candidate) int {
		if a.Start != b.Start {
			return a.Start - b.Start
		}
		return b.End - a.End
	})
	var out []candidate
	for _, c := range s.hits {
		for len(out) > 0 && c.Start < out[len(out)-1].End && c.weight < out[len(out)-1].weight {
			out = out[:len(out)-1]
		}
		if len(out) == 0 || c.Start >= out[len(out)-1].End {
			out = append(out, c)
		}
	}
	hits := make([]Hit, len(out))
	for i, c := range out {
		hits[i] = c.Hit
	}
	return hits
}
