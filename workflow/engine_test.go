package workflow

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"

	"gongkai"
	"gongkai/content"
	"gongkai/store"
)

func TestAnItemWithPersonalDataGoesOutMasked(t *testing.T) {
	o := newOffice(t)
	it := o.create(personal())
	if got := kindsOf(o.findings(it)); !slices.Equal(got, []string{"body id_card", "body mobile", "summary mobile"}) {
		t.Fatalf("found %v", got)
	}
	_, err := o.step("editor", it.ID, Step{Act: "submit"})
	e := o.refusal(err, gongkai.Blocked, "open_findings")
	if len(e.Details) != 3 || e.Details[0].Where != "body:2" {
		t.Errorf("the exact places: %+v", e.Details)
	}
	o.must("editor", it.ID, maskAll())
	it = o.submit(it.ID)
	if it.Work.State != content.AtStage || it.Work.Stage != "merged_1" {
		t.Fatalf("%s", states(it))
	}
	pub := o.public(it, it.Work.Sheet)
	if body := pub.Fields["body"].(string); !strings.Contains(body, "<b>") || !strings.Contains(body, "*") {
		t.Errorf("masked in place, markup kept: %s", body)
	}
	it = o.release(o.sign(it))
	if it.Live.State != content.Published || it.IndexNo != uscc+"/2026-00001" || it.Due == 0 {
		t.Errorf("%+v", it)
	}
	if !ChainWhole(o.get(it.ID)) {
		t.Error("the chain survives the store")
	}
}

// What lets something stand speaks of what was seen, never of what is written
// or attached later.
func TestALookAndAKeepSpeakOfWhatWasSeen(t *testing.T) {
	o := newOffice(t)
	it := o.create(content.Fields{"title": "通知", "openness": content.Proactive, "body": "<p>正文</p>", "summary": "联系电话" + mobile})
	_, err := o.step("editor", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{{Place: "summary", Act: "by_eye"}}})
	o.refused(err, gongkai.Invalid, "nothing")
	o.must("secret", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{{Kind: "mobile", Act: "keep", Basis: "办公电话"}}})
	_, err = o.Save(t.Context(), person("editor"), it.ID, Draft{Fields: content.Fields{"title": "通知", "openness": content.Proactive, "body": "<p>正文</p>", "summary": "联系电话13987654321"}})
	o.check(err)
	_, err = o.step("editor", it.ID, Step{Act: "submit"})
	o.refused(err, gongkai.Blocked, "open_findings")
}

func TestDecisionsOverFindings(t *testing.T) {
	for _, c := range []struct {
		name string
		rs   []content.Resolution
		who  string
		want string // of the summary; "" if still open
	}{
		{"by key", []content.Resolution{{Key: "summary", Act: "mask"}}, "editor", "联系电话138****8000"},
		{"by place", []content.Resolution{{Place: "summary", Act: "remove"}}, "editor", "联系电话"},
		{"by kind, in other words", []content.Resolution{{Kind: "mobile", Act: "mask", As: "(略)"}}, "editor", "联系电话(略)"},
		{"kept by the secrecy officer", []content.Resolution{{Kind: "mobile", Place: "summary", Act: "keep", Basis: "办公电话"}}, "secret", "联系电话" + mobile},
		{"the key before the kind", []content.Resolution{{Key: "summary", Act: "remove"}, {Kind: "mobile", Act: "mask"}}, "editor", "联系电话"},
		{"the newest of two", []content.Resolution{{Kind: "mobile", Act: "mask"}, {Kind: "mobile", Act: "remove"}}, "editor", "联系电话"},
		{"another place", []content.Resolution{{Place: "body", Act: "mask"}}, "editor", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := newOffice(t)
			it := o.create(content.Fields{"title": "通知", "openness": content.Proactive, "body": "<p>正文</p>", "summary": "联系电话" + mobile})
			for i := range c.rs {
				if c.rs[i].Key != "" {
					c.rs[i].Key = o.findings(it)[0].Key
				}
			}
			o.must(c.who, it.ID, Step{Act: "resolve", Resolutions: c.rs})
			if c.want == "" {
				_, err := o.step("editor", it.ID, Step{Act: "submit"})
				o.refused(err, gongkai.Blocked, "open_findings")
				return
			}
			it = o.submit(it.ID)
			s, err := o.c.Sheets.Get(t.Context(), it.Work.Sheet)
			o.check(err)
			pub, err := s.Public()
			o.check(err)
			if pub.Fields["summary"] != c.want {
				t.Errorf("summary %q", pub.Fields["summary"])
			}
		})
	}
}

