// Corrections of what is public (更正): the note that readers get, and the short
// way (简易流程) for changed words.

package workflow

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"gongkai"
	"gongkai/content"
)

// Short (简易流程) is what the short way must know.
type Short struct {
	Pipeline Pipeline // that the live edition went through
	Changed  int      // characters that differ from it
	Offices  []string // units beside the item's own and those above that it names
	Words    error    // why more than words differ; nil: they do not
}

// CorrectionCheck (更正核校) is the stage of the short way: that of the pipeline
// which proofreads last, beside the final review. The final confirmation
// follows it.
const CorrectionCheck = "correction_check"

func (p Pipeline) correctionCheck() Stage {
	check, final := p.finalReview(), p.finalReview().ID
	for _, s := range slices.Backward(p.Stages) {
		if s.Has(Proof) && s.ID != final {
			check = s
			break
		}
	}
	check.ID, check.Zh, check.En, check.Fields, check.Batch = CorrectionCheck, "更正核校", "Check of a correction", nil, false
	return check
}

// maxNote bounds the note in characters.
const maxNote = 300

// noted takes the note that a correction owes the public. It is a part of the
// sheet: whoever signs has read it.
func (t *turn) noted() error {
	w, live := &t.it.Work, owesNote(*t.it, t.w.Companions)
	note := strings.TrimSpace(orElse(t.s.Note, w.Note))
	if !live {
		note = strings.TrimSpace(t.s.Note)
	}
	if err := first(
		need(live || note == "", "note", "first", "更正说明只用于更正已公开的信息", "a change note belongs to a correction of what is public"),
		need(!live || note != "", "note", "required", "更正已公开的信息须写明更正说明（note），随更正一并审校并公开", "correcting what is public needs a change note (note): it is signed with the correction and shown to readers"),
		need(utf8.RuneCountInString(note) <= maxNote && !strings.ContainsAny(note, "<>\n\r\t"), "note", "note", "更正说明应为一段不超过300字的文字，不含标记", "a change note is one paragraph of at most 300 characters without markup"),
	); err != nil {
		return err
	}
	w.Note = note
	t.detail["note"] = note
	return nil
}

// owesNote tells whether what is released with an item, or itself, is public
// already: readers are told what the new edition corrects.
func owesNote(it content.Item, members []Companion) bool {
	return it.Live.State != content.NotLive || slices.ContainsFunc(members, func(c Companion) bool { return c.Item.Live.State != content.NotLive })
}

// noteOf is the note that an item goes out with: a first edition corrects
// nothing, though a member of its bundle may.
func noteOf(it content.Item) string {
	if it.Live.State == content.NotLive {
		return ""
	}
	return it.Work.Note
}

// formerWork makes of the live part the work that it came from: its signatures,
// and what joins them.
func formerWork(l content.Live) content.Work {
	return content.Work{SheetDigest: l.Digest, Signoffs: l.Signoffs, Corrections: l.Corrections}
}

// shorten takes the short way: the signatures of the live edition count on,
// joined to the new sheet by a recorded correction, and what is new is checked
// and confirmed by two people.
func (t *turn) shorten() error {
	if bad := t.tooLong(); len(bad) > 0 {
		return gongkai.E(gongkai.Blocked, "short", "不能走简易流程，请走完整流程（送审时不选short）", "the short way is closed: take the full one (submit without short)", bad...)
	}
	w, live := &t.it.Work, formerWork(t.it.Live)
	w.Short, w.Pipeline, w.Back = true, t.w.Short.Pipeline.ID, CorrectionCheck
	w.Signoffs, w.Offices = slices.Clone(live.Signoffs), t.w.Short.Offices
	w.Corrections = append(slices.Clone(live.Corrections), content.Correction{Stage: "submit", By: t.w.Actor.ID, At: t.w.Now, From: live.SheetDigest, Revision: w.Revision, Changed: t.w.Short.Changed})
	t.detail["way"] = "short"
	return nil
}

