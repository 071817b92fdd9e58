// Document numbers (文号) and index numbers (索引号).

package importer

import (
	"regexp"
	"strings"

	"golang.org/x/text/width"
)

const (
	opening = `[〔\[［(（【〈﹝{]`
	closing = `[〕\]］)）】〉﹞}]`
)

var (
	numberForm  = regexp.MustCompile(`^(\p{Han}{2,16})` + opening + `((?:19|20)\d{2})` + closing + `([1-9]\d{0,4})[号號]$`)
	orderForm   = regexp.MustCompile(`^\p{Han}{0,16}令第[1-9]\d{0,4}号$`)
	registry    = regexp.MustCompile(`^[A-Z]{2,8}-(?:19|20)\d{2}-\d{1,6}$`)
	numberLine  = regexp.MustCompile(`^[（(]?(\p{Han}{2,16}` + opening + `\d{4}` + closing + `\d{1,5}[号號])[）)]?(?:$|签发人)`)
	numberTail  = regexp.MustCompile(`[（(]?(\p{Han}{2,16}[〔\[［【〈]\d{4}[〕\]］】〉]\d{1,5}[号號])[）)]?$`)
	numberLike  = regexp.MustCompile(`^[（(]?\p{Han}{1,16}[〔\[［(（【〈]?(19|20)\d{2}.{0,8}[号號][）)]?$`)
	indexNumber = regexp.MustCompile(`^[0-9A-Za-z]{4,}([/-][0-9A-Za-z-]{1,40}){0,6}$`)
	withCredit  = regexp.MustCompile(`^([0-9A-HJ-NPQRTUWXY]{18})/\d{4}(?:\d{2})?-\d{5}$`)
)

// documentNumber puts a document number into its one form, 某政办发〔2021〕7号.
func documentNumber(raw string) (string, bool) {
	s := tight(width.Fold.String(raw))
	if m := numberForm.FindStringSubmatch(s); m != nil {
		return m[1] + "〔" + m[2] + "〕" + m[3] + "号", true
	}
	if orderForm.MatchString(s) || registry.MatchString(s) {
		return s, true
	}
	return "", false
}

// documentNumber takes the number that stands on a line of its own above the
// text. Numbers inside the text are citations.
func (r *reading) documentNumber() {
	for i, head := 0, r.headEnd(); i < head; i++ {
		m := numberLine.FindStringSubmatch(tight(width.Fold.String(r.blocks[i].text)))
		if m == nil {
			continue
		}
		if r.fields["doc_no"] == nil && !r.set("doc_no", m[1]) {
			continue // the line stays where a person can see it
		}
		r.letterhead(i)
		return
	}
}

// letterhead drops the number's line and the red head 某某人民政府文件 above it.
func (r *reading) letterhead(i int) {
	from := i
	if i > 0 && strings.HasSuffix(tight(r.blocks[i-1].text), "文件") && length(tight(r.blocks[i-1].text)) <= 30 {
		from = i - 1
		r.set("publisher", strings.TrimSuffix(tight(r.blocks[i-1].text), "文件"))
	}
	r.blocks = append(r.blocks[:from:from], r.blocks[i+1:]...)
}

// indexNo keeps an index number as it is, but for white space and wide digits.
func indexNo(raw string) (string, bool) {
	s := tight(width.Fold.String(raw))
	return s, len(s) <= 80 && indexNumber.MatchString(s)
}

const creditDigits = "0123456789ABCDEFGHJKLMNPQRTUWXY"

var creditWeights = [17]int{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28}

// creditCode checks the last digit of a unified social credit code
// (统一社会信用代码, GB 32100).
func creditCode(code string) bool {
	sum := 0
	for i, weight := range creditWeights {
		sum += strings.IndexByte(creditDigits, code[i]) * weight
	}
	return creditDigits[(31-sum%31)%31] == code[17]
}
