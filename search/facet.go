// Facets (分面): of the hits of a list, how many have which kind, unit, topic …

package search

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"gongkai"
)

// Bounds of what is filtered and counted by. A list is counted as far as its
// total: CountLimit hits, the newest.
const (
	MaxTerms       = 20  // of a query
	MaxFacets      = 10  // of a query
	MaxFacetValues = 50  // of one facet, the most frequent
	MaxTerm        = 600 // bytes of a term
	FewHits        = 5   // a value with no more hits says which they are
	maxDocTerms    = 64
)

// Facet is how the hits of a list stand to one name: kind, column, unit, year,
// validity, or the name of a term (topic, genre …).
type Facet struct {
	Name   string
	Values []FacetValue // the most frequent first
	More   bool         // there are values beside these
}

// FacetValue is one value and how many hits have it. Where they are few, Few
// says which: whoever shows the count can see whether all of them may be known.
type FacetValue struct {
	Value string
	Count int
	Few   []Hit
}

const (
	betweenTerms = "\x1f"
	ofTerm       = "="
)

// terms are what a document can be counted by: "name=value", each once.
func (d *Doc) terms() []string {
	out := []string{"kind=" + d.Kind, "column=" + d.Column, "unit=" + d.Unit, "validity=" + d.Validity}
	if d.Year != 0 {
		out = append(out, "year="+strconv.Itoa(d.Year))
	}
	out = append(out, d.Terms[:min(len(d.Terms), maxDocTerms)]...)
	slices.Sort(out)
	return slices.DeleteFunc(slices.Compact(out), func(t string) bool {
		return strings.HasSuffix(t, ofTerm) || len(t) > MaxTerm || strings.Contains(t, betweenTerms)
	})
}

// tally counts terms, a document at a time.
type tally struct {
	names  []string
	counts map[string]*counted // by term
}

type counted struct {
	n   int
	few []int64 // places of documents, while there are few
}

func newTally(facets []string) *tally { return &tally{names: facets, counts: map[string]*counted{}} }

// add counts the terms of the document at a place.
func (t *tally) add(terms string, at int64) {
	for terms != "" {
		var term string
		term, terms, _ = strings.Cut(terms, betweenTerms)
		name, _, _ := strings.Cut(term, ofTerm)
		if !slices.Contains(t.names, name) {
			continue
		}
		c := t.counts[term]
		if c == nil {
			c = &counted{}
			t.counts[term] = c
		}
		if c.n++; c.n <= FewHits {
			c.few = append(c.few, at)
		}
	}
}

// facets are the counts, with the places of the few that hits turns into hits.
func (t *tally) facets(hits func(places []int64) (map[int64]Hit, error)) ([]Facet, error) {
	out := make([]Facet, len(t.names))
	var places []int64
	kept := map[string]*counted{}
	for i, name := range t.names {
		out[i].Name = name
		terms := slices.SortedFunc(maps.Keys(t.counts), func(a, b string) int {
			return cmp.Or(cmp.Compare(t.counts[b].n, t.counts[a].n), cmp.Compare(a, b))
		})
		for _, term := range terms {
			if of, value, _ := strings.Cut(term, ofTerm); of == name {
				if out[i].More = len(out[i].Values) == MaxFacetValues; out[i].More {
					break
				}
				c := t.counts[term]
				out[i].Values = append(out[i].Values, FacetValue{Value: value, Count: c.n})
				if kept[name+ofTerm+value] = c; c.n <= FewHits {
					places = append(places, c.few...)
				}
			}
		}
	}
	slices.Sort(places)
	known, err := hits(slices.Compact(places))
	if err != nil {
		return nil, err
	}
	for i := range out {
		for n := range out[i].Values {
			v := &out[i].Values[n]
			if v.Count > FewHits {
				continue
			}
			for _, at := range kept[out[i].Name+ofTerm+v.Value].few {
				v.Few = append(v.Few, known[at])
			}
		}
	}
	return out, nil
}

// checkTerms refuses what is too much.
func (q *Query) checkTerms() error {
	long := func(s string) bool { return len(s) > MaxTerm || !strings.Contains(s, ofTerm) }
	if len(q.Terms) > MaxTerms || slices.ContainsFunc(q.Terms, long) {
		return gongkai.E(gongkai.Invalid, "search_terms", "筛选条件过多、过长，或者不是“名=值”", "there are too many terms, or one is too long or not name=value")
	}
	odd := func(s string) bool { return s == "" || len(s) > MaxTerm || strings.Contains(s, ofTerm) }
	if len(q.Facets) > MaxFacets || slices.ContainsFunc(q.Facets, odd) {
		return gongkai.E(gongkai.Invalid, "search_facets", "分面过多，或者名称有误", "there are too many facets, or one has no proper name")
	}
	slices.Sort(q.Facets)
	q.Facets = slices.Compact(q.Facets)
	return nil
}
