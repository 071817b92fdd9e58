// Pipelines are added while items are under way.

package workflow

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/store"
)

// all of them work here, but those named.
func all(gone ...string) Staff {
	return func(_ context.Context, user string) (string, bool, error) {
		return "姓名" + user, !slices.Contains(gone, user), nil
	}
}

// next is the version after the one that was seen, of these stages.
func next(name string, seen int, stages ...Stage) NewPipeline {
	return NewPipeline{Name: name, Seen: seen, Zh: "流程", En: "Pipeline", Distinct: true, Stages: stages}
}

func (o *office) add(n NewPipeline, staff Staff) Pipeline {
	o.t.Helper()
	p, _, err := o.AddPipeline(o.t.Context(), person("admin"), n, staff)
	o.check(err)
	return p
}

func (o *office) notAdded(n NewPipeline, staff Staff, kind gongkai.Kind, code string) (said []string) {
	o.t.Helper()
	before, err := o.Pipelines(o.t.Context())
	o.check(err)
	_, _, err = o.AddPipeline(o.t.Context(), person("admin"), n, staff)
	for _, d := range o.refusal(err, kind, code).Details {
		said = append(said, d.Where+" "+d.Code)
	}
	if after, err := o.Pipelines(o.t.Context()); err != nil || len(after) != len(before) {
		o.t.Errorf("%s was stored all the same, or %v", n.Name, err)
	}
	return said
}

func (o *office) row(id string) PipelineRow {
	o.t.Helper()
	rows, err := o.PipelineRows(o.t.Context(), person("admin"))
	o.check(err)
	return rows[slices.IndexFunc(rows, func(r PipelineRow) bool { return r.ID == id })]
}

func TestANewVersionCountsAtOnceAndWorkUnderWayKeepsItsOwn(t *testing.T) {
	o := newOffice(t)
	grant(t, o.pol, "admin", policy.Administrator, "")
	other, err := Open(t.Context(), o.c, o.pol, o.wake)
	o.check(err)
	old := o.submit(o.create(wordy("<p>正文</p>")).ID)
	if r := o.row("merged/1"); !r.Newest || r.UnderWay.Items != 1 || r.UnderWay.More || !slices.Equal(r.Columns, []string{"mirror-merged", "www-merged"}) {
		t.Errorf("%+v %+v", r, r.UnderWay)
	}
	n := next("merged", 1, merged(1), merged(2), merged(3))
	n.Stages[0].Zh, n.Note = "科室初审", "改称"
	p, _, err := other.AddPipeline(t.Context(), person("admin"), n, all())
	o.check(err)
	if p.ID != "merged/2" || p.By != "admin" || p.Updated == 0 {
		t.Errorf("%+v", p)
	}
	fresh := o.submit(o.create(wordy("<p>另文</p>")).ID)
	if fresh.Work.Pipeline != "merged/2" || o.get(old.ID).Work.Pipeline != "merged/1" {
		t.Errorf("%s, and %s under way", fresh.Work.Pipeline, o.get(old.ID).Work.Pipeline)
	}
	if a, b := o.row("merged/1"), o.row("merged/2"); a.Newest || len(a.Columns) != 0 || a.UnderWay.Items != 1 || !b.Newest || len(b.Columns) != 2 || b.UnderWay.Items != 1 {
		t.Errorf("%+v %+v", a, b)
	}
	if old = o.release(o.sign(o.get(old.ID))); old.Live.Pipeline != "merged/1" {
		t.Errorf("what was under way goes out as it went in: %s", old.Live.Pipeline)
	}
	rows, err := o.PipelineRows(t.Context(), person("editor"))
	o.check(err)
	if rows[0].UnderWay != nil {
		t.Error("how much is under way is for those who manage pipelines")
	}
}

func TestAVersionNeverChanges(t *testing.T) {
	o := newOffice(t)
	n := next("own", 0, merged(1), merged(2), merged(3))
	first := o.add(n, all())
	if again := o.add(n, all()); again.Updated != first.Updated || again.Version != 1 {
		t.Errorf("a repeat has its first answer: %+v", again)
	}
	n.Stages = []Stage{merged(1), merged(2), secrecy, merged(3)}
	if said := o.notAdded(n, all(), gongkai.Conflict, "stale"); !slices.Equal(said, []string{"seen stale"}) {
		t.Error(said)
	}
	n.Seen = 2
	o.notAdded(n, all(), gongkai.Conflict, "stale")
	n.Seen = 1
	if second := o.add(n, all()); second.ID != "own/2" {
		t.Errorf("%+v", second)
	}
	if p, err := o.Pipeline(t.Context(), "own/1"); err != nil || len(p.Stages) != 3 {
		t.Errorf("%+v %v", p, err)
	}
	_, err := o.Pipeline(t.Context(), "own/3")
	o.refused(err, gongkai.Missing, "pipeline")
}

