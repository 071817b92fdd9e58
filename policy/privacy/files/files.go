// The package's face: what is scanned, what a report says, how a masked copy is made.

package files

import (
	"context"
	"errors"
	"io"
	"path"
	"strings"

	"gongkai/policy/privacy"
)

// File is an attachment as it was uploaded. Type is a sniffed media type, or
// empty; the content decides in any case.
type File struct {
	Name string
	Type string
	Size int64
	Data io.ReaderAt
}

// Options of a scan. A zero value is good for a file of which nothing is known.
type Options struct {
	privacy.Options
	Limits Limits
	// Seen is shown each text in which something was found, as it is found: to
	// draw where. Offsets are those of text, which holds personal data.
	Seen func(text string, fs []Finding)
	// Clean says that not the file but a copy made of it goes out: what that copy
	// does without is not unread, and traces that stay are.
	Clean bool
}

// Finding is one piece of personal data in a file. Its offsets are those of the
// text at Where; on a line of a text, those of the whole text.
type Finding struct {
	privacy.Finding
	// Where is a place for machines, made of indexes alone: "sheet[0]!C5".
	Where string
	// Hidden says why a reader does not see it ("hidden row"); empty when visible.
	Hidden string
}

// Unread is a part of a file that cannot be read here, and what to do about it.
type Unread struct {
	Where string // empty for the whole file
	Code  string // "format.old", "limit.bytes"
	Zh    string
	En    string
}

// Report is what a scan says. No findings and nothing unread means clean.
type Report struct {
	Format   string // name of the row that read it; empty if none could
	Findings []Finding
	Unread   []Unread
	Traces   []string // of its making, see Clean
}

// Decide says what becomes of a finding in a masked copy: its replacement, or
// that it stays. It is called once for each finding, in the order of the report.
type Decide func(Finding) (replacement string, change bool)

// ErrNoMask is returned by Mask for files of which no masked copy can be made.
var ErrNoMask = errors.New("files: no masked copy can be made of this kind of file")

// Scan finds personal data in the file. The error is about reading f.Data or
// the end of ctx only: whatever is wrong with the file itself is in the report.
func Scan(ctx context.Context, f File, opt Options) (Report, error) {
	s := newPass(ctx, opt)
	err := s.file(f, func(row *format) error { return row.scan(s, f) })
	return *s.report, err
}

// Mask writes a copy of the file in which the findings are replaced as decide
// says. The copy holds no trace of what was replaced.
func Mask(ctx context.Context, f File, opt Options, decide func(Finding) (replacement string, change bool), w io.Writer) error {
	s := newPass(ctx, opt)
	s.decide = decide
	return s.file(f, func(row *format) error {
		if row.mask == nil {
			return ErrNoMask
		}
		return row.mask(s, f, w)
	})
}

// CanMask tells whether Mask can make a masked copy of the file.
func CanMask(f File) bool {
	row := formatOf(f)
	return row != nil && row.mask != nil
}

// extension is the lower-case end of a file's name, without the dot.
func extension(name string) string {
	return strings.ToLower(strings.TrimPrefix(path.Ext(name), "."))
}
