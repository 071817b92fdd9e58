// What the random walk tries, on what, and by whom: mostly what could succeed.

package workflow

import (
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
)

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
	w.column.Kinds, w.words, w.column.Bundle = nil, nil, ""
	if w.chance(12) {
		w.column.Bundle = pick(w.r, []string{content.BundleRequired, content.BundleAfter, content.BundleAfter})
	}
	if p, there := orderOf(it.Live.Pipeline); there && !p.Emergency && w.chance(60) {
		w.pipeline = p // columns seldom change theirs
	}
	if w.chance(10) {
		w.words = rewrite("body", "改动字数过多", "it touches too much of the text")
	}
	if w.chance(3) {
		w.column.Kinds = []string{"policy"}
	}
}

func (w *walk) text(kind string) content.Fields {
	v := plainFields()
	if kindNamed(kind).Accompanies() {
		var about []string
		for _, it := range w.items[w.r.IntN(20)/19:] {
			about = append(about, it.ID)
		}
		v["interprets"] = about
	}
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
	s := Step{ID: w.id("step"), Act: pick(w.r, Acts).Name}
	if w.chance(85) {
		sum := 0
		for _, a := range Acts { // each as likely as its weight
			if among(a.Work, it.Work.State) && among(a.Live, it.Live.State) && (sensible[a.Name] == nil || sensible[a.Name](it)) && (a.Name != "submit" || w.free(it)) && (a.Name != "bundle" || len(it.Bundle) == 0 || w.chance(10)) {
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
	s.Emergency = s.Act == "submit" && w.chance(50) && (len(it.Bundle) == 0 || w.chance(6))
	if s.Act == "submit" && it.Tier != "" && it.Tier != TierA && w.chance(80) {
		s.Tier = TierA
	} else if s.Act == "submit" && w.chance(6) {
		s.Tier = pick(w.r, []string{TierA, TierB, TierC, "Z"})
	}
	s.Batch = s.Act == "pass" && w.chance(4)
	if s.Act == "bundle" {
		s.Members = w.goWith(it)
	}
	if len(it.Bundle) > 0 && w.chance(50) {
		s.Member = pick(w.r, it.Bundle).Item
	} else if w.chance(1) {
		s.Member = "nobody"
	}
	for _, r := range it.Later {
		if r.Closed == 0 && strings.HasPrefix(s.Act, "later_") {
			s.Edition, s.Sheet = r.Edition, r.Digest
		}
	}
	s.Do, s.At = "release", shownTime(w.now+time.Hour.Milliseconds())
	if it.Live.State != content.NotLive && w.chance(70) {
		s.Do, s.At = pick(w.r, Schedulables[1:]).Act, pick(w.r, []string{"", "", "2036-02-05T00:00", "2036-01-01T00:00", "2040-01-01T00:00"})
	}
	if s.Note = noteFor(it); s.Note != "" {
		s.Short = it.Live.State == content.Published && len(it.Bundle) == 0 && !s.Emergency && !strings.HasPrefix(it.Live.Pipeline, "emergency") && w.chance(80) || w.chance(2)
	}
	if slices.ContainsFunc(it.Bundle, func(m content.Member) bool { return noteFor(w.items[w.index(m.Item)]) != "" }) {
		s.Note = "更正文字错误。"
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

// free tells whether an item is to be submitted: all that is to go with it is a
// draft too, and it is seldom one that goes with others.
func (w *walk) free(it content.Item) bool {
	if kindNamed(it.Kind).Accompanies() && w.chance(80) {
		return false
	}
	return !slices.ContainsFunc(it.Bundle, func(m content.Member) bool { return !drafted(w.items[w.index(m.Item)]) })
}

func drafted(it content.Item) bool {
	return it.Work.State == content.Draft || it.Work.State == content.Returned
}

// goWith are items that could go with another, seldom one that could not.
func (w *walk) goWith(it content.Item) (ids []string) {
	for n := 1 + w.r.IntN(2); len(ids) < n && w.chance(97); {
		other := pick(w.r, w.items)
		if other.Unit == it.Unit && !slices.Contains(ids, other.ID) && (kindNamed(other.Kind).Accompanies() && drafted(other) || w.chance(4)) {
			ids = append(ids, other.ID)
		}
	}
	return ids
}

// sensible is what an act needs beside the state.
var sensible = map[string]func(content.Item) bool{
	"reconcile":   func(content.Item) bool { return false }, // only a restore does it
	"transfer":    func(content.Item) bool { return false }, // when units are merged
	"lapse":       func(content.Item) bool { return false }, // when something is due
	"hold":        func(content.Item) bool { return false }, // these four are what jobs do
	"hand_back":   func(content.Item) bool { return false },
	"follow":      func(content.Item) bool { return false },
	"interpreted": func(content.Item) bool { return false },
	"bundle":      func(it content.Item) bool { return !kindNamed(it.Kind).Accompanies() },
	"schedule": func(it content.Item) bool {
		return it.Work.State == content.Ready || it.Live.State == content.Published
	},
	"unschedule":   func(it content.Item) bool { return len(it.Schedules) > 0 },
	"later_pass":   func(it content.Item) bool { return it.LaterBy != 0 },
	"later_object": func(it content.Item) bool { return it.LaterBy != 0 },
	"attach_form":  func(it content.Item) bool { return it.Work.SheetDigest != "" },
	"void_form": func(it content.Item) bool {
		return slices.ContainsFunc(it.Scans, func(s content.Scan) bool { return s.Void == "" })
	},
	"commence":         func(it content.Item) bool { return it.Live.Marked() == nil },
	"expire":           func(it content.Item) bool { return it.Live.Marked() == nil || it.Live.Marked().State != content.Lapsed },
	"end_publicity":    func(it content.Item) bool { return it.Live.Ended == nil },
	"preserve":         func(it content.Item) bool { return it.Preserved == nil && it.StepN%8 == 0 },
	"unpreserve":       func(it content.Item) bool { return it.Preserved != nil && it.StepN%8 == 0 },
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
	w.other = pick(w.r, w.items)
	for _, o := range w.items {
		if m := o.Live.Marked(); m != nil && m.By == it.ID && w.chance(80) {
			w.other = o
			return &content.ValidityChange{State: pick(w.r, []string{"amended", "abolished"}), By: o.ID}
		}
	}
	if w.chance(50) {
		c.By, c.Replaces = w.other.ID, w.chance(50)
	}
	return &c
}

// weight lets the way to the public be walked to its end now and then.
var weight = map[string]int{"built": 8, "pass": 24, "release": 14, "submit": 12, "correct": 2, "fill": 1, "ask_by": 3, "schedule": 3, "unschedule": 5, "later_pass": 4, "set_validity": 5, "bundle": 10}

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
	func(_ *rand.Rand, s *Step) { s.Places = make([]Marked, mostMarked+1) },
	func(_ *rand.Rand, s *Step) { s.Note = "<b>" },
	func(_ *rand.Rand, s *Step) { s.Note = "更正" },
	func(_ *rand.Rand, s *Step) { s.Resolutions[0].As = "<b>" },
	func(_ *rand.Rand, s *Step) { s.At = "soon" },
	func(_ *rand.Rand, s *Step) { s.At = "2036-02-02T09:00" },
	func(_ *rand.Rand, s *Step) { s.At = "2026-01-01T09:00" },
	func(_ *rand.Rand, s *Step) { s.Do = "suspend" },
	func(_ *rand.Rand, s *Step) { s.Hours = 500 },
	func(_ *rand.Rand, s *Step) { s.File, s.Validity = "", nil },
	func(_ *rand.Rand, s *Step) { s.Fields = nil },
	func(_ *rand.Rand, s *Step) { s.Members = make([]string, maxMembers+1) },
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
		a, _ := ActOf(s.Do)
		return w.holders(permit{it.Unit, UnitRule{}, a.Right})
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
