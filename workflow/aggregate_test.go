package workflow

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/store"
)

const homeAddress = "青禾县柳溪镇河东村3组12号"

// list is a draft with a list attached.
func (o *office) list(title, csv string) content.Item {
	o.t.Helper()
	v := content.Fields{"title": title, "openness": content.Proactive, "body": "<p>名单见附件。</p>", "attachments": []content.FileRef{o.upload("名单.csv", csv)}}
	return o.create(v)
}

// gathered are the findings of aggregation in an item.
func (o *office) gatheredIn(it content.Item) []content.Finding {
	o.t.Helper()
	_, fs, err := o.foundIn(o.t.Context(), person("secret"), it.ID, "")
	o.check(err)
	return slices.DeleteFunc(slices.Clone(fs), func(f content.Finding) bool { return f.Kind != content.Aggregation })
}

// masked has all of the kinds masked, the item reviewed and released; told says
// whether the outside was told of it.
func (o *office) masked(it content.Item) content.Item {
	o.t.Helper()
	return o.out(o.decide(it))
}

func (o *office) decide(it content.Item) content.Item {
	o.t.Helper()
	var rs []content.Resolution
	for _, g := range o.groups("editor", it) {
		if g.Kind != content.Aggregation {
			rs = append(rs, content.Resolution{Place: g.Place, Kind: g.Kind, Act: content.ActMask})
		}
	}
	if len(rs) == 0 {
		return it
	}
	return o.must("editor", it.ID, Step{Act: "resolve", Resolutions: rs})
}

// out submits, signs and releases, and tells.
func (o *office) out(it content.Item) content.Item {
	o.t.Helper()
	it = o.release(o.signed(it))
	o.check(o.Register(o.t.Context(), it))
	return it
}

func (o *office) signed(it content.Item) content.Item {
	o.t.Helper()
	if it = o.submit(it.ID); it.Work.State != content.AtStage {
		o.t.Fatalf("%s %v", states(it), it.Work.FailedAt)
	}
	return o.sign(it)
}

func rosterOf(head string, rows ...string) string {
	return head + "\n" + strings.Join(rows, "\n") + "\n"
}

func (o *office) farmland() content.Item {
	return o.masked(o.list("耕地地力保护补贴公示", rosterOf("姓名,身份证号", "张三,"+citizen(1), "李四,"+citizen(2))))
}

func (o *office) hardship() content.Item {
	return o.list("困难救助公示", rosterOf("姓名,身份证号,家庭住址", "张三,"+citizen(1)+","+homeAddress, "王五,"+citizen(3)+","+homeAddress))
}

const addressColumn = "attachments[0].content#sheet[0]!C"

func keepAddress() Step {
	return Step{Act: "resolve", Resolutions: []content.Resolution{{Place: addressColumn, Kind: "address", Act: content.ActKeep, Basis: "救助条例要求公示住址"}}}
}

func TestNewDataOfSomebodyWhomTheUnitHasPublishedIsAFinding(t *testing.T) {
	o := newOffice(t)
	first := o.farmland()
	it := o.hardship()
	fs := o.gatheredIn(it)
	if len(fs) != 1 || fs[0].Place != addressColumn+"2" || fs[0].Level != "ask" || !slices.Contains(fs[0].Evidence, "masked:id_card") || !slices.Contains(fs[0].Evidence, "new:address") {
		t.Fatalf("one person stands in both lists: %+v", fs)
	}
	said := strings.Join(fs[0].Evidence, " ") + fs[0].AdviceZh + fs[0].AdviceEn
	for _, word := range []string{first.IndexNo, "耕地地力保护补贴公示", "公民身份号码（已遮掩）", "家庭住址", "home address"} {
		if !strings.Contains(said, word) {
			t.Errorf("%q is not said: %s", word, said)
		}
	}
	if strings.Contains(said, citizen(1)) || strings.Contains(said, "河东村") {
		t.Error("what is said holds a value")
	}
	_, err := o.step("editor", it.ID, Step{Act: "submit"})
	if e := o.refusal(err, gongkai.Blocked, "open_findings"); !slices.ContainsFunc(e.Details, func(d gongkai.Detail) bool {
		return d.Code == content.Aggregation && strings.Contains(d.Zh, "耕地地力保护补贴公示")
	}) {
		t.Errorf("the refusal names it: %+v", e.Details)
	}
	it = o.decide(it)
	if fs = o.gatheredIn(it); len(fs) != 0 {
		t.Errorf("with the address masked nothing is new: %+v", fs)
	}
	o.out(it)
}

