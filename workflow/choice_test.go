// Which pipeline an item goes through, and demands made stricter.

package workflow

import (
	"slices"
	"strings"
	"testing"

	"gongkai"
	"gongkai/content"
	"gongkai/store"
)

// choosing is an office whose column of the six names others for some.
func choosing(t *testing.T, rows ...content.PipelineChoice) *office {
	t.Helper()
	o := newOffice(t)
	o.check(put(o.c.PutColumn(t.Context(), content.Column{Meta: store.Meta{ID: "www-merged"}, Site: "www", Slug: "merged", Name: "栏目", Pipeline: "alternating", Pipelines: rows})))
	return o
}

func TestAColumnChoosesByKindTierAndCaseTheFirstThatFits(t *testing.T) {
	rows := []content.PipelineChoice{{Kind: "policy", Pipeline: "secrecy-third"}, {Case: content.CaseMinors, Pipeline: "alternating-secrecy"}, {Case: content.CaseRepost, Tier: TierA, Pipeline: "merged"}, {Tier: TierC, Pipeline: "merged-secrecy"}}
	o := choosing(t, rows...)
	repost := wordy("<p>转载正文</p>")
	repost["origin"] = content.Reposted
	it := o.create(repost)
	_, err := o.step("editor", it.ID, Step{Act: "submit"})
	o.refused(err, gongkai.Invalid, "incomplete_fields") // a repost says whose it is
	repost["source"] = "某日报"
	for _, c := range []struct {
		v                  content.Fields
		tier, want, choice string
		stricter           string
	}{
		{wordy("<p>正文</p>"), "", "alternating/1", "", ""},
		{repost, "", "merged/1", "A repost", ""},
		{repost, TierB, "alternating/1", "", ""}, // of other tiers a repost goes the column's way
		{wordy("<p>正文</p>"), TierC, "merged-secrecy/1", "C", ""},
		{repost, TierC, "merged-secrecy/1", "C", ""},
	} {
		it := o.graded(o.create(c.v), c.tier)
		said := it.Steps[len(it.Steps)-2].Detail
		if it.Work.Pipeline != c.want || said["choice"] != c.choice || said["stricter"] != c.stricter {
			t.Errorf("%v %q: %s, %v", c.v["origin"], c.tier, it.Work.Pipeline, said)
		}
	}
	it = o.create(pupils())
	it = o.must("editor", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{{Kind: content.Minor, Act: content.ActMask, As: "（略）"}}})
	if it = o.graded(it, TierA); it.Work.Pipeline != "alternating-secrecy/1" {
		t.Errorf("minors: %s", it.Work.Pipeline)
	}
	if r := o.row("merged/1"); !slices.Contains(r.Columns, "www-merged") {
		t.Errorf("the column uses it: %v", r.Columns)
	}
}

// Nobody gets round a stricter column by calling a text a repost, or by placing
// it elsewhere.
func TestAChoiceNeverAsksForLessThanTierOrAnotherColumn(t *testing.T) {
	o := choosing(t, content.PipelineChoice{Tier: TierC, Pipeline: "merged"}) // as a store might say: the API refuses it
	if it := o.graded(o.create(wordy("<p>正文</p>")), TierC); it.Work.Pipeline != "merged-secrecy/1" || it.Steps[len(it.Steps)-2].Detail["stricter"] != TierC {
		t.Errorf("%s", it.Work.Pipeline)
	}
	it := o.create(wordy("<p>正文</p>"))
	it = o.must("editor", it.ID, Step{Act: "place", Placements: []content.Placement{{Column: "www-merged"}, {Column: "mirror-merged", Home: true}}})
	_, err := o.step("editor", it.ID, Step{Act: "submit"})
	o.refused(err, gongkai.Blocked, "stricter") // the other column wants six people
}

