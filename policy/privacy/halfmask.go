// Half-masked numbers (半遮掩): what is hidden in one place stands open in another.

package privacy

import "strings"

const (
	fewestStars  = 2  // stars that hide something
	fewestShown  = 5  // characters that a mask must leave for a number to be told by it
	longestShape = 22 // characters of the longest number
)

// shape is how much of a number a mask leaves at either end.
type shape struct{ head, tail int }

// masks are the masked numbers of all parts: by length and shape, what is left of them.
type masks [longestShape + 1]map[shape]map[string]bool

// halfMasked makes certain what somebody has taken for personal elsewhere: the
// same number stands there with stars.
func halfMasked(scans []*scanner) {
	var found masks
	any := false
	for _, s := range scans {
		s.tokens(func(value string, _ []Span) { any = found.note(value) || any })
	}
	if !any {
		return
	}
	for _, s := range scans {
		found.raise(s.hits)
		s.tokens(func(value string, spots []Span) {
			if k := openKind(value); k != nil && found.hides(value) {
				s.hits = append(s.hits, hit{kind: k, level: Certain, evidence: []string{"half-masked"}, folded: value, spots: spots, head: k.head, tail: k.tail})
			}
		})
	}
}

// note remembers a number with stars, or a row of x, in the middle of it.
func (m *masks) note(value string) bool {
	if strings.Contains(value, "XXX") {
		value = strings.ReplaceAll(value, "X", "*")
	}
	head := strings.IndexByte(value, '*')
	if head < 0 || len(value) > longestShape {
		return false
	}
	rest := strings.TrimLeft(value[head:], "*")
	stars, left := len(value)-head-len(rest), value[:head]+rest
	if stars < fewestStars || len(left) < fewestShown || strings.Contains(rest, "*") {
		return false
	}
	of := &m[len(value)]
	if *of == nil {
		*of = map[shape]map[string]bool{}
	}
	sh := shape{head, len(rest)}
	if (*of)[sh] == nil {
		(*of)[sh] = map[string]bool{}
	}
	(*of)[sh][left] = true
	return true
}

// hides reports that one of the masks hides the number.
func (m *masks) hides(value string) bool {
	if len(value) > longestShape {
		return false
	}
	for sh, left := range m[len(value)] {
		if left[value[:sh.head]+value[len(value)-sh.tail:]] {
			return true
		}
	}
	return false
}

// raise makes those hits certain of which a mask was found.
func (m *masks) raise(hits []hit) {
	for i := range hits {
		if h := &hits[i]; isASCII(h.folded) && m.hides(h.folded) {
			h.level, h.evidence = Certain, append(h.evidence[:len(h.evidence):len(h.evidence)], "half-masked")
		}
	}
}

// openKind is what a number is by its length.
func openKind(value string) *kind {
	name := "bank_card"
	switch n := len(value); {
	case strings.ContainsAny(value[:max(0, n-1)], "*X") || n < 11 || n > longestCard:
		return nil
	case n == 11 && mobileShape(value):
		name = "mobile"
	case n == 15 || n == 18:
		name = "id_card"
	case n < shortestCard || !isDigit(value[n-1]):
		return nil
	}
	return kindNamed(name)
}

// tokens goes through the rows of digits and stars in everything that the text
// holds.
func (s *scanner) tokens(each func(value string, spots []Span)) {
	var value []byte
	var spots []Span
	flush := func() {
		if len(value) >= 11 {
			each(string(value), spots)
			spots = nil
		}
		value, spots = value[:0], spots[:0]
	}
	eachPiece(s.text, s.format, func(l *lexer) {
		for a, ok := l.next(); ok; a, ok = l.next() {
			switch {
			case a.class == digit || a.class == other && (a.r == '*' || a.r == 'x' && len(value) > 0):
				value, spots = append(value, strings.ToUpper(string(a.r))[0]), append(spots, Span{a.start, a.end})
			case a.class == drop || a.class == seam:
			default:
				flush()
			}
		}
		flush()
	})
}
