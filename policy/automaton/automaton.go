// Aho-Corasick over runes: all words of a list are found in one pass.

// Package automaton finds all words of a list in a text in one pass over its
// characters, however many words there are (Aho-Corasick). It depends on
// nothing but the standard library: import it anywhere.
//
//	words ── sorted ── a tree, level by level ── fall-back links
//
// States are numbered level by level, so the children of a state stand side by
// side and its row is two numbers; there are no maps. A character that begins
// no word, or stands in none, is decided by one look into a table of pages.
package automaton

import (
	"slices"
	"unicode/utf8"
)

// Automaton finds words. It does not change once it is made: any number of
// goroutines may use it.
type Automaton struct {
	pages  [utf8.MaxRune>>pageBits + 1]*[pageSize]int32
	states []state
	twins  []int32 // of each word: the next one that is the same, or none
}

const (
	pageBits = 8
	pageSize = 1 << pageBits
	root     = 0
	none     = -1 // of words: none; of a character: it stands in no word
)

// state is one beginning of words: what was read of them so far.
type state struct {
	by    rune  // the last character read
	kids  int32 // its first child; they end where those of the next state begin
	fall  int32 // the longest end of what was read that is itself a state
	out   int32 // the longest end, all of it included, that is a whole word; root if there is none
	word  int32 // the word that was read whole, or none
	depth int32
}

// New makes an automaton of words. Empty words are never found; a word that is
// given twice is found twice, once under each of its indexes.
func New(words []string) *Automaton {
	list := sorted(words)
	a := &Automaton{twins: make([]int32, len(words))}
	list = a.joinTwins(list)
	a.grow(list)
	a.enter(list)
	a.link()
	return a
}

// entry is a word and its index in the list that was given.
type entry struct {
	runes []rune
	index int32
}

// span is the words that begin as a state says: those from lo to before hi.
type span struct{ lo, hi int }

func sorted(words []string) []entry {
	list := make([]entry, 0, len(words))
	for i, w := range words {
		if w != "" {
			list = append(list, entry{[]rune(w), int32(i)})
		}
	}
	slices.SortStableFunc(list, func(a, b entry) int { return slices.Compare(a.runes, b.runes) })
	return list
}

// joinTwins leaves each word once and chains its other indexes to it.
func (a *Automaton) joinTwins(list []entry) []entry {
	for i := range a.twins {
		a.twins[i] = none
	}
	once := make([]entry, 0, len(list))
	for i, e := range list {
		if i > 0 && slices.Equal(list[i-1].runes, e.runes) {
			a.twins[list[i-1].index] = e.index
			continue
		}
		once = append(once, e)
	}
	return once
}

// grow makes the states level by level.
func (a *Automaton) grow(list []entry) {
	a.states = []state{{word: none}}
	spans := []span{{0, len(list)}}
	for s := 0; s < len(a.states); s++ {
		a.states[s].kids = int32(len(a.states))
		depth := int(a.states[s].depth)
		at := spans[s]
		if at.lo < at.hi && len(list[at.lo].runes) == depth {
			a.states[s].word = list[at.lo].index
			at.lo++
		}
		for at.lo < at.hi {
			r, lo := list[at.lo].runes[depth], at.lo
			for at.lo < at.hi && list[at.lo].runes[depth] == r {
				at.lo++
			}
			a.states = append(a.states, state{by: r, word: none, depth: int32(depth) + 1})
			spans = append(spans, span{lo, at.lo})
		}
	}
	a.states = append(a.states, state{kids: int32(len(a.states))}) // ends the children of the last
}

// enter writes every character of the words into the pages, with the state to
// which it leads from the root.
func (a *Automaton) enter(list []entry) {
	for _, e := range list {
		for _, r := range e.runes {
			a.set(r, root)
		}
	}
	for s := a.states[root].kids; s < a.states[root+1].kids; s++ {
		a.set(a.states[s].by, s)
	}
}

func (a *Automaton) set(r rune, s int32) {
	page := a.pages[r>>pageBits]
	if page == nil {
		page = new([pageSize]int32)
		for i := range page {
			page[i] = none
		}
		a.pages[r>>pageBits] = page
	}
	page[r%pageSize] = s
}

// first is the state to which a character leads from the root; none when no
// word has it.
func (a *Automaton) first(r rune) int32 {
	if uint32(r) > utf8.MaxRune {
		return none
	}
	if page := a.pages[r>>pageBits]; page != nil {
		return page[r%pageSize]
	}
	return none
}

// link sets the fall-back of each state; those it falls back to are on levels
// above and have theirs already.
func (a *Automaton) link() {
	for s := range int32(len(a.states) - 1) {
		from := &a.states[s]
		if from.out = s; from.word == none {
			from.out = a.states[from.fall].out
		}
		for kid := from.kids; kid < a.states[s+1].kids; kid++ {
			if s != root {
				a.states[kid].fall = a.next(from.fall, a.states[kid].by)
			}
		}
	}
}

// State (状态) is how far a search has come: for those who read as they go. The
// zero State is where it begins.
type State int32

// Next is the state after one more character.
func (a *Automaton) Next(s State, r rune) State { return State(a.next(int32(s), r)) }

// Ends tells whether a word ends at the character that was read last.
func (a *Automaton) Ends(s State) bool { return a.states[s].out != root }

// next is the state after one more character.
func (a *Automaton) next(s int32, r rune) int32 {
	first := a.first(r)
	if first == none {
		return root
	}
	for s != root {
		if kid := a.kid(s, r); kid != none {
			return kid
		}
		s = a.states[s].fall
	}
	return first
}

// kid is the child of a state by a character, or none.
func (a *Automaton) kid(s int32, r rune) int32 {
	lo, end := a.states[s].kids, a.states[s+1].kids
	for hi := end; lo < hi; {
		if mid := (lo + hi) / 2; a.states[mid].by < r {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo == end || a.states[lo].by != r {
		return none
	}
	return lo
}

// Find calls each for every place at which a word stands: runes[start:end] is
// the word of that index. Places come by their end, at one end the longest
// word first; words may overlap and contain one another.
func (a *Automaton) Find(runes []rune, each func(word, start, end int)) {
	s := int32(root)
	for i, r := range runes {
		s = a.next(s, r)
		for at := a.states[s].out; at != root; at = a.states[a.states[at].fall].out {
			for w := a.states[at].word; w != none; w = a.twins[w] {
				each(int(w), i+1-int(a.states[at].depth), i+1)
			}
		}
	}
}
