// What a day in the signed text brings about: validity begins (生效) or ends
// (失效), a publicity period is over (公示结束).

package workflow

import (
	"cmp"
	"context"
	"slices"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/store"
	"gongkai/workflow/calendar"
)

// signedDate (签批日期) is an act that a day in the signed text brings about. It
// needs no second person: the day was signed with the text.
type signedDate struct {
	act, field string
	after      calendar.Day // days after the day that the text says
	state      string       // the validity that it leads to
	from       []string     // those in which it may be done; "": none is said
}

var signedDates = []signedDate{
	{act: "commence", field: "effective_from", state: content.InForce, from: []string{content.NotYet}},
	{act: "expire", field: "expires_at", state: content.Lapsed, from: []string{content.InForce, content.NotYet, content.Amended, ""}},
	{act: "end_publicity", field: "publicity_to", after: 1},
}

// dateOf finds the row of an act.
func dateOf(act string) (signedDate, bool) {
	i := slices.IndexFunc(signedDates, func(d signedDate) bool { return d.act == act })
	if i < 0 {
		return signedDate{}, false
	}
	return signedDates[i], true
}

// opens is the first day on which the signed text lets it be done.
func (t *turn) opens(d signedDate) (calendar.Day, error) {
	day, err := calendar.ParseDay(t.w.After.date(d.field))
	if err != nil {
		return 0, gongkai.E(gongkai.Blocked, "no_date", "公开的版本没有载明这个日期；请改用申请变更效力", "the edition that is public does not say such a day; ask for a change of validity instead",
			gongkai.Detail{Where: d.field, Code: "no_date", Zh: "没有日期", En: "there is no date"})
	}
	return day + d.after, nil
}

// come refuses what has no date in the signed text, or before its time.
func (t *turn) come(d signedDate) error {
	from, err := t.opens(d)
	if err != nil || calendar.DayOf(time.UnixMilli(t.w.Now)) >= from {
		return err
	}
	return gongkai.E(gongkai.Blocked, "not_due", "尚未到期", "that day has not come",
		gongkai.Detail{Where: d.field, Code: "not_due", Zh: "自" + from.String() + "起可以办理", En: "from " + from.String() + " on"})
}

// onDate commences or expires: the signed text says the day.
func (t *turn) onDate() error {
	d, _ := dateOf(t.s.Act)
	if err := first(t.sawEdition(), t.w.Can(policy.ItemOnDate, t.program()...), t.come(d)); err != nil {
		return err
	}
	if !slices.Contains(d.from, t.shown()) {
		return gongkai.E(gongkai.Blocked, "validity", "现行效力状态下无须办理", "there is nothing to do in the present validity",
			gongkai.Detail{Where: "validity", Code: orElse(t.shown(), "none"), Zh: "现行效力状态见页面", En: "see the validity of the page"})
	}
	t.mark(content.ValidityChange{State: d.state, Since: t.w.After.date(d.field)})
	t.detail["field"] = d.field
	return nil
}

// endPublicity says that the publicity period is over; where the kind demands
// it, the attachments are no longer public.
func (t *turn) endPublicity() error {
	d, _ := dateOf(t.s.Act)
	if err := first(t.sawEdition(), t.w.Can(policy.ItemOnDate, t.program()...), t.come(d),
		need(t.it.Live.Ended == nil, "act", "ended", "公示结束已经标注", "the end of the publicity period is marked already")); err != nil {
		return err
	}
	to := t.w.After.date(d.field)
	t.it.Live.Ended = &content.Ended{To: to, At: t.w.Now, Files: t.w.After.AtEnd == content.EndFiles}
	t.it.Seq++
	t.detail[d.field] = to
	if t.it.Live.Ended.Files {
		t.detail["files"] = "removed"
	}
	return nil
}

// stands tells whether the act is still to be done on what is public.
func (d signedDate) stands(live content.Live) bool {
	if d.state == "" {
		return live.Ended == nil
	}
	shown := live.Dates["validity"]
	if m := live.Marked(); m != nil {
		shown = m.State
	}
	return slices.Contains(d.from, shown)
}

// openDates are what days in the text of the public edition bring about that
// nobody has done or scheduled, as they would be scheduled; the earliest first.
func openDates(it content.Item) (out []content.Schedule) {
	if !slices.Contains(shownOrNot, it.Live.State) {
		return nil
	}
	for _, d := range signedDates {
		day, err := calendar.ParseDay(it.Live.Dates[d.field])
		if _, planned := planOf(it, d.act); err == nil && !planned && d.stands(it.Live) {
			out = append(out, content.Schedule{Act: d.act, At: gongkai.Millis((day + d.after).Start())})
		}
	}
	slices.SortStableFunc(out, func(a, b content.Schedule) int { return cmp.Compare(a.At, b.At) })
	return out
}

func datedAt(it content.Item) int64 {
	for _, first := range openDates(it) {
		return first.At
	}
	return 0
}

// DatesOverdue counts the items whose signed day has come and that nobody has
// seen to, up to 10,000.
func (e *Engine) DatesOverdue(ctx context.Context) (int, error) {
	return e.content.Items.Count(ctx, []store.Cond{store.Lte("dated_at", gongkai.Millis(e.now()))}, mostOverdue)
}

// noteDates notes what days the text of an edition says that was released before
// that was noted.
func (e *Engine) noteDates(ctx context.Context, it content.Item) error {
	if it.Live.Dates != nil || it.Live.Sheet == "" {
		return nil
	}
	sheet, err := e.content.Sheets.Get(ctx, it.Live.Sheet)
	if err != nil {
		return err
	}
	pub, err := sheet.Public()
	dates := content.SignedDates(pub.Fields)
	if err != nil || dates == nil {
		return err
	}
	_, err = e.content.Items.Update(ctx, it.ID, 0, func(doc *content.Item) error {
		if doc.Live.Sheet != it.Live.Sheet {
			return store.ErrUnchanged
		}
		doc.Live.Dates = dates
		doc.DatedAt = datedAt(*doc)
		return nil
	})
	return err
}

// Dated (签批日期) is what a day in the signed text brings about.
type Dated struct {
	Do      string `json:"do" doc:"The act"`
	Zh      string `json:"zh"`
	En      string `json:"en"`
	From    string `json:"from" doc:"From when on it may be done, in the time of Beijing"`
	Overdue bool   `json:"overdue" doc:"That day has come"`
}

// Dated are the days that nobody has seen to, the earliest first.
func (e *Engine) Dated(it content.Item) []Dated {
	var out []Dated
	for _, p := range openDates(it) {
		act, _ := ActOf(p.Act)
		out = append(out, Dated{p.Act, act.Zh, act.En, shownTime(p.At), p.At <= gongkai.Millis(e.now())})
	}
	return out
}
