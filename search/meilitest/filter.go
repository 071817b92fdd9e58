// Filters: the grammar of =, !=, <, <=, >, >=, TO, IN, EXISTS, AND, OR, NOT and
// brackets; lists of filters.

package meilitest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

type predicate func(*doc) bool

func everything(*doc) bool { return true }

// filter reads a filter: a text, or a list of which all must hold, or, one
// level deeper, any.
func (ix *index) filter(raw json.RawMessage, code string) (predicate, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return everything, nil
	}
	var value any
	if err := json.Unmarshal(raw, &value); err != nil {
		return nil, refuse(http.StatusBadRequest, code, "Invalid syntax for the filter parameter")
	}
	return ix.combine(value, code, true)
}

func (ix *index) combine(value any, code string, all bool) (predicate, error) {
	switch v := value.(type) {
	case string:
		return ix.parse(v, code)
	case []any:
		var parts []predicate
		for _, one := range v {
			p, err := ix.combine(one, code, false)
			if err != nil {
				return nil, err
			}
			parts = append(parts, p)
		}
		if all {
			return allOf(parts), nil
		}
		return anyOf(parts), nil
	}
	return nil, refuse(http.StatusBadRequest, code, "Invalid syntax for the filter parameter: expected String, Array")
}

func allOf(parts []predicate) predicate {
	return func(d *doc) bool { return !slices.ContainsFunc(parts, func(p predicate) bool { return !p(d) }) }
}

func anyOf(parts []predicate) predicate {
	return func(d *doc) bool { return slices.ContainsFunc(parts, func(p predicate) bool { return p(d) }) }
}

// lexeme is a word, a quoted text or a sign.
type lexeme struct {
	text   string
	quoted bool
}

type parser struct {
	ix   *index
	code string
	left []lexeme
}

func (ix *index) parse(text, code string) (predicate, error) {
	p := &parser{ix: ix, code: code}
	var err error
	if p.left, err = lex(text); err != nil {
		return nil, p.fail("unclosed quote")
	}
	if len(p.left) == 0 {
		return everything, nil
	}
	out, err := p.or()
	if err == nil && len(p.left) > 0 {
		err = p.fail("Found unexpected characters at the end of the filter: `" + p.left[0].text + "`")
	}
	return out, err
}

func (p *parser) fail(message string) error { return refuse(http.StatusBadRequest, p.code, message) }

func wordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r) || strings.ContainsRune("_-.", r)
}

func lex(text string) ([]lexeme, error) {
	var out []lexeme
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimSpace(text) {
		n := strings.IndexFunc(text, func(r rune) bool { return !wordRune(r) })
		switch {
		case text[0] == '"' || text[0] == '\'':
			inside, rest, err := unquote(text)
			if err != nil {
				return nil, err
			}
			out, text = append(out, lexeme{inside, true}), rest
			continue
		case n < 0:
			n = len(text)
		case n == 0 && len(text) > 1 && text[1] == '=' && strings.ContainsRune("<>!", rune(text[0])):
			n = 2
		case n == 0:
			n = 1
		}
		out, text = append(out, lexeme{text[:n], false}), text[n:]
	}
	return out, nil
}

func unquote(text string) (inside, rest string, err error) {
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && i+1 < len(text):
			i++
		case text[i] == text[0]:
			return b.String(), text[i+1:], nil
		}
		b.WriteByte(text[i])
	}
	return "", "", strconv.ErrSyntax
}

func (p *parser) next(sign string) bool {
	if len(p.left) > 0 && !p.left[0].quoted && p.left[0].text == sign {
		p.left = p.left[1:]
		return true
	}
	return false
}

func (p *parser) or() (predicate, error) { return p.chain("OR", p.and, anyOf) }

func (p *parser) and() (predicate, error) { return p.chain("AND", p.not, allOf) }

