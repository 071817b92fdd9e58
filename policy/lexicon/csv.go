// Lists as CSV: what offices edit in a spreadsheet.

package lexicon

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"gongkai/policy/privacy"
)

// Limits of a list.
const (
	MaxBytes = 2 << 20
	MaxTerms = 20_000
	maxCell  = 2_000 // bytes
)

// field is a column of the CSV: its two names, and the way in and out. set
// answers what is wrong, in Chinese and in English.
type field struct {
	zh, en string
	set    func(*Term, string) (zh, en string)
	get    func(Term) string
}

// fields are the columns in the order in which they are written. They are read
// in any order, by either name; the first three must be there.
var fields = []field{
	{"类别", "kind", func(t *Term, s string) (string, string) { return named(&t.Kind, s, Kinds()) }, func(t Term) string { return zhOf(t.Kind, Kinds()) }},
	{"词语", "term", text(func(t *Term) *string { return &t.Term }), func(t Term) string { return t.Term }},
	{"处理", "severity", func(t *Term, s string) (string, string) { return named(&t.Severity, s, severities) }, func(t Term) string { return zhOf(t.Severity, severities) }},
	{"更正", "correction", text(func(t *Term) *string { return &t.Correction }), func(t Term) string { return t.Correction }},
	{"例外", "except", exceptions, func(t Term) string { return strings.Join(t.Except, "|") }},
	{"顺序", "order", order, func(t Term) string { return digits(t.Order) }},
	{"起始日期", "from", date(func(t *Term) *string { return &t.From }), func(t Term) string { return t.From }},
	{"截止日期", "to", date(func(t *Term) *string { return &t.To }), func(t Term) string { return t.To }},
	{"来源", "source", text(func(t *Term) *string { return &t.Source }), func(t Term) string { return t.Source }},
	{"说明", "note", text(func(t *Term) *string { return &t.Note }), func(t Term) string { return t.Note }},
	{"应发现", "found", entries(func(t *Term) *[]string { return &t.Found }), func(t Term) string { return strings.Join(t.Found, "|") }},
	{"应放行", "fine", entries(func(t *Term) *[]string { return &t.Fine }), func(t Term) string { return strings.Join(t.Fine, "|") }},
}

const needed = 3

func text(at func(*Term) *string) func(*Term, string) (string, string) {
	return func(t *Term, s string) (string, string) {
		*at(t) = s
		return "", ""
	}
}

func entries(at func(*Term) *[]string) func(*Term, string) (string, string) {
	return func(t *Term, s string) (string, string) {
		*at(t) = split(s)
		return "", ""
	}
}

// exceptions are entries; the colon behind 近 and 栏目 may be a full-width one.
func exceptions(t *Term, s string) (string, string) {
	for _, x := range split(s) {
		for _, prefix := range []string{nearby, column} {
			if name, ok := strings.CutPrefix(x, strings.TrimSuffix(prefix, ":")+"："); ok {
				x = prefix + name
			}
		}
		t.Except = append(t.Except, x)
	}
	return "", ""
}

func named(at *string, s string, names []privacy.KindInfo) (zh, en string) {
	var zhs, ens []string
	for _, n := range names {
		if s == n.Zh || strings.EqualFold(s, n.Name) {
			*at = n.Name
			return "", ""
		}
		zhs, ens = append(zhs, n.Zh), append(ens, n.Name)
	}
	return "应为下列之一：" + strings.Join(zhs, "、"), "must be one of " + strings.Join(ens, ", ")
}

func zhOf(name string, names []privacy.KindInfo) string {
	for _, n := range names {
		if n.Name == name {
			return n.Zh
		}
	}
	return name
}

func order(t *Term, s string) (zh, en string) {
	n, err := strconv.Atoi(s)
	if s != "" && (err != nil || n < 1 || n > MaxTerms) {
		return "应为正整数", "must be a positive whole number"
	}
	t.Order = n
	return "", ""
}

