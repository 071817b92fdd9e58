// Who could do an act in a unit.

package policy

import (
	"slices"
	"testing"

	"gongkai"
)

func TestWhoIsAbleInAUnit(t *testing.T) {
	p, _ := newPolicy(t)
	grant(t, p, "wang", Reviewer2, "township")
	grant(t, p, "li", Reviewer2, "county")
	grant(t, p, "li", Reviewer2, "township")
	grant(t, p, "zhao", Reviewer1, "county")
	grant(t, p, "admin", Administrator, "")
	for _, c := range []struct {
		path []string
		want []string
	}{{township, []string{"li", "wang"}}, {county, []string{"li"}}, {nil, nil}} {
		if got, err := p.Able(c.path, Sign(Reviewer2)); err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%v: %v %v", c.path, got, err)
		}
	}
	grant(t, p, "wang", Proofreader2, "county")
	if got, err := p.Able(township, Sign(Reviewer2), Sign(Proofreader2)); err != nil || !slices.Equal(got, []string{"wang"}) {
		t.Errorf("who may do both: %v %v", got, err)
	}
	if !p.Provided(Sign(Reviewer2)) || p.Provided(Sign("head")) {
		t.Error("reviewers sign, and nobody is the head yet")
	}
	mustAllow(t, p.AddRule(t.Context(), Rule{ID: "head_signs", Role: "head", Act: Sign("head"), Effect: Allow, Zh: "主要领导签署", En: "The head signs"}, gongkai.System))
	if !p.Provided(Sign("head")) {
		t.Error("a role of one's own signs once a rule says so")
	}
}
