package workflow

import (
	"slices"
	"strings"
	"testing"

	"gongkai"
	"gongkai/content"
)

// dated is a live item whose signed text says when it takes effect, when it
// lapses, and until when it is to be seen.
func (d *desk) dated(t *testing.T) content.Item {
	t.Helper()
	it := d.live(t)
	rev := d.revisions[it.Live.Revision]
	rev.Fields = content.Fields{"title": "关于开展检查的通知", "openness": content.Proactive, "validity": "not_yet", "effective_from": "2026-02-01", "expires_at": "2026-02-02", "publicity_to": "2026-02-01"}
	d.revisions[rev.ID] = rev
	return it
}

func ask(c content.ValidityChange) Step {
	return Step{Act: "ask_validity", Edition: 1, Reason: "清理规范性文件", Validity: &c}
}

func TestAValidityIsChangedByTwoPeople(t *testing.T) {
	d := staffed(t)
	it := d.live(t)
	d.other = content.Item{Live: content.Live{State: content.Published}}
	d.other.ID = "item-new"
	change := content.ValidityChange{State: "abolished", Since: "2026-01-31", By: "item-new", Replaces: true}
	for _, who := range []gongkai.Actor{person("admin"), program("write"), person("proof1")} {
		if _, err := d.do(who, it, ask(change)); gongkai.KindOf(err) != gongkai.Denied && who.ID != "proof1" {
			t.Errorf("%s asks: %v", who.ID, err)
		}
	}
	asked := d.must(t, it, "review3", ask(change))
	if asked.Seq != it.Seq || asked.Live.Marked() != nil {
		t.Fatal("asking changes nothing for the public")
	}
	approve := Step{Act: "set_validity", Edition: 1, Opinion: "同意", Validity: &change}
	d.refused(t, asked, person("review3"), approve, gongkai.Denied, "own_request")
	d.refused(t, asked, person("publisher"), approve, gongkai.Denied, "missing_grant")
	d.refused(t, asked, person("admin"), approve, gongkai.Denied, "administrator_business")
	d.refused(t, asked, person("review3b"), Step{Act: "set_validity", Edition: 1}, gongkai.Invalid, "required")
	d.refused(t, asked, person("review3b"), Step{Act: "set_validity", Edition: 1, Validity: &content.ValidityChange{State: "lapsed"}}, gongkai.Conflict, "stale_asked")
	d.refused(t, asked, person("review3b"), Step{Act: "set_validity", Edition: 2, Validity: &change}, gongkai.Conflict, "stale_edition")
	done := d.must(t, asked, "review3b", approve)
	m := done.Live.Marked()
	if m == nil || m.State != "abolished" || m.Since != "2026-01-31" || m.By != "item-new" || m.Relation != "replaced_by" || done.Seq != it.Seq+1 || done.Live.Digest != it.Live.Digest || done.Live.AskedValidity != nil {
		t.Errorf("marked: %+v", done.Live)
	}
	last := done.Steps[len(done.Steps)-1]
	if last.Detail["validity"] != "abolished" || last.Detail["asker"] != "review3" || last.Detail["by"] != "item-new" {
		t.Errorf("the record tells: %v", last.Detail)
	}
	if back := d.must(t, asked, "review3b", Step{Act: "decline_validity", Edition: 1, Reason: "依据不足"}); back.Live.AskedValidity != nil || back.Seq != it.Seq || back.Steps[len(back.Steps)-1].Detail["asker"] != "review3" {
		t.Error("declined, all is as it was")
	}
}

func TestAChangeOfValidityThatMakesNoSense(t *testing.T) {
	d := staffed(t)
	it := d.live(t)
	for _, bad := range []struct {
		c    content.ValidityChange
		code string
	}{
		{content.ValidityChange{State: "void"}, "validity"},
		{content.ValidityChange{State: "lapsed", Since: "2036-01-01"}, "future"},
		{content.ValidityChange{State: "lapsed", Since: "2026-02-30"}, "date"},
		{content.ValidityChange{State: "lapsed", By: "item-x"}, "relation"},
		{content.ValidityChange{State: "abolished", Replaces: true}, "required"},
		{content.ValidityChange{State: "abolished", By: it.ID}, "itself"},
		{content.ValidityChange{State: "abolished", By: "item-x"}, "not_public"},
	} {
		d.refused(t, it, person("editor"), ask(bad.c), gongkai.Invalid, bad.code)
	}
	d.other = content.Item{Live: content.Live{State: content.Published, Validity: &content.Validity{State: "abolished", By: it.ID}}}
	d.other.ID = "item-x"
	d.refused(t, it, person("editor"), ask(content.ValidityChange{State: "abolished", By: "item-x"}), gongkai.Invalid, "circle")
	silent := ask(content.ValidityChange{State: "lapsed"})
	silent.Reason = " "
	d.refused(t, it, person("editor"), silent, gongkai.Invalid, "required")
}

