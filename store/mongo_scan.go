// Scans in MongoDB: a filter and an order that one declared index holds. Pages
// go on behind the last values, never by skipping.

package store

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
)

// mongoScan is a scan on its way to a filter.
type mongoScan struct {
	Scan
	equal  []string // paths that are held equal
	rest   []string // paths that order, without the id
	unique bool
	encode func(Value) string
	only   bool // the equal values leave one combination
}

// scan prepares s; found is false if no value is allowed.
func (m *mongoTable) scan(s Scan) (out *mongoScan, found bool, err error) {
	out = &mongoScan{Scan: s, encode: keyText}
	if s.Index == ByID {
		out.encode = func(v Value) string { return v.Text }
		out.equal = []string{"_id"}[:len(s.Equal)]
	} else {
		ix := m.Indexes[s.Index]
		out.unique = ix.Unique
		for i, f := range ix.Fields {
			if path := m.path(ix, f); i < len(s.Equal) {
				out.equal = append(out.equal, path)
			} else {
				out.rest = append(out.rest, path)
			}
		}
	}
	spans := 1
	for _, values := range s.Equal {
		spans *= len(values)
	}
	if spans > maxSpans {
		return nil, false, unservable(m.Name, "条件组合过多", "too many combinations of values")
	}
	out.only = spans == 1
	return out, spans > 0, nil
}

// filter finds the documents of the scan, behind After if there is one.
func (s *mongoScan) filter() bson.D {
	equal := s.equals()
	if len(s.After) == 0 {
		return all(append(equal, s.ranges(s.first())...))
	}
	order := append(slices.Clone(s.rest), "_id")
	var ways bson.A // behind in the first field; or equal there and behind in the second; …
	for i, path := range order {
		way := slices.Clone(equal)
		if i == 0 {
			way = append(way, s.ranges(s.first())...)
		} else if !s.reaches(s.encode(s.After[0])) { // a cursor cannot lead out of the range
			break
		}
		for k := range i {
			way = append(way, is(order[k], s.encode(s.After[k])))
		}
		behind := s.After[i].Text
		if path != "_id" {
			behind = s.encode(s.After[i])
		}
		ways = append(ways, all(append(way, op(path, s.beyond(), behind))))
	}
	if len(ways) == 1 {
		return ways[0].(bson.D)
	}
	return bson.D{{Key: "$or", Value: ways}}
}

func (s *mongoScan) equals() (out []bson.D) {
	for i, path := range s.equal {
		values := bson.A{}
		for _, v := range s.Equal[i] {
			values = append(values, s.encode(v))
		}
		if len(values) == 1 {
			out = append(out, is(path, values[0].(string)))
		} else {
			out = append(out, op(path, "$in", values))
		}
	}
	return out
}

// first is the path that a range is about.
func (s *mongoScan) first() string {
	if len(s.rest) > 0 {
		return s.rest[0]
	}
	return "_id"
}

// ranges limits the field behind the equal ones.
func (s *mongoScan) ranges(path string) (out []bson.D) {
	for _, b := range s.bounds() {
		out = append(out, op(path, b.operator, b.key))
	}
	return out
}

// reaches tells whether the key lies within the range.
func (s *mongoScan) reaches(key string) bool {
	return !slices.ContainsFunc(s.bounds(), func(b edge) bool {
		c := strings.Compare(key, b.key)
		return b.operator[:3] == "$gt" && c < 0 || b.operator[:3] == "$lt" && c > 0 || len(b.operator) == 3 && c == 0
	})
}

// edge is one end of a range; the operator is $gt, $gte, $lt or $lte.
type edge struct{ operator, key string }

// bounds are the ends of the range. One that is open on one side ends where its
// type ends.
func (s *mongoScan) bounds() (out []edge) {
	low, high := "", "" // where the type begins, and where the next one does
	switch byID := s.Index == ByID; {
	case s.Prefix != nil:
		low = s.encode(Value{Kind: Text, Text: *s.Prefix})
		high = behindPrefix(low)
	case byID || s.From == nil && s.To == nil:
	case s.From != nil && s.From.Value.Kind == Absent:
		low = firstKey(Number)
	case s.From != nil:
		high = firstKey(s.From.Value.Kind + 1)
	default:
		low = firstKey(s.To.Value.Kind)
	}
	if low != "" {
		out = append(out, edge{"$gte", low})
	}
	if b := s.From; b != nil && b.Value.Kind != Absent {
		out = append(out, edge{"$gt" + orEqual(b), s.encode(b.Value)})
	}
	if b := s.To; b != nil {
		out = append(out, edge{"$lt" + orEqual(b), s.encode(b.Value)})
	} else if high != "" {
		out = append(out, edge{"$lt", high})
	}
	return out
}

