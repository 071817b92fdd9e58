// The random walk: whatever people try, in whatever order, the invariants of
// the architecture hold after each step.

package workflow

import (
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"runtime/debug"
	"slices"
	"strconv"
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
	seed   uint64
	able   map[permit][]gongkai.Actor
	acts   map[string]int            // steps that were done
	codes  map[string]map[string]int // refusals, by act

	owes   []bool // of each item: a job is to look at it
	asleep []func()
	once   map[string]bool // members that a round of a lead took in hand: never twice
	hands  map[string]inHand
	named  map[string][]content.Member // by the lead's sheet that names them
	out    map[string]*outing          // by round

	merging merging
	kept    *backup
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
	under            string // the unit that what is under way is signed under
}

var businessRoles = []string{policy.Editor, policy.Reviewer1, policy.Reviewer2, policy.Reviewer3, policy.Proofreader1, policy.Proofreader2, policy.Proofreader3, policy.SecrecyOfficer, policy.Publisher}

func newWalk(t testing.TB, seed uint64) *walk {
	w := &walk{desk: newDesk(t), t: t, seed: seed, r: rand.New(rand.NewPCG(seed, 20)), acts: map[string]int{}, codes: map[string]map[string]int{}, able: map[permit][]gongkai.Actor{},
		once: map[string]bool{}, hands: map[string]inHand{}, named: map[string][]content.Member{}, out: map[string]*outing{}}
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
	w.items, w.owes, w.shadow = make([]content.Item, len(kindsWalked)), make([]bool, len(kindsWalked)), make([]shadow, len(kindsWalked))
	for i := range kindsWalked {
		w.begin(i)
	}
	return w
}

// begin puts a new item into a place.
func (w *walk) begin(i int) {
	it := content.Item{Kind: kindsWalked[i], Unit: []string{"county", "town"}[i%2], Column: "notices", Placements: slices.Clone(homePlacement)}
	it.ID = w.id("item")
	w.items[i], w.shadow[i] = it, shadow{wrote: map[string]bool{}, signed: map[string]content.Signoff{}, struck: map[int64]bool{}}
}

// renew begins other items in the place of some that were live: much happens
// to an item once only, and those who wrote one never sign it.
func (w *walk) renew() {
	for i, it := range w.items {
		named := slices.ContainsFunc(w.items, func(o content.Item) bool {
			_, is := content.MemberOf(o.Bundle, it.ID)
			return is
		})
		if it.Live.First != 0 && it.Work.State != content.Bundled && !named && len(it.Bundle) == 0 && w.chance(20) {
			w.begin(i)
		}
	}
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

// kindsWalked are documents and what goes with them, in two units.
var kindsWalked = []string{"notice", "notice", "notice", "notice", "policy", "policy",
	content.Interpretation, content.Interpretation, content.Explanation, content.Explanation, content.Interpretation, content.Interpretation}

// step tries one thing on one item, or lets a job or somebody who was slow go
// on, and checks everything that must hold.
func (w *walk) step() {
	switch n := w.r.IntN(100); {
	case n < 1:
		w.merge()
	case n < 4 && len(w.asleep) > 0:
		w.wake()
	case n < 20:
		w.tell()
	default:
		w.try(w.item())
	}
}

// item is mostly a document: drafts of what goes with one lie there for a while.
func (w *walk) item() int {
	i := w.r.IntN(len(w.items))
	if kindNamed(w.items[i].Kind).Accompanies() && w.chance(40) {
		i = w.r.IntN(len(w.items))
	}
	return i
}

func (w *walk) try(i int) {
	w.weather(w.items[i])
	s := w.choose(w.items[i])
	if s.Act == "built" && w.chance(95) {
		w.build(i)
		return
	}
	if slices.Contains(settlesFirst, s.Act) && !w.settle(i) {
		return
	}
	it := w.items[i]
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
		world.Revision.Fields, world.Title = w.text(it.Kind), w.id("title")
		w.revisions[world.Revision.ID] = world.Revision
	}
	world.Companions = w.companions(it, s)
	for _, c := range world.Companions {
		if s.Act == "correct" && c.Item.ID == s.Member {
			world.Revision, world.Title = w.revision(s.Member, c.Revision.Fields, actor.ID, true), w.id("title")
		}
	}
	if live, ok := w.revisions[it.Live.Revision]; ok && s.Act == "save" && it.Live.Revision != "" && w.chance(60) { // a word is put right
		world.Revision.Fields = live.Fields
		w.revisions[world.Revision.ID] = world.Revision
	}
	w.spoilWorld(s, &world)
	if w.write(i, s, actor, world) && !w.chance(40) { // else killed before what is owed was paid
		w.settle(i)
	}
}

