package publication_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"gongkai"
	"gongkai/publication"
)

// shelf is a store with many pages, put there at once.
func shelf(t testing.TB, p *publication.Public, n int, of func(i int) publication.Page) (all []publication.Page) {
	t.Helper()
	for i := range n {
		page := of(i)
		page.Item, page.Site, page.Seq, page.Listed, page.State = fmt.Sprintf("i%07d", i), cmp.Or(page.Site, "s"), 1, true, publication.Shows
		page.ID = publication.PageID(page.Item, page.Site)
		all = append(all, page)
	}
	for some := range slices.Chunk(all, 2000) {
		_, err := p.Pages.InsertMany(t.Context(), some)
		must(t, err)
	}
	return all
}

// mixed is a page that differs from its neighbours in every filter.
func mixed(r *rand.Rand) publication.Page {
	c, u := fmt.Sprint("c", r.IntN(3)), fmt.Sprint("u", r.IntN(3))
	page := publication.Page{Column: c, Columns: []string{"root", c}, Unit: u, Units: []string{"county", u}, Kind: fmt.Sprint("k", r.IntN(3)), Year: 2024 + r.Int64N(3),
		Lang: []string{"zh", "zh", "en"}[r.IntN(3)], Published: r.Int64N(40)}
	for _, term := range []string{"genre=g", "topic=a", "topic=b", "validity=in_force"} {
		if r.IntN(2) == 0 {
			page.Terms = append(page.Terms, term)
		}
	}
	return page
}

// anyFilter asks for one to all of the filters.
func anyFilter(r *rand.Rand) publication.Filter {
	f := publication.Filter{Site: "s", Limit: 1 + r.IntN(7), Oldest: r.IntN(2) == 0, Count: true}
	some := func() bool { return r.IntN(3) == 0 }
	if some() {
		f.Column, f.Exact = []string{"root", "c0", "c1"}[r.IntN(3)], r.IntN(2) == 0
	}
	if some() {
		f.Unit = []string{"county", "u0"}[r.IntN(2)]
	}
	if some() {
		f.Kind = fmt.Sprint("k", r.IntN(4))
	}
	if some() {
		f.Year = 2024 + r.Int64N(4)
	}
	if some() {
		f.Lang = []string{"zh", "en"}[r.IntN(2)]
	}
	for _, term := range []string{"genre=g", "topic=a", "topic=none"} {
		if r.IntN(5) == 0 {
			f.Terms = append(f.Terms, term)
		}
	}
	if some() {
		f.From = r.Int64N(40)
	}
	if some() {
		f.To = r.Int64N(40) + 1
	}
	return f
}

// meets is what the words of the filter say.
func meets(f publication.Filter, p publication.Page) bool {
	in := slices.Contains(p.Columns, f.Column)
	if f.Exact {
		in = p.Column == f.Column
	}
	for _, term := range f.Terms {
		in = (f.Column == "" || in) && slices.Contains(p.Terms, term)
		if !in {
			return false
		}
	}
	return (f.Column == "" || in || len(f.Terms) > 0) && (f.Unit == "" || slices.Contains(p.Units, f.Unit)) && (f.Kind == "" || p.Kind == f.Kind) && (f.Year == 0 || p.Year == f.Year) &&
		(f.Lang == "" || p.Lang == f.Lang) && (f.From == 0 || p.Published >= f.From) && (f.To == 0 || p.Published < f.To) && p.Site == f.Site
}

func ids(pages []publication.Page) (out []string) {
	for _, p := range pages {
		out = append(out, p.ID)
	}
	return out
}

