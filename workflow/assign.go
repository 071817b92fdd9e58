// Assignment: whether enough different people can sign the stages of a pipeline.

package workflow

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// shortage (人手不足) is a set of seats with fewer people than are needed.
type shortage struct {
	stages []int    // seats of the pipeline, counted through, ascending
	people []string // all who could sign one of them
}

// seatAt (席位) is a seat of a pipeline with its place.
type seatAt struct {
	Seat
	stage Stage
	place string
	at    int // of the stage in the pipeline
}

// seats are all seats of the pipeline, counted through.
func (p Pipeline) seats() (out []seatAt) {
	for i, s := range p.Stages {
		for j, seat := range s.Seated() {
			at := seatAt{seat, s, stageAt(i), i}
			if len(s.Seats) > 0 {
				at.place += fmt.Sprintf(".seats[%d]", j)
			}
			out = append(out, at)
		}
	}
	return out
}

// nobody (空席) sits in the seats that a quorum leaves empty: a stage of which two
// of three seats have to be signed has one nobody, who can sit in each of them.
const nobody = "\x00"

// spared adds the nobodies of stages with a quorum to those who can sign.
func (p Pipeline) spared(can map[int][]string) map[int][]string {
	out := maps.Clone(can)
	for i, at := range p.seats() {
		for n := range len(at.stage.Seated()) - at.stage.needed() {
			out[i] = append(slices.Clone(out[i]), fmt.Sprint(nobody, at.at, n))
		}
	}
	return out
}

// real leaves the nobodies out; needed is for how many seats people are wanting.
func (s shortage) real() (people []string, needed int) {
	people = slices.DeleteFunc(slices.Clone(s.people), func(who string) bool { return strings.HasPrefix(who, nobody) })
	return people, len(s.stages) - (len(s.people) - len(people))
}

// assign gives each stage a person of its own (二分图匹配). can lists who may
// sign each stage; where that fails, the stages that share too few are named.
func assign(stages []int, can map[int][]string) (short shortage, ok bool) {
	has := map[string]int{} // person: stage
	for _, stage := range stages {
		seen := map[string]bool{}
		if !place(stage, can, has, seen) {
			return sharing(stage, has, seen), false
		}
	}
	return shortage{}, true
}

// place finds a person for the stage, moving others to a stage that they may
// sign too where that makes room.
func place(stage int, can map[int][]string, has map[string]int, seen map[string]bool) bool {
	for _, who := range can[stage] {
		if seen[who] {
			continue
		}
		seen[who] = true
		if other, busy := has[who]; !busy || place(other, can, has, seen) {
			has[who] = stage
			return true
		}
	}
	return false
}

// sharing are the stage and those of everybody who was asked in vain: that all
// of these people have a stage is why there is nobody left.
func sharing(stage int, has map[string]int, seen map[string]bool) shortage {
	s := shortage{stages: []int{stage}}
	for who := range seen {
		s.people = append(s.people, who)
		s.stages = append(s.stages, has[who])
	}
	slices.Sort(s.people)
	slices.Sort(s.stages)
	return s
}

// apartGroups are the sets of seats within which nobody may sign two: all of
// them; or those of each track, and those of each stage.
func (p Pipeline) apartGroups() (out [][]int) {
	seats := p.seats()
	which := func(in func(seatAt) bool) (group []int) {
		for i, at := range seats {
			if in(at) {
				group = append(group, i)
			}
		}
		return group
	}
	if p.Distinct {
		return [][]int{which(func(seatAt) bool { return true })}
	}
	for _, kind := range []string{Review, Proof, Secrecy} {
		out = append(out, which(func(at seatAt) bool { return at.Has(kind) }))
	}
	for i, s := range p.Stages {
		if len(s.Kinds()) > 1 && len(s.Seats) > 0 {
			out = append(out, which(func(at seatAt) bool { return at.at == i }))
		}
	}
	return out
}

// shortages are the seats that too few share, each in one set only.
func (p Pipeline) shortages(can map[int][]string) (out []shortage) {
	can = p.spared(can)
	for _, group := range p.apartGroups() {
		for {
			short, ok := assign(group, can)
			if ok {
				break
			}
			short.widen(group, can)
			group = slices.DeleteFunc(group, func(i int) bool { return slices.Contains(short.stages, i) })
			out = append(out, short)
		}
	}
	return out
}

// widen takes in every stage that only these people could sign, so that the set
// does not hang on the order of the stages.
func (s *shortage) widen(group []int, can map[int][]string) {
	s.stages = slices.DeleteFunc(slices.Clone(group), func(i int) bool {
		return slices.ContainsFunc(can[i], func(who string) bool { return !slices.Contains(s.people, who) })
	})
}

// understaffed are the stages that too few share when one of the drafters
// (起草人), who signs nothing, wrote the text. One with whom it works is enough;
// with none at all the text came from elsewhere.
func (p Pipeline) understaffed(can map[int][]string, drafters []string) []shortage {
	least := p.shortages(can)
	if len(least) > 0 || len(drafters) == 0 {
		return least
	}
	for _, d := range drafters {
		without := map[int][]string{}
		for i, people := range can {
			without[i] = slices.DeleteFunc(slices.Clone(people), func(who string) bool { return who == d })
		}
		if least = p.shortages(without); len(least) == 0 {
			return nil
		}
	}
	return least
}
