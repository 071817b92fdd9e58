package workflow

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/store"
)

// ledger notes what a merger says before it does it.
type ledger struct {
	said   []string
	broken string // what cannot be written
}

func (l *ledger) say(format string, args ...any) error {
	line := fmt.Sprintf(format, args...)
	if l.broken != "" && line[:min(len(line), len(l.broken))] == l.broken {
		return errors.New("the trail cannot be written")
	}
	l.said = append(l.said, line)
	return nil
}

func (l *ledger) merging() Merging {
	return Merging{
		Grant: func(_ context.Context, _ content.Unit, g policy.Grant) error {
			return l.say("grant %s %s %s", g.User, g.Role, g.Unit)
		},
		Delegate: func(_ context.Context, _ content.Unit, d policy.Delegation) error { return l.say("delegate %s", d.To) },
		Site:     func(_ context.Context, _ content.Unit, site string) error { return l.say("site %s", site) },
		Users:    func(_ context.Context, u content.Unit) error { return l.say("users %s", u.ID) },
		Done:     func(_ context.Context, u content.Unit) error { return l.say("done %s", u.ID) },
	}
}

// unit makes a unit with people who hold these roles there, each their own.
func (o *office) unit(id, parent string, roles map[string]string) {
	o.t.Helper()
	o.check(put(o.c.PutUnit(o.t.Context(), content.Unit{Meta: store.Meta{ID: id}, Name: "单位" + id, Parent: parent})))
	for who, role := range roles {
		grant(o.t, o.pol, who, role, id)
	}
}

// townDraft is a draft of the town.
func (o *office) townDraft(who string) content.Item {
	o.t.Helper()
	it, err := o.Create(o.t.Context(), person(who), NewItem{Kind: "notice", Unit: "town", Fields: plainFields(), Placements: []content.Placement{{Column: "www-merged"}}})
	o.check(err)
	return it
}

// merge merges, with nobody to confirm it, and moves everything.
func (o *office) merge(unit, into string) {
	o.t.Helper()
	o.check(put(o.AskMerge(o.t.Context(), unit, into, person("admin"), true)))
	o.check(o.Merge(o.t.Context(), time.Now().Add(time.Hour), (&ledger{}).merging()))
}

