package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"

	"gongkai"
	"gongkai/audit"
	"gongkai/channel"
	"gongkai/channel/receiver"
	"gongkai/content"
	"gongkai/jobs"
	"gongkai/policy"
	"gongkai/publication"
	"gongkai/search"
	"gongkai/store"
	"gongkai/workflow"
)

// A drill is a town whose stores and files lie in known places, so that it can
// be backed up, lost and restored.
type drill struct {
	*town
	site    *receiver.Receiver
	files   string
	backup  string
	stop    func()
	numbers map[string]string // index numbers and edition ids given out so far, and to what
}

func newDrill(t *testing.T) *drill {
	files := t.TempDir()
	w := newTownOn(t, func(t testing.TB, name string) *blob.Bucket { return folderBucket(t, filepath.Join(files, name)) })
	w.queue = openQueue(t)
	w.worker = w.newWorker()
	d := &drill{town: w, site: w.subscribe("down"), files: files, backup: t.TempDir(), numbers: map[string]string{}}
	d.stop = w.start()
	d.quiet()
	return d
}

func folderBucket(t testing.TB, path string) *blob.Bucket {
	t.Helper()
	b, err := fileblob.OpenBucket(path, &fileblob.Options{CreateDir: true, NoTempDir: true, Metadata: fileblob.MetadataDontWrite})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	return b
}

// back makes a backup in the order of the program: the public store first, so
// that the content knows all that it shows, then the content, then the files.
func (d *drill) back() {
	d.t.Helper()
	public, err := store.OpenScratch(d.t.Context(), filepath.Join(d.dir, "public.db"))
	d.check(err)
	defer func() { _ = public.Close() }()
	d.check(public.Snapshot(d.t.Context(), filepath.Join(d.backup, "public.db"), nil))
	d.check(d.content.DB.(*store.SQLite).Snapshot(d.t.Context(), filepath.Join(d.backup, "restricted.db"), nil))
	d.check(os.CopyFS(filepath.Join(d.backup, "files"), os.DirFS(d.files)))
}

// restore opens the backup as another town. survived says that the public
// store, its files and the index are those of the town that was lost.
func (d *drill) restore(survived bool) *drill {
	d.t.Helper()
	ctx := d.t.Context()
	w := &town{t: d.t, dir: d.t.TempDir()}
	w.hint.Store(true)
	d.check(os.CopyFS(w.dir, os.DirFS(d.backup)))
	restricted := w.db("restricted.db")
	var err error
	w.content, err = content.Open(ctx, restricted, folderBucket(d.t, filepath.Join(w.dir, "files", "originals")), d.content.Secret, time.Now)
	d.check(err)
	w.policy, err = policy.Open(ctx, restricted, time.Now)
	d.check(err)
	d.t.Cleanup(w.policy.Close)
	w.trail, err = audit.Open(ctx, restricted, time.Now)
	d.check(err)
	w.ledger, err = channel.OpenLedger(ctx, restricted, time.Now)
	d.check(err)
	subs, err := channel.OpenSubscribers(ctx, restricted, time.Now)
	d.check(err)
	w.public, w.bucket, w.index = d.public, d.bucket, d.index
	if !survived {
		w.bucket = folderBucket(d.t, filepath.Join(w.dir, "files", "public"))
		w.public, err = publication.Open(ctx, w.db("public.db"), w.bucket, time.Now)
		d.check(err)
		w.index, err = search.OpenLocal(ctx, filepath.Join(w.dir, "index.db"))
		d.check(err)
		d.t.Cleanup(func() { _ = w.index.Close() })
		d.public = w.public // the content API that the site asks is the new one
	}
	w.channels = &channel.Channels{Subscribers: subs, Public: w.public, Index: w.index, Guard: d.channels.Guard, BaseURL: d.channels.BaseURL, Timeout: d.channels.Timeout, Now: time.Now}
	w.engine, err = workflow.Open(ctx, w.content, w.policy, func(urgent bool, id string) {
		if w.worker != nil && w.hint.Load() {
			w.worker.Wake("item", id, urgent)
		}
	})
	d.check(err)
	w.queue = openQueue(d.t)
	w.worker = w.newWorker()
	return &drill{town: w, site: d.site, numbers: d.numbers}
}

func (d *drill) reconciler() *jobs.Reconciler {
	return &jobs.Reconciler{Content: d.content, Engine: d.engine, Public: d.public, Ledger: d.ledger, Trail: d.trail, Now: time.Now, By: gongkai.Actor{ID: "operator", Name: "命令行"}}
}

