package search_test

import (
	"context"
	"net"
	"net/http"
	"testing"
	"time"

	"gongkai"
	"gongkai/search"
	"gongkai/search/meilitest"
)

func TestAnIndexThatIsAwayAtTheStartIsFoundLater(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := ln.Addr().String()
	_ = ln.Close()
	index, err := search.OpenLate(t.Context(), func(ctx context.Context) (search.Index, error) {
		return search.OpenMeili(ctx, search.MeiliOptions{URL: "http://" + at, Key: "key", Index: "pages"})
	})
	if err != nil {
		t.Fatal("the start fails:", err)
	}
	defer func() { _ = index.Close() }()
	if err := index.Ping(t.Context()); gongkai.CodeOf(err) != "search_unavailable" {
		t.Errorf("it should say that it is away: %v", err)
	}
	if _, err := index.Search(t.Context(), search.Query{Text: "工程"}); !gongkai.Is(err, gongkai.Unavailable) {
		t.Errorf("it should say that it is away: %v", err)
	}
	stand, err := meilitest.New(map[string]meilitest.Key{"key": {Actions: []string{"*"}, Indexes: []string{"*"}}})
	if err != nil {
		t.Fatal(err)
	}
	if ln, err = net.Listen("tcp", at); err != nil {
		t.Skip("somebody took the address meanwhile")
	}
	site := &http.Server{Handler: stand, ReadHeaderTimeout: time.Second}
	go func() { _ = site.Serve(ln) }()
	defer func() { _ = site.Close() }()
	for end := time.Now().Add(time.Minute); index.Ping(t.Context()) != nil; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it is not found:", index.Ping(t.Context()))
		}
	}
	if err := index.Put(t.Context(), search.Doc{ID: "a.s", Item: "a", Site: "s", Title: "在建工程公示", Epoch: 1, Seq: 1, Published: 1}); err != nil {
		t.Fatal(err)
	}
	if err := index.Rebuild(t.Context(), func(put func(...search.Doc) error) error {
		return put(search.Doc{ID: "b.s", Item: "b", Site: "s", Title: "施工工程公示", Epoch: 1, Seq: 1, Published: 1})
	}); err != nil {
		t.Fatal(err)
	}
	if found, err := index.Search(t.Context(), search.Query{Text: "工程"}); err != nil || len(found.Hits) != 2 {
		t.Errorf("%d hits, %v", len(found.Hits), err)
	}
}

func TestAWrongKeyIsRefusedAtTheStart(t *testing.T) {
	wrong := gongkai.E(gongkai.Unavailable, "search_key", "", "")
	if _, err := search.OpenLate(t.Context(), func(context.Context) (search.Index, error) { return nil, wrong }); gongkai.CodeOf(err) != "search_key" {
		t.Errorf("%v", err)
	}
}
