// Forms: what 审批表, 登记表 and 保密审查单 say of an item, in public form.

package workflow

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gongkai"
	"gongkai/content"
	"gongkai/workflow/form"
)

// FormRecord is the record of an edition; the one that is live is recorded on
// the way if nobody has yet.
func (e *Engine) formRecord(ctx context.Context, it content.Item, edition int64) (content.FormRecord, error) {
	if edition == it.Live.Edition {
		if err := e.keepForm(ctx, it); err != nil {
			return content.FormRecord{}, err
		}
	}
	rec, err := e.content.Forms.Get(ctx, content.FormID(it.ID, edition))
	if gongkai.Is(err, gongkai.Missing) {
		err = gongkai.E(gongkai.Missing, "edition", "该信息没有这一版的审批登记", "there is no record of this edition")
	}
	return rec, err
}

// keepForm records what an edition went out with: when it is told to the
// public, and at the latest before another one takes its place.
func (e *Engine) keepForm(ctx context.Context, it content.Item) error {
	live := it.Live
	if live.Edition == 0 || live.Sheet == "" {
		return nil // nothing went out, or a restore does not know it
	}
	id := content.FormID(it.ID, live.Edition)
	if _, err := e.content.Forms.Get(ctx, id); !gongkai.Is(err, gongkai.Missing) {
		return err
	}
	sheet, err := e.content.Sheets.Get(ctx, live.Sheet)
	if err != nil {
		return err
	}
	pub, err := sheet.Public()
	if err != nil {
		return err
	}
	no, _ := pub.Fields["doc_no"].(string)
	rec := recordForm(it, no)
	rec.ID = id
	if _, err = e.content.Forms.Insert(ctx, rec); gongkai.Is(err, gongkai.Conflict) {
		return nil
	}
	return err
}

func recordForm(it content.Item, docNo string) content.FormRecord {
	live := it.Live
	rec := content.FormRecord{Item: it.ID, Unit: it.Publisher(), Kind: it.Kind, Title: live.Title, DocNo: docNo, IndexNo: it.IndexNo, Edition: live.Edition, Placed: live.Placed, Restricted: live.Restricted,
		Tier: it.Tier, Term: it.Term, Pipeline: live.Pipeline, Sheet: live.Sheet, Digest: live.Digest, Submitted: live.Submitted, Signoffs: live.Signoffs, Corrections: live.Corrections,
		Publisher: content.Named{ID: live.By}, Released: live.Released, Lead: live.Lead}
	for _, p := range live.Placed {
		if p.Home {
			rec.Column = p.Column
		}
	}
	for _, s := range it.Steps {
		if s.At == live.Released && s.By == live.By {
			rec.Publisher.Name, rec.StepN, rec.StepHash = form.For(s.Name, s.Detail["for_name"]), s.N, s.Hash
		}
		if s.Act == "follow" && s.Detail["sheet"] == live.Digest {
			rec.StepN, rec.StepHash = s.N, s.Hash
		}
	}
	for _, id := range live.Contributors {
		rec.Drafters = append(rec.Drafters, content.Named{ID: id, Name: nameIn(it, id)})
	}
	return rec
}

// nameIn is what a person was called in the recent acts; "" if there is none.
func nameIn(it content.Item, id string) string {
	for _, s := range slices.Backward(it.Steps) {
		if s.By == id {
			return s.Name
		}
	}
	return ""
}

// course is the item whose signatures count for the work on one: itself, or the
// lead that has it in its hands.
func (e *Engine) course(ctx context.Context, it content.Item) (content.Item, error) {
	if it.Work.State != content.Bundled {
		return it, nil
	}
	lead, err := e.content.Items.Get(ctx, it.Lead.Item)
	if err != nil || !heldBy(it, lead.ID, lead.Work.Round) {
		return it, err
	}
	return lead, nil
}

