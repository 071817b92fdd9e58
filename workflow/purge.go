// Retention of originals (原件保存期): unmasked texts and files go when it is
// over. The public form, the signatures and a stub stay.

package workflow

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/store"
)

// Terms (原件保存期) are the days for which originals are kept, by class; 0: for
// ever.
type Terms struct{ Released, Dropped, Uploads int }

// originalClass is a row of the table of classes of an item's originals.
type originalClass struct {
	name string
	live []string
	days func(Terms) int
}

var originalClasses = []originalClass{
	{content.OriginalReleased, wasLive, func(t Terms) int { return t.Released }},
	{content.OriginalDropped, []string{content.NotLive}, func(t Terms) int { return t.Dropped }},
}

// dueBefore is when the last act was at the latest on items whose retention is over.
func dueBefore(now time.Time, days int) int64 {
	return gongkai.Millis(now.Add(-time.Duration(days) * 24 * time.Hour))
}

// past finds the items of the class that are not under way, and whose last act
// is older than the retention.
func (c originalClass) past(now time.Time, t Terms) []store.Cond {
	return []store.Cond{store.Eq("cleared", false), store.In("live.state", c.live...), store.In("work.state", content.NoWork, content.Rejected), store.Lt("updated", dueBefore(now, c.days(t)))}
}

// Keeping is a reason why originals stay although their retention is over.
type Keeping struct{ Code, Zh, En string }

// keepings is the table of these reasons, as far as the item itself says them.
var keepings = []struct {
	Keeping
	holds func(content.Item) bool
}{
	{Keeping{"preserved", "有人要求保留", "somebody asked to keep them"}, func(it content.Item) bool { return it.Preserved != nil }},
	{Keeping{"under_way", "仍在办理", "work is under way"}, func(it content.Item) bool {
		return it.Work.State != content.NoWork && it.Work.State != content.Rejected
	}},
	{Keeping{"later_review", "补审未完成", "a later review is owed"}, func(it content.Item) bool { return it.LaterBy != 0 }},
	{Keeping{"withdrawal", "撤稿申请未决", "a withdrawal was asked for"}, func(it content.Item) bool { return it.Live.Asked != nil }},
	{Keeping{"validity", "效力变更申请未决", "a change of validity was asked for"}, func(it content.Item) bool { return it.Live.AskedValidity != nil }},
	{Keeping{"suspended", "临时下线，尚未处理", "it is suspended, and nobody has decided what becomes of it"}, func(it content.Item) bool { return it.Live.State == content.Suspended }},
	{Keeping{"scheduled", "有定时事项", "an act is scheduled"}, func(it content.Item) bool { return len(it.Schedules) > 0 }},
	{Keeping{"interpretation", "解读未发布", "an interpretation is owed"}, func(it content.Item) bool { return it.InterpretBy != 0 }},
}

func keptBy(it content.Item) (Keeping, bool) {
	for _, k := range keepings {
		if k.holds(it) {
			return k.Keeping, true
		}
	}
	return Keeping{}, false
}

// keptBy asks beside that what is owed to the outside, and whether the re-scan
// has found something that waits for somebody.
func (e *Engine) keptBy(ctx context.Context, it content.Item) (Keeping, bool, error) {
	if k, kept := keptBy(it); kept {
		return k, true, nil
	}
	if it.Told < it.Seq || it.Copied < it.StepN {
		return Keeping{"owed", "对外告知或者审计记录尚未完成", "something is still to be told, or copied to the trail"}, true, nil
	}
	hit, err := e.content.Hits.Get(ctx, it.ID)
	if err != nil && !gongkai.Is(err, gongkai.Missing) {
		return Keeping{}, true, err
	}
	return Keeping{"hit", "存量复检问题未处理", "the re-scan found something that nobody has settled"}, err == nil && hit.State == content.HitOpen, nil
}

// preserve (保留原件) keeps the originals of an item, whatever their retention.
func (t *turn) preserve() error {
	if err := first(t.w.Can(policy.OriginalPreserve), t.reason()); err != nil {
		return err
	}
	t.it.Preserved = &content.Preserved{By: t.w.Actor.ID, Name: t.w.Actor.Name, At: t.w.Now, Reason: t.s.Reason}
	return nil
}

// unpreserve (解除保留) lets the retention count again, from this day on.
func (t *turn) unpreserve() error {
	if err := t.w.Can(policy.OriginalPreserve); err != nil {
		return err
	}
	if t.it.Preserved == nil {
		return gongkai.E(gongkai.Missing, "not_preserved", "该信息的原件没有被要求保留", "nobody asked to keep the originals of this item")
	}
	if err := t.reason(); err != nil {
		return err
	}
	t.it.Preserved = nil
	return nil
}