func (d *drill) reconcile(lost bool) content.Restore {
	d.t.Helper()
	r, err := d.reconciler().Run(d.t.Context(), time.Now().Add(-time.Hour), lost)
	d.check(err)
	return r
}

// note remembers every number given out, and finds one that was given twice.
func (d *drill) note() {
	d.t.Helper()
	taken := func(number, what string) {
		if before, is := d.numbers[number]; is && before != what {
			d.t.Errorf("%s was given to %s, and now to %s", number, before, what)
		}
		d.numbers[number] = what
	}
	for _, it := range d.items() {
		if it.IndexNo != "" {
			taken(it.IndexNo, it.ID)
		}
		editions, err := d.public.EditionsOf(d.t.Context(), it.ID)
		d.check(err)
		for _, e := range editions {
			if !e.Struck {
				taken(e.ID, e.Digest)
			}
		}
	}
	for _, m := range d.site.Received() {
		if m.Edition != "" {
			taken(m.Edition, m.Digest)
		}
	}
}

func (d *drill) items() []content.Item {
	d.t.Helper()
	all, err := content.All(d.t.Context(), d.content.Items)
	d.check(err)
	return all
}

// agree: every page, the index and the downstream site show what each item
// says, and nothing else.
func (d *drill) agree() {
	d.t.Helper()
	shown := d.site.Shown()
	for _, it := range d.items() {
		if it.Live.State == content.NotLive {
			continue
		}
		want := map[string]string{content.Published: publication.Shows, content.Suspended: publication.Suspended}[it.Live.State]
		outside := map[string]string{content.Published: "edition", content.Suspended: "suspended"}[it.Live.State]
		if it.Live.Tombstone != nil {
			want = it.Live.Tombstone.Type
			outside = map[bool]string{true: "redirect", false: "withdrawn"}[want == "redirect"]
		}
		for _, p := range it.Live.Placed {
			page := d.page(it.ID, p.Site)
			if page.State != want || page.Path != p.Path || want == publication.Shows && page.Digest != it.Live.Digest || page.Seq != it.Seq {
				d.t.Errorf("%s should show %s at %s, seq %d: %+v", it.ID, want, p.Path, it.Seq, page)
			}
			for _, digest := range page.Files {
				if d.file(it.ID, digest) == "" {
					d.t.Errorf("%s names a file that is not there", it.ID)
				}
			}
			_, err := d.index.Get(d.t.Context(), page.ID)
			if found := err == nil; found != (want == publication.Shows) {
				d.t.Errorf("%s shows %s, in the index: %v", it.ID, want, found)
			}
		}
		if s := shown[it.ID]; s.State != outside || s.Seq != it.Seq || outside == "edition" && s.Digest != it.Live.Digest {
			d.t.Errorf("%s: the site shows %+v, should be %s, seq %d", it.ID, s, outside, it.Seq)
		}
	}
	report, err := d.trail.Verify(d.t.Context())
	d.check(err)
	_, broken, err := d.engine.VerifyItems(d.t.Context(), workflow.Copied{Hashes: d.trail.Copies})
	d.check(err)
	if !report.OK() || len(broken) > 0 {
		d.t.Errorf("the trail: %v; items: %v", report.Problems, broken)
	}
}

func (d *drill) attached(title, name, text string) content.Fields {
	ref, err := d.content.Files.Add(d.t.Context(), person("editor"), name, strings.NewReader(text))
	d.check(err)
	v := fields(title)
	v["attachments"] = []content.FileRef{{Digest: ref.Digest, Name: name}}
	return v
}

// again gives an item a next edition.
func (d *drill) again(id string, v content.Fields) content.Item {
	d.t.Helper()
	_, err := d.engine.Save(d.t.Context(), person("editor"), id, workflow.Draft{Fields: v})
	d.check(err)
	return d.release(d.signed(id))
}

func (d *drill) withdraw(it content.Item, kind string) {
	d.t.Helper()
	to := map[string]string{"redirect": "/notices/elsewhere"}[kind]
	d.must("secret", it.ID, workflow.Step{Act: "ask_withdraw", Edition: it.Live.Edition, Reason: "内容有误", Tombstone: &content.Tombstone{Type: kind, To: to}, Privacy: true})
	d.must("both3", it.ID, workflow.Step{Act: "withdraw", Edition: it.Live.Edition})
}

func (d *drill) resume(id string) content.Item {
	d.t.Helper()
	return d.must("both3", id, workflow.Step{Act: "resume", Edition: d.get(id).Live.Edition, Reason: "核对无误"})
}

