// What readers see of an item: over HTTP, on portals, on platforms.

package jobs

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"gongkai"
	"gongkai/channel"
	"gongkai/channel/outside"
	"gongkai/publication"
)

// statuses are the answers of the content API to what a page shows.
var statuses = map[string]int{publication.Shows: http.StatusOK, publication.Suspended: http.StatusGone, publication.Notice: http.StatusGone,
	publication.GoneState: http.StatusGone, publication.Redirect: http.StatusPermanentRedirect, publication.Vanish: http.StatusNotFound}

// api asks the content API for each page.
func (l *looking) api(ctx context.Context) error {
	for _, page := range l.pages {
		got, err := l.Outside.Item(ctx, l.it.ID, page.Site)
		if err != nil {
			return err
		}
		state := l.state(page.Site)
		same := got.Status == statuses[state] && (got.Status != http.StatusOK || got.Digest == l.it.Live.Digest && got.Epoch == page.Epoch && got.Seq == page.Seq)
		if state == publication.Redirect && got.Status == http.StatusGone {
			same = true // where it leads is no place to go
		}
		l.judge(channel.AtPages, page.Site, state == publication.Shows, got.Status == http.StatusOK, same, true)
	}
	return nil
}

// hidden calls each with the pages that must show nothing.
func (l *looking) hidden(each func(publication.Page) error) error {
	for _, page := range l.pages {
		if l.state(page.Site) == publication.Shows {
			continue
		}
		if err := each(page); err != nil {
			return err
		}
	}
	return nil
}

// feeds looks for what must not be shown among the newest of the feeds of its
// column and site.
func (l *looking) feeds(ctx context.Context) error {
	name := publication.ItemURN(l.it.ID)
	return l.hidden(func(page publication.Page) error {
		for _, format := range outside.Formats {
			for _, path := range []string{outside.FeedOf("columns", page.Column, format), outside.FeedOf("sites", page.Site, format)} {
				there, err := l.Outside.Stands(ctx, path, name)
				if err != nil {
					return err
				}
				if there {
					l.differs(channel.AtFeeds, page.Site, channel.WrongShown, true)
				}
			}
		}
		return nil
	})
}

// shownOn tells whether a site must show the item.
func (l *looking) shownOn(site string) bool { return l.state(site) == publication.Shows }

// sitemaps looks for the addresses of what must not be shown.
func (l *looking) sitemaps(ctx context.Context) error {
	return l.hidden(func(page publication.Page) error {
		if page.Volume == 0 {
			return nil
		}
		names, err := l.addresses(ctx, page)
		if err != nil || len(names) == 0 {
			return err
		}
		there, err := l.Outside.Stands(ctx, outside.SitemapOf(page.Site, page.Volume), names...)
		if there {
			l.differs(channel.AtSitemap, page.Site, channel.WrongShown, true)
		}
		return err
	})
}

// addresses are those under which a sitemap lists a page; none where another
// item has its path by now.
func (l *looking) addresses(ctx context.Context, page publication.Page) ([]string, error) {
	here, _, err := l.Public.ByPath(ctx, page.Site, page.Path)
	for _, other := range here {
		if other.Item != l.it.ID && other.State == publication.Shows {
			return nil, err
		}
	}
	if err != nil {
		return nil, err
	}
	site, err := l.Public.Sites.Get(ctx, page.Site)
	if err != nil {
		if gongkai.Is(err, gongkai.Missing) {
			err = nil // its copy has not come yet
		}
		return nil, err
	}
	if address := site.Address(page); address != "" {
		return []string{address}, nil
	}
	if site.Domain != "" {
		return []string{"https://" + site.Domain + page.Path}, nil
	}
	return []string{l.Outside.Address("/items/" + page.Item + "?" + url.Values{"site": {page.Site}}.Encode())}, nil
}

// search looks an item up by its index number, else by its title.
func (l *looking) search(ctx context.Context) error {
	if d := l.Deliveries[channel.SearchID]; d.State != channel.Confirmed {
		return nil
	}
	words := l.it.IndexNo
	if words == "" {
		words = l.it.Live.Title
	}
	if words == "" {
		return nil
	}
	for _, page := range l.pages {
		found, sure, err := l.Outside.Finds(ctx, l.it.ID, page.Site, words)
		if err != nil {
			return err
		}
		if want := l.shownOn(page.Site); found || sure {
			l.judge(channel.AtSearch, channel.SearchID, want, found, true, true)
		}
	}
	return nil
}

// home is the site of the home column.
func (l *looking) home() string {
	for _, p := range l.it.Live.Placed {
		if p.Home {
			return p.Site
		}
	}
	return ""
}

// mostFiles is how many files of one item are asked for.
const mostFiles = 30

// files asks for those of editions that are not shown: none may be fetched.
func (l *looking) files(ctx context.Context) error {
	open := map[string]bool{}
	for _, page := range l.pages {
		for _, digest := range page.Files {
			open[digest] = true
		}
	}
	closed, err := l.Public.FilesOnceNamed(ctx, l.it.ID, open, mostFiles)
	if err != nil {
		return err
	}
	for _, digest := range closed {
		there, err := l.Outside.File(ctx, l.it.ID, digest)
		if err != nil {
			return err
		}
		if there {
			l.differs(channel.AtFiles, l.home(), channel.WrongShown, true)
		}
	}
	return nil
}

// portals looks at the page of each site that has a template of addresses.
func (l *looking) portals(ctx context.Context) error {
	for _, page := range l.pages {
		if l.it.Live.Title == "" {
			continue
		}
		if err := l.Outside.Pace(ctx); err != nil {
			return err
		}
		address, shows, same, err := l.Channels.PortalShows(ctx, page, l.it.Live.Title, l.it.Live.Digest)
		if err != nil {
			return err
		}
		if address != "" {
			want := l.shownOn(page.Site)
			l.judge(channel.AtPortal, page.Site, want, shows, same || !want, true)
		}
	}
	return nil
}

// outlets asks each outlet that has settled what it shows, slowly, and those no
// more that refuse to be asked.
func (l *looking) outlets(ctx context.Context) error {
	var unreached error
	for id, d := range l.Deliveries {
		settled := d.State == channel.Confirmed || d.State == channel.Withdrawn
		if channel.KindOf(id) != channel.KindOutlet || !settled {
			continue
		}
		if slices.Contains(l.silent, id) {
			unreached = errSilent
			continue
		}
		wrong, marks, err := l.Channels.OutletShows(ctx, d, l.it.Live.Title, l.Outside.Pace)
		if gongkai.CodeOf(err) == channel.Silent {
			l.silent = append(l.silent, id)
			err = errSilent
		}
		if err != nil {
			unreached = err
			continue
		}
		if wrong != "" {
			found := l.differs(channel.AtOutlet, id, wrong, true)
			found.Hand = wrong == channel.WrongShown && len(marks) == 0 && !found.Own
			l.Marks = append(l.Marks, marks...)
		}
	}
	return unreached
}

// errSilent: the outlet was not asked.
var errSilent = gongkai.E(gongkai.Unavailable, channel.Unreached, "平台限制了调用次数或拒绝该账号，未能核对", "the platform limits the number of calls or refuses the account: nothing is known of what it shows")
