// The scan: what is personal in a revision, its texts, tables and files judged
// as one.

package workflow

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gongkai"
	"gongkai/content"
	"gongkai/policy/privacy"
)

// found is a finding with the value that it must not carry further.
type found struct {
	content.Finding
	value string
}

// scanned is what was found in the values of a revision, and with what each
// part was asked: the same question has the same answer in a masked copy.
type scanned struct {
	item  string
	found []found
	asked map[string]privacy.Options // by the place of the part
}

// part is something that is scanned by itself: the texts, a table, a file.
type part struct {
	place string
	scan  func(context.Context, privacy.Options) ([]found, error)
	found []found
	own   *values // proven in it, or known before
}

// scanAll finds what is personal in the values and their files. What one part
// proves is then looked for in the others.
func (e *Engine) scanAll(ctx context.Context, r ruleset, k content.Kind, v content.Fields) (scanned, error) {
	return e.scanParts(ctx, r, append(e.textParts(k, v), e.fileParts(k, v)...), nil)
}

// scanParts scans the parts for themselves, with what is known already, and
// once more those that do not know what another one has proven.
func (e *Engine) scanParts(ctx context.Context, r ruleset, parts []part, known []privacy.Value) (out scanned, err error) {
	opt, all := r.options(known), newValues(known)
	out.item, out.asked = r.item, map[string]privacy.Options{}
	for i := range parts {
		p := &parts[i]
		if p.found, err = p.scan(ctx, opt); err != nil {
			return out, err
		}
		p.own, out.asked[p.place] = newValues(known), opt
		for _, f := range p.found {
			if f.proves() {
				p.own.add(f.Kind, f.value)
				all.add(f.Kind, f.value)
			}
		}
	}
	return out, e.scanAgain(ctx, r, parts, all.list, &out)
}

// scanAgain gathers what was found, and scans the parts anew that do not know
// all that is known.
func (e *Engine) scanAgain(ctx context.Context, r ruleset, parts []part, known []privacy.Value, out *scanned) (err error) {
	ignorant := func(p part) bool { return len(p.own.list) < len(known) }
	var opt privacy.Options
	if slices.ContainsFunc(parts, ignorant) {
		opt = r.options(known)
	}
	for _, p := range parts {
		if ignorant(p) {
			if p.found, err = p.scan(ctx, opt); err != nil {
				return err
			}
			out.asked[p.place] = opt
		}
		out.found = append(out.found, e.keyed(out.item, p.found)...)
	}
	return nil
}

// keyed makes the keys of findings those of their item: the same value has
// another key elsewhere, so that nobody learns what is below a mask by writing
// guesses into an item of their own and comparing keys.
func (e *Engine) keyed(item string, fs []found) []found {
	for i := range fs {
		fs[i].Key = e.secret.Sum("finding", item, fs[i].Key)
	}
	return fs
}

// proves tells whether a copy of the value elsewhere is that person's too. A
// date or an illness is not one person's.
func (f found) proves() bool {
	return f.Level == content.Certain && f.value != "" && !common[f.Kind] && !aboutWords[f.Kind]
}

// common are the kinds whose values many share, and which stand elsewhere for
// good reasons.
var common = map[string]bool{"birth_date": true, "health": true, "property": true, "minor": true}

// values are a set in the order of their coming.
type values struct {
	list []privacy.Value
	has  map[privacy.Value]bool
}

func newValues(start []privacy.Value) *values {
	vs := &values{has: map[privacy.Value]bool{}}
	for _, v := range start {
		vs.add(v.Kind, v.Folded)
	}
	return vs
}

func (vs *values) add(kind, folded string) {
	v := privacy.Value{Kind: kind, Folded: folded}
	if !vs.has[v] {
		vs.has[v] = true
		vs.list = append(vs.list, v)
	}
}

// textParts are the texts of the values as one, and each table.
func (e *Engine) textParts(k content.Kind, v content.Fields) []part {
	tables := k.Tables(v)
	texts := slices.DeleteFunc(k.Texts(v), func(t content.Text) bool {
		return slices.ContainsFunc(tables, func(in content.PlacedTable) bool { return content.Below(in.Place, t.Place) })
	})
	out := []part{{place: "", scan: func(_ context.Context, opt privacy.Options) ([]found, error) { return e.scanTexts(texts, opt), nil }}}
	for _, t := range tables {
		out = append(out, part{place: t.Place, scan: func(_ context.Context, opt privacy.Options) ([]found, error) { return e.scanTable(t, opt), nil }})
	}
	return out
}

func (e *Engine) fileParts(k content.Kind, v content.Fields) (out []part) {
	for _, file := range k.Files(v) {
		out = append(out, part{place: file.Place, scan: func(ctx context.Context, opt privacy.Options) ([]found, error) { return e.scanFile(ctx, file, opt) }})
	}
	return out
}

// scanTexts finds what is personal in texts that belong together.
func (e *Engine) scanTexts(texts []content.Text, opt privacy.Options) []found {
	parts := make([]privacy.Part, len(texts))
	for i, t := range texts {
		parts[i] = privacy.Part{Text: t.Text, Format: format(t), Context: t.Context}
	}
	var out []found
	all := privacy.ScanParts(parts, opt)
	for i, t := range texts {
		out = append(out, e.inText(t.Place, t.Text, all[i])...)
	}
	return out
}

func format(t content.Text) privacy.Format {
	if t.HTML {
		return privacy.HTML
	}
	return privacy.Plain
}

// scanTable finds what is personal in a table field, each column under its head.
func (e *Engine) scanTable(t content.PlacedTable, opt privacy.Options) []found {
	rows := append([][]string{t.Head}, t.Rows...)
	var out []found
	for _, c := range privacy.ScanTable(privacy.Table{Rows: rows}, opt) {
		place := fmt.Sprintf("%s.head[%d]", t.Place, c.Col)
		if c.Row > 0 {
			place = fmt.Sprintf("%s[%d][%d]", t.Place, c.Row-1, c.Col)
		}
		out = append(out, e.inText(place, rows[c.Row][c.Col], []privacy.Finding{c.Finding})...)
	}
	return out
}

// inText places the findings of one text. They come in its order, so that the
// lines are counted once.
func (e *Engine) inText(place, text string, fs []privacy.Finding) []found {
	out := make([]found, len(fs))
	line, at := 1, 0
	for i, p := range fs {
		if p.Start > at {
			line, at = line+strings.Count(text[at:p.Start], "\n"), p.Start
		}
		out[i] = e.placed(place, p)
		out[i].Line = line
	}
	return out
}

func (e *Engine) placed(place string, p privacy.Finding) found {
	f := content.Finding{
		Key: e.secret.Sum(p.Kind, place, p.Folded), Place: place, Start: p.Start, End: p.End, Line: 1,
		Kind: p.Kind, Level: string(p.Level), Evidence: p.Evidence, Mask: p.Mask, Preview: p.Preview}
	if f.Kind == content.Minor {
		f.AdviceZh, f.AdviceEn = minorZh+elseZh, minorEn+elseEn
	}
	return found{f, p.Folded}
}

func noUpload(place string) error {
	return gongkai.E(gongkai.Invalid, "file", "附件尚未上传", "the file was not uploaded",
		gongkai.Detail{Where: place, Code: "file", Zh: "没有这个文件，请先上传", En: "there is no such file: upload it first"})
}

func plain(fs []found) []content.Finding {
	out := make([]content.Finding, len(fs))
	for i, f := range fs {
		out[i] = f.Finding
	}
	return out
}
