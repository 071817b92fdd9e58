// Acts at a stage: pass, return, reject, correct; and release.

package workflow

import (
	"slices"
	"strings"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
)

// seen demands that the step names the very sheet that waits.
func (t *turn) seen() error {
	if t.s.Sheet == "" {
		return need(false, "sheet", "required", "请指明所看清样的摘要", "name the digest of the sheet you saw")
	}
	if t.s.Sheet != t.it.Work.SheetDigest {
		return gongkai.E(gongkai.Conflict, "stale_sheet", "清样已经变动，请查看新清样后再签署", "the sheet has changed: look at the new one before you sign",
			gongkai.Detail{Where: "sheet", Code: "stale_sheet", Zh: "所签清样不是当前清样", En: "not the sheet that waits"})
	}
	return nil
}

func (t *turn) stage() Stage {
	s, _ := t.w.Pipeline.Stage(t.it.Work.Stage)
	return s
}

// signer are the facts about the actor's earlier signatures: none that stands
// may be on the same track, nor on another seat of the same stage.
func (t *turn) signer(stage Stage, seat Seat) []string {
	facts := t.who()
	if seat.ID != "" && t.heldBy(seat.ID) {
		facts = append(facts, policy.Claimed)
	}
	for _, s := range t.it.Work.Signoffs {
		if !t.either(s.By, s.For) || t.forward(s.Sheet) || stage.ID == FinalConfirm.ID && !t.it.Work.Short {
			continue // the final reviewer confirms what was corrected after the final review
		}
		if t.w.Pipeline.Distinct || t.it.Work.Short || s.Stage == stage.ID {
			facts = append(facts, policy.SamePerson)
		}
		if slices.ContainsFunc(s.Tracks, seat.Has) {
			facts = append(facts, policy.SameTrack)
		}
	}
	if stage.ID == FinalConfirm.ID && slices.ContainsFunc(t.it.Work.Corrections, func(c content.Correction) bool { return t.either(c.By, c.For) && !t.forward(c.To) }) {
		facts = append(facts, policy.SameTrack)
	}
	return facts
}

func (t *turn) pass() error {
	stage := t.stage()
	seat, err := t.sits(stage)
	if err := first(t.seen(), t.whole(), t.apart(err), t.inBatch(stage)); err != nil {
		return err
	}
	if seat.Has(Review) || t.it.Work.Short {
		if err := first(
			need(t.s.Judgements != nil && t.s.Judgements.All(), "judgements", "judgements", "审核须对合法性、准确性、可公开性、保密性逐项确认，否则请退回", "a review affirms legality, accuracy, disclosability and secrecy; otherwise return it"),
			need(strings.TrimSpace(t.s.Opinion) != "", "opinion", "required", "审核须写明意见", "a review needs an opinion"),
		); err != nil {
			return err
		}
	}
	w := &t.it.Work
	w.Signoffs = append(w.Signoffs, content.Signoff{Stage: stage.ID, Seat: seat.ID, Tracks: seat.Kinds(), By: t.w.Actor.ID, Name: t.w.Actor.Name, For: t.w.For.ID, ForName: t.w.For.Name,
		At: t.w.Now, Sheet: w.SheetDigest, Opinion: t.s.Opinion, Judgements: t.s.Judgements, Batch: t.s.Batch})
	t.signed(stage.ID)
	if t.detail["seat"] = seat.ID; t.s.Batch {
		t.detail["batch"] = "true"
	}
	if stage.signed(w.Signoffs, []string{w.SheetDigest}) {
		w.State, w.Stage = t.next(stage)
	}
	return nil
}

func (t *turn) signed(stage string) {
	t.detail["stage"], t.detail["sheet"], t.detail["opinion"] = stage, t.it.Work.SheetDigest, t.s.Opinion
}

// next is where a passed stage leads: words corrected after the final review
// go back to a final reviewer before the item is ready.
func (t *turn) next(stage Stage) (state, id string) {
	if next, more := t.w.Pipeline.after(stage.ID); more {
		return content.AtStage, next.ID
	}
	if stage.ID != FinalConfirm.ID && t.unconfirmed() {
		return content.AtStage, FinalConfirm.ID
	}
	return content.Ready, ""
}

func (t *turn) unconfirmed() bool {
	final := t.w.Pipeline.finalReview().ID
	return slices.ContainsFunc(t.it.Work.Signoffs, func(s content.Signoff) bool {
		return s.Stage == final && s.Sheet != t.it.Work.SheetDigest
	})
}

