// Pipelines as data, and the presets.

package workflow

import (
	"fmt"
	"maps"
	"slices"

	"gongkai"
	"gongkai/store"
)

// Track kinds.
const (
	Review  = "review"  // 审
	Proof   = "proof"   // 校
	Secrecy = "secrecy" // 保密审查
	Confirm = "confirm" // 终审确认
)

// Track (环节所签) is one signature that a stage asks for.
type Track struct {
	Kind string `json:"kind" enum:"review,proof,secrecy,confirm"`
	Role string `json:"role" doc:"Role that may sign"`
}

// Stage (环节) is a row of a pipeline. With several tracks one person signs
// them together (审校合一).
type Stage struct {
	ID     string  `json:"id"`
	Zh     string  `json:"zh"`
	En     string  `json:"en"`
	Tracks []Track `json:"tracks"`
}

// Has tells whether the stage carries a track of the kind.
func (s Stage) Has(kind string) bool {
	return slices.ContainsFunc(s.Tracks, func(t Track) bool { return t.Kind == kind })
}

// Kinds lists the kinds of the stage's tracks.
func (s Stage) Kinds() []string {
	out := make([]string, len(s.Tracks))
	for i, t := range s.Tracks {
		out[i] = t.Kind
	}
	return out
}

// Pipeline (审校流程) is the order in which an item is signed before release.
// Its id is "<name>/<version>": an item under way keeps its version.
type Pipeline struct {
	store.Meta
	Name     string  `json:"name"`
	Version  int     `json:"version"`
	Zh       string  `json:"zh"`
	En       string  `json:"en"`
	Stages   []Stage `json:"stages"`
	Distinct bool    `json:"distinct" doc:"No person signs two stages"`
	Note     string  `json:"note,omitempty" doc:"What this version is for"`
	By       string  `json:"by,omitempty" doc:"Who added it; absent: it came with the program"`
	Updated  int64   `json:"updated" doc:"When it was added: a version never changes"`
}

// FinalConfirm (终审确认) stands before ready when words were corrected after
// the final review.
var FinalConfirm = Stage{ID: "final_confirm", Zh: "终审确认", En: "Final confirmation", Tracks: []Track{{Confirm, "reviewer-3"}}}

func review(n int) Stage {
	return Stage{ID: fmt.Sprintf("review_%d", n), Zh: [...]string{"一审", "二审", "三审"}[n-1], En: fmt.Sprintf("Review %d", n), Tracks: []Track{{Review, fmt.Sprintf("reviewer-%d", n)}}}
}

func proof(n int) Stage {
	return Stage{ID: fmt.Sprintf("proof_%d", n), Zh: [...]string{"一校", "二校", "三校"}[n-1], En: fmt.Sprintf("Proofreading %d", n), Tracks: []Track{{Proof, fmt.Sprintf("proofreader-%d", n)}}}
}

func merged(n int) Stage {
	return Stage{ID: fmt.Sprintf("merged_%d", n), Zh: [...]string{"初审一校", "复审二校", "终审三校"}[n-1], En: fmt.Sprintf("Review and proofreading %d", n), Tracks: append(review(n).Tracks, proof(n).Tracks...)}
}

var secrecy = Stage{ID: "secrecy", Zh: "保密审查", En: "Secrecy review", Tracks: []Track{{Secrecy, "secrecy-officer"}}}

func preset(name, zh, en string, distinct bool, stages ...Stage) Pipeline {
	p := Pipeline{Name: name, Version: 1, Zh: zh, En: en, Distinct: distinct, Stages: stages}
	p.ID = pipelineID(name, 1)
	return p
}

