package workflow

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/workflow/form"
)

// form gathers the facts and wants nothing unmasked in them.
func (o *office) form(who, item string, edition int64) form.Facts {
	o.t.Helper()
	f, err := o.Form(o.t.Context(), person(who), item, edition)
	o.check(err)
	raw, _ := json.Marshal(f)
	for _, secret := range []string{idNumber, mobile} {
		if strings.Contains(string(raw), secret) {
			o.t.Errorf("the form holds what is masked: %s", raw)
		}
	}
	return f
}

func (o *office) verified(item, digest string) Verification {
	o.t.Helper()
	v, err := o.Verify(o.t.Context(), person("editor"), item, digest)
	o.check(err)
	return v
}

// TestAFormFollowsAnItemFromDraftToTheSecondEdition walks one item through all
// that forms and their verification may be asked about.
func TestAFormFollowsAnItemFromDraftToTheSecondEdition(t *testing.T) {
	o := newOffice(t)
	grant(t, o.pol, "auditor", policy.Auditor, "")
	v := personal()
	v["title"], v["source"] = "关于公布名单的通知"+mobile, "联系"+mobile
	it := o.create(v)

	f := o.form("editor", it.ID, 0) // a draft: masked although its author prints it
	if f.Digest != "" || f.State != "草稿" || f.Edition != "在办稿" || f.Drafters[0].Name != "姓名editor" || len(f.Stages) != 3 || f.Findings[0].Open == 0 {
		t.Errorf("the form of a draft: %+v", f)
	}
	if _, err := o.Form(t.Context(), person("nobody"), it.ID, 0); !gongkai.Is(err, gongkai.Denied) {
		t.Errorf("anybody gets the form: %v", err)
	}
	_, err := o.Form(t.Context(), person("editor"), it.ID, 7)
	o.refused(err, gongkai.Missing, "edition")

	o.must("editor", it.ID, maskAll())
	it = o.submit(it.ID)
	void := it.Work.SheetDigest
	it = o.must("both1", it.ID, Step{Act: "pass", Sheet: void, Opinion: "同意，电话" + mobile, Judgements: affirmed})
	f = o.form("both1", it.ID, 0)
	if f.Digest != void || f.State != "审校中" || len(f.Stages[0].Signed) != 1 || f.Stages[0].Signed[0].By.Name != "姓名both1" || !f.Stages[0].Signed[0].Judgements.Secrecy ||
		len(f.Stages[1].Signed) != 0 || f.Submitted == 0 || f.Findings[0].Masked == 0 || f.Findings[0].Open != 0 || f.Masked == 0 {
		t.Errorf("the form of what is being signed: %+v", f)
	}
	if s := o.verified(it.ID, void); s.Standing != SheetSigning || len(s.Signatures) != 1 || !s.Signatures[0].Same || len(s.Missing) != 2 || s.Missing[0] != "复审二校" {
		t.Errorf("verified: %+v", s)
	}
	it = o.must("both2", it.ID, Step{Act: "return", Sheet: void, Opinion: "改标题"})
	if s := o.verified(it.ID, void); s.Standing != SheetVoid || len(s.Signatures) != 0 {
		t.Errorf("what was returned: %+v", s)
	}

	v["title"] = "关于公布名单的通知"
	it = o.save(it.ID, v)
	o.must("editor", it.ID, maskAll())
	it = o.submit(it.ID)
	before := it.Work.SheetDigest
	it = o.must("both1", it.ID, pass(it))
	it, err = o.correction(it, "both2", "经研究", "经研讨")
	o.check(err)
	o.check(o.Build(t.Context(), it.ID))
	it = o.get(it.ID)
	if s := o.verified(it.ID, before); s.Standing != SheetCorrected || len(s.Signatures) != 1 {
		t.Errorf("the sheet before the correction: %+v", s)
	}
	it = o.sign(it)
	if s := o.verified(it.ID, it.Work.SheetDigest); s.Standing != SheetReady || len(s.Missing) != 0 || s.Signatures[0].Same {
		t.Errorf("ready: %+v", s)
	}
	it = o.release(it)
	f = o.form("editor", it.ID, 0)
	if f.Edition != "第1版" || f.State != "已公开" || f.Publisher.Name != "姓名publisher" || f.Released != it.Live.Released || len(f.Corrections) != 1 || f.Corrections[0].Stage != "复审二校" ||
		f.Corrections[0].By.Name != "姓名both2" || len(f.Addresses) != 1 || f.Submitted == 0 || f.IndexNo == "" || !strings.Contains(f.Record, it.StepHead) {
		t.Errorf("the form of an edition: %+v", f)
	}
	if s := o.verified(it.ID, it.Live.Digest); s.Standing != SheetLive || s.Edition != 1 || len(s.Signatures) != 3 {
		t.Errorf("live: %+v", s)
	}
	first := it.Live.Digest

	v["body"] = "<p>现予公布。</p>"
	delete(v, "summary")
	it = o.save(it.ID, v)
	it = o.release(o.sign(o.submit(it.ID))) // the first edition was never told: its record is made before it goes
	if f = o.form("editor", it.ID, 1); f.Digest != first || f.State != "已由第2版替代" || len(f.Stages[2].Signed) != 1 {
		t.Errorf("the form of the first edition: %+v", f)
	}
	if s := o.verified(it.ID, first); s.Standing != SheetReplaced || s.Edition != 1 || len(s.Signatures) != 3 {
		t.Errorf("replaced: %+v", s)
	}
	it = o.must("publisher", it.ID, Step{Act: "suspend", Edition: 2, Reason: "核实"})
	if s := o.verified(it.ID, it.Live.Digest); s.Standing != SheetSuspended {
		t.Errorf("suspended: %+v", s)
	}
	_, err = o.Verify(t.Context(), person("editor"), it.ID, strings.Repeat("0", 64))
	o.refused(err, gongkai.Missing, "sheet")
	_, err = o.Verify(t.Context(), person("nobody"), it.ID, first)
	o.refused(err, gongkai.Denied, "missing_grant")

	o.summed(it)
}

