// The probe from outside: through a cache of somebody else, at a portal, at a
// platform.

package jobs_test

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gongkai"
	"gongkai/api"
	"gongkai/channel"
	"gongkai/channel/outside"
	"gongkai/content"
	"gongkai/jobs"
	"gongkai/store"
)

// front stands before the content API: a cache that keeps what it was told not
// to, once it is frozen, and may be away.
type front struct {
	behind http.Handler
	mu     sync.Mutex
	kept   map[string]*httptest.ResponseRecorder
	frozen bool
	away   bool
}

func (f *front) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	kept := f.kept[r.URL.RequestURI()]
	if !f.frozen || kept == nil {
		kept = httptest.NewRecorder()
		f.behind.ServeHTTP(kept, r)
		f.kept[r.URL.RequestURI()] = kept
	}
	if f.away {
		http.Error(rw, "", http.StatusBadGateway)
		return
	}
	for name, values := range kept.Header() {
		rw.Header()[name] = values
	}
	rw.WriteHeader(kept.Code)
	_, _ = rw.Write(kept.Body.Bytes())
}

func (f *front) set(change func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change()
}

// fronted serves the town's content API behind a front.
func (w *square) fronted() (*front, *jobs.Prober) {
	w.t.Helper()
	server, err := api.New(api.Deps{Public: w.public, Index: w.index, Now: time.Now, Log: slog.New(slog.DiscardHandler), Config: api.Config{Only: api.OnlyContent}})
	w.check(err)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	w.check(err)
	go func() { _ = server.Serve(ln) }()
	w.t.Cleanup(func() { _ = server.Shutdown(context.Background()) })
	f := &front{behind: httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: ln.Addr().String()}), kept: map[string]*httptest.ResponseRecorder{}}
	srv := httptest.NewServer(f)
	w.t.Cleanup(srv.Close)
	p := w.prober()
	p.Outside = outside.New(srv.URL, 0, nil)
	p.Differences, err = channel.OpenDifferences(w.t.Context(), w.content.DB, w.now)
	w.check(err)
	return f, p
}

// night is a turn of the probe, an hour or a day later; it gives what is known
// then.
func (w *square) night(p *jobs.Prober, later time.Duration) (known []string, did jobs.Probed) {
	w.t.Helper()
	w.set(w.now().Add(later))
	did, err := p.Night(w.t.Context(), w.now().Add(time.Hour))
	w.check(err)
	page, err := p.Differences.List(w.t.Context(), "", 100)
	w.check(err)
	for _, d := range page.Docs {
		known = append(known, fmt.Sprintf("%s %s %s %s", d.Place, d.At, d.Wrong, d.State))
	}
	return known, did
}

const nextNight = 24 * time.Hour

func TestWhatReadersStillSeeIsMendedOnceAndThenWork(t *testing.T) {
	w := newSquare(t)
	front, p := w.fronted()
	down := w.released("关于召回的通知")
	w.released("关于照旧的通知")
	w.until(time.Hour)
	known, did := w.night(p, nextNight)
	if len(known) != 0 || !did.Done || did.Items == 0 || did.Requests == 0 {
		t.Fatalf("nothing differs: %v %+v", known, did)
	}
	front.set(func() { front.frozen = true })
	w.suspend(down)
	w.until(time.Hour)
	seq := w.get(down.ID).Seq
	// The cache has the page and what a search found; feeds it was not asked for.
	known, did = w.night(p, nextNight)
	if want := []string{"pages www shown mending", "search search shown mending"}; !slices.Equal(known, want) || did.Mended != 1 || did.Done || w.get(down.ID).Seq != seq+1 {
		t.Fatalf("%v, want %v; %+v", known, want, did)
	}
	if known, _ = w.night(p, time.Second); !slices.Equal(known, []string{"pages www shown mending", "search search shown mending"}) {
		t.Fatalf("what is on its way says nothing: %v", known)
	}
	w.until(time.Hour)
	known, did = w.night(p, time.Hour)
	if want := []string{"pages www shown open", "search search shown open"}; !slices.Equal(known, want) || did.Mended != 0 || w.get(down.ID).Seq != seq+1 {
		t.Fatalf("it is mended once: %v %+v", known, did)
	}
	front.set(func() { front.away = true })
	w.set(w.now().Add(time.Hour))
	if _, err := p.Night(t.Context(), w.now().Add(time.Hour)); gongkai.CodeOf(err) != channel.Unreached {
		t.Errorf("nobody answers: %v", err)
	}
	if n, err := p.Differences.Open(t.Context(), channel.AtPages, channel.WrongShown, 10); n != 1 || err != nil {
		t.Errorf("of what nobody reached nothing is known: %d %v", n, err)
	}
	front.set(func() { front.away, front.frozen = false, false })
	if known, did = w.night(p, time.Hour); len(known) != 0 || !did.Done {
		t.Errorf("the cache forgot it at last: %v %+v", known, did)
	}
}

