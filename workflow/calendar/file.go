// The arrangement of a year as a file, in the form of the public data set
// holiday-cn: {year, papers[], days[{name, date, isOffDay}]}.

package calendar

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"gongkai"
)

// Year (年度放假安排) is what the State Council arranged for a year. Days that
// it does not name follow the week.
type Year struct {
	Year   int      `json:"year"`
	Papers []string `json:"papers"` // addresses of the notices
	Days   []Named  `json:"days"`
}

// Named is a day that the arrangement names: off, or a make-up day (调休上班).
type Named struct {
	Name string `json:"name"` // of the holiday that it belongs to
	Date Day    `json:"date"`
	Off  bool   `json:"isOffDay"`
}

// The bounds of a file.
const (
	maxFile   = 1 << 20
	maxDays   = 366
	maxPapers = 20
	maxName   = 40
	maxPaper  = 300
	firstYear = 2000
	lastYear  = 2999
)

// Parse reads a file and checks it: whole or not at all. Each detail of its
// error names a place. The notes are doubts that refuse nothing.
func Parse(file []byte) (y Year, notes []gongkai.Detail, err error) {
	var r reader
	r.file(file, &y)
	if len(r.bad) > 0 {
		return Year{}, nil, gongkai.E(gongkai.Invalid, "calendar_file", fmt.Sprintf("放假安排文件有%d处错误，未作任何更改，请改正后重新导入", len(r.bad)),
			fmt.Sprintf("mistakes in the file: %d; nothing was changed. Correct them and import it again", len(r.bad)), r.bad...)
	}
	return y, y.doubts(), nil
}

// Format writes a year as Parse reads it.
func (y Year) Format() []byte {
	out, _ := json.MarshalIndent(y, "", "  ") // of strings, numbers and days: it cannot fail
	return append(out, '\n')
}

// reader collects what is wrong.
type reader struct{ bad []gongkai.Detail }

// enough mistakes to see what is the matter.
const enough = 50

func (r *reader) wants(ok bool, where, code, zh, en string) bool {
	if !ok && len(r.bad) < enough {
		r.bad = append(r.bad, gongkai.Detail{Where: where, Code: code, Zh: zh, En: en})
	}
	return ok
}

func (r *reader) file(file []byte, y *Year) {
	file = bytes.TrimPrefix(file, []byte("\ufeff"))
	if !r.wants(len(file) <= maxFile, "file", "too_large", "文件过大，不是一个年度的放假安排", "the file is too large for the arrangement of a year") ||
		!r.wants(utf8.Valid(file), "file", "encoding", "文件不是UTF-8编码，请另存为UTF-8", "the file is not UTF-8: save it as UTF-8") {
		return
	}
	var top struct {
		Year   json.RawMessage   `json:"year"`
		Papers json.RawMessage   `json:"papers"`
		Days   []json.RawMessage `json:"days"`
	}
	if err := json.Unmarshal(file, &top); err != nil {
		r.noJSON(file, err)
		return
	}
	r.year(top.Year, y)
	r.papers(top.Papers, y)
	r.days(top.Days, y)
}

// noJSON says where the file ceases to be what it should be.
func (r *reader) noJSON(file []byte, err error) {
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		r.wants(false, "file", "form", "文件的格式应为 {\"year\", \"papers\": [], \"days\": []}", `the form is {"year", "papers": [], "days": []}`)
		return
	}
	before := file[:min(int(syntax.Offset), len(file))]
	line, column := bytes.Count(before, []byte("\n"))+1, utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
	r.wants(false, fmt.Sprintf("line %d:%d", line, column), "json", fmt.Sprintf("第%d行第%d个字符处不是合法的JSON", line, column), fmt.Sprintf("line %d, character %d: this is not JSON", line, column))
}

func (r *reader) year(raw json.RawMessage, y *Year) {
	err := json.Unmarshal(raw, &y.Year)
	if !r.wants(err == nil && y.Year >= firstYear && y.Year <= lastYear, "year", "year",
		fmt.Sprintf("年份（year）应为%d至%d的整数", firstYear, lastYear), fmt.Sprintf("the year is a whole number from %d to %d", firstYear, lastYear)) {
		y.Year = 0
	}
}

func (r *reader) papers(raw json.RawMessage, y *Year) {
	ok := raw == nil || json.Unmarshal(raw, &y.Papers) == nil
	if !r.wants(ok && len(y.Papers) <= maxPapers, "papers", "papers", "通知网址（papers）应为文字列表", "papers is a list of addresses") {
		return
	}
	for i, p := range y.Papers {
		web := strings.HasPrefix(p, "https://") || strings.HasPrefix(p, "http://")
		r.wants(web && len(p) <= maxPaper, fmt.Sprintf("papers[%d]", i), "paper", "通知网址应为网页地址（https或http），且不过长", "the address of a notice is that of a web page (https or http) and not too long")
	}
}

