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

// risky are the findings for which an item takes the stricter way: lists of
// minors, unless the secrecy officer has said that they are none.
func risky(fs []content.Finding, rs []content.Resolution) (out []content.Finding) {
	d := content.Decided(rs)
	for _, f := range fs {
		if r, _ := d.Settle(f); f.Kind == content.Minor && r.Act != content.ActNotPersonal {
			out = append(out, f)
		}
	}
	return out
}

// guarded refuses a pipeline without 保密审查 for an item with something risky.
func (t *turn) guarded() error {
	if t.w.Pipeline.guards() {
		return nil
	}
	seen := map[string]bool{}
	var where []gongkai.Detail
	for _, f := range risky(t.w.Findings, t.it.Work.Resolutions) {
		if seen[f.Where()] || len(where) == maxPlaces {
			continue
		}
		seen[f.Where()] = true
		where = append(where, gongkai.Detail{Where: f.Where(), Code: f.Kind, Zh: "未成年人名单：" + minorZh, En: "list of minors: " + minorEn})
	}
	if len(where) == 0 {
		return nil
	}
	return gongkai.E(gongkai.Blocked, "minors",
		fmt.Sprintf("内容涉及未成年人，须经保密审查：主栏目“%s”的流程“%s”没有保密审查环节，也没有在它之上增加保密审查的流程可自动转入。请将主栏目（place）改为流程含保密审查的栏目，或请管理员为该栏目改设流程（如“%s”）；也可删去名单后再送审", t.w.Column.Name, t.w.Pipeline.Zh, stricterPreset.Zh),
		fmt.Sprintf("minors are named, which takes a secrecy review: the pipeline %s of the home column %s has none, and no pipeline adds one to it that the item could take by itself. Choose a home column (place) whose pipeline has one, ask an administrator to give the column another pipeline (such as %s), or take the list out and submit again", t.w.Pipeline.Name, t.w.Column.ID, stricterPreset.Name),
		where...)
}

// What to do about a list of minors, and what becomes of it otherwise.
const (
	minorZh = "建议整体删去，或以姓氏、人数代替姓名；确非未成年人的，由保密审查员认定"
	minorEn = "best taken out, or with initials or mere numbers in place of names; if they are none, the secrecy officer says so"
	elseZh  = "。其他处理方式，送审时须经保密审查"
	elseEn  = ". Settled otherwise, it goes through a secrecy review"
)

// stricterPreset is the pipeline that the refusal names as an example.
var stricterPreset = Presets[slices.IndexFunc(Presets, Pipeline.guards)]

// rewritten are the keys of lists of minors in fields that are others than
// before: what was said of a list was said of the one that was seen.
func (e *Engine) rewritten(ctx context.Context, it content.Item, v content.Fields, fs []content.Finding) (map[string]bool, error) {
	lists := slices.DeleteFunc(slices.Clone(fs), func(f content.Finding) bool { return f.Kind != content.Minor || f.File != "" })
	if head(it) == "" || len(lists) == 0 {
		return nil, nil
	}
	before, err := e.content.Revisions.Get(ctx, head(it))
	if err != nil {
		return nil, err
	}
	another, out := map[string]bool{}, map[string]bool{}
	for _, f := range lists {
		field := f.Place[:strings.IndexAny(f.Place+".", ".[")]
		if _, known := another[field]; !known {
			if another[field], err = differs(before.Fields[field], v[field]); err != nil {
				return nil, err
			}
		}
		if another[field] {
			out[f.Key] = true
		}
	}
	return out, nil
}

// differs tells whether two values of a field say another thing.
func differs(a, b any) (bool, error) {
	was, _, err := content.Canonical(a)
	if err != nil {
		return false, err
	}
	is, _, err := content.Canonical(b)
	return was != is, err
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
