// Tokens and ids for Meilisearch, seen from the inside.

package search

import (
	"regexp"
	"strings"
	"testing"
)

func TestTokensForMeilisearchAreSmallConsonantsAndAllDifferent(t *testing.T) {
	for gram, want := range map[string]string{"工程": "hrshknbp", "2016": "zfdfbfcfj"} {
		if got := meiliToken(gram); got != want {
			t.Errorf("%s is %s, want %s", gram, got, want)
		}
	}
	form, seen := regexp.MustCompile(`^[bcdfghjklmnpqrstz]{3,255}$`), map[string]string{}
	text := "在建工程2016年度 ＰＭ２.５ COVID-19 don't 𠮷字楼 ①㈠ été Ж ﬁ 가나 \u0d30 " + strings.Repeat("长", 3) + strings.Repeat("z", 300) + "号"
	for _, gram := range grams(units(text)) {
		token := meiliToken(gram)
		if !form.MatchString(token) {
			t.Errorf("%q became %q", gram, token)
		}
		if other, taken := seen[token]; taken && other != gram {
			t.Errorf("%q and %q are the same", gram, other)
		}
		seen[token] = gram
	}
}

func TestPageIdsAreWrittenReversiblyAndTellCaseApart(t *testing.T) {
	form := regexp.MustCompile(`^[a-z0-9_]+$`)
	for _, id := range []string{"01jz8-x.main", "A.main", "a.main", "a_2emain", "页面.站", "\xff\x00", "not", "_", "_2"} {
		key, err := pageKey(id)
		if err != nil || !form.MatchString(key) || pageID(key) != id {
			t.Errorf("%q became %q, then %q, %v", id, key, pageID(key), err)
		}
	}
	for _, id := range []string{"", strings.Repeat("a", maxPageKey+1), strings.Repeat("页", 60)} {
		if _, err := pageKey(id); err == nil {
			t.Errorf("an id of %d bytes was taken", len(id))
		}
	}
}

func FuzzPageIdsComeBack(f *testing.F) {
	f.Add("a.main")
	f.Fuzz(func(t *testing.T, id string) {
		if key, err := pageKey(id); err == nil && pageID(key) != id {
			t.Errorf("%q came back as %q", id, pageID(key))
		}
	})
}

func TestStatesAreOrderedAndOfTheSameOnesTheDeletionIsLater(t *testing.T) {
	order := []stored{{Epoch: 1, Seq: 8}, {Epoch: 1, Seq: 9}, {Epoch: 1, Seq: 9, Gone: true}, {Epoch: 2, Seq: 1}}
	for i := range order {
		for j := range order {
			if got, want := order[i].replaces(&order[j]), i > j; got != want {
				t.Errorf("%+v replaces %+v: %v", order[i], order[j], got)
			}
		}
	}
	if last, ok := latest([]stored{order[1], order[3], order[2]}); !ok || last.Epoch != 2 {
		t.Errorf("the latest is %+v", last)
	}
}

func TestALongTextIsDividedSoThatNoPhraseIsCut(t *testing.T) {
	tokens := make([]string, 2*partTokens)
	for i := range tokens {
		tokens[i] = meiliToken(string(rune('一' + i%20000)))
	}
	out := parts(tokens)
	if len(out) != 3 {
		t.Fatalf("%d parts", len(out))
	}
	for _, at := range []int{partTokens - 3, 2*partTokens - overlap - 2, 2*partTokens - 5} {
		phrase, found := strings.Join(tokens[at:at+5], " "), false
		for _, part := range out {
			found = found || strings.Contains(part, phrase)
		}
		if !found {
			t.Errorf("the phrase at %d is in no part", at)
		}
	}
}
