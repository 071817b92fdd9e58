// A desk in memory: the real policy, the pure transition, and just enough of
// the engine to load what Apply must know.

package workflow

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/store"
	"gongkai/store/storetest"
	"gongkai/workflow/calendar"
)

// unitPaths are the units of the tests, from the root.
var unitPaths = map[string][]string{"county": {"county"}, "town": {"county", "town"}, "harbour": {"county", "harbour"}}

// orders are the presets, and pipelines that use what presets do not: seats
// with a quorum and without, units, fields.
var orders = append(slices.Clone(Presets), jointly, byQuorum)

var jointly = preset("jointly", "会签", "Jointly", true,
	Stage{ID: "joint", Zh: "会签", En: "Jointly", Fields: []string{"doc_no", "validity"}, Days: 2, Seats: []Seat{
		{ID: "own", Zh: "本单位", En: "Own", Tracks: []Track{{Review, "reviewer-3"}}},
		{ID: "above", Zh: "上级", En: "Above", Tracks: []Track{{Review, "reviewer-3"}}, UnitRule: UnitRule{Up: 1}},
		{ID: "harbour", Zh: "港务", En: "Harbour", Tracks: []Track{{Review, "reviewer-2"}}, UnitRule: UnitRule{Office: "harbour"}}}},
	merged(1), merged(2), proof(3))

var byQuorum = preset("quorum", "多数会签", "By quorum", false,
	Stage{ID: "clerk", Zh: "登记", En: "Clerk", Tracks: secrecy.Tracks, Fields: []string{"doc_no"}, Batch: true},
	Stage{ID: "most", Zh: "多数会签", En: "Most", Quorum: 2, Seats: []Seat{
		{ID: "a", Zh: "甲", En: "A", Tracks: merged(3).Tracks}, {ID: "b", Zh: "乙", En: "B", Tracks: merged(3).Tracks}, {ID: "c", Zh: "丙", En: "C", Tracks: merged(2).Tracks}}},
	merged(1), merged(2))

func orderOf(id string) (Pipeline, bool) {
	i := slices.IndexFunc(orders, func(p Pipeline) bool { return p.ID == id })
	if i < 0 {
		return Pipeline{}, false
	}
	return orders[i], true
}

// staff hold one role each in the county; two hold the pairs of a merged stage.
var staff = map[string][]string{
	"editor": {policy.Editor}, "editor2": {policy.Editor},
	"review1": {policy.Reviewer1}, "review2": {policy.Reviewer2}, "review3": {policy.Reviewer3}, "review3b": {policy.Reviewer3},
	"proof1": {policy.Proofreader1}, "proof2": {policy.Proofreader2}, "proof3": {policy.Proofreader3},
	"secret": {policy.SecrecyOfficer}, "publisher": {policy.Publisher}, "publisher2": {policy.Publisher},
	"admin": {policy.Administrator}, "auditor": {policy.Auditor},
	"both1": {policy.Reviewer1, policy.Proofreader1}, "both2": {policy.Reviewer2, policy.Proofreader2}, "both3": {policy.Reviewer3, policy.Proofreader3},
	"all": {policy.Editor, policy.Reviewer1, policy.Reviewer2, policy.Reviewer3, policy.Proofreader1, policy.Proofreader2, policy.Proofreader3, policy.SecrecyOfficer, policy.Publisher},
}

func person(id string) gongkai.Actor { return gongkai.Actor{ID: id, Name: "姓名" + id} }

// program is an API key with the given scopes.
func program(scopes ...string) gongkai.Actor {
	return gongkai.Actor{ID: "key:k1", Name: "接口", Key: true, Scopes: scopes}
}

