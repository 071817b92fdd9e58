package workflow

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/store"
	"gongkai/workflow/difference"
)

// compared is what differs for somebody, as "field op: text".
func (o *office) compared(who, item string, q Between) (difference.Document, string) {
	o.t.Helper()
	d, err := o.Differences(o.t.Context(), person(who), item, q)
	o.check(err)
	var lines []string
	for _, f := range d.Fields {
		lines = append(lines, f.Name+" "+f.Op)
	}
	return d, strings.Join(lines, ", ")
}

func saved(o *office, it content.Item, change func(content.Fields)) content.Item {
	o.t.Helper()
	rev, err := o.c.Revisions.Get(o.t.Context(), head(o.get(it.ID)))
	o.check(err)
	change(rev.Fields)
	out, err := o.Save(o.t.Context(), person("editor"), it.ID, Draft{Fields: rev.Fields})
	o.check(err)
	return out.Item
}

func TestWhatChangedSinceOneLastLooked(t *testing.T) {
	o := newOffice(t)
	it := o.create(plainFields())
	d, all := o.compared("review1", it.ID, Between{})
	if d.From != nil || all != "title insert, body insert, openness insert" {
		t.Errorf("who has seen nothing gets all of it as new: %v, %s", d.From, all)
	}
	if _, none := o.compared("review1", it.ID, Between{}); none != "" {
		t.Errorf("nothing has changed since: %s", none)
	}
	first := it.Work.Revision
	it = saved(o, it, func(v content.Fields) { v["title"] = "关于开展复查的通知" })
	for range 2 { // asking moves nothing
		d, changed := o.compared("review1", it.ID, Between{})
		if d.From == nil || d.From.Revision != first || d.To.Revision != it.Work.Revision || changed != "title change" {
			t.Errorf("%+v: %s", d.From, changed)
		}
	}
	second := it.Work.Revision
	it = saved(o, it, func(v content.Fields) { v["body"] = "<p>正文，已修改</p>" })
	if _, err := o.Revision(t.Context(), person("review1"), it.ID, it.Work.Revision); err != nil { // who opens it first still learns what is new
		t.Fatal(err)
	}
	if d, changed := o.compared("review1", it.ID, Between{}); d.From.Revision != second || changed != "body change" {
		t.Errorf("%+v: %s", d.From, changed)
	}
	if _, err := o.Revision(t.Context(), person("review1"), it.ID, first); err != nil { // browsing in old versions
		t.Fatal(err)
	}
	if d, _ := o.compared("review1", it.ID, Between{}); d.From.Revision != second {
		t.Error("an old version that was looked at again became the last one seen")
	}
	if _, none := o.compared("editor", it.ID, Between{}); none != "body change" {
		t.Errorf("the writer compares with what they wrote before: %s", none)
	}
}

func TestWhoSignedHasSeenTheText(t *testing.T) {
	o := newOffice(t)
	it := o.submit(o.create(plainFields()).ID)
	signed := it.Work.Revision
	it = o.must("both1", it.ID, pass(it))
	it = o.must("both2", it.ID, Step{Act: "return", Sheet: it.Work.SheetDigest, Opinion: "请改标题"})
	it = saved(o, it, func(v content.Fields) { v["title"] = "关于开展复查的通知" })
	if d, changed := o.compared("both1", it.ID, Between{}); d.From == nil || d.From.Revision != signed || changed != "title change" {
		t.Errorf("%+v: %s", d.From, changed)
	}
}

func TestPlacesThatChangedSinceAreSaid(t *testing.T) {
	o := newOffice(t)
	it := o.create(plainFields())
	o.compared("review1", it.ID, Between{})
	o.must("editor", it.ID, Step{Act: "place", Placements: []content.Placement{{Column: "www-merged", Path: "/merged/elsewhere", Home: true}, {Column: "mirror-merged"}}})
	d, _ := o.compared("review1", it.ID, Between{})
	if got := fmt.Sprint(len(d.Placements)); got != "2" || d.Placements[0].Op != difference.Change || d.Placements[0].Attributes[0].Now != "/merged/elsewhere" || d.Placements[1].Op != difference.Insert {
		t.Errorf("%+v", d.Placements)
	}
}

