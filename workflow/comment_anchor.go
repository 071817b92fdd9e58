// Where a comment is anchored, and where that place is in a later revision.
// Anchors lie on the text with everything masked that was found, whatever people
// decided since: they hold nothing personal, and do not move with decisions.

package workflow

import (
	"context"
	"strings"
	"unicode/utf8"

	"gongkai"
	"gongkai/content"
)

// Anchor (批注位置) is the place that a thread is about.
type Anchor struct {
	Revision string `json:"revision" doc:"Newest revision when the thread began"`
	Sheet    string `json:"sheet,omitempty" doc:"Digest of the sheet that was before its writer, if it was one"`
	Place    string `json:"place" doc:"Where: title, body, roster[2][1], attachments[0]"`
	Start    int    `json:"start,omitempty" doc:"Code points into the text there, all that was found in it masked"`
	End      int    `json:"end,omitempty" doc:"Absent: the whole place"`
	Quote    string `json:"quote,omitempty" doc:"What stood there, masked"`
	Whole    string `json:"whole,omitempty" doc:"Set by the server"` // keyed digest of a whole place
}

// Standing (现状) is how the place of a comment stands now.
type Standing struct {
	State string `json:"state" enum:"stands,moved,several,changed,gone" doc:"stands: it is there unchanged; moved: it is found once elsewhere in the field; several: more than once; changed: of a whole place, that it reads otherwise; gone: it is not found"`
	Place string `json:"place,omitempty" doc:"Where it is: absent if it is nowhere, or at several places"`
	Start int    `json:"start,omitempty" doc:"Code points into the text there as get-revision shows it to who asks"`
	End   int    `json:"end,omitempty" doc:"Absent: the whole place"`
}

// What a standing says.
const (
	anchorStands  = "stands"
	anchorMoved   = "moved"
	anchorSeveral = "several"
	anchorChanged = "changed"
	anchorGone    = "gone"
)

// codeMoved is the code of a comment on words that stand there no more.
const codeMoved = "comment_moved"

// pages (页面) are the texts of the newest revision in the forms that an anchor
// goes through.
type pages struct {
	texts    map[string]string   // as they were written
	masked   map[string]string   // with everything masked that was found
	rest     map[string]string   // places without a text of their own: a date, a file, a table as a whole
	within   map[string][]string // the places of the texts of a field, in order
	hidden   masks               // everything masked
	decided  masks               // as people decided
	unmasked bool                // who asks sees them as they were written
}

func (e *Engine) pages(ctx context.Context, actor gongkai.Actor, it content.Item) (p pages, err error) {
	if head(it) == "" {
		return p, errNoVersion("该信息没有正文", "this item has no text")
	}
	v, err := e.revisionOf(ctx, it, head(it))
	if err != nil {
		return p, err
	}
	k, err := e.kind(ctx, v.rev.Kind)
	if err != nil {
		return p, err
	}
	fs, err := e.Findings(ctx, v.rev)
	if err != nil {
		return p, err
	}
	p = pages{texts: map[string]string{}, masked: map[string]string{}, rest: map[string]string{}, within: map[string][]string{},
		hidden: masksOf(fs, nil), decided: masksOf(fs, decisions(it)), unmasked: e.mayUnmasked(ctx, actor, it, v.rev)}
	return p, p.read(k, v.rev.Fields)
}

func (p pages) read(k content.Kind, v content.Fields) (err error) {
	masked := p.hidden.fields(k, v)
	for _, t := range k.Texts(v) {
		p.texts[t.Place] = t.Text
		p.within[fieldOf(t.Place)] = append(p.within[fieldOf(t.Place)], t.Place)
	}
	for _, t := range k.Texts(masked) {
		p.masked[t.Place] = t.Text
	}
	for name, value := range masked {
		if _, text := p.texts[name]; text {
			continue
		}
		if p.rest[name], _, err = content.Canonical(value); err != nil {
			return err
		}
	}
	for _, f := range k.Files(masked) {
		p.rest[f.Place] = f.Digest + " " + f.Name
	}
	return nil
}

