// Sitemaps of sites.

package api

import (
	"context"
	"fmt"

	"gongkai/publication"
	"gongkai/publication/syndication"
)

func (c contentAPI) sitemaps(r *routes) {
	const kind = "application/xml"
	publicDocument(r, "content-sitemaps", "/sites/{id}/sitemap.xml", kind, "Index of the sitemaps (站点地图) of a site", c.sitemapIndex)
	publicDocument(r, "content-sitemap", "/sites/{id}/sitemaps/{volume}", kind, "One sitemap: the pages of one volume (卷) that show", c.sitemap)
}

func (c contentAPI) sitemapIndex(ctx context.Context, in *publicOne) ([]byte, int64, error) {
	if _, err := c.pages.Site(ctx, in.ID); err != nil {
		return nil, 0, missingParam(err, "id")
	}
	volumes, err := c.pages.Volumes(ctx, in.ID)
	if err != nil {
		return nil, 0, err
	}
	var files []syndication.Location
	var changed int64
	for _, v := range volumes {
		files = append(files, syndication.Location{URL: fmt.Sprintf("%s%s/sites/%s/sitemaps/%d", c.base, contentPrefix, in.ID, v.Number), Changed: beijing(v.Changed)})
		changed = max(changed, v.Changed)
	}
	body, err := syndication.SitemapIndex(files)
	return body, changed, err
}

type publicVolumeIn struct {
	PublicIf
	ID     string `path:"id" maxLength:"64"`
	Volume int64  `path:"volume" minimum:"1" doc:"Number of the volume"`
}

// sitemap lists a volume. One in which nothing shows is none: an empty sitemap
// is not valid.
func (c contentAPI) sitemap(ctx context.Context, in *publicVolumeIn) ([]byte, int64, error) {
	site, err := c.pages.Site(ctx, in.ID)
	if err != nil {
		return nil, 0, missingParam(err, "id")
	}
	at := places{c.base, site}
	var pages []syndication.Location
	var changed int64
	err = c.pages.EachOfVolume(ctx, in.ID, in.Volume, func(page publication.Page) {
		pages = append(pages, syndication.Location{URL: at.page(page), Changed: beijing(page.Changed)})
		changed = max(changed, page.Changed)
	})
	if err != nil {
		return nil, 0, err
	}
	if len(pages) == 0 {
		return nil, 0, noSuch("volume")
	}
	body, err := syndication.Sitemap(pages)
	return body, changed, err
}
