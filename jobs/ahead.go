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
	if l.Ended, l.Unit = top.Ended, ""; top.Unit != it.Unit {
		l.Unit = top.Unit
	}
	known := l.Edition >= s.newest() && l.Sheet != ""
	if !known {
		*l = s.unknown(*l)
	}
	struck := slices.Contains(l.Struck, l.Edition)
	if l.First == 0 {
		l.First = top.Published
	}
	switch {
	case top.State == publication.Shows && known && !struck && l.State != content.Tombstoned && top.Digest == l.Digest:
		l.State, l.Reason, l.Privacy, a.Void = content.Published, "", false, false
	case top.State == publication.Shows || top.State == publication.Suspended:
		if l.State, l.Tombstone = content.Suspended, nil; struck {
			l.Sheet = "" // its bytes are gone: nobody shows it again
		}
		l.Reason = cmp.Or(l.Reason, "恢复备份后待核")
		a.Void = top.State == publication.Suspended || top.Digest != it.Work.SheetDigest // who signed this very sheet may see it released again
	default:
		l.State, l.Tombstone, l.Asked = content.Tombstoned, &content.Tombstone{Type: top.State, To: top.To}, nil
		l.Reason = cmp.Or(top.Reason, l.Reason)
	}
	return a, true
}

// unknown makes the live part speak of an edition that the backup does not
// know: who signed it, and what went out with it, was lost with the time since.
func (s shown) unknown(was content.Live) content.Live {
	top := s.top()
	l := content.Live{State: was.State, Edition: s.newest(), Sheet: s.sheet, Digest: top.Digest, Title: s.title(), Restricted: text(s.pub, "scope") == "restricted",
		First: was.First, Released: top.Released, Dates: content.SignedDates(s.pub.Fields), Unit: was.Unit, Placed: was.Placed, Struck: was.Struck,
		Privacy: was.Privacy, Tombstone: was.Tombstone, Reason: was.Reason, Validity: was.Validity, AskedValidity: was.AskedValidity, Ended: was.Ended, Related: was.Related}
	if was.Edition == l.Edition {
		l.Asked = was.Asked
	}
	if len(s.editions) > 0 && s.editions[0].Number == l.Edition {
		l.Digest, l.Released = s.editions[0].Digest, s.editions[0].Released
	}
	return l
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
