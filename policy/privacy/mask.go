// Masks: which characters of a finding go, and how it is shown.

package privacy

import (
	"slices"
	"strings"
)

// hit is a finding in the making: the places of its characters in the source.
type hit struct {
	kind     *kind
	level    Level
	evidence []string
	spots    []Span
	folded   string
	head     int    // characters that the mask leaves in front
	tail     int    // and at the end
	shown    string // the preview of a kind that hides otherwise
	hidden   []Span // and what it hides
}

func (h hit) start() int { return h.spots[0].Start }
func (h hit) end() int   { return h.spots[len(h.spots)-1].End }

// parted reports that something stands between the characters.
func (h hit) parted() bool {
	for i := 1; i < len(h.spots); i++ {
		if h.spots[i].Start != h.spots[i-1].End {
			return true
		}
	}
	return false
}

// masked are the places that the mask covers; the rest stays as it is.
func (h hit) masked() []Span {
	if h.shown != "" {
		return h.hidden
	}
	return h.spots[h.head : len(h.spots)-h.tail]
}

// preview is the masked value, folded.
func (h hit) preview() string {
	if h.shown != "" {
		return h.shown
	}
	value := []rune(h.folded)
	for i := h.head; i < len(value)-h.tail; i++ {
		value[i] = '*'
	}
	return string(value)
}

// findings turns the hits into findings in the order of the text. Of hits that
// overlap, such as a number in a tag inside another number, one finding is
// made, which hides what any of them hides.
func (s *scanner) findings() []Finding {
	slices.SortStableFunc(s.hits, func(a, b hit) int {
		if a.start() != b.start() {
			return a.start() - b.start()
		}
		return b.end() - a.end()
	})
	var fs []Finding
	for i := 0; i < len(s.hits); {
		h := s.hits[i]
		span, hidden := Span{h.start(), h.end()}, slices.Clone(h.masked())
		for i++; i < len(s.hits) && s.hits[i].start() < span.End; i++ {
			next := s.hits[i]
			switch twin := next.start() == span.Start && next.end() == span.End; {
			case next.kind == h.kind && next.end() <= span.End && (twin || next.folded == h.folded):
				h.agree(next)
				continue
			case !twin:
				hidden = append(hidden, next.masked()...)
			case next.rank() < h.rank():
				h, next, hidden = next, h, slices.Clone(next.masked())
			}
			h.take(next)
			span.End = max(span.End, next.end())
		}
		slices.SortFunc(hidden, func(a, b Span) int { return a.Start - b.Start })
		fs = append(fs, Finding{
			Kind: h.kind.Name, Span: span, Level: h.level, Evidence: h.evidence,
			Mask: cover(s.text, span.Start, span.End, hidden), Preview: h.preview(), Folded: h.folded,
		})
	}
	return s.opt.also(s.text, s.format, fs)
}

// agree takes the stronger of two hits of one kind at one place.
func (h *hit) agree(other hit) {
	if strength[other.level] > strength[h.level] {
		h.level, h.evidence = other.level, append(slices.Clip(h.evidence), other.evidence...)
	}
}

var strength = map[Level]int{Ask: 1, Likely: 2, Certain: 3}

// take adds what another hit at the same place knows.
func (h *hit) take(other hit) {
	if inner := "inner:" + other.kind.Name; !slices.Contains(h.evidence, inner) {
		h.evidence = append(slices.Clip(h.evidence), inner)
	}
	if strength[other.level] > strength[h.level] {
		h.level = other.level
	}
}

// rank is the row of the hit's kind.
func (h hit) rank() int {
	return slices.IndexFunc(kinds, func(k kind) bool { return k.Name == h.kind.Name })
}

// cover copies a stretch of text with a star for each hidden place.
func cover(text string, start, end int, hidden []Span) string {
	var b strings.Builder
	b.Grow(end - start)
	for _, h := range hidden {
		if h.Start < start {
			continue
		}
		b.WriteString(text[start:h.Start])
		b.WriteByte('*')
		start = h.End
	}
	b.WriteString(text[start:end])
	return b.String()
}
