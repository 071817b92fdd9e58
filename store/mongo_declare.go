// How collections and indexes come to be in MongoDB, and change with a new
// version. The catalogue says which indexes each collection has.

package store

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"gongkai"
)

// catalog is what this process knows of the catalogue: it looks again when a
// window has passed, so a program of another version is noticed within one.
type catalog struct {
	window time.Duration
	mu     sync.Mutex
	looked time.Time
}

// entry is a collection in the catalogue. Until it is ready, some documents may
// lack index values; Indexes are those of this definition and the ones before.
type entry struct {
	Name       string   `bson:"_id"`
	Definition string   `bson:"definition"`
	Ready      bool     `bson:"ready"`
	Indexes    []string `bson:"indexes"`
}

func (db *Mongo) entries() *mongo.Collection { return db.data.Collection("_catalog") }

// Declare implements DB. Documents whose index values were made for another set
// of indexes get new ones; a program of another version then refuses to go on.
func (db *Mongo) Declare(ctx context.Context, t *Table) error {
	m := newMongoTable(t, db.data.Collection(t.Name))
	if known := db.known(t.Name); known != nil {
		if known.definition != m.definition {
			return wrong("bad_spec", t.Name, "同一集合的两处声明不一致", "two declarations of one collection differ")
		}
		return nil
	}
	if err := db.open(ctx); err != nil {
		return err
	}
	if err := db.declare(ctx, m); err != nil {
		return err
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	db.tables[t.Name] = m
	return nil
}

func (db *Mongo) known(name string) *mongoTable {
	db.mu.RLock()
	defer db.mu.RUnlock()
	return db.tables[name]
}

// table gives the declared table, ready for an operation.
func (db *Mongo) table(ctx context.Context, t *Table) (*mongoTable, error) {
	if err := db.open(ctx); err != nil {
		return nil, err
	}
	m := db.known(t.Name)
	if m == nil {
		return nil, wrong("bad_spec", t.Name, "集合未声明", "the collection was not declared")
	}
	if err := db.look(ctx, m.stale.Load()); err != nil {
		return nil, err
	}
	if m.stale.Load() {
		return nil, indexesChanged()
	}
	return m, nil
}

// look compares the declared tables with the catalogue, now and then.
func (db *Mongo) look(ctx context.Context, now bool) error {
	c := &db.catalog
	c.mu.Lock()
	defer c.mu.Unlock()
	if !now && time.Since(c.looked) < c.window {
		return nil
	}
	found, err := db.readCatalog(ctx)
	if err != nil {
		return err
	}
	db.mu.RLock()
	defer db.mu.RUnlock()
	for name, m := range db.tables {
		m.stale.Store(found[name].Definition != m.definition)
	}
	c.looked = time.Now()
	return nil
}

func (db *Mongo) readCatalog(ctx context.Context) (map[string]entry, error) {
	var list []entry
	err := db.read(ctx, func(ctx context.Context) error {
		cursor, err := db.entries().Find(ctx, bson.D{})
		if err != nil {
			return err
		}
		return cursor.All(ctx, &list)
	})
	out := map[string]entry{}
	for _, e := range list {
		out[e.Name] = e
	}
	return out, err
}

func (db *Mongo) writeCatalog(ctx context.Context, e entry) error {
	err := db.write(ctx, func(ctx context.Context) error {
		_, err := db.entries().ReplaceOne(ctx, bson.D{{Key: "_id", Value: e.Name}}, e, options.Replace().SetUpsert(true))
		return err
	})
	if mongo.IsDuplicateKeyError(err) { // two first starts at once: the other one wrote it
		return nil
	}
	return mongoError(err)
}

// declare makes the collection what the declaration says. Every step may be
// repeated, by this process or by another that starts at the same time.
func (db *Mongo) declare(ctx context.Context, m *mongoTable) error {
	catalog, err := db.readCatalog(ctx)
	if err != nil {
		return err
	}
	old, exists := catalog[m.Name]
	made := exists && old.Ready && old.Definition == m.definition
	switch {
	case db.readOnly && made:
		return nil
	case db.readOnly:
		return notMade(m.Name)
	case made:
		return db.createIndexes(ctx, m)
	}
	mine := entry{Name: m.Name, Definition: m.definition, Indexes: union(old.Indexes, m.indexes)}
	if err := db.writeCatalog(ctx, mine); err != nil {
		return err
	}
	if err := db.rebuild(ctx, m, exists); err != nil {
		return db.takeBack(ctx, m, old, exists, err)
	}
	for _, name := range mine.Indexes {
		if !slices.Contains(m.indexes, name) {
			if err := db.dropIndex(ctx, m, name); err != nil {
				return err
			}
		}
	}
	mine.Ready, mine.Indexes = true, m.indexes
	return db.writeCatalog(ctx, mine)
}

// rebuild gives every document the index values of the declaration, then makes
// the indexes. Others must have noticed first: they would write old values.
func (db *Mongo) rebuild(ctx context.Context, m *mongoTable, inUse bool) error {
	changed, err := db.rekey(ctx, m)
	for first := true; err == nil && inUse && (first || changed); first = false {
		select {
		case <-time.After(2 * db.catalog.window):
			changed, err = db.rekey(ctx, m)
		case <-ctx.Done():
			return cancelled(ctx.Err())
		}
	}
	if err != nil {
		return err
	}
	return db.createIndexes(ctx, m)
}

// takeBack undoes what a declaration that cannot be kept has begun: its unique
// indexes would hinder a program of the version before.
func (db *Mongo) takeBack(ctx context.Context, m *mongoTable, old entry, exists bool, cause error) error {
	if !exists || old.Definition == m.definition || !gongkai.Is(cause, gongkai.Conflict) {
		return cause
	}
	for _, name := range m.indexes {
		if !slices.Contains(old.Indexes, name) {
			if err := db.dropIndex(ctx, m, name); err != nil {
				return err
			}
		}
	}
	if err := db.writeCatalog(ctx, old); err != nil {
		return err
	}
	return cause
}

// createIndexes makes what is missing; it waits as long as the caller does. A
// start that meets an election asks again.
func (db *Mongo) createIndexes(ctx context.Context, m *mongoTable) error {
	end := time.Now().Add(db.patience)
	for n := 0; ; n++ {
		models, err := db.missing(ctx, m)
		if err != nil || len(models) == 0 {
			return err
		}
		_, err = m.coll.Indexes().CreateMany(ctx, models)
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return cancelled(ctx.Err())
		case hasCode(err, 67, 85, 86):
			return indexInTheWay(m.Name).Because(mongoCause(err))
		case mongo.IsDuplicateKeyError(err), hasCode(err, internalError):
			return db.createOneByOne(ctx, m)
		case !isUnsure(err) || time.Now().After(end):
			return mongoError(err)
		}
		pause(ctx, n)
	}
}

