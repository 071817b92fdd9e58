package workflow

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
)

// later is a time so long after the desk's clock, as people write it.
func (d *desk) later(by time.Duration) string { return shownTime(d.now + by.Milliseconds()) }

func (d *desk) planRelease(it content.Item) Step {
	return Step{Act: "schedule", Do: "release", At: d.later(time.Hour), Sheet: it.Work.SheetDigest}
}

func (d *desk) ready(t testing.TB) content.Item {
	t.Helper()
	return d.signTo(t, d.sheet(t), "")
}

func TestAScheduleNamesTheSheetAndItsSetter(t *testing.T) {
	d := staffed(t)
	it := d.ready(t)
	at := d.now + time.Hour.Milliseconds()
	out := d.must(t, it, "publisher", d.planRelease(it))
	want := content.Schedule{ID: out.Steps[len(out.Steps)-1].ID, Act: "release", At: at - at%1000, Sheet: it.Work.SheetDigest, By: "publisher", Name: "姓名publisher", Set: d.now}
	if got := out.Schedules[0]; got.ID != want.ID || got.At != want.At || got.Sheet != want.Sheet || got.By != want.By || got.Name != want.Name || got.Set != want.Set {
		t.Errorf("%+v", got)
	}
	if out.Work.State != content.Ready || out.ScheduledAt != want.At || out.Due != d.now {
		t.Errorf("%s, %d, %d", states(out), out.ScheduledAt, out.Due)
	}
	if rec := out.Steps[len(out.Steps)-1]; rec.Detail["do"] != "release" || !strings.HasSuffix(rec.Detail["planned"], "+08:00") || rec.Detail["sheet"] != it.Work.SheetDigest {
		t.Errorf("%v", rec.Detail)
	}
	out.Copied, out.Told = out.StepN, out.Seq
	if Debt(out, d.now) != want.At {
		t.Error("what is scheduled is a debt of its time")
	}
}

func TestWhatCannotBeScheduled(t *testing.T) {
	d := staffed(t)
	it := d.ready(t)
	with := func(change func(*Step)) Step { s := d.planRelease(it); change(&s); return s }
	for _, c := range []struct {
		name, who string
		step      Step
		kind      gongkai.Kind
		code      string
	}{
		{"a suspension", "publisher", with(func(s *Step) { s.Do = "suspend" }), gongkai.Invalid, "do"},
		{"a signature", "review1", with(func(s *Step) { s.Do = "pass" }), gongkai.Invalid, "do"},
		{"nothing", "publisher", with(func(s *Step) { s.Do = "" }), gongkai.Invalid, "do"},
		{"no time", "publisher", with(func(s *Step) { s.At = "" }), gongkai.Invalid, "time"},
		{"a day that is none", "publisher", with(func(s *Step) { s.At = "2026-02-30T09:00" }), gongkai.Invalid, "time"},
		{"a time that is past", "publisher", with(func(s *Step) { s.At = d.later(-time.Second) }), gongkai.Invalid, "past"},
		{"too far", "publisher", with(func(s *Step) { s.At = d.later(year + day) }), gongkai.Invalid, "too_far"},
		{"another sheet", "publisher", with(func(s *Step) { s.Sheet = "of another" }), gongkai.Conflict, "stale_sheet"},
		{"by who may not release", "editor2", d.planRelease(it), gongkai.Denied, "missing_grant"},
		{"by an administrator", "admin", d.planRelease(it), gongkai.Denied, "administrator_business"},
		{"by who wrote it", "all", d.planRelease(it), gongkai.Denied, "own_text"},
		{"what is not scheduled, back", "publisher", Step{Act: "unschedule", Do: "release"}, gongkai.Blocked, "not_scheduled"},
	} {
		if c.name == "by who wrote it" {
			it.Work.Contributors = append(it.Work.Contributors, "all")
		}
		t.Run(c.name, func(t *testing.T) { d.refused(t, it, person(c.who), c.step, c.kind, c.code) })
	}
	d.refused(t, it, program("write"), d.planRelease(it), gongkai.Denied, "program")
	d.leftovers[it.ID] = true
	d.refused(t, it, person("publisher"), d.planRelease(it), gongkai.Blocked, "rescan")
	waits := d.sheet(t)
	d.refused(t, waits, person("publisher"), d.planRelease(waits), gongkai.Blocked, "wrong_state")
	d.refused(t, it, gongkai.System, Step{Act: "schedule", Do: "release"}, gongkai.Invalid, "act")
	d.refused(t, it, person("publisher"), Step{Act: "lapse"}, gongkai.Invalid, "act")
}

