// Schedules (定时): acts put off to a time, in the pure transition. An act that
// can be scheduled is a row of Schedulables; who schedules it could do it now.

package workflow

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"gongkai"
	"gongkai/content"
)

// Schedulable (可定时的动作) is an act that can be put off to a time.
type Schedulable struct {
	Act    string
	Live   bool          // it names the edition, not the sheet; the signed text says the day
	Within time.Duration // how far ahead at the most: from now, or from that day if it is to come
	// Outlives a restore from backup: that it was taken back since the backup
	// would do no harm.
	Outlives bool
}

const (
	day   = 24 * time.Hour
	month = 31 * day
	year  = 366 * day
)

// Schedulables is the table of what can be scheduled. A suspension is not: it is
// done at once, or not at all. What the signed text itself says of a day outlives
// a restore: the edition has to be the same, and its validity has to let it be.
var Schedulables = []Schedulable{
	{Act: "release", Within: year},
	{Act: "commence", Live: true, Within: month, Outlives: true},
	{Act: "expire", Live: true, Within: month, Outlives: true},
	{Act: "end_publicity", Live: true, Within: month, Outlives: true},
}

func schedulable(act string) (Schedulable, bool) {
	i := slices.IndexFunc(Schedulables, func(s Schedulable) bool { return s.Act == act })
	if i < 0 {
		return Schedulable{}, false
	}
	return Schedulables[i], true
}

// carried are the parameters of an act that a schedule keeps for it.
var carried = []struct {
	name string
	get  func(Step) string
	set  func(*Step, string)
}{
	{"reason", func(s Step) string { return s.Reason }, func(s *Step, v string) { s.Reason = v }},
	{"opinion", func(s Step) string { return s.Opinion }, func(s *Step, v string) { s.Opinion = v }},
	{"settles", func(s Step) string { return map[bool]string{true: "true"}[s.Settles] }, func(s *Step, v string) { s.Settles = v == "true" }},
}

// subject is the act that a step is about: to put one off takes the right to it.
func (s Step) subject() string {
	if s.Act == "schedule" || s.Act == "unschedule" {
		return s.Do
	}
	return s.Act
}

// stepOf is the step that a schedule stands for.
func stepOf(item string, p content.Schedule) Step {
	s := Step{ID: gongkai.DerivedID("schedule", item, p.ID), Act: p.Act, Sheet: p.Sheet, Edition: p.Edition}
	for _, c := range carried {
		c.set(&s, p.Params[c.name])
	}
	return s
}

// shownTime is a time in the zone of every time that is shown.
func shownTime(ms int64) string {
	return time.UnixMilli(ms).In(content.Shanghai).Format("2006-01-02T15:04:05-07:00")
}

// timeForms are how a time may be written: without a zone it is that of the
// offices.
var timeForms = []string{"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04", time.RFC3339}

// parseTime reads the time that somebody asks for.
func parseTime(text string) (int64, error) {
	for _, form := range timeForms {
		if at, err := time.ParseInLocation(form, text, content.Shanghai); err == nil {
			return gongkai.Millis(at), nil
		}
	}
	return 0, need(false, "at", "time", "时间写作2026-12-01T09:00（北京时间），也可带时区（2026-12-01T09:00:00+08:00）", "a time is written 2026-12-01T09:00 (time in Beijing), or with its zone (2026-12-01T09:00:00+08:00)")
}

// planned is the time asked for, if it is neither past nor too far, nor before
// the day that the signed text says. Without one it is the first moment of that
// day: nobody types again what was signed.
func (t *turn) planned(row Schedulable) (at int64, err error) {
	from, err := t.earliest(row)
	if err != nil {
		return 0, err
	}
	if at = from; t.s.At != "" || !row.Live {
		if at, err = parseTime(t.s.At); err != nil {
			return 0, err
		}
	}
	last := max(t.w.Now, from) + row.Within.Milliseconds()
	return at, first(
		need(at > t.w.Now, "at", "past", "定时的时间已过，请另选时间，或者立即办理", "the time is past: choose a later one, or do it now"),
		need(at >= from, "at", "before_date", "定时早于签批文本所载日期，最早为"+shownTime(from)+"；不填时间即在该时办理", "the time is before the day that the signed text says: the earliest is "+shownTime(from)+", which it is without a time, too"),
		need(at <= last, "at", "too_far", fmt.Sprintf("定时最远到%s，请改得近一些", Day(last)), "the latest possible day is "+Day(last)+": choose a nearer time"))
}

