// After a restore from a backup the public side can be ahead of the items.

package workflow

import (
	"context"

	"gongkai"
	"gongkai/content"
	"gongkai/store"
)

// Ahead (公开在前) is what the public side shows of an item since a time that
// the backup does not know.
type Ahead struct {
	Shows    string       // state of its page
	Live     content.Live // what the item's live part becomes
	Seq      int64        // of the page: the item's is lifted above it
	Editions int64        // numbers given out
	IndexNo  string
	Void     bool // signatures under way were given before what is not known any more
}

// Reconcile makes the live part of an item what the public shows of it, as see
// finds it; an item that the backup does not know is made of fresh. A repeat
// with the same step changes nothing.
func (e *Engine) Reconcile(ctx context.Context, fresh content.Item, step string, see func(content.Item) (Ahead, bool)) (content.Item, error) {
	was, err := e.content.Items.Get(ctx, fresh.ID)
	if gongkai.Is(err, gongkai.Missing) {
		was, err = fresh, nil
	}
	if err != nil {
		return was, err
	}
	on, err := e.laying(ctx, was)
	if err != nil && !gongkai.Is(err, gongkai.Missing) { // a unit that the backup does not know has nobody to tell
		return was, err
	}
	return e.content.Items.Upsert(ctx, fresh.ID, func(doc *content.Item, exists bool) error {
		it := *doc
		if !exists {
			it = fresh
			it.Meta = doc.Meta
		}
		ahead, is := see(it)
		if _, done := it.Done(step); done || !is {
			return store.ErrUnchanged
		}
		next, err := Apply(it, Step{ID: step, Act: "reconcile"}, World{Actor: gongkai.System, Now: gongkai.Millis(e.now()), Ahead: ahead, Where: on.where, Pipeline: on.Pipeline, Owed: on.Owed})
		if err != nil {
			return err
		}
		*doc = next
		return nil
	})
}

func (t *turn) reconcile() error {
	a, it := t.w.Ahead, t.it
	if err := need(a.Shows != "", "act", "act", "只在恢复备份之后使用", "this is for restores from a backup"); err != nil {
		return err
	}
	work := it.Work
	if a.Void {
		t.takeBack()
	}
	it.Live = a.Live
	if work.Emergency != nil && work.SheetDigest != "" && work.SheetDigest == a.Live.Digest { // it was released since the backup
		t.owesReview(*work.Emergency, work.Contributors)
	}
	if it.Work.State == content.NoWork && len(a.Live.Placed) > 0 {
		it.Placements = a.Live.Placed
		it.Column = it.Home().Column
	}
	if it.IndexNo == "" {
		it.IndexNo = a.IndexNo
	}
	it.Editions = max(it.Editions, a.Editions)
	it.Seq = max(it.Seq, a.Seq) + 1
	t.detail["public"], t.detail["sheet"] = a.Shows, a.Live.Digest
	return nil
}

// kept refuses to show an edition whose sheet a restore has not brought back.
func (t *turn) kept() error {
	if t.it.Live.Sheet != "" {
		return nil
	}
	return gongkai.E(gongkai.Blocked, "no_sheet", "该版本的清样未能随备份恢复，请重新起草或撤稿", "a restore did not bring the sheet of this edition back: write it anew, or withdraw it")
}
