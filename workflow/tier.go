// Risk tiers (风险等级): what the pipeline of an item must ask for at the least.

package workflow

import (
	"fmt"
	"slices"
	"strings"

	"gongkai"
	"gongkai/content"
)

// The risk tiers.
const (
	TierA = "A" // 一般
	TierB = "B" // 重要
	TierC = "C" // 敏感

	minors = "minors" // 未成年人名单
)

// Demand (最低要求) is what a tier, or something found in the text, asks of the
// pipeline: so many signatures of each kind, by so many people.
type Demand struct {
	Code    string `json:"code" doc:"Risk tier, or what was found"`
	Zh      string `json:"zh"`
	En      string `json:"en"`
	Reviews int    `json:"reviews" doc:"Reviews (审)"`
	Proofs  int    `json:"proofs" doc:"Proofreadings (校)"`
	Secrecy int    `json:"secrecy" doc:"Secrecy reviews (保密审查)"`
	People  int    `json:"people" doc:"Different people"`
}

// Demands is the table of tiers and of what raises an item above its tier. They
// add up: a finding never lowers what the tier asks for.
var Demands = []Demand{
	{Code: TierA, Zh: "一般", En: "ordinary", Reviews: 3, Proofs: 3, People: 3},
	{Code: TierB, Zh: "重要", En: "important", Reviews: 3, Proofs: 3, People: 4},
	{Code: TierC, Zh: "敏感", En: "sensitive", Reviews: 3, Proofs: 3, Secrecy: 1, People: 4},
	{Code: minors, Zh: "涉及未成年人", En: "minors are named", Secrecy: 1},
}

// raised tells of each demand whether it is made on an item.
func (d Demand) raised(it content.Item, fs []content.Finding) bool {
	if d.Code == minors {
		return len(risky(fs, it.Work.Resolutions)) > 0
	}
	return d.Code == orElse(it.Tier, TierA)
}

// demanding is the table that counts: that of the installation, or the
// program's.
func (w World) demanding() []Demand {
	if w.Demands == nil {
		return Demands
	}
	return w.Demands
}

// demandsOn are the demands on an item with these findings.
func demandsOn(all []Demand, it content.Item, fs []content.Finding) (out []Demand) {
	for _, d := range all {
		if d.raised(it, fs) {
			out = append(out, d)
		}
	}
	return out
}

// demands are those on an item and on what goes with it: the strictest counts.
func (w World) demands(it content.Item) (out []Demand) {
	all := demandsOn(w.demanding(), it, w.Findings)
	for _, c := range w.Companions {
		all = append(all, demandsOn(w.demanding(), c.Item, c.Findings)...)
	}
	for _, d := range w.demanding() {
		if slices.ContainsFunc(all, func(one Demand) bool { return one.Code == d.Code }) {
			out = append(out, d)
		}
	}
	return out
}

// meets tells whether the pipeline asks for as much.
func (p Pipeline) meets(d Demand) bool { return len(p.lacks(d)) == 0 }

// lack is something that a demand wants more of.
type lack struct{ zh, en string }

func (p Pipeline) lacks(d Demand) (out []lack) {
	n := p.signatures()
	for _, c := range []struct {
		want, has int
		zh, en    string
	}{
		{d.Reviews, n[signature{kind: Review}], "审核%d次", "%d reviews"}, {d.Proofs, n[signature{kind: Proof}], "校对%d次", "%d proofreadings"},
		{d.Secrecy, n[signature{kind: Secrecy}], "保密审查%d次", "%d secrecy review"}, {d.People, p.people(), "不同人员%d名", "%d different people"},
	} {
		if c.has < c.want {
			out = append(out, lack{fmt.Sprintf(c.zh, c.want), fmt.Sprintf(c.en, c.want)})
		}
	}
	return out
}

// lacking says it for people.
func lacking(lacks []lack) (zh, en string) {
	var zhs, ens []string
	for _, l := range lacks {
		zhs, ens = append(zhs, l.zh), append(ens, l.en)
	}
	return strings.Join(zhs, "、"), strings.Join(ens, ", ")
}

// meetsAll tells whether the pipeline asks for all of it.
func (p Pipeline) meetsAll(ds []Demand) bool {
	for _, d := range ds {
		if !p.meets(d) {
			return false
		}
	}
	return true
}

// tiered refuses a pipeline that asks for less than the item's tier.
func (t *turn) tiered() error {
	for _, d := range t.w.demands(*t.it) {
		if !t.w.Pipeline.meets(d) { // of minors without any secrecy review guarded has spoken
			return t.tooLow(d)
		}
	}
	return nil
}

func (t *turn) tooLow(d Demand) error {
	zh, en := lacking(t.w.Pipeline.lacks(d))
	return gongkai.E(gongkai.Blocked, "tier",
		fmt.Sprintf("风险等级为%s（%s），审校流程至少须有%s：主栏目“%s”的流程“%s”达不到，也没有在它之上加严的流程可自动转入。请将主栏目（place）改为流程达到要求的栏目，或请管理员增加一个包含该流程全部环节的更严流程（POST /pipelines）；定级有误的，送审时（submit）改正等级（tier）", d.Code, d.Zh, zh, t.w.Column.Name, t.w.Pipeline.Zh),
		fmt.Sprintf("the risk tier is %s (%s), which takes at least %s: the pipeline %s of the home column %s asks for less, and no pipeline adds that to it that the item could take by itself. Choose a home column (place) whose pipeline is strict enough, or ask an administrator to add a stricter one with all stages of that pipeline (POST /pipelines); if the tier is wrong, say another (tier) when you submit", d.Code, d.En, en, t.w.Pipeline.Name, t.w.Column.ID),
		gongkai.Detail{Where: "tier", Code: d.Code, Zh: "缺：" + zh, En: "missing: " + en})
}

// above names the demands for which an item may leave the pipeline of its home
// column.
func above(ds []Demand) string {
	var codes []string
	for _, d := range ds {
		if d.Code != TierA {
			codes = append(codes, d.Code)
		}
	}
	return strings.Join(codes, " ")
}

// grade takes the tier that the drafter declares (定级).
func (t *turn) grade() error {
	if t.s.Tier != "" {
		t.it.Tier = t.s.Tier
	}
	t.detail["tier"] = t.it.Tier
	return knownTier(t.it.Tier)
}

func knownTier(tier string) error {
	for _, known := range []string{"", TierA, TierB, TierC} {
		if tier == known {
			return nil
		}
	}
	return need(false, "tier", "tier", "风险等级为A（一般）、B（重要）或C（敏感）", "a risk tier is A (ordinary), B (important) or C (sensitive)")
}
