// 社会保障号、医保号: numbers of local making, known by the words in front alone.

package privacy

import "strings"

// The words. 社会保障号码 is mostly the citizen ID, which then names the finding.
const (
	socialWords = `社会保障号 社会保障号码 社会保障卡号 社会保障卡号码 社会保障卡卡号 社保号 社保号码 社保编号 社保卡号 社保卡号码 社保卡卡号 社保电脑号 社保个人编号
		参保编号 参保号 个人社保号 养老保险号 养老保险编号 养老保险手册号 社会保险号 社会保险号码 社会保险编号`
	medicalWords = `医保号 医保号码 医保卡号 医保卡号码 医保编号 医保证号 医保个人编号 医疗保险号 医疗保险号码 医疗保险卡号 医疗保险证号 医疗保险编号 医疗证号 新农合证号 新农合号
		农合证号 农合医疗证号 合作医疗证号 合作医疗号 参合号 参合证号 门诊号 住院号 病历号 病案号 就诊卡号 就诊卡卡号`
)

const shortestInsured, longestInsured = 6, 20

// findInsured reads the letters and digits behind the word.
func findInsured(k *kind, w *window, at woken) {
	atoms := w.token(at.to)
	digits := 0
	for _, i := range atoms {
		if w.atoms[i].class == digit {
			digits++
		}
	}
	value := strings.ToUpper(w.spell(atoms))
	if digits < shortestInsured-1 || len(atoms) < shortestInsured || len(atoms) > longestInsured || digits >= 17 && w.provenID(value) {
		return
	}
	w.report(k, atoms, 2, 2, Likely, "shape", "context:"+at.word)
}

// provenID reports a token that is a citizen ID, which then names the finding.
func (w *window) provenID(v string) bool {
	for i := 0; i+18 <= len(v); i++ {
		if strings.Trim(v[i:i+17], "0123456789") == "" && strings.IndexByte(idChecks, v[i+17]) >= 0 && v[i] != '0' && proveID(v[i:i+18], w.opt.Now) {
			return true
		}
	}
	return false
}

// token is the row of letters and digits behind a label: behind a colon, a
// bracket, a word such as 为, or in the next cell.
func (w *window) token(i int) (atoms []int) {
	skipped, group := 0, 0
	i = w.pastBrackets(i)
	for ; i < len(w.atoms) && len(atoms) <= longestInsured; i++ {
		a := w.atoms[i]
		switch {
		case a.class == drop || a.class == seam && a.r != '*':
		case a.inToken():
			atoms, group = append(atoms, i), group+1
		case len(atoms) == 0 && skipped < 6 && (a.class == blank || a.class == wrap || a.class == border || strings.ContainsRune(":()为是号码", a.r)):
			skipped++
		case a.r == '*':
			return nil
		case len(atoms) > 0 && (a.class == dash || a.class == blank && group <= 4) && w.goesOn(i):
			group = 0
		case len(atoms) > 0 && (a.class == dash || a.class == blank) && w.masked(i): // it went on there
			return nil
		default:
			return atoms
		}
	}
	return atoms
}

// pastBrackets skips what a form says about the number: 社保卡号（9位）.
func (w *window) pastBrackets(i int) int {
	if i >= len(w.atoms) || w.atoms[i].r != '(' {
		return i
	}
	for k := i; k < min(i+12, len(w.atoms)); k++ {
		if w.atoms[k].r == ')' {
			return k + 1
		}
	}
	return i
}

// masked reports a star directly behind the atom.
func (w *window) masked(i int) bool {
	next, _ := w.beside(i, +1)
	return next.r == '*'
}

// goesOn reports a digit directly behind the atom.
func (w *window) goesOn(i int) bool {
	next, _ := w.beside(i, +1)
	return next.class == digit
}

func (a atom) inToken() bool { return a.class == digit || a.class == other && isLatin(a.r) }