// The form follows the reader; nothing below a mask shows, not even that it
// changed.
func TestDifferencesShowNothingBelowMasks(t *testing.T) {
	o := newOffice(t)
	it := o.create(personal())
	first := it.Work.Revision
	const other = "13900139000"
	it = saved(o, it, func(v content.Fields) {
		v["summary"] = "联系电话" + other
		v["body"] = strings.Replace(strings.Replace(v["body"].(string), mobile, other, 1), "经研究", "经认真研究", 1)
	})
	q := Between{From: first, Whole: true}
	for who, form := range map[string]string{"editor": "unmasked", "secret": "unmasked", "review1": "masked", "admin": "masked", "editor2": "masked"} {
		d, changed := o.compared(who, it.ID, q)
		raw, err := json.Marshal(d)
		o.check(err)
		for _, layout := range []string{difference.Inline, difference.Side} {
			page, err := difference.Page(d, layout)
			o.check(err)
			raw = append(raw, page...)
		}
		shows := strings.Contains(string(raw), mobile) || strings.Contains(string(raw), other) || strings.Contains(string(raw), idNumber)
		if d.Form != form || shows != (form == "unmasked") {
			t.Errorf("%s: %s, shows %v", who, d.Form, shows)
		}
		if changed != "body change, summary change" { // the masks themselves differ: three digits show
			t.Errorf("%s: %s", who, changed)
		}
	}
}

func TestAnEqualMaskOverAnotherValueIsNoDifference(t *testing.T) {
	o := newOffice(t)
	v := plainFields()
	v["summary"] = "联系电话" + mobile
	it := o.create(v)
	first := it.Work.Revision
	it = saved(o, it, func(v content.Fields) { v["summary"] = "联系电话138" + "99998000" })
	if d, changed := o.compared("review1", it.ID, Between{From: first}); d.Form != "masked" || changed != "" {
		t.Errorf("%s: %s", d.Form, changed)
	}
	if _, changed := o.compared("secret", it.ID, Between{From: first}); changed != "summary change" {
		t.Errorf("who may sees it: %s", changed)
	}
}

func TestSheetsAreComparedAsThePublicSeesThem(t *testing.T) {
	o := newOffice(t)
	it := o.create(personal())
	o.must("editor", it.ID, maskAll())
	it = o.submit(it.ID)
	first := it.Work.Sheet
	it, err := o.correction(it, "both1", "经研究", "经研讨")
	o.check(err)
	o.check(o.Build(t.Context(), it.ID))
	it = o.get(it.ID)
	d, changed := o.compared("secret", it.ID, Between{From: first, To: it.Work.Sheet})
	if d.Form != "public" || changed != "body change" || d.From.Sheet != first || d.To.Sheet != it.Work.Sheet {
		t.Errorf("%+v: %s", d, changed)
	}
	it = o.release(o.sign(it))
	saved(o, it, func(v content.Fields) { v["title"] = "关于公布新名单的通知" })
	if d, changed := o.compared("editor", it.ID, Between{From: VersionLive}); changed != "title change" || d.From.Revision != it.Live.Revision {
		t.Errorf("from what is live: %s", changed)
	}
}

