// Apply: the pure transition.

package workflow

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
)

// turn is one act being done: a copy of the item, changed step by step.
type turn struct {
	before content.Item
	it     *content.Item
	s      Step
	w      World
	acts   func(name string) (Act, bool) // the table of acts
	detail map[string]string
}

// Apply returns the item as it is after the step, or why not. It touches only
// its arguments; the item passed in stays as it was.
func Apply(in content.Item, s Step, w World) (content.Item, error) {
	act, known := ActOf(s.Act)
	if !known || act.System != (w.Actor.ID == gongkai.System.ID) {
		return in, gongkai.E(gongkai.Invalid, "act", "没有这个动作", "there is no such act", gongkai.Detail{Where: "act", Code: "act", Zh: "见动作表", En: "see the table of acts"})
	}
	if err := first(act.starts(in), act.stands(s, w)); err != nil {
		return in, err
	}
	it := clone(in)
	it.Cleared = false
	t := &turn{before: in, it: &it, s: s, w: w, acts: ActOf, detail: map[string]string{}}
	if err := act.do(t); err != nil {
		return in, t.holder(err)
	}
	if !act.Quiet {
		it.Updated = w.Now
	}
	t.deadline()
	t.opened()
	t.plans()
	t.reviews()
	t.lay()
	t.record()
	it.Due = Debt(it, w.Now)
	return it, nil
}

// clone copies what a turn may append to or change through a pointer.
func clone(in content.Item) content.Item {
	it := in
	it.Placements = slices.Clone(in.Placements)
	it.Steps, it.Scans = slices.Clone(in.Steps), slices.Clone(in.Scans)
	w := &it.Work
	w.Contributors, w.Resolutions = slices.Clone(in.Work.Contributors), slices.Clone(in.Work.Resolutions)
	w.Signoffs, w.Corrections, w.Claims = slices.Clone(in.Work.Signoffs), slices.Clone(in.Work.Corrections), slices.Clone(in.Work.Claims)
	it.Bundle = slices.Clone(in.Bundle)
	it.Live.Struck = slices.Clone(in.Live.Struck)
	it.Later = slices.Clone(in.Later)
	it.Schedules, it.Lapsed = slices.Clone(in.Schedules), slices.Clone(in.Lapsed)
	return it
}

// Debt is when the earliest open debt of an item is due: a sheet to build,
// acts to copy to the trail, a public change to tell, an act that is scheduled.
// 0: none.
func Debt(it content.Item, now int64) int64 {
	if it.Work.State == content.Checking || it.Copied < it.StepN || it.Told < it.Seq {
		return now
	}
	return it.ScheduledAt
}

// record chains the act to the ones before, inside the item's own write.
func (t *turn) record() {
	t.detail["for"], t.detail["for_name"] = t.w.For.ID, t.w.For.Name
	maps.DeleteFunc(t.detail, func(_, v string) bool { return v == "" })
	r := content.StepRecord{N: t.it.StepN + 1, ID: t.s.ID, Act: t.s.Act, By: t.w.Actor.ID, Name: t.w.Actor.Name, At: t.w.Now,
		From: states(t.before), To: states(*t.it), Detail: t.detail, Prev: t.it.StepHead}
	r.Hash = RecordHash(r)
	t.it.Steps = append(t.it.Steps, r)
	t.it.StepN, t.it.StepHead = r.N, r.Hash
}

// RecordHash is the chain hash of a record: over everything but the hash.
func RecordHash(r content.StepRecord) string {
	r.Hash = ""
	if len(r.Detail) == 0 {
		r.Detail = nil // nil equals empty in the store
	}
	_, digest, err := content.Canonical(r)
	if err != nil {
		panic("a step record has no canonical form") // only strings and integers: cannot happen
	}
	return digest
}

func states(it content.Item) string {
	s := it.Work.State
	if it.Work.Stage != "" {
		s += ":" + it.Work.Stage
	}
	return s + "/" + it.Live.State
}

func need(ok bool, where, code, zh, en string) error {
	if ok {
		return nil
	}
	return gongkai.E(gongkai.Invalid, code, zh, en, gongkai.Detail{Where: where, Code: code, Zh: zh, En: en})
}

