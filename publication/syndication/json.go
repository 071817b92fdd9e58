// JSON Feed 1.1.

package syndication

import (
	"encoding/json"
	"time"
)

type jsonFeed struct {
	Version     string      `json:"version"`
	Title       string      `json:"title"`
	Home        string      `json:"home_page_url"`
	Self        string      `json:"feed_url"`
	Next        string      `json:"next_url,omitempty"`
	Description string      `json:"description,omitempty"`
	Language    string      `json:"language,omitempty"`
	Items       []jsonEntry `json:"items"`
}

type jsonEntry struct {
	ID          string     `json:"id"`
	URL         string     `json:"url"`
	Title       string     `json:"title"`
	Text        string     `json:"content_text"` // it must be there
	Summary     string     `json:"summary,omitempty"`
	Published   string     `json:"date_published"`
	Modified    string     `json:"date_modified"`
	Authors     []jsonName `json:"authors,omitempty"`
	Tags        []string   `json:"tags,omitempty"`
	Language    string     `json:"language,omitempty"`
	Attachments []jsonFile `json:"attachments,omitempty"`
	Gongkai     Item       `json:"_gongkai"`
}

type jsonName struct {
	Name string `json:"name"`
}

type jsonFile struct {
	URL   string `json:"url"`
	Type  string `json:"mime_type"`
	Title string `json:"title,omitempty"`
	Size  int64  `json:"size_in_bytes,omitempty"`
}

// JSON writes JSON Feed 1.1.
func JSON(f Feed) ([]byte, error) {
	j := jsonFeed{Version: "https://jsonfeed.org/version/1.1", Title: line(f.Title), Home: f.Home, Self: f.Self, Next: f.Next,
		Description: line(f.Subtitle), Language: f.Lang, Items: []jsonEntry{}}
	for _, e := range f.Entries {
		j.Items = append(j.Items, e.json())
	}
	return json.Marshal(j)
}

func (e Entry) json() jsonEntry {
	j := jsonEntry{ID: e.ID, URL: e.URL, Title: line(e.Title), Text: legible(e.Summary), Summary: legible(e.Summary),
		Published: e.Published.Format(time.RFC3339), Modified: e.Updated.Format(time.RFC3339), Language: e.Lang, Gongkai: e.Item}
	if j.Text == "" {
		j.Text = j.Title
	}
	if name := line(e.Author); name != "" {
		j.Authors = []jsonName{{name}}
	}
	for _, t := range e.Tags {
		j.Tags = append(j.Tags, line(t.Label))
	}
	for _, f := range e.Enclosures {
		j.Attachments = append(j.Attachments, jsonFile{f.URL, f.Type, line(f.Name), f.Size})
	}
	return j
}
