// 手机号码: eleven digits beginning with 1, by the MIIT's list of network codes.

package privacy

import (
	"slices"
	"strings"
)

// networks are the codes in use (工信部, 2023): what may follow the leading 1.
var networks = func() (t [100]bool) {
	for _, list := range []string{"30-39", "45-49", "50-53", "55-59", "62-62", "65-67", "70-73", "75-78", "80-89", "90-93", "95-99"} {
		lo, hi := int(list[0]-'0')*10+int(list[1]-'0'), int(list[3]-'0')*10+int(list[4]-'0')
		for code := lo; code <= hi; code++ {
			t[code] = true
		}
	}
	return t
}()

// mobileNumber reports a number in a network that exists.
func mobileNumber(v string) bool {
	return mobileShape(v) && networks[int(v[1]-'0')*10+int(v[2]-'0')]
}

func mobileShape(v string) bool { return len(v) == 11 && v[0] == '1' && v[1] >= '3' }

// spoken layouts: how people part a mobile number. A byte counts the digits
// of a group, so that ";" is eleven in one piece.
var mobileLayouts = setOf("; 3-4-4 3-8 7-4 4-3-4 3-3-5 3-5-3 3-4-2-2 3-2-3-3 5-3-3 3-2-2-2-2 5-6 4-7 6-5 2-2-2-2-2-1 1-2-2-2-2-2 " + singles)

const singles = "1-1-1-1-1-1-1-1-1-1-1"

const lonelyLimit = 128 // bytes of a text that may hold a number and nothing else

// prefixes of a number that may stand joined to it.
var mobilePrefixes = []string{"", "86", "0086", "0"}

// findMobiles looks at every digit at which a mobile number may begin.
func findMobiles(k *kind, w *window) {
	n := len(w.digits)
	for i := w.judged; i+11 <= n; i++ {
		if w.taken[i] || !w.opens(i) {
			continue
		}
		for _, prefix := range mobilePrefixes {
			if w.mobileAt(k, i, prefix) {
				break
			}
		}
	}
}

// mobileAt judges the number that begins at digit i behind a joined prefix.
func (w *window) mobileAt(k *kind, start int, prefix string) bool {
	i := start + len(prefix)
	j := i + 11
	if j > len(w.digits) || !w.closes(j) || !w.free(start, j) || prefix != "" && (w.seps[i] != 0 || w.value(start, i) != prefix) {
		return false
	}
	v := w.value(i, j)
	if !mobileShape(v) {
		return false
	}
	m := candidate{window: w, start: start, i: i, j: j, value: v, prefix: prefix}
	if m.layout(i, j) == singles && m.chained(m.between(i, j)) > 1 {
		return false // the inside of a long row of single digits
	}
	if open, _ := w.beside(w.digits[i], -1); w.between(i, j)&byBracket != 0 && open.r != '(' {
		return false
	}
	m.about = w.about(start)
	level := m.level()
	if level == "" {
		return false
	}
	evidence := "shape"
	if mobileNumber(v) {
		evidence = "network"
	}
	abroad := w.abroad(w.digits[i])
	w.keep(i, j)
	h := w.hit(k, slices.Clip(w.digits[i:j]), k.head, k.tail, level, m.about.evidence(evidence)...)
	if len(abroad) > 0 { // it belongs to the number, and stays
		h.shown, h.hidden = h.preview(), h.masked()
		h.spots = slices.Concat(abroad, h.spots)
	}
	w.put(h)
	return true
}