func TestTheProbeLooksAtPortalsAndAsksPlatforms(t *testing.T) {
	w := newSquare(t)
	var shown sync.Map // path: title
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		title, there := shown.Load(strings.TrimSuffix(r.URL.Path, ".html"))
		if !there {
			http.NotFound(rw, r)
			return
		}
		title, digest, _ := strings.Cut(title.(string), "|")
		_, _ = fmt.Fprintf(rw, `<html><head><meta name="ArticleTitle" content="%s"><meta name="gongkai:digest" content="%s"></head></html>`, title, digest)
	}))
	t.Cleanup(srv.Close)
	_, err := w.content.PutSite(t.Context(), content.Site{Meta: store.Meta{ID: "www"}, Name: "门户", Unit: "town", PageURL: srv.URL + "{path}.html"})
	w.check(err)
	_, p := w.fronted()
	live, down := w.released("关于照旧的通知"), w.released("关于召回的通知")
	w.told()
	for _, it := range []content.Item{live, down} {
		shown.Store(w.page(it.ID, "www").Path, it.Live.Title)
	}
	w.until(time.Hour)
	if known, _ := w.night(p, nextNight); len(known) != 0 {
		t.Fatalf("nothing differs: %v", known)
	}
	w.suspend(down)
	w.until(time.Hour)
	shown.Delete(w.page(live.ID, "www").Path)
	w.wall.mu.Lock()
	for _, n := range w.wall.notes { // somebody hung one up again, and took the other one down
		n.gone = n.item == live.ID
	}
	w.wall.mu.Unlock()
	known, did := w.night(p, nextNight)
	slices.Sort(known)
	want := []string{"outlet out-wall missing mending", "outlet out-wall shown mending", "portal www missing mending", "portal www shown mending"}
	if !slices.Equal(known, want) || did.Mended != 2 {
		t.Fatalf("%v, want %v; %+v", known, want, did)
	}
	w.until(time.Hour)
	if len(w.wall.shows(down.ID)) != 0 || len(w.wall.shows(live.ID)) != 1 {
		t.Error("the wall was not mended")
	}
	known, _ = w.night(p, time.Hour)
	if want := []string{"portal www shown open", "portal www missing open"}; !slices.Equal(known, want) {
		t.Errorf("what is still shown comes first: %v", known)
	}
	shown.Store(w.page(live.ID, "www").Path, live.Live.Title+"|of an edition before it")
	shown.Delete(w.page(down.ID, "www").Path)
	if known, _ = w.night(p, time.Hour); !slices.Equal(known, []string{"portal www other open"}) {
		t.Errorf("its page says that it is an old one: %v", known)
	}
	shown.Store(w.page(live.ID, "www").Path, live.Live.Title+"|"+live.Live.Digest)
	if known, _ = w.night(p, time.Hour); len(known) != 0 {
		t.Errorf("the portal was put right: %v", known)
	}
}

func TestANightThatIsCutGoesOnWhereItStopped(t *testing.T) {
	w := newSquare(t)
	_, p := w.fronted()
	p.Outside = nil
	for i := range 3 {
		w.released(fmt.Sprintf("关于第%d件事的通知", i))
	}
	w.until(time.Hour)
	w.set(w.now().Add(nextNight))
	if did, err := p.Night(t.Context(), w.now()); did.Done || did.Items != 0 || err != nil {
		t.Errorf("there is no time: %+v %v", did, err)
	}
	at, err := p.Differences.Night(t.Context())
	w.check(err)
	if at.Ended != 0 {
		t.Error("it says that it has looked")
	}
	if _, did := w.night(p, time.Minute); !did.Done || did.Items != 6 {
		t.Errorf("each as what changed, and as a part of all: %+v", did)
	}
	if _, did := w.night(p, time.Hour); did.Items != 0 || !did.Done {
		t.Errorf("the night is over: %+v", did)
	}
	if at, err = p.Differences.Night(t.Context()); at.Rounds != 1 || at.Ended == 0 || err != nil {
		t.Errorf("%+v %v", at, err)
	}
}

