// 护照、出入境通行证: letters and digits without a check, so the words around decide.

package privacy

import "strings"

// travelShapes are the forms in use: letters in front and the digits behind
// them. plain ones are told from other numbers by their shape alone.
var travelShapes = []struct {
	letters, second string // the first letters; a second letter out of these
	digits          int
	plain           bool
}{
	{"EG", "", 8, true},                          // 普通护照
	{"E", "ABCDEFGHJKLMNPQRSTUVWXYZ", 7, true},   // 普通护照 since 2017
	{"DSP", "", 8, false},                        // 外交、公务护照
	{"DSP", "E", 7, false},                       //
	{"KH", "", 8, false},                         // 香港特区护照
	{"KH", "ABCDEFGHJKLMNPQRSTUVWXYZ", 7, false}, //
	{"M", "AB", 7, false},                        // 澳门特区护照
	{"CWL", "", 8, false},                        // 往来港澳通行证、往来台湾通行证
	{"CL", "ABCDEFGHJKLMNPQRSTUVWXYZ", 7, false}, //
	{"HM", "", 8, false},                         // 港澳居民来往内地通行证
	{"HM", "", 10, false},                        // with two digits for the edition
	{"T", "", 8, false},                          // 台湾居民
}

// findPassports looks at digits that follow letters, and at rows of eight or
// ten (台胞证) or nine (foreign passports) behind a word.
func findPassports(k *kind, w *window) {
	for i := w.judged; i+7 <= len(w.digits); i++ {
		if w.taken[i] || !w.opens(i) {
			continue
		}
		letters := w.lettersBefore(w.digits[i])
		if len(letters) == 0 && !w.alone(i) {
			continue
		}
		for _, n := range []int{10, 9, 8, 7} {
			if j := i + n; j <= len(w.digits) && w.closes(j) && w.free(i, j) && w.travelAt(k, letters, i, j) {
				break
			}
		}
	}
}

// alone reports a row in one piece that does not belong to what stands before.
func (w *window) alone(i int) bool {
	n := w.stretchEnd(i) - i
	return n >= 8 && n <= 10 && w.seps[i]&(byDash|byDot) == 0 && w.closes(i+n)
}

// travelAt judges letters and digits together.
func (w *window) travelAt(k *kind, letters []int, i, j int) bool {
	exact, plain := travelShape(strings.ToUpper(w.spell(letters)), j-i)
	if w.travelsOn(j) || w.between(i, j)&(byWrap|byDot) != 0 {
		return false
	}
	about := w.about(i)
	if len(letters) > 0 {
		about = w.aboutAtom(letters[0])
	}
	level := w.travelLevel(about, len(letters), i, j, exact, plain)
	if level == "" {
		return false
	}
	w.keep(i, j)
	w.report(k, append(letters, w.digits[i:j]...), 1, 3, level, about.evidence("shape")...)
	return true
}

// travelLevel decides by form and word; empty means no travel document.
func (w *window) travelLevel(about about, letters, i, j int, exact, plain bool) Level {
	joint, _ := w.beside(w.digits[i], -1)
	split := w.between(i, j)&visible != 0 || joint.class != other
	switch {
	case exact && (about.meaning == travel || about.meaning == person):
		return Certain
	case about.meaning == travel && about.near && !about.past && !w.quantity(j) && (letters > 0 && letters < 4 || j-i >= 8):
		return Likely
	case plain && about.meaning == nothing && !split && !dated(w.value(i, j)):
		return Ask
	}
	return ""
}

// quantity reports that digits up to j count something: 护照12345678本.
func (w *window) quantity(j int) bool {
	next, _ := w.beside(w.digits[j-1], +1)
	return strings.ContainsRune("本件份个次人", next.r) || w.counts(j)
}

// travelShape reports a form in use, and whether it is plain by itself.
func travelShape(letters string, digits int) (exact, plain bool) {
	for _, s := range travelShapes {
		if s.digits != digits || letters == "" || !strings.Contains(s.letters, letters[:1]) {
			continue
		}
		if len(letters) == 1 && s.second == "" || len(letters) == 2 && strings.Contains(s.second, letters[1:]) {
			return true, s.plain
		}
	}
	return false, false
}

// dated reports digits that begin with a year: the number of some document.
func dated(v string) bool { return v[:2] == "19" || v[:2] == "20" }

// travelsOn reports that letters or digits go on behind digit j-1.
func (w *window) travelsOn(j int) bool {
	next, _ := w.beside(w.digits[j-1], +1)
	return isLatin(next.r) && next.class == other || j < len(w.digits) && w.seps[j]&(byDash|byDot) != 0 || w.joined(w.digits[j-1], +1)
}

// lettersBefore are the one to three letters that stand joined to a digit, at
// most a blank away; none when more letters or a joint stand before them.
func (w *window) lettersBefore(at int) []int {
	var back []int
	blanks := 0
	for i := at - 1; i >= 0; i-- {
		a := w.atoms[i]
		switch {
		case a.class == drop || a.class == seam && a.r != '*':
		case (a.class == blank || a.class == dash) && len(back) == 0 && blanks == 0:
			blanks++
		case isLatin(a.r) && a.class == other:
			if back = append(back, i); len(back) > 3 {
				return nil
			}
		case a.class == digit || a.class == dash || a.class == dot || a.r == '/' || a.r == '*' || a.r == '#':
			if len(back) > 0 && (a.class != digit || a.script != chinese) {
				return nil
			}
			return turned(back)
		default:
			return turned(back)
		}
	}
	return turned(back)
}

// turned reverses indexes that were collected backwards.
func turned(atoms []int) []int {
	for l, r := 0, len(atoms)-1; l < r; l, r = l+1, r-1 {
		atoms[l], atoms[r] = atoms[r], atoms[l]
	}
	return atoms
}
