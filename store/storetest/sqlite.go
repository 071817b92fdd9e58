// The embedded store in tests of other packages.

package storetest

import (
	"testing"

	"gongkai/store"
)

// SQLite opens the file at path. Only benchmarks wait for the disk, as a program
// does.
func SQLite(tb testing.TB, path string) (*store.SQLite, error) {
	if _, bench := tb.(*testing.B); bench {
		return store.OpenSQLite(tb.Context(), path)
	}
	return store.OpenScratch(tb.Context(), path)
}
