// New items, and where they are to stand.

package workflow

import (
	"context"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/store"
)

// NewItem is what a new item starts with.
type NewItem struct {
	ID         string // derived from the request, so that a repeat finds it; "" for a fresh one
	StepID     string
	Kind       string
	Unit       string
	Lang       string
	Group      string
	Source     string
	Fields     content.Fields
	Placements []content.Placement
}

// Create makes an item with its first revision. A repeat with the same id
// returns the item that is there.
func (e *Engine) Create(ctx context.Context, actor gongkai.Actor, n NewItem) (content.Item, error) {
	kind, err := e.kind(ctx, n.Kind)
	if err != nil {
		return content.Item{}, err
	}
	if n.ID == "" {
		n.ID = gongkai.NewID()
	}
	it := content.Item{Meta: store.Meta{ID: n.ID}, Kind: n.Kind, Unit: n.Unit, Lang: orElse(n.Lang, "zh"), Group: orElse(n.Group, n.ID), Source: n.Source}
	if it.Placements, it.Column, err = e.placements(ctx, n.ID, n.Kind, n.Placements); err != nil {
		return content.Item{}, err
	}
	if err := first(e.Can(ctx, actor, policy.ItemCreate, n.Unit), e.openUnit(ctx, n.Unit, "unit"), e.tidyItem(ctx, n)); err != nil {
		return content.Item{}, err
	}
	rules, err := e.ruleset(ctx, standingOf(it))
	if err != nil {
		return content.Item{}, err
	}
	world, err := e.revise(ctx, actor, it, writing{rules: rules, kind: kind, fields: n.Fields, how: whole})
	if err != nil {
		return content.Item{}, err
	}
	world.Can = func(act string, facts ...string) error { return e.Can(ctx, actor, act, n.Unit, facts...) }
	ask, err := e.asking(ctx, actor, it)
	if err != nil {
		return content.Item{}, err
	}
	world.Where = ask.where
	s := Step{ID: orElse(n.StepID, gongkai.NewID()), Act: "create"}
	if world.Clock, err = e.clock(ctx, it, s); err != nil {
		return content.Item{}, err
	}
	if it, err = Apply(it, s, world); err != nil {
		return content.Item{}, err
	}
	stored, err := e.content.Items.Insert(ctx, it)
	if gongkai.Is(err, gongkai.Conflict) {
		return e.content.Items.Get(ctx, n.ID)
	}
	if err == nil {
		e.wake(false, it.ID)
		e.Watch.acted(ctx, stored, "create")
		e.looked(ctx, actor, stored, head(stored))
	}
	return stored, err
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func (e *Engine) kind(ctx context.Context, id string) (content.Kind, error) {
	k, err := e.content.Kinds.Get(ctx, id)
	if gongkai.Is(err, gongkai.Missing) {
		return k, gongkai.E(gongkai.Invalid, "kind", "没有这种信息类型", "there is no such kind", gongkai.Detail{Where: "kind", Code: "kind", Zh: "见信息类型列表", En: "see the list of kinds"})
	}
	return k, err
}

// placements completes what was asked for: the columns must be there and take
// the kind; a path that nobody chose is made.
func (e *Engine) placements(ctx context.Context, item, kind string, in []content.Placement) (out []content.Placement, home string, err error) {
	for i, p := range in {
		where := "placements"
		col, err := e.content.Columns.Get(ctx, p.Column)
		if err := first(
			missingIs(err, gongkai.E(gongkai.Invalid, "column", "栏目不存在", "there is no such column", gongkai.Detail{Where: where, Code: "column", Zh: "栏目不存在", En: "no such column"})),
			need(err != nil || col.Takes(kind), where, "kind", "栏目不接受这种信息类型", "the column does not take this kind"),
			need(p.Path == "" || content.PagePath(p.Path) && !e.personal(p.Path), where, "path", "路径应以/开头，由字母、数字、连字符组成", "a path starts with / and is made of letters, digits and hyphens"),
		); err != nil {
			return nil, "", err
		}
		p.Site, p.Path = col.Site, orElse(p.Path, col.DefaultPath(item, e.now()))
		p.Home = p.Home || len(in) == 1
		for _, other := range out {
			if other.Site == p.Site {
				return nil, "", need(false, where, "twice", "同一站点只能有一个发布位置", "an item has one placement on a site")
			}
		}
		if p.Home {
			home = p.Column
		}
		out = append(out, in[i])
		out[i] = p
	}
	return out, home, nil
}

func missingIs(err, otherwise error) error {
	if gongkai.Is(err, gongkai.Missing) {
		return otherwise
	}
	return err
}
