// Reading the whole public store, for a restore that compares itself with it.

package publication

import (
	"context"

	"gongkai/store"
)

// EachItem hands over the pages of every item, all of one item at once.
func (p *Public) EachItem(ctx context.Context, see func(pages []Page) error) error {
	var held []Page
	q := store.Query{Where: []store.Cond{store.Exists("item")}, Sort: []string{"item"}, Limit: 500}
	for {
		found, err := p.Pages.Find(ctx, q)
		if err != nil {
			return err
		}
		for _, page := range found.Docs {
			if len(held) > 0 && held[0].Item != page.Item {
				if err := see(held); err != nil {
					return err
				}
				held = nil
			}
			held = append(held, page)
		}
		if q.After = found.Next; q.After == "" {
			break
		}
	}
	if len(held) == 0 {
		return nil
	}
	return see(held)
}

// EditionsOf lists the editions of an item, the newest first.
func (p *Public) EditionsOf(ctx context.Context, item string) ([]Edition, error) {
	noted(ctx, "item:"+item)
	found, err := p.Editions.Find(ctx, store.Query{Where: []store.Cond{store.Eq("item", item)}, Sort: []string{"-number"}, Limit: 1000})
	return found.Docs, err
}
