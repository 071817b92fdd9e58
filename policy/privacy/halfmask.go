// Half-masked numbers (半遮掩): what is hidden in one place stands open in another.

package privacy

import "strings"

const (
	fewestStars  = 2  // stars that hide something
	fewestShown  = 7  // characters that a mask must leave for a number to be told by it
	plentyShown  = 10 // and for there to be no doubt
	longestShape = 22 // characters of the longest number
)

// shape is how much of a number a mask leaves at either end.
type shape struct{ head, tail int }

// masks are the masked numbers of all parts: by length and shape, what is left of them.
type masks [longestShape + 1]map[shape]map[string]bool

// halfMasked finds what somebody has taken for personal elsewhere: the same
// number stands there with stars. The masks that our own findings will get
// count too, or else the masked texts would have findings of their own.
func halfMasked(scans []*scanner) {
	var found masks
	for _, s := range scans {
		if starred(s.text) {
			s.tokens(func(value string, _ []Span) { found.note(value) })
		}
	}
	for _, s := range scans {
		found.raise(s.hits)
	}
	for _, s := range scans {
		for _, h := range s.hits {
			found.note(h.preview())
		}
	}
	if found.none() {
		return
	}
	for _, s := range scans {
		s.tokens(func(value string, spots []Span) {
			if k, shown := openKind(value), found.shown(value); k != nil && shown > 0 {
				s.hits = append(s.hits, hit{kind: k, level: provenBy(shown, Ask), evidence: []string{"half-masked"}, folded: value, spots: spots, head: k.head, tail: k.tail})
			}
		})
	}
}

// starred reports that a text has what masks are made of; most have not.
func starred(text string) bool {
	for _, stars := range []string{"*", "＊", "xxx", "XXX", "×××", "&#"} {
		if strings.Contains(text, stars) {
			return true
		}
	}
	return false
}

// provenBy is the level that a mask which shows so much lends to a number.
func provenBy(shown int, other Level) Level {
	if shown >= plentyShown {
		return Certain
	}
	return other
}

// note remembers a number with stars, or a row of x, in the middle of it.
func (m *masks) note(value string) {
	if strings.Contains(value, "XXX") {
		value = strings.ReplaceAll(value, "X", "*")
	}
	head := strings.IndexByte(value, '*')
	if head < 0 || len(value) > longestShape {
		return
	}
	rest := strings.TrimLeft(value[head:], "*")
	stars, left := len(value)-head-len(rest), value[:head]+rest
	if stars < fewestStars || len(left) < fewestShown || strings.Contains(rest, "*") {
		return
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
}

func (m *masks) none() bool {
	for _, of := range m {
		if of != nil {
			return false
		}
	}
	return true
}

// shown is how many characters of the number a mask shows that hides the rest;
// 0 when there is none.
func (m *masks) shown(value string) (most int) {
	if len(value) > longestShape {
		return 0
	}
	for sh, left := range m[len(value)] {
		if n := sh.head + sh.tail; n > most && left[value[:sh.head]+value[len(value)-sh.tail:]] {
			most = n
		}
	}
	return most
}

// raise makes those hits surer of which a mask was found.
func (m *masks) raise(hits []hit) {
	for i := range hits {
		h := &hits[i]
		if !isASCII(h.folded) {
			continue
		}
		if shown := m.shown(h.folded); shown > 0 {
			h.agree(hit{level: provenBy(shown, Likely), evidence: []string{"half-masked"}})
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
