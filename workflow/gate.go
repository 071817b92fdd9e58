// The gate: what the checks find in a revision, and the public form made of it.

package workflow

import (
	"context"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/unicode/norm"

	"gongkai"
	"gongkai/content"
	"gongkai/policy/privacy"
)

// maxReadable is the greatest text file that is read here; a larger one is
// looked at by a person.
const maxReadable = 20 << 20

// readable says in which format the text of a file is scanned, by its ending.
// Every other file is a finding of its own until a named person looked at it.
var readable = map[string]privacy.Format{".txt": privacy.Plain, ".csv": privacy.Plain, ".html": privacy.HTML, ".htm": privacy.HTML}

// found is a finding with the value that it must not carry further.
type found struct {
	content.Finding
	value string
}

// scan finds what is personal in one text.
func (e *Engine) scan(t content.Text, f privacy.Format) []found {
	var out []found
	for _, p := range privacy.Scan(t.Text, f, privacy.Options{Context: t.Context, Now: e.now()}) {
		out = append(out, found{content.Finding{
			Key: e.secret.Sum(p.Kind, t.Place, p.Folded), Place: t.Place, Start: p.Start, End: p.End, Line: 1 + strings.Count(t.Text[:p.Start], "\n"),
			Kind: p.Kind, Level: string(p.Level), Evidence: p.Evidence, Mask: p.Mask, Preview: p.Preview}, p.Folded})
	}
	return out
}

func format(t content.Text) privacy.Format {
	if t.HTML {
		return privacy.HTML
	}
	return privacy.Plain
}

// scanAll finds what is personal in the values and their files.
func (e *Engine) scanAll(ctx context.Context, k content.Kind, v content.Fields) ([]found, error) {
	var out []found
	for _, t := range k.Texts(v) {
		out = append(out, e.scan(t, format(t))...)
	}
	for _, file := range k.Files(v) {
		t, f, ok, err := e.fileText(ctx, file)
		if err != nil {
			return nil, err
		}
		if !ok {
			out = append(out, found{content.Finding{Key: e.secret.Sum(content.FileUnread, file.Digest), Place: file.Place, Line: 1, Kind: content.FileUnread, Level: string(privacy.Ask),
				Evidence: []string{"extension:" + strings.ToLower(path.Ext(file.Name))}, Preview: "此类附件不能机读，须由专人核查"}, ""})
			continue
		}
		out = append(out, e.scan(t, f)...)
	}
	return out, nil
}

// formatOf is how a file is read: by its name, and by what it was when it came
// if the name says that it cannot be read. Renaming hides nothing.
func formatOf(name, uploaded string) (privacy.Format, bool) {
	if f, known := readable[strings.ToLower(path.Ext(name))]; known {
		return f, true
	}
	if uploaded == "text/html" {
		return privacy.HTML, true
	}
	return privacy.Plain, strings.HasPrefix(uploaded, "text/")
}

// fileText reads a file that can be read here.
func (e *Engine) fileText(ctx context.Context, file content.PlacedFile) (content.Text, privacy.Format, bool, error) {
	stat, err := e.content.Files.Stat(ctx, file.Digest)
	f, known := formatOf(file.Name, stat.Type)
	if gongkai.Is(err, gongkai.Missing) {
		return content.Text{}, "", false, gongkai.E(gongkai.Invalid, "file", "附件尚未上传", "the file was not uploaded", gongkai.Detail{Where: file.Place, Code: "file", Zh: "没有这个文件", En: "there is no such file"})
	}
	if err != nil || !known || stat.Size > maxReadable {
		return content.Text{}, "", false, err
	}
	r, err := e.content.Files.Open(ctx, file.Digest)
	if err != nil {
		return content.Text{}, "", false, err
	}
	defer func() { _ = r.Close() }()
	raw, err := io.ReadAll(io.LimitReader(r, maxReadable))
	if err != nil {
		return content.Text{}, "", false, gongkai.E(gongkai.Unavailable, "files", "文件暂时无法读取", "the file cannot be read right now").Because(err)
	}
	text, ok := decodeText(raw)
	return content.Text{Place: file.Place + ".content", HTML: f == privacy.HTML, Text: text}, f, ok, nil
}

