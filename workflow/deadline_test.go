package workflow

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/store"
	"gongkai/workflow/calendar"
)

// written is a notice of that day, for everybody to read.
func written(day string) content.Fields {
	v := plainFields()
	v["date_written"] = day
	return v
}

// lastDay is the last day on which the item is in time; "" without a deadline.
func lastDay(it content.Item) string {
	if it.Deadline == 0 {
		return ""
	}
	return calendar.DayOf(time.UnixMilli(it.Deadline - 1)).String()
}

func (o *office) dueBy(it content.Item, day, when string) content.Item {
	o.t.Helper()
	if got := lastDay(it); got != day {
		o.t.Errorf("%s: to be public by %q, want %q", when, got, day)
	}
	return it
}

func (o *office) term(column string, days int64) {
	o.t.Helper()
	col, err := o.c.Columns.Get(o.t.Context(), column)
	o.check(err)
	col.WorkingDays = &days
	o.check(put(o.c.PutColumn(o.t.Context(), col)))
}

func (o *office) recounted(e *Engine) {
	o.t.Helper()
	if done, err := e.Recount(o.t.Context(), time.Now().Add(time.Hour)); err != nil || !done {
		o.t.Fatal(done, err)
	}
}

func (o *office) save(id string, v content.Fields) content.Item {
	o.t.Helper()
	saved, err := o.Save(o.t.Context(), person("editor"), id, Draft{Fields: v})
	o.check(err)
	return saved.Item
}

func TestTheEarlierOfTheColumnsTermAndTheDayAskedForCounts(t *testing.T) {
	o := newOffice(t)
	o.term("www-alternating", 10)
	it := o.dueBy(o.create(written("2026-02-10")), "2026-03-16", "the term of the regulation, over the Spring Festival")
	if end := gongkai.Millis(calendar.Date(2026, 3, 17).Start()); it.Deadline != end || it.Term.Provisional {
		t.Errorf("%d, want %d; %+v", it.Deadline, end, it.Term)
	}
	ask := func(by string) content.Item { return o.must("editor", it.ID, Step{Act: "ask_by", By: by}) }
	o.dueBy(ask("2026-03-06"), "2026-03-06", "asked for earlier")
	o.dueBy(ask("2026-04-01"), "2026-03-16", "asked for later")
	asked := o.dueBy(ask("2026-03-13"), "2026-03-13", "asked for once more")
	if steps := asked.Steps; asked.Term.By != "2026-03-13" || steps[len(steps)-1].Detail["by"] != "2026-03-13" {
		t.Errorf("%+v", asked.Term)
	}
	place := func(column string) content.Item {
		return o.must("editor", it.ID, Step{Act: "place", Placements: []content.Placement{{Column: column, Home: true}}})
	}
	o.dueBy(place("www-alternating"), "2026-03-02", "a column with fewer days")
	o.dueBy(ask(""), "2026-03-02", "no day is asked for any more")
	o.dueBy(place("www-merged"), "2026-03-16", "a column that says nothing")
	o.dueBy(o.save(it.ID, written("2026-03-02")), "2026-03-30", "another date of the document")
	o.dueBy(o.save(it.ID, plainFields()), "2026-03-30", "no date: the day of the first draft")
	held := plainFields()
	held["openness"] = content.OnApplication
	o.dueBy(o.save(it.ID, held), "", "only on request")
	o.dueBy(o.save(it.ID, written("2026-12-20")), "2027-01-15", "over a year that is not announced")
	if !o.get(it.ID).Term.Provisional {
		t.Error("what rests on an arrangement that is not known is provisional")
	}
	o.term("mirror-merged", 0)
	o.dueBy(place("mirror-merged"), "", "a column without a term")
	if o.dueBy(ask("2026-03-05"), "2026-03-05", "and a day asked for").Term.Provisional {
		t.Error("a day that was asked for is sure")
	}
}

func TestADeadlineIsThereAsLongAsThePublicWaits(t *testing.T) {
	o := newOffice(t)
	it := o.create(written("2026-02-10"))
	o.dueBy(o.submit(it.ID), "2026-03-16", "under review")
	o.refused(put(o.step("editor", it.ID, Step{Act: "ask_by", By: "2026-03-05"})), gongkai.Blocked, "wrong_state")
	it = o.get(it.ID)
	o.dueBy(o.must("both1", it.ID, Step{Act: "reject", Sheet: it.Work.SheetDigest, Opinion: "不宜公开"}), "", "rejected")
	o.dueBy(o.must("editor", it.ID, Step{Act: "reopen"}), "2026-03-16", "reopened")
	live := o.dueBy(o.release(o.sign(o.submit(it.ID))), "", "released")
	o.dueBy(o.save(live.ID, written("2026-02-10")), "", "a correction of what is public")
	o.refused(put(o.step("editor", it.ID, Step{Act: "ask_by", By: "2026-03-05"})), gongkai.Blocked, "wrong_state")
	o.must("editor", live.ID, Step{Act: "ask_withdraw", Edition: 1, Reason: "有误"})
	o.must("secret", live.ID, Step{Act: "withdraw", Edition: 1, Opinion: "同意"})
	o.dueBy(o.get(live.ID), "", "withdrawn")
	given := o.create(written("2026-02-10"))
	o.dueBy(o.must("editor", given.ID, Step{Act: "abandon"}), "", "given up")
	o.dueBy(o.save(given.ID, written("2026-02-10")), "2026-03-16", "taken up again")
}

