// Package storetest is what every driver of the store must pass.
package storetest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"gongkai"
	"gongkai/store"
)

// Open opens a new, empty database for one test and closes it at its end.
type Open func(t *testing.T) (db store.DB, reopen func() store.DB)

// Gap is a case that a server below the driver cannot do.
type Gap struct{ Case, Why string }

// Without leaves a case out, or a whole group of them, and says why.
func Without(name, why string) Gap { return Gap{name, why} }

type group struct {
	name  string
	tests []test
}

// groups is the suite.
var groups = []group{
	{"documents", documents}, {"values", values}, {"queries", queries}, {"paging", paging},
	{"guarded write", guardedWrite}, {"indexes", indexes}, {"schema", schemas}, {"versions", versions}, {"counters", counters}, {"handles", handles},
}

// Run runs the whole suite. reopen gives a further handle on the same data, as
// another process would have.
func Run(t *testing.T, open Open, gaps ...Gap) {
	why := reasons(t, gaps)
	for _, s := range groups {
		t.Run(s.name, func(t *testing.T) {
			for _, test := range s.tests {
				t.Run(test.name, func(t *testing.T) {
					if reason := cmp.Or(why[test.name], why[s.name]); reason != "" {
						t.Skip(reason)
					}
					t.Parallel()
					db, reopen := open(t)
					test.run(&suite{T: t, db: db, reopen: reopen})
				})
			}
		})
	}
}

// reasons gives the gaps by name; each must name something that there is.
func reasons(t *testing.T, gaps []Gap) map[string]string {
	t.Helper()
	why := map[string]string{}
	for _, g := range gaps {
		why[g.Case] = g.Why
		if !slices.ContainsFunc(groups, func(s group) bool {
			return s.name == g.Case || slices.ContainsFunc(s.tests, func(c test) bool { return c.name == g.Case })
		}) {
			t.Errorf("the suite has no case %q", g.Case)
		}
	}
	return why
}

type test struct {
	name string
	run  func(*suite)
}

// suite is one test with its database.
type suite struct {
	*testing.T
	db     store.DB
	reopen func() store.DB
}

// paper is the document type of the suite.
type paper struct {
	store.Meta
	Title   string            `json:"title,omitempty"`
	State   string            `json:"state"`
	Column  string            `json:"column,omitempty"`
	Updated int64             `json:"updated"`
	Due     int64             `json:"due,omitempty"`
	Number  string            `json:"number,omitempty"`
	Urgent  bool              `json:"urgent"`
	Tags    []string          `json:"tags"`
	Places  []place           `json:"places"`
	Fields  map[string]string `json:"fields"`
	More    map[string]any    `json:"more,omitempty"`
	Live    *live             `json:"live"`
}

type place struct {
	Site string `json:"site"`
	Path string `json:"path"`
}

type live struct {
	Seq  int64  `json:"seq"`
	Unit string `json:"unit,omitempty"`
}

func papers() store.Spec[paper] {
	return store.Spec[paper]{Name: "papers", Schema: 1, Indexes: []store.Index{
		{Name: "newest", Fields: []string{"column", "state", "updated"}},
		{Name: "updated", Fields: []string{"updated"}},
		{Name: "title", Fields: []string{"title"}},
		{Name: "number", Fields: []string{"number"}, Unique: true},
		{Name: "due", Fields: []string{"due"}},
		{Name: "urgent", Fields: []string{"urgent"}},
		{Name: "tags", Fields: []string{"tags", "updated"}},
		{Name: "path", Fields: []string{"places.path"}, Unique: true},
		{Name: "unit", Fields: []string{"live.unit", "title"}},
		{Name: "docno", Fields: []string{"fields.doc_no"}},
	}}
}

func (s *suite) papers() *store.Collection[paper] { return use(s, s.db, papers()) }

func use[T any](s *suite, db store.DB, spec store.Spec[T]) *store.Collection[T] {
	s.Helper()
	c, err := store.Use(s.Context(), db, spec)
	s.ok(err)
	return c
}

func (s *suite) ok(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// fails wants an error of the kind and the code.
func (s *suite) fails(err error, kind gongkai.Kind, code string) {
	s.Helper()
	if err == nil || gongkai.KindOf(err) != kind || gongkai.CodeOf(err) != code {
		s.Fatalf("got %v, want %s (%s)", err, kind, code)
	}
}

// where wants the first detail of an error to name a place.
func (s *suite) where(err error, place string) {
	s.Helper()
	var e *gongkai.Error
	if !errors.As(err, &e) || len(e.Details) == 0 || e.Details[0].Where != place {
		s.Fatalf("got %v, want a detail for %q", err, place)
	}
}

func (s *suite) equal(got, want any) {
	s.Helper()
	if g, w := fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", want); g != w {
		s.Fatalf("got %s, want %s", g, w)
	}
}

// insert stores papers and returns their ids.
func (s *suite) insert(c *store.Collection[paper], docs ...paper) {
	s.Helper()
	for _, d := range docs {
		_, err := c.Insert(s.Context(), d)
		s.ok(err)
	}
}

// ids finds, and gives the ids of the page.
func (s *suite) ids(c *store.Collection[paper], q store.Query) []string {
	s.Helper()
	page, err := c.Find(s.Context(), q)
	s.ok(err)
	return idsOf(page.Docs)
}

func idsOf(docs []paper) []string {
	ids := []string{}
	for _, d := range docs {
		ids = append(ids, d.ID)
	}
	return ids
}

// all walks every page.
func (s *suite) all(c *store.Collection[paper], q store.Query) []string {
	s.Helper()
	ids := []string{}
	for {
		page, err := c.Find(s.Context(), q)
		s.ok(err)
		if ids = append(ids, idsOf(page.Docs)...); page.Next == "" {
			return ids
		}
		q.After = page.Next
	}
}

func id(name string) store.Meta { return store.Meta{ID: name} }

func cancelledContext() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}
