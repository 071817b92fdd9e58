// The judge's own way to search: a text without markup, disguise and
// separators. It is slow and simple, and shares nothing with the recogniser.

package corpustest

import (
	"html"
	"net/url"
	"regexp"
	"strings"
	"unicode"
)

var (
	tags    = regexp.MustCompile(`<!--.*?-->|<[^<>]*>`)
	escapes = regexp.MustCompile(`(%[0-9A-Fa-f]{2})+`)
)

func withoutTags(s string) string { return tags.ReplaceAllString(s, "") }

// bare keeps the letters and digits of a text, each in one form only.
func bare(s string) string {
	s = escapes.ReplaceAllStringFunc(html.UnescapeString(s), func(e string) string {
		if plain, err := url.PathUnescape(e); err == nil {
			return plain
		}
		return e
	})
	return strings.Map(func(c rune) rune {
		if to, ok := otherForms[c]; ok {
			return to
		}
		if c > 0xff00 && c < 0xff5f {
			c -= 0xfee0
		}
		if !unicode.IsLetter(c) && !unicode.IsDigit(c) && c != '@' {
			return -1
		}
		return unicode.ToLower(c)
	}, s)
}

// otherForms are the other forms of a digit and of the X, by the sets that the
// disguises draw from.
var otherForms = func() map[rune]rune {
	m := map[rune]rune{}
	for _, set := range []string{"〇一二三四五六七八九", "○一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖", "零幺二三四五六七八九", "⓪①②③④⑤⑥⑦⑧⑨",
		"⓿❶❷❸❹❺❻❼❽❾", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗", "⁰¹²³⁴⁵⁶⁷⁸⁹"} {
		for i, c := range []rune(set) {
			m[c] = rune('0' + i)
		}
	}
	for _, sign := range lastSigns {
		m[[]rune(sign)[0]] = 'x'
	}
	return m
}()