func TestATimeIsThatOfTheOffices(t *testing.T) {
	for _, text := range []string{"2026-12-01T09:00", "2026-12-01 09:00", "2026-12-01T09:00:00", "2026-12-01T09:00:00+08:00", "2026-12-01T01:00:00Z"} {
		at, err := parseTime(text)
		if err != nil || shownTime(at) != "2026-12-01T09:00:00+08:00" {
			t.Errorf("%s: %s %v", text, shownTime(at), err)
		}
	}
}

// Whatever moves the work or the public part on takes the schedule away, and
// the item and the record say so.
func TestWhatChangesVoidsTheSchedule(t *testing.T) {
	d := staffed(t)
	onLive := func() content.Item {
		it := d.must(t, d.live(t), "editor", Step{Act: "save"})
		it = d.must(t, d.must(t, it, "editor", Step{Act: "submit", Note: noteFor(it)}), gongkai.System.ID, Step{Act: "built"})
		return d.signTo(t, it, "")
	}
	for _, c := range []struct {
		act, who, code string
		live           bool
	}{
		{"recall", "editor", "work_moved", false},
		{"return", "review1", "work_moved", false},
		{"suspend", "publisher", "live_changed", true},
		{"ask_withdraw", "editor", "live_changed", true},
	} {
		it := d.ready(t)
		if c.live {
			it = onLive()
		}
		it = d.must(t, it, "publisher", d.planRelease(it))
		it = d.must(t, it, c.who, Step{Act: c.act, Sheet: it.Work.SheetDigest, Edition: it.Live.Edition, Opinion: "有误", Reason: "有误"})
		if len(it.Schedules) != 0 || it.ScheduledAt != 0 || len(it.Lapsed) != 1 || it.Lapsed[0].Code != c.code || it.Lapsed[0].By != "publisher" {
			t.Errorf("after %s: %+v %+v", c.act, it.Schedules, it.Lapsed)
		}
		if rec := it.Steps[len(it.Steps)-1]; !strings.HasPrefix(rec.Detail["unscheduled"], "release 20") || !strings.HasSuffix(rec.Detail["unscheduled"], c.code) {
			t.Errorf("%s says in the record: %q", c.act, rec.Detail["unscheduled"])
		}
	}
	// Somebody releases it before its time: there is nothing to complain of.
	it := d.ready(t)
	it = d.must(t, it, "publisher", d.planRelease(it))
	it = d.must(t, it, "publisher", Step{Act: "release", Sheet: it.Work.SheetDigest})
	if it.Live.State != content.Published || len(it.Schedules)+len(it.Lapsed) != 0 {
		t.Errorf("%+v %+v", it.Schedules, it.Lapsed)
	}
}

func TestASecondScheduleReplacesTheFirst(t *testing.T) {
	d := staffed(t)
	it := d.ready(t)
	it = d.must(t, it, "publisher", d.planRelease(it))
	first := it.Schedules[0]
	s := d.planRelease(it)
	s.At = d.later(48 * time.Hour)
	it = d.must(t, it, "publisher2", s)
	if len(it.Schedules) != 1 || it.Schedules[0].By != "publisher2" || it.Steps[len(it.Steps)-1].Detail["instead_of"] != shownTime(first.At) {
		t.Errorf("%+v %v", it.Schedules, it.Steps[len(it.Steps)-1].Detail)
	}
	d.refused(t, it, person("review1"), Step{Act: "unschedule", Do: "release"}, gongkai.Denied, "missing_grant")
	it = d.must(t, it, "publisher", Step{Act: "unschedule", Do: "release"})
	if len(it.Schedules)+len(it.Lapsed) != 0 || it.ScheduledAt != 0 || it.Work.State != content.Ready {
		t.Errorf("taken back: %+v", it)
	}
}

