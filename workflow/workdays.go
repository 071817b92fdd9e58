// Working days (工作日): the yearly arrangements that are loaded into the store,
// in front of those that come with the program.

package workflow

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/store"
	"gongkai/workflow/calendar"
)

// yearDoc is an arrangement as somebody loaded it; its id is the year.
type yearDoc struct {
	store.Meta
	File string `json:"file"` // as calendar.Parse reads it
	By   string `json:"by"`
	Name string `json:"name"`
	At   int64  `json:"at"`
}

// CalendarYear (年度放假安排) is what is known of a year, and whence.
type CalendarYear struct {
	Year        int           `json:"year"`
	Papers      []string      `json:"papers" doc:"Addresses of the notices it follows"`
	Days        []CalendarDay `json:"days" doc:"Days that are other than the week says, and weekends within holidays; a list of years leaves them out"`
	WorkingDays int           `json:"working_days" doc:"How many the year has"`
	SureUntil   string        `json:"sure_until" doc:"From the next day on the arrangement of the year after may change something"`
	By          string        `json:"by,omitempty" doc:"Who loaded it; absent: it came with the program"`
	Name        string        `json:"name,omitempty"`
	At          int64         `json:"at,omitempty"`
}

// CalendarDay is a day that an arrangement names, in the words of the public
// data set.
type CalendarDay struct {
	Name string `json:"name" doc:"The holiday that it belongs to"`
	Date string `json:"date"`
	Off  bool   `json:"isOffDay" doc:"false: a make-up day (调休上班)"`
}

// workdays is the calendar as this process has it.
type workdays struct {
	years *store.Collection[yearDoc]

	mu    sync.Mutex // over what follows
	asked time.Time
	known calendar.Calendar
}

func openWorkdays(ctx context.Context, c *content.Content) (*workdays, error) {
	years, err := store.Use(ctx, c.DB, store.Spec[yearDoc]{Name: "calendar", Schema: 1})
	return &workdays{years: years}, err
}

// loaded are the arrangements by year: what is in the store counts in the place
// of what came with the program.
func (w *workdays) loaded(ctx context.Context) (map[int]calendar.Year, []yearDoc, error) {
	years := map[int]calendar.Year{}
	for _, y := range calendar.Builtin() {
		years[y.Year] = y
	}
	docs, err := content.All(ctx, w.years)
	if err != nil {
		return nil, nil, err
	}
	for _, doc := range docs {
		var y calendar.Year
		if err := json.Unmarshal([]byte(doc.File), &y); err != nil {
			return nil, nil, gongkai.E(gongkai.Internal, "calendar", "工作日历中有一年无法读取，请重新导入："+doc.ID, "a year of the calendar cannot be read; import it again: "+doc.ID)
		}
		years[y.Year] = y
	}
	return years, docs, nil
}

// fresh is the calendar of today's arrangements.
func (w *workdays) fresh(ctx context.Context) (calendar.Calendar, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.asked.IsZero() && time.Since(w.asked) < followEvery {
		return w.known, nil
	}
	asked := time.Now()
	years, _, err := w.loaded(ctx)
	if err != nil {
		return calendar.Calendar{}, err
	}
	w.known, w.asked = calendar.New(slices.Collect(maps.Values(years))...), asked
	return w.known, nil
}

// forget makes the next question ask the store.
func (w *workdays) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked = time.Time{}
}

// Calendar (工作日历) is what every clock of the workflow counts working days by.
// All processes follow a newly loaded year within a second.
func (e *Engine) Calendar(ctx context.Context) (calendar.Calendar, error) {
	return e.workdays.fresh(ctx)
}

// CalendarYears are the years of which the arrangement is known, ascending.
func (e *Engine) CalendarYears(ctx context.Context) ([]CalendarYear, error) {
	years, docs, err := e.workdays.loaded(ctx)
	if err != nil {
		return nil, err
	}
	all := slices.SortedFunc(maps.Values(years), func(a, b calendar.Year) int { return cmp.Compare(a.Year, b.Year) })
	c := calendar.New(all...)
	var out []CalendarYear
	for _, y := range all {
		v := yearView(c, y)
		if i := slices.IndexFunc(docs, func(d yearDoc) bool { return d.ID == strconv.Itoa(y.Year) }); i >= 0 {
			v.By, v.Name, v.At = docs[i].By, docs[i].Name, docs[i].At
		}
		out = append(out, v)
	}
	return out, nil
}

