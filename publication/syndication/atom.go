// Atom (RFC 4287).

package syndication

import (
	"encoding/xml"
	"time"
)

const atomSpace = "http://www.w3.org/2005/Atom"

type atomFeed struct {
	XMLName  xml.Name    `xml:"feed"`
	Space    string      `xml:"xmlns,attr"`
	Lang     string      `xml:"xml:lang,attr,omitempty"`
	ID       string      `xml:"id"`
	Title    string      `xml:"title"`
	Subtitle string      `xml:"subtitle,omitempty"`
	Updated  string      `xml:"updated"`
	Author   *atomPerson `xml:"author"`
	Links    []atomLink  `xml:"link"`
	Entries  []atomEntry `xml:"entry"`
}

type atomEntry struct {
	Lang       string         `xml:"xml:lang,attr,omitempty"`
	ID         string         `xml:"id"`
	Title      string         `xml:"title"`
	Published  string         `xml:"published"`
	Updated    string         `xml:"updated"`
	Author     *atomPerson    `xml:"author"`
	Summary    string         `xml:"summary,omitempty"`
	Categories []atomCategory `xml:"category"`
	Links      []atomLink     `xml:"link"`
}

type atomPerson struct {
	Name string `xml:"name"`
}

type atomCategory struct {
	Term   string `xml:"term,attr"`
	Scheme string `xml:"scheme,attr,omitempty"`
	Label  string `xml:"label,attr,omitempty"`
}

type atomLink struct {
	Rel    string `xml:"rel,attr"`
	Href   string `xml:"href,attr"`
	Type   string `xml:"type,attr,omitempty"`
	Length int64  `xml:"length,attr,omitempty"`
	Title  string `xml:"title,attr,omitempty"`
}

// Atom writes Atom 1.0.
func Atom(f Feed) ([]byte, error) {
	a := atomFeed{Space: atomSpace, Lang: f.Lang, ID: f.ID, Title: line(f.Title), Subtitle: line(f.Subtitle), Updated: atomTime(f.Updated),
		Author: person(f.Title), Links: []atomLink{{Rel: "alternate", Href: f.Home}, {Rel: "self", Href: f.Self, Type: "application/atom+xml"}}}
	if f.Next != "" {
		a.Links = append(a.Links, atomLink{Rel: "next", Href: f.Next, Type: "application/atom+xml"})
	}
	for _, e := range f.Entries {
		a.Entries = append(a.Entries, e.atom())
	}
	return document(a)
}

func (e Entry) atom() atomEntry {
	a := atomEntry{Lang: e.Lang, ID: e.ID, Title: line(e.Title), Published: atomTime(e.Published), Updated: atomTime(e.Updated),
		Author: person(e.Author), Summary: legible(e.Summary), Links: []atomLink{{Rel: "alternate", Href: e.URL}}}
	for _, t := range e.Tags {
		a.Categories = append(a.Categories, atomCategory{t.Term, t.Scheme, line(t.Label)})
	}
	for _, f := range e.Enclosures {
		a.Links = append(a.Links, atomLink{"enclosure", f.URL, f.Type, f.Size, line(f.Name)})
	}
	return a
}

func person(name string) *atomPerson {
	if name = line(name); name == "" {
		return nil
	}
	return &atomPerson{name}
}

func atomTime(t time.Time) string { return t.Format(time.RFC3339) }
