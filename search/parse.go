// Parsing: what somebody typed becomes words, and words become expressions.

package search

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"gongkai"
)

const maxWords = 12 // further words of a query are not looked at

// term is one word of a query: units that must follow each other.
type term struct {
	units  []unit
	grams  []string // the phrase of plain tokens; empty for a single character
	single string   // the single Chinese character
	weight float64
}

// terms splits a query into words, all of which must occur. Nothing of the
// query reaches the index but letters and digits, so no text is an error.
func terms(text string) []term {
	var out []term
	seen := map[string]bool{}
	us := units(cut(text, MaxText))
	for from := 0; from < len(us) && len(out) < maxWords; {
		to := from + 1
		for to < len(us) && joined(us, to) {
			to++
		}
		t := newTerm(us[from:to])
		if key := t.single + strings.Join(t.grams, " "); !seen[key] {
			seen[key] = true
			out = append(out, t)
		}
		from = to
	}
	return out
}

// joined tells whether unit i goes on with the word before it. Brackets and
// dashes do not end a word, unless Chinese stands on both sides; and the parts
// of a 文号 belong together however it is spaced: (2016) 115 号.
func joined(us []unit, i int) bool {
	before, u := us[i-1], us[i]
	switch {
	case u.gap == 0:
		return true
	case before.kind == han && u.kind == han:
		return false
	case before.kind == digit && u.kind == digit && u.gap&gapBracket != 0,
		before.kind == digit && u.text == "号":
		return true
	}
	return u.gap&gapBreak == 0
}

func newTerm(us []unit) term {
	t := term{units: us, weight: min(float64(len(us)), 4)}
	if len(us) == 1 && us[0].kind == han {
		t.single, t.weight = us[0].text, 0.5
		return t
	}
	t.grams = grams(us)
	if last := len(us) - 1; us[last].kind == han {
		t.grams = t.grams[:len(t.grams)-1] // in a longer text it is not the last
	}
	return t
}

func cut(s string, runes int) string {
	for i := range s {
		if runes == 0 {
			return s[:i]
		}
		runes--
	}
	return s
}

// plain, head and top are the expressions for a word anywhere, in the title or
// a number, and for a word that the document uses often. A single character
// begins exactly one token wherever it stands.
func (t term) plain() string {
	if t.single != "" {
		return quote("", t.single) + " *"
	}
	return quote("", t.grams...)
}

func (t term) head() string {
	if t.single != "" {
		return quote(markHead, t.single) + " *"
	}
	return quote(markHead, t.grams...)
}

func (t term) top() string {
	if t.single != "" {
		return quote(markTop, t.single) + " *"
	}
	parts := make([]string, len(t.grams))
	for i, g := range t.grams {
		parts[i] = quote(markTop, g)
	}
	return strings.Join(parts, " AND ")
}

func quote(mark string, tokens ...string) string {
	var b strings.Builder
	b.WriteByte('"')
	write(&b, mark, tokens)
	b.WriteByte('"')
	return b.String()
}

// filters are the expressions that every hit satisfies, words aside.
func (q *Query) filters() []string {
	out := []string{quote("", markAll)}
	add := func(field, value string) {
		if value != "" {
			out = append(out, quote("", tag(field, value)))
		}
	}
	add("site", q.Site)
	add("kind", q.Kind)
	add("unit", q.Unit)
	add("lang", q.Lang)
	add("validity", q.Validity)
	if q.Year != 0 {
		add("year", strconv.Itoa(q.Year))
	}
	for _, t := range q.Terms {
		add("term", t)
	}
	for field, path := range map[string]string{"column": q.ColumnPath, "unitpath": q.UnitPath} {
		if path = subtree(path); path != "/" {
			add(field, path)
		}
	}
	if len(out) > 1 {
		return out[1:]
	}
	return out
}

func and(parts ...string) string { return strings.Join(parts, " AND ") }

// check fills the defaults in and refuses what no index could answer.
func (q *Query) check(words int) error {
	if words == 0 && strings.TrimSpace(q.Text) != "" {
		return gongkai.E(gongkai.Invalid, "search_text", "检索词中没有文字或数字", "the text to search for has no letter or digit in it")
	}
	if err := q.checkTerms(); err != nil {
		return err
	}
	if q.Limit == 0 {
		q.Limit = DefaultLimit
	}
	if q.Limit < 0 || q.Limit > MaxLimit {
		return gongkai.E(gongkai.Invalid, "search_limit", "每页条数须在 1 到 100 之间", "limit must be between 1 and 100")
	}
	switch {
	case q.Sort != "" && q.Sort != SortRelevance && q.Sort != SortNewest:
		return gongkai.E(gongkai.Invalid, "search_sort", "排序方式只能是 relevance 或 newest", "sort must be relevance or newest")
	case words == 0:
		q.Sort = SortNewest
	case q.Sort == "":
		q.Sort = SortRelevance
	}
	return nil
}

// numberKey is the form in which 文号 and 索引号 are looked up exactly: the
// shape of brackets, spaces and width do not matter, where they stand does.
func numberKey(s string) string {
	var b strings.Builder
	for i, u := range units(cut(s, MaxText)) {
		if i > 0 && u.gap != 0 && u.kind != han && !endsInHan(b.String()) {
			b.WriteByte('-')
		}
		b.WriteString(u.text)
	}
	return b.String()
}

func endsInHan(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	kind, ok := kindOf(r)
	return ok && kind == han
}

// tailKey is the key of a 文号 without the issuing body: 〔2016〕115号.
func tailKey(docNo string) string {
	key := numberKey(docNo)
	if i := strings.IndexAny(key, "0123456789"); i > 0 {
		return key[i:]
	}
	return ""
}

// lookupKey is the number that a query may be; empty if it has no digit.
func lookupKey(text string) string {
	if key := numberKey(text); strings.ContainsAny(key, "0123456789") {
		return key
	}
	return ""
}