// purge (清除原件) writes down that the originals go, before the first one does.
func (t *turn) purge() error {
	if k, kept := keptBy(*t.it); kept {
		return gongkai.E(gongkai.Blocked, k.Code, "原件不得清除："+k.Zh, "the originals stay: "+k.En)
	}
	p := t.w.Purge
	p.At, p.Done = t.w.Now, false
	t.it.Purge = &p
	t.detail["class"], t.detail["by"], t.detail["since"], t.detail["days"] = p.Class, p.By, Day(p.Since), strconv.Itoa(p.Days)
	t.detail["revisions"], t.detail["files"] = strconv.Itoa(p.Revisions), strconv.Itoa(p.Files)
	return nil
}

// originals are those of an item that a purge would take.
type originals struct {
	revisions []string          // ids
	files     []string          // digests
	sheets    map[string]string // newest sheet made of a revision
	bytes     int64             // of the texts
}

// originalsOf lists them. The newest text stays if no sheet was made of it:
// there would be nothing left to go on from.
func (e *Engine) originalsOf(ctx context.Context, it content.Item) (o originals, err error) {
	if o.sheets, err = e.sheetsOf(ctx, it.ID); err != nil {
		return o, err
	}
	err = e.eachRevision(ctx, it.ID, func(rev content.Revision) error {
		if rev.Purged != nil || rev.ID == head(it) && o.sheets[rev.ID] == "" {
			return nil
		}
		raw, err := json.Marshal(rev.Fields)
		if err != nil {
			return err
		}
		k, err := e.kind(ctx, rev.Kind)
		o.revisions, o.files, o.bytes = append(o.revisions, rev.ID), append(o.files, k.Names(rev.Fields)...), o.bytes+int64(len(raw))
		return err
	})
	slices.Sort(o.files)
	o.files = slices.Compact(o.files)
	return o, err
}

func (e *Engine) eachRevision(ctx context.Context, item string, each func(content.Revision) error) error {
	q := store.Query{Where: []store.Cond{store.Eq("item", item)}, Sort: []string{"created"}, Limit: 20}
	for {
		page, err := e.content.Revisions.Find(ctx, q)
		if err != nil {
			return err
		}
		for _, rev := range page.Docs {
			if err := each(rev); err != nil {
				return err
			}
		}
		if q.After = page.Next; q.After == "" {
			return nil
		}
	}
}

