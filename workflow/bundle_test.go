package workflow

import (
	"slices"
	"strings"
	"testing"

	"gongkai"
	"gongkai/content"
	"gongkai/store"
)

// set is a document with its drafting explanation and its interpretation.
type set struct {
	*office
	doc, why, what string
}

func (o *office) draftOf(kind, title string, more content.Fields) string {
	o.t.Helper()
	v := content.Fields{"title": title, "openness": content.Proactive, "body": "<p>各村民委员会应当于月底以前完成安全检查工作，并将检查情况报送镇人民政府办公室汇总。</p>"}
	for name, value := range more {
		v[name] = value
	}
	it, err := o.Create(o.t.Context(), person("editor"), NewItem{Kind: kind, Unit: "county", Fields: v, Placements: []content.Placement{{Column: "www-merged"}}})
	o.check(err)
	return it.ID
}

// newSet bundles three drafts.
func newSet(t *testing.T) set {
	o := newOffice(t)
	s := set{office: o, doc: o.draftOf("notice", "关于安全检查的通知", nil)}
	s.why = o.draftOf("explanation", "起草说明", content.Fields{"interprets": []any{s.doc}})
	s.what = o.draftOf("interpretation", "政策解读", content.Fields{"interprets": []any{s.doc}})
	o.must("editor", s.doc, Step{Act: "bundle", Members: []string{s.why, s.what}})
	return s
}

// ready is a set that was signed by all.
func (s set) ready() content.Item { return s.sign(s.submit(s.doc)) }

// pays runs what the jobs would run for an item.
func (s set) pays(ids ...string) {
	s.t.Helper()
	for _, id := range ids {
		s.check(s.Settle(s.t.Context(), s.get(id)))
	}
}

func (s set) state(id, want string) content.Item {
	s.t.Helper()
	it := s.get(id)
	if got := states(it); got != want {
		s.t.Fatalf("%s is %s, want %s", it.Title, got, want)
	}
	if !ChainWhole(it) {
		s.t.Fatalf("the chain of %s is broken", it.Title)
	}
	return it
}

func TestADocumentItsExplanationAndItsInterpretationGoOutTogether(t *testing.T) {
	s := newSet(t)
	it := s.submit(s.doc)
	pub := s.public(it, it.Work.Sheet)
	if len(pub.Members) != 2 || len(it.Bundle) != 2 || pub.Members[1] != (content.PublicMember{Item: s.what, Digest: it.Bundle[1].Digest}) {
		t.Fatalf("the lead's sheet names the members' sheets: %+v", pub.Members)
	}
	sheet, err := s.c.Sheets.Get(t.Context(), it.Bundle[1].Sheet)
	s.check(err)
	if _, again, err := content.Canonical(s.public(it, it.Bundle[1].Sheet)); err != nil || again != pub.Members[1].Digest || sheet.Item != s.what {
		t.Error("the digest is that of the member's public form")
	}
	pub.Members[1].Digest = strings.Repeat("0", 64)
	if _, other, _ := content.Canonical(pub); other == it.Work.SheetDigest {
		t.Error("the members are in the digest that is signed")
	}
	s.state(s.what, "bundled/none")
	it = s.release(s.sign(it))
	for _, id := range []string{s.why, s.what} { // they follow at once; the jobs repeat it
		s.pays(s.doc, id)
		m := s.state(id, "none/edition")
		named, _ := content.MemberOf(it.Live.Bundle, id)
		if m.Live.Released != it.Live.Released || m.Live.First != it.Live.Released || m.Live.Digest != named.Digest || m.Live.By != "publisher" || m.Seq != 1 || m.Due == 0 || m.IndexNo == "" || m.IndexNo == it.IndexNo {
			t.Errorf("%+v", m.Live)
		}
		if m.Live.Lead == nil || m.Live.Lead.Digest != it.Live.Digest || m.Lead != nil || len(m.Live.Signoffs) != 3 || m.Live.Signoffs[0].Sheet != it.Live.Digest {
			t.Errorf("it went out on the signatures of its lead: %+v", m.Live.Lead)
		}
		if last := m.Steps[len(m.Steps)-1]; last.Act != "follow" || last.Detail["lead"] != s.doc || last.Detail["lead_sheet"] != it.Live.Digest {
			t.Errorf("its chain says so: %+v", last)
		}
	}
	if rec := it.Steps[len(it.Steps)-1]; !strings.Contains(rec.Detail["members"], s.what+"="+it.Live.Bundle[1].Digest) || it.Bundle != nil {
		t.Errorf("the record of the release names the members: %+v", rec.Detail)
	}
}