// abroad are the places of +86, 0086 and their like in front of the number
// that begins at an atom: +86-138…, （+86）138…, 86138….
func (w *window) abroad(at int) []Span {
	var atoms []int
	var b strings.Builder
	for i := at - 1; i >= 0 && b.Len() < len("(0086) -"); i-- {
		a := w.atoms[i]
		if a.class == drop || a.class == seam && a.r != '*' {
			continue
		}
		if a.start < w.done || a.class != digit && a.class != blank && a.class != dash && !strings.ContainsRune("()+", a.r) {
			break
		}
		b.WriteRune(a.r)
		atoms = append(atoms, i)
	}
	n := longestOf(mobileAbroad, b.String())
	if n == 0 || n < len(atoms) && w.atoms[atoms[n]].class == digit {
		return nil
	}
	spots := make([]Span, n)
	for i, at := range turned(atoms[:n]) {
		spots[i] = Span{w.atoms[at].start, w.atoms[at].end}
	}
	return spots
}

// mobileAbroad is what dials a number from abroad, read backwards; without a
// plus or two noughts it has to stand joined.
var mobileAbroad = []string{"68", "-68", "68+", " 68+", "-68+", "6800", " 6800", "-6800", ")68+(", " )68+(", ")6800(", " )6800(", ")68(", " )68("}

// longestOf is the length of the longest of the words that a text begins with.
func longestOf(words []string, text string) (n int) {
	for _, w := range words {
		if strings.HasPrefix(text, w) {
			n = max(n, len(w))
		}
	}
	return n
}

// candidate is eleven digits of the right shape, about to be judged.
type candidate struct {
	*window
	start, i, j int
	value       string
	prefix      string
	about       about
}

// level is how sure it is; empty means no mobile number.
func (m candidate) level() Level {
	known := m.about.meaning == phone || m.about.meaning == mobile || m.about.meaning == home
	natural := mobileLayouts[m.layout(m.i, m.j)]
	inside := m.between(m.i, m.j)
	wrapped := inside&byWrap != 0 && m.piece.mode != tags // in HTML a line end is a blank
	switch chained := m.chained(inside); {
	case inside != 0 && m.remnant():
		return ""
	case m.about.meaning == office, m.loginName():
		return Ask
	case !known && wrapped && natural && m.lonely() && mobileNumber(m.value):
		return Ask
	case !known && inside&byBracket != 0 && realDate(m.value[3:], m.opt.Now): // （139）20261104
		return ""
	case !known && (m.excluded() || !natural || wrapped || chained > 1):
		return ""
	case !known && (chained == 1 || m.prefix == "0" || !mobileNumber(m.value) || m.hidden() || m.addressed()):
		return Ask
	case !natural || !mobileNumber(m.value) || inside&byWrap != 0 || m.about.meaning == person && !m.about.past || !known && m.doubtful(inside):
		return Likely
	}
	return Certain
}

// loginName: behind 账号 eleven digits are no bank account, but may be how
// somebody signs in.
func (m candidate) loginName() bool {
	return m.about.meaning == bank && m.about.near && !m.about.past && mobileNumber(m.value) && m.layout(m.i, m.j) == ";" &&
		m.seps[m.start] == byEdge && m.seps[m.j] == byEdge && !m.labelled(m.start, m.j)
}

// remnant: the number would begin with digits that a mask has left.
func (m candidate) remnant() bool {
	for i := m.digits[m.start] - 1; i >= 0 && i > m.digits[m.start]-16; i-- {
		switch a := m.atoms[i]; {
		case a.class == digit || a.class == drop || a.class == seam && a.r != '*':
		default:
			return m.starred(i+1, -1)
		}
	}
	return false
}

// lonely: there is nothing in the text, or in its cell, but two groups of digits
// on two lines.
func (m candidate) lonely() bool {
	if m.piece.end-m.piece.start > lonelyLimit || len(m.layout(m.i, m.j)) > len("3-8") {
		return false
	}
	n := 0
	for _, a := range m.scanner.read(m.piece, nil) {
		switch a.class {
		case digit:
			n++
		case other:
			return false
		}
	}
	return n == 11
}

// excluded: what the number counts, names or belongs to is no person's phone.
// Behind 身份证 it stands by mistake, and is one.
func (m candidate) excluded() bool {
	return m.about.meaning != nothing && m.about.meaning != person && !m.about.past || m.counts(m.j) || m.decimal() || m.labelled(m.start, m.j) ||
		strings.HasSuffix(m.before(m.start), "〕")
}