func TestAListIsWhatItsFiltersSayBothWays(t *testing.T) {
	p, r := open(t), rand.New(rand.NewPCG(3, 4))
	all := shelf(t, p, 300, func(i int) publication.Page {
		page := mixed(r)
		page.Site = []string{"s", "s", "other"}[i%3]
		return page
	})
	for range 150 {
		f := anyFilter(r)
		var want []publication.Page
		for _, page := range all {
			if meets(f, page) {
				want = append(want, page)
			}
		}
		slices.SortFunc(want, func(a, b publication.Page) int {
			return cmp.Or(cmp.Compare(a.Published, b.Published), cmp.Compare(a.ID, b.ID))
		})
		if !f.Oldest {
			slices.Reverse(want)
		}
		var got, back []publication.Page
		var last publication.List
		for {
			list, err := p.List(t.Context(), f)
			check(t, err)
			if list.Total != len(want) || list.More || len(list.Pages) > f.Limit {
				t.Fatalf("%+v counts %d, %v; want %d", f, list.Total, list.More, len(want))
			}
			if (f.After == "") != (list.Prev == "") && len(list.Pages) > 0 {
				t.Fatalf("%+v says that %q is before it", f, list.Prev)
			}
			got, last = append(got, list.Pages...), list
			if f.After = list.Next; f.After == "" {
				break
			}
		}
		if !slices.Equal(ids(got), ids(want)) {
			t.Fatalf("%+v\n%v\nwant\n%v", f, ids(got), ids(want))
		}
		for back = last.Pages; last.Prev != ""; back = append(slices.Clone(last.Pages), back...) {
			f.Before = last.Prev
			var err error
			last, err = p.List(t.Context(), f)
			check(t, err)
			if last.Next == "" {
				t.Fatalf("%+v: nothing follows", f)
			}
		}
		if !slices.Equal(ids(back), ids(want)) {
			t.Fatalf("backwards %+v\n%v\nwant\n%v", f, ids(back), ids(want))
		}
	}
}

func TestAListWithoutAnIndexOfItsOwnReadsSoMuchAndNoMore(t *testing.T) {
	p := open(t)
	const many = publication.MostRead + 500
	shelf(t, p, many, func(i int) publication.Page {
		page := publication.Page{Column: "c", Columns: []string{"c"}, Unit: "u", Units: []string{"u"}, Kind: "k", Lang: "zh", Published: int64(i)}
		if i == 0 {
			page.Year = 1999 // the oldest one
		}
		if i == 1 {
			page.Terms = []string{"topic=rare"}
		}
		return page
	})
	f := publication.Filter{Site: "s", Column: "c", Unit: "u", Limit: 5, Count: true}
	list, err := p.List(t.Context(), f)
	check(t, err)
	if len(list.Pages) != 5 || list.Total != publication.MostRead || !list.More {
		t.Errorf("%d pages, counted %d, %v", len(list.Pages), list.Total, list.More)
	}
	f.Kind, f.Lang, f.Unit, f.Terms = "k", "zh", "u", []string{"topic=rare"} // the rare term leads there at once
	if list, err = p.List(t.Context(), f); err != nil || len(list.Pages) != 1 || list.Next != "" || list.Total != 1 || list.More {
		t.Errorf("%v %q %d, %v", ids(list.Pages), list.Next, list.Total, err)
	}
}

func TestAShortPageLeadsOn(t *testing.T) {
	p := open(t)
	shelf(t, p, 2*publication.MostRead+1000, func(i int) publication.Page { // column and unit meet in the oldest alone
		page := publication.Page{Columns: []string{"c"}, Units: []string{"v"}, Published: int64(i)}
		if i%2 == 0 {
			page.Columns, page.Units = []string{"d"}, []string{"u"}
		}
		if i == 0 {
			page.Columns = []string{"c"}
		}
		return page
	})
	f := publication.Filter{Site: "s", Column: "c", Unit: "u", Limit: 5, Count: true}
	first, err := p.List(t.Context(), f)
	check(t, err)
	if len(first.Pages) != 0 || first.Next == "" || first.Prev != "" || first.Total != 0 || !first.More {
		t.Fatalf("%v, next %q, prev %q, %d %v", ids(first.Pages), first.Next, first.Prev, first.Total, first.More)
	}
	f.After = first.Next
	second, err := p.List(t.Context(), f)
	check(t, err)
	if fmt.Sprint(ids(second.Pages)) != "[i0000000.s]" || second.Next != "" {
		t.Errorf("%v, next %q", ids(second.Pages), second.Next)
	}
}

