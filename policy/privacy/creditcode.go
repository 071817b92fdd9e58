// 统一社会信用代码 (GB 32100): names an organisation, looks like an ID, and must stay.

package privacy

import "strings"

const creditChars = "0123456789ABCDEFGHJKLMNPQRTUWXY"

var (
	creditWeights = [17]int{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28}
	orgWeights    = [8]int{3, 7, 9, 10, 5, 8, 4, 2}
)

// creditCode checks both check characters, the code's own and that of the
// organisation code (GB 11714) inside: one alone is right for every 31st ID.
func creditCode(code string) bool {
	if len(code) != 18 || !strings.Contains("19159Y", code[:1]) {
		return false
	}
	sum := 0
	for i, w := range creditWeights {
		v := strings.IndexByte(creditChars, code[i])
		if v < 0 {
			return false
		}
		sum += v * w
	}
	return creditChars[(31-sum%31)%31] == code[17] && orgCode(code[8:17])
}

func orgCode(code string) bool {
	sum := 0
	for i, w := range orgWeights {
		v := int(code[i] - '0')
		if code[i] >= 'A' {
			v = int(code[i]-'A') + 10
		}
		sum += v * w
	}
	return "0123456789X0"[(11-sum%11)%11] == code[8]
}
