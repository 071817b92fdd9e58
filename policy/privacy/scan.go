// Scan: the plainest case first, bare ASCII digits.
package privacy

import (
	"regexp"
	"strings"
)

var (
	bareID     = regexp.MustCompile(`[1-8]\d{16}[\dXx]`)
	bareMobile = regexp.MustCompile(`1(?:3\d|4[5-9]|5[0-35-9]|6[2567]|7[0-35-8]|8\d|9[0-35-9])\d{8}`)
)

// Scan finds personal data in a text. The findings are sorted and do not overlap.
func Scan(text string, f Format, opt Options) []Finding {
	var fs []Finding
	at := 0
	for at < len(text) {
		loc := nextRun(text, at)
		if loc == nil {
			break
		}
		run := text[loc[0]:loc[1]]
		switch {
		case len(run) == 18 && bareID.MatchString(run) && proves(run):
			fs = append(fs, finding("id_card", run, loc[0], 2, 3))
		case len(run) == 11 && bareMobile.MatchString(run):
			fs = append(fs, finding("mobile", run, loc[0], 3, 4))
		}
		at = loc[1]
	}
	return fs
}

var run = regexp.MustCompile(`\d+[Xx]?`)

func nextRun(text string, at int) []int {
	loc := run.FindStringIndex(text[at:])
	if loc != nil {
		loc[0], loc[1] = loc[0]+at, loc[1]+at
	}
	return loc
}

func finding(kind, value string, at, head, tail int) Finding {
	mask := value[:head] + strings.Repeat("*", len(value)-head-tail) + value[len(value)-tail:]
	return Finding{Kind: kind, Span: Span{at, at + len(value)}, Level: Certain, Evidence: []string{"shape"},
		Mask: mask, Preview: mask, Folded: strings.ToUpper(value)}
}

func proves(id string) bool {
	sum := 0
	for i := range 17 {
		sum += int(id[i]-'0') * [...]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}[i]
	}
	return "10X98765432"[sum%11] == strings.ToUpper(id)[17]
}