func TestOnlyTheSecrecyOfficerLetsAggregationStand(t *testing.T) {
	o := newOffice(t)
	o.farmland()
	it := o.decide(o.hardship())
	it = o.must("secret", it.ID, keepAddress())
	if n := len(o.gatheredIn(it)); n != 1 {
		t.Fatalf("what is kept is to be read: %d findings", n)
	}
	_, err := o.step("editor", it.ID, Step{Act: "submit"})
	o.refused(err, gongkai.Blocked, "open_findings")
	all := content.Resolution{Place: addressColumn, Kind: content.Aggregation, Act: content.ActNotPersonal, Basis: "不是同一人"}
	_, err = o.step("editor", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{all}})
	o.refused(err, gongkai.Denied, "missing_grant")
	_, err = o.step("editor", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{{Place: "title", Kind: content.Aggregation, Act: content.ActMask}}})
	o.refused(err, gongkai.Invalid, "nothing")
	all.Act, all.Basis = content.ActKeep, "已核实，依法应当公示"
	it = o.out(o.must("secret", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{all}}))
	rec, err := o.c.Register.Get(t.Context(), fmt.Sprintf("%s.%d", it.ID, it.Live.Edition))
	o.check(err)
	row := content.GateRow{Kind: content.Aggregation, Act: content.ActKeep, By: "secret", Name: person("secret").Name, N: 1}
	if !slices.Contains(rec.Rows, row) || !slices.ContainsFunc(rec.Kept, func(x content.Exemption) bool { return x.Kind == content.Aggregation && x.N == 1 }) || !rec.People {
		t.Errorf("the register: %+v", rec)
	}
	if hit, err := o.ScanReleased(t.Context(), o.get(it.ID)); err != nil || hit.ID != "" {
		t.Errorf("what was kept is no hit: %+v %v", hit, err)
	}
}

// A mask of the finding is one of what is new, of these people alone.
func TestAMaskOfAggregationMasksWhatIsNew(t *testing.T) {
	for _, single := range []bool{false, true} {
		o := newOffice(t)
		o.farmland()
		it := o.must("secret", o.decide(o.hardship()).ID, keepAddress())
		r := content.Resolution{Place: addressColumn, Kind: content.Aggregation, Act: content.ActMask}
		if single {
			r = content.Resolution{Key: o.gatheredIn(it)[0].Key, Act: content.ActMask}
		}
		it = o.out(o.must("editor", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{r}}))
		text := o.kept(o.public(it, it.Live.Sheet).Files[0].Digest)
		lines := strings.Split(text, "\n")
		if strings.Contains(lines[1], "12号") || !strings.Contains(lines[2], homeAddress) {
			t.Errorf("the public reads:\n%s", text)
		}
	}
}

func TestTheSameMaskedListEveryYearRaisesNothing(t *testing.T) {
	o := newOffice(t)
	year := func(n int) content.Item {
		return o.list(fmt.Sprintf("%d年补贴公示", n), rosterOf("姓名,身份证号,联系电话,开户账号", "张三,"+citizen(1)+","+phone(1)+",6217001234567890123", "李四,"+citizen(2)+","+phone(2)+",6217001234567890131"))
	}
	o.masked(year(2024))
	for n := range 2 {
		it := year(2025 + n)
		if fs := o.gatheredIn(it); len(fs) != 0 {
			t.Fatalf("nothing is new: %+v", fs)
		}
		o.masked(it)
	}
}