func TestACursorBelongsToOneList(t *testing.T) {
	p := open(t)
	shelf(t, p, 9, func(i int) publication.Page {
		return publication.Page{Kind: "k", Columns: []string{"c"}, Published: int64(i)}
	})
	list, err := p.List(t.Context(), publication.Filter{Site: "s", Kind: "k", Limit: 3})
	check(t, err)
	for i := range list.Next {
		for _, odd := range []string{list.Next[:i] + "_" + list.Next[i+1:], list.Next[:i], list.Next + "A", "%", "AAAAAAAAAA"} {
			if odd == list.Next || odd == "" {
				continue
			}
			for _, f := range []publication.Filter{{Site: "s", Kind: "k", After: odd}, {Site: "s", Kind: "k", Before: odd}} {
				if _, err := p.List(t.Context(), f); gongkai.CodeOf(err) != "bad_cursor" {
					t.Fatalf("%q: %v", odd, err)
				}
			}
		}
	}
	for _, f := range []publication.Filter{{Site: "s"}, {Site: "s", Kind: "l"}, {Site: "t", Kind: "k"}, {Site: "s", Kind: "k", Oldest: true}, {Site: "s", Kind: "k", Terms: []string{"a=b"}}, {Site: "s", Kind: "k", From: 1}} {
		f.After = list.Next
		if _, err := p.List(t.Context(), f); gongkai.CodeOf(err) != "bad_cursor" {
			t.Errorf("%+v: %v", f, err)
		}
	}
	if again, err := p.List(t.Context(), publication.Filter{Site: "s", Kind: "k", Limit: 50, After: list.Next}); err != nil || len(again.Pages) != 6 {
		t.Errorf("another limit: %d, %v", len(again.Pages), err)
	}
}

// The first and the tenth page of lists, and one that no index serves.
func BenchmarkLists(b *testing.B) {
	sizes := []int{10_000}
	if os.Getenv("GONGKAI_LONG") != "" {
		sizes = append(sizes, 100_000, 1_000_000)
	}
	for _, size := range sizes {
		p, _ := volumed(b)
		shelf(b, p, size, func(i int) publication.Page {
			c, u := fmt.Sprint("c", i%20), fmt.Sprint("u", i%50)
			return publication.Page{Column: c, Columns: []string{"root", c}, Unit: u, Units: []string{"county", u}, Kind: fmt.Sprint("k", i%7), Year: 2000 + int64(i%25), Lang: "zh",
				Title: "关于做好防汛抗旱工作的通知", Path: fmt.Sprint("/open/notices/2026/", i), Terms: []string{fmt.Sprint("topic=t", i%22), "validity=in_force"}, Published: int64(i)}
		})
		for _, x := range []struct {
			name string
			f    publication.Filter
		}{
			{"column", publication.Filter{Column: "root"}}, {"column+kind", publication.Filter{Column: "c3", Kind: "k3"}}, {"topic", publication.Filter{Terms: []string{"topic=t3"}}},
			{"column+unit+topic", publication.Filter{Column: "c3", Unit: "u3", Terms: []string{"topic=t3"}}},
		} {
			x.f.Site, x.f.Limit = "s", 20
			tenth := x.f
			for range 9 {
				list, err := p.List(b.Context(), tenth)
				must(b, err)
				tenth.After = list.Next
			}
			for name, f := range map[string]publication.Filter{"first": x.f, "tenth": tenth} {
				b.Run(fmt.Sprintf("%s/%s-of-%d", x.name, name, size), func(b *testing.B) {
					b.ReportAllocs()
					for b.Loop() {
						_, err := p.List(b.Context(), f)
						must(b, err)
					}
				})
			}
		}
	}
}