// sheetsOf are the newest sheets made of the revisions of an item.
func (e *Engine) sheetsOf(ctx context.Context, item string) (map[string]string, error) {
	out := map[string]string{}
	q := store.Query{Where: []store.Cond{store.Eq("item", item)}, Sort: []string{"built"}, Limit: 20}
	for {
		page, err := e.content.Sheets.Find(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, s := range page.Docs {
			out[s.Revision] = s.ID
		}
		if q.After = page.Next; q.After == "" {
			return out, nil
		}
	}
}

// purgeItem purges the originals of an item whose retention is over, or goes on
// with a purge that was cut off. gone tells whether anything was purged.
func (e *Engine) purgeItem(ctx context.Context, it content.Item, c originalClass, by string) (gone bool, err error) {
	if _, kept, err := e.keptBy(ctx, it); err != nil || kept {
		return false, err
	}
	o, err := e.originalsOf(ctx, it)
	if err != nil {
		return false, err
	}
	if it.Purge == nil || it.Purge.Done {
		if len(o.revisions) == 0 {
			return false, e.cleared(ctx, it)
		}
		p := content.Purge{By: by, Class: c.name, Since: it.Updated, Days: c.days(e.Terms), Revisions: len(o.revisions), Files: len(o.files)}
		it, err = e.write(ctx, gongkai.System, it, &Step{ID: gongkai.DerivedID("purge", it.ID, it.StepHead), Act: "purge"}, func(content.Item) (World, error) { return World{Purge: p}, nil })
		if errors.Is(err, errMoved) || gongkai.Is(err, gongkai.Blocked) {
			return false, nil // somebody went on with it, or asked to keep it
		}
		if err != nil {
			return false, err
		}
	}
	return true, e.finishPurge(ctx, it, o)
}

// finishPurge takes away what the item's purge says. It may be cut off at any
// point and repeated.
func (e *Engine) finishPurge(ctx context.Context, it content.Item, o originals) error {
	p := *it.Purge
	for _, id := range o.revisions {
		if err := e.purgeRevision(ctx, id, o.sheets[id], p); err != nil {
			return err
		}
	}
	if err := e.purgeWorking(ctx, it.ID, p.At); err != nil {
		return err
	}
	var files []string
	err := e.eachRevision(ctx, it.ID, func(rev content.Revision) error {
		if rev.Purged != nil && rev.Purged.At == p.At {
			files = append(files, rev.Purged.Files...)
		}
		return nil
	})
	if err != nil {
		return err
	}
	slices.Sort(files)
	for _, file := range slices.Compact(files) {
		if _, err := e.content.Files.Purge(ctx, file, p.Stub(), e.content.Needs); err != nil {
			return err
		}
	}
	_, err = e.content.Items.Update(ctx, it.ID, 0, func(doc *content.Item) error {
		if doc.Purge == nil || doc.Purge.At != p.At || doc.Purge.Done {
			return store.ErrUnchanged
		}
		done := *doc.Purge
		done.Done = true
		doc.Purge = &done
		return nil
	})
	return err
}

// cleared keeps an item that has nothing left from being looked at every night.
func (e *Engine) cleared(ctx context.Context, it content.Item) error {
	_, err := e.content.Items.Update(ctx, it.ID, 0, func(doc *content.Item) error {
		if doc.StepHead != it.StepHead {
			return store.ErrUnchanged
		}
		doc.Cleared = true
		return nil
	})
	return err
}

// purgeRevision leaves of a text its stub and the public form that was made of
// it, or nothing where none was.
func (e *Engine) purgeRevision(ctx context.Context, id, sheet string, p content.Purge) error {
	left, files, err := e.publicForm(ctx, sheet)
	if err != nil {
		return err
	}
	_, err = e.content.Revisions.Update(ctx, id, 0, func(doc *content.Revision) error {
		if doc.Purged != nil || doc.Created > p.At {
			return store.ErrUnchanged
		}
		raw, err := json.Marshal(doc.Fields)
		if err != nil {
			return err
		}
		stub := p.Stub()
		stub.Size, stub.Files = int64(len(raw)), doc.Files
		doc.Purged, doc.Fields, doc.Files, doc.Listed = &stub, left, files, true
		return nil
	})
	return err
}

// publicForm is what a sheet says, as a text that work can go on from: its
// files are the public copies.
func (e *Engine) publicForm(ctx context.Context, id string) (content.Fields, []string, error) {
	if id == "" {
		return nil, nil, nil
	}
	sheet, err := e.content.Sheets.Get(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	pub, err := sheet.Public()
	if err != nil {
		return nil, nil, err
	}
	k, err := e.kind(ctx, pub.Kind)
	if err != nil {
		return nil, nil, err
	}
	for _, f := range k.Fields() {
		if _, given := pub.Fields[f.Name]; !given || f.Type != "files" {
			continue
		}
		refs := content.FilesOf(pub.Fields[f.Name])
		for i := range refs {
			if refs[i], err = e.content.Files.Adopt(ctx, refs[i]); err != nil {
				return nil, nil, err
			}
		}
		pub.Fields[f.Name] = refs
	}
	return pub.Fields, k.Names(pub.Fields), nil
}

// purgeWorking drops working copies that nobody has touched since.
func (e *Engine) purgeWorking(ctx context.Context, item string, at int64) error {
	q := store.Query{Where: []store.Cond{store.Eq("item", item)}, Limit: 200}
	for {
		page, err := e.content.Working.Find(ctx, q)
		if err != nil {
			return err
		}
		for _, w := range page.Docs {
			if w.Updated > at {
				continue
			}
			if err := e.content.Working.Delete(ctx, w.ID, w.Rev); err != nil && !gongkai.Is(err, gongkai.Missing) && !gongkai.Is(err, gongkai.Conflict) {
				return err
			}
		}
		if q.After = page.Next; q.After == "" {
			return nil
		}
	}
}

// stillThere looks, now that a text names the files, whether a purge was faster.
func (e *Engine) stillThere(ctx context.Context, files []string) error {
	for _, file := range files {
		stat, err := e.content.Files.Stat(ctx, file)
		if err != nil && !gongkai.Is(err, gongkai.Missing) {
			return err
		}
		if stat.Purged != nil {
			return stat.Purged.Gone()
		}
	}
	return nil
}

// ofPurged is what somebody is told who goes on from a text whose original is
// gone.
func ofPurged(p content.Purged) gongkai.Detail {
	day := Day(p.At)
	return gongkai.Detail{Where: "revision", Code: "purged", Zh: "原件已于" + day + "按保存期限清除，本稿以公开形式为底稿：遮掩之处的原文已不存在，附件为公开副本，附件中依法保留等处理须重新认定",
		En: "the original was purged on " + day + ": this goes on from the public form. What stood below its masks is gone, its files are the public copies, and what was decided over the files has to be decided anew"}
}
