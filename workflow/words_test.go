// Words in the gate: marks stop a document, wrong words are put right, lists
// change while the house works.

package workflow

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"gongkai"
	"gongkai/content"
	"gongkai/policy"
	"gongkai/policy/lexicon"
	"gongkai/store"
)

func wordy(body string) content.Fields {
	return content.Fields{"title": "关于做好秋季防火工作的通知", "openness": content.Proactive, "summary": "秋季防火", "body": body}
}

// only wants one finding, of this kind and level.
func (o *office) only(it content.Item, kind, level string) content.Finding {
	o.t.Helper()
	fs := o.findings(it)
	if len(fs) != 1 || fs[0].Kind != kind || fs[0].Level != level {
		o.t.Fatalf("findings %+v, want one %s that is %s", fs, kind, level)
	}
	return fs[0]
}

func TestASecrecyMarkStopsADocumentUntilTheSecrecyOfficerDecides(t *testing.T) {
	o := newOffice(t)
	it := o.create(wordy("<p>机<b>密</b>★20年</p><p>各乡镇：</p>"))
	f := o.only(it, lexicon.SecrecyMark, content.Certain)
	if !strings.Contains(strings.Join(f.Evidence, " "), "list:builtin@1") || f.Preview != "机密★" {
		t.Errorf("%+v", f)
	}
	_, err := o.step("editor", it.ID, Step{Act: "submit"})
	o.refused(err, gongkai.Blocked, "open_findings")
	for _, act := range []string{"mask", "remove"} {
		for _, who := range []string{"editor", "secret"} {
			_, err = o.step(who, it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{{Kind: "secrecy_mark", Act: act}}})
			o.refused(err, gongkai.Invalid, "secrecy_mark")
		}
	}
	for _, act := range []string{"keep", "not_personal"} {
		_, err = o.step("editor", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{{Key: f.Key, Act: act, Basis: "已经解密"}}})
		o.refused(err, gongkai.Denied, "missing_grant")
	}
	o.must("secret", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{{Key: f.Key, Act: "keep", Basis: "已于2025年解密，解密通知存档"}}})
	it = o.release(o.sign(o.submit(it.ID)))
	if body := o.public(it, it.Live.Sheet).Fields["body"].(string); !strings.Contains(body, "机<b>密</b>★20年") {
		t.Errorf("what was kept is there: %s", body)
	}
}

func TestAMarkIsFoundWhereverItHides(t *testing.T) {
	o := newOffice(t)
	v := wordy("<p>各乡镇：</p>")
	v["title"] = "密级：秘密"
	v["attachments"] = []content.FileRef{o.upload("附件.txt", "急件\n绝密 ★ 30年\n"), o.upload("机密★.html", `<p title="内部资料">通知</p><!-- 秘密★5年 -->`)}
	places := map[string]bool{}
	for _, f := range o.findings(o.create(v)) {
		place, _, _ := strings.Cut(f.Place, "#")
		places[place+" "+f.Kind] = true
	}
	for _, want := range []string{"title secrecy_mark", "attachments[0].content secrecy_mark", "attachments[1].name secrecy_mark", "attachments[1].content control_phrase", "attachments[1].content secrecy_mark"} {
		if !places[want] {
			t.Errorf("%s is missing in %v", want, places)
		}
	}
}

