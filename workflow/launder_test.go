// Who would let something out by the side door: by a look that was none, by
// editing a mark away, by an opinion that is not theirs to have.

package workflow

import (
	"archive/zip"
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"gongkai"
	"gongkai/content"
	"gongkai/policy/lexicon"
)

func TestAnEditorDeclaresNoDoubtfulMarkHarmless(t *testing.T) {
	o := newOffice(t)
	it := o.create(wordy("<p>机密20年</p><p>各乡镇：</p>"))
	f := o.only(it, lexicon.SecrecyMark, "ask")
	for _, r := range []content.Resolution{{Key: f.Key}, {Kind: f.Kind}, {Place: "body"}} {
		r.Act, r.Basis = content.ActNotPersonal, "误识别"
		_, err := o.step("editor", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{r}})
		o.refused(err, gongkai.Denied, "missing_grant")
	}
	o.must("secret", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{{Key: f.Key, Act: "not_personal", Basis: "引述的书名"}}})
	o.submit(it.ID)
}

// zipped is an archive, of which no masked copy can be made.
func (o *office) zipped(name, text string) content.FileRef {
	o.t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create(name)
	o.check(err)
	_, err = w.Write([]byte(text))
	o.check(err)
	o.check(z.Close())
	return o.upload("附件.zip", b.String())
}

func TestNoLookSettlesAMarkInAFileThatCannotBeMasked(t *testing.T) {
	o := newOffice(t)
	f := content.Finding{Key: "k", Place: "attachments[0].content#page[0]", Kind: content.SecrecyMark, Level: "ask", File: "d", Fixed: true}
	if (content.Resolution{Place: "attachments[0]", Act: content.ActByEye}).Settles(f) {
		t.Error("a look settles a mark")
	}
	v := wordy("<p>正文</p>")
	v["attachments"] = []content.FileRef{o.zipped("通知.txt", "机密20年\n各乡镇：\n")}
	it := o.create(v)
	o.only(it, lexicon.SecrecyMark, "ask")
	_, err := o.step("editor", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{{Place: "attachments[0]", Act: "by_eye"}}})
	o.refused(err, gongkai.Invalid, "fixed")
}

func TestWhoSeesMasksHasLookedAtNothing(t *testing.T) {
	o := newOffice(t)
	v := wordy("<p>正文</p>")
	v["attachments"] = []content.FileRef{o.upload("录像.mp4", "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom")}
	it := o.create(v)
	digest := v["attachments"].([]content.FileRef)[0].Digest
	look := Step{Act: "resolve", Resolutions: []content.Resolution{{Place: "attachments[0]", Act: "by_eye"}}}
	_, err := o.step("editor2", it.ID, look)
	o.refused(err, gongkai.Invalid, "masked")
	_, err = o.Attachment(t.Context(), person("editor2"), it.ID, digest)
	o.refused(err, gongkai.Denied, "unmaskable")
	o.must("editor", it.ID, look)
}