func (t *turn) reject() error { return t.refuse(policy.ItemReject, content.Rejected) }

func (t *turn) refuse(act, state string) error {
	stage := t.stage()
	if err := t.mayRefuse(act, stage); err != nil {
		return err
	}
	t.signed(stage.ID)
	t.toDraft(state)
	return nil
}

// mayRefuse asks whether the actor may send the item back from where it stands.
func (t *turn) mayRefuse(act string, stage Stage) error {
	may := func(seat Seat) error { return first(t.ask(seat.UnitRule)(act, t.who()...), t.holds(seat)) }
	if t.it.Work.State != content.AtStage {
		may = func(Seat) error { return t.w.Can(act, t.who()...) }
	}
	return first(t.seen(), bySeat(stage, may), need(strings.TrimSpace(t.s.Opinion) != "", "opinion", "required", "退回或不予通过须写明意见", "returning or rejecting needs an opinion"))
}

// holds asks whether the actor has the roles of a seat, without the
// prohibitions that are about signing.
func (t *turn) holds(seat Seat) error {
	for _, track := range seat.Tracks {
		if err := t.ask(seat.UnitRule)(policy.Sign(track.Role)); err != nil {
			return err
		}
	}
	return nil
}

// correct changes words only. It is the stage's work, not authorship: earlier
// signatures carry forward, the sheet made of it is joined to the old one.
func (t *turn) correct() error {
	stage := t.stage()
	err := first(t.seen(), t.whole(), bySeat(stage, func(seat Seat) error {
		return first(t.ask(seat.UnitRule)(policy.ItemCorrect, t.who()...), t.may(stage, seat), t.vacant(stage, seat))
	}),
		need(stage.ID != FinalConfirm.ID, "act", "confirm", "终审确认环节不能改字，请退回", "the final confirmation cannot correct: return it"))
	if err != nil {
		return err
	}
	if t.s.Member != "" {
		if err := t.corrected(); err != nil {
			return err
		}
	}
	t.joins(stage, content.Correction{Changed: t.w.Changed, Member: t.s.Member})
	return nil
}

// joins goes on to a new sheet that a record joins to the present one. What was
// signed side by side at this very stage is signed again: those people have not
// seen it.
func (t *turn) joins(stage Stage, c content.Correction) {
	w := &t.it.Work
	c.Stage, c.By, c.For, c.At, c.From, c.Revision = stage.ID, t.w.Actor.ID, t.w.For.ID, t.w.Now, w.SheetDigest, t.w.Revision.ID
	w.Corrections = append(w.Corrections, c)
	t.detail["reopened"] = t.void(func(s content.Signoff) bool { return s.Stage == stage.ID })
	if c.Member == "" {
		w.Revision, t.it.Title = t.w.Revision.ID, t.w.Title
	}
	w.State, w.Stage, w.Back = content.Checking, "", stage.ID
	t.signed(stage.ID)
	t.detail["revision"] = t.w.Revision.ID
}

// void takes signatures back and names their stages and seats for the record.
func (t *turn) void(which func(content.Signoff) bool) string {
	w, voided := &t.it.Work, []string{}
	w.Signoffs = slices.DeleteFunc(w.Signoffs, func(s content.Signoff) bool {
		gone := which(s)
		if gone {
			voided = append(voided, strings.TrimSuffix(s.Stage+"."+s.Seat, "."))
		}
		return gone
	})
	return strings.Join(voided, " ")
}

// Joined lists the digests of the sheets that recorded corrections join to the
// present one: a signature on any of them counts.
func Joined(w content.Work) []string {
	joined := []string{w.SheetDigest}
	for _, c := range slices.Backward(w.Corrections) {
		if slices.Contains(joined, c.To) {
			joined = append(joined, c.From)
		}
	}
	return joined
}

// Signed tells whether every stage of the pipeline was passed on this very
// sheet or one joined to it, by people of whom none signed what they may not.
func Signed(w content.Work, p Pipeline) bool {
	joined, here := Joined(w), []string{w.SheetDigest}
	for _, stage := range p.Stages {
		if !stage.signed(w.Signoffs, joined) {
			return false
		}
	}
	if w.Short && !p.correctionCheck().signed(w.Signoffs, here) {
		return false
	}
	return len(p.Stages) > 0 && (p.finalReview().signed(w.Signoffs, here) || p.confirmation().signed(w.Signoffs, here))
}

