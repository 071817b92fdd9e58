// A collection in SQLite: a row per document with the canonical JSON and one
// key column per index, computed here. Array fields have a table of entries.

package store

import (
	"bytes"
	"cmp"
	"context"
	"database/sql/driver"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"sync/atomic"
)

// sqliteTable is a table with the statements for it.
type sqliteTable struct {
	*Table
	definition string
	columns    []string // key column of each index; also the index's own name
	stale      atomic.Bool
	selectDoc  string
	selectRow  string // the document with its row
	insert     string
}

func newSQLiteTable(t *Table) *sqliteTable {
	s := &sqliteTable{Table: t}
	var parts []string
	for _, ix := range t.Indexes {
		part := t.describe(ix)
		parts = append(parts, part)
		h := fnv.New32a()
		h.Write([]byte(part))
		s.columns = append(s.columns, fmt.Sprintf(`"%s_%08x"`, ix.Name, h.Sum32())) // another definition is another column
	}
	slices.Sort(parts)
	s.definition = strings.Join(parts, "\n")
	keys := strings.Join(append([]string{""}, s.columns...), ", ")
	s.selectDoc = fmt.Sprintf(`SELECT rev, schema, doc FROM "%s" WHERE id = ?`, t.Name)
	s.selectRow = fmt.Sprintf(`SELECT rev, schema, doc, n%s FROM "%s" WHERE id = ?`, keys, t.Name)
	s.insert = fmt.Sprintf(`INSERT INTO "%s"(id, rev, schema, doc%s) VALUES(?, ?, ?, ?%s) RETURNING n`, t.Name, keys, strings.Repeat(", ?", len(s.columns)))
	return s
}

// describe writes an index's definition down; key/1 is the form of the keys.
func (t *Table) describe(ix TableIndex) string {
	var fields []string
	for i, f := range ix.Fields {
		name := t.Fields[f]
		if i == ix.Array {
			name += "[]"
		}
		fields = append(fields, name)
	}
	return fmt.Sprintf("key/1 %s(%s) unique=%t", ix.Name, strings.Join(fields, ", "), ix.Unique)
}

// entries is the table that holds the keys of an array index.
func (s *sqliteTable) entries(i int) string {
	return fmt.Sprintf(`"%s.%s`, s.Name, s.columns[i][1:])
}

func (s *sqliteTable) load(c *conn, id string) (raw Raw, err error) {
	err = c.query(context.Background(), s.selectDoc, func(r []driver.Value) error {
		raw = Raw{ID: id, Rev: r[0].(int64), Schema: int(r[1].(int64)), Doc: docBytes(r[2])}
		return nil
	}, id)
	return raw, err
}

// docBytes is a stored document; one that somebody else wrote as text is read
// as well, and what is neither fails to decode instead of ending the program.
func docBytes(v driver.Value) []byte {
	switch v := v.(type) {
	case []byte:
		return v
	case string:
		return []byte(v)
	}
	return nil
}

// row is what the writer must know of a stored document; n 0 is none.
type row struct {
	n, rev int64
	keys   [][]byte // by index; nil: no entry
}

// loadRow gives the document and its row.
func (s *sqliteTable) loadRow(c *conn, id string) (raw Raw, r row, err error) {
	err = c.query(context.Background(), s.selectRow, func(v []driver.Value) error {
		raw = Raw{ID: id, Rev: v[0].(int64), Schema: int(v[1].(int64)), Doc: docBytes(v[2])}
		r = row{n: v[3].(int64), rev: raw.Rev, keys: make([][]byte, len(s.columns))}
		for i := range r.keys {
			r.keys[i], _ = v[4+i].([]byte)
		}
		return nil
	}, id)
	return raw, r, err
}

// errLost says that the row is no longer as it was seen.
var errLost = errors.New("store: somebody was faster")

// store replaces old by doc: it inserts if there is no old row and removes if
// doc has no body. The error is errLost if old is not there any more.
func (w *writer) store(s *sqliteTable, old row, doc Raw) error {
	if s.stale.Load() {
		return indexesChanged()
	}
	w.wrote++
	put := func() error { return w.put(s, old, doc) }
	if s.hasEntries() {
		return w.whole(put)
	}
	return put()
}