// summed is the month's summary over the two editions.
func (o *office) summed(it content.Item) {
	o.t.Helper()
	month := Month(Day(it.Live.Released)[:7])
	o.check(o.Register(o.t.Context(), o.get(it.ID)))
	ls, err := o.Summary(o.t.Context(), person("secret"), "county", month, true)
	o.check(err)
	if len(ls) != 2 || ls[0].Edition != 1 || ls[1].State != "临时下线" || ls[0].Corrections != 1 || len(ls[0].Reviewers) != 3 || len(ls[0].Proofreaders) != 3 || ls[0].Column == "" || ls[0].Drafters[0].Name != "姓名editor" {
		o.t.Errorf("%+v", ls)
	}
	if ls, err = o.Summary(o.t.Context(), person("auditor"), "county", "2020-01", false); err != nil || len(ls) != 0 {
		o.t.Errorf("another month: %v %v", ls, err)
	}
	_, err = o.Summary(o.t.Context(), person("editor"), "county", month, false)
	o.refused(err, gongkai.Denied, "missing_grant")
	_, err = o.Summary(o.t.Context(), person("secret"), "county", "2026-13", false)
	o.refused(err, gongkai.Invalid, "month")
}

// listed wants the one line of the month's summary to say this.
func (o *office) listed(it content.Item, title, no string) {
	o.t.Helper()
	o.check(o.keepForm(o.t.Context(), it))
	ls, err := o.Summary(o.t.Context(), person("secret"), "county", Month(Day(it.Live.Released)[:7]), false)
	if o.check(err); len(ls) != 1 || ls[0].Title != title || ls[0].DocNo != no || ls[0].Digest != it.Live.Digest {
		o.t.Errorf("the summary says %+v", ls)
	}
}

