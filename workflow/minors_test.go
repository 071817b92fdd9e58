package workflow

import (
	"slices"
	"strings"
	"testing"

	"gongkai"
	"gongkai/content"
	"gongkai/store"
)

// pupils is a notice with a list of children.
func pupils() content.Fields {
	return content.Fields{"title": "关于义务教育资助名单的公示", "openness": content.Proactive,
		"body": "<table><tr><th>序号</th><th>学生姓名</th><th>班级</th><th>资助金额</th></tr><tr><td>1</td><td>王小明</td><td>三年级2班</td><td>500元</td></tr><tr><td>2</td><td>李小红</td><td>三年级1班</td><td>500元</td></tr></table>"}
}

func (o *office) minors(it content.Item) (out []content.Finding) {
	o.t.Helper()
	for _, f := range o.findings(it) {
		if f.Kind == content.Minor {
			out = append(out, f)
		}
	}
	return out
}

func TestAListOfMinorsGoesThroughASecrecyReviewByItself(t *testing.T) {
	o := newOffice(t)
	it := o.create(pupils())
	if len(o.minors(it)) == 0 {
		t.Fatalf("no list of minors was found: %v", kindsOf(o.findings(it)))
	}
	_, err := o.step("editor", it.ID, Step{Act: "submit"})
	refusal := o.refusal(err, gongkai.Blocked, "open_findings")
	if d := refusal.Details[0]; !strings.Contains(d.Zh, "人数") || !strings.Contains(d.Zh, "送审时须经保密审查") {
		t.Errorf("what to do is not said: %s", d.Zh)
	}
	it = o.must("editor", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{{Kind: content.Minor, Act: content.ActMask, As: "（略）"}}})
	if way := o.submitWay(it); way != "merged-secrecy/1" {
		t.Errorf("the editor is told %q", way)
	}
	it = o.submit(it.ID)
	if last := it.Steps[len(it.Steps)-2]; it.Work.Pipeline != "merged-secrecy/1" || last.Detail["stricter"] != "minors" {
		t.Errorf("work %+v, detail %v", it.Work, last.Detail)
	}
	seen := []string{}
	for it.Work.State == content.AtStage {
		seen = append(seen, it.Work.Stage)
		it = o.must(signers[it.Work.Stage], it.ID, pass(it))
	}
	if strings.Join(seen, " ") != "merged_1 merged_2 secrecy merged_3" {
		t.Errorf("signed %v", seen)
	}
}

// submitWay is the pipeline that somebody who may submit is told of.
func (o *office) submitWay(it content.Item) string {
	o.t.Helper()
	possible, err := o.Possible(o.t.Context(), person("editor"), it)
	o.check(err)
	for _, p := range possible {
		if p.Act == "submit" {
			return p.Pipeline + p.Blocked
		}
	}
	return "no submit"
}

// pipeline is one of an office's own, with a column that uses it.
func (o *office) pipeline(name string, stages ...Stage) {
	o.t.Helper()
	p := preset(name, name, name, true, stages...)
	o.check(put(o.pipelines.Insert(o.t.Context(), p)))
	o.check(put(o.c.PutColumn(o.t.Context(), content.Column{Meta: store.Meta{ID: "col-" + name}, Site: "www", Slug: name, Name: "栏目" + name, Pipeline: name})))
}

func TestWithoutAStricterPipelineTheRefusalSaysHowToGetThere(t *testing.T) {
	o := newOffice(t)
	own := merged(2)
	own.ID = "own"
	o.pipeline("own", merged(1), own, merged(3))
	it := o.create(pupils())
	o.must("editor", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{{Kind: content.Minor, Act: content.ActMask, As: "（略）"}}})
	it = o.must("editor", it.ID, Step{Act: "place", Placements: []content.Placement{{Column: "col-own", Home: true}}})
	if way := o.submitWay(it); way != "minors" {
		t.Errorf("the editor is told %q", way)
	}
	_, err := o.step("editor", it.ID, Step{Act: "submit"})
	refusal := o.refusal(err, gongkai.Blocked, "minors")
	for _, word := range []string{"栏目own", "保密审查", "place", "删去名单"} {
		if !strings.Contains(refusal.Zh, word) {
			t.Errorf("%q is not said: %s", word, refusal.Zh)
		}
	}
	if len(refusal.Details) == 0 || !strings.HasPrefix(refusal.Details[0].Where, "body") {
		t.Errorf("places %+v", refusal.Details)
	}
	o.must("editor", it.ID, Step{Act: "place", Placements: []content.Placement{{Column: "www-merged", Home: true}}})
	if it = o.submit(it.ID); it.Work.Pipeline != "merged-secrecy/1" {
		t.Errorf("one act leads out: %+v", it.Work)
	}
}

func TestTheStricterPipelineHasAllStagesOfTheOther(t *testing.T) {
	all := append([]Pipeline{{Name: "longer", Version: 1, Distinct: true, Stages: []Stage{merged(1), secrecy, merged(2), merged(3), {ID: "more", Tracks: []Track{{Secrecy, "x"}}}}},
		{Name: "looser", Version: 1, Stages: []Stage{merged(1), merged(2), secrecy, merged(3)}}}, Presets...)
	secret := []Demand{{Secrecy: 1}}
	for _, name := range []string{"alternating", "merged", "reviews-then-proofs"} {
		home := Presets[slices.IndexFunc(Presets, func(p Pipeline) bool { return p.Name == name })]
		if p, there := home.stricter(all, secret); !there || p.Name != name+"-secrecy" {
			t.Errorf("%s: %s", name, p.Name)
		}
	}
	other := preset("other", "", "", true, merged(3), merged(2), merged(1))
	if p, there := other.stricter(all, secret); there {
		t.Errorf("another order is another pipeline: %s", p.Name)
	}
}

func TestOnlyTheOfficerSaysThatAListIsNotOfMinors(t *testing.T) {
	o := newOffice(t)
	it := o.create(pupils())
	adults := Step{Act: "resolve", Resolutions: []content.Resolution{{Kind: content.Minor, Act: content.ActNotPersonal, Basis: "均为成年学员"}}}
	_, err := o.step("editor", it.ID, adults)
	o.refused(err, gongkai.Denied, "missing_grant")
	o.must("secret", it.ID, adults)
	if it = o.submit(it.ID); it.Work.State != content.AtStage || it.Work.Pipeline != "merged/1" {
		t.Errorf("work %+v", it.Work)
	}
}
