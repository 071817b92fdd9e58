// The sieve: a first reading that holds nothing of a text, and looks only where
// terms may stand. Most texts have none, and most of a long one.

package lexicon

import (
	"gongkai/policy/automaton"
	"gongkai/policy/privacy"
)

// sieve reads one piece of a text. Where a term may end, its surroundings are
// read again, as a block with all that decides over it.
//
//	from               first … last            now
//	 ├─ at least reach ──┼───────┼── reach ─────┤
//	 └──────── the block that is read again ────┘
type sieve struct {
	*search
	privacy.Piece
	state        automaton.State
	open, ended  bool // a block has begun; a line of it ended just now
	before, here int  // places at least reach apart; what is read again begins at one
	n            int  // characters since here
	now          int  // the end of what was read
	from         int  // where the terms that wait are read again from
	since        int  // characters since the last of them
}

func (s *search) sift(p privacy.Piece) {
	v := &sieve{search: s, Piece: p}
	p.Walk(v.row, v.one)
	v.flush()
}

// row reads Chinese characters, which are three bytes each.
func (v *sieve) row(start, end int) {
	v.begin(start)
	state := v.state
	for i := start; i < end; i += 3 {
		state = v.terms.Next(state, rune(v.text[i]&0x0f)<<12|rune(v.text[i+1]&0x3f)<<6|rune(v.text[i+2]&0x3f))
		if v.terms.Ends(state) {
			v.found(i+3, (i+3-start)/3)
		}
	}
	v.state = state
	v.read(end, (end-start)/3)
}

// one reads any other character.
func (v *sieve) one(r rune, at privacy.Span) {
	switch {
	case r == '\t', r == '\n' && v.ended:
		v.flush()
	case r == '\n':
		v.ended = true
	case r == ' ':
	default:
		v.begin(at.Start)
		v.state = v.terms.Next(v.state, plainForm(r))
		if v.terms.Ends(v.state) {
			v.found(at.End, 1)
		}
		v.read(at.End, 1)
	}
}

func (v *sieve) begin(at int) {
	v.ended = false
	if !v.open {
		v.open, v.before, v.here, v.n = true, at, at, 0
	}
}

// read goes on by n characters up to now.
func (v *sieve) read(now, n int) {
	v.now = now
	v.n += n
	v.since += n
	if v.last > 0 && v.since >= v.reach {
		v.look()
	}
	if v.n >= v.reach {
		v.before, v.here, v.n = v.here, now, 0
	}
}

// found notes a term that ends here, the so manieth character of those that
// are to be counted as read next.
func (v *sieve) found(end, nth int) {
	if v.last == 0 {
		v.first, v.from = end, v.before
	}
	v.last, v.since = end, -nth
}

// flush ends a block.
func (v *sieve) flush() {
	v.look()
	v.open, v.ended, v.state = false, false, 0
}

// look reads again what surrounds the terms that wait.
func (v *sieve) look() {
	if v.last == 0 {
		return
	}
	v.again.fill(func(each func(rune, privacy.Span)) { v.Again(v.from, v.now, each) }, v.block)
	v.last = 0
}
