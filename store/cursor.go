// Cursors: where a page ended, so that the next one starts behind it whatever
// was inserted meanwhile. A cursor belongs to one query.

package store

import (
	"encoding/base64"
	"encoding/binary"
	"hash/fnv"
	"strings"
)

// fingerprint tells the queries apart that a cursor must not wander between.
func (p *plan) fingerprint(q Query) uint32 {
	h := fnv.New32a()
	parts := []string{p.table.Name, strings.Join(q.Sort, ",")}
	for _, c := range q.Where {
		parts = append(parts, c.Field, string('0'+rune(c.Op)))
	}
	if p.scan.Index != ByID {
		parts = append(parts, p.table.Indexes[p.scan.Index].Name)
	}
	h.Write([]byte(strings.Join(parts, "\x00")))
	return h.Sum32()
}

// cursor is the position behind a document: the fields that order, then the id.
func (p *plan) cursor(last Raw) (string, error) {
	_, keys, _, err := p.table.canonical(last.Doc)
	if err != nil {
		return "", err
	}
	var b []byte
	for _, f := range p.rest {
		b = appendValue(b, first(keys[f]))
	}
	b = append(b, last.ID...)
	return base64.RawURLEncoding.EncodeToString(binary.BigEndian.AppendUint32(b, p.sum(b))), nil
}

// sum binds a position to the query.
func (p *plan) sum(b []byte) uint32 {
	h := fnv.New32a()
	h.Write(binary.BigEndian.AppendUint32(nil, p.mark))
	h.Write(b)
	return h.Sum32()
}

// position reads a cursor back.
func (p *plan) position(after string) ([]Value, error) {
	b, err := base64.RawURLEncoding.DecodeString(after)
	if err != nil || len(b) < 5 {
		return nil, badCursor()
	}
	b, sum := b[:len(b)-4], binary.BigEndian.Uint32(b[len(b)-4:])
	if p.sum(b) != sum {
		return nil, badCursor()
	}
	var values []Value
	for range p.rest {
		v, rest, ok := cutValue(b)
		if !ok {
			return nil, badCursor()
		}
		values, b = append(values, v), rest
	}
	if checkID(string(b)) != nil {
		return nil, badCursor()
	}
	return append(values, text(string(b))), nil
}

func first(values []Value) Value {
	if len(values) == 0 {
		return Value{}
	}
	return values[0]
}
