// Schedules over the API.

package api

import (
	"strings"
	"testing"
	"time"

	"gongkai/policy"
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

// dated is a document that the county has released on 2 March 2026: its text says
// until when it holds.
func (o *office) dated() string {
	o.t.Helper()
	o.clock = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
	o.coded()
	body := map[string]any{"kind": "notice", "unit": "county", "placements": []any{map[string]any{"column": "notices"}},
		"fields": map[string]any{"title": "安全检查办法", "openness": "proactive", "body": "<p>各村民委员会应当完成检查。</p>", "validity": "in_force", "expires_at": "2026-04-01"}}
	id := o.as(policy.Editor).post("/api/v1/items", body).is(201).str("id")
	o.act(policy.Editor, id, map[string]any{"act": "submit"}).is(200)
	o.must1(nil, o.engine.Build(o.t.Context(), id))
	o.signed(id)
	o.act(policy.Publisher, id, map[string]any{"act": "release", "sheet": o.item(id).Work.SheetDigest}).is(200)
	return id
}

func TestADocumentLapsesOnTheDayItsTextSaysOverTheAPI(t *testing.T) {
	o := newOffice(t)
	id := o.dated()
	plan := func(who string, at string) answered {
		step := map[string]any{"act": "schedule", "do": "expire", "edition": 1}
		if at != "" {
			step["at"] = at
		}
		return o.act(who, id, step)
	}
	plan(policy.Editor, "").refused(403, "missing_grant")
	plan(policy.Publisher, "2026-03-31T23:59").refused(400, "before_date")
	plan(policy.Publisher, "2026-06-01T09:00").refused(400, "too_far")
	o.act(policy.Publisher, id, map[string]any{"act": "schedule", "do": "commence", "edition": 1}).refused(422, "no_date")
	listed := func(query string, want int) (page List[ItemLine]) {
		t.Helper()
		if o.as(policy.Publisher).get("/api/v1/items?" + query).is(200).into(&page); len(page.Items) != want {
			t.Errorf("%s: %d", query, len(page.Items))
		}
		return page
	}
	if d := listed("signed_date=open", 1).Items[0].Dates; len(d) != 1 || d[0].Do != "expire" || d[0].From != "2026-04-01T00:00:00+08:00" || d[0].Overdue {
		t.Errorf("%+v", d)
	}
	listed("signed_date=overdue", 0)
	o.as(policy.Publisher).get("/api/v1/items?signed_date=open&scheduled=true").refused(400, "one_order")
	o.as(policy.Publisher).get("/api/v1/items?signed_date=soon").is(400)
	var out ItemView
	plan(policy.Publisher, "").is(200).into(&out)
	if p := out.Planned; len(p) != 1 || p[0].Do != "expire" || p[0].Zh != "标注失效" || p[0].At != "2026-04-01T00:00:00+08:00" {
		t.Fatalf("%+v", p)
	}
	listed("signed_date=open", 0)
	listed("scheduled=true", 1)
	o.clock = time.Date(2026, 4, 2, 1, 0, 0, 0, time.UTC) // nothing ran on the day itself
	clear(o.tokens)                                       // nobody's session lasts that long
	o.works()
	o.until("readers see that it has lapsed", func() bool {
		it := o.item(id)
		return it.Told == it.Seq && o.read(id).Validity == "lapsed"
	})
	o.as(policy.Publisher).get("/api/v1/items/" + id).is(200).into(&out)
	if rec := out.Steps[len(out.Steps)-1]; out.Live.Validity.Since != "2026-04-01" || rec.Act != "expire" || rec.Detail["late"] != "33h0m0s" || rec.Name == "" {
		t.Errorf("a missed moment is caught up and said: %+v", rec)
	}
}
