// What the checks found, as forms count it: kinds and numbers, no content.

package workflow

import (
	"cmp"
	"context"
	"slices"

	"gongkai"
	"gongkai/content"
	"gongkai/workflow/form"
)

// found counts what the checks found by kind: of an edition as its register
// says, of work as it stands. A draft is counted too: who prints it wants to
// see what is open.
func (b *formBuilder) found(ctx context.Context, revision string) error {
	var gate content.GateRecord
	open := map[string]int{}
	if b.rec.Edition != 0 {
		var err error
		if gate, err = b.content.Register.Get(ctx, content.FormID(b.it.ID, b.rec.Edition)); err != nil && !gongkai.Is(err, gongkai.Missing) {
			return err
		}
	} else {
		rev, err := b.content.Revisions.Get(ctx, revision)
		if err != nil {
			return err
		}
		fs, err := b.Findings(ctx, rev)
		if err != nil {
			return err
		}
		it := b.it
		it.Live = content.Live{Settled: it.Work.Resolutions}
		gate = recordOf(it, fs)
		for _, f := range content.Unsettled(fs, it.Work.Resolutions) {
			open[f.Kind]++
		}
	}
	b.count(gate, open)
	return nil
}

func (b *formBuilder) count(gate content.GateRecord, open map[string]int) {
	sums := map[string]*form.Finding{}
	of := func(kind string) *form.Finding {
		if sums[kind] == nil {
			zh, _ := KindName(kind)
			sums[kind] = &form.Finding{Kind: zh}
		}
		return sums[kind]
	}
	for _, r := range gate.Rows {
		f, n := of(r.Kind), int(r.N)
		f.Found += n
		switch r.Act {
		case content.ActKeep:
			f.Kept += n
		case content.ActNotPersonal:
			f.Not += n
		case content.ActByEye:
			f.ByEye += n
		default:
			f.Masked += n
		}
	}
	for kind, n := range open {
		f := of(kind)
		f.Found, f.Open = f.Found+n, n
	}
	for _, f := range sums {
		b.facts.Findings = append(b.facts.Findings, *f)
	}
	slices.SortFunc(b.facts.Findings, func(x, y form.Finding) int { return cmp.Or(y.Found-x.Found, cmp.Compare(x.Kind, y.Kind)) })
	for _, x := range gate.Kept {
		zh, _ := KindName(x.Kind)
		b.facts.Exemptions = append(b.facts.Exemptions, form.Exemption{Kind: zh, Basis: x.Basis, By: form.Person{ID: x.By, Name: x.Name}, At: x.At, N: int(x.N)})
	}
}
