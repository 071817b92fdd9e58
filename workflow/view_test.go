package workflow

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"gongkai"
	"gongkai/content"
	"gongkai/store"
)

func TestWhoLacksTheRightSeesMasks(t *testing.T) {
	o := newOffice(t)
	it := o.create(personal())
	for who, unmasked := range map[string]bool{"editor": true, "secret": true, "editor2": false, "review1": false, "admin": false} {
		v, err := o.Revision(t.Context(), person(who), it.ID, it.Work.Revision)
		o.check(err)
		if v.Unmasked != unmasked || strings.Contains(fmt.Sprint(v.Revision.Fields), mobile) != unmasked {
			t.Errorf("%s: unmasked %v", who, v.Unmasked)
		}
		if strings.Contains(fmt.Sprint(v.Findings), mobile) {
			t.Errorf("a finding holds the value")
		}
	}
	_, err := o.Revision(t.Context(), person("stranger"), it.ID, it.Work.Revision)
	o.refused(err, gongkai.Denied, "missing_grant")
	other := o.create(plainFields())
	_, err = o.Revision(t.Context(), person("editor"), other.ID, it.Work.Revision)
	o.refused(err, gongkai.Missing, "revision")
	_, err = o.Sheet(t.Context(), person("editor"), it.ID, o.submit(other.ID).Work.Sheet)
	o.refused(err, gongkai.Missing, "sheet")
	v := personal()
	v["title"] = "关于" + mobile + "的通知"
	if it = o.create(v); strings.Contains(snapshot(it), mobile) {
		t.Error("the item itself holds no unmasked text")
	}
}

func TestWhoSeesMasksSendsPatches(t *testing.T) {
	o := newOffice(t)
	it := o.create(personal())
	v := plainFields()
	_, err := o.Save(t.Context(), person("editor2"), it.ID, Draft{Fields: v})
	o.refused(err, gongkai.Blocked, "masked")
	shown, err := o.Revision(t.Context(), person("editor2"), it.ID, it.Work.Revision)
	o.check(err)
	summary := shown.Revision.Fields["summary"].(string)
	_, err = o.Save(t.Context(), person("editor2"), it.ID, Draft{Patch: []Patch{{Place: "summary", Start: 5, End: 8, Old: string([]rune(summary)[5:8]), New: "1"}}})
	o.refused(err, gongkai.Blocked, "patch_masked")
	_, err = o.Save(t.Context(), person("editor2"), it.ID, Draft{Patch: []Patch{{Place: "summary", Start: 4, End: 4, New: "9"}}})
	o.refused(err, gongkai.Blocked, "masked") // a digit beside the number would uncover it
	end := utf8.RuneCountInString(summary)
	saved, err := o.Save(t.Context(), person("editor2"), it.ID, Draft{Patch: []Patch{{Place: "summary", Start: end, End: end, New: ",请核对"}}})
	o.check(err)
	if saved.Revision.Fields["summary"] != "联系电话"+mobile+",请核对" || len(saved.Findings) != 3 {
		t.Errorf("what was masked is still there underneath: %d findings", len(saved.Findings))
	}
	mine, err := o.Revision(t.Context(), person("editor2"), it.ID, saved.Revision.ID)
	o.check(err)
	if mine.Unmasked || strings.Contains(fmt.Sprint(mine.Revision.Fields), mobile) {
		t.Error("having patched a masked text shows what is under its masks")
	}
	end = utf8.RuneCountInString("联系电话" + mobile)
	saved, err = o.Save(t.Context(), person("editor"), it.ID, Draft{Patch: []Patch{{Place: "summary", Start: 4, End: end, Old: mobile, New: "见附件"}}})
	o.check(err)
	if saved.Revision.Fields["summary"] != "见附件" && saved.Revision.Fields["summary"] != "联系电话见附件,请核对" {
		t.Errorf("who sees the text patches the text: %v", saved.Revision.Fields["summary"])
	}
	_, err = o.Save(t.Context(), person("editor"), it.ID, Draft{Rev: it.Rev, Fields: v})
	o.refused(err, gongkai.Conflict, "stale")
}