func TestAKeptNumberMayNotHideAMaskedOne(t *testing.T) {
	o := newOffice(t)
	it := o.create(content.Fields{"title": "通知", "openness": content.Proactive, "body": "<p>正文</p>", "summary": "联系电话" + mobile, "keywords": "A" + strings.Join(strings.Split(mobile, ""), "甲")})
	o.must("editor", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{{Kind: "mobile", Act: "mask"}}})
	it = o.submit(it.ID)
	if it.Work.State != content.Returned || !slices.Equal(it.Work.FailedAt, []string{"keywords"}) {
		t.Errorf("the digits still stand in the keywords: %s %v", states(it), it.Work.FailedAt)
	}
}

func TestManyFindingsGoIntoPages(t *testing.T) {
	o := newOffice(t)
	var fs []content.Finding
	for i := range 30_000 {
		fs = append(fs, content.Finding{Key: fmt.Sprintf("%064d", i), Place: fmt.Sprintf("roster[%d][1]", i), Kind: "mobile", Level: "certain", Mask: "138****8000"})
	}
	rev := content.Revision{Meta: store.Meta{ID: "rev-with-many"}, Item: "item-with-many"}
	o.check(o.c.PutFindings(t.Context(), rev, "r1", fs))
	o.check(o.c.PutFindings(t.Context(), rev, "r1", fs)) // a repeat changes nothing
	got, there, err := o.c.FindingsOf(t.Context(), rev.ID, "r1")
	o.check(err)
	pages, err := o.c.Findings.Count(t.Context(), []store.Cond{store.Eq("revision", rev.ID)}, 0)
	o.check(err)
	if !there || len(got) != len(fs) || got[29_999].Place != fs[29_999].Place || pages < 4 {
		t.Errorf("%d findings on %d pages, complete %v", len(got), pages, there)
	}
	o.check(o.c.Findings.Delete(t.Context(), rev.ID+".r1.0001", 0))
	if _, there, _ = o.c.FindingsOf(t.Context(), rev.ID, "r1"); there {
		t.Error("a page is missing, and they count as complete")
	}
}

func TestFilesAreMaskedOrLookedAt(t *testing.T) {
	o := newOffice(t)
	csv := o.upload("名单.csv", "姓名,身份证号,电话\n张三,"+idNumber+","+mobile+"\n")
	film := o.upload("录像"+mobile+".mp4", "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom")
	v := personal()
	v["attachments"] = []any{map[string]any{"digest": csv.Digest, "name": csv.Name}, map[string]any{"digest": film.Digest, "name": film.Name, "type": "text/html"}}
	it := o.create(v)
	got := kindsOf(o.findings(it))
	for _, want := range []string{"attachments[0].content#sheet[0]!B2 id_card", "attachments[0].content#sheet[0]!C2 mobile", "attachments[1] file_unread", "attachments[1].name mobile"} {
		if !slices.Contains(got, want) {
			t.Errorf("%q was not found in %v", want, got)
		}
	}
	o.must("editor", it.ID, maskAll())
	_, err := o.step("editor", it.ID, Step{Act: "submit"})
	if e := o.refusal(err, gongkai.Blocked, "open_findings"); len(e.Details) != 1 || e.Details[0].Where != "attachments[1]" || !strings.Contains(e.Details[0].Zh, "核查") {
		t.Errorf("only the file that cannot be read is open, and what to do is said: %+v", e.Details)
	}
	o.must("editor", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{{Place: "attachments[1]", Act: "by_eye"}}})
	it = o.submit(it.ID)
	pub := o.public(it, it.Work.Sheet)
	if len(pub.Files) != 2 || pub.Files[0].ByEye || !pub.Files[1].ByEye || pub.Files[1].Type != "video/mp4" || strings.Contains(pub.Files[1].Name, mobile) {
		t.Fatalf("%+v", pub.Files)
	}
	if text := o.kept(pub.Files[0].Digest); strings.Contains(text, idNumber) || strings.Contains(text, mobile) || !strings.Contains(text, "张三,1") {
		t.Errorf("the public copy: %s", text)
	}
	refs := content.FilesOf(pub.Fields["attachments"])
	if refs[0].Digest != pub.Files[0].Digest || refs[0].Digest == csv.Digest || refs[1].Digest == film.Digest {
		t.Error("the public form names public copies only")
	}
}

func (o *office) kept(digest string) string {
	o.t.Helper()
	r, err := o.c.Files.OpenKept(o.t.Context(), digest)
	o.check(err)
	defer func() { _ = r.Close() }()
	raw, err := io.ReadAll(r)
	o.check(err)
	return string(raw)
}

