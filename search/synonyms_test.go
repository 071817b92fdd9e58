// Synonyms in the embedded index, and the file that lists them.

package search_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"gongkai"
	"gongkai/search"
)

func TestSynonymsInTheEmbeddedIndex(t *testing.T) {
	l := open(t, filepath.Join(t.TempDir(), "search.db"))
	groups, err := search.ReadSynonyms(strings.NewReader("\ufeff# 住房\n公积金、住房公积金\r\n\n身份证 居民身份证 # 证件\n藕,莲藕\n"))
	check(t, err)
	l.Synonyms(groups)
	check(t, l.Put(t.Context(), release("a", "公积金提取", 1), release("b", "身份证办理", 1), release("c", "藕田", 1), release("d", "身份核验证明", 1), release("e", "居民身份证办理", 1)))
	holds(t, l, "住房公积金", "a")
	holds(t, l, "公积金 提取", "a")
	holds(t, l, "居民身份证 办理", "b", "e")
	holds(t, l, "莲藕", "c")
	holds(t, l, "身份核验", "d")
	for _, sort := range []string{search.SortRelevance, search.SortNewest} {
		r, err := l.Search(t.Context(), search.Query{Text: "居民身份证", Sort: sort})
		if err != nil || r.Total != 2 || sort == search.SortRelevance && r.Hits[0].Item != "e" {
			t.Errorf("%s: %+v, %v", sort, r, err)
		}
	}
}

func TestAFileOfSynonymsThatIsWrongIsRefused(t *testing.T) {
	for text, where := range map[string]string{
		"公积金 住房公积金\n低保\n":                "line 2",
		"公积金 （）\n":                       "line 1",
		"\xff\xfe":                       "",
		strings.Repeat("a b\n", 300_000): "",
	} {
		_, err := search.ReadSynonyms(strings.NewReader(text))
		if gongkai.CodeOf(err) != "synonyms" || !strings.Contains(detail(err), where) {
			t.Errorf("%.20q: %v", text, err)
		}
	}
	if groups, err := search.ReadSynonyms(strings.NewReader("# nothing\n")); err != nil || groups == nil || len(groups) > 0 {
		t.Errorf("%v, %v", groups, err)
	}
}

func detail(err error) string {
	var e *gongkai.Error
	if !errors.As(err, &e) || len(e.Details) == 0 {
		return ""
	}
	return e.Details[0].Where
}
