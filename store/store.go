// Meta, Spec and Use: how a document type becomes a collection.

package store

import (
	"context"
	"errors"
	"reflect"
)

// Meta is embedded in every document type.
type Meta struct {
	ID     string `json:"id"`
	Rev    int64  `json:"rev"`    // counts the writes of this document, from 1
	Schema int    `json:"schema"` // schema number of the program that wrote it
}

func (m *Meta) meta() *Meta { return m }

// Spec declares a collection.
type Spec[T any] struct {
	Name    string                                   // collection name
	Schema  int                                      // current schema number, from 1
	Upgrade func(from int, doc map[string]any) error // on read: an older document becomes a current one
	Indexes []Index
}

// Index declares an index. Order does not matter to sorting: either way works.
type Index struct {
	Name   string
	Fields []string // dotted JSON paths, at most one of them through an array
	Unique bool     // skips documents that lack one of the fields
}

// ErrUnchanged is what a change returns, or wraps, to say: nothing to write,
// give me the document as it is.
var ErrUnchanged = errors.New("store: unchanged")

// MaxDocument is the largest document, as stored.
const MaxDocument = 4 << 20

// Collection holds the documents of one type.
type Collection[T any] struct {
	db      DB
	table   *Table
	schema  int
	upgrade func(from int, doc map[string]any) error
	known   known
	exact   bool // T has fields of type any: their numbers must not become float64
}

// Use declares the collection and its indexes in db. T is a struct that embeds
// Meta. The same collection may be used many times, always with the same spec.
func Use[T any](ctx context.Context, db DB, spec Spec[T]) (*Collection[T], error) {
	table, shape, err := tableFor[T](spec.Name, spec.Schema, spec.Indexes)
	if err != nil {
		return nil, err
	}
	if err := db.Declare(ctx, table); err != nil {
		return nil, err
	}
	return &Collection[T]{db: db, table: table, schema: spec.Schema, upgrade: spec.Upgrade, known: knownOf(reflect.TypeFor[T](), map[reflect.Type]known{}), exact: shape.loose}, nil
}
