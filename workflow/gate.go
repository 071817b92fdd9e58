// The gate: the public form that is made of a revision, as people decided over
// what the checks found in it.

package workflow

import (
	"context"
	"errors"
	"fmt"

	"gongkai"
	"gongkai/content"
	"gongkai/policy/privacy/files"
)

// buildSheet makes the public form of a revision. left names the places where
// something is still found in it, or where it cannot be made.
func (e *Engine) buildSheet(ctx context.Context, it content.Item, rev content.Revision, k content.Kind, members ...content.Member) (sheet content.Sheet, left []string, err error) {
	r, err := e.ruleset(ctx, standingOf(it))
	if err != nil {
		return sheet, nil, err
	}
	s, err := e.scanAll(ctx, r, k, rev.Fields)
	if err != nil {
		return sheet, nil, err
	}
	fs, rs := plain(s.found), it.Work.Resolutions
	if open := content.Unsettled(fs, rs); len(open) > 0 {
		return sheet, places(open), nil
	}
	m := masksOf(fs, rs)
	if left = places(telling(s.found, m.decided)); len(left) > 0 {
		return sheet, left, nil
	}
	pub := content.Public{Item: it.ID, Kind: it.Kind, Unit: orElse(it.Work.Unit, it.Unit), Lang: it.Lang, Group: it.Group, Fields: m.fields(k, rev.Fields),
		Placements: it.Placements, Pipeline: it.Work.Pipeline, Rules: r.version, Note: noteOf(it), Files: []content.PublicFile{}}
	for _, m := range members {
		pub.Members = append(pub.Members, content.PublicMember{Item: m.Item, Digest: m.Digest})
	}
	from := map[string]string{}
	for _, file := range k.Files(rev.Fields) {
		p, err := e.publicFile(ctx, file, s, fs, m)
		if cannotMask(err) {
			return sheet, []string{file.Place}, nil
		}
		if err != nil {
			return sheet, nil, err
		}
		pub.Files = append(pub.Files, p)
		sheet.Originals = append(sheet.Originals, content.Original{Public: p.Digest, File: file.Digest})
		from[file.Place] = file.Digest
	}
	publicRefs(k, pub.Fields, pub.Files)
	if left, err = e.proofOf(r, m.decided, from, s.found).read(ctx, k, pub); err != nil || len(left) > 0 {
		return content.Sheet{}, left, err
	}
	sheet.Item, sheet.Revision, sheet.Rules, sheet.Built = it.ID, rev.ID, r.version, gongkai.Millis(e.now())
	sheet.Masked, sheet.Kept = tally(fs, m.decided)
	e.Watch.decided(fs, m.decided)
	sheet.Bytes, sheet.Digest, err = content.Canonical(pub)
	return sheet, nil, err
}

// cannotMask tells whether a masked copy failed for what the file is.
func cannotMask(err error) bool {
	var u files.Unread
	return errors.As(err, &u) || errors.Is(err, files.ErrNoMask)
}

func tally(fs []content.Finding, d content.Decisions) (masked, kept int) {
	for _, f := range fs {
		switch r, _ := d.Settle(f); r.Act {
		case content.ActMask, content.ActRemove:
			masked++
		case content.ActKeep:
			kept++
		}
	}
	return masked, kept
}

// publicRefs lets the files fields of the public form name the public copies.
func publicRefs(k content.Kind, v content.Fields, files []content.PublicFile) {
	byPlace := map[string]content.PublicFile{}
	for _, f := range files {
		byPlace[f.Place] = f
	}
	for _, field := range k.Fields() {
		if _, given := v[field.Name]; !given || field.Type != "files" {
			continue
		}
		refs := content.FilesOf(v[field.Name])
		for i := range refs {
			p := byPlace[fmt.Sprintf("%s[%d]", field.Name, i)]
			refs[i] = content.FileRef{Digest: p.Digest, Name: p.Name, Alt: p.Alt, Size: p.Size, Type: p.Type}
		}
		v[field.Name] = refs
	}
}
