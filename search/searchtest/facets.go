// Terms and facets: what narrows a list, and what its hits are counted by.

package searchtest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"gongkai"
	"gongkai/search"
)

func facets(t *testing.T, b *bench) {
	doc := func(item, kind, unit string, year int, terms ...string) search.Doc {
		d := page(item, "年度计划", 1)
		d.Kind, d.Unit, d.Year, d.Terms, d.Published = kind, unit, year, terms, start+int64(len(item))*day
		return d
	}
	docs := []search.Doc{
		doc("a", "policy", "u1", 2020, "topic=综合政务", "topic=综合政务\\政务公开", "genre=通知"),
		doc("bb", "policy", "u2", 2020, "topic=综合政务", "genre=意见", "field.form=Ａ"),
		doc("ccc", "notice", "u1", 2019, "topic=水利", "field.form=a"),
		doc("dddd", "notice", "", 0),
	}
	docs[3].DocNo = "清政发〔2020〕7号"
	b.put(docs...)
	for i := range 20 {
		b.put(doc(fmt.Sprintf("filler%02d", i), "news", "u9", 2021))
	}
	newest := func(q search.Query) search.Query { q.Sort = search.SortNewest; return q }
	b.want(newest(search.Query{Text: "计划", Terms: []string{"topic=综合政务"}}), "bb", "a")
	b.want(newest(search.Query{Terms: []string{"topic=综合政务", "genre=通知"}}), "a")
	b.want(newest(search.Query{Terms: []string{"field.form=a"}}), "ccc")
	b.want(search.Query{Terms: []string{"topic=综合"}})
	b.want(search.Query{Terms: []string{"genre=通知 OR 1=1"}})

	for _, sort := range []string{search.SortRelevance, search.SortNewest} {
		r := b.search(search.Query{Text: "计划", Sort: sort, Limit: 1, Facets: []string{"unit", "kind", "topic", "field.form", "year", "none"}})
		want := "field.form: a 1, Ａ 1; kind: news 20, notice 2, policy 2; none: ; topic: 综合政务 2, 水利 1, 综合政务\\政务公开 1; unit: u9 20, u1 2, u2 1; year: 2021 20, 2020 2, 2019 1"
		if got := counts(r.Facets); got != want {
			t.Errorf("%s: %s", sort, got)
		}
		few := r.Facets[1].Values[1]
		if len(r.Facets[1].Values[0].Few) != 0 || len(few.Few) != 2 || few.Few[0].ID == "" || few.Few[0].Seq != 1 {
			t.Errorf("few: %+v", few)
		}
		next := b.search(search.Query{Text: "计划", Sort: sort, Limit: 1, Facets: []string{"kind"}, After: r.Next})
		if next.Facets != nil || len(next.Hits) != 1 {
			t.Errorf("a second page: %+v", next)
		}
	}
	if got := counts(b.search(search.Query{Text: "清政发〔2020〕7号", Facets: []string{"kind"}}).Facets); got != "kind: notice 1" {
		t.Errorf("by its number: %s", got)
	}
	b.delete("a.main", 1, 2)
	if got := counts(b.search(search.Query{To: start + 3*day, Facets: []string{"kind", "genre"}}).Facets); got != "genre: 意见 1; kind: notice 1, policy 1" {
		t.Errorf("after a deletion, between dates: %s", got)
	}
	boundsOfTerms(t, b)
}

func boundsOfTerms(t *testing.T, b *bench) {
	many := func(n int, of string) []string { return slices.Repeat([]string{of}, n) }
	for _, q := range []search.Query{
		{Terms: many(search.MaxTerms+1, "a=b")}, {Terms: []string{"a=" + strings.Repeat("b", search.MaxTerm)}}, {Terms: []string{"ab"}},
		{Facets: many(search.MaxFacets+1, "a")}, {Facets: []string{""}}, {Facets: []string{"a=b"}},
	} {
		_, err := b.index.Search(b.Context(), q)
		b.refused(err, gongkai.Invalid)
		var own *gongkai.Error
		if errors.As(err, &own) && own.Code != "search_terms" && own.Code != "search_facets" {
			t.Errorf("code %s", own.Code)
		}
	}
	varied := make([]search.Doc, search.MaxFacetValues+9)
	for i := range varied {
		varied[i] = page(fmt.Sprintf("v%02d", i), "各式各样", 1)
		varied[i].Terms = []string{fmt.Sprintf("topic=t%02d", i)}
	}
	b.put(varied...)
	if f := b.search(search.Query{Text: "各式各样", Facets: []string{"topic"}}).Facets[0]; len(f.Values) != search.MaxFacetValues || !f.More {
		t.Errorf("%d values, more %v", len(f.Values), f.More)
	}
}

func counts(facets []search.Facet) string {
	var out []string
	for _, f := range facets {
		var values []string
		for _, v := range f.Values {
			values = append(values, fmt.Sprint(v.Value, " ", v.Count))
		}
		out = append(out, f.Name+": "+strings.Join(values, ", "))
	}
	return strings.Join(out, "; ")
}
