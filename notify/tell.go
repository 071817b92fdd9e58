// Tell: the steps of an item become notices.

package notify

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

	"gongkai"
	"gongkai/content"
	"gongkai/store"
)

// audience bounds how many people are told of one event.
const audience = 200

// Tell makes the notices of the steps that the trail does not hold yet, and
// closes what is done. It may be repeated: a notice that is there stays as it is.
func (n *Notifier) Tell(ctx context.Context, it content.Item) error {
	for i, s := range it.Steps {
		if s.N <= it.Copied {
			continue
		}
		for _, e := range Events {
			if !e.of(s) || e.Asks && !stands(it, e, i) {
				continue
			}
			if err := n.tellStep(ctx, it, e, s); err != nil {
				return err
			}
		}
	}
	return n.close(ctx, it)
}

// of tells whether a step is the event.
func (e Event) of(s content.StepRecord) bool {
	switch {
	case e.Act != "":
		return e.Act == s.Act
	case e.Notes != "":
		return s.Detail[e.Notes] != ""
	}
	return e.Into != "" && (work(s.To) != work(s.From) || s.Act == "transfer") && stateOf(s.To) == e.Into
}

// work is the part of a record's states that is about the work: "stage:merged_1".
func work(states string) string {
	w, _, _ := strings.Cut(states, "/")
	return w
}

func stateOf(states string) string {
	state, _, _ := strings.Cut(work(states), ":")
	return state
}

// now is the same of an item.
func now(it content.Item) string {
	if it.Work.Stage != "" {
		return it.Work.State + ":" + it.Work.Stage
	}
	return it.Work.State
}

func (n *Notifier) tellStep(ctx context.Context, it content.Item, e Event, s content.StepRecord) error {
	people, err := n.people(ctx, it, e, s)
	if err != nil || len(people) == 0 && !e.Asks { // it concerns nobody: no chat either
		return err
	}
	if people, err = n.here(ctx, it, people); err != nil {
		return err
	}
	people = slices.DeleteFunc(people, func(p string) bool { return p == s.By })
	robots, err := n.listening(ctx, it, e)
	if err != nil {
		return err
	}
	like := Notice{Event: e.Name, Item: it.ID, Step: s.N, Until: until(it, e), At: s.At, By: s.By}
	return n.put(ctx, e, like, strconv.FormatInt(s.N, 10), slices.Concat(people, robots))
}

// put makes one notice like this for each; key tells apart what happened to the
// item. Those that are there stay as they are.
func (n *Notifier) put(ctx context.Context, e Event, like Notice, key string, people []string) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(8)
	for _, p := range people {
		g.Go(func() error {
			sendAt, wanted, err := n.wanted(ctx, p, e)
			if err != nil || !wanted {
				return err
			}
			one := like
			one.ID, one.Person, one.Unread, one.Open = gongkai.DerivedID("notice", like.Item, key, e.Name, p), p, true, e.Asks
			one.SendAt, one.Created = sendAt, n.now()
			if _, err = n.notices.Insert(ctx, one); err != nil && !gongkai.Is(err, gongkai.Conflict) {
				return err
			}
			return n.bump(ctx, p, one.ID) // again too: whoever made it may have died before this
		})
	}
	return g.Wait()
}

// bump notes a change of somebody's inbox; id is that of a notice that came.
func (n *Notifier) bump(ctx context.Context, person, id string) error {
	if isRobot(person) {
		return nil
	}
	_, err := n.heads.Upsert(ctx, person, func(h *Head, _ bool) error {
		if id != "" && slices.ContainsFunc(h.Recent, func(m Mark) bool { return m.Notice == id }) {
			return store.ErrUnchanged
		}
		h.N++
		h.Recent = append(h.Recent, Mark{h.N, id})
		h.Recent = h.Recent[max(0, len(h.Recent)-maxRecent):]
		return nil
	})
	return err
}

// close ends the notices that ask for what is done: the colleagues of who
// signed have nothing left to do.
func (n *Notifier) close(ctx context.Context, it content.Item) error {
	asked := map[string][]string{} // by event: whom it asks now
	return all(ctx, n.notices, store.Query{Where: []store.Cond{store.Eq("item", it.ID), store.Eq("open", true)}}, func(open Notice) error {
		e, known := EventOf(open.Event)
		if !known || until(it, e) != open.Until || left(it, e, open) {
			return n.end(ctx, open)
		}
		if isRobot(open.Person) {
			return nil
		}
		if _, looked := asked[e.Name]; !looked {
			var err error
			if asked[e.Name], err = n.people(ctx, it, e, content.StepRecord{}); err != nil {
				return err
			}
		}
		if !slices.Contains(asked[e.Name], open.Person) { // a colleague took the seat, or the person may no more
			return n.end(ctx, open)
		}
		return nil
	})
}

func (n *Notifier) end(ctx context.Context, open Notice) error {
	_, err := n.notices.Update(ctx, open.ID, 0, func(doc *Notice) error {
		if !doc.Open {
			return store.ErrUnchanged
		}
		doc.Open, doc.Unread, doc.SendAt = false, false, 0
		return nil
	})
	if err != nil && !gongkai.Is(err, gongkai.Missing) {
		return err
	}
	return n.bump(ctx, open.Person, "")
}