// earliest is the first moment of the day that the signed text says for the act;
// 0: it says none for such an act.
func (t *turn) earliest(row Schedulable) (int64, error) {
	d, dated := dateOf(row.Act)
	if !dated {
		return 0, nil
	}
	from, err := t.opens(d)
	return gongkai.Millis(from.Start()), err
}

// schedule puts an act off to a time. Whatever speaks against doing it now
// speaks against that: state, rights, prohibitions, what the re-scan finds.
func (t *turn) schedule() error {
	row, ok := schedulable(t.s.Do)
	if !ok {
		return need(false, "do", "do", "可定时办理的动作只有："+namesOfPlans(), "only these acts can be scheduled: "+namesOfPlans())
	}
	act, _ := t.acts(row.Act)
	if err := act.starts(*t.it); err != nil {
		return err
	}
	at, err := t.planned(row)
	if err := first(err, t.rehearse(act, row, at)); err != nil {
		return err
	}
	p := content.Schedule{ID: t.s.ID, Act: row.Act, At: at, By: t.w.Actor.ID, Name: t.w.Actor.Name, Set: t.w.Now, Epoch: t.w.Epoch}
	if row.Live {
		p.Edition, p.Digest = t.it.Live.Edition, t.it.Live.Digest
		t.detail["edition"], t.detail["sheet"] = fmt.Sprint(p.Edition), p.Digest
	} else {
		p.Sheet, t.detail["sheet"] = t.it.Work.SheetDigest, t.it.Work.SheetDigest
	}
	for _, c := range carried {
		if v := c.get(t.s); v != "" {
			if p.Params == nil {
				p.Params = map[string]string{}
			}
			p.Params[c.name], t.detail[c.name] = v, v
		}
	}
	if old, there := planOf(*t.it, row.Act); there {
		t.detail["instead_of"] = shownTime(old.At)
		t.drop(old.ID)
	}
	t.it.Schedules = append(t.it.Schedules, p)
	t.forgive(row.Act)
	t.detail["do"], t.detail["planned"] = p.Act, shownTime(at)
	return nil
}

// rehearse does the act on a copy: as if now, but for the day that the signed
// text says, which has to have come by then.
func (t *turn) rehearse(act Act, row Schedulable, at int64) error {
	it, s, w := clone(*t.it), t.s, t.w
	s.Act = act.Name
	if row.Live {
		w.Now = at
	}
	return act.do(&turn{before: t.before, it: &it, s: s, w: w, acts: t.acts, detail: map[string]string{}})
}

func namesOfPlans() string {
	names := make([]string, len(Schedulables))
	for i, s := range Schedulables {
		names[i] = s.Act
	}
	return strings.Join(names, ", ")
}

// unschedule takes a schedule back. Who may do the act may also not do it.
func (t *turn) unschedule() error {
	p, there := planOf(*t.it, t.s.Do)
	if !there {
		return gongkai.E(gongkai.Blocked, "not_scheduled", "该动作没有定时", "that act is not scheduled", gongkai.Detail{Where: "do", Code: "not_scheduled", Zh: "见信息条目的定时列表", En: "see the schedules of the item"})
	}
	act, _ := t.acts(p.Act)
	if err := t.w.Can(act.Right, t.program()...); err != nil {
		return err
	}
	t.drop(p.ID)
	t.forgive(p.Act)
	t.detail["do"], t.detail["planned"] = p.Act, shownTime(p.At)
	return nil
}

func planOf(it content.Item, act string) (content.Schedule, bool) {
	i := slices.IndexFunc(it.Schedules, func(p content.Schedule) bool { return p.Act == act })
	if i < 0 {
		return content.Schedule{}, false
	}
	return it.Schedules[i], true
}

func (t *turn) drop(id string) {
	t.it.Schedules = slices.DeleteFunc(t.it.Schedules, func(p content.Schedule) bool { return p.ID == id })
}

// forgive forgets what became of an earlier schedule of the act: somebody has
// taken it in hand.
func (t *turn) forgive(act string) {
	t.it.Lapsed = slices.DeleteFunc(t.it.Lapsed, func(l content.Lapse) bool { return l.Act == act })
}

