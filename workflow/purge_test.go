package workflow

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"gongkai"
	"gongkai/content"
	"gongkai/store"
)

// told pays what an item owes to the trail and to the outside.
func (o *office) told(id string) {
	o.t.Helper()
	_, err := o.c.Items.Update(o.t.Context(), id, 0, func(doc *content.Item) error {
		doc.Copied, doc.Told = doc.StepN, doc.Seq
		return nil
	})
	o.check(err)
}

func (o *office) days(n int) {
	o.clock.mu.Lock()
	defer o.clock.mu.Unlock()
	o.clock.at = o.clock.at.Add(time.Duration(n) * 24 * time.Hour)
}

// purges runs a pass to its end.
func (o *office) purges() PurgeCount {
	o.t.Helper()
	count, done, err := o.Purge(o.t.Context(), "system", o.clock.Now().Add(time.Hour), func(context.Context, string, map[string]string) error { return nil })
	o.check(err)
	if !done {
		o.t.Fatal("the pass did not end")
	}
	return count
}

// withRoster is a text with a number in it and in its file.
func withRoster(o *office) content.Fields {
	v := personal()
	v["attachments"] = []content.FileRef{o.upload("名单.csv", "姓名,身份证号\n张三,"+idNumber+"\n")}
	return v
}

// goneOut is a released item with a draft before the text that went out, all
// debts paid.
func (o *office) goneOut(v content.Fields) content.Item {
	o.t.Helper()
	it := saved(o, o.create(v), func(v content.Fields) { v["title"] = "关于公布名单的通知（修改）" })
	o.must("editor", it.ID, Step{Act: "resolve", Resolutions: []content.Resolution{{Kind: "id_card", Act: "mask", As: "（略）"}, {Kind: "mobile", Act: "mask"}}})
	it = o.release(o.sign(o.submit(it.ID)))
	o.told(it.ID)
	return o.get(it.ID)
}

// holdsNumbers names the revisions in which a number still stands.
func (o *office) holdsNumbers(item string) (ids []string) {
	o.t.Helper()
	o.check(o.eachRevision(o.t.Context(), item, func(rev content.Revision) error {
		raw, err := json.Marshal(rev)
		if strings.Contains(string(raw), idNumber) || strings.Contains(string(raw), mobile) {
			ids = append(ids, rev.ID)
		}
		return err
	}))
	return ids
}

func TestAnOriginalGoesWhenItsRetentionIsOverAndLeavesAStub(t *testing.T) {
	o := newOffice(t)
	o.Terms = Terms{Released: 365}
	it := o.goneOut(withRoster(o))
	o.must("editor2", it.ID, Step{Act: "ask_withdraw", Edition: 1, Reason: "误发", Tombstone: &content.Tombstone{Type: "gone"}})
	o.must("review3", it.ID, Step{Act: "decline", Edition: 1, Reason: "没有问题"})
	_, err := o.Autosave(t.Context(), person("editor"), it.ID, it.Live.Revision, 0, personal())
	o.check(err)
	o.told(it.ID)
	it = o.get(it.ID)
	file := content.FilesOf(withRoster(o)["attachments"])[0].Digest
	o.days(364)
	if count := o.purges(); count != (PurgeCount{}) || len(o.holdsNumbers(it.ID)) != 2 {
		t.Fatalf("before its time: %+v", count)
	}
	o.days(2)
	due, err := o.PastRetention(t.Context())
	o.check(err)
	if count := o.purges(); count != (PurgeCount{Items: 1}) || due != 1 {
		t.Fatalf("%+v, %d due", count, due)
	}
	if left := o.holdsNumbers(it.ID); len(left) > 0 {
		t.Errorf("numbers stay in %v", left)
	}

	now := o.get(it.ID)
	step := now.Steps[len(now.Steps)-1]
	if step.Act != "purge" || step.Detail["class"] != "released" || step.Detail["revisions"] != "2" || step.Detail["files"] != "1" || step.Detail["days"] != "365" || !now.Purge.Done || now.Updated != it.Updated {
		t.Errorf("the trail: %+v, %+v", step, now.Purge)
	}
	rev, err := o.c.Revisions.Get(t.Context(), it.Live.Revision)
	o.check(err)
	if p := rev.Purged; p == nil || p.Class != "released" || p.Since != it.Updated || p.Size == 0 || !slices.Equal(p.Files, []string{file}) || rev.Digest == "" {
		t.Errorf("the stub: %+v", rev.Purged)
	}
	if rev.Fields["title"] != "关于公布名单的通知（修改）" || !strings.Contains(rev.Fields["body"].(string), "张三") {
		t.Errorf("what went out stays: %v", rev.Fields)
	}
	if _, err := o.Working(t.Context(), person("editor"), it.ID); !gongkai.Is(err, gongkai.Missing) {
		t.Errorf("the working copy: %v", err)
	}
	o.asksForThePurged(it, rev.Parent, file)
	for range 2 {
		o.told(it.ID)
		if count := o.purges(); count != (PurgeCount{}) {
			t.Errorf("again: %+v", count)
		}
	}
	if !o.get(it.ID).Cleared || o.get(it.ID).StepN != now.StepN {
		t.Error("what has nothing left is looked at every night")
	}
}

