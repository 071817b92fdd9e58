// 未成年人: a list that may be one of children. A trigger, not a value: it
// goes to a person, who decides about the whole list.

package privacy

import (
	"slices"
	"time"
	"unicode/utf8"
)

// young marks what shows somebody younger than eighteen.
func (s *scanner) young(hits []hit) (found bool) {
	for i := range hits {
		h := &hits[i]
		marked := slices.Contains(h.evidence, "minor")
		if h.kind.Name == "id_card" && slices.Contains(h.evidence, "checksum") && youngID(h.folded, s.opt.Now) && !marked {
			h.evidence = append(slices.Clip(h.evidence), "minor")
			marked = true
		}
		found = found || marked
	}
	return found
}

// youngID reports an ID of somebody younger than eighteen.
func youngID(id string, now time.Time) bool {
	if len(id) != 18 {
		return false
	}
	d := date{year: int(id[6]-'0')*1000 + int(id[7]-'0')*100 + int(id[8]-'0')*10 + int(id[9]-'0')}
	d.month, d.day = int(id[10]-'0')*10+int(id[11]-'0'), int(id[12]-'0')*10+int(id[13]-'0')
	return d.younger(18, now)
}

// flag reports the list once, at its header or else at a cell of its first
// row. The mask changes nothing: what is to be done concerns the list.
func (g *grid) flag(row []field) {
	s := &g.section
	if s.flagged {
		return
	}
	s.flagged = true
	if len(s.mark) > 0 {
		row = []field{{line: s.mark}}
	}
	for _, f := range row {
		if n := len(f.line); n > 0 && !g.hitIn(f.line) {
			g.note(kindNamed("minor"), span{f.line, 0, n, nil, "", "***"}, Ask, "list:minors")
			return
		}
	}
}

// hitIn reports one of the latest findings in the line.
func (s *scanner) hitIn(l line) bool {
	for i := len(s.hits) - 1; i >= max(0, len(s.hits)-64); i-- {
		if h := s.hits[i]; h.start() < l[len(l)-1].end && h.end() > l[0].start {
			return true
		}
	}
	return false
}

// pupils asks once about a text outside tables that shows somebody younger
// than eighteen, at the label in front.
func (s *scanner) pupils() {
	if !s.young(s.hits) {
		return
	}
	var first *hit
	for i := range s.hits {
		h := &s.hits[i]
		if h.kind.Name == "minor" {
			return
		}
		if slices.Contains(h.evidence, "minor") && (first == nil || h.start() < first.start()) {
			first = h
		}
	}
	from := max(0, first.start()-90)
	for !utf8.RuneStart(s.text[from]) {
		from++
	}
	s.pupil(line(s.read(piece{from, first.start(), raw, ""}, nil)))
}

// pupil reports the last word of a line.
func (s *scanner) pupil(l line) {
	from, to := 0, len(l)
	for ; to > 0; to = from {
		for to > 0 && !l.chinese(to-1) {
			to--
		}
		for from = to; from > 0 && to-from < 12 && l.chinese(from-1); {
			from--
		}
		if to-from > 1 {
			break
		}
	}
	if to == 0 {
		return
	}
	at := Span{l[from].start, l[to-1].end}
	if !slices.ContainsFunc(s.hits, func(h hit) bool { return h.start() < at.End && at.Start < h.end() }) {
		s.note(kindNamed("minor"), span{l, from, to, nil, "", "***"}, Ask, "age:under-18")
	}
}
