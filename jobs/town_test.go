// A town with everything in it: stores, engine, queue, workers, index, and a
// downstream site over HTTP.

package jobs_test

import (
	"context"
	"io"
	"log"
	"log/slog"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gocloud.dev/blob"

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
	"gongkai/store/bucket/buckettest"
	"gongkai/store/storetest"
	"gongkai/workflow"
)

const (
	idNumber = "110101199003071233"
	mobile   = "13800138000"
)

type town struct {
	t        testing.TB
	dir      string
	content  *content.Content
	policy   *policy.Policy
	engine   *workflow.Engine
	public   *publication.Public
	bucket   *blob.Bucket // public files
	trail    *audit.Trail
	ledger   *channel.Ledger
	channels *channel.Channels
	index    search.Index
	queue    *jobs.Queue
	worker   *jobs.Worker
	files    *blob.Bucket            // originals
	over     func(store.DB) store.DB // the restricted store, what lies before it; nil: nothing
	hint     atomic.Bool             // whether steps wake the worker
}

// queueURL is a Redis of this test's own: the one that GONGKAI_TEST_REDIS_URL
// names, in a database from 1 to 7 that is emptied first; "" starts one inside.
// Other packages that test on the same server take the databases from 8 on.
func queueURL(t testing.TB) string {
	given := os.Getenv("GONGKAI_TEST_REDIS_URL")
	if given == "" {
		return ""
	}
	u, err := url.Parse(given)
	if err != nil {
		t.Fatal("GONGKAI_TEST_REDIS_URL is no URL")
	}
	u.Path = "/" + strconv.Itoa(int(1+databases.Add(1)%7))
	return u.String()
}

var databases atomic.Int64

// beside lets a test run beside others where each has its queue inside: one Redis
// has too few databases for those that take long.
func beside(t *testing.T) {
	if os.Getenv("GONGKAI_TEST_REDIS_URL") == "" {
		t.Parallel()
	}
}

func openQueue(t testing.TB) *jobs.Queue {
	t.Helper()
	q := openQueueOn(t, jobs.Options{URL: queueURL(t)})
	if err := q.Wipe(t.Context()); err != nil {
		t.Fatal(err)
	}
	return q
}

func openQueueOn(t testing.TB, opt jobs.Options) *jobs.Queue {
	t.Helper()
	q, err := jobs.OpenQueue(opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = q.Close() })
	return q
}

// newTown builds everything but starts no worker.
func newTown(t testing.TB) *town {
	t.Helper()
	return newTownOn(t, buckettest.Folders)
}

// newTownOn has its files in the place.
func newTownOn(t testing.TB, place buckettest.Open) *town {
	t.Helper()
	w := &town{t: t}
	w.open(place)
	w.queue = openQueue(t)
	w.worker = w.newWorker()
	return w
}

// newTownWithout has no queue yet.
func newTownWithout(t testing.TB) *town {
	t.Helper()
	w := &town{t: t}
	w.open(buckettest.Folders)
	return w
}

