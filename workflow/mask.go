// Masks: what people decided, laid over texts and files.

package workflow

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"gongkai/content"
	"gongkai/policy/privacy/files"
)

// edit is one replacement in a text.
type edit struct {
	start, end int
	new        string
	masked     bool
}

// masks are findings by their place, with the decisions over them.
type masks struct {
	decided content.Decisions
	at      map[string][]content.Finding
}

func masksOf(fs []content.Finding, rs []content.Resolution) masks {
	m := masks{content.Decided(rs), map[string][]content.Finding{}}
	for _, f := range fs {
		m.at[f.Place] = append(m.at[f.Place], f)
	}
	return m
}

// edits are those of the text at a place: as people settled them; what nobody
// settled is masked.
func (m masks) edits(place string) []edit {
	var out []edit
	for _, f := range m.at[place] {
		if with, change := m.replace(f); change {
			out = append(out, edit{f.Start, f.End, with, true})
		}
	}
	slices.SortFunc(out, func(a, b edit) int { return a.start - b.start })
	return out
}

// replace is what stands in the place of a finding. Words stay until somebody
// has decided: whoever reads the text has to see what is wrong.
func (m masks) replace(f content.Finding) (with string, change bool) {
	r, settled := m.decided.Settle(f)
	switch {
	case f.Kind == content.FileUnread, settled && stands(r.Act), !settled && aboutWords[f.Kind]:
		return "", false
	case settled && r.Act == content.ActRemove:
		return tags(f.Mask), true
	case settled && r.As != "":
		return r.As + tags(f.Mask), true
	case aboutWords[f.Kind] && !proposes(f): // a rule over more than words; the proof refuses what is left
		return "", false
	}
	return f.Mask, true
}

// stands tells whether a decision leaves the text as it is.
func stands(act string) bool {
	return act == content.ActKeep || act == content.ActNotPersonal || act == content.ActByEye
}

// tags keeps the markup inside a mask, so that removing the characters leaves
// the document well formed.
func tags(mask string) string {
	return strings.Join(tag.FindAllString(mask, -1), "")
}

// lay puts edits into a text.
func lay(text string, edits []edit) string {
	if len(edits) == 0 {
		return text
	}
	var b strings.Builder
	at := 0
	for _, e := range edits {
		if e.start < at || e.end > len(text) {
			continue
		}
		b.WriteString(text[at:e.start])
		b.WriteString(e.new)
		at = e.end
	}
	b.WriteString(text[at:])
	return b.String()
}

// fields are the values as whoever lacks the right to the unmasked text sees
// them.
func (m masks) fields(k content.Kind, v content.Fields) content.Fields {
	return k.Edit(v, func(t content.Text) string { return lay(t.Text, m.edits(t.Place)) })
}

// touched tells whether a masked copy of the file differs from it.
func (m masks) touched(file content.PlacedFile, fs []content.Finding) bool {
	for _, f := range fs {
		if !ofFile(f, file) || f.Fixed {
			continue
		}
		if _, change := m.replace(f); change {
			return true
		}
	}
	return false
}

// ofFile tells whether a finding is about what is in a file, not about its name
// or description.
func ofFile(f content.Finding, file content.PlacedFile) bool {
	return f.File != "" && content.Below(file.Place, f.Place)
}

// maskFile writes the masked copy of a file. The decisions are those over the
// findings, wherever they were settled: by key, column, sheet, file or kind.
func (e *Engine) maskFile(ctx context.Context, file content.PlacedFile, in *content.Spool, m masks, s scanned, w io.Writer) error {
	decide := func(p files.Finding) (string, bool) {
		return m.replace(e.keyed(s.item, e.inFile(file, report{Report: files.Report{Findings: []files.Finding{p}}}))[0].Finding)
	}
	return uncopied(ctx, files.Mask(ctx, fileOf(file.Name, in), fileOptions(s.asked[file.Place]), decide, w))
}

// cleanFile writes the copy of a file in which nothing is masked.
func (e *Engine) cleanFile(ctx context.Context, file content.PlacedFile, in *content.Spool, _ masks, s scanned, w io.Writer) error {
	return uncopied(ctx, files.Clean(ctx, fileOf(file.Name, in), fileOptions(s.asked[file.Place]), w))
}

func uncopied(ctx context.Context, err error) error {
	if errors.Is(err, files.ErrNoMask) {
		return err
	}
	return unreadable(ctx, err)
}

// publicFile makes the public copy of a file. What a named person looked at is
// said to be so.
func (e *Engine) publicFile(ctx context.Context, file content.PlacedFile, s scanned, fs []content.Finding, m masks) (content.PublicFile, error) {
	p := content.PublicFile{Place: file.Place, Name: lay(file.Name, m.edits(file.Place+".name")), Alt: lay(file.Alt, m.edits(file.Place+".alt")), Type: content.MediaType(file.Name)}
	for _, f := range fs {
		if r, _ := m.decided.Settle(f); r.Act == content.ActByEye && ofFile(f, file) {
			p.ByEye = true
		}
	}
	bytes, err := e.copied(ctx, file, s, fs, m)
	if err != nil {
		return p, err
	}
	defer func() { _ = bytes.Close() }()
	p.Digest, p.Size, err = e.content.Files.Keep(ctx, bytes)
	return p, err
}

// copied streams the public copy of a file: masked where people decided so, and
// without traces of its making. A file that has neither is its own copy.
func (e *Engine) copied(ctx context.Context, file content.PlacedFile, s scanned, fs []content.Finding, m masks) (io.ReadCloser, error) {
	write := e.maskFile
	if !m.touched(file, fs) {
		seen, err := e.report(ctx, file, s.asked[file.Place])
		if err != nil {
			return nil, err
		}
		if len(seen.Traces) == 0 {
			return e.content.Files.Open(ctx, file.Digest)
		}
		write = e.cleanFile
	}
	in, err := e.content.Files.Spool(ctx, file.Digest)
	if err != nil {
		return nil, err
	}
	r, w := io.Pipe()
	go func() {
		_ = w.CloseWithError(errors.Join(write(ctx, file, in, m, s, w), in.Close()))
	}()
	return r, nil // closing it ends the writer
}