// first answers the first error, so that a turn reads as a checklist.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// who are the facts about the actor that every prohibition may look at.
func (t *turn) who() []string {
	var facts []string
	if t.either(t.it.Work.Contributors...) {
		facts = append(facts, policy.Contributor)
	}
	if t.w.Actor.Key {
		facts = append(facts, policy.Program)
	}
	if len(t.w.Open) > 0 {
		facts = append(facts, policy.OpenFindings)
	}
	if t.heldBy("") && t.w.Schedule == nil { // who put it off to a time had it before
		facts = append(facts, policy.Claimed)
	}
	return append(facts, t.memberFacts()...)
}

func (t *turn) contributes() {
	if !slices.Contains(t.it.Work.Contributors, t.w.Actor.ID) {
		t.it.Work.Contributors = append(t.it.Work.Contributors, t.w.Actor.ID)
	}
}

// toDraft puts work (back) into the hands of its writers: what was signed is void.
func (t *turn) toDraft(state string) {
	w := &t.it.Work
	w.State, w.Stage, w.Back, w.Sheet, w.SheetDigest, w.Pipeline, w.Submitted, w.Short = state, "", "", "", "", "", 0, false
	w.Emergency = nil
	w.Signoffs, w.Corrections, w.Offices, w.Round, w.Unit = nil, nil, nil, "", ""
	t.dissolved()
}

func (t *turn) create() error {
	if err := t.w.Can(policy.ItemCreate, t.who()...); err != nil {
		return err
	}
	t.it.Live.State = content.NotLive
	t.it.Created, t.it.CreatedBy = t.w.Now, t.w.Actor.ID
	return t.head()
}

// save takes a new head revision; on a live item it opens new work beside the
// unchanged live part, with the decisions it went out with.
func (t *turn) save() error {
	if err := t.w.Can(policy.ItemSave, t.who()...); err != nil {
		return err
	}
	if t.it.Work.State == content.NoWork {
		t.open()
	}
	t.it.Work.Resolutions = without(t.it.Work.Resolutions, t.w.Rewritten)
	if t.w.Typed > 0 { // for who looks for guesses
		t.detail["typed"] = strconv.Itoa(t.w.Typed)
	}
	return t.head()
}

func (t *turn) open() {
	live := t.it.Live
	t.it.Work = content.Work{Revision: live.Revision, Resolutions: slices.Clone(live.Settled), Contributors: slices.Clone(live.Contributors), Marks: t.it.Work.Marks}
}

func (t *turn) head() error {
	t.it.Work.Revision, t.it.Title = t.w.Revision.ID, t.w.Title
	t.it.Term.From = content.FormedOn(t.w.Revision.Fields, Day(t.it.Created))
	t.it.Work.Failed, t.it.Work.FailedAt = "", nil
	if !t.w.Revision.Correction {
		t.it.Work.Marks = nil // the revision has them
	}
	t.contributes()
	t.toDraft(content.Draft)
	t.detail["revision"], t.detail["digest"] = t.w.Revision.ID, t.w.Revision.Digest
	return nil
}

func (t *turn) place() error {
	homes := 0
	for _, p := range t.s.Placements {
		if p.Home {
			homes++
			t.it.Column = p.Column
		}
	}
	err := first(
		t.w.Can(policy.ItemPlace, t.who()...),
		need(homes == 1, "placements", "home", "须有且仅有一个主栏目", "exactly one placement is the home column"),
		need(t.it.Work.State != content.NoWork || t.it.Live.Revision != "", "placements", "draft", "请先保存内容", "save a text first"),
	)
	if err != nil {
		return err
	}
	if t.it.Work.State == content.NoWork {
		t.open()
	}
	t.it.Placements = t.s.Placements
	t.contributes()
	t.toDraft(content.Draft)
	t.detail["column"] = t.it.Column
	return nil
}