func digits(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// date takes 2026-01-31 and what spreadsheets make of it: 2026/1/31.
func date(at func(*Term) *string) func(*Term, string) (string, string) {
	return func(t *Term, s string) (string, string) {
		if s == "" {
			return "", ""
		}
		day, err := time.Parse("2006-1-2", strings.ReplaceAll(s, "/", "-"))
		if err != nil {
			return "应为日期，如 2026-01-31", "must be a date such as 2026-01-31"
		}
		*at(t) = day.Format(time.DateOnly)
		return "", ""
	}
}

// Problem is what is wrong with a list: where, and what to do. It never
// repeats the cell.
type Problem struct {
	Line   int // of the file, from 1; 0: the file as a whole
	Column int // the cell in its row, from 1; 0: the row as a whole
	Name   string
	Zh, En string
}

// Read reads a list from CSV: UTF-8, with or without a byte order mark, or
// GB 18030, as Chinese spreadsheets save it. There are terms only if there is
// no problem: nothing is taken in by halves. Samples are tried as well. Further
// checks look at each cell and say what is wrong with it, if anything.
func Read(data []byte, checks ...func(cell string) (zh, en string)) ([]Term, []Problem) {
	rd, bad := read(data, checks)
	if len(bad) == 0 {
		bad = rd.try()
	}
	if len(bad) > 0 {
		return nil, bad
	}
	return rd.terms, nil
}

// Reread reads a list that Read has taken before; its samples are not tried
// again.
func Reread(data []byte) ([]Term, []Problem) {
	rd, bad := read(data, nil)
	if len(bad) > 0 {
		return nil, bad
	}
	return rd.terms, nil
}

func read(data []byte, checks []func(string) (zh, en string)) (*reader, []Problem) {
	s, problem := decode(data)
	if problem != nil {
		return nil, []Problem{*problem}
	}
	r := csv.NewReader(strings.NewReader(s))
	r.FieldsPerRecord = -1
	head, err := r.Read()
	if err != nil {
		return nil, []Problem{broken(err)}
	}
	columns, bad := header(head)
	if len(bad) > 0 {
		return nil, bad
	}
	rd := &reader{csv: r, columns: columns, checks: append(checks, cellWrong)}
	rd.rows()
	return rd, rd.bad
}

func decode(data []byte) (string, *Problem) {
	switch {
	case len(data) > MaxBytes:
		return "", &Problem{Zh: "文件超过 2 MB，请拆分为多个词表", En: "larger than 2 MB: split it into several lists"}
	case bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) || bytes.IndexByte(data, 0) >= 0:
		return "", &Problem{Zh: "不是 CSV 文本，请另存为“CSV UTF-8（逗号分隔）”", En: "not a CSV text: save it as “CSV UTF-8 (comma delimited)”"}
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if utf8.Valid(data) {
		return string(data), nil
	}
	s, err := simplifiedchinese.GB18030.NewDecoder().String(string(data))
	if err != nil || strings.ContainsRune(s, utf8.RuneError) {
		return "", &Problem{Zh: "文字编码无法识别，请另存为“CSV UTF-8（逗号分隔）”", En: "unknown encoding: save it as “CSV UTF-8 (comma delimited)”"}
	}
	return s, nil
}

func broken(err error) Problem {
	var bad *csv.ParseError
	switch {
	case errors.Is(err, io.EOF):
		return Problem{Line: 1, Zh: "文件是空的，首行应为列名", En: "the file is empty: the first row holds the names of the columns"}
	case errors.As(err, &bad):
		return Problem{Line: bad.Line, Zh: "引号不配对，不是规范的 CSV", En: "a quote is out of place: this is not well-formed CSV"}
	}
	return Problem{Zh: "无法读取", En: "cannot be read"}
}

// header finds the column of each cell; -1 for empty ones at the end.
func header(head []string) (columns []int, bad []Problem) {
	for i, name := range head {
		name = strings.TrimSpace(name)
		c := slices.IndexFunc(fields, func(f field) bool { return name == f.zh || strings.EqualFold(name, f.en) })
		switch {
		case c < 0 && name != "":
			bad = append(bad, Problem{1, i + 1, "", "没有这一列，列名应为：" + names(func(f field) string { return f.zh }), "there is no such column; columns are " + names(func(f field) string { return f.en })})
		case c >= 0 && slices.Contains(columns, c):
			bad = append(bad, Problem{1, i + 1, fields[c].zh, "列名重复", "the column is there twice"})
		}
		columns = append(columns, c)
	}
	for c, f := range fields[:needed] {
		if !slices.Contains(columns, c) {
			bad = append(bad, Problem{1, 0, f.zh, "缺少“" + f.zh + "”列", "the column " + f.en + " is missing"})
		}
	}
	return columns, bad
}

func names(of func(field) string) string {
	var out []string
	for _, f := range fields {
		out = append(out, of(f))
	}
	return strings.Join(out, " ")
}

// Write writes terms as CSV with a byte order mark, so that spreadsheets know
// the encoding.
func Write(w io.Writer, terms []Term) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	row := make([]string, len(fields))
	for i, f := range fields {
		row[i] = f.zh
	}
	_ = out.Write(row) // Flush keeps the first error
	for _, t := range terms {
		for i, f := range fields {
			row[i] = f.get(t)
		}
		_ = out.Write(row)
	}
	out.Flush()
	return out.Error()
}