// cast are the items of a story that a backup cuts in two.
type cast map[string]content.Item

// before plays what the backup knows, after what it does not.
func (d *drill) before() cast {
	c := cast{}
	for _, name := range []string{"stays", "withdrawn", "redirected", "suspended", "corrected", "moved"} {
		c[name] = d.release(d.ready(fields("关于" + name)))
	}
	c["resumed"] = d.release(d.ready(fields("关于resumed")))
	d.suspend(c["resumed"])
	c["gone before"] = d.release(d.ready(fields("关于gone")))
	d.withdraw(c["gone before"], "notice")
	c["file stays"] = d.release(d.ready(d.attached("关于附件", "名单.csv", "姓名\n张三\n")))
	c["file replaced"] = d.release(d.ready(d.attached("关于换附件", "名单.csv", "姓名\n李四\n")))
	c["ready"] = d.ready(fields("关于ready"))
	c["at a stage"] = d.ready(fields("关于stage"))
	return c
}

func (d *drill) after(c cast) {
	d.withdraw(c["withdrawn"], "notice")
	d.withdraw(c["redirected"], "redirect")
	d.suspend(c["suspended"])
	d.again(c["corrected"].ID, fields("关于corrected第二版"))
	d.must("editor", c["moved"].ID, workflow.Step{Act: "place", Placements: []content.Placement{{Column: "www-notices", Path: "/notices/new-place"}}})
	d.release(d.signed(c["moved"].ID))
	d.resume(c["resumed"].ID)
	d.again(c["file replaced"].ID, d.attached("关于换附件", "名单二.csv", "姓名\n王五\n"))
	d.release(c["ready"])
	_, err := d.content.PutColumn(d.t.Context(), content.Column{Meta: store.Meta{ID: "www-new"}, Site: "www", Slug: "new", Name: "新栏目", Pipeline: "merged"})
	d.check(err)
	c["new"] = d.release(d.ready(d.attached("关于新文件", "新.csv", "姓名\n赵六\n"), "www-new"))
	c["new and gone"] = d.release(d.ready(fields("关于短命")))
	d.withdraw(c["new and gone"], "gone")
}

// writers go on making, releasing and suspending while a backup is made.
func (d *drill) writers() (stop func()) {
	ctx, cancel := context.WithCancel(d.t.Context())
	var wg sync.WaitGroup
	for part := range 2 {
		wg.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				it := d.release(d.ready(fields(fmt.Sprintf("关于并行%d之%d", part, i))))
				if i%3 == 1 {
					d.suspend(it)
				}
			}
		})
	}
	return func() { cancel(); wg.Wait() }
}

// backedUp is a town in which a backup was made while people worked, and went on.
func backedUp(t *testing.T) (*drill, cast) {
	t.Helper()
	d := newDrill(t)
	c := d.before()
	stop := d.writers()
	time.Sleep(50 * time.Millisecond)
	d.back()
	stop()
	d.after(c)
	d.quiet()
	d.stop()
	d.note()
	return d, c
}

// TestARestoreWithTheSurvivingPublicStore: what was taken down since the backup
// stays down, what the backup does not know is suspended, all is told anew.
func TestARestoreWithTheSurvivingPublicStore(t *testing.T) {
	beside(t)
	d, c := backedUp(t)
	before := map[string]publication.Page{}
	d.check(d.public.EachItem(t.Context(), func(pages []publication.Page) error {
		for _, p := range pages {
			before[p.ID] = p
		}
		return nil
	}))

	r := d.restore(true)
	done := r.reconcile(false)
	if done.Lost || done.Made < 2 || done.Suspended < 5 || done.Holds() {
		t.Errorf("%+v", done)
	}
	for name, want := range map[string]string{"stays": content.Published, "withdrawn": content.Tombstoned, "redirected": content.Tombstoned, "suspended": content.Suspended,
		"corrected": content.Suspended, "moved": content.Suspended, "resumed": content.Published, "gone before": content.Tombstoned, "file stays": content.Published,
		"file replaced": content.Suspended, "ready": content.Suspended, "at a stage": content.NotLive, "new": content.Suspended, "new and gone": content.Tombstoned} {
		if it := r.get(c[name].ID); it.Live.State != want || it.Live.State != content.NotLive && it.Told != 0 {
			t.Errorf("%s: live is %s, told %d; should be %s", name, it.Live.State, it.Told, want)
		}
	}
	r.start()
	r.quiet()
	r.agree()
	for id, was := range before {
		now, err := r.public.Pages.Get(t.Context(), id)
		d.check(err)
		if now.Epoch != done.Epoch || now.Seq < was.Seq {
			t.Errorf("%s went back from seq %d to %d, epoch %d", id, was.Seq, now.Seq, now.Epoch)
		}
		if now.State == publication.Shows && (was.State != publication.Shows || was.Digest != now.Digest) {
			t.Errorf("%s showed %s and shows its edition now", id, was.State)
		}
	}
	r.decide(c, before)
}

