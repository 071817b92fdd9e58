// The window: a run of digits with the folded text around it, which the kinds look at.

package privacy

import (
	"slices"
	"sort"
	"strings"
)

// window holds what the kinds see of one piece. It moves forward only, so
// that every byte is read at most twice, however dense the numbers are.
type window struct {
	*scanner
	piece  piece
	lex    lexer
	atoms  []atom
	digits []int  // the run's digits, as indexes of atoms
	seps   []sep  // seps[i] stands between digits i-1 and i; the ends have byEdge
	taken  []bool // digits that a hit or a look-alike has claimed
	judged int    // digits at which an earlier window has looked
	done   int    // where the last claim ends in the source
	lead   lead
	far    int     // where reading may begin to see more of what stands before
	abouts []about // what the words before each digit say, once they were read
	back   []rune  // scratch
}

const (
	ahead      = 16  // atoms read behind a run
	further    = 192 // and behind the beginning of a word
	behind     = 256 // atoms kept before either
	littleBack = 200 // bytes read before a run
	wayBack    = 400 // and before a word, or when it matters
	stride     = 128 // bytes over which reading goes on rather than anew
)

// load moves the window to a run.
func (w *window) load(from, start, end, judged int) {
	w.move(from, start)
	w.read(end, 0)
	last := w.indexOf(end)
	w.read(0, last+ahead)
	w.judged, w.lead = judged, lead{at: -1}
	w.number(w.indexOf(start), last)
}

// around moves the window to one place and returns the index of its atom.
func (w *window) around(from, at int) int {
	w.move(from, at)
	w.read(at+1, 0)
	i := w.indexOf(at)
	w.far = from
	w.read(0, i+further)
	w.lead = lead{at: -1}
	w.number(i, i)
	return i
}

// move has the window go on reading, or begin anew behind a wide gap.
func (w *window) move(from, start int) {
	if len(w.atoms) == 0 || from > w.lex.at+stride {
		w.atoms, w.lex.at = w.atoms[:0], from
	} else if i := w.indexOf(start); i > 4*behind {
		w.atoms = append(w.atoms[:0], w.atoms[i-behind:]...)
	}
}

// read goes on up to an offset of the source and to so many atoms.
func (w *window) read(end, atoms int) {
	for w.lex.at < end || len(w.atoms) < atoms {
		a, ok := w.lex.next()
		if !ok {
			return
		}
		w.atoms = append(w.atoms, a)
	}
}

// indexOf is the first atom at or behind an offset of the source.
func (w *window) indexOf(offset int) int {
	return sort.Search(len(w.atoms), func(i int) bool { return w.atoms[i].start >= offset })
}

// number lists the digits among the atoms and what stands between them.
func (w *window) number(first, last int) {
	w.digits, w.seps, w.taken, w.abouts = w.digits[:0], w.seps[:0], w.taken[:0], w.abouts[:0]
	var g gap
	for i := first; i < last; i++ {
		a := w.atoms[i]
		if a.class != digit {
			g.add(a)
			continue
		}
		if n := len(w.digits); n > 0 && w.atoms[w.digits[n-1]].script != a.script {
			g.kinds |= byScript
		}
		w.digits = append(w.digits, i)
		w.seps = append(w.seps, g.kinds)
		w.taken = append(w.taken, a.start < w.done)
		g = gap{}
	}
	if len(w.digits) == 0 {
		w.seps = append(w.seps, 0, 0)
		return
	}
	w.seps[0] = w.edge(w.digits[0], -1)
	w.seps = append(w.seps, w.edge(w.digits[len(w.digits)-1], +1))
}

// edge says how the run is parted from what lies outside it.
func (w *window) edge(i, step int) sep {
	a, s := w.beside(i, step)
	if a.class != digit {
		return byEdge
	}
	return s
}

// beside is the nearest visible atom on one side, and the seams on the way.
func (w *window) beside(i, step int) (atom, sep) {
	var s sep
	for i += step; i >= 0 && i < len(w.atoms); i += step {
		switch a := w.atoms[i]; a.class {
		case drop:
		case seam:
			s |= bySeam
		default:
			return a, s
		}
	}
	return atom{glyph: glyph{class: border}}, s
}