func TestAWrongWordIsPutRightInTextAndFile(t *testing.T) {
	o := newOffice(t)
	v := wordy("<p>县人民攻<b>府</b>办公室</p>")
	v["attachments"] = []content.FileRef{o.upload("附件.txt", "防火领导小姐名单\n")}
	it := o.create(v)
	if got := kindsOf(o.findings(it)); len(got) != 2 {
		t.Fatal(got)
	}
	view, err := o.Revision(t.Context(), person("review1"), it.ID, it.Work.Revision)
	o.check(err)
	if body := view.Revision.Fields["body"].(string); !strings.Contains(body, "攻<b>府</b>") {
		t.Errorf("reviewers see what is wrong: %s", body)
	}
	o.must("editor", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{{Kind: "wording", Act: "mask"}}})
	it = o.release(o.sign(o.submit(it.ID)))
	pub := o.public(it, it.Live.Sheet)
	if body := pub.Fields["body"].(string); !strings.Contains(body, "县人民政府<b></b>办公室") {
		t.Errorf("body %s", body)
	}
	if text := o.kept(pub.Files[0].Digest); text != "防火领导小组名单\n" {
		t.Errorf("file %q", text)
	}
}

func TestAControlPhraseIsRemovedOrDeclaredHarmlessButNotMasked(t *testing.T) {
	o := newOffice(t)
	for _, c := range []struct{ act, as, want string }{
		{"remove", "", "<p><b></b></p><p>正文</p>"},
		{"not_personal", "", "<p>内<b>部</b>资料</p><p>正文</p>"},
		{"mask", "参考资料", "<p>参考资料<b></b></p><p>正文</p>"},
	} {
		it := o.create(wordy("<p>内<b>部</b>资料</p><p>正文</p>"))
		f := o.only(it, lexicon.ControlPhrase, "ask")
		_, err := o.step("editor", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{{Kind: f.Kind, Act: "mask"}}})
		o.refused(err, gongkai.Invalid, "no_proposal")
		o.must("editor", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{{Key: f.Key, Act: c.act, As: c.as, Basis: "是书名"}}})
		it = o.submit(it.ID)
		if body := o.public(it, it.Work.Sheet).Fields["body"].(string); strings.TrimSpace(body) != c.want {
			t.Errorf("%s: %q", c.act, body)
		}
	}
}

func TestAWarningIsSaidAndStopsNobody(t *testing.T) {
	o := newOffice(t)
	it := o.create(wordy("<p>这份机密文件已经公布。</p>"))
	o.only(it, lexicon.SecrecyMark, content.Warn)
	it = o.release(o.sign(o.submit(it.ID)))
	if body := o.public(it, it.Live.Sheet).Fields["body"].(string); !strings.Contains(body, "机密文件") {
		t.Errorf("body %s", body)
	}
}

func TestAProofreaderMayPutAWarningRight(t *testing.T) {
	o := newOffice(t)
	o.loads("town-words", 0, "表述错误,柳西镇,提示,柳溪镇,,,\n")
	before, after := "林场负责组织本镇秋季防火工作，落实", "任，请柳西镇各村按时完成。"
	it := o.submit(o.create(wordy("<p>" + before + "则" + after + "</p>")).ID)
	at := utf8.RuneCountInString("<p>" + before + "责任，请柳")
	it, err := o.step(signers[it.Work.Stage], it.ID, Step{Act: "correct", Sheet: it.Work.SheetDigest, Patch: []Patch{{Place: "body", Start: at, End: at + 1, Old: "西", New: "溪"}}})
	o.check(err)
	o.check(o.Build(t.Context(), it.ID))
	if body := o.public(it, o.get(it.ID).Work.Sheet).Fields["body"].(string); !strings.Contains(body, "柳溪镇") {
		t.Errorf("body %s", body)
	}
}

const wordHead = "类别,词语,处理,更正,例外,应发现,应放行\n"

// loads imports a list as a secrecy officer of the whole installation.
func (o *office) loads(list string, seen int, rows string) WordList {
	o.t.Helper()
	grant(o.t, o.pol, "words", policy.SecrecyOfficer, "")
	l, err := o.ImportWords(o.t.Context(), person("words"), NewWords{List: list, Title: "本县词表", Seen: seen, Note: "试用", CSV: []byte(wordHead + rows)})
	o.check(err)
	return l
}