// asksForThePurged asks for what was purged in every way there is.
func (o *office) asksForThePurged(it content.Item, earlier, file string) {
	o.t.Helper()
	ctx := o.t.Context()
	_, err := o.Revision(ctx, person("secret"), it.ID, earlier)
	if e := o.refusal(err, gongkai.Gone, "purged"); !strings.Contains(e.Zh, "365天") || !strings.Contains(e.Zh, "2027-03-") || !strings.Contains(e.En, "365 days") {
		o.t.Errorf("%s / %s", e.Zh, e.En)
	}
	_, err = o.Differences(ctx, person("review1"), it.ID, Between{From: earlier})
	o.refused(err, gongkai.Gone, "purged")
	_, err = o.Judged(ctx, person("secret"), it.ID, Which{Revision: earlier, Limit: 10})
	o.refused(err, gongkai.Gone, "purged")
	_, err = o.Attachment(ctx, person("secret"), it.ID, file)
	o.refused(err, gongkai.Gone, "purged")
	_, err = o.c.Files.Open(ctx, file)
	o.refused(err, gongkai.Gone, "purged")
	v, err := o.Revision(ctx, person("secret"), it.ID, it.Live.Revision)
	o.check(err)
	if v.Unmasked || v.Revision.Purged == nil || len(v.Findings) > 0 {
		o.t.Errorf("what is left is not unmasked, and what was found is not in it: %v", v.Findings)
	}
	masked, err := o.Revision(ctx, person("review1"), it.ID, it.Live.Revision)
	o.check(err)
	if pub := o.public(it, it.Live.Sheet); masked.Revision.Fields["body"] != pub.Fields["body"] || v.Revision.Fields["body"] != pub.Fields["body"] {
		o.t.Errorf("%q is left, %q went out", masked.Revision.Fields["body"], pub.Fields["body"])
	}
	shown, err := o.Attachment(ctx, person("secret"), it.ID, content.FilesOf(v.Revision.Fields["attachments"])[0].Digest)
	o.check(err)
	o.check(shown.Close())
	if _, err := o.Form(ctx, person("editor"), it.ID, 1); err != nil {
		o.t.Errorf("the form: %v", err)
	}
	if hits, err := o.ScanReleased(ctx, it); err != nil || hits.Total > 0 {
		o.t.Errorf("the re-scan: %v, %v", hits.Findings, err)
	}
	o.check(o.Register(ctx, o.get(it.ID)))
}