func TestAColumnCannotNameWhatIsTooLittle(t *testing.T) {
	o := newOffice(t)
	_, err := o.Pipelines(t.Context())
	o.check(err)
	err = o.CheckColumn(t.Context(), content.Column{Pipeline: "nowhere", Kinds: []string{"notice"}, Pipelines: []content.PipelineChoice{
		{Tier: TierC, Pipeline: "merged"}, {Case: content.CaseMinors, Pipeline: "alternating"}, {Pipeline: "gone"}, {Kind: "policy", Pipeline: "merged"}, {Tier: TierC, Pipeline: "merged-secrecy"}, {Case: content.CaseRepost, Pipeline: "merged"}}})
	var said []string
	for _, d := range o.refusal(err, gongkai.Invalid, "pipeline").Details {
		said = append(said, d.Where+" "+d.Code)
	}
	if want := []string{"body.pipeline missing", "body.pipelines[0] tier", "body.pipelines[1] tier", "body.pipelines[2].pipeline missing", "body.pipelines[3].kind kind"}; !slices.Equal(said, want) {
		t.Errorf("%q", said)
	}
	o = choosing(t, content.PipelineChoice{Tier: TierC, Pipeline: "merged-secrecy"})
	if said := o.notAdded(next("merged-secrecy", 1, merged(1), merged(2), merged(3)), all(), gongkai.Invalid, "pipeline"); !slices.Equal(said, []string{"stages tier"}) {
		t.Errorf("a new version too: %q", said)
	}
}

func TestDemandsAreOnlyMadeStricter(t *testing.T) {
	o := newOffice(t)
	set := func(d Demand) error { return put(o.SetDemand(t.Context(), person("admin"), d)) }
	o.refused(set(Demand{Code: TierB, Reviews: 3, Proofs: 2, People: 4}), gongkai.Invalid, "laxer")
	o.refused(set(Demand{Code: TierA}), gongkai.Invalid, "laxer")
	o.refused(set(Demand{Code: TierA, Reviews: 3, Proofs: 3, People: 21}), gongkai.Invalid, "laxer")
	o.refused(set(Demand{Code: "D", Reviews: 9}), gongkai.Missing, "tier")
	o.refused(set(Demand{Code: TierB, Reviews: 3, Proofs: 3, People: 20}), gongkai.Blocked, "no_pipeline")
	it := o.graded(o.create(wordy("<p>正文</p>")), "")
	o.check(set(Demand{Code: TierA, Reviews: 3, Proofs: 3, Secrecy: 1, People: 4}))
	ds, err := o.Demands(t.Context())
	o.check(err)
	if ds[0].Secrecy != 1 || ds[1].Secrecy != 1 || ds[2].People != 4 || ds[3].People != 0 {
		t.Errorf("a tier asks for no less than the one below: %+v", ds)
	}
	if fresh := o.graded(o.create(wordy("<p>正文</p>")), ""); fresh.Work.Pipeline != "merged-secrecy/1" || o.get(it.ID).Work.Pipeline != "merged/1" {
		t.Errorf("%s, and what is under way goes on: %s", fresh.Work.Pipeline, o.get(it.ID).Work.Pipeline)
	}
	o.check(set(Demand{Code: TierA, Reviews: 3, Proofs: 3, People: 3})) // back to what the program says
}

func TestWhatIsWrongWithSeatsUnitsAndFieldsIsSaidByPlace(t *testing.T) {
	o := newOffice(t)
	seat := func(id string, r UnitRule, ts ...Track) Seat {
		return Seat{ID: id, Zh: id, En: id, Tracks: ts, UnitRule: r}
	}
	n := next("own", 0, merged(1), merged(2), merged(3),
		Stage{ID: "a", Zh: "甲", En: "A", Seats: []Seat{seat("x", UnitRule{}, Track{Review, policyHead})}, Tracks: merged(1).Tracks, Quorum: 2},
		Stage{ID: "b", Zh: "乙", En: "B", Quorum: 1, Seats: []Seat{seat("x", UnitRule{Office: "nowhere"}, Track{Review, "reviewer-1"}), seat("x", UnitRule{Up: 1, Office: "town"}, Track{Proof, "proofreader-1"})}},
		Stage{ID: "c", Zh: "丙", En: "C", Tracks: secrecy.Tracks, Quorum: 1, Days: 101, Fields: []string{"doc_no", "title", "openness", "origin"}})
	said := o.notAdded(n, all(), gongkai.Invalid, "pipeline")
	want := []string{"stages[3].seats seats", "stages[3].quorum quorum", "stages[4].seats[1].id id", "stages[4].seats[1].tracks seats", "stages[4].seats[1].up unit",
		"stages[5].days days", "stages[5].fields[1] field", "stages[5].fields[2] field", "stages[5].fields[3] field", "stages[5].quorum quorum",
		"stages[3].seats[0].tracks[0].role unknown_role", "stages[4].seats[0].office unknown_unit"}
	if !slices.Equal(said, want) {
		t.Errorf("%q", said)
	}
	quorum := next("own", 0, merged(1), merged(2), Stage{ID: "b", Zh: "乙", En: "B", Quorum: 1, Seats: []Seat{seat("x", UnitRule{}, Track{Review, "reviewer-3"}), seat("y", UnitRule{}, Track{Proof, "proofreader-3"})}})
	if said := o.notAdded(quorum, all(), gongkai.Invalid, "pipeline"); !slices.Contains(said, "stages[2].seats[1].tracks seats") {
		t.Errorf("a quorum that could leave the third review out: %q", said)
	}
}

