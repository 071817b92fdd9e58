package workflow

import (
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

func TestAListOfMinorsTakesAPipelineWithASecrecyReview(t *testing.T) {
	o := newOffice(t)
	it := o.create(pupils())
	if len(o.minors(it)) == 0 {
		t.Fatalf("no list of minors was found: %v", kindsOf(o.findings(it)))
	}
	_, err := o.step("editor", it.ID, Step{Act: "submit"})
	o.refused(err, gongkai.Blocked, "open_findings")
	o.must("editor", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{{Kind: content.Minor, Act: content.ActMask, As: "（略）"}}})
	_, err = o.step("editor", it.ID, Step{Act: "submit"})
	refusal := o.refusal(err, gongkai.Blocked, "minors")
	for _, word := range []string{"www-merged", "审校合一（三人）", "保密审查", "删去名单"} {
		if !strings.Contains(refusal.Zh, word) {
			t.Errorf("%q is not said: %s", word, refusal.Zh)
		}
	}
	if len(refusal.Details) == 0 || !strings.HasPrefix(refusal.Details[0].Where, "body") || !strings.Contains(refusal.Details[0].Zh, "人数") {
		t.Errorf("places %+v", refusal.Details)
	}
	o.check(put(o.c.PutColumn(t.Context(), content.Column{Meta: store.Meta{ID: "careful"}, Site: "www", Slug: "careful", Name: "教育资助", Pipeline: "merged-secrecy"})))
	o.must("editor", it.ID, Step{Act: "place", Placements: []content.Placement{{Column: "careful", Home: true}}})
	if it = o.submit(it.ID); it.Work.Pipeline != "merged-secrecy/1" || it.Work.State != content.AtStage {
		t.Errorf("work %+v", it.Work)
	}
}

func TestOnlyTheOfficerSaysThatAListIsNotOfMinors(t *testing.T) {
	o := newOffice(t)
	it := o.create(pupils())
	adults := Step{Act: "resolve", Resolutions: []content.Resolution{{Kind: content.Minor, Act: content.ActNotPersonal, Basis: "均为成年学员"}}}
	_, err := o.step("editor", it.ID, adults)
	o.refused(err, gongkai.Denied, "missing_grant")
	o.must("secret", it.ID, adults)
	if it = o.submit(it.ID); it.Work.State != content.AtStage {
		t.Errorf("work %+v", it.Work)
	}
}
