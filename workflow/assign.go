// Assignment: whether enough different people can sign the stages of a pipeline.

package workflow

import "slices"

// shortage (人手不足) is a set of stages with fewer people than stages.
type shortage struct {
	stages []int    // places in the pipeline, ascending
	people []string // all who could sign one of them
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

// apartGroups are the sets of stages within which nobody may sign two: all of
// them, or those of each track.
func (p Pipeline) apartGroups() [][]int {
	all := make([]int, len(p.Stages))
	for i := range all {
		all[i] = i
	}
	if p.Distinct {
		return [][]int{all}
	}
	var out [][]int
	for _, kind := range []string{Review, Proof, Secrecy} {
		out = append(out, slices.DeleteFunc(slices.Clone(all), func(i int) bool { return !p.Stages[i].Has(kind) }))
	}
	return out
}

// shortages are the stages that too few share, each in one set only.
func (p Pipeline) shortages(can map[int][]string) (out []shortage) {
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
