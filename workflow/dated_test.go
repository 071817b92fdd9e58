package workflow

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
)

// decree is a document of the office, released on 2 March 2026: it is in force
// from the 10th, for five years.
func (o *office) decree() content.Item {
	o.t.Helper()
	id := o.draftOf("notice", "青禾县安全检查办法", content.Fields{"validity": "not_yet", "effective_from": "2026-03-10", "expires_at": "2031-03-10"})
	return o.release(o.sign(o.submit(id)))
}

// puts off an act on what is public to the day that its text says.
func (o *office) puts(it content.Item, acts ...string) content.Item {
	o.t.Helper()
	for _, act := range acts {
		it = o.must("publisher", it.ID, Step{Act: "schedule", Do: act, Edition: it.Live.Edition})
	}
	return it
}

// until runs what is due at a time, as it is written.
func (o *office) until(it content.Item, at string) (content.Item, []Ran) {
	o.t.Helper()
	ms, err := parseTime(at)
	o.check(err)
	return o.runDue(it, time.UnixMilli(ms).Sub(o.clock.Now()))
}

func TestTheDayWasSignedAndNobodyTypesItAgain(t *testing.T) {
	o := newOffice(t)
	it := o.puts(o.decree(), "expire", "commence")
	p := o.Planned(it)
	if len(p) != 2 || p[0].Do != "commence" || p[0].At != "2026-03-10T00:00:00+08:00" || p[1].Do != "expire" || p[1].At != "2031-03-10T00:00:00+08:00" {
		t.Fatalf("%+v", p)
	}
	if it.Schedules[0].Edition != 1 || it.Schedules[0].Digest != it.Live.Digest || it.Schedules[0].Sheet != "" || shownTime(it.ScheduledAt) != p[0].At {
		t.Errorf("%+v", it.Schedules)
	}
	if rec := it.Steps[len(it.Steps)-1]; rec.Detail["edition"] != "1" || rec.Detail["sheet"] != it.Live.Digest || rec.Detail["planned"] != p[0].At {
		t.Errorf("%v", rec.Detail)
	}
	if out, ran := o.until(it, "2026-03-09T23:59:59"); len(ran) != 0 || out.Live.Marked() != nil {
		t.Fatalf("the day before: %+v", ran)
	}
	it, ran := o.until(it, "2026-03-10T00:00")
	if m := it.Live.Marked(); len(ran) != 1 || ran[0].Outcome != DoneOnTime || m == nil || m.State != content.InForce || m.Since != "2026-03-10" {
		t.Fatalf("%+v %+v", ran, it.Live.Validity)
	}
	if rec := it.Steps[len(it.Steps)-1]; rec.Act != "commence" || rec.By != "publisher" || rec.Detail["planned"] != p[0].At || rec.Detail["late"] != "" {
		t.Errorf("%+v", rec)
	}
	if p = o.Planned(it); len(p) != 1 || p[0].Do != "expire" {
		t.Fatalf("that it is in force does not call its end off: %+v %+v", p, it.Lapsed)
	}
	it, ran = o.until(it, "2031-03-10T00:00")
	if m := it.Live.Marked(); len(ran) != 1 || m.State != content.Lapsed || m.Since != "2031-03-10" || it.Live.State != content.Published || it.ScheduledAt != 0 {
		t.Errorf("%+v %+v", ran, m)
	}
	if !ChainWhole(it) {
		t.Error("the chain is broken")
	}
}

func TestThePageIsReadWithTheRulesOfTheDayThatComes(t *testing.T) {
	o := newOffice(t)
	it, clean := o.puts(o.decree(), "commence"), o.puts(o.decree(), "commence")
	o.leaks(it, leak)
	for _, it := range []content.Item{it, clean} {
		if out, ran := o.until(it, "2026-03-10T00:00"); len(ran) != 1 || ran[0].Outcome == Lapsed || out.Live.Marked() == nil {
			t.Fatalf("the page says what is not so any more: %+v", ran)
		}
	}
	if hits := o.hits(""); len(hits) != 1 || hits[0].ID != it.ID || hits[0].Kinds["id_card"] != 1 {
		t.Errorf("nobody is told of what stands there: %+v", hits)
	}
}

