// Restores from a backup in the random walk: the restricted side is what it was
// at a quiet moment, the public side has gone on.

package workflow

import (
	"cmp"
	"maps"
	"reflect"
	"slices"

	"gongkai"
	"gongkai/content"
)

// backup (备份) is all that the restricted side, and the test, knew.
type backup struct {
	items     []content.Item
	shadow    []shadow
	revisions map[string]content.Revision
	once      map[string]bool
	hands     map[string]inHand
	named     map[string][]content.Member
	out       map[string]*outing
	merging   merging
}

func (w *walk) backUp() {
	w.kept = &backup{slices.Clone(w.items), slices.Clone(w.shadow), maps.Clone(w.revisions), maps.Clone(w.once), maps.Clone(w.hands), maps.Clone(w.named), map[string]*outing{}, w.merging}
	for i, sh := range w.shadow {
		w.kept.shadow[i].wrote, w.kept.shadow[i].liveWrote, w.kept.shadow[i].signed, w.kept.shadow[i].struck = maps.Clone(sh.wrote), maps.Clone(sh.liveWrote), maps.Clone(sh.signed), maps.Clone(sh.struck)
	}
	for round, out := range w.out {
		was := *out
		was.alone = maps.Clone(out.alone)
		w.kept.out[round] = &was
	}
}

// restore brings the backup back now and then, and reconciles it with what the
// public sees.
func (w *walk) restore() {
	b := w.kept
	if w.kept = nil; b == nil || !w.chance(25) {
		return
	}
	public, seen := w.items, w.shadow
	w.items, w.shadow, w.once, w.hands, w.named, w.out, w.merging = b.items, b.shadow, b.once, b.hands, b.named, b.out, b.merging
	maps.Copy(w.revisions, b.revisions)
	for i, page := range public {
		w.owes[i] = true
		if page.Live.State == content.NotLive || page.Live.State == "" {
			continue
		}
		if w.items[i].Created == 0 { // the backup does not know it
			fresh := content.Item{Kind: page.Kind, Unit: page.Unit, Title: page.Live.Title, Created: page.Live.First, CreatedBy: "system", Column: page.Column,
				Work: content.Work{State: content.NoWork}, Live: content.Live{State: content.NotLive}}
			fresh.ID = page.ID
			w.items[i] = fresh
		}
		w.shadow[i].struck = maps.Clone(seen[i].struck)
		if page.Seq > w.items[i].Seq {
			w.reconcile(i, page)
		}
	}
	w.quiet()
}

func (w *walk) reconcile(i int, page content.Item) {
	was := w.items[i]
	a := ahead(was, page)
	if a.Live.Edition != was.Live.Edition {
		w.shadow[i].liveWrote = nil
	}
	s := Step{ID: w.id("step"), Act: "reconcile"}
	world := w.world(gongkai.System, was, s)
	world.Ahead = a
	w.do(i, s, gongkai.System, world, false)
	is, live := w.items[i], w.items[i].Live
	same := page.Live.State == content.Published && live.Digest == page.Live.Digest && live.Edition == page.Live.Edition
	switch {
	case is.Seq <= page.Seq || is.Editions < page.Live.Edition:
		w.fail(was, s, "receivers take the next change for an old one")
	case live.State == content.Published && (!same || !sameList(live.Signoffs, page.Live.Signoffs)):
		w.fail(was, s, "a restore shows what the public did not see, or loses who signed it")
	case page.Live.State == content.Tombstoned && live.State != content.Tombstoned:
		w.fail(was, s, "a restore brings back what was withdrawn")
	case a.Void && slices.Contains(underWay, is.Work.State):
		w.fail(was, s, "signatures go on that were given before what nobody remembers")
	case len(live.Struck) < len(page.Live.Struck):
		w.fail(was, s, "an edition that leaked may be shown again")
	}
}

// ahead is what the public side says of an item that has gone on since.
func ahead(was, page content.Item) Ahead {
	p := page.Live
	a := Ahead{Shows: p.State, Live: was.Live, Seq: page.Seq, Editions: p.Edition, IndexNo: page.IndexNo, Void: true}
	l := &a.Live
	known, struck := l.Edition == p.Edition && l.Sheet != "", slices.Contains(p.Struck, p.Edition)
	if !known {
		*l = content.Live{Edition: p.Edition, Sheet: "made anew of the public form", Digest: p.Digest, Title: p.Title, Restricted: p.Restricted, First: cmp.Or(l.First, p.First), Released: p.Released, Dates: p.Dates, Privacy: l.Privacy, Tombstone: l.Tombstone, State: l.State}
	}
	l.Struck, l.Placed, l.Unit, l.Ended, l.Reason = p.Struck, p.Placed, "", p.Ended, cmp.Or(p.Reason, "恢复备份后待核")
	if u := orElse(p.Unit, page.Unit); u != was.Unit {
		l.Unit = u
	}
	if !reflect.DeepEqual(l.Marked(), p.Marked()) {
		l.Validity, l.AskedValidity = p.Validity, nil
	}
	switch {
	case p.State == content.Published && known && !struck && l.State != content.Tombstoned:
		l.State, l.Reason, l.Privacy, a.Void = content.Published, "", false, false
	case p.State != content.Tombstoned:
		if l.State, l.Tombstone = content.Suspended, nil; struck {
			l.Sheet = ""
		}
	default:
		l.State, l.Tombstone, l.Asked = content.Tombstoned, p.Tombstone, nil
	}
	return a
}