// decide plays the person who looks at what was suspended.
func (d *drill) decide(c cast, before map[string]publication.Page) {
	d.t.Helper()
	for _, name := range []string{"corrected", "moved", "file replaced", "new"} {
		it := d.resume(c[name].ID)
		d.quiet()
		if was, is := before[publication.PageID(it.ID, "www")], d.page(it.ID, "www"); is.State != publication.Shows || is.Digest != was.Digest || is.Path != was.Path || is.IndexNo != was.IndexNo {
			d.t.Errorf("%s, resumed: %+v, it was %+v", name, is, was)
		}
	}
	if it := d.get(c["ready"].ID); it.Work.State != content.Ready {
		d.t.Errorf("signed on the very sheet that is public, its work is %s", it.Work.State)
	}
	again := d.must("chief", c["ready"].ID, workflow.Step{Act: "release", Sheet: d.get(c["ready"].ID).Work.SheetDigest, Settles: true})
	if again.Live.Edition != 2 {
		d.t.Errorf("its edition is %d: number 1 is taken", again.Live.Edition)
	}
	d.again(c["stays"].ID, fields("关于stays第二版"))
	d.release(d.ready(fields("关于恢复之后")))
	d.quiet()
	d.note()
	d.agree()
}

func TestARestoreWithoutThePublicStoreTellsNothingUntilSomebodyConfirms(t *testing.T) {
	beside(t)
	d, c := backedUp(t)
	newer := d.site.Shown()[c["corrected"].ID]

	r := d.restore(false)
	if held := r.reconcile(true); !held.Waits() || held.Made+held.Suspended != 0 {
		t.Errorf("the backup's content knows all that its public store shows: %+v", held)
	}
	calls := r.site.Calls()
	r.start()
	_, err := r.step("secret", c["stays"].ID, workflow.Step{Act: "suspend", Edition: 1, Reason: "核实"})
	r.check(err)
	time.Sleep(700 * time.Millisecond)
	if r.site.Calls() != calls || r.page(c["stays"].ID, "www").State != publication.Shows {
		t.Error("somebody was told before anybody confirmed")
	}
	_, err = r.reconciler().Confirm(t.Context(), 1000)
	r.check(err)
	r.quiet()
	r.agree()
	if s := r.site.Shown()[c["corrected"].ID]; s.Digest == newer.Digest || s.Epoch <= newer.Epoch {
		t.Errorf("the site was ahead and stays so: %+v", s)
	}
	r.again(c["corrected"].ID, fields("关于corrected另一第二版"))
	r.release(r.ready(fields("关于恢复之后")))
	r.quiet()
	r.note()
	r.agree()
	if _, err := r.reconciler().Confirm(t.Context(), 1000); gongkai.CodeOf(err) != "nothing_lost" {
		t.Errorf("confirmed twice: %v", err)
	}
}

// The same backup may be restored twice: receivers know of the first time.
func TestTheSameBackupRestoredTwiceIsNewerTheSecondTime(t *testing.T) {
	beside(t)
	d := newDrill(t)
	it := d.release(d.ready(fields("关于两次恢复的通知")))
	d.quiet()
	d.back()
	d.stop()
	var epoch int64
	for range 2 {
		r := d.restore(false)
		r.reconcile(true)
		_, err := r.reconciler().Confirm(t.Context(), 10)
		d.check(err)
		stop := r.start()
		r.quiet()
		stop()
		r.agree()
		shown := d.site.Shown()[it.ID]
		if shown.Epoch <= epoch {
			t.Errorf("epoch %d after %d", shown.Epoch, epoch)
		}
		epoch = shown.Epoch
		time.Sleep(time.Until(time.Unix(epoch+1, 0)) + 10*time.Millisecond)
	}
}

