// Collection: typed documents over a driver's bytes.

package store

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"

	fastjson "github.com/go-json-experiment/json"

	"gongkai"
)

// Get reads one document; gongkai.Missing if there is none.
func (c *Collection[T]) Get(ctx context.Context, id string) (T, error) {
	var none T
	raw, err := c.db.Load(ctx, c.table, id)
	if err != nil {
		return none, err
	}
	if raw.Rev == 0 {
		return none, missing()
	}
	return c.read(raw)
}

// Insert stores a new document and returns it as stored, with rev 1. An empty
// id gets a fresh one. A taken id or unique value is a gongkai.Conflict whose
// Details[0].Where is "id" or the name of the index.
func (c *Collection[T]) Insert(ctx context.Context, doc T) (T, error) {
	var none T
	raw, err := c.fresh(&doc)
	if err != nil {
		return none, err
	}
	if err := c.db.Insert(ctx, c.table, []Raw{raw})[0]; err != nil {
		return none, err
	}
	return doc, nil
}

// insertChunk is how many documents of InsertMany share a commit.
const insertChunk = 200

// InsertMany stores as many of the documents as possible, each by itself. It
// returns how many, and the first error.
func (c *Collection[T]) InsertMany(ctx context.Context, docs []T) (int, error) {
	var n int
	var first error
	answers := make(chan []error, 1)
	answers <- nil
	tally := func(errs []error) {
		for _, err := range errs {
			if err == nil {
				n++
			} else if first == nil {
				first = err
			}
		}
	}
	for len(docs) > 0 && ctx.Err() == nil { // encode one chunk while the one before is written
		chunk := docs[:min(insertChunk, len(docs))]
		docs = docs[len(chunk):]
		raws, errs := c.freshAll(chunk)
		tally(<-answers)
		tally(errs)
		go func() { answers <- c.db.Insert(ctx, c.table, raws) }()
	}
	tally(<-answers)
	if first == nil && len(docs) > 0 {
		first = cancelled(ctx.Err())
	}
	return n, first
}

func (c *Collection[T]) freshAll(docs []T) (raws []Raw, errs []error) {
	for _, doc := range docs {
		raw, err := c.fresh(&doc)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		raws = append(raws, raw)
	}
	return raws, errs
}

// Update is the guarded write: it loads the document, runs change on it and
// stores the outcome only if nobody wrote in between; otherwise it starts anew,
// a bounded number of times. change is pure: it may run again, in another
// goroutine. A seenRev other than 0 that is no longer current is a
// gongkai.Conflict, code "stale".
func (c *Collection[T]) Update(ctx context.Context, id string, seenRev int64, change func(*T) error) (T, error) {
	return c.change(ctx, id, func(doc *T, cur Raw) error {
		if cur.Rev == 0 {
			return missing()
		}
		if seenRev != 0 && seenRev != cur.Rev {
			return stale()
		}
		return change(doc)
	})
}

// Upsert is Update that inserts when the document is absent: change then gets
// a new document that has only its id.
func (c *Collection[T]) Upsert(ctx context.Context, id string, change func(doc *T, exists bool) error) (T, error) {
	return c.change(ctx, id, func(doc *T, cur Raw) error { return change(doc, cur.Rev != 0) })
}

func (c *Collection[T]) change(ctx context.Context, id string, change func(*T, Raw) error) (T, error) {
	var doc, none T
	var seen Raw
	err := c.db.Change(ctx, c.table, id, func(cur Raw) (next Raw, err error) {
		err = guarded(func() error {
			seen = cur
			next, doc, err = c.decide(id, cur, change)
			return err
		})
		return next, err
	})
	switch {
	case errors.Is(err, ErrUnchanged) && seen.Rev != 0:
		return c.read(seen)
	case errors.Is(err, ErrUnchanged):
		return none, nil
	case err != nil:
		return none, err
	}
	return doc, nil
}

// decide runs change on the stored document and gives what should replace it.
func (c *Collection[T]) decide(id string, cur Raw, change func(*T, Raw) error) (next Raw, doc T, err error) {
	var foreign []byte
	if cur.Rev != 0 {
		if doc, foreign, err = c.readForeign(cur); err != nil {
			return next, doc, err
		}
	}
	*metaOf(&doc) = Meta{ID: id, Rev: cur.Rev, Schema: c.schema}
	if err = change(&doc, cur); err != nil {
		return next, doc, err
	}
	if cur.Schema > c.schema {
		return next, doc, newer()
	}
	*metaOf(&doc) = Meta{ID: id, Rev: cur.Rev + 1, Schema: c.schema}
	next, err = c.write(&doc, foreign)
	return next, doc, err
}

// Delete removes a document: gongkai.Missing if it is absent, a Conflict if
// seenRev is not 0 and no longer current.
func (c *Collection[T]) Delete(ctx context.Context, id string, seenRev int64) error {
	return c.db.Change(ctx, c.table, id, func(cur Raw) (Raw, error) {
		switch {
		case cur.Rev == 0:
			return Raw{}, missing()
		case seenRev != 0 && seenRev != cur.Rev:
			return Raw{}, stale()
		case cur.Schema > c.schema:
			return Raw{}, newer()
		}
		return Raw{ID: id}, nil
	})
}