// decimal: the digits stand behind or before a decimal point.
func (m candidate) decimal() bool {
	if m.start > 0 && m.seps[m.start] == byDot && !m.taken[m.start-1] && !m.listMark() {
		return true
	}
	return m.j < len(m.digits) && m.seps[m.j] == byDot && m.stretchEnd(m.j)-m.j <= 6
}

// listMark: "1.138…" at the beginning of a line or clause is the first of a list.
func (m candidate) listMark() bool {
	k := m.start - 1
	for k > 0 && m.seps[k]&visible == 0 {
		k--
	}
	if m.start-k > 2 || m.atoms[m.digits[k]].r == '0' {
		return false
	}
	if k > 0 {
		return m.seps[k]&byWrap != 0 || m.taken[k-1]
	}
	prev, _ := m.beside(m.digits[0], -1)
	return prev.class == border || prev.class == wrap || prev.class == blank || strings.ContainsRune("(;,。、:", prev.r)
}

// chained counts the groups that go on with the same separator on either
// side: 156-7823-4512-99 is some other number, and so are rows of figures.
func (m candidate) chained(inside sep) (groups int) {
	soft := inside & (byBlank | byDash | byDot)
	left, right := m.seps[m.start], m.seps[m.j]
	if inside&visible == 0 { // in one piece: a dash before makes it doubtful
		soft, right = byDash, 0
	}
	if m.start > 0 && left&soft != 0 && left&byScript == 0 && !m.taken[m.start-1] && !m.dialled() {
		groups++
		if inside&byDash != 0 {
			groups++
		}
	}
	if m.j < len(m.digits) && right&soft != 0 && right&byScript == 0 && !m.followed() {
		groups++
		if end := m.stretchEnd(m.j); inside&byDash != 0 || end < len(m.digits) && m.seps[end]&soft != 0 {
			groups++
		}
	}
	return groups
}

// dialled: what stands before is 86 or 0086.
func (m candidate) dialled() bool {
	k := m.start - 1
	for k > 0 && m.seps[k]&visible == 0 {
		k--
	}
	v := m.window.value(k, m.start)
	return v == "86" || v == "0086"
}

// followed: the next number is a mobile too.
func (m candidate) followed() bool {
	return m.j+11 <= len(m.digits) && mobileNumber(m.window.value(m.j, m.j+11))
}

// hidden: an attribute that nobody reads, such as an id, holds no phone by itself.
func (m candidate) hidden() bool {
	l := m.piece.label
	switch {
	case m.piece.mode != entities || l == "" || l == "alt" || l == "title" || l == "content" || l == "value" || l == "placeholder" || l == "summary" || l == "label":
		return false
	case strings.HasPrefix(l, "aria-"):
		return false
	case strings.HasPrefix(l, "data-"):
		return strings.HasSuffix(l, "id") || strings.HasSuffix(l, "key") || strings.HasSuffix(l, "time") || strings.HasSuffix(l, "code")
	}
	return true
}

// addressed: a whole step of a path, such as /files/13800138000.jpg.
func (m candidate) addressed() bool {
	first := m.digits[m.start]
	slash, _ := m.beside(first, -1)
	return slash.r == '/' && first > 1 && m.atoms[first-2].class == other
}

// doubtful: right in all but one point that no word makes up for.
func (m candidate) doubtful(inside sep) bool {
	plus := false
	if prev, _ := m.beside(m.digits[m.start], -1); prev.r == '+' {
		plus = true
	}
	left, right := m.seps[m.start], m.seps[m.j]
	seamed := left == bySeam && (m.start == 0 || !m.taken[m.start-1]) || right == bySeam
	return m.prefix == "86" && !plus || m.prefix == "0086" || inside&(byBlank|byBracket) != 0 || seamed || right&byDash != 0
}
