// The search: a fast walk to runs of digits, and only these are looked at closely.

package privacy

import (
	"strings"
	"time"
)

// scanner goes through one text.
type scanner struct {
	text   string
	format Format
	opt    Options
	hits   []hit
	inner  func(piece)

	scratch []atom // of the latest line that was looked at
}

// Scan finds personal data in a text. The findings are sorted and do not
// overlap; time and memory are linear in the text, whatever it holds.
func Scan(text string, f Format, opt Options) []Finding {
	s := newScanner(text, f, opt)
	s.look()
	s.copies(s.opt.index)
	return s.findings()
}

func newScanner(text string, f Format, opt Options) *scanner {
	if opt.Now.IsZero() {
		opt.Now = time.Now()
	}
	s := &scanner{text: text, format: f, opt: opt.Prepared()}
	s.inner = s.aside
	return s
}

// look finds what stands in the text for itself.
func (s *scanner) look() {
	if len(s.text) < shortest {
		return
	}
	p := piece{0, len(s.text), modeOf(s.format), ""}
	s.document(p)
	s.headed(p)
	s.pupils()
}

// document scans the text, tables as tables.
func (s *scanner) document(p piece) {
	switch {
	case p.mode >= tags && hasTable(s.text):
		s.tables(p)
	default:
		s.flow(p)
	}
	if s.opt.Context != "" {
		s.labelled(p)
	}
}

func modeOf(f Format) mode {
	switch f {
	case HTML:
		return tags
	case Markdown:
		return marks
	}
	return raw
}

// aside scans what a tag carries; most of it holds nothing to bother about.
func (s *scanner) aside(p piece) {
	n, text := 0, s.text[p.start:p.end]
	for i, c := range []byte(text) {
		switch {
		case isDigit(c):
			n++
		case c >= 0xc0:
			n += 2
		case c == '@' || c == '&' && strings.HasPrefix(text[i:], "&#") || c == '%' && strings.HasPrefix(text[i:], "%40"):
			n = fewest
		}
	}
	if n >= fewest {
		s.running(p)
	}
}

// piece walks one piece of the text from run to run.
func (s *scanner) piece(p piece) {
	r := run{scanner: s, piece: p, lex: p.lexer(s.text)}
	r.lex.found = s.inner
	for {
		if r.digits == 0 {
			r.lex.skip()
		}
		a, ok := r.lex.next()
		switch {
		case !ok:
			r.flush()
			return
		case a.class == digit:
			r.add(a)
		default:
			if r.digits > 0 && !r.gap.add(a) && !r.bracketed(a) {
				r.flush()
			}
			if a.class == other && firsts.has(a.r) {
				r.wake(a)
			}
		}
	}
}

func (p piece) lexer(src string) lexer {
	l := lexer{src: src, at: p.start, end: p.end, mode: p.mode, label: p.label}
	l.textAt(p.start)
	return l
}
