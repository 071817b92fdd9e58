// Probe: what the store says is public against what is shown, from outside in.

package jobs

import (
	"context"
	"slices"

	"gongkai"
	"gongkai/channel"
	"gongkai/channel/outside"
	"gongkai/content"
	"gongkai/publication"
	"gongkai/store"
)

// Indexed tells which state of a page the index holds, if any.
type Indexed func(ctx context.Context, page string) (epoch, seq int64, there bool, err error)

// Prober (核查) compares each item with the places that show it. It needs of the
// worker what tells an item and pays its deliveries.
type Prober struct {
	*Worker
	Indexed     Indexed
	Outside     *outside.Reader // nil: only our own stores are looked at
	Differences *channel.Differences

	silent []string // channels of outlets that are asked no more
}

// wasPublic are the states of items that are or were public.
var wasPublic = store.In("live.state", content.Published, content.Suspended, content.Tombstoned)

// Probe looks at a part of the items that are or were public, and hands over
// what differs and which places were not reached. What is still to be told, or
// was acted on meanwhile, is no difference. next is "" at the end.
func (p *Prober) Probe(ctx context.Context, after string, limit int, found func(content.Item, Look) error) (looked int, next string, err error) {
	return p.probe(ctx, store.Query{Where: []store.Cond{wasPublic}, Sort: []string{"updated"}, After: after, Limit: limit}, found)
}

func (p *Prober) probe(ctx context.Context, q store.Query, found func(content.Item, Look) error) (looked int, next string, err error) {
	items, err := p.Content.Items.Find(ctx, q)
	if err != nil {
		return 0, "", err
	}
	for _, it := range items.Docs {
		l, err := p.Look(ctx, it)
		if err != nil {
			return looked, "", err
		}
		looked++
		if l.Skipped {
			continue
		}
		if err := found(it, l); err != nil {
			return looked, "", err
		}
	}
	return looked, items.Next, nil
}

// Look (核查结果) is what one look at an item gave.
type Look struct {
	Skipped    bool // it is on its way, or was acted on meanwhile: nothing is known
	Found      []channel.Difference
	Unreached  map[string]bool             // places of which nothing is known
	Marks      []string                    // posts that an outlet still shows, by their marks
	Deliveries map[string]channel.Delivery // of the channels that it goes to
}

// Reached tells whether something is known of a place.
func (l Look) Reached(place string) bool { return !l.Unreached[place] }

// looking is one look under way.
type looking struct {
	*Prober
	Look
	it    content.Item
	pages []publication.Page
}

// looks is the table of what is looked at of an item: our own stores, then what
// readers see.
var looks = []struct {
	place   string
	outside bool
	see     func(*looking, context.Context) error
}{
	{channel.AtPages, false, (*looking).ownPages},
	{channel.AtWebhook, false, (*looking).receipts},
	{channel.AtPages, true, (*looking).api},
	{channel.AtFeeds, true, (*looking).feeds},
	{channel.AtSitemap, true, (*looking).sitemaps},
	{channel.AtSearch, true, (*looking).search},
	{channel.AtFiles, true, (*looking).files},
	{channel.AtPortal, true, (*looking).portals},
	{channel.AtOutlet, true, (*looking).outlets},
}

// Look compares one item with every place.
func (p *Prober) Look(ctx context.Context, it content.Item) (Look, error) {
	l := &looking{Prober: p, it: it, Look: Look{Unreached: map[string]bool{}, Deliveries: map[string]channel.Delivery{}}}
	if it.Told < it.Seq {
		l.Skipped = true
		return l.Look, nil
	}
	var err error
	if l.pages, err = p.Public.OfItem(ctx, it.ID); err != nil {
		return l.Look, err
	}
	fresh := slices.ContainsFunc(l.pages, func(page publication.Page) bool { return p.Now().UnixMilli()-page.Changed < cachesLast })
	for _, one := range looks {
		if one.outside && p.Outside == nil {
			continue
		}
		if one.outside && fresh { // caches may show what they hold
			l.Unreached[one.place] = true
			continue
		}
		if err := one.see(l, ctx); gongkai.CodeOf(err) == channel.Unreached {
			l.Unreached[one.place] = true
		} else if err != nil {
			return l.Look, err
		}
	}
	now, err := p.Content.Items.Get(ctx, it.ID)
	l.Skipped = err != nil || now.Rev != it.Rev
	return l.Look, err
}