func TestAUnitIsMergedWithAllThatItHas(t *testing.T) {
	o := newOffice(t)
	ctx := t.Context()
	o.check(put(o.PutUnit(ctx, townUnit(false)))) // a code of its own
	o.check(put(o.c.PutUnit(ctx, content.Unit{Meta: store.Meta{ID: "bureau"}, Name: "合并后的局", Parent: "county", USCC: uscc})))
	grant(t, o.pol, "tina", policy.Editor, "town")
	grant(t, o.pol, "tom", policy.Reviewer2, "town")
	grant(t, o.pol, "tom", policy.Reviewer1, "bureau")
	grant(t, o.pol, "max", policy.Auditor, "town")
	o.check(put(o.pol.Delegate(ctx, policy.Delegation{ID: "lent", To: "ben", Role: policy.Reviewer2, Unit: "town", End: gongkai.Millis(time.Now().Add(time.Hour)), Reason: "休假"}, []string{"county", "town"}, person("tom"))))
	o.check(put(o.PutSite(ctx, content.Site{Meta: store.Meta{ID: "town-site"}, Name: "柳溪镇", Unit: "town"})))
	draft, live := o.townDraft("tina"), o.townDraft("editor")
	live = o.release(o.sign(o.submit(live.ID)))
	way := o.submit(o.townDraft("editor").ID)
	way = o.must("both1", way.ID, pass(way))

	plan, err := o.MergePlan(ctx, "town", "bureau")
	o.check(err)
	var roles []string
	for _, g := range plan.Grants {
		roles = append(roles, g.User+" "+g.Role+" "+g.Outcome)
	}
	if plan.State != "" || plan.Items != (MergeItems{Drafts: 1, UnderWay: 1, Idle: 1, All: 3}) || !slices.Equal(plan.Sites, []string{"town-site"}) || plan.Delegations != 1 || len(plan.Lacks)+len(plan.Blocks) != 0 ||
		!slices.Equal(roles, []string{"max auditor left", "tina editor carried", "tom reviewer-2 decide"}) {
		t.Errorf("%+v", plan)
	}
	o.check(put(o.AskMerge(ctx, "town", "bureau", person("admin"), true)))
	o.refused(put(o.Create(ctx, person("tina"), NewItem{Kind: "notice", Unit: "town", Fields: plainFields()})), gongkai.Blocked, "unit_closed")
	o.refused(put(o.PutUnit(ctx, townUnit(false))), gongkai.Blocked, "merged")

	l := &ledger{broken: "done"} // cut short
	if err := o.Merge(ctx, time.Now().Add(time.Hour), l.merging()); err == nil {
		t.Error("what cannot be written is not so")
	}
	if plan, err = o.MergePlan(ctx, "town", "bureau"); err != nil || plan.State != MergeUnderWay {
		t.Errorf("%+v %v", plan, err)
	}
	l.broken = ""
	o.check(o.Merge(ctx, time.Now().Add(time.Hour), l.merging()))
	if want := []string{"grant tina editor bureau", "delegate ben", "site town-site", "users town", "users town", "done town"}; !slices.Equal(l.said, want) {
		t.Errorf("%v", l.said)
	}
	if plan, err = o.MergePlan(ctx, "town", "bureau"); err != nil || plan.State != MergeDone || plan.Items.All != 0 || len(plan.Sites) != 0 {
		t.Errorf("%+v %v", plan, err)
	}
	o.check(put(o.Save(ctx, person("tina"), draft.ID, Draft{Fields: plainFields()}))) // who wrote it goes on
	if on := o.get(draft.ID).Desks; !slices.Contains(on, "unit@bureau") || slices.Contains(on, "unit@town") {
		t.Errorf("%v", on)
	}
	if held := o.pol.Roles("tom", []string{"bureau"}); !slices.Equal(held, []string{policy.Reviewer1}) {
		t.Errorf("two roles that sign are for a person to decide: %v", held)
	}
	if d, err := o.pol.Delegation("lent"); err != nil || d.Unit != "bureau" {
		t.Errorf("%+v %v", d, err)
	}
	o.wentOnUnderItsName(way.ID, live.ID)
}

// wentOnUnderItsName: signatures and editions stay what they were, a new text is
// of the unit that took over.
func (o *office) wentOnUnderItsName(way, live string) {
	o.t.Helper()
	it := o.get(way)
	last := it.Steps[len(it.Steps)-1]
	if it.Unit != "bureau" || it.Work.Stage != "merged_2" || len(it.Work.Signoffs) != 1 || last.Act != "transfer" || last.Detail["from_unit"] != "town" || last.Detail["unit"] != "bureau" || !ChainWhole(it) || it.Due == 0 {
		o.t.Errorf("%s %+v", states(it), last)
	}
	if UnitAt(it, last.N-1) != "town" || UnitAt(it, last.N) != "bureau" {
		o.t.Error("the trail has acts under the unit that the item was of")
	}
	it = o.release(o.sign(it))
	if pub := o.public(it, it.Live.Sheet); it.Live.Unit != "town" || pub.Unit != "town" {
		o.t.Errorf("what was signed names %s, the edition %s", pub.Unit, it.Live.Unit)
	}
	before := o.get(live)
	if before.Updated != before.Live.Released || before.Unit != "bureau" || before.Publisher() != "town" || before.Seq != 1 {
		o.t.Errorf("nothing is said anew to the public: %+v", before.Live)
	}
	o.save(live, wordy("<p>更正</p>"))
	again := o.release(o.sign(o.submit(live)))
	if pub := o.public(again, again.Live.Sheet); again.Publisher() != "bureau" || pub.Unit != "bureau" {
		o.t.Errorf("a new text is signed under the unit that it is of: %s", pub.Unit)
	}
}

