// Findings in summary: a roster is settled by its columns, not by its cells.

package workflow

import (
	"context"
	"fmt"

	"gongkai"
	"gongkai/content"
	"gongkai/policy/privacy/files"
)

// Group (问题分组) is what was found of one kind at places that are settled at
// once: a column, the lines of a file, a field. A decision about its place and
// kind settles all of it.
type Group struct {
	Place    string `json:"place" doc:"What a decision names: a field, a column, all lines of a file"`
	PlaceZh  string `json:"place_zh,omitempty" doc:"The place in words, counted from 1"`
	PlaceEn  string `json:"place_en,omitempty"`
	Kind     string `json:"kind"`
	Zh       string `json:"zh" doc:"What the kind is called"`
	En       string `json:"en"`
	Level    string `json:"level" enum:"certain,likely,ask,warn" doc:"The surest of them"`
	Found    int    `json:"found"`
	Open     int    `json:"open" doc:"Nobody has settled them"`
	Hidden   int    `json:"hidden,omitempty" doc:"A reader of the file would not see them"`
	HiddenZh string `json:"hidden_zh,omitempty" doc:"Why not, of the first of them"`
	HiddenEn string `json:"hidden_en,omitempty"`
	Fixed    bool   `json:"fixed,omitempty" doc:"In a file that cannot be masked here: replace the file"`
	Example  string `json:"example,omitempty" doc:"One of them, masked"`
	AdviceZh string `json:"advice_zh,omitempty" doc:"What to do, where that is not plain"`
	AdviceEn string `json:"advice_en,omitempty"`
	// Settled tells reviewers what was decided without a walk through all findings.
	Settled map[string]int `json:"settled,omitempty" doc:"How many were settled by each act: mask, keep …"`
}

// groups sums findings up, in the order of their coming.
func groups(fs []content.Finding, d content.Decisions) []Group {
	out, at := []Group{}, map[[2]string]int{}
	for _, f := range fs {
		key := [2]string{content.GroupOf(f.Place), f.Kind}
		i, there := at[key]
		if !there {
			zh, en := KindName(f.Kind)
			i = len(out)
			at[key], out = i, append(out, Group{Place: key[0], Kind: f.Kind, Zh: zh, En: en, Level: f.Level, Example: f.Preview, AdviceZh: f.AdviceZh, AdviceEn: f.AdviceEn, Settled: map[string]int{}})
		}
		out[i].add(f, d)
	}
	return out
}

func (g *Group) add(f content.Finding, d content.Decisions) {
	g.Found++
	if r, settled := d.Settle(f); settled {
		g.Settled[r.Act]++
	} else if f.Level != content.Warn {
		g.Open++
	}
	if why := f.Hidden(); why != "" {
		g.Hidden++
		g.HiddenZh, g.HiddenEn = orElse(g.HiddenZh, orElse(files.HiddenZh(why), why)), orElse(g.HiddenEn, why)
	}
	if rank[f.Level] > rank[g.Level] {
		g.Level = f.Level
	}
	g.Fixed = g.Fixed || f.Fixed
}

// rank orders levels by how sure they are.
var rank = map[string]int{"ask": 1, "likely": 2, content.Certain: 3}

// Groups sums up the findings in a revision of an item ("": its head).
func (e *Engine) Groups(ctx context.Context, actor gongkai.Actor, item, revision string) ([]Group, error) {
	it, fs, err := e.foundIn(ctx, actor, item, revision)
	if err != nil {
		return nil, err
	}
	k, err := e.kind(ctx, it.Kind)
	out := groups(fs, content.Decided(decisions(it)))
	for i := range out {
		out[i].PlaceZh, out[i].PlaceEn = placeWords(k, out[i].Place)
	}
	return out, err
}

// maxDetails bounds how many findings a refusal names one by one.
const maxDetails = 50

// OpenFindings is the refusal that names every place where a decision is
// missing: each finding, or columns and lists when there are too many.
func OpenFindings(open []content.Finding) error {
	e := gongkai.E(gongkai.Blocked, "open_findings", fmt.Sprintf("有%d处问题尚未处理，不能送审。请逐处、按列或按附件处理后再送审", len(open)),
		fmt.Sprintf("there are %d findings that nobody has settled: settle them one by one, by column or by file, then submit", len(open)))
	e.Details = openDetails(open)
	return e
}

// openDetails names findings one by one, or by column when there are many.
func openDetails(open []content.Finding) (out []gongkai.Detail) {
	if len(open) <= maxDetails {
		for _, f := range open {
			out = append(out, openDetail(f))
		}
		return out
	}
	gs := groups(open, content.Decisions{})
	for _, g := range gs[:min(len(gs), maxDetails)] {
		d := gongkai.Detail{Where: g.Place, Code: g.Kind, Zh: fmt.Sprintf("疑似%s%d处，如：%s", g.Zh, g.Found, g.Example),
			En: fmt.Sprintf("%d of what looks like a %s (%s), such as %s", g.Found, g.En, g.Level, g.Example)}
		if g.Kind == content.Aggregation {
			d.Zh, d.En = fmt.Sprintf("%s%d处，如：%s", g.Zh, g.Found, g.AdviceZh), fmt.Sprintf("%s (%d), such as: %s", g.En, g.Found, g.AdviceEn)
		}
		out = append(out, in(g.Place, d))
	}
	return out
}

func openDetail(f content.Finding) gongkai.Detail {
	zh, en := KindName(f.Kind)
	d := gongkai.Detail{Where: f.Where(), Code: f.Kind, Zh: "疑似" + zh + "：" + f.Preview, En: "looks like a " + en + " (" + f.Level + "): " + f.Preview}
	if f.AdviceZh != "" {
		d.Zh, d.En = zh+"："+f.AdviceZh, en+": "+f.AdviceEn
	}
	return in(f.Place, d)
}