func TestVersionsThatAreNotThereAreRefused(t *testing.T) {
	o := newOffice(t)
	it, other := o.create(plainFields()), o.create(plainFields())
	sheet := o.submit(other.ID).Work.Sheet
	for name, q := range map[string]Between{
		"unknown": {From: gongkai.NewID()}, "unknown to": {To: gongkai.NewID()}, "another item's": {From: other.Work.Revision},
		"another item's sheet": {From: sheet}, "nothing live": {From: VersionLive}, "no id": {From: "../x"},
	} {
		_, err := o.Differences(t.Context(), person("editor"), it.ID, q)
		if !gongkai.Is(err, gongkai.Missing) || gongkai.CodeOf(err) != "version" {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := o.Differences(t.Context(), person("stranger"), it.ID, Between{})
	o.refused(err, gongkai.Denied, "missing_grant")
}

func TestMarksOfProgramsAreNotKeptAndOldOnesGo(t *testing.T) {
	o := newOffice(t)
	it := o.create(plainFields())
	for _, actor := range []gongkai.Actor{{ID: "key:1", Key: true}, gongkai.System} {
		o.looked(t.Context(), actor, it, it.Work.Revision)
	}
	o.compared("review1", it.ID, Between{})
	count := func() int {
		page, err := o.looks.Find(t.Context(), store.Query{Sort: []string{"at"}, Limit: 10})
		o.check(err)
		return len(page.Docs)
	}
	if n := count(); n != 2 {
		t.Errorf("%d marks, want those of the writer and the reader", n)
	}
	o.check(o.ForgetLooks(t.Context()))
	if count() != 2 {
		t.Error("fresh marks went")
	}
	o.clock.at = o.clock.at.Add(keepLooks + time.Hour)
	o.check(o.ForgetLooks(t.Context()))
	if n := count(); n != 0 {
		t.Errorf("%d marks are older than a year", n)
	}
}

func TestEveryFieldTypeSaysWhatChanged(t *testing.T) {
	choices := []content.Choice{{Value: "a", Zh: "甲类"}, {Value: "b", Zh: "乙类"}}
	var k content.Kind
	for _, ft := range content.FieldTypes {
		k.Own = append(k.Own, content.Field{Name: "x_" + ft.Name, Type: ft.Name, Zh: ft.Zh, Choices: choices})
	}
	file := func(digest string) []any {
		return []any{map[string]any{"name": "表.xlsx", "digest": digest, "size": 3}}
	}
	table := func(cell string) map[string]any {
		return map[string]any{"head": []any{"项", "值"}, "rows": []any{[]any{"一", cell}}}
	}
	was := content.Fields{"x_text": "旧文", "x_rich_text": "<p>旧文</p>", "x_number": "1", "x_date": "2026-01-05", "x_choice": "a", "x_multi_choice": []any{"a"}, "x_reference": []any{"1"}, "x_files": file("11"), "x_table": table("旧")}
	now := content.Fields{"x_text": "新文", "x_rich_text": "<p>新文</p>", "x_number": "12", "x_date": "2026-01-06", "x_choice": "b", "x_multi_choice": []any{"a", "b"}, "x_reference": []any{"2"}, "x_files": file("22"), "x_table": table("新")}
	want := map[string]string{"x_text": "旧新文", "x_rich_text": "旧新文", "x_number": "112", "x_date": "2026-01-052026-01-06", "x_choice": "甲类乙类", "x_multi_choice": "insert 乙类", "x_reference": "insert 2delete 1", "x_files": "change 表.xlsx", "x_table": "旧新"}
	fields := fieldsDiffer(difference.New(), k, was, now)
	for _, d := range fields {
		got := ""
		hunks := d.Hunks
		for _, b := range d.Blocks {
			hunks = append(hunks, b.Hunks...)
		}
		if d.Table != nil {
			hunks = d.Table.Rows[0].Cells[1].Hunks
		}
		for _, h := range hunks {
			got += h.Text
		}
		for _, e := range d.Entries {
			got += e.Op + " " + e.What
		}
		if got != want[d.Name] {
			t.Errorf("%s: %q, want %q", d.Name, got, want[d.Name])
		}
	}
	if len(fields) != len(content.FieldTypes) {
		t.Errorf("%d of %d types", len(fields), len(content.FieldTypes))
	}
	if again := fieldsDiffer(difference.New(), k, now, now); len(again) != 0 {
		t.Errorf("%+v", again)
	}
}
