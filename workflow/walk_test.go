// The random walk: whatever people try, in whatever order, the invariants of
// the architecture hold after each step.

package workflow

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
)

// walk is the world of one random walk.
type walk struct {
	*desk
	t      testing.TB
	r      *rand.Rand
	people []gongkai.Actor
	items  []content.Item
	steps  int
	shadow []shadow
	may    map[permit]bool
	acts   map[string]int // steps that were done
	codes  map[string]int // refusals
}

// permit is whether somebody may do something in a unit when nothing speaks
// against it. Grants stay as they are during a walk.
type permit struct{ actor, unit, act string }

// shadow is what the test itself knows about an item.
type shadow struct {
	wrote, liveWrote map[string]bool            // who had a part in the text
	signed           map[string]content.Signoff // by stage and sheet, as it was signed
	struck           map[int64]bool
}

var businessRoles = []string{policy.Editor, policy.Reviewer1, policy.Reviewer2, policy.Reviewer3, policy.Proofreader1, policy.Proofreader2, policy.Proofreader3, policy.SecrecyOfficer, policy.Publisher}

func newWalk(t testing.TB, seed uint64) *walk {
	w := &walk{desk: newDesk(t), t: t, r: rand.New(rand.NewPCG(seed, 20)), acts: map[string]int{}, codes: map[string]int{}, may: map[permit]bool{}}
	for i := range 26 {
		p := person(fmt.Sprintf("person-%d", i))
		for range 1 + w.r.IntN(3) {
			grant(t, w.pol, p.ID, pick(w.r, businessRoles), pick(w.r, []string{"county", "county", "county", "town", "harbour", ""}))
		}
		grant(t, w.pol, p.ID, policy.Emergency, "") // it counts for those who may submit
		w.people = append(w.people, p)
	}
	for _, role := range []string{policy.Administrator, policy.Auditor} {
		grant(t, w.pol, role, role, "")
		w.people = append(w.people, person(role))
	}
	w.people = append(w.people, program("read", "write"), program("read"))
	for i := range 8 {
		it := content.Item{Kind: "notice", Unit: []string{"county", "town"}[i%2], Column: "notices", Placements: slices.Clone(homePlacement)}
		it.ID = fmt.Sprintf("item-%d", i)
		w.items = append(w.items, it)
		w.shadow = append(w.shadow, shadow{wrote: map[string]bool{}, signed: map[string]content.Signoff{}, struck: map[int64]bool{}})
	}
	return w
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

func (w *walk) chance(percent int) bool { return w.r.IntN(100) < percent }

// step tries one thing on one item and checks everything that must hold.
func (w *walk) step() {
	i := w.r.IntN(len(w.items))
	it := w.items[i]
	w.weather(it)
	s := w.choose(it)
	actor := w.who(it, s)
	world := w.world(actor, it, s)
	if len(it.Schedules) > 0 && w.chance(30) { // it is due
		p := it.Schedules[0]
		s, actor = stepOf(it.ID, p), gongkai.Actor{ID: p.By, Name: p.Name}
		if w.chance(20) {
			s, actor = Step{ID: w.id("step"), Act: "lapse"}, gongkai.System
		}
		world = w.world(actor, it, s)
		world.Schedule, world.Why = &p, setterLeft
	}
	if s.Act == "create" || s.Act == "save" {
		world.Revision.Fields = w.text()
		w.revisions[world.Revision.ID] = world.Revision
	}
	if live, ok := w.revisions[it.Live.Revision]; ok && s.Act == "save" && w.chance(60) { // a word is put right
		world.Revision.Fields = live.Fields
		w.revisions[world.Revision.ID] = world.Revision
	}
	if s.Act == "submit" && w.chance(3) {
		world.Complete = gongkai.E(gongkai.Invalid, "incomplete_fields", "", "")
	}
	out, err := w.apply(it, s, world)
	if err != nil {
		w.codes[gongkai.CodeOf(err)]++
		return
	}
	w.acts[s.Act]++
	w.follow(i, it, out, s, actor, world)
	w.hold(i, it, out, s, actor)
	w.prune(&out)
	w.items[i] = out
}

// apply looks at every eighth step whether Apply touched what it was given, or
// a refusal changed the item: copying and comparing takes longer than the rest.
func (w *walk) apply(it content.Item, s Step, world World) (content.Item, error) {
	if w.steps++; w.steps%8 != 0 {
		return Apply(it, s, world)
	}
	before := deepCopy(it)
	out, err := Apply(it, s, world)
	if !reflect.DeepEqual(it, before) {
		w.fail(it, s, "Apply changed the item it was given")
	}
	if err != nil && !reflect.DeepEqual(out, before) {
		w.fail(it, s, "a refusal changed the item")
	}
	return out, err
}

// deepCopy shares nothing with what it copies.
func deepCopy(it content.Item) content.Item {
	return copied(reflect.ValueOf(it)).Interface().(content.Item)
}

func copied(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			out.Field(i).Set(copied(v.Field(i)))
		}
	case reflect.Slice:
		if !v.IsNil() {
			out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		}
		for i := range v.Len() {
			out.Index(i).Set(copied(v.Index(i)))
		}
	case reflect.Map:
		if !v.IsNil() {
			out.Set(reflect.MakeMap(v.Type()))
		}
		for k, e := range v.Seq2() {
			out.SetMapIndex(k, copied(e))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(copied(v.Elem()))
		}
	}
	return out
}