func TestAPublicityPeriodEndsByItselfTheDayAfter(t *testing.T) {
	o := newOffice(t)
	id := o.draftOf("publicity", "关于拟补贴农户的公示", content.Fields{"publicity_from": "2026-03-02", "publicity_to": "2026-03-11"})
	it := o.puts(o.release(o.sign(o.submit(id))), "end_publicity")
	if p := o.Planned(it); p[0].At != "2026-03-12T00:00:00+08:00" {
		t.Errorf("the last day is part of it: %+v", p)
	}
	it, ran := o.until(it, "2026-03-12T00:00")
	if e := it.Live.Ended; len(ran) != 1 || e == nil || e.To != "2026-03-11" || len(it.Schedules)+len(it.Lapsed) != 0 {
		t.Errorf("%+v %+v", ran, it.Live.Ended)
	}
}

func TestATimeThatTheSignedTextDoesNotAllow(t *testing.T) {
	o := newOffice(t)
	it := o.decree()
	plan := func(who, do, at string, edition int64) error {
		_, err := o.step(who, it.ID, Step{Act: "schedule", Do: do, At: at, Edition: edition})
		return err
	}
	early := o.refusal(plan("publisher", "expire", "2030-12-31T00:00", 1), gongkai.Invalid, "before_date")
	if !strings.Contains(early.Zh, "2031-03-10T00:00:00+08:00") || early.Details[0].Where != "at" {
		t.Errorf("it says from when on: %+v", early)
	}
	o.refused(plan("publisher", "expire", "2031-05-01T00:00", 1), gongkai.Invalid, "too_far")
	o.refused(plan("publisher", "expire", "bald", 1), gongkai.Invalid, "time")
	o.refused(plan("publisher", "end_publicity", "", 1), gongkai.Blocked, "no_date")
	o.refused(plan("publisher", "expire", "", 2), gongkai.Conflict, "stale_edition")
	o.refused(plan("editor", "expire", "", 1), gongkai.Denied, "missing_grant")
	o.refused(plan("admin", "expire", "", 1), gongkai.Denied, "administrator_business")
	draft := o.draftOf("notice", "草稿", content.Fields{"expires_at": "2031-03-10"})
	_, err := o.step("publisher", draft, Step{Act: "schedule", Do: "expire"})
	o.refused(err, gongkai.Blocked, "wrong_state")
	o.check(plan("publisher", "expire", "2031-03-10T09:00", 1)) // in the morning, when somebody is there
	o.clock.at = o.clock.at.AddDate(0, 0, 9)                    // the day has come: do it
	o.refused(plan("publisher", "commence", "", 1), gongkai.Invalid, "past")
	o.check(plan("publisher", "commence", "2026-03-12T09:00", 1))
}

// What may be put off is what the text says a day for that is to come.
func TestWhatMayBePutOffIsOffered(t *testing.T) {
	o := newOffice(t)
	offered := func(it content.Item) (do []string) {
		possible, err := o.Possible(t.Context(), person("publisher"), it)
		o.check(err)
		for _, p := range possible {
			if p.Act == "schedule" {
				do = p.Do
			}
		}
		return do
	}
	it := o.decree()
	if do := offered(it); !slices.Equal(do, []string{"commence", "expire"}) {
		t.Errorf("%v", do)
	}
	o.clock.at = o.clock.at.AddDate(0, 0, 9)
	if do := offered(it); !slices.Equal(do, []string{"expire"}) {
		t.Errorf("what is due is done, not put off: %v", do)
	}
}

