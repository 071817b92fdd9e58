// Ranking: which of the hits somebody would want to read first.

package search

import (
	"math"
	"strconv"
	"strings"
)

// Weights of the score. A word in the title outweighs any number of mentions
// in the text; validity and age only move a document among its like.
const (
	weightTitle    = 0.6
	weightText     = 0.3
	weightCoverage = 0.1 // share of the title that the words make up
	exactNumber    = 10  // the very 文号 or 索引号
	exactTail      = 5   // the 文号 without its issuing body
	oldest         = 0.8 // what remains of the score of a very old document
	halfLifeDays   = 3 * 365
	typicalUnits   = 800
)

// validityFactor (效力状态): what no longer applies stands behind.
var validityFactor = map[string]float64{
	"not_yet": 0.95, "amended": 0.95, "lapsed": 0.7, "abolished": 0.7, "declared_lapsed": 0.7,
	"尚未生效": 0.95, "已修改": 0.95, "失效": 0.7, "废止": 0.7, "宣布失效": 0.7,
}

// features are what ranking knows of a document: the grams of its title, the
// counts of those it repeats, its length and its validity.
type features struct {
	title, top string // " g1 g2 g3 ", " g1:12 g2:3 "
	length     float64
	validity   float64
}

func packFeatures(d *Doc, title []string, top []count, length int) string {
	var b strings.Builder
	b.WriteByte(' ')
	write(&b, "", title)
	b.WriteString("\n ")
	for _, t := range top {
		b.WriteString(t.gram + ":" + strconv.Itoa(t.n) + " ")
	}
	b.WriteString("\n" + strconv.Itoa(length) + "\n" + d.Validity)
	return b.String()
}

func unpackFeatures(s string) features {
	title, rest, _ := strings.Cut(s, "\n")
	top, rest, _ := strings.Cut(rest, "\n")
	length, validity, _ := strings.Cut(rest, "\n")
	n, _ := strconv.Atoi(length)
	f := features{title: title, top: top, length: float64(n), validity: 1}
	if v, ok := validityFactor[validity]; ok {
		f.validity = v
	}
	return f
}

// needle is a term made ready to be looked for in features.
type needle struct {
	title  string
	counts []string
	grams  float64
	weight float64
}

func needles(ts []term) []needle {
	out := make([]needle, len(ts))
	for i, t := range ts {
		n := needle{weight: t.weight, grams: float64(max(1, len(t.grams)))}
		if t.single != "" {
			n.title, n.counts = " "+t.single, []string{" " + t.single}
		} else {
			n.title = " " + strings.Join(t.grams, " ") + " "
			for _, g := range t.grams {
				n.counts = append(n.counts, " "+g+":")
			}
		}
		out[i] = n
	}
	return out
}

// score is BM25's saturation of counts over title and text without its idf:
// every hit holds every word, so rarity would shift all of them alike.
func score(ns []needle, f features, ageDays float64) float64 {
	var sum, weights, covered float64
	for _, n := range ns {
		s := weightText * n.frequency(f)
		if strings.Contains(f.title, n.title) {
			s += weightTitle
			covered += n.grams
		}
		sum += s * n.weight
		weights += n.weight
	}
	coverage := min(1, covered/max(1, float64(strings.Count(f.title, " ")-1)))
	age := oldest + (1-oldest)*math.Exp2(-max(0, ageDays)/halfLifeDays)
	return (sum/weights + weightCoverage*coverage) * f.validity * age
}

// frequency is how much of the text a word makes up, between 0 and 1.
func (n needle) frequency(f features) float64 {
	least := math.MaxInt
	for _, c := range n.counts {
		least = min(least, countIn(f.top, c))
	}
	tf := float64(least) / (0.25 + 0.75*f.length/typicalUnits)
	return tf / (tf + 2)
}

func countIn(top, key string) int {
	i := strings.Index(top, key)
	if i < 0 {
		return 1
	}
	rest := top[i+len(key):]
	if j := strings.IndexByte(rest, ':'); j >= 0 && !strings.HasSuffix(key, ":") {
		rest = rest[j+1:]
	}
	digits, _, _ := strings.Cut(rest, " ")
	c, err := strconv.Atoi(digits)
	if err != nil {
		return 1
	}
	return c
}
