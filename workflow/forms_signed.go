// The stages of a form: who signed them, for whom, and who is still to.

package workflow

import (
	"context"
	"slices"

	"gongkai/content"
	"gongkai/workflow/form"
)

// signed takes the stages of the pipeline with their signatures.
func (b *formBuilder) signed(ctx context.Context) error {
	if b.rec.Pipeline == "" {
		return b.awaited(ctx)
	}
	p, err := b.pipelines.Get(ctx, b.rec.Pipeline)
	if err != nil {
		return err
	}
	f := &b.facts
	f.Pipeline = p.Zh + "，" + p.ID
	if lead := b.rec.Lead; lead != nil {
		f.Pipeline += "，随主件“" + lead.Title + "”签署"
	}
	for _, s := range stagesOf(p, b.rec, b.work) {
		stage := stageOf(s)
		for _, so := range signoffsOf(b.rec, s.ID) {
			stage.Signed = append(stage.Signed, signatureOf(so))
		}
		f.Stages = append(f.Stages, stage)
	}
	for _, c := range b.rec.Corrections {
		s, _ := p.Stage(c.Stage)
		f.Corrections = append(f.Corrections, form.Correction{Stage: orElse(s.Zh, c.Stage), By: form.Person{ID: c.By, Name: form.For(orElse(nameIn(b.it, c.By), signedName(b.rec, c.By)), nameFor(b.it, c))}, At: c.At, From: c.From, To: c.To, Changed: c.Changed})
	}
	for _, s := range b.it.Scans {
		if s.Void == "" && b.about(s.Sheet) {
			f.Scans = append(f.Scans, form.Scan{By: form.Person{ID: s.By, Name: s.Name}, At: s.At})
		}
	}
	return nil
}

// awaited are the stages that a draft would go through as things stand.
func (b *formBuilder) awaited(ctx context.Context) error {
	if b.it.Column == "" {
		return nil
	}
	col, err := b.content.Columns.Get(ctx, b.it.Column)
	if err != nil {
		return err
	}
	p, err := b.newest(ctx, col.Pipeline)
	if err != nil {
		return err
	}
	b.facts.Pipeline = p.Zh + "，" + p.ID + "（送审时确定）"
	for _, s := range p.Stages {
		b.facts.Stages = append(b.facts.Stages, stageOf(s))
	}
	return nil
}

func stageOf(s Stage) form.Stage {
	return form.Stage{Name: s.Zh, Secrecy: s.Has(Secrecy), Review: s.Has(Review), Proof: s.Has(Proof)}
}

func signoffsOf(rec content.FormRecord, stage string) (out []content.Signoff) {
	for _, s := range rec.Signoffs {
		if s.Stage == stage {
			out = append(out, s)
		}
	}
	return out
}

func signatureOf(s content.Signoff) form.Signature {
	out := form.Signature{By: form.Person{ID: s.By, Name: s.Name}, For: orElse(s.ForName, s.For), At: s.At, Opinion: s.Opinion, Digest: s.Sheet, Batch: s.Batch}
	if s.Judgements != nil {
		j := form.Judgements(*s.Judgements)
		out.Judgements = &j
	}
	return out
}

func signedName(rec content.FormRecord, id string) string {
	for _, s := range rec.Signoffs {
		if s.By == id {
			return s.Name
		}
	}
	return ""
}

// about tells whether a scan is of the sheet of the form, or of one that
// corrections join to it.
func (b *formBuilder) about(sheet string) bool {
	return slices.Contains(Joined(content.Work{SheetDigest: b.rec.Digest, Corrections: b.rec.Corrections}), sheet)
}

// nameFor is whom a correction was made for, if anybody (代理).
func nameFor(it content.Item, c content.Correction) string {
	for _, s := range it.Steps {
		if c.For != "" && s.At == c.At && s.By == c.By {
			return orElse(s.Detail["for_name"], c.For)
		}
	}
	return c.For
}