func TestRenamingATextHidesNothing(t *testing.T) {
	o := newOffice(t)
	txt := o.upload("名单.txt", "张三,身份证号:"+idNumber+"\n")
	v := personal()
	v["attachments"] = []content.FileRef{{Digest: txt.Digest, Name: "名单.pdf"}}
	if got := kindsOf(o.findings(o.create(v))); !slices.Contains(got, "attachments[0].content#line[0] id_card") {
		t.Errorf("found %v", got)
	}
	v["attachments"] = []content.FileRef{{Digest: strings.Repeat("0", 64), Name: "名单.pdf"}}
	_, err := o.Create(t.Context(), person("editor"), NewItem{Kind: "notice", Unit: "county", Fields: v})
	o.refused(err, gongkai.Invalid, "file")
}

func TestARepeatedStepGetsTheSameAnswer(t *testing.T) {
	o := newOffice(t)
	it := o.create(plainFields())
	s := Step{ID: "client-step-1", Act: "submit"}
	one := o.must("editor", it.ID, s)
	two := o.must("editor", it.ID, s)
	if one.Rev != two.Rev || two.StepN != 2 {
		t.Errorf("rev %d, then %d", one.Rev, two.Rev)
	}
	o.check(o.Build(t.Context(), it.ID))
	if again := o.must("editor", it.ID, s); again.Work.State != content.AtStage || again.StepN != 3 {
		t.Error("the repeat comes late and changes nothing")
	}
	_, err := o.step("editor", it.ID, Step{ID: s.ID, Act: "recall"})
	o.refused(err, gongkai.Conflict, "step_id")
	_, err = o.step("editor2", it.ID, s)
	o.refused(err, gongkai.Conflict, "step_id")
	_, err = o.Step(t.Context(), person("editor"), it.ID, Step{Act: "recall"})
	o.refused(err, gongkai.Invalid, "required")
	_, err = o.step("editor", it.ID, Step{Act: "recall", Rev: 1})
	o.refused(err, gongkai.Conflict, "stale")
	_, err = o.step("editor", it.ID, Step{Act: "save"})
	o.refused(err, gongkai.Invalid, "act")
	if n, _ := o.c.Items.Count(t.Context(), nil, 0); n != 1 {
		t.Error("nothing else came into being")
	}
	same, err := o.Create(t.Context(), person("editor"), NewItem{ID: it.ID, Kind: "notice", Unit: "county", Fields: plainFields()})
	o.check(err)
	if same.StepN != 3 {
		t.Error("creating again returns what is there")
	}
}

func TestWhoMayNotLearnsNothingAndLeavesNothing(t *testing.T) {
	o := newOffice(t)
	it := o.submit(o.create(plainFields()).ID)
	revisions, _ := o.c.Revisions.Count(t.Context(), nil, 0)
	correction := Step{Act: "correct", Sheet: it.Work.SheetDigest, Patch: []Patch{{Place: "title", Start: 0, End: 1, Old: "猜", New: "x"}}}
	_, err := o.step("stranger", it.ID, correction)
	o.refused(err, gongkai.Denied, "missing_grant")
	_, err = o.step("editor", it.ID, correction)
	o.refused(err, gongkai.Denied, "missing_grant")
	_, err = o.step("admin", it.ID, pass(it))
	o.refused(err, gongkai.Denied, "administrator_business")
	it = o.sign(it)
	_, err = o.step("editor", it.ID, Step{Act: "release", Sheet: it.Work.SheetDigest})
	o.refused(err, gongkai.Denied, "missing_grant")
	if n, _ := o.c.DB.Next(t.Context(), "index_no:"+uscc+"/2026-%05d"); n != 1 {
		t.Errorf("a refused release took index number %d", n)
	}
	if n, _ := o.c.Revisions.Count(t.Context(), nil, 0); n != revisions {
		t.Error("a refused correction left a revision")
	}
}

func TestIndexNumbersAreUniqueUnderConcurrency(t *testing.T) {
	o := newOffice(t)
	const n = 12
	var ready []content.Item
	for range n {
		ready = append(ready, o.sign(o.submit(o.create(plainFields()).ID)))
	}
	numbers := make([]string, n)
	var wg sync.WaitGroup
	for i, it := range ready {
		wg.Go(func() {
			out, err := o.step("publisher", it.ID, Step{Act: "release", Sheet: it.Work.SheetDigest})
			if err != nil {
				t.Error(err)
			}
			numbers[i] = out.IndexNo
		})
	}
	wg.Wait()
	slices.Sort(numbers)
	if len(slices.Compact(slices.Clone(numbers))) != n || numbers[0] != uscc+"/2026-00001" {
		t.Errorf("numbers %v", numbers)
	}
}

func TestImportedIndexNumbersAreKept(t *testing.T) {
	o := newOffice(t)
	v := plainFields()
	v["index_no"] = uscc + "/2026-00001"
	one := o.release(o.sign(o.submit(o.create(v).ID)))
	if one.IndexNo != v["index_no"] {
		t.Errorf("kept to the letter: %s", one.IndexNo)
	}
	if two := o.release(o.sign(o.submit(o.create(plainFields()).ID))); two.IndexNo != uscc+"/2026-00002" {
		t.Errorf("the counter steps over it: %s", two.IndexNo)
	}
	twin := o.sign(o.submit(o.create(v).ID))
	_, err := o.step("publisher", twin.ID, Step{Act: "release", Sheet: twin.Work.SheetDigest})
	o.refused(err, gongkai.Conflict, "duplicate")
}