func TestAMarkThatWasEditedAwayIsAskedAboutUntilTheOfficerDecides(t *testing.T) {
	o := newOffice(t)
	it := o.create(wordy("<p>机密★20年</p><p>各乡镇：</p>"))
	for _, body := range []string{"<p>各乡镇：</p>", "<p>各乡镇、各部门：</p>"} {
		saved, err := o.Save(t.Context(), person("editor"), it.ID, Draft{Fields: wordy(body)})
		o.check(err)
		it = saved.Item
		f := o.only(it, lexicon.SecrecyMark, "ask")
		if !f.Removed() || f.Place != "body" || !strings.Contains(f.AdviceZh, "保密审查员") {
			t.Errorf("%+v", f)
		}
		_, err = o.step("editor", it.ID, Step{Act: "submit"})
		o.refused(err, gongkai.Blocked, "open_findings")
	}
	f := o.only(it, lexicon.SecrecyMark, "ask")
	_, err := o.step("editor", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{{Key: f.Key, Act: "not_personal", Basis: "误"}}})
	o.refused(err, gongkai.Denied, "missing_grant")
	_, err = o.step("secret", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{{Key: f.Key, Act: "mask"}}})
	o.refused(err, gongkai.Invalid, "secrecy_mark")

	o.clock.at = o.clock.at.AddDate(0, 0, 1)
	o.loads("more", 0, "工作秘密,向阳行动,阻断,,,,\n") // rules change: found anew
	o.only(it, lexicon.SecrecyMark, "ask")
	_, err = o.Save(t.Context(), person("editor"), it.ID, Draft{Fields: wordy("<p>机密★20年</p><p>各乡镇：</p>")})
	o.check(err)
	o.only(o.get(it.ID), lexicon.SecrecyMark, content.Certain) // it is back, and stands for itself
	saved, err := o.Save(t.Context(), person("editor"), it.ID, Draft{Fields: wordy("<p>各乡镇：</p>")})
	o.check(err)
	o.must("secret", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{{Key: f.Key, Act: "not_personal", Basis: "范文中的字样，并非密件"}}})
	it = o.release(o.sign(o.submit(saved.Item.ID)))

	saved, err = o.Save(t.Context(), person("editor"), it.ID, Draft{Fields: wordy("<p>各乡镇、各街道：</p>")})
	o.check(err)
	if fs := o.findings(saved.Item); len(fs) != 0 {
		t.Errorf("it was settled: %+v", fs)
	}
}

func TestAMarkIsNotForgottenWithTheDraftThatIsGivenUp(t *testing.T) {
	o := newOffice(t)
	save := func(it content.Item, body string) content.Item {
		t.Helper()
		saved, err := o.Save(t.Context(), person("editor"), it.ID, Draft{Fields: wordy(body)})
		o.check(err)
		return saved.Item
	}
	fresh := o.create(wordy("<p>机密★20年</p><p>各乡镇：</p>"))
	live := save(o.release(o.sign(o.submit(o.create(wordy("<p>各乡镇：</p>")).ID))), "<p>机密★20年</p><p>各街道：</p>")
	for _, it := range []content.Item{fresh, live} {
		o.must("editor", it.ID, Step{Act: "abandon"})
		if it.Live.State == content.Published { // what is live has no mark; its place may change
			o.must("editor", it.ID, Step{Act: "place", Placements: []content.Placement{{Column: "www-alternating", Home: true}}})
			o.must("editor", it.ID, Step{Act: "abandon"})
		}
		it = save(it, "<p>各乡镇、各部门：</p>")
		f := o.only(it, lexicon.SecrecyMark, "ask")
		if !f.Removed() || len(it.Work.Marks) != 0 {
			t.Errorf("%+v, still kept apart: %+v", f, it.Work.Marks)
		}
		o.must("editor", it.ID, Step{Act: "abandon"}) // nor when it is given up again
		it = save(it, "<p>各乡镇：</p>")
		o.must("secret", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{{Key: f.Key, Act: "not_personal", Basis: "范文中的字样，并非密件"}}})
		o.must("editor", it.ID, Step{Act: "abandon"})
		if it = save(it, "<p>各乡镇：</p>"); len(o.findings(it)) != 0 {
			t.Errorf("what the officer has settled is asked again: %+v", o.findings(it))
		}
	}
}

func TestAKeyTellsNothingAboutAnotherItem(t *testing.T) {
	o := newOffice(t)
	v := content.Fields{"title": "通知", "openness": content.Proactive, "summary": "联系电话" + mobile, "body": "<p>正文</p>",
		"attachments": []content.FileRef{o.upload("电话.csv", "姓名,手机\n张三,"+mobile+"\n")}}
	one, other := o.create(v), o.create(v)
	keys := map[string]bool{}
	for _, f := range o.findings(one) {
		keys[f.Key] = true
	}
	for _, f := range o.findings(other) {
		if keys[f.Key] {
			t.Errorf("%s: who writes a guess learns that it is right", f.Place)
		}
	}
	o.must("editor", one.ID, Step{Act: "resolve", Resolutions: []content.Resolution{{Key: o.findings(one)[0].Key, Act: "mask"}, {Key: o.findings(one)[1].Key, Act: "remove"}}})
	one = o.submit(one.ID)
	if pub := o.public(one, one.Work.Sheet); o.kept(pub.Files[0].Digest) != "姓名,手机\n张三,\n" {
		t.Errorf("a decision by key reaches the file: %q", o.kept(pub.Files[0].Digest))
	}
}