// spoilWorld lets what is looked at be otherwise now and then.
func (w *walk) spoilWorld(s Step, world *World) {
	switch finding := []content.Finding{{Key: "p", Kind: content.Minor, Place: "roster", Level: "certain"}}; {
	case s.Act == "submit" && w.chance(3):
		world.Complete = gongkai.E(gongkai.Invalid, "incomplete_fields", "", "")
	case s.Act == "submit" && w.chance(2):
		world.Findings = finding
	case s.Act == "submit" && w.chance(1):
		world.Pipeline = Pipeline{Name: "nothing in it"}
	case slices.Contains([]string{"pass", "release", "resume"}, s.Act) && w.chance(2):
		world.Together = finding
		world.Open = append(slices.Clone(world.Open), finding...)
	case s.Act == "release" && w.chance(1):
		world.Companions = nil
	}
	world.Shown = w.chance(60)
}

// do applies a step and checks what has become of the item.
func (w *walk) do(i int, s Step, actor gongkai.Actor, world World, late bool) {
	it := w.items[i]
	out, err := w.apply(it, s, world)
	if err != nil {
		if w.codes[s.Act] == nil {
			w.codes[s.Act] = map[string]int{}
		}
		w.codes[s.Act][gongkai.CodeOf(err)]++
		return
	}
	w.acts[s.Act]++
	if s.For != "" {
		w.acts[standingIn+s.Act]++
	}
	w.follow(i, it, out, s, actor, world)
	w.hold(i, it, out, s, actor)
	w.together(i, it, out, s, actor, world, late)
	w.prune(&out)
	w.items[i], w.owes[i] = out, true
}

// apply looks at every fortieth step whether Apply touched what it was given, or
// a refusal changed the item: copying and comparing takes longer than the rest.
func (w *walk) apply(it content.Item, s Step, world World) (content.Item, error) {
	if w.steps++; w.steps%40 != 0 {
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
	case n == 6 && w.chance(60): // now and then the limit is near
		it.Scans = slices.Repeat(it.Scans, mostScans/n)
	case n == 7, n == mostScans && w.chance(2):
		it.Scans = slices.Clone(it.Scans[n-2:])
	}
	if n := len(it.Later); n > 4 {
		it.Later = slices.DeleteFunc(slices.Clone(it.Later), func(r content.LaterReview) bool { return r.Closed != 0 })
	}
}

// clear forgets what nobody needs any more.
func (w *walk) clear() {
	w.forget()
	kept := map[string]content.Revision{}
	for _, it := range w.items {
		kept[it.Work.Revision], kept[it.Live.Revision] = w.revisions[it.Work.Revision], w.revisions[it.Live.Revision]
		for _, m := range slices.Concat(it.Bundle, it.Live.Bundle) {
			kept[m.Revision] = w.revisions[m.Revision]
		}
	}
	w.revisions = kept
}

func (w *walk) fail(it content.Item, s Step, what string) {
	w.t.Helper()
	w.t.Fatalf("%s (step %d of GONGKAI_TEST_SEED=%d)\nact %s on %s\n%s", what, w.steps, w.seed, s.Act, it.ID, snapshot(it))
}

func (w *walk) run(steps int) {
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // little lives long here
	for next := 1000; w.steps < steps; {
		if w.step(); w.steps >= next {
			w.quiet()
			w.restore()
			w.renew()
			w.clear()
			w.backUp()
			next = w.steps + 1000
		}
	}
}

func TestRandomWalk(t *testing.T) {
	steps, walks := 200_000, 2
	first, err := strconv.ParseUint(orElse(os.Getenv("GONGKAI_TEST_SEED"), "1"), 10, 63)
	if err != nil {
		t.Fatal("GONGKAI_TEST_SEED: a number")
	}
	switch {
	case os.Getenv("GONGKAI_LONG") != "":
		steps = 5_000_000
	case testing.Short(): // with the race detector
		steps = 3_000
	}
	acts, codes := map[string]int{}, map[string]map[string]int{}
	known := refusals(t)
	for n := 0; n < walks || n < walks+3 && !testing.Short() && len(unreached(known, codes)) > 0; n++ { // what is rare may take longer
		w := newWalk(t, first+uint64(n))
		w.run(steps / walks)
		sum(acts, w.acts)
		for act, by := range w.codes {
			if codes[act] == nil {
				codes[act] = map[string]int{}
			}
			sum(codes[act], by)
		}
	}
	logCoverage(t, acts, codes)
	if !testing.Short() {
		everyAct(t, acts)
		everyCode(t, known, codes)
	}
}

// standingIn is before an act that was done for somebody.
const standingIn = "for somebody: "

func sum(into, from map[string]int) {
	for k, n := range from {
		into[k] += n
	}
}