func TestAMemberIsLockedWhileItsLeadIsUnderWay(t *testing.T) {
	s := newSet(t)
	it := s.submit(s.doc)
	for _, step := range []Step{{Act: "submit"}, {Act: "place", Placements: []content.Placement{{Column: "www-alternating"}}}, maskAll(), {Act: "abandon"}, {Act: "ask_by", By: "2026-09-01"},
		{Act: "bundle", Members: []string{s.why}}, {Act: "recall"}} {
		_, err := s.step("editor", s.what, step)
		if e := s.refusal(err, gongkai.Blocked, "bundled"); !strings.Contains(e.Zh, "关于安全检查的通知") || e.Details[0].Code != s.doc {
			t.Errorf("%s: the refusal names the lead: %s", step.Act, e.Zh)
		}
	}
	_, err := s.Save(t.Context(), person("editor"), s.what, Draft{Fields: content.Fields{"title": "改了", "openness": content.Proactive}})
	s.refused(err, gongkai.Blocked, "bundled")
	_, err = s.step("publisher", s.what, Step{Act: "release", Sheet: it.Work.SheetDigest})
	s.refused(err, gongkai.Blocked, "bundled")
	other := s.draftOf("notice", "另一份通知", nil)
	s.must("editor", other, Step{Act: "bundle", Members: []string{s.why}})
	_, err = s.step("editor", other, Step{Act: "submit"})
	s.refused(err, gongkai.Blocked, "bundled") // it is in another bundle
	it = s.must("both1", it.ID, Step{Act: "return", Sheet: it.Work.SheetDigest, Opinion: "请改"})
	if s.state(s.what, "returned/none"); it.Bundle[1].Digest != "" {
		t.Error("nothing is left of what was signed")
	}
	_, err = s.Save(t.Context(), person("editor"), s.what, Draft{Fields: s.fields(s.what)})
	s.check(err)
}

func (s set) fields(id string) content.Fields {
	rev, err := s.c.Revisions.Get(s.t.Context(), head(s.get(id)))
	s.check(err)
	return rev.Fields
}

func TestTwoLeadsNeverHoldOneMember(t *testing.T) {
	s := newSet(t)
	doc2 := s.draftOf("notice", "另一份通知", nil)
	_, err := s.Save(t.Context(), person("editor"), s.what, Draft{Fields: content.Fields{"title": "政策解读", "openness": content.Proactive, "body": "<p>一文两解</p>", "interprets": []any{s.doc, doc2}}})
	s.check(err)
	s.must("editor", doc2, Step{Act: "bundle", Members: []string{s.what}})
	s.must("editor", s.doc, Step{Act: "submit"})
	s.must("editor", doc2, Step{Act: "submit"}) // nothing has been taken in hand yet
	s.check(s.Build(t.Context(), s.doc))
	s.check(s.Build(t.Context(), doc2))
	late := s.state(doc2, "returned/none")
	if late.Work.Failed != "bundled" || !slices.Equal(late.Work.FailedAt, []string{"bundle[" + s.what + "].lead"}) {
		t.Errorf("%q %v", late.Work.Failed, late.Work.FailedAt)
	}
	s.pays(doc2, s.what)
	if m := s.state(s.what, "bundled/none"); m.Lead.Item != s.doc {
		t.Error("the first one has it")
	}
	s.state(s.doc, "stage:merged_1/none")
	_, err = s.step("editor", doc2, Step{Act: "submit"})
	s.refused(err, gongkai.Blocked, "bundled")
}

func TestWhoWroteAMemberNeverSignsTheBundle(t *testing.T) {
	s := newSet(t)
	grant(t, s.pol, "both1", "editor", "county")
	grant(t, s.pol, "publisher", "editor", "county")
	for _, who := range []string{"both1", "publisher"} {
		_, err := s.Save(t.Context(), person(who), s.what, Draft{Fields: s.fields(s.what)})
		s.check(err)
	}
	it := s.submit(s.doc)
	_, err := s.step("both1", it.ID, pass(it))
	s.refused(err, gongkai.Denied, "own_text")
	for _, role := range []string{"reviewer-1", "proofreader-1"} {
		grant(t, s.pol, "secret", role, "county")
	}
	it = s.must("secret", it.ID, pass(it))
	it = s.sign(it)
	_, err = s.step("publisher", it.ID, Step{Act: "release", Sheet: it.Work.SheetDigest})
	s.refused(err, gongkai.Denied, "own_text")
}

