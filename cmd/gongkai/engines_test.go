package main

import (
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gongkai"
	"gongkai/account"
	"gongkai/search"
	"gongkai/search/meilitest"
)

func TestTheIndexIsInMeilisearchWhereOneIsGiven(t *testing.T) {
	stand, err := meilitest.New(map[string]meilitest.Key{"key": {Actions: []string{"*"}, Indexes: []string{"*"}}})
	if err != nil {
		t.Fatal(err)
	}
	site := httptest.NewServer(stand)
	defer site.Close()
	a, err := open(t.Context(), config{Data: t.TempDir(), engines: engines{MeiliURL: site.URL, MeiliKey: "key", MeiliIndex: "pages"}}, io.Discard, account.Demo)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.close() }()
	if err := a.index.Put(t.Context(), search.Doc{ID: "a.s", Item: "a", Site: "s", Title: "在建工程公示", Epoch: 1, Seq: 1, Published: 1}); err != nil {
		t.Fatal(err)
	}
	found, err := a.index.Search(t.Context(), search.Query{Text: "工程"})
	if err != nil || len(found.Hits) != 1 {
		t.Errorf("%d hits, %v", len(found.Hits), err)
	}
	if left, _ := filepath.Glob(filepath.Join(a.cfg.Data, "search.db*")); len(left) > 0 {
		t.Error("an embedded index was made as well")
	}
}

func TestEnginesThatCannotBeAreRefusedByName(t *testing.T) {
	cases := map[string]struct {
		cfg  config
		kind gongkai.Kind
		code string
		env  string
	}{
		"a URI without a database": {config{engines: engines{MongodbURI: "mongodb://u:geheim@127.0.0.1:1/"}}, gongkai.Invalid, "bad_mongodb_uri", "GONGKAI_MONGODB_URI"},
		"an address that is none":  {config{engines: engines{MeiliURL: "ftp://geheim"}}, gongkai.Invalid, "search_url", "GONGKAI_MEILI_URL"},
	}
	for name, c := range cases {
		c.cfg.Data, c.cfg.MeiliIndex = t.TempDir(), "pages"
		_, err := open(t.Context(), c.cfg, io.Discard, account.Demo)
		if !strings.Contains(err.Error(), c.env) {
			t.Errorf("%s: the setting is not named: %v", name, err)
		}
		if gongkai.KindOf(err) != c.kind || gongkai.CodeOf(err) != c.code || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s: %v", name, err)
		}
	}
	same := engines{MongodbURI: "mongodb://content:geheim@db:27017/a", PublicMongodbURI: "mongodb://public:geheim@db/a?replicaSet=rs"}
	if err := same.Validate(); err == nil || !strings.Contains(err.Error(), "GONGKAI_PUBLIC_MONGODB_URI") || strings.Contains(err.Error(), "geheim") {
		t.Errorf("one database for both stores: %v", err)
	}
}

func TestSynonymsAreReadFromTheFileThatIsNamed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "synonyms.txt")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	with := func(file string) (*app, error) {
		return open(t.Context(), config{Data: t.TempDir(), engines: engines{SearchSynonyms: file}}, io.Discard, account.Demo)
	}
	write("公积金 住房公积金\n")
	a, err := with(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.close() }()
	if err := a.index.Put(t.Context(), search.Doc{ID: "a.www", Item: "a", Site: "www", Title: "公积金提取", Epoch: 1, Seq: 1}); err != nil {
		t.Fatal(err)
	}
	if r, err := a.index.Search(t.Context(), search.Query{Text: "住房公积金"}); err != nil || r.Total != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	write("公积金 住房公积金\n低保\n")
	for _, wrong := range []string{file, file + ".not"} {
		if _, err := with(wrong); err == nil || !strings.Contains(err.Error(), "GONGKAI_SEARCH_SYNONYMS") {
			t.Errorf("%v", err)
		}
	}
}
