// Identity cards of Hong Kong, Macao and Taiwan, with the checks that are published.

package corpustest

import (
	"fmt"
	"math/rand/v2"
)

// hongKongCard adds up to a multiple of eleven: 9 times 36 for the letter that
// is missing, 8 times the letter, then 7 to 2 times the digits, and the check.
func hongKongCard(r *rand.Rand) string {
	first := r.IntN(26)
	body, sum := digits(r, 6), 9*36+8*(10+first)
	for i, c := range body {
		sum += (7 - i) * int(c-'0')
	}
	check := string("0123456789A"[(11-sum%11)%11])
	return string(rune('A'+first)) + body + pick(r, []string{"(" + check + ")", "（" + check + "）", check})
}

// macaoCard has a check whose rule is not published.
func macaoCard(r *rand.Rand) string {
	return pick(r, []string{"1", "5", "7"}) + digits(r, 6) + fmt.Sprintf(pick(r, []string{"(%s)", "（%s）"}), digits(r, 1))
}

// taiwanCard counts its letter as two digits and adds up to a multiple of ten.
func taiwanCard(r *rand.Rand) string {
	at := r.IntN(26)
	body := pick(r, []string{"1", "2"}) + digits(r, 7)
	sum := (10+at)/10 + (10+at)%10*9
	for i, c := range body {
		sum += (8 - i) * int(c-'0')
	}
	return string("ABCDEFGHJKLMNPQRSTUVXYWZIO"[at]) + body + string(rune('0'+(10-sum%10)%10))
}
