// Grams: the tokens that stand for a document in the inverted index.

package search

import (
	"crypto/sha256"
	"encoding/hex"
	"sort"
	"strconv"
	"strings"
)

// Marks begin the tokens that are no plain text. They are private-use
// characters, which folding never lets through, so no query can name one.
const (
	markAll   = "\ue000" // on every document
	markHead  = "\ue001" // a gram of the title or of a number
	markTop   = "\ue002" // a gram that the document uses often
	markTag   = "\ue003" // a value of a filter
	topGrams  = 24
	topCounts = 3
)

// grams turns units into tokens at successive positions. Chinese characters
// become overlapping pairs, and the last of a run stands alone:
//
//	在建工程2016年度 ─▶ 在建 建工 工程 程 2016 2016年 年度 度
//
// so a word of two characters is one token wherever it stands, a longer one is
// a phrase, and a number is tied to the character behind it (115号).
func grams(us []unit) []string {
	out := make([]string, 0, len(us)+len(us)/4)
	for i, u := range us {
		if u.kind != han {
			out = append(out, u.text)
			continue
		}
		if i > 0 && us[i-1].kind != han {
			out = append(out, us[i-1].text+u.text)
		}
		if glued(us, i+1) {
			out = append(out, u.text+us[i+1].text)
		} else {
			out = append(out, u.text)
		}
	}
	return out
}

// glued tells whether unit i is a Chinese character right behind another.
func glued(us []unit, i int) bool {
	return i > 0 && i < len(us) && us[i].kind == han && us[i-1].kind == han && us[i].gap == 0
}

// entry is a document as the local index stores it.
type entry struct {
	tokens string // for the inverted index
	rank   string // what ranking needs to know, see features
	terms  string // what facets count
	docNo  string // number keys
	tail   string
	index  string
}

func makeEntry(d *Doc) entry {
	title, numbers := units(d.Title), units(d.DocNo+" , "+d.IndexNo)
	summary, text := units(d.Summary), units(d.Text)
	head := append(grams(title), markAll)
	head = append(head, grams(numbers)...)
	body := append(append(grams(summary), markAll), grams(text)...)
	top := frequent(body)

	var b strings.Builder
	b.Grow(len(d.Text)*3 + 4096)
	write(&b, "", head)
	write(&b, markHead, head)
	write(&b, "", tags(d))
	write(&b, "", body)
	for _, t := range top {
		write(&b, markTop, []string{t.gram})
	}
	return entry{
		tokens: b.String(), rank: packFeatures(d, grams(title), top, len(text)), terms: strings.Join(d.terms(), betweenTerms),
		docNo: numberKey(d.DocNo), tail: tailKey(d.DocNo), index: numberKey(d.IndexNo),
	}
}

func write(b *strings.Builder, mark string, tokens []string) {
	for _, t := range tokens {
		b.WriteString(mark)
		b.WriteString(t)
		b.WriteByte(' ')
	}
}

// tags are the document's values of the filters; a path brings its ancestors.
func tags(d *Doc) []string {
	out := []string{markAll, tag("site", d.Site), tag("kind", d.Kind), tag("unit", d.Unit),
		tag("lang", d.Lang), tag("validity", d.Validity), tag("year", strconv.Itoa(d.Year))}
	for _, t := range d.Terms[:min(len(d.Terms), maxDocTerms)] {
		out = append(out, tag("term", t))
	}
	for _, p := range ancestors(d.ColumnPath) {
		out = append(out, tag("column", p))
	}
	for _, p := range ancestors(d.UnitPath) {
		out = append(out, tag("unitpath", p))
	}
	return append(out, markAll)
}

// tag is hashed, so that any value is one token and none looks like another.
func tag(field, value string) string {
	sum := sha256.Sum256([]byte(field + "\x00" + value))
	return markTag + hex.EncodeToString(sum[:8])
}

// ancestors of "/a/b/" are "/a/" and "/a/b/".
func ancestors(path string) []string {
	var out []string
	path = subtree(path)
	for i := 1; i < len(path); i++ {
		if path[i] == '/' {
			out = append(out, path[:i+1])
		}
	}
	return out
}

// subtree makes a path end in a slash, so that /a/b is not above /a/bc.
func subtree(path string) string { return strings.TrimRight(path, "/") + "/" }

type count struct {
	gram string
	n    int
}

// frequent are the grams that a text repeats most: how often a word occurs is
// known for them alone, which is what ranking needs and costs little room.
func frequent(body []string) []count {
	seen := make(map[string]int, len(body))
	for _, g := range body {
		seen[g]++
	}
	var out []count
	for g, n := range seen {
		if n >= topCounts && g != markAll {
			out = append(out, count{g, n})
		}
	}
	sort.Slice(out, func(i, j int) bool {
		return out[i].n > out[j].n || out[i].n == out[j].n && out[i].gram < out[j].gram
	})
	return out[:min(len(out), topGrams)]
}
