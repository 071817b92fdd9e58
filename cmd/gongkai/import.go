// import: drafts of files.

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"gongkai"
	"gongkai/audit"
	"gongkai/content"
	"gongkai/content/importer"
	"gongkai/workflow"
)

type importCmd struct {
	dataFlag `embed:""`
	Paths    []string `arg:"" help:"Files or folders. Exit 0: all imported or there already, 1: something was skipped, 2: error." type:"path"`
	As       string   `help:"Login of the editor in whose name the drafts are made." required:""`
	Unit     string   `help:"Drafting unit; none: the editor's own."`
	Column   string   `help:"Home column, for documents whose kind it takes; none: chosen later."`
	Kind     string   `help:"Kind where none is recognised." default:"notice"`
	Quiet    bool     `help:"No progress bar." short:"q"`
}

// intake is one run of import.
type intake struct {
	importCmd
	a          *app
	actor      gongkai.Actor
	out        io.Writer
	bar        *progressbar.ProgressBar
	made, kept int
	refused    []importer.Skip
	lastFile   string
	kinds      []string // that the home column takes; none: all
}

// Run imports; repeating it makes nothing twice.
func (c importCmd) Run(ctx context.Context, s streams) error {
	a, err := c.open(ctx, s)
	if err != nil {
		return err
	}
	defer func() { _ = a.close() }()
	user, err := a.accounts.ByLogin(ctx, c.As)
	if err != nil {
		return err
	}
	in := &intake{importCmd: c, a: a, actor: user.Actor(), out: s.out}
	if in.Unit = orElse(c.Unit, user.Unit); in.Unit == "" {
		return gongkai.E(gongkai.Invalid, "unit", "该用户没有所属单位，请用 --unit 指明起草单位", "the user has no home unit: name the drafting unit by --unit")
	}
	if err := in.known(ctx); err != nil {
		return err
	}
	in.bar = c.progress(s.errs)
	skips, err := importer.Read(ctx, ".", c.Paths, func(d importer.Draft) error { return in.take(ctx, d) })
	_ = in.bar.Finish()
	in.report(append(skips, in.refused...))
	logged := a.trail.Append(ctx, audit.Entry{At: gongkai.Millis(a.content.Now()), Actor: user.ID, ActorName: user.Name, Act: "item.import", Object: "unit/" + in.Unit, Unit: in.Unit,
		Detail: map[string]string{"made": fmt.Sprint(in.made), "there": fmt.Sprint(in.kept), "skipped": fmt.Sprint(len(skips) + len(in.refused))}})
	if err := errors.Join(err, logged); err != nil || len(skips)+len(in.refused) == 0 {
		return err
	}
	return exit{1}
}

// known refuses names that would be refused again for every document.
func (in *intake) known(ctx context.Context) error {
	if err := knownUnit(ctx, in.a, in.Unit); err != nil {
		return err
	}
	if _, err := in.a.content.Kinds.Get(ctx, in.Kind); gongkai.Is(err, gongkai.Missing) {
		return gongkai.E(gongkai.Invalid, "kind", "没有这种信息类型："+in.Kind, "there is no such kind: "+in.Kind)
	}
	if in.Column == "" {
		return nil
	}
	column, err := in.a.content.Columns.Get(ctx, in.Column)
	if gongkai.Is(err, gongkai.Missing) {
		return gongkai.E(gongkai.Invalid, "column", "没有这个栏目："+in.Column, "there is no such column: "+in.Column)
	}
	in.kinds = column.Kinds
	return err
}

func (c importCmd) progress(errs io.Writer) *progressbar.ProgressBar {
	files := 0
	for _, p := range c.Paths {
		_ = filepath.WalkDir(p, func(_ string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				files++
			}
			return nil
		})
	}
	if f, ok := errs.(*os.File); c.Quiet || !ok || !term.IsTerminal(int(f.Fd())) {
		errs = io.Discard
	}
	return progressbar.NewOptions(files, progressbar.OptionSetWriter(errs), progressbar.OptionSetDescription("导入 / importing"), progressbar.OptionShowCount(), progressbar.OptionClearOnFinish())
}

