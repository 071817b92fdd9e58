// Marks of what a person has seen of an item: for "what changed since I last
// looked".

package workflow

import (
	"context"
	"slices"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/store"
)

// look (阅读标记) is what one person has seen of one item: the newest version
// they read or signed, and the one before, because who has just opened the
// newest wants to know what is new in it. Its id is "<item>.<user>".
type look struct {
	store.Meta
	Item   string `json:"item"`
	User   string `json:"user"`
	Last   seen   `json:"last"`
	Before seen   `json:"before"`
	At     int64  `json:"at"`
}

// seen is a version and where the item stood then.
type seen struct {
	Revision string              `json:"revision"`
	Placed   []content.Placement `json:"placed,omitempty"`
	Sheet    string              `json:"sheet,omitempty"` // digest of the sheet made of it that they opened while it waited
}

func openLooks(ctx context.Context, c *content.Content) (*store.Collection[look], error) {
	return store.Use[look](ctx, c.DB, store.Spec[look]{Name: "looks", Schema: 1, Indexes: []store.Index{{Name: "at", Fields: []string{"at"}}}})
}

// looked notes that a person has seen a revision, if it is the newest: who
// browses in old ones has seen nothing new. Programs leave no mark. Nothing
// fails for want of one.
func (e *Engine) looked(ctx context.Context, actor gongkai.Actor, it content.Item, revision string) {
	e.shown(ctx, actor, it, revision, "")
}

// shown notes besides which sheet that waits they had before them.
func (e *Engine) shown(ctx context.Context, actor gongkai.Actor, it content.Item, revision, sheet string) {
	if actor.Key || actor.ID == "" || actor.ID == gongkai.System.ID || revision == "" || revision != head(it) {
		return
	}
	_, _ = e.looks.Upsert(ctx, it.ID+"."+actor.ID, func(doc *look, exists bool) error {
		now := seen{revision, it.Placements, sheet}
		if exists && doc.Last.Revision == now.Revision {
			now.Sheet = orElse(sheet, doc.Last.Sheet)
			if now.Sheet == doc.Last.Sheet && slices.Equal(doc.Last.Placed, now.Placed) {
				return store.ErrUnchanged
			}
		}
		if doc.Last.Revision != now.Revision {
			doc.Before = doc.Last
		}
		doc.Item, doc.User, doc.Last, doc.At = it.ID, actor.ID, now, gongkai.Millis(e.now())
		return nil
	})
}

// seenBefore is the last version that the actor saw before this one. Who has
// seen this one alone gets this one: nothing is new to them.
func (e *Engine) seenBefore(ctx context.Context, actor gongkai.Actor, it content.Item, revision string) (seen, error) {
	doc, err := e.looks.Get(ctx, it.ID+"."+actor.ID)
	if gongkai.Is(err, gongkai.Missing) {
		return seen{}, nil
	}
	if doc.Last.Revision == revision && doc.Before.Revision != "" {
		return doc.Before, err
	}
	return doc.Last, err
}

// keepLooks is how long a mark is kept that nothing has moved.
const keepLooks = 366 * 24 * time.Hour

// ForgetLooks drops old marks; call it now and then.
func (e *Engine) ForgetLooks(ctx context.Context) error {
	return forget(ctx, e.looks, "at", gongkai.Millis(e.now().Add(-keepLooks)), func(l look) store.Meta { return l.Meta })
}
