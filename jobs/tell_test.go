package jobs_test

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/publication"
	"gongkai/search"
	"gongkai/store"
	"gongkai/store/bucket/buckettest"
	"gongkai/workflow"
)

func (w *town) found1(text string) int {
	w.t.Helper()
	r, err := w.index.Search(w.t.Context(), search.Query{Text: text, Site: "www"})
	w.check(err)
	return len(r.Hits)
}

func TestAReleaseReachesPageIndexAndSubscriberMasked(t *testing.T) {
	w := newTown(t)
	site := w.subscribe("down")
	w.start()
	v := fields("关于公布名单的通知")
	v["body"] = "<p>张三,身份证号:" + idNumber + ",电话" + mobile + "。</p>"
	it := w.release(w.ready(v))
	w.quiet()
	page := w.page(it.ID, "www")
	if page.State != publication.Shows || !page.Listed || page.Seq != 1 || page.IndexNo != it.IndexNo || page.Title != "关于公布名单的通知" {
		t.Fatalf("page %+v", page)
	}
	if w.found1("公布名单") != 1 || w.found1(mobile) != 0 || w.found1(idNumber) != 0 {
		t.Error("found by its words, not by what was masked")
	}
	shown := site.Shown()[it.ID]
	if shown.State != "edition" || shown.Edition != publication.EditionID(it.ID, 1) || !strings.Contains(shown.HTML, "*") || shown.Event != "item.released" {
		t.Fatalf("the site shows %+v", shown)
	}
	w.holds(shown.HTML+fmt.Sprint(site.Received()), "site")
	w.suspend(it)
	w.quiet()
	if p := w.page(it.ID, "www"); p.State != publication.Suspended || p.Title+p.Digest != "" || p.Listed {
		t.Errorf("suspended: %+v", p)
	}
	if s := site.Shown()[it.ID]; s.State != "suspended" || s.HTML+s.Title != "" || w.found1("公布名单") != 0 {
		t.Errorf("suspended, the site shows %+v", s)
	}
	it = w.must("both3", it.ID, workflow.Step{Act: "resume", Edition: 1, Reason: "无误"})
	w.quiet()
	if s := site.Shown()[it.ID]; s.State != "edition" || s.Event != "item.resumed" || w.found1("公布名单") != 1 {
		t.Errorf("resumed, the site shows %+v", s)
	}
	report, err := w.trail.Verify(t.Context())
	w.check(err)
	if !report.OK() || report.Count != it.StepN {
		t.Errorf("the trail: %d entries of %d, %v", report.Count, it.StepN, report.Problems)
	}
}

func TestWithdrawalsShowWhatTheirTombstoneSays(t *testing.T) {
	beside(t)
	w := newTown(t)
	site := w.subscribe("down")
	w.start()
	for _, c := range []struct {
		stone           content.Tombstone
		page, to, state string
	}{
		{content.Tombstone{Type: "notice"}, publication.Notice, "", "withdrawn"}, {content.Tombstone{Type: "gone"}, publication.GoneState, "", "withdrawn"},
		{content.Tombstone{Type: "vanish"}, publication.Vanish, "", "withdrawn"}, {content.Tombstone{Type: "redirect", To: "/notices/elsewhere"}, publication.Redirect, "/notices/elsewhere", "redirect"},
	} {
		it := w.release(w.ready(fields("关于" + c.stone.Type)))
		w.quiet()
		w.must("secret", it.ID, workflow.Step{Act: "ask_withdraw", Edition: 1, Reason: "内容有误", Tombstone: &c.stone, Privacy: true})
		w.must("both3", it.ID, workflow.Step{Act: "withdraw", Edition: 1})
		w.quiet()
		p := w.page(it.ID, "www")
		if p.State != c.page || p.To != c.to || (p.Reason != "") != (c.page == publication.Notice) {
			t.Errorf("%s: %+v", c.stone.Type, p)
		}
		if _, _, err := w.public.Edition(t.Context(), publication.EditionID(it.ID, 1)); gongkai.CodeOf(err) != "struck" {
			t.Errorf("%s: its edition: %v", c.stone.Type, err)
		}
		if s := site.Shown()[it.ID]; s.State != c.state || s.Event != "item.withdrawn" {
			t.Errorf("%s: the site shows %+v", c.stone.Type, s)
		}
	}
}