// releaser are the facts about who is to release.
func (t *turn) releaser() []string {
	facts := t.who()
	if slices.ContainsFunc(t.it.Work.Signoffs, func(s content.Signoff) bool { return t.either(s.By, s.For) }) {
		facts = append(facts, policy.ReleaserSigned)
	}
	return facts
}

func (t *turn) release() error {
	facts := t.releaser()
	if !Signed(t.it.Work, t.w.Pipeline) || t.w.Pipeline.Emergency != (t.it.Work.Emergency != nil) {
		facts = append(facts, policy.Incomplete)
	}
	if o, _ := t.w.Revision.Fields["openness"].(string); o != content.Proactive {
		facts = append(facts, policy.NotProactive)
	}
	if err := first(t.seen(), t.whole(), t.apart(t.w.Can(policy.ItemRelease, facts...)), t.clean(), t.settled(), t.letOut(), t.accompanied()); err != nil {
		return err
	}
	it, w := t.it, t.it.Work
	live := content.Live{Sheet: w.Sheet, Digest: w.SheetDigest, Released: t.w.Now, By: t.w.Actor.ID, For: t.w.For.ID, Signoffs: w.Signoffs, Corrections: w.Corrections,
		Pipeline: w.Pipeline, Submitted: w.Submitted, Revision: w.Revision, Bundle: it.Bundle}
	if len(it.Bundle) > 0 {
		live.Round, t.detail["members"] = w.Round, memberDigests(it.Bundle)
	}
	t.explained()
	it.Bundle = nil
	t.goLive(live)
	return nil
}

// goLive makes a sheet that was signed the edition that the public reads.
func (t *turn) goLive(live content.Live) {
	it, w := t.it, t.it.Work
	live.State, live.Edition, live.First, live.Title, live.Struck = content.Published, it.Editions+1, it.Live.First, it.Title, it.Live.Struck
	live.Placed, live.Settled, live.Contributors, live.Unit = it.Placements, w.Resolutions, w.Contributors, w.Unit
	live.Restricted = t.w.Revision.Fields["scope"] == "restricted"
	live.Dates = content.SignedDates(t.w.Revision.Fields)
	t.lasting(&live)
	if live.First == 0 {
		live.First = live.Released
	}
	if it.Live.Privacy || it.Live.Asked != nil && it.Live.Asked.Privacy {
		live.Struck = upTo(it.Editions)
	}
	if asked := it.Live.Asked; asked != nil {
		t.detail["asker"] = asked.By // this settles it
	}
	if it.IndexNo == "" {
		it.IndexNo = t.w.IndexNo
	}
	it.Editions++
	it.Live, it.Work = live, content.Work{State: content.NoWork, Marks: w.Marks}
	it.Seq++
	if w.Emergency != nil {
		t.owesReview(*w.Emergency, w.Contributors)
	}
	t.detail["sheet"], t.detail["index_no"], t.detail["note"] = live.Digest, it.IndexNo, noteOf(t.before)
	if in := t.before.Live; in.State == content.Published && !slices.Equal(in.Placed, live.Placed) {
		t.detail["moved"] = "true"
	}
}

func upTo(n int64) []int64 {
	out := make([]int64, n)
	for i := range out {
		out[i] = int64(i + 1)
	}
	return out
}

// clean refuses when today's rules still find something in the public form.
func (t *turn) clean() error {
	if len(t.w.Leftovers) == 0 {
		return nil
	}
	e := gongkai.E(gongkai.Blocked, "rescan", "复检发现公开文本中仍有问题，不能公开", "the re-scan still finds something in the public form")
	for _, place := range t.w.Leftovers {
		e.Details = append(e.Details, gongkai.Detail{Where: place, Code: "rescan", Zh: "仍有未遮掩内容", En: "not masked"})
	}
	return e
}

// settled: a release over a suspension or an asked withdrawal must say that it
// settles it, by somebody who may resume.
func (t *turn) settled() error {
	if t.it.Live.State != content.Suspended && t.it.Live.Asked == nil {
		return nil
	}
	if !t.s.Settles {
		return gongkai.E(gongkai.Blocked, "suspended", "信息已临时下线或有待批准的撤稿申请，发布须声明一并了结", "the item is suspended or a withdrawal is asked: the release must say that it settles that")
	}
	return t.w.Can(policy.ItemResume, t.who()...)
}
