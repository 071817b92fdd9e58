// The suite, over MongoDB's protocol.

package ferrettest

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/FerretDB/FerretDB/ferretdb"

	"gongkai/store"
	"gongkai/store/storetest"
)

// What FerretDB v1 cannot do even one command at a time. Everything else passes.
var gaps = []storetest.Gap{
	storetest.Without("a unique index names itself and skips what lacks the field",
		"FerretDB v1 compares whole lists in a unique index, and answers a duplicate of an update with an internal error"),
	storetest.Without("a new unique index over duplicates is refused and changes nothing",
		"FerretDB v1 makes some of the indexes before it fails, and knows nothing of them afterwards"),
	storetest.Without("another set of indexes is built from what is stored",
		"FerretDB v1 reads the whole collection for every guarded write: 1,200 of them take minutes; the rebuild has a smaller test here"),
}

func TestMongoIsAStoreOnFerretDB(t *testing.T) {
	uri := newProxy(t, ferret(t)).uri
	var count atomic.Int64
	storetest.Run(t, func(t *testing.T) (store.DB, func() store.DB) {
		name := fmt.Sprint("test", count.Add(1))
		open := func() store.DB { return openAt(t, uri+name) }
		return open(), open
	}, gaps...)
}

func openAt(t *testing.T, uri string) *store.Mongo {
	t.Helper()
	db, err := store.OpenMongo(t.Context(), uri, store.MongoOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// ferret starts a server that stops with the test.
func ferret(t *testing.T) (uri string) {
	t.Helper()
	server, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{TCP: "127.0.0.1:0"},
		Handler:   "sqlite",
		SQLiteURL: "file:" + t.TempDir() + "/",
		Logger:    slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = server.Run(ctx) }()
	t.Cleanup(func() { stop(); <-done })
	return strings.TrimSuffix(server.MongoDBURI(), "/") + "/"
}
