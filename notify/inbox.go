// The inbox: what a person has been told, and what is new in it.

package notify

import (
	"context"
	"time"

	"gongkai"
	"gongkai/store"
)

// Inbox lists a person's notices, the newest first.
func (n *Notifier) Inbox(ctx context.Context, person string, unread bool, after string, limit int) (store.Page[Notice], error) {
	q := store.Query{Where: []store.Cond{store.Eq("person", person)}, Sort: []string{"-at"}, After: after, Limit: limit}
	if unread {
		q.Where = append(q.Where, store.Eq("unread", true))
	}
	return n.notices.Find(ctx, q)
}

// MostUnread bounds the count of what is unread.
const MostUnread = 1000

// Unread counts what a person has not read, up to the bound.
func (n *Notifier) Unread(ctx context.Context, person string) (int, error) {
	return n.notices.Count(ctx, []store.Cond{store.Eq("person", person), store.Eq("unread", true)}, MostUnread)
}

// Read marks one of a person's notices as read.
func (n *Notifier) Read(ctx context.Context, person, id string) (Notice, error) {
	one, err := n.notices.Get(ctx, id)
	if err == nil && one.Person != person {
		err = gongkai.E(gongkai.Missing, "notice", "没有这条提醒", "there is no such notice")
	}
	if err != nil || !one.Unread {
		return one, err
	}
	if one, err = n.notices.Update(ctx, id, 0, n.readNow); err != nil {
		return one, err
	}
	return one, n.bump(ctx, person, "")
}

// readNow: what is read owes no letter any more.
func (n *Notifier) readNow(doc *Notice) error {
	if !doc.Unread {
		return store.ErrUnchanged
	}
	doc.Unread, doc.Read, doc.SendAt = false, n.now(), 0
	return nil
}

// ReadAll marks everything as read that happened until then; what came since the
// person looked stays unread.
func (n *Notifier) ReadAll(ctx context.Context, person string, until int64) error {
	q := store.Query{Where: []store.Cond{store.Eq("person", person), store.Eq("unread", true), store.Lte("at", until)}, Sort: []string{"at"}}
	read := 0
	err := all(ctx, n.notices, q, func(one Notice) error {
		read++
		_, err := absent(n.notices.Update(ctx, one.ID, 0, n.readNow))
		return err
	})
	if err != nil || read == 0 {
		return err
	}
	return n.bump(ctx, person, "")
}

// Head reads the head of a person's inbox; who was never told of anything has an
// empty one.
func (n *Notifier) Head(ctx context.Context, person string) (Head, error) {
	return absent(n.heads.Get(ctx, person))
}

// News are the notices that came to a person after the since-th change of the
// inbox, oldest first, each with the number of its change; false: the head has
// forgotten some, read the list.
func (n *Notifier) News(ctx context.Context, h Head, since int64) (news []News, whole bool, err error) {
	marks, whole := h.since(since)
	if !whole {
		return nil, false, nil
	}
	for _, m := range marks {
		if m.Notice == "" {
			continue
		}
		one, err := absent(n.notices.Get(ctx, m.Notice))
		if err != nil {
			return nil, false, err
		}
		if one.ID != "" && one.Unread {
			news = append(news, News{m.N, one})
		}
	}
	return news, true, nil
}

// News (新提醒) is a notice that came, and the number of that change.
type News struct {
	N      int64
	Notice Notice
}

// Prune deletes notices and letters that are older than so many days.
func (n *Notifier) Prune(ctx context.Context, days int) error {
	old := []store.Cond{store.Lt("created", n.now()-int64(days)*(24*time.Hour).Milliseconds())}
	if err := prune(ctx, n.notices, old, func(d Notice) string { return d.ID }); err != nil {
		return err
	}
	return prune(ctx, n.letters, old, func(d Letter) string { return d.ID })
}

func prune[T any](ctx context.Context, c *store.Collection[T], old []store.Cond, id func(T) string) error {
	for {
		page, err := c.Find(ctx, store.Query{Where: old, Sort: []string{"created"}, Limit: 200})
		if err != nil || len(page.Docs) == 0 {
			return err
		}
		for _, doc := range page.Docs {
			if err := c.Delete(ctx, id(doc), 0); err != nil && !gongkai.Is(err, gongkai.Missing) {
				return err
			}
		}
	}
}
