// Files of a year: what is taken, and what is said of one that is not.

package calendar

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gongkai"
)

const holidays = `{"name":"元旦","date":"2027-01-01","isOffDay":true},{"name":"劳动节","date":"2027-05-01","isOffDay":true},{"name":"国庆节","date":"2027-10-01","isOffDay":true}`

func file(days ...string) string {
	return `{"$schema":"https://example.org/schema.json","$id":"https://example.org/2027.json","year":2027,"papers":["https://www.gov.cn/x.htm"],"days":[` + strings.Join(append([]string{holidays}, days...), ",") + `]}`
}

func TestAFileOfThePublicDataSetIsRead(t *testing.T) {
	raw := "\ufeff" + file(`{"name":"元旦","date":"2026-12-26","isOffDay":false}`)
	y, notes, err := Parse([]byte(raw))
	if err != nil || y.Year != 2027 || len(y.Days) != 4 || y.Days[3] != (Named{"元旦", day("2026-12-26"), false}) || !slices.Equal(y.Papers, []string{"https://www.gov.cn/x.htm"}) {
		t.Fatalf("%+v %v", y, err)
	}
	if len(notes) != 1 || notes[0].Code != "balance" || !strings.Contains(notes[0].En, "are 1, and the law gives 13") {
		t.Errorf("two weekdays off, one made up: %+v", notes)
	}
	again, _, err := Parse(y.Format())
	if err != nil || !reflect.DeepEqual(y, again) {
		t.Errorf("%+v %v", again, err)
	}
}

func TestADoubtIsSaidAndRefusesNothing(t *testing.T) {
	raw := strings.Replace(file(`{"name":"春节","date":"2027-02-03","isOffDay":false}`), `["https://www.gov.cn/x.htm"]`, `[]`, 1)
	_, notes, err := Parse([]byte(raw))
	var codes []string
	for _, n := range notes {
		codes = append(codes, n.Where+" "+n.Code)
	}
	if err != nil || !slices.Equal(codes, []string{"papers no_source", "days[3] weekday", "days balance"}) {
		t.Errorf("%v %v", codes, err)
	}
}

func TestAFileThatIsWrongIsRefusedWithThePlaces(t *testing.T) {
	for _, c := range []struct {
		name, file string
		want       []string
	}{
		{"nothing", ``, []string{"line 1:0 json"}},
		{"no JSON", "{\n  \"year\": 2027,\n  oops\n}", []string{"line 3:3 json"}},
		{"something behind it", file() + "x", []string{"line 1:" + itoa(len([]rune(file()))+1) + " json"}},
		{"a list", `[]`, []string{"file form"}},
		{"another encoding", "{\"year\":2027,\"days\":[{\"name\":\"\xd4\xaa\xb5\xa9\"}]}", []string{"file encoding"}},
		{"no year and no days", `{}`, []string{"year year", "days not_announced"}},
		{"a placeholder before the notice", `{"year":2027,"papers":[],"days":[]}`, []string{"days not_announced"}},
		{"a year as text", strings.Replace(file(), "2027,", `"2027",`, 1), []string{"year year"}},
		{"a year of long ago", strings.Replace(file(), `"year":2027`, `"year":1027`, 1), []string{"year year"}},
		{"days that are none", file(`3`, `{}`, `null`), []string{"days[3] form", "days[4].name name", "days[4].date date", "days[4].isOffDay is_off_day", "days[5].name name", "days[5].date date", "days[5].isOffDay is_off_day"}},
		{"a day that does not exist", file(`{"name":"春节","date":"2027-02-29","isOffDay":true}`), []string{"days[3].date date"}},
		{"a day written otherwise", file(`{"name":"春节","date":"2027/02/07","isOffDay":true}`), []string{"days[3].date date"}},
		{"yes in words", file(`{"name":"春节","date":"2027-02-07","isOffDay":"true"}`), []string{"days[3].isOffDay is_off_day"}},
		{"null is not false", file(`{"name":"春节","date":"2027-02-07","isOffDay":null}`), []string{"days[3].isOffDay is_off_day"}},
		{"no name", file(`{"name":" ","date":"2027-02-07","isOffDay":true}`), []string{"days[3].name name"}},
		{"a novel", file(`{"name":"` + strings.Repeat("春", 41) + `","date":"2027-02-07","isOffDay":true}`), []string{"days[3].name name"}},
		{"a day twice", file(`{"name":"春节","date":"2027-10-01","isOffDay":false}`), []string{"days[3].date twice"}},
		{"a day of the next year", file(`{"name":"元旦","date":"2028-01-01","isOffDay":true}`), []string{"days[3].date other_year"}},
		{"a day of last summer", file(`{"name":"元旦","date":"2026-12-19","isOffDay":true}`), []string{"days[3].date other_year"}},
		{"half a year", `{"year":2027,"days":[{"name":"元旦","date":"2027-01-01","isOffDay":true}]}`, []string{"days incomplete", "days incomplete"}},
		{"a holiday that is worked", strings.Replace(file(), `"2027-05-01","isOffDay":true`, `"2027-05-01","isOffDay":false`, 1), []string{"days incomplete"}},
		{"papers that are none", strings.Replace(file(), `["https://www.gov.cn/x.htm"]`, `["ftp://x","javascript:alert(1)"]`, 1), []string{"papers[0] paper", "papers[1] paper"}},
		{"a paper without a list", strings.Replace(file(), `["https://www.gov.cn/x.htm"]`, `"https://www.gov.cn/x.htm"`, 1), []string{"papers papers"}},
		{"too many days", file(strings.TrimSuffix(strings.Repeat(`{},`, 400), ",")), []string{"days too_many"}},
		{"another file", strings.Repeat(" ", maxFile) + file(), []string{"file too_large"}},
	} {
		_, _, err := Parse([]byte(c.file))
		var e *gongkai.Error
		if !errors.As(err, &e) || e.Kind != gongkai.Invalid || e.Code != "calendar_file" {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var got []string
		for _, d := range e.Details {
			got = append(got, d.Where+" "+d.Code)
			if d.Zh == "" || d.En == "" {
				t.Errorf("%s: %s says nothing", c.name, d.Where)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestManyMistakesAreNotAllRepeated(t *testing.T) {
	_, _, err := Parse([]byte(file(strings.TrimSuffix(strings.Repeat(`3,`, 300), ","))))
	var e *gongkai.Error
	if !errors.As(err, &e) || len(e.Details) != enough {
		t.Errorf("%v", err)
	}
}

func itoa(n int) string { out, _ := json.Marshal(n); return string(out) }

func FuzzParse(f *testing.F) {
	f.Add([]byte(file()))
	for _, y := range Builtin() {
		f.Add(y.Format())
	}
	for _, s := range []string{"", "[]", `{"year":2027,"days":[{}]}`, "\ufeff{}", `{"year":1e3,"days":[null,"x"],"papers":{}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		y, _, err := Parse(raw)
		if err != nil {
			return
		}
		again, _, err := Parse(y.Format())
		if err != nil || !reflect.DeepEqual(y.Days, again.Days) || y.Year != again.Year {
			t.Fatalf("not the same when it is read again: %v", err)
		}
		c := New(y)
		for _, d := range y.Days {
			x := c.Add(d.Date, 20)
			if w, _ := c.IsWorkday(x); !w || c.Between(d.Date, x) != 20 {
				t.Fatalf("%v and 20 working days is %v", d.Date, x)
			}
		}
	})
}
