// Scans in SQLite: each stretch of the index is walked only as far as the page
// needs; several stretches (In) are merged before the documents are fetched.

package store

import (
	"context"
	"database/sql/driver"
	"fmt"
	"strings"
)

// maxSpans bounds the combinations of In lists.
const maxSpans = 200

// selection is a scan on its way to SQL.
type selection struct {
	*sqliteTable
	Scan
	spans  []span
	array  bool
	unique bool
	from   string // table and index to walk
	key    string // its key
	n      string // row number of the document
}

func (db *SQLite) selection(t *Table, s Scan) (*selection, error) {
	st, err := db.table(t)
	if err != nil {
		return nil, err
	}
	sel := &selection{sqliteTable: st, Scan: s, spans: s.spans(t), n: "t.n"}
	if len(sel.spans) > maxSpans {
		return nil, unservable(t.Name, "条件组合过多", "too many combinations of values")
	}
	if s.Index == ByID {
		sel.from, sel.key = fmt.Sprintf(`"%s" t`, t.Name), "t.id"
		return sel, nil
	}
	ix := t.Indexes[s.Index]
	sel.unique, sel.array = ix.Unique, ix.Array >= 0
	if sel.array {
		sel.from, sel.key, sel.n = st.entries(s.Index)+" e", "e.key", "e.n"
	} else {
		sel.from, sel.key = fmt.Sprintf(`"%s" t INDEXED BY %s`, t.Name, st.entries(s.Index)), "t."+st.columns[s.Index]
	}
	return sel, nil
}

// Scan implements DB.
func (db *SQLite) Scan(ctx context.Context, t *Table, s Scan) (out []Raw, err error) {
	sel, err := db.selection(t, s)
	if err != nil || len(sel.spans) == 0 {
		return nil, err
	}
	sql, args := sel.page()
	err = db.reads.with(ctx, func(c *conn) error {
		return c.query(ctx, sql, func(r []driver.Value) error {
			out = append(out, Raw{ID: r[0].(string), Rev: r[1].(int64), Schema: int(r[2].(int64)), Doc: docBytes(r[3])})
			return ctx.Err()
		}, args...)
	})
	return out, err
}

// Count implements DB.
func (db *SQLite) Count(ctx context.Context, t *Table, s Scan) (n int, err error) {
	sel, err := db.selection(t, s)
	if err != nil || len(sel.spans) == 0 {
		return 0, err
	}
	sql, args := sel.count()
	err = db.reads.with(ctx, func(c *conn) error {
		return c.query(ctx, sql, func(r []driver.Value) error {
			n = int(r[0].(int64))
			return nil
		}, args...)
	})
	return n, err
}

// page is the statement for one page of documents. A limit is written +?: of a
// mere ? SQLite looks at the value when it plans, and prepares the statement
// anew whenever another one is bound.
func (s *selection) page() (sql string, args []driver.Value) {
	const columns = "SELECT t.id, t.rev, t.schema, t.doc FROM "
	if s.array {
		s.from += fmt.Sprintf(` CROSS JOIN "%s" t ON t.n = e.n`, s.Name)
	}
	order, limit := s.direction(), int64(s.Limit)
	if len(s.spans) == 1 {
		where, args := s.where(s.spans[0])
		return columns + s.from + where + " ORDER BY " + s.key + order + " LIMIT +?", append(args, limit)
	}
	var parts []string
	for _, sp := range s.spans {
		where, more := s.where(sp)
		parts = append(parts, fmt.Sprintf("SELECT * FROM (SELECT %s AS n, %s AS tail FROM %s%s ORDER BY %s%s LIMIT +?)", s.n, s.tail(sp), s.from, where, s.key, order))
		args = append(append(args, more...), limit)
	}
	return fmt.Sprintf(`%s(%s ORDER BY tail%s LIMIT +?) p CROSS JOIN "%s" t ON t.n = p.n ORDER BY p.tail%s`,
		columns, strings.Join(parts, " UNION "), order, s.Name, order), append(args, limit)
}

// tail is what orders documents across stretches: the key without its head; a
// key of a unique index lacks the id.
func (s *selection) tail(sp span) string {
	tail := fmt.Sprintf("substr(%s, %d)", s.key, sp.head+1)
	if s.unique {
		return "CAST(" + tail + " || CAST(t.id AS BLOB) AS BLOB)"
	}
	return tail
}

// where limits a walk to a stretch. Keys of a unique index lack the id, so a
// page that starts behind a key looks at the id as well.
func (s *selection) where(sp span) (string, []driver.Value) {
	sql, args := fmt.Sprintf(" WHERE %s >= ? AND %s < ?", s.key, s.key), []driver.Value{s.bind(sp.from), s.bind(sp.to)}
	if !s.unique || sp.at == nil {
		return sql, args
	}
	compare := ">"
	if s.Down {
		compare = "<"
	}
	return sql + fmt.Sprintf(" AND (%s <> ? OR t.id %s ?)", s.key, compare), append(args, sp.at, s.After[len(s.After)-1].Text)
}

// count is the statement that counts up to the limit.
func (s *selection) count() (string, []driver.Value) {
	union, limit := " UNION ALL ", int64(-1)
	if s.array { // a document stands once for each of its values
		union = " UNION "
	}
	if s.Limit > 0 {
		limit = int64(s.Limit)
	}
	var parts []string
	var args []driver.Value
	for _, sp := range s.spans {
		where, more := s.where(sp)
		parts, args = append(parts, "SELECT "+s.n+" FROM "+s.from+where), append(args, more...)
	}
	return "SELECT count(*) FROM (" + strings.Join(parts, union) + " LIMIT +?)", append(args, limit)
}

func (s *selection) direction() string {
	if s.Down {
		return " DESC"
	}
	return ""
}

// bind gives a key its type: ids are texts, other keys bytes.
func (s *selection) bind(key []byte) driver.Value {
	if s.Index == ByID {
		return string(key)
	}
	if key == nil {
		return []byte{}
	}
	return key
}
