// The search index as a channel.

package channel

import (
	"context"
	"strings"

	"golang.org/x/net/html"

	"gongkai/content"
	"gongkai/publication"
	"gongkai/search"
	"gongkai/store"
)

type indexChannel struct {
	public *publication.Public
	index  search.Index
}

// Pay brings the index in step with every page of the item. It reads what the
// public store shows, so it can never index more than that.
func (c indexChannel) Pay(ctx context.Context, d Delivery) error {
	pages, err := c.public.Pages.Find(ctx, store.Query{Where: []store.Cond{store.Eq("item", d.Item)}, Limit: 1000})
	if err != nil {
		return err
	}
	for _, page := range pages.Docs {
		if page.State != publication.Shows {
			err = c.index.Delete(ctx, page.ID, page.Epoch, page.Seq)
		} else {
			err = c.put(ctx, page)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (c indexChannel) put(ctx context.Context, page publication.Page) error {
	_, pub, err := c.public.Edition(ctx, page.Edition)
	if err != nil {
		return err
	}
	return c.index.Put(ctx, search.Doc{ID: page.ID, Item: page.Item, Site: page.Site, Column: page.Column, ColumnPath: page.ColumnPath, Kind: page.Kind,
		Unit: page.Unit, UnitPath: page.UnitPath, Lang: page.Lang, Year: int(page.Year), Title: page.Title, DocNo: page.DocNo, IndexNo: page.IndexNo,
		Summary: page.Summary, Text: PublicText(pub), Validity: page.Validity, Published: page.Published, Epoch: page.Epoch, Seq: page.Seq})
}

// PublicText is the running text of an edition: every text of its fields
// without markup, but for those that the index has fields of its own for.
func PublicText(pub content.Public) string {
	var b strings.Builder
	for name, v := range pub.Fields {
		if name != "title" && name != "doc_no" && name != "summary" && name != "openness" {
			plainText(&b, v)
		}
	}
	return b.String()
}

func plainText(b *strings.Builder, v any) {
	switch v := v.(type) {
	case string:
		b.WriteString(stripTags(v))
		b.WriteByte('\n')
	case []any:
		for _, e := range v {
			plainText(b, e)
		}
	case map[string]any: // a file or a table
		for key, e := range v {
			if key != "digest" && key != "type" && key != "size" {
				plainText(b, e)
			}
		}
	}
}

// stripTags drops markup; blocks and cells end a line.
func stripTags(s string) string {
	if !strings.ContainsAny(s, "<&") {
		return s
	}
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(s))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			b.Write(z.Text())
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			if name, _ := z.TagName(); !inline[string(name)] {
				b.WriteByte('\n')
			}
		}
	}
}

var inline = map[string]bool{"a": true, "b": true, "strong": true, "em": true, "i": true, "u": true, "s": true, "sub": true, "sup": true, "span": true, "code": true}
