// The guarded write in MongoDB, and how it finds out about its outcome.
//
// A reply can be lost, a primary can fall, a majority can be late. So every
// write leaves its mark in the document: the same write is sent again, which
// the guard makes harmless, and if the guard then fails, the marks tell whether
// the write itself or somebody else is the reason.

package store

import (
	"context"
	"errors"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"gongkai"
)

// maxTries bounds how often a change that was overtaken runs again.
const maxTries = 100

// errUnsure says that a write may or may not have been made.
var errUnsure = errors.New("store: the outcome is not known yet")

// Change implements DB. The first attempt decides before its turn, so that slow
// changes of different callers run side by side; later ones within it.
func (db *Mongo) Change(ctx context.Context, t *Table, id string, decide func(Raw) (Raw, error)) error {
	m, err := db.table(ctx, t)
	if err != nil {
		return err
	}
	key := t.Name + "/" + id
	cur, err := db.load(ctx, m, id)
	if err != nil {
		return err
	}
	next, err := decide(cur.Raw)
	if err != nil {
		db.turns.yield(ctx, key)
		return err
	}
	l, leave, err := db.turns.take(ctx, key)
	if err != nil {
		return err
	}
	defer leave()
	if l.last.Rev > cur.Rev {
		cur = l.last
		if next, err = decide(cur.Raw); err != nil {
			return err
		}
	}
	for n := range maxTries {
		w, err := db.prepare(m, cur, next)
		if err != nil {
			return err
		}
		if l.last, err = w.replace(ctx); !errors.Is(err, errLost) {
			return err
		}
		if n > 0 {
			pause(ctx, n)
		}
		if cur, err = db.load(ctx, m, id); err != nil || cur.carries(w.mark) { // a server that forgot its answer: the driver asked twice
			return err
		}
		if next, err = decide(cur.Raw); err != nil {
			return err
		}
	}
	return unavailable("store_busy", "该文档正被频繁修改，请稍后重试", "others keep changing this document; try again later")
}

// oneWrite replaces what was seen by next; without a body it removes.
type oneWrite struct {
	db   *Mongo
	m    *mongoTable
	seen stored
	next Raw
	mark primitive.ObjectID
	body bson.Raw
}

func (db *Mongo) prepare(m *mongoTable, seen stored, next Raw) (w *oneWrite, err error) {
	w = &oneWrite{db: db, m: m, seen: seen, next: next, mark: db.mark()}
	if next.Doc != nil {
		w.body, err = m.envelope(next, seen, w.mark)
	}
	return w, err
}

// replace gives the document as it now is in the database.
func (w *oneWrite) replace(ctx context.Context) (now stored, err error) {
	if ctx.Err() != nil {
		return now, cancelled(ctx.Err())
	}
	if err := w.run(context.WithoutCancel(ctx), time.Now().Add(w.db.patience), false); err != nil || w.next.Doc == nil {
		return now, err
	}
	return stored{Raw: w.next, form: w.m.form, marks: w.seen.marked(w.mark)}, nil
}

// run sends the write until its outcome is certain: nil, errLost if somebody was
// faster, a refusal, or in the end unknown_outcome. tried: it was sent before.
// A caller who goes away does not stop it.
func (w *oneWrite) run(ctx context.Context, end time.Time, tried bool) error {
	for n := 0; ; n++ {
		err := w.db.write(ctx, w.send)
		switch {
		case err == nil || errors.Is(err, errLost) && !tried:
			return err
		case errors.Is(err, errLost):
			err = w.verdict(ctx)
		case mongo.IsDuplicateKeyError(err):
			if err = w.collided(ctx, refusedBy(err), tried); !tried {
				return err
			}
		case isUnsure(err):
			tried = true
		case !tried:
			return mongoError(err)
		}
		if settled(err) {
			return err
		}
		if w.db.shut.Load() || time.Now().After(end) {
			return unknownOutcome().Because(mongoCause(err))
		}
		pause(ctx, n)
	}
}

// settled reports whether an outcome is certain, or can never be.
func settled(err error) bool {
	var ours *gongkai.Error
	return err == nil || errors.Is(err, errLost) || errors.As(err, &ours) && (ours.Kind != gongkai.Unavailable || ours.Code == unknownOutcome().Code)
}

// send is one attempt; its error is the driver's, or errLost.
func (w *oneWrite) send(ctx context.Context) error {
	var found int64
	switch {
	case w.seen.Rev == 0 && w.next.Doc == nil: // nothing is to become nothing
		return nil
	case w.seen.Rev == 0:
		_, err := w.m.coll.InsertOne(ctx, w.body)
		return err
	case w.next.Doc == nil:
		r, err := w.m.coll.DeleteOne(ctx, w.seen.guard())
		if err != nil {
			return err
		}
		found = r.DeletedCount
	default:
		r, err := w.m.coll.ReplaceOne(ctx, w.seen.guard(), w.body)
		if err != nil {
			return err
		}
		found = r.MatchedCount
	}
	if found == 0 {
		return errLost
	}
	return nil
}

