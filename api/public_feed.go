// Feeds of sites and columns: RSS, Atom, JSON Feed.

package api

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"gongkai"
	"gongkai/content"
	"gongkai/publication"
	"gongkai/publication/syndication"
)

// feeds adds the feeds, each in every format of the table.
func (c contentAPI) feeds(r *routes) {
	for _, f := range syndication.Formats {
		publicDocument(r, "content-site-feed-"+f.Name, "/sites/{id}/feed."+f.Name, f.Type, f.Title+" feed of a site (站点订阅源), newest first",
			func(ctx context.Context, in *PublicFeedIn) ([]byte, int64, error) { return c.siteFeed(ctx, in, f) })
		publicDocument(r, "content-column-feed-"+f.Name, "/columns/{id}/feed."+f.Name, f.Type, f.Title+" feed of a column (栏目订阅源), newest first",
			func(ctx context.Context, in *columnFeedIn) ([]byte, int64, error) { return c.columnFeed(ctx, in, f) })
	}
}

// publicDocument adds an operation whose handler gives a whole document and
// when it last changed.
func publicDocument[I any](r *routes, id, path, mediaType, summary string, handle func(context.Context, *I) ([]byte, int64, error)) {
	op := kept(r, publicOperation(id, path, summary))
	op.Responses["200"] = &huma.Response{Description: "OK", Content: map[string]*huma.MediaType{mediaType: {Schema: &huma.Schema{Type: huma.TypeString}}}}
	publicRoute(r, op, func(ctx context.Context, in *I) (*publicReply, error) {
		body, changed, err := handle(ctx, in)
		return any(in).(knower).knows().answered(mediaType+"; charset=utf-8", body, changed, err)
	})
}

// PublicFeedIn says which part of a feed.
type PublicFeedIn struct {
	PublicIf
	ID    string `path:"id" maxLength:"64"`
	Limit int    `query:"limit" default:"30" minimum:"1" maximum:"100"`
	After string `query:"after" maxLength:"1000" doc:"Where the document before ended: it names the next one itself"`
}

type columnFeedIn struct {
	PublicFeedIn
	Subtree bool `query:"subtree" default:"true" doc:"With the columns below it"`
}

func (c contentAPI) siteFeed(ctx context.Context, in *PublicFeedIn, f syndication.Format) ([]byte, int64, error) {
	site, err := c.pages.Site(ctx, in.ID)
	if err != nil {
		return nil, 0, missingParam(err, "id")
	}
	at := places{c.base, site}
	feed := syndication.Feed{ID: publication.StableURN("site/" + site.ID), Title: site.Name, Home: at.home()}
	return c.feed(ctx, at, feed, f, in, publication.Filter{Site: site.ID}, "/sites/", site.Updated)
}

func (c contentAPI) columnFeed(ctx context.Context, in *columnFeedIn, f syndication.Format) ([]byte, int64, error) {
	col, err := c.pages.Column(ctx, in.ID)
	if err != nil {
		return nil, 0, missingParam(err, "id")
	}
	site, err := c.pages.Site(ctx, col.Site)
	if err != nil && !gongkai.Is(err, gongkai.Missing) { // its copy may not have come yet
		return nil, 0, err
	}
	at := places{c.base, site}
	feed := syndication.Feed{ID: publication.StableURN("column/" + col.ID), Title: col.Name, Subtitle: col.Description, Home: at.column(col)}
	if site.Name != "" {
		feed.Title += " - " + site.Name
	}
	return c.feed(ctx, at, feed, f, &in.PublicFeedIn, publication.Filter{Site: col.Site, Column: col.ID, Exact: !in.Subtree}, "/columns/", max(col.Updated, site.Updated))
}