func TestAPlatformThatRefusesToBeAskedIsLeftAloneForTheNight(t *testing.T) {
	w := newSquare(t)
	_, p := w.fronted()
	for i := range 3 {
		w.released(fmt.Sprintf("关于第%d件事的通知", i))
	}
	w.until(time.Hour)
	asked := func(later time.Duration) int {
		t.Helper()
		w.wall.calls["look"] = 0
		if known, did := w.night(p, later); len(known) != 0 || !did.Done {
			t.Errorf("%v %+v", known, did)
		}
		return w.wall.calls["look"]
	}
	w.wall.misbehave("quota")
	if n := asked(nextNight); n != 1 {
		t.Errorf("it is asked %d times", n)
	}
	_, other := w.fronted() // another process
	p = other
	if n := asked(time.Hour); n != 0 {
		t.Errorf("it is asked %d times", n)
	}
	if n := asked(nextNight); n != 6 {
		t.Errorf("it is asked %d times in the night after: each as what changed, and as a part of all", n)
	}
}

func TestWhatIsKnownToDifferTakesHalfOfTheTimeAtMost(t *testing.T) {
	w := newSquare(t)
	_, p := w.fronted()
	p.Outside = nil
	w.released("关于照旧的通知")
	w.until(time.Hour)
	const many = 45
	for i := range many { // of items that are not there any more: they are forgotten when they are looked at
		_, err := p.Differences.Note(t.Context(), fmt.Sprintf("lost-%02d", i), []channel.Difference{{Place: channel.AtPages, At: "www", Wrong: channel.WrongOther}}, nil)
		w.check(err)
	}
	turn := func(each time.Duration) (left int, did jobs.Probed) {
		t.Helper()
		w.worker.Now = func() time.Time { w.set(w.now().Add(each)); return w.now() }
		did, err := p.Night(t.Context(), w.now().Add(12*time.Minute))
		w.check(err)
		left, err = p.Differences.Count(t.Context(), 100)
		w.check(err)
		return left, did
	}
	w.set(w.now().Add(nextNight))
	left, did := turn(2 * time.Minute)
	if left != many-20 || did.Items == 0 {
		t.Errorf("%d are left, %+v", left, did)
	}
	if at, err := p.Differences.Night(t.Context()); at.Known == "" || err != nil {
		t.Error("it does not know where to go on", err)
	}
	if left, did = turn(time.Second); left != 0 {
		t.Errorf("%d are left, %+v", left, did)
	}
	if at, err := p.Differences.Night(t.Context()); at.Known != "" || err != nil {
		t.Error("the next turn begins in the middle", err)
	}
}

// The ledger wants something else than it should, and the platform shows something
// else than the ledger wants: both are mended.
func TestWhatThePlatformShowsHidesNoLedgerThatIsWrong(t *testing.T) {
	w := newSquare(t)
	_, p := w.fronted()
	it := w.released("关于照旧的通知")
	w.until(time.Hour)
	wrong := channel.Show{State: channel.Nothing, Site: "www"}
	_, err := w.ledger.Owe(t.Context(), "out-wall", it.ID, 1, it.Seq+1, wrong)
	w.check(err)
	w.check(w.worker.Retell(t.Context(), it.ID))
	w.until(time.Hour)
	if d := w.on("wall", it.ID); d.State != channel.Withdrawn || len(w.wall.shows(it.ID)) != 0 {
		t.Fatalf("%+v", d)
	}
	w.wall.mu.Lock()
	for _, n := range w.wall.notes { // somebody hung it up again
		n.gone = false
	}
	w.wall.mu.Unlock()
	known, did := w.night(p, nextNight)
	if want := []string{"outlet out-wall shown mending"}; !slices.Equal(known, want) || did.Mended != 1 {
		t.Fatalf("%v %+v", known, did)
	}
	w.until(time.Hour)
	if d := w.on("wall", it.ID); d.State != channel.Confirmed || len(w.wall.shows(it.ID)) != 1 {
		t.Errorf("%s: %+v", d.State, w.wall.shows(it.ID))
	}
	if known, _ := w.night(p, time.Hour); len(known) != 0 {
		t.Error(known)
	}
}