func TestWhoSeesMasksFindsNothingOutByGuessing(t *testing.T) {
	o := newOffice(t)
	it := o.create(personal())
	write := func(who, text string) error {
		_, err := o.Save(t.Context(), person(who), it.ID, Draft{Patch: []Patch{{Place: "body", Start: 3, End: 3, New: text}}})
		return err
	}
	list := func(from, to int) string {
		var b strings.Builder
		for n := from; n < to; n++ {
			fmt.Fprintf(&b, "1380013%04d、", n)
		}
		return b.String()
	}
	dates, ids := "", ""
	for n := range 40 {
		dates += fmt.Sprintf("出生日期：1990年%d月%d日，", 10+n%3, 10+n%19)
		id := citizen(n)
		ids += "身份证号：" + id[:6] + "<br>" + id[6:14] + "<br>" + id[14:] + "，"
	}
	for _, text := range []string{dates, ids, strings.ReplaceAll(strings.ReplaceAll(list(0, 100), "1380", "1380_"), "、", "，"), list(0, 100), strings.ReplaceAll(list(0, 100), "、", " "), "京A12345、京A12346、" + list(0, 30), "13 8001 3<b>8</b>000" + list(0, 30)} {
		o.refused(write("editor2", text), gongkai.Blocked, "guesses")
		o.clock.at = o.clock.at.AddDate(0, 0, 7)
	}
	for n := range 3 {
		o.check(write("editor2", list(n*10, n*10+10)))
	}
	if step := o.get(it.ID).Steps; step[len(step)-1].Detail["typed"] != "10" {
		t.Errorf("nobody can look for guesses: %v", step[len(step)-1].Detail)
	}
	o.refused(write("editor2", list(90, 91)), gongkai.Blocked, "guesses")
	o.check(write("editor2", "2026年11月22日印发，共3份，请遵照执行。")) // other writing goes on
	_, err := o.step("editor2", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{{Kind: "mobile", Act: "mask", As: "138 0013"}}})
	o.refused(err, gongkai.Invalid, "masked")
	o.check(write("editor", list(0, 100))) // its writer guesses nothing
}

func TestAWrongWordIsNoSecretFromWhoPutsItRight(t *testing.T) {
	o := newOffice(t)
	it := o.create(wordy("<p>县人民攻府办公室，防火领导小姐</p>"))
	body := utf8.RuneCountInString("<p>县人民")
	_, err := o.Save(t.Context(), person("editor2"), it.ID, Draft{Patch: []Patch{{Place: "body", Start: body, End: body + 1, Old: "攻", New: "政"}}})
	o.check(err)
	fields := wordy("<p>县人民政府办公室，防火领导小姐</p>")
	fields["summary"] = "身份证号" + idNumber
	_, err = o.Save(t.Context(), person("editor"), it.ID, Draft{Fields: fields})
	o.check(err)
	at := utf8.RuneCountInString("<p>县人民政府办公室，防火领导小")
	saved, err := o.Save(t.Context(), person("editor2"), it.ID, Draft{Patch: []Patch{{Place: "body", Start: at, End: at + 1, Old: "姐", New: "组"}}})
	o.check(err)
	if f := o.only(saved.Item, "id_card", content.Certain); f.Place != "summary" {
		t.Errorf("%+v", f)
	}
}