// open builds everything but the queue.
func (w *town) open(place buckettest.Open) {
	w.t.Helper()
	t, ctx := w.t, w.t.Context()
	w.dir = t.TempDir()
	w.hint.Store(true)
	open := w.db("public.db")
	w.files, w.bucket = place(t, "originals"), place(t, "public")
	subs := w.openRestricted("restricted.db")
	var err error
	w.public, err = publication.Open(ctx, open, w.bucket, time.Now)
	w.check(err)
	w.index, err = search.OpenLocal(ctx, filepath.Join(w.dir, "index.db"))
	w.check(err)
	t.Cleanup(func() { _ = w.index.Close() })
	guard := &channel.NetGuard{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	w.channels = &channel.Channels{Subscribers: subs, Public: w.public, Index: w.index, Guard: guard, BaseURL: "http://content.example", Timeout: 30 * time.Second, Now: time.Now}
	w.found()
}

// openRestricted opens the restricted side on a file.
func (w *town) openRestricted(name string) *channel.Subscribers {
	w.t.Helper()
	ctx, restricted := w.t.Context(), w.db(name)
	if w.over != nil {
		restricted = w.over(restricted)
	}
	var err error
	w.content, err = content.Open(ctx, restricted, w.files, content.Secret("a key of the tests, restricted"), time.Now)
	w.check(err)
	w.policy, err = policy.Open(ctx, restricted, time.Now)
	w.check(err)
	w.t.Cleanup(w.policy.Close)
	w.trail, err = audit.Open(ctx, restricted, time.Now)
	w.check(err)
	w.ledger, err = channel.OpenLedger(ctx, restricted, time.Now)
	w.check(err)
	subs, err := channel.OpenSubscribers(ctx, restricted, time.Now)
	w.check(err)
	w.engine, err = workflow.Open(ctx, w.content, w.policy, func(urgent bool, id string) {
		if w.worker != nil && w.hint.Load() {
			w.worker.Wake("item", id, urgent)
		}
	})
	w.check(err)
	return subs
}

func (w *town) newWorker() *jobs.Worker {
	return &jobs.Worker{Queue: w.queue, Engine: w.engine, Content: w.content, Public: w.public, Trail: w.trail, Ledger: w.ledger, Channels: w.channels,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: time.Now, Backoff: func(int64) time.Duration { return 50 * time.Millisecond },
		Calls: func(d channel.Delivery, now time.Time) time.Duration {
			return min(jobs.CallAgain(d, now), 50*time.Millisecond)
		}}
}

func (w *town) db(name string) store.DB {
	w.t.Helper()
	db, err := storetest.SQLite(w.t, filepath.Join(w.dir, name))
	w.check(err)
	w.t.Cleanup(func() { _ = db.Close() })
	return db
}

// found makes units, sites, columns and people.
func (w *town) found() {
	w.t.Helper()
	ctx := w.t.Context()
	_, err := w.content.PutUnit(ctx, content.Unit{Meta: store.Meta{ID: "town"}, Name: "柳溪镇人民政府", USCC: "11640112010148754W"})
	w.check(err)
	for _, site := range []string{"www", "mirror"} {
		_, err = w.content.PutSite(ctx, content.Site{Meta: store.Meta{ID: site}, Name: "门户" + site, Unit: "town"})
		w.check(err)
		_, err = w.content.PutColumn(ctx, content.Column{Meta: store.Meta{ID: site + "-notices"}, Site: site, Slug: "notices", Name: "通知公告", Pipeline: "merged"})
		w.check(err)
	}
	for user, roles := range map[string][]string{"editor": {policy.Editor}, "both1": {policy.Reviewer1, policy.Proofreader1}, "both2": {policy.Reviewer2, policy.Proofreader2},
		"both3": {policy.Reviewer3, policy.Proofreader3}, "secret": {policy.SecrecyOfficer}, "publisher": {policy.Publisher}, "chief": {policy.Publisher, policy.SecrecyOfficer}} {
		for _, role := range roles {
			w.check(w.policy.Grant(ctx, policy.Grant{User: user, Role: role, Unit: "town"}, person("root")))
		}
	}
}

func person(id string) gongkai.Actor { return gongkai.Actor{ID: id, Name: id} }

func (w *town) check(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// start runs the worker until the test ends or stop is called.
func (w *town) start() (stop func()) {
	w.t.Helper()
	w.check(w.worker.Start())
	var once sync.Once
	stop = func() { once.Do(w.worker.Stop) }
	w.t.Cleanup(stop)
	return stop
}

// itemEvents is everything but columns, which would come in between.
var itemEvents = slices.DeleteFunc(slices.Clone(channel.Events), func(e string) bool { return e == channel.EventColumn })

// subscribe adds a subscriber with a site of its own, which is told of items.
func (w *town) subscribe(id string, sites ...string) *receiver.Receiver {
	w.t.Helper()
	return w.subscribeTo(id, itemEvents, sites...)
}

// subscribeTo is told of these events.
func (w *town) subscribeTo(id string, events []string, sites ...string) *receiver.Receiver {
	w.t.Helper()
	var site atomic.Pointer[receiver.Receiver]
	srv := httptest.NewUnstartedServer(proxy{&site})
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.Start()
	w.t.Cleanup(srv.Close)
	_, secret, err := w.channels.Subscribers.Put(w.t.Context(), channel.Subscriber{Meta: store.Meta{ID: id}, Name: id, URL: srv.URL + "/hooks", Sites: sites, Events: events})
	w.check(err)
	r := receiver.New([]string{secret}, w.fetch)
	site.Store(r)
	return r
}

// fetch is what the content API would answer.
func (w *town) fetch(ctx context.Context, told receiver.Data) (title, html string, err error) {
	pages, err := w.public.OfItem(ctx, told.Item)
	if err != nil {
		return "", "", err
	}
	for _, page := range pages {
		if page.State == publication.Shows {
			_, pub, err := w.public.Edition(ctx, page.Edition)
			return page.Title, publication.FieldText(pub, "body"), err
		}
	}
	return "", "", gongkai.E(gongkai.Missing, "item", "没有", "none")
}

func (w *town) step(who, id string, s workflow.Step) (content.Item, error) {
	s.ID = gongkai.NewID()
	return w.engine.Step(context.WithoutCancel(w.t.Context()), person(who), id, s)
}

func (w *town) must(who, id string, s workflow.Step) content.Item {
	w.t.Helper()
	it, err := w.step(who, id, s)
	if err != nil {
		w.t.Fatalf("%s by %s: %v", s.Act, who, err)
	}
	return it
}

var affirmed = &content.Judgements{Legality: true, Accuracy: true, Disclosability: true, Secrecy: true}

func fields(title string) content.Fields {
	return content.Fields{"title": title, "openness": content.Proactive, "body": "<p>" + title + ",经研究予以公布,请各单位遵照执行。</p>"}
}

// ready brings a new item to where only the release is missing.
func (w *town) ready(v content.Fields, columns ...string) content.Item {
	w.t.Helper()
	if columns == nil {
		columns = []string{"www-notices"}
	}
	var placed []content.Placement
	for i, c := range columns {
		placed = append(placed, content.Placement{Column: c, Home: i == 0})
	}
	it, err := w.engine.Create(w.t.Context(), person("editor"), workflow.NewItem{Kind: "notice", Unit: "town", Fields: v, Placements: placed})
	w.check(err)
	w.must("editor", it.ID, workflow.Step{Act: "resolve", Resolutions: []content.Resolution{{Kind: "id_card", Act: "mask"}, {Kind: "mobile", Act: "mask"}}})
	return w.signed(it.ID)
}

// noteFor is the note that a correction of what is live owes the public.
func noteFor(it content.Item) string {
	if it.Live.State == content.NotLive {
		return ""
	}
	return "更正文字错误。"
}

// signed submits the draft and lets three people sign it.
func (w *town) signed(id string) content.Item {
	w.t.Helper()
	w.must("editor", id, workflow.Step{Act: "submit", Note: noteFor(w.get(id))})
	w.check(w.engine.Build(w.t.Context(), id))
	it := w.get(id)
	for _, who := range []string{"both1", "both2", "both3"} {
		it = w.must(who, id, workflow.Step{Act: "pass", Sheet: it.Work.SheetDigest, Opinion: "同意", Judgements: affirmed})
	}
	return it
}

func (w *town) release(it content.Item) content.Item {
	w.t.Helper()
	return w.must("publisher", it.ID, workflow.Step{Act: "release", Sheet: it.Work.SheetDigest})
}

func (w *town) suspend(it content.Item) {
	w.t.Helper()
	w.must("secret", it.ID, workflow.Step{Act: "suspend", Edition: it.Live.Edition, Reason: "核实"})
}

func (w *town) get(id string) content.Item {
	w.t.Helper()
	it, err := w.content.Items.Get(w.t.Context(), id)
	w.check(err)
	return it
}

func (w *town) page(id, site string) publication.Page {
	p, _ := w.public.Pages.Get(w.t.Context(), publication.PageID(id, site))
	return p
}

// patience is how long a test waits for what workers bring about. It only limits
// a failure: how soon something comes depends on what else the machine does.
const patience = 2 * time.Minute

// eventually waits for something that workers bring about.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("after %s still not: %s", patience, what)
}

// quiet waits until nobody owes anything.
func (w *town) quiet() {
	w.t.Helper()
	eventually(w.t, "quiet", func() bool { return !w.owed() })
}

// owed tells whether anything is owed, now or later. It looks at each debt
// before those that come of paying it, so that none slips past behind it.
func (w *town) owed() bool {
	ctx := context.WithoutCancel(w.t.Context())
	far := time.Now().Add(time.Hour * 1000)
	due := []store.Cond{store.Lte("due", far.UnixMilli())}
	for _, count := range []func() (int, error){
		func() (int, error) { return w.content.Units.Count(ctx, due, 1) },
		func() (int, error) { return w.content.Sites.Count(ctx, due, 1) },
		func() (int, error) { return w.content.Columns.Count(ctx, due, 1) },
		func() (int, error) { s, err := w.channels.Subscribers.DueBefore(ctx, far, 1); return len(s), err },
		func() (int, error) { return w.content.Items.Count(ctx, due, 1) },
		func() (int, error) { d, err := w.ledger.DueBefore(ctx, far, 1); return len(d), err },
	} {
		n, err := count()
		if err != nil {
			w.t.Error(err)
		}
		if n > 0 {
			return true
		}
	}
	return false
}

func (w *town) holds(text string, what ...string) {
	w.t.Helper()
	for _, raw := range []string{idNumber, mobile} {
		if strings.Contains(text, raw) {
			w.t.Errorf("%v hold a raw number", what)
		}
	}
}
