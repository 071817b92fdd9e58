// Work lists: a list shows what its reader may read, and tells of nothing else.

package workflow

import (
	"context"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/store"
)

// List is a work list: items that the actor may read, newest change first.
type List struct {
	Unit, Column, State, Stage, Live string
	After                            string
	Limit                            int
}

// Items lists items. Without a unit it lists those of every unit that the actor
// may read; page and cursor are as if there were no others.
func (e *Engine) Items(ctx context.Context, actor gongkai.Actor, l List) (store.Page[content.Item], error) {
	var where []store.Cond
	for field, v := range map[string]string{"unit": l.Unit, "column": l.Column, "work.state": l.State, "work.stage": l.Stage, "live.state": l.Live} {
		if v != "" {
			where = append(where, store.Eq(field, v))
		}
	}
	q := store.Query{Where: where, Sort: []string{"-updated"}, After: l.After, Limit: l.Limit}
	if l.Unit != "" {
		if err := e.Can(ctx, actor, policy.ItemRead, l.Unit); err != nil {
			return store.Page[content.Item]{}, err
		}
		return e.content.Items.Find(ctx, q)
	}
	if e.Can(ctx, actor, policy.ItemRead, "") == nil {
		return e.content.Items.Find(ctx, q)
	}
	if l.Column == "" && l.Stage == "" && l.Live == "" { // there is an index by unit
		units, few, err := e.unitsRead(ctx, actor)
		if err != nil || few && len(units) == 0 {
			return store.Page[content.Item]{}, err
		}
		if few {
			q.Where = append(q.Where, store.In("unit", units...))
			return e.content.Items.Find(ctx, q)
		}
	}
	return e.readable(ctx, actor, q)
}

// The bounds within which units are named in a query, rather than read past.
const (
	fewUnits  = 200
	someUnits = 1000
)

// unitsRead are the units whose items the actor may read; few is false where
// there are too many to name.
func (e *Engine) unitsRead(ctx context.Context, actor gongkai.Actor) (units []string, few bool, err error) {
	all, err := e.content.Units.Find(ctx, store.Query{Sort: []string{"path"}, Limit: someUnits})
	if err != nil || all.Next != "" {
		return nil, false, err
	}
	for _, u := range all.Docs {
		if e.Can(ctx, actor, policy.ItemRead, u.ID) == nil {
			units = append(units, u.ID)
		}
	}
	return units, len(units) <= fewUnits, nil
}

// readPast is how many items are looked at in one go for those that may be read.
const readPast = 500

// readable is a page of q as if what the actor may not read were not there.
func (e *Engine) readable(ctx context.Context, actor gongkai.Actor, q store.Query) (out store.Page[content.Item], err error) {
	limit, next, may := q.Limit, "", map[string]bool{}
	if limit <= 0 {
		limit = 20
	}
	for q.Limit = limit + 1; ; q.Limit = readPast {
		batch, err := e.content.Items.Find(ctx, q)
		if err != nil {
			return out, err
		}
		for i, it := range batch.Docs {
			if _, known := may[it.Unit]; !known {
				may[it.Unit] = e.Can(ctx, actor, policy.ItemRead, it.Unit) == nil
			}
			if !may[it.Unit] {
				continue
			}
			if len(out.Docs) == limit {
				out.Next = next
				return out, nil
			}
			if out.Docs = append(out.Docs, it); len(out.Docs) == limit {
				if next, err = e.behind(ctx, q, i+1); err != nil {
					return out, err
				}
			}
		}
		if q.After = batch.Next; q.After == "" {
			return out, nil
		}
	}
}

// behind is the cursor behind the n-th document of a query.
func (e *Engine) behind(ctx context.Context, q store.Query, n int) (string, error) {
	q.Limit = n
	page, err := e.content.Items.Find(ctx, q)
	return page.Next, err
}
