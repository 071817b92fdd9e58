// Tables in running text: pipes (Markdown, box drawings, full-width bars), tabs, CSV, and
// columns that blanks set apart.

package privacy

import (
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	longestRow   = 1 << 14 // bytes of a row that is looked at as one
	longestQuote = 1 << 12
	longestHead  = 600 // bytes of a header line
	longestField = 90  // and of a field in it
	mostFields   = 4096
)

// flow scans running text; where lines make a table, as a table.
func (s *scanner) flow(p piece) {
	if p.end-p.start < shortest {
		return
	}
	if p.mode == tags {
		s.blockText(p)
		return
	}
	f := flow{scanner: s, piece: p, from: p.start}
	for at := p.start; at < p.end; {
		at = f.line(at)
	}
	f.leave(p.end)
	f.text(p.end)
}

// running scans text in which there is no table.
func (s *scanner) running(p piece) {
	since := len(s.hits)
	s.piece(p)
	s.records(p, since)
	s.keys(p)
}

// flow walks lines.
type flow struct {
	*scanner
	piece   piece
	from    int // where text that belongs to no table begins
	grid    *grid
	divider divider
	fields  []Span
	width   int  // fields of the first row
	field   line // scratch
}

// line handles the line that begins at a place, and returns where the next begins.
func (f *flow) line(at int) int {
	end := f.endOf(at)
	if f.grid != nil && f.row(at, end) {
		return f.from
	}
	blank := isBlank(f.bytes(at, end))
	if f.grid != nil && blank && f.divider.blanks == 0 && f.divider.chars != "|｜│┃¦" {
		f.from = end
		return end
	}
	f.leave(at)
	if !blank && f.begins(at, end) {
		title := f.titleIn(piece{f.from, at, f.piece.mode, ""})
		f.text(at)
		f.grid = &grid{scanner: f.scanner, mode: f.piece.mode, section: section{above: title}}
		f.row(at, end)
		return f.from
	}
	return end
}

func (f *flow) bytes(at, end int) string { return f.scanner.text[at:end] }

// text scans what belongs to no table.
func (f *flow) text(end int) {
	if end > f.from {
		f.running(piece{f.from, end, f.piece.mode, f.piece.label})
	}
	f.from = end
}

// leave ends the table.
func (f *flow) leave(at int) {
	if f.grid != nil {
		f.grid.close()
		f.grid, f.from = nil, at
	}
}

// endOf is where the line ends, its line end included.
func (f *flow) endOf(at int) int {
	s := f.scanner.text[at:f.piece.end]
	if i := strings.IndexByte(s, '\n'); i >= 0 {
		return at + i + 1
	}
	return f.piece.end
}

func isBlank(s string) bool { return strings.TrimSpace(s) == "" }

// begins reports that a table begins with the line, and what parts its fields.
func (f *flow) begins(at, end int) bool {
	s := f.bytes(at, end)
	switch {
	case len(s) < 5 || len(s) > longestRow:
		return false
	case strings.IndexByte(s, '\t') >= 0 && f.parts(tabs, at, end) > 1:
		f.divider = tabs
		return true
	case hasAnyRune(s, pipes.chars) && f.parts(pipes, at, end) > 1:
		f.divider = pipes
		return true
	case len(s) > longestHead:
		return false
	}
	most := 1
	for _, d := range dividers {
		if labels := f.heads(d, at, end); labels > most {
			f.divider, most = d, labels
		}
	}
	return most > 1
}

// hasAnyRune is strings.ContainsAny for few characters: it need not decode the text.
func hasAnyRune(s, chars string) bool {
	for i, r := range chars {
		if strings.Contains(s, chars[i:i+utf8.RuneLen(r)]) {
			return true
		}
	}
	return false
}

// parts counts the fields.
func (f *flow) parts(d divider, at, end int) int {
	f.split(d, at, end)
	return len(f.fields)
}

// heads counts the labels in a line that could be a header or a form: it has
// two fields or more, and at least half of them are labels.
func (f *flow) heads(d divider, at, end int) (labels int) {
	if !f.brief(d, at, end) {
		return 0
	}
	f.split(d, at, end)
	if len(f.fields) < 2 || slices.ContainsFunc(f.fields, func(c Span) bool { return c.End-c.Start > longestField }) {
		return 0
	}
	for _, c := range f.fields {
		f.field = f.read(piece{c.Start, c.End, f.piece.mode, ""}, f.field[:0])
		if labelOf(f.field.trim()).role != unknown {
			labels++
		}
	}
	if 2*labels < len(f.fields) || !f.goesOn(d, end) {
		return 0
	}
	return labels
}

// goesOn: where prose has commas too, the next line must have as many.
func (f *flow) goesOn(d divider, at int) bool {
	if d.blanks > 0 || d.chars == "," {
		return true
	}
	n := len(f.fields)
	end := f.endOf(at)
	return end-at < longestRow && f.parts(d, at, end) == n
}

