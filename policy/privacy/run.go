// Runs: digits that may belong together, and what may stand between them.

package privacy

const (
	shortest  = 6   // bytes of the shortest text that can hold anything
	fewest    = 7   // digits of the shortest number looked for
	chunk     = 256 // digits judged together; longer runs are judged in parts
	overlap   = 64  // digits that two parts of a run share
	reach     = 24  // digits behind its first one that decide about a number
	longest   = 128 // digits without any separator beyond which nothing is a number
	mostDrops = 512 // invisible things between two digits beyond which they are apart
	mostGap   = 3   // separators between two digits
	maskStars = 4   // stars in a row that are somebody's mask
)

// sep is a set of what stands between two digits.
type sep uint8

const (
	bySeam   sep = 1 << iota // an inline tag
	byScript                 // a change of script: 李四138…, ①138…
	byBlank
	byDash
	byDot
	byWrap
	byBracket // (138)0013-8000
	byEdge    // the run ends here

	visible = byBlank | byDash | byDot | byWrap | byBracket
)

// gap is what has been read since the last digit.
type gap struct {
	kinds                             sep
	seps, blanks, wraps, drops, stars int
}

// add reports whether a number may go on after the atom.
func (g *gap) add(a atom) bool {
	switch a.class {
	case blank:
		g.kinds |= byBlank
		g.seps++
		g.blanks++
	case dash, dot:
		g.kinds |= byDash << (a.class - dash)
		g.seps++
		g.blanks = 0
	case wrap:
		g.kinds |= byWrap
		g.wraps++
	case seam:
		g.kinds |= bySeam
		if a.r == '*' {
			g.stars++
		}
		g.drops++
	case drop:
		g.drops++
	default:
		if a.r == ')' {
			g.kinds |= byBracket
		}
		return false
	}
	return g.blanks < 2 && g.seps <= mostGap && g.wraps < 2 && g.drops < mostDrops && g.stars < maskStars
}

// run collects digits while a piece is walked.
type run struct {
	*scanner
	piece      piece
	lex        lexer
	window     *window
	from, far  int // where reading may begin to see what stands before the digits
	start, end int
	digits     int
	stretch    int     // digits since the last visible separator
	judged     int     // leading digits that an earlier part has judged as beginnings
	first      [10]int // where in the run each digit occurs first, counted from 1
	groups     []group
	gap        gap
}

// group is a place where a run may be cut: where it is, and the digits before it.
type group struct{ start, before int }

// add takes one more digit in.
func (r *run) add(a atom) {
	apart := r.gap.kinds&visible != 0
	if apart && r.stretch > longest {
		r.digits = 0
	}
	if apart && r.digits >= chunk {
		r.part(a.start)
	}
	if r.digits == 0 {
		r.from, r.far = r.lex.backward(a.start, littleBack), r.lex.backward(a.start, wayBack)
		r.start, r.judged, r.groups = a.start, 0, r.groups[:0]
		apart, r.first = true, [10]int{}
	}
	if apart {
		r.stretch = 0
		r.groups = append(r.groups, group{a.start, r.digits})
	}
	r.gap = gap{}
	r.stretch++
	switch {
	case r.stretch <= longest:
		r.digits++
		r.end = a.end
		if v := a.r - '0'; r.first[v] == 0 {
			r.first[v] = r.digits
		}
	case r.stretch == longest+1:
		r.judge(r.groups[len(r.groups)-1])
	}
}

// bracketed reports the bracket behind the digits of (138)0013-8000, in which
// some write the first three of a mobile number.
func (r *run) bracketed(a atom) bool {
	return a.r == ')' && r.digits == 3 && r.stretch == 3 && r.first[1] == 1
}

// part judges what there is and goes on with its last digits.
func (r *run) part(next int) {
	r.judge(group{r.end, r.digits})
	cut := len(r.groups)
	for cut > 0 && r.digits-r.groups[cut-1].before <= overlap {
		cut--
	}
	r.groups = append(r.groups[:0], r.groups[cut:]...)
	first := group{next, r.digits}
	if len(r.groups) > 0 {
		first = r.groups[0]
	}
	r.from, r.start = first.start, first.start
	r.digits -= first.before
	r.judged, r.first = max(0, r.digits-reach), [10]int{1, 1, 1, 1, 1, 1, 1, 1, 1, 1}
	for i := range r.groups {
		r.groups[i].before -= first.before
	}
}

// flush ends the run.
func (r *run) flush() {
	if r.digits > 0 && r.stretch <= longest {
		r.judge(group{r.end, r.digits})
	}
	r.digits, r.stretch, r.gap = 0, 0, gap{}
}

// judge has the kinds look at the run up to a group's start.
func (r *run) judge(end group) {
	var w *window
	for i := range kinds {
		k := &kinds[i]
		if !r.wakes(k, end.before) {
			continue
		}
		if w == nil {
			w = r.view()
			w.load(r.from, r.start, end.start, r.judged)
			w.far = r.far
		}
		k.find(k, w)
	}
}

// view is the window on the piece.
func (r *run) view() *window {
	if r.window == nil {
		r.window = &window{scanner: r.scanner, piece: r.piece, lex: r.piece.lexer(r.text)}
	}
	return r.window
}

// wakes reports that so many digits could hold a number of the kind.
func (r *run) wakes(k *kind, digits int) bool {
	for _, d := range k.begins {
		if at := r.first[d-'0']; at > 0 && digits-at+1 >= k.least {
			return true
		}
	}
	return false
}
