// What the index on Meilisearch makes of a server in trouble.

package search_test

import (
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gongkai"
	"gongkai/search"
	"gongkai/search/meilitest"
)

// adding tells the requests that send documents.
func adding(r *http.Request) bool {
	return r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/documents")
}

// times plays a trick on the first n requests that match.
func times(n int64, match func(*http.Request) bool, trick meilitest.Trick) func(*http.Request) meilitest.Trick {
	var played atomic.Int64
	return func(r *http.Request) meilitest.Trick {
		if match(r) && played.Add(1) <= n {
			return trick
		}
		return meilitest.None
	}
}

func all(*http.Request) bool { return true }

func TestAFailedTaskIsAnErrorThatTellsTheCodeAlone(t *testing.T) {
	s := standIn(t, nil)
	m := meili(t, search.MeiliOptions{URL: s.URL})
	for code, want := range map[string]string{"internal": "search_task", "no_space_left_on_device": "search_full", "index_not_found": "search_no_index"} {
		s.Fail(func(kind string) string {
			if kind == "documentAdditionOrUpdate" {
				return code
			}
			return ""
		})
		err := m.Put(t.Context(), release("a", "河道", 1))
		refused(t, err, want)
		if !gongkai.Is(err, gongkai.Unavailable) || !strings.Contains(errors.Unwrap(err).Error(), code) {
			t.Errorf("the code is not told: %v, %v", err, errors.Unwrap(err))
		}
	}
	s.Fail(nil)
	holds(t, m, "河道")
	check(t, m.Put(t.Context(), release("a", "河道", 1)))
	holds(t, m, "河道", "a")
}

func TestAWriteIsWaitedForWithPatienceThatEnds(t *testing.T) {
	s := standIn(t, nil)
	patient := meili(t, search.MeiliOptions{URL: s.URL, Wait: time.Hour}) // it makes the index, in its own time
	m := meili(t, search.MeiliOptions{URL: s.URL, Wait: 60 * time.Millisecond})
	s.Hold()
	refused(t, m.Put(t.Context(), release("a", "河道", 1)), "search_pending")
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(10*time.Millisecond, cancel)
	if err := patient.Put(ctx, release("a", "河道", 1)); !errors.Is(err, context.Canceled) {
		t.Errorf("given up by who asked: %v", err)
	}
	s.Release()
	s.Slow(20 * time.Millisecond)
	check(t, meili(t, search.MeiliOptions{URL: s.URL}).Put(t.Context(), release("a", "河道", 1)))
	if n := len(s.Documents("pages")); n != 1 {
		t.Errorf("what was asked for three times is there %d times", n)
	}
}

func TestALostAnswerIsMadeUpForByRepeating(t *testing.T) {
	s := standIn(t, nil)
	m := meili(t, search.MeiliOptions{URL: s.URL})
	for _, trick := range []meilitest.Trick{meilitest.CutBefore, meilitest.CutAfter, 429, 500, 502, 503} {
		s.Meddle(times(1, adding, trick))
		err := m.Put(t.Context(), release("a", "河道", int64(trick)))
		if !gongkai.Is(err, gongkai.Unavailable) {
			t.Errorf("trick %d: %v", trick, err)
		}
		check(t, m.Put(t.Context(), release("a", "河道", int64(trick))))
		h, err := m.Get(t.Context(), "a.main")
		if err != nil || h.Seq != int64(trick) || len(s.Documents("pages")) != 1 {
			t.Errorf("trick %d: %+v of %d, %v", trick, h, len(s.Documents("pages")), err)
		}
	}
}

func TestAPollThatFailsSaysNothingAboutTheTask(t *testing.T) {
	s := standIn(t, nil)
	m := meili(t, search.MeiliOptions{URL: s.URL})
	polling := func(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/tasks/") }
	for _, trick := range []meilitest.Trick{meilitest.CutBefore, meilitest.NotTheirs, 429, 503} {
		s.Meddle(times(3, polling, trick))
		if err := m.Put(t.Context(), release("a", "河道", int64(trick)+1)); err != nil {
			t.Errorf("trick %d: %v", trick, err)
		}
	}
}

func TestALostQueueIsToldAndRepeatedWritesArrive(t *testing.T) {
	s := standIn(t, nil)
	m := meili(t, search.MeiliOptions{URL: s.URL})
	s.Hold()
	done := make(chan error, 1)
	go func() { done <- m.Put(t.Context(), release("a", "河道", 1)) }()
	for s.Waiting() == 0 {
		time.Sleep(time.Millisecond)
	}
	s.Forget()
	refused(t, <-done, "search_task_lost")
	s.Release()
	check(t, m.Put(t.Context(), release("a", "河道", 1)))
	holds(t, m, "河道", "a")
}

func TestEachTroubleHasItsMessageAndPassesWithoutARestart(t *testing.T) {
	s := standIn(t, nil)
	m := meili(t, search.MeiliOptions{URL: s.URL})
	check(t, m.Put(t.Context(), release("a", "河道", 1)))
	for trick, want := range map[meilitest.Trick]string{
		meilitest.CutBefore: "search_unavailable", meilitest.NotTheirs: "search_answer",
		401: "search_key", 403: "search_key", 413: "search_too_large", 429: "search_busy", 500: "search_unavailable", 503: "search_unavailable",
	} {
		s.Meddle(times(1000, all, trick))
		_, searchErr := m.Search(t.Context(), search.Query{Text: "河道"})
		_, getErr := m.Get(t.Context(), "a.main")
		for _, err := range []error{searchErr, getErr, m.Ping(t.Context()), m.Put(t.Context(), release("a", "河道", 2)),
			m.Delete(t.Context(), "a.main", 1, 2), m.Reset(t.Context()), m.Rebuild(t.Context(), nil)} {
			refused(t, err, want)
		}
		if _, err := search.OpenMeili(t.Context(), search.MeiliOptions{URL: s.URL, Index: "pages"}); gongkai.CodeOf(err) != want {
			t.Errorf("opening: %v, want %s", err, want)
		}
		s.Meddle(nil)
		holds(t, m, "河道", "a")
	}
}

func TestAnAddressThatIsNotMeilisearchIsSaidToBeSo(t *testing.T) {
	other := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write([]byte(`{"code":"no_route","detail":"there is no such address"}`))
	})
	plain, secure := httptest.NewServer(other), httptest.NewTLSServer(other)
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	t.Cleanup(func() { plain.Close(); secure.Close() })
	for at, want := range map[string]string{
		plain.URL: "search_answer", strings.Replace(plain.URL, "http", "https", 1): "search_tls", secure.URL: "search_tls",
	} {
		_, err := search.OpenMeili(t.Context(), search.MeiliOptions{URL: at, Index: "pages"})
		refused(t, err, want)
	}
}