// Why a schedule lapses before it is due, or without having been tried.
var (
	leftReady     = reasonOf("work_moved", "稿件已不在待发布状态", "the work is not ready any more")
	otherSheet    = reasonOf("sheet_changed", "清样已经变动", "the sheet has changed")
	otherLive     = reasonOf("live_changed", "公开版本、上下线状态或者撤稿申请已经变动", "the public edition has changed, was suspended or resumed, or its withdrawal was asked for or declined")
	otherEdition  = reasonOf("edition_changed", "公开版本已经变动或者撤下", "the public edition has changed or was withdrawn")
	otherValidity = reasonOf("validity_changed", "效力状态已经变更", "the validity has been changed")
	setterLeft    = reasonOf("setter_left", "设定人的账号已停用或者不存在", "the account of who set it is disabled or gone")
	restoredSince = reasonOf("restored", "设定之后系统曾从备份恢复，请核实后重新设定", "the system was restored from a backup since it was set: look at it and set it again")
)

func reasonOf(code, zh, en string) *gongkai.Error { return gongkai.E(gongkai.Blocked, code, zh, en) }

// voidBy is why a schedule does not outlive what has just been done; nil: it
// stands. A release stands for one sheet over one state of the public part:
// what settled a suspension must not settle one that came later.
func voidBy(p content.Schedule, before, after content.Item) *gongkai.Error {
	if row, _ := schedulable(p.Act); row.Live {
		return voidLive(p, after.Live)
	}
	was, is := before.Live, after.Live
	switch {
	case after.Work.State != content.Ready:
		return leftReady
	case after.Work.SheetDigest != p.Sheet:
		return otherSheet
	case was.State != is.State || was.Edition != is.Edition || (was.Asked == nil) != (is.Asked == nil):
		return otherLive
	}
	return nil
}

// voidLive is the same for an act on what is public. It stands through a
// suspension: the day that the text says comes all the same.
func voidLive(p content.Schedule, live content.Live) *gongkai.Error {
	if live.Edition != p.Edition || live.Digest != p.Digest || !slices.Contains(shownOrNot, live.State) {
		return otherEdition
	}
	d, _ := dateOf(p.Act)
	if m := live.Marked(); m != nil && d.state != "" && !slices.Contains(d.from, m.State) {
		return otherValidity
	}
	return nil
}

// plans looks at every schedule after each act: the one that was just done goes,
// and so does what does not fit any more, with the reason.
func (t *turn) plans() {
	var gone []string
	for _, p := range slices.Clone(t.it.Schedules) {
		if p.Act == t.s.Act { // done, by the schedule or before it by somebody
			if t.drop(p.ID); t.w.Schedule == nil {
				gone = append(gone, p.Act+" "+shownTime(p.At)+" done")
			}
			continue
		}
		if why := voidBy(p, t.before, *t.it); why != nil {
			t.lapsed(p, why, nil)
			gone = append(gone, p.Act+" "+shownTime(p.At)+" "+why.Code)
		}
	}
	if _, is := schedulable(t.s.Act); is {
		t.forgive(t.s.Act)
	}
	t.detail["unscheduled"] = strings.Join(gone, "; ")
	t.it.ScheduledAt = 0
	for _, p := range t.it.Schedules {
		if t.it.ScheduledAt == 0 || p.At < t.it.ScheduledAt {
			t.it.ScheduledAt = p.At
		}
	}
	t.it.DatedAt = datedAt(*t.it)
	if p := t.w.Schedule; p != nil {
		t.detail["schedule"], t.detail["planned"] = p.ID, shownTime(p.At)
		if late := time.Duration(t.w.Now-p.At) * time.Millisecond; late >= Late {
			t.detail["late"] = late.Round(time.Second).String()
		}
	}
}

// Late is from when on a schedule counts as missed: done, but after its time.
const Late = time.Minute

// lapsed takes a schedule off and says why, in the item.
func (t *turn) lapsed(p content.Schedule, why *gongkai.Error, where []string) {
	t.drop(p.ID)
	t.forgive(p.Act)
	t.it.Lapsed = append(t.it.Lapsed, content.Lapse{Schedule: p, Since: t.w.Now, Code: why.Code, Zh: why.Zh, En: why.En, Where: where})
}

// lapse is what becomes of a schedule that could not be done when it was due.
func (t *turn) lapse() error {
	p, why := t.w.Schedule, t.w.Why
	if err := need(p != nil && why != nil, "act", "act", "只用于到期而不能办理的定时", "this is for schedules that could not be done"); err != nil {
		return err
	}
	var where []string
	for _, d := range why.Details {
		if len(where) < maxPlaces && d.Code == why.Code {
			where = append(where, d.Where)
		}
	}
	t.lapsed(*p, why, where)
	t.detail["do"], t.detail["reason"], t.detail["set_by"], t.detail["set_by_name"] = p.Act, why.Code, p.By, p.Name
	return nil
}