// decodeText reads UTF-8, else GB18030; what is neither is not text.
func decodeText(raw []byte) (string, bool) {
	s := strings.TrimPrefix(string(raw), "\ufeff")
	if utf8.ValidString(s) {
		return s, !strings.ContainsRune(s, 0)
	}
	s, err := simplifiedchinese.GB18030.NewDecoder().String(s)
	return s, err == nil && !strings.ContainsRune(s, utf8.RuneError) && !strings.ContainsRune(s, 0)
}

// edit is one replacement in a text.
type edit struct {
	start, end int
	new        string
	masked     bool
}

// decide turns the findings at a place into edits: as people settled them;
// what nobody settled is masked.
func decide(fs []content.Finding, rs []content.Resolution, place string) []edit {
	var out []edit
	for _, f := range fs {
		if f.Place != place || f.Kind == content.FileUnread {
			continue
		}
		r, settled := content.Settle(rs, f)
		switch {
		case settled && (r.Act == content.ActKeep || r.Act == content.ActNotPersonal):
		case settled && r.Act == content.ActRemove:
			out = append(out, edit{f.Start, f.End, tags(f.Mask), true})
		case settled && r.As != "":
			out = append(out, edit{f.Start, f.End, r.As + tags(f.Mask), true})
		default:
			out = append(out, edit{f.Start, f.End, f.Mask, true})
		}
	}
	slices.SortFunc(out, func(a, b edit) int { return a.start - b.start })
	return out
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

// masked is the values as whoever lacks the right to the unmasked text sees
// them.
func masked(k content.Kind, v content.Fields, fs []content.Finding, rs []content.Resolution) content.Fields {
	return k.Edit(v, func(t content.Text) string { return lay(t.Text, decide(fs, rs, t.Place)) })
}

// maskFree masks whatever is found in a text that people write about an item:
// opinions, reasons.
func (e *Engine) maskFree(text string) string {
	return privacy.Mask(text, privacy.Scan(text, privacy.Plain, privacy.Options{Now: e.now()}))
}

// BuildSheet makes the public form of a revision. left names the places where
// the proof-reading machine still found something in it.
func (e *Engine) buildSheet(ctx context.Context, it content.Item, rev content.Revision, k content.Kind) (sheet content.Sheet, left []string, err error) {
	scanned, err := e.scanAll(ctx, k, rev.Fields)
	if err != nil {
		return sheet, nil, err
	}
	fs := plain(scanned)
	rs := it.Work.Resolutions
	if open := content.Unsettled(fs, rs); len(open) > 0 {
		return sheet, places(open), nil
	}
	pub := content.Public{Item: it.ID, Kind: it.Kind, Unit: it.Unit, Lang: it.Lang, Group: it.Group, Fields: masked(k, rev.Fields, fs, rs),
		Placements: it.Placements, Pipeline: it.Work.Pipeline, Rules: privacy.Rules, Files: []content.PublicFile{}}
	var originals []content.Original
	for _, file := range k.Files(rev.Fields) {
		p, err := e.publicFile(ctx, file, fs, rs)
		if err != nil {
			return sheet, nil, err
		}
		pub.Files = append(pub.Files, p)
		originals = append(originals, content.Original{Public: p.Digest, File: file.Digest})
	}
	publicRefs(k, pub.Fields, pub.Files)
	left, err = e.leftovers(ctx, k, pub, rs, scanned)
	if err != nil || len(left) > 0 {
		return sheet, left, err
	}
	sheet = content.Sheet{Item: it.ID, Revision: rev.ID, Rules: privacy.Rules, Built: gongkai.Millis(e.now()), Originals: originals}
	sheet.Masked, sheet.Kept = tally(fs, rs)
	e.Watch.decided(fs, rs)
	sheet.Bytes, sheet.Digest, err = content.Canonical(pub)
	return sheet, nil, err
}

func plain(fs []found) []content.Finding {
	out := make([]content.Finding, len(fs))
	for i, f := range fs {
		out[i] = f.Finding
	}
	return out
}

func places(fs []content.Finding) []string {
	var out []string
	for _, f := range fs {
		out = append(out, f.Where())
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func tally(fs []content.Finding, rs []content.Resolution) (masked, kept int) {
	for _, f := range fs {
		switch r, _ := content.Settle(rs, f); r.Act {
		case content.ActMask, content.ActRemove:
			masked++
		case content.ActKeep:
			kept++
		}
	}
	return masked, kept
}

// publicFile makes the public copy of a file: masked where it can be read,
// the same bytes where a named person looked at it.
func (e *Engine) publicFile(ctx context.Context, file content.PlacedFile, fs []content.Finding, rs []content.Resolution) (content.PublicFile, error) {
	name := lay(file.Name, decide(fs, rs, file.Place+".name"))
	p := content.PublicFile{Place: file.Place, Name: name, Alt: lay(file.Alt, decide(fs, rs, file.Place+".alt")), Type: content.MediaType(file.Name)}
	t, _, ok, err := e.fileText(ctx, file)
	if err != nil {
		return p, err
	}
	var r io.ReadCloser
	edits := decide(fs, rs, t.Place)
	if ok && len(edits) > 0 {
		r = io.NopCloser(strings.NewReader(lay(t.Text, edits)))
	} else if r, err = e.content.Files.Open(ctx, file.Digest); err != nil {
		return p, err
	}
	defer func() { _ = r.Close() }()
	p.ByEye = !ok
	p.Digest, p.Size, err = e.content.Files.Keep(ctx, r)
	return p, err
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

// leftovers reads the public form again: what the rules still find in it, and
// every masked value that still stands somewhere.
func (e *Engine) leftovers(ctx context.Context, k content.Kind, pub content.Public, rs []content.Resolution, scanned []found) ([]string, error) {
	var left []content.Finding
	var hidden, kept []string
	for _, f := range scanned {
		switch r, _ := content.Settle(rs, f.Finding); r.Act {
		case content.ActMask, content.ActRemove:
			hidden = append(hidden, f.value)
		default:
			kept = append(kept, f.value)
		}
	}
	hidden = slices.DeleteFunc(hidden, func(v string) bool { return len(digitsOf(v)) < 8 || slices.Contains(kept, v) })
	slices.Sort(hidden)
	hidden = slices.Compact(hidden)
	look := func(t content.Text, f privacy.Format) {
		for _, again := range e.scan(t, f) {
			if r, ok := content.Settle(rs, again.Finding); !ok || r.Act == content.ActMask || r.Act == content.ActRemove {
				left = append(left, again.Finding)
			}
		}
		digits := digitsOf(t.Text)
		for _, v := range hidden {
			if strings.Contains(digits, digitsOf(v)) {
				left = append(left, content.Finding{Place: t.Place})
			}
		}
	}
	for _, t := range k.Texts(pub.Fields) {
		look(t, format(t))
	}
	for _, file := range pub.Files {
		t, f, ok, err := e.keptText(ctx, file)
		if err != nil {
			return nil, err
		}
		if ok {
			look(t, f)
		}
	}
	return places(left), nil
}

// digitsOf drops all but the digits; the X of an ID number is its check only.
func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, norm.NFKC.String(s))
}

// keptText reads a public copy.
func (e *Engine) keptText(ctx context.Context, file content.PublicFile) (content.Text, privacy.Format, bool, error) {
	f, known := readable[strings.ToLower(path.Ext(file.Name))]
	if file.ByEye || file.Size > maxReadable {
		return content.Text{}, "", false, nil
	}
	if !known { // a text under another name
		f = privacy.Plain
	}
	r, err := e.content.Files.OpenKept(ctx, file.Digest)
	if err != nil {
		return content.Text{}, "", false, err
	}
	defer func() { _ = r.Close() }()
	raw, err := io.ReadAll(io.LimitReader(r, maxReadable))
	text, ok := decodeText(raw)
	return content.Text{Place: file.Place + ".content", Text: text}, f, ok, err
}
