// Schedules over the API.

package api

import (
	"strings"
	"testing"
	"time"
)

func TestAReleaseIsScheduledOverTheAPI(t *testing.T) {
	o := newOffice(t)
	id := o.submitted()
	o.signed(id)
	it := o.item(id)
	plan := func(do, at string) answered {
		return o.act("publisher", it.ID, map[string]any{"act": "schedule", "do": do, "at": at, "sheet": it.Work.SheetDigest})
	}
	plan("release", "2020-01-01T09:00").refused(400, "past")
	plan("release", "9999-01-01T09:00").refused(400, "too_far")
	plan("release", "tomorrow").refused(400, "time")
	plan("suspend", "2026-03-03T09:00").refused(400, "do")
	var out, back ItemView
	plan("release", o.clock.Add(time.Hour).UTC().Format(time.RFC3339)).is(200).into(&out)
	if p := out.Planned; len(p) != 1 || p[0].Do != "release" || !strings.HasSuffix(p[0].At, "+08:00") || p[0].Zh != "发布" || len(out.Schedules) != 1 {
		t.Fatalf("%+v", p)
	}
	var page List[ItemLine]
	o.as("publisher").get("/api/v1/items?scheduled=true").is(200).into(&page)
	o.as("publisher").get("/api/v1/items?scheduled=true&interpretation=overdue").refused(400, "one_order")
	o.as("publisher").get("/api/v1/items?interpretation=overdue").is(200)
	if len(page.Items) != 1 || page.Items[0].ID != it.ID || len(page.Items[0].Planned) != 1 {
		t.Errorf("%+v", page.Items)
	}
	o.act("审校1", it.ID, map[string]any{"act": "unschedule", "do": "release"}).refused(403, "missing_grant")
	o.act("publisher", it.ID, map[string]any{"act": "unschedule", "do": "release"}).is(200).into(&back)
	if len(back.Planned)+len(back.Schedules) != 0 {
		t.Errorf("%+v", back.Schedules)
	}
}