func TestACorrectionIsNotComparedWithItsOwnEdition(t *testing.T) {
	o := newOffice(t)
	it := o.farmland()
	v := content.Fields{"title": "耕地地力保护补贴公示", "openness": content.Proactive, "body": "<p>名单见附件。</p>",
		"attachments": []content.FileRef{o.upload("名单.csv", rosterOf("姓名,身份证号,家庭住址", "张三,"+citizen(1)+","+homeAddress))}}
	saved, err := o.Save(t.Context(), person("editor"), it.ID, Draft{Fields: v})
	o.check(err)
	if fs := o.gatheredIn(saved.Item); len(fs) != 0 {
		t.Errorf("it is the same list: %+v", fs)
	}
	o.masked(saved.Item)
	if n := o.sheetsKept(it.ID); len(n) != 1 || n[0] != o.get(it.ID).Live.Sheet {
		t.Errorf("the edition before is forgotten: %v", n)
	}
}

func (o *office) sheetsKept(item string) (sheets []string) {
	o.t.Helper()
	page, err := o.c.Persons.Find(o.t.Context(), store.Query{Where: []store.Cond{store.Eq("item", item), store.Exists("sheet")}, Limit: 100})
	o.check(err)
	for _, p := range page.Docs {
		if !slices.Contains(sheets, p.Sheet) {
			sheets = append(sheets, p.Sheet)
		}
	}
	return sheets
}

func TestWhatIsCalledBackIsForgottenAndWhatIsResumedIsKnownAgain(t *testing.T) {
	o := newOffice(t)
	first, draft := o.farmland(), o.hardship()
	findings := func(want int, when string) {
		t.Helper()
		if n := len(o.gatheredIn(draft)); n != want {
			t.Errorf("%s: %d findings", when, n)
		}
	}
	findings(1, "while it is live")
	first = o.must("publisher", first.ID, Step{Act: "suspend", Edition: 1, Reason: "核查"})
	findings(0, "suspended, though nobody was told yet")
	o.check(o.Register(t.Context(), first))
	if kept := o.sheetsKept(first.ID); len(kept) != 0 {
		t.Errorf("kept of what is suspended: %v", kept)
	}
	first = o.must("secret", first.ID, Step{Act: "resume", Edition: 1, Reason: "无误"})
	o.check(o.Register(t.Context(), first))
	findings(1, "resumed")
	first = o.must("publisher", first.ID, Step{Act: "ask_withdraw", Edition: 1, Reason: "期满"})
	first = o.must("secret", first.ID, Step{Act: "withdraw", Edition: 1})
	o.check(o.Register(t.Context(), first))
	findings(0, "withdrawn")
	if kept := o.sheetsKept(first.ID); len(kept) != 0 {
		t.Errorf("kept of what is withdrawn: %v", kept)
	}
}

// What is resumed was not looked at together with what went out meanwhile.
func TestAResumedEditionIsLookedAtWithWhatWentOutMeanwhile(t *testing.T) {
	o := newOffice(t)
	it := o.must("secret", o.decide(o.hardship()).ID, keepAddress())
	it = o.out(it)
	it = o.must("publisher", it.ID, Step{Act: "suspend", Edition: 1, Reason: "核查"})
	o.check(o.Register(t.Context(), it))
	o.farmland()
	_, err := o.step("secret", it.ID, Step{Act: "resume", Edition: 1, Reason: "无误"})
	o.refused(err, gongkai.Blocked, content.Aggregation)
}

func TestOfTwoDraftsTheSecondIsRefused(t *testing.T) {
	o := newOffice(t)
	second := o.signed(o.must("secret", o.decide(o.hardship()).ID, keepAddress()))
	first := o.signed(o.decide(o.list("耕地地力保护补贴公示", rosterOf("姓名,身份证号", "张三,"+citizen(1)))))
	o.release(first) // and nobody has told of it yet
	_, err := o.step("publisher", second.ID, Step{Act: "release", Sheet: second.Work.SheetDigest})
	e := o.refusal(err, gongkai.Blocked, content.Aggregation)
	if len(e.Details) != 1 || e.Details[0].Where != addressColumn+"2" || !strings.Contains(e.Details[0].Zh, "耕地地力保护补贴公示") {
		t.Errorf("what is in the way: %+v", e.Details)
	}
	back := o.must("publisher", second.ID, Step{Act: "return", Sheet: second.Work.SheetDigest, Opinion: "与补贴公示重合"})
	o.out(o.must("editor", back.ID, Step{Act: "resolve", Resolutions: []content.Resolution{{Kind: content.Aggregation, Act: content.ActMask}}}))
}