func TestTheFormOfAStruckEditionShowsNothingOfIt(t *testing.T) {
	o := newOffice(t)
	v := plainFields()
	v["title"], v["summary"], v["doc_no"] = "关于某户情况的通知", "摘要里有泄露的内容", "青政发〔2026〕9号"
	it := o.release(o.sign(o.submit(o.create(v).ID)))
	digest := it.Live.Digest
	shows := func(edition int64) (said string) {
		raw, err := json.Marshal(o.form("editor", it.ID, edition))
		o.check(err)
		return string(raw) + o.verified(it.ID, digest).Title
	}
	if !strings.Contains(shows(1), "某户") || !strings.Contains(shows(1), "泄露的内容") {
		t.Fatal("there is nothing to hide")
	}
	o.listed(it, "关于某户情况的通知", "青政发〔2026〕9号")
	it = o.must("secret", it.ID, Step{Act: "suspend", Edition: 1, Reason: "泄露个人信息", Privacy: true})
	o.listed(it, struckTitle, "")
	o.must("review3", it.ID, Step{Act: "ask_withdraw", Edition: 1, Reason: "泄露个人信息", Privacy: true})
	it = o.must("both3", it.ID, Step{Act: "withdraw", Edition: 1})
	o.listed(it, struckTitle, "")
	for _, edition := range []int64{0, 1} {
		if said := shows(edition); strings.Contains(said, "某户") || strings.Contains(said, "泄露的内容") || strings.Contains(said, "9号") || !strings.Contains(said, struckTitle) {
			t.Errorf("the form of edition %d: %s", edition, said)
		}
	}
	if f := o.form("editor", it.ID, 1); f.Digest != digest || len(f.Stages) != 3 || len(f.Stages[2].Signed) != 1 || f.IndexNo == "" {
		t.Errorf("who signed it stays: %+v", f)
	}
}

func TestASignedPaperIsKeptAndSignsNothing(t *testing.T) {
	o := newOffice(t)
	grant(t, o.pol, "auditor", policy.Auditor, "")
	it := o.create(content.Fields{"title": "关于检查的通知", "body": "<p>正文</p>", "openness": content.Proactive})
	other := o.create(content.Fields{"title": "关于另事的通知", "body": "<p>正文</p>", "openness": content.Proactive, "attachments": []content.FileRef{o.pdf("附件")}})
	it, other = o.submit(it.ID), o.submitAnyway(other)
	scan := o.pdf("签批")
	attach := func(who, file, sheet string) error {
		_, err := o.step(who, it.ID, Step{Act: "attach_form", File: file, Sheet: sheet})
		return err
	}
	sheet := it.Work.SheetDigest
	for _, c := range []struct {
		name, who, file, sheet string
		kind                   gongkai.Kind
		code                   string
	}{
		{"a reviewer has no right to", "review1", scan.Digest, sheet, gongkai.Denied, "missing_grant"},
		{"an administrator has no part in it", "admin", scan.Digest, sheet, gongkai.Denied, "administrator_business"},
		{"somebody else's upload", "publisher", scan.Digest, sheet, gongkai.Invalid, "file"},
		{"no file", "editor", "", sheet, gongkai.Invalid, "required"},
		{"no sheet", "editor", scan.Digest, "", gongkai.Invalid, "required"},
		{"a file that nobody uploaded", "editor", strings.Repeat("0", 64), sheet, gongkai.Invalid, "file"},
		{"the sheet of another item", "editor", scan.Digest, other.Work.SheetDigest, gongkai.Invalid, "sheet"},
		{"no scan but a text", "editor", o.upload("a.txt", "签批").Digest, sheet, gongkai.Invalid, "scan_kind"},
		{"what bears a secrecy mark", "editor", o.pdf("SECRET").Digest, sheet, gongkai.Blocked, "secret_scan"},
	} {
		t.Run(c.name, func(t *testing.T) { o.refused(attach(c.who, c.file, c.sheet), c.kind, c.code) })
	}
	_, err := o.step("editor", other.ID, Step{Act: "attach_form", File: other0(o, other), Sheet: other.Work.SheetDigest})
	o.refused(err, gongkai.Invalid, "attachment")

	before := it.Work
	o.check(attach("editor", scan.Digest, sheet))
	it = o.get(it.ID)
	if len(it.Scans) != 1 || it.Scans[0].By != "editor" || it.Work.State != before.State || len(it.Work.Signoffs) != 0 || it.Steps[len(it.Steps)-1].Detail["file"] != scan.Digest {
		t.Fatalf("%+v", it)
	}
	o.refused(attach("editor", scan.Digest, sheet), gongkai.Conflict, "scan_there")
	_, err = o.step("publisher", it.ID, Step{Act: "release", Sheet: sheet})
	o.refused(err, gongkai.Blocked, "wrong_state")

	if f := o.form("editor", it.ID, 0); len(f.Scans) != 1 {
		t.Errorf("the form names the scan: %+v", f.Scans)
	}
	if v := o.verified(it.ID, sheet); v.Papers != 1 {
		t.Errorf("%+v", v)
	}
	opened := func(who string) error {
		file, err := o.PaperScan(t.Context(), person(who), it.ID, scan.Digest)
		if err == nil {
			err = file.Close()
		}
		return err
	}
	o.check(opened("auditor"))
	o.refused(opened("admin"), gongkai.Denied, "administrator_business")
	o.refused(opened("editor"), gongkai.Denied, "missing_grant")
	if _, err := o.Attachment(t.Context(), person("secret"), it.ID, scan.Digest); !gongkai.Is(err, gongkai.Missing) {
		t.Errorf("a scan is no attachment: %v", err)
	}
	it = o.release(o.sign(it))
	if pub := o.public(it, it.Live.Sheet); len(pub.Files) != 0 || len(it.Scans) != 1 {
		t.Error("a scan never becomes public, and outlives the release")
	}
	_, err = o.step("publisher", it.ID, Step{Act: "void_form", File: scan.Digest, Reason: "扫错"})
	o.refused(err, gongkai.Denied, "missing_grant")
	_, err = o.step("secret", it.ID, Step{Act: "void_form", File: scan.Digest})
	o.refused(err, gongkai.Invalid, "required")
	it = o.must("secret", it.ID, Step{Act: "void_form", File: scan.Digest, Reason: "扫错，应联系" + mobile})
	if len(it.Scans) != 1 || it.Scans[0].Void == "" || strings.Contains(it.Scans[0].Void, mobile) {
		t.Errorf("%+v", it.Scans)
	}
	o.refused(opened("secret"), gongkai.Missing, "scan")
	_, err = o.step("secret", it.ID, Step{Act: "void_form", File: scan.Digest, Reason: "再次"})
	o.refused(err, gongkai.Missing, "scan")
}

