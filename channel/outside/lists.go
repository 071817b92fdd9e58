// Lists: the names that stand in feeds and sitemaps.

package outside

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"hash/maphash"
	"io"
	"net/url"
	"strconv"
	"time"
)

// list is what stood in a document, as hashes: a sitemap has thousands of
// addresses.
type list struct {
	at    time.Time
	names map[uint64]struct{}
}

const (
	mostLists = 32              // that are kept
	listLasts = 5 * time.Minute // for so long what stands in none of them needs no request
)

var seed = maphash.MakeSeed()

// Formats are those in which feeds are looked at.
var Formats = []string{"rss", "atom", "json"}

// FeedOf is the path of a feed of a site ("sites") or a column ("columns"): its
// newest entries.
func FeedOf(what, id, format string) string {
	return "/" + what + "/" + url.PathEscape(id) + "/feed." + format + "?limit=100"
}

// SitemapOf is the path of a volume of a site's sitemap.
func SitemapOf(site string, volume int64) string {
	return "/sites/" + url.PathEscape(site) + "/sitemaps/" + strconv.FormatInt(volume, 10)
}

// Stands tells whether any of the names stands in a feed (the id of an entry) or
// in a sitemap (an address). That one does is seen anew; that none does may be
// known from a few minutes ago.
func (r *Reader) Stands(ctx context.Context, path string, names ...string) (bool, error) {
	r.mu.Lock()
	kept, there := r.lists[path]
	r.mu.Unlock()
	if there && time.Since(kept.at) < listLasts && !kept.has(names) {
		return false, nil
	}
	now := list{at: time.Now(), names: map[uint64]struct{}{}}
	read := now.addXML
	if u, err := url.Parse(path); err == nil && len(u.Path) > 5 && u.Path[len(u.Path)-5:] == ".json" {
		read = now.addJSON
	}
	if _, err := r.get(ctx, path, "", read); err != nil { // where there is no such document, nothing stands in it
		return false, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.lists) >= mostLists {
		clear(r.lists)
	}
	r.lists[path] = now
	return now.has(names), nil
}

func (l list) has(names []string) bool {
	for _, name := range names {
		if _, there := l.names[maphash.String(seed, name)]; there {
			return true
		}
	}
	return false
}

func (l list) add(name string) { l.names[maphash.String(seed, name)] = struct{}{} }

func (l list) addJSON(body io.Reader) error {
	var feed struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
	}
	err := json.NewDecoder(body).Decode(&feed)
	for _, e := range feed.Items {
		l.add(e.ID)
	}
	return err
}

// addXML reads RSS (guid), Atom (id of an entry) and sitemaps (loc).
func (l list) addXML(body io.Reader) error {
	for d := xml.NewDecoder(body); ; {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		start, ok := t.(xml.StartElement)
		if !ok || start.Name.Local != "guid" && start.Name.Local != "id" && start.Name.Local != "loc" {
			continue
		}
		var name string
		if err := d.DecodeElement(&name, &start); err != nil {
			return err
		}
		l.add(name)
	}
}