// Two releases that were prepared at the same moment both go out; the later one
// waits in the work list at once.
func TestTwoReleasesAtTheSameMomentEndInTheWorkList(t *testing.T) {
	o := newOffice(t)
	second := o.signed(o.must("secret", o.decide(o.hardship()).ID, keepAddress()))
	first := o.signed(o.decide(o.list("耕地地力保护补贴公示", rosterOf("姓名,身份证号", "张三,"+citizen(1)))))
	var worlds []World
	for _, it := range []content.Item{first, second} {
		w, err := o.prepare(t.Context(), person("publisher"), it, &Step{Act: "release"})
		o.check(err)
		worlds = append(worlds, w)
	}
	for i, it := range []content.Item{first, second} {
		s := Step{ID: gongkai.NewID(), Act: "release", Sheet: it.Work.SheetDigest}
		out, err := o.write(t.Context(), person("publisher"), it, &s, func(content.Item) (World, error) { return worlds[i], nil })
		o.check(err)
		o.check(o.Register(t.Context(), out))
	}
	page, err := o.Hits(t.Context(), person("secret"), "county", "", "", 0)
	o.check(err)
	if len(page.Docs) != 1 || page.Docs[0].ID != second.ID || page.Docs[0].Kinds[content.Aggregation] != 1 {
		t.Errorf("the work list: %+v", page.Docs)
	}
	_, err = o.DismissHit(t.Context(), person("secret"), second.ID, 0, "经核准公开") // it may stand: after a suspension too
	o.check(err)
	o.must("publisher", second.ID, Step{Act: "suspend", Edition: 1, Reason: "核对"})
	o.must("secret", second.ID, Step{Act: "resume", Edition: 1, Reason: "无误"})
}

// Editions of before, and stores that lost them, are made whole at night.
func TestTheNightlyPassRemembersEditionsOfBefore(t *testing.T) {
	o := newOffice(t)
	first := o.farmland()
	draft := o.hardship()
	for _, lost := range []bool{false, true} {
		o.check(o.c.ForgetPersons(t.Context(), first.ID, func(string) bool { return false }))
		if lost { // an older program knew of no register either
			o.check(o.c.Register.Delete(t.Context(), first.ID+".1", 0))
		}
		if n := len(o.gatheredIn(draft)); n != 0 {
			t.Fatalf("nothing is known: %d", n)
		}
		done, err := o.Rescan(t.Context(), o.clock.Now().Add(time.Hour))
		if o.check(err); !done || len(o.gatheredIn(draft)) != 1 {
			t.Errorf("after the night (done %v): %+v", done, o.gatheredIn(draft))
		}
	}
	// A release that came to nothing leaves no trace.
	o.check(o.remember(t.Context(), draft.ID, "no-such-sheet", []portrait{{keys: []string{"nx"}}}))
	_, err := o.Rescan(t.Context(), o.clock.Now().Add(time.Hour))
	if o.check(err); len(o.sheetsKept(draft.ID)) != 0 || len(o.sheetsKept(first.ID)) != 1 {
		t.Error("an orphan is left")
	}
}

// Another engine on the same store knows the same.
func TestAnotherProcessKnowsWhatThisOneReleased(t *testing.T) {
	o := newOffice(t)
	o.farmland()
	var err error
	if o.Engine, err = Open(t.Context(), o.c, o.pol, o.wake); err != nil {
		t.Fatal(err)
	}
	if n := len(o.gatheredIn(o.hardship())); n != 1 {
		t.Errorf("%d findings", n)
	}
	o.Aggregation = 0
	if n := len(o.gatheredIn(o.hardship())); n != 0 {
		t.Errorf("switched off: %d findings", n)
	}
}

