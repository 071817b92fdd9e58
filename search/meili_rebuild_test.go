// Settings and rebuilding of the index on Meilisearch, synonyms, long texts.

package search_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gongkai/search"
	"gongkai/search/meilitest"
)

// byHand sends a request as an operator would.
func byHand(t *testing.T, s *meilitest.Server, method, path, body string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, bytes.NewBufferString(body))
	check(t, err)
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	check(t, err)
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	check(t, err)
	for s.Waiting() > 0 {
		time.Sleep(time.Millisecond)
	}
	return string(text)
}

func TestSettingsAreWrittenOnlyWhereTheyDiffer(t *testing.T) {
	s := standIn(t, nil)
	var all sync.WaitGroup
	for range 3 { // processes that start together
		all.Go(func() {
			if _, err := search.OpenMeili(t.Context(), search.MeiliOptions{URL: s.URL, Index: "pages"}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	first, written := byHand(t, s, "GET", "/indexes/pages/settings", ""), s.Count("settingsUpdate")
	meili(t, search.MeiliOptions{URL: s.URL})
	if s.Count("settingsUpdate") != written {
		t.Error("settings that were right have been written again")
	}
	for _, change := range []string{
		`{"rankingRules":["words"]}`, `{"searchableAttributes":["title"]}`, `{"displayedAttributes":["*"]}`, `{"filterableAttributes":["page","tags","keys","published","slot","written","more"]}`,
		`{"sortableAttributes":null}`, `{"typoTolerance":{"enabled":true}}`, `{"pagination":{"maxTotalHits":50}}`, `{"prefixSearch":"indexingTime"}`,
		`{"proximityPrecision":"byAttribute"}`, `{"searchCutoffMs":1}`, `{"localizedAttributes":null}`, `{"stopWords":["x"]}`, `{"separatorTokens":["b"]}`,
		`{"nonSeparatorTokens":[" "]}`, `{"dictionary":["y"]}`, `{"distinctAttribute":"item"}`,
	} {
		byHand(t, s, "PATCH", "/indexes/pages/settings", change)
		before := s.Count("settingsUpdate")
		meili(t, search.MeiliOptions{URL: s.URL})
		if got := byHand(t, s, "GET", "/indexes/pages/settings", ""); got != first {
			t.Errorf("%s was not put right", change)
		}
		if n := s.Count("settingsUpdate") - before; n != 1 {
			t.Errorf("%s took %d changes", change, n)
		}
	}
}

func TestARebuildReplacesTheIndexAndLosesNothingWrittenMeanwhile(t *testing.T) {
	s := standIn(t, nil)
	m, other := meili(t, search.MeiliOptions{URL: s.URL}), meili(t, search.MeiliOptions{URL: s.URL})
	check(t, m.Put(t.Context(), release("kept", "河道", 1), release("changed", "河道", 1), release("withdrawn", "河道", 1)))
	check(t, m.Delete(t.Context(), "long-gone.main", 1, 5))
	check(t, m.Rebuild(t.Context(), func(put func(...search.Doc) error) error {
		check(t, put(release("kept", "河道", 1), release("changed", "河道", 1)))
		check(t, put(release("withdrawn", "河道", 1)))
		holds(t, other, "河道", "changed", "kept", "withdrawn") // the old one answers
		check(t, other.Put(t.Context(), release("changed", "水库", 2), release("new", "水库", 1)))
		return other.Delete(t.Context(), "withdrawn.main", 1, 2)
	}))
	holds(t, other, "河道", "kept")
	holds(t, other, "水库", "changed", "new")
	check(t, m.Put(t.Context(), release("long-gone", "河道", 4), release("withdrawn", "河道", 2)))
	holds(t, m, "河道", "kept")
	if names := s.Indexes(); !slices.Equal(names, []string{"pages"}) {
		t.Errorf("left behind: %v", names)
	}
}

func TestARebuildDropsWhatNoLongerBelongs(t *testing.T) {
	s := standIn(t, nil)
	m := meili(t, search.MeiliOptions{URL: s.URL})
	byHand(t, s, "POST", "/indexes/pages/documents", `[{"id":"orphan","page":"orphan","epoch":1,"seq":1,"tags":["live"],"title":"zfdfbfcfj"}]`)
	check(t, m.Put(t.Context(), release("a", "河道", 1)))
	check(t, m.Rebuild(t.Context(), func(put func(...search.Doc) error) error { return put(release("a", "河道", 1)) }))
	if n := len(s.Documents("pages")); n != 1 {
		t.Errorf("%d documents after the rebuild", n)
	}
}

func TestABrokenRebuildLeavesTheOldIndexInPlace(t *testing.T) {
	s := standIn(t, nil)
	m := meili(t, search.MeiliOptions{URL: s.URL})
	check(t, m.Put(t.Context(), release("a", "河道", 1)))
	stop := errors.New("the store is gone")
	if err := m.Rebuild(t.Context(), func(put func(...search.Doc) error) error {
		return errors.Join(put(release("b", "河道", 1)), stop)
	}); !errors.Is(err, stop) {
		t.Errorf("got %v", err)
	}
	fillB := func(put func(...search.Doc) error) error { return put(release("b", "河道", 1)) }
	swapping := func(r *http.Request) bool { return r.URL.Path == "/swap-indexes" }
	s.Meddle(times(1, swapping, meilitest.CutBefore))
	refused(t, m.Rebuild(t.Context(), fillB), "search_unavailable")
	s.Fail(func(kind string) string { return map[string]string{"indexSwap": "internal"}[kind] })
	refused(t, m.Rebuild(t.Context(), fillB), "search_task")
	s.Fail(nil)
	holds(t, m, "河道", "a")
	if names := s.Indexes(); !slices.Equal(names, []string{"pages"}) {
		t.Errorf("left behind: %v", names)
	}
	s.Meddle(times(1, swapping, meilitest.CutAfter))
	check(t, m.Rebuild(t.Context(), fillB)) // the answer was lost, the swap was not, and not done twice
	if s.Count("indexSwap") != 2 {
		t.Errorf("%d swaps", s.Count("indexSwap"))
	}
	if _, err := m.Get(t.Context(), "b.main"); err != nil {
		t.Error(err)
	}
}

func TestOneRebuildAtATimeAndAnAbandonedOneIsTakenOver(t *testing.T) {
	s := standIn(t, nil)
	m := meili(t, search.MeiliOptions{URL: s.URL})
	nothing := func(func(...search.Doc) error) error { return nil }
	check(t, m.Rebuild(t.Context(), func(func(...search.Doc) error) error {
		refused(t, m.Rebuild(t.Context(), nothing), "search_rebuilding")
		return nil
	}))
	byHand(t, s, "POST", "/indexes", `{"uid":"pages-rebuild","primaryKey":"id"}`)
	refused(t, m.Rebuild(t.Context(), nothing), "search_rebuilding")
	s.Age("pages-rebuild", 2*time.Hour)
	check(t, m.Rebuild(t.Context(), nothing))
}

func TestAnIndexThatIsEmptiedBetweenWriteAndLookIsWrittenAgain(t *testing.T) {
	s := standIn(t, nil)
	m := meili(t, search.MeiliOptions{URL: s.URL})
	s.Hold()
	done := make(chan error, 1)
	go func() { done <- m.Put(t.Context(), release("a", "河道", 1)) }()
	for s.Waiting() == 0 {
		time.Sleep(time.Millisecond)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, s.URL+"/indexes/pages/documents", nil)
	check(t, err)
	answer, err := http.DefaultClient.Do(request)
	check(t, err)
	_ = answer.Body.Close()
	s.Meddle(func(r *http.Request) meilitest.Trick { // the write's task is not seen done before the deletion is
		if strings.HasPrefix(r.URL.Path, "/tasks/") {
			time.Sleep(5 * time.Millisecond)
		}
		return meilitest.None
	})
	s.Release()
	check(t, <-done)
	holds(t, m, "河道", "a")
}

func TestNumbersAreFoundEvenIfNoWordIs(t *testing.T) {
	s := standIn(t, nil)
	m := meili(t, search.MeiliOptions{URL: s.URL})
	a, b := release("a", "通报", 1), release("b", "安排", 1)
	a.DocNo, a.IndexNo, a.Site = "青住建〔2016〕115号", "000014349/2021-00042", "main"
	b.DocNo = "青林发〔2016〕115号"
	check(t, m.Put(t.Context(), a, b))
	s.Deafen()
	for text, want := range map[string][]string{
		"青住建[2016]115号": {"a"}, "青住建（２０１６）115 号": {"a"}, "000014349/2021-00042": {"a"}, "〔2016〕115号": {"a", "b"}, "通报": nil, "青住建〔2016〕11号": nil,
	} {
		holds(t, m, text, want...)
	}
	r, err := m.Search(t.Context(), search.Query{Text: "〔2016〕115号", Site: "east"})
	if err != nil || r.Total != 0 {
		t.Errorf("a filter was passed over: %+v, %v", r, err)
	}
}

func TestSynonymsFindEachOther(t *testing.T) {
	s := standIn(t, nil)
	groups := [][]string{{"公积金", "住房公积金"}, {"身份证", "居民身份证", "ID card"}, {"藕", "莲藕"}}
	m := meili(t, search.MeiliOptions{URL: s.URL, Synonyms: groups})
	check(t, m.Put(t.Context(), release("a", "公积金提取", 1), release("b", "身份证办理", 1), release("c", "藕田", 1), release("d", "身份核验证明", 1)))
	holds(t, m, "住房公积金", "a")
	holds(t, m, "公积金 提取", "a")
	holds(t, m, "居民身份证 办理", "b")
	holds(t, m, "莲藕", "c")
	written := s.Count("settingsUpdate")
	meili(t, search.MeiliOptions{URL: s.URL, Synonyms: groups})
	if s.Count("settingsUpdate") != written {
		t.Error("the same synonyms were written again")
	}
	untold := meili(t, search.MeiliOptions{URL: s.URL})
	holds(t, untold, "住房公积金")
	holds(t, m, "住房公积金", "a") // a process that was told of none took none away
	meili(t, search.MeiliOptions{URL: s.URL, Synonyms: [][]string{}})
	holds(t, m, "住房公积金")
}

func TestTheEndOfALongTextIsFound(t *testing.T) {
	m := meili(t, search.MeiliOptions{URL: standIn(t, nil).URL})
	long := release("a", "长文", 1)
	long.Text = strings.Repeat("会议纪要，", 30_000) + "末尾清淤"
	check(t, m.Put(t.Context(), long, release("b", "短文", 1)))
	holds(t, m, "末尾清淤", "a")
	holds(t, m, "淤", "a")
	holds(t, m, "要末")
}

func TestTwoStatesOfAPageAreShownAsOne(t *testing.T) {
	s := standIn(t, nil)
	m := meili(t, search.MeiliOptions{URL: s.URL})
	check(t, m.Put(t.Context(), release("a", "河道", 1), release("b", "河道", 1)))
	s.Fail(func(kind string) string { return map[string]string{"documentDeletion": "internal"}[kind] })
	refused(t, m.Put(t.Context(), release("a", "河道", 2)), "search_task") // the earlier state could not be removed
	for _, sort := range []string{search.SortRelevance, search.SortNewest} {
		var seen []string
		q := search.Query{Text: "河道", Sort: sort, Limit: 2}
		for range 3 {
			r, err := m.Search(t.Context(), q)
			check(t, err)
			for _, h := range r.Hits {
				seen = append(seen, h.Item)
				if h.Item == "a" && h.Seq != 2 {
					t.Errorf("%s: the earlier state is shown", sort)
				}
			}
			if q.After = r.Next; r.Next == "" {
				break
			}
		}
		slices.Sort(seen)
		if !slices.Equal(seen, []string{"a", "b"}) {
			t.Errorf("%s: %v", sort, seen)
		}
	}
	s.Fail(nil)
	check(t, m.Put(t.Context(), release("a", "河道", 2)))
	if n := len(s.Documents("pages")); n != 2 {
		t.Errorf("%d documents after repeating", n)
	}
}

func TestOfAVeryLongQueryTheFirstTenWordsCount(t *testing.T) {
	m := meili(t, search.MeiliOptions{URL: standIn(t, nil).URL})
	check(t, m.Put(t.Context(), release("a", "甲一 甲二 甲三 甲四 甲五 甲六 甲七 甲八 甲九 甲十", 1)))
	holds(t, m, "甲一 甲二 甲三 甲四 甲五 甲六 甲七 甲八 甲九 甲十 没有", "a")
	holds(t, m, "甲一 甲二 甲三 甲四 甲五 甲六 甲七 甲八 甲九 没有")
}
