// Every interleaving of a small case: three people who hold every role, four
// stages, and all that can be done to the text on the way.

package workflow

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"testing"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
)

// four is the shortest order that asks for all kinds of signatures. It leaves
// separation to the tracks: one person may sign for secrecy and review.
var four = Pipeline{Name: "four", Version: 1, Stages: []Stage{merged(1), merged(2), secrecy, merged(3)}}

// small is the world of the exhaustive check.
type small struct {
	*desk
	t      *testing.T
	people []gongkai.Actor
	seen   map[string]bool
	live   map[string]bool // who signed what went out
	tried  int
}

func newSmall(t *testing.T) *small {
	s := &small{desk: newDesk(t), t: t, seen: map[string]bool{}, live: map[string]bool{}}
	s.pipeline = four
	s.pipeline.ID = pipelineID(four.Name, four.Version)
	for _, who := range []string{"a", "b", "c"} {
		for _, role := range businessRoles {
			grant(t, s.pol, who, role, "county")
		}
		s.people = append(s.people, person(who))
	}
	grant(t, s.pol, "writer", policy.Editor, "county")
	grant(t, s.pol, "office", policy.Publisher, "county")
	s.people = append(s.people, person("writer"), person("office"), gongkai.System)
	return s
}

// tries are the acts on the work, complete in what they take.
func (s *small) tries(it content.Item) []Step {
	var out []Step
	for _, act := range []string{"save", "submit", "recall", "built", "unbuilt", "pass", "return", "reject", "reopen", "correct", "release"} {
		if a, _ := ActOf(act); a.starts(it) == nil && (act != "correct" || len(it.Work.Corrections) < 2) {
			out = append(out, Step{ID: s.id("step"), Act: act, Sheet: it.Work.SheetDigest, Opinion: "同意", Judgements: affirmed})
		}
	}
	return out
}

// state is all of an item that decides what may come next. Sheets have the
// names of their place: it does not matter what they are called.
func (s *small) state(it content.Item) string {
	w, names := it.Work, map[string]string{}
	name := func(digest string) string {
		if _, known := names[digest]; !known {
			names[digest] = fmt.Sprint(len(names))
		}
		return names[digest]
	}
	out := []string{states(it), w.Back, name(w.SheetDigest), strings.Join(slices.Sorted(slices.Values(w.Contributors)), "")}
	for _, c := range w.Corrections {
		out = append(out, c.Stage, c.By, name(c.From), name(c.To))
	}
	var signed []string
	for _, so := range w.Signoffs {
		signed = append(signed, so.Stage+so.By+name(so.Sheet))
	}
	sort.Strings(signed)
	return strings.Join(append(out, signed...), "|")
}

// walk goes to every state that can be reached. What is live ends a way: after
// it the work begins anew.
func (s *small) walk(first content.Item) {
	ways := []content.Item{first}
	s.seen[s.state(first)] = true
	for len(ways) > 0 {
		it := ways[len(ways)-1]
		ways = ways[:len(ways)-1]
		for _, step := range s.tries(it) {
			for _, who := range s.people {
				s.tried++
				out, err := Apply(it, step, s.world(who, it, step))
				if err != nil {
					continue
				}
				if step.Act == "release" {
					s.released(it, out, who)
					continue
				}
				if out.Steps = nil; !s.seen[s.state(out)] {
					s.seen[s.state(out)] = true
					ways = append(ways, out)
				}
			}
		}
	}
}

// released: in the test's own words, what is live was signed by three people
// for review and for proofreading, none of whom wrote or released it.
func (s *small) released(it, out content.Item, by gongkai.Actor) {
	tracks, on := map[string][]string{}, map[string]bool{it.Work.SheetDigest: true}
	for _, c := range it.Work.Corrections {
		on[c.From] = true
	}
	var who []string
	for _, so := range out.Live.Signoffs {
		if !on[so.Sheet] || slices.Contains(it.Work.Contributors, so.By) || so.By == by.ID {
			s.t.Fatalf("live with a signature of %s at %s on %s: %s", so.By, so.Stage, so.Sheet, snapshot(it))
		}
		for _, kind := range so.Tracks {
			tracks[kind] = append(tracks[kind], so.By)
		}
		who = append(who, so.Stage+":"+so.By)
	}
	for kind, n := range map[string]int{Review: 3, Proof: 3, Secrecy: 1} {
		slices.Sort(tracks[kind])
		if len(slices.Compact(tracks[kind])) < n {
			s.t.Fatalf("live with %d signatures of the kind %s: %s", len(tracks[kind]), kind, snapshot(it))
		}
	}
	if slices.Contains(it.Work.Contributors, by.ID) || out.Live.Digest != it.Work.SheetDigest {
		s.t.Fatalf("released by %s: %s", by.ID, snapshot(it))
	}
	s.live[strings.Join(who, " ")] = true
}

func TestEveryInterleavingOfThreePeopleAndFourStages(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine: the race detector finds nothing in it")
	}
	s := newSmall(t)
	s.walk(s.draft(t, "writer"))
	t.Logf("%d states, %d steps tried, live by %d ways of signing", len(s.seen), s.tried, len(s.live))
	// Six orders of three reviewers, each of whom could have reviewed for secrecy.
	plain := 0
	for way := range s.live {
		if strings.Count(way, " ") == 3 {
			plain++
		}
	}
	if plain != 18 {
		t.Errorf("%d ways to sign all stages once, want 18: %v", plain, s.live)
	}
}