func TestAReconciliationThatIsKilledGoesOn(t *testing.T) {
	beside(t)
	d := newDrill(t)
	c := d.before()
	d.back()
	d.after(c)
	d.quiet()
	d.stop()
	r := d.restore(true)
	kills := 0
	for after := time.Millisecond; ; after = after * 5 / 4 {
		ctx, cancel := context.WithTimeout(t.Context(), after)
		done, err := r.reconciler().Run(ctx, time.Now().Add(-time.Hour), false)
		cancel()
		if err == nil {
			if done.Number != 1 {
				t.Errorf("it counts as restore %d", done.Number)
			}
			break
		}
		if kills++; !errors.Is(err, context.DeadlineExceeded) && !gongkai.Is(err, gongkai.Unavailable) {
			t.Fatal(err)
		}
		if last, err := r.content.LastRestore(t.Context()); err != nil || last.Number > 0 && !last.Holds() {
			t.Fatalf("cut off, nothing may be told: %+v %v", last, err)
		}
	}
	if kills == 0 {
		t.Error("it was never killed")
	}
	for name, n := range map[string]int64{"withdrawn": 3, "new": 2, "stays": 1} { // once above the page, however often it was begun
		if it := r.get(c[name].ID); it.Seq != n {
			t.Errorf("%s: seq %d, should be %d", name, it.Seq, n)
		}
	}
	r.start()
	r.quiet()
	r.agree()
	page, err := r.trail.Find(t.Context(), audit.Filter{Act: "restore"})
	if err != nil || len(page.Entries) != 1 {
		t.Errorf("%d entries about the restore: %v", len(page.Entries), err)
	}
}

// A public store that is older than the content did not survive, whatever the
// operator thinks.
func TestAPublicStoreThatIsBehindIsFoundOut(t *testing.T) {
	d := newDrill(t)
	it := d.release(d.ready(fields("关于落后的通知")))
	d.quiet()
	d.back()
	d.suspend(it)
	d.quiet()
	d.stop()
	old := d.restore(false) // its public store is put beside the content of today
	r := &jobs.Reconciler{Content: d.content, Engine: d.engine, Public: old.public, Ledger: d.ledger, Trail: d.trail, Now: time.Now, By: person("operator")}
	done, err := r.Run(t.Context(), time.Time{}, false)
	if err != nil || !done.Waits() {
		t.Errorf("%+v %v", done, err)
	}
}

// The same of an edition that the backup knows, with the text that it was made of.
func TestWhatWasStruckSinceTheBackupIsNotResumed(t *testing.T) {
	beside(t)
	d := newDrill(t)
	it := d.release(d.ready(fields("关于撤除的通知")))
	d.quiet()
	d.back()
	d.suspend(it)
	d.quiet()
	d.stop()
	d.check(d.public.Strike(t.Context(), it.ID, []int64{1}))
	r := d.restore(true)
	r.reconcile(false)
	if now := r.get(it.ID); now.Live.Sheet != "" || now.Live.Revision == "" {
		t.Fatalf("%+v", now.Live)
	}
	if _, err := r.step("both3", it.ID, workflow.Step{Act: "resume", Edition: 1, Reason: "核对无误"}); gongkai.CodeOf(err) != "no_sheet" {
		t.Errorf("resumed: %v", err)
	}
}

// An edition whose bytes are gone cannot be shown again by a resume.
func TestWhatWasStruckIsNotResumed(t *testing.T) {
	d := newDrill(t)
	it := d.release(d.ready(fields("关于撤除的通知")))
	d.quiet()
	d.back()
	it = d.again(it.ID, fields("关于撤除的通知第二版"))
	d.suspend(it)
	d.quiet()
	d.stop()
	d.check(d.public.Strike(t.Context(), it.ID, []int64{1, 2}))
	r := d.restore(true)
	r.reconcile(false)
	now := r.get(it.ID)
	if now.Live.State != content.Suspended || now.Live.Edition != 2 || len(now.Live.Struck) != 2 {
		t.Fatalf("%+v", now.Live)
	}
	if _, err := r.step("both3", it.ID, workflow.Step{Act: "resume", Edition: 2, Reason: "核对无误"}); gongkai.CodeOf(err) != "no_sheet" {
		t.Errorf("resumed: %v", err)
	}
	_, err := r.engine.Save(t.Context(), person("editor"), it.ID, workflow.Draft{Fields: fields("关于撤除的通知第三版")})
	d.check(err)
	again := r.must("chief", it.ID, workflow.Step{Act: "release", Sheet: r.signed(it.ID).Work.SheetDigest, Settles: true})
	if again.Live.Edition != 3 || again.Live.State != content.Published {
		t.Errorf("%+v", again.Live)
	}
}
