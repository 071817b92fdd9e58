// The places where files may lie: what holds for one holds for the other.

package buckettest

import (
	"testing"

	"gocloud.dev/blob"

	"gongkai/store/bucket"
)

// Open opens a bucket of its own for every name.
type Open func(t testing.TB, name string) *blob.Bucket

// Folders opens folders.
func Folders(t testing.TB, _ string) *blob.Bucket {
	t.Helper()
	b, err := bucket.Folder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	return b.Bucket
}

// S3 opens buckets of a server of the test's own.
func S3(t testing.TB, name string) *blob.Bucket {
	t.Helper()
	return Start(t, name).Open(t, name).Bucket
}

// Each tells a story once for every place.
func Each(t *testing.T, story func(*testing.T, Open)) {
	t.Helper()
	for _, place := range []struct {
		name string
		open Open
	}{{"in a folder", Folders}, {"in S3", S3}} {
		t.Run(place.name, func(t *testing.T) { story(t, place.open) })
	}
}