func (t *turn) submit() error {
	var facts []string
	if o, _ := t.w.Revision.Fields["openness"].(string); o != content.Proactive {
		facts = append(facts, policy.NotProactive)
	}
	if err := first(t.w.Can(policy.ItemSubmit, facts...), t.w.Complete); err != nil {
		return err
	}
	if len(t.w.Open) > 0 {
		return OpenFindings(t.w.Open)
	}
	home := t.it.Home()
	if err := first(
		need(home.Path != "", "placements", "home", "请先选择主栏目", "choose a home column first"),
		need(t.w.Column.Takes(t.it.Kind), "placements", "kind", "主栏目不接受这种信息类型", "the home column does not take this kind"),
		t.grade(),
		t.w.Pipeline.Valid(),
		t.guarded(),
		t.tiered(),
	); err != nil {
		return err
	}
	if err := first(t.asEmergency(), t.gathered(), t.noted()); err != nil { // whatever the full order asks for was looked at before
		return err
	}
	w := &t.it.Work
	w.State, w.Stage, w.Back, w.Pipeline, w.Submitted = content.Checking, "", t.w.Pipeline.Stages[0].ID, t.w.Pipeline.ID, t.w.Now
	w.Signoffs, w.Corrections, w.Sheet, w.SheetDigest, w.Failed, w.FailedAt, w.Offices = nil, nil, "", "", "", nil, t.w.Offices
	w.Round = t.before.StepHead
	for i, m := range t.it.Bundle {
		t.it.Bundle[i] = content.Member{Item: m.Item, Kind: m.Kind, Title: m.Title}
	}
	if t.s.Short {
		if err := need(!t.s.Emergency && !t.w.Short.Pipeline.Emergency, "short", "emergency", "应急发布及其版本不能走简易流程，请走完整流程", "neither an emergency release nor what went out by one goes the short way: take the full one"); err != nil {
			return err
		}
		if err := t.shorten(); err != nil {
			return err
		}
	}
	t.detail["pipeline"], t.detail["revision"] = w.Pipeline, w.Revision
	if t.detail["choice"] = choiceSaid(t.w.Choice); !w.Short && t.w.Pipeline.Name != t.w.Chosen {
		t.detail["stricter"] = above(t.w.demands(*t.it))
	}
	return nil
}

func (t *turn) recall() error {
	if err := t.w.Can(policy.ItemRecall); err != nil {
		return err
	}
	t.toDraft(content.Draft)
	return nil
}

func (t *turn) reopen() error {
	if err := t.w.Can(policy.ItemReopen); err != nil {
		return err
	}
	t.toDraft(content.Draft)
	return nil
}

func (t *turn) abandon() error {
	if err := t.w.Can(policy.ItemAbandon); err != nil {
		return err
	}
	t.it.Work, t.it.Bundle = content.Work{State: content.NoWork, Marks: marked(slices.Concat(t.it.Work.Marks, t.w.Open))}, nil
	if t.it.Live.State != content.NotLive {
		t.it.Placements, t.it.Title = t.it.Live.Placed, t.it.Live.Title
		t.it.Column = t.it.Home().Column
	}
	return nil
}

// marked are the secrecy marks among findings, each once: giving up a draft is
// no way to get rid of one.
func marked(fs []content.Finding) (out []content.Finding) {
	seen := map[string]bool{}
	for _, f := range fs {
		if f.Marked() && !seen[f.Preview] {
			seen[f.Preview] = true
			out = append(out, f)
		}
	}
	return out
}

// built opens the stage that waited for the sheet.
func (t *turn) built() error {
	w := &t.it.Work
	if !sameMembers(t.it.Bundle, t.w.Members) {
		return gongkai.E(gongkai.Internal, "members", "清样与成套的成员不符", "the sheet was built with other members")
	}
	t.it.Bundle, t.detail["members"] = t.w.Members, memberDigests(t.w.Members)
	if n := len(w.Corrections); n > 0 && w.Corrections[n-1].To == "" {
		w.Corrections[n-1].To = t.w.Sheet.Digest
	}
	w.State, w.Stage, w.Back = content.AtStage, w.Back, ""
	w.Sheet, w.SheetDigest = t.w.Sheet.ID, t.w.Sheet.Digest
	t.detail["sheet"], t.detail["stage"] = t.w.Sheet.Digest, w.Stage
	return nil
}

// unbuilt: something was still found in the public form, or it could not be
// made. The writers get it back.
func (t *turn) unbuilt() error {
	t.toDraft(content.Returned)
	t.it.Work.Failed, t.it.Work.FailedAt = t.w.Failed, t.w.Leftovers
	t.detail["reason"] = t.w.Failed
	return nil
}

// Day is a millisecond time as a date in the zone of every date shown.
func Day(ms int64) string { return time.UnixMilli(ms).In(content.Shanghai).Format(time.DateOnly) }
