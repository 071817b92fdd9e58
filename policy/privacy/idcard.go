// 公民身份号码 (GB 11643): 18 characters with a check, and the old 15 digits.

package privacy

import (
	"fmt"
	"strings"
	"time"
)

// idWeights and idChecks are those of ISO 7064 MOD 11-2.
var idWeights = [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}

const idChecks = "10X98765432"

// provinces are the first two digits of the region; 81 to 83 are the residence permits of
// people from Hong Kong, Macao and Taiwan. County codes change too often to
// ask for a current one.
var provinces = [...]string{1: "12345", 2: "123", 3: "1234567", 4: "123456", 5: "01234", 6: "12345", 7: "1", 8: "123", 9: ""}

func isProvince(code string) bool {
	return strings.IndexByte(provinces[code[0]-'0'], code[1]) >= 0
}

// proveID checks all that an 18-character number says about itself. Numbers
// beginning with 9 are permanent residence permits of foreigners (永久居留身份证),
// whose region stands one digit later.
func proveID(id string, now time.Time) bool {
	region := isProvince(id) || id[0] == '9' && isProvince(id[1:])
	return region && idChecks[idSum(id)] == id[17] && realDate(id[6:14], now)
}

func idSum(id string) int {
	sum := 0
	for i, w := range idWeights {
		sum += int(id[i]-'0') * w
	}
	return sum % 11
}

// realDate reports a day of the calendar, from 1900 until now.
func realDate(yyyymmdd string, now time.Time) bool {
	day, err := time.Parse("20060102", yyyymmdd)
	return err == nil && day.Year() >= 1900 && !day.After(now)
}

// oldID reports 15 digits that could be an ID of the years before 1999.
func oldID(id string, now time.Time) bool {
	return isProvince(id) && realDate("19"+id[6:12], now)
}

// findIDCards looks at every digit at which an ID may begin.
func findIDCards(k *kind, w *window) {
	n := len(w.digits)
	for i := w.judged; i+12 <= n; i++ {
		if w.taken[i] || !w.opens(i) {
			continue
		}
		if i+15 > n {
			w.foreigner(k, i)
		} else if !w.whole(k, i) && !w.embedded(k, i) && !w.foreigner(k, i) {
			w.old(k, i)
		}
	}
}

// whole recognises 18 characters that stand for themselves.
func (w *window) whole(k *kind, i int) bool {
	j, cross := i+18, -1
	if i+17 == len(w.digits) {
		j, cross = i+17, w.cross()
	}
	if j > len(w.digits) || j == i+17 && cross < 0 || cross < 0 && !w.closes(j) || !w.free(i, j) {
		return false
	}
	id := w.value(i, j)
	if cross >= 0 {
		id += "X"
	}
	code, proven := creditCode(id), proveID(id, w.opt.Now)
	if !code && !proven && (w.amid(i, j) || !plausible(w.layout(i, j))) {
		return false
	}
	about := w.about(i)
	switch {
	case code && (about.meaning == credit || !proven && about.meaning != person):
		w.keep(i, j)
	case proven:
		w.claim(k, i, j, cross, w.sure(i, j, code || id[0] == '9' && about.meaning != person), about.evidence("checksum", "date", "region")...)
	case cross < 0 && w.student(i) && isProvince(id) && realDate(id[6:14], w.opt.Now):
		w.claim(k, i, j, cross, Likely, about.evidence("date", "region", "shape:L18")...)
	case about.meaning == person && about.near:
		w.claim(k, i, j, cross, Ask, about.evidence("checksum:wrong")...)
	default:
		return false
	}
	return true
}

// student reports the L or J that a student number (学籍号) begins with when its
// owner has no ID: region and birth date follow, but no check.
func (w *window) student(i int) bool {
	letters := w.lettersBefore(w.digits[i])
	return len(letters) == 1 && strings.ContainsRune("lj", w.atoms[letters[0]].r)
}

// foreigner recognises the old permanent residence permit (外国人永久居留证):
// three letters for the country and twelve digits, behind a word that says so.
func (w *window) foreigner(k *kind, i int) bool {
	j := i + 12
	letters := w.lettersBefore(w.digits[i])
	if len(letters) != 3 || !w.closes(j) || !w.free(i, j) {
		return false
	}
	if about := w.aboutAtom(letters[0]); about.meaning == person {
		w.keep(i, j)
		w.report(k, append(letters, w.digits[i:j]...), k.head, k.tail, Likely, about.evidence("shape")...)
		return true
	}
	return false
}

// sure lowers a proven number that is in doubt for another reason.
func (w *window) sure(i, j int, doubt bool) Level {
	if doubt || w.between(i, j)&byWrap != 0 {
		return Likely
	}
	return Certain
}

