// The working-day calendar (工作日历): what is known of each year, loading a
// year, and when something is due.

package api

import (
	"context"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"gongkai"
	"gongkai/policy"
	"gongkai/workflow"
)

func (s *Server) registerCalendar() {
	due := op(http.MethodGet, "/calendar/deadline", "count-deadline", "calendar", "推算期限 The day until which something has to be done")
	due.Description = "自次一工作日起算，当日不计；所依据的放假安排尚未公布的，为暂定。Counting begins with the next working day; provisional if it rests on an arrangement that is not known yet."
	register(s.routes, due, signedIn(), s.countDeadline)
	register(s.routes, op(http.MethodGet, "/calendar", "list-calendar", "calendar", "工作日历 The years of which the arrangement is known"), signedIn(), s.listCalendar)
	register(s.routes, op(http.MethodGet, "/calendar/{year}", "get-calendar-year", "calendar", "年度放假安排 The arrangement of a year"), signedIn(), s.getCalendarYear)
	load := op(http.MethodPut, "/calendar/{year}", "import-calendar-year", "calendar", "导入年度放假安排 Load the arrangement of a year, whole or not at all")
	load.Description = "请求内容为公开数据集holiday-cn的年度JSON文件；立即生效，无须重启。The body is the file of a year in the form of the public data set holiday-cn; it counts at once, without a restart."
	load.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/json": {Schema: &huma.Schema{Type: "object", AdditionalProperties: true, Description: "{year, papers, days: [{name, date, isOffDay}]}"}}}}
	load.SkipValidateBody = true // calendar.Parse names each place
	register(s.routes, load, anywhere(policy.CalendarManage), s.importCalendarYear)
}

func (s *Server) listCalendar(ctx context.Context, _ *none) (*of[List[workflow.CalendarYear]], error) {
	years, err := s.Engine.CalendarYears(ctx)
	for i := range years {
		years[i].Days = nil // a list is short
	}
	return listed(years, "", err)
}

// ByYear is the path to a year.
type ByYear struct {
	Year int `path:"year" minimum:"2000" maximum:"2999"`
}

func (s *Server) getCalendarYear(ctx context.Context, in *ByYear) (*of[workflow.CalendarYear], error) {
	return answer(s.Engine.CalendarYear(ctx, in.Year))
}

type importYearIn struct {
	ByYear
	RawBody []byte `contentType:"application/json"`
}

// LoadedYear is a year that was loaded, with what somebody should look at.
type LoadedYear struct {
	workflow.CalendarYear
	Notes []gongkai.Detail `json:"notes" doc:"Doubts that refused nothing"`
}

func (s *Server) importCalendarYear(ctx context.Context, in *importYearIn) (*of[LoadedYear], error) {
	y, notes, err := s.Engine.ImportCalendar(ctx, actorOf(ctx), in.Year, in.RawBody)
	if err != nil {
		return nil, err
	}
	return answer(LoadedYear{y, append([]gongkai.Detail{}, notes...)}, s.record(ctx, policy.CalendarManage, "calendar/"+strconv.Itoa(y.Year), "", y.Summary()))
}

type deadlineIn struct {
	From string `query:"from" required:"true" format:"date" doc:"Day of the event, which does not count"`
	Days int    `query:"days" required:"true" minimum:"0" maximum:"10000" doc:"Working days"`
}

func (s *Server) countDeadline(ctx context.Context, in *deadlineIn) (*of[workflow.Due], error) {
	return answer(s.Engine.DueAfter(ctx, in.From, in.Days))
}
