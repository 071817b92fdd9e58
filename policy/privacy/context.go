// Context: what the words around a number say about it.

package privacy

import (
	"strings"
	"unicode/utf8"
)

const (
	leadRunes  = 24 // characters besides digits and letters that a clause is followed back
	leadLimit  = 96 // and with digits
	thingRunes = 12 // how near a word such as 编号 has to be
	nearRunes  = 8  // how near 身份证 has to be to make an ask of a wrong number
)

// lead is the clause in front of a digit, folded, without blanks but those
// behind digits.
type lead struct {
	at   int
	text string
}

// about is what the lead makes of the number behind it.
type about struct {
	meaning
	word string
	near bool // directly in front, but for a few characters
	past bool // another long number stands between
}

// evidence adds the word to what else speaks for a finding.
func (a about) evidence(more ...string) []string {
	if a.meaning == nothing {
		return more
	}
	return append(more, "context:"+a.word)
}

// before is the clause in front of digit i.
func (w *window) before(i int) string { return w.beforeAtom(w.digits[i]) }

// beforeAtom is the clause in front of an atom.
func (w *window) beforeAtom(at int) string {
	if w.lead.at != at {
		w.lead = lead{at, w.readBack(at)}
	}
	return w.lead.text
}

// readBack collects the clause. Where the number begins its cell or line, the
// cell or line before is its label.
func (w *window) readBack(at int) string {
	back, i := w.back[:0], at-1
	counted, crossed, marked, spaced := 0, false, false, false
	for ; i >= 0 && counted < leadRunes && len(back) < leadLimit; i-- {
		a := w.atoms[i]
		switch {
		case a.class == drop || a.class == seam:
		case a.class == blank || a.class == wrap && w.piece.mode == tags:
			spaced = true
		case a.class == border || a.class == wrap || endsClause(a.r):
			if marked || crossed && a.class != border {
				w.back = back
				return reversed(back)
			}
			crossed = true
		default:
			if spaced && (a.class == digit || a.r == '*') {
				back = append(back, ' ')
			}
			back, spaced = append(back, a.r), false
			marked = marked || !joins(a.r)
			if a.class != digit && a.r != '*' && !isLatin(a.r) { // a masked value is as long as an open one
				counted++
			}
		}
	}
	w.back = back
	if i < 0 && w.atoms[0].start == w.piece.start {
		return w.piece.label + ":" + w.headed() + reversed(back)
	}
	return reversed(back)
}

func endsClause(r rune) bool {
	switch r {
	case '，', '。', '；', '！', '？', ',', ';', '!', '?':
		return true
	}
	return false
}

// joins reports what may stand between a label and its number.
func joins(r rune) bool {
	switch r {
	case ':', '|', '-', '(', ')', '+':
		return true
	}
	return false
}

// headed is the header that the caller knows, as a lead.
func (w *window) headed() string {
	if w.opt.Context == "" {
		return ""
	}
	var b strings.Builder
	for _, r := range w.opt.Context {
		if g := fold(r); g.class != blank && g.class != drop {
			b.WriteRune(g.r)
		}
	}
	return b.String() + ":"
}

func reversed(back []rune) string {
	var buf [2 * leadLimit]byte
	text := buf[:0]
	for i := len(back) - 1; i >= 0; i-- {
		text = utf8.AppendRune(text, back[i])
	}
	return string(text)
}

// about reads the words in front of digit i, from the nearest outwards. 电话
// goes on to look for 咨询 in the same clause; every other word decides.
func (w *window) about(i int) about {
	for len(w.abouts) < len(w.digits) {
		w.abouts = append(w.abouts, about{meaning: unread})
	}
	if w.abouts[i].meaning == unread {
		w.abouts[i] = w.aboutAtom(w.digits[i])
	}
	return w.abouts[i]
}