func TestAStageCorrectsAMemberAndOneWriteOfTheLeadNamesBoth(t *testing.T) {
	s := newSet(t)
	it := s.submit(s.doc)
	it = s.must("both1", it.ID, pass(it))
	was := it
	fix := Step{Act: "correct", Sheet: it.Work.SheetDigest, Member: s.what, Patch: []Patch{{Place: "body", Start: 10, End: 12, Old: "当于", New: "当在"}}}
	fix.Patch[0].Start, fix.Patch[0].End = position1(s.fields(s.what)["body"].(string), "当于")
	_, err := s.step("both2", it.ID, Step{Act: "correct", Sheet: it.Work.SheetDigest, Member: "nobody", Patch: fix.Patch})
	s.refused(err, gongkai.Invalid, "member")
	it = s.must("both2", it.ID, fix)
	s.check(s.Build(t.Context(), it.ID))
	it = s.get(it.ID)
	if it.Work.SheetDigest == was.Work.SheetDigest || it.Bundle[1].Digest == was.Bundle[1].Digest || it.Bundle[0].Digest != was.Bundle[0].Digest || it.Work.Revision != was.Work.Revision {
		t.Fatalf("the member's sheet and the lead's are new, and nothing else: %+v", it.Bundle)
	}
	if c := it.Work.Corrections[0]; c.Member != s.what || c.From != was.Work.SheetDigest || c.To != it.Work.SheetDigest || len(it.Work.Signoffs) != 1 {
		t.Errorf("%+v", c)
	}
	corrected := func(when, digest string, signed int) {
		t.Helper()
		if v := s.verified(s.what, digest); v.Standing != SheetCorrected || len(v.Signatures) != signed || signed > 0 && !v.Signatures[0].Same {
			t.Errorf("the member's sheet before its correction, %s: %+v", when, v)
		}
	}
	corrected("under way", was.Bundle[1].Digest, 1)
	if v := s.verified(s.what, it.Bundle[1].Digest); v.Standing != SheetSigning || len(v.Signatures) != 1 || v.Signatures[0].Same {
		t.Errorf("the member's sheet after it: %+v", v)
	}
	if v := s.verified(s.why, it.Bundle[0].Digest); v.Standing != SheetSigning || len(v.Signatures) != 1 {
		t.Errorf("another member: %+v", v)
	}
	it = s.release(s.sign(it))
	m := s.state(s.what, "none/edition")
	corrected("released", was.Bundle[1].Digest, 1)
	if pub := s.public(m, m.Live.Sheet); !strings.Contains(pub.Fields["body"].(string), "应当在月底") || m.Live.Revision != it.Live.Bundle[1].Revision {
		t.Error("it goes out as it was corrected")
	}
}

// owed wants a document among those whose interpretation is owed, and so many
// overdue.
func (s set) owed(id string, overdue int) {
	s.t.Helper()
	for list, want := range map[string]int{"open": 1, "overdue": overdue} {
		page, err := s.Items(s.t.Context(), person("editor"), List{Interpretation: list})
		if err != nil || len(page.Docs) != want || want > 0 && page.Docs[0].ID != id {
			s.t.Errorf("%s: %d, %v", list, len(page.Docs), err)
		}
	}
	if n, err := s.InterpretationsOverdue(s.t.Context()); n != overdue || err != nil {
		s.t.Errorf("%d are overdue, %v", n, err)
	}
	var named []string
	s.check(s.EachDue(s.t.Context(), 3, func(string) func(content.Item, string, bool) error {
		return func(it content.Item, field string, late bool) error {
			if field == "interpret_by" {
				named = append(named, it.ID)
			}
			if late != (overdue > 0) && field == "interpret_by" {
				s.t.Errorf("late: %v", late)
			}
			return nil
		}
	}))
	if !slices.Equal(named, []string{id}) {
		s.t.Errorf("reminded of %v", named)
	}
}

// position1 is where a text stands in another, in code points.
func position1(text, what string) (start, end int) {
	start = len([]rune(text[:strings.Index(text, what)]))
	return start, start + len([]rune(what))
}