func orEqual(b *Bound) string {
	if b.With {
		return "e"
	}
	return ""
}

// firstKey is what the index values of a kind begin with.
func firstKey(k ValueKind) string { return string(rune('1' + k)) }

// behindPrefix is the first text behind all that start with s; "" if there is
// none.
func behindPrefix(s string) string {
	for s != "" {
		r, n := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-n]
		switch r {
		case utf8.MaxRune:
		case 0xD7FF: // surrogates are no letters
			return s + "\uE000"
		default:
			return s + string(r+1)
		}
	}
	return ""
}

func (s *mongoScan) beyond() string {
	if s.Down {
		return "$lt"
	}
	return "$gt"
}

// sort is the order of the walk. Within one combination of equal values the
// fields of a unique index leave nothing for the id to decide.
func (s *mongoScan) sort() (out bson.D) {
	direction := int32(1)
	if s.Down {
		direction = -1
	}
	for _, path := range s.rest {
		out = append(out, bson.E{Key: path, Value: direction})
	}
	if !s.unique || !s.only {
		out = append(out, bson.E{Key: "_id", Value: direction})
	}
	return out
}

func is(path, value string) bson.D { return bson.D{{Key: path, Value: value}} }

func op(path, operator string, value any) bson.D {
	return bson.D{{Key: path, Value: bson.D{{Key: operator, Value: value}}}}
}

// all joins conditions, of which several may be about one path.
func all(conditions []bson.D) bson.D {
	switch len(conditions) {
	case 0:
		return bson.D{}
	case 1:
		return conditions[0]
	}
	return bson.D{{Key: "$and", Value: conditions}}
}

// Scan implements DB.
func (db *Mongo) Scan(ctx context.Context, t *Table, s Scan) (out []Raw, err error) {
	m, err := db.table(ctx, t)
	if err != nil {
		return nil, err
	}
	q, found, err := m.scan(s)
	if err != nil || !found {
		return nil, err
	}
	for asked := s.Limit; ; {
		raws, err := db.find(ctx, m, q, asked)
		if err != nil {
			return nil, err
		}
		if out, err = openedOnce(raws); err != nil || len(out) >= s.Limit || len(raws) < asked {
			return out[:min(len(out), s.Limit)], err
		}
		asked += len(raws) - len(out)
	}
}

func (db *Mongo) find(ctx context.Context, m *mongoTable, q *mongoScan, limit int) (raws []bson.Raw, err error) {
	find := options.Find().SetLimit(int64(limit)).SetBatchSize(int32(limit)).SetMaxTime(db.timeout)
	if order := q.sort(); len(order) > 0 {
		find.SetSort(order)
	}
	err = db.read(ctx, func(ctx context.Context) error {
		cursor, err := m.coll.Find(ctx, q.filter(), find)
		if err != nil {
			return err
		}
		return cursor.All(ctx, &raws)
	})
	return raws, err
}

// openedOnce reads each document once: a server may walk past one twice, when it
// moves within the index meanwhile or has several of the values asked for.
func openedOnce(raws []bson.Raw) (out []Raw, err error) {
	seen := make(map[string]bool, len(raws))
	for _, raw := range raws {
		doc, err := opened(raw)
		if err != nil {
			return nil, err
		}
		if !seen[doc.ID] {
			seen[doc.ID] = true
			out = append(out, doc.Raw)
		}
	}
	return out, nil
}

// Count implements DB, by the count command: it stops at its limit and needs no
// aggregation. While chunks of a sharded collection move it may count one twice.
func (db *Mongo) Count(ctx context.Context, t *Table, s Scan) (n int, err error) {
	m, err := db.table(ctx, t)
	if err != nil {
		return 0, err
	}
	q, found, err := m.scan(s)
	if err != nil || !found {
		return 0, err
	}
	command := bson.D{{Key: "count", Value: t.Name}, {Key: "query", Value: q.filter()}}
	if s.Limit > 0 {
		command = append(command, bson.E{Key: "limit", Value: int64(s.Limit)})
	}
	command = append(command, bson.E{Key: "readConcern", Value: bson.D{{Key: "level", Value: "majority"}}},
		bson.E{Key: "maxTimeMS", Value: db.timeout.Milliseconds()})
	var answer struct {
		N int `bson:"n"`
	}
	err = db.read(ctx, func(ctx context.Context) error {
		err := db.data.RunCommand(ctx, command).Decode(&answer)
		if mongo.IsNetworkError(err) || hasCode(err, notPrimary...) { // the driver does not repeat plain commands
			err = db.data.RunCommand(ctx, command).Decode(&answer)
		}
		return err
	})
	return answer.N, err
}
