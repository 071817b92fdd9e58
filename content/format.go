// Checked forms of text fields: document number, credit code, index number.

package content

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"gongkai"
)

var formats = map[string]func(Field, string) (any, *gongkai.Detail){
	"doc_no":   checkDocNo,
	"uscc":     checkCreditCode,
	"index_no": checkIndexNo,
}

var (
	// docNo is 发文机关代字〔年份〕序号号 (党政机关公文格式); orders and registry
	// numbers have forms of their own.
	docNo = regexp.MustCompile(`^(\p{Han}{2,16}〔((?:19|20)\d{2})〕[1-9]\d{0,4}号|\p{Han}{0,16}令第[1-9]\d{0,4}号|[A-Z]{2,8}-(?:19|20)\d{2}-\d{1,6})$`)
	// indexNo takes every pattern in use at public sites: groups of digits and
	// letters with / and -; numbers from elsewhere are kept as they are.
	indexNo  = regexp.MustCompile(`^[0-9A-Za-z]{4,}([/-][0-9A-Za-z-]{1,40}){0,6}$`)
	brackets = strings.NewReplacer("[", "〔", "]", "〕", "(", "〔", ")", "〕", "\uff08", "〔", "\uff09", "〕", "【", "〔", "】", "〕", "〈", "〔", "〉", "〕")
)

// NormaliseDocNo puts a document number's brackets into the official form.
func NormaliseDocNo(s string) string { return brackets.Replace(strings.TrimSpace(s)) }

// DocNoKey is a document number as it is looked up: with brackets of any form and
// width, with or without spaces, it is the same. "" of what has no letter or digit.
func DocNoKey(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Ps, r):
			return '〔'
		case unicode.Is(unicode.Pe, r):
			return '〕'
		case unicode.IsSpace(r), unicode.IsControl(r):
			return -1
		}
		return unicode.ToUpper(r)
	}, norm.NFKC.String(s))
}

func checkDocNo(f Field, s string) (any, *gongkai.Detail) {
	s = NormaliseDocNo(s)
	if !docNo.MatchString(s) {
		return nil, wrong(f, "doc_no", "的形式应为“代字〔四位年份〕序号号”，序号不编虚位", "must look like 代字〔2026〕12号, with a four-digit year and no leading zero")
	}
	return s, nil
}

// DocNoYear is the year in a document number; "" if it has none.
func DocNoYear(s string) string {
	if m := docNo.FindStringSubmatch(s); m != nil {
		return m[2]
	}
	return ""
}

func checkIndexNo(f Field, s string) (any, *gongkai.Detail) {
	if len(s) > 80 || !indexNo.MatchString(s) {
		return nil, wrong(f, "index_no", "不是有效的索引号", "is no valid index number")
	}
	return s, nil
}

func checkCreditCode(f Field, s string) (any, *gongkai.Detail) {
	if !CreditCode(s) {
		return nil, wrong(f, "uscc", "不是有效的统一社会信用代码（校验位不符）", "is no valid unified social credit code (check digit)")
	}
	return s, nil
}

const creditCharset = "0123456789ABCDEFGHJKLMNPQRTUWXY"

var creditWeights = [17]int{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28}

// CreditCode tells whether s is a unified social credit code with a right
// check digit (GB 32100).
func CreditCode(s string) bool {
	if len(s) != 18 {
		return false
	}
	sum := 0
	for i, w := range creditWeights {
		v := strings.IndexByte(creditCharset, s[i])
		if v < 0 {
			return false
		}
		sum += v * w
	}
	return s[17] == creditCharset[(31-sum%31)%31]
}
