// check: the gate as a command.

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"gongkai"
	"gongkai/policy/lexicon"
	"gongkai/policy/privacy"
	filescan "gongkai/policy/privacy/files"
)

type checkCmd struct {
	Files  []string `arg:"" optional:"" help:"Files or folders (texts, tables, documents, PDF, archives), - for standard input; none: standard input."`
	Format string   `enum:"text,json,sarif" default:"text" help:"How findings are written: text for people, json, or sarif for code review tools."`
	JSONL  bool     `name:"jsonl" help:"Read lines {id, format, text}; write lines {id, spans, masked}."`

	releasedFlag `embed:""`
}

// Help stands below the flags.
func (checkCmd) Help() string {
	return `Exit status: 0 all was read and nothing found (warnings aside), 1 findings, 2 something could not be read.

退出码：0 全部已检查且没有问题（提示除外），1 有问题，2 有内容未能检查。

Values are shown masked. A file is named as it is called.

内容均遮掩后显示，文件名照原样显示。`
}

// Run exits 0 when clean, 1 with findings, 2 when something was not checked.
func (c checkCmd) Run(ctx context.Context, s streams) error {
	switch {
	case c.Released && (c.JSONL || len(c.Files) > 0):
		return c.stock(ctx, s, "")
	case c.Released:
		return c.stock(ctx, s, c.Format)
	case c.JSONL:
		return c.lines(s)
	}
	k := &check{ctx: ctx, out: printers[c.Format](s.out)}
	k.out.begin()
	err := k.all(c.Files, s.in)
	if err := errors.Join(err, k.out.end(k.total)); err != nil {
		return err
	}
	return k.total.verdict()
}

// total is what a run comes to.
type total struct {
	Files    int `json:"files"`
	Findings int `json:"findings"`
	Warnings int `json:"warnings"` // of the word lists: said, and no more
	Unread   int `json:"unread"`
}

func (t *total) count(fs []filescan.Finding) {
	for _, f := range fs {
		if f.Level == privacy.Warn {
			t.Warnings++
		} else {
			t.Findings++
		}
	}
}

func (t total) verdict() error {
	switch {
	case t.Unread > 0:
		return exit{2}
	case t.Findings > 0:
		return exit{1}
	}
	return nil
}

// check is a run over files, one at a time.
type check struct {
	ctx   context.Context
	out   printer
	total total
}

// all checks every file; one that cannot be read is said and the rest goes on.
func (k *check) all(roots []string, in io.Reader) error {
	if len(roots) == 0 {
		roots = []string{"-"}
	}
	for _, root := range roots {
		if root == "-" {
			if err := k.stream(root, in); err != nil {
				return err
			}
			continue
		}
		err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
			if err == nil && d.IsDir() {
				return k.ctx.Err()
			}
			return errors.Join(k.ctx.Err(), k.named(name, name == root, err))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// named checks a file of the disk. What is no file is read to its end if
// somebody named it, as in <(a command), and never waited for in a folder.
func (k *check) named(name string, meant bool, walked error) error {
	info, err := os.Stat(name)
	if err := errors.Join(walked, err); err != nil {
		return k.unread(name, unreadable(err))
	}
	if !info.Mode().IsRegular() && !meant {
		return k.unread(name, notAFile())
	}
	f, err := os.Open(name)
	if err != nil {
		return k.unread(name, unreadable(err))
	}
	defer func() { _ = f.Close() }()
	if !info.Mode().IsRegular() {
		return k.stream(name, f)
	}
	return k.scan(name, f, info.Size())
}

// stream checks what can only be read once.
func (k *check) stream(name string, in io.Reader) error {
	limit := filescan.DefaultLimits.Part
	data, err := io.ReadAll(io.LimitReader(in, limit+1))
	switch {
	case err != nil:
		return k.unread(name, unreadable(err))
	case int64(len(data)) > limit:
		return k.unread(name, tooLong(limit>>20))
	}
	return k.scan(name, bytes.NewReader(data), int64(len(data)))
}

// scan checks a file and shows each finding as it comes.
func (k *check) scan(name string, data io.ReaderAt, size int64) error {
	k.total.Files++
	var failed error
	opt := filescan.Options{Options: privacy.Options{Also: inWordList}, Seen: func(text string, fs []filescan.Finding) {
		k.total.count(fs)
		failed = errors.Join(failed, k.out.findings(name, text, fs))
	}}
	report, err := filescan.Scan(k.ctx, filescan.File{Name: filepath.Base(name), Size: size, Data: data}, opt)
	if err != nil {
		return k.unread(name, unreadable(err))
	}
	for _, u := range report.Unread {
		failed = errors.Join(failed, k.unread(name, u))
	}
	return failed
}

// inWordList finds what stands in the word list of the program. Nothing of it is
// hidden in pictures: words are nobody's.
func inWordList(text string, f privacy.Format) []privacy.Finding {
	fs := lexicon.Builtin().Findings(time.Now())(text, f)
	for i, f := range fs {
		fs[i].Mask = text[f.Start:f.End]
	}
	return fs
}

func (k *check) unread(name string, u filescan.Unread) error {
	k.total.Unread++
	return k.out.unread(name, u)
}

func unreadable(err error) filescan.Unread {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return filescan.Unread{Code: "io", Zh: "无法读取文件，没有检查：" + err.Error(), En: "The file cannot be read, it was not checked: " + err.Error()}
}

func notAFile() filescan.Unread {
	return filescan.Unread{Code: "not_a_file", Zh: "不是普通文件，没有检查。", En: "This is no ordinary file, it was not checked."}
}

func tooLong(mb int64) filescan.Unread {
	return filescan.Unread{Code: "limit.part", Zh: fmt.Sprintf("超过 %d MB，没有检查。请存成文件再检查，或者拆分。", mb),
		En: fmt.Sprintf("Longer than %d MB, it was not checked. Save it as a file or split it.", mb)}
}

func (c checkCmd) lines(s streams) error {
	readers := []io.Reader{s.in}
	if len(c.Files) > 0 {
		readers = nil
	}
	for _, name := range c.Files {
		if name == "-" {
			readers = append(readers, s.in)
			continue
		}
		f, err := os.Open(name)
		if err != nil {
			return gongkai.E(gongkai.Unavailable, "file", "无法读取文件："+name, "the file cannot be read: "+name).Because(err)
		}
		defer func() { _ = f.Close() }()
		readers = append(readers, f)
	}
	refused := &refusals{w: s.out}
	found, err := privacy.CheckLines(io.MultiReader(readers...), refused)
	switch {
	case err != nil:
		return err
	case refused.n > 0:
		_, _ = fmt.Fprintf(s.errs, "%d 行无法读取，未检查 / %d lines could not be read and were not checked\n", refused.n, refused.n)
		return exit{2}
	case found:
		return exit{1}
	}
	return nil
}

// refusals passes answers on, one to a line, and counts those that say error.
type refusals struct {
	w    io.Writer
	line []byte
	n    int
}

func (r *refusals) Write(p []byte) (int, error) {
	for rest := p; ; {
		part, after, whole := bytes.Cut(rest, []byte("\n"))
		r.line = append(r.line, part...)
		if !whole {
			return r.w.Write(p)
		}
		var answer struct{ Error string }
		if bytes.Contains(r.line, []byte(`"error":`)) && json.Unmarshal(r.line, &answer) == nil && answer.Error != "" {
			r.n++
		}
		r.line, rest = r.line[:0], after
	}
}