func openDB(t testing.TB) store.DB {
	t.Helper()
	db, err := storetest.SQLite(t, filepath.Join(t.TempDir(), "restricted.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func openPolicy(t testing.TB, db store.DB) *policy.Policy {
	t.Helper()
	p, err := policy.Open(t.Context(), db, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

func grant(t testing.TB, p *policy.Policy, user, role, unit string) {
	t.Helper()
	if err := p.Grant(t.Context(), policy.Grant{User: user, Role: role, Unit: unit}, person("root")); err != nil {
		t.Fatalf("grant %s to %s: %v", role, user, err)
	}
}

// desk simulates the engine over one policy.
type desk struct {
	pol       *policy.Policy
	revisions map[string]content.Revision
	open      map[string]bool // items whose head has a finding that nobody settled
	leftovers map[string]bool // items whose sheet the re-scan objects to
	column    content.Column
	pipeline  Pipeline
	words     error        // why the short way is closed
	other     content.Item // that a change of validity names
	now       int64
	n         int
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	d := &desk{pol: openPolicy(t, openDB(t)), revisions: map[string]content.Revision{}, open: map[string]bool{}, leftovers: map[string]bool{},
		pipeline: presetNamed("alternating"), now: 1_770_000_000_000}
	return d
}

func presetNamed(name string) Pipeline {
	return Presets[slices.IndexFunc(Presets, func(p Pipeline) bool { return p.Name == name })]
}

// staffed is a desk whose staff is in its places.
func staffed(t testing.TB) *desk {
	d := newDesk(t)
	for user, roles := range staff {
		for _, role := range roles {
			grant(t, d.pol, user, role, "county")
		}
	}
	return d
}

func (d *desk) id(prefix string) string {
	d.n++
	return fmt.Sprintf("%s-%08d", prefix, d.n)
}

var known = calendar.New(calendar.Builtin()...)

var homePlacement = []content.Placement{{Site: "www", Column: "notices", Path: "/notices/1", Home: true}}

func plainFields() content.Fields {
	return content.Fields{"title": "关于开展检查的通知", "body": "<p>正文</p>", "openness": content.Proactive}
}

func (d *desk) revision(item string, v content.Fields, by string, correction bool) content.Revision {
	r := content.Revision{Meta: store.Meta{ID: d.id("rev")}, Item: item, Fields: v, Author: by, Correction: correction}
	r.Digest = "digest of " + r.ID
	d.revisions[r.ID] = r
	return r
}

// at asks about the unit that a rule means.
func (d *desk) at(actor gongkai.Actor, unit string) func(UnitRule) func(string, ...string) error {
	return func(r UnitRule) func(string, ...string) error {
		can := asking{policy: d.pol, actor: actor, path: unitPaths[unit], offices: unitPaths}.about(r)
		return func(act string, facts ...string) error { return notNow(can(act, facts...)) }
	}
}

func (d *desk) can(actor gongkai.Actor, unit string) func(string, ...string) error {
	return func(act string, facts ...string) error {
		return notNow(d.pol.Can(policy.Request{Actor: actor, Act: act, Unit: unit, UnitPath: unitPaths[unit], Facts: facts}))
	}
}

// world is what the engine would have loaded for a step.
func (d *desk) world(actor gongkai.Actor, it content.Item, s Step) World {
	d.now++
	w := World{Actor: actor, Now: d.now, Where: asking{path: unitPaths[it.Unit], offices: unitPaths}.where, Clock: &Clock{Calendar: known, term: term{Days: d.n % 30}}, Can: d.can(actor, it.Unit), At: d.at(actor, it.Unit), Calendar: known, Revision: d.revisions[it.Work.Revision], Column: d.column, Title: it.Title, IndexNo: "11990100MB00000016/2026-" + fmt.Sprintf("%05d", d.n)}
	if d.open[it.ID] {
		w.Findings = []content.Finding{{Key: "k", Kind: "id_card", Place: "body", Level: "certain"}}
		w.Open = content.Unsettled(w.Findings, it.Work.Resolutions)
	}
	if d.leftovers[it.ID] {
		w.Leftovers = []string{"body"}
	}
	if s.For != "" {
		ask := asking{policy: d.pol, actor: actor, from: s.For, path: unitPaths[it.Unit], offices: unitPaths}
		w.For, w.Can, w.At = person(s.For), ask.now(UnitRule{}), ask.now
	}
	w.Pipeline, w.Owed = d.pipeline, orders
	if p, there := orderOf(it.Work.Pipeline); there {
		w.Pipeline = p
	}
	if p, there := orderOf(it.Live.Pipeline); there {
		w.Short = Short{Pipeline: p, Changed: 1, Words: d.words}
	}
	if i := slices.IndexFunc(content.BuiltIn, func(k content.Kind) bool { return k.ID == it.Kind }); i >= 0 {
		w.Kind = content.BuiltIn[i]
	}
	w.After = After{Fields: d.revisions[it.Live.Revision].Fields, AtEnd: content.EndFiles, Other: d.other}
	switch s.Act {
	case "relate":
		w.After.From = d.other
	case "save":
		w.Revision = d.revision(it.ID, plainFields(), actor.ID, false)
	case "fill":
		w.Revision = d.revision(it.ID, w.Revision.Fields, actor.ID, true)
	case "correct":
		w.Revision, w.Changed = d.revision(it.ID, w.Revision.Fields, actor.ID, true), 1
	case "built":
		w.Sheet = content.Sheet{Meta: store.Meta{ID: d.id("sheet")}, Revision: it.Work.Revision}
		w.Sheet.Digest = "of " + w.Sheet.ID
	case "attach_form":
		w.Scan = content.Scan{File: s.File, Sheet: s.Sheet, Type: "application/pdf"}
	case "unbuilt":
		w.Failed, w.Leftovers = "leftovers", []string{"body"}
	}
	return w
}

// do applies a step; the id is made up if it has none.
func (d *desk) do(actor gongkai.Actor, it content.Item, s Step) (content.Item, error) {
	if s.ID == "" {
		s.ID = d.id("step")
	}
	return Apply(it, s, d.world(actor, it, s))
}

// must applies a step that has to succeed.
func (d *desk) must(t testing.TB, it content.Item, who string, s Step) content.Item {
	t.Helper()
	actor := person(who)
	if who == gongkai.System.ID {
		actor = gongkai.System
	}
	out, err := d.do(actor, it, s)
	if err != nil {
		t.Fatalf("%s by %s in %s: %v", s.Act, who, states(it), err)
	}
	return out
}

// refused applies a step that has to be refused with the code, leaving the
// item as it was.
func (d *desk) refused(t testing.TB, it content.Item, actor gongkai.Actor, s Step, kind gongkai.Kind, code string) {
	t.Helper()
	before := snapshot(it)
	out, err := d.do(actor, it, s)
	if gongkai.CodeOf(err) != code || gongkai.KindOf(err) != kind {
		t.Errorf("%s by %s in %s: got %v, want %s (%s)", s.Act, actor.ID, states(it), err, kind, code)
	}
	if snapshot(out) != before || snapshot(it) != before {
		t.Errorf("%s by %s: the refusal changed the item", s.Act, actor.ID)
	}
}

func snapshot(it content.Item) string {
	text, err := json.Marshal(it)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// draft is a new item with a place, ready to be submitted.
func (d *desk) draft(t testing.TB, by string) content.Item {
	t.Helper()
	it := content.Item{Meta: store.Meta{ID: d.id("item")}, Kind: "notice", Unit: "county", Placements: slices.Clone(homePlacement), Column: "notices"}
	w := d.world(person(by), it, Step{Act: "create"})
	w.Revision, w.Title = d.revision(it.ID, plainFields(), by, false), "关于开展检查的通知"
	out, err := Apply(it, Step{ID: d.id("step"), Act: "create"}, w)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// sheet is an item whose sheet is built and waits at the first stage.
func (d *desk) sheet(t testing.TB) content.Item {
	t.Helper()
	it := d.must(t, d.draft(t, "editor"), "editor", Step{Act: "submit"})
	return d.must(t, it, gongkai.System.ID, Step{Act: "built"})
}

var affirmed = &content.Judgements{Legality: true, Accuracy: true, Disclosability: true, Secrecy: true}

// pass is a complete signature on the sheet that waits.
func pass(it content.Item) Step {
	return Step{Act: "pass", Sheet: it.Work.SheetDigest, Opinion: "同意", Judgements: affirmed}
}

// signers sign the stages of the presets.
var signers = map[string]string{"review_1": "review1", "review_2": "review2", "review_3": "review3", "proof_1": "proof1", "proof_2": "proof2", "proof_3": "proof3",
	"merged_1": "both1", "merged_2": "both2", "merged_3": "both3", "secrecy": "secret", "final_confirm": "review3", "correction_check": "proof3"}

// signTo signs until the item waits at the stage; "" signs to the end.
func (d *desk) signTo(t testing.TB, it content.Item, stage string) content.Item {
	t.Helper()
	for it.Work.State == content.AtStage && it.Work.Stage != stage {
		it = d.must(t, it, signers[it.Work.Stage], pass(it))
	}
	return it
}

func (d *desk) live(t testing.TB) content.Item {
	t.Helper()
	it := d.signTo(t, d.sheet(t), "")
	return d.must(t, it, "publisher", Step{Act: "release", Sheet: it.Work.SheetDigest})
}

func asError(err error, into **gongkai.Error) bool { return errors.As(err, into) }