func yearView(c calendar.Calendar, y calendar.Year) CalendarYear {
	v := CalendarYear{Year: y.Year, Papers: slices.Concat([]string{}, y.Papers), Days: make([]CalendarDay, len(y.Days))}
	for i, d := range y.Days {
		v.Days[i] = CalendarDay{d.Name, d.Date.String(), d.Off}
	}
	v.WorkingDays = c.Between(calendar.Date(y.Year, 1, 0), calendar.Date(y.Year, 12, 31))
	if sure, ok := c.SureUntil(y.Year); ok {
		v.SureUntil = sure.String()
	}
	return v
}

// Summary counts the days that a year names, for the trail.
func (y CalendarYear) Summary() map[string]string {
	off := 0
	for _, d := range y.Days {
		if d.Off {
			off++
		}
	}
	return map[string]string{"off": strconv.Itoa(off), "make_up": strconv.Itoa(len(y.Days) - off), "working_days": strconv.Itoa(y.WorkingDays)}
}

// CalendarYear is the arrangement of a year.
func (e *Engine) CalendarYear(ctx context.Context, year int) (CalendarYear, error) {
	all, err := e.CalendarYears(ctx)
	if err != nil {
		return CalendarYear{}, err
	}
	if i := slices.IndexFunc(all, func(y CalendarYear) bool { return y.Year == year }); i >= 0 {
		return all[i], nil
	}
	return CalendarYear{}, gongkai.E(gongkai.Missing, "calendar_year", "没有该年度的放假安排，其工作日按周一至周五暂定", "the arrangement of that year is not known: its working days are provisional, Monday to Friday")
}

// ImportCalendar takes the arrangement of a year, whole or not at all, in the
// place of the one there was. With year nought it is that of the file. The notes
// say what to look at.
func (e *Engine) ImportCalendar(ctx context.Context, actor gongkai.Actor, year int, file []byte) (CalendarYear, []gongkai.Detail, error) {
	y, notes, err := calendar.Parse(file)
	if err != nil {
		return CalendarYear{}, nil, err
	}
	if err := first(
		need(year == 0 || year == y.Year, "year", "other_year", "文件中的年份（year）与所导入的年度不同", "the year in the file is another one"),
		e.announced(y),
		e.noPerson(y),
	); err != nil {
		return CalendarYear{}, nil, err
	}
	_, err = e.workdays.years.Upsert(ctx, strconv.Itoa(y.Year), func(doc *yearDoc, _ bool) error {
		doc.File, doc.By, doc.Name, doc.At = string(y.Format()), actor.ID, actor.Name, gongkai.Millis(e.now())
		return nil
	})
	if err != nil {
		return CalendarYear{}, nil, err
	}
	e.workdays.forget()
	v, err := e.CalendarYear(ctx, y.Year)
	return v, notes, err
}

// announced refuses a year that nobody can know yet: its days would be taken for
// sure. The notice for the next year comes in autumn.
func (e *Engine) announced(y calendar.Year) error {
	next := calendar.DayOf(e.now()).Year() + 1
	return need(y.Year <= next, "year", "not_announced", fmt.Sprintf("%d年以后的放假安排尚未公布", next), fmt.Sprintf("nothing after %d is announced yet", next))
}

// noPerson refuses what looks personal: the calendar is shown to everybody.
func (e *Engine) noPerson(y calendar.Year) error {
	for i, d := range y.Days {
		if zh, en := e.notPersonal(d.Name); zh != "" {
			return need(false, fmt.Sprintf("days[%d].name", i), "personal", zh, en)
		}
	}
	for i, p := range y.Papers {
		if zh, en := e.notPersonal(p); zh != "" {
			return need(false, fmt.Sprintf("papers[%d]", i), "personal", zh, en)
		}
	}
	return nil
}

// Due (期限) is the day until whose end something has to be done.
type Due struct {
	Day         string `json:"day"`
	Until       int64  `json:"until" doc:"The moment it is over: from then on it is overdue"`
	Provisional bool   `json:"provisional" doc:"It rests on an arrangement that is not known yet (暂定)"`
}

// DueAfter is a number of working days after the day of an event, which does not
// count itself.
func (e *Engine) DueAfter(ctx context.Context, from string, days int) (Due, error) {
	d, err := calendar.ParseDay(from)
	if err != nil {
		return Due{}, need(false, "from", "date", "日期应为实有的日期，写作2026-01-04", "a date is a day that exists, written 2026-01-04")
	}
	c, err := e.Calendar(ctx)
	if err != nil {
		return Due{}, err
	}
	return dueOf(c.DeadlineOn(d, days)), nil
}

func dueOf(d calendar.Deadline) Due {
	return Due{d.Day.String(), gongkai.Millis(d.End), d.Provisional}
}