// weather lets findings and re-scans come and go.
func (w *walk) weather(it content.Item) {
	w.open[it.ID], w.leftovers[it.ID] = w.chance(8), w.chance(6)
	w.pipeline = pick(w.r, orders)
	if w.chance(40) {
		w.pipeline = pick(w.r, []Pipeline{jointly, byQuorum})
	}
	w.column.Kinds, w.words = nil, nil
	if p, there := orderOf(it.Live.Pipeline); there && w.chance(60) {
		w.pipeline = p // columns seldom change theirs
	}
	if w.chance(10) {
		w.words = rewrite("body", "改动字数过多", "it touches too much of the text")
	}
	if w.chance(3) {
		w.column.Kinds = []string{"policy"}
	}
}

func (w *walk) text() content.Fields {
	v := plainFields()
	if w.chance(4) {
		v["openness"] = content.Withheld
	}
	if w.chance(70) {
		v["validity"], v["effective_from"], v["expires_at"] = pick(w.r, []string{"not_yet", "in_force"}), "2026-02-01", pick(w.r, []string{"2026-02-02", "2036-02-02"})
	}
	if w.chance(70) {
		v["publicity_to"] = pick(w.r, []string{"2026-02-01", "2036-02-02"})
	}
	return v
}

// choose makes a step: mostly one that could succeed.
func (w *walk) choose(it content.Item) Step {
	s := Step{ID: w.id("step"), Act: pick(w.r, walked).Name}
	if w.chance(85) {
		var possible []string
		for _, a := range walked {
			if a.starts(it) == nil && (a.Name != "schedule" || it.Work.State == content.Ready) && (a.Name != "unschedule" || len(it.Schedules) > 0) && (a.Name != "later_pass" && a.Name != "later_object" || it.LaterBy != 0) {
				possible = append(possible, slices.Repeat([]string{a.Name}, weight[a.Name]+1)...)
			}
		}
		s.Act = pick(w.r, possible)
	}
	if w.chance(1) {
		s.Act = "no_such_act"
	}
	s.Sheet, s.Edition, s.Opinion, s.Reason, s.Judgements = it.Work.SheetDigest, it.Live.Edition, "同意", "有误", affirmed
	s.Emergency = s.Act == "submit" && w.chance(50)
	for _, r := range it.Later {
		if r.Closed == 0 && strings.HasPrefix(s.Act, "later_") {
			s.Edition, s.Sheet = r.Edition, r.Digest
		}
	}
	s.Do, s.At = "release", shownTime(w.now+time.Hour.Milliseconds())
	if s.Note = noteFor(it); s.Note != "" {
		s.Short = it.Live.State == content.Published && w.chance(80) || w.chance(2)
	}
	s.Validity = w.change(it)
	s.Placements, s.Settles, s.Privacy, s.By = homePlacement, w.chance(50), w.chance(30), pick(w.r, []string{"", "2026-02-20", "2026-09-01", "2026-02-30", "2026-01-01"})
	s.Resolutions = []content.Resolution{{Kind: "id_card", Act: pick(w.r, []string{"mask", "remove", "keep", "not_personal"}), Basis: "依法"}}
	s.Fields = content.Fields{pick(w.r, []string{"doc_no", "doc_no", "validity", "title"}): "x"}
	if p, there := orderOf(it.Work.Pipeline); there {
		if stage, _ := p.Stage(it.Work.Stage); len(stage.Seats) > 0 && w.chance(50) {
			s.Seat = pick(w.r, stage.Seats).ID
		}
		if w.chance(70) {
			s.To = pick(w.r, p.Stages).ID
		}
	}
	if s.File = w.id("scan"); len(it.Scans) > 0 && w.chance(60) {
		s.File = pick(w.r, it.Scans).File
	}
	s.Tombstone = &content.Tombstone{Type: pick(w.r, []string{"gone", "notice", "vanish"})}
	if w.chance(12) {
		pick(w.r, spoil)(w.r, &s)
	}
	return s
}

