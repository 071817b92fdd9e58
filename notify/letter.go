// Letters: what is to go out, as data with a due time.

package notify

import (
	"context"
	"slices"
	"time"

	"gongkai"
	"gongkai/store"
)

// States of a letter.
const (
	Waiting = "waiting"
	Sent    = "sent"
	Dead    = "dead" // given up: an administrator decides
	Void    = "void" // nothing was left to say when its time came
)

// States lists them.
var States = []string{Waiting, Sent, Dead, Void}

// Ways that lead out of the house.
const (
	WayMail  = "mail"
	WayRobot = "robot"
)

// Letter (待发消息) is one message to one person or robot about some notices.
// Its text is written when it is sent.
type Letter struct {
	store.Meta          // derived from its first notice
	Way        string   `json:"way"`
	To         string   `json:"to"` // user id, or "robot/" and its id
	Notices    []string `json:"notices"`
	Trial      bool     `json:"trial,omitempty"` // to see whether a robot works
	State      string   `json:"state"`
	Due        int64    `json:"due,omitempty"` // of the next try; absent: none
	Tries      int64    `json:"tries"`
	Code       string   `json:"code,omitempty"` // why the last try failed
	Created    int64    `json:"created"`
	Done       int64    `json:"done,omitempty"`
}

// A notice goes into one letter, whoever makes them: the index says so.
var letterSpec = store.Spec[Letter]{Name: "letters", Schema: 1, Indexes: []store.Index{
	{Name: "due", Fields: []string{"way", "due"}},
	{Name: "state", Fields: []string{"state", "created"}},
	{Name: "created", Fields: []string{"created"}},
	{Name: "notices", Fields: []string{"notices"}, Unique: true},
}}

// Bounds of letters.
const (
	maxLines  = 20 // notices in one
	atOnce    = 500
	lease     = 2 * time.Minute // longer than a try takes
	maxTries  = 12              // some ten hours
	firstWait = time.Minute
	lastWait  = 2 * time.Hour
)

// Gather makes letters of the notices that owe one. It may be repeated, and done
// in several processes at once.
func (n *Notifier) Gather(ctx context.Context) error {
	page, err := n.notices.Find(ctx, store.Query{Where: []store.Cond{store.Lte("send_at", n.now())}, Sort: []string{"send_at"}, Limit: atOnce})
	if err != nil {
		return err
	}
	owed := map[string][]string{}
	var people []string
	for _, one := range page.Docs {
		if owed[one.Person] == nil {
			people = append(people, one.Person)
		}
		owed[one.Person] = append(owed[one.Person], one.ID)
	}
	for _, p := range people {
		for ids := range slices.Chunk(owed[p], maxLines) {
			if err := n.write(ctx, p, ids); err != nil {
				return err
			}
		}
	}
	return nil
}