func TestAMergerGoesOnWhereItStoppedAndTakesLateComers(t *testing.T) {
	o := newOffice(t)
	ctx := t.Context()
	o.unit("bureau", "county", nil)
	it := o.townDraft("editor")
	many := make([]content.Item, recountPage+20)
	for i := range many {
		many[i] = it
		many[i].ID, many[i].Updated = fmt.Sprintf("item-%04d", i), int64(i+1)
	}
	o.check(put(o.c.Items.InsertMany(ctx, many)))
	o.check(put(o.AskMerge(ctx, "town", "bureau", person("admin"), true)))
	left := func(unit string) int {
		n, err := o.c.Items.Count(ctx, []store.Cond{store.Eq("unit", unit)}, 1000)
		o.check(err)
		return n
	}
	l := &ledger{}
	o.check(o.Merge(ctx, time.Now().Add(-time.Second), l.merging()))
	if n := left("town"); n != 21 || slices.Contains(l.said, "done town") {
		t.Errorf("%d are left after a page: %v", n, l.said)
	}
	other, err := Open(ctx, o.c, o.pol, o.wake)
	o.check(err)
	o.check(other.Merge(ctx, time.Now().Add(time.Hour), l.merging()))
	if left("town") != 0 || left("bureau") != len(many)+1 || l.said[len(l.said)-1] != "done town" {
		t.Errorf("%d %d", left("town"), left("bureau"))
	}
	late := it // it was on its way while the unit closed
	late.ID = "late"
	o.check(put(o.c.Items.Insert(ctx, late)))
	o.check(other.Merge(ctx, time.Now().Add(time.Hour), l.merging()))
	if left("town") != 0 || l.said[len(l.said)-1] != "done town" {
		t.Error("nothing stays behind")
	}
}

// A role above reaches every unit below: nobody gets one by a merger.
func TestAMergerIntoTheUnitAboveCarriesNoRole(t *testing.T) {
	o := newOffice(t)
	grant(t, o.pol, "tina", policy.Reviewer1, "town")
	plan, err := o.MergePlan(t.Context(), "town", "county")
	o.check(err)
	if len(plan.Grants) != 1 || plan.Grants[0].Outcome != toDecide || plan.Grants[0].Zh == "" {
		t.Errorf("%+v", plan.Grants)
	}
	o.merge("town", "county")
	if held := o.pol.Roles("tina", []string{"county"}); len(held) != 0 {
		t.Errorf("the merger brought %v", held)
	}
}

func TestAMergerIsRefusedWhereItCannotBe(t *testing.T) {
	o := newOffice(t)
	ctx := t.Context()
	o.unit("village", "town", nil)
	o.unit("bureau", "county", nil)
	ask := func(unit, into string) error { return put(o.AskMerge(ctx, unit, into, person("admin"), true)) }
	o.refused(ask("town", "town"), gongkai.Invalid, "self")
	o.refused(ask("town", "village"), gongkai.Invalid, "below")
	o.refused(ask("town", "nowhere"), gongkai.Invalid, "missing")
	if e := o.refusal(ask("county", "bureau"), gongkai.Invalid, "below"); len(e.Details) != 1 {
		t.Error(e.Details)
	}
	if e := o.refusal(ask("town", "bureau"), gongkai.Blocked, "cannot_merge"); e.Details[0].Code != "units_below" {
		t.Error(e.Details)
	}
	o.check(ask("village", "town")) // those below first
	o.refused(ask("village", "county"), gongkai.Blocked, "merged")
	o.check(ask("village", "town")) // again: it is decided
	o.check(ask("bureau", "town"))
	o.refused(ask("town", "bureau"), gongkai.Blocked, "cannot_merge")
}

