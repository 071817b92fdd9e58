// Publish: brings the public side up to date with an item.

package jobs

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"gongkai"
	"gongkai/channel"
	"gongkai/content"
	"gongkai/publication"
	"gongkai/store"
)

// publish writes files, then the edition, then the pages that name them, then
// removes what no page names, then writes down what each channel is owed.
func (w *Worker) publish(ctx context.Context, it content.Item) error {
	var pub content.Public
	keep := map[string]bool{}
	if it.Live.State == content.Published {
		sheet, err := w.Content.Sheets.Get(ctx, it.Live.Sheet)
		if err != nil {
			return err
		}
		if pub, err = sheet.Public(); err != nil {
			return err
		}
		if ended := it.Live.Ended; ended != nil && ended.Files {
			pub.Files = nil // the publicity period is over: they are no longer public
		}
		for _, f := range pub.Files {
			keep[f.Digest] = true
			err := w.Public.PutFile(ctx, it.ID, f.Digest, func() (io.ReadCloser, error) { return w.Content.Files.OpenKept(ctx, f.Digest) })
			if err != nil {
				return err
			}
		}
		edition := publication.Edition{Item: it.ID, Number: it.Live.Edition, Digest: it.Live.Digest, Bytes: sheet.Bytes, Released: it.Live.Released, Note: pub.Note}
		if err := w.Public.PutEdition(ctx, edition); err != nil {
			return err
		}
	}
	if err := w.showPages(ctx, it, pub); err != nil {
		return err
	}
	if err := w.Public.Strike(ctx, it.ID, it.Live.Struck); err != nil {
		return err
	}
	latest := func(ctx context.Context) (bool, error) {
		now, err := w.Content.Items.Get(ctx, it.ID)
		return now.Seq == it.Seq, err
	}
	if err := w.Public.RemoveFiles(ctx, it.ID, keep, latest); err != nil {
		return err
	}
	if err := w.relate(ctx, it); err != nil {
		return err
	}
	return w.owe(ctx, it)
}

// relate tells the items that a mark of validity names, or named before, once
// readers can see it.
func (w *Worker) relate(ctx context.Context, it content.Item) error {
	v := it.Live.Validity
	if v == nil || v.Seq <= it.Told {
		return nil
	}
	for _, other := range strings.Fields(v.By + " " + v.Was) {
		if err := w.Engine.Relate(ctx, it, other); err != nil {
			return err
		}
	}
	return nil
}

// pageState is what the pages of an item show.
func pageState(l content.Live) string {
	switch l.State {
	case content.Published:
		return publication.Shows
	case content.Suspended:
		return publication.Suspended
	case content.Tombstoned:
		return l.Tombstone.Type
	}
	return publication.Vanish
}

func (w *Worker) showPages(ctx context.Context, it content.Item, pub content.Public) error {
	epoch, err := w.Content.Epoch(ctx)
	if err != nil {
		return err
	}
	unit, err := w.Content.Units.Get(ctx, it.Publisher())
	if err != nil {
		return err
	}
	base := publication.Page{Item: it.ID, Epoch: epoch, Seq: it.Seq, State: pageState(it.Live), Reason: it.Live.Reason,
		Edition: publication.EditionID(it.ID, it.Live.Edition), Digest: it.Live.Digest, Kind: it.Kind, Unit: unit.ID, UnitPath: unit.Path, Units: content.Ancestors(unit.Path),
		Lang: it.Lang, Group: it.Group, Title: text(pub, "title"), IndexNo: it.IndexNo, DocNo: text(pub, "doc_no"), Validity: text(pub, "validity"), Summary: text(pub, "summary"),
		Published: it.Live.First, Released: it.Live.Released, Year: year(pub, it.Live.First)}
	base.Mark, base.Ended = it.Live.Marked(), it.Live.Ended
	if base.Mark != nil {
		base.Validity = base.Mark.State
	}
	if it.Live.Tombstone != nil {
		base.To = it.Live.Tombstone.To
	}
	for _, f := range pub.Files {
		base.Files = append(base.Files, f.Digest)
	}
	if err := w.Public.Tag(ctx, &base, pub); err != nil {
		return err
	}
	placed := map[string]bool{}
	for _, p := range it.Live.Placed {
		col, err := w.Content.Columns.Get(ctx, p.Column)
		if err != nil {
			return err
		}
		page := base
		page.Site, page.Path, page.Column, page.ColumnPath, page.Columns = p.Site, p.Path, p.Column, col.Path, content.Ancestors(col.Path)
		placed[p.Site] = true
		if _, err := w.Public.Show(ctx, page); err != nil {
			return err
		}
	}
	return w.leave(ctx, it, base, placed)
}

