// How tables and indexes come to be, and change with a new version.

package store

import (
	"context"
	"database/sql/driver"
	"fmt"
	"strings"

	"gongkai"
)

// createCatalog makes the tables that the store itself needs. The catalogue
// holds what indexes each collection has, and in which form.
func createCatalog(w *writer) error {
	if err := w.exec("CREATE TABLE IF NOT EXISTS _catalog(name TEXT PRIMARY KEY, definition TEXT NOT NULL) WITHOUT ROWID"); err != nil {
		return err
	}
	return w.exec("CREATE TABLE IF NOT EXISTS _counters(name TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID")
}

// Declare implements DB. A collection whose indexes differ from those on the
// disk is built anew, in one transaction; a reader only compares.
func (db *SQLite) Declare(ctx context.Context, t *Table) error {
	s := newSQLiteTable(t)
	if known, err := db.table(t); err == nil {
		if known.definition != s.definition {
			return wrong("bad_spec", t.Name, "同一集合的两处声明不一致", "two declarations of one collection differ")
		}
		return nil
	}
	declare := func() error {
		return db.submit(ctx, func(w *writer) error { return w.whole(func() error { return w.declare(s) }) })
	}
	if db.commits == nil {
		declare = func() error { return db.expect(ctx, s) }
	}
	if err := declare(); err != nil {
		return err
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	db.tables[t.Name] = s
	return nil
}

// expect compares a declaration with what is on the disk.
func (db *SQLite) expect(ctx context.Context, s *sqliteTable) error {
	var made map[string]string
	err := db.reads.with(ctx, func(c *conn) (err error) {
		made, err = readCatalog(c)
		return err
	})
	switch code := gongkai.CodeOf(err); {
	case code == indexesChanged().Code, code == cannotOpen().Code: // no catalogue, or no file
		return notMade(s.Name).Because(err)
	case err == nil && made[s.Name] != s.definition:
		return notMade(s.Name)
	}
	return err
}

// table gives the declared table; collections are used after Declare only.
func (db *SQLite) table(t *Table) (*sqliteTable, error) {
	db.mu.RLock()
	defer db.mu.RUnlock()
	s, ok := db.tables[t.Name]
	if !ok {
		return nil, wrong("bad_spec", t.Name, "集合未声明", "the collection was not declared")
	}
	return s, nil
}

func (w *writer) declare(s *sqliteTable) error {
	catalog, err := readCatalog(w.conn)
	if err != nil {
		return w.failed(err)
	}
	old, exists := catalog[s.Name]
	switch {
	case !exists:
		if err = w.create(s); err == nil {
			err = w.createIndexes(s)
		}
	case old != s.definition:
		err = w.rebuild(s)
	default:
		return nil
	}
	if err != nil {
		return err
	}
	return w.exec("INSERT INTO _catalog(name, definition) VALUES(?, ?) ON CONFLICT DO UPDATE SET definition = excluded.definition", s.Name, s.definition)
}

func readCatalog(c *conn) (map[string]string, error) {
	out := map[string]string{}
	err := c.query(context.Background(), "SELECT name, definition FROM _catalog", func(r []driver.Value) error {
		out[r[0].(string)] = r[1].(string)
		return nil
	})
	return out, err
}

// compareCatalog marks the tables whose indexes another process has changed.
func (db *SQLite) compareCatalog(c *conn) error {
	db.mu.RLock()
	defer db.mu.RUnlock()
	if len(db.tables) == 0 {
		return nil
	}
	catalog, err := readCatalog(c)
	for name, s := range db.tables {
		s.stale.Store(err == nil && catalog[name] != s.definition)
	}
	return err
}

// create makes the tables. The document comes last: what is searched for in a
// row stands before it.
func (w *writer) create(s *sqliteTable) error {
	var columns strings.Builder
	for _, c := range s.columns {
		columns.WriteString(c + " BLOB, ")
	}
	if err := w.exec(fmt.Sprintf(`CREATE TABLE "%s"(n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, rev INTEGER NOT NULL, schema INTEGER NOT NULL, %sdoc BLOB NOT NULL)`,
		s.Name, columns.String())); err != nil {
		return err
	}
	for i, ix := range s.Indexes {
		if ix.Array < 0 {
			continue
		}
		if err := w.exec("CREATE TABLE " + s.entries(i) + "(key BLOB PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID"); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) createIndexes(s *sqliteTable) error {
	for i, ix := range s.Indexes {
		if ix.Array >= 0 {
			continue
		}
		unique := ""
		if ix.Unique {
			unique = "UNIQUE "
		}
		err := w.exec(fmt.Sprintf(`CREATE %sINDEX %s ON "%s"(%s)`, unique, s.entries(i), s.Name, s.columns[i]))
		if isConstraint(err) {
			return duplicate(ix.Name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// rebuild copies all documents into tables with the declared indexes.
func (w *writer) rebuild(s *sqliteTable) error {
	old := `"` + s.Name + `.old"`
	if err := w.exec(fmt.Sprintf(`ALTER TABLE "%s" RENAME TO %s`, s.Name, old)); err != nil {
		return err
	}
	if err := w.dropEntries(s); err != nil {
		return err
	}
	if err := w.create(s); err != nil {
		return err
	}
	if err := w.copyAll(s, old); err != nil {
		return err
	}
	if err := w.exec("DROP TABLE " + old); err != nil {
		return err
	}
	return w.createIndexes(s)
}

// dropEntries removes the tables and indexes of the declaration before.
func (w *writer) dropEntries(s *sqliteTable) error {
	var drops []string
	err := w.query(`SELECT type, name FROM sqlite_schema WHERE substr(name, 1, ?) = ? AND name <> ?`, func(r []driver.Value) error {
		drops = append(drops, fmt.Sprintf(`DROP %s "%s"`, r[0], r[1]))
		return nil
	}, int64(len(s.Name)+1), s.Name+".", s.Name+".old")
	for _, drop := range drops {
		if err == nil {
			err = w.exec(drop)
		}
	}
	return err
}

func (w *writer) copyAll(s *sqliteTable, old string) error {
	const portion = 500
	for last, more := int64(0), true; more; {
		var docs []Raw
		err := w.query("SELECT n, id, rev, schema, doc FROM "+old+" WHERE n > ? ORDER BY n LIMIT +?", func(r []driver.Value) error {
			last = r[0].(int64)
			docs = append(docs, Raw{ID: r[1].(string), Rev: r[2].(int64), Schema: int(r[3].(int64)), Doc: docBytes(r[4])})
			return nil
		}, last, int64(portion))
		if err != nil {
			return err
		}
		for _, doc := range docs {
			if _, doc.Keys, _, err = s.canonical(doc.Doc); err == nil {
				err = w.put(s, row{}, doc)
			}
			if err != nil {
				return err
			}
		}
		more = len(docs) == portion
	}
	return nil
}
