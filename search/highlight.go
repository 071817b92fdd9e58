// Highlighting: the place of a text that shows best why it was found.

package search

import (
	"cmp"
	"html"
	"math/bits"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const maxMarks = 1000 // further places in one text are not looked at

// Highlight is a snippet of about width characters of text, the words of the
// query in <mark>, everything else escaped for HTML. A width of 0 means all.
// It matches as the index does: whatever width, case or bracket was typed.
func Highlight(text, query string, width int) string {
	var words []sought
	for i, t := range terms(query) {
		words = append(words, sought{t.units, i})
	}
	return mark(text, words, width)
}

// Mark is Highlight with the Words of a Result: synonyms are marked too.
func Mark(text string, words [][]string, width int) string {
	var all []sought
	for i, group := range words {
		all = append(all, soughtAs(group, i)...)
	}
	return mark(text, all, width)
}

// Holds tells whether a text holds every one of the Words of a Result, or one
// of its synonyms.
func Holds(text string, words [][]string) bool {
	us := units(text)
	return !slices.ContainsFunc(words, func(group []string) bool { return len(places(us, soughtAs(group, 0))) == 0 })
}

// sought is a word that is looked for in a text; those of a group count as one.
type sought struct {
	units []unit
	group int
}

func soughtAs(group []string, n int) []sought {
	var out []sought
	for _, w := range group {
		for _, t := range terms(w) {
			out = append(out, sought{t.units, n})
		}
	}
	return out
}

func mark(text string, words []sought, width int) string {
	text = strings.ToValidUTF8(text, "\ufffd")
	found := places(units(text), words)
	from, to := 0, len(text)
	if width > 0 {
		from, to = window(text, found, width)
	}
	var b strings.Builder
	if from > 0 {
		b.WriteString("…")
	}
	at := from
	for _, p := range found {
		if p.end > to || p.end <= at || p.start < from {
			continue
		}
		b.WriteString(escape(text[at:max(at, p.start)]))
		b.WriteString("<mark>" + escape(text[max(at, p.start):p.end]) + "</mark>")
		at = p.end
	}
	b.WriteString(escape(text[at:to]))
	if to < len(text) {
		b.WriteString("…")
	}
	return strings.ReplaceAll(b.String(), "</mark><mark>", "")
}

func escape(s string) string {
	return html.EscapeString(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s))
}

// place is where a word of the query stands in a text.
type place struct{ start, end, term int }

// places are in the order of the text.
func places(us []unit, words []sought) []place {
	var out []place
	for i := range us {
		for _, w := range words {
			if len(out) < maxMarks && matches(us[i:], w.units) {
				out = append(out, place{us[i].start, us[i+len(w.units)-1].end, w.group})
			}
		}
	}
	slices.SortFunc(out, func(a, b place) int { return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(b.end, a.end)) })
	return out
}

func matches(us, want []unit) bool {
	if len(us) < len(want) {
		return false
	}
	for i, w := range want {
		if us[i].text != w.text || glued(want, i) && !glued(us, i) {
			return false
		}
	}
	return true
}

// window is the stretch of the text with the most different words, the first
// of those; a quarter of it comes before the first word.
func window(text string, found []place, width int) (from, to int) {
	best := 0
	for i, p := range found {
		end := forward(text, p.start, width-width/4)
		var seen uint
		for _, other := range found[i:] {
			if other.start >= end {
				break
			}
			if other.end <= end {
				seen |= 1 << other.term
			}
		}
		if n := bits.OnesCount(seen); n > best {
			best, from = n, back(text, p.start, width/4)
		}
	}
	to = forward(text, from, width)
	if to == len(text) {
		from = back(text, to, width)
	}
	return from, to
}

func forward(s string, at, runes int) int {
	for ; runes > 0 && at < len(s); runes-- {
		_, n := utf8.DecodeRuneInString(s[at:])
		at += n
	}
	return at
}

func back(s string, at, runes int) int {
	for ; runes > 0 && at > 0; runes-- {
		_, n := utf8.DecodeLastRuneInString(s[:at])
		at -= n
	}
	return at
}
