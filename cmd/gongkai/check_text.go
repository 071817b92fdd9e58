// check_text: findings for people.

package main

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/term"

	"gongkai/policy/privacy"
	filescan "gongkai/policy/privacy/files"
)

// printer writes what a check finds, as it is found.
type printer interface {
	begin()
	findings(name, text string, fs []filescan.Finding) error
	unread(name string, u filescan.Unread) error
	end(total) error
}

// printers are the formats of --format.
var printers = map[string]func(io.Writer) printer{
	"text":  func(w io.Writer) printer { return newTextPrinter(w) },
	"json":  func(w io.Writer) printer { return &jsonPrinter{w: bufio.NewWriter(w)} },
	"sarif": func(w io.Writer) printer { return &sarifPrinter{w: bufio.NewWriter(w)} },
}

// textPrinter draws each finding:
//
//	名单.txt:2:8: 公民身份号码/id_card 11*************233 (确认 / certain)
//	    张某，身份证号11*************233，电话139****5678
//	                  ^^^^^^^^^^^^^^^^^^
//	    校验码正确，前面写有“身份证”
//	    its check digit is right; “身份证” stands before it
//
// Of the cells of a column it draws the first ones and counts the others.
type textPrinter struct {
	w       *bufio.Writer
	paint   func(level privacy.Level, text string) string
	met     []met
	name    string // of the file at hand
	columns []string
	cells   map[string]int // by column: how many were found
}

// drawn is how many cells of a column are drawn.
const drawn = 3

// met is a level, and what to do about it.
type met struct {
	level privacy.Level
	do    words
}

func newTextPrinter(w io.Writer) *textPrinter {
	p := &textPrinter{w: bufio.NewWriter(w), paint: func(_ privacy.Level, text string) string { return text }}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) && os.Getenv("NO_COLOR") == "" {
		p.paint = painted
	}
	return p
}

// painted is red, yellow or blue, by level.
func painted(level privacy.Level, text string) string {
	colour := map[privacy.Level]string{privacy.Certain: "31", privacy.Likely: "33", privacy.Ask: "34", privacy.Warn: "36"}[level]
	return "\x1b[1;" + colour + "m" + text + "\x1b[0m"
}

func (p *textPrinter) begin() {}

func (p *textPrinter) findings(name, text string, fs []filescan.Finding) error {
	p.file(name)
	for s := range spots(name, text, fs) {
		if m := (met{s.Level, advice(s.Kind, s.Level)}); !slices.Contains(p.met, m) {
			p.met = append(p.met, m)
		}
		if !p.counted(s) {
			p.draw(s)
		}
	}
	return p.w.Flush()
}

func (p *textPrinter) draw(s spot) {
	is, reasons := levelWords[s.Level].is, why(s.Evidence)
	p.printf("%s: %s/%s %s (%s)\n", s.where(), s.kind.zh, s.Kind, s.Preview, p.paint(s.Level, is.zh+" / "+is.en))
	if !s.picture.bare() || filescan.Column(s.Where) == "" {
		p.printf("    %s\n    %s\n", s.picture.line, p.paint(s.Level, s.picture.marks()))
	}
	p.printf("    %s\n    %s\n", reasons.zh, reasons.en)
}

// counted tells whether a finding is one more cell of a column of which enough
// was drawn.
func (p *textPrinter) counted(s spot) bool {
	column := filescan.Column(s.Where)
	if column == "" {
		return false
	}
	s.Where = column
	at := s.where() + ": " + s.kind.zh + "/" + s.Kind
	if p.cells[at]++; p.cells[at] == 1 {
		p.columns = append(p.columns, at)
	}
	return p.cells[at] > drawn
}

// file ends the file before, if this is another.
func (p *textPrinter) file(name string) {
	if name == p.name {
		return
	}
	for _, at := range p.columns {
		if more := p.cells[at] - drawn; more > 0 {
			p.printf("%s 另有 %d 处 / %d more (--format json)\n", at, more, more)
		}
	}
	p.name, p.columns, p.cells = name, nil, map[string]int{}
}

func (p *textPrinter) unread(name string, u filescan.Unread) error {
	p.file(name)
	place := placed(u.Where)
	p.printf("%s: %s\n", visible(name), p.paint(privacy.Ask, "未检查 / not checked"))
	if u.Where != "" {
		p.printf("    %s / %s\n", place.zh, place.en)
	}
	p.printf("    %s\n    %s\n", visible(u.Zh), visible(u.En))
	return p.w.Flush()
}

// end says what it came to, and what to do about each level that was met.
func (p *textPrinter) end(t total) error {
	p.file("")
	if t.Findings+t.Warnings+t.Unread == 0 {
		p.printf("检查了 %d 个文件，没有发现问题 / %s checked, nothing found\n", t.Files, many(t.Files, "file"))
		return p.w.Flush()
	}
	p.printf("\n检查了 %d 个文件，发现 %d 处问题 / %s checked, %s\n", t.Files, t.Findings, many(t.Files, "file"), many(t.Findings, "finding"))
	for _, m := range p.met {
		is := levelWords[m.level].is
		p.printf("  %s：%s\n  %s: %s\n", is.zh, m.do.zh, is.en, m.do.en)
	}
	if t.Unread > 0 {
		p.printf("%d 处未能检查，不能视为没有问题 / %d could not be checked and count as open\n", t.Unread, t.Unread)
	}
	return p.w.Flush()
}

func many(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return strconv.Itoa(n) + " " + what
}

func (p *textPrinter) printf(format string, a ...any) { _, _ = fmt.Fprintf(p.w, format, a...) }

// spot is a finding where it is.
type spot struct {
	filescan.Finding
	name                    string
	kind                    words
	line, column, endColumn int // from one, in characters; nought where there are no lines
	endLine                 int
	picture                 picture
}

// near is how many neighbours of a finding its picture can show.
const near = 2*around + 1

// spots places the findings of a text.
func spots(name, text string, fs []filescan.Finding) func(func(spot) bool) {
	return func(yield func(spot) bool) {
		all, kinds := beside(text, fs), kindWords()
		at := position{}
		for _, f := range fs {
			s := spot{Finding: f, name: name, kind: kinds[f.Kind]}
			if onALine(f.Where) {
				s.line, s.column = at.move(text, f.Start)
				end := at
				s.endLine, s.endColumn = end.move(text, f.End)
			}
			i, _ := slices.BinarySearchFunc(all, f.Start, func(g privacy.Finding, start int) int { return g.Start - start })
			s.picture = draw(text, all[max(i-near, 0):min(i+near, len(all))], f.Finding)
			if !yield(s) {
				return
			}
		}
	}
}

// onALine tells places in texts, whose offsets count from the beginning of the text.
func onALine(where string) bool {
	return strings.HasPrefix(where[strings.LastIndexByte(where, '/')+1:], "line[")
}

// where is the place for people: file, line and column, or what the file has instead.
func (s spot) where() string {
	name := visible(s.name)
	inside := s.Where
	if s.line > 0 {
		inside = strings.TrimSuffix(s.Where[:strings.LastIndexByte(s.Where, '/')+1], "/")
	}
	if s.line > 0 && inside == "" {
		return fmt.Sprintf("%s:%d:%d", name, s.line, s.column)
	}
	place := placed(s.Where)
	text := name + ": " + place.zh + " / " + place.en
	if zh := filescan.HiddenZh(s.Hidden); s.Hidden != "" && (zh == "" || !strings.Contains(place.zh, zh)) {
		text += "（" + cmp.Or(zh, s.Hidden) + " / " + s.Hidden + "）"
	}
	return text
}
