// Lists of pages: the filters, the indexes that serve them, and what is done
// where none serves them all.

package publication

import (
	"context"
	"slices"
	"strings"

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
	Lang   string
	Terms  []string // each of them: see Page.Terms
	From   int64    // 发布日期, in milliseconds: this or later
	To     int64    // 发布日期: before this
	Oldest bool     // the oldest first
	Limit  int
	After  string // Next of the list before
	Before string // Prev of the list behind; instead of After
	Count  bool   // Total is asked for
}

// List is one page of a list, newest first unless the oldest were asked for. It
// may be short, or empty, and yet not be the last: Next says that.
type List struct {
	Pages []Page
	Next  string // "" at the end
	Prev  string // "" at the beginning
	Total int    // where it was asked for: how many there are at least
	More  bool   // there may be more than Total: counting stopped there
}

// Bounds of a list. What no index serves is read past, key by key.
const (
	CountList = 10_000 // how far a list is counted
	MostRead  = 2_000  // pages that are read for one page of a list, or to count it
	guess     = 1_000  // how far the ways to a list are compared
	maxList   = 500    // pages in an answer
)

// Combinations are the filters that go together beside the site with an index of
// their own: such a list costs the same however many pages there are.
var Combinations = [][]string{
	{}, {"column"}, {"column", "kind"}, {"column", "year"}, {"unit"}, {"unit", "kind"}, {"unit", "year"},
	{"kind"}, {"kind", "year"}, {"year"}, {"terms"}, {"lang"},
}