// write puts notices into a letter and notes that they owe none any more.
func (n *Notifier) write(ctx context.Context, to string, ids []string) error {
	l := Letter{Meta: store.Meta{ID: gongkai.DerivedID("letter", ids[0])}, Way: WayMail, To: to, Notices: ids, State: Waiting, Due: n.now(), Created: n.now()}
	if isRobot(to) {
		l.Way = WayRobot
	}
	_, err := n.letters.Insert(ctx, l)
	if err != nil && !gongkai.Is(err, gongkai.Conflict) {
		return err
	}
	for _, id := range ids {
		if err != nil { // somebody put some of them into a letter before
			page, err := n.letters.Find(ctx, store.Query{Where: []store.Cond{store.Eq("notices", id)}, Limit: 1})
			if err != nil {
				return err
			}
			if len(page.Docs) == 0 {
				continue // the next round
			}
		}
		if err := n.owesNone(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

func (n *Notifier) owesNone(ctx context.Context, id string) error {
	_, err := absent(n.notices.Update(ctx, id, 0, func(doc *Notice) error {
		if doc.SendAt == 0 {
			return store.ErrUnchanged
		}
		doc.SendAt = 0
		return nil
	}))
	return err
}

// due are letters whose time has come.
func (n *Notifier) due(ctx context.Context, way string) ([]Letter, error) {
	page, err := n.letters.Find(ctx, store.Query{Where: []store.Cond{store.Eq("way", way), store.Lte("due", n.now())}, Sort: []string{"due"}, Limit: 50})
	return page.Docs, err
}

// claim takes a letter for one try: of several processes one gets it.
func (n *Notifier) claim(ctx context.Context, id string) (l Letter, mine bool, err error) {
	l, err = n.letters.Update(ctx, id, 0, func(doc *Letter) error {
		if mine = doc.State == Waiting && doc.Due <= n.now(); !mine {
			return store.ErrUnchanged
		}
		doc.Tries++
		doc.Due = n.now() + lease.Milliseconds()
		return nil
	})
	return l, mine && err == nil, err
}

// settle writes down how a try ended, unless somebody else tries by now.
func (n *Notifier) settle(ctx context.Context, l Letter, end ending) error {
	_, err := n.letters.Update(ctx, l.ID, 0, func(doc *Letter) error {
		if doc.State != Waiting || doc.Tries != l.Tries {
			return store.ErrUnchanged
		}
		doc.State, doc.Due, doc.Code = end.state, 0, end.code
		if end.free {
			doc.Tries--
		}
		if end.state == Waiting {
			doc.Due = n.now() + end.wait.Milliseconds()
			return nil
		}
		doc.Done = n.now()
		return nil
	})
	return err
}

// ending is how a try ended.
type ending struct {
	state, code string
	wait        time.Duration
	free        bool // it does not count as one of the tries
}

// after is what a failed try leads to.
func after(tries int64, err error) ending {
	code := gongkai.CodeOf(err)
	switch kind := gongkai.KindOf(err); {
	case err == nil:
		return ending{state: Sent}
	case kind == gongkai.Invalid, kind == gongkai.Denied, kind == gongkai.Gone, kind == gongkai.Missing, tries >= maxTries:
		return ending{state: Dead, code: code}
	}
	wait := firstWait
	for range tries - 1 {
		wait = min(2*wait, lastWait)
	}
	return ending{state: Waiting, code: code, wait: wait}
}

// Letters lists letters by state, the newest first.
func (n *Notifier) Letters(ctx context.Context, state, after string, limit int) (store.Page[Letter], error) {
	return n.letters.Find(ctx, store.Query{Where: []store.Cond{store.Eq("state", state)}, Sort: []string{"-created"}, After: after, Limit: limit})
}

// Retry lets a letter that was given up begin anew.
func (n *Notifier) Retry(ctx context.Context, id string) (Letter, error) {
	return n.letters.Update(ctx, id, 0, func(doc *Letter) error {
		if doc.State != Dead {
			return gongkai.E(gongkai.Blocked, "not_dead", "只有已放弃的消息可以重发", "only what was given up can be sent again")
		}
		doc.State, doc.Due, doc.Tries, doc.Done = Waiting, n.now(), 0, 0
		return nil
	})
}

// Trial owes a robot a message that says nothing but that it works.
func (n *Notifier) Trial(ctx context.Context, robot string) (Letter, error) {
	if _, err := n.robots.Get(ctx, robot); err != nil {
		return Letter{}, err
	}
	return n.letters.Insert(ctx, Letter{Way: WayRobot, To: robotPrefix + robot, State: Waiting, Trial: true, Due: n.now(), Created: n.now()})
}

// Counted counts the letters in a state that somebody looks at, up to 10,000.
func (n *Notifier) Counted(ctx context.Context) (map[string]int, error) {
	out := map[string]int{}
	for _, state := range []string{Waiting, Dead} {
		c, err := n.letters.Count(ctx, []store.Cond{store.Eq("state", state)}, 10_000)
		if err != nil {
			return nil, err
		}
		out[state] = c
	}
	return out, nil
}
