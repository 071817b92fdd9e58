// A roster attached as a spreadsheet: blocked, settled by its columns, masked,
// signed, released, and clean.

package workflow

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"gongkai"
	"gongkai/content"
	"gongkai/policy/automaton"
)

// citizen is the n-th ID number of a roster, with its check digit.
func citizen(n int) string {
	id := fmt.Sprintf("640106%04d%02d%02d%03d", 1950+n%50, 1+n/50%12, 1+n/600%28, 100+n/16800)
	sum := 0
	for i, w := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += w * int(id[i]-'0')
	}
	return id + string("10X98765432"[sum%11])
}

func phone(n int) string { return fmt.Sprintf("138%08d", 10_000_000+n*37) }

// roster is a spreadsheet of so many people, the ID numbers in a hidden column.
func roster(t testing.TB, people int) (name string, data []byte) {
	t.Helper()
	x := excelize.NewFile()
	w, err := x.NewStreamWriter("Sheet1")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(err)
	must(w.SetColVisible(3, 3, false))
	must(w.SetRow("A1", []any{"序号", "姓名", "身份证号", "联系电话", "补助金额（元）"}))
	for i := range people {
		must(w.SetRow(fmt.Sprintf("A%d", i+2), []any{i + 1, "张" + string(rune('一'+i%500)), citizen(i), phone(i), 300}))
	}
	must(w.Flush())
	var b bytes.Buffer
	must(x.Write(&b))
	return "补助名单.xlsx", b.Bytes()
}

func (o *office) attached(name string, data []byte) (content.Item, content.FileRef) {
	o.t.Helper()
	ref := o.upload(name, string(data))
	v := content.Fields{"title": "关于公布补助名单的公示", "openness": content.Proactive, "body": "<p>名单见附件。</p>", "attachments": []content.FileRef{ref}}
	return o.create(v), ref
}

// everything is all that the bytes of a package hold, its parts unpacked.
func everything(t testing.TB, data []byte) string {
	t.Helper()
	var all strings.Builder
	all.Write(data)
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range z.File {
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(&all, r)
		_ = r.Close()
	}
	return all.String()
}

func (o *office) groups(who string, it content.Item) []Group {
	o.t.Helper()
	gs, err := o.Groups(o.t.Context(), person(who), it.ID, "")
	o.check(err)
	return gs
}

// settleColumns settles each group with one decision, as an editor would.
func (o *office) settleColumns(it content.Item) {
	o.t.Helper()
	var rs []content.Resolution
	for _, g := range o.groups("editor", it) {
		rs = append(rs, content.Resolution{Place: g.Place, Kind: g.Kind, Act: content.ActMask})
	}
	o.must("editor", it.ID, Step{Act: "resolve", Resolutions: rs})
}

func TestARosterIsSettledByItsColumnsAndGoesOutClean(t *testing.T) {
	const people = 120
	o := newOffice(t)
	it, ref := o.attached(roster(t, people))
	_, err := o.step("editor", it.ID, Step{Act: "submit"})
	e := o.refusal(err, gongkai.Blocked, "open_findings")
	if len(e.Details) != 2 || e.Details[0].Where != "attachments[0].content#sheet[0]!C" || !strings.Contains(e.Details[0].Zh, fmt.Sprint(people)) {
		t.Errorf("240 findings are named by their columns: %+v", e.Details)
	}
	gs := o.groups("review1", it)
	if len(gs) != 2 || gs[0].Found != people || gs[0].Open != people || gs[0].Hidden != people || gs[0].Level != content.Certain || gs[1].Hidden != 0 {
		t.Errorf("the columns in sum: %+v", gs)
	}
	page, err := o.Judged(t.Context(), person("editor"), it.ID, Which{Place: "attachments[0].content#sheet[0]!C", Open: true, Limit: 50})
	o.check(err)
	if len(page.Docs) != 50 || page.Next == "" || page.Docs[0].Place != "attachments[0].content#sheet[0]!C2" {
		t.Errorf("a page of one column: %d findings, next %q", len(page.Docs), page.Next)
	}
	o.must("editor", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{{Place: gs[0].Place, Act: "mask"}}})
	if gs = o.groups("editor", it); gs[0].Open != 0 || gs[1].Open != people {
		t.Errorf("one column is settled: %+v", gs)
	}
	o.must("editor", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{{Place: "attachments[0]", Kind: "mobile", Act: "remove"}}})
	it = o.submit(it.ID)
	if it.Work.State != content.AtStage {
		t.Fatalf("%s %v", states(it), it.Work.FailedAt)
	}
	it = o.release(o.sign(it))
	o.cleanRoster(it, ref, people)
}

func (o *office) cleanRoster(it content.Item, ref content.FileRef, people int) {
	o.t.Helper()
	file := o.public(it, it.Live.Sheet).Files[0]
	data := o.kept(file.Digest)
	if file.Digest == ref.Digest || file.ByEye {
		o.t.Errorf("the public copy: %+v", file)
	}
	var numbers []string
	for i := range people {
		numbers = append(numbers, citizen(i), phone(i))
	}
	automaton.New(numbers).Find([]rune(everything(o.t, []byte(data))), func(n, _, _ int) {
		o.t.Errorf("the public file still holds a number of person %d", n/2)
	})
	x, err := excelize.OpenReader(strings.NewReader(data))
	o.check(err)
	rows, err := x.GetRows("Sheet1")
	o.check(err)
	if len(rows) != people+1 || rows[1][1] != "张一" || !strings.HasPrefix(rows[1][2], "64*") {
		o.t.Errorf("the rest of the roster stays: %d rows, %v", len(rows), rows[1])
	}
}