func (p *parser) chain(sign string, part func() (predicate, error), join func([]predicate) predicate) (predicate, error) {
	var parts []predicate
	for {
		one, err := part()
		if err != nil {
			return nil, err
		}
		parts = append(parts, one)
		if !p.next(sign) {
			return join(parts), nil
		}
	}
}

func (p *parser) not() (predicate, error) {
	if p.next("NOT") {
		inner, err := p.not()
		return func(d *doc) bool { return !inner(d) }, err
	}
	if p.next("(") {
		inner, err := p.or()
		if err == nil && !p.next(")") {
			err = p.fail("missing closing delimiter `)`")
		}
		return inner, err
	}
	return p.condition()
}

var reserved = []string{"AND", "OR", "NOT", "IN", "TO", "EXISTS", "IS", "NULL", "EMPTY", "CONTAINS", "STARTS", "WITH"}

func (p *parser) value() (string, error) {
	if len(p.left) == 0 {
		return "", p.fail("Was expecting a value but instead got nothing.")
	}
	l := p.left[0]
	if !l.quoted && (slices.Contains(reserved, l.text) || strings.IndexFunc(l.text, wordRune) != 0) {
		return "", p.fail("Was expecting a value but instead got `" + l.text + "`")
	}
	p.left = p.left[1:]
	return l.text, nil
}

func (p *parser) condition() (predicate, error) {
	name, err := p.value()
	if err != nil {
		return nil, err
	}
	if !listed(p.ix.settings.filterable, name) {
		return nil, p.fail("Attribute `" + name + "` is not filterable. Available filterable attribute patterns are: `" +
			strings.Join(p.ix.settings.filterable, "`, `") + "`.")
	}
	switch {
	case p.next("EXISTS"):
		return func(d *doc) bool { return d.present[name] }, nil
	case p.next("IN"):
		return p.in(name)
	case p.next("="):
		return p.equal(name)
	case p.next("!="):
		inner, err := p.equal(name)
		return func(d *doc) bool { return !inner(d) }, err
	}
	for _, sign := range []string{"<=", ">=", "<", ">"} {
		if p.next(sign) {
			return p.compare(name, sign)
		}
	}
	return nil, p.fail("Was expecting an operation after `" + name + "`")
}

func (p *parser) equal(name string) (predicate, error) {
	v, err := p.value()
	text := normal(v)
	number, notNumber := strconv.ParseFloat(v, 64)
	return func(d *doc) bool {
		return d.strings[name][text] || notNumber == nil && slices.Contains(d.numbers[name], number)
	}, err
}

func (p *parser) in(name string) (predicate, error) {
	if !p.next("[") {
		return nil, p.fail("Expected `[` after `IN` keyword")
	}
	texts := map[string]bool{}
	for !p.next("]") {
		v, err := p.value()
		if err != nil {
			return nil, err
		}
		texts[normal(v)] = true
		if !p.next(",") && (len(p.left) == 0 || p.left[0].text != "]") {
			return nil, p.fail("Expected only comma-separated field names inside `IN[..]`")
		}
	}
	return func(d *doc) bool {
		for v := range d.strings[name] {
			if texts[v] {
				return true
			}
		}
		return slices.ContainsFunc(d.numbers[name], func(n float64) bool { return texts[strconv.FormatFloat(n, 'f', -1, 64)] })
	}, nil
}

func (p *parser) compare(name, sign string) (predicate, error) {
	v, err := p.value()
	if err != nil {
		return nil, err
	}
	limit, err := strconv.ParseFloat(v, 64)
	if err != nil {
		return nil, p.fail("`" + v + "` is not a number")
	}
	holds := map[string]func(float64) bool{
		"<": func(n float64) bool { return n < limit }, "<=": func(n float64) bool { return n <= limit },
		">": func(n float64) bool { return n > limit }, ">=": func(n float64) bool { return n >= limit },
	}[sign]
	return func(d *doc) bool { return slices.ContainsFunc(d.numbers[name], holds) }, nil
}
