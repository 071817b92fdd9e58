// What is told of that is no item's: delegations, and grants that wait.

package notify

import (
	"context"
	"slices"

	"gongkai"
	"gongkai/store"
)

// TellOf tells people of what is outside all items, whatever item they may read:
// id says which one, and by did it. It may be repeated: a notice that is there
// stays as it is. Robots tell of items alone.
func (n *Notifier) TellOf(ctx context.Context, event, id, by string, people ...string) error {
	e, known := EventOf(event)
	if !known || e.About == "" {
		return gongkai.E(gongkai.Internal, "event", "未知的事件", "an unknown event")
	}
	people, err := n.working(ctx, people)
	if err != nil {
		return err
	}
	people = slices.DeleteFunc(people, func(p string) bool { return p == by })
	slices.Sort(people)
	like := Notice{Event: e.Name, About: e.About + "/" + id, At: n.now(), By: by}
	return n.put(ctx, e, like, like.About, slices.Compact(people))
}

// Over ends what asks of something outside all items: it is done.
func (n *Notifier) Over(ctx context.Context, event, id string) error {
	e, _ := EventOf(event)
	q := store.Query{Where: []store.Cond{store.Eq("about", e.About+"/"+id), store.Eq("open", true)}}
	return all(ctx, n.notices, q, func(open Notice) error { return n.end(ctx, open) })
}
