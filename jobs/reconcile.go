// Reconcile: after a restore from a backup, before anything is told.

package jobs

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"gongkai"
	"gongkai/audit"
	"gongkai/channel"
	"gongkai/content"
	"gongkai/publication"
	"gongkai/store"
	"gongkai/workflow"
)

// Reconciler brings a restored content store in step with the public store, of
// which it changes nothing.
//
//	trees ─ pages that are ahead ─ counters ─ ledger forgets, and is reminded ─ all is owed anew ─ epoch ─ trail
//
// Every part may happen twice: a run that was killed is begun again.
type Reconciler struct {
	Content *content.Content
	Engine  *workflow.Engine
	Public  *publication.Public
	Ledger  *channel.Ledger
	Trail   *audit.Trail
	Now     gongkai.Clock
	By      gongkai.Actor       // who restores
	Say     func(zh, en string) // progress and doubts; may be nil

	found content.Restore
}

// Run reconciles. taken is when the backup was made, 0 if that is not known;
// lost says that the public store was lost too, so that what it holds is no
// newer than the content.
func (r *Reconciler) Run(ctx context.Context, taken time.Time, lost bool) (content.Restore, error) {
	at := int64(0)
	if !taken.IsZero() {
		at = gongkai.Millis(taken)
	}
	begun, err := r.Content.BeginRestore(ctx, at, lost)
	if err != nil {
		return begun, err
	}
	r.found = begun
	epoch, err := r.Content.Epoch(ctx)
	if err != nil {
		return begun, err
	}
	// Seconds rather than a count: the same backup may be restored twice, with
	// nobody left who knows of the first time but the receivers.
	r.found.Epoch = max(epoch+1, r.Now().Unix())
	for _, part := range []func() error{
		func() error { return r.trees(ctx) },
		func() error {
			return r.Public.EachItem(ctx, func(pages []publication.Page) error { return r.item(ctx, epoch, pages) })
		},
		func() error { return r.Ledger.Forget(ctx) },
		func() error {
			return r.Public.EachReceipt(ctx, func(kept publication.Receipt) error { return r.Ledger.Recall(ctx, kept) })
		},
		func() error { return r.oweAll(ctx, epoch) },
		func() error { return r.record(ctx) },
	} {
		if err := part(); err != nil {
			return r.found, err
		}
	}
	return r.Content.EndRestore(ctx, r.found)
}

func (r *Reconciler) say(zh, en string) {
	if r.Say != nil {
		r.Say(zh, en)
	}
}

// item makes an item what its pages show where they are ahead of it.
func (r *Reconciler) item(ctx context.Context, epoch int64, pages []publication.Page) error {
	s := shown{pages: pages}
	top := s.top()
	r.found.Epoch = max(r.found.Epoch, top.Epoch+1)
	it, err := r.Content.Items.Get(ctx, top.Item)
	known := !gongkai.Is(err, gongkai.Missing)
	if err != nil && known {
		return err
	}
	if _, ahead := s.aheadOf(it, epoch); !ahead {
		return nil
	}
	if err := r.complete(ctx, &s); err != nil {
		return err
	}
	step := gongkai.DerivedID("reconcile", top.Item, fmt.Sprint(r.found.Number), fmt.Sprint(r.found.Began))
	see := func(it content.Item) (workflow.Ahead, bool) { return s.aheadOf(it, epoch) }
	it, err = r.Engine.Reconcile(ctx, s.fresh(), step, see)
	if gongkai.Is(err, gongkai.Conflict) { // its index number is another item's in the backup
		r.say("索引号重复，条目 "+top.Item+" 暂无索引号", "an index number is used twice: item "+top.Item+" has none for now")
		it, err = r.Engine.Reconcile(ctx, s.fresh(), step, func(it content.Item) (workflow.Ahead, bool) {
			a, ahead := s.aheadOf(it, epoch)
			a.IndexNo = ""
			return a, ahead
		})
	}
	if err != nil {
		return err
	}
	r.count(it, known)
	if err := r.claim(ctx, it, pages); err != nil {
		return err
	}
	return r.liftIndexNo(ctx, it, pages)
}

