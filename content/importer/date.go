// Dates (成文日期, 发布日期), in digits and in Chinese numerals.

package importer

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/width"
)

var (
	digitDate   = regexp.MustCompile(`^((?:19|20)\d{2})(?:年|-|/|\.)(\d{1,2})(?:月|-|/|\.)(\d{1,2})日?$`)
	timeOfDay   = regexp.MustCompile(`(?:T|\s+|日)\d{1,2}[:：]\d{2}.*$`)
	compactDate = regexp.MustCompile(`^((?:19|20)\d{2})([01]\d)([0-3]\d)$`)
	hanDate     = regexp.MustCompile(`^([一二][〇○ＯOo0零一二三四五六七八九]{3})年(元|[一二三四五六七八九十]{1,2})月([一二三四五六七八九十廿卅]{1,3})日$`)
	dateAtEnd   = regexp.MustCompile(`^(.*?)((?:19|20)\d{2}年\d{1,2}月\d{1,2}日|[一二][〇○ＯOo0零一二三四五六七八九]{3}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十廿卅]{1,3}日)$`)
)

// parseDate gives 2006-01-02 for a text that is nothing but a date, with or
// without a time of day. A day that does not exist is no date.
func parseDate(raw string) (string, bool) {
	s := timeOfDay.ReplaceAllString(strings.ReplaceAll(width.Fold.String(raw), "\u00a0", " "), "")
	s = strings.Trim(tight(s), "()（）")
	if m := digitDate.FindStringSubmatch(s); m != nil {
		return day(number(m[1]), number(m[2]), number(m[3]))
	}
	if m := compactDate.FindStringSubmatch(s); m != nil {
		return day(number(m[1]), number(m[2]), number(m[3]))
	}
	if m := hanDate.FindStringSubmatch(s); m != nil {
		return day(hanYear(m[1]), hanNumber(m[2]), hanNumber(m[3]))
	}
	return "", false
}

func number(s string) int {
	n, _ := strconv.Atoi(s) // the expressions above let only digits through
	return n
}

func day(y, m, d int) (string, bool) {
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	return fmt.Sprintf("%04d-%02d-%02d", y, m, d), t.Day() == d && int(t.Month()) == m && y >= 1900
}

// hanYear reads 二〇一六; people type the zero in many ways.
func hanYear(s string) int {
	y := 0
	for _, r := range s {
		y = y*10 + max(0, strings.IndexRune(hanDigits, r)/3)
	}
	return y
}

const hanDigits = "〇一二三四五六七八九" // three bytes each; any other zero counts as 0

// hanNumber reads 元, 三, 十二, 二十三, 廿三.
func hanNumber(s string) int {
	s = strings.NewReplacer("元", "一", "廿", "二十", "卅", "三十").Replace(s)
	tens, units, ten := strings.Cut(s, "十")
	if !ten {
		return hanYear(s)
	}
	n := 10
	if tens != "" {
		n = 10 * hanYear(tens)
	}
	return n + hanYear(units)
}