// A word that somebody has removed is not in the text that others see.
func TestPatchesCountInTheTextThatIsSeen(t *testing.T) {
	o := newOffice(t)
	it := o.create(wordy("<p>县人民攻府办公室转发通知</p>"))
	o.must("editor", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{{Key: o.findings(it)[0].Key, Act: content.ActRemove}}})
	seen, err := o.Revision(t.Context(), person("editor2"), it.ID, o.get(it.ID).Work.Revision)
	o.check(err)
	shown := seen.Revision.Fields["body"].(string)
	at := utf8.RuneCountInString(shown[:strings.Index(shown, "转发")])
	_, err = o.Save(t.Context(), person("editor2"), it.ID, Draft{Patch: []Patch{{Place: "body", Start: at, End: at + 2, Old: "转发", New: "印发"}}})
	o.check(err)
	rev, err := o.content.Revisions.Get(t.Context(), o.get(it.ID).Work.Revision)
	o.check(err)
	if body := rev.Fields["body"]; body != "<p>县人民攻府办公室印发通知</p>" {
		t.Errorf("%s became %s", shown, body)
	}
}

func TestADecisionCoversTheCopiesOfAWordThatWereSeen(t *testing.T) {
	o := newOffice(t)
	for _, r := range []content.Resolution{{Kind: lexicon.ControlPhrase}, {Place: "body"}, {}} {
		it := o.create(wordy("<p>内部资料</p><p>见内部资料</p>"))
		fs := o.findings(it)
		if len(fs) != 2 {
			t.Fatalf("findings %v", kindsOf(fs))
		}
		rs := []content.Resolution{r}
		if r.Kind+r.Place == "" {
			rs = []content.Resolution{{Key: fs[0].Key}, {Key: fs[1].Key}}
		}
		for i := range rs {
			rs[i].Act, rs[i].Basis = content.ActNotPersonal, "书名"
		}
		o.must("editor", it.ID, Step{Act: "resolve", Resolutions: rs})
		for body, open := range map[string]int{"<p>内部资料</p><p>内部资料</p><p>见内部资料</p>": 1, "<p>见内部资料</p>": 0} {
			saved, err := o.Save(t.Context(), person("editor"), it.ID, Draft{Fields: wordy(body)})
			o.check(err)
			if left := content.Unsettled(saved.Findings, saved.Item.Work.Resolutions); len(left) != open {
				t.Errorf("%+v, %s: %d open", r, body, len(left))
			}
		}
	}
}

func TestADecisionByKeyLetsNothingStandInAnotherFile(t *testing.T) {
	o := newOffice(t)
	v := wordy("<p>正文</p>")
	attach := func(text string) content.Fields {
		v["attachments"] = []content.FileRef{o.upload("值班.csv", text)}
		return v
	}
	it := o.create(attach("姓名,手机\n张三," + mobile + "\n"))
	f := o.findings(it)[0]
	o.must("secret", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{{Key: f.Key, Act: "keep", Basis: "本人同意公开"}}})
	saved, err := o.Save(t.Context(), person("editor"), it.ID, Draft{Fields: attach("姓名,手机\n张三父亲," + mobile + "\n")})
	o.check(err)
	if open := content.Unsettled(saved.Findings, saved.Item.Work.Resolutions); len(open) != 1 || open[0].Key != f.Key {
		t.Errorf("open %+v", open)
	}
}

func TestADecisionOverAMarkCoversNoOther(t *testing.T) {
	o := newOffice(t)
	it := o.create(wordy("<p>机密★5年</p><p>各乡镇：</p>"))
	f := o.only(it, lexicon.SecrecyMark, content.Certain)
	keep := Step{Act: "resolve", Resolutions: []content.Resolution{{Key: f.Key, Act: "keep", Basis: "已解密"}}}
	o.must("secret", it.ID, keep)
	for _, body := range []string{"<p>机密★20年</p><p>另一件</p>", "<p>机密★5年</p><p>机密★5年</p>"} {
		saved, err := o.Save(t.Context(), person("editor"), it.ID, Draft{Fields: wordy(body)})
		o.check(err)
		if open := content.Unsettled(o.findings(saved.Item), saved.Item.Work.Resolutions); len(open) != 1 {
			t.Errorf("%s: %d open", body, len(open))
		}
	}

	v := wordy("<p>正文</p>")
	v["attachments"] = []content.FileRef{o.upload("一.txt", "秘密★5年\n旧文\n")}
	it = o.create(v)
	f = o.only(it, lexicon.SecrecyMark, content.Certain)
	keep.ID, keep.Resolutions[0].Key = "", f.Key
	it = o.must("secret", it.ID, keep)
	v["attachments"] = []content.FileRef{o.upload("二.txt", "秘密★5年\n新文\n")}
	saved, err := o.Save(t.Context(), person("editor"), it.ID, Draft{Fields: v})
	o.check(err)
	if open := content.Unsettled(o.findings(saved.Item), saved.Item.Work.Resolutions); len(open) != 1 {
		t.Errorf("another file: %d open", len(open))
	}
}