func TestRepeatedTellsAreHarmless(t *testing.T) {
	beside(t)
	w := newTown(t)
	site := w.subscribe("down")
	w.start()
	it := w.release(w.ready(fields("关于重复的通知")))
	w.quiet()
	told, page, calls := w.get(it.ID), w.page(it.ID, "www"), site.Calls()
	for range 20 {
		w.worker.Wake("item", it.ID, false)
		time.Sleep(5 * time.Millisecond)
	}
	time.Sleep(100 * time.Millisecond)
	if now := w.get(it.ID); now.Rev != told.Rev || w.page(it.ID, "www").Rev != page.Rev || site.Calls() != calls {
		t.Error("a hint about nothing changed something")
	}
	_, err := w.content.Items.Update(t.Context(), it.ID, 0, func(doc *content.Item) error {
		doc.Told, doc.Due = 0, 1 // as if the last write of the tell had been lost
		return nil
	})
	w.check(err)
	w.quiet()
	if w.page(it.ID, "www").Rev != page.Rev || site.Calls() != calls {
		t.Error("the repeat of a whole tell changed the outside")
	}
}

func TestFilesComeAndGoWithTheirEdition(t *testing.T) { buckettest.Each(t, comeAndGo) }

func comeAndGo(t *testing.T, place buckettest.Open) {
	w := newTownOn(t, place)
	w.start()
	attach := func(name, text string) content.Fields {
		ref, err := w.content.Files.Add(t.Context(), person("editor"), name, strings.NewReader(text))
		w.check(err)
		v := fields("关于附件的通知")
		v["attachments"] = []content.FileRef{{Digest: ref.Digest, Name: name}}
		return v
	}
	it := w.release(w.ready(attach("名单.csv", "姓名,电话\n张三,"+mobile+"\n")))
	w.quiet()
	first := w.page(it.ID, "www").Files
	if len(first) != 1 || w.file(it.ID, first[0]) == "" {
		t.Fatalf("files %v", first)
	}
	w.holds(w.file(it.ID, first[0]), "the public copy")
	_, err := w.engine.Save(t.Context(), person("editor"), it.ID, workflow.Draft{Fields: attach("名单二.csv", "姓名\n李四\n")})
	w.check(err)
	it = w.release(w.signed(it.ID))
	w.quiet()
	second := w.page(it.ID, "www").Files
	if w.file(it.ID, first[0]) != "" || w.file(it.ID, second[0]) == "" {
		t.Error("the second edition's file is there, the first one's gone")
	}
	w.suspend(it)
	w.quiet()
	if w.file(it.ID, second[0]) != "" || w.objects() != 0 {
		t.Errorf("%d files are still there", w.objects())
	}
	w.must("both3", it.ID, workflow.Step{Act: "resume", Edition: 2, Reason: "无误"})
	w.quiet()
	if w.file(it.ID, second[0]) == "" {
		t.Error("resumed, its file is back")
	}
}

func (w *town) file(item, digest string) string {
	r, err := w.public.File(w.t.Context(), item, digest, 0, -1)
	if err != nil {
		return ""
	}
	defer func() { _ = r.Close() }()
	raw, err := io.ReadAll(r)
	w.check(err)
	return string(raw)
}

func (w *town) objects() (n int) {
	list := w.bucket.List(nil)
	for {
		if _, err := list.Next(w.t.Context()); err != nil {
			return n
		}
		n++
	}
}

