// The nightly probe: what is known to differ, what changed, what was called
// back, and a part of everything else.

package jobs

import (
	"context"
	"slices"
	"time"

	"gongkai"
	"gongkai/channel"
	"gongkai/content"
	"gongkai/store"
)

const (
	probePage    = 20                  // items at a time: a cut loses so many looks at most
	probeChanged = 3 * 24 * time.Hour  // what changed within is looked at every night
	probeBack    = 30 * 24 * time.Hour // what was called back within, too
	mostMends    = 200                 // items that one turn tells again
	mostFound    = 10_000              // differences that are kept: something is wrong with all of them
	newNight     = 18 * time.Hour      // after the last one began, another one does
)

// The stages of a night; what is known to differ is looked at by every turn.
const (
	stageChanged = iota
	stageBack
	stageWhole
	stageDone
)

// Probed (核查小结) is what a turn of the nightly probe did.
type Probed struct {
	Items, Mended int
	Requests      int64
	Done          bool // the night has nothing more to look at
}

// nightly is one turn.
type nightly struct {
	*Prober
	until time.Time
	at    channel.Night
	did   Probed
}

// Night goes on with the probe of the night until a time: first what is known to
// differ, then what changed or was called back lately, then everything else,
// where it stopped the night before. What differs and can be mended is told
// again once; what differs still at a later look is work for a person.
func (p *Prober) Night(ctx context.Context, until time.Time) (Probed, error) {
	at, err := p.Differences.Night(ctx)
	if err != nil {
		return Probed{}, err
	}
	if err := p.Ready(ctx); err != nil {
		return Probed{}, err
	}
	now := gongkai.Millis(p.Now())
	if now-at.Began > newNight.Milliseconds() || at.Began > now {
		at.Began, at.Stage, at.After, at.Silent = now, stageChanged, "", nil
	}
	p.silent = slices.Clone(at.Silent)
	n := &nightly{Prober: p, until: until, at: at}
	var asked int64
	if p.Outside != nil {
		asked = p.Outside.Asked()
	}
	err = n.run(ctx)
	if p.Outside != nil {
		n.did.Requests = p.Outside.Asked() - asked
	}
	n.did.Done = n.at.Stage == stageDone && n.did.Mended == 0
	return n.did, err
}

// Ready tells whether the public address is that of our content API: if it is
// not, everything would differ.
func (p *Prober) Ready(ctx context.Context) error {
	if p.Outside == nil {
		return nil
	}
	sites, err := p.Public.Sites.Find(ctx, store.Query{Limit: 1})
	if err != nil {
		return err
	}
	site := ""
	for _, s := range sites.Docs {
		site = s.ID
	}
	return p.Outside.Ready(ctx, site)
}

func (n *nightly) run(ctx context.Context) error {
	if err := n.known(ctx); err != nil {
		return err
	}
	since := func(d time.Duration) store.Cond { return store.Gte("updated", n.at.Began-d.Milliseconds()) }
	stages := []struct {
		where  []store.Cond
		cursor *string
	}{
		stageChanged: {[]store.Cond{wasPublic, since(probeChanged)}, &n.at.After},
		stageBack:    {[]store.Cond{store.In("live.state", content.Suspended, content.Tombstoned), since(probeBack)}, &n.at.After},
		stageWhole:   {[]store.Cond{wasPublic}, &n.at.Whole},
	}
	for n.at.Stage < stageDone {
		of := stages[n.at.Stage]
		ended, err := n.walk(ctx, of.where, of.cursor)
		if err != nil || !ended {
			return err
		}
		switch n.at.Stage {
		case stageBack:
			n.at.Ended = gongkai.Millis(n.Now())
		case stageWhole:
			n.at.Rounds, n.at.RoundAt = n.at.Rounds+1, gongkai.Millis(n.Now())
		}
		n.at.Stage++
		if err := n.keep(ctx); err != nil {
			return err
		}
	}
	return nil
}