func TestAReplacementIsNoWayToShowMostOfANumber(t *testing.T) {
	o := newOffice(t)
	for as, state := range map[string]string{idNumber[:14]: content.Returned, idNumber[:6] + " " + idNumber[6:12] + "…": content.Returned, idNumber[:6] + "********" + idNumber[14:]: content.AtStage, "（略）": content.AtStage} {
		it := o.create(personal())
		o.must("editor", it.ID, maskAll())
		o.must("editor", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{{Kind: "id_card", Act: "mask", As: as}}})
		if it = o.submit(it.ID); it.Work.State != state {
			t.Errorf("%q: %s", as, it.Work.State)
		}
	}
}

func TestADecisionOverAListOfMinorsCoversNoOtherFile(t *testing.T) {
	o := newOffice(t)
	v := wordy("<p>正文</p>")
	v["attachments"] = []content.FileRef{o.upload("一.csv", "序号,学生姓名,班级\n1,王小明,三年级2班\n2,李小红,三年级1班\n")}
	it := o.create(v)
	for _, f := range o.minors(it) {
		it = o.must("secret", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{{Key: f.Key, Act: "not_personal", Basis: "均为成年学员"}}})
	}
	if o.submit(it.ID).Work.State != content.AtStage {
		t.Fatal("what the officer settled goes on")
	}
	it = o.must("editor", it.ID, Step{Act: "recall"})
	v["attachments"] = []content.FileRef{o.upload("一.csv", "序号,学生姓名,班级\n1,赵小刚,三年级2班\n2,钱小丽,三年级1班\n")}
	saved, err := o.Save(t.Context(), person("editor"), it.ID, Draft{Fields: v})
	o.check(err)
	if open := content.Unsettled(o.minors(saved.Item), saved.Item.Work.Resolutions); len(open) == 0 {
		t.Error("another list passes under the decision over the first")
	}
}

func TestADecisionOverAListOfMinorsFallsWhenTheTextIsAnother(t *testing.T) {
	for _, key := range []bool{true, false} {
		o := newOffice(t)
		it := o.create(pupils())
		r := content.Resolution{Kind: content.Minor, Act: content.ActNotPersonal, Basis: "均为成年学员"}
		if key {
			r.Kind, r.Key = "", o.minors(it)[0].Key
		}
		it = o.must("secret", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{r}})
		for _, c := range []struct {
			from, to string
			open     int
		}{{"公示", "通知", 0}, {"王小明", "赵小刚", 1}} {
			v := pupils()
			for name, text := range v {
				v[name] = strings.ReplaceAll(text.(string), c.from, c.to)
			}
			saved, err := o.Save(t.Context(), person("editor"), it.ID, Draft{Fields: v})
			o.check(err)
			if open := content.Unsettled(o.minors(saved.Item), saved.Item.Work.Resolutions); len(open) != c.open {
				t.Errorf("%s: %d open", c.to, len(open))
			}
		}
	}
}

func TestWhoHasSettledTooManyOneByOneSettlesTheRestAtOnce(t *testing.T) {
	o := newOffice(t)
	it := o.create(personal())
	fs := o.findings(it)
	_, err := o.content.Items.Update(t.Context(), it.ID, 0, func(doc *content.Item) error {
		doc.Work.Resolutions = slices.Repeat([]content.Resolution{{Key: fs[0].Key, Act: content.ActMask}}, maxDecisions)
		return nil
	})
	o.check(err)
	_, err = o.step("editor", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{{Key: fs[0].Key, Act: content.ActMask}}})
	o.refused(err, gongkai.Invalid, "too_many")
	o.must("editor", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{{Kind: fs[0].Kind, Act: content.ActMask}}})
}
