// The invariants of the random walk, in the test's own words.

package workflow

import (
	"maps"
	"reflect"
	"slices"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
)

// follow keeps the test's own record of who wrote and who signed.
func (w *walk) follow(i int, was, is content.Item, s Step, actor gongkai.Actor, world World) {
	sh := &w.shadow[i]
	switch s.Act {
	case "create", "save", "place":
		if was.Work.State == content.NoWork {
			sh.wrote = maps.Clone(sh.liveWrote)
		}
		if sh.wrote == nil {
			sh.wrote = map[string]bool{}
		}
		sh.wrote[actor.ID] = true
	case "submit", "hold":
		sh.under = is.Unit
	case "abandon":
		sh.wrote = nil
	case "pass":
		stage, _ := world.Pipeline.Stage(was.Work.Stage)
		so := is.Work.Signoffs[len(is.Work.Signoffs)-1]
		seat, there := stage.seat(so.Seat)
		for _, track := range seat.Tracks {
			if !slices.Contains(w.pol.Roles(orElse(s.For, actor.ID), seat.from(unitPaths[was.Unit], unitPaths)), track.Role) || actor.Key {
				w.fail(was, s, actor.ID+" signed without the role "+track.Role)
			}
		}
		if !there || so.Stage != stage.ID {
			w.fail(was, s, "a signature of no seat of the stage")
		}
		if so.For != s.For || is.Steps[len(is.Steps)-1].Detail["for"] != s.For {
			w.fail(was, s, "a signature does not say whom it was given for")
		}
		for _, who := range inPerson(actor.ID, s.For) {
			if sh.wrote[who] {
				w.fail(was, s, who+" signed a text of their own")
			}
		}
		sh.signed[was.Work.Stage+so.Seat+" "+was.Work.SheetDigest+" "+actor.ID] = so
	case "release":
		for _, who := range inPerson(actor.ID, s.For) {
			if sh.wrote[who] {
				w.fail(was, s, who+" released a text of their own")
			}
		}
		sh.liveWrote, sh.wrote = sh.wrote, nil
		w.complete(i, was, is, s)
		if was.Live.Privacy || was.Live.Asked != nil && was.Live.Asked.Privacy {
			for n := range was.Editions {
				sh.struck[n+1] = true
			}
		}
	case "set_validity":
		if slices.Contains(inPerson(actor.ID, s.For), was.Live.AskedValidity.Asker) {
			w.fail(was, s, "a change of validity was approved by who asked for it")
		}
	case "withdraw":
		if slices.Contains(inPerson(actor.ID, s.For), was.Live.Asked.By) {
			w.fail(was, s, "a withdrawal was approved by who asked for it")
		}
		if was.Live.Privacy || was.Live.Asked.Privacy {
			for n := range was.Editions {
				sh.struck[n+1] = true
			}
		}
	}
}

// inPerson are who did something: whoever stood in for somebody, and that one.
func inPerson(by, from string) []string {
	if from == "" {
		return []string{by}
	}
	return []string{by, from}
}

// complete: nothing is live without every signature of its pipeline, on that
// very sheet or one joined to it by recorded corrections.
func (w *walk) complete(i int, was, is content.Item, s Step) {
	live := is.Live
	p, _ := orderOf(live.Pipeline)
	joined := map[string]bool{live.Digest: true}
	for again := true; again; {
		again = false
		for _, c := range live.Corrections {
			if joined[c.To] && !joined[c.From] {
				joined[c.From], again = true, true
			}
		}
	}
	byTrack, people := map[string]bool{}, map[string]bool{}
	for _, stage := range p.Stages {
		seats, here := map[string]bool{}, map[string]bool{}
		for _, so := range live.Signoffs {
			if so.Stage != stage.ID {
				continue
			}
			if !joined[so.Sheet] || !reflect.DeepEqual(w.shadow[i].signed[so.Stage+so.Seat+" "+so.Sheet+" "+so.By], so) {
				w.fail(was, s, "the signature of "+stage.ID+" is on another sheet, or nobody made it")
			}
			if seats[so.Seat] {
				w.fail(was, s, "a seat was signed twice")
			}
			seats[so.Seat] = true
			for _, who := range inPerson(so.By, so.For) {
				if p.Distinct && people[who] || here[who] {
					w.fail(was, s, who+" signed two stages or seats")
				}
				people[who], here[who] = true, true
				for _, kind := range so.Tracks {
					if byTrack[kind+who] {
						w.fail(was, s, who+" signed two stages of one track")
					}
					byTrack[kind+who] = true
				}
			}
		}
		if len(seats) < stage.needed() {
			w.fail(was, s, "live without the signatures of "+stage.ID)
		}
	}
	for _, so := range live.Signoffs {
		for _, who := range inPerson(so.By, so.For) {
			if w.shadow[i].liveWrote[who] {
				w.fail(was, s, who+" signed, and had a part in the text")
			}
		}
	}
	w.short(was, live, s)
	final := p.finalReview().ID
	if !slices.ContainsFunc(live.Signoffs, func(so content.Signoff) bool {
		return so.Sheet == live.Digest && (so.Stage == final || so.Stage == FinalConfirm.ID)
	}) {
		w.fail(was, s, "no final reviewer saw these very words")
	}
}