func TestWhatASignedDateBringsAboutOnePersonDoes(t *testing.T) {
	d := staffed(t)
	plain := d.live(t)
	it := d.dated(t)
	commence, expire, end := Step{Act: "commence", Edition: 1}, Step{Act: "expire", Edition: 1}, Step{Act: "end_publicity", Edition: 1}
	d.refused(t, plain, person("publisher"), commence, gongkai.Blocked, "no_date")
	d.refused(t, it, person("editor"), commence, gongkai.Denied, "missing_grant")
	d.refused(t, it, program("write"), end, gongkai.Denied, "program")
	now := d.must(t, it, "publisher", commence)
	if m := now.Live.Marked(); m == nil || m.State != "in_force" || m.Since != "2026-02-01" || now.Seq != it.Seq+1 {
		t.Errorf("in force: %+v", m)
	}
	d.refused(t, now, person("publisher"), commence, gongkai.Blocked, "validity")
	over := d.must(t, now, "review3", expire)
	if m := over.Live.Marked(); m.State != "lapsed" || over.Live.State != content.Published {
		t.Errorf("lapsed, and the page stays: %+v", over.Live)
	}
	ended := d.must(t, over, "publisher", end)
	if e := ended.Live.Ended; e == nil || e.To != "2026-02-01" || !e.Files || ended.Seq != over.Seq+1 {
		t.Errorf("ended: %+v", e)
	}
	d.refused(t, ended, person("publisher"), end, gongkai.Invalid, "ended")
	d.now -= 2 * 24 * 3600 * 1000
	d.refused(t, it, person("publisher"), expire, gongkai.Blocked, "not_due")
	d.refused(t, it, person("publisher"), end, gongkai.Blocked, "not_due")
}

// shortly submits a correction of a live item the short way.
func (d *desk) shortly(t *testing.T, it content.Item) content.Item {
	t.Helper()
	it = d.must(t, it, "editor2", Step{Act: "save"})
	it = d.must(t, it, "editor2", Step{Act: "submit", Note: "更正错别字。", Short: true})
	return d.must(t, it, gongkai.System.ID, Step{Act: "built"})
}

func TestWordsAreCorrectedTheShortWay(t *testing.T) {
	d := staffed(t)
	live := d.live(t)
	it := d.shortly(t, live)
	if it.Work.Stage != CorrectionCheck || len(it.Work.Signoffs) != 6 || !slices.Equal(Joined(it.Work), []string{it.Work.SheetDigest, live.Live.Digest}) {
		t.Fatalf("the signatures count on: %+v", it.Work)
	}
	d.refused(t, it, person("proof2"), pass(it), gongkai.Denied, "missing_grant")
	silent := pass(it)
	silent.Opinion = ""
	d.refused(t, it, person("proof3"), silent, gongkai.Invalid, "required")
	grant(t, d.pol, "proof3", "reviewer-3", "county")
	checked := d.must(t, it, "proof3", pass(it)) // signed the live edition too
	if checked.Work.Stage != FinalConfirm.ID {
		t.Fatalf("then the final confirmation: %s", states(checked))
	}
	d.refused(t, checked, person("proof3"), pass(checked), gongkai.Denied, "same_person")
	d.refused(t, checked, person("review3"), Step{Act: "return", Sheet: checked.Work.SheetDigest, Opinion: "重审", To: "review_2"}, gongkai.Invalid, "not_passed")
	ready := d.must(t, checked, "review3", pass(checked))
	skipped := clone(ready)
	skipped.Work.Signoffs = slices.DeleteFunc(skipped.Work.Signoffs, func(s content.Signoff) bool { return s.Stage == CorrectionCheck })
	d.refused(t, skipped, person("publisher"), Step{Act: "release", Sheet: ready.Work.SheetDigest}, gongkai.Blocked, "incomplete")
	out := d.must(t, ready, "publisher", Step{Act: "release", Sheet: ready.Work.SheetDigest})
	if out.Live.Edition != 2 || len(out.Live.Signoffs) != 8 || out.Live.Pipeline != live.Live.Pipeline || out.Work.Short {
		t.Errorf("released: %+v", out.Live)
	}
	again := d.shortly(t, out) // and once more
	if !slices.Equal(Joined(again.Work), []string{again.Work.SheetDigest, out.Live.Digest, live.Live.Digest}) {
		t.Errorf("joined over two corrections: %v", Joined(again.Work))
	}
}

