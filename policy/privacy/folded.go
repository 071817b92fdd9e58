// Folded text: for other searches that must see through the same disguises.

package privacy

// Folded returns the text with its disguises taken off, and for each rune the
// place it comes from. Digits of every form are 0 to 9, letters small, blanks
// ' '; inline tags and invisible characters are gone; a line end is '\n',
// whatever parts cells and blocks '\t'. What tags carry (attributes,
// comments, scripts) follows the visible text, each behind a '\n', so places
// do not only grow. Words to search for are folded by the same function.
func Folded(text string, f Format) (runes []rune, at []Span) {
	EachFolded(text, f, func(r rune, place Span) {
		runes, at = append(runes, r), append(at, place)
	})
	return runes, at
}

// EachFolded calls each for every rune of the folded text in turn, for texts
// that are too long to be held twice. The '\n' in front of what a tag carries
// has an empty place.
func EachFolded(text string, f Format, each func(r rune, place Span)) {
	first := true
	eachPiece(text, f, func(l *lexer) {
		if !first {
			each('\n', Span{l.at, l.at})
		}
		first = false
		for a, ok := l.next(); ok; a, ok = l.next() {
			switch a.class {
			case drop, seam:
				continue
			case border:
				a.r = '\t'
			}
			each(a.r, Span{a.start, a.end})
		}
	})
}
