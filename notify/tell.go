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
	if e.Act != "" {
		return e.Act == s.Act
	}
	return e.Into != "" && work(s.To) != work(s.From) && stateOf(s.To) == e.Into
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

// stands tells whether what the i-th step asks for is still to be done.
func stands(it content.Item, e Event, i int) bool {
	if e.Act != "" {
		return until(it, e) != "" && !slices.ContainsFunc(it.Steps[i+1:], func(s content.StepRecord) bool { return s.Act == e.Act })
	}
	for _, later := range it.Steps[i+1:] {
		if work(later.To) != work(it.Steps[i].To) {
			return false
		}
	}
	return work(it.Steps[i].To) == now(it)
}

// askedFor begins what a withdrawal that is asked for lasts for.
const askedFor = "asked:"

// until names what an asking event lasts for, as the item stands: "" when there
// is nothing to do.
func until(it content.Item, e Event) string {
	switch {
	case !e.Asks:
		return ""
	case e.Act != "": // a withdrawal that is asked for
		if it.Live.Asked == nil {
			return ""
		}
		return askedFor + strconv.FormatInt(it.Live.Asked.At, 10)
	case e.Into == "": // a reminder
		if it.Deadline == 0 {
			return ""
		}
		return "due:" + strconv.FormatInt(it.Deadline, 10) + ":" + now(it)
	}
	return now(it)
}

func (n *Notifier) tellStep(ctx context.Context, it content.Item, e Event, s content.StepRecord) error {
	people, err := n.told(ctx, it, e)
	if err != nil {
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
		if !known || until(it, e) != open.Until || left(it, open) {
			return n.end(ctx, open)
		}
		if isRobot(open.Person) {
			return nil
		}
		if _, looked := asked[e.Name]; !looked {
			var err error
			if asked[e.Name], err = n.people(ctx, it, e); err != nil {
				return err
			}
		}
		if !slices.Contains(asked[e.Name], open.Person) { // a colleague took the seat, or the person may no more
			return n.end(ctx, open)
		}
		return nil
	})
}

// left tells whether the item has left, since the notice, the state that it is
// about: it may be in it again, with notices of its own. Who did something since
// has seen it.
func left(it content.Item, open Notice) bool {
	if open.Step == 0 {
		return false
	}
	return slices.ContainsFunc(it.Steps, func(s content.StepRecord) bool {
		return s.N > open.Step && (s.By == open.Person || !strings.HasPrefix(open.Until, askedFor) && work(s.To) != open.Until)
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
