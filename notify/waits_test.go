package notify

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"gongkai"
	"gongkai/content"
)

func TestAnOldAskerHearsNothingOfAnotherTime(t *testing.T) {
	o := newOffice(t)
	o.may["withdraw"] = []string{"li"}
	o.it.Live = content.Live{State: content.Published, Contributors: []string{"wen"}, Asked: &content.Asked{By: "zhao", At: gongkai.Millis(o.now)}}
	o.step("ask_withdraw", "zhao", "none")
	o.it.Live.Asked = nil
	o.step("decline", "li", "none")
	o.noted("asker", "zhao")
	o.tell()
	o.has("zhao", "withdrawal_declined*")
	o.step("suspend", "li", "none")
	o.step("resume", "li", "none")
	o.step("ask_withdraw", "wen", "none")
	o.step("withdraw", "li", "none")
	o.noted("asker", "wen")
	o.tell()
	o.has("zhao", "withdrawal_declined*")
	o.has("wen", "suspended*", "resumed*", "withdrawn*")
	o.step("release", "li", "none") // settles what somebody asked for
	o.noted("asker", "zhao")
	o.tell()
	o.has("zhao", "withdrawal_declined*", "released*")
}

func TestAChangeOfValidityThatIsAskedForAsksUntilItIsDecided(t *testing.T) {
	o := newOffice(t)
	o.may["set_validity"] = []string{"li", "zhao"}
	o.it.Live = content.Live{State: content.Published, AskedValidity: &content.ValidityAsked{Asker: "zhao", At: gongkai.Millis(o.now)}}
	o.step("ask_validity", "zhao", "none")
	o.tell()
	o.has("li", "validity_asked*")
	o.has("zhao")
	o.step("save", "wen", "draft") // work beside it changes nothing
	o.tell()
	o.has("li", "validity_asked*")
	o.it.Live.AskedValidity = nil
	o.step("decline_validity", "li", "draft")
	o.noted("asker", "zhao")
	o.tell()
	o.has("li", "validity_asked")
	o.has("zhao", "validity_declined*")
	o.step("set_validity", "li", "draft")
	o.noted("asker", "zhao")
	o.tell()
	o.has("zhao", "validity_declined*", "validity_set*")
	o.has("wen", "validity_set*")
}

func TestALaterReviewAsksTheSignersOfEachStageInTurn(t *testing.T) {
	o := newOffice(t)
	o.may["later_pass"], o.may["withdraw"] = []string{"li", "zhao"}, []string{"li"}
	o.it.Live = content.Live{State: content.Published, Contributors: []string{"wen"}}
	o.it.Later = []content.LaterReview{{Edition: 1, Stage: "merged_1"}}
	o.step("release", "boss", "none")
	o.noted("later_review", "opened")
	o.tell()
	o.has("li", "later_review*")
	o.has("zhao", "later_review*")
	o.step("save", "wen", "draft")
	o.tell()
	o.has("zhao", "later_review*") // work beside it changes nothing

	o.it.Later[0].Stage, o.may["later_pass"] = "merged_2", []string{"zhao"}
	o.step("later_pass", "li", "draft")
	o.noted("later_review", "waits: merged_2")
	o.tell()
	o.has("li", "later_review")
	o.has("zhao", "later_review", "later_review*") // the next stage asks anew

	o.step("later_object", "zhao", "draft")
	o.tell()
	o.has("li", "later_review", "later_objected*")
	o.has("wen", "released*", "later_objected*")

	o.it.Later[0].Closed, o.it.Later[0].Stage = 1, ""
	o.step("later_pass", "zhao", "draft")
	o.noted("later_review", "passed: edition 1")
	o.tell()
	o.has("zhao", "later_review", "later_review")
	o.has("li", "later_review", "later_objected*") // nobody is asked any more
}

func TestLaterReviewsAndInterpretationsAreRemindedOf(t *testing.T) {
	o := newOffice(t)
	o.may["later_pass"] = []string{"li"}
	o.it.Live, o.it.LaterBy, o.it.InterpretBy = content.Live{Contributors: []string{"wen"}}, 1, 2
	o.it.Later = []content.LaterReview{{Edition: 1, Stage: "merged_1"}}
	remind := func(day, field string, overdue bool) {
		t.Helper()
		o.must(o.Reminder(day).Remind(t.Context(), o.it, field, overdue))
	}
	remind("2026-03-02", "later_by", false)
	remind("2026-03-02", "interpret_by", false)
	o.has("li", "later_due_soon*")
	o.has("wen", "interpretation_due_soon*")
	o.later(24 * time.Hour)
	remind("2026-03-03", "later_by", true)
	remind("2026-03-03", "interpret_by", true)
	o.has("li", "later_overdue*") // that of yesterday has gone
	o.has("wen", "interpretation_overdue*")
	o.it.LaterBy, o.it.InterpretBy, o.it.Later = 0, 0, nil
	o.step("later_pass", "li", "none")
	o.tell()
	o.has("li", "later_overdue")
	o.has("wen", "interpretation_overdue")
	if err := o.Reminder("2026-03-04").Remind(t.Context(), o.it, "birthday", true); !gongkai.Is(err, gongkai.Internal) {
		t.Errorf("an unknown date: %v", err)
	}
}