func TestEveryReasonIsSaidAtOnceAndByPlace(t *testing.T) {
	o := newOffice(t)
	n := NewPipeline{Name: "Own Pipeline", En: "Pipeline", Stages: []Stage{
		{ID: "一审", Zh: "一审", En: "Review", Tracks: []Track{{Review, "nobody"}}},
		{ID: "x", Tracks: []Track{{Review, policy.Reviewer1}, {Review, policy.Administrator}}},
		{ID: "x", Zh: "二", En: "Two"},
	}}
	said := o.notAdded(n, all(), gongkai.Invalid, "pipeline")
	want := []string{"stages[1].tracks[1] track", "stages[2] stage", "stages three", "name name", "zh required", "stages[0].id id", "stages[1].zh required", "stages[0].tracks[0].role unknown_role", "stages[1].tracks[1].role unknown_role"}
	if !slices.Equal(said, want) {
		t.Errorf("%q", said)
	}
	o.refused(put(o.AddPipelineOnly(NewPipeline{})), gongkai.Invalid, "pipeline")
}

// AddPipelineOnly is AddPipeline with everybody here.
func (o *office) AddPipelineOnly(n NewPipeline) (Pipeline, error) {
	p, _, err := o.AddPipeline(o.t.Context(), person("admin"), n, all())
	return p, err
}

// head is a role of one's own; who holds it signs the last stage.
func (o *office) withHead(units ...string) Stage {
	o.t.Helper()
	o.check(o.pol.AddRule(o.t.Context(), policy.Rule{ID: "head_signs", Role: "head", Act: policy.Sign("head"), Effect: policy.Allow, Zh: "主要领导签署", En: "The head signs"}, gongkai.System))
	for _, u := range units {
		grant(o.t, o.pol, "head-"+u, "head", u)
	}
	return Stage{ID: "head", Zh: "主要领导审定", En: "Head", Tracks: []Track{{Review, "head"}}}
}

func TestAStageThatNobodyCanFillIsRefusedWhereAColumnUsesIt(t *testing.T) {
	o := newOffice(t)
	grant(t, o.pol, "writer", policy.Editor, "town")
	stages := []Stage{merged(1), merged(2), merged(3), o.withHead("town")}
	if said := o.notAdded(next("merged", 1, stages...), all(), gongkai.Blocked, "unstaffed"); !slices.Equal(said, []string{"county/stages[3] stage_unfilled"}) {
		t.Error(said)
	}
	_, report, err := o.AddPipeline(t.Context(), person("admin"), next("own", 0, stages...), all())
	o.check(err)
	if len(report.Columns) != 0 || len(report.Reasons) != 0 || len(report.Warnings) != 1 || report.Warnings[0].Where != "county/stages[3]" || !strings.Contains(report.Warnings[0].Zh, "青禾县人民政府") || !strings.Contains(report.Warnings[0].Zh, "主要领导审定") || !strings.Contains(report.Warnings[0].En, "role head") {
		t.Errorf("no column uses it, so it is a warning: %+v", report)
	}
	grant(t, o.pol, "boss", "head", "county")
	o.notAdded(next("merged", 1, stages...), all("boss"), gongkai.Blocked, "unstaffed") // who has left fills nothing
	o.add(next("merged", 1, stages...), all())
	today, err := o.PipelineToday(t.Context(), "merged", all("boss"))
	o.check(err)
	if len(today.Reasons) != 1 || today.Reasons[0].Where != "county/stages[3]" || !slices.Equal(today.Units, []string{"county"}) || len(today.Columns) != 2 {
		t.Errorf("somebody leaves, and it is seen whom to appoint: %+v", today)
	}
	renamed := slices.Clone(stages)
	renamed[0].Zh = "科室初审"
	if _, report, err := o.TryPipeline(t.Context(), next("merged", 2, renamed...), all("boss")); err != nil || len(report.Reasons) != 0 || len(report.Warnings) != 1 {
		t.Errorf("what is amiss already is no reason to refuse what makes it no worse: %+v %v", report, err)
	}
	_, err = o.PipelineToday(t.Context(), "nowhere", all())
	o.refused(err, gongkai.Missing, "pipeline")
}

