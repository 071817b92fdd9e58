// Numbers of sheets as texts: all digits of an identity number, days as dates.

package files

import (
	"strings"
	"time"
)

// digitsOf writes a number without an exponent, every digit the file has:
// 3.4060219850313E+17 is 340602198503130000. Fractions stay as they are.
func digitsOf(v string) string {
	mantissa, exponent, found := strings.Cut(strings.ToUpper(v), "E")
	if !found {
		return v
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	shift := number(strings.TrimPrefix(exponent, "+"))
	if shift < len(fraction) || shift > 40 || len(mantissa) > 40 {
		return v
	}
	return whole + fraction + strings.Repeat("0", shift-len(fraction))
}

// longest number that a spreadsheet program keeps exactly.
const exact = 15

// isInexact: more digits than a spreadsheet keeps, and noughts in the place of the rest.
func isInexact(digits string) bool {
	return len(digits) > exact && strings.Trim(digits[exact:], "0") == "" && strings.Trim(digits, "0123456789") == ""
}

// dateOf is the day with that number; time 0 of days is 1899-12-30, or
// 1904-01-01 in workbooks that come from old Macintoshes.
func dateOf(v string, from1904 bool) (string, bool) {
	day, _, _ := strings.Cut(v, ".")
	n := number(day)
	start := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if from1904 {
		start = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	if n < 1 || n > 2_958_465 { // 9999-12-31
		return "", false
	}
	return start.AddDate(0, 0, n).Format(time.DateOnly), true
}

// isDateFormat tells whether a number format shows days: one of the built-in
// ones, or a code with a year or a day outside quotes and brackets.
func isDateFormat(id int, code string) bool {
	if code == "" {
		return id >= 14 && id <= 17 || id == 22 || id >= 27 && id <= 36 || id >= 50 && id <= 58
	}
	quoted, bracketed := false, false
	for i := 0; i < len(code); i++ {
		switch c := code[i] | 0x20; {
		case code[i] == '\\' || code[i] == '_' || code[i] == '*':
			i++
		case code[i] == '"':
			quoted = !quoted
		case quoted:
		case code[i] == '[' || code[i] == ']':
			bracketed = code[i] == '['
		case !bracketed && (c == 'y' || c == 'd'):
			return true
		}
	}
	return false
}