func (r *reader) days(raw []json.RawMessage, y *Year) {
	if !r.wants(len(raw) > 0, "days", "not_announced", "文件中没有日期：该年度的安排可能尚未公布，公布后再导入", "the file names no day: the arrangement may not be announced yet, import it when it is") ||
		!r.wants(len(raw) <= maxDays, "days", "too_many", "日期过多，不是一个年度的放假安排", "these are too many days for a year") {
		return
	}
	first := map[Day]int{}
	for i, one := range raw {
		where := fmt.Sprintf("days[%d]", i)
		d, ok := r.day(one, where)
		if !ok {
			continue
		}
		before, twice := first[d.Date]
		r.wants(!twice, where+".date", "twice", fmt.Sprintf("%v在days[%d]中已有", d.Date, before), fmt.Sprintf("%v stands in days[%d] already", d.Date, before))
		r.wants(y.Year == 0 || d.Date.Year() == y.Year || d.Date.Year() == y.Year-1 && d.Date >= turn(y.Year-1), where+".date", "other_year",
			fmt.Sprintf("%v不属于该年度（仅上一年12月20日以后的日期可列入）", d.Date), fmt.Sprintf("%v is not of that year (of the year before, only days from 20 December on may be)", d.Date))
		first[d.Date] = i
		y.Days = append(y.Days, d)
	}
	if len(r.bad) == 0 {
		r.whole(*y)
	}
}

func (r *reader) day(raw json.RawMessage, where string) (d Named, ok bool) {
	var in struct {
		Name json.RawMessage `json:"name"`
		Date json.RawMessage `json:"date"`
		Off  json.RawMessage `json:"isOffDay"`
	}
	if !r.wants(json.Unmarshal(raw, &in) == nil, where, "form", "每一日应为 {\"name\", \"date\", \"isOffDay\"}", `a day is {"name", "date", "isOffDay"}`) {
		return d, false
	}
	name := json.Unmarshal(in.Name, &d.Name) == nil && strings.TrimSpace(d.Name) != "" && utf8.RuneCountInString(d.Name) <= maxName
	date := json.Unmarshal(in.Date, &d.Date) == nil && string(in.Date) != "null"
	off := json.Unmarshal(in.Off, &d.Off) == nil && string(in.Off) != "null"
	r.wants(name, where+".name", "name", fmt.Sprintf("节日名称（name）应为1至%d个字", maxName), fmt.Sprintf("name is the holiday's, 1 to %d characters", maxName))
	r.wants(date, where+".date", "date", "日期（date）应为实有的日期，写作2026-01-04", "date is a day that exists, written 2026-01-04")
	r.wants(off, where+".isOffDay", "is_off_day", "是否休息（isOffDay）应为true或false", "isOffDay is true or false")
	return d, name && date && off
}

// fixed are the holidays whose date never changes (全国年节及纪念日放假办法).
var fixed = []struct {
	month  int
	zh, en string
}{{1, "元旦", "New Year's Day"}, {5, "劳动节", "Labour Day"}, {10, "国庆节", "National Day"}}

// whole refuses a part of an arrangement: what is missing would count as working
// days, and nobody would be told.
func (r *reader) whole(y Year) {
	off := map[string]bool{}
	for _, d := range y.Days {
		off[d.Date.String()] = d.Off
	}
	for _, f := range fixed {
		date := fmt.Sprintf("%d-%02d-01", y.Year, f.month)
		r.wants(off[date], "days", "incomplete", fmt.Sprintf("文件不完整：%s（%s）未列为休息日", date, f.zh), fmt.Sprintf("the file is not complete: %s (%s) is not named as a day off", date, f.en))
	}
}

// statutory is how many days off the law gives in a year (全国年节及纪念日放假办法,
// as amended in 2013 and 2024). Make-up days pay for all others.
func statutory(year int) int {
	if year < 2025 {
		return 11
	}
	return 13
}

// doubts are what somebody should look at and may be right.
func (y Year) doubts() (notes []gongkai.Detail) {
	note := func(is bool, where, code, zh, en string) {
		if is {
			notes = append(notes, gongkai.Detail{Where: where, Code: code, Zh: zh, En: en})
		}
	}
	note(len(y.Papers) == 0, "papers", "no_source", "未写明所依据的通知网址（papers）", "no notice is named as the source (papers)")
	free := 0
	for i, d := range y.Days {
		switch {
		case d.Off && weekday(d.Date):
			free++
		case !d.Off && !weekday(d.Date):
			free--
		}
		note(!d.Off && weekday(d.Date), fmt.Sprintf("days[%d]", i), "weekday", fmt.Sprintf("%v本来就是工作日，无须列为调休上班", d.Date), fmt.Sprintf("%v is a working day anyway: nothing to make up", d.Date))
	}
	law := statutory(y.Year)
	note(free != law, "days", "balance", fmt.Sprintf("放假占用的工作日减去调休上班日为%d天，法定节假日为%d天，请与通知核对", free, law),
		fmt.Sprintf("the weekdays off less the make-up days are %d, and the law gives %d days off: compare it with the notice", free, law))
	return notes
}
