// check: the gate as a command.

package main

import (
	"bufio"
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
	Files []string `arg:"" optional:"" help:"Files or folders (.txt .csv .md .html); none: standard input." type:"path"`
	JSONL bool     `name:"jsonl" help:"Read lines {id, format, text}; write lines {id, spans, masked}."`
}

// maxChecked is the greatest file that is read here.
const maxChecked = 64 << 20

// Run exits 0 when clean, 1 with findings, 2 on an error.
func (c checkCmd) Run(s streams) error {
	if c.JSONL {
		return c.lines(s)
	}
	out := bufio.NewWriter(s.out)
	found, failed, err := c.all(s, out)
	if err := errors.Join(err, out.Flush()); err != nil {
		return err
	}
	switch {
	case failed:
		return exit{2}
	case found > 0:
		_, _ = fmt.Fprintf(s.errs, "%d处疑似个人信息 / %d findings\n", found, found)
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
		f, err := os.Open(name)
		if err != nil {
			return unreadable(name, err)
		}
		defer func() { _ = f.Close() }()
		readers = append(readers, f)
	}
	found, err := privacy.CheckLines(io.MultiReader(readers...), s.out)
	if err != nil {
		return err
	}
	if found {
		return exit{1}
	}
	return nil
}

func unreadable(name string, err error) error {
	return gongkai.E(gongkai.Invalid, "file", "无法读取文件:"+name, "the file cannot be read: "+name).Because(err)
}

// all checks every file; one that cannot be read is said and the rest goes on.
func (c checkCmd) all(s streams, out io.Writer) (found int, failed bool, err error) {
	if len(c.Files) == 0 {
		raw, err := io.ReadAll(io.LimitReader(s.in, maxChecked))
		if err != nil {
			return 0, true, err
		}
		return report(out, "-", string(raw), privacy.Plain), false, nil
	}
	for _, root := range c.Files {
		err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
			if err == nil && d.IsDir() {
				return nil
			}
			text, format, err2 := readText(name, err, root == name)
			if err2 != nil {
				_, _ = fmt.Fprintf(s.errs, "gongkai: %v\n", err2)
				failed = true
			} else if format != "" {
				found += report(out, name, text, format)
			}
			return nil
		})
		if err != nil {
			return found, true, err
		}
	}
	return found, failed, nil
}

var formats = map[string]privacy.Format{".txt": privacy.Plain, ".csv": privacy.Plain, ".html": privacy.HTML, ".htm": privacy.HTML, ".md": privacy.Markdown}

// readText reads a file as text. A file of another kind is an error where it
// was named, and passed over where it lies in a folder; never a silent "clean".
func readText(name string, walked error, named bool) (string, privacy.Format, error) {
	format, known := formats[strings.ToLower(filepath.Ext(name))]
	if walked == nil && !known {
		if named {
			return "", "", gongkai.E(gongkai.Invalid, "file_kind", name+":这里不能读取这种文件,未检查", name+": files of this kind cannot be read here; it was not checked")
		}
		return "", "", gongkai.E(gongkai.Invalid, "file_kind", name+":跳过,未检查", name+": skipped, not checked")
	}
	info, err := os.Stat(name)
	if walked != nil || err != nil {
		return "", "", unreadable(name, errors.Join(walked, err))
	}
	if info.Size() > maxChecked {
		return "", "", gongkai.E(gongkai.Invalid, "too_large", name+":超过64 MB,未检查", name+": larger than 64 MB; it was not checked")
	}
	raw, err := os.ReadFile(name)
	if err != nil {
		return "", "", unreadable(name, err)
	}
	if !utf8.Valid(raw) {
		if raw, err = simplifiedchinese.GB18030.NewDecoder().Bytes(raw); err != nil {
			return "", "", unreadable(name, err)
		}
	}
	return string(raw), format, nil
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
