// What a person may see of the restricted side.

package workflow

import (
	"context"
	"slices"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/policy/lexicon"
	"gongkai/policy/privacy"
	"gongkai/store"
)

// KindName is what a kind of finding is called.
func KindName(kind string) (zh, en string) {
	switch kind {
	case content.FileUnread:
		return "不能机读的附件", "file that cannot be read here"
	case content.FileTraces:
		return "附件中的编辑痕迹", "traces of editing in a file"
	case content.Aggregation:
		return "数据汇聚", "gathering of data about one person"
	}
	for _, k := range slices.Concat(privacy.Kinds(), lexicon.Kinds()) {
		if k.Name == kind {
			return k.Zh, k.En
		}
	}
	return kind, kind
}

// View is a revision as one person may see it.
type View struct {
	Revision content.Revision
	Findings []content.Finding
	Unmasked bool // the values are as they were written
}

// Item reads an item for somebody.
func (e *Engine) Item(ctx context.Context, actor gongkai.Actor, id string) (content.Item, error) {
	it, err := e.content.Items.Get(ctx, id)
	if err != nil {
		return it, err
	}
	return it, e.mayRead(ctx, actor, it)
}

// wrote tells whether the actor wrote the text of a revision with all of it
// before them. Patches over masks and corrections leave the text its author's:
// who made them has seen no more than they were shown.
func (e *Engine) wrote(ctx context.Context, actor gongkai.Actor, rev content.Revision) bool {
	for range 500 {
		if rev.Whole || rev.Parent == "" {
			return rev.Whole && rev.Author == actor.ID
		}
		parent, err := e.content.Revisions.Get(ctx, rev.Parent)
		if err != nil {
			return false
		}
		rev = parent
	}
	return false
}

// mayUnmasked tells whether the actor may see the values as they were written:
// a right, and drafters see their own text.
func (e *Engine) mayUnmasked(ctx context.Context, actor gongkai.Actor, it content.Item, rev content.Revision) bool {
	var facts []string
	if e.wrote(ctx, actor, rev) {
		facts = append(facts, policy.OwnDraft)
	}
	return e.Can(ctx, actor, policy.ItemReadUnmasked, it.Unit, facts...) == nil
}

// Revision reads a revision: masked, unless the actor has the right.
func (e *Engine) Revision(ctx context.Context, actor gongkai.Actor, item, id string) (View, error) {
	it, err := e.Item(ctx, actor, item)
	if err != nil {
		return View{}, err
	}
	rev, err := e.content.Revisions.Get(ctx, id)
	if err != nil {
		return View{}, err
	}
	if rev.Item != it.ID {
		return View{}, gongkai.E(gongkai.Missing, "revision", "该信息没有这个修订稿", "this item has no such revision")
	}
	if err := rev.Left(); err != nil {
		return View{}, err
	}
	fs, err := e.Findings(ctx, rev)
	if err != nil {
		return View{}, err
	}
	may := e.mayUnmasked(ctx, actor, it, rev)
	v := View{Revision: rev, Findings: fs, Unmasked: may && rev.Purged == nil}
	if !may {
		k, err := e.kind(ctx, rev.Kind)
		if err != nil {
			return View{}, err
		}
		v.Revision.Fields = masksOf(fs, decisions(it)).fields(k, rev.Fields)
	}
	e.looked(ctx, actor, it, rev.ID)
	return v, nil
}

// Revisions lists an item's revisions, newest first, without their values.
func (e *Engine) Revisions(ctx context.Context, actor gongkai.Actor, item, after string, limit int) (store.Page[content.Revision], error) {
	if _, err := e.Item(ctx, actor, item); err != nil {
		return store.Page[content.Revision]{}, err
	}
	page, err := e.content.Revisions.Find(ctx, store.Query{Where: []store.Cond{store.Eq("item", item)}, Sort: []string{"-created"}, After: after, Limit: limit})
	for i := range page.Docs {
		page.Docs[i].Fields = nil
	}
	return page, err
}

// Sheet reads a proof sheet of an item. Sheets are in public form.
func (e *Engine) Sheet(ctx context.Context, actor gongkai.Actor, item, id string) (content.Sheet, error) {
	it, sheet, err := e.sheetIn(ctx, actor, item, id)
	if err == nil {
		digest := ""
		if sheet.ID == it.Work.Sheet {
			digest = sheet.Digest
		}
		e.shown(ctx, actor, it, sheet.Revision, digest)
	}
	return sheet, err
}

func (e *Engine) sheetIn(ctx context.Context, actor gongkai.Actor, item, id string) (content.Item, content.Sheet, error) {
	it, err := e.Item(ctx, actor, item)
	if err != nil {
		return it, content.Sheet{}, err
	}
	sheet, err := e.content.Sheets.Get(ctx, id)
	if err == nil && sheet.Item != item {
		err = gongkai.E(gongkai.Missing, "sheet", "该信息没有这个清样", "this item has no such sheet")
	}
	return it, sheet, err
}

// Compare lists what differs between two sheets of an item.
func (e *Engine) Compare(ctx context.Context, actor gongkai.Actor, item, from, to string) ([]Difference, error) {
	var pub [2]content.Public
	for i, id := range []string{from, to} {
		sheet, err := e.Sheet(ctx, actor, item, id)
		if err != nil {
			return nil, err
		}
		if pub[i], err = sheet.Public(); err != nil {
			return nil, err
		}
	}
	k, err := e.kind(ctx, pub[1].Kind)
	if err != nil {
		return nil, err
	}
	return Differ(k, pub[0].Fields, pub[1].Fields), nil
}

// Autosave overwrites the actor's working copy. Nobody else's is touched; seen
// is the revision of the working copy that the editor saw, 0 for any. The text
// comes first: that its writer is seen at it fails nobody's save.
func (e *Engine) Autosave(ctx context.Context, actor gongkai.Actor, item, base string, seen int64, v content.Fields) (content.Working, error) {
	it, err := e.content.Items.Get(ctx, item)
	if err != nil {
		return content.Working{}, err
	}
	if err := e.Can(ctx, actor, policy.ItemSave, it.Unit); err != nil {
		return content.Working{}, err
	}
	k, err := e.kind(ctx, it.Kind)
	if err != nil {
		return content.Working{}, err
	}
	if v, err = k.Normalise(v); err != nil {
		return content.Working{}, err
	}
	saved, err := e.content.Working.Upsert(ctx, item+"."+actor.ID, func(doc *content.Working, exists bool) error {
		if exists && seen != 0 && doc.Rev != seen {
			return gongkai.E(gongkai.Conflict, "stale", "另一窗口已保存了更新的工作稿", "another window saved a newer working copy")
		}
		doc.Item, doc.User, doc.Base, doc.Fields, doc.Updated = item, actor.ID, base, v, gongkai.Millis(e.now())
		return nil
	})
	if err == nil && !actor.Key {
		_ = e.present(ctx, actor, item, true)
	}
	return saved, err
}

// Working reads the actor's own working copy.
func (e *Engine) Working(ctx context.Context, actor gongkai.Actor, item string) (content.Working, error) {
	if _, err := e.Item(ctx, actor, item); err != nil {
		return content.Working{}, err
	}
	return e.content.Working.Get(ctx, item+"."+actor.ID)
}

// decisions are those over the head: of the work, or of what is live.
func decisions(it content.Item) []content.Resolution {
	if it.Work.State == content.NoWork {
		return it.Live.Settled
	}
	return it.Work.Resolutions
}
