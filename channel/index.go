// The search index as a channel.

package channel

import (
	"context"
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
	doc, err := pageDoc(ctx, c.public, page)
	if err != nil {
		return err
	}
	return c.index.Put(ctx, doc)
}

// pageDoc is a page that shows an edition, as the index holds it.
func pageDoc(ctx context.Context, public *publication.Public, page publication.Page) (search.Doc, error) {
	_, pub, err := public.Edition(ctx, page.Edition)
	if err != nil {
		return search.Doc{}, err
	}
	return search.Doc{ID: page.ID, Item: page.Item, Site: page.Site, Column: page.Column, ColumnPath: page.ColumnPath, Kind: page.Kind,
		Unit: page.Unit, UnitPath: page.UnitPath, Lang: page.Lang, Year: int(page.Year), Title: page.Title, DocNo: page.DocNo, IndexNo: page.IndexNo,
		Summary: page.Summary, Text: page.PlainText(pub), Validity: page.Validity, Terms: page.Terms, Published: page.Published, Epoch: page.Epoch, Seq: page.Seq}, nil
}
