// The working-day calendar as an administrator at the machine meets it.

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheCalendarIsLoadedAndShown(t *testing.T) {
	data := filled(t)
	gongkaiRun(t, "", "calendar", "show", "--data", data).wants(t, 0, "2024  工作日", "working days 248", "sure until 2026-12-19", "程序自带 / built in")
	shown := gongkaiRun(t, "", "calendar", "show", "2026", "--data", data).wants(t, 0, "2026-01-04 Sun  班 make-up", "2026-10-01 Thu  休 off", "content_7047091.htm")
	if n := strings.Count(shown.out, "make-up"); n != 7 { // six days, and the sum
		t.Errorf("%d:\n%s", n, shown.out)
	}
	year := gongkaiRun(t, "", "calendar", "show", "2026", "--json", "--data", data).wants(t, 0)
	if !json.Valid([]byte(year.out)) {
		t.Fatal(year.out)
	}
	file := filepath.Join(t.TempDir(), "2026.json")
	longer := strings.Replace(year.out, `"days": [`, `"days": [{"name": "春节", "date": "2026-02-24", "isOffDay": true},`, 1)
	if err := os.WriteFile(file, []byte(longer), 0o600); err != nil {
		t.Fatal(err)
	}
	gongkaiRun(t, "", "calendar", "import", file, "--data", data).wants(t, 0, "working days 247", "由命令行导入", "请核对", "the law gives 13", "done: calendar.manage calendar/2026")
	gongkaiRun(t, `{"year":2027,"papers":[],"days":[]}`, "calendar", "import", "-", "--data", data).wants(t, 2, "可能尚未公布")
	gongkaiRun(t, "", "calendar", "import", file+".none", "--data", data).wants(t, 2, "cannot be opened")
}