// listFields are the fields of a page that a filter looks at: one index for
// the subtree of a column, and one for the column alone.
var listFields = map[string][]string{
	"column": {"columns", "column"}, "unit": {"units"}, "kind": {"kind"}, "year": {"year"}, "terms": {"terms"}, "lang": {"lang"},
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
	store.Index{Name: "doc_key", Fields: []string{"doc_key"}},
	store.Index{Name: "interprets", Fields: []string{"interprets"}},
	store.Index{Name: "site_change", Fields: []string{"site", "change"}},
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

// asked is one filter that is given.
type asked struct {
	name string // as in Combinations
	cond store.Cond
	on   func(*Page) bool
}

// asks are the filters that are given beside site and dates, in the order of
// Combinations.
func (f Filter) asks() (out []asked) {
	add := func(given bool, name, field string, v any, on func(*Page) bool) {
		if given {
			out = append(out, asked{name, store.Eq(field, v), on})
		}
	}
	if f.Exact {
		add(f.Column != "", "column", "column", f.Column, func(p *Page) bool { return p.Column == f.Column })
	} else {
		add(f.Column != "", "column", "columns", f.Column, func(p *Page) bool { return slices.Contains(p.Columns, f.Column) })
	}
	add(f.Unit != "", "unit", "units", f.Unit, func(p *Page) bool { return slices.Contains(p.Units, f.Unit) })
	add(f.Kind != "", "kind", "kind", f.Kind, func(p *Page) bool { return p.Kind == f.Kind })
	add(f.Year != 0, "year", "year", f.Year, func(p *Page) bool { return p.Year == f.Year })
	for _, term := range f.Terms {
		add(true, "terms", "terms", term, func(p *Page) bool { return slices.Contains(p.Terms, term) })
	}
	add(f.Lang != "", "lang", "lang", f.Lang, func(p *Page) bool { return p.Lang == f.Lang })
	return out
}

// way (检索路径) is an index on the way to a list, and the filters that it leaves.
type way struct {
	where []store.Cond
	left  []asked
	holds uint32 // those that it serves, a bit each
}

// ways are the indexes that serve a filter: the one that serves all of it, or
// those of which no other serves more.
func (f Filter) ways() (out []way) {
	asks := f.asks()
	fixed := []store.Cond{store.Eq("site", f.Site), store.Eq("listed", true)}
	if f.From != 0 {
		fixed = append(fixed, store.Gte("published", f.From))
	}
	if f.To != 0 {
		fixed = append(fixed, store.Lt("published", f.To))
	}
	for _, names := range Combinations {
		for _, chosen := range choices(asks, names) {
			w := way{where: slices.Clone(fixed)}
			for i, a := range asks {
				if slices.Contains(chosen, i) {
					w.where, w.holds = append(w.where, a.cond), w.holds|1<<i
				} else {
					w.left = append(w.left, a)
				}
			}
			if len(w.left) == 0 {
				return []way{w}
			}
			out = append(out, w)
		}
	}
	all := slices.Clone(out)
	return slices.DeleteFunc(out, func(w way) bool { // another one serves these, and more
		return slices.ContainsFunc(all, func(v way) bool { return v.holds != w.holds && v.holds&w.holds == w.holds })
	})
}

// choices picks the given filters with these names; of several terms each.
func choices(asks []asked, names []string) [][]int {
	out := [][]int{nil}
	for _, name := range names {
		var longer [][]int
		for _, set := range out {
			for i, a := range asks {
				if a.name == name {
					longer = append(longer, append(slices.Clone(set), i))
				}
			}
		}
		out = longer
	}
	return out
}

// best is the way with the fewest keys, as far as it pays to count them.
func (p *Public) best(ctx context.Context, ways []way) (best way, err error) {
	if len(ways) == 1 {
		return ways[0], nil
	}
	slices.SortStableFunc(ways, func(a, b way) int { return len(a.left) - len(b.left) })
	fewest := guess
	best = ways[0]
	for _, w := range ways {
		n, err := p.Pages.Count(ctx, w.where, fewest)
		if err != nil {
			return best, err
		}
		if n < fewest {
			best, fewest = w, n
		}
		if n == 0 {
			break
		}
	}
	return best, nil
}

// on tells whether a page meets what the index leaves.
func (w way) on(page *Page) bool {
	return !slices.ContainsFunc(w.left, func(a asked) bool { return !a.on(page) })
}

// List lists the pages that show, by 发布日期. Filters that have an index of their
// own are read there; of others the index with the fewest keys is walked, and no
// more than MostRead of its pages are read for one answer.
func (p *Public) List(ctx context.Context, f Filter) (List, error) {
	noted(ctx, "site:"+f.Site)
	at, back, err := f.position()
	if err != nil {
		return List{}, err
	}
	w, err := p.best(ctx, f.ways())
	if err != nil {
		return List{}, err
	}
	on := route{way: w, down: f.Oldest == back, at: at}
	limit := min(max(f.Limit, 1), maxList)
	found, err := p.walked(ctx, &on, limit+1)
	if err != nil {
		return List{}, err
	}
	list := List{Pages: found[:min(len(found), limit)]}
	f.turn(&list, at, back, len(found) > limit, on)
	if f.Count {
		list.Total, list.More, err = p.count(ctx, w, f.Oldest)
	}
	return list, err
}

// turn puts the pages in their order, and says where to go on, both ways.
func (f Filter) turn(list *List, came *position, back, more bool, on route) {
	var ahead *position // in the direction of the walk; nil: nothing is there
	switch n := len(list.Pages); {
	case more:
		ahead = positionOf(&list.Pages[n-1])
	case !on.ended:
		ahead = on.at
	}
	behind := came
	if came != nil && len(list.Pages) > 0 {
		behind = positionOf(&list.Pages[0])
	}
	if back {
		slices.Reverse(list.Pages)
		ahead, behind = behind, ahead
	}
	list.Next, list.Prev = f.cursor(ahead), f.cursor(behind)
}

// route (行程) is a walk along an index: where it stands, and whether it has ended.
type route struct {
	way
	down  bool
	at    *position
	ended bool
}

// walked reads pages along an index until so many fit, it ends, or MostRead were
// read.
func (p *Public) walked(ctx context.Context, w *route, limit int) (out []Page, err error) {
	sort := "published"
	if w.down {
		sort = "-published"
	}
	for read := 0; len(out) < limit && read < MostRead; {
		some := limit
		if len(w.left) > 0 {
			some = min(max(2*limit, read), MostRead-read)
		}
		q := store.Query{Where: w.where, Sort: []string{sort}, Limit: some}
		if w.at != nil {
			q.Behind = []any{w.at.published, w.at.id}
		}
		found, err := p.Pages.Find(ctx, q)
		if err != nil {
			return nil, err
		}
		read += len(found.Docs)
		for i := range found.Docs {
			page := &found.Docs[i]
			if w.at = positionOf(page); w.on(page) {
				if out = append(out, *page); len(out) == limit {
					return out, nil
				}
			}
		}
		if found.Next == "" {
			w.ended = true
			return out, nil
		}
	}
	return out, nil
}

// count counts a list: to CountList by an index of its own, else as far as it
// may be read.
func (p *Public) count(ctx context.Context, w way, oldest bool) (n int, more bool, err error) {
	if len(w.left) == 0 {
		n, err = p.Pages.Count(ctx, w.where, CountList+1)
		return min(n, CountList), n > CountList, err
	}
	all := route{way: w, down: !oldest}
	found, err := p.walked(ctx, &all, MostRead+1)
	return len(found), !all.ended, err
}
