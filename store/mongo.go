// MongoDB, or a server that speaks its protocol: the driver for more than one
// machine. Nothing beyond find, count, insert, update, delete and indexes is
// used, so replica sets, sharded clusters, FerretDB 2 and DocumentDB serve alike.

package store

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
	"go.mongodb.org/mongo-driver/mongo/readconcern"
	"go.mongodb.org/mongo-driver/mongo/readpref"
)

// Mongo is an open database. Any number of processes may have it open.
type Mongo struct {
	client   *mongo.Client
	data     *mongo.Database
	timeout  time.Duration // of one operation
	patience time.Duration // how long a write finds out about its outcome
	turns    turns
	catalog  catalog
	mu       sync.RWMutex
	tables   map[string]*mongoTable
	shut     atomic.Bool
	mark     func() primitive.ObjectID // a new one for each write
	readOnly bool
}

// OpenMongo connects to the database that the URI names and asks it once.
func OpenMongo(ctx context.Context, uri string, opt MongoOptions) (*Mongo, error) {
	opt = opt.withDefaults()
	settings, database, err := clientOptions(uri, opt)
	if err != nil {
		return nil, err
	}
	client, err := mongo.Connect(ctx, settings)
	if err != nil {
		return nil, mongoError(err)
	}
	db := newMongo(client, database, opt)
	if err := db.Ping(ctx); err != nil {
		_ = db.Close()
		return nil, err
	}
	return db, nil
}

func newMongo(client *mongo.Client, database string, opt MongoOptions) *Mongo {
	settings := options.Database().SetWriteConcern(majority(opt)).SetReadConcern(readconcern.Majority()).SetReadPreference(readpref.Primary())
	db := &Mongo{client: client, data: client.Database(database, settings), timeout: opt.Timeout, patience: 2 * opt.Timeout,
		tables: map[string]*mongoTable{}, mark: primitive.NewObjectID, readOnly: opt.ReadOnly}
	db.catalog.window = time.Second
	return db
}

// Close ends the connections; what runs is given a moment to finish.
func (db *Mongo) Close() error {
	if db.shut.Swap(true) {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), db.timeout/2)
	defer cancel()
	return mongoError(db.client.Disconnect(ctx))
}

// Ping answers whether the primary can be reached.
func (db *Mongo) Ping(ctx context.Context) error {
	if err := db.open(ctx); err != nil {
		return err
	}
	return db.read(ctx, func(ctx context.Context) error { return db.client.Ping(ctx, readpref.Primary()) })
}

// open refuses what would not be worth beginning.
func (db *Mongo) open(ctx context.Context) error {
	if db.shut.Load() {
		return closed()
	}
	if ctx.Err() != nil {
		return cancelled(ctx.Err())
	}
	return nil
}

// read runs an operation that changes nothing, within its time. The driver
// repeats most of them once by itself.
func (db *Mongo) read(ctx context.Context, run func(context.Context) error) error {
	within, cancel := context.WithTimeout(ctx, db.timeout)
	defer cancel()
	err := run(within)
	if err != nil && ctx.Err() != nil {
		return cancelled(ctx.Err())
	}
	return mongoError(err)
}

// Load implements DB.
func (db *Mongo) Load(ctx context.Context, t *Table, id string) (Raw, error) {
	m, err := db.table(ctx, t)
	if err != nil {
		return Raw{}, err
	}
	doc, err := db.load(ctx, m, id)
	return doc.Raw, err
}

func (db *Mongo) load(ctx context.Context, m *mongoTable, id string) (doc stored, err error) {
	var raw bson.Raw
	err = db.read(ctx, func(ctx context.Context) (err error) {
		raw, err = m.coll.FindOne(ctx, bson.D{{Key: "_id", Value: id}}, options.FindOne().SetMaxTime(db.timeout)).Raw()
		if errors.Is(err, mongo.ErrNoDocuments) {
			return nil
		}
		return err
	})
	if err != nil || raw == nil {
		return stored{Raw: Raw{ID: id}}, err
	}
	return opened(raw)
}

// Next implements DB. A number whose answer is lost stays a gap. The number
// before is asked for: some servers answer with the document as it is when they
// come to write the answer, when others may have counted on.
func (db *Mongo) Next(ctx context.Context, counter string) (n int64, err error) {
	err = db.count(ctx, func(ctx context.Context, counters *mongo.Collection) error {
		var before struct {
			N int64 `bson:"n"`
		}
		err := counters.FindOneAndUpdate(ctx, bson.D{{Key: "_id", Value: counter}}, bson.D{{Key: "$inc", Value: bson.D{{Key: "n", Value: int64(1)}}}},
			options.FindOneAndUpdate().SetUpsert(true).SetReturnDocument(options.Before)).Decode(&before)
		if n = before.N + 1; errors.Is(err, mongo.ErrNoDocuments) { // it was the first
			return nil
		}
		return err
	})
	return n, err
}

// Lift implements DB.
func (db *Mongo) Lift(ctx context.Context, counter string, atLeast int64) error {
	return db.count(ctx, func(ctx context.Context, counters *mongo.Collection) error {
		_, err := counters.UpdateOne(ctx, bson.D{{Key: "_id", Value: counter}}, bson.D{{Key: "$max", Value: bson.D{{Key: "n", Value: atLeast}}}},
			options.Update().SetUpsert(true))
		return err
	})
}

// count runs a step of a counter until it is certain. It may run again whatever
// became of it: gaps are legal, and two first steps at once collide once.
func (db *Mongo) count(ctx context.Context, step func(context.Context, *mongo.Collection) error) error {
	if err := db.open(ctx); err != nil {
		return err
	}
	end := time.Now().Add(db.patience)
	for n := 0; ; n++ {
		err := db.write(ctx, func(ctx context.Context) error { return step(ctx, db.data.Collection("_counters")) })
		if ctx.Err() != nil && err != nil {
			return cancelled(ctx.Err())
		}
		if again := isUnsure(err) || mongo.IsDuplicateKeyError(err); !again || time.Now().After(end) {
			return mongoError(err)
		}
		pause(ctx, n)
	}
}

// write runs an operation within its time; its error is the driver's. Who only
// reads sends none.
func (db *Mongo) write(ctx context.Context, run func(context.Context) error) error {
	if db.readOnly {
		return readOnly()
	}
	ctx, cancel := context.WithTimeout(ctx, db.timeout)
	defer cancel()
	return run(ctx)
}

// pause waits a little, longer each time, and never in step with others.
func pause(ctx context.Context, n int) {
	longest := min(2*time.Millisecond<<min(n, 10), 250*time.Millisecond)
	select {
	case <-time.After(time.Millisecond + rand.N(longest)):
	case <-ctx.Done():
	}
}
