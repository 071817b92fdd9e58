// Facets of a search: counts that tell of nothing but what may be read.

package api

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"gongkai"
	"gongkai/publication"
	"gongkai/search"
)

// PublicFacet is how the found items stand to one name.
type PublicFacet struct {
	Name   string             `json:"name"`
	Values []PublicFacetValue `json:"values" doc:"The most frequent first, 50 at most"`
	More   bool               `json:"more,omitempty" doc:"There are values beside these"`
}

// PublicFacetValue is one value and how many of the found items have it.
type PublicFacetValue struct {
	Value string `json:"value" doc:"Pass it as the parameter of that name"`
	Name  string `json:"name,omitempty" doc:"Of a column or unit"`
	Count int    `json:"count"`
}

var ownFacets = []string{"column", "genre", "kind", "service", "topic", "unit", "validity", "year"}

// facetNames are the names as the index knows them.
func (c contentAPI) facetNames(ctx context.Context, kind string, asked []string) (out []string, err error) {
	for _, name := range asked {
		field, isField := strings.CutPrefix(name, fieldParam)
		if isField && !fieldName.MatchString(field) || !isField && !slices.Contains(ownFacets, name) {
			return nil, badParam("facets", "facet", "中有未知的分面名", "has a name that nothing is counted by")
		}
		if isField {
			if may, err := c.pages.Filterable(ctx, kind, field); err != nil || !may {
				return nil, cmp.Or(err, badParam("facets", "not_filterable", "中有不能筛选的字段", "has a field that nothing is filtered by"))
			}
		}
		out = append(out, field)
	}
	return out, nil
}

// facets are the counts of the index, in the order in which they were asked for.
//
// The index may hold, for a moment, what was withdrawn or changed since. A count
// of one would tell that such a page was there and which value it had. So a count
// of few is made anew from the pages that it is of; a larger one says only that
// at least some of so many have the value.
func (c contentAPI) facets(ctx context.Context, names *naming, asked []string, found search.Result) (out []PublicFacet, err error) {
	known := map[string]publication.Page{}
	for _, name := range asked {
		field := strings.TrimPrefix(name, fieldParam)
		i := slices.IndexFunc(found.Facets, func(f search.Facet) bool { return f.Name == field })
		if i < 0 {
			continue // not of a first page
		}
		f := PublicFacet{Name: name, Values: []PublicFacetValue{}, More: found.Facets[i].More}
		for _, v := range found.Facets[i].Values {
			if v.Count, err = c.counted(ctx, names, known, field, v, found.Words); err != nil {
				return nil, err
			}
			if v.Count > 0 {
				ref, err := names.ofValue(field, v.Value)
				if err != nil {
					return nil, err
				}
				f.Values = append(f.Values, PublicFacetValue{Value: v.Value, Name: ref.Name, Count: v.Count})
			}
		}
		slices.SortStableFunc(f.Values, func(a, b PublicFacetValue) int { return b.Count - a.Count })
		out = append(out, f)
	}
	return out, nil
}

// counted is the count of a value; of a few hits, of those that may be shown and
// whose page bears the value now.
func (c contentAPI) counted(ctx context.Context, names *naming, known map[string]publication.Page, field string, v search.FacetValue, words [][]string) (int, error) {
	if len(v.Few) == 0 {
		return v.Count, nil
	}
	n := 0
	for _, hit := range v.Few {
		page, seen := known[hit.ID]
		if !seen {
			var err error
			if page, err = c.pages.Found(ctx, hit.ID); err != nil && !gongkai.Is(err, gongkai.Missing) {
				return 0, err
			}
			if hit.Epoch != page.Epoch || hit.Seq != page.Seq { // does it hold the words still?
				_, ok, err := c.hit(ctx, names, hit, words)
				if err != nil {
					return 0, err
				}
				if !ok {
					page = publication.Page{}
				}
			}
			known[hit.ID] = page
		}
		if page.State == publication.Shows && bears(page, field, v.Value) {
			n++
		}
	}
	return n, nil
}

func (n *naming) ofValue(field, value string) (PublicRef, error) {
	switch field {
	case "column":
		return n.column(value)
	case "unit":
		return n.unit(value)
	}
	return PublicRef{}, nil
}

func bears(page publication.Page, field, value string) bool {
	own := map[string]string{"kind": page.Kind, "column": page.Column, "unit": page.Unit, "validity": page.Validity, "year": strconv.FormatInt(page.Year, 10)}
	return own[field] == value || slices.Contains(page.Terms, publication.Term(field, value))
}
