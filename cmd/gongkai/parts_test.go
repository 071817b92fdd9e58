// The shapes of process: each opens what it needs and nothing else.

package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gongkai"
	"gongkai/account"
	"gongkai/publication"
	"gongkai/search"
)

// answers asks without signing in.
func answers(t *testing.T, at, path string, status int, words ...string) string {
	t.Helper()
	r, err := newClient(at).call(t.Context(), http.MethodGet, path, nil)
	if err != nil || r.status != status {
		t.Fatalf("%s: %d, want %d: %s %v", path, r.status, status, r.body, err)
	}
	for _, w := range words {
		if !strings.Contains(string(r.body), w) {
			t.Errorf("%s does not say %q: %s", path, w, r.body)
		}
	}
	return string(r.body)
}

const noUse = "nothing of use"

// ruined makes everything restricted in a folder useless.
func ruined(t *testing.T, data string) {
	t.Helper()
	for _, name := range []string{"content.db", "content.db-wal", "content.db-shm", "secret.key", "files/originals"} {
		if err := os.RemoveAll(filepath.Join(data, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(data, "content.db"), []byte(noUse), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{"GONGKAI_MONGODB_URI": "nonsense", "GONGKAI_SECRET": "short", "GONGKAI_REDIS_URL": "nonsense", "GONGKAI_WEBHOOK_NETS": "nonsense"} {
		t.Setenv(name, value)
	}
}

func TestTheContentSideStandsOnThePublicStoreAlone(t *testing.T) {
	data := filled(t)
	ruined(t, data)
	gongkaiRun(t, "", "serve", "--data", data, "--addr", "127.0.0.1:0").wants(t, 2, "GONGKAI_")
	output, stop := background(t, "serve", "--only", "content", "--data", data, "--addr", "127.0.0.1:0")
	at := base(t, output())
	if shown := strings.Count(answers(t, at, "/content/v1/items?site=qinghe&limit=100", 200), `"index_no"`); shown < livePages {
		t.Errorf("%d pages are shown", shown)
	}
	answers(t, at, "/content/v1/search"+query("site", "qinghe", "q", "青禾"), 200, `"items":[{`)
	answers(t, at, "/api/v1/session", 404, "no_route")
	answers(t, at, "/api/v1/items", 404, "no_route")
	answers(t, at, "/api/v1/first?token=x", 404, "no_route")
	if said := answers(t, at, "/readyz", 200, `"public":true`, `"index":true`, `"ready":true`); strings.Contains(said, "store") || strings.Contains(said, "queue") {
		t.Error("it looks at parts that are not its own:", said)
	}
	stop().wants(t, 0)
	if left, err := os.ReadFile(filepath.Join(data, "content.db")); err != nil || string(left) != noUse {
		t.Error("it touched the restricted store", err)
	}
	for _, name := range []string{"secret.key", "files/originals"} {
		if _, err := os.Stat(filepath.Join(data, name)); err == nil {
			t.Error("it made", name)
		}
	}
}

func TestTheContentSideReadsAndMakesNothing(t *testing.T) {
	data := filled(t)
	a := &app{cfg: config{Data: data}, role: showing}
	if err := a.openWatch(t.Context(), io.Discard); err != nil {
		t.Fatal(err)
	}
	if err := a.openPublic(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.close() }()
	if _, err := a.public.Sites.Get(t.Context(), "qinghe"); err != nil {
		t.Error("it cannot be read:", err)
	}
	_, err := a.public.Sites.Upsert(t.Context(), "qinghe", func(s *publication.Site, _ bool) error { s.Name = "其他"; return nil })
	if gongkai.CodeOf(err) != "read_only" {
		t.Errorf("it was written: %v", err)
	}
}

func TestTheContentSideWaitsForTheStoreToBeMade(t *testing.T) {
	before := madeWithin
	t.Cleanup(func() { madeWithin = before })
	madeWithin = 200 * time.Millisecond
	gongkaiRun(t, "", "serve", "--only", "content", "--data", t.TempDir(), "--addr", "127.0.0.1:0").wants(t, 2, "请先启动 serve 或 worker", "start serve or a worker first")
	madeWithin = patience
	data := t.TempDir()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan int, 1)
	go func() {
		time.Sleep(200 * time.Millisecond)
		ended <- run(ctx, []string{"serve", "--data", data, "--addr", "127.0.0.1:0"}, strings.NewReader(""), io.Discard, io.Discard)
	}()
	t.Cleanup(func() { stop(); <-ended })
	output, _ := background(t, "serve", "--only", "content", "--data", data, "--addr", "127.0.0.1:0")
	answers(t, base(t, output()), "/readyz", 200, `"public":true`)
}

func TestAPartThatIsAwayIsSaidThoughNobodyAsks(t *testing.T) {
	log := &safeBuffer{}
	cfg := config{Data: t.TempDir(), Session: time.Hour, SessionIdle: time.Hour, engines: engines{MeiliURL: "http://127.0.0.1:1", MeiliIndex: "pages"}}
	a, err := openAs(t.Context(), editing|showing, cfg, log, account.Demo)
	if err == nil {
		err = a.startServer()
	}
	if err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the log names the part", func() bool {
		return strings.Contains(string(log.bytes()), `msg="part does not answer"`) && strings.Contains(string(log.bytes()), "part=index")
	})
	if err := a.close(); err != nil {
		t.Error(err)
	}
	if said := strings.Count(string(log.bytes()), "part does not answer"); said != 1 {
		t.Errorf("said %d times: %s", said, log.bytes())
	}
}

