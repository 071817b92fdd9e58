// What a site or a column shows, as feeds and probes read it.

package publication

import (
	"context"

	"gongkai/content"
	"gongkai/store"
)

// LastChange is when a page of a site, or of the subtree of one of its columns,
// last changed for the public: a page that was taken down counts too. 0: never.
func (p *Public) LastChange(ctx context.Context, site, column string) (int64, error) {
	noted(ctx, "site:"+site)
	where := []store.Cond{store.Eq("site", site)}
	if column != "" {
		where = append(where, store.Eq("columns", column))
	}
	page, err := p.latest(ctx, where, "-changed")
	return page.Changed, err
}

// Shown (所示) says which public form of an item is shown.
type Shown struct {
	Item, Digest string
	Epoch, Seq   int64
}

// FeedShows is what the feed of a site shows, newest first: the very list that
// is rendered. It is asked for page by page, next being "" at the end.
func (p *Public) FeedShows(ctx context.Context, site, after string, limit int) (shown []Shown, next string, err error) {
	list, err := p.List(ctx, Filter{Site: site, After: after, Limit: limit})
	for _, page := range list.Pages {
		shown = append(shown, Shown{page.Item, page.Digest, page.Epoch, page.Seq})
	}
	return shown, list.Next, err
}

// Label names a value of a choice field that all kinds have, such as the
// validity; "" if it is none.
func Label(field, value string) (zh, en string) {
	for _, f := range content.Common {
		for _, c := range f.Choices {
			if f.Name == field && c.Value == value {
				return c.Zh, c.En
			}
		}
	}
	return "", ""
}