func TestTwoWindowsDoNotOverwriteEachOther(t *testing.T) {
	o := newOffice(t)
	it := o.create(plainFields())
	one, err := o.Autosave(t.Context(), person("editor"), it.ID, it.Work.Revision, 0, plainFields())
	o.check(err)
	_, err = o.Autosave(t.Context(), person("editor"), it.ID, it.Work.Revision, one.Rev, plainFields())
	o.check(err)
	_, err = o.Autosave(t.Context(), person("editor"), it.ID, it.Work.Revision, one.Rev, plainFields())
	o.refused(err, gongkai.Conflict, "stale")
	_, err = o.Autosave(t.Context(), person("editor2"), it.ID, it.Work.Revision, 0, plainFields())
	o.check(err)
	_, err = o.Autosave(t.Context(), person("review1"), it.ID, it.Work.Revision, 0, plainFields())
	o.refused(err, gongkai.Denied, "missing_grant")
	mine, err := o.Working(t.Context(), person("editor"), it.ID)
	o.check(err)
	if mine.User != "editor" || mine.Rev != 2 {
		t.Errorf("%+v", mine)
	}
}

// Who has it open is told as well as it goes; what they write is kept.
func TestAutosaveKeepsTheTextThoughNobodyCanBeSeenAtIt(t *testing.T) {
	o := newOffice(t)
	it := o.create(plainFields())
	db := openDB(t)
	var err error
	o.presence, err = openPresence(t.Context(), &content.Content{DB: db})
	o.check(err)
	o.check(db.Close())
	saved, err := o.Autosave(t.Context(), person("editor"), it.ID, it.Work.Revision, 0, plainFields())
	o.check(err)
	if mine, err := o.Working(t.Context(), person("editor"), it.ID); err != nil || mine.Rev != saved.Rev || mine.Fields["title"] == nil {
		t.Errorf("%+v %v", mine, err)
	}
}

func TestForgettingLeavesWhatIsRenewedMeanwhile(t *testing.T) {
	o := newOffice(t)
	it := o.create(plainFields())
	o.check(o.present(t.Context(), person("editor"), it.ID, true))
	o.check(o.present(t.Context(), person("editor2"), it.ID, true))
	o.clock.at = o.clock.at.Add(PresenceLasts + time.Second)
	o.check(forget(t.Context(), o.presence, "until", gongkai.Millis(o.clock.Now()), func(p Presence) store.Meta {
		if p.User == "editor" { // says it again, just now
			o.check(o.present(t.Context(), person("editor"), it.ID, true))
		}
		return p.Meta
	}))
	for who, there := range map[string]bool{"editor": true, "editor2": false} {
		if _, err := o.presence.Get(t.Context(), it.ID+"."+who); gongkai.Is(err, gongkai.Missing) == there {
			t.Errorf("%s: %v", who, err)
		}
	}
}

func TestWhatPeopleWriteAboutAnItemIsMasked(t *testing.T) {
	o := newOffice(t)
	it := o.submit(o.create(plainFields()).ID)
	back := o.must("both1", it.ID, Step{Act: "return", Sheet: it.Work.SheetDigest, Opinion: "请删去身份证号" + idNumber})
	if text := snapshot(back); strings.Contains(text, idNumber) || !strings.Contains(text, "请删去身份证号") {
		t.Error("the opinion is kept without the number")
	}
	basis := []content.Resolution{{Kind: "mobile", Act: "keep", Basis: "办公电话" + mobile}}
	it = o.create(personal())
	kept := o.must("secret", it.ID, Step{Act: "resolve", Resolutions: basis})
	if strings.Contains(snapshot(kept), mobile) || !strings.Contains(basis[0].Basis, mobile) {
		t.Error("the basis is masked, the caller's own copy is not")
	}
	live := o.release(o.sign(o.submit(o.create(plainFields()).ID)))
	down := o.must("proof1", live.ID, Step{Act: "suspend", Edition: 1, Reason: "群众" + mobile + "反映"})
	if strings.Contains(snapshot(down), mobile) {
		t.Error("the reason is masked")
	}
}

func (o *office) correction(it content.Item, who, old, new string) (content.Item, error) {
	o.t.Helper()
	s, err := o.c.Sheets.Get(o.t.Context(), it.Work.Sheet)
	o.check(err)
	pub, err := s.Public()
	o.check(err)
	body := pub.Fields["body"].(string)
	start := utf8.RuneCountInString(body[:strings.Index(body, old)])
	return o.step(who, it.ID, Step{Act: "correct", Sheet: it.Work.SheetDigest, Patch: []Patch{{Place: "body", Start: start, End: start + utf8.RuneCountInString(old), Old: old, New: new}}})
}