func TestTwoUnitsThatAreMergedIntoEachOtherStayAsTheyWere(t *testing.T) {
	o := newOffice(t)
	o.unit("bureau", "county", nil)
	for unit, into := range map[string]string{"town": "bureau", "bureau": "town"} {
		o.check(put(o.AskMerge(t.Context(), unit, into, person("admin"), false)))
	}
	one, err := o.AskedMerge(t.Context(), "town")
	o.check(err)
	other, err := o.AskedMerge(t.Context(), "bureau")
	o.check(err)
	o.check(put(o.beginMerge(t.Context(), one, "second"))) // both were looked at before either was written
	o.refused(put(o.beginMerge(t.Context(), other, "second")), gongkai.Conflict, "unit_closed")
	if u, err := o.c.Units.Get(t.Context(), "bureau"); err != nil || u.Into != "" || u.Disabled {
		t.Errorf("%+v %v", u, err)
	}
}

func TestAMergerWaitsForASecondAdministratorAndIsVoidAfterSevenDays(t *testing.T) {
	o := newOffice(t)
	ctx := t.Context()
	o.unit("bureau", "county", nil)
	asked := func() content.Unit {
		u, err := o.AskMerge(ctx, "town", "bureau", person("admin"), false)
		o.check(err)
		return u
	}
	seen := asked()
	if seen.Disabled || seen.Into != "" || asked().Rev != seen.Rev {
		t.Errorf("%+v", seen)
	}
	o.townDraft("editor") // until it is decided everything goes on
	o.check(put(o.CallOffMerge(ctx, seen)))
	o.refused(put(o.ConfirmMerge(ctx, seen, person("second"))), gongkai.Conflict, "stale")
	o.refused(put(o.AskedMerge(ctx, "town")), gongkai.Missing, "no_merge")
	seen = asked()
	o.clock.at = o.clock.at.AddDate(0, 0, 7)
	o.refused(put(o.ConfirmMerge(ctx, seen, person("second"))), gongkai.Gone, "merge_expired")
	seen = asked()
	u, err := o.ConfirmMerge(ctx, seen, person("second"))
	if o.check(err); u.Into != "bureau" || !u.Disabled || u.Merge.By != "admin" || u.Merge.Confirmed != "second" {
		t.Errorf("%+v", u)
	}
	o.check(o.Merge(ctx, time.Now().Add(time.Hour), (&ledger{}).merging()))
}

func TestWhatNobodyCanSignAfterAMergerIsStuck(t *testing.T) {
	o := newOffice(t)
	o.unit("alone", "", nil)
	grant(t, o.pol, "boss", policy.Administrator, "")
	o.check(put(o.PutUnit(t.Context(), townUnit(false)))) // a code of its own
	it := o.submit(o.townDraft("editor").ID)
	plan, err := o.MergePlan(t.Context(), "town", "alone")
	o.check(err)
	if len(plan.Lacks) != 4 || plan.Lacks[0].Code != "index_uscc" || plan.Lacks[1].Code != "stage_unfilled" {
		t.Errorf("%+v", plan.Lacks)
	}
	o.merge("town", "alone")
	gaps := o.stuckIn("boss", "alone")[it.ID]
	if len(gaps) != 1 || gaps[0].Unit != "alone" || gaps[0].Why != noHolder {
		t.Fatalf("%+v", gaps)
	}
	for _, role := range staff["both1"] {
		grant(t, o.pol, "new", role, "alone")
	}
	if gaps = o.stuckIn("boss", "alone")[it.ID]; len(gaps) != 0 {
		t.Errorf("%+v", gaps)
	}
	o.must("new", it.ID, pass(o.get(it.ID)))
}