func TestEveryProcessFollowsANewList(t *testing.T) {
	o := newOffice(t)
	other, err := Open(t.Context(), o.c, o.pol, o.wake)
	o.check(err)
	it := o.create(wordy("<p>青禾县人民法庭</p>"))
	rev, err := o.c.Revisions.Get(t.Context(), it.Work.Revision)
	o.check(err)
	version := func() string {
		lex, err := other.words.fresh(t.Context())
		o.check(err)
		return lex.Version(o.now())
	}
	before := version()
	o.loads("county", 0, "表述错误,青禾县人民法庭,须处理,青禾县人民法院,,,\n")
	if got := o.findings(it); len(got) != 1 {
		t.Fatalf("findings are made anew at once: %+v", got)
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		fs, err := other.Findings(t.Context(), rev)
		o.check(err)
		if len(fs) == 1 && fs[0].Mask == "青禾县人民法院" {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("another process did not follow")
		}
	}
	if version() == before {
		t.Error("the version of the words is the same")
	}
}

func TestADraftIsNormalInAColumnForConsultationsAndNowhereElse(t *testing.T) {
	o := newOffice(t)
	column := func(id, parent, name string) {
		o.check(put(o.c.PutColumn(t.Context(), content.Column{Meta: store.Meta{ID: id}, Site: "www", Parent: parent, Slug: id, Name: name, Pipeline: "merged"})))
	}
	column("talks", "", "意见征集")
	column("talks-now", "talks", "正在进行")
	v := wordy("<p>防火办法（征求意见稿）</p>")
	v["attachments"] = []content.FileRef{o.upload("附件.txt", "防火办法（征求意见稿）\n")}
	it := o.create(v)
	for _, c := range []struct {
		columns string
		want    int
	}{{"talks", 0}, {"talks-now", 0}, {"talks mirror-merged", 2}, {"www-merged", 2}, {"talks-now", 0}} {
		var ps []content.Placement
		for i, id := range strings.Fields(c.columns) {
			ps = append(ps, content.Placement{Column: id, Home: i == 0})
		}
		it = o.must("editor", it.ID, Step{Act: "place", Placements: ps})
		if fs := o.findings(it); len(fs) != c.want {
			t.Errorf("in %s: %+v", c.columns, fs)
		}
	}
	it = o.release(o.sign(o.submit(it.ID)))
	hit := func() string {
		t.Helper()
		hit, err := o.ScanReleased(t.Context(), it)
		o.check(err)
		return hit.State
	}
	if got := hit(); got != "" {
		t.Errorf("what is public is read as in its columns: %s", got)
	}
	column("talks", "", "要闻")
	if got := hit(); got != content.HitOpen {
		t.Errorf("a column by another name is another column: %q", got)
	}
}

func TestAWordThatIsForbiddenAfterTheSignaturesStopsTheRelease(t *testing.T) {
	o := newOffice(t)
	it := o.sign(o.submit(o.create(wordy("<p>向阳行动方案</p>")).ID))
	o.loads("county", 0, "工作秘密,向阳行动,阻断,,,,\n")
	_, err := o.step("publisher", it.ID, Step{Act: "release", Sheet: it.Work.SheetDigest})
	o.refused(err, gongkai.Blocked, "open_findings")
}

func TestWhatIsLiveIsReadWithTheWordsOfToday(t *testing.T) {
	o := newOffice(t)
	it := o.release(o.sign(o.submit(o.create(wordy("<p>向阳行动方案</p>")).ID)))
	o.loads("county", 0, "工作秘密,向阳行动,阻断,,,,\n")
	hit, err := o.ScanReleased(t.Context(), it)
	o.check(err)
	if hit.State != content.HitOpen || hit.Kinds["work_secret"] != 1 {
		t.Errorf("%+v", hit)
	}
}