// What the text says of a day holds for that text, and as long as its validity
// lets it be.
func TestWhatVoidsWhatIsPutOffToASignedDay(t *testing.T) {
	marked := func(state string) func(*office, content.Item) {
		return func(o *office, it content.Item) {
			change := &content.ValidityChange{State: state}
			o.must("review3", it.ID, Step{Act: "ask_validity", Edition: 1, Reason: "清理", Validity: change})
			o.must("both3", it.ID, Step{Act: "set_validity", Edition: 1, Validity: change, Opinion: "同意"})
		}
	}
	restored := func(edition int64, digest string) func(*office, content.Item) {
		return func(o *office, it content.Item) {
			_, err := o.Reconcile(o.t.Context(), it, "restore-0001", func(it content.Item) (Ahead, bool) {
				live := it.Live
				live.Edition, live.Digest = edition, orElse(digest, live.Digest)
				return Ahead{Shows: "shows", Live: live, Seq: it.Seq + 1, Editions: edition}, true
			})
			o.check(err)
		}
	}
	for _, c := range []struct {
		name    string
		happens func(*office, content.Item)
		void    map[string]string
	}{
		{"a restore that finds a newer edition public", restored(2, "of another"), map[string]string{"commence": "edition_changed", "expire": "edition_changed"}},
		{"a restore that finds the same edition public", restored(1, ""), nil},
		{"a corrected edition", func(o *office, it content.Item) {
			rev, err := o.c.Revisions.Get(o.t.Context(), it.Live.Revision)
			o.check(err)
			rev.Fields["title"] = "青禾县安全生产检查办法"
			_, err = o.Save(o.t.Context(), person("editor"), it.ID, Draft{Fields: rev.Fields})
			o.check(err)
			o.release(o.sign(o.submit(it.ID)))
		}, map[string]string{"commence": "edition_changed", "expire": "edition_changed"}},
		{"a withdrawal", func(o *office, it content.Item) {
			o.must("editor", it.ID, Step{Act: "ask_withdraw", Edition: 1, Reason: "有误"})
			o.must("review3", it.ID, Step{Act: "withdraw", Edition: 1, Opinion: "同意"})
		}, map[string]string{"commence": "edition_changed", "expire": "edition_changed"}},
		{"its repeal", marked("abolished"), map[string]string{"commence": "validity_changed", "expire": "validity_changed"}},
		{"an amendment", marked("amended"), map[string]string{"commence": "validity_changed"}},
		{"a suspension that is over", func(o *office, it content.Item) {
			o.must("publisher", it.ID, Step{Act: "suspend", Edition: 1, Reason: "核实"})
			o.must("review3", it.ID, Step{Act: "resume", Edition: 1, Reason: "无误"})
		}, nil},
		{"a withdrawal that was only asked for", func(o *office, it content.Item) {
			o.must("editor", it.ID, Step{Act: "ask_withdraw", Edition: 1, Reason: "有误"})
		}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := newOffice(t)
			it := o.puts(o.decree(), "commence", "expire")
			c.happens(o, it)
			out := o.get(it.ID)
			if len(out.Lapsed) != len(c.void) || len(out.Schedules) != 2-len(c.void) {
				t.Fatalf("stands %+v, void %+v", out.Schedules, out.Lapsed)
			}
			for _, l := range out.Lapsed {
				if l.Code != c.void[l.Act] || l.By != "publisher" {
					t.Errorf("%s: %s", l.Act, l.Code)
				}
			}
			if rec := out.Steps[len(out.Steps)-1]; len(c.void) > 0 && !strings.Contains(rec.Detail["unscheduled"], c.void["commence"]) {
				t.Errorf("the record says so: %v", rec.Detail)
			}
		})
	}
}

func TestWhatIsDoneByHandIsNotDoneAgain(t *testing.T) {
	o := newOffice(t)
	it := o.puts(o.decree(), "commence", "expire")
	o.clock.at = o.clock.at.AddDate(5, 1, 0)
	it = o.must("review3", it.ID, Step{Act: "expire", Edition: 1})
	if len(it.Schedules) != 0 || len(it.Lapsed) != 1 || it.Lapsed[0].Act != "commence" || it.Lapsed[0].Code != "validity_changed" {
		t.Errorf("%+v %+v", it.Schedules, it.Lapsed)
	}
	if out, ran := o.runDue(it, time.Hour); len(ran) != 0 || out.Rev != it.Rev {
		t.Errorf("%+v", ran)
	}
}