// cachesLast is how long what a page showed before may be seen, in milliseconds:
// the content API lets caches keep an answer for ten seconds.
const cachesLast = 30_000

// differs notes a difference: the worst that is seen at a place, and who sees it.
func (l *looking) differs(place, at, wrong string, outside bool) *channel.Difference {
	i := slices.IndexFunc(l.Found, func(d channel.Difference) bool { return d.Place == place && d.At == at })
	if i < 0 {
		i = len(l.Found)
		l.Found = append(l.Found, channel.Difference{Place: place, At: at, Item: l.it.ID, Wrong: wrong})
	}
	d := &l.Found[i]
	d.Outside, d.Own = d.Outside || outside, d.Own || !outside
	if slices.Index(channel.Wrongs, wrong) < slices.Index(channel.Wrongs, d.Wrong) {
		d.Wrong = wrong
	}
	return d
}

// wrongOf compares what is seen with what must be: "" where they agree. same is
// of two that show, or of two that do not.
func wrongOf(want, seen, same bool) string {
	switch {
	case seen && !want:
		return channel.WrongShown
	case want && !seen:
		return channel.WrongMissing
	case !same:
		return channel.WrongOther
	}
	return ""
}

func (l *looking) judge(place, at string, want, seen, same, outside bool) {
	if wrong := wrongOf(want, seen, same); wrong != "" {
		l.differs(place, at, wrong, outside)
	}
}

// placed tells whether the item stands on a site.
func (l *looking) placed(site string) bool {
	return slices.ContainsFunc(l.it.Live.Placed, func(p content.Placement) bool { return p.Site == site })
}

// state is what the page of a site must show.
func (l *looking) state(site string) string {
	if l.placed(site) {
		return pageState(l.it.Live)
	}
	return publication.Vanish
}

// ownPages compares the public store with where the item is placed.
func (l *looking) ownPages(context.Context) error {
	for _, p := range l.it.Live.Placed {
		if !slices.ContainsFunc(l.pages, func(page publication.Page) bool { return page.Site == p.Site }) {
			l.differs(channel.AtPages, p.Site, channel.WrongMissing, false)
		}
	}
	for _, page := range l.pages {
		want := l.state(page.Site)
		shows := want == publication.Shows
		same := page.State == want && (!shows || page.Digest == l.it.Live.Digest)
		l.judge(channel.AtPages, page.Site, shows, page.State == publication.Shows, same, false)
		l.judge(channel.AtFeeds, page.Site, shows, page.Listed, true, false)
	}
	return nil
}

// receipts compares the ledger with what each channel must show, and the index
// with the pages.
func (l *looking) receipts(ctx context.Context) error {
	targets, err := l.Channels.Targets(ctx, l.it)
	if err != nil {
		return err
	}
	epoch, err := l.Content.Epoch(ctx)
	if err != nil {
		return err
	}
	for _, t := range targets {
		d, err := l.Ledger.Get(ctx, t.ID+"."+l.it.ID)
		absent := gongkai.Is(err, gongkai.Missing)
		if err != nil && !absent {
			return err
		}
		place, want := channel.KindOf(t.ID), wanted(l.it, t) // kinds of channels are places
		if absent {
			if want.State == publication.Shows && channel.Repeatable(t.ID) {
				l.differs(place, t.ID, channel.WrongMissing, false)
			}
			continue
		}
		l.Deliveries[t.ID] = d
		ahead := d.Epoch > epoch || d.Epoch == epoch && d.Seq > l.it.Seq
		switch {
		case !d.Want.Same(want):
			wrong := channel.WrongOther
			if want.State != publication.Shows && d.Want.State == publication.Shows {
				wrong = channel.WrongShown
			}
			l.differs(place, t.ID, wrong, false)
		case ahead || !d.Agrees():
			l.differs(place, t.ID, channel.WrongReceipt, false)
		case t.ID == channel.SearchID && d.State == channel.Confirmed:
			err = l.index(ctx)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (l *looking) index(ctx context.Context) error {
	for _, page := range l.pages {
		epoch, seq, there, err := l.Indexed(ctx, page.ID)
		if err != nil {
			return err
		}
		shows := page.State == publication.Shows
		l.judge(channel.AtSearch, channel.SearchID, shows, there, !there || epoch == page.Epoch && seq == page.Seq, false)
	}
	return nil
}
