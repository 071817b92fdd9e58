// Counting, held against the slow way: one day after the other.

package calendar

import (
	"math/rand/v2"
	"slices"
	"testing"
	"testing/quick"
	"time"
)

func day(s string) Day {
	d, err := ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

// slowly is what a day is by the arrangements themselves, later years first.
func slowly(years []Year, d Day) (working, provisional bool) {
	known, asked, working := map[int]bool{}, 0, d.Weekday() != time.Saturday && d.Weekday() != time.Sunday
	for _, y := range years {
		known[y.Year] = true
		for _, n := range y.Days {
			if n.Date == d && y.Year >= asked {
				asked, working = y.Year, !n.Off
			}
		}
	}
	december := d.utc().Month() == time.December && d.utc().Day() >= 20
	return working, !known[d.Year()] || december && !known[d.Year()+1]
}

// invented are years nobody ever saw, with gaps between them.
func invented(r *rand.Rand) (years []Year) {
	for year := 2020; year < 2032; year++ {
		if r.IntN(3) == 0 {
			continue
		}
		y := Year{Year: year}
		from, to := turn(year-1), Date(year, time.December, 31)
		seen := map[Day]bool{}
		for range r.IntN(60) {
			if d := from + Day(r.IntN(int(to-from)+1)); !seen[d] {
				seen[d] = true
				y.Days = append(y.Days, Named{"节", d, r.IntN(2) == 0})
			}
		}
		years = append(years, y)
	}
	r.Shuffle(len(years), func(i, j int) { years[i], years[j] = years[j], years[i] })
	return years
}

func TestCountingAgreesWithGoingDayByDay(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, years := range [][]Year{nil, Builtin(), invented(r), invented(r), invented(r)} {
		c := New(years...)
		first, last := Date(2019, 11, 1), Date(2032, 3, 1)
		var worked []Day
		for d := first; d <= last; d++ {
			working, provisional := slowly(years, d)
			if w, p := c.IsWorkday(d); w != working || p != provisional {
				t.Fatalf("%v %v: working %v, provisional %v; want %v, %v", d, d.Weekday(), w, p, working, provisional)
			}
			if working {
				worked = append(worked, d)
			}
			if got := c.Between(first-1, d); got != len(worked) {
				t.Fatalf("%d working days up to %v, want %d", got, d, len(worked))
			}
		}
		for d := first; d <= last; d++ {
			i, is := slices.BinarySearch(worked, d)
			before := i
			if is {
				i++
			}
			for _, n := range []int{1, 2, 3, 5, 7, 20, 250, 1500} {
				if i+n <= len(worked) && c.Add(d, n) != worked[i+n-1] {
					t.Fatalf("%v and %d working days is %v, want %v", d, n, c.Add(d, n), worked[i+n-1])
				}
				if n <= before && c.Add(d, -n) != worked[before-n] {
					t.Fatalf("%v less %d working days is %v, want %v", d, n, c.Add(d, -n), worked[before-n])
				}
			}
		}
	}
}

// TestTheLawsOfCounting holds them far outside of what is known, too.
func TestTheLawsOfCounting(t *testing.T) {
	law := func(seed uint64, a0, b0, c0 int32, n0, m0 uint16) bool {
		cal := New(invented(rand.New(rand.NewPCG(seed, 7)))...)
		near := func(x int32) Day { return Date(2026, 1, 1) + Day(x%3000) }
		a, b, c, n, m := near(a0), near(b0), Day(c0/4), int(n0%2000)+1, int(m0)
		if seed%5 == 0 {
			a, b = Day(a0/4), Day(b0/4)
		}
		a, b = min(a, b), max(a, b)
		x, y := cal.Add(a, n), cal.Add(a, -n)
		working, _ := cal.IsWorkday(x)
		worked, _ := cal.IsWorkday(y)
		switch {
		case !working || x <= a || cal.Between(a, x) != n || cal.Between(a, x-1) != n-1:
			t.Log("not the n-th working day after")
		case !worked || y >= a || cal.Between(y-1, a-1) != n || cal.Between(y, a-1) != n-1:
			t.Log("not the n-th working day before")
		case cal.Add(cal.Add(a, n), m) != cal.Add(a, n+m) || cal.Add(x, -n+1) != cal.Add(a, 1):
			t.Log("not additive")
		case cal.Between(a, b)+cal.Between(b, c) != cal.Between(a, c) || cal.Between(b, a) != -cal.Between(a, b):
			t.Log("distances do not add up")
		case cal.Add(b, n) < x || cal.Add(a, n+1) <= x || cal.Between(a, b) < 0 || cal.Between(a, b) > int(b-a):
			t.Log("not monotone")
		case cal.DeadlineOn(a, n).Provisional != anyProvisional(cal, a, x):
			t.Log("provisional is what rests on a day that is")
		default:
			return true
		}
		return false
	}
	if err := quick.Check(law, &quick.Config{MaxCount: 3000}); err != nil {
		t.Error(err)
	}
}

// anyProvisional goes day by day where that is not for ever.
func anyProvisional(c Calendar, after, to Day) bool {
	for d := after + 1; d <= to; d++ {
		if _, p := c.IsWorkday(d); p {
			return true
		}
	}
	return false
}

func TestTheArrangementsThatComeWithTheProgram(t *testing.T) {
	years := Builtin()
	c := New(years...)
	want := map[int]struct {
		working int // of the year, as the notices leave them: 366 or 365 less weekends less statutory days on weekdays …
		makeUps []string
	}{
		2024: {251, []string{"2024-02-04", "2024-02-18", "2024-04-07", "2024-04-28", "2024-05-11", "2024-09-14", "2024-09-29", "2024-10-12"}},
		2025: {248, []string{"2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"}},
		2026: {248, []string{"2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"}},
	}
	for _, y := range years {
		var makeUps []string
		for _, d := range y.Days {
			if !d.Off {
				makeUps = append(makeUps, d.Date.String())
				if weekday(d.Date) {
					t.Errorf("%v is a %v: no day to make up on", d.Date, d.Date.Weekday())
				}
			}
		}
		if !slices.Equal(makeUps, want[y.Year].makeUps) {
			t.Errorf("%d: make-up days %v", y.Year, makeUps)
		}
		if n := c.Between(Date(y.Year-1, 12, 31), Date(y.Year, 12, 31)); n != want[y.Year].working {
			t.Errorf("%d has %d working days", y.Year, n)
		}
		if _, notes, err := Parse(y.Format()); err != nil || len(notes) > 0 {
			t.Errorf("%d: %v %v", y.Year, notes, err)
		}
		delete(want, y.Year)
	}
	if len(want) > 0 {
		t.Errorf("years that are missing: %v", want)
	}
}

func TestDeadlinesAsAnOfficeCountsThem(t *testing.T) {
	c := New(Builtin()...)
	at := func(s string) time.Time {
		m, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	for _, x := range []struct {
		name, from  string
		n           int
		want        string
		provisional bool
	}{
		{"twenty days over the Spring Festival, two make-up Saturdays", "2026-02-10T10:00:00+08:00", 20, "2026-03-16", false},
		{"a Friday before a make-up Saturday", "2026-02-13T10:00:00+08:00", 1, "2026-02-14", false},
		{"an event on a Saturday counts from Monday", "2026-03-07T10:00:00+08:00", 1, "2026-03-09", false},
		{"an event on a make-up Sunday does not count itself", "2026-01-04T10:00:00+08:00", 3, "2026-01-07", false},
		{"half past midnight in Shanghai is yesterday in UTC", "2026-03-09T16:30:00Z", 1, "2026-03-11", false},
		{"the last moment of a day", "2026-03-09T15:59:59Z", 1, "2026-03-10", false},
		{"National Day takes a week and gives a Sunday", "2026-09-18T10:00:00+08:00", 11, "2026-10-10", false},
		{"the last days of December wait for next year's notice", "2026-12-10T10:00:00+08:00", 10, "2026-12-24", true},
		{"a day before that does not", "2026-12-10T10:00:00+08:00", 6, "2026-12-18", false},
		{"next year by the week", "2026-12-31T10:00:00+08:00", 3, "2027-01-05", true},
		{"of a year before all arrangements", "1998-05-04T10:00:00+08:00", 5, "1998-05-11", true},
		{"from the old year into one that is known", "2023-12-29T10:00:00+08:00", 1, "2024-01-02", true},
		{"no days: the day itself", "2026-03-07T10:00:00+08:00", 0, "2026-03-07", false},
	} {
		d := c.Deadline(at(x.from), x.n)
		if d.Day.String() != x.want || d.Provisional != x.provisional {
			t.Errorf("%s: %v, provisional %v", x.name, d.Day, d.Provisional)
		}
		if over := d.Day.End(); d.End != over || DayOf(over) != d.Day+1 || DayOf(over.Add(-time.Nanosecond)) != d.Day {
			t.Errorf("%s: it is over at %v", x.name, d.End)
		}
	}
}

func TestANewYearsFileDecidesTheLastDaysOfDecember(t *testing.T) {
	december := day("2026-12-26") // a Saturday
	next := Year{Year: 2027, Days: []Named{{"元旦", december, false}, {"元旦", day("2026-12-31"), true}, {"元旦", day("2027-01-01"), true}}}
	before, after := New(Builtin()...), New(append(Builtin(), next)...)
	if w, p := before.IsWorkday(december); w || !p {
		t.Error("off by the week, until the notice says otherwise")
	}
	if w, p := after.IsWorkday(december); !w || p {
		t.Error("a make-up day, and sure")
	}
	if d := after.DeadlineOn(day("2026-12-25"), 2); d.Day != day("2026-12-28") || d.Provisional {
		t.Errorf("%+v", d)
	}
	corrected := Year{Year: 2027, Days: []Named{{"元旦", day("2027-01-01"), true}}}
	if w, _ := New(append(Builtin(), next, corrected)...).IsWorkday(december); w {
		t.Error("of two arrangements for a year the later in the list counts, as a whole")
	}
}

func TestCountingTakesNoMemoryHoweverFar(t *testing.T) {
	c := New(Builtin()...)
	if n := testing.AllocsPerRun(100, func() {
		d := c.DeadlineOn(Date(2026, 1, 1), 10_000_000)
		if c.Between(Date(2026, 1, 1), d.Day) != 10_000_000 {
			t.Fatal(d)
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkDeadline(b *testing.B) {
	c := New(Builtin()...)
	for _, n := range []struct {
		name string
		days int
	}{{"20", 20}, {"2000000", 2_000_000}} {
		b.Run(n.name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				c.DeadlineOn(Date(2024, 1, 1)+Day(i%1000), n.days)
			}
		})
	}
}
