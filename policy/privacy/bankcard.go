// 银行卡号、账号: cards by Luhn and their bank's prefix, other accounts by the words in front.

package privacy

import (
	_ "embed"
	"strings"
)

//go:embed bankbins.txt
var bankBins string

// bins says which lengths the cards with a prefix have: a bit for each.
var bins = func() map[string]uint32 {
	m := map[string]uint32{}
	for line := range strings.Lines(bankBins) {
		fields := strings.Fields(line)
		if line[0] == '#' {
			continue
		}
		length := 10*(fields[0][0]-'0') + fields[0][1] - '0'
		for _, f := range fields[1:] {
			lo, hi, ranged := strings.Cut(f, "-")
			for m[lo] |= 1 << length; ranged && lo != hi; m[lo] |= 1 << length {
				lo = successor(lo)
			}
		}
	}
	return m
}()

// successor counts a row of digits one up.
func successor(digits string) string {
	b := []byte(digits)
	for i := len(b) - 1; i >= 0; i-- {
		if b[i]++; b[i] <= '9' {
			break
		}
		b[i] = '0'
	}
	return string(b)
}

// issued reports a prefix of at least so many digits that cards of this length have.
func issued(v string, least int) bool {
	for n := least; n <= 10 && n < len(v); n++ {
		if bins[v[:n]]&(1<<len(v)) != 0 {
			return true
		}
	}
	return false
}

// luhn checks the last digit of a card (ISO/IEC 7812).
func luhn(v string) bool {
	sum := 0
	for i := range len(v) {
		d := int(v[len(v)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

const (
	shortestCard, longestCard       = 13, 19
	shortestAccount, longestAccount = 12, 22
)

// findBankCards looks at every digit at which a card or an account may begin.
func findBankCards(k *kind, w *window) {
	for i := w.judged; i+shortestAccount <= len(w.digits); i++ {
		if !w.taken[i] && w.opens(i) && !w.card(k, i) {
			w.account(k, i)
		}
	}
}

// card recognises what Luhn proves.
func (w *window) card(k *kind, i int) bool {
	for n := longestCard; n >= shortestCard; n-- {
		j := i + n
		if j > len(w.digits) || !w.closes(j) || !w.free(i, j) {
			continue
		}
		if v := w.value(i, j); luhn(v) && issued(v, 3) && !w.amid(i, j) && w.cardLevel(k, i, j, v) {
			return true
		}
	}
	return false
}

// cardLevel reports the card, keeps it, or says that it is none after all.
func (w *window) cardLevel(k *kind, i, j int, v string) bool {
	about, natural := w.about(i), fourByFour(w.layout(i, j))
	known := about.meaning == bank || about.meaning == person || about.meaning == insured
	level := Certain
	switch whose := w.holder(i, j); {
	case whose == anOffice:
		w.keep(i, j)
		return true
	case known || whose == aPerson:
		level = w.sure(i, j, !natural)
	case about.meaning != nothing && about.meaning != phone && about.meaning != mobile || w.labelled(i, j) || !natural || !issued(v, 6) || w.counts(j):
		return false
	case w.between(i, j)&byWrap != 0:
		return false
	}
	w.claim(k, i, j, -1, level, about.evidence("luhn", "prefix")...)
	return true
}

// fourByFour are the layouts in which cards are written: in one piece, in
// fours, the prefix apart, or each digit by itself.
func fourByFour(layout string) bool {
	groups := strings.Split(layout, "-")
	fours, singles := true, true
	for i, g := range groups {
		last := i == len(groups)-1
		fours = fours && (g == "4" || last && g <= "4")
		singles = singles && g == "1"
	}
	return len(groups) == 1 || fours || singles || len(groups) == 2 && groups[0] == "6"
}

// account recognises what no check digit proves: passbooks (存折) and accounts
// of small banks, by 账号 or its like in front.
func (w *window) account(k *kind, i int) {
	j := w.accountEnd(i)
	if j-i < shortestAccount || j-i > longestAccount || !w.closes(j) || !w.free(i, j) {
		return
	}
	about := w.about(i)
	if about.meaning != bank || about.past || w.amid(i, j) {
		return
	}
	switch w.holder(i, j) {
	case anOffice:
		w.keep(i, j)
	default:
		w.claim(k, i, j, -1, Likely, about.evidence("shape")...)
	}
}

// accountEnd follows groups that dashes or single blanks join.
func (w *window) accountEnd(i int) int {
	j := w.stretchEnd(i)
	for j < len(w.digits) && w.seps[j]&^(byDash|byBlank|bySeam) == 0 {
		next := w.stretchEnd(j)
		if w.seps[j]&byBlank != 0 && next-j > 4 { // another number
			break
		}
		j = next
	}
	return j
}