func TestAWrittenCorrectionGoesBackWithTheMember(t *testing.T) {
	s := newSet(t)
	it := s.submit(s.doc)
	patch := Patch{Place: "body", Old: "当于", New: "当在"}
	patch.Start, patch.End = position1(s.fields(s.what)["body"].(string), "当于")
	it = s.must("both1", it.ID, Step{Act: "correct", Sheet: it.Work.SheetDigest, Member: s.what, Patch: []Patch{patch}})
	s.check(s.Build(t.Context(), it.ID))
	it = s.get(it.ID)
	s.must("both1", it.ID, Step{Act: "return", Sheet: it.Work.SheetDigest, Opinion: "请改"})
	s.state(s.what, "returned/none")
	if !strings.Contains(s.fields(s.what)["body"].(string), "应当在月底") {
		t.Error("the corrected words are lost")
	}
	it = s.ready() // and once more, through all signatures
	if len(it.Work.Signoffs) != 3 {
		t.Errorf("%+v", it.Work.Signoffs)
	}
}

func TestWhatIsWrongWithAMemberStopsTheLead(t *testing.T) {
	s := newSet(t)
	bad := func(id string, v content.Fields, code string) {
		t.Helper()
		good := s.fields(id)
		changed := content.Fields{}
		for k, old := range good {
			changed[k] = old
		}
		for k, new := range v {
			changed[k] = new
		}
		_, err := s.Save(t.Context(), person("editor"), id, Draft{Fields: changed})
		s.check(err)
		_, err = s.step("editor", s.doc, Step{Act: "submit"})
		if e := s.refusal(err, gongkai.KindOf(err), code); !strings.Contains(e.Zh, "成员“") || !strings.HasPrefix(e.Details[0].Where, "bundle["+id+"]") {
			t.Errorf("%s: the refusal names the member: %+v", code, e)
		}
		_, err = s.Save(t.Context(), person("editor"), id, Draft{Fields: good})
		s.check(err)
	}
	bad(s.what, content.Fields{"summary": "联系电话" + mobile}, "open_findings")
	bad(s.what, content.Fields{"openness": content.Withheld, "openness_basis": "涉密"}, "not_proactive")
	bad(s.what, content.Fields{"interprets": []any{s.why}}, "member_about")
	s.must("editor", s.why, Step{Act: "place", Placements: []content.Placement{{Column: "www-alternating"}}})
	_, err := s.step("editor", s.doc, Step{Act: "submit"})
	s.refused(err, gongkai.Blocked, "stricter") // no side door into a column with a stricter pipeline
	s.must("editor", s.why, Step{Act: "place", Placements: []content.Placement{{Column: "www-merged"}}})
	s.must("editor", s.doc, Step{Act: "submit"})
	_, err = s.Save(t.Context(), person("editor"), s.what, Draft{Fields: content.Fields{"title": "解读", "openness": content.Proactive, "body": "<p>电话" + mobile + "</p>", "interprets": []any{s.doc}}})
	s.check(err) // faster than the build: it is found there
	s.check(s.Build(t.Context(), s.doc))
	if it := s.state(s.doc, "returned/none"); it.Work.Failed != "open_findings" || it.Work.FailedAt[0] != "bundle["+s.what+"].body" {
		t.Errorf("%q %v", it.Work.Failed, it.Work.FailedAt)
	}
	s.pays(s.doc)
	s.state(s.what, "returned/none")
}

func TestWhatCanBeAMember(t *testing.T) {
	s := newSet(t)
	town, err := s.Create(t.Context(), person("editor"), NewItem{Kind: "interpretation", Unit: "town", Fields: content.Fields{"title": "镇里的解读"}})
	s.check(err)
	note := s.draftOf("notice", "又一份通知", nil)
	for _, c := range []struct {
		name    string
		lead    string
		members []string
		kind    gongkai.Kind
		code    string
	}{
		{"itself", s.doc, []string{s.doc}, gongkai.Blocked, "member_self"},
		{"a document", s.doc, []string{note}, gongkai.Blocked, "member_kind"},
		{"twice the same", s.doc, []string{s.why, s.why}, gongkai.Invalid, "twice"},
		{"nobody's", s.doc, []string{"0123456789abcdef0123456789abcdef"}, gongkai.Invalid, "member_unknown"},
		{"another unit's", s.doc, []string{town.ID}, gongkai.Invalid, "member_unknown"},
		{"an interpretation leads none", s.what, []string{s.why}, gongkai.Blocked, "lead_kind"},
		{"too many", s.doc, make([]string, 10), gongkai.Invalid, "too_many"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := s.step("editor", c.lead, Step{Act: "bundle", Members: c.members})
			s.refused(err, c.kind, c.code)
		})
	}
	_, err = s.step("review1", s.doc, Step{Act: "bundle"})
	s.refused(err, gongkai.Denied, "missing_grant")
	if it := s.must("editor", s.doc, Step{Act: "bundle"}); it.Bundle != nil {
		t.Error("no members: it goes alone")
	}
	it := s.release(s.ready())
	s.state(s.what, "draft/none")
	if it.Live.Bundle != nil {
		t.Errorf("%+v", it.Live.Bundle)
	}
}

