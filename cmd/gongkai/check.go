// check: the gate as a command.

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"gongkai"
	"gongkai/policy/privacy"
)

type checkCmd struct {
	Files []string `arg:"" optional:"" help:"Files or folders (.txt .csv .md .html), - for standard input; none: standard input." type:"path"`
	JSONL bool     `name:"jsonl" help:"Read lines {id, format, text}; write lines {id, spans, masked}."`
}

// maxChecked is the greatest file that is read here.
const maxChecked = 64 << 20

// Run exits 0 when clean, 1 with findings, 2 when something was not checked.
func (c checkCmd) Run(s streams) error {
	if c.JSONL {
		return c.lines(s)
	}
	out := bufio.NewWriter(s.out)
	found, missed, err := c.all(s, out)
	if err := errors.Join(err, out.Flush()); err != nil {
		return err
	}
	if found > 0 {
		_, _ = fmt.Fprintf(s.errs, "%d 处疑似个人信息 / %d findings\n", found, found)
	}
	switch {
	case missed > 0:
		_, _ = fmt.Fprintf(s.errs, "%d 个文件未检查 / %d files were not checked\n", missed, missed)
		return exit{2}
	case found > 0:
		return exit{1}
	}
	return nil
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
			return unreadable(name, err)
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

func unreadable(name string, err error) error {
	return gongkai.E(gongkai.Unavailable, "file", "无法读取文件："+name, "the file cannot be read: "+name).Because(err)
}

func tooLarge(name string) error {
	return gongkai.E(gongkai.Invalid, "too_large", "超过 64 MB，未检查："+name, "larger than 64 MB, it was not checked: "+name)
}

// all checks every file; one that cannot be read is said and the rest goes on.
func (c checkCmd) all(s streams, out io.Writer) (found, missed int, err error) {
	look := func(name, text string, f privacy.Format, err error) {
		if err != nil {
			explain(s.errs, err)
			missed++
			return
		}
		found += report(out, name, text, f)
	}
	if len(c.Files) == 0 {
		c.Files = []string{"-"}
	}
	for _, root := range c.Files {
		if root == "-" {
			text, err := readInput(s.in)
			look("-", text, privacy.Plain, err)
			continue
		}
		err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
			if err != nil || !d.IsDir() {
				text, format, err := readText(name, err)
				look(name, text, format, err)
			}
			return nil
		})
		if err != nil {
			return found, missed, err
		}
	}
	return found, missed, nil
}

// readInput reads standard input: all of it, or it is not checked.
func readInput(in io.Reader) (string, error) {
	raw, err := io.ReadAll(io.LimitReader(in, maxChecked+1))
	if err != nil {
		return "", unreadable("-", err)
	}
	if len(raw) > maxChecked {
		return "", tooLarge("-")
	}
	return decoded("-", raw)
}

var formats = map[string]privacy.Format{".txt": privacy.Plain, ".csv": privacy.Plain, ".html": privacy.HTML, ".htm": privacy.HTML, ".md": privacy.Markdown}

// readText reads a file as text. A file of another kind is never a silent
// "clean", in a folder neither.
func readText(name string, walked error) (string, privacy.Format, error) {
	format, known := formats[strings.ToLower(filepath.Ext(name))]
	if walked == nil && !known {
		return "", "", gongkai.E(gongkai.Invalid, "file_kind", "不能读取这种文件，未检查："+name, "files of this kind cannot be read here, it was not checked: "+name)
	}
	info, err := os.Stat(name)
	if walked != nil || err != nil {
		return "", "", unreadable(name, errors.Join(walked, err))
	}
	if info.Size() > maxChecked {
		return "", "", tooLarge(name)
	}
	raw, err := os.ReadFile(name)
	if err != nil {
		return "", "", unreadable(name, err)
	}
	text, err := decoded(name, raw)
	return text, format, err
}

// decoded takes UTF-8, or else GB 18030.
func decoded(name string, raw []byte) (string, error) {
	if utf8.Valid(raw) {
		return string(raw), nil
	}
	text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(raw)
	if err != nil {
		return "", unreadable(name, err)
	}
	return string(text), nil
}

// report prints where each finding is: file, line, column, kind, masked value
// and why.
func report(out io.Writer, name, text string, f privacy.Format) int {
	fs := privacy.Scan(text, f, privacy.Options{})
	line, start, at := 1, 0, 0
	for _, f := range fs {
		for i := strings.IndexByte(text[at:f.Start], '\n'); i >= 0; i = strings.IndexByte(text[at:f.Start], '\n') {
			at += i + 1
			line, start = line+1, at
		}
		column := utf8.RuneCountInString(text[start:f.Start]) + 1
		_, _ = fmt.Fprintf(out, "%s:%d:%d: %s %s (%s: %s)\n", name, line, column, kindName(f.Kind), f.Preview, f.Level, strings.Join(f.Evidence, ", "))
	}
	return len(fs)
}

func kindName(kind string) string {
	for _, k := range privacy.Kinds() {
		if k.Name == kind {
			return k.Zh + "/" + k.Name
		}
	}
	return kind
}
