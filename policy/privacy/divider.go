// Dividers: what parts the fields of a line.

package privacy

import (
	"strings"
	"unicode/utf8"
)

// divider is what parts the fields of a line.
type divider struct {
	chars  string // any of these
	blanks int    // or so many blanks
	quotes bool   // fields may stand in quotes, with line ends in them
}

var (
	pipes    = divider{chars: "|｜│┃¦"}
	tabs     = divider{chars: "\t", quotes: true}
	dividers = []divider{{chars: ",", quotes: true}, {chars: "，"}, {chars: ";；", quotes: true}, {chars: "、"}, {blanks: 2}, {blanks: 3}, {blanks: 1}}
)

// width is the length of the divider that a text begins with, or 0.
func (d divider) width(s string) int {
	r, size := utf8.DecodeRuneInString(s)
	if size > 0 && strings.ContainsRune(d.chars, r) {
		return size
	}
	return 0
}

// next is where a field ends and the next one begins.
func (d divider) next(s string, at, end int) (stop, next int) {
	if d.blanks == 0 {
		if i := strings.IndexAny(s[at:end], d.chars); i >= 0 {
			if d.chars == pipes.chars && i > 0 && s[at+i-1] == '\\' {
				stop, next = d.next(s, at+i+1, end)
				return stop, next
			}
			_, size := utf8.DecodeRuneInString(s[at+i:])
			return at + i, at + i + size
		}
		return end, end
	}
	for i := at; i < end; {
		n, width := blanksAt(s, i, end)
		if n >= d.blanks && n > 0 {
			return i, i + width
		}
		_, size := runeAt(s, i)
		i += max(width, size)
	}
	return end, end
}

// blanksAt counts the blanks at i; an ideographic one is as wide as two.
func blanksAt(s string, i, end int) (n, width int) {
	for i+width < end {
		switch {
		case s[i+width] == ' ' || s[i+width] == '\r' || s[i+width] == '\n':
			n, width = n+1, width+1
		case strings.HasPrefix(s[i+width:end], "\u3000"):
			n, width = n+2, width+3
		case strings.HasPrefix(s[i+width:end], "\u00a0"):
			n, width = n+1, width+2
		default:
			return n, width
		}
	}
	return n, width
}

// skipBlanks passes over blanks in front of a field.
func skipBlanks(s string, at, end int, d divider) int {
	if d.blanks > 0 || d.quotes {
		_, width := blanksAt(s, at, end)
		return at + width
	}
	return at
}

// figures counts the digits that a field begins with.
func figures(s string) (n int) {
	for n < len(s) && (isDigit(s[n]) || s[n] == ',') {
		n++
	}
	return n
}

// isRule reports a line such as |---|:--:| or ├──┼──┤.
func isRule(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool {
		return !strings.ContainsRune("|｜-:=+ \t\r\n─━═│┃┼├┤┬┴┌┐└┘╋┠┨┯┷┏┓┗┛╪╞╡╤╧╔╗╚╝║", r)
	}) < 0
}