// The ways of a release that are counted.
const (
	shortRelease    = "release, short"
	togetherRelease = "release, as a bundle"
)

// short: what went the short way was checked and confirmed, these very words,
// by two people.
func (w *walk) short(was content.Item, live content.Live, s Step) {
	if !was.Work.Short {
		return
	}
	by := map[string]string{}
	for _, so := range live.Signoffs {
		if so.Sheet == live.Digest {
			by[so.Stage] = so.By
		}
	}
	w.acts[shortRelease]++
	if by[CorrectionCheck] == "" || by[FinalConfirm.ID] == "" || by[CorrectionCheck] == by[FinalConfirm.ID] {
		w.fail(was, s, "the short way without two people who saw these very words")
	}
}

var (
	publicActs = map[string]bool{"reconcile": true, "release": true, "follow": true, "suspend": true, "withdraw": true, "resume": true, "set_validity": true, "commence": true, "expire": true, "end_publicity": true, "relate": true}
	liveActs   = map[string]bool{"release": true, "follow": true, "suspend": true, "withdraw": true, "resume": true, "ask_withdraw": true, "decline": true,
		"ask_validity": true, "set_validity": true, "decline_validity": true, "later_object": true, "commence": true, "expire": true, "end_publicity": true, "relate": true, "transfer": true, "reconcile": true}
)

// hold checks what must hold after every step that was done.
func (w *walk) hold(i int, was, is content.Item, s Step, actor gongkai.Actor) {
	grown := is.Seq - was.Seq
	switch s.Act {
	case "transfer":
		w.moved(i, was, is, s)
	case "release", "follow":
		if orElse(is.Live.Unit, is.Unit) != w.shadow[i].under {
			w.fail(was, s, "what went out names another unit than it was signed under")
		}
	case "reconcile":
		grown = min(grown, 1) // as far as the public is ahead
	}
	switch {
	case s.Act == "later_object" && grown == 1 && was.Live.State == content.Published && is.Live.State == content.Suspended:
	case s.Act == "later_object" && s.Privacy && grown == 1 && len(is.Live.Struck) > len(was.Live.Struck) && was.Live.State == is.Live.State:
	case s.Act == "release" && is.Live.Pipeline[:min(9, len(is.Live.Pipeline))] == "emergency" && (len(is.Later) != len(was.Later)+1 || is.LaterBy == 0):
		w.fail(was, s, "an emergency release owes nothing")
	case was.LaterBy != 0 && is.LaterBy == 0 && s.Act != "later_pass" && s.Act != "later_object" && s.Act != "withdraw" && s.Act != "release" && s.Act != "follow" && (s.Act != "reconcile" || is.Live.State != content.Tombstoned):
		w.fail(was, s, "a later review was lost")
	case publicActs[s.Act] && grown != 1, !publicActs[s.Act] && grown != 0:
		w.fail(was, s, "seq grows exactly with public changes")
	case !liveActs[s.Act] && s.Act != "create" && !reflect.DeepEqual(was.Live, is.Live):
		w.fail(was, s, "an act on the work changed the live part")
	case s.Act == "create" && is.Live.State != content.NotLive:
		w.fail(was, s, "a new item is live")
	case !w.chained(was, is) || is.StepN != was.StepN+1 || len(is.Steps) == 0 || is.Steps[len(is.Steps)-1].Prev != was.StepHead:
		w.fail(was, s, "the chain of steps is broken")
	case is.Due == 0:
		w.fail(was, s, "the trail is owed every step")
	case !slices.Contains([]string{"reassign", "preserve", "unpreserve"}, s.Act) && slices.Contains(w.pol.Roles(actor.ID, unitPaths[was.Unit]), policy.Administrator), actor.ID == policy.Auditor:
		w.fail(was, s, actor.ID+" did something")
	case len(is.Scans) < len(was.Scans), s.Act != "attach_form" && len(is.Scans) != len(was.Scans), (s.Act == "attach_form" || s.Act == "void_form") && !reflect.DeepEqual(was.Work, is.Work):
		w.fail(was, s, "a paper is kept for ever and signs nothing")
	case s.Act == "purge" && (was.Preserved != nil || was.LaterBy != 0 || was.Live.Asked != nil || was.Live.State == content.Suspended || len(was.Schedules) > 0):
		w.fail(was, s, "originals go that are needed")
	case (s.Act == "preserve" || s.Act == "unpreserve" || s.Act == "purge") && !reflect.DeepEqual(was.Work, is.Work):
		w.fail(was, s, "the retention of originals touched the work")
	case actor.Key && !slices.Contains([]string{"create", "save", "place", "ask_by", "bundle", "submit", "recall", "abandon"}, s.Act):
		w.fail(was, s, "a program did what a person has to do")
	case is.Editions < was.Editions || is.IndexNo != was.IndexNo && was.IndexNo != "":
		w.fail(was, s, "editions and index numbers are for ever")
	case is.Live.State == content.Published && w.shadow[i].struck[is.Live.Edition]:
		w.fail(was, s, "a struck edition is shown")
	case marks[s.Act] && (was.Live.Digest != is.Live.Digest || was.Live.State != is.Live.State || !reflect.DeepEqual(was.Work, is.Work)):
		w.fail(was, s, "a mark changed more than the mark")
	case was.Live.First != 0 && is.Live.First != was.Live.First:
		w.fail(was, s, "the first release is never back-dated")
	}
	w.holdPlans(was, is, s)
	if is.Deadline != 0 && (is.Live.State != content.NotLive || is.Work.State == content.NoWork || is.Term.From == "") || is.Deadline == 0 && awaited(is) && is.Term.By != "" {
		w.fail(was, s, "a deadline that nobody waits for, or none where a day was asked for")
	}
	w.holdWork(was, is, s)
}

