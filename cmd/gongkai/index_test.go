package main

import (
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gongkai/account"
	"gongkai/content"
	"gongkai/publication"
	"gongkai/search/meilitest"
)

// shown is a data folder with pages that the index was never told of.
func shown(t *testing.T, pages int) (data string) {
	t.Helper()
	data = filepath.Join(t.TempDir(), "data")
	a, err := open(t.Context(), config{Data: data}, io.Discard, account.Demo)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.close() }()
	for i := range pages {
		item := fmt.Sprintf("item-%d", i)
		bytes, digest, err := content.Canonical(content.Public{Item: item})
		if err != nil {
			t.Fatal(err)
		}
		if err := a.public.PutEdition(t.Context(), publication.Edition{Item: item, Number: 1, Bytes: bytes, Digest: digest}); err != nil {
			t.Fatal(err)
		}
		if _, err := a.public.Show(t.Context(), publication.Page{Item: item, Site: "s", Seq: 1, State: publication.Shows, Edition: publication.EditionID(item, 1), Title: "河道清淤"}); err != nil {
			t.Fatal(err)
		}
	}
	return data
}

func TestALostIndexIsRebuiltFromTheCommandLine(t *testing.T) {
	data := shown(t, 3)
	for _, name := range []string{"search.db", "search.db-wal", "search.db-shm"} {
		_ = os.Remove(filepath.Join(data, name))
	}
	beside := reopened(t, data) // it runs on
	gongkaiRun(t, "", "index", "rebuild", "--data", data).wants(t, 0, "3 pages read, 3 written")
	for i := range 3 {
		if _, err := beside.index.Get(t.Context(), fmt.Sprintf("item-%d.s", i)); err != nil {
			t.Error(err)
		}
	}
	if err := beside.public.Strike(t.Context(), "item-1", []int64{1}); err != nil {
		t.Fatal(err)
	}
	gongkaiRun(t, "", "index", "rebuild", "--data", data).wants(t, 2, "3 pages read, 2 written", "item-1.s", "restore the public store")
	gongkaiRun(t, "", "index", "rebuild", "--data", t.TempDir()).wants(t, 2, "no data here")
}

func TestARebuildOnMeilisearchNamesTheKeyThatMayNot(t *testing.T) {
	writing := strings.Fields("search documents.add documents.get documents.delete tasks.get indexes.get indexes.create settings.get settings.update")
	names := []string{"gongkai", "gongkai-rebuild"}
	stand, err := meilitest.New(map[string]meilitest.Key{
		"worker":    {Actions: writing, Indexes: names[:1]},
		"rebuilder": {Actions: append([]string{"indexes.swap", "indexes.delete"}, writing...), Indexes: names},
	})
	if err != nil {
		t.Fatal(err)
	}
	site := httptest.NewServer(stand)
	data := shown(t, 2)
	run := func(key string) said {
		return gongkaiRun(t, "", "index", "rebuild", "--data", data, "--meili-url", site.URL, "--meili-key", key)
	}
	run("rebuilder").wants(t, 0, "2 pages read, 2 written")
	if n := len(stand.Documents("gongkai")); n != 2 {
		t.Errorf("%d documents", n)
	}
	run("worker").wants(t, 2, "GONGKAI_MEILI_KEY")
	site.Close()
	run("rebuilder").wants(t, 2, "GONGKAI_MEILI_URL")
}