func TestACorrectionGoesOnFromThePublicFormWhenTheOriginalIsGone(t *testing.T) {
	o := newOffice(t)
	o.Terms = Terms{Released: 365}
	it := o.goneOut(withRoster(o))
	o.days(366)
	o.purges()
	o.told(it.ID)
	rev, err := o.c.Revisions.Get(t.Context(), it.Live.Revision)
	o.check(err)
	rev.Fields["title"] = "关于公布名单的通知（更正）"
	out, err := o.Save(t.Context(), person("editor"), it.ID, Draft{Base: it.Live.Revision, Fields: rev.Fields})
	o.check(err)
	if len(out.Warnings) == 0 || out.Warnings[0].Code != "purged" || !strings.Contains(out.Warnings[0].Zh, "2027-03-") {
		t.Errorf("the editor is told: %+v", out.Warnings)
	}
	if again, err := o.Save(t.Context(), person("editor"), it.ID, Draft{Fields: rev.Fields}); err != nil || slices.ContainsFunc(again.Warnings, func(d gongkai.Detail) bool { return d.Code == "purged" }) {
		t.Errorf("once: %+v, %v", again.Warnings, err)
	}
	now := o.release(o.sign(o.submit(it.ID)))
	if pub := o.public(now, now.Live.Sheet); now.Live.Edition != 2 || pub.Fields["title"] != rev.Fields["title"] || len(pub.Files) != 1 || strings.Contains(o.kept(pub.Files[0].Digest), idNumber) {
		t.Errorf("edition %d: %+v", now.Live.Edition, pub.Files)
	}
	o.told(it.ID)
	o.days(366)
	if count := o.purges(); count.Items != 1 {
		t.Errorf("what was written since has its own retention: %+v", count)
	}
}

func TestNothingGoesThatIsStillNeeded(t *testing.T) {
	o := newOffice(t)
	o.Terms = Terms{Released: 365, Dropped: 365}
	it := o.goneOut(withRoster(o))
	o.days(366)
	for _, c := range []struct {
		why    string
		change func(*content.Item)
	}{
		{"preserved", func(it *content.Item) { it.Preserved = &content.Preserved{By: "secret"} }},
		{"later_review", func(it *content.Item) { it.LaterBy = 1 }},
		{"withdrawal", func(it *content.Item) { it.Live.Asked = &content.Asked{} }},
		{"validity", func(it *content.Item) { it.Live.AskedValidity = &content.ValidityAsked{} }},
		{"suspended", func(it *content.Item) { it.Live.State = content.Suspended }},
		{"scheduled", func(it *content.Item) { it.Schedules = []content.Schedule{{}} }},
		{"interpretation", func(it *content.Item) { it.InterpretBy = 1 }},
		{"owed", func(it *content.Item) { it.Told-- }},
		{"hit", nil},
		{"under_way", func(it *content.Item) { it.Work.State = content.Draft }},
	} {
		before := it
		_, err := o.c.Items.Update(t.Context(), it.ID, 0, func(doc *content.Item) error {
			if before = *doc; c.change != nil {
				c.change(doc)
			}
			return nil
		})
		o.check(err)
		if c.why == "hit" {
			_, err = o.c.Hits.Insert(t.Context(), content.Hit{Meta: store.Meta{ID: it.ID}, State: content.HitOpen})
			o.check(err)
		}
		var why []string
		o.check(o.EachPast(t.Context(), func(p PastOriginals) error {
			why = append(why, p.Kept.Code)
			return nil
		}))
		if count := o.purges(); count.Items != 0 || c.why != "under_way" && !slices.Equal(why, []string{c.why}) {
			t.Errorf("%s: %+v, %v", c.why, count, why)
		}
		if c.why == "hit" {
			o.check(o.c.Hits.Delete(t.Context(), it.ID, 0))
		}
		_, err = o.c.Items.Update(t.Context(), it.ID, 0, func(doc *content.Item) error {
			meta := doc.Meta
			*doc = before
			doc.Meta = meta
			return nil
		})
		o.check(err)
	}
	_, err := Apply(content.Item{Work: content.Work{State: content.NoWork}, Live: content.Live{State: content.Published}, LaterBy: 1}, Step{Act: "purge"}, World{Actor: gongkai.System})
	o.refused(err, gongkai.Blocked, "later_review") // whatever the pass has seen
	if count := o.purges(); count.Items != 1 {
		t.Errorf("nothing keeps it any more: %+v", count)
	}
}