// Find gives one page of what a query asks for.
func (c *Collection[T]) Find(ctx context.Context, q Query) (Page[T], error) {
	p, err := c.table.plan(q)
	if err != nil {
		return Page[T]{}, err
	}
	limit := p.scan.Limit
	p.scan.Limit++ // one more tells whether there is a next page
	raws, err := c.db.Scan(ctx, c.table, p.scan)
	if err != nil {
		return Page[T]{}, err
	}
	var page Page[T]
	if len(raws) > limit {
		raws = raws[:limit]
		if page.Next, err = p.cursor(raws[limit-1]); err != nil {
			return Page[T]{}, err
		}
	}
	page.Docs = make([]T, len(raws))
	for i, raw := range raws {
		if page.Docs[i], err = c.read(raw); err != nil {
			return Page[T]{}, err
		}
	}
	return page, nil
}

// Count counts the documents that meet all conditions, up to max (0: all).
func (c *Collection[T]) Count(ctx context.Context, where []Cond, max int) (int, error) {
	p, err := c.table.plan(Query{Where: where})
	if err != nil {
		return 0, err
	}
	p.scan.Limit = max
	return c.db.Count(ctx, c.table, p.scan)
}

func metaOf[T any](doc *T) *Meta { return any(doc).(holder).meta() }

// fresh prepares a new document for its first write.
func (c *Collection[T]) fresh(doc *T) (Raw, error) {
	m := metaOf(doc)
	if m.ID == "" {
		m.ID = gongkai.NewID()
	}
	m.Rev, m.Schema = 1, c.schema
	return c.write(doc, nil)
}

// encoders are reused: a document is encoded on every write.
var encoders = sync.Pool{New: func() any {
	e := &encoder{}
	e.json = json.NewEncoder(&e.buf)
	e.json.SetEscapeHTML(false)
	return e
}}

type encoder struct {
	buf  bytes.Buffer
	json *json.Encoder
}

// write gives the stored form of doc, and makes doc what a read would return.
// It keeps what foreign, the body that doc was read from, holds beyond T.
func (c *Collection[T]) write(doc *T, foreign []byte) (Raw, error) {
	m := *metaOf(doc)
	if err := checkID(m.ID); err != nil {
		return Raw{}, err
	}
	e := encoders.Get().(*encoder)
	defer encoders.Put(e)
	e.buf.Reset()
	if err := e.json.Encode(doc); err != nil {
		return Raw{}, invalid("bad_document", "", "含有无法表示的值", "it holds a value that JSON cannot express")
	}
	body, err := e.buf.Bytes(), error(nil)
	if foreign != nil {
		if body, err = c.known.keep(foreign, body); err != nil {
			return Raw{}, unreadable(err)
		}
	}
	out, keys, rewrote, err := c.table.canonical(body)
	if err != nil {
		return Raw{}, err
	}
	raw := Raw{ID: m.ID, Rev: m.Rev, Schema: m.Schema, Doc: out, Keys: keys}
	if rewrote {
		*doc, err = c.read(raw)
	}
	return raw, err
}

// read decodes a stored document, upgrading an older one.
func (c *Collection[T]) read(raw Raw) (T, error) {
	var doc, none T
	body, err := c.current(raw)
	if err != nil {
		return none, err
	}
	if err := c.decode(body, &doc, false); err != nil {
		return none, unreadable(err)
	}
	*metaOf(&doc) = Meta{ID: raw.ID, Rev: raw.Rev, Schema: max(raw.Schema, c.schema)}
	return doc, nil
}

// readForeign is read before a change: it also gives the body, if that has
// fields which T lacks.
func (c *Collection[T]) readForeign(raw Raw) (doc T, foreign []byte, err error) {
	body, err := c.current(raw)
	if err != nil {
		return doc, nil, err
	}
	err = c.decode(body, &doc, true)
	if isUnknown(err) {
		var again T
		doc, foreign = again, body
		err = c.decode(body, &doc, false)
	}
	if err != nil {
		var none T
		return none, nil, unreadable(err)
	}
	return doc, foreign, nil
}

// decode is strict when a field that T lacks is an error.
func (c *Collection[T]) decode(body []byte, doc *T, strict bool) error {
	if !c.exact {
		return fastjson.Unmarshal(body, doc, fastjson.RejectUnknownMembers(strict)) // the coming encoding/json/v2 reads once what v1 reads twice
	}
	return decodeExact(body, doc, strict)
}

// decodeExact keeps numbers in fields of type any as json.Number: a float64
// loses integers above 2^53.
func decodeExact(body []byte, doc any, strict bool) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if strict {
		d.DisallowUnknownFields()
	}
	return d.Decode(doc)
}

// current is the body of a document in the form of this program, or a newer one.
func (c *Collection[T]) current(raw Raw) ([]byte, error) {
	if raw.Schema >= c.schema || c.upgrade == nil {
		return raw.Doc, nil
	}
	var doc map[string]any
	if err := decodeExact(raw.Doc, &doc, false); err != nil {
		return nil, unreadable(err)
	}
	if err := guarded(func() error { return c.upgrade(raw.Schema, doc) }); err != nil {
		return nil, err
	}
	return json.Marshal(doc)
}

// unreadable tells where decoding failed, never on what.
func unreadable(err error) error {
	var where string
	if t := (*json.UnmarshalTypeError)(nil); errors.As(err, &t) {
		where = t.Field
	}
	if t := (*fastjson.SemanticError)(nil); errors.As(err, &t) {
		where = strings.ReplaceAll(strings.TrimPrefix(string(t.JSONPointer), "/"), "/", ".")
	}
	return wrong("unreadable", where, "存储的文档与程序的结构不符", "the stored document does not fit the program's type")
}
