// What a site or a column shows, as feeds and probes read it.

package publication

import (
	"context"
	"time"

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

// Standing (栏目现状) is what a column shows with those below it.
type Standing struct {
	Items int   // counted as far as it was asked for
	More  bool  // there are more
	Last  int64 // newest 发布日期; 0: nothing shows
}

// Standing counts what a column and those below it show, to most.
func (p *Public) Standing(ctx context.Context, site, column string, most int) (out Standing, err error) {
	noted(ctx, "site:"+site)
	where := Filter{Site: site, Column: column}.ways()[0].where
	n, err := p.Pages.Count(ctx, where, most+1)
	if err != nil || n == 0 {
		return out, err
	}
	last, err := p.latest(ctx, where, "-published")
	return Standing{min(n, most), n > most, last.Published}, err
}

// cycles are the update cycles that can be kept or not: years, months, days.
var cycles = map[string][3]int{"daily": {0, 0, 1}, "weekly": {0, 0, 7}, "monthly": {0, 1, 0}, "quarterly": {0, 3, 0}, "half_yearly": {0, 6, 0}, "yearly": {1, 0, 0}}

// DueBy is the time until which something new is expected, one cycle (更新周期)
// after the last; 0: there is no such time.
func DueBy(cycle string, last int64) int64 {
	step, ok := cycles[cycle]
	if !ok || last == 0 {
		return 0
	}
	return time.UnixMilli(last).In(content.Shanghai).AddDate(step[0], step[1], step[2]).UnixMilli()
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