// tooLong lists what closes the short way.
func (t *turn) tooLong() (bad []gongkai.Detail) {
	it, p := t.it, t.w.Short.Pipeline
	add := func(closed bool, where, code, zh, en string) {
		if closed {
			bad = append(bad, gongkai.Detail{Where: where, Code: code, Zh: zh, En: en})
		}
	}
	add(it.Live.State != content.Published, "live.state", "not_public", "只有正在公开的版本可以简易更正", "only an edition that is public is corrected this way")
	add(it.Live.Asked != nil, "live.asked", "asked", "有待批准的撤稿申请", "a withdrawal is asked")
	add(len(it.Bundle) > 0, "bundle", "bundle", "与其他信息成套送审", "it goes together with other items")
	add(t.w.Column.Correction == content.CorrectFull, "column", "column", "主栏目规定一律走完整流程", "the home column wants the full way always")
	add(!slices.Equal(it.Placements, it.Live.Placed), "placements", "placements", "发布位置有变动", "the placements differ")
	add(!sameDecisions(it.Work.Resolutions, it.Live.Settled), "resolutions", "decided", "问题的处理决定有变动", "decisions over findings differ")
	add(it.Live.Edition == 0 || !Signed(formerWork(it.Live), p), "live.signoffs", "incomplete", "公开版本的签署不齐全，不能沿用", "the signatures of the public edition are not complete: they cannot be carried forward")
	add(t.signerWrote(), "live.signoffs", "own_text", "签署过公开版本的人员参与了本次改稿，其签署不能沿用", "somebody who signed the public edition had a part in this text: their signature cannot be carried forward")
	add(!p.covers(t.w.Pipeline), "pipeline", "stricter", "现行流程比公开版本所经流程更严", "the pipeline of the day asks for more than the public edition went through")
	for _, d := range t.w.demands(*it) {
		add(d.Secrecy > 0, "tier", d.Code, "须经保密审查（"+d.Zh+"）", "it takes a secrecy review: "+d.En)
	}
	if e := t.w.Short.Words; e != nil {
		return append(bad, detailsOf(e)...)
	}
	return bad
}

// detailsOf are the places that a refusal names.
func detailsOf(err error) []gongkai.Detail {
	var e *gongkai.Error
	if errors.As(err, &e) {
		return e.Details
	}
	return nil
}

// signerWrote tells whether somebody who signed the live edition, or for whom it
// was signed, wrote the new text.
func (t *turn) signerWrote() bool {
	wrote := t.it.Work.Contributors
	return slices.ContainsFunc(t.it.Live.Signoffs, func(s content.Signoff) bool {
		return slices.Contains(wrote, s.By) || s.For != "" && slices.Contains(wrote, s.For)
	})
}

func sameDecisions(a, b []content.Resolution) bool {
	one, _, errA := content.Canonical(slices.Concat([]content.Resolution{}, a))
	two, _, errB := content.Canonical(slices.Concat([]content.Resolution{}, b))
	return errA == nil && errB == nil && one == two
}

// forward tells whether a signature or a correction on this sheet came with the
// live edition: it says nothing about who signs what is new.
func (t *turn) forward(sheet string) bool {
	return t.it.Work.Short && slices.Contains(Joined(formerWork(t.it.Live)), sheet)
}

// short loads what the short way must know.
func (e *Engine) short(ctx context.Context, it content.Item, w *World) error {
	if it.Live.State != content.Published || it.Live.Pipeline == "" || it.Live.Revision == "" {
		return nil
	}
	k, err := e.kind(ctx, it.Kind)
	if err != nil {
		return err
	}
	if w.Short.Pipeline, err = e.pipelines.Get(ctx, it.Live.Pipeline); err != nil {
		return err
	}
	if w.Short.Offices, err = e.elsewhere(ctx, it, w.Short.Pipeline); err != nil {
		return err
	}
	old, err := e.content.Revisions.Get(ctx, it.Live.Revision)
	if err != nil {
		return err
	}
	before, err := e.Findings(ctx, old)
	if err != nil {
		return err
	}
	w.Short.Changed, w.Short.Words = e.differInWords(ctx, it, k, [2]content.Revision{old, w.Revision}, [2][]content.Finding{before, w.Findings})
	if w.Short.Words != nil && !gongkai.Is(w.Short.Words, gongkai.Blocked) {
		return w.Short.Words
	}
	return nil
}

// differInWords refuses what is more than a correction of words, as a stage
// makes one: other values, files, findings, or too many words with all that was
// corrected since the text was last signed as a whole.
func (e *Engine) differInWords(ctx context.Context, it content.Item, k content.Kind, rev [2]content.Revision, found [2][]content.Finding) (int, error) {
	old, now := rev[0].Fields, rev[1].Fields
	if others := differOthers(k, old, now); len(others) > 0 {
		return 0, rewrite(others[0].Place, "改动了文字以外的内容", "it changes more than text")
	}
	if !slices.EqualFunc(k.Files(old), k.Files(now), func(a, b content.PlacedFile) bool { return a.Place == b.Place && a.Digest == b.Digest }) {
		return 0, rewrite("attachments", "改动了附件", "it changes the files")
	}
	live := it
	live.Work.Corrections = it.Live.Corrections
	touched, err := e.fewWords(ctx, k, live, old, now)
	if err == nil && !sameFindings(found[0], found[1]) {
		err = rewrite("fields", "改动影响了个人信息的识别或遮掩", "it changes what is found or masked")
	}
	return touched, err
}
