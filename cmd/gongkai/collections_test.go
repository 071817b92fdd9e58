// The collections of the program, as the page on MongoDB lists them: who shards
// a cluster relies on that list.

package main

import (
	"database/sql"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	uniqueIndex = regexp.MustCompile(`key/1 (\w+)\(.*\) unique=true`)
	listed      = regexp.MustCompile("`(\\w+)`(?: \\(`(\\w+)`\\))?")
)

// declared are the collections of a store, each with its unique index; none has
// two.
func declared(t *testing.T, file string) map[string]string {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	rows, err := db.Query("SELECT name, definition FROM _catalog")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	out := map[string]string{}
	for rows.Next() {
		var name, definition string
		if err := rows.Scan(&name, &definition); err != nil {
			t.Fatal(err)
		}
		var unique []string
		for _, m := range uniqueIndex.FindAllStringSubmatch(definition, -1) {
			unique = append(unique, m[1])
		}
		out[name] = strings.Join(unique, ", ")
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// onThePage are those of one column of the page's table.
func onThePage(t *testing.T, column int) map[string]string {
	t.Helper()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "mongodb.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(page), "<!-- collections -->")
	table, _, ended := strings.Cut(table, "<!-- /collections -->")
	if !ended {
		t.Fatal("docs/mongodb.md has no table between the marks")
	}
	out := map[string]string{}
	for row := range strings.Lines(table) {
		cells := strings.Split(row, "|")
		if len(cells) <= column {
			continue
		}
		for _, m := range listed.FindAllStringSubmatch(cells[column], -1) {
			if _, twice := out[m[1]]; twice {
				t.Errorf("the page lists %s twice", m[1])
			}
			out[m[1]] = m[2]
		}
	}
	return out
}

func TestThePageListsEveryCollectionWithItsUniqueIndex(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	d, ln, err := demoCmd{Data: data, Addr: "127.0.0.1:0"}.start(t.Context(), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = d.close(), ln.Close() })
	for file, column := range map[string]int{"content.db": 2, "public.db": 3} {
		program, page := declared(t, filepath.Join(data, file)), onThePage(t, column)
		for _, name := range slices.Sorted(maps.Keys(program)) {
			unique, known := page[name]
			if !known {
				t.Errorf("%s: the page does not list %s", file, name)
			} else if unique != program[name] {
				t.Errorf("%s: the unique index of %s is %q, and the page says %q", file, name, program[name], unique)
			}
			delete(page, name)
		}
		for name := range page {
			t.Errorf("%s: the page lists %s, which the program does not have", file, name)
		}
	}
}