// walked are the acts of one item by itself; what happens between a lead and
// its members is told in the tests of bundles.
var walked = slices.DeleteFunc(slices.Clone(Acts), func(a Act) bool {
	return slices.Contains([]string{"hold", "hand_back", "follow", "interpreted"}, a.Name)
})

// change is one that is asked for, or mostly the one that was.
func (w *walk) change(it content.Item) *content.ValidityChange {
	if asked := it.Live.AskedValidity; asked != nil && w.chance(90) {
		return &asked.ValidityChange
	}
	c := content.ValidityChange{State: pick(w.r, []string{"in_force", "not_yet", "amended", "lapsed", "abolished", "declared_lapsed", "void"}), Since: pick(w.r, []string{"", "2026-01-05", "2036-01-05", "soon"})}
	if w.other = pick(w.r, w.items); w.chance(30) {
		c.By, c.Replaces = w.other.ID, w.chance(50)
	}
	return &c
}

// weight lets the way to the public be walked to its end now and then.
var weight = map[string]int{"built": 8, "pass": 24, "release": 12, "submit": 5, "correct": 2, "fill": 3, "ask_by": 3, "schedule": 5, "later_pass": 12, "attach_form": 2, "set_validity": 2, "relate": 1, "commence": 5, "expire": 5, "end_publicity": 5}

// spoil takes something away that a step needs.
var spoil = []func(*rand.Rand, *Step){
	func(_ *rand.Rand, s *Step) { s.Sheet = "" },
	func(_ *rand.Rand, s *Step) { s.Sheet = "of a sheet that was" },
	func(r *rand.Rand, s *Step) { s.Edition = int64(r.IntN(4)) },
	func(_ *rand.Rand, s *Step) { s.Opinion, s.Reason = " ", "" },
	func(_ *rand.Rand, s *Step) { s.Judgements = &content.Judgements{Legality: true} },
	func(_ *rand.Rand, s *Step) { s.Placements = nil },
	func(_ *rand.Rand, s *Step) {
		s.Placements = []content.Placement{{Site: "www", Column: "x", Home: true}}
	},
	func(_ *rand.Rand, s *Step) { s.Resolutions = nil },
	func(_ *rand.Rand, s *Step) { s.Resolutions[0].Basis = "" },
	func(_ *rand.Rand, s *Step) { s.Resolutions[0].Kind = "" },
	func(_ *rand.Rand, s *Step) { s.Resolutions[0].Act = "burn" },
	func(_ *rand.Rand, s *Step) { s.Tombstone.Type = "grave" },
}

// who tries it: mostly somebody with the right.
func (w *walk) who(it content.Item, s Step) gongkai.Actor {
	act, _ := ActOf(s.Act)
	if act.System != w.chance(2) {
		return gongkai.System
	}
	actor := pick(w.r, w.people)
	for try := 0; try < 40 && w.r.IntN(25) > 0 && !w.mayProbably(actor, it, act); try++ {
		actor = pick(w.r, w.people)
	}
	return actor
}

