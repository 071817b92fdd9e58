// The index on Meilisearch: the whole suite on a stand-in, on a real server if
// there is one, and what is its own: keys, settings, tasks, rebuilding.

package search_test

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gongkai"
	"gongkai/search"
	"gongkai/search/meilitest"
	"gongkai/search/searchtest"
)

func standIn(t *testing.T, keys map[string]meilitest.Key) *meilitest.Server {
	t.Helper()
	s, err := meilitest.New(keys)
	check(t, err)
	t.Cleanup(s.Close)
	return s
}

func meili(t *testing.T, o search.MeiliOptions) *search.Meili {
	t.Helper()
	if o.Index == "" {
		o.Index = "pages"
	}
	m, err := search.OpenMeili(t.Context(), o)
	check(t, err)
	t.Cleanup(func() { _ = m.Close() })
	return m
}

func TestMeiliOnAStandIn(t *testing.T) {
	searchtest.Run(t, func(t *testing.T) search.Index {
		return meili(t, search.MeiliOptions{URL: standIn(t, nil).URL, Synonyms: searchtest.Synonyms()})
	})
}

// The same suite on a real server: GONGKAI_TEST_MEILI_URL and, with a right to
// everything, GONGKAI_TEST_MEILI_KEY. Its indexes are deleted afterwards.
func TestMeiliOnARealServer(t *testing.T) {
	o := search.MeiliOptions{URL: os.Getenv("GONGKAI_TEST_MEILI_URL"), Key: os.Getenv("GONGKAI_TEST_MEILI_KEY"), Synonyms: searchtest.Synonyms()}
	if o.URL == "" {
		t.Skip("GONGKAI_TEST_MEILI_URL is not set: the suite ran on the stand-in only")
	}
	searchtest.Run(t, func(t *testing.T) search.Index {
		o.Index = "gongkai-test-" + strings.ToLower(rand.Text())
		t.Cleanup(func() { deleteIndex(t, o) })
		return meili(t, o)
	})
}

func deleteIndex(t *testing.T, o search.MeiliOptions) {
	request, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), http.MethodDelete, o.URL+"/indexes/"+o.Index, nil)
	check(t, err)
	request.Header.Set("Authorization", "Bearer "+o.Key)
	answer, err := http.DefaultClient.Do(request)
	check(t, err)
	_ = answer.Body.Close()
}

func release(item, title string, seq int64) search.Doc {
	return search.Doc{ID: item + ".main", Item: item, Site: "main", Title: title, Epoch: 1, Seq: seq}
}

// holds checks what a word finds.
func holds(t *testing.T, m search.Index, text string, items ...string) {
	t.Helper()
	r, err := m.Search(t.Context(), search.Query{Text: text})
	check(t, err)
	var got []string
	for _, h := range r.Hits {
		got = append(got, h.Item)
	}
	slices.Sort(got)
	if !slices.Equal(got, items) {
		t.Errorf("%s: found %v, want %v", text, got, items)
	}
}

// refused checks kind, code and that nothing secret is told.
func refused(t *testing.T, err error, code string) {
	t.Helper()
	if gongkai.CodeOf(err) != code {
		t.Errorf("got %v, want %s", err, code)
	}
	for at := err; at != nil; at = errors.Unwrap(at) {
		if strings.Contains(at.Error(), "secret") || strings.Contains(at.Error(), "河道") {
			t.Errorf("the error tells too much: %v", at)
		}
	}
}

func TestWritersThatOvertakeEachOtherLeaveTheLatestState(t *testing.T) {
	s := standIn(t, nil)
	s.Shuffle() // tasks that wait together are carried out in any order
	writers := make([]*search.Meili, 4)
	for i := range writers {
		writers[i] = meili(t, search.MeiliOptions{URL: s.URL})
	}
	for round := range int64(8) {
		var all sync.WaitGroup
		for i, w := range writers {
			all.Go(func() {
				seq := round*4 + int64(i) + 1
				if i == 3 && round == 7 {
					if err := w.Delete(t.Context(), "b.main", 1, seq); err != nil {
						t.Error(err)
					}
					return
				}
				if err := w.Put(t.Context(), release("a", "序号"+string(rune('一'+seq)), seq), release("b", "河道", seq)); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		h, err := writers[0].Get(t.Context(), "a.main")
		if want := round*4 + 4; round < 7 && (err != nil || h.Seq != want) {
			t.Errorf("state %d won, want %d (%v)", h.Seq, want, err)
		}
	}
	if n := len(s.Documents("pages")); n != 2 {
		t.Errorf("%d documents left, want one and a marker", n)
	}
	holds(t, writers[1], "河道")
	holds(t, writers[1], "序号", "a")
}

func TestTwoThatBothSawNothingLeaveTheLaterState(t *testing.T) {
	s := standIn(t, nil)
	early, late := meili(t, search.MeiliOptions{URL: s.URL}), meili(t, search.MeiliOptions{URL: s.URL})
	s.Hold()
	done := make(chan error, 1)
	go func() { done <- early.Put(t.Context(), release("a", "旧标题", 1)) }()
	for s.Waiting() == 0 {
		time.Sleep(time.Millisecond)
	}
	go func() { done <- late.Put(t.Context(), release("a", "新标题", 2)) }()
	for s.Waiting() < 2 {
		time.Sleep(time.Millisecond)
	}
	s.Release()
	check(t, errors.Join(<-done, <-done))
	holds(t, late, "新标题", "a")
	holds(t, late, "旧标题")
}
