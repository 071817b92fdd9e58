// Receipts of outlets outlive the ledger: after a restore nothing is posted
// twice, and what was called back comes down, though the ledger forgot it.

package channel

import (
	"context"
	"encoding/json"
	"slices"

	"gongkai"
	"gongkai/channel/platform"
	"gongkai/publication"
)

// somebody stands for a person where names are not kept.
const somebody = "-"

// keep copies the posts of a delivery to the public side, which survives what
// the ledger may be lost by. It comes before each call that cannot be repeated.
func (p *posting) keep(ctx context.Context) error {
	if len(p.d.Posts) == 0 {
		return nil
	}
	posts := slices.Clone(p.d.Posts)
	for i := range posts {
		if posts[i].By != "" {
			posts[i].By = somebody
		}
	}
	raw, err := json.Marshal(posts)
	if err != nil {
		return err
	}
	r := publication.Receipt{Channel: p.d.Channel, Item: p.d.Item, Claims: p.d.Claims, Posts: string(raw)}
	r.ID = p.d.ID
	return p.Public.KeepReceipt(ctx, r)
}

// Recall brings back what a receipt knows and the ledger does not, after Forget.
// Claims tell which of them is newer: clocks jump. All is looked up anew.
func (l *Ledger) Recall(ctx context.Context, r publication.Receipt) error {
	var posts []platform.Post
	if err := json.Unmarshal([]byte(r.Posts), &posts); err != nil {
		return gongkai.E(gongkai.Internal, "receipt", "发布回执无法读取", "a receipt cannot be read").Because(err)
	}
	_, err := l.docs.Upsert(ctx, r.ID, func(d *Delivery, exists bool) error {
		if !exists {
			d.Channel, d.Item, d.State, d.Since = r.Channel, r.Item, Due, gongkai.Millis(l.now())
		}
		for _, post := range posts {
			i := slices.IndexFunc(d.Posts, func(o platform.Post) bool { return o.Mark == post.Mark })
			if i < 0 || r.Claims >= d.Claims && d.Posts[i].By == "" {
				d.put(post)
			}
		}
		d.doubtLive()
		d.Claims = max(d.Claims, r.Claims)
		d.Updated = gongkai.Millis(l.now())
		return nil
	})
	return err
}
