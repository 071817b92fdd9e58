// What the public side shows of an item that a backup does not know: pure.

package jobs

import (
	"cmp"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"gongkai/content"
	"gongkai/publication"
	"gongkai/workflow"
)

// shown is what the public store holds of one item.
type shown struct {
	pages    []publication.Page
	editions []publication.Edition // the newest first
	sheet    string                // id of the sheet of the newest edition on the restricted side
	pub      content.Public        // what it says
}

// top is the page that was told last.
func (s shown) top() publication.Page {
	return slices.MaxFunc(s.pages, func(a, b publication.Page) int {
		return cmp.Or(cmp.Compare(a.Epoch, b.Epoch), cmp.Compare(a.Seq, b.Seq), cmp.Compare(rank(a), rank(b)))
	})
}

// rank prefers a page that shows something over one that the item has left.
func rank(p publication.Page) int {
	if p.State == publication.Vanish {
		return 0
	}
	return 1
}

// newest is the number of the newest edition; 0 if there is none.
func (s shown) newest() int64 {
	n := numberOf(s.top().Edition)
	if len(s.editions) > 0 {
		n = max(n, s.editions[0].Number)
	}
	return n
}

func numberOf(edition string) int64 {
	n, _ := strconv.ParseInt(edition[strings.LastIndexByte(edition, '.')+1:], 10, 64) // "": 0
	return n
}

// aheadOf tells whether the public side has seen more than the item, which
// stands in epoch, and what the item becomes then. Tombstones stay. An edition
// that the item knows is shown on; one that it does not know is suspended.
func (s shown) aheadOf(it content.Item, epoch int64) (workflow.Ahead, bool) {
	top := s.top()
	if top.Epoch < epoch || top.Epoch == epoch && top.Seq <= it.Seq {
		return workflow.Ahead{}, false
	}
	a := workflow.Ahead{Shows: top.State, Live: it.Live, Seq: top.Seq, Editions: s.newest(), IndexNo: top.IndexNo, Void: true}
	l := &a.Live
	l.Struck, l.Placed = s.struck(it.Live.Struck), s.placed(it.Live.Placed)
	if !reflect.DeepEqual(l.Marked(), top.Mark) {
		l.Validity, l.AskedValidity = top.Mark, nil // it was decided since
	}
	l.Ended = top.Ended
	known := l.State != content.Tombstoned && l.Edition >= s.newest() && l.Sheet != "" && !slices.Contains(l.Struck, l.Edition)
	if !known {
		s.unknown(l)
	}
	if l.First == 0 {
		l.First = top.Published
	}
	switch {
	case top.State == publication.Shows && known && top.Digest == l.Digest:
		l.State, l.Reason, l.Privacy, a.Void = content.Published, "", false, false
	case top.State == publication.Shows || top.State == publication.Suspended:
		l.State, l.Tombstone = content.Suspended, nil
		l.Reason = cmp.Or(l.Reason, "恢复备份后待核")
		a.Void = top.State == publication.Suspended || top.Digest != it.Work.SheetDigest // who signed this very sheet may see it released again
	default:
		l.State, l.Tombstone, l.Asked = content.Tombstoned, &content.Tombstone{Type: top.State, To: top.To}, nil
		l.Reason = cmp.Or(top.Reason, l.Reason)
	}
	return a, true
}

// unknown makes the live part speak of an edition that the backup does not
// know: who signed it was lost with the time since.
func (s shown) unknown(l *content.Live) {
	top := s.top()
	l.Edition, l.Sheet, l.Digest, l.Title, l.Restricted = s.newest(), s.sheet, top.Digest, s.title(), text(s.pub, "scope") == "restricted"
	l.Released, l.By, l.Pipeline, l.Revision = top.Released, "", "", ""
	l.Signoffs, l.Corrections, l.Settled, l.Contributors = nil, nil, nil, nil
	if len(s.editions) > 0 && s.editions[0].Number == l.Edition {
		l.Digest, l.Released = s.editions[0].Digest, s.editions[0].Released
	}
}

func (s shown) title() string { return cmp.Or(s.top().Title, text(s.pub, "title")) }

// struck are the editions that must not be shown again, those known before
// among them.
func (s shown) struck(before []int64) []int64 {
	out := slices.Clone(before)
	for _, e := range s.editions {
		if e.Struck && !slices.Contains(out, e.Number) {
			out = append(out, e.Number)
		}
	}
	slices.Sort(out)
	return out
}

// placed are the placements that the pages show; the home stays where it was,
// if the item still stands there.
func (s shown) placed(before []content.Placement) []content.Placement {
	gone := s.top().State == publication.Vanish
	var out []content.Placement
	for _, p := range s.pages {
		if gone || p.State != publication.Vanish {
			out = append(out, content.Placement{Site: p.Site, Column: p.Column, Path: p.Path})
		}
	}
	home := 0
	for i, p := range out {
		if slices.ContainsFunc(before, func(b content.Placement) bool { return b.Home && b.Site == p.Site }) {
			home = i
		}
	}
	out[home].Home = true
	return out
}

// fresh is an item as far as its page tells: the backup does not hold it.
func (s shown) fresh() content.Item {
	top := s.top()
	it := content.Item{Kind: top.Kind, Unit: top.Unit, Lang: top.Lang, Group: top.Group, Title: s.title(), Created: top.Published, CreatedBy: "system",
		Work: content.Work{State: content.NoWork}, Live: content.Live{State: content.NotLive}}
	it.ID = top.Item
	return it
}
