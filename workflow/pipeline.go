// Pipelines as data, and the presets.

package workflow

import (
	"fmt"
	"maps"
	"slices"

	"gongkai"
	"gongkai/store"
)

// Pipeline (审校流程) is the order in which an item is signed before release.
// Its id is "<name>/<version>": an item under way keeps its version.
type Pipeline struct {
	store.Meta
	Name      string  `json:"name"`
	Version   int     `json:"version"`
	Zh        string  `json:"zh"`
	En        string  `json:"en"`
	Stages    []Stage `json:"stages"`
	Distinct  bool    `json:"distinct" doc:"No person signs two stages"`
	Emergency bool    `json:"emergency,omitempty" doc:"The short order of emergency releases (应急发布), which owes a full review afterwards"`
	Note      string  `json:"note,omitempty" doc:"What this version is for"`
	By        string  `json:"by,omitempty" doc:"Who added it; absent: it came with the program"`
	Updated   int64   `json:"updated" doc:"When it was added: a version never changes"`
}

// DefaultPipeline is the one of a column that names none.
const DefaultPipeline = "alternating"

// Valid says why a pipeline cannot be used.
func (p Pipeline) Valid() error {
	if bad := p.faults(); len(bad) > 0 {
		return gongkai.E(gongkai.Invalid, "pipeline", "审校流程定义有误", "the pipeline is not well defined", bad...)
	}
	return nil
}

func stageAt(stage int) string { return fmt.Sprintf("stages[%d]", stage) }

func pipelineID(name string, version int) string { return fmt.Sprintf("%s/%d", name, version) }

// Stage finds a stage by id; the final confirmation belongs to every pipeline.
func (p Pipeline) Stage(id string) (Stage, bool) {
	if id == FinalConfirm.ID {
		return p.confirmation(), true
	}
	if id == CorrectionCheck {
		return p.correctionCheck(), len(p.Stages) > 0
	}
	i := slices.IndexFunc(p.Stages, func(s Stage) bool { return s.ID == id })
	if i < 0 {
		return Stage{}, false
	}
	return p.Stages[i], true
}

// covers tells whether whatever passed p has had all that other asks for: as
// many signatures of each kind, those of other units among them, and as many
// people.
func (p Pipeline) covers(other Pipeline) bool {
	mine := p.signatures()
	for what, n := range other.signatures() {
		if mine[what] < n {
			return false
		}
	}
	return p.people() >= other.people()
}

// signature is what is counted: signatures of a kind, and those of them that
// another unit than the item's own gives.
type signature struct {
	kind string
	of   UnitRule
}

// signatures counts stages by what they sign: what several sign side by side is
// one look at the text, however many they are. Another unit's counts where no
// quorum can do without it.
func (p Pipeline) signatures() map[signature]int {
	n := map[signature]int{}
	for _, s := range p.Stages {
		all := map[signature]int{}
		for _, seat := range s.Seated() {
			for _, kind := range seat.Kinds() {
				all[signature{kind, seat.UnitRule}]++
			}
		}
		for _, kind := range s.Kinds() {
			n[signature{kind: kind}]++
		}
		for what, seats := range all {
			if !what.of.own() && seats > len(s.Seated())-s.needed() {
				n[what]++
			}
		}
	}
	return n
}

// beyond are the units other than the item's own whose people a stage asks for.
func (p Pipeline) beyond() map[UnitRule]int {
	n := map[UnitRule]int{}
	for _, s := range p.Stages {
		for _, seat := range s.Seated() {
			if !seat.own() {
				n[seat.UnitRule]++
			}
		}
	}
	return n
}

// guards tells whether somebody reviews for secrecy on the way.
func (p Pipeline) guards() bool {
	return slices.ContainsFunc(p.Stages, func(s Stage) bool { return s.Has(Secrecy) })
}

// extends tells whether whatever goes through p goes through all of other, in
// the same order and signed by as many people.
func (p Pipeline) extends(other Pipeline) bool {
	rest := other.Stages
	for _, s := range p.Stages {
		if len(rest) > 0 && s.asksAs(rest[0]) {
			rest = rest[1:]
		}
	}
	return len(rest) == 0 && (p.Distinct || !other.Distinct)
}

// stricter is the pipeline that is this one with what the demands ask for added
// (保密审查, more people), the shortest if there are several. It sends no item to
// another unit that this one does not: that is for who runs the column to say.
func (p Pipeline) stricter(all []Pipeline, ds []Demand) (best Pipeline, there bool) {
	newest := newestOf(all)
	for _, name := range slices.Sorted(maps.Keys(newest)) {
		if q := newest[name]; q.meetsAll(ds) && q.extends(p) && maps.Equal(q.beyond(), p.beyond()) && q.Valid() == nil && (!there || len(q.Stages) < len(best.Stages)) {
			best, there = q, true
		}
	}
	return best, there
}

// people is how many different persons must sign at the least.
func (p Pipeline) people() int {
	all, most, n := 0, 0, map[string]int{}
	for _, s := range p.Stages {
		all += s.needed()
		most = max(most, s.needed())
		for _, kind := range s.Kinds() {
			n[kind] += min(s.needed(), s.seatsOf(kind))
			most = max(most, n[kind])
		}
	}
	if p.Distinct {
		return all
	}
	return most
}

// after is the stage that follows; ok is false behind the last.
func (p Pipeline) after(id string) (next Stage, ok bool) {
	i := slices.IndexFunc(p.Stages, func(s Stage) bool { return s.ID == id })
	if i < 0 || i+1 >= len(p.Stages) {
		return Stage{}, false
	}
	return p.Stages[i+1], true
}

// finalReview is the last stage that reviews.
func (p Pipeline) finalReview() Stage {
	for _, s := range slices.Backward(p.Stages) {
		if s.Has(Review) {
			return s
		}
	}
	return Stage{}
}