func TestADayIsAskedForByWhoDraftsAndInTheFuture(t *testing.T) {
	o := newOffice(t)
	it := o.create(written("2026-02-10"))
	for by, code := range map[string]string{"2026-02-30": "date", "5 March": "date", idNumber: "date", "2026-03-01": "past"} {
		o.refused(put(o.step("editor", it.ID, Step{Act: "ask_by", By: by})), gongkai.Invalid, code)
	}
	o.must("editor2", it.ID, Step{Act: "ask_by", By: "2026-03-02"})
	for _, who := range []string{"review1", "publisher"} {
		o.refused(put(o.step(who, it.ID, Step{Act: "ask_by", By: "2026-03-05"})), gongkai.Denied, "missing_grant")
	}
	o.refused(put(o.step("admin", it.ID, Step{Act: "ask_by", By: "2026-03-05"})), gongkai.Denied, "administrator_business")
	if got := o.get(it.ID); got.Term.By != "2026-03-02" || slices.Contains(got.Work.Contributors, "editor2") {
		t.Errorf("%+v: whoever names a day wrote no word of the text", got.Work.Contributors)
	}
}

func TestDeadlinesFollowTheCalendarAndTheColumns(t *testing.T) {
	o := newOffice(t)
	late, soon, fixed := o.create(written("2026-12-25")), o.create(written("2026-02-10")), o.create(written("2026-02-10"))
	o.must("editor", fixed.ID, Step{Act: "ask_by", By: "2026-03-05"})
	fixed, rev := o.get(fixed.ID), o.get(soon.ID).Rev
	o.recounted(o.Engine)
	if o.get(soon.ID).Rev != rev {
		t.Error("what did not change was written")
	}
	o.dueBy(late, "2027-01-22", "by the week")
	_, _, err := o.ImportCalendar(t.Context(), person("admin"), 2027, []byte(nextYear))
	o.check(err)
	other, err := Open(t.Context(), o.c, o.pol, o.wake)
	o.check(err)
	o.recounted(other)
	if it := o.dueBy(o.get(late.ID), "2027-01-22", "a make-up day more, a New Year's Day less"); it.Term.Provisional {
		t.Error("the year is known now")
	}
	o.term("www-merged", 5)
	o.recounted(other)
	o.dueBy(o.get(soon.ID), "2026-02-24", "the column has fewer days")
	o.dueBy(o.get(fixed.ID), "2026-02-24", "fewer than the day asked for")
	o.term("www-merged", 15)
	o.recounted(o.Engine)
	o.dueBy(o.get(fixed.ID), "2026-03-05", "asked for earlier")
	if got := o.get(soon.ID); got.Updated != soon.Updated || got.StepN != soon.StepN {
		t.Error("counting is no act of anybody's")
	}
	o.term("www-merged", 0)
	o.recounted(o.Engine)
	o.dueBy(o.get(soon.ID), "", "no term any more")
	other.WorkingDays = 1
	o.recounted(other)
	o.dueBy(o.get(soon.ID), "", "the setting is for columns that say nothing")
}

func TestCountingGoesOnWhereItStopped(t *testing.T) {
	o := newOffice(t)
	it := o.create(written("2026-02-10"))
	o.recounted(o.Engine)
	old := make([]content.Item, recountPage+5) // as a program without deadlines left them, and the one above
	for i := range old {
		old[i] = it
		old[i].ID, old[i].Updated, old[i].Deadline, old[i].Term = fmt.Sprintf("old-%04d", i), int64(i+1), 0, content.Term{}
	}
	o.check(put(o.c.Items.InsertMany(t.Context(), old)))
	o.term("www-alternating", 3) // something to count anew
	if done, err := o.Recount(t.Context(), time.Now().Add(-time.Second)); done || err != nil {
		t.Fatal(done, err)
	}
	r, err := o.rates(t.Context())
	o.check(err)
	pass, err := o.passes.Get(t.Context(), "deadlines")
	o.check(err)
	pass, err = o.recountPage(t.Context(), r, pass)
	o.check(err)
	if pass.After == "" || lastDay(o.get("old-0000")) != "2026-03-16" || o.get(old[recountPage].ID).Deadline != 0 {
		t.Errorf("a page: %+v", pass)
	}
	o.check(put(o.c.Items.Update(t.Context(), "old-0000", 0, func(doc *content.Item) error {
		doc.Deadline = 1 // to see that it is not looked at again
		return nil
	})))
	other, err := Open(t.Context(), o.c, o.pol, o.wake)
	o.check(err)
	o.recounted(other)
	if o.get("old-0000").Deadline != 1 || lastDay(o.get(old[recountPage].ID)) != "2026-03-16" {
		t.Error("the pass did not go on where it was")
	}
	o.clock.at = o.clock.at.AddDate(0, 0, 1)
	o.recounted(other)
	o.dueBy(o.get("old-0000"), "2026-03-16", "the next day everything is counted once more")
}

