package workflow

import (
	"slices"
	"testing"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/store"
)

func townUnit(disabled bool) content.Unit {
	return content.Unit{Meta: store.Meta{ID: "town"}, Name: "柳溪镇人民政府", Parent: "county", USCC: uscc, Disabled: disabled}
}

// keeps wants the town to stay open, for these reasons.
func (o *office) keeps(codes ...string) {
	o.t.Helper()
	_, err := o.PutUnit(o.t.Context(), townUnit(true))
	var got []string
	for _, d := range o.refusal(err, gongkai.Blocked, "unit_in_use").Details {
		if got = append(got, d.Code); d.Zh == "" || d.En == "" {
			o.t.Errorf("%+v", d)
		}
	}
	if !slices.Equal(got, codes) {
		o.t.Errorf("%v, want %v", got, codes)
	}
}

func TestAUnitIsClosedOnceNothingNeedsIt(t *testing.T) {
	o := newOffice(t)
	ctx := t.Context()
	o.check(put(o.PutUnit(ctx, townUnit(false))))
	village := content.Unit{Meta: store.Meta{ID: "village"}, Name: "清水村", Parent: "town"}
	o.check(put(o.PutUnit(ctx, village)))
	site := content.Site{Meta: store.Meta{ID: "town-site"}, Name: "柳溪镇", Unit: "town"}
	o.check(put(o.PutSite(ctx, site)))
	asked := merged(2)
	asked.Office = "town"
	for _, role := range staff["both2"] {
		grant(t, o.pol, "town2", role, "town")
	}
	o.add(next("by-town", 0, merged(1), asked, merged(3)), all())
	it, err := o.Create(ctx, person("editor"), NewItem{Kind: "notice", Unit: "town", Fields: plainFields(), Placements: []content.Placement{{Column: "www-merged"}}})
	o.check(err)
	o.keeps("units_below", "items_under_way", "sites", "office")

	village.Disabled = true
	o.check(put(o.PutUnit(ctx, village)))
	o.keeps("items_under_way", "sites", "office")
	it = o.release(o.sign(o.submit(it.ID)))
	o.keeps("sites", "office")
	site.Unit = "county"
	o.check(put(o.PutSite(ctx, site)))
	o.keeps("office")
	o.add(next("by-town", 1, merged(1), merged(2), merged(3)), all())
	o.left("publisher", "review1", "review2", "review3", "proof1", "proof2", "proof3", "both1", "both2", "both3", "secret", "town2")
	o.keeps("unkept") // nobody could take down what it has released
	grant(t, o.pol, "successor", policy.Reviewer3, "town")
	o.check(put(o.PutUnit(ctx, townUnit(true))))
	o.check(put(o.PutUnit(ctx, townUnit(true)))) // again: it is closed

	o.refused(put(o.Create(ctx, person("editor"), NewItem{Kind: "notice", Unit: "town", Fields: plainFields()})), gongkai.Blocked, "unit_closed")
	village.Disabled = false
	o.refused(put(o.PutUnit(ctx, village)), gongkai.Blocked, "unit_closed")
	site.Unit = "town"
	o.refused(put(o.PutSite(ctx, site)), gongkai.Blocked, "unit_closed")
	if said := o.notAdded(next("by-town", 2, merged(1), asked, merged(3)), all(), gongkai.Invalid, "pipeline"); !slices.Contains(said, "stages[1].office unit_closed") {
		t.Errorf("%v", said)
	}
	if it = o.must("successor", it.ID, Step{Act: "suspend", Edition: 1, Reason: "有误"}); it.Live.State != content.Suspended {
		t.Errorf("%s", states(it)) // closing takes no rights away
	}
	o.Staff = nil
	o.check(put(o.PutUnit(ctx, townUnit(false))))
	o.check(put(o.Create(ctx, person("editor"), NewItem{Kind: "notice", Unit: "town", Fields: plainFields()})))
}

func TestAnOfficeIsNotClosedWhileOlderVersionsAskIt(t *testing.T) {
	o := newOffice(t)
	asked := merged(2)
	asked.Office = "town"
	grant(t, o.pol, "town2", policy.Reviewer2, "town")
	grant(t, o.pol, "town2", policy.Proofreader2, "town")
	o.add(next("merged", 1, merged(1), asked, merged(3)), all())
	it := o.submit(o.create(plainFields()).ID)
	it = o.must("both1", it.ID, pass(it))
	o.keeps("office") // it waits at the office
	o.add(next("merged", 2, merged(1), merged(2), merged(3)), all())
	it = o.must("town2", it.ID, pass(it))
	o.keeps("office") // it goes through the older version
	o.must("editor", it.ID, Step{Act: "recall"})
	o.check(put(o.PutUnit(t.Context(), townUnit(true))))
}

func TestAUnitDoesNotMove(t *testing.T) {
	o := newOffice(t)
	moved := townUnit(false)
	moved.Parent = ""
	o.refused(put(o.PutUnit(t.Context(), moved)), gongkai.Blocked, "moved")
}
