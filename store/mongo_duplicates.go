// Which unique index the stored documents do not allow. MongoDB says it when
// the index is made; servers that speak its protocol may say only that it failed.

package store

import (
	"context"
	"crypto/sha256"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
)

// internalError is the code by which FerretDB and DocumentDB refuse an index.
const internalError = 1

// createOneByOne finds the index that was refused, and whether the documents
// are the reason.
func (db *Mongo) createOneByOne(ctx context.Context, m *mongoTable) error {
	for i, model := range m.models() {
		_, err := m.coll.Indexes().CreateOne(ctx, model)
		switch {
		case err == nil:
		case mongo.IsDuplicateKeyError(err), hasCode(err, internalError) && m.Indexes[i].Unique && db.twice(ctx, m, i):
			return duplicate(m.Indexes[i].Name)
		default:
			return mongoError(err)
		}
	}
	return nil
}

// twice tells whether two documents have the same values in an index, as far as
// that can be found out. Values are remembered by their digests.
func (db *Mongo) twice(ctx context.Context, m *mongoTable, index int) bool {
	seen := map[[sha256.Size]byte]bool{}
	for last := ""; ; {
		raws, err := db.portion(ctx, m, last)
		if err != nil || len(raws) == 0 {
			return false
		}
		for _, raw := range raws {
			doc, err := opened(raw)
			if err != nil {
				return false
			}
			if _, doc.Keys, _, err = m.canonical(doc.Doc); err != nil {
				return false
			}
			last = doc.ID
			for _, key := range m.Indexes[index].keysOf(doc.Raw) {
				digest := sha256.Sum256(key)
				if seen[digest] {
					return true
				}
				seen[digest] = true
			}
		}
	}
}

// portion reads some documents behind the last one, in the order of their ids.
func (db *Mongo) portion(ctx context.Context, m *mongoTable, last string, more ...bson.E) (raws []bson.Raw, err error) {
	filter := append(bson.D{{Key: "_id", Value: bson.D{{Key: "$gt", Value: last}}}}, more...)
	err = db.read(ctx, func(ctx context.Context) error {
		cursor, err := m.coll.Find(ctx, filter, options.Find().SetSort(bson.D{{Key: "_id", Value: int32(1)}}).SetLimit(200))
		if err != nil {
			return err
		}
		return cursor.All(ctx, &raws)
	})
	return raws, err
}