const policyHead = "a-role-nobody-knows"

func TestStaffingLooksAtTheUnitOfEachSeat(t *testing.T) {
	o := newOffice(t)
	report := func(s ...Stage) (out []string) {
		_, r, err := o.TryPipeline(t.Context(), next("merged", 1, append([]Stage{merged(1), merged(2), merged(3)}, s...)...), all())
		o.check(err)
		for _, d := range slices.Concat(r.Reasons, r.Warnings) {
			out = append(out, d.Where+" "+d.Code)
			if strings.Contains(d.Zh+d.En, nobody) {
				t.Errorf("%q", d.Zh)
			}
		}
		return out
	}
	up := higher
	if said := report(up); !slices.Equal(said, []string{"county/stages[3] stage_unfilled"}) {
		t.Errorf("a root unit has no superior: %q", said)
	}
	one := Seat{ID: "a", Zh: "甲", En: "A", Tracks: []Track{{Secrecy, "secrecy-officer"}}}
	two, three := one, one
	two.ID, three.ID, three.Office = "b", "c", "town"
	joint := Stage{ID: "joint", Zh: "会签", En: "Joint", Seats: []Seat{one, two, three}}
	if said := report(joint); !slices.Equal(said, []string{"county/stages[3].seats[2] same_person"}) {
		t.Errorf("one secrecy officer for three seats, the one of the town below among them: %q", said)
	}
	joint.Quorum = 1
	if said := report(joint); len(said) != 0 {
		t.Errorf("one of the seats is enough: %q", said)
	}
	grant(t, o.pol, "secret2", "secrecy-officer", "county")
	joint.Quorum = 2
	if said := report(joint); len(said) != 0 {
		t.Errorf("%q", said)
	}
	joint.Quorum = 0
	if said := report(joint); !slices.Equal(said, []string{"county/stages[3].seats[2] same_person"}) {
		t.Errorf("%q", said)
	}
	o.check(put(o.c.PutUnit(t.Context(), content.Unit{Meta: store.Meta{ID: "centre"}, Name: "公开办"})))
	three.Office = "centre"
	joint.Seats[2] = three
	if said := report(joint); !slices.Equal(said, []string{"county/stages[3].seats[2] stage_unfilled"}) {
		t.Errorf("nobody in the office: %q", said)
	}
}

func TestAnItemWithoutASuperiorIsNotSubmittedIntoAnOrderThatNeedsOne(t *testing.T) {
	o := choosing(t, content.PipelineChoice{Pipeline: "higher-check"})
	it := o.create(wordy("<p>正文</p>"))
	_, err := o.step("editor", it.ID, Step{Act: "submit"})
	o.refused(err, gongkai.Blocked, "no_unit")
	if it = o.get(it.ID); it.Work.State != content.Draft {
		t.Errorf("%s", states(it))
	}
}

// A finding or a tier sends nothing to another unit: who runs the column does.
func TestAStricterOrderStaysInTheUnit(t *testing.T) {
	merged := presetNamed("merged")
	if p, ok := merged.stricter(Presets, Demands[1:2]); !ok || p.Name != "merged-secrecy" {
		t.Errorf("%s", p.Name)
	}
	if p, ok := presetNamed("higher-check").stricter(Presets, Demands[2:3]); !ok || p.Name != "higher-check-secrecy" {
		t.Errorf("%s", p.Name)
	}
	if merged.covers(presetNamed("higher-check")) || presetNamed("alternating").covers(presetNamed("higher-check")) || !presetNamed("higher-check").covers(merged) {
		t.Error("four stages of one's own are no check by the superior unit")
	}
}