// leave lets pages vanish from sites where the item stands no more.
func (w *Worker) leave(ctx context.Context, it content.Item, base publication.Page, placed map[string]bool) error {
	pages, err := w.Public.Pages.Find(ctx, store.Query{Where: []store.Cond{store.Eq("item", it.ID)}, Limit: 1000})
	if err != nil {
		return err
	}
	for _, old := range pages.Docs {
		if placed[old.Site] || old.State == publication.Vanish {
			continue
		}
		page := base
		page.Site, page.Path, page.Column, page.ColumnPath, page.Columns, page.State = old.Site, old.Path, old.Column, old.ColumnPath, old.Columns, publication.Vanish
		if _, err := w.Public.Show(ctx, page); err != nil {
			return err
		}
	}
	return nil
}

func text(pub content.Public, field string) string {
	s, _ := pub.Fields[field].(string)
	return s
}

// year is that of the document, else of its release.
func year(pub content.Public, released int64) int64 {
	day, err := time.Parse(time.DateOnly, text(pub, "date_written"))
	if err != nil {
		day = time.UnixMilli(released).In(content.Shanghai)
	}
	return int64(day.Year())
}

// owe writes down what each channel must show of the item.
func (w *Worker) owe(ctx context.Context, it content.Item) error {
	epoch, err := w.Content.Epoch(ctx)
	if err != nil {
		return err
	}
	targets, err := w.Channels.Targets(ctx, it)
	if err != nil {
		return err
	}
	for _, t := range targets {
		if err := w.oweTarget(ctx, it, epoch, t); err != nil {
			return err
		}
	}
	return nil
}

func (w *Worker) oweTarget(ctx context.Context, it content.Item, epoch int64, t channel.Target) error {
	want := wanted(it, t)
	if want.State == channel.Nothing || it.Live.Released < t.From {
		if _, err := w.Ledger.Get(ctx, t.ID+"."+it.ID); gongkai.Is(err, gongkai.Missing) {
			return nil // it never showed it
		}
	}
	return w.owes(w.Ledger.OweTo(ctx, t, it.ID, epoch, it.Seq, want))
}

// owes hints at a delivery that is due.
func (w *Worker) owes(d channel.Delivery, err error) error {
	if err == nil && d.Due != 0 {
		w.Queue.done(taskPay + ":" + d.ID)
		w.hint(taskPay, d.ID, queueFor(d))
	}
	return err
}

// wanted is f(item, channel).
func wanted(it content.Item, t channel.Target) channel.Show {
	show := channel.Show{State: pageState(it.Live), Site: t.Site, Edition: it.Live.Edition, Event: event(it)}
	if it.Live.Restricted && t.ID != channel.SearchID {
		show.Site = "" // a particular scope: our own pages and their search alone
	}
	if show.Site == "" {
		show.State, show.Event = channel.Nothing, "item.withdrawn"
	}
	for _, p := range it.Live.Placed {
		if p.Site == show.Site {
			show.Path, show.Column = p.Path, p.Column
		}
		if p.Home {
			show.Home = p.Site
		}
	}
	switch show.State {
	case publication.Shows:
		show.Digest, show.Title, show.Related = it.Live.Digest, it.Live.Title, it.Live.Related
		if m := it.Live.Marked(); m != nil {
			show.Validity, show.Since, show.By, show.Relation = m.State, m.Since, m.By, m.Relation
		}
		if it.Live.Ended != nil {
			show.Ended = it.Live.Ended.To
		}
	case publication.Notice:
		show.Reason = it.Live.Reason
	case publication.Redirect:
		show.To = it.Live.Tombstone.To
	}
	return show
}

// event names the public change that the item's last acts made.
func event(it content.Item) string {
	names := map[string]string{content.Suspended: "item.suspended", content.Tombstoned: "item.withdrawn", content.Published: "item.released"}
	name := names[it.Live.State]
	if it.Live.State != content.Published {
		return name
	}
	for _, s := range slices.Backward(it.Steps) {
		switch s.Act {
		case "release", "follow":
			if s.Detail["moved"] == "true" {
				return "item.moved"
			}
			if it.Live.Released > it.Live.First {
				return "item.corrected"
			}
			return name
		case "resume", "set_validity", "commence", "expire", "end_publicity", "relate":
			return changes[s.Act]
		}
	}
	return name
}

// changes are the events of acts that change what is shown, and not the text.
var changes = map[string]string{"resume": "item.resumed", "set_validity": "item.validity_changed", "commence": "item.validity_changed",
	"expire": "item.validity_changed", "end_publicity": "item.updated", "relate": "item.related"}
