// How long a decision takes with 10,000 grants and 100 rules.

package policy

import (
	"fmt"
	"testing"

	"gongkai"
)

// crowded is a policy with 2,000 users of 5 grants each and 100 rules.
func crowded(tb testing.TB) *Policy {
	p, _ := newPolicy(tb)
	var holders []holder
	for u := range 2000 {
		h := holder{}
		h.ID = fmt.Sprintf("user-%d", u)
		for g := range 5 {
			h.Grants = append(h.Grants, Grant{Role: Roles[(u+g)%9].ID, Unit: fmt.Sprintf("unit-%d", u%300)})
		}
		holders = append(holders, h)
	}
	if _, err := p.holders.InsertMany(tb.Context(), holders); err != nil {
		tb.Fatal(err)
	}
	var rules []ruleDoc
	for i := len(p.Rules()); i < 100; i++ {
		r := Rule{ID: fmt.Sprintf("extra_%d", i), Role: fmt.Sprintf("extra-%d", i), Act: Sign(fmt.Sprintf("extra-%d", i)), Effect: Allow, Zh: "附加", En: "extra"}
		rules = append(rules, docOf(r))
	}
	if _, err := p.rules.InsertMany(tb.Context(), rules); err != nil {
		tb.Fatal(err)
	}
	if err := p.Refresh(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	return p
}

func TestTenThousandGrantsCountAlike(t *testing.T) {
	p := crowded(t)
	var n int
	for _, r := range Roles {
		n += len(p.Holders(r.ID))
	}
	if n != 10_000 || len(p.Rules()) != 100 {
		t.Errorf("%d grants, %d rules", n, len(p.Rules()))
	}
	if got := p.Roles("user-1999", []string{"county", "unit-199"}); len(got) != 5 {
		t.Errorf("roles of the last user: %v", got)
	}
}

func BenchmarkCan(b *testing.B) {
	p := crowded(b)
	path := []string{"county", "district", "unit-4", "office"}
	for name, req := range map[string]Request{
		"allowed": {Actor: person("user-4"), Act: SignProofreader1, UnitPath: path},
		"denied":  {Actor: person("user-4"), Act: ItemRelease, UnitPath: path, Facts: []string{Incomplete}},
		"missing": {Actor: person("user-5"), Act: ItemSave, UnitPath: path},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := p.Can(req); (err == nil) != (name == "allowed") || err != nil && !gongkai.Is(err, gongkai.Denied) {
					b.Fatal(err)
				}
			}
		})
	}
}

// The same without what the judge remembers: all 100 rules weighed by Casbin.
func BenchmarkWeigh(b *testing.B) {
	j := crowded(b).now.Load().judge
	roles, facts := []string{Proofreader1, Proofreader2, Reviewer3}, []string{OwnDraft}
	for b.Loop() {
		if d, err := j.weigh(roles, SignProofreader1, facts); err != nil || !d.ok {
			b.Fatal(err)
		}
	}
}

// What a change costs each replica: all rules and grants loaded again.
func BenchmarkRefresh(b *testing.B) {
	p := crowded(b)
	for b.Loop() {
		if err := p.Refresh(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
