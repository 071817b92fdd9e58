// Lists of minors (未成年人) take the stricter way: somebody reviews for secrecy
// whether such a list may go out at all.

package workflow

import (
	"context"
	"fmt"
	"slices"
	"strings"

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

// rewritten are the keys of lists of minors in fields that are others than
// before: what was said of a list was said of the one that was seen.
func (e *Engine) rewritten(ctx context.Context, it content.Item, v content.Fields, fs []content.Finding) (map[string]bool, error) {
	if head(it) == "" {
		return nil, nil
	}
	before, err := e.content.Revisions.Get(ctx, head(it))
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for _, f := range fs {
		field := f.Place[:strings.IndexAny(f.Place+".", ".[")]
		if f.Kind != content.Minor || f.File != "" {
			continue
		}
		_, was, err := content.Canonical(before.Fields[field])
		if err != nil {
			return nil, err
		}
		_, is, err := content.Canonical(v[field])
		if err != nil {
			return nil, err
		}
		if was != is {
			out[f.Key] = true
		}
	}
	return out, nil
}

// without are the decisions without those over the findings of the keys.
func without(rs []content.Resolution, keys map[string]bool) []content.Resolution {
	var out []content.Resolution
	for _, r := range rs {
		bound := len(r.Keys) > 0
		if r.Keys = slices.DeleteFunc(slices.Clone(r.Keys), func(key string) bool { return keys[key] }); !keys[r.Key] && (!bound || len(r.Keys) > 0) {
			out = append(out, r) // without its last key it would be over everything
		}
	}
	return out
}
