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
		l.folded(each)
	})
}

// folded reads the rest of a piece.
func (l *lexer) folded(each func(r rune, place Span)) {
	for a, ok := l.next(); ok; a, ok = l.next() {
		a.folded(each)
	}
}

// folded says an atom as folded text has it.
func (a atom) folded(each func(r rune, place Span)) {
	switch a.class {
	case drop, seam:
		return
	case border:
		a.r = '\t'
	}
	each(a.r, Span{a.start, a.end})
}

// Piece is a part of a text that is read by itself: what a reader sees, one
// attribute, one comment.
type Piece struct{ l *lexer }

// EachPiece calls each for every piece of the text, which has to walk through
// it: that is what brings up the pieces inside.
func EachPiece(text string, f Format, each func(Piece)) {
	eachPiece(text, f, func(l *lexer) { each(Piece{l}) })
}

// atOnce is how many characters Walk gives at once.
const atOnce = 1 << 10

// Walk reads the piece as EachFolded does, but says rows of Chinese characters
// that fold to themselves, of three bytes each, at once: most of what is
// written here is made of them.
func (p Piece) Walk(row func(start, end int), each func(r rune, place Span)) {
	l := p.l
	for l.at < l.end {
		at := l.at
		for l.at < l.end && l.at-at < 3*atOnce && l.han() > 0 {
			l.at += 3
		}
		if l.at > at {
			row(at, l.at)
			continue
		}
		a, _ := l.next()
		a.folded(each)
	}
}

// Again reads a stretch between two characters that Walk has given once more.
func (p Piece) Again(start, end int, each func(r rune, place Span)) {
	l := piece{start, end, p.l.mode, p.l.label}.lexer(p.l.src)
	l.folded(each)
}
