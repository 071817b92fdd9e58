// What the server learns of a document: words and their places, values of filters.

package meilitest

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// spot is where a word stands: in which attribute, as which word.
type spot struct{ attribute, at int }

const (
	hardDistance = 4      // what a full stop adds to the distance of two words
	lastPlace    = 65_535 // words of an attribute after this one are passed over
	longestWord  = 255
	longestValue = 479
)

func (ix *index) learn(d *doc) {
	d.words, d.strings, d.numbers, d.present = map[string][]spot{}, map[string]map[string]bool{}, map[string][]float64{}, map[string]bool{}
	for name, raw := range d.raw {
		var value any
		if json.Unmarshal(raw, &value) != nil {
			continue
		}
		if ix.settings.compares(name) {
			d.note(name, value)
		}
		if rank := ix.rank(name); rank >= 0 {
			d.read(rank, value)
		}
	}
	for w := range d.words {
		if ix.words[w] == nil {
			ix.words[w] = map[*doc]bool{}
		}
		ix.words[w][d] = true
	}
}

// compares tells whether an attribute is filtered, sorted or ranked by.
func (st *settings) compares(name string) bool {
	return slices.Contains(st.filterable, name) || slices.Contains(st.sortable, name) ||
		slices.Contains(st.ranking, name+":asc") || slices.Contains(st.ranking, name+":desc")
}

func (ix *index) rank(name string) int {
	if slices.Equal(ix.settings.searchable, []string{"*"}) {
		return 0
	}
	return slices.Index(ix.settings.searchable, name)
}

// note keeps the values of a filterable attribute.
func (d *doc) note(name string, value any) {
	d.present[name] = true
	switch v := value.(type) {
	case []any:
		for _, one := range v {
			d.note(name, one)
		}
	case float64:
		d.numbers[name] = append(d.numbers[name], v)
	case string:
		d.noteString(name, v)
	case bool:
		d.noteString(name, map[bool]string{true: "true", false: "false"}[v])
	}
}

func (d *doc) noteString(name, v string) {
	if d.strings[name] == nil {
		d.strings[name] = map[string]bool{}
	}
	d.strings[name][normal(v)] = true
}

// normal is the form in which filters compare texts.
func normal(s string) string {
	s = strings.ToLower(norm.NFKD.String(strings.TrimSpace(s)))
	return s[:min(len(s), longestValue)]
}

func (d *doc) read(attribute int, value any) {
	at := 0
	var texts []any
	if list, ok := value.([]any); ok {
		texts = list
	} else {
		texts = []any{value}
	}
	for i, v := range texts {
		text, ok := v.(string)
		if !ok {
			continue
		}
		if i > 0 {
			at += hardDistance
		}
		for _, t := range tokens(text) {
			if at += t.distance; at >= lastPlace {
				return
			}
			if len(t.word) <= longestWord {
				d.words[t.word] = append(d.words[t.word], spot{attribute, at})
			}
		}
	}
}

// token is a word and how far it is from the one before.
type token struct {
	word     string
	distance int
	quote    int // quotes right before it
	minus    bool
}

// tokens cuts a text: at everything that is no letter or digit, where a small
// letter is followed by a capital, and Chinese after every second character.
func tokens(text string) []token {
	var out []token
	var word strings.Builder
	next := token{}
	flush := func() {
		if word.Len() > 0 {
			next.word = word.String()
			out = append(out, next)
			next = token{distance: 1}
			word.Reset()
		}
	}
	var last rune
	for _, r := range norm.NFKD.String(text) {
		switch {
		case unicode.IsMark(r):
			continue
		case !unicode.IsLetter(r) && !unicode.IsNumber(r):
			flush()
			next.separated(r, last, len(out) > 0)
		case unicode.Is(unicode.Han, r) != unicode.Is(unicode.Han, last) && word.Len() > 0,
			unicode.IsUpper(r) && unicode.IsLower(last),
			unicode.Is(unicode.Han, r) && word.Len() >= 6:
			flush()
			fallthrough
		default:
			word.WriteRune(unicode.ToLower(r))
		}
		last = r
	}
	flush()
	if next.quote > 0 {
		out = append(out, next) // a closing quote
	}
	return out
}

// separated takes note of what stands before the next word.
func (t *token) separated(r, last rune, behind bool) {
	switch {
	case r == '"':
		t.quote++
	case r == '-':
		t.minus = last == 0 || unicode.IsSpace(last)
	case strings.ContainsRune("!?;。！？；\x00", r), unicode.IsSpace(r) && (last == '.' || last == ','):
		if behind {
			t.distance = hardDistance
		}
	}
}
