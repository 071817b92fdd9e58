// A collection in MongoDB. One document is
//
//	{ _id, rev, schema, form, marks: [newest …], k: {index values}, doc: {the document} }
//
// Index values are texts, so that their order is the order of their bytes on
// every server and no query depends on how types sort: "" absent, "2" and 16 hex
// digits a number, "3" true, "4…" a text, as unitOrder writes it. A unique index has values of its own,
// which are "1" and the id where the document lacks a field: nothing else has
// that value, so a plain unique index skips what is absent.

package store

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"sync/atomic"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
	"go.mongodb.org/mongo-driver/x/bsonx/bsoncore"
)

// mongoTable is a declared collection.
type mongoTable struct {
	*Table
	coll       *mongo.Collection
	definition string
	form       string   // short name of the definition, in every document
	indexes    []string // names in the database, by position
	stale      atomic.Bool
}

func newMongoTable(t *Table, coll *mongo.Collection) *mongoTable {
	m := &mongoTable{Table: t, coll: coll}
	var parts []string
	for _, ix := range t.Indexes {
		part := t.describe(ix)
		parts = append(parts, part)
		m.indexes = append(m.indexes, ix.Name+"_"+shortHash(part)) // another definition is another index
	}
	slices.Sort(parts)
	m.definition = strings.Join(append(parts, keyForm), "\n")
	m.form = shortHash(m.definition)
	return m
}

func shortHash(s string) string {
	h := fnv.New32a()
	h.Write([]byte(s))
	return fmt.Sprintf("%08x", h.Sum32())
}

// member is the name of an index value in k.
func (m *mongoTable) member(ix TableIndex, f int) string {
	name := strings.ReplaceAll(m.Fields[f], ".", "-")
	if ix.Unique {
		return ix.Name + "/" + name
	}
	return name
}

func (m *mongoTable) path(ix TableIndex, f int) string { return "k." + m.member(ix, f) }

// models are the declared indexes as MongoDB wants them. The id at the end gives
// the walk its order.
func (m *mongoTable) models() []mongo.IndexModel {
	out := make([]mongo.IndexModel, len(m.Indexes))
	for i := range m.Indexes {
		out[i] = mongo.IndexModel{Keys: m.indexKeys(i), Options: options.Index().SetName(m.indexes[i])}
		if m.Indexes[i].Unique {
			out[i].Options.SetUnique(true)
		}
	}
	return out
}

func (m *mongoTable) indexKeys(i int) bson.D {
	var keys bson.D
	for _, f := range m.Indexes[i].Fields {
		keys = append(keys, bson.E{Key: m.path(m.Indexes[i], f), Value: int32(1)})
	}
	if !m.Indexes[i].Unique {
		keys = append(keys, bson.E{Key: "_id", Value: int32(1)})
	}
	return keys
}

// keyForm names the way in which index values are written: part of every
// definition, so that another way is another form.
const keyForm = "keys 2"

// keyText is the index value of v.
func keyText(v Value) string {
	switch v.Kind {
	case Number:
		return fmt.Sprintf("2%016x", uint64(v.Int)^1<<63)
	case True:
		return "3"
	case Text:
		return "4" + unitOrder(v.Text)
	}
	return ""
}

// Two characters that mean nothing, the last ones before the surrogates.
const (
	basicEscape  = 0xD7FE // and one letter: what stands behind the surrogates
	higherEscape = 0xD7FF // and two letters: the planes above
)

// unitOrder writes a text so that the order of its bytes is also that of its
// UTF-16 units: servers written in Java compare by those, and they differ behind
// the surrogates, where full-width punctuation and rare characters (𠮷) stand.
func unitOrder(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r >= basicEscape }) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r < basicEscape:
			b.WriteRune(r)
		case r <= 0xFFFF:
			b.WriteString(string([]rune{basicEscape, 0x100 + r - basicEscape}))
		default:
			b.WriteString(string([]rune{higherEscape, 0x100 + (r-0x10000)>>12, 0x100 + r&0xFFF}))
		}
	}
	return b.String()
}