// opens reports whether a number may begin at digit i.
func (w *window) opens(i int) bool {
	if i > 0 && w.taken[i-1] {
		return true
	}
	return w.seps[i] != 0 && (w.seps[i]&byEdge == 0 || !w.starred(w.digits[0], -1))
}

// closes reports whether a number may end before digit j.
func (w *window) closes(j int) bool {
	return w.seps[j] != 0 && (w.seps[j]&byEdge == 0 || !w.starred(w.digits[len(w.digits)-1], +1))
}

// starred reports a mask beside the run: what looks like a number there is
// the rest of one that somebody has masked.
func (w *window) starred(i, step int) bool {
	stars := 0
	for range ahead {
		i += step
		if i < 0 || i >= len(w.atoms) {
			return false
		}
		switch a := w.atoms[i]; {
		case a.r == '*':
			if stars++; stars == maskStars {
				return true
			}
		case a.class < blank || a.class > wrap:
			return false
		}
	}
	return false
}

// value is the digits from i up to j.
func (w *window) value(i, j int) string {
	b := make([]byte, 0, 20)
	for ; i < j; i++ {
		b = append(b, byte(w.atoms[w.digits[i]].r))
	}
	return string(b)
}

// between is the set of separators inside the digits from i up to j.
func (w *window) between(i, j int) (s sep) {
	for k := i + 1; k < j; k++ {
		s |= w.seps[k]
	}
	return s
}

// layout is how visible separators part the digits: 138-0013-8000 is 3 4 4.
func (w *window) layout(i, j int) string {
	b := make([]byte, 0, 20)
	n := byte('0')
	for k := i; k < j; k++ {
		if k > i && w.seps[k]&visible != 0 {
			b = append(b, n, '-')
			n = '0'
		}
		n++
	}
	return string(append(b, n))
}

// free reports digits that nobody has claimed.
func (w *window) free(i, j int) bool {
	for ; i < j; i++ {
		if w.taken[i] {
			return false
		}
	}
	return true
}

// stretchEnd is the end of the digits from i that no visible separator parts.
func (w *window) stretchEnd(i int) int {
	for i++; i < len(w.digits) && w.seps[i]&visible == 0; {
		i++
	}
	return i
}

// keep claims digits that are no personal data, so that no kind sees them.
func (w *window) keep(i, j int) {
	for k := i; k < j; k++ {
		w.taken[k] = true
	}
	w.done = max(w.done, w.atoms[w.digits[j-1]].end)
}

// claim reports a finding that consists of the digits from i up to j and,
// when cross is not negative, of the check character at that atom.
func (w *window) claim(k *kind, i, j, cross int, level Level, evidence ...string) {
	w.keep(i, j)
	atoms := slices.Clip(w.digits[i:j])
	if cross >= 0 {
		atoms = append(atoms, cross)
		w.done = max(w.done, w.atoms[cross].end)
	}
	w.report(k, atoms, k.head, k.tail, level, evidence...)
}

// report adds a finding of the atoms.
func (w *window) report(k *kind, atoms []int, head, tail int, level Level, evidence ...string) {
	w.put(w.hit(k, atoms, head, tail, level, evidence...))
}

// put adds a finding unless its value is allowed.
func (s *scanner) put(h hit) {
	if s.opt.Allow == nil || !s.opt.Allow(h.kind.Name, h.folded) {
		s.hits = append(s.hits, h)
	}
}

// hit is a finding of the atoms. A mask hides them all but so many at either
// end; what stands between them, such as tags and blanks, it leaves.
func (w *window) hit(k *kind, atoms []int, head, tail int, level Level, evidence ...string) hit {
	h := hit{kind: k, level: level, evidence: evidence, head: head, tail: tail, spots: make([]Span, 0, len(atoms))}
	var value strings.Builder
	folded := false
	for _, i := range atoms {
		a := w.atoms[i]
		folded = folded || a.class == digit && (a.script != ascii || a.end-a.start > 1)
		value.WriteRune(a.r)
		h.spots = append(h.spots, Span{a.start, a.end})
	}
	if h.folded = value.String(); !strings.Contains(h.folded, "@") {
		h.folded = strings.ToUpper(h.folded)
	}
	if folded {
		h.evidence = append(h.evidence, "folded")
	}
	if h.parted() {
		h.evidence = append(h.evidence, "split")
	}
	return h
}