func TestASlowServerIsGivenUp(t *testing.T) {
	s := standIn(t, nil)
	m := meili(t, search.MeiliOptions{URL: s.URL, Timeout: time.Second})
	over := make(chan struct{})
	defer close(over)
	s.Meddle(func(*http.Request) meilitest.Trick { <-over; return meilitest.CutBefore })
	err := m.Ping(t.Context())
	refused(t, err, "search_unavailable")
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

func TestWrongAddressesAndNamesAreToldAtOnce(t *testing.T) {
	for _, o := range []search.MeiliOptions{{URL: "localhost:7700", Index: "pages"}, {URL: "ftp://x", Index: "pages"}, {URL: "http://", Index: "pages"},
		{URL: "http://x?y=1", Index: "pages"}, {URL: "http://x"}, {URL: "http://x", Index: "a/b"}, {URL: "http://x", Index: strings.Repeat("a", 500)}} {
		if _, err := search.OpenMeili(t.Context(), o); !gongkai.Is(err, gongkai.Invalid) {
			t.Errorf("%+v: %v", o, err)
		}
	}
	s := standIn(t, nil)
	url := s.URL
	s.Close()
	if _, err := search.OpenMeili(t.Context(), search.MeiliOptions{URL: url, Index: "pages"}); gongkai.CodeOf(err) != "search_unavailable" {
		t.Errorf("nobody there: %v", err)
	}
}

func TestKeysNeedNoMoreRightsThanAreDocumented(t *testing.T) {
	writing := []string{"search", "documents.add", "documents.get", "documents.delete", "tasks.get", "indexes.get", "indexes.create", "settings.get", "settings.update"}
	names := []string{"pages", "pages-rebuild"}
	keys := map[string]meilitest.Key{
		"rebuilder": {Actions: append([]string{"indexes.swap", "indexes.delete"}, writing...), Indexes: names},
		"writer":    {Actions: writing, Indexes: names[:1]},
		"reader":    {Actions: []string{"search"}, Indexes: names[:1]},
		"stranger":  {Actions: []string{"*"}, Indexes: []string{"other"}},
	}
	s := standIn(t, keys)
	for _, key := range []string{"", "wrong", "stranger", "reader"} {
		_, err := search.OpenMeili(t.Context(), search.MeiliOptions{URL: s.URL, Key: key, Index: "pages"})
		refused(t, err, "search_key")
	}
	rebuilder := meili(t, search.MeiliOptions{URL: s.URL, Key: "rebuilder"})
	check(t, rebuilder.Rebuild(t.Context(), func(put func(...search.Doc) error) error { return put(release("a", "河道", 1)) }))
	writer := meili(t, search.MeiliOptions{URL: s.URL, Key: "writer"})
	check(t, errors.Join(writer.Put(t.Context(), release("b", "河道", 1)), writer.Delete(t.Context(), "a.main", 1, 2)))
	reader := meili(t, search.MeiliOptions{URL: s.URL, Key: "reader", ReadOnly: true})
	holds(t, reader, "河道", "b")
	refused(t, reader.Put(t.Context(), release("c", "河道", 1)), "search_key")
	refused(t, writer.Rebuild(t.Context(), func(func(...search.Doc) error) error { return nil }), "search_key")
	check(t, writer.Reset(t.Context()))
}

func TestAReaderRefusesToOpenWhatIsNotThere(t *testing.T) {
	s := standIn(t, nil)
	_, err := search.OpenMeili(t.Context(), search.MeiliOptions{URL: s.URL, Index: "pages", ReadOnly: true})
	refused(t, err, "search_no_index")
	if len(s.Indexes()) != 0 {
		t.Error("a reader made an index")
	}
}