// missing are the declared indexes that the database does not have.
func (db *Mongo) missing(ctx context.Context, m *mongoTable) (models []mongo.IndexModel, err error) {
	if len(m.Indexes) == 0 {
		return nil, nil
	}
	found, err := db.indexesOf(ctx, m)
	for i, model := range m.models() {
		if !slices.ContainsFunc(found, func(f foundIndex) bool { return f.Name == m.indexes[i] }) {
			models = append(models, model)
		}
	}
	return models, err
}

// dropIndex removes an index that the catalogue knows as ours.
func (db *Mongo) dropIndex(ctx context.Context, m *mongoTable, name string) error {
	return db.read(ctx, func(ctx context.Context) error {
		_, err := m.coll.Indexes().DropOne(ctx, name)
		if hasCode(err, 26, 27) { // no such collection or index: dropped already
			return nil
		}
		return err
	})
}

func indexInTheWay(table string) *gongkai.Error {
	return gongkai.E(gongkai.Blocked, "index_in_the_way", "数据库中已有的索引或分片键与声明冲突，请删除该索引或取消分片", "an index or a shard key in the database contradicts the declared ones; drop that index, or do not shard this collection",
		gongkai.Detail{Where: table, Code: "index_in_the_way", Zh: "集合的索引无法建立", En: "an index of this collection cannot be made"})
}

// rekey gives index values to all documents that have those of another
// declaration; changed says that there were some. Old values stay beside the new
// ones until the document is next written, for who still uses them.
func (db *Mongo) rekey(ctx context.Context, m *mongoTable) (changed bool, err error) {
	for last := ""; ; {
		raws, err := db.portion(ctx, m, last, bson.E{Key: "form", Value: bson.D{{Key: "$ne", Value: m.form}}})
		if err != nil || len(raws) == 0 {
			return changed, err
		}
		changed = true
		if last, err = db.rekeyAll(ctx, m, raws); err != nil {
			return changed, err
		}
	}
}

// rekeyAll returns the id of the last document.
func (db *Mongo) rekeyAll(ctx context.Context, m *mongoTable, raws []bson.Raw) (last string, err error) {
	var models []mongo.WriteModel
	for _, raw := range raws {
		doc, err := opened(raw)
		if err != nil {
			return "", err
		}
		last = doc.ID
		if _, doc.Keys, _, err = m.canonical(doc.Doc); err != nil {
			return "", err
		}
		set := bson.D{{Key: "form", Value: m.form}}
		for _, e := range m.values(doc.Raw) {
			set = append(set, bson.E{Key: "k." + e.Key, Value: e.Value})
		}
		models = append(models, mongo.NewUpdateOneModel().SetFilter(doc.guard()).SetUpdate(bson.D{{Key: "$set", Value: set}}))
	}
	err = db.write(ctx, func(ctx context.Context) error {
		_, err := m.coll.BulkWrite(ctx, models, options.BulkWrite().SetOrdered(false))
		return err
	})
	return last, m.rekeyError(err)
}

// rekeyError names the index, where one is there already from an earlier start.
func (m *mongoTable) rekeyError(err error) error {
	var bulk mongo.BulkWriteException
	if mongo.IsDuplicateKeyError(err) && errors.As(err, &bulk) && len(bulk.WriteErrors) > 0 {
		for i, name := range m.indexes {
			if name == refusedBy(bulk.WriteErrors[0].WriteError) {
				return duplicate(m.Indexes[i].Name)
			}
		}
		return duplicate("")
	}
	return mongoError(err)
}

func union(a, b []string) []string {
	out := slices.Clone(a)
	for _, s := range b {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