// brief looks at the beginning of a line: its first field must be short.
func (f *flow) brief(d divider, at, end int) bool {
	s := f.bytes(at, min(end, at+3*headingLimit))
	if d.blanks > 0 {
		s = strings.TrimLeft(s, " \u3000")
		return strings.IndexByte(s, ' ') >= 0 || strings.Contains(s, "\u3000") || strings.Contains(s, "\u00a0")
	}
	return hasAnyRune(s, d.chars)
}

// split finds the fields of the row that begins at a place and returns where
// it ends: behind the line, or behind the quotes that hold line ends.
func (f *flow) split(d divider, at, end int) int {
	f.fields = f.fields[:0]
	s := f.scanner.text
	for at < end && len(f.fields) < mostFields {
		at = skipBlanks(s, at, end, d)
		if d.quotes && at < end && s[at] == '"' {
			stop, next := f.quoted(at)
			if next > 0 {
				f.fields = append(f.fields, Span{at + 1, stop})
				end = max(end, f.endOf(min(next, f.piece.end-1)))
				width := d.width(s[next:end])
				if at = next + width; width == 0 && isBlank(s[next:end]) {
					break
				}
				continue
			}
		}
		stop, next := d.next(s, at, end)
		f.fields = append(f.fields, Span{at, stop})
		at = next
	}
	f.frame(d)
	return end
}

// frame drops the empty fields outside the first and the last pipe.
func (f *flow) frame(d divider) {
	if d.chars != pipes.chars || len(f.fields) == 0 {
		return
	}
	if c := f.fields[0]; isBlank(f.bytes(c.Start, c.End)) {
		f.fields = f.fields[1:]
	}
	if n := len(f.fields); n > 0 && isBlank(f.bytes(f.fields[n-1].Start, f.fields[n-1].End)) {
		f.fields = f.fields[:n-1]
	}
}

// quoted finds the end of a quoted field, and of what follows it up to the divider.
func (f *flow) quoted(at int) (stop, next int) {
	s := f.scanner.text[:min(f.piece.end, at+longestQuote)]
	for i := at + 1; i < len(s); i++ {
		if s[i] != '"' {
			continue
		}
		if i+1 < len(s) && s[i+1] == '"' {
			i++
			continue
		}
		return i, i + 1
	}
	return 0, 0
}

// row takes a line into the table; a line that does not fit ends it.
func (f *flow) row(at, end int) bool {
	if end-at > longestRow {
		return false
	}
	end = f.split(f.divider, at, end)
	n := len(f.fields)
	if f.prose(n) {
		return false
	}
	if n == 0 || n == 1 && !f.single(at, end) || f.divider.blanks == 1 && !f.fits(n) {
		return f.rule(at, end)
	}
	f.from = end
	if isRule(f.bytes(at, end)) {
		return true
	}
	if f.grid.height == 0 {
		f.width = n
	} else if n > f.width && f.divider.chars == "," {
		f.thousands()
	}
	f.grid.row()
	for _, c := range f.fields {
		f.grid.add(c.Start, c.End, 1, 1, false)
	}
	return true
}

// prose: a line with as many commas as it likes, and long sentences between.
func (f *flow) prose(n int) bool {
	if f.divider.chars == pipes.chars || f.divider.chars == tabs.chars || f.divider.blanks > 0 || f.grid.height == 0 || n == f.width {
		return false
	}
	for _, c := range f.fields {
		if c.End-c.Start > longestField {
			return true
		}
	}
	return false
}

// single: a line of one field is a row if it is framed by pipes, or if it is
// short and the table goes on behind it: 城关镇.
func (f *flow) single(at, end int) bool {
	s := f.bytes(at, end)
	if f.divider.chars == pipes.chars {
		return hasAnyRune(s, pipes.chars)
	}
	next := f.bytes(end, min(f.piece.end, f.endOf(min(end, f.piece.end)), end+longestHead))
	return len(s) < longestField && f.divider.blanks == 0 && hasAnyRune(next, f.divider.chars)
}

// rule passes over a line that only draws.
func (f *flow) rule(at, end int) bool {
	if isBlank(f.bytes(at, end)) || !isRule(f.bytes(at, end)) {
		return false
	}
	f.from = end
	return true
}

// fits: single blanks part fields only as long as there are as many as in the header.
func (f *flow) fits(n int) bool {
	return f.grid.height == 0 || n == f.width
}

// thousands joins what commas in a figure have parted: 15,645,629,677元.
func (f *flow) thousands() {
	out := f.fields[:1]
	for _, c := range f.fields[1:] {
		last := &out[len(out)-1]
		s, before := f.bytes(c.Start, c.End), f.bytes(last.Start, last.End)
		if last.End+1 == c.Start && figures(s) == 3 && before != "" && isDigit(before[len(before)-1]) && figures(before) <= 15 && len(f.fields) > f.width {
			last.End = c.End
			continue
		}
		out = append(out, c)
	}
	f.fields = out
}
