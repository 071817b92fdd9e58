// A strand: a text as a reader has it, pieced together from nodes of one or more parts of a file.

package files

import "unicode/utf8"

// piece is a stretch of a strand that stands in a node. What lies between the
// pieces, a tab or a line break, stays as it is.
type piece struct {
	node *node
	at   int // in the strand's text
	skip int // in the node's text
	size int
}

// mark says where a stretch of a strand stands, from a byte of it on.
type mark struct {
	at            int
	where, hidden string
}

// strand is judged as one text. A number split over several runs is whole here.
type strand struct {
	text   []byte
	pieces []piece
	marks  []mark
}

// add appends a node's whole text.
func (s *strand) add(n *node) { s.addPart(n, 0, len(n.text)) }

// addPart appends a stretch of a node's text.
func (s *strand) addPart(n *node, from, to int) {
	s.pieces = append(s.pieces, piece{n, len(s.text), from, to - from})
	s.text = append(s.text, n.text[from:to]...)
}

// fixed appends what stands between nodes.
func (s *strand) fixed(text string) { s.text = append(s.text, text...) }

// join appends another strand after a line break.
func (s *strand) join(other *strand) {
	if len(s.text) > 0 {
		s.fixed("\n")
	}
	for _, m := range other.marks {
		m.at += len(s.text)
		s.marks = append(s.marks, m)
	}
	for _, p := range other.pieces {
		p.at += len(s.text)
		s.pieces = append(s.pieces, p)
	}
	s.text = append(s.text, other.text...)
}

// spot is a character of a node: what two strands share is masked once.
type spot struct {
	node *node
	at   int
}

// spotAt finds the character at a place of the strand, or else the next one
// that belongs to a node.
func (s *strand) spotAt(at int) spot {
	for _, p := range s.pieces[s.first(at):] {
		return spot{p.node, p.skip + max(at-p.at, 0)}
	}
	return spot{}
}

// first is the index of the first piece that ends behind a place.
func (s *strand) first(at int) int {
	lo, hi := 0, len(s.pieces)
	for lo < hi {
		if mid := (lo + hi) / 2; s.pieces[mid].at+s.pieces[mid].size > at {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo
}

// replace rewrites a stretch of the strand in its nodes. A replacement of as
// many characters goes character by character, so that each run keeps its own;
// any other goes where the stretch begins.
func (s *strand) replace(start, end int, replacement string) {
	was, now := characters(string(s.text[start:end])), characters(replacement)
	if len(was) != len(now) {
		now = make([]string, len(was))
	}
	k, at, placed := 0, start, len(was) == len([]rune(replacement))
	for _, p := range s.pieces[s.first(start):] {
		if p.at >= end {
			return
		}
		k += utf8.RuneCount(s.text[at:max(p.at, at)])
		from, to := max(p.at, start), min(p.at+p.size, end)
		n := utf8.RuneCount(s.text[from:to])
		if !placed && n > 0 {
			now[k], placed = replacement, true
		}
		p.node.set(p.skip+from-p.at, was[k:k+n], now[k:k+n])
		k, at = k+n, to
	}
}