// crash is the lead's release written, and nothing after it.
func (s set) crash(it content.Item) content.Item {
	s.t.Helper()
	out := s.only("publisher", it.ID, Step{Act: "release", Sheet: it.Work.SheetDigest})
	if it := s.get(s.what); it.Work.State != content.Bundled {
		s.t.Fatal(states(it))
	}
	return out
}

// only writes a step; what it owes to others is not paid.
func (s set) only(who, id string, step Step) content.Item {
	s.t.Helper()
	step.ID = gongkai.NewID()
	out, err := s.write(s.t.Context(), person(who), s.get(id), &step, func(it content.Item) (World, error) { return s.prepare(s.t.Context(), person(who), it, &step) })
	s.check(err)
	return out
}

func TestACrashBetweenTheLeadAndItsMembersIsPaidLater(t *testing.T) {
	s := newSet(t)
	it := s.crash(s.ready())
	_, err := s.Save(t.Context(), person("editor"), s.what, Draft{Fields: s.fields(s.what)})
	s.refused(err, gongkai.Blocked, "bundled") // it stays locked: what was signed goes out
	s.pays(s.what)                             // by the tell of the member itself
	s.pays(s.doc, s.doc)
	for _, id := range []string{s.why, s.what} {
		if m := s.state(id, "none/edition"); m.Live.Released != it.Live.Released || m.Seq != 1 {
			t.Errorf("the same time, and once: %+v", m.Live)
		}
	}
}

func TestWhatIsOwedToMembersIsVoidOnceTheLeadIsSuspended(t *testing.T) {
	s := newSet(t)
	it := s.crash(s.ready())
	step := Step{ID: gongkai.NewID(), Act: "suspend", Edition: 1, Reason: "有误"}
	s.must("review1", it.ID, step)
	m := s.state(s.what, "returned/none")
	if last := m.Steps[len(m.Steps)-1]; last.Act != "hand_back" || last.Detail["reason"] != "void" {
		t.Errorf("%+v", last)
	}
	s.must("review3", it.ID, Step{Act: "resume", Edition: 1, Reason: "查明无误"})
	s.pays(s.doc, s.what)
	s.state(s.what, "returned/none") // it takes signatures of its own from now on
	if it = s.get(s.doc); len(it.Live.Bundle) != 2 {
		t.Error("what was signed together stays on record")
	}
}

// The papers of a member show who signed: its lead's signatures are its own.
func TestTheFormOfAMemberHasTheSignaturesOfItsLead(t *testing.T) {
	s := newSet(t)
	it := s.submit(s.doc)
	it = s.must("both1", it.ID, pass(it))
	m, _ := content.MemberOf(it.Bundle, s.what)
	if v := s.verified(s.what, m.Digest); v.Standing != SheetSigning || len(v.Signatures) != 1 || !v.Signatures[0].Same || len(v.Missing) != 2 {
		t.Errorf("under way: %+v", v)
	}
	if f := s.form("editor", s.what, 0); f.Digest != m.Digest || len(f.Stages[0].Signed) != 1 || f.Submitted == 0 || !strings.Contains(f.Pipeline, "关于安全检查的通知") {
		t.Errorf("its form: %q %q %+v", f.Digest, f.Pipeline, f.Stages)
	}
	it = s.must("both2", it.ID, Step{Act: "return", Sheet: it.Work.SheetDigest, Opinion: "请改"})
	if v := s.verified(s.what, m.Digest); v.Standing != SheetVoid || len(v.Signatures) != 0 {
		t.Errorf("returned with its lead: %+v", v)
	}
	s.release(s.ready())
	out := s.get(s.what)
	if v := s.verified(s.what, out.Live.Digest); v.Standing != SheetLive || len(v.Signatures) != 3 || !v.Signatures[2].Same || len(v.Missing) != 0 {
		t.Errorf("released: %+v", v)
	}
	if f := s.form("editor", s.what, 1); f.Digest != out.Live.Digest || len(f.Stages[2].Signed) != 1 || !strings.Contains(f.Record, out.StepHead) || !strings.Contains(f.Pipeline, "关于安全检查的通知") {
		t.Errorf("the form of its edition: %q %q %+v", f.Record, f.Pipeline, f.Stages)
	}
}