// What settled one suspension must not settle a later one.
func TestAScheduleSettlesOnlyWhatItsSetterSaw(t *testing.T) {
	d := staffed(t)
	grant(t, d.pol, "chief", policy.Publisher, "county")
	grant(t, d.pol, "chief", policy.Reviewer3, "county")
	it := d.must(t, d.live(t), "editor", Step{Act: "save"})
	it = d.signTo(t, d.must(t, d.must(t, it, "editor", Step{Act: "submit", Note: noteFor(it)}), gongkai.System.ID, Step{Act: "built"}), "")
	s := d.planRelease(it)
	s.Settles = true
	it = d.must(t, it, "chief", s)
	it = d.must(t, it, "publisher", Step{Act: "suspend", Edition: it.Live.Edition, Reason: "有误"})
	if len(it.Schedules) != 0 {
		t.Fatal("a suspension that came later would be settled by a schedule set before it")
	}
	bare := d.planRelease(it)
	d.refused(t, it, person("chief"), bare, gongkai.Blocked, "suspended")
	s.At = d.later(time.Hour)
	it = d.must(t, it, "chief", s)
	if it.Schedules[0].Params["settles"] != "true" {
		t.Errorf("%+v", it.Schedules[0])
	}
}

// planned is an item of the office that is to go out in an hour.
func (o *office) planned() content.Item {
	o.t.Helper()
	it := o.sign(o.submit(o.create(content.Fields{"title": "关于开展检查的通知", "openness": content.Proactive, "body": "<p>正文</p>"}).ID))
	return o.must("publisher", it.ID, Step{Act: "schedule", Do: "release", At: shownTime(o.clock.at.Add(time.Hour).UnixMilli()), Sheet: it.Work.SheetDigest})
}

func (o *office) runDue(it content.Item, wait time.Duration) (content.Item, []Ran) {
	o.t.Helper()
	o.clock.mu.Lock()
	o.clock.at = o.clock.at.Add(wait)
	o.clock.mu.Unlock()
	ran, err := o.RunDue(o.t.Context(), it.ID)
	o.check(err)
	return o.get(it.ID), ran
}

func TestWhatIsDueIsDoneInTheNameOfItsSetter(t *testing.T) {
	o := newOffice(t)
	it := o.planned()
	if it, ran := o.runDue(it, 0); it.Live.State != content.NotLive || len(ran) != 0 {
		t.Fatal("an hour too early")
	}
	o.create(content.Fields{"title": "通知", "openness": content.Proactive, "body": "<p>正文</p>"})
	for _, l := range []List{{Scheduled: true}, {Scheduled: true, Unit: "county"}, {Scheduled: true, State: content.Ready, Column: "www-merged"}} {
		if page, err := o.Items(t.Context(), person("publisher"), l); err != nil || len(page.Docs) != 1 || page.Docs[0].ID != it.ID {
			t.Errorf("what is scheduled: %d, %v", len(page.Docs), err)
		}
	}
	if page, err := o.Items(t.Context(), person("publisher"), List{Scheduled: true, State: content.Draft}); err != nil || len(page.Docs) != 0 {
		t.Errorf("no draft is scheduled: %d, %v", len(page.Docs), err)
	}
	if p := o.Planned(it); len(p) != 1 || p[0].Zh != "发布" || p[0].ByName != "姓名publisher" || p[0].Overdue {
		t.Errorf("%+v", p)
	}
	out, ran := o.runDue(it, time.Hour)
	if out.Live.State != content.Published || out.Live.By != "publisher" || out.IndexNo != uscc+"/2026-00001" || len(out.Schedules)+len(out.Lapsed) != 0 || out.ScheduledAt != 0 {
		t.Errorf("%+v", out)
	}
	if len(ran) != 1 || ran[0].Act != "release" || ran[0].Outcome != DoneOnTime {
		t.Errorf("%+v", ran)
	}
	rec := out.Steps[len(out.Steps)-1]
	if rec.By != "publisher" || rec.Name != "姓名publisher" || rec.Detail["planned"] != shownTime(it.ScheduledAt) || rec.Detail["schedule"] != it.Schedules[0].ID || rec.Detail["late"] != "" {
		t.Errorf("%+v", rec)
	}
	if again, ran := o.runDue(out, time.Hour); again.Rev != out.Rev || len(ran) != 0 {
		t.Error("it is done once")
	}
	if !ChainWhole(out) {
		t.Error("the chain is broken")
	}
}

