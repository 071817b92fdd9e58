// Disguises: the ways in which a number reaches a reader without being plain
// digits in a row. Some are meant, most come of word processors.

package corpustest

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// disguise is one way to write a value.
type disguise struct {
	name    string
	formats string // where it is possible: plain, html, markdown
	write   func(r *rand.Rand, text string) string
}

const anywhere = "plain html markdown"

var disguises = []disguise{
	{"full width", anywhere, func(_ *rand.Rand, s string) string { return strings.Map(wide, s) }},
	{"half of it full width", anywhere, func(_ *rand.Rand, s string) string { return s[:3] + strings.Map(wide, s[3:]) }},
	{"Chinese numerals", anywhere, func(_ *rand.Rand, s string) string { return each(s, from("〇一二三四五六七八九")) }},
	{"Chinese numerals with a ring for nought", anywhere, func(_ *rand.Rand, s string) string { return each(s, from("○一二三四五六七八九")) }},
	{"numerals of the bank", anywhere, func(_ *rand.Rand, s string) string { return each(s, from("零壹贰叁肆伍陆柒捌玖")) }},
	{"spoken numerals", anywhere, func(_ *rand.Rand, s string) string { return each(s, from("零幺二三四五六七八九")) }},
	{"circled", anywhere, func(_ *rand.Rand, s string) string { return each(s, from("⓪①②③④⑤⑥⑦⑧⑨")) }},
	{"black circles", anywhere, func(_ *rand.Rand, s string) string { return each(s, from("⓿❶❷❸❹❺❻❼❽❾")) }},
	{"bold letters of mathematics", anywhere, func(_ *rand.Rand, s string) string { return each(s, from("𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗")) }},
	{"raised", anywhere, func(_ *rand.Rand, s string) string { return each(s, from("⁰¹²³⁴⁵⁶⁷⁸⁹")) }},
	{"zero width space", anywhere, between("\u200b", 4)},
	{"zero width joiner", anywhere, between("\u200d", 3)},
	{"byte order mark", anywhere, between("\ufeff", 7)},
	{"word joiner", anywhere, between("\u2060", 1)},
	{"soft hyphen", anywhere, between("\u00ad", 4)},
	{"direction mark", anywhere, between("\u200e", 6)},
	{"no-break space", anywhere, between("\u00a0", 4)},
	{"thin space", anywhere, between("\u2009", 4)},
	{"ideographic space", anywhere, between("\u3000", 4)},
	{"blank", anywhere, between(" ", 4)},
	{"en dash", anywhere, between("–", 4)},
	{"em dash", anywhere, between("—", 4)},
	{"full width dash", anywhere, between("－", 4)},
	{"minus", anywhere, between("−", 4)},
	{"no-break hyphen", anywhere, between("\u2011", 4)},
	{"dot", anywhere, between(".", 4)},
	{"middle dot", anywhere, between("·", 4)},
	{"every digit apart", anywhere, between(" ", 1)},
	{"dash with blanks", anywhere, between(" - ", 4)},
	{"decimal entities", "html markdown", func(_ *rand.Rand, s string) string {
		return each(s, func(c rune) string { return fmt.Sprintf("&#%d;", c) })
	}},
	{"hexadecimal entities", "html markdown", func(_ *rand.Rand, s string) string {
		return each(s, func(c rune) string { return fmt.Sprintf("&#x%X;", c) })
	}},
	{"nothing but entities", "html markdown", func(_ *rand.Rand, s string) string {
		var b strings.Builder
		for _, c := range s {
			fmt.Fprintf(&b, "&#x%x;", c)
		}
		return b.String()
	}},
	{"some entities", "html markdown", func(r *rand.Rand, s string) string {
		return each(s, func(c rune) string {
			if r.IntN(3) > 0 {
				return string(c)
			}
			return fmt.Sprintf("&#%04d;", c)
		})
	}},
	{"named blank", "html markdown", between("&nbsp;", 4)},
	{"named thin blank", "html", between("&thinsp;", 4)},
	{"named soft hyphen", "html markdown", between("&shy;", 5)},
	{"numbered zero width", "html", between("&#8203;", 4)},
	{"bold", "html", wrapped("<b>", "</b>")},
	{"span with a style", "html", wrapped(`<span style="font-size: 14px; color: rgb(0, 0, 0);">`, "</span>")},
	{"fonts of a word processor", "html", func(_ *rand.Rand, s string) string {
		return each(s, func(c rune) string { return `<span lang="EN-US">` + string(c) + "</span>" })
	}},
	{"place to break", "html", between("<wbr>", 4)},
	{"comment inside", "html", between("<!-- -->", 4)},
	{"empty elements", "html", between("<i></i>", 3)},
	{"line end in the source", "html", between("\n", 4)},
	{"strong", "markdown", wrapped("**", "**")},
	{"emphasis", "markdown", wrapped("*", "*")},
	{"struck out", "markdown", wrapped("~~", "~~")},
	{"whole in code", "markdown", func(_ *rand.Rand, s string) string { return "`" + s + "`" }},
	{"escaped dashes", "markdown", between(`\-`, 4)},
	{"tags in Markdown", "markdown", wrapped("<b>", "</b>")},
}

// each writes every digit another way.
func each(s string, as func(rune) string) string {
	var b strings.Builder
	for _, c := range s {
		if c < '0' || c > '9' {
			b.WriteRune(c)
			continue
		}
		b.WriteString(as(c))
	}
	return b.String()
}

// wide is the full-width form of letters and digits.
func wide(c rune) rune {
	if c > ' ' && c < 0x7f {
		return c + 0xfee0
	}
	return c
}

func from(set string) func(rune) string {
	signs := []rune(set)
	return func(c rune) string { return string(signs[c-'0']) }
}

// between puts something after every n characters, from the end backwards, as
// people group numbers: 138 0013 8000.
func between(what string, n int) func(*rand.Rand, string) string {
	return func(_ *rand.Rand, s string) string {
		signs := []rune(s)
		var b strings.Builder
		for i, c := range signs {
			if left := len(signs) - i; i > 0 && left%n == 0 {
				b.WriteString(what)
			}
			b.WriteRune(c)
		}
		return b.String()
	}
}

// wrapped puts marks about the middle of the number.
func wrapped(open, shut string) func(*rand.Rand, string) string {
	return func(_ *rand.Rand, s string) string {
		signs := []rune(s)
		return string(signs[:3]) + open + string(signs[3:6]) + shut + string(signs[6:])
	}
}

// gentle are the disguises that dates, plates, papers and addresses wear, too:
// those that a reader does not see.
var gentle = []string{
	"full width", "zero width space", "word joiner", "soft hyphen", "byte order mark", "decimal entities", "nothing but entities",
	"span with a style", "bold", "comment inside", "numbered zero width", "fonts of a word processor", "strong", "tags in Markdown",
}

// lastSigns are the ways to write the X at the end of an ID.
var lastSigns = []string{"x", "Ｘ", "ｘ", "Ⅹ", "ⅹ", "Х", "х", "×", "Χ"}