// What is live is corrected with a note, also by a document that is new.
func TestAMemberThatIsLiveIsCorrectedWithANote(t *testing.T) {
	s := newSet(t)
	s.must("editor", s.doc, Step{Act: "bundle"})
	s.release(s.sign(s.submit(s.what)))
	_, err := s.Save(t.Context(), person("editor"), s.what, Draft{Fields: s.fields(s.what)})
	s.check(err)
	s.must("editor", s.doc, Step{Act: "bundle", Members: []string{s.what}})
	_, err = s.step("editor", s.doc, Step{Act: "submit"})
	s.refused(err, gongkai.Invalid, "required")
	s.must("editor", s.doc, Step{Act: "submit", Note: "随新文件更新解读。"})
	s.check(s.Build(t.Context(), s.doc))
	it := s.release(s.sign(s.get(s.doc)))
	if m := s.state(s.what, "none/edition"); s.public(m, m.Live.Sheet).Note != "随新文件更新解读。" || m.Steps[len(m.Steps)-1].Detail["note"] == "" {
		t.Error("readers are told what the new edition of the member corrects")
	}
	if s.public(it, it.Live.Sheet).Note != "" || it.Steps[len(it.Steps)-1].Detail["note"] != "" {
		t.Error("the first edition of the lead corrects nothing")
	}
	_, err = s.Save(t.Context(), person("editor"), s.why, Draft{Fields: s.fields(s.why)})
	s.check(err)
	s.submit(s.why) // whom it does not concern needs none
}

func TestACorrectionOfAllThreeThatAreLive(t *testing.T) {
	s := newSet(t)
	s.release(s.ready())
	for _, id := range []string{s.doc, s.why, s.what} {
		v := s.fields(id)
		v["body"] = "<p>改写以后的内容。</p>"
		_, err := s.Save(t.Context(), person("editor"), id, Draft{Fields: v})
		s.check(err)
	}
	s.must("editor", s.doc, Step{Act: "bundle", Members: []string{s.why, s.what}})
	s.must("review1", s.why, Step{Act: "suspend", Edition: 1, Reason: "有误"})
	_, err := s.step("editor", s.doc, Step{Act: "submit"})
	s.refused(err, gongkai.Blocked, "member_suspended")
	s.must("review3", s.why, Step{Act: "resume", Edition: 1, Reason: "无误"})
	it := s.ready()
	s.must("review1", s.why, Step{Act: "suspend", Edition: 1, Reason: "有误"})
	_, err = s.step("publisher", it.ID, Step{Act: "release", Sheet: it.Work.SheetDigest})
	s.refused(err, gongkai.Blocked, "member_suspended")
	s.must("review3", s.why, Step{Act: "resume", Edition: 1, Reason: "无误"})
	first := s.get(s.what).Live.First
	it = s.crash(it)
	s.must("review1", s.why, Step{Act: "suspend", Edition: 1, Reason: "有误"}) // before it could follow
	s.pays(s.doc)
	s.state(s.why, "returned/suspended")
	m := s.state(s.what, "none/edition")
	if m.Live.Edition != 2 || m.Live.First != first || m.Live.Released != it.Live.Released || m.Live.Released == first {
		t.Errorf("%+v", m.Live)
	}
}

func TestAMemberThatLeakedTakesTheBundleBack(t *testing.T) {
	s := newSet(t)
	s.release(s.ready())
	for _, id := range []string{s.doc, s.what} {
		_, err := s.Save(t.Context(), person("editor"), id, Draft{Fields: s.fields(id)})
		s.check(err)
	}
	s.must("editor", s.doc, Step{Act: "bundle", Members: []string{s.what}})
	it := s.submit(s.doc)
	it = s.must("both1", it.ID, pass(it))
	s.must("secret", s.what, Step{Act: "suspend", Edition: 1, Reason: "泄露个人信息", Privacy: true})
	s.state(s.what, "returned/suspended")
	for _, c := range []struct {
		who  string
		step Step
	}{{"both2", pass(it)}, {"both2", Step{Act: "correct", Sheet: it.Work.SheetDigest, Patch: []Patch{{Place: "body", Old: "x", New: "y"}}}}} {
		_, err := s.step(c.who, it.ID, c.step)
		if code := gongkai.CodeOf(err); c.step.Act == "pass" && code != "member_gone" || err == nil {
			t.Errorf("%s: %v", c.step.Act, err)
		}
	}
	s.must("both2", it.ID, Step{Act: "return", Sheet: it.Work.SheetDigest, Opinion: "成员已下线"})
	s.state(s.what, "returned/suspended")
}

