// 港澳台身份证: the identity cards that Hong Kong, Macao and Taiwan issue, behind words that name one.

package privacy

import (
	"slices"
	"strings"
)

const (
	regionWakes = "香港 澳门 澳門 台湾 台灣 臺灣"
	regionLabel = 18 // characters behind the region in which 身份证 is looked for
	regionReach = 48 // and the number
)

// regionCards are the forms: letters, digits in front of the check, and the
// proof; where none was published, the check has to stand in brackets.
var regionCards = []struct {
	letters, digits int
	begins          string // the first digit; "" is any
	proves          func(letters, digits string, check byte) bool
}{
	{1, 6, "", hongKongCard}, // 香港 A123456(3)
	{2, 6, "", hongKongCard},
	{1, 8, "1289", taiwanCard}, // 台湾 A123456789
	{0, 7, "157", nil},         // 澳门 1234567(8)
}

// cardWords say that a number behind them is one of a card.
var cardWords = foldedWords("身份证 身分证 身份證 身分證")

// otherNumbers say that an unproven number behind them is none: 咨询电话：5551234（8）.
var otherNumbers = foldedWords("电话 電話 热线 传真 文号 指南编号 事项编号 业务编号 受理编号 办理编号 项目编号 文件编号")

const otherReach = 8 // characters in front of a number in which they stand

// findRegional reads the first number behind the words that has one of the forms.
func findRegional(k *kind, w *window, at woken) {
	if at.header && !containsAny(foldWord(w.opt.Context), cardWords) || !at.header && !shownOf(nil, w.atoms, at.to, at.to+regionLabel).find(cardWords) {
		return
	}
	for i := at.to; i < min(len(w.atoms), at.to+regionReach) && w.atoms[i].r != '。'; i++ {
		if !w.atoms[i].inToken() {
			continue
		}
		if w.regionCard(k, i, at.word) {
			return
		}
		for i+1 < len(w.atoms) && w.atoms[i+1].inToken() {
			i++
		}
		if next, _ := w.beside(i, +1); next.r == '*' || i+1 < len(w.atoms) && w.atoms[i+1].r == '*' { // the number is masked
			return
		}
	}
}

// regionCard reports the number that begins at an atom, if it is one.
func (w *window) regionCard(k *kind, i int, word string) bool {
	start := i
	var value []rune
	var atoms, marks []int // letters and digits; brackets
	for ; i < len(w.atoms) && len(value) < 12; i++ {
		a := w.atoms[i]
		if a.class == drop || a.class == seam && a.r != '*' {
			continue
		}
		if a.inToken() && len(marks) < 2 {
			value, atoms = append(value, a.r), append(atoms, i)
		} else if len(value) >= 7 && (a.r == '(' && len(marks) == 0 || a.r == ')' && len(marks) == 1) {
			marks = append(marks, i)
		} else {
			break
		}
	}
	evidence, level := regionForm(strings.ToUpper(string(value)), len(marks) == 2)
	if level == "" || level != Certain && shownOf(nil, w.atoms, start-otherReach, start).find(otherNumbers) {
		return false
	}
	h := w.hit(k, atoms, k.head, k.tail, level, evidence, "context:"+word)
	if len(marks) > 0 { // the brackets belong to the number, and stay
		h.shown, h.hidden = h.preview(), h.masked()
		for _, m := range marks {
			h.spots = append(h.spots, Span{w.atoms[m].start, w.atoms[m].end})
		}
		slices.SortFunc(h.spots, func(a, b Span) int { return a.Start - b.Start })
	}
	w.put(h)
	return true
}

// regionForm says how sure a number is; no level is none.
func regionForm(value string, bracket bool) (evidence string, level Level) {
	digits := strings.TrimLeft(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	letters := value[:len(value)-len(digits)]
	for _, f := range regionCards {
		switch {
		case len(letters) != f.letters || len(digits) != f.digits+1 || f.begins != "" && !strings.Contains(f.begins, digits[:1]),
			strings.Trim(digits[:f.digits], "0123456789") != "":
		case f.proves == nil && bracket:
			return "shape", Likely
		case f.proves != nil && f.proves(letters, digits[:f.digits], digits[f.digits]):
			return "checksum", Certain
		case f.proves != nil:
			return "checksum:wrong", Ask
		}
	}
	return "", ""
}

// hongKongCard checks modulo 11: a missing first letter counts 36, letters from
// 10, weights fall from 9.
func hongKongCard(letters, digits string, check byte) bool {
	sum, weight := 0, 9
	if len(letters) == 1 {
		sum, weight = 36*9, 8
	}
	for _, c := range letters {
		sum += (int(c-'A') + 10) * weight
		weight--
	}
	for _, c := range digits {
		sum += int(c-'0') * weight
		weight--
	}
	return "0123456789A"[(11-sum%11)%11] == check
}

// taiwanLetters are in the order of their values, from 10.
const taiwanLetters = "ABCDEFGHJKLMNPQRSTUVXYWZIO"

// taiwanCard checks modulo 10: the letter as two digits with the weights 1 and
// 9, then weights fall from 8.
func taiwanCard(letters, digits string, check byte) bool {
	n := strings.IndexByte(taiwanLetters, letters[0]) + 10
	sum := n/10 + n%10*9
	for i, c := range digits {
		sum += int(c-'0') * (8 - i)
	}
	return byte('0'+(10-sum%10)%10) == check
}
