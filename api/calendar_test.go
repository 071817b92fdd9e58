// The working-day calendar over the API: everybody reads it, an administrator
// loads the next year.

package api

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"gongkai/policy"
	"gongkai/workflow"
)

func TestAnAdministratorLoadsTheNextYear(t *testing.T) {
	o := newOffice(t)
	o.clock = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	admin := o.as(policy.Administrator)
	var years List[workflow.CalendarYear]
	o.as("key:read").get("/api/v1/calendar").is(200).into(&years)
	if len(years.Items) != 3 || years.Items[2].Year != 2026 || years.Items[2].SureUntil != "2026-12-19" || years.Items[2].Days != nil {
		t.Fatalf("%+v", years)
	}
	var due workflow.Due
	o.as("editor").get("/api/v1/calendar/deadline?from=2026-12-25&days=5").is(200).into(&due)
	if due.Day != "2027-01-01" || !due.Provisional {
		t.Errorf("%+v", due)
	}
	const file = `{"$schema":"x","year":%d,"papers":["https://www.gov.cn/x"],"days":[{"name":"元旦","date":"2026-12-26","isOffDay":false},{"name":"元旦","date":"2027-01-01","isOffDay":true},{"name":"劳动节","date":"2027-05-01","isOffDay":true},{"name":"国庆节","date":"2027-10-01","isOffDay":true}]}`
	var loaded LoadedYear
	admin.put("/api/v1/calendar/2027", fmt.Sprintf(file, 2027)).is(200).into(&loaded)
	if loaded.Year != 2027 || len(loaded.Days) != 4 || loaded.Name == "" || len(loaded.Notes) != 1 || loaded.Notes[0].Code != "balance" {
		t.Errorf("%+v", loaded)
	}
	o.as("editor").get("/api/v1/calendar/deadline?from=2026-12-25&days=5").is(200).into(&due)
	if due.Day != "2026-12-31" || due.Provisional {
		t.Errorf("it counts at once: %+v", due)
	}
	same := o.as("auditor").get("/api/v1/calendar/2027").is(200).body
	admin.put("/api/v1/calendar/2027", same).is(200) // what is read can be loaded again
	if trail := o.as(policy.Auditor).get("/api/v1/trail").is(200); strings.Count(trail.body, `"calendar/2027"`) != 2 || !strings.Contains(trail.body, `"make_up":"1"`) {
		t.Error("the trail knows who loaded the year")
	}
}

func TestAYearThatIsWrongIsRefusedPlaceByPlace(t *testing.T) {
	o := newOffice(t)
	admin := o.as(policy.Administrator)
	p := admin.put("/api/v1/calendar/2026", `{"year":2026,"days":[{"name":"元旦","date":"2026-01-32","isOffDay":true},{"date":"2026-01-01"}]}`).refused(400, "calendar_file")
	if len(p.Errors) != 3 || p.Errors[0].Where != "days[0].date" || p.Errors[2].Where != "days[1].isOffDay" {
		t.Errorf("%+v", p.Errors)
	}
	admin.put("/api/v1/calendar/2026", "").is(400)
	admin.put("/api/v1/calendar/1026", "{}").is(400)
	admin.get("/api/v1/calendar/2019").refused(404, "calendar_year")
	admin.get("/api/v1/calendar/deadline?from=2026-02-30&days=1").is(400)
	admin.get("/api/v1/calendar/deadline?from=2026-02-20").is(400)
	o.as("secrecy-officer").put("/api/v1/calendar/2026", "{}").refused(403, "missing_grant")
}