func TestAPathIsClaimedByOneItem(t *testing.T) {
	o := newOffice(t)
	place := func() string {
		it, err := o.Create(t.Context(), person("editor"), NewItem{Kind: "notice", Unit: "county", Fields: plainFields(), Placements: []content.Placement{{Column: "www-merged", Path: "/merged/one"}}})
		o.check(err)
		return it.ID
	}
	one, two := place(), place()
	o.must("editor", one, Step{Act: "submit"})
	_, err := o.step("editor", two, Step{Act: "submit"})
	o.refused(err, gongkai.Blocked, "path_taken")
	o.must("editor", two, Step{Act: "place", Placements: []content.Placement{{Column: "www-merged"}}})
	if it := o.must("editor", two, Step{Act: "submit"}); !strings.HasPrefix(it.Home().Path, "/merged/2026/") {
		t.Errorf("a path nobody chose: %s", it.Home().Path)
	}
	for _, bad := range []struct {
		code string
		ps   []content.Placement
	}{
		{"column", []content.Placement{{Column: "nowhere"}}},
		{"kind", []content.Placement{{Column: "policies"}}},
		{"path", []content.Placement{{Column: "www-merged", Path: "../etc"}}},
		{"twice", []content.Placement{{Column: "www-merged", Home: true}, {Column: "www-alternating"}}},
		{"home", []content.Placement{{Column: "www-merged"}, {Column: "mirror-merged"}}},
	} {
		_, err := o.step("editor", o.create(plainFields()).ID, Step{Act: "place", Placements: bad.ps})
		o.refused(err, gongkai.Invalid, bad.code)
	}
}

func TestACrashLeavesOrphansOnly(t *testing.T) {
	o := newOffice(t)
	it := o.create(plainFields())
	ctx, cancel := context.WithCancel(t.Context())
	k, err := o.kind(ctx, "notice")
	o.check(err)
	r, err := o.ruleset(ctx, standingOf(it))
	o.check(err)
	_, err = o.revise(ctx, person("editor"), it, writing{rules: r, kind: k, fields: plainFields()}) // and then the power goes
	o.check(err)
	cancel()
	if got := o.get(it.ID); got.Rev != it.Rev || got.Work.Revision != it.Work.Revision {
		t.Error("the item points to what it pointed to")
	}
	o.must("editor", it.ID, Step{Act: "submit"})
	waiting := o.get(it.ID)
	rev, err := o.c.Revisions.Get(t.Context(), waiting.Work.Revision)
	o.check(err)
	sheet, _, err := o.buildSheet(t.Context(), waiting, rev, k) // crash before the item points to it
	o.check(err)
	sheet.ID = gongkai.DerivedID("sheet", waiting.ID, rev.ID, sheet.Digest, waiting.StepHead)
	o.check(put(o.c.Sheets.Insert(t.Context(), sheet)))
	o.check(o.Build(t.Context(), it.ID))
	if got := o.get(it.ID); got.Work.State != content.AtStage || got.Work.SheetDigest != sheet.Digest {
		t.Errorf("the build is repeated: %s", states(got))
	}
	o.check(o.Build(t.Context(), it.ID)) // and once more, for nothing
	if got := o.get(it.ID); got.StepN != 3 {
		t.Errorf("%d steps", got.StepN)
	}
}

func TestFindingsAreMadeAnewWhenRulesChange(t *testing.T) {
	o := newOffice(t)
	it := o.create(personal())
	rev, err := o.c.Revisions.Get(t.Context(), it.Work.Revision)
	o.check(err)
	rules, err := o.rules(t.Context(), standingOf(it))
	o.check(err)
	o.check(o.c.Findings.Delete(t.Context(), rev.ID+"."+rules+".0000", 0))
	if fs := o.findings(it); len(fs) != 3 {
		t.Errorf("%d findings", len(fs))
	}
	if _, there, _ := o.c.FindingsOf(t.Context(), rev.ID, rules); !there {
		t.Error("they are kept")
	}
}

func TestUrgentActsAreWokenUrgently(t *testing.T) {
	o := newOffice(t)
	it := o.release(o.sign(o.submit(o.create(plainFields()).ID)))
	o.must("proof1", it.ID, Step{Act: "suspend", Edition: 1, Reason: "核实"})
	if last := o.woken[len(o.woken)-1]; last != "!"+it.ID {
		t.Errorf("woken %v", o.woken)
	}
}