// A unit that has nothing to do with the owner of the site uses the column by
// having items there.
func TestAUnitUsesThePipelinesOfTheColumnsItsItemsStandIn(t *testing.T) {
	o := newOffice(t)
	o.check(put(o.c.PutUnit(t.Context(), content.Unit{Meta: store.Meta{ID: "bureau"}, Name: "农业农村局"})))
	grant(t, o.pol, "clerk", policy.Editor, "bureau")
	head := o.withHead("county")
	stages := []Stage{merged(1), merged(2), merged(3), head}
	if _, report, err := o.TryPipeline(t.Context(), next("merged", 1, stages...), all()); err != nil || len(report.Reasons)+len(report.Warnings) != 0 {
		t.Errorf("%+v %v", report, err)
	}
	_, err := o.Create(t.Context(), person("clerk"), NewItem{Kind: "notice", Unit: "bureau", Fields: wordy("<p>正文</p>"), Placements: []content.Placement{{Column: "www-merged"}}})
	o.check(err)
	if said := o.notAdded(next("merged", 1, stages...), all(), gongkai.Blocked, "unstaffed"); !slices.Equal(said, []string{"bureau/stages[3] stage_unfilled"}) {
		t.Errorf("the other stages nobody could fill before either: %v", said)
	}
}

func TestStagesThatOnePersonIsLeftForAreNamed(t *testing.T) {
	o := newOffice(t)
	few := all("review1", "review2", "review3", "proof1", "proof2", "proof3") // who is left holds two roles each
	p := Presets[0]
	_, report, err := o.TryPipeline(t.Context(), next("alternating", 1, append(slices.Clone(p.Stages[1:]), p.Stages[0])...), few)
	o.check(err)
	if len(report.Reasons) != 0 || len(report.Warnings) != 3 {
		t.Fatalf("it is so today: %+v", report)
	}
	d := report.Warnings[slices.IndexFunc(report.Warnings, func(d gongkai.Detail) bool { return strings.Contains(d.En, "review_1") })]
	for _, word := range []string{"“一审”", "“一校”", "只有1人", "姓名both1", "各环节须由不同的人签署"} {
		if !strings.Contains(d.Zh, word) {
			t.Errorf("%q is not said: %s", word, d.Zh)
		}
	}
	if strings.Contains(d.Zh, "二审") || !strings.Contains(d.En, "unit county: the 2 stages proof_1, review_1 have only 1 ") {
		t.Errorf("%s", d.En)
	}
	six := next("merged", 1, p.Stages...)
	if said := o.notAdded(six, few, gongkai.Blocked, "unstaffed"); !slices.Equal(said, []string{"county/stages[1] same_person", "county/stages[3] same_person", "county/stages[5] same_person"}) {
		t.Error(said)
	}
	six.Distinct = false // a person reviews, and proofreads
	o.add(six, few)
}

// Who signs what is found wherever it can be: compared with trying everything.
func TestAnAssignmentIsFoundIffThereIsOne(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	found := 0
	for range 3000 {
		stages, people := 1+r.IntN(6), 1+r.IntN(6)
		can, list := map[int][]string{}, []int{}
		for i := range stages {
			list = append(list, i)
			for who := range people {
				if r.IntN(3) == 0 {
					can[i] = append(can[i], fmt.Sprint(who))
				}
			}
		}
		short, ok := assign(list, can)
		if ok != tried(list, can, nil) {
			t.Fatalf("%v: %v", can, ok)
		}
		if ok {
			found++
			continue
		}
		short.widen(list, can)
		could := map[string]bool{}
		for _, i := range short.stages {
			for _, who := range can[i] {
				could[who] = true
			}
		}
		if len(could) != len(short.people) || len(short.people) >= len(short.stages) {
			t.Fatalf("%v: %+v proves nothing", can, short)
		}
	}
	if found < 300 || found > 2700 {
		t.Errorf("only one outcome was tried: %d", found)
	}
}

func tried(stages []int, can map[int][]string, busy []string) bool {
	if len(stages) == 0 {
		return true
	}
	return slices.ContainsFunc(can[stages[0]], func(who string) bool {
		return !slices.Contains(busy, who) && tried(stages[1:], can, append(slices.Clone(busy), who))
	})
}

func TestWhoDraftsIsNotCountedAmongTheSigners(t *testing.T) {
	p := Pipeline{Distinct: true, Stages: []Stage{merged(1), merged(2)}}
	can := map[int][]string{0: {"a", "b"}, 1: {"b"}}
	for _, c := range []struct {
		drafters []string
		ok       bool
	}{{nil, true}, {[]string{"c"}, true}, {[]string{"a"}, false}, {[]string{"b"}, false}, {[]string{"a", "c"}, true}} {
		if short := p.understaffed(can, c.drafters); (len(short) == 0) != c.ok || !c.ok && len(short[0].people) >= len(short[0].stages) {
			t.Errorf("%v: %+v", c.drafters, short)
		}
	}
}