// take makes a draft of what was read. A field that the kind refuses is left
// out and said, not the whole document.
func (in *intake) take(ctx context.Context, d importer.Draft) error {
	if file, _, _ := strings.Cut(d.Source, "#"); file != in.lastFile {
		in.lastFile = file
		_ = in.bar.Add(1)
	}
	id := gongkai.DerivedID("import", in.Unit, d.Key)
	if _, err := in.a.content.Items.Get(ctx, id); err == nil {
		in.kept++
		return nil
	}
	n := workflow.NewItem{ID: id, StepID: "import-" + id, Kind: orElse(d.Kind, in.Kind), Unit: in.Unit, Source: d.Key, Fields: content.Fields(d.Fields)}
	if body, ok := n.Fields["body"].(string); ok {
		n.Fields["body"] = seam.ReplaceAllString(body, "$1\n$2") // a block to a line: findings name the line
	}
	in.place(&n, &d)
	delete(n.Fields, "date_published") // system time: never back-dated
	err := in.create(ctx, n, &d)
	switch gongkai.KindOf(err) {
	case gongkai.Denied, gongkai.Unavailable, gongkai.Internal:
		if err != nil {
			return err // it would be the same for every file
		}
	}
	if err != nil {
		var e *gongkai.Error
		errors.As(err, &e)
		in.refused = append(in.refused, importer.Skip{Source: d.Source, Code: e.Code, Zh: e.Zh + places(e, "zh"), En: e.En + places(e, "en")})
		return nil
	}
	in.made++
	in.say(d)
	return nil
}

// seam is where one block ends and the next begins.
var seam = regexp.MustCompile(`(</(?:p|h[1-6]|li|tr|table|ul|ol|blockquote)>)(<[a-z])`)

// place gives the draft its home column, if that takes the kind.
func (in *intake) place(n *workflow.NewItem, d *importer.Draft) {
	switch {
	case in.Column == "":
	case len(in.kinds) > 0 && !slices.Contains(in.kinds, n.Kind):
		d.Flags = slices.Insert(d.Flags, 0, importer.Flag{Code: "column", Where: "column", Zh: "栏目 " + in.Column + " 不接受类型 " + n.Kind + "，栏目待定", En: "the column " + in.Column + " does not take the kind " + n.Kind + "; the column stays open"})
	default:
		n.Placements = []content.Placement{{Column: in.Column, Home: true}}
	}
}

func (in *intake) create(ctx context.Context, n workflow.NewItem, d *importer.Draft) error {
	_, err := in.a.engine.Create(ctx, in.actor, n)
	var e *gongkai.Error
	if !errors.As(err, &e) || e.Code != "fields" {
		return err
	}
	for _, bad := range e.Details {
		delete(n.Fields, bad.Where)
		d.Flags = slices.Insert(d.Flags, 0, importer.Flag{Code: bad.Code, Where: bad.Where, Zh: bad.Zh + "，未导入", En: bad.En + "; left out"})
	}
	_, err = in.a.engine.Create(ctx, in.actor, n)
	return err
}

func places(e *gongkai.Error, lang string) string {
	var b strings.Builder
	for _, d := range e.Details {
		switch {
		case d.Zh == e.Zh: // a single detail often repeats the whole
		case lang == "en":
			b.WriteString("; " + d.Where + ": " + d.En)
		default:
			b.WriteString("；" + d.Where + "：" + d.Zh)
		}
	}
	return b.String()
}

// say prints what was made of one document, and what looks damaged in it.
func (in *intake) say(d importer.Draft) {
	_ = in.bar.Clear()
	_, _ = fmt.Fprintf(in.out, "✓ %s  %s  [%s]", d.Source, orElse(d.Kind, in.Kind+"（默认 / default）"), gongkai.DerivedID("import", in.Unit, d.Key))
	for _, f := range []string{"doc_no", "index_no", "date_written"} {
		if v, ok := d.Fields[f].(string); ok && v != "" {
			_, _ = fmt.Fprintf(in.out, "  %s=%s", f, v)
		}
	}
	_, _ = fmt.Fprintln(in.out)
	for i, f := range d.Flags {
		if i == 10 {
			_, _ = fmt.Fprintf(in.out, "    … 另有%d处 / %d more\n", len(d.Flags)-i, len(d.Flags)-i)
			break
		}
		_, _ = fmt.Fprintf(in.out, "    ! %s: %s / %s\n", f.Where, f.Zh, f.En)
	}
}

func (in *intake) report(skips []importer.Skip) {
	for _, s := range skips {
		_, _ = fmt.Fprintf(in.out, "✗ %s  %s: %s / %s\n", s.Source, s.Code, s.Zh, s.En)
	}
	_, _ = fmt.Fprintf(in.out, "导入%d条，已存在%d条，跳过%d处 / %d made, %d there already, %d skipped\n", in.made, in.kept, len(skips), in.made, in.kept, len(skips))
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
