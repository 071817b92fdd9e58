// Secrecy marks (密级标志): level ★ term, and what is left of one.

package lexicon

import (
	"slices"
	"strings"
)

// mark reads on from the term of a mark. A mark written with a star
// takes the time for which it holds with it; an asterisk counts as a star only
// before such a time, else it belongs to a footnote. A level word (a warning)
// becomes a question where it stands alone in its line or cell, or before a
// time: that is a mark which lost its star.
func mark(b *block, p place, term Term, text string) (at place, severity, why string) {
	at, severity = p, term.Severity
	until := period(b.runes, p.end)
	if b.runes[p.end-1] == star {
		if asterisk(text[b.at[p.end-1].Start:b.at[p.end-1].End]) && until == p.end {
			return at, "", ""
		}
		at.end = until
		return at, severity, "mark"
	}
	if severity != Warn || term.Kind != SecrecyMark {
		return at, severity, ""
	}
	switch i := p.end; {
	case i < len(b.runes) && strings.ContainsRune("-/.:★", b.runes[i]) && period(b.runes, i+1) > i+1:
		at.end = period(b.runes, i+1)
		return at, Ask, "term"
	case until > p.end:
		at.end = until
		return at, Ask, "term"
	case alone(b, p.start, p.end):
		return at, Ask, "alone"
	}
	return at, severity, ""
}

func asterisk(s string) bool {
	return s == "*" || s == "＊" || s == "﹡" || s == "&#42;" || s == "&ast;"
}

// alone tells whether nothing but brackets stands beside a word in its line.
func alone(b *block, start, end int) bool {
	for !b.begins(start) && strings.ContainsRune("([{【〔〖", b.runes[start-1]) {
		start--
	}
	for !b.ends(end) && strings.ContainsRune(")]}】〕〗", b.runes[end]) {
		end++
	}
	return b.begins(start) && b.ends(end)
}

var (
	always = [][]rune{[]rune("长期"), []rune("永久")}
	units  = [][]rune{[]rune("年"), []rune("个月"), []rune("月"), []rune("日"), []rune("天")}
)

// period reads the term of a mark: 20年, 6个月, 长期, 启用前. It returns where it
// ends: i if there is none.
func period(runes []rune, i int) int {
	if i >= len(runes) {
		return i
	}
	rest := runes[i:min(len(runes), i+14)]
	for _, word := range always {
		if after(rest, word) {
			return i + len(word)
		}
	}
	n := 0
	for n < len(rest) && n < 4 && (rest[n] >= '0' && rest[n] <= '9' || rest[n] == '十' || rest[n] == '百') {
		n++
	}
	for _, unit := range units {
		if n > 0 && after(rest[n:], unit) {
			return i + n + len(unit)
		}
	}
	if n := slices.Index(rest, '前'); n > 0 && !strings.ContainsAny(string(rest[:n]), ",。;、!?") {
		return i + n + 1
	}
	return i
}

func after(runes, word []rune) bool {
	return len(runes) >= len(word) && slices.Equal(runes[:len(word)], word)
}
