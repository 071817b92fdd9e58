// Records: 5 李四 110101… 某镇某村3组. An ID proves that its line is about a
// person; what else the line holds is that person's.

package privacy

import (
	"slices"
	"strings"
	"unicode/utf8"
)

const recordReach = 400 // bytes of a line on either side of an ID

// records looks at the lines around the IDs that were proven since.
func (s *scanner) records(p piece, since int) {
	done := p.start
	for i, n := since, len(s.hits); i < n; i++ {
		h := s.hits[i]
		if h.start() < done || provenID(s.hits[i:i+1]) == "" {
			continue
		}
		l := s.lineAround(p, h)
		if len(l) == 0 {
			continue
		}
		done = l[len(l)-1].end
		s.record(l, s.hits[i:n])
	}
}

// lineAround reads the line, or the block, that holds a finding.
func (s *scanner) lineAround(p piece, h hit) line {
	whole := h.start()-p.start <= recordReach
	p.start, p.end = max(p.start, h.start()-recordReach), min(p.end, h.end()+recordReach)
	before, after := s.text[p.start:h.start()], s.text[h.end():p.end]
	if p.mode == tags {
		if i := strings.IndexByte(before, '>'); i >= 0 && !whole { // never begin inside a tag
			p.start += i + 1
		}
	} else {
		if i := strings.LastIndexByte(before, '\n'); i >= 0 {
			p.start += i + 1
		}
		if i := strings.IndexByte(after, '\n'); i >= 0 {
			p.end = h.end() + i
		}
	}
	for p.start < h.start() && !utf8.RuneStart(s.text[p.start]) {
		p.start++
	}
	for p.end > h.end() && p.end < len(s.text) && !utf8.RuneStart(s.text[p.end]) {
		p.end--
	}
	s.scratch = s.read(p, s.scratch[:0])
	return line(s.scratch).block(h)
}

// block is the part of the line around a finding that no border parts.
func (l line) block(h hit) line {
	lo, hi := 0, len(l)
	for i, a := range l {
		if a.class != border {
			continue
		}
		if a.start >= h.end() {
			hi = i
			break
		}
		lo = i + 1
	}
	return l[min(lo, hi):hi]
}

// record looks at the fields of a line that holds these IDs.
func (s *scanner) record(l line, hits []hit) {
	end := l[len(l)-1].end
	var births []string
	for i, h := range hits {
		if h.start() >= end {
			hits = hits[:i]
			break
		}
		if id := provenID([]hit{h}); id != "" {
			births = append(births, id[6:14])
		}
	}
	taken := func(d date) bool {
		return slices.ContainsFunc(hits, func(h hit) bool { return h.start() < l[d.end-1].end && l[d.start].start < h.end() })
	}
	for i := 0; i < len(l); {
		j := i
		for j < len(l) && !l[j].gap() && !l.among(j, ",、;。|/\"") {
			j++
		}
		if d, ok := l.dateAt(i, s.opt.Now, false); ok && d.end == j && slices.Contains(births, d.folded()) && !taken(d) {
			s.born(kindNamed("birth_date"), l, d, Likely, "row:id_card")
		} else if k := l[:j].behindLabels(l.unlabelled(i)); k < j && j-k > 3 {
			if a := l.addressAt(k); a.home() && a.end >= j && l.r(a.end-1) != '会' { // no 村民委员会, that signs
				s.lodge(kindNamed("address"), l, a, Likely, "row:id_card")
				j = a.end
			}
		}
		i = j + 1
	}
}

// placeLabels may stand inside a field, in front of its address.
var placeLabels = foldedWords("地址 住所 住址 坐落 为其 位于")

// behindLabels is what stands behind the last label in the line from i.
func (l line) behindLabels(i int) int {
	for j := i; j < len(l); j++ {
		if w := l.oneOf(j, placeLabels); w != "" {
			i = j + utf8.RuneCountInString(w)
		}
	}
	return i
}