func (r *Reconciler) count(it content.Item, known bool) {
	r.found.Ahead++
	if it.Live.State == content.Suspended {
		r.found.Suspended++
	}
	if !known {
		r.found.Made++
	}
}

// claim reserves the paths that the pages have, and had, for the item.
func (r *Reconciler) claim(ctx context.Context, it content.Item, pages []publication.Page) error {
	for _, p := range pages {
		for i, path := range append([]string{p.Path}, p.Former...) {
			_, err := r.Content.Paths.Upsert(ctx, p.Site+":"+path, func(doc *content.PathClaim, exists bool) error {
				if exists && (doc.Item == it.ID || i > 0) {
					return store.ErrUnchanged
				}
				doc.Item = it.ID
				return nil
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// oweAll lets everything that is or was public be told again: with the new
// epoch it is newer than whatever receivers hold. Pages that are behind the
// content tell that the public store is not the one that survived.
func (r *Reconciler) oweAll(ctx context.Context, epoch int64) error {
	q := store.Query{Where: []store.Cond{store.In("live.state", content.Published, content.Suspended, content.Tombstoned)}, Sort: []string{"updated"}, Limit: 500}
	for {
		page, err := r.Content.Items.Find(ctx, q)
		if err != nil {
			return err
		}
		for _, it := range page.Docs {
			if err := r.owe(ctx, it, epoch); err != nil {
				return err
			}
		}
		if q.After = page.Next; q.After == "" {
			return nil
		}
	}
}

func (r *Reconciler) owe(ctx context.Context, it content.Item, epoch int64) error {
	if it.Told > 0 && !r.found.Lost {
		pages, err := r.Public.OfItem(ctx, it.ID)
		if err != nil {
			return err
		}
		if behind(pages, epoch, it.Told) {
			r.found.Lost = true
			r.say("公开库落后于备份，并非幸存的最新公开库", "the public store is behind the backup: it is not one that survived")
		}
	}
	_, err := r.Content.Items.Update(ctx, it.ID, 0, func(doc *content.Item) error {
		doc.Told, doc.Tries = 0, 0
		doc.Owes(gongkai.Millis(r.Now()))
		return nil
	})
	return err
}

// behind: the public store had shown this already when the backup was made.
func behind(pages []publication.Page, epoch, told int64) bool {
	if len(pages) == 0 {
		return true
	}
	top := shown{pages: pages}.top()
	return cmp.Or(cmp.Compare(top.Epoch, epoch), cmp.Compare(top.Seq, told)) < 0
}

// record writes the restore into the trail.
func (r *Reconciler) record(ctx context.Context) error {
	head, err := r.Trail.Head(ctx)
	if err != nil {
		return err
	}
	f := r.found
	detail := map[string]string{"epoch": fmt.Sprint(f.Epoch), "backup": stamp(f.Taken), "began": stamp(f.Began), "public_lost": fmt.Sprint(f.Lost),
		"ahead": fmt.Sprint(f.Ahead), "suspended": fmt.Sprint(f.Suspended), "made": fmt.Sprint(f.Made), "head_n": fmt.Sprint(head.N), "head": head.Hash}
	return r.Trail.Append(ctx, audit.Entry{At: gongkai.Millis(r.Now()), Actor: r.By.ID, ActorName: r.By.Name, Act: "restore", Object: "content", Detail: detail,
		Key: fmt.Sprintf("restore.%d.%d", f.Number, f.Began)})
}

func stamp(ms int64) string {
	if ms == 0 {
		return "unknown"
	}
	return time.UnixMilli(ms).In(content.Shanghai).Format(time.RFC3339)
}

// OweFiles lets public copies of files that are missing be made again from the
// originals: whatever is shown with files is told once more, under the number
// that it has.
func (r *Reconciler) OweFiles(ctx context.Context) error {
	return r.Public.EachItem(ctx, func(pages []publication.Page) error {
		top := shown{pages: pages}.top()
		if top.State != publication.Shows || len(top.Files) == 0 {
			return nil
		}
		_, err := r.Content.Items.Update(ctx, top.Item, 0, func(doc *content.Item) error {
			doc.Told = 0
			doc.Owes(gongkai.Millis(r.Now()))
			return nil
		})
		if gongkai.Is(err, gongkai.Missing) {
			return nil
		}
		return err
	})
}