// other0 is the digest of an item's first attachment.
func other0(o *office, it content.Item) string {
	rev, err := o.c.Revisions.Get(o.t.Context(), it.Work.Revision)
	o.check(err)
	return content.FilesOf(rev.Fields["attachments"])[0].Digest
}

// Who checked a correction stands on its form, and who has to.
func TestTheShortWayStandsOnTheForm(t *testing.T) {
	o := newOffice(t)
	it := o.release(o.sign(o.submit(o.draftOf("notice", "关于安全检查的通知", nil))))
	rev, err := o.c.Revisions.Get(t.Context(), it.Live.Revision)
	o.check(err)
	rev.Fields["body"] = strings.Replace(rev.Fields["body"].(string), "汇总", "汇集", 1)
	o.save(it.ID, rev.Fields)
	o.must("editor", it.ID, Step{Act: "submit", Note: "更正错别字。", Short: true})
	o.check(o.Build(t.Context(), it.ID))
	it = o.get(it.ID)
	if v := o.verified(it.ID, it.Work.SheetDigest); len(v.Signatures) != 3 || v.Signatures[0].Same || strings.Join(v.Missing, " ") != "更正核校 终审确认" {
		t.Errorf("to be checked: %+v", v)
	}
	if f := o.form("editor", it.ID, 1); len(f.Stages) != 3 {
		t.Errorf("the first edition needed no more: %+v", f.Stages)
	}
	it = o.must("both2", it.ID, pass(it))
	it = o.must("both3", it.ID, pass(it))
	it = o.release(it)
	f := o.form("editor", it.ID, 2)
	if n := len(f.Stages); n != 5 || f.Stages[3].Name != "更正核校" || f.Stages[3].Signed[0].By.ID != "both2" || f.Stages[4].Signed[0].By.ID != "both3" || len(f.Corrections) != 1 {
		t.Errorf("checked: %+v", f.Stages)
	}
	if v := o.verified(it.ID, it.Live.Digest); len(v.Signatures) != 5 || len(v.Missing) != 0 {
		t.Errorf("released: %+v", v)
	}
}

// submitAnyway declares what cannot be read as looked at, and submits.
func (o *office) submitAnyway(it content.Item) content.Item {
	o.t.Helper()
	for _, f := range o.findings(it) {
		if f.Level != content.Warn {
			o.must("secret", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{{Key: f.Key, Act: content.ActByEye, Basis: "看过"}}})
		}
	}
	return o.submit(it.ID)
}

// pdf uploads a PDF with one line of text; SECRET stands for a secrecy mark.
func (o *office) pdf(text string) content.FileRef {
	o.t.Helper()
	if text == "SECRET" {
		text = "机密★10年"
	}
	doc, err := form.Paper{Title: text}.PDF()
	o.check(err)
	return o.upload(fmt.Sprintf("%d.pdf", len(doc)), string(doc))
}
