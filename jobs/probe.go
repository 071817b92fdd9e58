// Probe: what the store says is public against what is shown, from outside in.

package jobs

import (
	"context"
	"slices"

	"gongkai"
	"gongkai/channel"
	"gongkai/content"
	"gongkai/publication"
	"gongkai/store"
)

// Difference (差异) is an item that a channel shows otherwise than it should.
type Difference struct {
	Channel string // ProbedPages, ProbedFeeds, or the kind of a channel of the ledger
	Item    string
}

// What is probed beside the channels of the ledger.
const (
	ProbedPages = "pages" // of the content API
	ProbedFeeds = "feeds" // lists, feeds, sitemaps
)

// Indexed tells which state of a page the index holds, if any.
type Indexed func(ctx context.Context, page string) (epoch, seq int64, there bool, err error)

// Probe looks at a part of the items that are or were public, and hands over
// what differs. What is still to be told, or was acted on meanwhile, is no
// difference. next is "" at the end.
func (w *Worker) Probe(ctx context.Context, after string, limit int, indexed Indexed, found func(Difference) error) (looked int, next string, err error) {
	items, err := w.Content.Items.Find(ctx, store.Query{Where: []store.Cond{store.In("live.state", content.Published, content.Suspended, content.Tombstoned)},
		Sort: []string{"updated"}, After: after, Limit: limit})
	if err != nil {
		return 0, "", err
	}
	for _, it := range items.Docs {
		channels, err := w.differing(ctx, it, indexed)
		if err != nil {
			return looked, "", err
		}
		if len(channels) == 0 {
			continue
		}
		if now, err := w.Content.Items.Get(ctx, it.ID); err != nil || now.Rev != it.Rev {
			continue
		}
		for _, c := range slices.Compact(channels) {
			if err := found(Difference{c, it.ID}); err != nil {
				return looked, "", err
			}
		}
	}
	return len(items.Docs), items.Next, nil
}

// differing are the channels that show an item otherwise than they should.
func (w *Worker) differing(ctx context.Context, it content.Item, indexed Indexed) ([]string, error) {
	if it.Told < it.Seq {
		return nil, nil // it is on its way
	}
	pages, err := w.Public.OfItem(ctx, it.ID)
	if err != nil {
		return nil, err
	}
	out := pagesDiffer(it, pages)
	targets, err := w.Channels.Targets(ctx, it)
	if err != nil {
		return nil, err
	}
	for _, t := range targets {
		d, err := w.Ledger.Get(ctx, t.ID+"."+it.ID)
		absent := gongkai.Is(err, gongkai.Missing)
		if err != nil && !absent {
			return nil, err
		}
		want := wanted(it, t)
		switch {
		case absent && want.State == publication.Shows && channel.Repeatable(t.ID), !absent && !d.Want.Same(want):
			out = append(out, channel.KindOf(t.ID))
		case t.ID == channel.SearchID && d.State == channel.Confirmed:
			differs, err := indexDiffers(ctx, pages, indexed)
			if err != nil {
				return nil, err
			}
			if differs {
				out = append(out, channel.KindSearch)
			}
		}
	}
	return out, nil
}

// pagesDiffer compares the pages with where the item is placed.
func pagesDiffer(it content.Item, pages []publication.Page) (out []string) {
	state, placed := pageState(it.Live), map[string]bool{}
	for _, p := range it.Live.Placed {
		placed[p.Site] = true
		if !slices.ContainsFunc(pages, func(page publication.Page) bool { return page.Site == p.Site }) {
			out = append(out, ProbedPages)
		}
	}
	for _, page := range pages {
		want := publication.Vanish
		if placed[page.Site] {
			want = state
		}
		if page.State != want || want == publication.Shows && page.Digest != it.Live.Digest {
			out = append(out, ProbedPages)
		}
		if page.Listed != (want == publication.Shows) {
			out = append(out, ProbedFeeds)
		}
	}
	slices.Sort(out)
	return out
}

func indexDiffers(ctx context.Context, pages []publication.Page, indexed Indexed) (bool, error) {
	for _, page := range pages {
		epoch, seq, there, err := indexed(ctx, page.ID)
		if err != nil {
			return false, err
		}
		if shows := page.State == publication.Shows; there != shows || shows && (epoch != page.Epoch || seq != page.Seq) {
			return true, nil
		}
	}
	return false, nil
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
