package workflow

import (
	"slices"
	"testing"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
)

// left are people who work here no more.
func (o *office) left(people ...string) {
	o.Staff = staffWithout(people...)
}

// onDesk are the items in a list of somebody.
func (o *office) onDesk(who, list string) (out []string) {
	o.t.Helper()
	q := DeskQuery{List: list, Limit: 3}
	if list == "unit" && o.Can(o.t.Context(), person(who), policy.ItemRead, "county") != nil {
		return nil
	}
	for range 50 {
		page, err := o.WorkList(o.t.Context(), gongkai.Actor{ID: who, Unit: "county"}, q)
		o.check(err)
		for _, l := range page.Docs {
			out = append(out, l.Item.ID)
		}
		if q.After = page.Next; q.After == "" {
			return out
		}
	}
	o.t.Fatal("the list has no end")
	return nil
}

// lies wants an item in exactly these lists of somebody.
func (o *office) lies(who string, it content.Item, lists ...string) {
	o.t.Helper()
	for _, l := range WorkLists {
		if got, want := slices.Contains(o.onDesk(who, l.Name), it.ID), slices.Contains(lists, l.Name); got != want {
			o.t.Errorf("%s, %s by %s: listed %t", states(it), l.Name, who, got)
		}
	}
}

func TestAnItemLiesOnTheDesksOfThoseItWaitsFor(t *testing.T) {
	o := newOffice(t)
	grant(t, o.pol, "townboth", policy.Reviewer1, "town")
	grant(t, o.pol, "townboth", policy.Proofreader1, "town")
	it := o.create(plainFields())
	o.lies("editor", it, "mine", "drafts", "unit")
	o.lies("both1", it, "unit")
	it = o.submit(it.ID)
	o.lies("editor", it, "waiting", "unit")
	o.lies("both1", it, "mine", "sign", "unit")
	o.lies("review1", it, "unit") // one of the two roles
	o.lies("townboth", it)        // another unit: not even readable
	o.lies("stranger", it)
	it = o.must("both1", it.ID, pass(it))
	o.lies("both1", it, "waiting", "unit")
	o.lies("both2", it, "mine", "sign", "unit")
	back := o.must("both2", it.ID, Step{Act: "return", Sheet: it.Work.SheetDigest, Opinion: "请核对"})
	o.lies("editor", back, "mine", "returned", "unit")
	o.lies("both1", back, "unit")
	it = o.sign(o.submit(it.ID))
	o.lies("publisher", it, "mine", "release", "unit")
	it = o.release(it)
	o.lies("editor", it)
	o.lies("publisher", it)
	it = o.must("editor", it.ID, Step{Act: "ask_withdraw", Edition: 1, Reason: "有误"})
	o.lies("editor", it, "waiting", "unit")
	o.lies("review3", it, "mine", "decide", "unit")
	o.lies("publisher", it, "unit")
}

func TestWhoMayNotSignDoesNotFindItAmongWhatWaits(t *testing.T) {
	o := newOffice(t)
	for _, role := range []string{policy.Editor, policy.Reviewer1, policy.Proofreader1, policy.Reviewer2, policy.Proofreader2} {
		grant(t, o.pol, "many", role, "county")
	}
	own, err := o.Create(t.Context(), person("many"), NewItem{Kind: "notice", Unit: "county", Fields: plainFields(), Placements: []content.Placement{{Column: "www-merged"}}})
	o.check(err)
	o.lies("many", o.submit(own.ID), "waiting", "unit") // an own text
	it := o.submit(o.create(plainFields()).ID)
	o.lies("many", it, "mine", "sign", "unit")
	it = o.must("many", it.ID, pass(it))
	o.lies("many", it, "waiting", "unit") // another stage of the same track
}

func TestTheDeskIsCounted(t *testing.T) {
	o := newOffice(t)
	for range 3 {
		o.submit(o.create(plainFields()).ID)
	}
	it := o.create(plainFields())
	o.must("editor", it.ID, Step{Act: "ask_by", By: "2026-03-03"})
	counts := func(who string, within int) map[string]int {
		d, err := o.Desk(t.Context(), gongkai.Actor{ID: who, Unit: "county"}, within)
		o.check(err)
		out := map[string]int{"overdue": d.Overdue.Count, "soon": d.Soon.Count}
		for _, l := range d.Lists {
			out[l.Name] = l.Count
		}
		return out
	}
	if got := counts("both1", 3); got["mine"] != 3 || got["sign"] != 3 || got["unit"] != 4 || got["waiting"] != 0 || got["soon"] != 0 {
		t.Errorf("first reviewer: %v", got)
	}
	if got := counts("editor", 3); got["drafts"] != 1 || got["mine"] != 1 || got["waiting"] != 3 || got["soon"] != 1 || got["overdue"] != 0 {
		t.Errorf("editor: %v", got)
	}
	o.clock.at = o.clock.at.Add(48 * time.Hour)
	if got := counts("editor", 3); got["overdue"] != 1 || got["soon"] != 0 {
		t.Errorf("editor, two days later: %v", got)
	}
	if got := counts("stranger", 3); got["mine"]+got["unit"] != 0 {
		t.Errorf("a stranger: %v", got)
	}
}

func TestALineSaysWhomItWaitsFor(t *testing.T) {
	o := newOffice(t)
	o.left("review1")
	it := o.submit(o.create(plainFields()).ID)
	page, err := o.WorkList(t.Context(), person("editor"), DeskQuery{List: "waiting"})
	o.check(err)
	w := page.Docs[0].Waits
	if len(w) != 1 || w[0].Stage != "merged_1" || !slices.Equal(w[0].Roles, []string{"reviewer-1", "proofreader-1"}) || len(w[0].People) != 1 || w[0].People[0].ID != "both1" {
		t.Errorf("%+v", w)
	}
	o.must("both1", it.ID, Step{Act: "claim", Hours: 2})
	if page, err = o.WorkList(t.Context(), person("editor"), DeskQuery{List: "waiting"}); err != nil || page.Docs[0].Waits[0].Claimed == nil {
		t.Errorf("%v: %+v", err, page.Docs[0].Waits)
	}
}

func TestItemsOfAnOlderProgramArePutOnTheirDesks(t *testing.T) {
	o := newOffice(t)
	it := o.submit(o.create(plainFields()).ID)
	_, err := o.c.Items.Update(t.Context(), it.ID, 0, func(doc *content.Item) error {
		doc.Desks, doc.Hands = nil, nil
		return nil
	})
	o.check(err)
	o.lies("both1", o.get(it.ID))
	done, err := o.Recount(t.Context(), time.Now().Add(time.Minute))
	if err != nil || !done {
		t.Fatal(done, err)
	}
	o.lies("both1", o.get(it.ID), "mine", "sign", "unit")
}
