// What the indexes in the database differ in from the declared ones: for the
// operator, and nothing is changed.

package store

import (
	"context"
	"maps"
	"slices"

	"go.mongodb.org/mongo-driver/bson"

	"gongkai"
)

// IndexDifferences compares the indexes of the collections in use with the
// declared ones. Where is the collection and the index; Code is "missing",
// "differs" (ours, with other fields) or "foreign" (not made by this program).
func (db *Mongo) IndexDifferences(ctx context.Context) (out []gongkai.Detail, err error) {
	if err := db.open(ctx); err != nil {
		return nil, err
	}
	db.mu.RLock()
	tables := maps.Clone(db.tables)
	db.mu.RUnlock()
	for _, name := range slices.Sorted(maps.Keys(tables)) {
		found, err := db.indexesOf(ctx, tables[name])
		if err != nil {
			return nil, err
		}
		out = append(out, tables[name].differences(found)...)
	}
	return out, nil
}

// foundIndex is an index as the server lists it.
type foundIndex struct {
	Name   string `bson:"name"`
	Key    bson.D `bson:"key"`
	Unique bool   `bson:"unique"`
}

func (db *Mongo) indexesOf(ctx context.Context, m *mongoTable) (found []foundIndex, err error) {
	err = db.read(ctx, func(ctx context.Context) error {
		cursor, err := m.coll.Indexes().List(ctx)
		if err != nil {
			return err
		}
		return cursor.All(ctx, &found)
	})
	return found, err
}

func (m *mongoTable) differences(found []foundIndex) (out []gongkai.Detail) {
	for i, name := range m.indexes {
		at := slices.IndexFunc(found, func(f foundIndex) bool { return f.Name == name })
		switch {
		case at < 0:
			out = append(out, difference(m.Name+"."+name, "missing", "缺少声明的索引，重启程序即会重建", "the declared index is missing; a restart makes it"))
		case found[at].Unique != m.Indexes[i].Unique || !sameKeys(found[at].Key, m.indexKeys(i)):
			out = append(out, difference(m.Name+"."+name, "differs", "索引的字段或唯一性与声明不同，请删除后重启程序", "the index has other fields than declared, or is unique where it should not be; drop it and restart"))
		}
	}
	for _, f := range found {
		if f.Name != "_id_" && !slices.Contains(m.indexes, f.Name) {
			out = append(out, difference(m.Name+"."+f.Name, "foreign", "该索引不由本程序建立，程序不会改动它", "this program did not make the index and leaves it alone"))
		}
	}
	return out
}

func difference(where, code, zh, en string) gongkai.Detail {
	return gongkai.Detail{Where: where, Code: code, Zh: zh, En: en}
}

// sameKeys compares fields and directions; servers answer with numbers of any type.
func sameKeys(a, b bson.D) bool {
	return slices.EqualFunc(a, b, func(x, y bson.E) bool {
		return x.Key == y.Key && direction(x.Value) == direction(y.Value)
	})
}

func direction(v any) int64 {
	switch v := v.(type) {
	case int32:
		return int64(v)
	case int64:
		return v
	case float64:
		return int64(v)
	}
	return 0
}