func TestOneUnitSaysNothingOfAnother(t *testing.T) {
	o := newOffice(t)
	for _, role := range staff["editor"] {
		grant(t, o.pol, "editor", role, "town")
	}
	o.farmland()
	v := content.Fields{"title": "救助", "openness": content.Proactive, "body": "<p>张三，身份证号" + citizen(1) + "，住" + homeAddress + "。</p>"}
	it, err := o.Create(t.Context(), person("editor"), NewItem{Kind: "notice", Unit: "town", Fields: v, Placements: []content.Placement{{Column: "www-merged"}}})
	o.check(err)
	if fs := o.gatheredIn(it); len(fs) != 0 {
		t.Errorf("%+v", fs)
	}
}

// The database holds no number, no name and no plain hash of one: files lie
// elsewhere, and what is kept of people is keyed.
func TestTheStoreHoldsNobody(t *testing.T) {
	o := newOffice(t)
	o.farmland()
	o.hardship()
	sum := sha256.Sum256([]byte(citizen(1)))
	raw := ""
	files, err := filepath.Glob(filepath.Join(filepath.Dir(t.TempDir()), "*", "restricted.db*"))
	o.check(err)
	for _, name := range files {
		b, err := os.ReadFile(name)
		o.check(err)
		raw += string(b)
	}
	if !strings.Contains(raw, "id_card") {
		t.Fatal("nothing was read")
	}
	for _, value := range []string{citizen(1), citizen(1)[6:14], "张三", "河东村", hex.EncodeToString(sum[:])[:keyLength]} {
		if strings.Contains(raw, value) {
			t.Errorf("the store holds a value of %d characters", len(value))
		}
	}
}

// about lists the people in a draft, each by the kinds that are said of them.
func (o *office) about(it content.Item) (out []string) {
	o.t.Helper()
	fs := o.findings(it)
	rules, err := o.rules(o.t.Context(), standingOf(it))
	o.check(err)
	people, err := o.peopleIn(o.t.Context(), rules, head(it), fs)
	o.check(err)
	for _, p := range people {
		var kinds []string
		for _, i := range p.At {
			kinds = append(kinds, fs[i].Kind)
		}
		out = append(out, fmt.Sprintf("%d keys: %s", len(p.Keys), strings.Join(kinds, " ")))
	}
	return out
}

func TestWhoAFindingIsAbout(t *testing.T) {
	o := newOffice(t)
	notice := func(body string) content.Item {
		return o.create(content.Fields{"title": "通知", "openness": content.Proactive, "body": body})
	}
	table := func(head []string, rows ...[]string) content.Item {
		it, err := o.Create(t.Context(), person("editor"), NewItem{Kind: "publicity", Unit: "county", Placements: []content.Placement{{Column: "www-merged"}},
			Fields: content.Fields{"title": "公示", "openness": content.Proactive, "roster": content.Table{Head: head, Rows: rows}}})
		o.check(err)
		return it
	}
	home := "住" + homeAddress
	for name, c := range map[string]struct {
		it   content.Item
		want []string
	}{
		"a paragraph is about one": {notice("<p>张三，身份证号" + citizen(1) + "，" + home + "。</p><p>李四，身份证号" + citizen(2) + "。</p>"),
			[]string{"1 keys: id_card address", "1 keys: id_card"}},
		"several in one, the number first": {notice("<p>身份证号" + citizen(1) + "，" + home + "；身份证号" + citizen(2) + "，" + home + "。</p>"),
			[]string{"1 keys: id_card address", "1 keys: id_card address"}},
		"several in one, the number last": {notice("<p>张三，" + home + "，身份证号" + citizen(1) + "；李四，" + home + "，身份证号" + citizen(2) + "。</p>"),
			[]string{"1 keys: address id_card", "1 keys: address id_card"}},
		"rows of a table in a text": {notice("<table><tr><th>姓名</th><th>身份证号</th><th>家庭住址</th></tr><tr>\n<td>张三</td>\n<td>" + citizen(1) + "</td><td>" + homeAddress + "</td></tr><tr><td>李四</td><td>" + citizen(2) + "</td><td>" + homeAddress + "</td></tr></table>"),
			[]string{"1 keys: id_card address", "1 keys: id_card address"}},
		"somebody in two rows is one": {table([]string{"姓名", "身份证号", "残疾类别"}, []string{"张三", citizen(1), ""}, []string{"李四", citizen(2), ""}, []string{"张三", citizen(1), "肢体残疾"}),
			[]string{"1 keys: id_card id_card health", "1 keys: id_card"}},
		"a phone that two share is nobody's": {table([]string{"姓名", "身份证号", "联系电话"}, []string{"张三", citizen(1), phone(1)}, []string{"李四", citizen(2), phone(1)}, []string{"王五", citizen(3), phone(3)}),
			[]string{"1 keys: id_card mobile", "1 keys: id_card mobile", "2 keys: id_card mobile"}},
		"name and birth, without a number": {table([]string{"姓名", "出生日期"}, []string{"张三", "1990年3月7日"}, []string{"李四", "1991年3月8日"}),
			[]string{"1 keys: birth_date", "1 keys: birth_date"}},
		"nobody": {notice("<p>" + home + "。</p>"), nil},
	} {
		if got := o.about(c.it); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v; found %v", name, got, c.want, kindsOf(o.findings(c.it)))
		}
	}
}

