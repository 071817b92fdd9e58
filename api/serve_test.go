package api

import (
	"context"
	"io"
	"log/slog"
	"net"
	"path/filepath"
	"testing"
	"time"

	"gongkai/publication"
	"gongkai/search"
	"gongkai/store"
	"gongkai/store/bucket/buckettest"
)

func TestAServerThatIsToldToEndBeforeItBeginsDoesNotServe(t *testing.T) {
	db, err := store.OpenScratch(t.Context(), filepath.Join(t.TempDir(), "public.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	pages, err := publication.Open(t.Context(), db, buckettest.Folders(t, "public"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	index, err := search.OpenLocal(t.Context(), filepath.Join(t.TempDir(), "search.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = index.Close() }()
	s, err := New(Deps{Public: pages, Index: index, Now: time.Now, Config: Config{Only: OnlyContent}, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.Serve(ln) }()
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("it should end quietly: %v", err)
		}
	case <-time.After(time.Minute):
		t.Fatal("it serves although it was told to end")
	}
}