// walk looks page by page, from the cursor on, until the end or the time.
func (n *nightly) walk(ctx context.Context, where []store.Cond, cursor *string) (ended bool, err error) {
	for n.Now().Before(n.until) {
		looked, next, err := n.probe(ctx, store.Query{Where: where, Sort: []string{"updated"}, After: *cursor, Limit: probePage},
			func(it content.Item, l Look) error { return n.note(ctx, it, l) })
		n.did.Items += looked
		if err != nil {
			return false, err
		}
		*cursor = next
		if err := n.keep(ctx); err != nil || next == "" {
			return err == nil, err
		}
	}
	return false, nil
}

// keep writes down how far the night has come.
func (n *nightly) keep(ctx context.Context) error {
	n.at.Silent = n.silent
	return n.Differences.SetNight(ctx, n.at)
}

// known looks at what is known to differ, every time, and goes on where it stopped:
// half of the time is for everything else.
func (n *nightly) known(ctx context.Context) error {
	now := n.Now()
	for half := now.Add(n.until.Sub(now) / 2); n.Now().Before(half); {
		ids, next, err := n.Differences.Items(ctx, n.at.Known, probePage)
		if err != nil {
			return err
		}
		items, err := n.Content.ItemsOf(ctx, ids)
		if err != nil {
			return err
		}
		for _, id := range ids {
			it, there := items[id]
			if !there { // nothing in the program deletes one; a restore may
				_, err = n.Differences.Note(ctx, id, nil, func(string) bool { return true })
			} else if l, errLook := n.Look(ctx, it); errLook != nil {
				err = errLook
			} else if n.did.Items++; !l.Skipped {
				err = n.note(ctx, it, l)
			}
			if err != nil {
				return err
			}
		}
		n.at.Known = next
		if err := n.keep(ctx); err != nil || next == "" {
			return err
		}
	}
	return nil
}

// errTooMany: what is wrong is not the items.
var errTooMany = gongkai.E(gongkai.Unavailable, "probe_too_many", "不一致的过多，核查中止：请先查明公开侧是否正常", "too many differences: the probe stops; first see whether the public side is well")

// room refuses what is more than anybody could look at. What is known takes no
// more of it, and can be forgotten.
func (n *nightly) room(ctx context.Context, item string, l Look) error {
	if len(l.Found) == 0 {
		return nil
	}
	known, err := n.Differences.Of(ctx, item)
	if err != nil || len(known) > 0 {
		return err
	}
	count, err := n.Differences.Count(ctx, mostFound)
	if err == nil && count >= mostFound {
		err = errTooMany
	}
	return err
}

// note writes down what a look found, and mends it once.
func (n *nightly) note(ctx context.Context, it content.Item, l Look) error {
	if err := n.room(ctx, it.ID, l); err != nil {
		return err
	}
	fresh, err := n.Differences.Note(ctx, it.ID, l.Found, l.Reached)
	if err != nil || len(fresh) == 0 || n.did.Mended >= mostMends {
		return err
	}
	n.did.Mended++
	if err := n.Mend(ctx, it, fresh, l.Marks); err != nil {
		return err
	}
	return n.Differences.Mended(ctx, fresh)
}

// Mend lets what differs be told again: outlets look up what they show, and
// remove or post what is wrong; all others are told under the item's next number.
func (p *Prober) Mend(ctx context.Context, it content.Item, found []channel.Difference, marks []string) error {
	for _, d := range found {
		if d.Place != channel.AtOutlet || !d.Outside {
			continue
		}
		id, err := d.At+"."+it.ID, error(nil)
		switch {
		case d.Wrong == channel.WrongShown:
			_, err = p.Ledger.Doubt(ctx, id, marks)
		case !d.Own: // else the ledger itself may want something else than it should
			_, err = p.Ledger.Retry(ctx, id, true)
		}
		if err = untaken(err); err != nil {
			return err
		}
	}
	if !slices.ContainsFunc(found, func(d channel.Difference) bool { return d.Place != channel.AtOutlet || d.Own }) {
		return nil
	}
	return p.Retell(ctx, it.ID)
}

// Retell lets an item be told again to everybody, under its next number:
// receivers compare numbers. The sweep finds it.
func (w *Worker) Retell(ctx context.Context, item string) error {
	_, err := w.Content.Items.Update(ctx, item, 0, func(doc *content.Item) error {
		doc.Seq++
		doc.Owes(gongkai.Millis(w.Now()))
		return nil
	})
	return err
}
