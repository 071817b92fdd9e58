// The library's face: what is scanned, what a finding says, how a mask is laid over a text.

package privacy

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Rules is the version of the rule set; it goes into findings pages and proof
// sheets, so that a decision can be traced to the rules it was made under.
const Rules = "2026.11-3"

// Format says how the markup of a text is read.
type Format string

// The formats.
const (
	Plain    Format = "plain"
	HTML     Format = "html"
	Markdown Format = "markdown"
)

// Level says how sure a finding is, and so what a person has to do about it.
type Level string

// The levels: certain is masked and lifted only with a legal basis, likely is
// masked and one click keeps it, ask must be decided by a person.
const (
	Certain Level = "certain"
	Likely  Level = "likely"
	Ask     Level = "ask"
)

// Span is a range of bytes of the original text, on rune borders.
type Span struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

// Finding is one piece of personal data (个人信息) found in a text.
type Finding struct {
	Kind string `json:"kind"` // a name out of Kinds
	Span
	Level    Level    `json:"level"`
	Evidence []string `json:"evidence"` // why: "checksum", "context:身份证", "shape:15"
	Mask     string   `json:"mask"`     // the replacement of text[Start:End]; tags and separators survive in it
	Preview  string   `json:"preview"`  // the masked value in plain digits, safe to show
	Folded   string   `json:"-"`        // the value in plain digits: never stored, logged or shown
}

// String leaves the value out, so that a careless %v does not leak it.
func (f Finding) String() string {
	return fmt.Sprintf("%s %s [%d:%d] %s %s", f.Level, f.Kind, f.Start, f.End, f.Preview, strings.Join(f.Evidence, " "))
}

// GoString does the same for %#v.
func (f Finding) GoString() string { return f.String() }

// LogValue does the same for slog.
func (f Finding) LogValue() slog.Value { return slog.StringValue(f.String()) }

// Options say what is known about the text from outside it. The zero value is
// good for a text of which nothing is known.
type Options struct {
	// Context is the header or field label that governs the text, such as
	// 身份证号 or 联系电话; it counts as if it stood directly before the text.
	Context string
	// Allow reports values that are known not to be personal (an
	// organisation's own phones); they are not reported.
	Allow func(kind, folded string) bool
	// Known are values that were proven elsewhere: any copy of one is certain,
	// however it is spelled. For more than one scan call Prepared first.
	Known []Value
	index *index
	// Also is another check that looks at the same texts, wherever they stand.
	// Its findings are sorted and do not overlap. AlsoRules names its version,
	// for those who remember what was found.
	Also      func(text string, f Format) []Finding
	AlsoRules string
	// Now bounds birth dates; zero means the present time.
	Now time.Time
}

// Mask replaces exactly the findings, and nothing else, by their masks.
// Findings that overlap an earlier one, or lie outside the text, are skipped.
func Mask(text string, fs []Finding) string {
	if len(fs) == 0 {
		return text
	}
	if !slices.IsSortedFunc(fs, byPlace) {
		fs = slices.SortedFunc(slices.Values(fs), byPlace)
	}
	var b strings.Builder
	b.Grow(len(text))
	done := 0
	for _, f := range fs {
		if f.Start < done || f.End < f.Start || f.End > len(text) {
			continue
		}
		b.WriteString(text[done:f.Start])
		b.WriteString(f.Mask)
		done = f.End
	}
	b.WriteString(text[done:])
	return b.String()
}

func byPlace(a, b Finding) int {
	if a.Start != b.Start {
		return a.Start - b.Start
	}
	return b.End - a.End
}

// CodePoints turns a span of bytes into one of code points.
func CodePoints(text string, s Span) (start, end int) {
	start = utf8.RuneCountInString(text[:s.Start])
	return start, start + utf8.RuneCountInString(text[s.Start:s.End])
}