// verdict reads what most members have, after a write that was sent before did
// not find what it should replace.
func (w *oneWrite) verdict(ctx context.Context) error {
	cur, err := w.db.load(ctx, w.m, w.seen.ID)
	switch removed := w.next.Doc == nil; {
	case err != nil:
		return err
	case cur.same(w.seen):
		return errUnsure // what moved it has not reached most members
	case cur.Rev >= w.seen.Rev+maxMarks:
		return unknownOutcome() // too many came after to tell
	case removed && !cur.carries(w.seen.marks...), cur.carries(w.mark): // gone, or made anew since: removed it was
		return nil
	}
	return errLost
}

// carries reports whether one of the marks is among those of the document.
func (s stored) carries(marks ...primitive.ObjectID) bool {
	return slices.ContainsFunc(s.marks, func(m primitive.ObjectID) bool { return slices.Contains(marks, m) })
}

// collided names the index that refused the write. An id that is taken may be
// taken by this very write, sent before.
func (w *oneWrite) collided(ctx context.Context, index string, tried bool) error {
	if w.seen.Rev == 0 {
		cur, err := w.db.load(ctx, w.m, w.next.ID)
		switch {
		case err != nil:
			return err
		case cur.carries(w.mark):
			return nil
		case cur.Rev != 0 || index == "_id_" && !tried:
			return errLost
		case index == "_id_":
			return errUnsure
		}
	}
	for i, name := range w.m.indexes {
		if name == index {
			return duplicate(w.m.Indexes[i].Name)
		}
	}
	return w.culprit(ctx)
}

// culprit asks each unique index, for servers that do not name it.
func (w *oneWrite) culprit(ctx context.Context) error {
	values := map[string]any{}
	for _, e := range w.m.values(w.next) {
		values[e.Key] = e.Value
	}
	for _, ix := range w.m.Indexes {
		if !ix.Unique {
			continue
		}
		filter := bson.D{{Key: "_id", Value: bson.D{{Key: "$ne", Value: w.next.ID}}}}
		for _, f := range ix.Fields {
			list, many := values[w.m.member(ix, f)].(bson.A)
			if !many {
				list = bson.A{values[w.m.member(ix, f)]}
			}
			filter = append(filter, op(w.m.path(ix, f), "$in", list)[0])
		}
		var taken bool
		err := w.db.read(ctx, func(ctx context.Context) error {
			err := w.m.coll.FindOne(ctx, filter, options.FindOne().SetMaxTime(w.db.timeout)).Err()
			taken = err == nil
			if errors.Is(err, mongo.ErrNoDocuments) {
				return nil
			}
			return err
		})
		if err != nil {
			return err
		}
		if taken {
			return duplicate(ix.Name)
		}
	}
	return duplicate("")
}

// Insert implements DB: few messages for all, and each document for itself.
func (db *Mongo) Insert(ctx context.Context, t *Table, docs []Raw) []error {
	errs := make([]error, len(docs))
	m, err := db.table(ctx, t)
	if err != nil {
		return fill(errs, err)
	}
	var writes []*oneWrite
	var places []int // of the writes among the documents
	for i, doc := range docs {
		w, err := db.prepare(m, stored{Raw: Raw{ID: doc.ID}}, doc)
		if errs[i] = err; err == nil {
			writes, places = append(writes, w), append(places, i)
		}
	}
	ctx = context.WithoutCancel(ctx)
	for len(writes) > 0 {
		n := oneMessage(writes)
		for k, err := range db.insertAll(ctx, m, writes[:n]) {
			if errs[places[k]] = err; errors.Is(err, errLost) {
				errs[places[k]] = duplicate("id")
			}
		}
		writes, places = writes[n:], places[n:]
	}
	return errs
}

// oneMessage is how many of the writes the driver sends in one piece: of a piece
// that failed it is known whether it was sent.
func oneMessage(writes []*oneWrite) (n int) {
	for size := 0; n < len(writes); n++ {
		if size += len(writes[n].body); n > 0 && size > 32<<20 {
			break
		}
	}
	return n
}

// insertAll sends all writes at once and settles by themselves those that were
// not simply made.
func (db *Mongo) insertAll(ctx context.Context, m *mongoTable, writes []*oneWrite) []error {
	errs, bodies := make([]error, len(writes)), make([]any, len(writes))
	for i, w := range writes {
		bodies[i] = w.body
	}
	end := time.Now().Add(db.patience)
	err := db.write(ctx, func(ctx context.Context) error {
		_, err := m.coll.InsertMany(ctx, bodies, options.InsertMany().SetOrdered(false))
		return err
	})
	var bulk mongo.BulkWriteException
	switch {
	case err == nil:
		return errs
	case errors.As(err, &bulk) && bulk.WriteConcernError == nil && len(bulk.WriteErrors) > 0:
		for _, e := range bulk.WriteErrors {
			errs[e.Index] = writes[e.Index].refused(ctx, e.WriteError)
		}
		return errs
	case !isUnsure(err):
		return fill(errs, mongoError(err))
	}
	for k, w := range writes {
		errs[k] = w.run(ctx, end, true)
	}
	return errs
}

func (w *oneWrite) refused(ctx context.Context, e mongo.WriteError) error {
	if e.HasErrorCode(11000) {
		return w.collided(ctx, refusedBy(e), false)
	}
	return mongoError(e)
}

func fill(errs []error, err error) []error {
	for i := range errs {
		errs[i] = err
	}
	return errs
}