func TestSomebodyWithTheRightKeepsOriginalsLonger(t *testing.T) {
	o := newOffice(t)
	o.Terms = Terms{Released: 365}
	it := o.goneOut(personal())
	for _, who := range []string{"editor", "review3", "publisher"} {
		_, err := o.step(who, it.ID, Step{Act: "preserve", Reason: "诉讼"})
		o.refused(err, gongkai.Denied, "missing_grant")
	}
	_, err := o.step("secret", it.ID, Step{Act: "preserve"})
	o.refused(err, gongkai.Invalid, "required")
	_, err = o.step("admin", it.ID, Step{Act: "unpreserve", Reason: "结案"})
	o.refused(err, gongkai.Missing, "not_preserved")
	kept := o.must("admin", it.ID, Step{Act: "preserve", Reason: "行政诉讼，当事人电话" + mobile})
	if p := kept.Preserved; p == nil || p.By != "admin" || p.At == 0 || strings.Contains(p.Reason, mobile) {
		t.Errorf("%+v", p)
	}
	o.told(it.ID)
	o.days(800)
	if count := o.purges(); count.Items != 0 {
		t.Errorf("purged: %+v", count)
	}
	o.must("secret", it.ID, Step{Act: "unpreserve", Reason: "结案"})
	o.told(it.ID)
	if count := o.purges(); count.Items != 0 {
		t.Error("its retention counts from the day on which it was let go")
	}
	o.days(366)
	if count := o.purges(); count.Items != 1 {
		t.Errorf("%+v", count)
	}
}

// mortal is a context that dies after so many looks at it, as a process that is
// killed does at some place.
type mortal struct {
	context.Context
	die   context.CancelFunc
	looks int
}

func (m *mortal) Err() error {
	if m.looks--; m.looks < 0 {
		m.die()
	}
	return m.Context.Err()
}

func TestAPurgeThatIsCutOffAnywhereIsGoneOnWith(t *testing.T) {
	o := newOffice(t)
	o.Terms = Terms{Released: 365}
	it := o.goneOut(withRoster(o))
	o.days(366)
	deaths := 0
	for looks := 1; ; looks++ {
		ctx, die := context.WithCancel(t.Context())
		_, done, err := o.Purge(&mortal{ctx, die, looks}, "system", o.clock.Now().Add(time.Hour), nil)
		die()
		o.told(it.ID)
		if now := o.get(it.ID); done && err == nil && now.Purge != nil && now.Purge.Done {
			break
		}
		deaths++
		for _, id := range o.holdsNumbers(it.ID) { // the trail is before the deed, and a stub beside no number
			if rev, err := o.c.Revisions.Get(t.Context(), id); err != nil || rev.Purged != nil {
				t.Errorf("half done: %+v, %v", rev.Purged, err)
			}
		}
		if now := o.get(it.ID); now.Purge == nil && len(o.holdsNumbers(it.ID)) != 2 {
			t.Error("something went before it was written down")
		}
		if looks > 400 {
			t.Fatal("it never ends")
		}
	}
	acts := 0
	for _, s := range o.get(it.ID).Steps {
		if s.Act == "purge" {
			acts++
		}
	}
	if acts != 1 || deaths < 10 || len(o.holdsNumbers(it.ID)) > 0 {
		t.Errorf("%d acts after %d deaths", acts, deaths)
	}
	_, err := o.c.Files.Open(t.Context(), content.FilesOf(withRoster(o)["attachments"])[0].Digest)
	if err != nil { // somebody has just uploaded it again: withRoster does
		t.Errorf("a purged file can be brought again: %v", err)
	}
}