// anchor finds the place that a remark is about.
func (e *Engine) anchor(ctx context.Context, actor gongkai.Actor, it content.Item, r Remark) (Anchor, error) {
	a := Anchor{Revision: head(it), Sheet: r.Sheet, Place: r.Place}
	if err := sawNewest(it, r); err != nil {
		return a, err
	}
	p, err := e.pages(ctx, actor, it)
	if err != nil {
		return a, err
	}
	rest, other := p.rest[r.Place]
	text, there := p.texts[r.Place]
	whole := r.Start == 0 && r.End == 0
	if err := first(
		need(there || other && whole, "place", "place", "没有这个位置，请照清样或者修订稿中的字段填写", "there is no such place: take it from the fields of the revision or sheet"),
		need(whole || r.Start >= 0 && r.Start < r.End && r.End-r.Start <= mostAnchored, "end", "stretch", "所选文字应为1至200字；更长的请对整个字段批注", "mark 1 to 200 characters; for more, comment on the whole place")); err != nil {
		return a, err
	}
	if !whole {
		if a.Start, a.End, a.Quote, err = p.stretch(r, text); err != nil || a.Quote != "" {
			return a, err
		}
	}
	if there {
		rest = p.masked[r.Place]
	}
	a.Whole = e.wholeOf(it, r.Place, rest)
	return a, nil
}

func (e *Engine) wholeOf(it content.Item, place, text string) string {
	return e.secret.Sum("comment", it.ID, place, text)
}

// sawNewest refuses a comment on a version that is not the newest any more.
func sawNewest(it content.Item, r Remark) error {
	sheet := it.Work.SheetDigest
	if it.Work.State == content.NoWork {
		sheet = it.Live.Digest
	}
	if err := need(r.Revision != "" || r.Sheet != "", "revision", "version", "请写明所批注的修订稿或者清样", "say which revision or sheet was seen"); err != nil {
		return err
	}
	if r.Revision != "" && r.Revision != head(it) || r.Sheet != "" && r.Sheet != sheet {
		return errCommentMoved()
	}
	return nil
}

func errCommentMoved() error {
	return gongkai.E(gongkai.Conflict, codeMoved, "所批注的文字已变动，请刷新后重试", "what the comment is about has changed: reload and try again")
}

// stretch carries what somebody marked over to the masked text. They saw the
// text as it was written, if they may and saw no sheet, or as people decided.
func (p pages) stretch(r Remark, text string) (start, end int, quote string, err error) {
	forms := [][]edit{p.decided.edits(r.Place)}
	if p.unmasked && r.Sheet == "" {
		forms = [][]edit{nil, forms[0]}
	}
	for _, edits := range forms {
		shown := lay(text, edits)
		from, to := byteAt(shown, r.Start), byteAt(shown, r.End)
		if from < 0 || to < from || shown[from:to] != r.Quote {
			continue
		}
		from, to = twins(edits).flipped().across(from, to)
		from, to = twins(p.hidden.edits(r.Place)).across(from, to)
		masked := p.masked[r.Place]
		start = utf8.RuneCountInString(masked[:from])
		marked := []rune(masked[from:to])
		marked = marked[:min(len(marked), mostAnchored)] // a mask may be longer than what was marked of it
		return start, start + len(marked), string(marked), nil
	}
	return 0, 0, "", errCommentMoved()
}

// placing tells of comments how they stand in the newest revision.
func (e *Engine) placing(ctx context.Context, actor gongkai.Actor, it content.Item) (func(Comment) Thread, error) {
	p, err := e.pages(ctx, actor, it)
	purged := gongkai.Is(err, gongkai.Missing)
	if err != nil && !purged {
		return nil, err
	}
	return func(c Comment) Thread {
		whole := c.Anchor.Whole
		c.Anchor.Whole = ""
		switch {
		case purged:
			return Thread{c, nil}
		case whole != "":
			return Thread{c, e.wholeStands(it, p, c.Anchor.Place, whole)}
		}
		return Thread{c, p.standing(c.Anchor)}
	}, nil
}

