// Day: a day without a time, in the zone of every deadline.

package calendar

import (
	"errors"
	"time"
)

// Day is a day of the calendar (自然日), counted from 1 January 1970.
type Day int

const daySeconds = 24 * 60 * 60

// shanghai is ahead of UTC by this many seconds, summer and winter.
const shanghai = 8 * 60 * 60

// DayOf is the day that a moment belongs to in Asia/Shanghai.
func DayOf(t time.Time) Day {
	day, _ := parts(t.Unix()+shanghai, daySeconds)
	return Day(day)
}

// Date is the day of this date; the month and the day of the month may be out
// of their range, as in time.Date.
func Date(year int, month time.Month, day int) Day {
	return Day(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / daySeconds)
}

var errDay = errors.New("a day is written 2006-01-02")

// ParseDay reads a day as it is written: 2026-01-04. Its error does not repeat
// the text.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, errDay
	}
	return Date(t.Date()), nil
}

// Start is the moment at which the day begins in Asia/Shanghai.
func (d Day) Start() time.Time { return time.Unix(int64(d)*daySeconds-shanghai, 0).UTC() }

// End is the moment at which it is over: the start of the next.
func (d Day) End() time.Time { return (d + 1).Start() }

// utc is the day as the package time knows days.
func (d Day) utc() time.Time { return time.Unix(int64(d)*daySeconds, 0).UTC() }

// Year is the year it belongs to.
func (d Day) Year() int { return d.utc().Year() }

// Weekday is its day of the week.
func (d Day) Weekday() time.Weekday { return d.utc().Weekday() }

func (d Day) String() string { return d.utc().Format(time.DateOnly) }

// MarshalText writes a day as ParseDay reads it.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads it.
func (d *Day) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDay(string(text))
	return err
}

// parts divides as calendars do: the rest is never below nought.
func parts[N ~int | ~int64](n, by N) (whole, rest N) {
	whole, rest = n/by, n%by
	if rest < 0 {
		return whole - 1, rest + by
	}
	return whole, rest
}
