// What is forgotten of the ledger after a restore from a backup.

package channel

import (
	"context"

	"gongkai"
	"gongkai/store"
)

// Forget makes the ledger know nothing of what channels show: since the backup
// was made they were told what it does not know. Whatever is owed next is a
// call, even where the ledger thought that it is shown already.
func (l *Ledger) Forget(ctx context.Context) error {
	return l.each(ctx, func(id string) error {
		_, err := l.update(ctx, id, func(d *Delivery) error {
			if d.Shown == "" && d.Want == (Show{}) && d.Due == 0 {
				return store.ErrUnchanged
			}
			d.doubtLive()
			d.Shown, d.Want, d.State, d.Due, d.Lease = "", Show{}, Due, 0, 0
			d.Updated = gongkai.Millis(l.now())
			return nil
		})
		return err
	})
}

// each hands over the ids of all deliveries, in their order.
func (l *Ledger) each(ctx context.Context, do func(id string) error) error {
	for q := (store.Query{Limit: 500}); ; {
		page, err := l.docs.Find(ctx, q)
		if err != nil {
			return err
		}
		for _, d := range page.Docs {
			if err := do(d.ID); err != nil {
				return err
			}
		}
		if q.After = page.Next; q.After == "" {
			return nil
		}
	}
}