// Who slept through a recall takes nothing in hand, nor out of the hands of the
// next submission.
func TestWhoSleptThroughARecallTakesNothingInHand(t *testing.T) {
	s := newSet(t)
	s.must("editor", s.doc, Step{Act: "submit"})
	late := s.get(s.doc)
	s.must("editor", s.doc, Step{Act: "recall"})
	s.check(s.takeInHand(t.Context(), late, s.what))
	s.state(s.what, "draft/none")
	it := s.submit(s.doc)
	s.check(s.takeInHand(t.Context(), late, s.what))
	s.pays(s.doc, s.what)
	if m := s.state(s.what, "bundled/none"); m.Lead.Round != it.Work.Round || it.Work.Round == late.Work.Round {
		t.Error("each submission is a round of its own")
	}
	s.release(s.sign(it))
	s.state(s.what, "none/edition")
}

// A lead takes in hand only what its sheet will name.
func TestALeadHoldsOnlyItsMembers(t *testing.T) {
	s := newSet(t)
	s.must("editor", s.doc, Step{Act: "bundle", Members: []string{s.what}})
	s.must("editor", s.doc, Step{Act: "submit"})
	s.refused(s.takeInHand(t.Context(), s.get(s.doc), s.why), gongkai.Blocked, "lead_state")
}

// A lead that is given up before its members were handed back forgets none.
func TestALeadThatIsGivenUpForgetsNoMember(t *testing.T) {
	s := newSet(t)
	s.submit(s.doc)
	s.only("editor", s.doc, Step{Act: "recall"})
	s.state(s.what, "bundled/none")
	s.must("editor", s.doc, Step{Act: "abandon"})
	s.state(s.what, "draft/none")
}

// What was void stays void: to show the lead again shows nothing that had not
// followed by then.
func TestAResumedLeadLetsNoMemberFollow(t *testing.T) {
	s := newSet(t)
	it := s.submit(s.doc)
	patch := Patch{Place: "body", Old: "当于", New: "当在"}
	patch.Start, patch.End = position1(s.fields(s.what)["body"].(string), "当于")
	s.must("both1", it.ID, Step{Act: "correct", Sheet: it.Work.SheetDigest, Member: s.what, Patch: []Patch{patch}})
	s.check(s.Build(t.Context(), it.ID))
	s.crash(s.sign(s.get(it.ID)))
	s.only("review1", it.ID, Step{Act: "suspend", Edition: 1, Reason: "有误"})
	s.state(s.what, "bundled/none")
	s.must("review3", it.ID, Step{Act: "resume", Edition: 1, Reason: "查明无误"})
	s.pays(s.doc, s.what)
	s.state(s.what, "returned/none")
	if !strings.Contains(s.fields(s.what)["body"].(string), "应当在月底") {
		t.Error("the corrected words are lost")
	}
}

func TestTheStrictestTierOfTheBundleCounts(t *testing.T) {
	s := newSet(t)
	it := s.get(s.what)
	_, err := s.c.Items.Update(t.Context(), it.ID, 0, func(doc *content.Item) error { doc.Tier = TierC; return nil })
	s.check(err)
	it = s.must("editor", s.doc, Step{Act: "submit"})
	if p := it.Work.Pipeline; p != "merged-secrecy/1" {
		t.Errorf("a member of tier C takes all through the secrecy review: %s", p)
	}
}

func TestAReleaseScansMembersAgainUnderTodaysRules(t *testing.T) {
	s := newSet(t)
	it := s.ready()
	pub := s.public(it, it.Bundle[1].Sheet)
	pub.Fields["summary"] = "联系电话" + mobile // as if yesterday's rules had not known it
	s.check(put(s.c.Sheets.Update(t.Context(), it.Bundle[1].Sheet, 0, func(doc *content.Sheet) (err error) {
		doc.Bytes, _, err = content.Canonical(pub)
		return err
	})))
	_, err := s.step("publisher", it.ID, Step{Act: "release", Sheet: it.Work.SheetDigest})
	if e := s.refusal(err, gongkai.Blocked, "rescan"); e.Details[0].Where != "bundle["+s.what+"].summary" {
		t.Errorf("%+v", e.Details)
	}
}