func TestAWorkListByDeadline(t *testing.T) {
	o := newOffice(t)
	grant(t, o.pol, "towner", "editor", "town")
	byDay := map[string]string{} // ids by the last day
	for i, day := range []string{"2026-02-27", "2026-03-02", "2026-03-06", "2026-03-09", "2026-03-10", "2026-04-30"} {
		c, err := o.Calendar(t.Context())
		o.check(err)
		from, err := calendar.ParseDay(day)
		o.check(err)
		v := written(c.Add(from, -20).String())
		unit := []string{"county", "town"}[i%2]
		it, err := o.Create(t.Context(), person("editor"), NewItem{Kind: "notice", Unit: unit, Fields: v, Placements: []content.Placement{{Column: "www-merged"}}})
		o.check(err)
		byDay[o.dueBy(it, day, "as meant").ID] = day
	}
	o.released()
	for name, c := range map[string]struct {
		who  string
		list List
		want []string
	}{
		"all":                  {"editor", List{ByDeadline: true}, []string{"2026-02-27", "2026-03-02", "2026-03-06", "2026-03-09", "2026-03-10", "2026-04-30"}},
		"overdue":              {"editor", List{Overdue: true}, []string{"2026-02-27"}},
		"within five days":     {"editor", List{DueWithin: 5}, []string{"2026-03-02", "2026-03-06", "2026-03-09"}},
		"and overdue":          {"editor", List{DueWithin: 5, Overdue: true, Column: "www-merged", State: content.Draft}, []string{"2026-02-27", "2026-03-02", "2026-03-06", "2026-03-09"}},
		"of a unit":            {"editor", List{DueWithin: 6, Unit: "county"}, []string{"2026-03-06", "2026-03-10"}},
		"of one's own unit":    {"towner", List{ByDeadline: true, State: content.Draft, Live: content.NotLive}, []string{"2026-03-02", "2026-03-09", "2026-04-30"}},
		"in a column":          {"towner", List{DueWithin: 5, Column: "www-merged"}, []string{"2026-03-02", "2026-03-09"}},
		"nobody's":             {"stranger", List{ByDeadline: true}, nil},
		"waits for nobody":     {"editor", List{ByDeadline: true, Stage: "merged_1"}, nil},
		"public: met for long": {"editor", List{ByDeadline: true, Live: content.Published}, nil},
	} {
		for _, limit := range []int{1, 2, 50} {
			c.list.Limit, c.list.After = limit, ""
			var got []string
			for {
				page, err := o.Items(t.Context(), person(c.who), c.list)
				o.check(err)
				for _, it := range page.Docs {
					got = append(got, byDay[it.ID])
				}
				if c.list.After = page.Next; page.Next == "" {
					break
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%s, %d to a page: %v, want %v", name, limit, got, c.want)
			}
		}
	}
	if n, err := o.Overdue(t.Context()); n != 1 || err != nil {
		t.Error(n, err)
	}
}

func TestHowMuchTimeIsLeft(t *testing.T) {
	o := newOffice(t)
	it := content.Item{Meta: store.Meta{ID: "x"}, Deadline: gongkai.Millis(calendar.Date(2026, 3, 6).End())} // a Friday
	for day, want := range map[int]TimeLeft{2: {Days: 4}, 6: {Days: 0}, 7: {Days: -1, Overdue: true}, 9: {Days: -1, Overdue: true}, 10: {Days: -2, Overdue: true}} {
		o.clock.at = calendar.Date(2026, 3, day).Start().Add(15 * time.Hour)
		want.Day = "2026-03-06"
		if left, err := o.TimeLeft(t.Context(), it); err != nil || *left != want {
			t.Errorf("on the %dth: %+v %v, want %+v", day, left, err, want)
		}
	}
	if left, err := o.TimeLeft(t.Context(), content.Item{}); left != nil || err != nil {
		t.Error(left, err)
	}
}

// limited is a pipeline whose first stage has a limit of so many working days.
func (o *office) limited(days int) {
	o.t.Helper()
	first := merged(1)
	first.Days = days
	o.add(next("merged", 1, first, merged(2), merged(3)), all())
}

func TestTheLimitOfAStageFollowsTheCalendar(t *testing.T) {
	o := newOffice(t)
	o.limited(3)
	o.clock.at = time.Date(2026, 12, 30, 9, 0, 0, 0, content.Shanghai)
	it := o.submit(o.create(plainFields()).ID)
	day := func() string { return calendar.DayOf(time.UnixMilli(o.get(it.ID).Work.SignBy - 1)).String() }
	if day() != "2027-01-04" {
		t.Fatalf("three days by the week: %s", day())
	}
	_, _, err := o.ImportCalendar(t.Context(), person("admin"), 2027, []byte(nextYear))
	o.check(err)
	o.recounted(o.Engine)
	c, err := o.Calendar(t.Context())
	o.check(err)
	if want := c.DeadlineOn(calendar.Date(2026, 12, 30), 3).Day.String(); day() != want || want == "2027-01-04" {
		t.Errorf("%s, want %s", day(), want)
	}
	if got := o.get(it.ID); got.StepN != it.StepN {
		t.Error("counting is no act of anybody's")
	}
}

func TestAWorkListByTheLimitOfTheStage(t *testing.T) {
	o := newOffice(t)
	o.submit(o.create(plainFields()).ID) // without a limit
	o.limited(3)
	later := o.create(plainFields())
	soon := o.submit(o.create(plainFields()).ID)
	o.clock.at = o.clock.at.AddDate(0, 0, 2)
	o.submit(later.ID)
	if got := o.inOrder("both1", "sign", "sign_by"); !slices.Equal(got, []string{soon.ID, later.ID}) {
		t.Errorf("%v", got)
	}
	if got := o.inOrder("editor", "waiting", "sign_by"); !slices.Equal(got, []string{soon.ID, later.ID}) {
		t.Errorf("%v", got)
	}
	_, err := o.WorkList(t.Context(), person("both1"), DeskQuery{List: "sign", Sort: "sign_by", Overdue: true})
	o.refused(err, gongkai.Invalid, "one_order")
}

func TestAColumnTakesWhatItDoesNotSayFromTheOneAbove(t *testing.T) {
	o := newOffice(t)
	ctx := t.Context()
	days := func(n int64) *int64 { return &n }
	column := func(id, parent string, change func(*content.Column)) {
		col := content.Column{Meta: store.Meta{ID: id}, Site: "www", Parent: parent, Slug: id, Name: id, Pipeline: "merged"}
		change(&col)
		o.check(put(o.c.PutColumn(ctx, col)))
	}
	column("top", "", func(c *content.Column) {
		c.CalendarDays, c.Bundle, c.Correction = days(20), content.BundleAfter, content.CorrectFull
	})
	column("middle", "top", func(*content.Column) {})
	column("low", "middle", func(*content.Column) {})
	column("own", "middle", func(c *content.Column) {
		c.WorkingDays, c.Bundle, c.Correction = days(0), content.BundleNone, content.CorrectWords
	})
	got, err := o.c.Column(ctx, "low")
	if err != nil || *got.CalendarDays != 20 || got.Bundle != content.BundleAfter || got.Correction != content.CorrectFull {
		t.Errorf("%+v %v", got, err)
	}
	if got, err = o.c.Column(ctx, "own"); err != nil || *got.WorkingDays != 0 || got.CalendarDays != nil || got.Bundle != content.BundleNone || got.Correction != content.CorrectWords {
		t.Errorf("%+v %v", got, err)
	}
	it, err := o.Create(ctx, person("editor"), NewItem{Kind: "notice", Unit: "county", Fields: written("2026-02-10"), Placements: []content.Placement{{Column: "low"}}})
	o.check(err)
	o.dueBy(it, "2026-03-02", "twenty calendar days, over the Spring Festival")
	column("top", "", func(c *content.Column) { c.WorkingDays = days(20) })
	o.recounted(o.Engine)
	o.dueBy(o.get(it.ID), "2026-03-16", "the column above has another term")
	bad := content.Column{Meta: store.Meta{ID: "bad"}, Site: "www", Slug: "bad", Name: "bad", WorkingDays: days(1), CalendarDays: days(1)}
	o.refused(put(o.c.PutColumn(ctx, bad)), gongkai.Invalid, "calendar_days")
}

// 行政处罚: the term counts from the day of the decision.
func TestTheTermOfAPenaltyCountsFromItsDecision(t *testing.T) {
	v := written("2026-02-10")
	v["decided_on"] = "2026-02-12"
	if got := content.FormedOn(v, "2026-03-01"); got != "2026-02-12" {
		t.Error(got)
	}
}
