// Lists of minors (未成年人) take the stricter way: somebody reviews for secrecy
// whether such a list may go out at all.

package workflow

import (
	"fmt"

	"gongkai"
	"gongkai/content"
)

// guarded refuses a pipeline without 保密审查 for an item in which minors are
// named, unless the secrecy officer has said that they are none.
func (t *turn) guarded() error {
	if t.w.Pipeline.guards() {
		return nil
	}
	d, seen := content.Decided(t.it.Work.Resolutions), map[string]bool{}
	var where []gongkai.Detail
	for _, f := range t.w.Findings {
		r, _ := d.Settle(f)
		if f.Kind != content.Minor || r.Act == content.ActNotPersonal || seen[f.Where()] || len(where) == maxPlaces {
			continue
		}
		seen[f.Where()] = true
		where = append(where, gongkai.Detail{Where: f.Where(), Code: content.Minor, Zh: minorZh, En: minorEn})
	}
	if len(where) == 0 {
		return nil
	}
	return gongkai.E(gongkai.Blocked, "minors",
		fmt.Sprintf("内容涉及未成年人，须从严审查：主栏目“%s”现用的流程“%s”没有保密审查环节。请将主栏目改为使用含保密审查的流程的栏目（如“%s”），或请管理员更换该栏目的流程；也可删去名单后再送审", t.w.Column.Name, t.w.Pipeline.Zh, stricterPreset.Zh),
		fmt.Sprintf("minors are named, which takes a stricter review: the pipeline %s of the home column %s has no secrecy review. Choose a home column whose pipeline has one (such as %s), ask an administrator to change that of the column, or take the list out and submit again", t.w.Pipeline.Name, t.w.Column.ID, stricterPreset.Name),
		where...)
}

// What to do about a list of minors.
const (
	minorZh = "未成年人名单：建议整体删去，或以姓氏、人数代替姓名；确非未成年人的，由保密审查员认定"
	minorEn = "a list of minors: best taken out, or with initials or mere numbers in place of names; if they are none, the secrecy officer says so"
)

// stricterPreset is the pipeline that the refusal names as an example.
var stricterPreset = func() Pipeline {
	for _, p := range Presets {
		if p.guards() {
			return p
		}
	}
	return Pipeline{}
}()

// guards tells whether somebody reviews for secrecy on the way.
func (p Pipeline) guards() bool {
	for _, s := range p.Stages {
		if s.Has(Secrecy) {
			return true
		}
	}
	return false
}
