// Filling in (填写): a stage sets metadata that its pipeline leaves to it, a
// document number or a date, without becoming a writer of the text.

package workflow

import (
	"context"
	"maps"
	"slices"
	"strings"

	"gongkai"
	"gongkai/content"
)

// fill is a stage's work like a correction: what was signed before carries
// forward, for the pipeline had said who would set these fields; what is set
// after the final review is confirmed by a final reviewer.
func (t *turn) fill() error {
	stage := t.stage()
	names := slices.Sorted(maps.Keys(t.s.Fields))
	err := first(t.seen(), t.whole(),
		bySeat(stage, func(seat Seat) error { return first(t.may(stage, seat), t.vacant(stage, seat)) }),
		stage.fills(names), t.w.Complete)
	if err != nil {
		return err
	}
	t.joins(stage, content.Correction{Fields: names})
	t.it.Term.From = content.FormedOn(t.w.Revision.Fields, Day(t.it.Created))
	t.detail["fields"] = strings.Join(names, " ")
	return nil
}

// fills refuses fields that the stage may not fill in.
func (s Stage) fills(names []string) error {
	if len(s.Fields) == 0 {
		return gongkai.E(gongkai.Denied, "no_fields", "该环节不能填写字段", "this stage fills in no fields")
	}
	for _, name := range names {
		if !slices.Contains(s.Fields, name) || !content.Fillable(name) {
			return gongkai.E(gongkai.Denied, "field", "该环节只能填写："+strings.Join(s.Fields, "、")+"；其他改动请退回修改", "this stage fills in only: "+strings.Join(s.Fields, ", ")+"; return the item for anything else",
				gongkai.Detail{Where: "fields", Code: "field", Zh: "有不能填写的字段", En: "one of the fields is not among them"})
		}
	}
	return need(len(names) > 0, "fields", "required", "请给出要填写的字段", "say which fields to fill in")
}

// prepareFill makes the revision with the fields. What is found in it must be
// what was found before: nothing is let in here that the gate has not seen.
func (e *Engine) prepareFill(ctx context.Context, actor gongkai.Actor, it content.Item, s *Step, rules ruleset, w *World) error {
	stage, _ := w.Pipeline.Stage(it.Work.Stage)
	if err := stage.fills(slices.Collect(maps.Keys(s.Fields))); err != nil || s.Sheet != it.Work.SheetDigest {
		return err // of another sheet Apply says so
	}
	k, err := e.kind(ctx, it.Kind)
	if err != nil {
		return err
	}
	before := *w
	fields := maps.Clone(before.Revision.Fields)
	maps.Copy(fields, s.Fields)
	if fields, err = k.Normalise(fields); err != nil {
		return err
	}
	other, err := differs(before.Revision.Fields, fields)
	if err := first(err, need(other, "fields", "same", "字段值没有变化", "the fields are as they were"), k.Complete(fields)); err != nil {
		return err
	}
	same := func(now []found) error {
		if !sameFindings(before.Findings, plain(now)) {
			return gongkai.E(gongkai.Blocked, "rewrite", "填写的内容影响了个人信息等问题的识别，请退回修改", "what was filled in changes what is found in the item: return it")
		}
		return nil
	}
	if *w, err = e.revise(ctx, actor, it, writing{rules: rules, kind: k, fields: fields, how: correction, check: same}); err != nil {
		return err
	}
	w.Pipeline, w.Companions = before.Pipeline, before.Companions
	return nil
}
