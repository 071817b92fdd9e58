// A case: a text, and what a careful reader would say is in it.

package corpustest

import (
	"math/rand/v2"
	"strings"
)

// The formats of a text.
const (
	Plain    = "plain"
	HTML     = "html"
	Markdown = "markdown"
)

// Case is one text with its truth.
type Case struct {
	ID     string // group and number: "table/csv/17"
	Format string // plain, html or markdown
	Text   string
	Spans  []Span   // what is to be found
	Maybe  []Span   // what may be found or not
	Keep   []string // what the masked text still has to hold, each as often as it is listed
	Expect []string // kinds of which there has to be a finding somewhere in the text
	Never  []string // kinds of which there must be none
}

// Span is a value in a text, in bytes.
type Span struct {
	Kind       string
	Start, End int
	Hide       string // what must not be readable any more, in plain characters
	Shown      string // what the masked text has to show of it; "" says nothing
	Sure       bool   // proven by its form and its words: to be masked without fail
}

// value is what a brace stands for, before it is written into a text.
type value struct {
	kind  string // "" is a look-alike, which has to stay
	lead  string // stands before it and may be found with it: +86
	text  string
	hide  string // "" is all of text
	shown string
	sure  bool
	maybe bool
	free  bool // neither found nor to be kept: names, plain words
}

// page is a case being written.
type page struct {
	*rand.Rand
	c        Case
	b        strings.Builder
	disguise func(value) string // how values are written; nil: as they are
}

func newPage(r *rand.Rand, format string) *page { return &page{Rand: r, c: Case{Format: format}} }

// put writes a value and notes what it is.
func (p *page) put(v value) {
	text := v.text
	if p.disguise != nil && v.kind != "" {
		text, v.shown = p.disguise(v), ""
	}
	p.b.WriteString(v.lead)
	start := p.b.Len()
	p.b.WriteString(text)
	span := Span{v.kind, start, p.b.Len(), v.hide, v.shown, v.sure}
	if span.Hide == "" {
		span.Hide = v.text
	}
	switch {
	case v.free:
	case v.maybe:
		p.c.Maybe = append(p.c.Maybe, span)
	case v.kind == "":
		p.c.Keep = append(p.c.Keep, text)
	default:
		p.c.Spans = append(p.c.Spans, span)
	}
}

// braces are those that a text is to have itself.
var braces = strings.NewReplacer("⟪", "{", "⟫", "}")

// fill writes a template.
func (p *page) fill(template string) *page {
	for {
		before, rest, found := strings.Cut(template, "{")
		p.b.WriteString(braces.Replace(before))
		if !found {
			return p
		}
		name, after, _ := strings.Cut(rest, "}")
		bare := strings.TrimPrefix(name, "?")
		v := draw(p.Rand, bare)
		v.maybe = bare != name
		p.put(v)
		template = after
	}
}

// done is the finished case.
func (p *page) done() Case {
	p.c.Text = p.b.String()
	return p.c
}

// pick is one of them.
func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// digits are n digits at random.
func digits(r *rand.Rand, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('0' + r.IntN(10))
	}
	return string(b)
}

// letter is a capital letter that plates and papers use.
func letter(r *rand.Rand) string { return string("ABCDEFGHJKLMNPQRSTUVWXYZ"[r.IntN(24)]) }