// Who guesses at the digits under a mask writes many numbers that look the same
// under it.
func TestGuessesFindNobody(t *testing.T) {
	o := newOffice(t)
	o.farmland()
	var like []string // other numbers with the same mask as 张三's
	for n := 2; len(like) < 2*mostAlike; n++ {
		if id := citizen(n); id[14:] == citizen(1)[14:] {
			like = append(like, "张三,"+id+","+homeAddress)
		}
	}
	draft := func(guesses int) content.Item {
		rows := append(slices.Clone(like[:guesses]), "张三,"+citizen(1)+","+homeAddress)
		return o.list("困难救助公示", rosterOf("姓名,身份证号,家庭住址", rows...))
	}
	if fs := o.gatheredIn(draft(mostAlike - 1)); len(fs) != 1 {
		t.Errorf("a few that look alike are a list: %+v", fs)
	}
	if fs := o.gatheredIn(draft(mostAlike)); len(fs) != 0 {
		t.Errorf("a guess among many is told from the others: %+v", fs)
	}
}

// The same phone does not make one of two people with identity numbers.
func TestAFamilyThatSharesAPhoneIsNotOnePerson(t *testing.T) {
	o := newOffice(t)
	o.masked(o.list("甲补贴", rosterOf("姓名,身份证号,联系电话", "张三,"+citizen(1)+","+phone(1))))
	wife := o.list("乙补贴", rosterOf("姓名,身份证号,联系电话,家庭住址", "李四,"+citizen(2)+","+phone(1)+","+homeAddress))
	if fs := o.gatheredIn(wife); len(fs) != 0 {
		t.Errorf("another person: %+v", fs)
	}
	himself := o.list("丙补贴", rosterOf("姓名,联系电话,家庭住址", "张三,"+phone(1)+","+homeAddress))
	if fs := o.gatheredIn(himself); len(fs) != 1 {
		t.Errorf("known by his phone: %+v", fs)
	}
}

func TestFactsAreWeighed(t *testing.T) {
	see := func(names string, undecideds ...string) facts {
		f := factsNamed(names)
		for _, kind := range undecideds {
			f.see(factAt[kind], undecided)
		}
		return f
	}
	e := &Engine{Aggregation: DefaultAggregation}
	for name, c := range map[string]struct {
		now, before facts
		want        string
	}{
		"a new fact, masked before by a number": {see("id_card", "address"), see("id_card"), "address"},
		"kept":                                  {see("id_card address+"), see("id_card"), "address"},
		"masked as well":                        {see("id_card address"), see("id_card mobile bank_card"), ""},
		"the same kinds":                        {see("", "id_card", "mobile"), see("id_card mobile"), ""},
		"nobody has decided, and only little is new": {see("", "id_card", "plate"), see("id_card"), ""},
		"little, but much is known":                  {see("id_card", "plate"), see("id_card health+"), "plate"},
		"kept now, masked before":                    {see("id_card mobile+"), see("id_card mobile"), "mobile"},
		"to be read before":                          {see("id_card mobile+"), see("id_card mobile+"), ""},
		"a minor's phone at home":                    {see("id_card minor", "phone"), see("id_card minor"), "phone"},
	} {
		var got []string
		for _, i := range e.added(portrait{facts: c.now}, told{facts: c.before, items: make([]content.Item, 1)}) {
			got = append(got, weights[i].kind)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: new %v, want %q", name, got, c.want)
		}
		if factsNamed(c.before.names()) != c.before {
			t.Errorf("%s: what is kept reads otherwise: %s", name, c.before.names())
		}
	}
	if factsNamed("a_kind_of_tomorrow+ id_card") != factsNamed("id_card") {
		t.Error("a kind that is not known is passed over")
	}
}

