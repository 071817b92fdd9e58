// Lists of pages: which filters go together, and the indexes that serve them.

package publication

import (
	"context"
	"slices"
	"strings"

	"gongkai"
	"gongkai/store"
)

// Filter picks the pages of a list. Site is required; of the others a zero
// value filters nothing.
type Filter struct {
	Site   string
	Column string // 栏目, with its subtree unless Exact
	Exact  bool   // home column only
	Unit   string // 单位, with those below it
	Kind   string
	Year   int64
	Limit  int
	After  string // Next of the list before
}

// List is one page of a list, newest first.
type List struct {
	Pages []Page
	Next  string // "" at the end
}

// Combinations are the filters that go together beside the site. Each has an
// index of its own, so that every list costs the same however many pages there are.
var Combinations = [][]string{
	{}, {"column"}, {"column", "kind"}, {"column", "year"}, {"unit"}, {"unit", "kind"}, {"unit", "year"},
	{"kind"}, {"kind", "year"}, {"year"},
}

// listFields are the fields of a page that a filter looks at: one index for
// the subtree of a column, and one for the column alone.
var listFields = map[string][]string{
	"column": {"columns", "column"}, "unit": {"units"}, "kind": {"kind"}, "year": {"year"},
}

// pageIndexes serve the look-ups and lists of the content API.
var pageIndexes = append(listIndexes(),
	store.Index{Name: "path", Fields: []string{"site", "path"}},
	store.Index{Name: "former", Fields: []string{"site", "former"}},
	store.Index{Name: "index_no", Fields: []string{"index_no"}},
	store.Index{Name: "item", Fields: []string{"item"}},
	store.Index{Name: "group", Fields: []string{"group"}},
	store.Index{Name: "changed", Fields: []string{"changed"}},
	store.Index{Name: "site_changed", Fields: []string{"site", "changed"}},
	store.Index{Name: "volume", Fields: []string{"site", "volume", "listed", "changed"}},
	store.Index{Name: "columns_changed", Fields: []string{"site", "columns", "changed"}},
	store.Index{Name: "mark_by", Fields: []string{"mark.by"}},
	store.Index{Name: "list_terms", Fields: []string{"site", "listed", "terms", "published"}},
	store.Index{Name: "list_lang", Fields: []string{"site", "listed", "lang", "published"}},
	store.Index{Name: "doc_key", Fields: []string{"doc_key"}},
	store.Index{Name: "interprets", Fields: []string{"interprets"}},
	store.Index{Name: "termed", Fields: []string{"kind", "termed"}},
	byChange,
)

func listIndexes() (out []store.Index) {
	for _, names := range Combinations {
		sets := [][]string{nil}
		for _, name := range names {
			var longer [][]string
			for _, set := range sets {
				for _, field := range listFields[name] {
					longer = append(longer, append(slices.Clone(set), field))
				}
			}
			sets = longer
		}
		for _, set := range sets {
			fields := append([]string{"site", "listed"}, set...)
			out = append(out, store.Index{Name: strings.Join(append([]string{"list"}, set...), "_"), Fields: append(fields, "published")})
		}
	}
	return out
}

// given lists the filters beside the site, in the order of Combinations, and
// what they ask of a page.
func (f Filter) given() (names []string, where []store.Cond) {
	where = []store.Cond{store.Eq("site", f.Site), store.Eq("listed", true)}
	add := func(given bool, name, field string, v any) {
		if given {
			names, where = append(names, name), append(where, store.Eq(field, v))
		}
	}
	column := "columns"
	if f.Exact {
		column = "column"
	}
	add(f.Column != "", "column", column, f.Column)
	add(f.Unit != "", "unit", "units", f.Unit)
	add(f.Kind != "", "kind", "kind", f.Kind)
	add(f.Year != 0, "year", "year", f.Year)
	return names, where
}

// List lists the pages that show, newest first by 发布日期. Filters without an
// index of their own are Invalid, and the error names those that have one.
func (p *Public) List(ctx context.Context, f Filter) (List, error) {
	names, where := f.given()
	if !slices.ContainsFunc(Combinations, func(c []string) bool { return slices.Equal(c, names) }) {
		return List{}, combination(names)
	}
	noted(ctx, "site:"+f.Site)
	page, err := p.Pages.Find(ctx, store.Query{Where: where, Sort: []string{"-published"}, After: f.After, Limit: f.Limit})
	return List{page.Docs, page.Next}, err
}

// combination refuses filters and says which ones work.
func combination(names []string) error {
	var work []string
	for _, c := range Combinations[1:] {
		work = append(work, strings.Join(c, "+"))
	}
	all := strings.Join(work, ", ")
	var where []gongkai.Detail
	for _, name := range names {
		where = append(where, gongkai.Detail{Where: name, Code: "combination", Zh: "不能与其余筛选条件并用", En: "does not go with the other filters"})
	}
	return gongkai.E(gongkai.Invalid, "combination", "没有支持这组筛选条件的列表，可用的组合:"+all+";任意组合请用检索",
		"no list serves these filters together; these work: "+all+"; search takes any", where...)
}