func TestTheEditorialSideAloneShowsNothingToThePublic(t *testing.T) {
	output, _ := background(t, "serve", "--only", "editorial", "--data", t.TempDir(), "--addr", "127.0.0.1:0")
	at := base(t, output())
	answers(t, at, "/content/v1/sites", 404, "no_route")
	answers(t, at, "/api/v1/session", 401, "signed_out")
	answers(t, at, "/readyz", 200, `"store":true`, `"queue":true`)
}

func TestAWorkerSaysWhatItNeeds(t *testing.T) {
	gongkaiRun(t, "", "worker", "--data", t.TempDir()).wants(t, 2, "worker 须设 GONGKAI_REDIS_URL", "a worker needs GONGKAI_REDIS_URL")
	gongkaiRun(t, "", "serve", "--workers=false", "--data", t.TempDir()).wants(t, 2, "GONGKAI_WORKERS", "nobody would do the work")
}

func TestAWorkerAnswersForItsHealthAndNothingElse(t *testing.T) {
	url := redis(t, "10")
	if url == "" {
		t.Skip("GONGKAI_TEST_REDIS_URL names no Redis")
	}
	output, stop := background(t, "worker", "--redis-url", url, "--data", t.TempDir(), "--worker-addr", "127.0.0.1:0")
	at := base(t, output())
	answers(t, at, "/healthz", 200)
	answers(t, at, "/readyz", 200, `"store":true`, `"public":true`, `"index":true`, `"queue":true`)
	answers(t, at, "/metrics", 200, "gongkai_http_requests_total")
	for _, path := range []string{"/api/v1/session", "/content/v1/sites", "/docs", "/openapi.json"} {
		answers(t, at, path, 404)
	}
	stop().wants(t, 0)
}

func TestWhoOnlyReadsCannotWriteToTheIndex(t *testing.T) {
	a := &app{cfg: config{Data: t.TempDir()}, role: showing}
	if err := a.openWatch(t.Context(), io.Discard); err != nil {
		t.Fatal(err)
	}
	if err := a.openSearch(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.close() }()
	if err := a.index.Put(t.Context(), search.Doc{ID: "a.s", Item: "a", Site: "s", Title: "在建工程公示", Epoch: 1, Seq: 1}); !gongkai.Is(err, gongkai.Unavailable) {
		t.Errorf("it was written: %v", err)
	}
	if _, err := a.index.Search(t.Context(), search.Query{Text: "工程"}); err != nil {
		t.Error("it cannot be read:", err)
	}
}

func TestAStoreInTheMakingIsWaitedFor(t *testing.T) {
	tries := 0
	err := (&app{log: slog.New(slog.DiscardHandler)}).whenMade(t.Context(), func() error {
		tries++
		switch tries {
		case 1:
			return gongkai.E(gongkai.Unavailable, "not_made", "尚未建好", "not made")
		case 2:
			return gongkai.E(gongkai.Blocked, "indexes_changed", "索引有变", "indexes changed")
		}
		return nil
	})
	if err != nil || tries != 3 {
		t.Errorf("%v after %d tries", err, tries)
	}
}