func (w *writer) put(s *sqliteTable, old row, doc Raw) (err error) {
	var keys [][]byte // packed where the index is over an array
	if doc.Doc == nil {
		keys = make([][]byte, len(s.columns))
		err = w.replace(`DELETE FROM "`+s.Name+`" WHERE n = ? AND id = ? AND rev = ?`, old.n, doc.ID, old.rev)
	} else if keys = s.keys(doc); old.n == 0 {
		err = w.insertRow(s, &old, doc, keys)
	} else {
		err = w.updateRow(s, old, doc, keys)
	}
	if err != nil {
		return err
	}
	for i, ix := range s.Indexes {
		if ix.Array >= 0 {
			if err := w.moveEntries(s, i, old, keys[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *writer) insertRow(s *sqliteTable, old *row, doc Raw, keys [][]byte) error {
	args := []driver.Value{doc.ID, doc.Rev, int64(doc.Schema), doc.Doc}
	for _, k := range keys {
		args = append(args, blob(k))
	}
	err := w.query(s.insert, func(r []driver.Value) error {
		old.n, old.keys = r[0].(int64), make([][]byte, len(keys))
		return nil
	}, args...)
	if isConstraint(err) {
		return w.culprit(s, 0, doc, keys)
	}
	return err
}

// updateRow writes the document and only the keys that changed: the others'
// indexes are not touched.
func (w *writer) updateRow(s *sqliteTable, old row, doc Raw, keys [][]byte) error {
	var sql strings.Builder
	fmt.Fprintf(&sql, `UPDATE "%s" SET rev = ?, schema = ?, doc = ?`, s.Name)
	args := []driver.Value{doc.Rev, int64(doc.Schema), doc.Doc}
	for i, k := range keys {
		if !bytes.Equal(k, old.keys[i]) {
			sql.WriteString(", " + s.columns[i] + " = ?")
			args = append(args, blob(k))
		}
	}
	sql.WriteString(" WHERE n = ? AND id = ? AND rev = ?") // numbers of deleted rows may come again
	err := w.replace(sql.String(), append(args, old.n, doc.ID, old.rev)...)
	if isConstraint(err) {
		return w.culprit(s, old.n, doc, keys)
	}
	return err
}

// culprit finds the index that refused a document.
func (w *writer) culprit(s *sqliteTable, n int64, doc Raw, keys [][]byte) error {
	if _, other, err := s.loadRow(w.conn, doc.ID); err != nil || other.n != n {
		return cmp.Or(w.failed(err), errLost)
	}
	for i, ix := range s.Indexes {
		if !ix.Unique || ix.Array >= 0 || keys[i] == nil {
			continue
		}
		taken := false
		err := w.query(fmt.Sprintf(`SELECT 1 FROM "%s" WHERE %s = ? AND n <> ?`, s.Name, s.columns[i]),
			func([]driver.Value) error { taken = true; return nil }, keys[i], n)
		if err != nil || taken {
			return cmp.Or(err, duplicate(ix.Name))
		}
	}
	return duplicate("")
}

// moveEntries brings the entries of an array index from the old keys to the new.
func (w *writer) moveEntries(s *sqliteTable, i int, old row, packed []byte) error {
	if bytes.Equal(old.keys[i], packed) {
		return nil
	}
	before, after := unpack(old.keys[i]), unpack(packed)
	for _, k := range before {
		if !containsKey(after, k) {
			if err := w.exec("DELETE FROM "+s.entries(i)+" WHERE key = ?", k); err != nil {
				return err
			}
		}
	}
	for _, k := range after {
		if containsKey(before, k) {
			continue
		}
		err := w.exec("INSERT INTO "+s.entries(i)+"(key, n) VALUES(?, ?)", k, old.n)
		if isConstraint(err) {
			return duplicate(s.Indexes[i].Name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *sqliteTable) hasEntries() bool {
	return slices.ContainsFunc(s.Indexes, func(ix TableIndex) bool { return ix.Array >= 0 })
}

// keys gives the key columns of a document.
func (s *sqliteTable) keys(doc Raw) [][]byte {
	out := make([][]byte, len(s.Indexes))
	for i := range s.Indexes {
		keys := s.Indexes[i].keysOf(doc)
		if s.Indexes[i].Array >= 0 {
			out[i] = pack(keys)
		} else if len(keys) > 0 {
			out[i] = keys[0]
		}
	}
	return out
}

// pack joins the keys of an array into one value of the row.
func pack(keys [][]byte) (out []byte) {
	for _, k := range keys {
		out = append(binary.AppendUvarint(out, uint64(len(k))), k...)
	}
	return out
}

func unpack(b []byte) (keys [][]byte) {
	for len(b) > 0 {
		n, used := binary.Uvarint(b)
		keys = append(keys, b[used:used+int(n)])
		b = b[used+int(n):]
	}
	return keys
}

func containsKey(keys [][]byte, k []byte) bool {
	return slices.ContainsFunc(keys, func(o []byte) bool { return bytes.Equal(o, k) })
}

func blob(k []byte) driver.Value {
	if k == nil {
		return nil
	}
	return k
}
