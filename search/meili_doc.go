// Documents as Meilisearch holds them: tokens of our own, one document for
// each state of a page.

package search

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"gongkai"
)

// Meilisearch cuts Chinese by a dictionary, and a word that it cut elsewhere
// is not found. So it never sees Chinese: every gram (see gram.go) becomes one
// token of small consonants, which no tokenizer splits, folds or takes for a
// word of a language, and a word is a phrase of such tokens:
//
//	工程 ─▶ hrshknbp     2016 ─▶ zfdfbfcfj
//
// A Chinese character is four letters; a gram with anything else in it is
// written byte by byte.
const (
	consonants  = "bcdfghjklmnpqrst" // the sixteen digits
	bytesFollow = "z"
	pseudoMark  = "y" // begins the tokens that stand for a word with synonyms
	hardBreak   = ". "
)

// meiliToken is a gram as Meilisearch gets it; no two grams share one.
func meiliToken(gram string) string {
	var b strings.Builder
	for _, r := range gram {
		if r < 0x800 || r > 0xffff {
			return bytesFollow + letters([]byte(gram))
		}
		for shift := 12; shift >= 0; shift -= 4 {
			b.WriteByte(consonants[r>>shift&15])
		}
	}
	return b.String()
}

func letters(bytes []byte) string {
	var b strings.Builder
	for _, c := range bytes {
		b.WriteByte(consonants[c>>4])
		b.WriteByte(consonants[c&15])
	}
	return b.String()
}

func meiliTokens(grams []string) []string {
	out := make([]string, len(grams))
	for i, g := range grams {
		out[i] = meiliToken(g)
	}
	return out
}

// stored is what is read back of a document.
type stored struct {
	ID        string   `json:"id"`
	Page      string   `json:"page"` // the page's id in Meilisearch's characters, see pageKey
	Item      string   `json:"item"`
	Site      string   `json:"site"`
	Epoch     int64    `json:"epoch"`
	Seq       int64    `json:"seq"`
	Gone      bool     `json:"gone"`
	Published int64    `json:"published"`
	Slot      int64    `json:"slot"`
	Rank      string   `json:"rank"`
	Keys      []string `json:"keys"`
	Terms     string   `json:"terms"`
}

func (s *stored) hit(score float64) Hit {
	return Hit{ID: pageID(s.Page), Item: s.Item, Site: s.Site, Score: score, Epoch: s.Epoch, Seq: s.Seq}
}

// replaces tells whether a is the later state of the two; on a tie with a
// document the deletion is.
func (s *stored) replaces(b *stored) bool {
	if s.Epoch == b.Epoch && s.Seq == b.Seq {
		return s.Gone && !b.Gone
	}
	return newer(s.Epoch, s.Seq, b.Epoch, b.Seq)
}

// latest is the state that counts.
func latest(states []stored) (stored, bool) {
	if len(states) == 0 {
		return stored{}, false
	}
	out := states[0]
	for i := range states {
		if states[i].replaces(&out) {
			out = states[i]
		}
	}
	return out, true
}

// entryDoc is a document on its way to Meilisearch.
type entryDoc struct {
	state  stored
	fields any // what is sent
	size   int
}

const maxPageKey = 440 // bytes; with epoch and seq it stays under the 511 of an id

// pageKey writes an id in the characters that Meilisearch allows in its own;
// letters that differ in case only would be equal to its filters, so capitals
// are written as bytes too.
func pageKey(id string) (string, error) {
	var b strings.Builder
	for _, c := range []byte(id) {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
			b.WriteByte(c)
			continue
		}
		b.WriteString("_" + hex.EncodeToString([]byte{c}))
	}
	if id == "" || b.Len() > maxPageKey {
		return "", gongkai.E(gongkai.Invalid, "search_id", "检索文档缺少标识或标识过长", "a document to index has no id or too long a one")
	}
	return b.String(), nil
}

// pageID reads a page key back.
func pageID(key string) string {
	var b strings.Builder
	for i := 0; i < len(key); i++ {
		if key[i] == '_' && i+2 < len(key) {
			if c, err := hex.DecodeString(key[i+1 : i+3]); err == nil {
				b.WriteByte(c[0])
				i += 2
				continue
			}
		}
		b.WriteByte(key[i])
	}
	return b.String()
}

