package content

import (
	"path/filepath"
	"testing"
	"time"

	"gongkai"
	"gongkai/store"
	"gongkai/store/bucket/buckettest"
)

func TestAStoreKnowsItsKey(t *testing.T) {
	db, err := store.OpenScratch(t.Context(), filepath.Join(t.TempDir(), "restricted.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	files := buckettest.Folders(t, "originals")
	for _, c := range []struct{ key, code string }{{"the first key", ""}, {"the first key", ""}, {"another key", "secret_differs"}, {"the first key", ""}} {
		_, err := Open(t.Context(), db, files, Secret(c.key), time.Now)
		if (err == nil) != (c.code == "") || err != nil && gongkai.CodeOf(err) != c.code {
			t.Errorf("%s: %v", c.key, err)
		}
	}
}