func TestAColumnDemandsTheInterpretationOrWaitsForIt(t *testing.T) {
	s := newSet(t)
	demand := func(what string) {
		s.check(put(s.c.PutColumn(t.Context(), content.Column{Meta: store.Meta{ID: "www-merged"}, Site: "www", Slug: "merged", Name: "政策文件", Pipeline: "merged", Bundle: what})))
	}
	_, err := s.c.PutColumn(t.Context(), content.Column{Meta: store.Meta{ID: "www-merged"}, Site: "www", Slug: "merged", Name: "政策文件", Pipeline: "merged", Bundle: "always"})
	s.refused(err, gongkai.Invalid, "bundle")
	alone := s.draftOf("notice", "单独发布的通知", nil)
	ready := s.sign(s.submit(alone))
	demand(content.BundleRequired)
	_, err = s.step("publisher", alone, Step{Act: "release", Sheet: ready.Work.SheetDigest}) // signed before the column said so
	s.refused(err, gongkai.Blocked, "alone")
	s.must("editor", s.doc, Step{Act: "bundle", Members: []string{s.why}})
	_, err = s.step("editor", s.doc, Step{Act: "submit"})
	if e := s.refusal(err, gongkai.Blocked, "alone"); e.Details[0].Code != content.Interpretation {
		t.Errorf("%+v", e.Details)
	}
	s.must("editor", s.doc, Step{Act: "bundle", Members: []string{s.what}})
	s.release(s.ready())
	demand(content.BundleAfter)
	if it := s.release(ready); it.InterpretBy == 0 || it.Steps[len(it.Steps)-1].Detail["interpret_by"] != "2026-03-05" { // Monday the 2nd
		t.Errorf("the interpretation is owed: %d %v", it.InterpretBy, it.Steps[len(it.Steps)-1].Detail)
	}
	s.owed(alone, 0)
	now := s.clock.at
	s.clock.at = now.AddDate(0, 0, 7)
	s.owed(alone, 1)
	s.clock.at = now
	later := s.release(s.sign(s.submit(s.draftOf("interpretation", "后补的解读", content.Fields{"interprets": []any{alone}}))))
	s.check(s.Interprets(t.Context(), later))
	s.check(s.Interprets(t.Context(), later))
	if it := s.state(alone, "none/edition"); it.InterpretBy != 0 || it.Steps[len(it.Steps)-1].Detail["interpretation"] != later.ID || later.InterpretBy != 0 {
		t.Errorf("and owed no more: %+v", it.Steps[len(it.Steps)-1])
	}
}

// An interpretation may be out before its document: it is not owed once more.
func TestAnInterpretationThatIsOutBeforeItsDocumentIsNotOwed(t *testing.T) {
	s := newSet(t)
	s.must("editor", s.doc, Step{Act: "bundle"})
	s.check(put(s.c.PutColumn(t.Context(), content.Column{Meta: store.Meta{ID: "www-merged"}, Site: "www", Slug: "merged", Name: "政策文件", Pipeline: "merged", Bundle: content.BundleAfter})))
	other := s.draftOf("notice", "另一件通知", nil)
	_, err := s.Save(t.Context(), person("editor"), s.what, Draft{Fields: content.Fields{"title": "政策解读", "openness": content.Proactive, "body": "<p>各村应于月底以前完成。</p>", "interprets": []any{s.doc, other}}})
	s.check(err)
	what := s.release(s.sign(s.submit(s.what)))
	for range 2 {
		s.check(s.Interprets(t.Context(), what))
	}
	if it := s.state(s.doc, "draft/none"); it.Interpreted != s.what || it.Steps[len(it.Steps)-1].Act != "interpreted" || it.Steps[len(it.Steps)-2].Act == "interpreted" {
		t.Errorf("noted once: %+v", it.Steps)
	}
	it := s.release(s.sign(s.submit(s.doc)))
	if rec := it.Steps[len(it.Steps)-1]; it.InterpretBy != 0 || rec.Detail["interpretation"] != s.what {
		t.Errorf("owed until %d: %v", it.InterpretBy, rec.Detail)
	}
	s.check(s.Interprets(t.Context(), what))
	if again := s.get(s.doc); again.StepN != it.StepN {
		t.Errorf("%+v", again.Steps)
	}
	s.must("review1", s.what, Step{Act: "suspend", Edition: 1, Reason: "有误"})
	if it = s.release(s.sign(s.submit(other))); it.InterpretBy == 0 {
		t.Error("what was called back explains nothing")
	}
}
