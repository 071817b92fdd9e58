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
	head     int // characters that the mask leaves in front
	tail     int // and at the end
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
	return h.spots[h.head : len(h.spots)-h.tail]
}

// preview is the masked value, folded.
func (h hit) preview() string {
	value := []rune(h.folded)
	for i := h.head; i < len(value)-h.tail; i++ {
		value[i] = '*'
	}
	return string(value)
}

// findings turns the hits into findings in the order of the text. A number
// that a tag inside another number carries is masked along with that one.
func (s *scanner) findings() []Finding {
	slices.SortFunc(s.hits, func(a, b hit) int {
		if a.start() != b.start() {
			return a.start() - b.start()
		}
		return b.end() - a.end()
	})
	var fs []Finding
	for i := 0; i < len(s.hits); {
		h := s.hits[i]
		hidden := h.masked()
		for i++; i < len(s.hits) && s.hits[i].start() < h.end(); i++ {
			hidden = append(slices.Clip(hidden), s.hits[i].masked()...)
			h.evidence = append(h.evidence, "inner:"+s.hits[i].kind.Name)
		}
		slices.SortFunc(hidden, func(a, b Span) int { return a.Start - b.Start })
		fs = append(fs, Finding{
			Kind: h.kind.Name, Span: Span{h.start(), h.end()}, Level: h.level, Evidence: h.evidence,
			Mask: cover(s.text, h.start(), h.end(), hidden), Preview: h.preview(), Folded: h.folded,
		})
	}
	return fs
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