// What is decided over files is part of what was signed.
func TestDecisionsOverFilesAreLockedFromSubmitOn(t *testing.T) {
	o := newOffice(t)
	it, _ := o.attached(roster(t, 5))
	o.settleColumns(it)
	it = o.submit(it.ID)
	signed := o.must("both1", it.ID, pass(it))
	again := Step{Act: "resolve", Resolutions: []content.Resolution{{Place: "attachments[0]", Kind: "mobile", Act: "remove"}}}
	_, err := o.step("editor", it.ID, again)
	o.refused(err, gongkai.Blocked, "wrong_state")
	o.must("both2", it.ID, Step{Act: "return", Sheet: signed.Work.SheetDigest, Opinion: "电话整列删去"})
	o.must("editor", it.ID, again)
	after := o.submit(it.ID)
	if after.Work.SheetDigest == signed.Work.SheetDigest || len(after.Work.Signoffs) != 0 || after.Work.Stage != "merged_1" {
		t.Errorf("another decision makes another sheet, and nobody has signed that: %s, %d signatures", states(after), len(after.Work.Signoffs))
	}
	_, err = o.step("both1", it.ID, pass(signed))
	o.refused(err, gongkai.Conflict, "stale_sheet")
}

// What lets findings in a file stand speaks of this file and no other.
func TestADecisionThatLetsAFileStandIsBoundToIt(t *testing.T) {
	o := newOffice(t)
	name, data := roster(t, 8)
	it, ref := o.attached(name, data)
	_, err := o.step("editor", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{{Place: "attachments[0]", Act: "not_personal", Basis: "编号"}}})
	o.refused(err, gongkai.Denied, "missing_grant")
	kept := o.must("secret", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{{Place: "attachments[0].content#sheet[0]", Act: "keep", Basis: "依法公示"}}})
	if n := len(kept.Work.Resolutions); n != 2 || kept.Work.Resolutions[0].File != ref.Digest || len(kept.Work.Resolutions[0].Keys) != 0 {
		t.Errorf("one decision for each kind, bound to the file: %+v", kept.Work.Resolutions)
	}
	o.must("editor", it.ID, Step{Act: "submit"})
	o.must("editor", it.ID, Step{Act: "recall"})
	_, other := roster(t, 9)
	v := content.Fields{"title": "关于公布补助名单的公示", "openness": content.Proactive, "body": "<p>名单见附件。</p>", "attachments": []content.FileRef{o.upload(name, string(other))}}
	saved, err := o.Save(t.Context(), person("editor"), it.ID, Draft{Fields: v})
	o.check(err)
	if open := content.Unsettled(saved.Findings, saved.Item.Work.Resolutions); len(open) != 18 {
		t.Errorf("another file is settled anew: %d open of %d", len(open), len(saved.Findings))
	}
}

// TestALargeRoster is the walk of 15,000 people; GONGKAI_LONG asks for it.
func TestALargeRoster(t *testing.T) {
	people := 1_500
	if os.Getenv("GONGKAI_LONG") != "" {
		people = 15_000
	}
	if testing.Short() {
		t.Skip("not under the race detector")
	}
	o := newOffice(t)
	name, data := roster(t, people)
	runtime.GC()
	var watched highest
	stop := watched.follow()
	began := time.Now()
	lap := func(what string) { t.Logf("%-10s %6.2fs", what, time.Since(began).Seconds()) }
	it, ref := o.attached(name, data)
	lap("created")
	_, err := o.step("editor", it.ID, Step{Act: "submit"})
	o.refused(err, gongkai.Blocked, "open_findings")
	lap("blocked")
	o.settleColumns(it)
	lap("settled")
	it = o.submit(it.ID)
	lap("built")
	if it.Work.State != content.AtStage {
		t.Fatalf("%s %v", states(it), it.Work.FailedAt)
	}
	it = o.sign(it)
	lap("signed")
	it = o.release(it)
	lap("released")
	stop()
	t.Logf("%d people: heap at most %d MB", people, watched.bytes>>20)
	o.cleanRoster(it, ref, people)
	if n := len(it.Live.Settled); n != 2 {
		t.Errorf("%d decisions stand for all", n)
	}
}

// highest follows how much memory is in use.
type highest struct{ bytes uint64 }

func (h *highest) follow() (stop func()) {
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			h.bytes = max(h.bytes, m.HeapInuse)
			select {
			case <-done:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	return func() { close(done); <-ended }
}

func TestOneDecisionSettlesThirtyThousandFindingsInLinearTime(t *testing.T) {
	var fs []content.Finding
	for i := range 30_000 {
		fs = append(fs, content.Finding{Key: fmt.Sprint(i), Place: fmt.Sprintf("attachments[0].content#sheet[0]!C%d", i+2), Kind: "id_card", Level: content.Certain, File: "f"})
	}
	rs := []content.Resolution{{Place: "attachments[0].content#sheet[0]!C", Act: "mask"}}
	for i := range 10_000 { // and as many by their keys
		rs = append(rs, content.Resolution{Key: fmt.Sprint(i), Act: "remove"})
	}
	if open := content.Unsettled(fs, rs); len(open) != 0 {
		t.Errorf("%d are open", len(open))
	}
	d := content.Decided(rs)
	if r, _ := d.Settle(fs[5]); r.Act != "remove" {
		t.Error("the key comes before the column")
	}
	if gs := groups(fs, d); len(gs) != 1 || gs[0].Found != 30_000 || !slices.Contains(places(fs), gs[0].Place) {
		t.Errorf("%+v", gs)
	}
}