func (w *walk) mayProbably(actor gongkai.Actor, it content.Item, act Act) bool {
	can := func(right string) bool {
		p := permit{actor.ID + strings.Join(actor.Scopes, " "), it.Unit, right}
		may, known := w.may[p]
		if !known {
			may = w.can(actor, it.Unit)(right) == nil
			w.may[p] = may
		}
		return may
	}
	if act.Right != "" && !can(act.Right) {
		return false
	}
	if strings.HasPrefix(act.Name, "later_") {
		for _, r := range it.Later {
			p, _ := orderOf(r.Emergency.Pipeline)
			if stage, there := p.Stage(r.Stage); there && r.Closed == 0 && len(stage.Tracks) > 0 {
				return !slices.ContainsFunc(stage.Tracks, func(track Track) bool { return !can(policy.Sign(track.Role)) })
			}
		}
	}
	if act.Name == "schedule" || act.Name == "unschedule" {
		return can(policy.ItemRelease)
	}
	if act.Name == "pass" || act.Name == "correct" || act.Name == "fill" {
		stage, _ := w.world(actor, it, Step{}).Pipeline.Stage(it.Work.Stage)
		return bySeat(stage, func(seat Seat) error {
			for _, track := range seat.Tracks {
				if seat.own() && !can(policy.Sign(track.Role)) || !seat.own() && w.at(actor, it.Unit)(seat.UnitRule)(policy.Sign(track.Role)) != nil {
					return errNoUnit
				}
			}
			return nil
		}) == nil
	}
	return true
}

// prune forgets old acts, as jobs do.
func (w *walk) prune(it *content.Item) {
	if n := len(it.Steps); n > 6 {
		it.Steps = slices.Clone(it.Steps[n-2:])
		it.Copied = it.Steps[0].N
	}
	if n := len(it.Work.Resolutions); n > 4 { // so that long walks stay quick
		it.Work.Resolutions = slices.Clone(it.Work.Resolutions[n-2:])
	}
}

func (w *walk) fail(it content.Item, s Step, what string) {
	w.t.Helper()
	w.t.Fatalf("%s (seed of the walk is fixed)\nact %s on %s\n%s", what, s.Act, it.ID, snapshot(it))
}

func (w *walk) run(steps int) {
	for range steps {
		w.step()
	}
}

func TestRandomWalk(t *testing.T) {
	steps, walks := 200_000, 2
	switch {
	case os.Getenv("GONGKAI_LONG") != "":
		steps = 5_000_000
	case testing.Short(): // with the race detector
		steps = 3_000
	}
	acts, codes := map[string]int{}, map[string]int{}
	for seed := range walks {
		w := newWalk(t, uint64(seed+1))
		w.run(steps / walks)
		sum(acts, w.acts)
		sum(codes, w.codes)
	}
	for _, a := range walked {
		t.Logf("done %-14s %6d", a.Name, acts[a.Name])
		if acts[a.Name] == 0 && a.Name != "reconcile" && !testing.Short() { // only a restore does it
			t.Errorf("%s was never done", a.Name)
		}
	}
	if t.Logf("done %-14s %6d", shortRelease, acts[shortRelease]); acts[shortRelease] == 0 && !testing.Short() {
		t.Error("nothing was released the short way")
	}
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		t.Logf("refused %-24s %6d", code, codes[code])
	}
	for _, code := range expectedCodes {
		if codes[code] == 0 && !testing.Short() {
			t.Errorf("nothing was refused for %s", code)
		}
	}
}

func sum(into, from map[string]int) {
	for k, n := range from {
		into[k] += n
	}
}

// expectedCodes are the refusals that people can run into. "incomplete" is not
// among them: no way leads to ready without every signature, which is the
// point; TestAReleaseNeedsEverySignature forges it.
var expectedCodes = []string{"act", "administrator_business", "asked", "basis", "home", "incomplete_fields", "judgements", "kind", "missing_grant", "not_asked", "not_proactive",
	"open_findings", "own_request", "own_text", "program", "releaser_signed", "required", "rescan", "resolution", "resolution_place", "same_person", "same_track",
	"date", "past", "stale_edition", "stale_sheet", "suspended", "tombstone", "wrong_state", "confirm",
	"seat_taken", "seat", "field", "no_fields", "not_passed", "scan", "scan_there", "scans",
	"short", "stale_asked", "not_due", "no_date", "unchanged", "future", "relation", "not_public", "ended"}
