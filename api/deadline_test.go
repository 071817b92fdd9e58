// Deadlines over the API: a column's term, a day that is asked for, and the work
// lists in their order.

package api

import (
	"testing"
	"time"

	"gongkai/content"
	"gongkai/policy"
)

func TestWorkListsByDeadline(t *testing.T) {
	o := newOffice(t)
	o.clock = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
	admin, editor := o.as(policy.Administrator), o.as(policy.Editor)
	column := map[string]any{"site": "portal", "slug": "notices", "name": "通知公告", "pipeline": "merged", "working_days": 3}
	var col content.Column
	admin.put("/api/v1/columns/notices", column).is(200).into(&col)
	if col.WorkingDays == nil || *col.WorkingDays != 3 {
		t.Fatalf("%+v", col)
	}
	for _, bad := range []any{-1, 1001, "x"} {
		column["working_days"] = bad
		admin.put("/api/v1/columns/notices", column).is(400)
	}
	body := draft("关于期限的通知")
	body["placements"] = []map[string]any{{"column": "notices"}}
	var it, soon ItemView
	editor.post("/api/v1/items", body).is(201).into(&it)
	if left := it.TimeLeft; left == nil || left.Day != "2026-03-05" || left.Days != 3 || left.Overdue || it.Term.From != "2026-03-02" {
		t.Fatalf("three working days from the first draft: %+v, %+v", it.Term, left)
	}
	editor.post("/api/v1/items", body).is(201).into(&soon)
	ask := func(by string) answered {
		return editor.post("/api/v1/items/"+soon.ID+"/steps", map[string]any{"id": "ask-by-" + by + "-step", "act": "ask_by", "by": by})
	}
	ask("2026-02-27").refused(400, "past")
	ask("tomorrow").is(400)
	ask("2026-03-03").is(200).into(&soon)
	if soon.TimeLeft.Day != "2026-03-03" || soon.Term.By != "2026-03-03" {
		t.Errorf("%+v", soon.TimeLeft)
	}
	list := func(query string) (ids []string) {
		var page List[ItemLine]
		o.as(policy.Reviewer1).get("/api/v1/items?" + query).is(200).into(&page)
		for _, line := range page.Items {
			if line.TimeLeft == nil || line.Steps != nil {
				t.Errorf("%s: %+v", query, line)
			}
			ids = append(ids, line.ID)
		}
		return ids
	}
	if got := list("sort=deadline"); len(got) != 2 || got[0] != soon.ID {
		t.Errorf("the earliest first: %v", got)
	}
	if got := list("due_within=1&unit=county"); len(got) != 1 || got[0] != soon.ID {
		t.Errorf("due soon: %v", got)
	}
	if got := list("overdue=true"); len(got) != 0 {
		t.Errorf("nothing is overdue: %v", got)
	}
	o.clock = time.Date(2026, 3, 3, 16, 0, 0, 0, time.UTC) // midnight where the offices are
	clear(o.tokens)                                        // nobody's session lasts that long
	if got := list("overdue=true"); len(got) != 1 || got[0] != soon.ID {
		t.Errorf("overdue: %v", got)
	}
	if got := list("overdue=true&due_within=1"); len(got) != 2 {
		t.Errorf("overdue and soon: %v", got)
	}
	for _, bad := range []string{"due_within=0", "due_within=x", "sort=title", "overdue=perhaps"} {
		o.as(policy.Editor).get("/api/v1/items?" + bad).is(400)
	}
}
