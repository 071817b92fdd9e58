// RSS 2.0, with what it lacks from Atom and Dublin Core.

package syndication

import (
	"encoding/xml"
	"html"
	"time"
)

type rss struct {
	XMLName xml.Name `xml:"rss"`
	Version string   `xml:"version,attr"`
	Atom    string   `xml:"xmlns:atom,attr"`
	DC      string   `xml:"xmlns:dc,attr"`
	Channel rssChannel
}

type rssChannel struct {
	XMLName     xml.Name  `xml:"channel"`
	Title       string    `xml:"title"`
	Link        string    `xml:"link"`
	Description string    `xml:"description"`
	Language    string    `xml:"language,omitempty"`
	Built       string    `xml:"lastBuildDate,omitempty"`
	Links       []rssLink `xml:"atom:link"`
	Items       []rssItem `xml:"item"`
}

type rssLink struct {
	Href   string `xml:"href,attr"`
	Rel    string `xml:"rel,attr"`
	Type   string `xml:"type,attr,omitempty"`
	Length int64  `xml:"length,attr,omitempty"`
	Title  string `xml:"title,attr,omitempty"`
}

type rssItem struct {
	Title       string        `xml:"title"`
	Link        string        `xml:"link"`
	GUID        rssGUID       `xml:"guid"`
	Published   string        `xml:"pubDate"`
	Updated     string        `xml:"atom:updated"`
	Description string        `xml:"description,omitempty"`
	Author      string        `xml:"dc:creator,omitempty"`
	Categories  []rssCategory `xml:"category"`
	Enclosure   *rssEnclosure `xml:"enclosure"`
	Links       []rssLink     `xml:"atom:link"` // the files after the first: RSS takes one enclosure
}

type rssGUID struct {
	Permanent bool   `xml:"isPermaLink,attr"`
	ID        string `xml:",chardata"`
}

type rssCategory struct {
	Domain string `xml:"domain,attr,omitempty"`
	Term   string `xml:",chardata"`
}

type rssEnclosure struct {
	URL    string `xml:"url,attr"`
	Length int64  `xml:"length,attr"`
	Type   string `xml:"type,attr"`
}

// RSS writes RSS 2.0.
func RSS(f Feed) ([]byte, error) {
	c := rssChannel{Title: line(f.Title), Link: f.Home, Description: line(f.Subtitle), Language: f.Lang, Built: rssTime(f.Updated)}
	if c.Description == "" { // it must be there
		c.Description = c.Title
	}
	c.Links = []rssLink{{Href: f.Self, Rel: "self", Type: "application/rss+xml"}}
	if f.Next != "" {
		c.Links = append(c.Links, rssLink{Href: f.Next, Rel: "next", Type: "application/rss+xml"})
	}
	for _, e := range f.Entries {
		c.Items = append(c.Items, e.rss())
	}
	return document(rss{Version: "2.0", Atom: atomSpace, DC: "http://purl.org/dc/elements/1.1/", Channel: c})
}

// rss is the entry as RSS says it. A description is taken for HTML there.
func (e Entry) rss() rssItem {
	it := rssItem{Title: line(e.Title), Link: e.URL, GUID: rssGUID{ID: e.ID}, Published: rssTime(e.Published), Updated: atomTime(e.Updated),
		Description: html.EscapeString(legible(e.Summary)), Author: line(e.Author)}
	for _, t := range e.Tags {
		it.Categories = append(it.Categories, rssCategory{t.Scheme, line(t.Label)})
	}
	for i, f := range e.Enclosures {
		if i == 0 {
			it.Enclosure = &rssEnclosure{f.URL, f.Size, f.Type}
			continue
		}
		it.Links = append(it.Links, rssLink{f.URL, "enclosure", f.Type, f.Size, line(f.Name)})
	}
	return it
}

func rssTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC1123Z)
}
