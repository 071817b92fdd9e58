// Collisions: two people change one text, or one person in two windows.

package workflow

import (
	"context"

	"gongkai"
	"gongkai/content"
	"gongkai/store"
)

// Collided is the code of a save over a revision that its author has not seen.
const Collided = "collision"

// collision refuses a save that began from another revision than the newest.
// What its author wrote is not lost: it is their working copy now, unless that
// holds something they wrote elsewhere.
func (e *Engine) collision(ctx context.Context, actor gongkai.Actor, it content.Item, d Draft) error {
	newest := head(it)
	if d.Base == "" || d.Base == newest {
		return nil
	}
	if base, err := e.content.Revisions.Get(ctx, d.Base); err != nil || base.Item != it.ID {
		return need(false, "base", "revision", "该信息没有这个修订稿", "this item has no such revision")
	}
	out := gongkai.E(gongkai.Conflict, Collided, "您开始编辑之后，正文已有更新的修订稿，本次未保存。请对照两个版本合并后再保存", "somebody saved a newer revision after you began: nothing was saved. Compare the two, merge them and save again",
		gongkai.Detail{Where: "revisions/" + newest, Code: "theirs", Zh: "现在的修订稿", En: "the revision that counts now"})
	if d.Fields == nil {
		return out
	}
	switch kept, err := e.keepWorking(ctx, actor, it, d); {
	case err != nil:
		return err
	case kept:
		out.Details = append(out.Details, gongkai.Detail{Where: "working", Code: "yours", Zh: "您的文字已存为工作稿", En: "your text is kept as your working copy"})
	default:
		out.Details = append(out.Details, gongkai.Detail{Where: "working", Code: "other", Zh: "您的工作稿是在别处另写的，未被覆盖", En: "your working copy was written elsewhere and is left as it is"})
	}
	return out
}

// keepWorking makes a text the working copy of its author, if none was begun
// from another revision.
func (e *Engine) keepWorking(ctx context.Context, actor gongkai.Actor, it content.Item, d Draft) (kept bool, err error) {
	k, err := e.kind(ctx, it.Kind)
	if err != nil {
		return false, err
	}
	v, err := k.Normalise(d.Fields)
	if err != nil {
		return false, err
	}
	_, err = e.content.Working.Upsert(ctx, it.ID+"."+actor.ID, func(doc *content.Working, exists bool) error {
		if kept = !exists || doc.Base == d.Base; !kept {
			return store.ErrUnchanged
		}
		doc.Item, doc.User, doc.Base, doc.Fields, doc.Updated = it.ID, actor.ID, d.Base, v, gongkai.Millis(e.now())
		return nil
	})
	return kept, err
}
