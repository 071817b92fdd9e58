// Working days in the store: a year is loaded while the house works.

package workflow

import (
	"fmt"
	"strings"
	"testing"

	"gongkai"
	"gongkai/workflow/calendar"
)

// nextYear is a made-up arrangement, with a make-up day in the old year.
const nextYear = `{"year":2027,"papers":["https://www.gov.cn/zhengce/zhengceku/202611/content_7047091.htm"],"days":[
{"name":"元旦","date":"2026-12-26","isOffDay":false},{"name":"元旦","date":"2027-01-01","isOffDay":true},
{"name":"劳动节","date":"2027-05-01","isOffDay":true},{"name":"国庆节","date":"2027-10-01","isOffDay":true}]}`

func (o *office) due(from string, days int) Due {
	o.t.Helper()
	d, err := o.DueAfter(o.t.Context(), from, days)
	o.check(err)
	return d
}

func TestAYearThatIsLoadedCountsAtOnce(t *testing.T) {
	o := newOffice(t)
	other, err := Open(t.Context(), o.c, o.pol, o.wake)
	o.check(err)
	if d := o.due("2026-02-10", 20); d.Day != "2026-03-16" || d.Provisional || d.Until != gongkai.Millis(calendar.Date(2026, 3, 17).Start()) {
		t.Errorf("%+v", d)
	}
	if d := o.due("2026-12-25", 5); d.Day != "2027-01-01" || !d.Provisional {
		t.Errorf("by the week, provisional: %+v", d)
	}
	y, notes, err := o.ImportCalendar(t.Context(), person("admin"), 2027, []byte(nextYear))
	o.check(err)
	if y.Year != 2027 || y.By != "admin" || y.At == 0 || len(y.Days) != 4 || y.SureUntil != "2027-12-19" || len(notes) != 1 {
		t.Errorf("%+v %+v", y, notes)
	}
	if s := y.Summary(); s["off"] != "3" || s["make_up"] != "1" {
		t.Error(s)
	}
	if d := o.due("2026-12-25", 5); d.Day != "2026-12-31" || d.Provisional {
		t.Errorf("the make-up Saturday counts: %+v", d)
	}
	if d, err := other.DueAfter(t.Context(), "2026-12-25", 5); err != nil || d.Day != "2026-12-31" {
		t.Errorf("another process: %+v %v", d, err)
	}
	years, err := o.CalendarYears(t.Context())
	o.check(err)
	if len(years) != 4 || years[2].SureUntil != "2026-12-31" || years[2].By != "" || years[3].By != "admin" || years[2].WorkingDays != 249 {
		t.Errorf("%+v", years)
	}
}

func TestAnArrangementThatIsChangedTakesThePlaceOfTheOld(t *testing.T) {
	o := newOffice(t)
	y, err := o.CalendarYear(t.Context(), 2026)
	o.check(err)
	if y.By != "" || len(y.Days) != 39 || y.WorkingDays != 248 {
		t.Errorf("%+v", y)
	}
	longer := strings.Replace(string(calendar.Builtin()[2].Format()), `"days": [`, `"days": [{"name": "春节", "date": "2026-02-24", "isOffDay": true},`, 1)
	_, notes, err := o.ImportCalendar(t.Context(), person("admin"), 0, []byte(longer))
	o.check(err)
	if d := o.due("2026-02-13", 2); d.Day != "2026-02-25" {
		t.Errorf("a holiday that was prolonged: %+v", d)
	}
	if len(notes) != 1 || notes[0].Code != "balance" {
		t.Errorf("a day more than the law gives is said: %+v", notes)
	}
	_, _, err = o.ImportCalendar(t.Context(), person("admin"), 0, calendar.Builtin()[2].Format())
	o.check(err)
	if d := o.due("2026-02-13", 2); d.Day != "2026-02-24" {
		t.Errorf("and taken back: %+v", d)
	}
}

func TestWhatIsNoArrangementChangesNothing(t *testing.T) {
	o := newOffice(t)
	load := func(year int, file string) error {
		_, _, err := o.ImportCalendar(t.Context(), person("admin"), year, []byte(file))
		return err
	}
	later := strings.NewReplacer("2027", "2028", "2026-12-26", "2027-12-25").Replace(nextYear)
	o.refused(load(0, later), gongkai.Invalid, "not_announced") // it is March 2026
	o.refused(load(2026, nextYear), gongkai.Invalid, "other_year")
	o.refused(load(0, `{"year":2027,"papers":[],"days":[]}`), gongkai.Invalid, "calendar_file")
	for where, file := range map[string]string{
		"days[3].name": strings.Replace(nextYear, "国庆节", "值班"+mobile, 1),
		"papers[0]":    strings.Replace(nextYear, "content_7047091.htm", idNumber, 1),
	} {
		if e := o.refusal(load(0, file), gongkai.Invalid, "personal"); e.Details[0].Where != where {
			t.Errorf("%+v", e.Details)
		}
	}
	_, err := o.CalendarYear(t.Context(), 2027)
	o.refused(err, gongkai.Missing, "calendar_year")
	_, err = o.DueAfter(t.Context(), "2026-02-30", 1)
	o.refused(err, gongkai.Invalid, "date")
}

func TestAYearThatCannotBeReadIsSaidAndNeverLeftOut(t *testing.T) {
	o := newOffice(t)
	doc := yearDoc{File: "{"}
	doc.ID = "2026"
	_, err := o.workdays.years.Insert(t.Context(), doc)
	o.check(err)
	_, err = o.DueAfter(t.Context(), "2026-02-10", 1)
	o.refused(err, gongkai.Internal, "calendar")
	_, err = o.CalendarYears(t.Context())
	o.refused(err, gongkai.Internal, "calendar")
	_, _, err = o.ImportCalendar(t.Context(), person("admin"), 0, calendar.Builtin()[2].Format())
	o.check(err)
	if d := o.due("2026-02-10", 20); d.Day != "2026-03-16" {
		t.Errorf("%+v", d)
	}
}

func TestNoticesOfAllYearsPassAsAddresses(t *testing.T) {
	o := newOffice(t)
	for i, address := range []string{"http://www.gov.cn/zhengce/zhengceku/2008-03/28/content_1761.htm", "http://www.gov.cn/zhengce/zhengceku/2015-12/10/content_10394.htm",
		"http://www.gov.cn/zhengce/zhengceku/2018-12/06/content_5346276.htm", "https://www.gov.cn/zhengce/zhengceku/202310/content_6911528.htm"} {
		y := calendar.Year{Year: 2026, Papers: []string{address}}
		if err := o.noPerson(y); err != nil {
			t.Error(fmt.Sprint(i), err)
		}
	}
}