// underForm is work as a record: what would be recorded if it went out as it is.
func underForm(it, course content.Item) content.FormRecord {
	w := course.Work
	rec := content.FormRecord{Item: it.ID, Unit: orElse(it.Work.Unit, it.Unit), Kind: it.Kind, Title: it.Title, IndexNo: it.IndexNo, Placed: it.Placements, Column: it.Column, Tier: it.Tier, Term: it.Term,
		Pipeline: w.Pipeline, Sheet: w.Sheet, Digest: w.SheetDigest, Submitted: w.Submitted, Signoffs: w.Signoffs, Corrections: w.Corrections, StepN: it.StepN, StepHash: it.StepHead}
	if course.ID != it.ID {
		m, _ := content.MemberOf(course.Bundle, it.ID)
		rec.Sheet, rec.Digest, rec.Lead = m.Sheet, m.Digest, &content.Lead{Item: course.ID, Title: course.Title, Digest: w.SheetDigest}
	}
	for _, id := range it.Work.Contributors {
		rec.Drafters = append(rec.Drafters, content.Named{ID: id, Name: nameIn(it, id)})
	}
	return rec
}

// Form gathers what the forms of an item say: of the edition, or (0) of what is
// under way, and of the newest edition where nothing is. Whoever may read the
// item may have it: it shows masks where there are any, to everybody.
func (e *Engine) Form(ctx context.Context, actor gongkai.Actor, item string, edition int64) (form.Facts, error) {
	it, err := e.Item(ctx, actor, item)
	if err != nil {
		return form.Facts{}, err
	}
	if edition == 0 && it.Work.State == content.NoWork {
		edition = it.Live.Edition
	}
	course, err := e.course(ctx, it)
	if err != nil {
		return form.Facts{}, err
	}
	rec, work, revision := underForm(it, course), course.Work, it.Work.Revision
	if edition != 0 {
		if rec, err = e.formRecord(ctx, it, edition); err != nil {
			return form.Facts{}, err
		}
		work, revision = content.Work{}, ""
	}
	k, err := e.kind(ctx, rec.Kind)
	if err != nil {
		return form.Facts{}, err
	}
	b := formBuilder{Engine: e, it: it, rec: rec, work: work, kind: k}
	err = first(b.text(ctx, revision), b.places(ctx), b.signed(ctx), b.found(ctx, revision))
	b.facts.Made = gongkai.Millis(e.now())
	return b.facts, err
}

// formBuilder puts facts together.
type formBuilder struct {
	*Engine
	it    content.Item
	rec   content.FormRecord
	work  content.Work // that the signatures are of; none: of an edition
	kind  content.Kind
	facts form.Facts
}

// text takes the fields: of the sheet, which is what is signed, or of the head
// with its masks while there is none.
func (b *formBuilder) text(ctx context.Context, revision string) error {
	var v content.Fields
	f := &b.facts
	if struck(b.it, b.rec.Edition) {
		b.fields(nil)
		f.Title = struckTitle
		return nil
	}
	if b.rec.Sheet != "" {
		sheet, err := b.content.Sheets.Get(ctx, b.rec.Sheet)
		if err != nil {
			return err
		}
		pub, err := sheet.Public()
		if err != nil {
			return err
		}
		v, f.Masked, f.Kept = pub.Fields, sheet.Masked, sheet.Kept
		for _, file := range pub.Files {
			f.Files = append(f.Files, form.File{Name: file.Name, Size: file.Size, ByEye: file.ByEye})
		}
	} else {
		rev, err := b.content.Revisions.Get(ctx, revision)
		if err != nil {
			return err
		}
		fs, err := b.Findings(ctx, rev)
		if err != nil {
			return err
		}
		v = masksOf(fs, b.it.Work.Resolutions).fields(b.kind, rev.Fields)
		for _, file := range b.kind.Files(v) {
			f.Files = append(f.Files, form.File{Name: file.Name, Size: file.Size})
		}
	}
	b.fields(v)
	return nil
}

