// Changes of the validity (效力) of what is public, which leave its text as it
// was signed.

package workflow

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/store"
)

// After (发布之后) is what an act on what is public must know beside the item.
type After struct {
	Fields content.Fields // of the edition, in public form
	AtEnd  string         // what its kind does when a publicity period is over
	Other  content.Item   // the item that a change of validity names
	From   content.Item   // relate: the item whose relation to this one has changed
}

func (a After) date(field string) string {
	day, _ := a.Fields[field].(string)
	return day
}

// shown is the validity that readers see: the mark, else what the sheet says.
func (t *turn) shown() string {
	if m := t.it.Live.Marked(); m != nil {
		return m.State
	}
	return t.w.After.date("validity")
}

// askValidity asks for a change; nothing changes for the public yet.
func (t *turn) askValidity() error {
	if err := first(t.sawEdition(), t.w.Can(policy.ItemAskValidity, t.program()...), t.reason(),
		need(t.it.Live.AskedValidity == nil, "act", "asked", "已有待批准的效力变更申请", "a change of validity is asked already")); err != nil {
		return err
	}
	if t.s.Validity == nil {
		return need(false, "validity", "required", "请写明变更后的效力状态", "say what the validity is to be")
	}
	c := *t.s.Validity
	c.Since = orElse(c.Since, Day(t.w.Now))
	if err := first(t.sensible(c), t.named(c)); err != nil {
		return err
	}
	t.it.Live.AskedValidity = &content.ValidityAsked{ValidityChange: c, Asker: t.w.Actor.ID, At: t.w.Now, Reason: t.s.Reason}
	t.tellsChange(c)
	return nil
}

func (t *turn) tellsChange(c content.ValidityChange) {
	t.detail["validity"], t.detail["since"], t.detail["by"] = c.State, c.Since, c.By
	if c.Replaces {
		t.detail["replaces"] = "true"
	}
}

// sensible looks at the change itself.
func (t *turn) sensible(c content.ValidityChange) error {
	_, relates := c.Relation()
	_, bad := time.Parse(time.DateOnly, c.Since)
	return first(
		need(content.KnownValidity(c.State), "validity.state", "validity", "效力状态应为in_force、not_yet、amended、lapsed、abolished或declared_lapsed", "the validity is in_force, not_yet, amended, lapsed, abolished or declared_lapsed"),
		need(bad == nil, "validity.since", "date", "日期的形式应为2026-01-31", "a day is written like 2026-01-31"),
		need(c.Since <= Day(t.w.Now), "validity.since", "future", "日期尚未到来：请到期后再申请", "that day has not come: ask when it has"),
		need(c.State != t.shown(), "validity.state", "unchanged", "效力状态与现状相同", "that is the validity already"),
		need(c.By != "" || !c.Replaces, "validity.by", "required", "替代须指明替代本信息的信息", "name the item that takes its place"),
		need(c.By == "" || relates, "validity.by", "relation", "这种变更不指向其他信息", "such a change names no other item"),
	)
}

// named wants the item that the change names to be public, and not itself to
// stand in this one's shadow.
func (t *turn) named(c content.ValidityChange) error {
	o := t.w.After.Other
	if c.By == "" {
		return nil
	}
	m := o.Live.Marked()
	return first(
		need(c.By != t.it.ID, "validity.by", "itself", "不能指向本信息自身", "an item does not replace itself"),
		need(o.ID == c.By && o.Live.State == content.Published, "validity.by", "not_public", "所指信息不存在或者未公开", "the item named is not there, or not public"),
		need(m == nil || m.By != t.it.ID, "validity.by", "circle", "所指信息已标注为被本信息修改、废止或替代", "the item named is marked as amended, repealed or replaced by this one"),
	)
}

// setValidity approves what somebody else asked for, and names it: what was
// asked may have been declined and asked otherwise meanwhile.
func (t *turn) setValidity() error {
	asked := t.it.Live.AskedValidity
	if asked == nil {
		return noChangeAsked
	}
	c := asked.ValidityChange
	if err := first(t.sawEdition(), t.maySetValidity(), t.approves(c), t.sensible(c), t.named(c)); err != nil {
		return err
	}
	t.it.Live.AskedValidity = nil
	t.mark(c)
	t.detail["asker"], t.detail["opinion"] = asked.Asker, t.s.Opinion
	return nil
}

// maySetValidity: who asked does not approve, nor who stands in for them.
func (t *turn) maySetValidity() error {
	facts := t.program()
	if t.either(t.it.Live.AskedValidity.Asker) {
		facts = append(facts, policy.OwnRequest)
	}
	return t.w.Can(policy.ItemSetValidity, facts...)
}

var noChangeAsked = gongkai.E(gongkai.Blocked, "not_asked", "没有待批准的效力变更申请", "no change of validity was asked for")

func (t *turn) approves(c content.ValidityChange) error {
	s := t.s.Validity
	if s == nil {
		return need(false, "validity", "required", "请照所看申请写明所批准的变更", "name the change that you approve, as you saw it asked for")
	}
	if s.State == c.State && s.By == c.By && s.Replaces == c.Replaces && (s.Since == "" || s.Since == c.Since) {
		return nil
	}
	return gongkai.E(gongkai.Conflict, "stale_asked", "申请已经变动，请查看后重试", "something else is asked for now: look at it and try again",
		gongkai.Detail{Where: "validity", Code: "stale_asked", Zh: "所批准的变更不是所申请的变更", En: "not the change that is asked for"})
}