func TestWhoTakesOverAnOfficeSignsForIt(t *testing.T) {
	o := newOffice(t)
	ctx := t.Context()
	for who, unit := range map[string]string{"old": "office", "new": "centre"} {
		o.unit(unit, "", map[string]string{who: policy.Reviewer2})
		grant(t, o.pol, who, policy.Proofreader2, unit)
	}
	stage := merged(2)
	stage.Office = "office"
	o.add(next("merged", 1, merged(1), stage, merged(3)), all())
	two := [2]content.Item{}
	for i := range two {
		two[i] = o.submit(o.create(plainFields()).ID)
		two[i] = o.must("both1", two[i].ID, pass(two[i]))
	}
	if _, err := o.Item(ctx, person("new"), two[0].ID); !gongkai.Is(err, gongkai.Denied) {
		t.Error(err)
	}
	o.merge("office", "centre")
	o.recounted(o.Engine)
	if list := o.inOrder("new", "sign", ""); len(list) != 2 {
		t.Errorf("they are on the desks of those who take over: %v", list)
	}
	o.must("new", two[0].ID, pass(o.get(two[0].ID)))
	o.must("old", two[1].ID, pass(o.get(two[1].ID)))
	if e := o.refusal(put(o.AskMerge(ctx, "centre", "office", person("admin"), true)), gongkai.Blocked, "cannot_merge"); len(e.Details) != 1 {
		t.Error(e.Details)
	}
	if said := o.notAdded(next("merged", 2, merged(1), stage, merged(3)), all(), gongkai.Invalid, "pipeline"); !slices.Contains(said, "stages[1].office unit_closed") {
		t.Errorf("a new version names the unit that is there: %v", said)
	}
}

// inOrder are the ids in a work list, in its order.
func (o *office) inOrder(who, list, sort string) (ids []string) {
	o.t.Helper()
	page, err := o.WorkList(o.t.Context(), person(who), DeskQuery{List: list, Sort: sort, Limit: 20})
	o.check(err)
	for _, line := range page.Docs {
		ids = append(ids, line.Item.ID)
	}
	return ids
}

// What a unit had public counts with what the one that took it over releases, and
// its own numbers may stand there.
func TestWhomAMergedUnitPublishedAndItsOwnNumbersAreKnown(t *testing.T) {
	o := newOffice(t)
	ctx := t.Context()
	o.check(put(o.PutUnit(ctx, townUnit(false)))) // a code of its own
	o.unit("bureau", "county", nil)
	of := func(unit string, v content.Fields) content.Item {
		it, err := o.Create(ctx, person("editor"), NewItem{Kind: "notice", Unit: unit, Fields: v, Placements: []content.Placement{{Column: "www-merged"}}})
		o.check(err)
		return it
	}
	roster := func(name, csv string) content.Fields {
		return content.Fields{"title": name, "openness": content.Proactive, "body": "<p>名单见附件。</p>", "attachments": []content.FileRef{o.upload("名单.csv", csv)}}
	}
	o.masked(of("town", roster("补贴公示", rosterOf("姓名,身份证号", "张三,"+citizen(1), "李四,"+citizen(2)))))
	phone := content.Fields{"title": "通知", "openness": content.Proactive, "body": "<p>正文</p>", "summary": "值班电话" + mobile}
	drafted := of("bureau", roster("救助公示", rosterOf("姓名,身份证号,家庭住址", "张三,"+citizen(1)+","+homeAddress)))
	called := of("bureau", phone)
	o.check(put(o.Allow(ctx, person("secret"), "town", "mobile", mobile, "值班")))
	if len(o.gatheredIn(drafted)) != 0 || len(o.findings(called)) != 1 {
		t.Errorf("another unit's are not known: %+v %+v", o.gatheredIn(drafted), o.findings(called))
	}
	o.merge("town", "bureau")
	if len(o.gatheredIn(drafted)) != 1 || len(o.findings(called)) != 0 {
		t.Errorf("%+v %+v", o.gatheredIn(drafted), o.findings(called))
	}
}