func TestListsAreKeptInVersionsAndTakenWholeOrNotAtAll(t *testing.T) {
	o := newOffice(t)
	if l := o.loads("county", 0, "表述错误,攻府,提示,政府,,,\n"); len(l.Versions) != 1 || l.Versions[0].Name == "" || l.Versions[0].At == 0 {
		t.Errorf("%+v", l)
	}
	o.loads("county", 1, "")
	first, err := o.WordCSV(t.Context(), "county", 1)
	o.check(err)
	newest, err := o.WordCSV(t.Context(), "county", 0)
	o.check(err)
	if !strings.Contains(first, "攻府") || strings.Contains(newest, "攻府") {
		t.Errorf("first %q, newest %q", first, newest)
	}
	_, err = o.WordCSV(t.Context(), "county", 3)
	o.refused(err, gongkai.Missing, "version")
	load := func(who string, n NewWords) error {
		_, err := o.ImportWords(t.Context(), person(who), n)
		return err
	}
	good := []byte(wordHead + "表述错误,攻府,提示,政府,,,\n")
	o.refused(load("words", NewWords{List: "county", Seen: 1, CSV: good}), gongkai.Conflict, "stale")
	o.refused(load("words", NewWords{List: "County", Title: "甲", CSV: good}), gongkai.Invalid, "id")
	o.refused(load("words", NewWords{List: "other", CSV: good}), gongkai.Invalid, "required")
	for _, who := range []string{"secret", "admin", "editor"} { // a township's officer does not decide for all
		o.refused(load(who, NewWords{List: "county", Seen: 2, CSV: good}), gongkai.Denied, "missing_grant")
	}
	bad := o.refusal(load("words", NewWords{List: "county", Seen: 2, CSV: []byte(wordHead + "表述错误,攻府,提示,政府,,,\n表述错误,密,严重,,,,\n表述错误,词语,提示,联系" + mobile + ",,,\n")}), gongkai.Invalid, "word_list_rows")
	if len(bad.Details) != 2 || bad.Details[0].Where != "csv:3:3" || bad.Details[1].Where != "csv:4:4" {
		t.Errorf("%+v", bad.Details)
	}
	if l, err := o.WordList(t.Context(), "county"); err != nil || len(l.Versions) != 2 {
		t.Errorf("a refused list changes nothing: %+v %v", l, err)
	}
}

func TestTheListOfTheProgramGivesWayToAnOfficesOwn(t *testing.T) {
	o := newOffice(t)
	newest := func() WordVersion {
		t.Helper()
		_, err := Open(t.Context(), o.c, o.pol, o.wake)
		o.check(err)
		l, err := o.WordList(t.Context(), lexicon.BuiltinName)
		o.check(err)
		return l.newest()
	}
	if v := newest(); v.Version != 1 || v.Edition != lexicon.BuiltinVersion || v.Terms < 150 {
		t.Fatalf("%+v", v)
	}
	_, err := o.words.lists.Update(t.Context(), lexicon.BuiltinName, 0, func(l *WordList) error {
		l.Versions[0].Edition = "2000.01-1"
		return nil
	})
	o.check(err)
	if v := newest(); v.Version != 2 || v.Edition != lexicon.BuiltinVersion {
		t.Errorf("an older edition of the program's own is replaced: %+v", v)
	}
	o.loads(lexicon.BuiltinName, 2, "表述错误,攻府,提示,政府,,,\n")
	if v := newest(); v.Version != 3 || v.Terms != 1 {
		t.Errorf("an office's own stays: %+v", v)
	}
}

func TestAListThatCannotBeReadStopsTheGate(t *testing.T) {
	o := newOffice(t)
	l := o.loads("county", 0, "表述错误,攻府,提示,政府,,,\n")
	_, err := o.words.texts.Update(t.Context(), l.Versions[0].Text, 0, func(doc *wordText) error {
		doc.CSV = "颜色\n"
		return nil
	})
	o.check(err)
	_, err = o.Create(t.Context(), person("editor"), NewItem{Kind: "notice", Unit: "county", Fields: plainFields()})
	o.refused(err, gongkai.Internal, "word_list")
}