// feed fills a feed with what the filter lists, the very pages that lists show.
func (c contentAPI) feed(ctx context.Context, at places, feed syndication.Feed, f syndication.Format, in *PublicFeedIn, filter publication.Filter, of string, changed int64) ([]byte, int64, error) {
	if err := readable("id", in.ID, "after", in.After); err != nil {
		return nil, 0, err
	}
	filter.Limit, filter.After = in.Limit, in.After
	found, err := c.pages.List(ctx, filter)
	if err != nil {
		return nil, 0, named(err, map[string]string{"bad_cursor": "after"})
	}
	last, err := c.pages.LastChange(ctx, filter.Site, filter.Column)
	if err != nil {
		return nil, 0, err
	}
	changed = max(changed, last)
	self := func(after string) string {
		q := url.Values{}
		set := func(name, value, usual string) {
			if value != usual {
				q.Set(name, value)
			}
		}
		set("limit", strconv.Itoa(in.Limit), "30")
		set("after", after, "")
		set("subtree", strconv.FormatBool(!filter.Exact), "true")
		return address(c.base+contentPrefix+of+in.ID+"/feed."+f.Name, q)
	}
	feed.Self, feed.Lang, feed.Updated = self(in.After), "zh-CN", beijing(changed)
	if found.Next != "" {
		feed.Next = self(found.Next)
	}
	if feed.Entries, err = c.feedEntries(ctx, at, found.Pages); err != nil {
		return nil, 0, err
	}
	body, err := f.Write(feed)
	return body, changed, err
}

func (c contentAPI) feedEntries(ctx context.Context, at places, pages []publication.Page) ([]syndication.Entry, error) {
	names := c.naming(ctx)
	var out []syndication.Entry
	for _, page := range pages {
		e, err := c.feedEntry(ctx, at, names, page)
		if gongkai.Is(err, gongkai.Missing) || gongkai.Is(err, gongkai.Gone) {
			continue // taken down while we read
		}
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

func (c contentAPI) feedEntry(ctx context.Context, at places, names *naming, page publication.Page) (syndication.Entry, error) {
	unit, err := names.unit(page.Unit)
	if err != nil {
		return syndication.Entry{}, err
	}
	column, err := names.column(page.Column)
	if err != nil {
		return syndication.Entry{}, err
	}
	e := syndication.Entry{ID: publication.ItemURN(page.Item), URL: at.page(page), Title: page.Title, Summary: page.Summary, Author: unit.Name, Lang: page.Lang,
		Published: beijing(page.Published), Updated: beijing(page.Changed),
		Item: syndication.Item{ID: page.Item, Digest: page.Digest, Epoch: page.Epoch, Seq: page.Seq, Validity: page.Validity, Since: since(page), Ended: endedOn(page)}}
	if column.Name != "" {
		e.Tags = append(e.Tags, syndication.Tag{Scheme: publication.StableURN("columns"), Term: column.ID, Label: column.Name})
	}
	marked(&e, page)
	if len(page.Files) == 0 {
		return e, nil // only files are described in the edition alone
	}
	_, pub, err := c.pages.Edition(ctx, page.Edition)
	for _, file := range filesOf(page, pub) {
		e.Enclosures = append(e.Enclosures, syndication.Enclosure{URL: c.base + file.Href, Type: file.Type, Name: file.Name, Size: file.Size})
	}
	return e, err
}

// marked says what of an item no longer holds, in words before the summary and
// as a tag.
func marked(e *syndication.Entry, page publication.Page) {
	say := func(scheme, term, label, day string) {
		e.Tags = append(e.Tags, syndication.Tag{Scheme: publication.StableURN(scheme), Term: term, Label: label})
		if day != "" {
			label += "，" + day
		}
		e.Summary = "【" + label + "】" + e.Summary
	}
	if ended := endedOn(page); ended != "" {
		say("publicity", "ended", "公示已结束", ended)
	}
	if label, _ := publication.Label("validity", page.Validity); label != "" && page.Validity != "in_force" {
		say("validity", page.Validity, label, since(page))
	}
}

// places are the addresses of a site: those that its template or its domain
// gives, else those of the content API.
type places struct {
	base string
	site publication.Site
}

func (p places) page(page publication.Page) string {
	if address := p.site.Address(page); address != "" {
		return address
	}
	if p.site.Domain == "" {
		return p.base + itemHref(page.Item, page.Site)
	}
	return "https://" + p.site.Domain + page.Path
}

func (p places) column(col publication.Column) string {
	if p.site.Domain == "" {
		return p.base + contentPrefix + "/columns/" + col.ID
	}
	return "https://" + p.site.Domain + col.SlugPath
}

func (p places) home() string {
	if p.site.Domain == "" {
		return p.base + contentPrefix + "/sites/" + p.site.ID
	}
	return "https://" + p.site.Domain + "/"
}

func address(path string, q url.Values) string {
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

func beijing(millis int64) time.Time { return time.UnixMilli(millis).In(content.Shanghai) }