func (e *Engine) wholeStands(it content.Item, p pages, place, was string) *Standing {
	text, there := p.masked[place]
	if !there {
		text, there = p.rest[place]
	}
	switch {
	case !there:
		return &Standing{State: anchorGone}
	case e.wholeOf(it, place, text) != was:
		return &Standing{State: anchorChanged, Place: place}
	}
	return &Standing{State: anchorStands, Place: place}
}

// standing looks for what was quoted: where it stood, then elsewhere at the
// place, then in the field, whose rows may have moved.
func (p pages) standing(a Anchor) *Standing {
	text := p.masked[a.Place]
	if from, to := byteAt(text, a.Start), byteAt(text, a.End); from >= 0 && to >= from && text[from:to] == a.Quote {
		return p.seen(anchorStands, a.Place, from, to)
	}
	for _, places := range [][]string{{a.Place}, p.within[fieldOf(a.Place)]} {
		switch found := p.find(a.Quote, places); len(found) {
		case 0:
		case 1:
			return found[0]
		default:
			return &Standing{State: anchorSeveral}
		}
	}
	return &Standing{State: anchorGone}
}

// find looks for a quote at some places, until it is there twice.
func (p pages) find(quote string, places []string) (out []*Standing) {
	for _, place := range places {
		for text, at := p.masked[place], 0; len(out) < 2; at += len(quote) {
			i := strings.Index(text[at:], quote)
			if i < 0 {
				break
			}
			at += i
			out = append(out, p.seen(anchorMoved, place, at, at+len(quote)))
		}
	}
	return out
}

// fieldOf is the field that a place is in.
func fieldOf(place string) string {
	if i := strings.IndexAny(place, ".["); i >= 0 {
		return place[:i]
	}
	return place
}

// seen carries bytes of the masked text over to code points of what the reader
// sees.
func (p pages) seen(state, place string, from, to int) *Standing {
	from, to = twins(p.hidden.edits(place)).flipped().across(from, to)
	shown := p.texts[place]
	if !p.unmasked {
		edits := p.decided.edits(place)
		shown = lay(shown, edits)
		from, to = twins(edits).across(from, to)
	}
	start := utf8.RuneCountInString(shown[:from])
	return &Standing{state, place, start, start + utf8.RuneCountInString(shown[from:to])}
}

// twin is a stretch of one text, and what stands in its place in the other.
type twin struct{ here, there [2]int }

// twinned are the stretches in which two texts differ, in order.
type twinned []twin

// twins are those of a text and of what lay makes of it.
func twins(edits []edit) (out twinned) {
	at, shift := 0, 0
	for _, m := range edits {
		if m.start < at { // lay leaves it out
			continue
		}
		from := m.start + shift
		out = append(out, twin{[2]int{m.start, m.end}, [2]int{from, from + len(m.new)}})
		at, shift = m.end, from+len(m.new)-m.end
	}
	return out
}

func (ts twinned) flipped() twinned {
	out := make(twinned, len(ts))
	for i, t := range ts {
		out[i] = twin{t.there, t.here}
	}
	return out
}

// across carries a stretch over to the other text, widened to whole masks.
func (ts twinned) across(start, end int) (from, to int) {
	from, to = ts.carry(start, false), ts.carry(end, true)
	return from, max(from, to)
}

func (ts twinned) carry(at int, end bool) int {
	shift := 0
	for _, t := range ts {
		switch {
		case end && at <= t.here[0]:
			return at + shift
		case at >= t.here[1]:
			shift = t.there[1] - t.here[1]
		case at <= t.here[0]:
			return at + shift
		case end:
			return t.there[1]
		default:
			return t.there[0]
		}
	}
	return at + shift
}
