package workflow

import (
	"slices"
	"testing"

	"gongkai"
	"gongkai/content"
	"gongkai/store"
)

func TestAListTellsOfNothingThatMayNotBeRead(t *testing.T) {
	o := newOffice(t)
	grant(t, o.pol, "towner", "editor", "town")
	mine := map[string]bool{}
	for i := range 60 { // three in town among sixty
		unit := "county"
		if i%20 == 7 {
			unit = "town"
		}
		it, err := o.Create(t.Context(), person("editor"), NewItem{Kind: "notice", Unit: unit, Fields: plainFields()})
		o.check(err)
		if unit == "town" {
			mine[it.ID] = true
		}
	}
	for name, l := range map[string]List{"by unit": {}, "by unit and state": {State: content.Draft}, "read past others": {Live: content.NotLive}} {
		for limit, pages := range map[int][]int{1: {1, 1, 1}, 2: {2, 1}, 3: {3}, 5: {3}, 0: {3}} {
			l.Limit = limit
			got, seen := o.pages("towner", l)
			if !slices.Equal(got, pages) || len(seen) != len(mine) {
				t.Errorf("%s, %d to a page: pages of %v, want %v; %d items", name, limit, got, pages, len(seen))
			}
			for id := range seen {
				if !mine[id] {
					t.Errorf("%s: an item of another unit", name)
				}
			}
		}
		if got, _ := o.pages("stranger", l); !slices.Equal(got, []int{0}) {
			t.Errorf("%s: a stranger gets pages of %v", name, got)
		}
	}
	l := List{Live: content.NotLive, Limit: 25}
	if got, seen := o.pages("editor", l); !slices.Equal(got, []int{25, 25, 10}) || len(seen) != 60 {
		t.Errorf("the county sees all: %v", got)
	}
}

// However many items of others lie between one's own, a page ends, and the next
// one goes on where it ended.
func TestAPageLooksAtSoManyItemsAndNoMore(t *testing.T) {
	o := newOffice(t)
	want := map[string]bool{}
	for i := range 30 {
		it := o.create(plainFields())
		if i%13 == 5 {
			want[it.ID] = true
		}
	}
	for _, limit := range []int{1, 2, 5} {
		looked, pages, seen := 0, 0, map[string]bool{}
		q := store.Query{Where: []store.Cond{store.Eq("live.state", content.NotLive)}, Sort: []string{"-updated"}, Limit: limit}
		for more := true; more; pages++ {
			before := looked
			page, err := o.readSome(t.Context(), q, 10, func(it content.Item) bool { looked++; return want[it.ID] })
			o.check(err)
			for _, it := range page.Docs {
				seen[it.ID] = true
			}
			if len(page.Docs) > limit || looked-before > 10 {
				t.Errorf("%d to a page: %d, and %d looked at", limit, len(page.Docs), looked-before)
			}
			q.After = page.Next
			more = page.Next != ""
		}
		if len(seen) != len(want) || pages < 3 || pages > 8 {
			t.Errorf("%d to a page: %d pages, %d items", limit, pages, len(seen))
		}
	}
	others := make([]content.Item, mostRead+1)
	for i := range others {
		others[i] = content.Item{Meta: store.Meta{ID: gongkai.NewID()}, Unit: "county", Work: content.Work{State: content.AtStage, Stage: "merged_1"}}
	}
	o.check(put(o.c.Items.InsertMany(t.Context(), others)))
	if page, err := o.Items(t.Context(), person("towner"), List{Stage: "merged_1"}); err != nil || len(page.Docs) != 0 || page.Next == "" {
		t.Errorf("a stage over the units of others: %d, %q, %v", len(page.Docs), page.Next, err)
	}
}

// pages follows a list to its end.
func (o *office) pages(who string, l List) (sizes []int, seen map[string]bool) {
	o.t.Helper()
	seen = map[string]bool{}
	for range 100 {
		page, err := o.Items(o.t.Context(), person(who), l)
		o.check(err)
		sizes = append(sizes, len(page.Docs))
		for _, it := range page.Docs {
			seen[it.ID] = true
		}
		if l.After = page.Next; l.After == "" {
			return sizes, seen
		}
	}
	o.t.Fatal("the list has no end")
	return nil, nil
}

func TestAListTakesItsConditionsInAnyCompany(t *testing.T) {
	o := newOffice(t)
	towns, err := o.Create(t.Context(), person("editor"), NewItem{Kind: "notice", Unit: "town", Fields: plainFields()})
	o.check(err)
	items := []content.Item{o.create(plainFields()), o.submit(o.create(plainFields()).ID), o.released(), towns}
	for _, like := range items {
		for set := range 1 << 6 {
			asked := func(bit int, value string) string {
				if set>>bit&1 == 0 {
					return ""
				}
				return value
			}
			l := List{Unit: asked(0, like.Unit), Column: asked(1, like.Column), State: asked(2, like.Work.State), Stage: asked(3, like.Work.Stage), Live: asked(4, like.Live.State), ByDeadline: set>>5 == 1, Limit: 2}
			fits := func(it content.Item) bool {
				return (!l.ByDeadline || it.Deadline != 0) && (l.Unit == "" || l.Unit == it.Unit) && (l.Column == "" || l.Column == it.Column) && (l.State == "" || l.State == it.Work.State) &&
					(l.Stage == "" || l.Stage == it.Work.Stage) && (l.Live == "" || l.Live == it.Live.State)
			}
			_, seen := o.pages("editor", l)
			for _, it := range items {
				if seen[it.ID] != fits(it) {
					t.Errorf("%+v: item in %s/%s listed: %t", l, it.Work.State, it.Live.State, seen[it.ID])
				}
			}
		}
	}
}