func (b *formBuilder) fields(v content.Fields) {
	f, rec := &b.facts, b.rec
	f.Item, f.Digest, f.Title, f.IndexNo, f.Kind = b.it.ID, rec.Digest, orElse(fieldText(b.kind, v, "title"), rec.Title), orElse(rec.IndexNo, fieldText(b.kind, v, "index_no")), b.kind.Zh
	f.Summary, f.DocNo, f.Department, f.Source = fieldText(b.kind, v, "summary"), fieldText(b.kind, v, "doc_no"), fieldText(b.kind, v, "department"), fieldText(b.kind, v, "source")
	f.Scope = lineOf(orElse(fieldText(b.kind, v, "scope"), "面向社会"), fieldText(b.kind, v, "audience"))
	f.Openness, f.Basis, f.Withheld = fieldText(b.kind, v, "openness"), lineOf(fieldText(b.kind, v, "basis"), fieldText(b.kind, v, "statutory")), fieldText(b.kind, v, "openness_basis")
	f.Submitted, f.Released, f.Publisher = rec.Submitted, rec.Released, form.Person(rec.Publisher)
	f.Planned = planned(rec.Term, b.it)
	f.Tier = tierName(orElse(rec.Tier, TierA))
	for _, p := range rec.Drafters {
		f.Drafters = append(f.Drafters, form.Person(p))
	}
	if rec.StepN > 0 {
		f.Record = fmt.Sprintf("第%d步，摘要%s", rec.StepN, rec.StepHash)
	}
	f.Edition, f.State = "在办稿", underWayZh(b.it)
	if rec.Edition != 0 {
		f.Edition, f.State = fmt.Sprintf("第%d版", rec.Edition), standingZh(b.it, rec.Edition)
	}
}

// fieldText is a value of a field as people read it.
func fieldText(k content.Kind, v content.Fields, name string) string {
	text, _ := v[name].(string)
	if f, known := k.Field(name); known {
		for _, c := range f.Choices {
			if c.Value == text {
				return c.Zh
			}
		}
	}
	return text
}

func lineOf(texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(t string) bool { return t == "" }), "；")
}

func planned(term content.Term, it content.Item) string {
	switch {
	case term.By != "":
		return term.By + "前"
	case it.Deadline != 0 && it.Live.State == content.NotLive:
		return Day(it.Deadline) + "前（公开期限）"
	}
	return ""
}

func tierName(tier string) string {
	for _, d := range Demands {
		if d.Code == tier {
			return d.Code + "（" + d.Zh + "）"
		}
	}
	return tier
}

func underWayZh(it content.Item) string { return stateZh[it.Work.State] }

// standingZh says how an edition stands today.
func standingZh(it content.Item, edition int64) string {
	switch {
	case edition == it.Live.Edition:
		return stateZh[it.Live.State]
	case struck(it, edition):
		return "已停止公开"
	}
	return fmt.Sprintf("已由第%d版替代", it.Live.Edition)
}

// struck tells whether an edition is not to be shown any more: what leaked in it
// stands in no form and no verification either.
func struck(it content.Item, edition int64) bool { return slices.Contains(it.Live.Struck, edition) }

// leaked tells whether an edition was called back because personal data leaked, or
// struck: a list that is handed on would outlast the calling back.
func leaked(it content.Item, edition int64) bool {
	return struck(it, edition) || it.Live.Privacy && edition == it.Live.Edition
}

// struckTitle stands where the title of such an edition stood.
const struckTitle = "（该版本已停止公开，内容不再显示）"

// places names unit, columns, sites and, once it was released, addresses.
func (b *formBuilder) places(ctx context.Context) error {
	unit, err := b.content.Units.Get(ctx, b.rec.Unit)
	if err != nil {
		return err
	}
	f := &b.facts
	f.Unit = unit.Name
	for _, p := range b.rec.Placed {
		site, err := b.content.Sites.Get(ctx, p.Site)
		if err != nil {
			return err
		}
		col, err := b.content.Columns.Get(ctx, p.Column)
		if err != nil {
			return err
		}
		if p.Home {
			f.Column = col.Name
		}
		f.Places = append(f.Places, "政府网站："+site.Name+"（"+col.Name+"）")
		if b.rec.Edition != 0 {
			f.Addresses = append(f.Addresses, address(site, p))
		}
	}
	if b.rec.Restricted {
		f.Places = append(f.Places, "特定范围：只在上列网站公开，不向其他渠道推送")
	}
	return nil
}

func address(site content.Site, p content.Placement) string {
	if site.Domain == "" {
		return site.Name + " " + p.Path
	}
	return "https://" + site.Domain + p.Path
}
