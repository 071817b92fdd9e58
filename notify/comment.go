// Comments: those who take part in a thread, and the writers of the text, are
// told that something was said; not what.

package notify

import (
	"context"
	"slices"

	"gongkai/content"
)

// Comment (批注动态) is what was said in a thread. Key tells it apart from all
// else that happened to the item.
type Comment struct {
	Key, By string
	Thread  string
	At      int64
	Talkers []string // who said something in the thread
}

// Commented makes the notices of a comment. It may be repeated.
func (n *Notifier) Commented(ctx context.Context, it content.Item, c Comment) error {
	e, _ := EventOf(CommentMade)
	people, err := n.people(ctx, it, e, content.StepRecord{})
	if err != nil {
		return err
	}
	people = slices.DeleteFunc(append(people, c.Talkers...), func(p string) bool { return p == c.By })
	slices.Sort(people)
	if people, err = n.here(ctx, it, slices.Compact(people)); err != nil {
		return err
	}
	robots, err := n.listening(ctx, it, e)
	if err != nil {
		return err
	}
	return n.put(ctx, e, Notice{Event: e.Name, Item: it.ID, Thread: c.Thread, At: c.At, By: c.By}, c.Key, slices.Concat(people, robots))
}