// newState is one state of a page. Its own id holds epoch and seq, so states
// never overwrite each other, whoever writes them and when.
func newState(id string, epoch, seq int64, gone bool) (stored, error) {
	page, err := pageKey(id)
	if err != nil {
		return stored{}, err
	}
	own := page + "-" + strconv.FormatUint(uint64(epoch), 36) + "-" + strconv.FormatUint(uint64(seq), 36)
	if gone {
		own += "-gone"
	}
	return stored{ID: own, Page: page, Epoch: epoch, Seq: seq, Gone: gone}, nil
}

// marker is what a deletion leaves: no text, no tag that a search asks for.
func marker(s stored, written int64) entryDoc {
	return entryDoc{state: s, size: 256, fields: map[string]any{
		"id": s.ID, "page": s.Page, "epoch": s.Epoch, "seq": s.Seq, "gone": true,
		"tags": []string{tagGone}, "written": written,
	}}
}

const (
	tagLive = "live"
	tagGone = "gone"
	exactly = 1<<53 - 1 // Meilisearch compares numbers as 64-bit floats
)

// meiliEntry is a document for Meilisearch.
func meiliEntry(d *Doc, written int64) (entryDoc, error) {
	s, err := newState(d.ID, d.Epoch, d.Seq, false)
	if err != nil {
		return entryDoc{}, err
	}
	title, summary, text := units(d.Title), units(d.Summary), units(d.Text)
	numbers := units(d.DocNo + " , " + d.IndexNo)
	body := append(append(grams(summary), markAll), grams(text)...)
	titleGrams := grams(title)
	fields := map[string]any{
		"id": s.ID, "page": s.Page, "item": d.Item, "site": d.Site, "epoch": d.Epoch, "seq": d.Seq, "gone": false,
		"published": clamp(d.Published), "slot": slotFor(d.ID), "written": written,
		"tags": meiliTags(d), "keys": meiliKeys(d), "terms": strings.Join(d.terms(), betweenTerms), "rank": packFeatures(d, titleGrams, frequent(body), len(text)),
		"title": spaced(titleGrams), "numbers": spaced(grams(numbers)), "summary": spaced(grams(summary)),
		"head_chars": chars(title, numbers), "chars": chars(summary, text),
	}
	size := 2048
	for i, part := range parts(meiliTokens(grams(text))) {
		fields[bodyPart(i)] = part
		size += len(part)
	}
	return entryDoc{state: s, fields: fields, size: size}, nil
}

func spaced(grams []string) string { return strings.Join(meiliTokens(grams), " ") }

const (
	partTokens = 60_000
	overlap    = 1000 // more than the longest phrase: none is cut in two
)

// parts divides a long text among the attributes for it.
func parts(tokens []string) []string {
	var out []string
	for from := 0; from < len(tokens) && len(out) < bodyParts; from += partTokens - overlap {
		out = append(out, strings.Join(tokens[from:min(len(tokens), from+partTokens)], " "))
		if from+partTokens >= len(tokens) {
			break
		}
	}
	return out
}

// chars are the different Chinese characters: what single ones are looked up
// in. They stand far apart for Meilisearch, which then keeps no pairs of them.
func chars(texts ...[]unit) string {
	seen := map[string]bool{}
	var out []string
	for _, u := range slices.Concat(texts...) {
		if u.kind == han && !seen[u.text] {
			seen[u.text] = true
			out = append(out, meiliToken(u.text))
		}
	}
	return strings.Join(out, hardBreak)
}

func clamp(n int64) int64 { return min(max(n, -exactly), exactly) }

// slotFor orders documents of one moment in some lasting way.
func slotFor(id string) int64 {
	sum := sha256.Sum256([]byte(id))
	var n int64
	for _, c := range sum[:8] {
		n = n<<8 | int64(c)
	}
	return n & exactly
}

// meiliTags are the values of the filters: hashed, because Meilisearch
// compares texts without regard to case and width.
func meiliTags(d *Doc) []string {
	out := []string{tagLive}
	for _, t := range tags(d) {
		if t != markAll {
			out = append(out, strings.TrimPrefix(t, markTag))
		}
	}
	return out
}

// meiliKeys are what 文号 and 索引号 are looked up by, whatever becomes of
// their text.
func meiliKeys(d *Doc) []string {
	out := []string{}
	add := func(kind, key string) {
		if key != "" {
			out = append(out, meiliKey(kind, key))
		}
	}
	add(wholeNumber, numberKey(d.DocNo))
	add(wholeNumber, numberKey(d.IndexNo))
	add(numberTail, tailKey(d.DocNo))
	return out
}

const (
	wholeNumber = "number"
	numberTail  = "tail"
)

func meiliKey(kind, key string) string { return strings.TrimPrefix(tag(kind, key), markTag) }