func TestAMovedItemLeavesItsOldPlace(t *testing.T) {
	w := newTown(t)
	w.start()
	it := w.release(w.ready(fields("关于搬迁的通知"), "www-notices", "mirror-notices"))
	w.quiet()
	old := w.page(it.ID, "www").Path
	if w.page(it.ID, "mirror").State != publication.Shows {
		t.Fatal("it stands on both sites")
	}
	w.must("editor", it.ID, workflow.Step{Act: "place", Placements: []content.Placement{{Column: "www-notices", Path: "/notices/new-place"}}})
	it = w.release(w.signed(it.ID))
	w.quiet()
	if p := w.page(it.ID, "www"); p.Path != "/notices/new-place" || len(p.Former) != 1 || p.Former[0] != old {
		t.Errorf("page %+v", p)
	}
	if p := w.page(it.ID, "mirror"); p.State != publication.Vanish || p.Title != "" {
		t.Errorf("the other site still shows %+v", p)
	}
	if _, err := w.index.Get(t.Context(), publication.PageID(it.ID, "mirror")); !gongkai.Is(err, gongkai.Missing) {
		t.Errorf("the index still has it: %v", err)
	}
}

func TestTreesAreCopiedOut(t *testing.T) {
	w := newTown(t)
	w.start()
	w.quiet()
	for _, name := range []string{"通知", "公告", "通知公告"} { // within one millisecond or not: the last one stays
		col, err := w.content.Columns.Get(t.Context(), "www-notices")
		w.check(err)
		col.Name, col.UpdateCycle, col.License = name, "daily", "注明来源"
		_, err = w.content.PutColumn(t.Context(), col)
		w.check(err)
	}
	kind := content.Kind{Meta: store.Meta{ID: "vacancy"}, Zh: "招聘", Own: []content.Field{{Name: "posts", Type: "number", Zh: "人数"}}}
	_, err := w.content.PutKind(t.Context(), kind)
	w.check(err)
	w.worker.Wake("kind", "vacancy", false)
	w.quiet()
	if col, err := w.public.Columns.Get(t.Context(), "www-notices"); err != nil || col.Name != "通知公告" || col.UpdateCycle != "daily" || col.License != "注明来源" {
		t.Errorf("%+v %v", col, err)
	}
	eventually(t, "the kind is copied", func() bool {
		k, err := w.public.Kinds.Get(t.Context(), "vacancy")
		return err == nil && k.Zh == "招聘" && k.Fields[len(k.Fields)-1].Zh == "人数"
	})
}

func TestAFailingDebtIsPutOffAndPaidLater(t *testing.T) {
	w := newTown(t)
	it := w.release(w.ready(fields("关于重试的通知")))
	sheet, err := w.content.Sheets.Get(t.Context(), it.Live.Sheet)
	w.check(err)
	w.check(w.content.Sheets.Delete(t.Context(), sheet.ID, 0)) // as if the disk refused
	w.start()
	eventually(t, "put off a few times", func() bool { return w.get(it.ID).Tries >= 3 })
	if now := w.get(it.ID); now.Told != 0 || now.Due == 0 || w.page(it.ID, "www").ID != "" {
		t.Errorf("nothing was told: %+v", now)
	}
	_, err = w.content.Sheets.Insert(t.Context(), sheet)
	w.check(err)
	w.quiet()
	if now := w.get(it.ID); now.Tries != 0 || w.page(it.ID, "www").State != publication.Shows {
		t.Errorf("and then it was: %+v", now)
	}
}

// Two changes of validity before one tell: whoever was named in between is told
// that it is named no more.
func TestEverybodyThatAMarkNamedIsTold(t *testing.T) {
	w := newTown(t)
	first, second, marked := w.release(w.ready(fields("关于新规定的通知"))), w.release(w.ready(fields("关于又一规定的通知"))), w.release(w.ready(fields("关于旧规定的通知")))
	for state, by := range map[string]string{content.Abolished: first.ID, content.Amended: second.ID} {
		change := content.ValidityChange{State: state, By: by}
		w.must("editor", marked.ID, workflow.Step{Act: "ask_validity", Edition: 1, Reason: "清理文件", Validity: &change})
		w.must("both3", marked.ID, workflow.Step{Act: "set_validity", Edition: 1, Validity: &change})
	}
	w.start()
	w.quiet()
	for _, it := range []content.Item{first, second} {
		if now := w.get(it.ID); now.Live.Related != 1 {
			t.Errorf("%s was told %d times", now.Title, now.Live.Related)
		}
	}
}