func TestAMissedTimeIsCaughtUpAndSaid(t *testing.T) {
	o := newOffice(t)
	it := o.planned()
	o.clock.at = o.clock.at.Add(3 * time.Hour)
	if n, err := o.ScheduledLate(t.Context()); n != 1 || err != nil {
		t.Errorf("%d are late, %v", n, err)
	}
	out, ran := o.runDue(it, 0)
	rec := out.Steps[len(out.Steps)-1]
	if out.Live.State != content.Published || ran[0].Outcome != DoneLate || rec.Detail["late"] != "2h0m0s" || rec.Detail["planned"] != shownTime(it.ScheduledAt) || out.Live.Released < it.ScheduledAt+2*time.Hour.Milliseconds() {
		t.Errorf("%+v %v", ran, rec.Detail)
	}
	if n, err := o.ScheduledLate(t.Context()); n != 0 || err != nil {
		t.Errorf("%d are late, %v", n, err)
	}
}

// What fails when it is due takes the schedule away, and leaves the item ready
// with the reason.
func TestWhatCannotBeDoneWhenDueLapses(t *testing.T) {
	for _, c := range []struct {
		name, code string
		happens    func(*office, content.Item)
	}{
		{"the right is lost", "missing_grant", func(o *office, _ content.Item) {
			o.check(o.pol.Revoke(o.t.Context(), policy.Grant{User: "publisher", Role: policy.Publisher, Unit: "county"}, person("root")))
		}},
		{"the setter has left", "setter_left", func(o *office, _ content.Item) {
			o.Staff = func(context.Context, string) (string, bool, error) { return "", false, nil }
		}},
		{"the rules of the day find something", "open_findings", func(o *office, it content.Item) {
			o.loads("county", 0, "表述错误,开展检查,须处理,开展排查,,,\n")
		}},
		{"a restore", "restored", func(o *office, _ content.Item) {
			_, err := o.c.Settings.Upsert(o.t.Context(), "epoch", func(s *content.Setting, _ bool) error { s.Value = 2; return nil })
			o.check(err)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := newOffice(t)
			it := o.planned()
			c.happens(o, it)
			out, ran := o.runDue(it, 2*time.Hour)
			if out.Work.State != content.Ready || out.Live.State != content.NotLive || len(out.Schedules) != 0 || out.ScheduledAt != 0 || len(ran) != 1 || ran[0].Outcome != Lapsed || ran[0].Code != c.code {
				t.Fatalf("%s, %+v, %+v", states(out), out.Schedules, ran)
			}
			if l := out.Lapsed; len(l) != 1 || l[0].Code != c.code || l[0].Zh == "" || l[0].En == "" || l[0].By != "publisher" {
				t.Errorf("the item says why: %+v", l)
			}
			if rec := out.Steps[len(out.Steps)-1]; rec.Act != "lapse" || rec.Detail["reason"] != c.code || rec.Detail["set_by"] != "publisher" || rec.By != gongkai.System.ID {
				t.Errorf("%+v", rec)
			}
		})
	}
}

// What may pass by itself leaves the schedule standing.
func TestAnAbsentPartPutsAScheduleOff(t *testing.T) {
	o := newOffice(t)
	it := o.planned()
	o.Staff = func(context.Context, string) (string, bool, error) {
		return "", false, gongkai.E(gongkai.Unavailable, "store", "", "")
	}
	o.clock.at = o.clock.at.Add(2 * time.Hour)
	if _, err := o.RunDue(t.Context(), it.ID); !gongkai.Is(err, gongkai.Unavailable) {
		t.Fatal(err)
	}
	if out := o.get(it.ID); len(out.Schedules) != 1 || out.Rev != it.Rev {
		t.Errorf("%+v", out.Schedules)
	}
	o.Staff = nil
	if out, _ := o.runDue(it, 0); out.Live.State != content.Published {
		t.Error("it is done when the part is back")
	}
}