// holdPlans: a schedule stands for what it names, one for each act, and never
// goes without a word.
func (w *walk) holdPlans(was, is content.Item, s Step) {
	for i, p := range is.Schedules {
		row, _ := schedulable(p.Act)
		stands := is.Work.State == content.Ready && is.Work.SheetDigest == p.Sheet
		if row.Live {
			stands = is.Live.Edition == p.Edition && is.Live.Digest == p.Digest && among(shownOrNot, is.Live.State)
		}
		if first, _ := planOf(is, p.Act); !stands || is.ScheduledAt == 0 || is.ScheduledAt > p.At || first.ID != is.Schedules[i].ID {
			w.fail(was, s, "a schedule outlives what it names")
		}
	}
	if open := openDates(is); (len(open) == 0) != (is.DatedAt == 0) || len(open) > 0 && is.Live.State == content.Tombstoned {
		w.fail(was, s, "a signed day is forgotten, or kept when all is done")
	}
	for _, p := range was.Schedules {
		_, stays := planOf(is, p.Act)
		if !stays && p.Act != s.Act && s.Act != "unschedule" && !slices.ContainsFunc(is.Lapsed, func(l content.Lapse) bool { return l.ID == p.ID }) {
			w.fail(was, s, "a schedule went silently")
		}
	}
}

// chained: the records that were there are as they were, and the new one
// carries its own hash (which takes time: every fourth is looked at).
func (w *walk) chained(was, is content.Item) bool {
	n := len(was.Steps)
	return len(is.Steps) == n+1 && (n == 0 || reflect.DeepEqual(was.Steps, is.Steps[:n])) && (w.steps%4 != 0 || RecordHash(is.Steps[n]) == is.Steps[n].Hash)
}

// marks are the acts after the release that leave the text as it was signed.
var marks = map[string]bool{"ask_validity": true, "set_validity": true, "decline_validity": true, "commence": true, "expire": true, "end_publicity": true, "relate": true}

// correctedAtStage tells whether the words were last corrected at a stage: the short way
// begins with a correction by the writers.
func correctedAtStage(work content.Work) bool {
	n := len(work.Corrections)
	return n > 0 && work.Corrections[n-1].Stage != "submit"
}

func (w *walk) holdWork(was, is content.Item, s Step) {
	work := is.Work
	p, _ := orderOf(work.Pipeline)
	underWay := slices.Contains([]string{content.Checking, content.AtStage, content.Ready}, work.State)
	switch {
	case !underWay && len(work.Signoffs)+len(work.Corrections) > 0:
		w.fail(was, s, "signatures outlive the sheet")
	case work.State == content.Ready && !Signed(work, p):
		w.fail(was, s, "ready without every signature")
	case underWay && p.ID == "":
		w.fail(was, s, "under way in no pipeline")
	case work.State == content.AtStage && (work.Stage == "" || work.SheetDigest == ""):
		w.fail(was, s, "at no stage, or without a sheet")
	case (work.Opened != 0) != (work.State == content.AtStage || work.State == content.Checking && correctedAtStage(work)):
		w.fail(was, s, "the clock of a stage runs exactly while it is open")
	case is.Live.State == content.Suspended && is.Live.Privacy && s.Act == "suspend" && underWay:
		w.fail(was, s, "work that may hold what leaked goes on")
	}
	for n := range w.shadowStruck(is) {
		if !slices.Contains(is.Live.Struck, n) {
			w.fail(was, s, "an edition that leaked is not struck")
		}
	}
}

func (w *walk) shadowStruck(it content.Item) map[int64]bool {
	i := slices.IndexFunc(w.items, func(o content.Item) bool { return o.ID == it.ID })
	return w.shadow[i].struck
}
