// Index keys: bytes whose order is the order of the values.
//
//	absent 01 | number 02 + 8 bytes | true 03 | text 04 + UTF-8 + 00
//
// Texts hold no NUL and no byte FF, so an end is an end and FF is above all.

package store

import (
	"bytes"
	"encoding/binary"
	"slices"
)

const (
	tagAbsent = 1 + iota
	tagNumber
	tagTrue
	tagText
	above = 0xFF
)

func appendValue(b []byte, v Value) []byte {
	switch b = append(b, tagAbsent+byte(v.Kind)); v.Kind {
	case Number:
		return binary.BigEndian.AppendUint64(b, uint64(v.Int)^1<<63)
	case Text:
		return append(append(b, v.Text...), 0)
	}
	return b
}

// cutValue reads one value off the front.
func cutValue(b []byte) (v Value, rest []byte, ok bool) {
	if len(b) == 0 {
		return v, nil, false
	}
	tag, b := b[0], b[1:]
	switch {
	case tag == tagAbsent || tag == tagTrue:
		return Value{Kind: ValueKind(tag - tagAbsent)}, b, true
	case tag == tagNumber && len(b) >= 8:
		return number(int64(binary.BigEndian.Uint64(b) ^ 1<<63)), b[8:], true
	case tag == tagText:
		s, rest, found := bytes.Cut(b, []byte{0})
		return text(string(s)), rest, found
	}
	return v, nil, false
}

// keysOf gives the entries of a document in an index: one, or one per element
// of the array field. Entries of a unique index go without the id; there are
// none if a field is absent.
func (ix *TableIndex) keysOf(doc Raw) [][]byte {
	keys := [][]byte{make([]byte, 0, 64)}
	for i, f := range ix.Fields {
		values := doc.Keys[f]
		if len(values) == 0 {
			if ix.Unique {
				return nil
			}
			values = []Value{{}}
		}
		if i == ix.Array {
			keys = spread(keys[0], values)
			continue
		}
		for k := range keys {
			keys[k] = appendValue(keys[k], values[0])
		}
	}
	if !ix.Unique {
		for k := range keys {
			keys[k] = append(keys[k], doc.ID...)
		}
	}
	return keys
}

// spread makes one key per different value.
func spread(head []byte, values []Value) [][]byte {
	var keys [][]byte
	seen := make(map[Value]bool, len(values))
	for _, v := range values {
		if !seen[v] {
			seen[v] = true
			keys = append(keys, appendValue(bytes.Clone(head), v))
		}
	}
	return keys
}

// span is a stretch of an index: from is in it, to is not. head is how many
// bytes all its keys share.
type span struct {
	from, to []byte
	head     int
	at       []byte // where the page starts, if it is not the first
}

// spans gives the stretches of a scan, one for each combination of equal values.
func (s *Scan) spans(t *Table) []span {
	if s.Index == ByID {
		return s.idSpans()
	}
	heads := [][]byte{{}}
	for _, values := range s.Equal {
		var longer [][]byte
		for _, h := range heads {
			for _, v := range values {
				longer = append(longer, appendValue(bytes.Clone(h), v))
			}
		}
		heads = longer
	}
	spans := make([]span, len(heads))
	for i, h := range heads {
		from, to := s.ends()
		spans[i] = span{from: slices.Concat(h, from), to: slices.Concat(h, to), head: len(h)}
		if len(s.After) > 0 {
			s.resume(&spans[i], slices.Concat(h, s.behind(t.Indexes[s.Index].Unique)), t.Indexes[s.Index].Unique)
		}
	}
	return spans
}

// ends limits the field behind the equal ones. A range that is open on one side
// ends where its type ends.
func (s *Scan) ends() (from, to []byte) {
	switch {
	case s.Prefix != nil:
		from = append([]byte{tagText}, *s.Prefix...)
		return from, append(bytes.Clone(from), above)
	case s.From == nil && s.To == nil:
		return nil, []byte{above}
	case s.From == nil:
		from = []byte{tagAbsent + byte(s.To.Value.Kind)}
	case s.From.Value.Kind == Absent:
		from, to = []byte{tagAbsent, above}, []byte{above}
	default:
		from, to = appendValue(nil, s.From.Value), []byte{tagAbsent + byte(s.From.Value.Kind) + 1}
		if !s.From.With {
			from = append(from, above)
		}
	}
	if s.To != nil {
		to = appendValue(nil, s.To.Value)
		if s.To.With {
			to = append(to, above)
		}
	}
	return from, to
}

// behind is the position after which a page starts, as the tail of a key.
func (s *Scan) behind(unique bool) (tail []byte) {
	last := len(s.After) - 1
	for _, v := range s.After[:last] {
		tail = appendValue(tail, v)
	}
	if unique {
		return tail
	}
	return append(tail, s.After[last].Text...)
}

// resume cuts off what earlier pages gave. with keeps the position itself.
func (s *Scan) resume(sp *span, at []byte, with bool) {
	sp.at = bytes.Clone(at)
	if with == s.Down {
		at = append(at, 0) // the next key there can be
	}
	if s.Down && bytes.Compare(at, sp.to) < 0 {
		sp.to = at
	}
	if !s.Down && bytes.Compare(at, sp.from) > 0 {
		sp.from = at
	}
}

// idSpans is spans for the walk by id, whose keys are the plain ids.
func (s *Scan) idSpans() []span {
	spans := []span{{to: []byte{above}}}
	if len(s.Equal) > 0 {
		spans = spans[:0]
		for _, v := range s.Equal[0] {
			spans = append(spans, span{from: []byte(v.Text), to: []byte(v.Text + "\x00")})
		}
	}
	for i := range spans {
		sp := &spans[i]
		if s.Prefix != nil {
			sp.from, sp.to = []byte(*s.Prefix), append([]byte(*s.Prefix), above)
		}
		if s.From != nil {
			sp.from = idEnd(s.From, !s.From.With)
		}
		if s.To != nil {
			sp.to = idEnd(s.To, s.To.With)
		}
		if len(s.After) > 0 {
			s.resume(sp, []byte(s.After[0].Text), false)
		}
	}
	return spans
}

func idEnd(b *Bound, behind bool) []byte {
	if behind {
		return []byte(b.Value.Text + "\x00")
	}
	return []byte(b.Value.Text)
}
