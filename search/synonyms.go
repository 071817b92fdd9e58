// Synonyms: words that find each other, as an office lists them in a file.

package search

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"gongkai"
)

// synonyms hold for each word the whole group that it finds.
type synonyms map[string][]term

// synonymsOf looks a word up by its phrase. What is no single word is passed
// over; ReadSynonyms has said so.
func synonymsOf(groups [][]string) synonyms {
	out := synonyms{}
	for _, group := range groups {
		var words []term
		for _, w := range group {
			if ts := terms(w); len(ts) == 1 {
				words = append(words, ts[0])
			}
		}
		for _, t := range words {
			for _, other := range words {
				if key := phrase(t); !slices.ContainsFunc(out[key], func(has term) bool { return phrase(has) == phrase(other) }) {
					out[key] = append(out[key], other)
				}
			}
		}
	}
	return out
}

// or is the expression for a word or one of its synonyms.
func (s synonyms) or(t term, form func(term) string) string {
	group := s[phrase(t)]
	if len(group) < 2 {
		return form(t)
	}
	parts := make([]string, len(group))
	for i, other := range group {
		parts[i] = form(other)
	}
	return "(" + strings.Join(parts, " OR ") + ")"
}

// typed are words as somebody could have typed them, each with its synonyms.
func (s synonyms) typed(words []term) [][]string {
	out := make([][]string, len(words))
	for i, t := range words {
		out[i] = []string{t.typed()}
		for _, other := range s[phrase(t)] {
			if w := other.typed(); w != out[i][0] {
				out[i] = append(out[i], w)
			}
		}
	}
	return out
}

func (t term) typed() string {
	var b strings.Builder
	for i, u := range t.units {
		if i > 0 && u.kind != han && t.units[i-1].kind != han {
			b.WriteByte('-') // 2.5 is not 25
		}
		b.WriteString(u.text)
	}
	return b.String()
}

const (
	maxSynonyms = 1 << 20 // bytes of a file of synonyms
	splitsWords = " \t,，、;；"
)

// ReadSynonyms reads groups of words (同义词) that find each other: UTF-8, one
// group to a line, parted by blanks or commas; # begins a comment. The result
// is never nil: a file without groups says that there are none.
func ReadSynonyms(r io.Reader) ([][]string, error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxSynonyms+1))
	if err != nil {
		return nil, gongkai.E(gongkai.Unavailable, "synonyms", "同义词文件无法读取", "the file of synonyms cannot be read").Because(err)
	}
	if raw = bytes.TrimPrefix(raw, []byte("\ufeff")); len(raw) > maxSynonyms || !utf8.Valid(raw) {
		return nil, gongkai.E(gongkai.Invalid, "synonyms", "同义词文件须为 UTF-8 文本，不超过 1 MB", "a file of synonyms must be UTF-8 text of at most 1 MB")
	}
	groups := [][]string{}
	lines := bufio.NewScanner(bytes.NewReader(raw))
	lines.Buffer(nil, maxSynonyms+1)
	for n := 1; lines.Scan(); n++ {
		line, _, _ := strings.Cut(lines.Text(), "#")
		words := strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(splitsWords, r) })
		if len(words) == 0 {
			continue
		}
		single := func(w string) bool { return len(terms(w)) == 1 }
		if len(words) == 1 || slices.ContainsFunc(words, func(w string) bool { return !single(w) }) {
			where := fmt.Sprintf("line %d", n)
			return nil, gongkai.E(gongkai.Invalid, "synonyms", "同义词文件有误：每行应为两个以上的词，以空格或逗号分隔", "the file of synonyms is wrong: each line holds two or more words, parted by blanks or commas",
				gongkai.Detail{Where: where, Code: "synonyms", Zh: fmt.Sprintf("第%d行", n), En: where})
		}
		groups = append(groups, words)
	}
	return groups, nil
}
