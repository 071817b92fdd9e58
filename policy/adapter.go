// The Casbin adapter: locked rules from the embedded file, ordinary ones from
// the store, changed one at a time.

package policy

import (
	"context"
	"errors"

	"github.com/casbin/casbin/v2/model"
	"github.com/casbin/casbin/v2/persist"

	"gongkai"
	"gongkai/store"
)

// ruleDoc is an ordinary rule in the store.
type ruleDoc struct {
	store.Meta
	Role   string `json:"role"`
	Act    string `json:"act"`
	Fact   string `json:"fact"`
	Effect string `json:"effect"`
	Zh     string `json:"zh"`
	En     string `json:"en"`
	By     string `json:"by"` // who made it; empty: came with the program
	At     int64  `json:"at"`
}

func docOf(r Rule) ruleDoc {
	return ruleDoc{Meta: store.Meta{ID: r.ID}, Role: r.Role, Act: r.Act, Fact: r.Fact, Effect: r.Effect, Zh: r.Zh, En: r.En}
}

// rule is the document as a rule. Whatever is not plainly an allowance denies.
func (d ruleDoc) rule() Rule {
	r := Rule{ID: d.ID, Role: d.Role, Act: d.Act, Fact: d.Fact, Effect: d.Effect, Zh: d.Zh, En: d.En}
	if r.Effect != Allow {
		r.Effect = Deny
	}
	return r
}

// adapter lives for one load or one change, which is why it may hold a context.
type adapter struct {
	ctx   context.Context
	seed  *seed
	rules *store.Collection[ruleDoc]
	by    string
	at    int64
}

var _ persist.Adapter = (*adapter)(nil)

// LoadPolicy puts the locked section first: its prohibitions are the ones to
// be named. A copy of a locked rule in the store counts for nothing.
func (a *adapter) LoadPolicy(m model.Model) error {
	rules := append([]Rule(nil), a.seed.locked...)
	err := each(a.ctx, a.rules, func(d ruleDoc) {
		if !a.seed.isLocked(d.ID) {
			rules = append(rules, d.rule())
		}
	})
	if err != nil {
		return err
	}
	for _, r := range rules {
		if err := persist.LoadPolicyArray(append([]string{"p"}, r.line()...), m); err != nil {
			return err
		}
	}
	return nil
}

// AddPolicy stores an ordinary rule, in the place of one with the same id.
func (a *adapter) AddPolicy(_, _ string, line []string) error {
	r := ruleOf(line)
	if a.seed.isLocked(r.ID) {
		return lockedError(r.ID)
	}
	_, err := a.rules.Upsert(a.ctx, r.ID, func(d *ruleDoc, _ bool) error {
		meta := d.Meta
		*d = docOf(r)
		d.Meta, d.By, d.At = meta, a.by, a.at
		return nil
	})
	return err
}

// RemovePolicy removes an ordinary rule.
func (a *adapter) RemovePolicy(_, _ string, line []string) error {
	r := ruleOf(line)
	if a.seed.isLocked(r.ID) {
		return lockedError(r.ID)
	}
	err := a.rules.Delete(a.ctx, r.ID, 0)
	if gongkai.Is(err, gongkai.Missing) {
		return gongkai.E(gongkai.Missing, "no_rule", "没有这条规则", "there is no such rule").Because(err)
	}
	return err
}

// errOneByOne is what Casbin gets when it wants to write many rules at once:
// no replica overwrites what another one changed.
var errOneByOne = errors.New("policy: rules are changed one at a time")

// SavePolicy refuses.
func (a *adapter) SavePolicy(model.Model) error { return errOneByOne }

// RemoveFilteredPolicy refuses.
func (a *adapter) RemoveFilteredPolicy(string, string, int, ...string) error { return errOneByOne }

// each hands every document of a collection to f, in the order of the ids.
func each[T any](ctx context.Context, c *store.Collection[T], f func(T)) error {
	q := store.Query{Limit: 1000}
	for {
		page, err := c.Find(ctx, q)
		if err != nil {
			return err
		}
		for _, doc := range page.Docs {
			f(doc)
		}
		if q.After = page.Next; q.After == "" {
			return nil
		}
	}
}
