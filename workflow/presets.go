// The pipelines and stages that come with the program.

package workflow

import "fmt"

// FinalConfirm (终审确认) stands before ready when words were corrected after
// the final review; those sign it who may sign that review.
var FinalConfirm = Stage{ID: "final_confirm", Zh: "终审确认", En: "Final confirmation"}

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

// thirdSecrecy is the third reviewer who reviews for secrecy too.
var thirdSecrecy = Stage{ID: "secrecy_3", Zh: "保密与宣传终审", En: "Final review by the secrecy officer",
	Tracks: []Track{{Review, "secrecy-officer"}, {Proof, "proofreader-3"}, {Secrecy, "secrecy-officer"}}}

// higher is the check by the superior unit: its final reviewer signs.
var higher = Stage{ID: "higher", Zh: "上级审签", En: "Check by the superior unit", Tracks: []Track{{Review, "reviewer-3"}}, UnitRule: UnitRule{Up: 1}}

func preset(name, zh, en string, distinct bool, stages ...Stage) Pipeline {
	p := Pipeline{Name: name, Version: 1, Zh: zh, En: en, Distinct: distinct, Stages: stages}
	p.ID = pipelineID(name, 1)
	return p
}

// Presets are the orders met in real rules, most of them with and without
// 保密审查.
var Presets = append([]Pipeline{
	preset("alternating", "交替审校（六人）", "Alternating, six people", true, review(1), proof(1), review(2), proof(2), review(3), proof(3)),
	preset("alternating-secrecy", "交替审校加保密审查", "Alternating with secrecy review", true, review(1), proof(1), review(2), proof(2), secrecy, review(3), proof(3)),
	preset("higher-check", "审校合一加上级审签", "Merged, then a check by the superior unit", true, merged(1), merged(2), merged(3), higher),
	preset("higher-check-secrecy", "审校合一、保密审查加上级审签", "Merged with secrecy review, then a check by the superior unit", true, merged(1), merged(2), secrecy, merged(3), higher),
	preset("merged", "审校合一（三人）", "Merged, three people", true, merged(1), merged(2), merged(3)),
	preset("merged-secrecy", "审校合一加保密审查", "Merged with secrecy review", true, merged(1), merged(2), secrecy, merged(3)),
	preset("reviews-then-proofs", "先审后校", "Reviews, then proofreadings", false, review(1), review(2), review(3), proof(1), proof(2), proof(3)),
	preset("reviews-then-proofs-secrecy", "先审后校加保密审查", "Reviews, then proofreadings, with secrecy review", false, review(1), review(2), secrecy, review(3), proof(1), proof(2), proof(3)),
	preset("secrecy-third", "审校合一、保密员终审", "Merged, the secrecy officer as third reviewer", true, merged(1), merged(2), thirdSecrecy),
}, emergencyPresets...)