func TestWhatClosesTheShortWay(t *testing.T) {
	d := staffed(t)
	live := d.live(t)
	submit := Step{Act: "submit", Note: "更正错别字。", Short: true}
	draft := d.must(t, live, "editor2", Step{Act: "save"})
	closed := func(it content.Item, code string) {
		t.Helper()
		_, err := d.do(person("editor2"), it, submit)
		if gongkai.CodeOf(err) != "short" || !slices.ContainsFunc(detailsOf(err), func(det gongkai.Detail) bool { return det.Code == code }) {
			t.Errorf("want closed for %s, got %v", code, err)
		}
	}
	d.words = rewrite("body", "改动字数过多", "it touches too much of the text")
	closed(draft, "rewrite")
	d.words = nil
	d.column.Correction = content.CorrectFull
	closed(draft, "column")
	d.column.Correction = ""
	d.pipeline = presetNamed("alternating-secrecy")
	closed(draft, "stricter")
	d.pipeline = presetNamed("alternating")
	moved := draft
	moved.Placements = []content.Placement{{Site: "www", Column: "notices", Path: "/elsewhere", Home: true}}
	closed(moved, "placements")
	settled := clone(draft)
	settled.Work.Resolutions = append(settled.Work.Resolutions, content.Resolution{Key: "k", Act: content.ActKeep})
	closed(settled, "decided")
	closed(d.must(t, draft, "proof1", suspend(draft, false)), "not_public")
	closed(d.must(t, draft, "review1", Step{Act: "ask_withdraw", Edition: 1, Reason: "有误"}), "asked")
	wrote := clone(draft)
	wrote.Work.Contributors = append(wrote.Work.Contributors, "review1")
	closed(wrote, "own_text")
	stood := clone(draft) // and whoever was stood in for
	stood.Live.Signoffs = slices.Clone(stood.Live.Signoffs)
	stood.Live.Signoffs[0].For = "chief"
	stood.Work.Contributors = append(stood.Work.Contributors, "chief")
	closed(stood, "own_text")
	unsigned := clone(draft)
	unsigned.Live.Signoffs = unsigned.Live.Signoffs[1:]
	closed(unsigned, "incomplete")
	first := d.draft(t, "editor")
	d.refused(t, first, person("editor"), submit, gongkai.Invalid, "first")
	d.refused(t, draft, person("editor2"), Step{Act: "submit"}, gongkai.Invalid, "required")
	d.refused(t, draft, person("editor2"), Step{Act: "submit", Note: "<b>更正</b>"}, gongkai.Invalid, "note")
}

func TestAMarkStaysUntilTheSignedTextSaysOtherwise(t *testing.T) {
	d := staffed(t)
	it := d.dated(t)
	it = d.must(t, d.must(t, it, "publisher", Step{Act: "expire", Edition: 1}), "publisher", Step{Act: "end_publicity", Edition: 1})
	next := func(v content.Fields) content.Item {
		ready := d.renew(t, it)
		rev := d.revisions[ready.Work.Revision]
		rev.Fields = v
		d.revisions[rev.ID] = rev
		return d.must(t, ready, "publisher", Step{Act: "release", Sheet: ready.Work.SheetDigest})
	}
	same := next(content.Fields{"openness": content.Proactive, "validity": "not_yet", "publicity_to": "2026-02-01"})
	if m := same.Live.Marked(); m == nil || m.State != "lapsed" || same.Live.Ended == nil {
		t.Errorf("a typing error does not bring it back into force: %+v", same.Live)
	}
	other := next(content.Fields{"openness": content.Proactive, "validity": "in_force", "publicity_to": "2026-03-01"})
	if other.Live.Marked() != nil || other.Live.Ended != nil {
		t.Errorf("the new text says something else: %+v", other.Live)
	}
}

// Two changes before one tell: whoever was named in between is told as well.
func TestNobodyIsForgottenThatAMarkNamed(t *testing.T) {
	d := staffed(t)
	it := d.live(t)
	marked := func(it content.Item, state, by string) content.Item {
		d.other = content.Item{Live: content.Live{State: content.Published}}
		d.other.ID = by
		change := content.ValidityChange{State: state, By: by, Replaces: by != "" && state != content.Amended, Since: "2026-01-31"}
		return d.must(t, d.must(t, it, "review3", ask(change)), "review3b", Step{Act: "set_validity", Edition: 1, Validity: &change})
	}
	was := func(it content.Item, want ...string) {
		t.Helper()
		if v := it.Live.Validity; v == nil || !slices.Equal(strings.Fields(v.Was), want) {
			t.Errorf("to be told: %+v, want %v", v, want)
		}
	}
	first := marked(it, content.Abolished, "item-a")
	was(first)
	second := marked(first, content.Amended, "item-b")
	was(second, "item-a")
	third := marked(second, content.Abolished, "item-c")
	was(third, "item-a", "item-b")
	was(marked(third, content.Amended, "item-a"), "item-b", "item-c")
	told := clone(third)
	told.Told = told.Seq
	was(marked(told, content.Lapsed, ""), "item-c")
	for from, want := range map[*content.Item][]string{&third: {"item-a", "item-b", "item-c"}, &told: {"item-c"}} { // the new text ends the mark
		ready := d.renew(t, *from)
		rev := d.revisions[ready.Work.Revision]
		rev.Fields = content.Fields{"openness": content.Proactive, "validity": "in_force"}
		d.revisions[rev.ID] = rev
		out := d.must(t, ready, "publisher", Step{Act: "release", Sheet: ready.Work.SheetDigest})
		was(out, want...)
		ready = d.renew(t, out) // and one more before anybody was told
		was(d.must(t, ready, "publisher", Step{Act: "release", Sheet: ready.Work.SheetDigest}), want...)
	}
}
