// The random walk: whatever people try, in whatever order, the invariants of
// the architecture hold after each step.

package workflow

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"reflect"
	"runtime/debug"
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
	able   map[permit][]gongkai.Actor
	acts   map[string]int // steps that were done
	codes  map[string]int // refusals
}

// permit is something that people may do in a unit, or the one a rule means
// from there, when nothing speaks against it. Grants stay as they are.
type permit struct {
	unit  string
	rule  UnitRule
	right string
}

// shadow is what the test itself knows about an item.
type shadow struct {
	wrote, liveWrote map[string]bool            // who had a part in the text
	signed           map[string]content.Signoff // by stage and sheet, as it was signed
	struck           map[int64]bool
}

var businessRoles = []string{policy.Editor, policy.Reviewer1, policy.Reviewer2, policy.Reviewer3, policy.Proofreader1, policy.Proofreader2, policy.Proofreader3, policy.SecrecyOfficer, policy.Publisher}

func newWalk(t testing.TB, seed uint64) *walk {
	w := &walk{desk: newDesk(t), t: t, r: rand.New(rand.NewPCG(seed, 20)), acts: map[string]int{}, codes: map[string]int{}, able: map[permit][]gongkai.Actor{}}
	for i := range 26 {
		p := person(fmt.Sprintf("person-%d", i))
		deputy := fmt.Sprintf("person-%d", (i+13)%26)
		for range 1 + w.r.IntN(3) {
			w.give(p, deputy, pick(w.r, businessRoles), pick(w.r, []string{"county", "county", "county", "town", "harbour", ""}))
		}
		if level := i % 6; level < 3 { // some merged stages can be signed
			w.give(p, deputy, []string{policy.Reviewer1, policy.Reviewer2, policy.Reviewer3}[level], "county")
			w.give(p, deputy, []string{policy.Proofreader1, policy.Proofreader2, policy.Proofreader3}[level], "county")
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

// give grants a role, which somebody else has meanwhile too, where it signs.
func (w *walk) give(p gongkai.Actor, deputy, role, unit string) {
	grant(w.t, w.pol, p.ID, role, unit)
	if role == policy.Editor {
		return
	}
	d := policy.Delegation{ID: w.id("delegation"), To: deputy, Role: role, Unit: unit, End: gongkai.Millis(time.Now().Add(24 * time.Hour)), Reason: "休假"}
	if _, err := w.pol.Delegate(w.t.Context(), d, unitPaths[unit], p); err != nil {
		w.t.Fatal(err)
	}
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
	if act, _ := ActOf(s.Act); act.lent() && w.chance(15) { // somebody stands in for them
		if deputies := w.pol.StandIns(actor.ID); len(deputies) > 0 {
			s.For, actor = actor.ID, person(deputies[0])
		}
	}
	if w.chance(1) {
		s.For = pick(w.r, w.people).ID
	}
	world := w.world(actor, it, s)
	if s.Act == "reassign" {
		if s.To = ""; w.chance(70) {
			to := pick(w.r, w.people)
			s.To, world.Other = to.ID, &Other{Actor: to, Here: !to.Key, Can: w.can(to, it.Unit), At: w.at(to, it.Unit)}
		}
	}
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
	if s.For != "" {
		w.acts[standingIn+s.Act]++
	}
	w.follow(i, it, out, s, actor, world)
	w.hold(i, it, out, s, actor)
	w.prune(&out)
	w.items[i] = out
}

// apply looks at every twentieth step whether Apply touched what it was given, or
// a refusal changed the item: copying and comparing takes longer than the rest.
func (w *walk) apply(it content.Item, s Step, world World) (content.Item, error) {
	if w.steps++; w.steps%20 != 0 {
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
	if w.pipeline = pick(w.r, orders); w.pipeline.Emergency && w.chance(90) {
		w.pipeline = pick(w.r, Presets[:3])
	}
	if w.chance(40) {
		w.pipeline = pick(w.r, []Pipeline{jointly, byQuorum})
	}
	if w.pipeline.beyond()[UnitRule{Up: 1}] > 0 && it.Unit == "county" && w.chance(95) { // nobody is above the county
		w.pipeline = byQuorum
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
		sum := 0
		for _, a := range walked { // each as likely as its weight
			if among(a.Work, it.Work.State) && among(a.Live, it.Live.State) && (sensible[a.Name] == nil || sensible[a.Name](it)) {
				if sum += weight[a.Name] + 1; w.r.IntN(sum) <= weight[a.Name] {
					s.Act = a.Name
				}
			}
		}
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
	if _, seats := atSeats(it, s.Act); len(seats) > 0 && w.chance(80) {
		s.Seat = pick(w.r, seats).ID
	}
	if p, there := orderOf(it.Work.Pipeline); there && w.chance(70) {
		s.To = pick(w.r, p.Stages).ID
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

func among(states []string, state string) bool {
	return len(states) == 0 || slices.Contains(states, state)
}

// walked are the acts of one item by itself; what happens between a lead and
// its members is told in the tests of bundles.
var walked = slices.DeleteFunc(slices.Clone(Acts), func(a Act) bool {
	return slices.Contains([]string{"hold", "hand_back", "follow", "interpreted"}, a.Name)
})

// sensible is what an act needs beside the state.
var sensible = map[string]func(content.Item) bool{
	"reconcile":        func(content.Item) bool { return false }, // only a restore does it
	"lapse":            func(content.Item) bool { return false }, // when something is due
	"schedule":         func(it content.Item) bool { return it.Work.State == content.Ready },
	"unschedule":       func(it content.Item) bool { return len(it.Schedules) > 0 },
	"later_pass":       func(it content.Item) bool { return it.LaterBy != 0 },
	"later_object":     func(it content.Item) bool { return it.LaterBy != 0 },
	"attach_form":      func(it content.Item) bool { return it.Work.SheetDigest != "" },
	"void_form":        func(it content.Item) bool { return len(it.Scans) > 0 },
	"withdraw":         func(it content.Item) bool { return it.Live.Asked != nil },
	"decline":          func(it content.Item) bool { return it.Live.Asked != nil },
	"set_validity":     func(it content.Item) bool { return it.Live.AskedValidity != nil },
	"unclaim":          func(it content.Item) bool { return len(it.Work.Claims) > 0 },
	"reassign":         func(it content.Item) bool { return waitsAt(it.Work) != "" },
	"decline_validity": func(it content.Item) bool { return it.Live.AskedValidity != nil },
}

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
var weight = map[string]int{"built": 8, "pass": 24, "release": 12, "submit": 5, "correct": 2, "fill": 3, "ask_by": 3, "schedule": 5, "unschedule": 5, "later_pass": 6, "set_validity": 4, "commence": 2, "expire": 2, "end_publicity": 2}

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
	if people := w.capable(it, s, act); len(people) > 0 && w.chance(92) {
		return pick(w.r, people)
	}
	return pick(w.r, w.people)
}

// capable are those with the right, and for a signature the roles of a seat,
// who neither wrote the text nor signed it.
func (w *walk) capable(it content.Item, s Step, act Act) []gongkai.Actor {
	work, seats := atSeats(it, act.Name)
	people := w.people
	switch act.Name {
	case "unclaim":
		return slices.DeleteFunc(slices.Clone(w.people), func(a gongkai.Actor) bool {
			return !slices.ContainsFunc(work.Claims, func(c content.Claim) bool { return c.By == a.ID })
		})
	case "pass", "correct", "fill", "claim", "later_pass", "later_object":
		for _, seat := range seats {
			if seat.ID == s.Seat {
				for _, track := range seat.Tracks {
					people = both(people, w.holders(permit{it.Unit, seat.UnitRule, policy.Sign(track.Role)}))
				}
			}
		}
	case "release":
		people = w.holders(permit{it.Unit, UnitRule{}, act.Right})
	case "schedule", "unschedule":
		return w.holders(permit{it.Unit, UnitRule{}, policy.ItemRelease})
	default:
		return w.holders(permit{it.Unit, UnitRule{}, act.Right})
	}
	if w.chance(10) { // somebody who may not
		return people
	}
	return slices.DeleteFunc(slices.Clone(people), func(a gongkai.Actor) bool {
		return slices.Contains(work.Contributors, a.ID) || slices.ContainsFunc(work.Signoffs, func(so content.Signoff) bool { return so.By == a.ID })
	})
}

// atSeats is the work that a signature is about, and the seats that nobody
// signed yet.
func atSeats(it content.Item, act string) (work content.Work, seats []Seat) {
	work = it.Work
	for _, r := range it.Later {
		if r.Closed == 0 && strings.HasPrefix(act, "later_") {
			work = content.Work{Pipeline: r.Emergency.Pipeline, Stage: r.Stage, Contributors: r.Contributors, Signoffs: r.Signoffs}
		}
	}
	p, _ := orderOf(work.Pipeline)
	stage, _ := p.Stage(work.Stage)
	for _, seat := range stage.Seated() {
		if !slices.ContainsFunc(work.Signoffs, func(so content.Signoff) bool { return so.Stage == stage.ID && so.Seat == seat.ID }) {
			seats = append(seats, seat)
		}
	}
	return work, seats
}

func both(some, others []gongkai.Actor) (in []gongkai.Actor) {
	for _, a := range some {
		if slices.ContainsFunc(others, func(o gongkai.Actor) bool { return o.ID == a.ID }) {
			in = append(in, a)
		}
	}
	return in
}

// holders are all who may.
func (w *walk) holders(p permit) []gongkai.Actor {
	able, known := w.able[p]
	if !known {
		for _, a := range w.people {
			if p.right == "" || w.at(a, p.unit)(p.rule)(p.right) == nil {
				able = append(able, a)
			}
		}
		w.able[p] = able
	}
	return able
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
	switch n := len(it.Scans); {
	case n == 6 && w.chance(10): // now and then the limit is near
		it.Scans = slices.Repeat(it.Scans, mostScans/n)
	case n == 7, n == mostScans && w.chance(2):
		it.Scans = slices.Clone(it.Scans[n-2:])
	}
	if n := len(it.Later); n > 4 {
		it.Later = slices.DeleteFunc(slices.Clone(it.Later), func(r content.LaterReview) bool { return r.Closed != 0 })
	}
	if w.steps%1000 == 0 {
		kept := map[string]content.Revision{}
		for _, it := range w.items {
			for _, id := range []string{it.Work.Revision, it.Live.Revision} {
				kept[id] = w.revisions[id]
			}
		}
		w.revisions = kept
	}
}

func (w *walk) fail(it content.Item, s Step, what string) {
	w.t.Helper()
	w.t.Fatalf("%s (seed of the walk is fixed)\nact %s on %s\n%s", what, s.Act, it.ID, snapshot(it))
}

func (w *walk) run(steps int) {
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // little lives long here
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
	for _, act := range lent {
		t.Logf("done %-14s %6d for somebody", act, acts[standingIn+act])
		if acts[standingIn+act] == 0 && !testing.Short() {
			t.Errorf("%s was never done for somebody", act)
		}
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

// standingIn is before an act that was done for somebody.
const standingIn = "for somebody: "

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
	"claimed", "not_claimed", "not_delegated", "for", "unfit", "short", "stale_asked", "not_due", "no_date", "unchanged", "future", "relation", "not_public", "ended"}
