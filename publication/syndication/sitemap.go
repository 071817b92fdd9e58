// Sitemaps (站点地图) and their index, after sitemaps.org.

package syndication

import (
	"encoding/xml"
	"time"
)

const sitemapSpace = "http://www.sitemaps.org/schemas/sitemap/0.9"

// Location (地址) is a page, or a sitemap, and when it last changed.
type Location struct {
	URL     string
	Changed time.Time
}

type location struct {
	URL     string `xml:"loc"`
	Changed string `xml:"lastmod"`
}

// Sitemap writes a sitemap; it may hold 50,000 pages.
func Sitemap(pages []Location) ([]byte, error) {
	return document(struct {
		XMLName xml.Name   `xml:"urlset"`
		Space   string     `xml:"xmlns,attr"`
		Pages   []location `xml:"url"`
	}{Space: sitemapSpace, Pages: located(pages)})
}

// SitemapIndex writes the index of sitemaps; it may hold 50,000.
func SitemapIndex(sitemaps []Location) ([]byte, error) {
	return document(struct {
		XMLName  xml.Name   `xml:"sitemapindex"`
		Space    string     `xml:"xmlns,attr"`
		Sitemaps []location `xml:"sitemap"`
	}{Space: sitemapSpace, Sitemaps: located(sitemaps)})
}

func located(in []Location) []location {
	out := make([]location, 0, len(in))
	for _, l := range in {
		out = append(out, location{l.URL, l.Changed.Format(time.RFC3339)})
	}
	return out
}
