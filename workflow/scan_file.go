// Files in the scan: originals are read on this machine's disk, within limits,
// and once for each content and rule version.

package workflow

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/policy/privacy"
	"gongkai/policy/privacy/files"
)

// fileLimits bound what one attachment may cost, a roster of 15,000 rows
// allowed; what exceeds them is a finding that a person has to look at.
var fileLimits = files.Limits{Time: time.Minute, Part: 32 << 20, Bytes: 256 << 20, Cells: 1_000_000, Findings: 100_000}

// fileOptions are those of a scan or a copy of a file: what is published is the
// copy, without traces of its making.
func fileOptions(opt privacy.Options) files.Options {
	return files.Options{Options: opt, Limits: fileLimits, Clean: true}
}

// fileOf is a file on this machine as the checks see it. Of its name they see
// the ending: the name is a text of the item, checked with the others.
func fileOf(name string, s *content.Spool) files.File {
	return files.File{Name: "file" + strings.ToLower(path.Ext(name)), Size: s.Size, Data: s}
}

// scanFile finds what is personal in an original.
func (e *Engine) scanFile(ctx context.Context, file content.PlacedFile, opt privacy.Options) ([]found, error) {
	seen, err := e.report(ctx, file, opt)
	if err != nil {
		return nil, err
	}
	return e.inFile(file, seen), nil
}

// report reads an original, or remembers what was found in it.
func (e *Engine) report(ctx context.Context, file content.PlacedFile, opt privacy.Options) (report, error) {
	key := scanKey(file, opt)
	seen, ok := e.reports.get(key)
	if ok {
		return seen, nil
	}
	in, err := e.content.Files.Spool(ctx, file.Digest)
	if gongkai.Is(err, gongkai.Missing) {
		return seen, noUpload(file.Place)
	}
	if err != nil {
		return seen, err
	}
	defer func() { _ = in.Close() }()
	if seen, err = readFile(ctx, fileOf(file.Name, in), opt); err == nil {
		e.reports.put(key, seen)
	}
	return seen, err
}

// report is what was found in a file, wherever it is attached.
type report struct {
	files.Report
	fixed bool // no masked copy can be made of it
}

func readFile(ctx context.Context, f files.File, opt privacy.Options) (report, error) {
	out, err := files.Scan(ctx, f, fileOptions(opt))
	return report{out, !files.CanMask(f)}, unreadable(ctx, err)
}

// unreadable translates what kept a file from being read.
func unreadable(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	}
	var known *gongkai.Error
	if errors.As(err, &known) {
		return err
	}
	return gongkai.E(gongkai.Unavailable, "files", "文件暂时无法读取，请稍后再试", "the file cannot be read right now; try again later").Because(err)
}

// inFile places what was found in a file.
func (e *Engine) inFile(file content.PlacedFile, r report) []found {
	out := make([]found, 0, len(r.Findings)+len(r.Unread))
	for _, p := range r.Findings {
		f := e.placed(partOf(file, p.Where), p.Finding)
		f.File, f.Fixed = file.Digest, r.fixed
		if p.Hidden != "" {
			f.Evidence = append(f.Evidence[:len(f.Evidence):len(f.Evidence)], "hidden:"+p.Hidden)
		}
		out = append(out, f)
	}
	for _, u := range r.Unread {
		f := e.unread(file, u)
		if !r.fixed && strings.HasPrefix(u.Code, "limit.") {
			f.Finding = f.Split()
		}
		out = append(out, f)
	}
	if zh, en := files.TraceWords(r.missed()); zh != "" {
		out = append(out, e.cleaned(file, zh, en))
	}
	return out
}

// missed are the traces whose absence a writer may notice: not the names.
func (r report) missed() []string {
	return slices.DeleteFunc(slices.Clone(r.Traces), func(t string) bool { return t == files.TraceAuthor })
}

// cleaned is the warning that the public copy does without something.
func (e *Engine) cleaned(file content.PlacedFile, zh, en string) found {
	zh = "公开的副本不含" + zh + "（修订按接受处理，隐藏文字删除）。草稿中的原件不变；请确认副本无误。"
	en = "The public copy has no " + en + " (changes are accepted, hidden text is gone). The original of the draft stays as it is; make sure that the copy is right."
	return found{content.Finding{Key: e.secret.Sum(content.FileTraces, file.Digest), Place: file.Place, Line: 1, Kind: content.FileTraces,
		Level: content.Warn, Preview: zh, AdviceZh: zh, AdviceEn: en, File: file.Digest}, ""}
}

// partOf is the place of a part of a file.
func partOf(file content.PlacedFile, where string) string {
	if where == "" {
		return file.Place + ".content"
	}
	return file.Place + ".content#" + where
}

// unread is the finding that something cannot be read here: it says what to do.
func (e *Engine) unread(file content.PlacedFile, u files.Unread) found {
	place := file.Place
	if u.Where != "" {
		place = partOf(file, u.Where)
	}
	return found{content.Finding{Key: e.secret.Sum(content.FileUnread, file.Digest, u.Where, u.Code), Place: place, Line: 1, Kind: content.FileUnread,
		Level: string(privacy.Ask), Evidence: []string{u.Code}, Preview: u.Zh, AdviceZh: u.Zh, AdviceEn: u.En, File: file.Digest, Fixed: true}, ""}
}

// scanKey names all that a report depends on. The digest is keyed and so is
// no way to the content.
func scanKey(file content.PlacedFile, opt privacy.Options) string {
	h := sha256.New()
	for _, v := range opt.Known {
		fmt.Fprintf(h, "%s %d:%s ", v.Kind, len(v.Folded), v.Folded)
	}
	return fmt.Sprintf("%s %s %s %s %x", file.Digest, strings.ToLower(path.Ext(file.Name)), privacy.Rules+opt.AlsoRules, opt.Now.Format(time.DateOnly), h.Sum(nil))
}

// maxReports and maxFound are how many findings are remembered, in files and in
// revisions: some rosters of 15,000 rows. A save, a submit and a correction ask
// for the same in turn. They hold what was found, and so are kept in memory alone.
const (
	maxReports = 120_000
	maxFound   = 120_000
)

// weight counts something for an empty report too.
func (r report) weight() int { return 20 + len(r.Findings) + len(r.Unread) }
