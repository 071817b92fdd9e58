// check_picture: where a finding is, drawn: its line, masked, and marks below.

package main

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

	"gongkai/policy/privacy"
	filescan "gongkai/policy/privacy/files"
)

// around is how many characters of the line are shown on either side.
const around = 36

// picture is the line of a finding, masked, and the columns of a terminal from
// and to which it reaches in it.
type picture struct {
	line     string
	from, to int
}

// draw draws the finding among all findings of its text.
func draw(text string, fs []privacy.Finding, f privacy.Finding) picture {
	start, end := borders(text, fs, f)
	before, found, after := masked(text, fs, start, f.Start), visible(f.Mask), masked(text, fs, f.End, end)
	if start > 0 && text[start-1] != '\n' {
		before = "…" + before
	}
	if end < len(text) && text[end] != '\n' && text[end] != '\r' {
		after += "…"
	}
	p := picture{line: before + found + after, from: displayWidth(before)}
	p.to = p.from + max(displayWidth(found), 1)
	return p
}

// borders are those of the line, or of what is shown of it. They do not cut
// through another finding, because half of a number is still half of a number.
func borders(text string, fs []privacy.Finding, f privacy.Finding) (start, end int) {
	start, end = f.Start, f.End
	for n := 0; n < around && start > 0 && text[start-1] != '\n'; n++ {
		_, size := utf8.DecodeLastRuneInString(text[:start])
		start -= size
	}
	for n := 0; n < around && end < len(text) && text[end] != '\n' && text[end] != '\r'; n++ {
		_, size := utf8.DecodeRuneInString(text[end:])
		end += size
	}
	for _, g := range fs {
		if g.Start < start && start < g.End {
			start = min(g.End, f.Start)
		}
		if g.Start < end && end < g.End {
			end = max(g.Start, f.End)
		}
	}
	return start, end
}

// masked is a stretch of the text with the findings that lie in it masked.
func masked(text string, fs []privacy.Finding, start, end int) string {
	var inside []privacy.Finding
	for _, f := range fs {
		if start <= f.Start && f.End <= end {
			f.Start, f.End = f.Start-start, f.End-start
			inside = append(inside, f)
		}
	}
	return visible(privacy.Mask(text[start:end], inside))
}

// visible makes a text fit for a terminal: one line, and nothing in it that
// steers the terminal, stands nowhere or turns the direction of writing.
func visible(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return '⏎'
		case unicode.IsSpace(r):
			return ' '
		case unicode.Is(unicode.Cf, r):
			return -1
		case !unicode.IsGraphic(r), r == utf8.RuneError:
			return '�'
		}
		return r
	}, text)
}

// displayWidth is how wide a text is in a terminal, where Chinese characters are
// two columns wide.
func displayWidth(text string) (n int) {
	for _, r := range text {
		switch kind := width.LookupRune(r).Kind(); {
		case unicode.In(r, unicode.Mn, unicode.Me):
		case kind == width.EastAsianWide, kind == width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}

// bare tells whether the line shows nothing but the finding.
func (p picture) bare() bool { return p.from == 0 && p.to == displayWidth(p.line) }

// marks are the signs below the line.
func (p picture) marks() string {
	return strings.Repeat(" ", p.from) + strings.Repeat("^", p.to-p.from)
}

// position counts lines and columns, in characters from one, along a text.
type position struct {
	line, start, at int // start: where the line begins
}

func (p *position) move(text string, to int) (line, column int) {
	if to < p.at {
		*p = position{}
	}
	p.line += strings.Count(text[p.at:to], "\n")
	if i := strings.LastIndexByte(text[p.at:to], '\n'); i >= 0 {
		p.start = p.at + i + 1
	}
	p.at = to
	return p.line + 1, utf8.RuneCountInString(text[p.start:to]) + 1
}

// beside are the findings of a text, and whatever else is found when it is
// looked at alone: the pictures of places that are reported one by one must
// not show their neighbours.
func beside(text string, fs []filescan.Finding) []privacy.Finding {
	all := make([]privacy.Finding, 0, len(fs))
	for _, f := range fs {
		all = append(all, f.Finding)
	}
	if len(fs) == 1 && len(text) < 1<<16 {
		for _, g := range privacy.Scan(text, privacy.Plain, privacy.Options{}) {
			if f := all[0]; g.End <= f.Start || f.End <= g.Start {
				all = append(all, g)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b privacy.Finding) int { return a.Start - b.Start })
	return all
}
