// Calendar: which days are working days, and counting them.

package calendar

import (
	"cmp"
	"slices"
	"sort"
	"time"
)

// Calendar (工作日历) knows the working days of the years it was made of. The
// zero Calendar knows none, and counts by the week.
//
// It holds only the days that are other than the week says, each with the number
// of working days up to it, so that counting costs a binary search however far
// apart two days are.
type Calendar struct {
	other  []Day // days off on weekdays, make-up days on weekends; ascending
	counts []int // working days up to each of them, the day included
	sure   []run // days about which nothing more will be announced; ascending
}

// run is the days from one to another, both included.
type run struct{ from, to Day }

// New makes a calendar of years. Of two arrangements for one year the later in
// the list counts; of two that speak of one day (the last days of December may
// stand in next year's) that of the later year.
func New(years ...Year) Calendar {
	byYear := map[int]Year{}
	for _, y := range years {
		byYear[y.Year] = y
	}
	kept := make([]Year, 0, len(byYear))
	for _, y := range byYear {
		kept = append(kept, y)
	}
	slices.SortFunc(kept, func(a, b Year) int { return cmp.Compare(a.Year, b.Year) })
	off := map[Day]bool{}
	var c Calendar
	for _, y := range kept {
		for _, d := range y.Days {
			off[d.Date] = d.Off
		}
		c.know(y.Year)
	}
	c.deviate(off)
	return c
}

// know adds a year to the runs of days that are sure.
func (c *Calendar) know(year int) {
	from, to := Date(year, time.January, 1), turn(year)-1
	if n := len(c.sure); n > 0 && turn(year-1)-1 == c.sure[n-1].to {
		c.sure[n-1].to = to
		return
	}
	c.sure = append(c.sure, run{from, to})
}

// turn is the day of December from which on the next year's arrangement may
// have a say: since 2007 the earliest was the 29th.
func turn(year int) Day { return Date(year, time.December, 20) }

func (c *Calendar) deviate(off map[Day]bool) {
	for d, isOff := range off {
		if isOff == weekday(d) {
			c.other = append(c.other, d)
		}
	}
	slices.Sort(c.other)
	shift := 0
	for _, d := range c.other {
		if weekday(d) {
			shift--
		} else {
			shift++
		}
		c.counts = append(c.counts, byWeek(d)+shift)
	}
}

// IsWorkday tells whether a day is a working day, and whether that is
// provisional, because the arrangement that decides is not known.
func (c Calendar) IsWorkday(d Day) (working, provisional bool) {
	_, other := slices.BinarySearch(c.other, d)
	return weekday(d) != other, c.Provisional(d, d)
}

// Provisional tells whether some of the days from one to another, both
// included, may yet turn out to be working days or days off.
func (c Calendar) Provisional(from, to Day) bool {
	i := sort.Search(len(c.sure), func(i int) bool { return c.sure[i].to >= to })
	return i == len(c.sure) || c.sure[i].from > from
}

// Between counts the working days after one day up to another, the other
// included. Backwards it is the same with a minus: Between(a, b) is always
// -Between(b, a), and Between(a, b) + Between(b, c) is Between(a, c).
func (c Calendar) Between(a, b Day) int { return c.count(b) - c.count(a) }

// Add is the n-th working day after a day, or before it if n is below nought;
// with n nought it is the day itself, working or not.
func (c Calendar) Add(d Day, n int) Day {
	switch {
	case n > 0:
		return c.reach(c.count(d) + n)
	case n < 0:
		return c.reach(c.count(d-1) + n + 1)
	}
	return d
}

// Deadline (期限) is the day until whose end something has to be done.
type Deadline struct {
	Day         Day
	End         time.Time // the moment the day is over in Asia/Shanghai: from then on it is overdue
	Provisional bool
}

// Deadline is n working days after a moment. The day of the moment does not
// count, whether it is a working day or not; the first that does is the next
// working day.
func (c Calendar) Deadline(from time.Time, n int) Deadline { return c.DeadlineOn(DayOf(from), n) }

// DeadlineOn is the same for an event of which only the day is known, as the
// date a document was written (成文日期).
func (c Calendar) DeadlineOn(from Day, n int) Deadline {
	d := c.Add(from, n)
	return Deadline{d, d.End(), c.Provisional(min(from+1, d), max(from, d))}
}

// count is the number of working days up to a day, from some day long ago.
func (c Calendar) count(d Day) int {
	i := sort.Search(len(c.other), func(i int) bool { return c.other[i] > d })
	return byWeek(d) + c.shift(i)
}

// shift is by how much the first n deviations change the count.
func (c Calendar) shift(n int) int {
	if n == 0 {
		return 0
	}
	return c.counts[n-1] - byWeek(c.other[n-1])
}

// reach is the first day with this count: a working day. Between two deviations
// only the week counts; a make-up day may come before the week gets there.
func (c Calendar) reach(count int) Day {
	i := sort.SearchInts(c.counts, count)
	d := reachByWeek(count - c.shift(i))
	if i < len(c.other) {
		d = min(d, c.other[i])
	}
	return d
}

// monday is a Monday, from which weeks are counted: 5 January 1970.
const monday Day = 4

func weekday(d Day) bool {
	_, day := parts(d-monday, 7)
	return day < 5
}

// byWeek counts Mondays to Fridays.
func byWeek(d Day) int {
	weeks, day := parts(d-monday, 7)
	return 5*int(weeks) + min(int(day)+1, 5)
}

func reachByWeek(count int) Day {
	weeks, day := parts(count-1, 5)
	return monday + Day(7*weeks+day)
}

// SureUntil is the last day of a year about which nothing more will be
// announced; false if all of it may yet change.
func (c Calendar) SureUntil(year int) (Day, bool) {
	for last := Date(year, time.December, 31); ; last = turn(year) - 1 {
		if !c.Provisional(Date(year, time.January, 1), last) {
			return last, true
		}
		if last < turn(year) {
			return 0, false
		}
	}
}
