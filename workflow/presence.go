// Presence: who has an item open.

package workflow

import (
	"context"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/store"
)

// Presence (在场) says that somebody has an item open. Its id is
// "<item>.<user>"; it ends by itself unless it is said again.
type Presence struct {
	store.Meta
	Item    string `json:"item"`
	User    string `json:"user"`
	Name    string `json:"name"`
	Editing bool   `json:"editing" doc:"Writing, not only reading"`
	Since   int64  `json:"since"`
	Until   int64  `json:"until"`
}

// PresenceLasts is how long it is believed that an item is open which nobody
// has said since; PresenceEvery is how often it is to be said.
const (
	PresenceLasts = time.Minute
	PresenceEvery = 20 * time.Second
)

func openPresence(ctx context.Context, c *content.Content) (*store.Collection[Presence], error) {
	return store.Use(ctx, c.DB, store.Spec[Presence]{Name: "presence", Schema: 1, Indexes: []store.Index{{Name: "item", Fields: []string{"item", "until"}}, {Name: "until", Fields: []string{"until"}}}})
}

// Open notes that the actor has an item open, and lists who else has. Programs
// are nobody who sits before a screen.
func (e *Engine) Open(ctx context.Context, actor gongkai.Actor, item string, editing bool) ([]Presence, error) {
	it, err := e.Item(ctx, actor, item)
	if err != nil {
		return nil, err
	}
	if editing {
		err = e.Can(ctx, actor, policy.ItemSave, it.Unit)
	}
	if err == nil && !actor.Key {
		err = e.present(ctx, actor, item, editing)
	}
	if err != nil {
		return nil, err
	}
	return e.others(ctx, actor, item)
}

func (e *Engine) present(ctx context.Context, actor gongkai.Actor, item string, editing bool) error {
	now := e.now()
	_, err := e.presence.Upsert(ctx, item+"."+actor.ID, func(doc *Presence, _ bool) error {
		if doc.Until < gongkai.Millis(now) {
			doc.Since = gongkai.Millis(now)
		}
		doc.Item, doc.User, doc.Name, doc.Editing, doc.Until = item, actor.ID, actor.Name, editing, gongkai.Millis(now.Add(PresenceLasts))
		return nil
	})
	return err
}

// others are who else has the item open, those who write first.
func (e *Engine) others(ctx context.Context, actor gongkai.Actor, item string) (out []Presence, err error) {
	page, err := e.presence.Find(ctx, store.Query{Where: []store.Cond{store.Eq("item", item), store.Gt("until", gongkai.Millis(e.now()))}, Sort: []string{"until"}, Limit: 100})
	for _, writing := range []bool{true, false} {
		for _, p := range page.Docs {
			if p.User != actor.ID && p.Editing == writing {
				out = append(out, p)
			}
		}
	}
	return out, err
}

// Close takes back that the actor has an item open.
func (e *Engine) Close(ctx context.Context, actor gongkai.Actor, item string) error {
	if _, err := e.Item(ctx, actor, item); err != nil {
		return err
	}
	err := e.presence.Delete(ctx, item+"."+actor.ID, 0)
	if gongkai.Is(err, gongkai.Missing) {
		return nil
	}
	return err
}

// ForgetPresence drops what has ended; call it now and then.
func (e *Engine) ForgetPresence(ctx context.Context) error {
	return forget(ctx, e.presence, "until", gongkai.Millis(e.now()), func(p Presence) store.Meta { return p.Meta })
}

// forget deletes all documents whose time is before one. Those that somebody
// writes meanwhile stay.
func forget[T any](ctx context.Context, c *store.Collection[T], field string, before int64, meta func(T) store.Meta) error {
	for {
		page, err := c.Find(ctx, store.Query{Where: []store.Cond{store.Lt(field, before)}, Sort: []string{field}, Limit: 500})
		if err != nil || len(page.Docs) == 0 {
			return err
		}
		for _, doc := range page.Docs {
			m := meta(doc)
			if err := c.Delete(ctx, m.ID, m.Rev); err != nil && !gongkai.Is(err, gongkai.Missing) && !gongkai.Is(err, gongkai.Conflict) {
				return err
			}
		}
	}
}