// Presets are the orders met in real rules (domain page 2.2), each with and
// without 保密审查.
var Presets = []Pipeline{
	preset("alternating", "交替审校（六人）", "Alternating, six people", true, review(1), proof(1), review(2), proof(2), review(3), proof(3)),
	preset("alternating-secrecy", "交替审校加保密审查", "Alternating with secrecy review", true, review(1), proof(1), review(2), proof(2), secrecy, review(3), proof(3)),
	preset("merged", "审校合一（三人）", "Merged, three people", true, merged(1), merged(2), merged(3)),
	preset("merged-secrecy", "审校合一加保密审查", "Merged with secrecy review", true, merged(1), merged(2), secrecy, merged(3)),
	preset("reviews-then-proofs", "先审后校", "Reviews, then proofreadings", false, review(1), review(2), review(3), proof(1), proof(2), proof(3)),
	preset("reviews-then-proofs-secrecy", "先审后校加保密审查", "Reviews, then proofreadings, with secrecy review", false, review(1), review(2), secrecy, review(3), proof(1), proof(2), proof(3)),
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

// faults are the places at which a pipeline is not well defined. Three reviews
// and three proofreadings are the law of the house: no pipeline has fewer.
func (p Pipeline) faults() (bad []gongkai.Detail) {
	add := func(where, code, zh, en string) {
		bad = append(bad, gongkai.Detail{Where: where, Code: code, Zh: zh, En: en})
	}
	seen, count := map[string]bool{FinalConfirm.ID: true}, map[string]int{}
	for i, s := range p.Stages {
		where := stageAt(i)
		if s.ID == "" || seen[s.ID] || len(s.Tracks) == 0 {
			add(where, "stage", "环节须有不重复的编号和至少一项签署", "a stage needs an id of its own and at least one track")
		}
		seen[s.ID] = true
		kinds := map[string]bool{}
		for j, t := range s.Tracks {
			count[t.Kind]++
			if kinds[t.Kind] || t.Role == "" || !slices.Contains([]string{Review, Proof, Secrecy}, t.Kind) {
				add(fmt.Sprintf("%s.tracks[%d]", where, j), "track", "同一环节的签署种类不得重复，且须指明角色", "the tracks of a stage are of different kinds and name a role each")
			}
			kinds[t.Kind] = true
		}
	}
	if count[Review] < 3 || count[Proof] < 3 {
		add("stages", "three", "须有三次审核和三次校对", "three reviews and three proofreadings are needed")
	}
	return bad
}

func stageAt(stage int) string { return fmt.Sprintf("stages[%d]", stage) }

func pipelineID(name string, version int) string { return fmt.Sprintf("%s/%d", name, version) }

// Stage finds a stage by id; the final confirmation belongs to every pipeline.
func (p Pipeline) Stage(id string) (Stage, bool) {
	if id == FinalConfirm.ID {
		return FinalConfirm, true
	}
	i := slices.IndexFunc(p.Stages, func(s Stage) bool { return s.ID == id })
	if i < 0 {
		return Stage{}, false
	}
	return p.Stages[i], true
}

// covers tells whether whatever passed p has had all that other asks for: as
// many signatures of each kind, and as many people.
func (p Pipeline) covers(other Pipeline) bool {
	mine := p.signatures()
	for kind, n := range other.signatures() {
		if mine[kind] < n {
			return false
		}
	}
	return p.people() >= other.people()
}

// signatures counts those of each kind.
func (p Pipeline) signatures() map[string]int {
	n := map[string]int{}
	for _, s := range p.Stages {
		for _, t := range s.Tracks {
			n[t.Kind]++
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
		if len(rest) > 0 && s.ID == rest[0].ID && slices.Equal(s.Tracks, rest[0].Tracks) {
			rest = rest[1:]
		}
	}
	return len(rest) == 0 && (p.Distinct || !other.Distinct)
}

// stricter is the pipeline that is this one with what the demands ask for added
// (保密审查, more people), the shortest if there are several.
func (p Pipeline) stricter(all []Pipeline, ds []Demand) (best Pipeline, there bool) {
	newest := map[string]Pipeline{}
	for _, q := range all {
		if q.Version > newest[q.Name].Version {
			newest[q.Name] = q
		}
	}
	for _, name := range slices.Sorted(maps.Keys(newest)) {
		if q := newest[name]; q.meetsAll(ds) && q.extends(p) && q.Valid() == nil && (!there || len(q.Stages) < len(best.Stages)) {
			best, there = q, true
		}
	}
	return best, there
}

// people is how many different persons must sign at the least.
func (p Pipeline) people() int {
	if p.Distinct {
		return len(p.Stages)
	}
	most, n := 0, map[string]int{}
	for _, s := range p.Stages {
		for _, t := range s.Tracks {
			n[t.Kind]++
			most = max(most, n[t.Kind])
		}
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
