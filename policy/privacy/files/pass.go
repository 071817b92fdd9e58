// One pass over a file: every text of it goes through here, to be judged and, for a masked copy, replaced.

package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"gongkai/policy/privacy"
)

// pass is a scan, or the making of a masked copy if decide is set. Members of a
// file have passes of their own that share report and budget.
type pass struct {
	ctx    context.Context
	opt    Options
	given  privacy.Options // as the caller gave them
	left   *budget
	depth  int
	cleans bool // a copy without traces is what goes out
	traces *[]string
	place  string // in front of every Where: "member[0]/"
	report *Report
	decide Decide
}

func newPass(ctx context.Context, opt Options) *pass {
	given := opt.Options
	opt.Limits, opt.Options = opt.Limits.withDefaults(), given.Prepared()
	return &pass{ctx: ctx, opt: opt, given: given, left: &budget{Limits: opt.Limits}, report: &Report{}, cleans: opt.Clean}
}

// knowing are the options with more values known than the caller gave.
func (s *pass) knowing(known []privacy.Value) privacy.Options {
	opt := s.given
	opt.Known = known
	return opt.Prepared()
}

// file finds the row for f and runs it: the first step of every scan and mask.
func (s *pass) file(f File, run func(*format) error) error {
	ctx, done := context.WithTimeoutCause(s.ctx, s.left.Time, errTime)
	defer done()
	caller := s.ctx
	s.ctx = ctx
	data := &watched{ReaderAt: f.Data}
	f.Data = data
	err := s.read(f, run)
	switch {
	case data.err != nil:
		return fmt.Errorf("files: %w", data.err)
	case caller.Err() != nil:
		return context.Cause(caller)
	}
	return err
}

// read judges name and kind of f and reads it. What is wrong with the file
// becomes Unread; while masking it is an error too.
func (s *pass) read(f File, run func(*format) error) error {
	row := formatOf(f)
	if s.depth == 0 && row != nil {
		s.report.Format = row.name
	}
	s.text("name", "file name", f.Name, privacy.Plain)
	if row == nil {
		return s.failed(unknownFormat())
	}
	s.cleans, s.traces = s.cleans && row.copier() != nil, &[]string{}
	defer s.tellTraces()
	if other := rowOfExtension(f.Name); other != nil && row.name != other.name {
		s.unread("", mismatch(extension(f.Name), row.name))
	}
	return s.failed(guarded(func() error {
		if isZip(&probe{head: head(f)}) {
			if err := s.outside(f); err != nil {
				return err
			}
		}
		return run(row)
	}))
}

// failed turns an error of a row into what the report says about it.
func (s *pass) failed(err error) error {
	if err == nil || errors.Is(err, ErrNoMask) {
		return err
	}
	u := Unread{}
	switch {
	case errors.As(err, &u):
	case errors.Is(err, errTime):
		u = tooMuch("time", s.left.Time.String())
	case s.ctx.Err() != nil:
		return err
	default:
		u = damaged()
	}
	u.Where = strings.TrimSuffix(s.place+u.Where, "/")
	s.report.Unread = append(s.report.Unread, u)
	if s.decide != nil {
		return u
	}
	return nil
}

// guarded keeps a fault in a parser from ending the program: the file is damaged.
func guarded(run func() error) (err error) {
	defer func() {
		if recover() != nil { // the panic's text may quote the file
			err = damaged()
		}
	}()
	return run()
}

// unread notes a part that cannot be read; the rest of the file still is.
func (s *pass) unread(where string, u Unread) {
	u.Where = strings.TrimSuffix(s.place+where, "/")
	s.report.Unread = append(s.report.Unread, u)
}

// text judges one text and returns it masked as decided; while only scanning,
// as it was.
func (s *pass) text(where, hidden, text string, f privacy.Format) string {
	return s.settle(text, s.found(where, hidden, privacy.Scan(text, f, s.opt.Options)))
}

// found puts findings at a place.
func (s *pass) found(where, hidden string, fs []privacy.Finding) []Finding {
	out := make([]Finding, len(fs))
	for i, f := range fs {
		out[i] = Finding{f, s.place + where, hidden}
	}
	return out
}

// settle reports the findings of one text and masks it as decided.
func (s *pass) settle(text string, fs []Finding) string {
	if s.opt.Seen != nil && len(fs) > 0 {
		s.opt.Seen(text, fs)
	}
	var changes []privacy.Finding
	for _, f := range fs {
		if len(s.report.Findings) < s.left.Findings {
			s.report.Findings = append(s.report.Findings, f)
		}
		if s.decide == nil {
			continue
		}
		if as, change := s.decide(f); change {
			f.Mask = as
			changes = append(changes, f.Finding)
		}
	}
	return privacy.Mask(text, changes)
}

// full is asked after a text: too many findings end the scan, with its reason.
func (s *pass) full() error {
	if len(s.report.Findings) >= s.left.Findings {
		return tooMuch("findings", fmt.Sprint(s.left.Findings))
	}
	return alive(s.ctx)
}

// member scans a file inside the file.
func (s *pass) member(where string, f File) error {
	if s.depth+1 >= s.left.Depth {
		s.unread(where, tooMuch("depth", fmt.Sprint(s.left.Depth)))
		return nil
	}
	inner := *s
	inner.depth++
	inner.place += where + "/"
	return inner.read(f, func(row *format) error { return row.scan(&inner, f) })
}

// all reads a file into memory, within the limits.
func (s *pass) all(f File) ([]byte, error) {
	if f.Size > s.left.Part {
		return nil, tooMuch("part", fmt.Sprint(s.left.Part>>20))
	}
	data := make([]byte, f.Size)
	if n, err := f.Data.ReadAt(data, 0); n < len(data) {
		return nil, err
	}
	return data, nil
}

var errBefore = errors.New("files: a place before the beginning")

// watched remembers why a file could not be read, to tell a broken disk from a broken file.
type watched struct {
	io.ReaderAt
	err error
}

func (w *watched) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, errBefore // what is wrong is the file, and not what it lies on
	}
	n, err := w.ReaderAt.ReadAt(p, off)
	if err != nil && !errors.Is(err, io.EOF) {
		w.err = err
	}
	return n, err
}