func TestASignedDayThatHasComeIsRemindedOfUntilItIsSeenTo(t *testing.T) {
	o := newOffice(t)
	o.may["expire"] = []string{"li"}
	o.it.Live, o.it.DatedAt = content.Live{State: content.Published}, 5
	o.must(o.Reminder("2026-03-02").Remind(t.Context(), o.it, "dated_at", false))
	o.has("li", "date_soon*")
	o.later(24 * time.Hour)
	o.must(o.Reminder("2026-03-03").Remind(t.Context(), o.it, "dated_at", true))
	o.has("li", "date_come*")
	o.it.DatedAt = 0
	o.step("expire", "zhao", "none")
	o.tell()
	o.has("li", "date_come")
}

func TestWhoSetAScheduleIsToldThatItLapsed(t *testing.T) {
	o := newOffice(t, func(opt *Options) { opt.Caller = &chats{} })
	robot := Robot{Name: "定时", Template: "wecom", URL: "https://qyapi.weixin.qq.com/x", Events: []string{"schedule_void"}}
	robot.ID = "robot"
	_, _, err := o.PutRobot(t.Context(), robot)
	o.must(err)
	o.may["release"] = []string{"li"}
	lapse := func() {
		last := &o.it.Steps[len(o.it.Steps)-1]
		o.it.Lapsed = []content.Lapse{{Schedule: content.Schedule{Act: "release", By: "zhao"}, Since: last.At}}
	}
	o.it.Work.State = content.Ready
	o.step("lapse", "system", "ready")
	lapse()
	o.tell()
	o.has("zhao", "schedule_lapsed*")
	o.has("li", "schedule_lapsed*") // somebody else may release it
	o.step("recall", "wen", "draft")
	o.noted("unscheduled", "release work_moved")
	lapse()
	o.tell()
	o.has("zhao", "schedule_lapsed*", "schedule_void*")
	o.has("li", "schedule_lapsed*")
	o.step("release", "li", "none")
	o.noted("unscheduled", "release done")
	o.tell()
	o.has("zhao", "schedule_lapsed*", "schedule_void*") // it was done: no schedule is void
	o.has("robot/robot", "schedule_void*")
}

func TestAScheduleThatWillLapseIsToldBefore(t *testing.T) {
	o := newOffice(t)
	o.may["release"] = []string{"li"}
	o.it.Work.State, o.it.ScheduledAt, o.it.Schedules = content.Ready, 5, []content.Schedule{{Act: "release", By: "zhao", At: 5}}
	o.must(o.Reminder("2026-03-02").Remind(t.Context(), o.it, "scheduled_at", false))
	o.has("zhao", "schedule_in_doubt*")
	o.has("li", "schedule_in_doubt*")
	o.has("wen")
	o.it.ScheduledAt = 6 // li set it anew
	o.step("schedule", "li", "ready")
	o.tell()
	o.has("zhao", "schedule_in_doubt")
	o.has("li", "schedule_in_doubt")
}

func TestTheWritersOfAMemberAreToldThatItIsTheirsAgain(t *testing.T) {
	o := newOffice(t)
	o.step("hand_back", "system", "returned")
	o.tell()
	o.has("wen", "handed_back*")
}

func TestWhatIsOfNoItemIsToldOnceWithNothingPersonal(t *testing.T) {
	o := newOffice(t, func(opt *Options) { opt.Console = "https://gongkai.example/console" })
	ctx := t.Context()
	o.lost = []string{"zhao"} // reads no item: it is about none
	o.must(o.opt.Accounts.Disable(ctx, "wen", true))
	for range 2 {
		o.must(o.TellOf(ctx, GrantAsked, "g.1", "li", "zhao", "li", "wen", "zhao"))
	}
	o.has("zhao", "grant_asked*")
	o.has("li")
	o.has("wen")
	page, err := o.Inbox(ctx, "zhao", true, "", 10)
	o.must(err)
	text, err := o.compose(ctx, Letter{To: "zhao", Notices: []string{page.Docs[0].ID}})
	o.must(err)
	if mail := text.mail(); !strings.Contains(mail, "授权待您确认") || !strings.Contains(mail, "/console/grants/pending") || strings.Contains(mail, "干部") {
		t.Errorf("%s", mail)
	}
	o.must(o.Over(ctx, GrantAsked, "g.1"))
	o.has("zhao", "grant_asked")
	if text, err = o.compose(ctx, Letter{To: "zhao", Notices: []string{page.Docs[0].ID}}); err != nil || len(text.Lines) != 0 {
		t.Errorf("it is decided: %+v %v", text, err)
	}
	o.later(time.Second)
	o.must(o.TellOf(ctx, GrantAsked, "g.2", "li", "zhao")) // asked for again
	o.later(time.Second)
	o.must(o.TellOf(ctx, Delegated, "d", "li", "zhao"))
	o.has("zhao", "grant_asked", "grant_asked*", "delegated*")
	if err := o.TellOf(ctx, "to_sign", "x", "li", "zhao"); !gongkai.Is(err, gongkai.Internal) {
		t.Errorf("an event of items: %v", err)
	}
}

func TestTheRobotThatIsOneTooManyIsRefused(t *testing.T) {
	o := newOffice(t, func(opt *Options) { opt.Caller = &chats{} })
	put := func(i int) error {
		r := Robot{Name: "群", Template: "wecom", URL: "https://qyapi.weixin.qq.com/x"}
		r.ID = fmt.Sprintf("robot-%03d", i)
		_, _, err := o.PutRobot(t.Context(), r)
		return err
	}
	for i := range mostRobots {
		o.must(put(i))
	}
	if err := put(mostRobots); gongkai.CodeOf(err) != "robots" {
		t.Errorf("one more: %v", err)
	}
	o.must(put(7)) // one that is there can be changed
}
