// Dates as people write them: 1990年3月7日, 1990-03-07, 1990.3, 19900307, 一九九〇年三月.

package privacy

import (
	"fmt"
	"time"
)

// date is a day, or a month when day is 0, and where it stands in a line.
type date struct {
	year, month, day int
	start, yearEnd   int // the year, for a mask leaves it
	end              int
}

// folded is the date in digits, as an ID holds it.
func (d date) folded() string {
	if d.day == 0 {
		return fmt.Sprintf("%04d%02d", d.year, d.month)
	}
	return fmt.Sprintf("%04d%02d%02d", d.year, d.month, d.day)
}

// younger reports that a person born then is younger than so many years now.
func (d date) younger(years int, now time.Time) bool {
	born := time.Date(d.year, time.Month(d.month), max(1, d.day), 0, 0, 0, 0, now.Location())
	return born.AddDate(years, 0, 0).After(now)
}

// dateAt reads the date that begins at i; with two digits for the year, without
// parting, or with the year at the end only if loose.
func (l line) dateAt(i int, now time.Time, loose bool) (date, bool) {
	if l.digit(i-1) || !l.digit(i) {
		return date{}, false
	}
	n := 0
	for l.digit(i+n) && n <= 8 {
		n++
	}
	d := date{start: i, yearEnd: i + 4, end: i + n}
	switch {
	case n == 8:
		d.year, d.month, d.day = l.value(i, 4), l.value(i+4, 2), l.value(i+6, 2)
	case n == 6 && loose:
		d.year, d.month = l.value(i, 4), l.value(i+4, 2)
	case n == 4 && l.rest(&d):
		d.year = l.value(i, n)
	case n <= 2 && loose:
		return l.shortDate(d, n, now)
	default:
		return d, false
	}
	return d, d.real(now)
}

// shortDate reads 90年3月, and 3/7/90 as spreadsheets write it.
func (l line) shortDate(d date, n int, now time.Time) (date, bool) {
	year := d
	year.yearEnd = d.start + n
	if n == 2 && l.rest(&year) {
		if year.year = century(l.value(d.start, n), now); year.real(now) {
			return year, true
		}
	}
	return d, l.american(&d, now) && d.real(now)
}

// century completes a year of two digits: the latest one that is not to come.
func century(year int, now time.Time) int {
	if year += 2000; year > now.Year() {
		year -= 100
	}
	return year
}

// real reports a day of the calendar on which somebody alive may be born.
func (d date) real(now time.Time) bool {
	day := max(1, d.day)
	t := time.Date(d.year, time.Month(d.month), day, 0, 0, 0, 0, now.Location())
	return d.month >= 1 && d.month <= 12 && t.Day() == day && d.year >= 1900 && !t.After(now)
}

// value is the number that n digits from i make.
func (l line) value(i, n int) (v int) {
	for ; n > 0; n-- {
		v = 10*v + int(l[i].r-'0')
		i++
	}
	return v
}

// rest reads month and day behind a year: 年3月7日, -03-07, .3, /3/7.
func (l line) rest(d *date) bool {
	i := l.blanks(d.yearEnd, 2)
	chinese := l.r(i) == '年'
	part := l.parting(i)
	if !chinese && part == 0 {
		return false
	}
	i = l.blanks(i+1, 2)
	month, end := l.count(i)
	if month == 0 {
		return false
	}
	d.month, d.end = month, end
	i = l.blanks(end, 2)
	if chinese {
		return l.chineseDay(d, i)
	}
	if l.parting(i) != part {
		return !l.digit(end)
	}
	if day, end := l.count(l.blanks(i+1, 2)); day > 0 {
		d.day, d.end = day, end
	}
	return !l.digit(d.end)
}

// chineseDay reads 月, 月7日, 月7号 and a 月7 whose 日 is missing.
func (l line) chineseDay(d *date, i int) bool {
	if l.r(i) != '月' {
		return false
	}
	d.end = i + 1
	i = l.blanks(i+1, 2)
	if l.r(i) == '份' {
		d.end = i + 1
		return true
	}
	day, end := l.count(i)
	if day == 0 {
		return true
	}
	if after := l.blanks(end, 2); l.among(after, "日号") {
		d.day, d.end = day, after+1
	} else if !l.digit(end) && l.r(end) != '月' {
		d.day, d.end = day, end
	}
	return true
}

// parting is what may stand between year, month and day.
func (l line) parting(i int) rune {
	if i < 0 || i >= len(l) {
		return 0
	}
	switch a := l[i]; {
	case a.class == dash:
		return '-'
	case a.class == dot:
		return '.'
	case a.r == '/' || a.r == '、':
		return a.r
	}
	return 0
}

// american reads 03-07-90 and 3/7/1990, as spreadsheets write them.
func (l line) american(d *date, now time.Time) bool {
	month, i := l.count(d.start)
	part := l.parting(i)
	day, j := l.count(i + 1)
	if month == 0 || day == 0 || part != '-' && part != '/' || l.parting(j) != part {
		return false
	}
	n := 0
	for l.digit(j + 1 + n) {
		n++
	}
	if n != 2 && n != 4 {
		return false
	}
	if month > 12 {
		month, day = day, month
	}
	d.month, d.day, d.year = month, day, l.value(j+1, n)
	if n == 2 {
		d.year = century(d.year, now)
	}
	d.end = j + 1 + n
	d.yearEnd = d.start // the year comes last and is hidden too
	return true
}

// count reads a month or a day: 3, 03, 十二, 廿三, 三十. 0 is none.
func (l line) count(i int) (v, end int) {
	tens := false
	for end = i; end < len(l) && end < i+3; end++ {
		switch r := l[end].r; {
		case l[end].class == digit && tens:
			return v + int(r-'0'), end + 1
		case l[end].class == digit && end < i+2:
			v = 10*v + int(r-'0')
		case r == '十' && !tens:
			v, tens = max(1, v)*10, true
		case r == '廿' && end == i:
			v, tens = 20, true
		default:
			return v, end
		}
	}
	return v, end
}

// firstDate finds the first date in the line, of any form.
func (l line) firstDate(now time.Time) (date, bool) {
	for i := range l {
		if d, ok := l.dateAt(i, now, true); ok {
			return d, true
		}
	}
	return date{}, false
}
