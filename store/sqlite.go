package store

import "context"

// SQLite is an open SQLite file.
type SQLite struct{ DB }

// OpenSQLite opens path, and creates it with its folders if need be.
func OpenSQLite(ctx context.Context, path string) (*SQLite, error) {
	return nil, unavailable("closed", "", "")
}