// values gives the index values of a document, by member.
func (m *mongoTable) values(doc Raw) bson.D {
	out := bson.D{} // stored as null otherwise, and null takes no members later
	for _, ix := range m.Indexes {
		lacks := slices.ContainsFunc(ix.Fields, func(f int) bool { return len(doc.Keys[f]) == 0 })
		for _, f := range ix.Fields {
			name := m.member(ix, f)
			switch {
			case slices.ContainsFunc(out, func(e bson.E) bool { return e.Key == name }):
			case ix.Unique && lacks:
				out = append(out, bson.E{Key: name, Value: "1" + doc.ID})
			default:
				out = append(out, bson.E{Key: name, Value: m.keyTexts(f, doc.Keys[f])})
			}
		}
	}
	return out
}

// keyTexts is a text, or a list of different ones for an array.
func (m *mongoTable) keyTexts(f int, values []Value) any {
	if len(values) == 0 {
		return ""
	}
	if !m.arrays[f] {
		return keyText(values[0])
	}
	list, seen := bson.A{}, map[Value]bool{}
	for _, v := range values {
		if !seen[v] {
			seen[v] = true
			list = append(list, keyText(v))
		}
	}
	return list
}

// stored is a document with what the guard needs. Rev 0: there is none.
type stored struct {
	Raw
	form  string
	marks []primitive.ObjectID // of its last writes, the newest first
}

// maxMarks is how many writes back a document remembers who made them.
const maxMarks = 8

// envelope gives the document to store, as the write with this mark over seen.
func (m *mongoTable) envelope(doc Raw, seen stored, mark primitive.ObjectID) (bson.Raw, error) {
	body, err := toBSON(doc.Doc)
	if err != nil {
		return nil, err
	}
	return bson.Marshal(bson.D{
		{Key: "_id", Value: doc.ID}, {Key: "rev", Value: doc.Rev}, {Key: "schema", Value: int64(doc.Schema)},
		{Key: "form", Value: m.form}, {Key: "marks", Value: seen.marked(mark)},
		{Key: "k", Value: m.values(doc)}, {Key: "doc", Value: bson.Raw(body)},
	})
}

// marked gives the marks after one more write.
func (s stored) marked(mark primitive.ObjectID) []primitive.ObjectID {
	marks := append([]primitive.ObjectID{mark}, s.marks...)
	return marks[:min(len(marks), maxMarks)]
}

// opened reads an envelope.
func opened(raw bson.Raw) (s stored, err error) {
	var e struct {
		ID     string               `bson:"_id"`
		Rev    int64                `bson:"rev"`
		Schema int                  `bson:"schema"`
		Form   string               `bson:"form"`
		Marks  []primitive.ObjectID `bson:"marks"`
		Doc    bson.Raw             `bson:"doc"`
	}
	if err := bson.Unmarshal(raw, &e); err != nil {
		return s, unreadable(err)
	}
	s = stored{Raw: Raw{ID: e.ID, Rev: e.Rev, Schema: e.Schema}, form: e.Form, marks: e.Marks}
	if s.Doc, err = fromBSON(make([]byte, 0, len(e.Doc)), bsoncore.Document(e.Doc)); err != nil {
		return stored{}, unreadable(err)
	}
	return s, nil
}

// guard is the filter that finds the document only as it was seen. The mark
// tells it from one that was deleted and made again with the same rev.
func (s stored) guard() bson.D {
	filter := bson.D{{Key: "_id", Value: s.ID}, {Key: "rev", Value: s.Rev}}
	if len(s.marks) > 0 {
		filter = append(filter, bson.E{Key: "marks", Value: s.marks[0]})
	}
	return filter
}

func (s stored) same(o stored) bool {
	return s.Rev == o.Rev && (s.Rev == 0 || slices.Equal(s.marks, o.marks))
}
