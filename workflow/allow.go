// The allow-list of an organisation (本单位公开号码): its own phones, mailboxes,
// vehicles and accounts are not personal in its texts.

package workflow

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/policy/privacy"
	"gongkai/store"
)

// Allowable are the kinds of which an organisation has some of its own. Nobody
// but a person has an identity number.
var Allowable = []string{"mobile", "phone", "email", "plate", "bank_card"}

// ownNumbers are what may stand in the texts of a unit.
type ownNumbers struct {
	units   []string // the unit, and those that were merged into it
	keys    map[string]bool
	version string // "" without entries: another list finds other things
}

// allowedIn reads the lists of a unit and of those above it.
func (e *Engine) allowedIn(ctx context.Context, unit string) (ownNumbers, error) {
	list, err := e.allowList(ctx, unit)
	if err != nil {
		return ownNumbers{}, err
	}
	gone, err := e.content.Forebears(ctx, unit)
	a, sum := ownNumbers{units: append([]string{unit}, gone...), keys: map[string]bool{}}, sha256.New()
	if err != nil || len(list)+len(gone) == 0 {
		return a, err
	}
	for _, entry := range list {
		a.keys[entry.Key] = true
		sum.Write([]byte(entry.ID))
	}
	for _, id := range gone { // whom a text is about is known by other keys
		sum.Write([]byte(" " + id))
	}
	a.version = "~" + hex.EncodeToString(sum.Sum(nil))[:8]
	return a, nil
}

func (e *Engine) allowList(ctx context.Context, unit string) ([]content.Allowed, error) {
	if unit == "" {
		return nil, nil
	}
	path, err := e.content.UnitPath(ctx, unit)
	if err != nil {
		return nil, err
	}
	gone, err := e.content.Forebears(ctx, path...)
	if err != nil {
		return nil, err
	}
	list, err := content.All(ctx, e.content.Allowed, store.In("unit", append(path, gone...)...))
	slices.SortFunc(list, func(a, b content.Allowed) int { return strings.Compare(a.ID, b.ID) })
	return list, err
}

// allows is what the scan asks; nil without a list.
func (e *Engine) allows(a ownNumbers) func(kind, folded string) bool {
	if len(a.keys) == 0 {
		return nil
	}
	return func(kind, folded string) bool { return a.keys[e.allowKey(kind, folded)] }
}

func (e *Engine) allowKey(kind, folded string) string { return e.secret.Sum("allow", kind, folded) }

// AllowList shows what may stand in the texts of a unit, its parents' entries
// included.
func (e *Engine) AllowList(ctx context.Context, actor gongkai.Actor, unit string) ([]content.Allowed, error) {
	if err := e.Can(ctx, actor, policy.AllowRead, unit); err != nil {
		return nil, err
	}
	return e.allowList(ctx, unit)
}

// Allow puts a number on the list of a unit. It is read as the checks read it:
// what they do not take for such a number would never be asked about.
func (e *Engine) Allow(ctx context.Context, actor gongkai.Actor, unit, kind, value, reason string) (content.Allowed, error) {
	if err := e.Can(ctx, actor, policy.AllowManage, unit); err != nil {
		return content.Allowed{}, err
	}
	zh, _ := KindName(kind)
	for _, f := range privacy.Scan(value, privacy.Plain, privacy.Options{Context: zh, Now: e.now()}) {
		if f.Kind == kind {
			return e.allow(ctx, actor, unit, found{content.Finding{Kind: kind, Preview: f.Preview}, f.Folded}, reason)
		}
	}
	return content.Allowed{}, first(e.allowable(kind), need(false, "value", "value", "没有认出这种号码，请核对种类和号码", "it is not recognised as such a number: look at kind and number"))
}

// AllowFound puts what a finding in the head of an item found on the list of
// its unit: it belongs to the organisation, here and elsewhere.
func (e *Engine) AllowFound(ctx context.Context, actor gongkai.Actor, item, key, reason string) (content.Allowed, error) {
	it, err := e.Item(ctx, actor, item)
	if err != nil {
		return content.Allowed{}, err
	}
	if err := e.Can(ctx, actor, policy.AllowManage, it.Unit); err != nil {
		return content.Allowed{}, err
	}
	rev, err := e.content.Revisions.Get(ctx, head(it))
	if err != nil {
		return content.Allowed{}, err
	}
	k, err := e.kind(ctx, rev.Kind)
	if err != nil {
		return content.Allowed{}, err
	}
	r, err := e.ruleset(ctx, standingOf(it))
	if err != nil {
		return content.Allowed{}, err
	}
	all, err := e.scanAll(ctx, r, k, rev.Fields)
	if err != nil {
		return content.Allowed{}, err
	}
	for _, f := range all.found {
		if f.Key == key {
			return e.allow(ctx, actor, it.Unit, f, reason)
		}
	}
	return content.Allowed{}, need(false, "key", "nothing", "没有这样的问题可处理", "there is no such finding to settle")
}

func (e *Engine) allowable(kind string) error {
	return need(slices.Contains(Allowable, kind), "kind", "not_allowable", "只有电话、邮箱、车牌和账号可以列为本单位的号码", "only phones, mailboxes, plates and accounts can be an organisation's own")
}

func (e *Engine) allow(ctx context.Context, actor gongkai.Actor, unit string, f found, reason string) (content.Allowed, error) {
	if err := first(e.allowable(f.Kind), need(strings.TrimSpace(reason) != "", "reason", "required", "须写明理由", "a written reason is needed")); err != nil {
		return content.Allowed{}, err
	}
	doc := content.Allowed{Unit: unit, Kind: f.Kind, Key: e.allowKey(f.Kind, f.value), Preview: f.Preview, Reason: e.maskFree(reason), By: actor.ID, Name: actor.Name, At: gongkai.Millis(e.now())}
	doc.ID = gongkai.DerivedID("allowed", unit, doc.Key)
	stored, err := e.content.Allowed.Insert(ctx, doc)
	if gongkai.Is(err, gongkai.Conflict) {
		return e.content.Allowed.Get(ctx, doc.ID)
	}
	return stored, err
}

// Disallow takes an entry off the list of a unit. What it let stand is a finding
// again; what is public shows in the next re-scan.
func (e *Engine) Disallow(ctx context.Context, actor gongkai.Actor, unit, id string) (content.Allowed, error) {
	if err := e.Can(ctx, actor, policy.AllowManage, unit); err != nil {
		return content.Allowed{}, err
	}
	doc, err := e.content.Allowed.Get(ctx, id)
	if err == nil && doc.Unit != unit {
		err = gongkai.E(gongkai.Missing, "allowed", "该单位的名单上没有这一条；上级单位的条目在上级单位处删除", "the list of this unit has no such entry; an entry of a unit above is removed there")
	}
	if err != nil {
		return doc, err
	}
	return doc, e.content.Allowed.Delete(ctx, id, 0)
}
