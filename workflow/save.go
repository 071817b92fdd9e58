// Saves: whole values, or patches over what a person sees.

package workflow

import (
	"context"
	"slices"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
)

// Draft is an explicit save: all values, or patches over the text as the
// person sees it.
type Draft struct {
	StepID string
	Rev    int64
	Base   string // the revision it began from; "" for whatever is the newest
	Fields content.Fields
	Patch  []Patch
}

// Saved is the answer to a save: the item, its new head and the dry run of the
// checks.
type Saved struct {
	Item     content.Item
	Revision content.Revision
	Findings []content.Finding
	Warnings []gongkai.Detail
}

// Save makes a revision the head of an item's work.
func (e *Engine) Save(ctx context.Context, actor gongkai.Actor, id string, d Draft) (Saved, error) {
	it, err := e.content.Items.Get(ctx, id)
	if err != nil {
		return Saved{}, err
	}
	if done, ok := it.Done(d.StepID); ok && done.Act == "save" && done.By == actor.ID {
		return e.savedBefore(ctx, it, done)
	}
	if act, _ := ActOf("save"); act.starts(it) != nil {
		return Saved{}, act.starts(it)
	}
	if err := e.Can(ctx, actor, policy.ItemSave, it.Unit); err != nil {
		return Saved{}, err
	}
	if err := first(e.collision(ctx, actor, it, d), stale(it, d.Rev)); err != nil {
		return Saved{}, err
	}
	k, err := e.kind(ctx, it.Kind)
	if err != nil {
		return Saved{}, err
	}
	text, err := e.draft(ctx, actor, it, k, d)
	if err != nil {
		return Saved{}, err
	}
	world, err := e.revise(ctx, actor, it, text)
	if err != nil {
		return Saved{}, err
	}
	out, err := e.write(ctx, actor, it, &Step{ID: orElse(d.StepID, gongkai.NewID()), Act: "save", Rev: d.Rev}, func(content.Item) (World, error) { return world, nil })
	return Saved{out, world.Revision, world.all(), slices.Concat(text.told, content.Warnings(world.Revision.Fields))}, err
}

// savedBefore is the first answer to a save that is repeated.
func (e *Engine) savedBefore(ctx context.Context, it content.Item, done content.StepRecord) (Saved, error) {
	rev, err := e.content.Revisions.Get(ctx, done.Detail["revision"])
	if err != nil {
		return Saved{}, err
	}
	fs, err := e.Findings(ctx, rev)
	return Saved{it, rev, fs, content.Warnings(rev.Fields)}, err
}

func stale(it content.Item, seen int64) error {
	if seen == 0 || seen == it.Rev {
		return nil
	}
	return gongkai.E(gongkai.Conflict, "stale", "信息已被他人修改，请刷新后重试", "somebody changed the item meanwhile: reload and try again")
}

// draft is the text that a save asks for. Who sees masks sends patches over
// them: whole values would put the masks where the text was.
func (e *Engine) draft(ctx context.Context, actor gongkai.Actor, it content.Item, k content.Kind, d Draft) (writing, error) {
	rules, err := e.ruleset(ctx, standingOf(it))
	text := writing{rules: rules, kind: k, fields: d.Fields, how: whole}
	id := head(it)
	if err != nil || id == "" && len(d.Patch) == 0 {
		return text, err
	}
	rev, err := e.content.Revisions.Get(ctx, id)
	if err != nil {
		return text, err
	}
	if rev.Purged != nil {
		text.told = []gongkai.Detail{ofPurged(*rev.Purged)}
	}
	fs, err := e.findings(ctx, rules, rev)
	if err != nil {
		return text, err
	}
	if !covered(fs, decisions(it)) || e.wrote(ctx, actor, rev) || e.mayUnmasked(ctx, actor, it, rev) {
		if len(d.Patch) > 0 {
			text.fields, err = applyPatches(k, rev.Fields, masks{}, d.Patch) // offsets count in the text as it was written
		}
		return text, err
	}
	if len(d.Patch) == 0 {
		return text, errBlind
	}
	return e.blindly(ctx, actor, it, text, rev.Fields, fs, d.Patch)
}

// blindly makes patches over the masks that the actor sees.
func (e *Engine) blindly(ctx context.Context, actor gongkai.Actor, it content.Item, text writing, v content.Fields, fs []content.Finding, patches []Patch) (out writing, err error) {
	m := masksOf(fs, decisions(it))
	text.how, text.check = patchedIn, func(now []found) error { return stillMasked(now, fs) }
	if text.fields, err = applyPatches(text.kind, v, m, patches); err != nil {
		return text, err
	}
	shown := m.fields(text.kind, v)
	after, err := applyPatches(text.kind, shown, masks{}, patches)
	if err != nil {
		return text, err
	}
	text.typed = e.guesses(text.kind, shown, after)
	return text, e.mayGuess(ctx, actor, it, text.typed)
}

// covered tells whether somebody who sees masks reads another text than the one
// that was written: offsets of their patches count in that one.
func covered(fs []content.Finding, rs []content.Resolution) bool {
	m := masksOf(fs, rs)
	return slices.ContainsFunc(fs, func(f content.Finding) bool {
		if hides(f) {
			return true
		}
		_, changed := m.replace(f)
		return changed && f.File == ""
	})
}

// hides tells whether there is something to hide about a finding: a wrong word
// is shown to everybody until somebody has put it right.
func hides(f content.Finding) bool { return !aboutWords[f.Kind] }

var errBlind = gongkai.E(gongkai.Blocked, "masked", "您看到的是遮掩后的文本，请以改动的方式提交，且不得改变已遮掩的内容", "what you see is masked: send your changes as patches, and leave what is masked as it is")

// stillMasked refuses patches after which something that was masked is not
// recognised any more: a digit put beside a number would uncover it.
func stillMasked(now []found, before []content.Finding) error {
	left := map[string]int{}
	for _, f := range now {
		left[f.Key]++
	}
	for _, f := range before {
		if !hides(f) {
			continue
		}
		if left[f.Key]--; left[f.Key] < 0 {
			return errBlind
		}
	}
	return nil
}