// aboutAtom reads the words in front of an atom.
func (w *window) aboutAtom(at int) about {
	text := w.beforeAtom(at)
	var a about
	for end, runes := len(text), 0; end > 0; {
		if isDigit(text[end-1]) || text[end-1] == '*' {
			end--
			continue
		}
		found, ok := endWord(text[:end], text[end:])
		if !ok {
			_, size := utf8.DecodeLastRuneInString(text[:end])
			if !isLetter(text[end-1]) {
				runes++
			}
			end -= size
			continue
		}
		tail := text[end:]
		end -= len(found.folded)
		if a.meaning != nothing {
			if found.meaning == office {
				return about{meaning: office, word: found.text, near: true}
			}
			if found.meaning != phone {
				return a
			}
			continue
		}
		a = about{found.meaning, found.text, runes <= nearRunes, passes(tail)}
		switch {
		case a.meaning == mobile || a.meaning == home:
			return w.officeMobile(a, text[:end])
		case a.meaning == thing && (runes > thingRunes || severed(tail)):
			return about{}
		case a.meaning != phone:
			return a
		}
	}
	return a
}

// officeMobile: 值班手机 is an office's, 手机 behind another clause is not.
func (w *window) officeMobile(a about, before string) about {
	if found, ok := endWord(before, ""); ok && found.meaning == office {
		return about{meaning: office, word: found.text, near: true}
	}
	return a
}

// severed reports that a word such as 编号 or 第 speaks of something else than
// the number: 第一中学李老师138…, 编号 3 张三 138….
func severed(tail string) bool {
	i := strings.IndexAny(tail, "0123456789")
	return i >= 0 && strings.ContainsAny(tail[i:], " /") ||
		strings.ContainsFunc(tail, func(r rune) bool {
			return r >= utf8.RuneSelf && !strings.ContainsRune("号码为是共约达至的", r)
		})
}

// passes reports a long number in what stands between a word and a number.
func passes(tail string) bool {
	n := 0
	for i := range len(tail) {
		switch c := tail[i]; {
		case isDigit(c) || c == '*':
			n++
		case c != ' ' && !isLetter(c): // a letter may be masked, too
			n = 0
		}
		if n == 11 {
			return true
		}
	}
	return false
}

// labelled reports digits that are part of a longer token, such as the number
// of an order or a project: letters at either side, or joined on by a dash.
func (w *window) labelled(i, j int) bool {
	first, last := w.digits[i], w.digits[j-1]
	if next, _ := w.beside(last, +1); isLatin(next.r) || w.joined(last, +1) {
		return true
	}
	return w.joined(first, -1)
}

// joined looks along letters, digits and joints for a letter.
func (w *window) joined(i, step int) bool {
	for range 32 {
		i += step
		if i < 0 || i >= len(w.atoms) {
			return false
		}
		a := w.atoms[i]
		switch {
		case step < 0 && a.end <= w.done: // another finding
			return false
		case isLatin(a.r) && a.class == other:
			return step > 0 || !w.spoken(i)
		case a.class == drop, a.class == seam && a.r != '*', (a.class == digit || a.r == '*') && step < 0:
		case a.class == dash, a.class == dot && step < 0, a.r == '#':
		default:
			return false
		}
	}
	return false
}

// spoken reports that the letters up to atom i are a word such as tel.
func (w *window) spoken(i int) bool {
	var back []rune
	for ; i >= 0 && len(back) < 16 && isLatin(w.atoms[i].r); i-- {
		back = append(back, w.atoms[i].r)
	}
	name := reversed(back)
	found, ok := endWord(name, "")
	return name == "m" || name == "t" || name == "p" || ok && (found.meaning == phone || found.meaning == mobile)
}

func isLatin(r rune) bool { return r >= 'a' && r <= 'z' }

// counts reports a unit behind digit j-1, or a sign of money before.
func (w *window) counts(j int) bool {
	var b strings.Builder
	blanks := 0
	for k := w.digits[j-1] + 1; k < len(w.atoms) && b.Len() < 12; k++ {
		a := w.atoms[k]
		if a.class == drop || a.class == seam {
			continue
		}
		if a.class == blank && b.Len() == 0 && blanks == 0 {
			blanks++
			continue
		}
		if a.class != other && a.class != digit {
			break
		}
		b.WriteRune(a.r)
	}
	for _, u := range units {
		if strings.HasPrefix(b.String(), u) {
			return true
		}
	}
	return false
}
