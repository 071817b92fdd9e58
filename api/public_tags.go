// The meta tags of pages, as the content API gives them.

package api

import (
	"context"
	"strings"

	"gongkai"
	"gongkai/content"
	"gongkai/publication"
)

// PageTags (页面标签) are the meta tags that government sites must print, and one by
// which we know which edition a page shows.
type PageTags struct {
	SiteName          string `json:"SiteName"`
	SiteDomain        string `json:"SiteDomain"`
	SiteIDCode        string `json:"SiteIDCode"`
	ColumnName        string `json:"ColumnName"`
	ColumnDescription string `json:"ColumnDescription"`
	ColumnKeywords    string `json:"ColumnKeywords"`
	ColumnType        string `json:"ColumnType"`
	ArticleTitle      string `json:"ArticleTitle,omitempty"`
	PubDate           string `json:"PubDate,omitempty" doc:"2006-01-02 15:04"`
	ContentSource     string `json:"ContentSource,omitempty"`
	Keywords          string `json:"Keywords,omitempty"`
	Description       string `json:"Description,omitempty"`
	Digest            string `json:"gongkai:digest,omitempty" doc:"Which edition the page shows"`
}

func (c contentAPI) itemTags(ctx context.Context, page publication.Page, pub content.Public, trail []publication.Column, unit PublicRef) (PageTags, error) {
	tags, err := c.siteTags(ctx, page.Site)
	if err != nil {
		return tags, err
	}
	if n := len(trail); n > 0 && trail[n-1].ID == page.Column {
		tags.ofColumn(trail[n-1])
	}
	tags.ArticleTitle, tags.PubDate = oneLine(page.Title), ""
	if at := localTime(page.Published); at != "" {
		tags.PubDate = at[:10] + " " + at[11:16]
	}
	for _, source := range []string{publication.FieldText(pub, "source"), publication.FieldText(pub, "publisher"), unit.Name} {
		if tags.ContentSource == "" {
			tags.ContentSource = oneLine(source)
		}
	}
	tags.Keywords, tags.Description = oneLine(publication.FieldText(pub, "keywords")), oneLine(page.Summary)
	tags.Digest = page.Digest
	return tags, nil
}

func (c contentAPI) siteTags(ctx context.Context, id string) (PageTags, error) {
	site, err := c.pages.Site(ctx, id)
	if gongkai.Is(err, gongkai.Missing) { // its copy has not come yet
		err = nil
	}
	return PageTags{SiteName: oneLine(site.Name), SiteDomain: site.Domain, SiteIDCode: site.IDCode}, err
}

func (t *PageTags) ofColumn(col publication.Column) {
	t.ColumnName, t.ColumnDescription = oneLine(col.Name), oneLine(col.Description)
	t.ColumnKeywords, t.ColumnType = oneLine(col.Keywords), oneLine(col.Type)
}

// oneLine is a text as a meta tag may hold it.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
