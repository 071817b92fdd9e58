// The stand-in against what Meilisearch's documentation says.

package meilitest_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"gongkai/search/meilitest"
)

type caller struct {
	*testing.T
	s   *meilitest.Server
	key string
}

func start(t *testing.T, keys map[string]meilitest.Key) *caller {
	t.Helper()
	s, err := meilitest.New(keys)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return &caller{T: t, s: s}
}

func (c *caller) ask(method, path, body string) (int, map[string]any) {
	c.Helper()
	r, err := http.NewRequestWithContext(c.Context(), method, c.s.URL+path, strings.NewReader(body))
	if err != nil {
		c.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.key != "" {
		r.Header.Set("Authorization", "Bearer "+c.key)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		c.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		c.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(text, &out); err != nil {
		c.Fatalf("%s: %v", text, err)
	}
	return answer.StatusCode, out
}

// done waits for the task that a request starts.
func (c *caller) done(method, path, body string) map[string]any {
	c.Helper()
	status, summary := c.ask(method, path, body)
	if status != http.StatusAccepted {
		c.Fatalf("%s %s: %d %v", method, path, status, summary)
	}
	for range 2000 {
		_, task := c.ask("GET", fmt.Sprintf("/tasks/%v", summary["taskUid"]), "")
		if task["finishedAt"] != nil {
			return task
		}
		time.Sleep(time.Millisecond)
	}
	c.Fatal("the task never ended")
	return nil
}

func (c *caller) fails(code, method, path, body string) {
	c.Helper()
	task := c.done(method, path, body)
	if failure, _ := task["error"].(map[string]any); task["status"] != "failed" || failure["code"] != code {
		c.Errorf("%s %s %.60s: %v, want %s", method, path, body, task, code)
	}
}

func (c *caller) refuses(status int, code, method, path, body string) {
	c.Helper()
	got, answer := c.ask(method, path, body)
	if got != status || answer["code"] != code {
		c.Errorf("%s %s %.60s: %d %v, want %d %s", method, path, body, got, answer["code"], status, code)
	}
}

// finds checks the ids that a search request finds, in order.
func (c *caller) finds(request string, ids ...string) map[string]any {
	c.Helper()
	status, answer := c.ask("POST", "/indexes/i/search", request)
	var got []string
	hits, _ := answer["hits"].([]any)
	for _, h := range hits {
		got = append(got, fmt.Sprint(h.(map[string]any)["id"]))
	}
	if status != http.StatusOK || !slices.Equal(got, ids) {
		c.Errorf("%s: %d %v, want %v", request, status, answer, ids)
	}
	return answer
}

func TestRequestsAreCheckedAsDocumented(t *testing.T) {
	c := start(t, nil)
	c.refuses(404, "index_not_found", "GET", "/indexes/i", "")
	c.refuses(404, "index_not_found", "POST", "/indexes/i/search", `{}`)
	c.refuses(404, "task_not_found", "GET", "/tasks/7", "")
	c.refuses(400, "missing_index_uid", "POST", "/indexes", `{}`)
	c.refuses(400, "invalid_index_uid", "POST", "/indexes", `{"uid":"a.b"}`)
	c.refuses(400, "malformed_payload", "POST", "/indexes/i/documents", `[{]`)
	c.refuses(415, "missing_content_type", "POST", "/indexes/i/documents", ``)
	c.refuses(400, "bad_request", "PATCH", "/indexes/i/settings", `{"unknown":1}`)
	c.refuses(400, "invalid_settings_ranking_rules", "PATCH", "/indexes/i/settings", `{"rankingRules":["newest"]}`)
	c.refuses(400, "invalid_settings_filterable_attributes", "PATCH", "/indexes/i/settings", `{"filterableAttributes":"a"}`)
	c.refuses(400, "invalid_swap_indexes", "POST", "/swap-indexes", `[{"indexes":["a"]}]`)
	c.refuses(400, "invalid_swap_duplicate_index_found", "POST", "/swap-indexes", `[{"indexes":["a","a"]}]`)
	c.fails("index_not_found", "POST", "/swap-indexes", `[{"indexes":["a","b"]}]`)
	c.fails("index_not_found", "DELETE", "/indexes/i", "")
	c.done("POST", "/indexes", `{"uid":"i","primaryKey":"id"}`)
	c.fails("index_already_exists", "POST", "/indexes", `{"uid":"i"}`)
	c.refuses(400, "bad_request", "POST", "/indexes/i/search", `{"filters":"a"}`)
	c.refuses(400, "invalid_search_limit", "POST", "/indexes/i/search", `{"limit":"a"}`)
}

func TestDocumentsAreCheckedWhenTheirTaskRuns(t *testing.T) {
	c := start(t, nil)
	c.fails("index_primary_key_no_candidate_found", "POST", "/indexes/i/documents", `[{"name":"a"}]`)
	c.fails("index_primary_key_multiple_candidates_found", "POST", "/indexes/i/documents", `[{"aid":1,"bid":2}]`)
	c.done("POST", "/indexes/i/documents", `[{"id":"a"}]`)
	for _, id := range []string{`"a.main"`, `"页"`, `""`, `"` + strings.Repeat("a", 512) + `"`, `1.5`} {
		c.fails("invalid_document_id", "POST", "/indexes/i/documents", `[{"id":"fine"},{"id":`+id+`}]`)
	}
	c.fails("missing_document_id", "POST", "/indexes/i/documents", `[{"name":"a"}]`)
	c.done("PUT", "/indexes/i/documents", `[{"id":"a","x":1}]`)
	c.done("PUT", "/indexes/i/documents", `[{"id":"a","y":2},{"id":7}]`)
	docs := c.s.Documents("i")
	if len(docs) != 2 || docs[0]["x"] == nil || docs[0]["y"] == nil {
		t.Errorf("a task that failed left something, or an update lost it: %v", docs)
	}
}

func TestKeysReachTheirIndexesAndTasksOnly(t *testing.T) {
	c := start(t, map[string]meilitest.Key{"k": {Actions: []string{"documents.*", "tasks.get", "search"}, Indexes: []string{"i*"}}, "all": {Actions: []string{"*"}, Indexes: []string{"*"}}})
	c.refuses(401, "missing_authorization_header", "GET", "/tasks/0", "")
	c.key = "all"
	c.done("POST", "/indexes", `{"uid":"i","primaryKey":"id"}`)
	c.done("POST", "/indexes", `{"uid":"other","primaryKey":"id"}`)
	c.key = "wrong"
	c.refuses(403, "invalid_api_key", "POST", "/indexes/i/search", `{}`)
	c.key = "k"
	c.finds(`{}`)
	c.done("POST", "/indexes/i/documents", `[{"id":1}]`)
	c.fails("index_not_found", "POST", "/indexes/i2/documents", `[{"id":1}]`) // no right to create
	c.refuses(403, "invalid_api_key", "POST", "/indexes/other/search", `{}`)
	c.refuses(403, "invalid_api_key", "GET", "/indexes/i/settings", "")
	c.refuses(404, "task_not_found", "GET", "/tasks/1", "")
}

func TestFiltersFollowTheGrammar(t *testing.T) {
	c := start(t, nil)
	c.done("POST", "/indexes/i/documents", `[{"id":"a","n":1,"s":"Main Site","l":["x","y"]},{"id":"b","n":2.5,"s":"ｍａｉｎ　site"},{"id":"c","n":-3,"l":["y"],"s":null}]`)
	c.refuses(400, "invalid_search_filter", "POST", "/indexes/i/search", `{"filter":"n = 1"}`)
	c.done("PATCH", "/indexes/i/settings", `{"filterableAttributes":["n","s","l"]}`)
	for filter, want := range map[string]string{
		`"n = 1"`: "a", `"n != 1"`: "b c", `"n > 1"`: "b", `"n >= 1 AND n < 2.5"`: "a", `"n <= -3"`: "c", `"l = y"`: "a c", `"NOT l = x"`: "b c",
		`"s = 'main site'"`: "a b", `"s IN ['MAIN SITE', z]"`: "a b", `"n IN [1, 2.5]"`: "a b", `"l EXISTS"`: "a c", `"n = 1 OR n = 2.5 AND l = y"`: "a",
		`"(n = 1 OR n = 2.5) AND s = \"main site\""`: "a b", `["n > 0", ["l = x", "n = 2.5"]]`: "a b", `""`: "a b c", `"s = AND"`: "!", `"n ="`: "!", `"n = 1 n = 2"`: "!",
		`"(n = 1"`: "!", `"n > x"`: "!", `"z = 1"`: "!", `"s = 'open"`: "!", `"l IN [x"`: "!", `7`: "!",
	} {
		if request := `{"filter":` + filter + `}`; want == "!" {
			c.refuses(400, "invalid_search_filter", "POST", "/indexes/i/search", request)
		} else {
			c.finds(request, strings.Fields(want)...)
		}
	}
	c.refuses(400, "invalid_document_filter", "POST", "/indexes/i/documents/fetch", `{"filter":"z = 1"}`)
	if _, r := c.ask("POST", "/indexes/i/documents/fetch", `{"filter":"n > 0","limit":1,"offset":1,"fields":["id"]}`); r["total"] != 2.0 || len(r["results"].([]any)) != 1 {
		t.Errorf("fetched %v", r)
	}
}

func TestSearchesFindWordsPhrasesAndPages(t *testing.T) {
	c := start(t, nil)
	c.done("POST", "/indexes/i/documents", `[{"id":"a","t":"red green blue","x":"camelCase","n":3},{"id":"b","t":"blue. green red","n":1},{"id":"c","x":"green blue","t":["green","blue"],"n":2}]`)
	c.refuses(400, "invalid_search_sort", "POST", "/indexes/i/search", `{"sort":["n:asc"]}`)
	c.done("PATCH", "/indexes/i/settings", `{"searchableAttributes":["t","x"],"sortableAttributes":["n"],"displayedAttributes":["id","t"],"synonyms":{"scarlet":["red","green blue"]},"rankingRules":["sort","words","attribute","n:desc"]}`)
	c.finds(`{"q":"green","matchingStrategy":"all"}`, "a", "c", "b")
	c.finds(`{"q":"\"green blue\""}`, "a", "c") // not across the full stop of b; c has it in x
	c.finds(`{"q":"\"blue green\""}`)
	c.finds(`{"q":"red blu","matchingStrategy":"all"}`, "a", "b") // the beginning of a word
	c.finds(`{"q":"case"}`, "a")
	c.finds(`{"q":"green -red"}`, "c")
	c.finds(`{"q":"green -\"green blue\""}`, "b")
	c.finds(`{"q":"scarlet"}`, "a", "c", "b")
	c.finds(`{"q":"green missing"}`, "a", "c", "b")
	c.finds(`{"q":"green missing","matchingStrategy":"all"}`)
	c.finds(`{"sort":["n:asc"]}`, "b", "c", "a")
	r := c.finds(`{"sort":["n:desc"],"page":2,"hitsPerPage":2}`, "b")
	if r["totalHits"] != 3.0 || r["totalPages"] != 2.0 {
		t.Errorf("pages: %v", r)
	}
	c.done("PATCH", "/indexes/i/settings", `{"prefixSearch":"disabled","pagination":{"maxTotalHits":2}}`)
	c.finds(`{"q":"blu"}`)
	if r := c.finds(`{"sort":["n:asc"],"hitsPerPage":5,"page":1}`, "b", "c"); r["totalHits"] != 2.0 {
		t.Errorf("more than maxTotalHits: %v", r)
	}
	if r := c.finds(`{"q":"case","attributesToRetrieve":["*"]}`, "a"); r["hits"].([]any)[0].(map[string]any)["x"] != nil {
		t.Error("an attribute that is not displayed was shown")
	}
}

func TestALongPhraseCanBeFoundWhereOnlyItsPartsStand(t *testing.T) {
	c := start(t, nil)
	c.done("POST", "/indexes/i/documents", `[{"id":"whole","t":"a b c d"},{"id":"parts","t":"a b c. x. b c d"},{"id":"pairs","t":"a b. b c. c d"}]`)
	c.finds(`{"q":"\"a b c d\""}`, "whole", "parts")
}

func TestWordsBeyondTheLimitsArePassedOver(t *testing.T) {
	c := start(t, nil)
	text := strings.Repeat("a ", 65_535) + "z"
	c.done("POST", "/indexes/i/documents", `[{"id":"a","t":"`+text+`"},{"id":"b","t":"k1 k2 k3 k4 k5 k6 k7 k8 k9 k10"}]`)
	c.finds(`{"q":"z"}`)
	c.finds(`{"q":"k1 k2 k3 k4 k5 k6 k7 k8 k9 k10 k11","matchingStrategy":"all"}`, "b")
}

func TestASwapExchangesDocumentsAndSettings(t *testing.T) {
	c := start(t, nil)
	c.done("POST", "/indexes/i/documents", `[{"id":"a"}]`)
	c.done("POST", "/indexes/j/documents", `[{"id":"b"}]`)
	c.done("PATCH", "/indexes/j/settings", `{"sortableAttributes":["n"]}`)
	task := c.done("POST", "/swap-indexes", `[{"indexes":["i","j"],"rename":false}]`)
	if task["type"] != "indexSwap" || task["indexUid"] != nil {
		t.Errorf("the task is %v", task)
	}
	c.finds(`{"sort":["n:asc"]}`, "b")
	_, first := c.ask("GET", "/tasks/0", "")
	if first["indexUid"] != "j" {
		t.Errorf("the history kept the old name: %v", first)
	}
	_, list := c.ask("GET", "/tasks?types=indexSwap&limit=5", "")
	if len(list["results"].([]any)) != 1 {
		t.Errorf("swaps: %v", list)
	}
}