// amid reports groups in the middle of a row of groups: no proof, no ID.
func (w *window) amid(i, j int) bool {
	return i > 0 && !w.taken[i-1] && w.seps[i]&(byScript|byWrap|byBracket) == 0 && w.between(i, j)&visible != 0
}

// plausible layouts are those in which people write 18 characters.
func plausible(layout string) bool { return len(layout) <= 9 || len(layout) >= 33 }

// cross finds the check character X behind the run: the atom's index, or -1.
func (w *window) cross() int {
	soft := 0
	for i := w.digits[len(w.digits)-1] + 1; i < len(w.atoms); i++ {
		switch a := w.atoms[i]; {
		case a.r == 'x':
			if next, _ := w.beside(i, +1); soft > 0 && isLatin(next.r) { // another word
				return -1
			}
			return i
		case a.class == drop || a.class == seam:
		case (a.class == blank || a.class == dash || a.class == wrap) && soft == 0:
			soft++
		default:
			return -1
		}
	}
	return -1
}

// embedded recognises an ID inside a longer row of digits: the number of a
// disability certificate (残疾人证号: ID, kind, grade), cells or a serial number
// that were glued on, and whatever stands behind 身份证 without a separator.
func (w *window) embedded(k *kind, a int) bool {
	b, cross := a+1, -1
	for b < len(w.digits) && w.seps[b] == 0 {
		b++
	}
	if b == len(w.digits) {
		cross = w.cross()
	}
	if b-a <= 17 || cross < 0 && !w.closes(b) {
		return false
	}
	about, found := w.about(a), false
	for i := a; i+17 <= b; i++ {
		j, x := i+18, -1
		if j > b {
			j, x = b, cross
		}
		if j-i == 18 || x >= 0 {
			found = w.embeddedAt(k, stretch{a, b}, i, j, x, about) || found
		}
	}
	return found
}

// stretch is a row of digits without separators.
type stretch struct{ a, b int }

func (w *window) embeddedAt(k *kind, row stretch, i, j, cross int, about about) bool {
	if !w.free(i, j) {
		return false
	}
	id := w.value(i, j)
	if cross >= 0 {
		id += "X"
	}
	if !proveID(id, w.opt.Now) {
		return false
	}
	level, why := w.glued(row, i, j, id, about)
	if level != "" {
		w.claim(k, i, j, cross, level, about.evidence("checksum", "date", why)...)
	}
	return level != ""
}

// glued says how sure a proven ID inside a row of digits is, and why. Chance
// makes one in 70,000; numbers made of region, date and serial are more
// dangerous, but their dates are not of the last century.
func (w *window) glued(row stretch, i, j int, id string, about about) (level Level, why string) {
	front, rest := i-row.a, row.b-j
	phone := rest == 11 && mobileNumber(w.value(j, row.b)) || front == 11 && mobileNumber(w.value(row.a, i))
	switch whole := w.value(row.a, row.b); {
	case rest == 2 && front == 0 && len(id) == j-i && certificate(w.value(j, row.b)):
		if about.meaning == person {
			return Certain, "shape:20"
		}
		return Likely, "shape:20"
	case about.meaning == person, phone && (front <= 4 || rest == 0):
		return Likely, "glued"
	case (front == 0 || rest == 0) && front+rest <= 4 && id[6:10] < "2005" && (!luhn(whole) || !issued(whole, 6)):
		return Likely, "glued"
	}
	return "", ""
}

// certificate reports a kind (1 to 7) and a grade (1 to 4) of disability.
func certificate(tail string) bool {
	return tail[0] >= '1' && tail[0] <= '7' && tail[1] >= '1' && tail[1] <= '4'
}

// old recognises 15 digits. They carry no proof, so the words around decide.
func (w *window) old(k *kind, i int) {
	j := i + 15
	if !w.closes(j) || !w.free(i, j) {
		return
	}
	right := oldID(w.value(i, j), w.opt.Now)
	if w.amid(i, j) || !right && !plausible(w.layout(i, j)) {
		return
	}
	about := w.about(i)
	shape := fmt.Sprintf("shape:%d", j-i)
	switch {
	case about.meaning == person && right:
		w.claim(k, i, j, -1, Likely, about.evidence(shape, "date", "region")...)
	case about.meaning == person && about.near:
		w.claim(k, i, j, -1, Ask, about.evidence(shape, "date:wrong")...)
	case right && about.meaning == nothing && w.between(i, j)&visible == 0 && !w.labelled(i, j):
		w.claim(k, i, j, -1, Ask, shape, "date", "region")
	}
}
