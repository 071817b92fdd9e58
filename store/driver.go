// The contract between Collection and a database. Small on purpose: a driver
// moves bytes and keys, it knows no document type.

package store

import "context"

// DB is an open database. Collections are made on it by Use; counters are used
// directly. The other methods are the driver's side of Collection.
//
// A driver reports its own troubles as gongkai.Unavailable, a duplicate as
// gongkai.Conflict that names the index, and never half a write.
type DB interface {
	// Next gives 1, 2, 3, …: a number is never given twice, gaps are legal.
	Next(ctx context.Context, counter string) (int64, error)
	// Lift makes sure that Next gives numbers above atLeast.
	Lift(ctx context.Context, counter string, atLeast int64) error
	Ping(ctx context.Context) error
	Close() error

	// Declare makes the table exist with exactly these indexes.
	Declare(ctx context.Context, t *Table) error
	// Load gives the stored document, or a Raw with Rev 0 if there is none.
	Load(ctx context.Context, t *Table, id string) (Raw, error)
	// Insert stores new documents, each by itself: one answer per document.
	Insert(ctx context.Context, t *Table, docs []Raw) []error
	// Change is the guarded write: it hands decide the stored document (Rev 0:
	// none) and stores what decide returns (Doc nil: removes it) only if nothing
	// was written in between; otherwise it asks again. decide never panics.
	Change(ctx context.Context, t *Table, id string, decide func(Raw) (Raw, error)) error
	// Scan walks along one index.
	Scan(ctx context.Context, t *Table, s Scan) ([]Raw, error)
	// Count counts what Scan would find, up to s.Limit (0: all).
	Count(ctx context.Context, t *Table, s Scan) (int, error)
}

// Table is what a driver knows of a collection.
type Table struct {
	Name    string
	Fields  []string // every path that some index names
	Indexes []TableIndex
	arrays  []bool // which of Fields lead through a list
	paths   *trie
}

// TableIndex is a declared index. A document that lacks a field is found under
// the absent value; a unique index skips it instead.
type TableIndex struct {
	Name   string
	Fields []int // positions in Table.Fields
	Array  int   // which of Fields is an array, -1 if none
	Unique bool
}

// Raw is a document as stored: canonical JSON, and for a write the values of
// the table's fields.
type Raw struct {
	ID     string
	Rev    int64
	Schema int
	Doc    []byte
	Keys   [][]Value // by position in Table.Fields; nil where absent, several for an array
}

// Scan says which part of an index to walk, and how. Order is the order of the
// index fields behind Equal, then the id.
type Scan struct {
	Index  int       // position in Table.Indexes, or ByID
	Equal  [][]Value // allowed values of the leading fields
	From   *Bound    // lower bound of the next field
	To     *Bound    // upper bound of the next field
	Prefix *string   // instead of bounds: the next field is a text that starts so
	Down   bool      // from the highest to the lowest
	After  []Value   // go on behind these values; the last one is the id
	Limit  int
}

// ByID is the index that every table has.
const ByID = -1

// Bound is an end of a range.
type Bound struct {
	Value Value
	With  bool // the value itself belongs to the range
}