func TestAFileThatAnotherTextNamesStays(t *testing.T) {
	o := newOffice(t)
	o.Terms = Terms{Released: 365, Uploads: 30}
	v := withRoster(o)
	file := content.FilesOf(v["attachments"])[0].Digest
	it := o.goneOut(v)
	other := o.create(v)
	scan, unused := o.upload("签批.txt", "签批"), o.upload("未用.txt", "身份证号"+idNumber)
	_, err := o.c.Items.Update(t.Context(), other.ID, 0, func(doc *content.Item) error {
		doc.Scans = []content.Scan{{File: scan.Digest}}
		return nil
	})
	o.check(err)
	o.days(366)
	var entries []map[string]string
	count, done, err := o.Purge(t.Context(), "system", o.clock.Now().Add(time.Hour), func(_ context.Context, key string, detail map[string]string) error {
		entries = append(entries, detail)
		_, err := o.c.Files.Open(t.Context(), unused.Digest)
		return err // before it goes
	})
	o.check(err)
	if count != (PurgeCount{Items: 1, Uploads: 1}) || !done || len(entries) != 1 || entries[0]["files"] != unused.Digest || entries[0]["days"] != "30" {
		t.Errorf("%+v, %v", count, entries)
	}
	for _, id := range []string{file, scan.Digest} {
		r, err := o.c.Files.Open(t.Context(), id)
		o.check(err)
		o.check(r.Close())
	}
	_, err = o.c.Files.Open(t.Context(), unused.Digest)
	o.refused(err, gongkai.Gone, "purged")
	_, err = o.Save(t.Context(), person("editor"), other.ID, Draft{Fields: content.Fields{"title": "通知", "attachments": []content.FileRef{unused}}})
	o.refused(err, gongkai.Invalid, "file")
	if o.upload("未用.txt", "身份证号"+idNumber) != unused {
		t.Error("another digest")
	}
	if _, err = o.Save(t.Context(), person("editor"), other.ID, Draft{Fields: content.Fields{"title": "通知", "attachments": []content.FileRef{unused}}}); err != nil {
		t.Errorf("uploaded again: %v", err)
	}
	if _, err := o.Attachment(t.Context(), person("secret"), it.ID, file); !gongkai.Is(err, gongkai.Gone) {
		t.Errorf("of the item whose original is gone: %v", err)
	}
}

func TestWhatWasRejectedIsReopenedFromWhatIsLeft(t *testing.T) {
	o := newOffice(t)
	o.Terms = Terms{Dropped: 100}
	it := o.create(withRoster(o))
	o.must("editor", it.ID, maskAll())
	it = o.submit(it.ID)
	it = o.must("both1", it.ID, Step{Act: "reject", Sheet: it.Work.SheetDigest, Opinion: "不宜公开"})
	given := o.create(personal())
	given = o.must("editor", given.ID, Step{Act: "abandon"})
	o.told(it.ID)
	o.told(given.ID)
	o.days(101)
	if count := o.purges(); count.Items != 2 || len(o.holdsNumbers(it.ID))+len(o.holdsNumbers(given.ID)) > 0 {
		t.Fatalf("%+v", count)
	}
	o.must("editor", it.ID, Step{Act: "reopen"})
	it = o.sign(o.submit(it.ID))
	if it = o.release(it); it.Live.State != content.Published {
		t.Errorf("%s", states(it))
	}
	if _, err := o.Save(t.Context(), person("editor"), given.ID, Draft{Fields: personal()}); err != nil {
		t.Errorf("begun anew: %v", err)
	}
}

// A text of before there was a retention does not say which files it names.
func TestTextsOfEarlierProgramsAreListedBeforeAnyFileGoes(t *testing.T) {
	o := newOffice(t)
	v := withRoster(o)
	it := o.create(v)
	_, err := o.c.Revisions.Update(t.Context(), it.Work.Revision, 0, func(doc *content.Revision) error {
		doc.Files, doc.Listed = nil, false
		return nil
	})
	o.check(err)
	o.days(400)
	o.Terms = Terms{Uploads: 30}
	file := content.FilesOf(v["attachments"])[0].Digest
	if needed, err := o.c.Needs(t.Context(), file); err != nil || !needed {
		t.Errorf("nobody knows yet: %v, %v", needed, err)
	}
	if count := o.purges(); count.Uploads != 0 {
		t.Errorf("%+v", count)
	}
	rev, err := o.c.Revisions.Get(t.Context(), it.Work.Revision)
	o.check(err)
	if !rev.Listed || !slices.Equal(rev.Files, []string{file}) {
		t.Errorf("%v, %v", rev.Listed, rev.Files)
	}
}