func TestACorrectionMakesASheetJoinedToTheOld(t *testing.T) {
	o := newOffice(t)
	v := personal()
	delete(v, "summary") // else its number would be known wherever it stands
	it := o.create(v)
	o.must("editor", it.ID, maskAll())
	it = o.submit(it.ID)
	it = o.must("both1", it.ID, pass(it))
	for _, bad := range []struct{ old, new, code string }{
		{"**", "00", "patch_masked"}, {"经研究", "经研究12", "rewrite"}, {"<b>", "<i>", "rewrite"}, {"电话", "身份证号", "rewrite"},
		{"经研究", "经柳溪镇人民政府研究", "rewrite"}, {"经研究,现予公布。", "经认真研究讨论并报请批准同意以后决定公布。", "rewrite"},
	} {
		if _, err := o.correction(it, "both2", bad.old, bad.new); !strings.HasPrefix(gongkai.CodeOf(err), bad.code) {
			t.Errorf("%s to %s: %v", bad.old, bad.new, err)
		}
	}
	first := it.Work
	it, err := o.correction(it, "both2", "经研究", "经研讨")
	o.check(err)
	o.check(o.Build(t.Context(), it.ID))
	it = o.get(it.ID)
	if it.Work.Stage != "merged_2" || len(it.Work.Signoffs) != 1 || it.Work.Corrections[0].From != first.SheetDigest || it.Work.Corrections[0].Changed != 2 {
		t.Fatalf("%+v", it.Work)
	}
	if pub := o.public(it, it.Work.Sheet); !strings.Contains(pub.Fields["body"].(string), "经研讨") {
		t.Error("the sheet shows the corrected words")
	}
	parts, err := o.Compare(t.Context(), person("review1"), it.ID, first.Sheet, it.Work.Sheet)
	o.check(err)
	if len(parts) != 1 || parts[0].Place != "body" {
		t.Errorf("the difference: %+v", parts)
	}
	_, err = o.step("both2", it.ID, Step{Act: "correct", Sheet: it.Work.SheetDigest})
	o.refused(err, gongkai.Invalid, "required")
	it = o.release(o.sign(it))
	if it.Live.State != content.Published {
		t.Errorf("%s", states(it))
	}
}

func TestCorrectionsAreCountedTogether(t *testing.T) {
	o := newOffice(t)
	v := plainFields()
	v["body"] = "<p>甲乙丙丁戊己庚辛</p>"
	it := o.submit(o.create(v).ID)
	for i, pair := range [][2]string{{"甲乙", "乙甲"}, {"丙丁", "丁丙"}, {"戊己", "己戊"}, {"庚辛", "辛庚"}, {"乙甲", "甲乙"}, {"丁丙", "丙丁"}} {
		next, err := o.correction(it, "both1", pair[0], pair[1])
		if i < 5 {
			o.check(err)
			o.check(o.Build(t.Context(), it.ID))
			it = o.get(next.ID)
			continue
		}
		o.refused(err, gongkai.Blocked, "rewrite") // two characters each: the sixth is past ten
	}
}

func TestAReleaseScansAgainUnderTodaysRules(t *testing.T) {
	o := newOffice(t)
	it := o.create(personal())
	o.must("editor", it.ID, maskAll())
	it = o.sign(o.submit(it.ID))
	s, err := o.c.Sheets.Get(t.Context(), it.Work.Sheet)
	o.check(err)
	pub, err := s.Public()
	o.check(err)
	pub.Fields["summary"] = "联系电话" + mobile // as if yesterday's rules had not known it
	o.check(put(o.c.Sheets.Update(t.Context(), s.ID, 0, func(doc *content.Sheet) (err error) {
		doc.Bytes, _, err = content.Canonical(pub)
		return err
	})))
	_, err = o.step("publisher", it.ID, Step{Act: "release", Sheet: it.Work.SheetDigest})
	if e := o.refusal(err, gongkai.Blocked, "rescan"); e.Details[0].Where != "summary" {
		t.Errorf("%+v", e.Details)
	}
}

func TestListsShowOnlyWhatMayBeRead(t *testing.T) {
	o := newOffice(t)
	grant(t, o.pol, "towner", "editor", "town")
	o.create(plainFields())
	_, err := o.Create(t.Context(), person("editor"), NewItem{Kind: "notice", Unit: "town", Fields: plainFields()})
	o.check(err)
	for who, want := range map[string]int{"editor": 2, "towner": 1, "stranger": 0} {
		page, err := o.Items(t.Context(), person(who), List{})
		o.check(err)
		if len(page.Docs) != want {
			t.Errorf("%s sees %d items, want %d", who, len(page.Docs), want)
		}
	}
	_, err = o.Items(t.Context(), person("towner"), List{Unit: "county"})
	o.refused(err, gongkai.Denied, "missing_grant")
	for _, l := range []List{{State: "draft"}, {Unit: "county", State: "draft"}, {Column: "www-merged", State: "draft"}, {Live: "none"}, {Stage: "merged_1"}} {
		if _, err := o.Items(t.Context(), person("editor"), l); err != nil {
			t.Errorf("%+v: %v", l, err)
		}
	}
}
