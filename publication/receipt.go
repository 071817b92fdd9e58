// Receipts: what outlets were given, kept where a loss of the restricted side
// does not reach.

package publication

import (
	"context"

	"gongkai/store"
)

// Receipt (发布回执) says where one outlet shows one item. The ledger knows the
// same; when that is restored from a backup, this is what was posted since. Its
// id is that of the delivery.
type Receipt struct {
	store.Meta
	Channel string `json:"channel"`
	Item    string `json:"item"`
	Claims  int64  `json:"claims"` // of the delivery, when this was written
	Posts   string `json:"posts"`  // JSON, in the words of the ledger; names nobody
	Updated int64  `json:"updated"`
}

// KeepReceipt stores a receipt unless it is stored as it is.
func (p *Public) KeepReceipt(ctx context.Context, r Receipt) error {
	_, err := p.Receipts.Upsert(ctx, r.ID, func(doc *Receipt, exists bool) error {
		if exists && doc.Posts == r.Posts && doc.Claims == r.Claims {
			return store.ErrUnchanged
		}
		doc.Channel, doc.Item, doc.Claims, doc.Posts, doc.Updated = r.Channel, r.Item, r.Claims, r.Posts, p.now().UnixMilli()
		return nil
	})
	return err
}

// EachReceipt hands over all receipts.
func (p *Public) EachReceipt(ctx context.Context, see func(Receipt) error) error {
	for q := (store.Query{Limit: 500}); ; {
		page, err := p.Receipts.Find(ctx, q)
		if err != nil {
			return err
		}
		for _, r := range page.Docs {
			if err := see(r); err != nil {
				return err
			}
		}
		if q.After = page.Next; q.After == "" {
			return nil
		}
	}
}
