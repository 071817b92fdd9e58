// What people ask the ledger for, in the words of the tree: kinds and subtrees
// become channels and columns.

package channel

import (
	"context"
	"slices"

	"gongkai"
	"gongkai/content"
	"gongkai/store"
)

// Asked (查询条件) says which deliveries; empty fields do not narrow.
type Asked struct {
	Channel, Kind, Site, Column, Item, State, Code string
}

// Filter finds the channels of a kind and the columns below one.
func (c *Channels) Filter(ctx context.Context, tree *content.Content, a Asked) (f Filter, err error) {
	f = Filter{Site: a.Site, Item: a.Item, State: a.State, Code: a.Code}
	if a.State != "" && a.State != HeldState && !slices.Contains(States, a.State) {
		return f, gongkai.E(gongkai.Invalid, "state", "没有这种投送状态", "there is no such state of a delivery")
	}
	if f.Channels, err = c.asked(ctx, a); err != nil {
		return f, err
	}
	if a.Site != "" {
		if _, err := tree.Sites.Get(ctx, a.Site); err != nil {
			return f, err
		}
	}
	if a.Column != "" {
		f.Columns, err = below(ctx, tree, a.Column)
	}
	return f, err
}

// asked are the channels; what is held waits for those that are paused.
func (c *Channels) asked(ctx context.Context, a Asked) (ids []string, err error) {
	switch {
	case a.Kind != "" && !slices.Contains(Kinds, a.Kind):
		return nil, gongkai.E(gongkai.Invalid, "channel_kind", "没有这种渠道", "there is no such kind of channel")
	case a.Channel != "" && (a.Kind == "" || KindOf(a.Channel) == a.Kind):
		return []string{a.Channel}, nil
	case a.Channel != "":
		return []string{""}, nil // none, not all
	case a.Kind == "" && a.State != HeldState:
		return nil, nil
	}
	all, err := c.All(ctx)
	for _, one := range all {
		if (a.Kind == "" || one.Kind == a.Kind) && (a.State != HeldState || one.Paused != nil) {
			ids = append(ids, one.ID)
		}
	}
	if len(ids) == 0 {
		ids = []string{""}
	}
	return ids, err
}

// below are a column and all under it.
func below(ctx context.Context, tree *content.Content, id string) ([]string, error) {
	top, err := tree.Columns.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	ids := []string{id}
	for q := (store.Query{Where: []store.Cond{store.Eq("site", top.Site), store.Prefix("path", top.Path)}, Sort: []string{"path"}, Limit: 1000}); ; {
		page, err := tree.Columns.Find(ctx, q)
		for _, col := range page.Docs {
			if slices.Contains(content.Ancestors(col.Path), id) && col.ID != id {
				ids = append(ids, col.ID)
			}
		}
		if q.After = page.Next; err != nil || q.After == "" {
			return ids, err
		}
	}
}

// Known (渠道) is a channel as the installation knows it.
type Known struct {
	ID       string `json:"id"`
	Kind     string `json:"kind"`
	Name     string `json:"name,omitempty"`
	Disabled bool   `json:"disabled,omitempty" doc:"It is owed nothing new: its receiver answered 410, or somebody switched it off or retired it"`
	Gone     int64  `json:"gone,omitempty" doc:"When its receiver answered 410, if that is why it is disabled"`
	Paused   *Pause `json:"paused,omitempty"`
	Rests    *Rest  `json:"rests,omitempty" doc:"It is left alone for a while: it failed again and again, or asked for it"`
}

// All lists the channels.
func (c *Channels) All(ctx context.Context) ([]Known, error) {
	subs, err := c.Subscribers.All(ctx)
	if err != nil {
		return nil, err
	}
	rests, err := c.rests(ctx)
	if err != nil {
		return nil, err
	}
	out := []Known{{ID: SearchID, Kind: KindSearch}}
	for _, s := range subs {
		out = append(out, Known{ID: s.Channel(), Kind: KindWebhook, Name: s.Name, Disabled: s.Disabled, Gone: s.gone(), Paused: s.Paused, Rests: rests[s.Channel()]})
	}
	if c.Outlets == nil {
		return out, nil
	}
	outlets, err := c.Outlets.All(ctx)
	for _, o := range outlets {
		out = append(out, Known{ID: o.Channel(), Kind: KindOutlet, Name: o.Name, Disabled: o.Retired, Paused: o.Paused})
	}
	return out, err
}

// Detail is what the trail says of a bulk act.
func (a Asked) Detail(why string) map[string]string {
	out := map[string]string{"why": why}
	for k, v := range map[string]string{"channel": a.Channel, "kind": a.Kind, "site": a.Site, "column": a.Column, "item": a.Item, "state": a.State} {
		if v != "" {
			out[k] = v
		}
	}
	return out
}

// Resend begins to send again in bulk. Everything has to be asked for by word, and
// outlets by their kind or one by one: what is looked up there costs their quota.
func (c *Channels) Resend(ctx context.Context, l *Ledger, tree *content.Content, a Asked, everything bool, why string, by gongkai.Actor) (Bulk, error) {
	if everything != (a == Asked{State: a.State}) {
		return Bulk{}, gongkai.E(gongkai.Invalid, "which", "请写明重发哪些：渠道、类型、站点、栏目或条目；全部重发则只写 everything", "say which: a channel, kind, site, column or item; or everything, and then none of them")
	}
	f, err := c.Filter(ctx, tree, a)
	if err != nil {
		return Bulk{}, err
	}
	all, err := c.All(ctx)
	if err != nil {
		return Bulk{}, err
	}
	if a.Channel != "" && !slices.ContainsFunc(all, func(k Known) bool { return k.ID == a.Channel }) {
		return Bulk{}, errNoChannel
	}
	return l.Begin(ctx, Bulk{Act: BulkResend, Filter: f, Why: why, By: by.ID, Name: by.Name})
}

// Resume ends the pause of a channel; what was held is due again page by page.
func (c *Channels) Resume(ctx context.Context, l *Ledger, id string, by gongkai.Actor) (Bulk, error) {
	if err := c.Pause(ctx, id, nil); err != nil {
		return Bulk{}, err
	}
	return l.free(ctx, id, by)
}

// Left (遗留暂停) frees what waits for a pause that is over: whoever ended it, or
// held a delivery just then, was killed before the rest.
func (c *Channels) Left(ctx context.Context, l *Ledger, by gongkai.Actor) error {
	all, err := c.All(ctx)
	for _, one := range all {
		if one.Paused != nil {
			continue
		}
		if n, err := l.CountHeld(ctx, one.ID, 1); err != nil {
			return err
		} else if n == 0 {
			continue
		}
		if _, err := l.free(ctx, one.ID, by); err != nil {
			return err
		}
	}
	return err
}

// free begins to make due again what a channel's pause held.
func (l *Ledger) free(ctx context.Context, id string, by gongkai.Actor) (Bulk, error) {
	return l.Begin(ctx, Bulk{Act: BulkRelease, Filter: Filter{Channels: []string{id}, State: HeldState}, By: by.ID, Name: by.Name})
}
