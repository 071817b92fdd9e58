// Words: the difference of two texts, by words and Chinese characters.

package difference

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/aymanbagabas/go-udiff/lcs"
)

// token is a word, a Chinese character, a sign or a stretch of blanks.
type token struct{ text, marks string }

// tokens cuts a text. What combines with the character before stays with it.
func tokens(text string) []token {
	var out []token
	start, was := 0, other
	for i, r := range text {
		is := classOf(r)
		if i > start && is != joined && (is != was || is == other) {
			out = append(out, token{text: text[start:i]})
			start = i
		}
		if is != joined || i == 0 {
			was = is
		}
	}
	if start < len(text) {
		out = append(out, token{text: text[start:]})
	}
	return out
}

type class int

const (
	other class = iota // each alone
	word
	blank
	joined // combines with what is before
)

func classOf(r rune) class {
	switch {
	case unicode.Is(unicode.M, r), r == '\u200d', r == '\ufeff':
		return joined
	case unicode.IsSpace(r):
		return blank
	case unicode.Is(unicode.Ideographic, r):
		return other
	case unicode.IsLetter(r), unicode.IsNumber(r):
		return word
	}
	return other
}

// Text compares two texts.
func (c *Comparer) Text(was, now string) []Hunk { return c.hunks(tokens(was), tokens(now)) }

// Characters compares two texts as exactly as it can, character by character:
// for who counts what was touched.
func Characters(was, now string) []Hunk {
	return laid(characters(was), characters(now), New().edits([]rune(was), []rune(now)))
}

func characters(text string) []token {
	out := make([]token, 0, len(text))
	for _, r := range text {
		out = append(out, token{text: string(r)})
	}
	return out
}

// hunks compares clause by clause, and what changed of those word by word.
func (c *Comparer) hunks(a, b []token) []Hunk {
	inA, inB := clauses(a), clauses(b)
	ids := numbered(joinedBy(a, inA), joinedBy(b, inB))
	var found []lcs.Diff
	for _, d := range c.anchored(ids[0], ids[1]) {
		i, j := inA[d.Start], inB[d.ReplStart]
		texts := numbered(textsOf(a[i:inA[d.End]]), textsOf(b[j:inB[d.ReplEnd]]))
		for _, e := range c.edits(texts[0], texts[1]) {
			found = append(found, moved(e, i, j))
		}
	}
	return laid(a, b, readable(a, b, found))
}

// clauses are where clauses begin, and the end.
func clauses(list []token) []int {
	const longest = 200
	out := []int{0}
	for i, t := range list {
		if at := i + 1; strings.ContainsAny(t.text, "。！？；\n.!?;") || at-out[len(out)-1] >= longest {
			out = append(out, at)
		}
	}
	if out[len(out)-1] < len(list) {
		out = append(out, len(list))
	}
	return out
}

func joinedBy(list []token, at []int) []string {
	out := make([]string, 0, len(at))
	for i := 1; i < len(at); i++ {
		out = append(out, textOf(list[at[i-1]:at[i]]))
	}
	return out
}

func textsOf(list []token) []string {
	out := make([]string, len(list))
	for i, t := range list {
		out[i] = t.text
	}
	return out
}

func textOf(list []token) string { return strings.Join(textsOf(list), "") }

// chance is how many characters may happen to stand in both.
const chance = 6

// readable joins changes between which hardly anything is equal: a few
// characters that happen to stand in both are no help to who reads.
func readable(a, b []token, found []lcs.Diff) []lcs.Diff {
	var out []lcs.Diff
	left := 0
	for _, d := range found {
		size := max(length(a[d.Start:d.End]), length(b[d.ReplStart:d.ReplEnd]))
		if n := len(out) - 1; n >= 0 && length(a[out[n].End:d.Start]) <= min(left, size, chance) {
			out[n].End, out[n].ReplEnd = d.End, d.ReplEnd
			left = max(left, size)
			continue
		}
		out, left = append(out, d), size
	}
	return out
}

func length(list []token) (n int) {
	for _, t := range list {
		n += utf8.RuneCountInString(t.text)
	}
	return n
}

// laid turns changes into stretches, with what is equal between them.
func laid(a, b []token, found []lcs.Diff) []Hunk {
	var out []Hunk
	i, j := 0, 0
	for _, d := range append(found, lcs.Diff{Start: len(a), End: len(a), ReplStart: len(b), ReplEnd: len(b)}) {
		out = append(out, kept(a[i:d.Start], b[j:d.ReplStart])...)
		if d.Start < d.End {
			out = append(out, Hunk{Op: Delete, Text: textOf(a[d.Start:d.End])})
		}
		if d.ReplStart < d.ReplEnd {
			out = append(out, Hunk{Op: Insert, Text: textOf(b[d.ReplStart:d.ReplEnd])})
		}
		i, j = d.End, d.ReplEnd
	}
	return out
}

// kept are words that stayed, apart where they are shown otherwise.
func kept(a, b []token) []Hunk {
	var out []Hunk
	for from, to := 0, 0; from < len(a); from = to {
		was, now := shown(a[from], b[from])
		for to = from + 1; to < len(a); to++ {
			if x, y := shown(a[to], b[to]); x != was || y != now {
				break
			}
		}
		h := Hunk{Op: Equal, Text: textOf(a[from:to])}
		if was != now {
			h.Op, h.Was, h.Now = Format, marksOf(was), marksOf(now)
		}
		out = append(out, h)
	}
	return out
}

// shown is how a word was and is shown; nothing where that is the same.
func shown(a, b token) (was, now string) {
	if a.marks == b.marks {
		return "", ""
	}
	return a.marks, b.marks
}

// marksOf lists the marks of a token; apart is between them.
func marksOf(marks string) []string {
	return slices.DeleteFunc(strings.Split(marks, apart), func(s string) bool { return s == "" })
}

const apart = "\x1f"

// only are hunks of what is there in one version alone.
func only(op, text string) []Hunk {
	if text == "" {
		return nil
	}
	return []Hunk{{Op: op, Text: text}}
}