// A day that passed while nothing ran is caught up, the earlier one first, and
// the record says by how much.
func TestSignedDaysThatWereMissedAreCaughtUpInTheirOrder(t *testing.T) {
	o := newOffice(t)
	it := o.puts(o.decree(), "expire", "commence")
	it, ran := o.until(it, "2031-03-12T00:00")
	if len(ran) != 2 || ran[0].Act != "commence" || ran[1].Act != "expire" || ran[0].Outcome != DoneLate || ran[1].Outcome != DoneLate {
		t.Fatalf("%+v", ran)
	}
	rec := it.Steps[len(it.Steps)-1]
	if m := it.Live.Marked(); m.State != content.Lapsed || m.Since != "2031-03-10" || rec.Detail["late"] != "48h0m0s" || len(it.Lapsed) != 0 {
		t.Errorf("%+v %v", m, rec.Detail)
	}
}

func TestWhatASignedDayMeetsWhenItComes(t *testing.T) {
	for _, c := range []struct {
		name, code string // "": it is done
		happens    func(*office, content.Item)
	}{
		{"it is suspended", "", func(o *office, it content.Item) {
			o.must("publisher", it.ID, Step{Act: "suspend", Edition: 1, Reason: "核实"})
		}},
		{"the system was restored, and the text says the day all the same", "", func(o *office, _ content.Item) {
			_, err := o.c.Settings.Upsert(o.t.Context(), "epoch", func(s *content.Setting, _ bool) error { s.Value = 2; return nil })
			o.check(err)
		}},
		{"a correction is under way", "", func(o *office, it content.Item) {
			_, err := o.Save(o.t.Context(), person("editor"), it.ID, Draft{Fields: plainFields()})
			o.check(err)
		}},
		{"its setter lost the right", "missing_grant", func(o *office, _ content.Item) {
			o.check(o.pol.Revoke(o.t.Context(), policy.Grant{User: "publisher", Role: policy.Publisher, Unit: "county"}, person("root")))
		}},
		{"its setter has left", "setter_left", func(o *office, _ content.Item) {
			o.Staff = func(context.Context, string) (string, bool, error) { return "", false, nil }
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := newOffice(t)
			it := o.puts(o.decree(), "commence")
			c.happens(o, it)
			it, ran := o.until(it, "2026-03-10T00:00")
			if len(ran) != 1 || ran[0].Code != c.code || len(it.Schedules) != 0 {
				t.Fatalf("%+v", ran)
			}
			if done := it.Live.Marked() != nil; done != (c.code == "") || done == (len(it.Lapsed) == 1) {
				t.Errorf("%+v %+v", it.Live.Validity, it.Lapsed)
			}
		})
	}
}

// A release and the end of what it corrects are both put off: the new edition
// says a day of its own.
func TestAReleaseThatIsDueFirstVoidsTheEndOfTheEditionBefore(t *testing.T) {
	o := newOffice(t)
	it := o.puts(o.decree(), "commence")
	rev, err := o.c.Revisions.Get(t.Context(), it.Live.Revision)
	o.check(err)
	rev.Fields["effective_from"] = "2026-04-01"
	_, err = o.Save(t.Context(), person("editor"), it.ID, Draft{Fields: rev.Fields})
	o.check(err)
	ready := o.sign(o.submit(it.ID))
	o.must("publisher", it.ID, Step{Act: "schedule", Do: "release", At: "2026-03-09T09:00", Sheet: ready.Work.SheetDigest})
	it, ran := o.until(it, "2026-03-11T00:00")
	if len(ran) != 1 || ran[0].Act != "release" || it.Live.Edition != 2 || it.Live.Marked() != nil || len(it.Lapsed) != 1 || it.Lapsed[0].Code != "edition_changed" {
		t.Fatalf("%+v %+v", ran, it.Lapsed)
	}
	if it = o.puts(it, "commence"); o.Planned(it)[0].At != "2026-04-01T00:00:00+08:00" || len(it.Lapsed) != 0 {
		t.Errorf("%+v %+v", o.Planned(it), it.Lapsed)
	}
}

