// MongoDB passes the suite of all drivers, where a server is given.

package store_test

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"gongkai/store"
	"gongkai/store/storetest"
)

func TestMongoIsAStore(t *testing.T) {
	uri := os.Getenv("GONGKAI_TEST_MONGODB_URI")
	if uri == "" {
		t.Skip("GONGKAI_TEST_MONGODB_URI names no server: the suite did not run on MongoDB")
	}
	storetest.Run(t, mongoDatabases(t, uri))
}

// mongoDatabases gives each case a database of its own, dropped afterwards.
func mongoDatabases(t *testing.T, uri string) storetest.Open {
	base, err := url.Parse(uri)
	if err != nil {
		t.Fatal("GONGKAI_TEST_MONGODB_URI is not a URI")
	}
	server, err := mongo.Connect(context.Background(), options.Client().ApplyURI(uri))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Disconnect(context.Background()) })
	run, count := time.Now().Unix(), atomic.Int64{}
	return func(t *testing.T) (store.DB, func() store.DB) {
		name := fmt.Sprintf("gongkai_test_%d_%d", run, count.Add(1))
		t.Cleanup(func() {
			if err := server.Database(name).Drop(context.Background()); err != nil {
				t.Error(err)
			}
		})
		here := *base
		here.Path = "/" + name
		if q := here.Query(); base.User != nil && q.Get("authSource") == "" {
			q.Set("authSource", "admin") // the name in the path would be it otherwise
			here.RawQuery = q.Encode()
		}
		open := func() store.DB {
			db, err := store.OpenMongo(t.Context(), here.String(), store.MongoOptions{})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { db.Close() })
			return db
		}
		return open(), open
	}
}
