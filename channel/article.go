// What an outlet is given of an item: the masked public form of the edition that
// it must show, and nothing else.

package channel

import (
	"context"
	"io"
	"path"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"gongkai"
	"gongkai/channel/platform"
	"gongkai/content"
	"gongkai/publication"
)

// Article is the text that a delivery to an outlet must show. It is refused
// where the public store shows another edition by now.
func (c *Channels) Article(ctx context.Context, d Delivery) (platform.Article, error) {
	page, pub, err := c.edition(ctx, d)
	if err != nil {
		return platform.Article{}, err
	}
	a := platform.Article{Item: d.Item, Edition: d.Want.Edition, Title: page.Title, Summary: page.Summary, HTML: publication.FieldText(pub, "body")}
	unit, err := c.Public.Units.Get(ctx, page.Unit)
	if err != nil && !gongkai.Is(err, gongkai.Missing) { // its copy has not come yet
		return a, err
	}
	a.Author = unit.Name
	if a.URL, err = c.pageAddress(ctx, page); err != nil {
		return a, err
	}
	a.Images = c.images(page, pub, a.HTML)
	if len(a.Images) > 0 {
		a.Cover = &a.Images[0]
	}
	return a, nil
}

// edition reads what a delivery to an outlet must show from the public store.
func (c *Channels) edition(ctx context.Context, d Delivery) (publication.Page, content.Public, error) {
	page, err := c.Public.Pages.Get(ctx, publication.PageID(d.Item, d.Want.Site))
	if err != nil {
		return page, content.Public{}, err
	}
	if !d.Want.shows() || page.State != publication.Shows || page.Digest != d.Want.Digest {
		return page, content.Public{}, errSuperseded
	}
	_, pub, err := c.Public.Edition(ctx, page.Edition)
	return page, pub, err
}

// images are the pictures of the text that are public files of the edition.
func (c *Channels) images(page publication.Page, pub content.Public, text string) (out []platform.Image) {
	for z := html.NewTokenizer(strings.NewReader(text)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return out
		case html.StartTagToken, html.SelfClosingTagToken:
			src := source(z)
			i := slices.IndexFunc(pub.Files, func(f content.PublicFile) bool {
				last := path.Base(src)
				return src != "" && (last == f.Digest || last == f.Name) && strings.HasPrefix(f.Type, "image/") && slices.Contains(page.Files, f.Digest)
			})
			if i < 0 || slices.ContainsFunc(out, func(m platform.Image) bool { return m.Src == src }) {
				continue
			}
			f := pub.Files[i]
			out = append(out, platform.Image{Src: src, Name: f.Name, Type: f.Type, Size: f.Size, Open: func(ctx context.Context) (io.ReadCloser, error) {
				return c.Public.File(ctx, page.Item, f.Digest, 0, f.Size)
			}})
		}
	}
}

// source is the src of a picture; "" of anything else.
func source(z *html.Tokenizer) string {
	name, more := z.TagName()
	for isImage := string(name) == "img"; isImage && more; {
		var key, val []byte
		if key, val, more = z.TagAttr(); string(key) == "src" {
			return string(val)
		}
	}
	return ""
}

// Prepared (待发材料) is what a person is given who publishes by hand.
type Prepared struct {
	Delivery string       `json:"delivery"`
	Edition  int64        `json:"edition" doc:"Say it with done: it is refused where another edition is to be published by then"`
	Title    string       `json:"title"`
	Summary  string       `json:"summary,omitempty"`
	Author   string       `json:"author" doc:"发布单位"`
	Text     string       `json:"text" doc:"The text without markup"`
	HTML     string       `json:"html"`
	URL      string       `json:"url,omitempty" doc:"Page on the portal, where the site has a template of addresses"`
	Files    []Attachment `json:"files"`
}

// Attachment is a file of what is published by hand, in its public form.
type Attachment struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Size int64  `json:"size"`
	Href string `json:"href" doc:"Where the content API gives it"`
}

// Prepare is the text and the files of what a delivery must show, from the sheet
// that was released.
func Prepare(d Delivery, it content.Item, pub content.Public, unit content.Unit, site content.Site) (Prepared, error) {
	switch {
	case !posts(d.Channel):
		return Prepared{}, errNoOutlet
	case !d.Want.shows() || it.Live.State != content.Published || it.Live.Digest != d.Want.Digest:
		return Prepared{}, gongkai.E(gongkai.Gone, "nothing_to_show", "该渠道没有应发布的内容", "there is nothing to be published on this channel")
	}
	body := publication.FieldText(pub, "body")
	p := Prepared{Delivery: d.ID, Edition: d.Want.Edition, Title: publication.FieldText(pub, "title"), Summary: publication.FieldText(pub, "summary"),
		Author: unit.Name, HTML: body, Text: strings.TrimSpace(publication.Plain(body)), URL: content.PageAddress(site.PageURL, it.ID, d.Want.Path, it.IndexNo)}
	if it.Live.Ended == nil || !it.Live.Ended.Files {
		for _, f := range pub.Files {
			p.Files = append(p.Files, Attachment{f.Name, f.Type, f.Size, "/content/v1/items/" + it.ID + "/files/" + f.Digest})
		}
	}
	return p, nil
}