// Two processes find the same schedule due.
func TestAScheduleIsDoneByOneOfTwo(t *testing.T) {
	o := newOffice(t)
	it := o.planned()
	o.clock.at = o.clock.at.Add(2 * time.Hour)
	errs := make(chan error, 2)
	for range 2 {
		go func() { _, err := o.RunDue(t.Context(), it.ID); errs <- err }()
	}
	if err := errors.Join(<-errs, <-errs); err != nil {
		t.Fatal(err)
	}
	out := o.get(it.ID)
	n := len(slices.DeleteFunc(slices.Clone(out.Steps), func(s content.StepRecord) bool { return s.Act != "release" }))
	if n != 1 || out.Live.Edition != 1 || out.Seq != 1 {
		t.Errorf("released %d times: %+v", n, out.Live)
	}
}

func TestSchedulingUsesNothingUpAndTellsNobodyAnything(t *testing.T) {
	o := newOffice(t)
	it := o.planned()
	if out := o.release(it); out.IndexNo != uscc+"/2026-00001" {
		t.Errorf("a number was used up: %s", out.IndexNo)
	}
	_, err := o.step("stranger", it.ID, Step{Act: "schedule", Do: "release", At: "2026-03-02T12:00", Sheet: it.Work.SheetDigest})
	o.refused(err, gongkai.Denied, "missing_grant")
	// The field of a schedule does not let another act look at less.
	fresh := o.sign(o.submit(o.create(content.Fields{"title": "通知", "openness": content.Proactive, "body": "<p>正文</p>"}).ID))
	if s := (Step{Act: "release", Do: "nothing"}); s.subject() != "release" {
		t.Error("an act looks at what another would")
	}
	possible, err := o.Possible(t.Context(), person("publisher"), fresh)
	o.check(err)
	if i := slices.IndexFunc(possible, func(p Possible) bool { return p.Act == "schedule" }); i < 0 || !slices.Equal(possible[i].Do, []string{"release"}) {
		t.Errorf("%+v", possible)
	}
}

// Whatever would refuse a release refuses to put it off: nobody learns of it
// only when the time has come.
func TestARehearsalAsksWhatTheReleaseWillBeAsked(t *testing.T) {
	s := newSet(t)
	plan := func(it content.Item) error {
		_, err := s.step("publisher", it.ID, Step{Act: "schedule", Do: "release", At: shownTime(s.clock.at.Add(time.Hour).UnixMilli()), Sheet: it.Work.SheetDigest})
		return err
	}
	alone := s.sign(s.submit(s.draftOf("notice", "单独发布的通知", nil)))
	column, err := s.c.Columns.Get(t.Context(), "www-merged")
	s.check(err)
	column.Bundle = content.BundleRequired
	s.check(put(s.c.PutColumn(t.Context(), column)))
	s.refused(plan(alone), gongkai.Blocked, "alone")

	it := s.ready()
	pub := s.public(it, it.Bundle[1].Sheet)
	show := func(summary string) {
		pub.Fields["summary"] = summary
		s.check(put(s.c.Sheets.Update(t.Context(), it.Bundle[1].Sheet, 0, func(doc *content.Sheet) (err error) {
			doc.Bytes, _, err = content.Canonical(pub)
			return err
		})))
	}
	show("联系电话" + mobile) // as if yesterday's rules had not known it
	if e := s.refusal(plan(it), gongkai.Blocked, "rescan"); e.Details[0].Where != "bundle["+s.what+"].summary" {
		t.Errorf("%+v", e.Details)
	}
	show("解读要点")
	s.check(plan(it))
	if persons := s.sheetsKept(it.ID); len(persons) != 0 {
		t.Errorf("a rehearsal keeps nobody: %v", persons)
	}
}