// A day that was signed and that nobody has seen to is on a list, is counted, and
// is reminded of; what is scheduled or done is not.
func TestASignedDayIsNotForgotten(t *testing.T) {
	o := newOffice(t)
	it := o.decree()
	o.release(o.sign(o.submit(o.draftOf("notice", "没有期限的通知", nil))))
	o.draftOf("notice", "没有公开的办法", content.Fields{"expires_at": "2026-03-03"})
	listed := func(open, overdue int, next string) {
		t.Helper()
		for what, want := range map[string]int{"open": open, "overdue": overdue} {
			for _, l := range []List{{SignedDate: what}, {SignedDate: what, Unit: "county", Live: content.Published}} {
				page, err := o.Items(t.Context(), person("publisher"), l)
				if err != nil || len(page.Docs) != want || want > 0 && page.Docs[0].ID != it.ID {
					t.Errorf("%s: %d, want %d, %v", what, len(page.Docs), want, err)
				}
			}
		}
		if n, err := o.DatesOverdue(t.Context()); n != overdue || err != nil {
			t.Errorf("%d have come, %v", n, err)
		}
		var do []string
		for _, d := range o.Dated(o.get(it.ID)) {
			do = append(do, d.Do+" "+d.From[:10])
			if d.Overdue != (overdue > 0) && len(do) == 1 {
				t.Errorf("%+v", d)
			}
		}
		if strings.Join(do, ", ") != next {
			t.Errorf("%v, want %s", do, next)
		}
	}
	reminded := func() (said []bool) {
		o.check(o.EachDue(t.Context(), 3, func(string) func(content.Item, string, bool) error {
			return func(_ content.Item, field string, late bool) error {
				if field == "dated_at" {
					said = append(said, late)
				}
				return nil
			}
		}))
		return said
	}
	listed(1, 0, "commence 2026-03-10, expire 2031-03-10")
	if said := reminded(); len(said) != 0 {
		t.Errorf("more than three working days before: %v", said)
	}
	_, _ = o.until(it, "2026-03-09T09:00")
	if said := reminded(); !slices.Equal(said, []bool{false}) {
		t.Errorf("it is near: %v", said)
	}
	_, _ = o.until(it, "2026-03-10T00:00")
	listed(1, 1, "commence 2026-03-10, expire 2031-03-10")
	if said := reminded(); !slices.Equal(said, []bool{true}) {
		t.Errorf("it has come: %v", said)
	}
	it = o.must("review3", it.ID, Step{Act: "commence", Edition: 1})
	listed(1, 0, "expire 2031-03-10")
	it = o.puts(it, "expire")
	listed(0, 0, "")
	it = o.must("publisher", it.ID, Step{Act: "unschedule", Do: "expire"})
	listed(1, 0, "expire 2031-03-10")
	o.must("editor", it.ID, Step{Act: "ask_withdraw", Edition: 1, Reason: "有误"})
	o.must("review3", it.ID, Step{Act: "withdraw", Edition: 1, Opinion: "同意"})
	listed(0, 0, "")
}

// What could not be done when it was due is back on the list.
func TestASignedDayThatLapsedIsBackOnTheList(t *testing.T) {
	o := newOffice(t)
	it := o.puts(o.decree(), "commence", "expire")
	if it.DatedAt != 0 {
		t.Error("all is seen to")
	}
	o.check(o.pol.Revoke(t.Context(), policy.Grant{User: "publisher", Role: policy.Publisher, Unit: "county"}, person("root")))
	if it, _ = o.until(it, "2026-03-10T00:00"); len(it.Lapsed) != 1 || shownTime(it.DatedAt) != "2026-03-10T00:00:00+08:00" {
		t.Errorf("%s %+v", shownTime(it.DatedAt), it.Lapsed)
	}
}

// Editions that were released before their days were noted are noted by the
// nightly re-scan.
func TestTheDaysOfEarlierEditionsAreNotedByTheReScan(t *testing.T) {
	o := newOffice(t)
	it := o.decree()
	o.check(put(o.c.Items.Update(t.Context(), it.ID, 0, func(doc *content.Item) error {
		doc.Live.Dates, doc.DatedAt = nil, 0
		return nil
	})))
	o.pass()
	if out := o.get(it.ID); out.DatedAt != it.DatedAt || out.Live.Dates["expires_at"] != "2031-03-10" || out.StepN != it.StepN {
		t.Errorf("%d %v", out.DatedAt, out.Live.Dates)
	}
	rev := o.get(it.ID).Rev
	o.pass()
	if o.get(it.ID).Rev != rev {
		t.Error("what is noted is left alone")
	}
}