// mark makes a change public.
func (t *turn) mark(c content.ValidityChange) {
	was := t.leaves(c.By)
	t.it.Seq++
	r, _ := c.Relation()
	v := content.Validity{State: c.State, Since: c.Since, By: c.By, Over: t.w.After.date("validity"), Was: was, Seq: t.it.Seq}
	if c.By != "" {
		v.Relation = r.Name
	}
	t.it.Live.Validity = &v
	t.tellsChange(c)
}

// leaves are the items that the mark named, or those before it that nobody told
// of it yet, and that are named no more.
func (t *turn) leaves(by string) string {
	v := t.it.Live.Validity
	if v == nil {
		return ""
	}
	named := []string{v.By}
	if v.Seq > t.it.Told {
		named = append(named, strings.Fields(v.Was)...)
	}
	named = slices.DeleteFunc(named, func(id string) bool { return id == "" || id == by })
	slices.Sort(named)
	return strings.Join(slices.Compact(named), " ")
}

func (t *turn) declineValidity() error {
	if t.it.Live.AskedValidity == nil {
		return noChangeAsked
	}
	if err := first(t.sawEdition(), t.w.Can(policy.ItemSetValidity, t.program()...), t.reason()); err != nil {
		return err
	}
	t.detail["asker"] = t.it.Live.AskedValidity.Asker
	t.it.Live.AskedValidity = nil
	return nil
}

// relate: another item relates to this one otherwise than before. Readers are
// shown what the other one says; who keeps copies is told to look.
func (t *turn) relate() error {
	if err := need(t.w.After.From.ID != "", "act", "act", "由系统办理", "the system does this"); err != nil {
		return err
	}
	t.it.Live.Related++
	t.it.Seq++
	t.detail["item"] = t.w.After.From.ID
	if m := t.w.After.From.Live.Marked(); m != nil && m.By == t.it.ID {
		t.detail["relation"] = m.Relation
	}
	return nil
}

// lasting is what of the marks stays when a new edition goes out: a mark until
// the signed text says another validity than the one it was made over, the end
// of a publicity period while that is the same.
func (t *turn) lasting(live *content.Live) {
	was := t.it.Live
	live.AskedValidity, live.Related = was.AskedValidity, was.Related
	now, _ := t.w.Revision.Fields["validity"].(string)
	if v := was.Marked(); v != nil && now == v.Over {
		live.Validity = v
	} else if left := t.leaves(""); left != "" {
		live.Validity = &content.Validity{Was: left, Seq: t.it.Seq + 1} // the release's own
	}
	if to, _ := t.w.Revision.Fields["publicity_to"].(string); was.Ended != nil && was.Ended.To == to {
		live.Ended = was.Ended
	}
}

// after loads what an act on what is public must know.
func (e *Engine) after(ctx context.Context, it content.Item, s *Step) (a After, err error) {
	if it.Live.Sheet == "" { // not live, or a restore has not brought it back
		return a, nil
	}
	sheet, err := e.content.Sheets.Get(ctx, it.Live.Sheet)
	if err != nil {
		return a, err
	}
	pub, err := sheet.Public()
	if err != nil {
		return a, err
	}
	k, err := e.kind(ctx, it.Kind)
	if a.Fields, a.AtEnd = pub.Fields, k.AtEnd; err != nil {
		return a, err
	}
	by := ""
	if asked := it.Live.AskedValidity; asked != nil {
		by = asked.By
	} else if s.Validity != nil {
		by = s.Validity.By
	}
	if by == "" {
		return a, nil
	}
	if a.Other, err = e.content.Items.Get(ctx, by); gongkai.Is(err, gongkai.Missing) {
		err = nil
	}
	return a, err
}

// Relate tells the item that another one relates to it otherwise than before.
// A repeat changes nothing.
func (e *Engine) Relate(ctx context.Context, from content.Item, to string) error {
	step := gongkai.DerivedID("relate", from.ID, strconv.FormatInt(from.Live.Validity.Seq, 10), to)
	related := false
	_, err := e.content.Items.Update(ctx, to, 0, func(doc *content.Item) error {
		related = false
		if _, done := doc.Done(step); done || doc.Live.State != content.Published {
			return store.ErrUnchanged
		}
		next, err := Apply(*doc, Step{ID: step, Act: "relate"}, World{Actor: gongkai.System, Now: gongkai.Millis(e.now()), After: After{From: from}})
		if err != nil {
			return err
		}
		*doc, related = next, true
		return nil
	})
	if gongkai.Is(err, gongkai.Missing) {
		return nil
	}
	if err == nil && related {
		e.wake(false, to)
	}
	return err
}

// trialNote and trialChange fill in a step as its author would.
func trialNote(it content.Item, w World) string {
	if !owesNote(it, w.Companions) {
		return ""
	}
	return orElse(it.Work.Note, "-")
}

func trialChange(it content.Item) *content.ValidityChange {
	if asked := it.Live.AskedValidity; asked != nil {
		return &asked.ValidityChange
	}
	if m := it.Live.Marked(); m != nil && m.State == content.Lapsed {
		return &content.ValidityChange{State: content.Abolished}
	}
	return &content.ValidityChange{State: content.Lapsed}
}
