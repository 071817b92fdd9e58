// Volumes (卷): the pages of a site in parts of a fixed size, in the order in
// which they came, for sitemaps. A page stays in its volume whatever becomes of
// it, so a change concerns one volume, and none is ever numbered anew.

package publication

import (
	"context"

	"gongkai/content"
	"gongkai/store"
)

// VolumeSize is how many pages have room in a volume: a sitemap may hold 50,000,
// but is put together in memory, and anew when one of its pages changes.
const VolumeSize = 5000

// volumeCounter gives the numbers of a site's pages.
func volumeCounter(site string) string { return "volume." + site }

// nextVolume is the volume of a page that has none. Places that nobody takes in
// the end are legal.
func (p *Public) nextVolume(ctx context.Context, site string) (int64, error) {
	n, err := p.db.Next(ctx, volumeCounter(site))
	return (n-1)/VolumeSize + 1, err
}

// FillVolumes gives the pages that came before there were volumes their places.
func (p *Public) FillVolumes(ctx context.Context) error {
	sites, err := content.All(ctx, p.Sites)
	for _, site := range sites {
		if err = p.fillVolumes(ctx, site.ID); err != nil {
			break
		}
	}
	return err
}

func (p *Public) fillVolumes(ctx context.Context, site string) error {
	for {
		found, err := p.Pages.Find(ctx, store.Query{Where: []store.Cond{store.Eq("site", site), store.Eq("volume", nil)}, Limit: 500})
		if err != nil || len(found.Docs) == 0 {
			return err
		}
		for _, page := range found.Docs {
			volume, err := p.nextVolume(ctx, site)
			if err != nil {
				return err
			}
			if _, err := p.Pages.Update(ctx, page.ID, 0, func(doc *Page) error {
				if doc.Volume > 0 {
					return store.ErrUnchanged
				}
				doc.Volume = volume
				return nil
			}); err != nil {
				return err
			}
		}
	}
}

// Volume says of a volume when a page of it last changed for the public,
// removals included.
type Volume struct {
	Number, Changed int64
}

// Volumes lists the volumes of a site in which something shows. Its cost grows
// with their number, not with that of the pages.
func (p *Public) Volumes(ctx context.Context, site string) (out []Volume, err error) {
	noted(ctx, "site:"+site)
	last, err := p.latest(ctx, []store.Cond{store.Eq("site", site)}, "-volume", "-listed", "-changed")
	for n := int64(1); err == nil && n <= last.Volume; n++ {
		in := []store.Cond{store.Eq("site", site), store.Eq("volume", n)}
		shows, errShows := p.latest(ctx, append(in, store.Eq("listed", true)), "-changed")
		gone, errGone := p.latest(ctx, append(in, store.Eq("listed", false)), "-changed")
		if shows.ID != "" {
			out = append(out, Volume{n, max(shows.Changed, gone.Changed)})
		}
		if err = errShows; err == nil {
			err = errGone
		}
	}
	return out, err
}

// EachOfVolume hands over the pages of a volume that show, a few at a time.
func (p *Public) EachOfVolume(ctx context.Context, site string, volume int64, see func(Page)) error {
	noted(ctx, "site:"+site)
	q := store.Query{Where: []store.Cond{store.Eq("site", site), store.Eq("volume", volume), store.Eq("listed", true)}, Sort: []string{"changed"}, Limit: 500}
	for {
		found, err := p.Pages.Find(ctx, q)
		if err != nil {
			return err
		}
		for _, page := range found.Docs {
			see(page)
		}
		if q.After = found.Next; q.After == "" {
			return nil
		}
	}
}

// latest is the first page in an order; one without an id: there is none.
func (p *Public) latest(ctx context.Context, where []store.Cond, sort ...string) (Page, error) {
	found, err := p.Pages.Find(ctx, store.Query{Where: where, Sort: sort, Limit: 1})
	if err != nil || len(found.Docs) == 0 {
		return Page{}, err
	}
	return found.Docs[0], nil
}