// A roster of many people costs pages and batches, not a read for each.
func TestManyPeopleAreKeptAndLookedUpInBatches(t *testing.T) {
	people := 1_000
	if os.Getenv("GONGKAI_LONG") != "" {
		people = 15_000
	}
	var all []content.Person
	var fs []content.Finding
	for n := range people {
		i := len(fs)
		fs = append(fs, content.Finding{Key: fmt.Sprint(n, "i"), Kind: "id_card", Level: content.Certain, Place: fmt.Sprintf("%s%d", addressColumn, n)},
			content.Finding{Key: fmt.Sprint(n, "m"), Kind: "mobile", Level: content.Certain, Place: fmt.Sprintf("%s%d", addressColumn, n)})
		all = append(all, content.Person{Keys: []string{fmt.Sprintf("i%020d", n), fmt.Sprintf("n%020d", n)}, By: []int{i, i + 1}, At: []int{i, i + 1}})
	}
	o := newOffice(t)
	first := o.farmland()
	masked := content.Decided([]content.Resolution{{Kind: "id_card", Act: content.ActMask}, {Kind: "mobile", Act: content.ActRemove}})
	o.check(o.c.ForgetPersons(t.Context(), first.ID, func(string) bool { return false }))
	o.check(o.remember(t.Context(), first.ID, first.Live.Sheet, portraits(all, fs, masked)))
	pages, err := o.c.Persons.Count(t.Context(), []store.Cond{store.Eq("item", first.ID), store.Exists("sheet")}, 0)
	o.check(err)
	if want := (people + pagePeople - 1) / pagePeople; pages != want {
		t.Errorf("%d pages for %d people, want %d", pages, people, want)
	}
	var read counted
	o.c.Persons, err = store.Use[content.PersonPage](t.Context(), &counting{DB: o.c.DB, n: &read}, store.Spec[content.PersonPage]{Name: "persons", Schema: 1,
		Indexes: []store.Index{{Name: "keys", Fields: []string{"keys"}}, {Name: "item", Fields: []string{"item", "sheet"}}}})
	o.check(err)
	it := content.Item{Unit: "county"}
	it.ID = "another"
	found, err := o.together(t.Context(), it, fs, all, nil)
	o.check(err)
	if len(found) != people {
		t.Errorf("the phone is new of %d people of %d", len(found), people)
	}
	if most := 2*people/lookupKeys + 1; read.scans > most || read.docs > 3*most {
		t.Errorf("%d people: %d queries, %d pages read; want at most %d queries", people, read.scans, read.docs, most)
	}
	read = counted{}
	if found, err = o.together(t.Context(), it, fs, all, []content.Resolution{{Kind: "id_card", Act: content.ActMask}, {Kind: "mobile", Act: content.ActMask}}); err != nil || len(found) != 0 || read.scans != 0 {
		t.Errorf("a list that is all masked costs nothing: %d queries, %d found, %v", read.scans, len(found), err)
	}
}

// counting counts what is read of a store.
type counting struct {
	store.DB
	n *counted
}

type counted struct{ scans, docs int }

func (c *counting) Scan(ctx context.Context, t *store.Table, s store.Scan) ([]store.Raw, error) {
	raws, err := c.DB.Scan(ctx, t, s)
	c.n.scans++
	c.n.docs += len(raws)
	return raws, err
}
